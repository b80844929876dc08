//! The documents people study: what one is ([`model`]), how it is read from Markdown ([`load`]), which rules it keeps
//! (`check`), how a changed one is noticed ([`stamp`]), how ids and ways to ask are written into its file ([`write_ids`], [`add_ask`]), and how other texts become documents
//! ([`import`]).

pub mod add_ask;
mod check;
pub mod import;
pub mod load;
pub mod model;
mod number;
pub mod replace;
mod sections;
mod source;
pub mod stamp;
mod width;
pub mod write_ids;
