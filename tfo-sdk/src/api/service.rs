//! Services.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A service's rate, errors and durations over a range. Entry spans count: SERVER, CONSUMER, or root.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceSummary {
    /// `service.name`.
    pub service_name: String,
    /// Entry spans in the range.
    pub requests: u64,
    /// Entry spans a second.
    pub rate: f64,
    /// Entry spans with status ERROR.
    pub errors: u64,
    /// Their share of the entry spans, 0 to 1.
    pub error_ratio: f64,
    /// Median duration of the entry spans in nanoseconds; absent without entry spans.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p50_ns: Option<i64>,
    /// 95th percentile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p95_ns: Option<i64>,
    /// 99th percentile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p99_ns: Option<i64>,
    /// All spans of the service in the range.
    pub spans: u64,
    /// Log records of the service in the range.
    pub logs: u64,
}
