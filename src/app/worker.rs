//! One thread for all that reads and indexes documents.
//!
//! The allocator of the GNU library keeps what a thread has freed for that thread. Where each reload ran on another one,
//! each kept its own share of it: after 64 reloads the bot had grown by 40 %. One thread uses its own again.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;
use std::thread;

use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// The thread. It ends with the last clone, after what it was given.
#[derive(Clone, Debug)]
pub struct Worker(mpsc::Sender<Job>);

impl Worker {
    /// Starts the thread.
    ///
    /// # Panics
    /// When the system has no thread left.
    pub fn start() -> Self {
        let (sender, jobs) = mpsc::channel::<Job>();
        thread::spawn(move || jobs.into_iter().for_each(|job| job()));
        Self(sender)
    }

    /// Does something on the thread, after what it was given before.
    ///
    /// # Panics
    /// When `job` does; the thread goes on.
    pub async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> T {
        let (done, result) = oneshot::channel();
        let job = move || {
            // Whoever waited may have gone.
            let _ = done.send(catch_unwind(AssertUnwindSafe(job)));
        };
        // Jobs catch their panics, so the thread lives as long as `self`, and answers.
        self.0.send(Box::new(job)).expect("the thread lives as long as its sender");
        match result.await.expect("each job is answered") {
            Ok(result) => result,
            Err(panic) => resume_unwind(panic),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn jobs_run_on_one_thread_in_order_and_a_panic_ends_only_its_own() {
        let worker = Worker::start();
        let first = worker.run(|| thread::current().id()).await;
        let broken = tokio::spawn({
            let worker = worker.clone();
            async move { worker.run(|| panic!("made up")).await }
        });
        assert!(broken.await.unwrap_err().is_panic());
        assert_eq!(worker.run(|| thread::current().id()).await, first);
        assert_ne!(first, thread::current().id());
    }
}
