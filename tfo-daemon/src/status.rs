//! What this daemon is and how it does: `GET /api/v2/status`, the health probes, and the page at `/`.

use std::path::PathBuf;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::Serialize;
use tfo_sdk::Timestamp;
use tfo_sdk::api::Status;

use crate::app::App;
use crate::identity::Principal;
use crate::platform::daemon_file::Addresses;
use crate::platform::openapi::{Content, Operation, Routes, Tag};
use crate::platform::params::Params;
use crate::platform::problem::{ApiResult, Code};

/// What does not change while a daemon runs.
#[derive(Debug, Clone)]
pub(crate) struct About {
    pub(crate) started_at: Timestamp,
    pub(crate) addresses: Addresses,
    pub(crate) data_dir: PathBuf,
    pub(crate) retention_days: u32,
    pub(crate) disk_reserve_bytes: u64,
    pub(crate) query_memory_bytes: u64,
}

pub(crate) const DAEMON: Tag = Tag { name: "Daemon", about: "What this daemon is and how it does." };

/// What a probe or the first page may fail with: they ignore parameters, and answer while the daemon starts.
const GUARD: [Code; 3] = [Code::ForbiddenHost, Code::ForbiddenOrigin, Code::Internal];

/// The status, the probes and the first page of a daemon that is ready.
pub(crate) fn routes() -> Routes<App> {
    Routes::below("")
        .route(
            Operation::get(
                DAEMON,
                "/api/v2/status",
                "getStatus",
                "What this daemon is, and where it listens",
            )
            .answers::<Status>("The status"),
            status,
        )
        .route(
            Operation::get(DAEMON, "/health", "getHealth", "Whether the daemon lives")
                .answers::<Health>("It does")
                .fails_only(&GUARD),
            health,
        )
        .route(
            Operation::get(DAEMON, "/health/ready", "getReadiness", "Whether the daemon answers searches")
                .about("503 until what was acknowledged before the last stop is read again.")
                .answers::<Health>("It does")
                .fails_only(&GUARD)
                .fails(&[Code::Starting]),
            ready,
        )
        .route(
            Operation::get(DAEMON, "/", "getStartPage", "How to send telemetry, and how to look at it")
                .answers_with(200, "A page for people", &[Content::Text("text/plain")])
                .fails_only(&GUARD)
                .fails(&[Code::Starting]),
            start_page,
        )
}

/// The probes of a daemon that is starting: it lives, but is not ready.
pub(crate) fn starting_probes() -> Router {
    Router::new().route("/health", get(health))
}

/// Answer of the probes.
#[derive(Debug, Serialize, JsonSchema)]
struct Health {
    /// `ok`, or `ready` for the readiness probe.
    status: &'static str,
}

async fn health() -> Json<Health> {
    Json(Health { status: "ok" })
}

async fn ready() -> Json<Health> {
    Json(Health { status: "ready" })
}

/// `GET /api/v2/status`: of the daemon, whatever tenant the request is for.
async fn status(State(app): State<App>, _caller: Principal, params: Params) -> ApiResult<Json<Status>> {
    params.finish()?;
    let about = app.about();
    Ok(Json(Status {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        pid: std::process::id(),
        started_at: about.started_at,
        ready: true,
        http: about.addresses.http.to_string(),
        otlp_grpc: about.addresses.otlp_grpc.to_string(),
        otlp_http: about.addresses.otlp_http.to_string(),
        data_dir: about.data_dir.display().to_string(),
        retention_days: about.retention_days,
    }))
}

/// What a browser or `curl` sees at `/`.
async fn start_page(State(app): State<App>) -> String {
    let Addresses { http, otlp_grpc, otlp_http } = app.about().addresses;
    format!(
        "TelemetryFlow {version}: logs, traces and metrics of OpenTelemetry.\n\
         \n\
         Send telemetry: set one of these where your application runs.\n\
         \n\
         \x20 OTEL_EXPORTER_OTLP_ENDPOINT=http://{otlp_http} OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\n\
         \x20 OTEL_EXPORTER_OTLP_ENDPOINT=http://{otlp_grpc} OTEL_EXPORTER_OTLP_PROTOCOL=grpc\n\
         \n\
         Look at it: tfo services, tfo logs --follow, tfo traces; or over REST:\n\
         \n\
         \x20 curl 'http://{http}/api/v2/logs?since=15m&limit=10'\n\
         \x20 curl http://{http}/api/v2/status\n\
         \n\
         All of it is described at http://{http}/api/docs\n",
        version = env!("CARGO_PKG_VERSION")
    )
}
