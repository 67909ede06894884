//! Random OTLP messages: every field, every kind of value, extreme numbers, all of Unicode, keys sent twice.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, EntityRef, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint,
    Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint, exemplar,
    number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::helpers::RECEIVED_AT;

fn string() -> impl Strategy<Value = String> + Clone {
    prop_oneof![Just(String::new()), "[a-z]{1,8}", any::<String>(), Just("\u{0}\"\\\u{1f600}\n".to_owned())]
}

fn double() -> impl Strategy<Value = f64> + Clone {
    prop_oneof![
        proptest::num::f64::ANY,
        Just(0.0),
        Just(-0.0),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        any::<i32>().prop_map(f64::from),
    ]
}

fn unsigned() -> impl Strategy<Value = u64> + Clone {
    prop_oneof![Just(0), Just(u64::MAX), any::<u64>(), 0..100u64]
}

fn small() -> impl Strategy<Value = u32> + Clone {
    prop_oneof![Just(0), Just(u32::MAX), any::<u32>()]
}

fn signed() -> impl Strategy<Value = i32> + Clone {
    prop_oneof![-2..30, Just(i32::MIN), Just(i32::MAX)]
}

/// Mostly times that can be kept.
fn time() -> impl Strategy<Value = u64> + Clone {
    prop_oneof![
        5 => Just(RECEIVED_AT),
        5 => 1..=i64::MAX as u64,
        3 => Just(0),
        1 => Just(i64::MAX as u64),
        1 => Just(1 << 63),
    ]
}

/// Mostly ids that can be kept.
fn id(len: usize) -> impl Strategy<Value = Vec<u8>> + Clone {
    prop_oneof![30 => vec(any::<u8>(), len), 1 => Just(vec![]), 1 => vec(any::<u8>(), 0..20), 1 => Just(vec![0; len])]
}

fn key() -> impl Strategy<Value = String> + Clone {
    let known = prop::sample::select(vec![
        "http.route",
        "http.response.status_code",
        "server.port",
        "service.name",
        "host.name",
        "process.pid",
        "k",
        "$bytes",
        "$$double",
        "",
    ]);
    prop_oneof![3 => known.prop_map(str::to_owned), 1 => string()]
}

fn any_value() -> impl Strategy<Value = AnyValue> + Clone {
    let leaf = prop_oneof![
        4 => string().prop_map(|value| Some(Value::StringValue(value))),
        1 => any::<bool>().prop_map(|value| Some(Value::BoolValue(value))),
        2 => any::<i64>().prop_map(|value| Some(Value::IntValue(value))),
        1 => (0..500i64).prop_map(|value| Some(Value::IntValue(value))),
        2 => double().prop_map(|value| Some(Value::DoubleValue(value))),
        1 => vec(any::<u8>(), 0..5).prop_map(|value| Some(Value::BytesValue(value))),
        1 => Just(None),
    ]
    .prop_map(|value| AnyValue { value });
    leaf.prop_recursive(4, 16, 4, |inner| {
        let entry =
            (key(), of(inner.clone())).prop_map(|(key, value)| KeyValue { key, value, ..Default::default() });
        prop_oneof![
            vec(inner, 0..4).prop_map(|values| Value::ArrayValue(ArrayValue { values })),
            vec(entry, 0..4).prop_map(|values| Value::KvlistValue(KeyValueList { values })),
        ]
        .prop_map(|value| AnyValue { value: Some(value) })
    })
}

fn attributes() -> BoxedStrategy<Vec<KeyValue>> {
    let attribute =
        (key(), of(any_value())).prop_map(|(key, value)| KeyValue { key, value, ..Default::default() });
    vec(attribute, 0..6).boxed()
}

fn resource() -> impl Strategy<Value = Option<Resource>> {
    let entity_ref = (string(), string(), vec(string(), 0..3), vec(string(), 0..3)).prop_map(
        |(schema_url, r#type, id_keys, description_keys)| EntityRef {
            schema_url,
            r#type,
            id_keys,
            description_keys,
        },
    );
    of((attributes(), small(), vec(entity_ref, 0..3)).prop_map(
        |(attributes, dropped_attributes_count, entity_refs)| Resource {
            attributes,
            dropped_attributes_count,
            entity_refs,
        },
    ))
}

fn scope() -> impl Strategy<Value = Option<InstrumentationScope>> {
    of((string(), string(), attributes(), small()).prop_map(
        |(name, version, attributes, dropped_attributes_count)| InstrumentationScope {
            name,
            version,
            attributes,
            dropped_attributes_count,
        },
    ))
}

