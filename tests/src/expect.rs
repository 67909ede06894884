//! What REST must answer for a message: the same fields under the interface's names.
//!
//! Both sides are brought to one form before they are compared, because protobuf cannot say more: a plain
//! field that is 0, "" or empty is the same as an absent one, and attributes of different keys have no order.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{self as proto, KeyValue};
use opentelemetry_proto::tonic::logs::v1 as logs;
use opentelemetry_proto::tonic::resource::v1::Resource as ProtoResource;
use opentelemetry_proto::tonic::trace::v1 as trace;
use tfo_sdk::api::{EntityRef, LogRecord, Origin, Resource, Scope, Span, SpanEvent, SpanLink};
use tfo_sdk::{AnyValue, Attributes, RecordId, SpanId, Timestamp, TraceId};

mod metric;
mod same;

pub use same::Same;

/// A record without its identity: what the daemon gives it.
const NO_ID: RecordId = RecordId { sequence: 0, row: 0 };

/// The log records of a request, in the form of [`Same::same`].
pub fn logs(request: &ExportLogsServiceRequest) -> Vec<LogRecord> {
    let mut records = Vec::new();
    for of_resource in &request.resource_logs {
        for of_scope in &of_resource.scope_logs {
            let origin = origin(
                of_resource.resource.as_ref(),
                &of_resource.schema_url,
                of_scope.scope.as_ref(),
                &of_scope.schema_url,
            );
            records.extend(of_scope.log_records.iter().map(|record| log_record(record, &origin).same()));
        }
    }
    records
}

/// The spans of a request, in the form of [`Same::same`].
pub fn spans(request: &ExportTraceServiceRequest) -> Vec<Span> {
    let mut records = Vec::new();
    for of_resource in &request.resource_spans {
        for of_scope in &of_resource.scope_spans {
            let origin = origin(
                of_resource.resource.as_ref(),
                &of_resource.schema_url,
                of_scope.scope.as_ref(),
                &of_scope.schema_url,
            );
            records.extend(of_scope.spans.iter().map(|record| span(record, &origin).same()));
        }
    }
    records
}

/// The data points of a request, in the form of [`Same::same`].
pub fn metric_points(request: &ExportMetricsServiceRequest) -> Vec<tfo_sdk::api::MetricPoint> {
    let mut records = Vec::new();
    for of_resource in &request.resource_metrics {
        for of_scope in &of_resource.scope_metrics {
            let origin = origin(
                of_resource.resource.as_ref(),
                &of_resource.schema_url,
                of_scope.scope.as_ref(),
                &of_scope.schema_url,
            );
            let points = of_scope.metrics.iter().flat_map(|metric| metric::points(metric, &origin));
            records.extend(points.map(Same::same));
        }
    }
    records
}

/// A value as the interface says it.
pub fn any_value(value: Option<&proto::AnyValue>) -> AnyValue {
    match value.and_then(|value| value.value.as_ref()) {
        None => AnyValue::Empty,
        Some(Value::StringValue(text)) => AnyValue::String(text.clone()),
        Some(Value::BoolValue(value)) => AnyValue::Bool(*value),
        Some(Value::IntValue(value)) => AnyValue::Int(*value),
        Some(Value::DoubleValue(value)) => AnyValue::Double(*value),
        Some(Value::BytesValue(bytes)) => AnyValue::Bytes(bytes.clone()),
        Some(Value::ArrayValue(array)) => {
            AnyValue::Array(array.values.iter().map(|value| any_value(Some(value))).collect())
        }
        Some(Value::KvlistValue(list)) => AnyValue::Map(attributes(&list.values)),
        Some(Value::StringValueStrindex(_)) => unreachable!("only profiles have these"),
    }
}

/// Attributes as the interface says them.
pub fn attributes(attributes: &[KeyValue]) -> Attributes {
    Attributes(attributes.iter().map(|pair| (pair.key.clone(), any_value(pair.value.as_ref()))).collect())
}

fn origin(
    resource: Option<&ProtoResource>,
    resource_schema_url: &str,
    scope: Option<&proto::InstrumentationScope>,
    scope_schema_url: &str,
) -> Origin {
    Origin {
        resource: resource.map(|resource| Resource {
            attributes: attributes(&resource.attributes),
            dropped_attributes_count: Some(resource.dropped_attributes_count),
            entity_refs: resource
                .entity_refs
                .iter()
                .map(|entity| EntityRef {
                    schema_url: entity.schema_url.clone(),
                    kind: entity.r#type.clone(),
                    id_keys: entity.id_keys.clone(),
                    description_keys: entity.description_keys.clone(),
                })
                .collect(),
        }),
        resource_schema_url: Some(resource_schema_url.to_owned()),
        scope: scope.map(|scope| Scope {
            name: Some(scope.name.clone()),
            version: Some(scope.version.clone()),
            attributes: attributes(&scope.attributes),
            dropped_attributes_count: Some(scope.dropped_attributes_count),
        }),
        scope_schema_url: Some(scope_schema_url.to_owned()),
    }
}

