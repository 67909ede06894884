//! Traces, in a list and whole.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::page::Scan;
use super::span::Span;
use crate::ids::TraceId;
use crate::time::Timestamp;

/// A trace in a list. It matches a filter when any of its spans does; the figures are made of its spans from an hour before
/// the range to an hour after it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TraceSummary {
    /// The trace.
    pub trace_id: TraceId,
    /// Service of the root span (of the earliest span where the root has not come).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub root_service: Option<String>,
    /// Name of that span.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub root_name: Option<String>,
    /// Whether the root span is there.
    pub has_root: bool,
    /// Start of the earliest span.
    pub timestamp: Timestamp,
    /// From the earliest start to the latest end, in nanoseconds.
    pub duration_ns: i64,
    /// Number of spans.
    pub span_count: u64,
    /// Number of spans with status ERROR.
    pub error_count: u64,
    /// Services that took part, sorted.
    pub services: Vec<String>,
}

/// A whole trace, of whose spans, in the order of a waterfall, this is a page. All other figures are those of the
/// whole, on every page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// The trace.
    pub trace_id: TraceId,
    /// Start of the earliest span.
    pub timestamp: Timestamp,
    /// From the earliest start to the latest end, in nanoseconds.
    pub duration_ns: i64,
    /// Number of spans.
    pub span_count: u64,
    /// Number of spans with status ERROR.
    pub error_count: u64,
    /// Services that took part, sorted.
    pub services: Vec<String>,
    /// Spans whose parent is named but not there.
    pub missing_parents: u64,
    /// What the trace waited for, by service, the longest first.
    pub critical_path: Vec<ServiceShare>,
    /// The spans, parents before children, siblings by start.
    pub spans: Vec<TraceSpan>,
    /// Given back as `pageToken`, it continues where this page ends; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_page_token: Option<String>,
    /// What was read to answer.
    pub scan: Scan,
}

/// A service's part of the critical path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceShare {
    /// The service; absent for spans without one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_name: Option<String>,
    /// How long the trace waited for its spans and for none of their children, in nanoseconds.
    pub duration_ns: i64,
}

/// A span in its place in a trace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TraceSpan {
    /// How many ancestors it has in this trace.
    pub depth: u32,
    /// True when its parent is named but not there.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub parent_missing: bool,
    /// The stretches of this span in which the trace waited for it and for none of its children.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub critical_path: Vec<Segment>,
    /// The span itself.
    #[serde(flatten)]
    pub span: Span,
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Segment {
    /// Where it starts.
    pub start: Timestamp,
    /// Where it ends; not part of it.
    pub end: Timestamp,
}
