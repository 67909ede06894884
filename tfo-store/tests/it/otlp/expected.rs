//! What a view must answer, told from `opentelemetry-proto`'s own reading of a request.
//!
//! prost does not tell a field that is absent from one that has its default: both are absent here, as they are
//! on the wire that prost writes. `None` for a record means that it is rejected.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1 as common;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1 as logs;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{self as metrics, exemplar, number_data_point};
use opentelemetry_proto::tonic::resource::v1 as resource;
use opentelemetry_proto::tonic::trace::v1 as trace;
use tfo_sdk::api::{
    Buckets, EntityRef, Exemplar, LogRecord, MetricPoint, Origin, Quantile, Resource, Scope, Span, SpanEvent,
    SpanLink,
};
use tfo_sdk::{AnyValue, Attributes, RecordId, SpanId, Timestamp, TraceId};

use super::helpers::RECEIVED_AT;

fn sent<T: Default + PartialEq>(value: T) -> Option<T> {
    (value != T::default()).then_some(value)
}

fn sent_bits(value: f64) -> Option<AnyValue> {
    // prost leaves out what equals 0.0, which -0.0 does.
    (value != 0.0).then_some(AnyValue::Double(value))
}

fn text(value: &str) -> Option<String> {
    sent(value.to_owned())
}

fn any_value(value: Option<&common::AnyValue>) -> AnyValue {
    match value.and_then(|value| value.value.as_ref()) {
        None | Some(Value::StringValueStrindex(_)) => AnyValue::Empty,
        Some(Value::StringValue(text)) => AnyValue::String(text.clone()),
        Some(Value::BoolValue(value)) => AnyValue::Bool(*value),
        Some(Value::IntValue(value)) => AnyValue::Int(*value),
        Some(Value::DoubleValue(value)) => AnyValue::Double(*value),
        Some(Value::BytesValue(bytes)) => AnyValue::Bytes(bytes.clone()),
        Some(Value::ArrayValue(array)) => {
            AnyValue::Array(array.values.iter().map(|value| any_value(Some(value))).collect())
        }
        Some(Value::KvlistValue(list)) => AnyValue::Map(entries(&list.values)),
    }
}

fn entries(attributes: &[common::KeyValue]) -> Attributes {
    let pair = |entry: &common::KeyValue| (entry.key.clone(), any_value(entry.value.as_ref()));
    Attributes(attributes.iter().map(pair).collect())
}

/// Attributes in an order of their own: that of promoted ones is not kept.
fn attributes(attributes: &[common::KeyValue]) -> Attributes {
    sorted(entries(attributes))
}

/// The same for what a view answered.
pub(crate) fn sorted(mut attributes: Attributes) -> Attributes {
    attributes.0.sort_by_cached_key(|(key, value)| (key.clone(), format!("{value:?}")));
    attributes
}

/// A record of a view with all its attributes sorted.
pub(crate) trait Sorted {
    fn sorted(self) -> Self;
}

impl Sorted for Origin {
    fn sorted(mut self) -> Self {
        self.resource = self.resource.map(|r| Resource { attributes: sorted(r.attributes), ..r });
        self.scope = self.scope.map(|s| Scope { attributes: sorted(s.attributes), ..s });
        self
    }
}

impl Sorted for LogRecord {
    fn sorted(self) -> Self {
        Self { attributes: sorted(self.attributes), origin: self.origin.sorted(), ..self }
    }
}

impl Sorted for Span {
    fn sorted(mut self) -> Self {
        for event in &mut self.events {
            event.attributes = sorted(std::mem::take(&mut event.attributes));
        }
        for link in &mut self.links {
            link.attributes = sorted(std::mem::take(&mut link.attributes));
        }
        Self { attributes: sorted(self.attributes), origin: self.origin.sorted(), ..self }
    }
}

