//! From what was found to what is said: the sentences of the program ([`texts`]).

pub mod texts;
