//! When the program has come as far as it can: every task waits for the network or for a time, and the database has
//! answered everything. What happens next is then decided by the seed alone, not by how fast the machine is.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use tokio::runtime::{Builder, Runtime};
use wengu::store::Store;

/// Tells when it is quiet.
#[derive(Clone, Default)]
pub(super) struct Quiet(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    store: Option<Store>,
    waiting: Option<Waker>,
    quiet: bool,
}

impl Quiet {
    /// A runtime of one thread, which tells whenever it has nothing to do.
    pub(super) fn runtime(&self) -> Runtime {
        let this = self.clone();
        Builder::new_current_thread().enable_all().on_thread_park(move || this.parked()).build().unwrap()
    }

    /// The store that the program uses now.
    pub(super) fn watch(&self, store: Option<Store>) {
        self.0.lock().unwrap().store = store;
    }

    /// Waits until it is quiet.
    pub(super) async fn comes(&self) {
        self.0.lock().unwrap().quiet = false;
        poll_fn(|context| {
            let mut state = self.0.lock().unwrap();
            if state.quiet {
                return Poll::Ready(());
            }
            state.waiting = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn parked(&self) {
        let mut state = self.0.lock().unwrap();
        if state.store.as_ref().is_some_and(|store| store.under_way() > 0) {
            return;
        }
        if let Some(waiting) = state.waiting.take() {
            state.quiet = true;
            waiting.wake();
        }
    }
}
