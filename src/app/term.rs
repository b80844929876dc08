//! One instance among several: it stands by until it holds the lease, works, and gives the lease back.

use rustix::system::uname;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use super::work::Work;

/// Works whenever this instance is the one to, until it is told to stop or a part of the work ends by itself. What is
/// running when the lease is lost is dropped where it stands: another goes on from what is stored.
pub(super) async fn run(work: Work, name: String, stop: CancellationToken) {
    let mut contender = work.store.contend(&name);
    while stop.run_until_cancelled(contender.wait()).await.is_some() {
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
