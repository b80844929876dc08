//! Story 2, the reminder: when it is due, what it says, what becomes of it.
//!
//! - [`rule`] and [`zone`]: a cron line on the wall clock of a place → the next instant
//! - [`field`]: one field of such a line; [`marks`]: the last Friday and its like; [`every`]: each n-th day or week
//! - [`when`]: both together, and how they are said to people
//! - [`freeform`]: what a person writes to say when → both
//! - [`typed`]: dates and hours that people type into the settings
//! - [`limit`]: how many times a day a schedule may run
//! - [`timing`]: both, held back by quiet hours and pauses
//! - [`amount`]: how much a text asks for beside the time
//! - [`goal`]: how many sections the next reminder brings
//! - [`plan`]: what is due → one occurrence with a message, once
//! - [`outcome`]: a failed attempt to deliver → what follows from it

mod abbreviations;
pub mod amount;
mod cities;
pub mod every;
pub mod field;
pub mod freeform;
pub mod goal;
pub mod limit;
pub mod marks;
mod offset;
pub mod outcome;
pub mod plan;
pub mod rule;
mod thin;
pub mod timing;
pub mod typed;
pub mod when;
pub mod zone;
