//! How long spans took, over time: the cells of a heat map.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::page::Scan;
use crate::time::Timestamp;

/// Spans counted by start and duration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LatencyHeatMap {
    /// Length of a column in nanoseconds of time.
    pub step_ns: i64,
    /// The bounds of the bands of durations, in nanoseconds, ascending: a band from each to the next one, which is no
    /// part of it. There are one more of them than bands, or none without spans. The first band of all goes from 0 to
    /// 1 µs; from there, four bands double the duration. Bands below the shortest and above the longest duration are
    /// left out.
    pub bounds_ns: Vec<i64>,
    /// The columns that have spans, by time; one that is left out has none.
    pub columns: Vec<LatencyColumn>,
    /// What was read to answer.
    pub scan: Scan,
}

/// The spans that started in one stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LatencyColumn {
    /// Where the column starts: a multiple of the step since 1970. The first one may start before the range that was
    /// asked for, and the last one end after it; both count the spans that start in the range alone.
    pub timestamp: Timestamp,
    /// Spans in each band.
    pub counts: Vec<u64>,
    /// Those of them with status ERROR.
    pub errors: Vec<u64>,
}
