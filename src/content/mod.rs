//! The documents people study: what one is ([`model`]), how it is read from Markdown and checked.

pub mod model;