/// The first `service.name` that is text.
fn service_name(origin: &Origin) -> Option<String> {
    let attributes = &origin.resource.as_ref()?.attributes.0;
    attributes.iter().find_map(|(key, value)| match value {
        AnyValue::String(name) if key == "service.name" => Some(name.clone()),
        _ => None,
    })
}

fn time(nanos: u64) -> Timestamp {
    Timestamp(i64::try_from(nanos).expect("generated times are in range"))
}

fn time_if_set(nanos: u64) -> Option<Timestamp> {
    (nanos != 0).then(|| time(nanos))
}

fn trace_id(bytes: &[u8]) -> Option<TraceId> {
    bytes.try_into().ok().map(TraceId::from_bytes)
}

fn span_id(bytes: &[u8]) -> Option<SpanId> {
    bytes.try_into().ok().map(SpanId::from_bytes)
}

fn log_record(record: &logs::LogRecord, origin: &Origin) -> LogRecord {
    let observed = time_if_set(record.observed_time_unix_nano);
    LogRecord {
        id: NO_ID,
        timestamp: time_if_set(record.time_unix_nano).or(observed).unwrap_or_default(),
        sent_timestamp: None,
        observed_timestamp: observed,
        severity_number: Some(record.severity_number),
        severity_text: Some(record.severity_text.clone()),
        service_name: service_name(origin),
        body: record.body.as_ref().map(|body| any_value(Some(body))),
        trace_id: trace_id(&record.trace_id),
        span_id: span_id(&record.span_id),
        flags: Some(record.flags),
        event_name: Some(record.event_name.clone()),
        attributes: attributes(&record.attributes),
        dropped_attributes_count: Some(record.dropped_attributes_count),
        origin: origin.clone(),
    }
}

fn span(span: &trace::Span, origin: &Origin) -> Span {
    let start = time_if_set(span.start_time_unix_nano);
    let end = time_if_set(span.end_time_unix_nano);
    let kind = trace::span::SpanKind::try_from(span.kind).expect("generated kinds are known");
    Span {
        id: NO_ID,
        timestamp: start.or(end).unwrap_or_default(),
        sent_timestamp: None,
        end_timestamp: end,
        duration_ns: start.zip(end).map(|(start, end)| end.0 - start.0),
        trace_id: trace_id(&span.trace_id).expect("generated ids are whole"),
        span_id: span_id(&span.span_id).expect("generated ids are whole"),
        parent_span_id: span_id(&span.parent_span_id),
        trace_state: Some(span.trace_state.clone()),
        flags: Some(span.flags),
        name: Some(span.name.clone()),
        kind: Some(kind.as_str_name().trim_start_matches("SPAN_KIND_").to_owned()),
        service_name: service_name(origin),
        status_code: span.status.as_ref().map(|status| {
            let code = trace::status::StatusCode::try_from(status.code).expect("generated codes are known");
            code.as_str_name().trim_start_matches("STATUS_CODE_").to_owned()
        }),
        status_message: span.status.as_ref().map(|status| status.message.clone()),
        attributes: attributes(&span.attributes),
        dropped_attributes_count: Some(span.dropped_attributes_count),
        events: span
            .events
            .iter()
            .map(|event| SpanEvent {
                timestamp: time_if_set(event.time_unix_nano),
                name: Some(event.name.clone()),
                attributes: attributes(&event.attributes),
                dropped_attributes_count: Some(event.dropped_attributes_count),
            })
            .collect(),
        dropped_events_count: Some(span.dropped_events_count),
        links: span
            .links
            .iter()
            .map(|link| SpanLink {
                trace_id: trace_id(&link.trace_id).expect("generated ids are whole"),
                span_id: span_id(&link.span_id).expect("generated ids are whole"),
                trace_state: Some(link.trace_state.clone()),
                attributes: attributes(&link.attributes),
                dropped_attributes_count: Some(link.dropped_attributes_count),
                flags: Some(link.flags),
            })
            .collect(),
        dropped_links_count: Some(span.dropped_links_count),
        origin: origin.clone(),
    }
}
