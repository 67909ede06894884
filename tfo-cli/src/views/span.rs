//! Spans of a trace as rows of CSV; for people there is the waterfall.

use tfo_sdk::api::TraceSpan;

use super::{json, optional};
use crate::output::CsvField;

/// Fields of a span of a trace.
pub(crate) const CSV: &[CsvField<TraceSpan>] = &[
    ("depth", |row| row.depth.to_string()),
    ("timestamp", |row| row.span.timestamp.to_string()),
    ("endTimestamp", |row| optional(row.span.end_timestamp)),
    ("durationNs", |row| optional(row.span.duration_ns)),
    ("criticalPathNs", |row| critical_nanos(row).to_string()),
    ("traceId", |row| row.span.trace_id.to_string()),
    ("spanId", |row| row.span.span_id.to_string()),
    ("parentSpanId", |row| optional(row.span.parent_span_id)),
    ("serviceName", |row| optional(row.span.service_name.as_ref())),
    ("name", |row| optional(row.span.name.as_ref())),
    ("kind", |row| optional(row.span.kind.as_ref())),
    ("statusCode", |row| optional(row.span.status_code.as_ref())),
    ("statusMessage", |row| optional(row.span.status_message.as_ref())),
    ("attributes", |row| json(&row.span.attributes)),
];

/// How long the trace waited for this span alone.
pub(crate) fn critical_nanos(row: &TraceSpan) -> i64 {
    row.critical_path.iter().map(|segment| segment.end.nanos().saturating_sub(segment.start.nanos())).sum()
}
