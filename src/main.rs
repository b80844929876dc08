//! The program `wengu`.

fn main() {}
