//! Log records.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::origin::Origin;
use crate::ids::{RecordId, SpanId, TraceId};
use crate::time::Timestamp;
use crate::value::{AnyValue, Attributes};

/// One log record (logs/v1 `LogRecord`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogRecord {
    /// The record's identity.
    pub id: RecordId,
    /// When it happened; when the sender did not say, when it was observed; else when it was received.
    pub timestamp: Timestamp,
    /// The event time as protobuf reads it (0, sent or left out), where `timestamp` had to stand in for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sent_timestamp: Option<Timestamp>,
    /// When a collector or SDK saw it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub observed_timestamp: Option<Timestamp>,
    /// Severity, 1 (TRACE) to 24 (FATAL4).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub severity_number: Option<i32>,
    /// Severity in the sender's words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub severity_text: Option<String>,
    /// `service.name` of the resource.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_name: Option<String>,
    /// The message: text or any other value. Absent and `null` (an empty value) differ.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "some")]
    pub body: Option<AnyValue>,
    /// Trace that it belongs to, lower-case hex.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trace_id: Option<TraceId>,
    /// Span that it belongs to, lower-case hex.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span_id: Option<SpanId>,
    /// Flags; the low eight bits are W3C trace flags.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub flags: Option<u32>,
    /// Name of the event, for records that are events.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub event_name: Option<String>,
    /// Attributes of the record.
    #[serde(default)]
    pub attributes: Attributes,
    /// Attributes that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_attributes_count: Option<u32>,
    /// Resource and scope.
    #[serde(flatten)]
    pub origin: Origin,
}

/// `null` is a value here, not an absence.
fn some<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<AnyValue>, D::Error> {
    AnyValue::deserialize(deserializer).map(Some)
}
