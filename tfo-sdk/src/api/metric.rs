//! Metric points and names.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::metric_query::Double;
use super::origin::Origin;
use crate::ids::{RecordId, SpanId, TraceId};
use crate::time::Timestamp;
use crate::value::{AnyValue, Attributes};

/// One data point with the metric that it belongs to (metrics/v1). Fields that its type lacks are absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MetricPoint {
    /// The record's identity.
    pub id: RecordId,
    /// Time of the point; when the sender did not say, when it was received.
    pub timestamp: Timestamp,
    /// The time as protobuf reads it (0, sent or left out), where `timestamp` had to stand in for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sent_timestamp: Option<Timestamp>,
    /// Start of the interval that the point covers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub start_timestamp: Option<Timestamp>,
    /// Name of the metric.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub metric_name: Option<String>,
    /// Unit (UCUM).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// What the metric measures.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// Metadata of the metric.
    #[serde(skip_serializing_if = "Attributes::is_empty", default)]
    pub metadata: Attributes,
    /// `gauge`, `sum`, `histogram`, `exponential_histogram` or `summary`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `UNSPECIFIED`, `DELTA`, `CUMULATIVE`, or the number of an unknown one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub temporality: Option<String>,
    /// Whether a sum only grows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub is_monotonic: Option<bool>,
    /// `service.name` of the resource.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_name: Option<String>,
    /// The series: a hash of metric, resource, scope and attributes, 16 hex digits.
    pub series_id: String,
    /// Attributes of the point.
    #[serde(default)]
    pub attributes: Attributes,
    /// The value of a gauge or sum, an integer or a double as sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<AnyValue>,
    /// Number of measurements.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub count: Option<u64>,
    /// Sum of the measurements (a double).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sum: Option<AnyValue>,
    /// Smallest measurement (a double).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub min: Option<AnyValue>,
    /// Largest measurement (a double).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max: Option<AnyValue>,
    /// Upper bounds of a histogram's buckets (doubles).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bounds: Option<Vec<AnyValue>>,
    /// Counts of a histogram's buckets.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bucket_counts: Option<Vec<u64>>,
    /// Scale of an exponential histogram.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scale: Option<i32>,
    /// Count of its zero bucket.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub zero_count: Option<u64>,
    /// Width of its zero bucket (a double).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub zero_threshold: Option<AnyValue>,
    /// Its buckets above zero.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub positive: Option<Buckets>,
    /// Its buckets below zero.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub negative: Option<Buckets>,
    /// Quantiles of a summary.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quantiles: Option<Vec<Quantile>>,
    /// Examples of measurements, with the trace that each was made in.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub exemplars: Vec<Exemplar>,
    /// Flags (`DataPointFlags`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub flags: Option<u32>,
    /// Resource and scope.
    #[serde(flatten)]
    pub origin: Origin,
}

/// Buckets of an exponential histogram on one side of zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Buckets {
    /// Index of the first bucket.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub offset: Option<i32>,
    /// Counts, from that bucket on.
    #[serde(default)]
    pub counts: Vec<u64>,
}

/// One quantile of a summary (both doubles; absent is 0).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Quantile {
    /// Between 0 and 1.
    pub quantile: AnyValue,
    /// The value there.
    pub value: AnyValue,
}

/// An example measurement (metrics/v1 `Exemplar`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Exemplar {
    /// When.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub timestamp: Option<Timestamp>,
    /// What was measured, an integer or a double as sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<AnyValue>,
    /// Trace that it was measured in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trace_id: Option<TraceId>,
    /// Span that it was measured in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span_id: Option<SpanId>,
    /// Attributes that the aggregation dropped.
    #[serde(skip_serializing_if = "Attributes::is_empty", default)]
    pub filtered_attributes: Attributes,
}

/// A metric's name and shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MetricName {
    /// Name of the metric.
    pub name: String,
    /// `gauge`, `sum`, `histogram`, `exponential_histogram` or `summary`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Unit (UCUM).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// What the metric measures.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// Services that send it, sorted.
    pub services: Vec<String>,
    /// Series in the range.
    pub series: u64,
    /// Points in the range.
    pub points: u64,
    /// Time of the newest point.
    pub last_timestamp: Timestamp,
    /// With `sparkline=N`: its course over the range in N values, null where there is none. Means of gauges, sums
    /// of what goes up and down, else the growth a second.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sparkline: Option<Vec<Option<Double>>>,
}
