//! Operations: what services are asked for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The entry spans (SERVER, CONSUMER, or root) of one service, name and kind: its rate, errors and durations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// `service.name`; absent for spans without one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_name: Option<String>,
    /// Name of the spans.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Kind of the spans, as in [`super::Span`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<String>,
    /// Spans in the range.
    pub requests: u64,
    /// Spans a second.
    pub rate: f64,
    /// Spans with status ERROR.
    pub errors: u64,
    /// Their share, 0 to 1.
    pub error_ratio: f64,
    /// Median duration in nanoseconds, good to 2 %; absent where no span has a duration.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p50_ns: Option<i64>,
    /// 95th percentile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p95_ns: Option<i64>,
    /// 99th percentile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p99_ns: Option<i64>,
}
