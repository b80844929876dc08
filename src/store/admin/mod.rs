//! What operators see of a store, and may ask of it, from beside the running bot: its deliveries, its open questions, what
//! it is like, and the rows in it that cannot be read.

mod inspect;
mod ledger;
mod open_questions;
mod survey;

pub use inspect::unreadable;
pub use ledger::{Dropped, Entry, Filter, GivenUp, Ledger, Retried};
pub use open_questions::{OpenQuestion, OpenQuestions};
pub use survey::Survey;
