//! What REST must answer for metrics.

use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    self as metrics, AggregationTemporality, Metric, exemplar, exponential_histogram_data_point,
    number_data_point,
};
use tfo_sdk::AnyValue;
use tfo_sdk::api::{Buckets, Exemplar, MetricPoint, Origin, Quantile};

use super::{NO_ID, attributes, service_name, span_id, time_if_set, trace_id};

/// The points of a metric.
pub(super) fn points(metric: &Metric, origin: &Origin) -> Vec<MetricPoint> {
    let mut base = empty(metric, origin);
    match &metric.data {
        None => Vec::new(),
        Some(Data::Gauge(gauge)) => {
            base.kind = "gauge".into();
            gauge.data_points.iter().map(|point| number(&base, point)).collect()
        }
        Some(Data::Sum(sum)) => {
            base.kind = "sum".into();
            base.temporality = temporality(sum.aggregation_temporality);
            base.is_monotonic = Some(sum.is_monotonic);
            sum.data_points.iter().map(|point| number(&base, point)).collect()
        }
        Some(Data::Histogram(histogram)) => {
            base.kind = "histogram".into();
            base.temporality = temporality(histogram.aggregation_temporality);
            histogram.data_points.iter().map(|point| self::histogram(&base, point)).collect()
        }
        Some(Data::ExponentialHistogram(histogram)) => {
            base.kind = "exponential_histogram".into();
            base.temporality = temporality(histogram.aggregation_temporality);
            histogram.data_points.iter().map(|point| exponential(&base, point)).collect()
        }
        Some(Data::Summary(summary)) => {
            base.kind = "summary".into();
            summary.data_points.iter().map(|point| self::summary(&base, point)).collect()
        }
    }
}

fn empty(metric: &Metric, origin: &Origin) -> MetricPoint {
    MetricPoint {
        id: NO_ID,
        timestamp: Default::default(),
        sent_timestamp: None,
        start_timestamp: None,
        metric_name: Some(metric.name.clone()),
        unit: Some(metric.unit.clone()),
        description: Some(metric.description.clone()),
        metadata: attributes(&metric.metadata),
        kind: String::new(),
        temporality: None,
        is_monotonic: None,
        service_name: service_name(origin),
        series_id: String::new(),
        attributes: Default::default(),
        value: None,
        count: None,
        sum: None,
        min: None,
        max: None,
        bounds: None,
        bucket_counts: None,
        scale: None,
        zero_count: None,
        zero_threshold: None,
        positive: None,
        negative: None,
        quantiles: None,
        exemplars: Vec::new(),
        flags: None,
        origin: origin.clone(),
    }
}

fn temporality(number: i32) -> Option<String> {
    let temporality = AggregationTemporality::try_from(number).expect("generated ones are known");
    Some(temporality.as_str_name().trim_start_matches("AGGREGATION_TEMPORALITY_").to_owned())
}

fn doubles(values: &[f64]) -> Option<Vec<AnyValue>> {
    Some(values.iter().copied().map(AnyValue::Double).collect())
}

fn number(base: &MetricPoint, point: &metrics::NumberDataPoint) -> MetricPoint {
    MetricPoint {
        timestamp: time_if_set(point.time_unix_nano).unwrap_or_default(),
        start_timestamp: time_if_set(point.start_time_unix_nano),
        attributes: attributes(&point.attributes),
        value: point.value.map(|value| match value {
            number_data_point::Value::AsInt(value) => AnyValue::Int(value),
            number_data_point::Value::AsDouble(value) => AnyValue::Double(value),
        }),
        exemplars: exemplars(&point.exemplars),
        flags: Some(point.flags),
        ..base.clone()
    }
}

fn histogram(base: &MetricPoint, point: &metrics::HistogramDataPoint) -> MetricPoint {
    MetricPoint {
        timestamp: time_if_set(point.time_unix_nano).unwrap_or_default(),
        start_timestamp: time_if_set(point.start_time_unix_nano),
        attributes: attributes(&point.attributes),
        count: Some(point.count),
        sum: point.sum.map(AnyValue::Double),
        min: point.min.map(AnyValue::Double),
        max: point.max.map(AnyValue::Double),
        bounds: doubles(&point.explicit_bounds),
        bucket_counts: Some(point.bucket_counts.clone()),
        exemplars: exemplars(&point.exemplars),
        flags: Some(point.flags),
        ..base.clone()
    }
}

fn exponential(base: &MetricPoint, point: &metrics::ExponentialHistogramDataPoint) -> MetricPoint {
    let buckets = |buckets: &exponential_histogram_data_point::Buckets| Buckets {
        offset: Some(buckets.offset),
        counts: buckets.bucket_counts.clone(),
    };
    MetricPoint {
        timestamp: time_if_set(point.time_unix_nano).unwrap_or_default(),
        start_timestamp: time_if_set(point.start_time_unix_nano),
        attributes: attributes(&point.attributes),
        count: Some(point.count),
        sum: point.sum.map(AnyValue::Double),
        min: point.min.map(AnyValue::Double),
        max: point.max.map(AnyValue::Double),
        scale: Some(point.scale),
        zero_count: Some(point.zero_count),
        zero_threshold: Some(AnyValue::Double(point.zero_threshold)),
        positive: point.positive.as_ref().map(buckets),
        negative: point.negative.as_ref().map(buckets),
        exemplars: exemplars(&point.exemplars),
        flags: Some(point.flags),
        ..base.clone()
    }
}

fn summary(base: &MetricPoint, point: &metrics::SummaryDataPoint) -> MetricPoint {
    MetricPoint {
        timestamp: time_if_set(point.time_unix_nano).unwrap_or_default(),
        start_timestamp: time_if_set(point.start_time_unix_nano),
        attributes: attributes(&point.attributes),
        count: Some(point.count),
        sum: Some(AnyValue::Double(point.sum)),
        quantiles: Some(
            point
                .quantile_values
                .iter()
                .map(|at| Quantile {
                    quantile: AnyValue::Double(at.quantile),
                    value: AnyValue::Double(at.value),
                })
                .collect(),
        ),
        flags: Some(point.flags),
        ..base.clone()
    }
}

fn exemplars(exemplars: &[metrics::Exemplar]) -> Vec<Exemplar> {
    exemplars
        .iter()
        .map(|exemplar| Exemplar {
            timestamp: time_if_set(exemplar.time_unix_nano),
            value: exemplar.value.map(|value| match value {
                exemplar::Value::AsInt(value) => AnyValue::Int(value),
                exemplar::Value::AsDouble(value) => AnyValue::Double(value),
            }),
            trace_id: trace_id(&exemplar.trace_id),
            span_id: span_id(&exemplar.span_id),
            filtered_attributes: attributes(&exemplar.filtered_attributes),
        })
        .collect()
}