impl Sorted for MetricPoint {
    fn sorted(mut self) -> Self {
        for exemplar in &mut self.exemplars {
            exemplar.filtered_attributes = sorted(std::mem::take(&mut exemplar.filtered_attributes));
        }
        // Its value is checked elsewhere: that it is the same for the same series.
        self.series_id.clear();
        Self {
            attributes: sorted(self.attributes),
            metadata: sorted(self.metadata),
            origin: self.origin.sorted(),
            ..self
        }
    }
}

fn origin(
    resource: Option<&resource::Resource>,
    resource_schema_url: &str,
    scope: Option<&common::InstrumentationScope>,
    scope_schema_url: &str,
) -> (Origin, Option<String>) {
    let service_name = resource.and_then(|resource| {
        resource.attributes.iter().find_map(|entry| match any_value(entry.value.as_ref()) {
            AnyValue::String(text) if entry.key == "service.name" => Some(text),
            _ => None,
        })
    });
    let entity_ref = |entity_ref: &common::EntityRef| EntityRef {
        schema_url: entity_ref.schema_url.clone(),
        kind: entity_ref.r#type.clone(),
        id_keys: entity_ref.id_keys.clone(),
        description_keys: entity_ref.description_keys.clone(),
    };
    let origin = Origin {
        resource: resource.map(|resource| Resource {
            attributes: attributes(&resource.attributes),
            dropped_attributes_count: sent(resource.dropped_attributes_count),
            entity_refs: resource.entity_refs.iter().map(entity_ref).collect(),
        }),
        resource_schema_url: text(resource_schema_url),
        scope: scope.map(|scope| Scope {
            name: text(&scope.name),
            version: text(&scope.version),
            attributes: attributes(&scope.attributes),
            dropped_attributes_count: sent(scope.dropped_attributes_count),
        }),
        scope_schema_url: text(scope_schema_url),
    };
    (origin, service_name)
}

/// A time, `None` when it cannot be kept; inside, `None` when it was not sent.
fn time(time: u64) -> Option<Option<Timestamp>> {
    i64::try_from(time).ok().map(|time| sent(Timestamp(time)))
}

/// The time of a record, and the time as sent where that could not serve.
fn times(first: Option<Timestamp>, second: Option<Timestamp>) -> (Timestamp, Option<Timestamp>) {
    match first {
        Some(time) => (time, None),
        None => (second.unwrap_or(Timestamp(RECEIVED_AT as i64)), Some(Timestamp(0))),
    }
}

fn optional_trace_id(id: &[u8]) -> Option<Option<TraceId>> {
    if id.is_empty() { Some(None) } else { id.try_into().ok().map(TraceId::from_bytes).map(Some) }
}

fn optional_span_id(id: &[u8]) -> Option<Option<SpanId>> {
    if id.is_empty() { Some(None) } else { id.try_into().ok().map(SpanId::from_bytes).map(Some) }
}

fn name_of(value: i32, names: &[&str]) -> String {
    let name = usize::try_from(value).ok().and_then(|value| names.get(value));
    name.map_or_else(|| value.to_string(), |name| (*name).to_owned())
}

fn log_record(id: RecordId, record: &logs::LogRecord, from: &(Origin, Option<String>)) -> Option<LogRecord> {
    let observed_timestamp = time(record.observed_time_unix_nano)?;
    let (timestamp, sent_timestamp) = times(time(record.time_unix_nano)?, observed_timestamp);
    Some(LogRecord {
        id,
        timestamp,
        sent_timestamp,
        observed_timestamp,
        severity_number: sent(record.severity_number),
        severity_text: text(&record.severity_text),
        service_name: from.1.clone(),
        body: record.body.as_ref().map(|body| any_value(Some(body))),
        trace_id: optional_trace_id(&record.trace_id)?,
        span_id: optional_span_id(&record.span_id)?,
        flags: sent(record.flags),
        event_name: text(&record.event_name),
        attributes: attributes(&record.attributes),
        dropped_attributes_count: sent(record.dropped_attributes_count),
        origin: from.0.clone(),
    })
}

