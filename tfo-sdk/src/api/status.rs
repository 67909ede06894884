//! What a daemon is and how it does.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Answer of `GET /api/v2/status`: what this daemon is and how it does.
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
    /// Free bytes on the disk of the data folder.
    pub disk_free_bytes: u64,
    /// Ingest stops below this many free bytes.
    pub disk_reserve_bytes: u64,
    /// Bytes of telemetry in memory, not yet in files (they are in the write-ahead log too).
    pub memtable_bytes: u64,
    /// Bytes of the write-ahead log.
    pub wal_bytes: u64,
    /// The three signals of the caller's tenant.
    pub signals: Vec<SignalStatus>,
}

/// What is stored of one signal.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignalStatus {
    /// `logs`, `spans` or `metric_points`.
    pub signal: String,
    /// Rows in files and in memory.
    pub rows: u64,
    /// Files.
    pub files: u64,
    /// Bytes of the files.
    pub bytes: u64,
    /// Time of the oldest record.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub oldest: Option<Timestamp>,
    /// Time of the newest record.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub newest: Option<Timestamp>,
}
