//! Panics, told by their place. What a panic says may repeat what somebody typed, so it is written nowhere.

use std::io::Write as _;
use std::panic::{self, PanicHookInfo};

/// From now on a panic of this process is one line: in the log where there is one, else on standard error. For the
/// program alone; a test wants to see what a panic says.
pub fn tell_by_place() {
    panic::set_hook(Box::new(|panic| tell(&place(panic))));
}

/// The file and line at which it panicked.
fn place(panic: &PanicHookInfo<'_>) -> String {
    panic.location().map_or_else(|| "a place that is not known".to_owned(), |at| format!("{}:{}", at.file(), at.line()))
}

fn tell(place: &str) {
    if tracing::dispatcher::has_been_set() {
        tracing::error!(place, "a part of the program panicked");
    } else {
        // Where standard error is closed there is nobody left to tell.
        let _ = writeln!(std::io::stderr(), "wengu: panicked at {place}");
    }
}
