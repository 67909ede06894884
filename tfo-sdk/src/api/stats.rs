//! What is stored, how it comes in, and how far behind it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Answer of `GET /api/v2/stats`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// When this was measured, by the daemon's clock.
    pub now: Timestamp,
    /// Bytes of telemetry in memory, not yet in files (they are in the write-ahead log too).
    pub memtable_bytes: u64,
    /// Bytes of the write-ahead log.
    pub wal_bytes: u64,
    /// Free bytes on the disk of the data folder.
    pub disk_free_bytes: u64,
    /// Ingest stops below this many free bytes.
    pub disk_reserve_bytes: u64,
    /// Files that could not be read at a start and were set aside, by path in the data folder: those of the caller's
    /// tenant and of the write-ahead log. Of one that ends in `.damaged` records may be missing, of one that ends in
    /// `.replayed` none are.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub set_aside: Vec<String>,
    /// The three signals of the caller's tenant.
    pub signals: Vec<SignalStats>,
}

/// One signal of one tenant.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignalStats {
    /// `logs`, `spans` or `metric_points`.
    pub signal: String,
    /// Records in memory and in the files that are counted.
    pub rows: u64,
    /// Records in memory.
    pub memory_rows: u64,
    /// Files whose records are not counted yet: the daemon does it in the background after it has started.
    pub uncounted_files: u64,
    /// Files.
    pub files: u64,
    /// Bytes of the files.
    pub bytes: u64,
    /// Bytes of the counted files for each of their records.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bytes_per_record: Option<f64>,
    /// The files by how often their records were merged.
    pub levels: Vec<LevelStats>,
    /// Time of the oldest record.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub oldest: Option<Timestamp>,
    /// Time of the newest record.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub newest: Option<Timestamp>,
    /// Now minus the time of the newest record, in nanoseconds; negative when its sender's clock is ahead.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub newest_age_ns: Option<i64>,
    /// The longest that a request of the last minute took from having arrived whole to being on disk and visible
    /// to queries, in nanoseconds; absent without requests.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub visible_after_ns: Option<u64>,
    /// When the oldest record arrived that is in memory and in the write-ahead log, but not in a file yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unflushed_since: Option<Timestamp>,
    /// Records kept a second, over the last minute.
    pub records_per_second: f64,
    /// Bytes received a second (as sent, compressed or not) of the requests that were kept, over the last minute.
    pub bytes_per_second: f64,
}

/// The files of one level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LevelStats {
    /// 0 as written from memory, more for each time that the records were merged.
    pub level: u8,
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}
