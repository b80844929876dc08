//! One instance among several: it stands by until it holds the lease, works, and gives the lease back.

use std::time::Duration;

use rustix::system::uname;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use super::work::Work;

/// Whoever stood by for so long had nothing to do: when its tasks last got somewhere before says nothing.
const STOOD_BY: Duration = Duration::from_secs(10);

/// Works whenever this instance is the one to, until it is told to stop or a part of the work ends by itself. What is
/// running when the lease is lost is dropped where it stands: another goes on from what is stored.
pub(super) async fn run(work: Work, name: String, stop: CancellationToken) {
    let mut contender = work.store.contend(&name);
    let mut waits = Instant::now();
    while stop.run_until_cancelled(contender.wait()).await.is_some() {
        for (_, heartbeat) in work.heartbeats.all() {
            if waits.elapsed() > STOOD_BY {
                heartbeat.rest();
            }
            heartbeat.begin();
        }
        let lost = tokio::select! {
            // First: with a lease that is lost, nothing else is begun.
            biased;
            why = contender.keep() => Some(why),
            () = work.clone().run(stop.clone()) => None,
        };
        match lost {
            Some(why) => error!("the lease is lost, nothing more is sent: {why}"),
            None => return contender.give_back().await,
        }
        waits = Instant::now();
    }
    info!("stood by to the end");
}

/// What this process calls itself: told apart from every other that uses the same database, now or earlier.
pub(super) fn name() -> String {
    let machine = uname().nodename().to_string_lossy().into_owned();
    let start = uuid::Uuid::now_v7().simple().to_string();
    let random = start.get(24..).unwrap_or_default();
    format!("{machine}-{}-{random}", std::process::id())
}
