//! The documents people study: what one is ([`model`]), how it is read from Markdown ([`load`]), which rules it keeps
//! (`check`), how the ids of its headings are written into its file ([`write_ids`]), and how other texts become documents
//! ([`import`]).

mod check;
pub mod import;
pub mod load;
pub mod model;
mod source;
pub mod write_ids;