fn log_record() -> impl Strategy<Value = LogRecord> {
    (
        (time(), time(), signed(), string(), of(any_value())),
        (attributes(), small(), small(), id(16), id(8), string()),
    )
        .prop_map(|(first, second)| {
            let (time_unix_nano, observed_time_unix_nano, severity_number, severity_text, body) = first;
            let (attributes, dropped_attributes_count, flags, trace_id, span_id, event_name) = second;
            LogRecord {
                time_unix_nano,
                observed_time_unix_nano,
                severity_number,
                severity_text,
                body,
                attributes,
                dropped_attributes_count,
                flags,
                trace_id,
                span_id,
                event_name,
            }
        })
}

/// A request of logs.
pub(crate) fn logs() -> impl Strategy<Value = ExportLogsServiceRequest> {
    let scope_logs = (scope(), vec(log_record(), 0..4), string())
        .prop_map(|(scope, log_records, schema_url)| ScopeLogs { scope, log_records, schema_url });
    let resource_logs = (resource(), vec(scope_logs, 0..3), string())
        .prop_map(|(resource, scope_logs, schema_url)| ResourceLogs { resource, scope_logs, schema_url });
    vec(resource_logs, 0..3).prop_map(|resource_logs| ExportLogsServiceRequest { resource_logs })
}

fn event() -> impl Strategy<Value = Event> {
    (time(), string(), attributes(), small()).prop_map(
        |(time_unix_nano, name, attributes, dropped_attributes_count)| Event {
            time_unix_nano,
            name,
            attributes,
            dropped_attributes_count,
        },
    )
}

fn link() -> impl Strategy<Value = Link> {
    (id(16), id(8), string(), attributes(), small(), small()).prop_map(
        |(trace_id, span_id, trace_state, attributes, dropped_attributes_count, flags)| Link {
            trace_id,
            span_id,
            trace_state,
            attributes,
            dropped_attributes_count,
            flags,
        },
    )
}

fn span() -> impl Strategy<Value = Span> {
    let parent = prop_oneof![Just(vec![]), id(8)];
    let status = of((string(), signed()).prop_map(|(message, code)| Status { message, code }));
    (
        (id(16), id(8), string(), parent, small(), string(), signed(), time(), time()),
        (attributes(), small(), vec(event(), 0..3), small(), vec(link(), 0..3), small(), status),
    )
        .prop_map(|(first, second)| {
            let (trace_id, span_id, trace_state, parent_span_id, flags, name, kind, start, end) = first;
            let (attributes, dropped_attributes_count, events, dropped_events_count, links, dropped, status) =
                second;
            Span {
                trace_id,
                span_id,
                trace_state,
                parent_span_id,
                flags,
                name,
                kind,
                start_time_unix_nano: start,
                end_time_unix_nano: end,
                attributes,
                dropped_attributes_count,
                events,
                dropped_events_count,
                links,
                dropped_links_count: dropped,
                status,
            }
        })
}

/// A request of spans.
pub(crate) fn spans() -> impl Strategy<Value = ExportTraceServiceRequest> {
    let scope_spans = (scope(), vec(span(), 0..4), string())
        .prop_map(|(scope, spans, schema_url)| ScopeSpans { scope, spans, schema_url });
    let resource_spans = (resource(), vec(scope_spans, 0..3), string())
        .prop_map(|(resource, scope_spans, schema_url)| ResourceSpans { resource, scope_spans, schema_url });
    vec(resource_spans, 0..3).prop_map(|resource_spans| ExportTraceServiceRequest { resource_spans })
}

fn exemplars() -> BoxedStrategy<Vec<Exemplar>> {
    let value = prop_oneof![
        double().prop_map(exemplar::Value::AsDouble),
        any::<i64>().prop_map(exemplar::Value::AsInt)
    ];
    let exemplar = (attributes(), time(), of(value), id(8), id(16)).prop_map(
        |(filtered_attributes, time_unix_nano, value, span_id, trace_id)| Exemplar {
            filtered_attributes,
            time_unix_nano,
            value,
            span_id,
            trace_id,
        },
    );
    vec(exemplar, 0..3).boxed()
}

