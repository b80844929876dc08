//! The webhook: Telegram brings updates to us.
//!
//! [`Hook`] (of a [`Draft`], once it is known for which bot) says where, and what keeps others out; the [`Door`] takes in what is brought, and stores it before it says so;
//! the [`Keeper`] sets the webhook, looks after it and repairs it. Nobody ever deletes it at the end: the next process
//! may have set it already.

mod door;
mod hook;
mod keeper;
mod onward;
mod order;
mod rate;

pub use door::Door;
pub use hook::{Draft, Hook, HookError, Wishes};
pub use keeper::{Keeper, Standing};
pub(in crate::telegram) use onward::Brought;
