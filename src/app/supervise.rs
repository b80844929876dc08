//! Keeps a background task alive: one that panics or ends before it was told to is reported and started again.

use std::future::Future;
use std::time::Duration;

use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;
use tracing::error;

/// Pause before a task that died is started again, so that one that dies at once does not spin.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs what `start` makes until `stop` is cancelled, again and again if need be.
pub(super) fn supervise<F, T>(name: &'static str, stop: CancellationToken, start: F) -> JoinHandle<()>
where
    F: Fn(CancellationToken) -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    tokio::spawn(async move {
        loop {
            let ended = tokio::spawn(start(stop.clone())).await;
            if stop.is_cancelled() {
                if let Err(error) = ended {
                    error!(task = name, why = how(&error), "a task died while the program was ending");
                }
                return;
            }
            let why = ended.map_or_else(|error| how(&error), |()| "it returned");
            error!(task = name, why, "a background task ended; starting it again");
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = stop.cancelled() => return,
            }
        }
    })
}

/// How a task ended that did not return. tokio's own words repeat what a panic said, and that may be what somebody typed.
pub(super) fn how(error: &JoinError) -> &'static str {
    if error.is_panic() { "it panicked; the log says where" } else { "it was cancelled" }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn what_a_panic_says_is_not_repeated() {
        let error = tokio::spawn(async { panic!("typed by somebody") }).await.unwrap_err();
        assert!(!how(&error).contains("typed"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_panics_is_started_again() {
        let stop = CancellationToken::new();
        let starts = Arc::new(AtomicU32::new(0));
        let task = supervise("test", stop.clone(), {
            let starts = Arc::clone(&starts);
            move |stop| {
                let count = starts.fetch_add(1, Ordering::SeqCst) + 1;
                async move {
                    assert!(count >= 3, "dies twice");
                    stop.cancelled().await;
                }
            }
        });
        tokio::time::sleep(PAUSE * 5).await;
        stop.cancel();
        task.await.unwrap();
        assert_eq!(starts.load(Ordering::SeqCst), 3);
    }
}