fn number_points() -> impl Strategy<Value = Vec<NumberDataPoint>> {
    let value = prop_oneof![
        double().prop_map(number_data_point::Value::AsDouble),
        any::<i64>().prop_map(number_data_point::Value::AsInt)
    ];
    let point = (attributes(), time(), time(), of(value), exemplars(), small()).prop_map(
        |(attributes, start_time_unix_nano, time_unix_nano, value, exemplars, flags)| NumberDataPoint {
            attributes,
            start_time_unix_nano,
            time_unix_nano,
            value,
            exemplars,
            flags,
        },
    );
    vec(point, 0..3)
}

fn histogram_points() -> impl Strategy<Value = Vec<HistogramDataPoint>> {
    let point = (
        (attributes(), time(), time(), unsigned(), of(double())),
        (vec(unsigned(), 0..4), vec(double(), 0..4), exemplars(), small(), of(double()), of(double())),
    )
        .prop_map(|(first, second)| {
            let (attributes, start_time_unix_nano, time_unix_nano, count, sum) = first;
            let (bucket_counts, explicit_bounds, exemplars, flags, min, max) = second;
            HistogramDataPoint {
                attributes,
                start_time_unix_nano,
                time_unix_nano,
                count,
                sum,
                bucket_counts,
                explicit_bounds,
                exemplars,
                flags,
                min,
                max,
            }
        });
    vec(point, 0..3)
}

fn buckets() -> impl Strategy<Value = Option<Buckets>> {
    of((signed(), vec(unsigned(), 0..4))
        .prop_map(|(offset, bucket_counts)| Buckets { offset, bucket_counts }))
}

fn exponential_points() -> impl Strategy<Value = Vec<ExponentialHistogramDataPoint>> {
    let point = (
        (attributes(), time(), time(), unsigned(), of(double()), signed(), unsigned()),
        (buckets(), buckets(), small(), exemplars(), of(double()), of(double()), double()),
    )
        .prop_map(|(first, second)| {
            let (attributes, start_time_unix_nano, time_unix_nano, count, sum, scale, zero_count) = first;
            let (positive, negative, flags, exemplars, min, max, zero_threshold) = second;
            ExponentialHistogramDataPoint {
                attributes,
                start_time_unix_nano,
                time_unix_nano,
                count,
                sum,
                scale,
                zero_count,
                positive,
                negative,
                flags,
                exemplars,
                min,
                max,
                zero_threshold,
            }
        });
    vec(point, 0..3)
}

fn summary_points() -> impl Strategy<Value = Vec<SummaryDataPoint>> {
    let quantile = (double(), double()).prop_map(|(quantile, value)| ValueAtQuantile { quantile, value });
    let point = (attributes(), time(), time(), unsigned(), double(), vec(quantile, 0..3), small()).prop_map(
        |(attributes, start_time_unix_nano, time_unix_nano, count, sum, quantile_values, flags)| {
            SummaryDataPoint {
                attributes,
                start_time_unix_nano,
                time_unix_nano,
                count,
                sum,
                quantile_values,
                flags,
            }
        },
    );
    vec(point, 0..3)
}

fn data() -> impl Strategy<Value = Data> {
    prop_oneof![
        number_points().prop_map(|data_points| Data::Gauge(Gauge { data_points })),
        (number_points(), signed(), any::<bool>()).prop_map(
            |(data_points, aggregation_temporality, is_monotonic)| Data::Sum(Sum {
                data_points,
                aggregation_temporality,
                is_monotonic
            })
        ),
        (histogram_points(), signed()).prop_map(|(data_points, aggregation_temporality)| Data::Histogram(
            Histogram { data_points, aggregation_temporality }
        )),
        (exponential_points(), signed()).prop_map(|(data_points, aggregation_temporality)| {
            Data::ExponentialHistogram(ExponentialHistogram { data_points, aggregation_temporality })
        }),
        summary_points().prop_map(|data_points| Data::Summary(Summary { data_points })),
    ]
}

/// A request of metrics.
pub(crate) fn metrics() -> impl Strategy<Value = ExportMetricsServiceRequest> {
    let metric = (string(), string(), string(), attributes(), of(data())).prop_map(
        |(name, description, unit, metadata, data)| Metric { name, description, unit, metadata, data },
    );
    let scope_metrics = (scope(), vec(metric, 0..3), string())
        .prop_map(|(scope, metrics, schema_url)| ScopeMetrics { scope, metrics, schema_url });
    let resource_metrics =
        (resource(), vec(scope_metrics, 0..3), string()).prop_map(|(resource, scope_metrics, schema_url)| {
            ResourceMetrics { resource, scope_metrics, schema_url }
        });
    vec(resource_metrics, 0..2).prop_map(|resource_metrics| ExportMetricsServiceRequest { resource_metrics })
}
