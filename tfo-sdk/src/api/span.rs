//! Spans.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::origin::Origin;
use crate::ids::{RecordId, SpanId, TraceId};
use crate::time::Timestamp;
use crate::value::Attributes;

/// One span (trace/v1 `Span`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Span {
    /// The record's identity.
    pub id: RecordId,
    /// Start; when the sender did not say, the end; else when it was received.
    pub timestamp: Timestamp,
    /// The start as protobuf reads it (0, sent or left out), where `timestamp` had to stand in for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sent_timestamp: Option<Timestamp>,
    /// End.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub end_timestamp: Option<Timestamp>,
    /// End minus start in nanoseconds; negative when the sender's clock went back; absent when either is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub duration_ns: Option<i64>,
    /// The trace, lower-case hex.
    pub trace_id: TraceId,
    /// The span, lower-case hex.
    pub span_id: SpanId,
    /// The parent span; absent for a root.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent_span_id: Option<SpanId>,
    /// W3C trace state.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trace_state: Option<String>,
    /// Flags (`SpanFlags`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub flags: Option<u32>,
    /// Name of the operation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// `UNSPECIFIED`, `INTERNAL`, `SERVER`, `CLIENT`, `PRODUCER`, `CONSUMER`, or the number of an unknown kind.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<String>,
    /// `service.name` of the resource.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_name: Option<String>,
    /// `UNSET`, `OK`, `ERROR`, or the number of an unknown code; absent when no status was sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status_code: Option<String>,
    /// The status in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status_message: Option<String>,
    /// Attributes of the span.
    #[serde(default)]
    pub attributes: Attributes,
    /// Attributes that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_attributes_count: Option<u32>,
    /// Events in the span.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub events: Vec<SpanEvent>,
    /// Events that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_events_count: Option<u32>,
    /// Links to other spans.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub links: Vec<SpanLink>,
    /// Links that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_links_count: Option<u32>,
    /// Resource and scope.
    #[serde(flatten)]
    pub origin: Origin,
}

impl Span {
    /// Whether its status says that it failed.
    pub fn is_error(&self) -> bool {
        self.status_code.as_deref() == Some("ERROR")
    }
}

/// Something that happened during a span (trace/v1 `Span.Event`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SpanEvent {
    /// When.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub timestamp: Option<Timestamp>,
    /// What, such as `exception`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Its attributes.
    #[serde(skip_serializing_if = "Attributes::is_empty", default)]
    pub attributes: Attributes,
    /// Attributes that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_attributes_count: Option<u32>,
}

/// A relation to a span, often of another trace (trace/v1 `Span.Link`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SpanLink {
    /// The other span's trace.
    pub trace_id: TraceId,
    /// The other span.
    pub span_id: SpanId,
    /// Its W3C trace state.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trace_state: Option<String>,
    /// Attributes of the link.
    #[serde(skip_serializing_if = "Attributes::is_empty", default)]
    pub attributes: Attributes,
    /// Attributes that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_attributes_count: Option<u32>,
    /// Flags (`SpanFlags`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub flags: Option<u32>,
}