/// Records in order, each with the next identity; those that are `None` count too.
struct Numbered<T> {
    next: u32,
    kept: Vec<T>,
}

impl<T> Numbered<T> {
    fn new() -> Self {
        Self { next: 0, kept: Vec::new() }
    }

    fn add(&mut self, record: impl FnOnce(RecordId) -> Option<T>) {
        self.kept.extend(record(RecordId { sequence: 0, row: self.next }));
        self.next += 1;
    }

    /// The records, and how many were rejected.
    fn finish(self) -> (Vec<T>, u64) {
        let rejected = u64::from(self.next) - self.kept.len() as u64;
        (self.kept, rejected)
    }
}

/// The log records of a request, and how many are rejected.
pub(crate) fn log_records(request: &ExportLogsServiceRequest) -> (Vec<LogRecord>, u64) {
    let mut records = Numbered::new();
    for block in &request.resource_logs {
        for scope in &block.scope_logs {
            let from =
                origin(block.resource.as_ref(), &block.schema_url, scope.scope.as_ref(), &scope.schema_url);
            for record in &scope.log_records {
                records.add(|id| log_record(id, record, &from));
            }
        }
    }
    records.finish()
}

fn span(id: RecordId, span: &trace::Span, from: &(Origin, Option<String>)) -> Option<Span> {
    let (start, end) = (time(span.start_time_unix_nano)?, time(span.end_time_unix_nano)?);
    let (timestamp, sent_timestamp) = times(start, end);
    let event = |event: &trace::span::Event| {
        Some(SpanEvent {
            timestamp: time(event.time_unix_nano)?,
            name: text(&event.name),
            attributes: attributes(&event.attributes),
            dropped_attributes_count: sent(event.dropped_attributes_count),
        })
    };
    let link = |link: &trace::span::Link| {
        Some(SpanLink {
            trace_id: TraceId::from_bytes(link.trace_id.as_slice().try_into().ok()?),
            span_id: SpanId::from_bytes(link.span_id.as_slice().try_into().ok()?),
            trace_state: text(&link.trace_state),
            attributes: attributes(&link.attributes),
            dropped_attributes_count: sent(link.dropped_attributes_count),
            flags: sent(link.flags),
        })
    };
    let kinds = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
    Some(Span {
        id,
        timestamp,
        sent_timestamp,
        end_timestamp: end,
        duration_ns: start.zip(end).map(|(start, end)| end.nanos() - start.nanos()),
        trace_id: TraceId::from_bytes(sent(span.trace_id.as_slice().try_into().ok()?)?),
        span_id: SpanId::from_bytes(sent(span.span_id.as_slice().try_into().ok()?)?),
        parent_span_id: optional_span_id(&span.parent_span_id)?,
        trace_state: text(&span.trace_state),
        flags: sent(span.flags),
        name: text(&span.name),
        kind: sent(span.kind).map(|kind| name_of(kind, &kinds)),
        service_name: from.1.clone(),
        status_code: span.status.as_ref().map(|status| name_of(status.code, &["UNSET", "OK", "ERROR"])),
        status_message: span.status.as_ref().and_then(|status| text(&status.message)),
        attributes: attributes(&span.attributes),
        dropped_attributes_count: sent(span.dropped_attributes_count),
        events: span.events.iter().map(event).collect::<Option<_>>()?,
        dropped_events_count: sent(span.dropped_events_count),
        links: span.links.iter().map(link).collect::<Option<_>>()?,
        dropped_links_count: sent(span.dropped_links_count),
        origin: from.0.clone(),
    })
}

