//! What an operator sees of the program: its [`log`], its figures ([`metrics`]), whether it can work ([`health`]),
//! the [`http`] server that shows the latter two, and its [`panics`].

pub mod health;
pub mod http;
pub mod log;
pub mod metrics;
pub mod panics;
mod server;
