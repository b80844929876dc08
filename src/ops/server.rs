//! The server under the pages for operators and the webhook.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

/// How long a connection may take to bring the whole head of a request, and how long it may be quiet between two.
const HEAD_LIMIT: Duration = Duration::from_secs(30);
/// The most connections at a time: half of the files that a process may have open where nobody has said otherwise.
const MOST_CONNECTIONS: usize = 512;
/// How long it waits where a connection cannot be accepted: the process has no file left, most likely.
const PAUSE: Duration = Duration::from_millis(100);

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    _serving: AbortOnDropHandle<()>,
}

impl Server {
    /// Serves at an address; port 0 takes a free one.
    ///
    /// # Errors
    /// When nobody may listen there, or somebody else does.
    pub async fn start(address: SocketAddr, app: Router) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let serving = tokio::spawn(serve(listener, app));
        Ok(Self { address, _serving: AbortOnDropHandle::new(serving) })
    }
}

async fn serve(listener: TcpListener, app: Router) {
    let (places, mut connections) = (Arc::new(Semaphore::new(MOST_CONNECTIONS)), JoinSet::new());
    loop {
        // The semaphore is never closed.
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "failed to accept a connection");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let app = app.clone();
        connections.spawn(async move {
            serve_connection(stream, app).await;
            drop(place);
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn serve_connection(stream: TcpStream, app: Router) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_LIMIT);
    if let Err(error) = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(app)).await {
        tracing::debug!(%error, "a connection ended early");
    }
}