/// The spans of a request, and how many are rejected.
pub(crate) fn spans(request: &ExportTraceServiceRequest) -> (Vec<Span>, u64) {
    let mut spans = Numbered::new();
    for block in &request.resource_spans {
        for scope in &block.scope_spans {
            let from =
                origin(block.resource.as_ref(), &block.schema_url, scope.scope.as_ref(), &scope.schema_url);
            for sent in &scope.spans {
                spans.add(|id| span(id, sent, &from));
            }
        }
    }
    spans.finish()
}

fn exemplar(exemplar: &metrics::Exemplar) -> Option<Exemplar> {
    Some(Exemplar {
        timestamp: time(exemplar.time_unix_nano)?,
        value: exemplar.value.map(|value| match value {
            exemplar::Value::AsInt(value) => AnyValue::Int(value),
            exemplar::Value::AsDouble(value) => AnyValue::Double(value),
        }),
        trace_id: optional_trace_id(&exemplar.trace_id)?,
        span_id: optional_span_id(&exemplar.span_id)?,
        filtered_attributes: attributes(&exemplar.filtered_attributes),
    })
}

fn exemplars(exemplars: &[metrics::Exemplar]) -> Option<Vec<Exemplar>> {
    exemplars.iter().map(exemplar).collect()
}

fn buckets(buckets: Option<&metrics::exponential_histogram_data_point::Buckets>) -> Option<Buckets> {
    buckets.map(|buckets| Buckets { offset: sent(buckets.offset), counts: buckets.bucket_counts.clone() })
}

/// A point with what its metric says, all else absent.
fn with_times(metric: &MetricPoint, start: u64, at: u64) -> Option<MetricPoint> {
    let (timestamp, sent_timestamp) = times(time(at)?, None);
    Some(MetricPoint { timestamp, sent_timestamp, start_timestamp: time(start)?, ..metric.clone() })
}

fn number_point(metric: &MetricPoint, point: &metrics::NumberDataPoint) -> Option<MetricPoint> {
    Some(MetricPoint {
        attributes: attributes(&point.attributes),
        value: point.value.map(|value| match value {
            number_data_point::Value::AsInt(value) => AnyValue::Int(value),
            number_data_point::Value::AsDouble(value) => AnyValue::Double(value),
        }),
        exemplars: exemplars(&point.exemplars)?,
        flags: sent(point.flags),
        ..with_times(metric, point.start_time_unix_nano, point.time_unix_nano)?
    })
}

fn histogram_point(metric: &MetricPoint, point: &metrics::HistogramDataPoint) -> Option<MetricPoint> {
    Some(MetricPoint {
        attributes: attributes(&point.attributes),
        count: sent(point.count),
        sum: point.sum.map(AnyValue::Double),
        min: point.min.map(AnyValue::Double),
        max: point.max.map(AnyValue::Double),
        bounds: Some(point.explicit_bounds.iter().copied().map(AnyValue::Double).collect()),
        bucket_counts: Some(point.bucket_counts.clone()),
        exemplars: exemplars(&point.exemplars)?,
        flags: sent(point.flags),
        ..with_times(metric, point.start_time_unix_nano, point.time_unix_nano)?
    })
}

fn exponential_point(
    metric: &MetricPoint,
    point: &metrics::ExponentialHistogramDataPoint,
) -> Option<MetricPoint> {
    Some(MetricPoint {
        attributes: attributes(&point.attributes),
        count: sent(point.count),
        sum: point.sum.map(AnyValue::Double),
        min: point.min.map(AnyValue::Double),
        max: point.max.map(AnyValue::Double),
        scale: sent(point.scale),
        zero_count: sent(point.zero_count),
        zero_threshold: sent_bits(point.zero_threshold),
        positive: buckets(point.positive.as_ref()),
        negative: buckets(point.negative.as_ref()),
        exemplars: exemplars(&point.exemplars)?,
        flags: sent(point.flags),
        ..with_times(metric, point.start_time_unix_nano, point.time_unix_nano)?
    })
}

