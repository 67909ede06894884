//! How many log records there were, over time and by severity.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::page::Scan;
use crate::time::Timestamp;

/// Log records counted by time and severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogHistogram {
    /// Length of a bucket in nanoseconds.
    pub step_ns: i64,
    /// The buckets that have records, by time; one that is left out has none.
    pub buckets: Vec<LogBucket>,
    /// What was read to answer.
    pub scan: Scan,
}

/// The log records of one stretch of time, by the level of their severity number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogBucket {
    /// Where the bucket starts: a multiple of the step since 1970. The first one may start before the range that was
    /// asked for, and the last one end after it; both count the records in the range alone.
    pub timestamp: Timestamp,
    /// Records of all severities.
    pub total: u64,
    /// Severity numbers 1 to 4.
    pub trace: u64,
    /// 5 to 8.
    pub debug: u64,
    /// 9 to 12.
    pub info: u64,
    /// 13 to 16.
    pub warn: u64,
    /// 17 to 20.
    pub error: u64,
    /// 21 to 24.
    pub fatal: u64,
    /// Records without a severity number, or with one that OpenTelemetry does not know.
    pub unset: u64,
}
