//! Series of metrics, and questions about their points over time.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::origin::Origin;
use super::page::Scan;
use crate::ids::{SpanId, TraceId};
use crate::time::Timestamp;
use crate::value::{AnyValue, Attributes};

/// One series: the points of one metric from one origin with the same attributes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MetricSeries {
    /// Name of the metric.
    pub metric_name: String,
    /// `gauge`, `sum`, `histogram`, `exponential_histogram` or `summary`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Unit (UCUM).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// `UNSPECIFIED`, `DELTA`, `CUMULATIVE`, or the number of an unknown one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub temporality: Option<String>,
    /// Whether a sum only grows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub is_monotonic: Option<bool>,
    /// `service.name` of the resource.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_name: Option<String>,
    /// A hash of metric, resource, scope and attributes, 16 hex digits.
    pub series_id: String,
    /// Attributes of its points.
    #[serde(default)]
    pub attributes: Attributes,
    /// Points in the range.
    pub points: u64,
    /// Time of the oldest of them.
    pub first_timestamp: Timestamp,
    /// Time of the newest of them.
    pub last_timestamp: Timestamp,
    /// Resource and scope.
    #[serde(flatten)]
    pub origin: Origin,
}

/// What to compute of the points in each step, of a *group*: the series with the same values of `groupBy`.
///
/// | | gauge, cumulative sum | delta sum | histograms, summary |
/// |---|---|---|---|
/// | `avg` | mean of all points | mean of all points | sum of the measurements by their count |
/// | `sum` | each series' mean, summed over series | sum of all points | sum of the measurements |
/// | `min`, `max` | of all points | of all points | smallest, largest measurement |
/// | `count` | points | points | measurements |
/// | `increase` | sums: how much they grew | sum of all points | measurements |
/// | `rate` | sums: growth a second | a second | measurements a second |
/// | `percentile` | – | – | of the measurements |
///
/// Whatever grows from the start of a series (cumulative sums and histograms, summaries) is first turned into how
/// much it grew from point to point. A growth belongs to the step of its end, whole. A value below the one before,
/// or a start time later than the point before, is a new beginning, counted from zero; a sum that is not monotonic may fall,
/// and its growth is then negative. The first point of a series counts from zero when the series began after the start of
/// the query or in the five minutes (or the step, if that is longer) before it; else it is only what the next
/// points are compared with. A growth a second is, for each series, over the step, or over the time that its points
/// cover where that is longer: a point late by an hour shows the rate of that hour.
///
/// Percentiles come from buckets, as Prometheus computes them: linear inside explicit buckets, geometric inside
/// exponential ones, closer where the smallest and the largest measurement are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Aggregation {
    /// The mean.
    Avg,
    /// The sum.
    Sum,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// How many.
    Count,
    /// The growth a second.
    Rate,
    /// The growth.
    Increase,
    /// The value that a share of the measurements is at or below; `quantile` says which share.
    Percentile,
}

impl Aggregation {
    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Avg => "avg",
            Self::Sum => "sum",
            Self::Min => "min",
            Self::Max => "max",
            Self::Count => "count",
            Self::Rate => "rate",
            Self::Increase => "increase",
            Self::Percentile => "percentile",
        }
    }
}

/// Body of `POST /api/v2/metrics/query`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MetricRequest {
    /// Name of the metric, exactly.
    pub metric: String,
    /// Only points of this type, where the name has several: `gauge`, `sum`, `histogram`, `exponential_histogram`
    /// or `summary`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<String>,
    /// Only points of this unit, where the name has several; the empty text is no unit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// Only points that pass this filter, in the filter grammar.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub filter: Option<String>,
    /// Start of the range: a duration ago (`15m`) or an RFC 3339 time. The last hour when it is left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub since: Option<String>,
    /// End of the range, which does not belong to it. Now when it is left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<String>,
    /// Length of a step (`1m`). Steps begin at its multiples since 1970. When it is left out: so long that the range has at most about 240,
    /// but not shorter than the time from one point of a series to the next.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub step: Option<String>,
    /// What to compute.
    pub aggregation: Aggregation,
    /// For `percentile`: which share, from 0 to 1 (`0.95`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub quantile: Option<f64>,
    /// Fields as in the filter grammar (`service`, `http.route`, `attr.user`, `resource.host.name`); a line for
    /// every combination of their values. All points together when it is empty.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schemars(length(max = 16))]
    pub group_by: Vec<String>,
    /// At most this many groups, 1 to 1,000; when there are more, those with the largest values. 100 when it is left
    /// out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(range(min = 1, max = 1000))]
    pub limit: Option<usize>,
    /// Whether to answer exemplars too.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub exemplars: bool,
}