fn summary_point(metric: &MetricPoint, point: &metrics::SummaryDataPoint) -> Option<MetricPoint> {
    let zero_if_absent = |value| sent_bits(value).unwrap_or(AnyValue::Double(0.0));
    let quantile = |pair: &metrics::summary_data_point::ValueAtQuantile| Quantile {
        quantile: zero_if_absent(pair.quantile),
        value: zero_if_absent(pair.value),
    };
    Some(MetricPoint {
        attributes: attributes(&point.attributes),
        count: sent(point.count),
        sum: sent_bits(point.sum),
        quantiles: Some(point.quantile_values.iter().map(quantile).collect()),
        flags: sent(point.flags),
        ..with_times(metric, point.start_time_unix_nano, point.time_unix_nano)?
    })
}

fn points(points: &mut Numbered<MetricPoint>, metric: &MetricPoint, data: &Data) {
    let temporality =
        |value: i32| sent(value).map(|value| name_of(value, &["UNSPECIFIED", "DELTA", "CUMULATIVE"]));
    let kind = |kind: &str| MetricPoint { kind: kind.to_owned(), ..metric.clone() };
    let identified = |id, point: Option<MetricPoint>| point.map(|point| MetricPoint { id, ..point });
    match data {
        Data::Gauge(gauge) => {
            let metric = kind("gauge");
            for point in &gauge.data_points {
                points.add(|id| identified(id, number_point(&metric, point)));
            }
        }
        Data::Sum(sum) => {
            let metric = MetricPoint {
                temporality: temporality(sum.aggregation_temporality),
                is_monotonic: sent(sum.is_monotonic),
                ..kind("sum")
            };
            for point in &sum.data_points {
                points.add(|id| identified(id, number_point(&metric, point)));
            }
        }
        Data::Histogram(histogram) => {
            let temporality = temporality(histogram.aggregation_temporality);
            let metric = MetricPoint { temporality, ..kind("histogram") };
            for point in &histogram.data_points {
                points.add(|id| identified(id, histogram_point(&metric, point)));
            }
        }
        Data::ExponentialHistogram(histogram) => {
            let temporality = temporality(histogram.aggregation_temporality);
            let metric = MetricPoint { temporality, ..kind("exponential_histogram") };
            for point in &histogram.data_points {
                points.add(|id| identified(id, exponential_point(&metric, point)));
            }
        }
        Data::Summary(summary) => {
            let metric = kind("summary");
            for point in &summary.data_points {
                points.add(|id| identified(id, summary_point(&metric, point)));
            }
        }
    }
}

/// The points of a request, and how many are rejected.
pub(crate) fn metric_points(request: &ExportMetricsServiceRequest) -> (Vec<MetricPoint>, u64) {
    let mut kept = Numbered::new();
    for block in &request.resource_metrics {
        for scope in &block.scope_metrics {
            let from =
                origin(block.resource.as_ref(), &block.schema_url, scope.scope.as_ref(), &scope.schema_url);
            for metric in &scope.metrics {
                let shared = MetricPoint {
                    metric_name: text(&metric.name),
                    unit: text(&metric.unit),
                    description: text(&metric.description),
                    metadata: attributes(&metric.metadata),
                    service_name: from.1.clone(),
                    origin: from.0.clone(),
                    ..empty_point()
                };
                if let Some(data) = &metric.data {
                    points(&mut kept, &shared, data);
                }
            }
        }
    }
    kept.finish()
}

fn empty_point() -> MetricPoint {
    MetricPoint {
        id: RecordId { sequence: 0, row: 0 },
        timestamp: Timestamp(0),
        sent_timestamp: None,
        start_timestamp: None,
        metric_name: None,
        unit: None,
        description: None,
        metadata: Attributes::default(),
        kind: String::new(),
        temporality: None,
        is_monotonic: None,
        service_name: None,
        series_id: String::new(),
        attributes: Attributes::default(),
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
        origin: Origin::default(),
    }
}
