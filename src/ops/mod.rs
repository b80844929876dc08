//! What an operator sees of the program: its log.

pub mod log;
