//! What happened around one log record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::log::LogRecord;
use super::page::Scan;

/// A log record with those before and after it, all by time, and by id where times are the same.
///
/// To go on, ask for the context of the first record with `after=0`, or of the last one with `before=0`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogContext {
    /// The records before it, oldest first.
    pub before: Vec<LogRecord>,
    /// The record.
    pub record: LogRecord,
    /// The records after it, oldest first.
    pub after: Vec<LogRecord>,
    /// Whether there are more before these. Where the time was over before any was found, none is known of, and
    /// `scan.searchedSince` says how far back it was looked.
    pub more_before: bool,
    /// Whether there are more after these, so far; as before, with `scan.searchedUntil`.
    pub more_after: bool,
    /// What was read to answer.
    pub scan: Scan,
}
