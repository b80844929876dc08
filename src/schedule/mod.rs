//! Story 2, the reminder: when it is due, what it says, what becomes of it.
//!
//! - [`rule`] and [`zone`]: a cron line on the wall clock of a place → the next instant
//! - [`field`]: one field of such a line
//! - [`outcome`]: a failed attempt to deliver → what follows from it

mod cities;
pub mod field;
pub mod outcome;
pub mod rule;
pub mod zone;
