//! Reads over REST: thin handlers over the query engine.

mod error;
mod lists;
mod otlp;
mod params;
mod sql;
mod traces;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::app::App;

/// The longest body of an SQL request.
const SQL_BODY_BYTES: usize = 1 << 20;

/// All read paths, below `/api/v2`.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/logs", get(lists::logs))
        .route("/spans", get(lists::spans))
        .route("/metrics/points", get(lists::metric_points))
        .route("/metrics/names", get(lists::metric_names))
        .route("/services", get(lists::services))
        .route("/traces", get(traces::list))
        .route("/traces/{id}", get(traces::get))
        .route("/query/sql", post(sql::run).layer(DefaultBodyLimit::max(SQL_BODY_BYTES)))
}