impl MetricRequest {
    /// A request for this aggregation of a metric, over the last hour.
    pub fn new(metric: impl Into<String>, aggregation: Aggregation) -> Self {
        Self {
            metric: metric.into(),
            kind: None,
            unit: None,
            filter: None,
            since: None,
            until: None,
            step: None,
            aggregation,
            quantile: None,
            group_by: Vec::new(),
            limit: None,
            exemplars: false,
        }
    }
}

/// Answer of `POST /api/v2/metrics/query`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MetricAnswer {
    /// Name of the metric.
    pub metric: String,
    /// Its type; absent when no point was found.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<String>,
    /// Unit of its measurements (UCUM).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// Unit of the values in this answer (UCUM): that of a rate ends in `/s`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value_unit: Option<String>,
    /// What was computed.
    pub aggregation: Aggregation,
    /// Of which share, for `percentile`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quantile: Option<f64>,
    /// Start of the range.
    pub since: Timestamp,
    /// End of the range, which does not belong to it.
    pub until: Timestamp,
    /// Length of a step.
    pub step_ns: i64,
    /// Where each step begins.
    pub timestamps: Vec<Timestamp>,
    /// Those of the steps that the range covers in part only: the first and the last at most. Their values are of
    /// that part.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub partial_steps: Vec<Timestamp>,
    /// The groups, ordered by their values of `groupBy`.
    pub series: Vec<MetricGroup>,
    /// How many groups there are; more than in `series` when `limit` cut them.
    pub groups: u64,
    /// What to know before trusting the values.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub warnings: Vec<String>,
    /// What was read to answer.
    pub scan: Scan,
}

/// One line of an answer: the series that have the same values of `groupBy`, aggregated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MetricGroup {
    /// The values of `groupBy`, under the names asked for; what a series does not have is left out.
    pub group: Attributes,
    /// A value a step; null where there is none. A gap is never a zero.
    pub values: Vec<Option<Double>>,
    /// Examples of measurements, oldest first: where there are many, the largest of each stretch of time.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub exemplars: Vec<MetricExemplar>,
}

/// An example of a measurement, and the trace that it was made in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MetricExemplar {
    /// When.
    pub timestamp: Timestamp,
    /// What was measured, an integer or a double as sent.
    pub value: AnyValue,
    /// Trace that it was measured in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trace_id: Option<TraceId>,
    /// Span that it was measured in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span_id: Option<SpanId>,
    /// Attributes that the point does not have.
    #[serde(skip_serializing_if = "Attributes::is_empty", default)]
    pub attributes: Attributes,
}

/// A double in native JSON: a number with a point, or `{"$double": "NaN"}`. A NaN equals a NaN.
#[derive(Debug, Clone, Copy)]
pub struct Double(pub f64);

impl PartialEq for Double {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits() || (self.0.is_nan() && other.0.is_nan())
    }
}

impl Serialize for Double {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        AnyValue::Double(self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Double {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match AnyValue::deserialize(deserializer)? {
            AnyValue::Double(value) => Ok(Self(value)),
            AnyValue::Int(value) => Ok(Self(value as f64)),
            other => Err(serde::de::Error::custom(format!("expected a number, got {other}"))),
        }
    }
}

impl JsonSchema for Double {
    fn schema_name() -> Cow<'static, str> {
        "Double".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A double: a number with a point, or NaN or an infinity by name.",
            "anyOf": [
                { "type": "number" },
                {
                    "type": "object",
                    "properties": { "$double": { "enum": ["NaN", "Infinity", "-Infinity"] } },
                    "required": ["$double"],
                },
            ],
            "examples": [0.25, { "$double": "NaN" }],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_null_and_a_nan_is_not() {
        let values = [Some(Double(5.0)), None, Some(Double(f64::NAN)), Some(Double(f64::NEG_INFINITY))];
        let json = r#"[5.0,null,{"$double":"NaN"},{"$double":"-Infinity"}]"#;
        assert_eq!(serde_json::to_string(&values).unwrap(), json);
        assert_eq!(serde_json::from_str::<Vec<Option<Double>>>(json).unwrap(), values);
        assert!(serde_json::from_str::<Double>("\"5\"").is_err());
    }

    #[test]
    fn an_unknown_field_of_a_request_is_refused() {
        let json = r#"{"metric":"m","aggregation":"rate","groupby":["service"]}"#;
        assert!(serde_json::from_str::<MetricRequest>(json).unwrap_err().to_string().contains("groupby"));
    }
}
