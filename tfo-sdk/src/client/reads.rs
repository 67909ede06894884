//! Reads that are no plain lists: whole traces, and what is made of many records.

use serde::Serialize;

use super::{Client, ClientError, Read};
use crate::api::{
    AttributeKeys, AttributeValues, LatencyHeatMap, LogContext, LogHistogram, Operation, Page, ServiceMap,
    Trace,
};
use crate::{RecordId, Signal, TraceId};

/// The part of a long answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// At most this many: 1 to 10,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// From where the page with this token ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_token: Option<String>,
}

/// Which log records to show around one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Around {
    /// At most so many before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<usize>,
    /// At most so many after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<usize>,
    /// Whose records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Within>,
    /// A filter that those before and after pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
}

/// Whose log records are the neighbours of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Within {
    /// Those of the same service, instance, host, pod, container and file.
    Source,
    /// Those of the same service.
    Service,
    /// All of them.
    All,
}

/// Which operations to list, in what order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationsRead {
    /// Of which spans. The order is that of the sort.
    #[serde(flatten)]
    pub read: Read,
    /// What they are sorted by: `requests`, `errors`, `errorRatio`, `p50`, `p95`, `p99` or `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
}

/// Which keys or values to complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompletionRead {
    /// Of which records.
    #[serde(flatten)]
    pub read: Read,
    /// Of which signal.
    pub signal: Signal,
    /// Only what begins with this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// The field whose values are asked for, as filters write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// A range that is cut into steps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stepped {
    /// Of which records.
    #[serde(flatten)]
    pub read: Read,
    /// How long a step is, such as `1m`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
}

impl Client {
    /// Log records counted by time and severity: `GET /api/v2/logs/histogram`.
    pub async fn log_histogram(&self, read: &Stepped) -> Result<LogHistogram, ClientError> {
        self.get(&["logs", "histogram"], read).await
    }

    /// A log record with those around it: `GET /api/v2/logs/{id}/context`. `None` when it is not stored.
    pub async fn find_log_context(
        &self,
        id: RecordId,
        around: &Around,
    ) -> Result<Option<LogContext>, ClientError> {
        found(self.get(&["logs", &id.to_string(), "context"], around).await)
    }

    /// Entry spans counted by start and duration: `GET /api/v2/traces/latency`.
    pub async fn latency(&self, read: &Stepped) -> Result<LatencyHeatMap, ClientError> {
        self.get(&["traces", "latency"], read).await
    }

    /// Services and who calls whom: `GET /api/v2/service-map`.
    pub async fn service_map(&self, read: &Read) -> Result<ServiceMap, ClientError> {
        self.get(&["service-map"], read).await
    }

    /// What services are asked for: `GET /api/v2/operations`.
    pub async fn operations(&self, read: &OperationsRead) -> Result<Page<Operation>, ClientError> {
        self.get(&["operations"], read).await
    }

    /// Keys of attributes: `GET /api/v2/attributes/keys`.
    pub async fn attribute_keys(&self, read: &CompletionRead) -> Result<AttributeKeys, ClientError> {
        self.get(&["attributes", "keys"], read).await
    }

    /// Values of a field: `GET /api/v2/attributes/values`.
    pub async fn attribute_values(&self, read: &CompletionRead) -> Result<AttributeValues, ClientError> {
        self.get(&["attributes", "values"], read).await
    }

    /// A page of one whole trace, over all retention: `GET /api/v2/traces/{id}`. `None` when no span of it is stored.
    pub async fn find_trace(&self, id: TraceId, part: &Part) -> Result<Option<Trace>, ClientError> {
        found(self.get(&["traces", &id.to_string()], part).await)
    }
}

/// The answer, `None` where the daemon says that there is no such thing.
pub(super) fn found<T>(answer: Result<T, ClientError>) -> Result<Option<T>, ClientError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
