//! The documents people study: what one is ([`model`]), how it is read from Markdown ([`load`]), and which rules it
//! keeps ([`check`]).

pub mod check;
pub mod load;
pub mod model;
mod source;
