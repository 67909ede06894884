//! The parameters that all reads of telemetry share.

use serde::Serialize;

use crate::ids::{RecordId, TraceId};

/// What to read. Every field is optional: the default is the daemon's (the last hour, newest first, 100 records).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Read {
    /// Start of the range: a duration ago (`15m`) or an RFC 3339 time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// End of the range, which does not belong to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Order of the timestamps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// A filter in the grammar of [`crate::filter`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Only records of this service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Only this severity (`error`), or this one and upwards (`error+`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// Only spans, or points of metrics, of this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Only records of this trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceId>,
    /// At most this many records: 1 to 10,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// From where the page with this token ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_token: Option<String>,
    /// Only records that arrived after this one, in the order of their arrival.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<RecordId>,
}

/// The order of a list of telemetry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Order {
    /// Newest first.
    Desc,
    /// Oldest first.
    Asc,
}
