//! What a daemon is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Answer of `GET /api/v2/status`: what this daemon is. What it stores is told by [`Stats`](super::Stats).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// Version of the daemon.
    pub version: String,
    /// Process id.
    pub pid: u32,
    /// When it started.
    pub started_at: Timestamp,
    /// Whether replay is complete and searches are answered.
    pub ready: bool,
    /// Address of REST and OTLP/HTTP, `host:port`.
    pub http: String,
    /// Address of OTLP/gRPC.
    pub otlp_grpc: String,
    /// Address of OTLP/HTTP.
    pub otlp_http: String,
    /// Folder of the data.
    pub data_dir: String,
    /// How long telemetry is kept, in days.
    pub retention_days: u32,
}
