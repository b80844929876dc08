//! The documents people study: what one is ([`model`]), how it is read from Markdown ([`load`]), which rules it keeps
//! (`check`), and how the ids of its headings are written into its file ([`write_ids`]).

mod check;
pub mod load;
pub mod model;
mod source;
pub mod write_ids;
