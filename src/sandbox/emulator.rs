//! A running emulator: started at an address, stopped like a server whose machine goes away.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::task::AbortOnDropHandle;

use super::hook;
use super::http::{broken, router};
use super::shared::{Controls, Now, Shared, WorldGuard};
use super::world::World;

/// A running emulator; it stops when it is dropped.
pub struct Emulator {
    /// Where it is reached, such as `http://127.0.0.1:40123`.
    pub url: String,
    shared: Shared,
    serving: JoinHandle<()>,
    _delivering: AbortOnDropHandle<()>,
    /// Breaks the connections that are still open when it goes.
    _alive: watch::Sender<()>,
}

impl Emulator {
    /// Serves a world at an address; port 0 takes a free one.
    pub async fn start(addr: SocketAddr, world: World, now: Now, controls: Arc<dyn Controls>) -> io::Result<Self> {
        Self::serve(addr, Shared::new(world, now, controls)).await
    }

    /// Serves a world that is shared already: one that was served before, for instance.
    pub async fn serve(addr: SocketAddr, shared: Shared) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (alive, watching) = watch::channel(());
        let app = router(shared.clone()).layer(from_fn_with_state(watching, while_alive));
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "The emulator stopped serving");
            }
        });
        let delivering = AbortOnDropHandle::new(tokio::spawn(hook::deliver(shared.clone())));
        Ok(Self { url, shared, serving, _delivering: delivering, _alive: alive })
    }

    /// The world, for as long as the guard lives.
    pub fn world(&self) -> WorldGuard<'_> {
        self.shared.world()
    }

    /// The world as the tasks share it.
    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// What time it is.
    pub fn now(&self) -> i64 {
        self.shared.now()
    }

    /// Stops serving, breaks off what is open, and gives the world back for another time.
    pub async fn stop(mut self) -> Shared {
        self.serving.abort();
        // An aborted task has nothing to tell.
        let _ = (&mut self.serving).await;
        self.shared.clone()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Answers as long as the emulator lives; after that every request on an open connection finds it broken.
async fn while_alive(State(mut alive): State<watch::Receiver<()>>, request: Request, next: Next) -> Response {
    tokio::select! {
        response = next.run(request) => response,
        _ = alive.changed() => broken(),
    }
}
