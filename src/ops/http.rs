//! What operators ask over HTTP: `/healthz` (alive), `/readyz` (able to work) and `/metrics`.
//!
//! Nobody is asked who they are: the address is this machine's own unless the config says otherwise, and no answer
//! holds a name, a text or a secret.

use std::sync::OnceLock;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::routing::get;
use axum::{Json, Router};

use super::health::{Health, Report};
use super::metrics::Metrics;
pub use super::server::Server;
use crate::clock::Clock;
use crate::heartbeat::Heartbeats;
use crate::store::Store;

/// The form of the figures.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What is shown. Clones share it.
#[derive(Clone)]
pub struct Panel {
    /// Whether the program can work.
    pub health: Health,
    /// The figures.
    pub metrics: Metrics,
    /// Where the queues are counted, once it is open.
    pub store: std::sync::Arc<OnceLock<Store>>,
    /// What time it is.
    pub clock: Clock,
    /// When the tasks last got somewhere.
    pub heartbeats: Heartbeats,
}

/// The pages for operators.
pub fn router(panel: Panel) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(panel)
}

async fn ready(State(panel): State<Panel>) -> (StatusCode, Json<Report>) {
    let report = panel.health.report().await;
    let status = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(report))
}

async fn metrics(State(panel): State<Panel>) -> ([(HeaderName, &'static str); 1], String) {
    if let Some(store) = panel.store.get() {
        match store.backlog().await {
            Ok(backlog) => panel.metrics.show(&backlog, panel.clock.now()),
            Err(error) => tracing::warn!("{error}; the figures show what waited before"),
        }
    }
    panel.metrics.show_heartbeats(&panel.heartbeats);
    ([(CONTENT_TYPE, OPEN_METRICS)], panel.metrics.exposition())
}
