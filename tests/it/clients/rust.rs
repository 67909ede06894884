//! The OpenTelemetry SDK for Rust, in this process, over gRPC.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry::logs::{AnyValue, LogRecord as _, Logger as _, LoggerProvider as _, Severity};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry::trace::{
    Link, Span as _, SpanBuilder, SpanContext, SpanKind, Status, TraceContextExt as _, TraceFlags,
    TraceState, Tracer as _, TracerProvider as _,
};
use opentelemetry::{Array, Context, InstrumentationScope, KeyValue, SpanId, TraceId, Value as Attribute};
use opentelemetry_otlp::{LogExporter, MetricExporter, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use serde_json::{Value, json};
use tfo_sdk::api::{LogRecord, MetricPoint, Span};
use tfo_tests::Daemon;

use super::{Sent, assert_same, every_way_of_reading_agrees, find, items};

const SERVICE: &str = "rust-grpc";
const CALLER: &str = "b7ad6b7169203331";

fn scope(name: &'static str) -> InstrumentationScope {
    InstrumentationScope::builder(name)
        .with_version("0.1")
        .with_schema_url("https://opentelemetry.io/schemas/1.26.0")
        .with_attributes([KeyValue::new("scope.key", true)])
        .build()
}

fn resource() -> Resource {
    Resource::builder_empty()
        .with_attributes([KeyValue::new("service.name", SERVICE), KeyValue::new("test.number", 7)])
        .build()
}

fn remote(trace: &str, span: &str, state: &str) -> SpanContext {
    let state: TraceState = state.parse().unwrap();
    let (trace, span) = (TraceId::from_hex(trace).unwrap(), SpanId::from_hex(span).unwrap());
    SpanContext::new(trace, span, TraceFlags::SAMPLED, true, state)
}

fn spans(endpoint: &str, base: SystemTime) -> (SpanContext, SpanContext) {
    let at = |milliseconds| base + Duration::from_millis(milliseconds);
    let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).build().unwrap();
    let provider =
        SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource()).build();
    let tracer = provider.tracer_with_scope(scope("test.tracer"));
    let caller = remote("0af7651916cd43dd8448eb211c8031bb", CALLER, "vendor=a1,other=b2");
    let linked = remote("11111111111111112222222222222222", "3333333333333333", "linked=yes");
    let builder = SpanBuilder::from_name("GET /things/{id}")
        .with_kind(SpanKind::Server)
        .with_start_time(at(0))
        .with_attributes([
            KeyValue::new("http.request.method", "GET"),
            KeyValue::new("http.response.status_code", 500),
            KeyValue::new("text", "5"),
            KeyValue::new("int", 5),
            KeyValue::new("double", 5.0),
            KeyValue::new("bool", true),
            KeyValue::new("ints", Attribute::Array(Array::I64(vec![1, 2]))),
        ])
        .with_links(vec![Link::new(linked, vec![KeyValue::new("link.key", "why")], 0)]);
    let mut server = tracer.build_with_context(builder, &Context::new().with_remote_span_context(caller));
    server.add_event_with_timestamp("fetched", at(5), vec![KeyValue::new("rows", 3)]);
    server.set_status(Status::error("it broke"));
    let server = Context::new().with_span(server);
    let child = SpanBuilder::from_name("compute").with_start_time(at(1));
    let mut child = tracer.build_with_context(child, &server);
    child.set_status(Status::Ok);
    let child_context = child.span_context().clone();
    child.end_with_timestamp(at(2));
    server.span().end_with_timestamp(at(9));
    provider.shutdown().unwrap();
    (server.span().span_context().clone(), child_context)
}

fn logs(endpoint: &str, base: SystemTime, span: &SpanContext) {
    let exporter = LogExporter::builder().with_tonic().with_endpoint(endpoint).build().unwrap();
    let provider =
        SdkLoggerProvider::builder().with_batch_exporter(exporter).with_resource(resource()).build();
    let logger = provider.logger_with_scope(scope("test.logger"));
    let mut record = logger.create_log_record();
    record.set_timestamp(base);
    record.set_observed_timestamp(base + Duration::from_nanos(1));
    record.set_severity_number(Severity::Error);
    record.set_severity_text("ERROR");
    record.set_event_name("thing.broke");
    record.set_body(AnyValue::Map(Box::new(std::collections::HashMap::from([
        ("message".into(), AnyValue::from("it broke")),
        ("raw".into(), AnyValue::Bytes(Box::new(vec![0, 1]))),
        ("tags".into(), AnyValue::ListAny(Box::new(vec!["a".into(), 1.into()]))),
    ]))));
    record.add_attribute("user.id", "u1");
    record.add_attribute("retries", 2);
    record.add_attribute("ratio", 0.5);
    record.set_trace_context(span.trace_id(), span.span_id(), Some(span.trace_flags()));
    logger.emit(record);
    provider.shutdown().unwrap();
}

fn metrics(endpoint: &str) {
    let exporter = MetricExporter::builder().with_tonic().with_endpoint(endpoint).build().unwrap();
    let provider =
        SdkMeterProvider::builder().with_periodic_exporter(exporter).with_resource(resource()).build();
    let meter = provider.meter_with_scope(scope("test.meter"));
    let attributes = [KeyValue::new("k", "v")];
    meter
        .u64_counter("test.counter")
        .with_unit("{thing}")
        .with_description("Things")
        .build()
        .add(3, &attributes);
    meter.f64_up_down_counter("test.up_down").with_unit("1").build().add(-2.5, &[]);
    let histogram =
        meter.f64_histogram("test.histogram").with_unit("s").with_boundaries(vec![0.1, 1.0]).build();
    for value in [0.05, 0.5, 5.0] {
        histogram.record(value, &attributes);
    }
    meter.i64_gauge("test.gauge").with_unit("By").build().record(17, &attributes);
    provider.shutdown().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_sdk_over_grpc_is_read_back_whole() {
    let daemon = Daemon::start().await.unwrap();
    let endpoint = daemon.sender().grpc_url().to_owned();
    let base = SystemTime::now() - Duration::from_secs(10);
    let runtime = tokio::runtime::Handle::current();
    // The SDK's processors have threads of their own; their connections live on this runtime.
    let (server, child) = tokio::task::spawn_blocking(move || {
        let _guard = runtime.enter();
        let (server, child) = spans(&endpoint, base);
        logs(&endpoint, base, &server);
        metrics(&endpoint);
        (server, child)
    })
    .await
    .unwrap();
    let sent = Sent {
        service: SERVICE.to_owned(),
        base: i64::try_from(base.duration_since(UNIX_EPOCH).unwrap().as_nanos()).unwrap(),
        trace_id: server.trace_id().to_string(),
        server_span_id: server.span_id().to_string(),
        child_span_id: child.span_id().to_string(),
    };
    let rest = daemon.rest();
    let origin = |name: &str, mut record: Value| {
        record["serviceName"] = json!(SERVICE);
        record["resource"] = json!({"attributes": {"service.name": SERVICE, "test.number": 7}});
        record["scope"] = json!({"name": name, "version": "0.1", "attributes": {"scope.key": true}});
        record["scopeSchemaUrl"] = json!("https://opentelemetry.io/schemas/1.26.0");
        record
    };

    let spans = items(&rest, "/spans", SERVICE).await;
    assert_eq!(spans.len(), 2);
    let expected = origin(
        "test.tracer",
        json!({
            "timestamp": sent.at(0), "endTimestamp": sent.at(9), "durationNs": 9_000_000,
            "traceId": sent.trace_id, "spanId": sent.server_span_id, "parentSpanId": CALLER,
            "traceState": "vendor=a1,other=b2", "flags": 0x301, "name": "GET /things/{id}", "kind": "SERVER",
            "statusCode": "ERROR", "statusMessage": "it broke",
            "attributes": {
                "http.request.method": "GET", "http.response.status_code": 500, "text": "5", "int": 5, "double": 5.0,
                "bool": true, "ints": [1, 2],
            },
            "events": [{"timestamp": sent.at(5), "name": "fetched", "attributes": {"rows": 3}}],
            "links": [{
                "traceId": "11111111111111112222222222222222", "spanId": "3333333333333333", "traceState": "linked=yes",
                "attributes": {"link.key": "why"}, "flags": 0x301,
            }],
        }),
    );
    assert_same::<Span>(find(&spans, "spanId", &sent.server_span_id), expected);
    let expected = origin(
        "test.tracer",
        json!({
            "timestamp": sent.at(1), "endTimestamp": sent.at(2), "durationNs": 1_000_000,
            "traceId": sent.trace_id, "spanId": sent.child_span_id, "parentSpanId": sent.server_span_id,
            "traceState": "vendor=a1,other=b2", "flags": 0x101, "name": "compute", "kind": "INTERNAL",
            "statusCode": "OK", "attributes": {},
        }),
    );
    assert_same::<Span>(find(&spans, "spanId", &sent.child_span_id), expected);

    let logs = items(&rest, "/logs", SERVICE).await;
    assert_eq!(logs.len(), 1);
    let found = logs[0].clone();
    let expected = origin(
        "test.logger",
        json!({
            "timestamp": sent.at(0), "observedTimestamp": tfo_sdk::Timestamp(sent.base + 1), "severityNumber": 17,
            "severityText": "ERROR", "eventName": "thing.broke", "flags": 1,
            "traceId": sent.trace_id, "spanId": sent.server_span_id,
            "body": {"message": "it broke", "raw": {"$bytes": "AAE="}, "tags": ["a", 1]},
            "attributes": {"user.id": "u1", "retries": 2, "ratio": 0.5},
        }),
    );
    assert_same::<LogRecord>(&found, expected);

    let points = items(&rest, "/metrics/points", SERVICE).await;
    assert_eq!(points.len(), 4, "{points:#?}");
    let check = |name: &str, expected: Value| {
        let found = find(&points, "metricName", name);
        let mut expected = origin("test.meter", expected);
        for key in ["timestamp", "startTimestamp", "seriesId"] {
            expected[key] = found[key].clone();
        }
        expected["metricName"] = json!(name);
        assert_same::<MetricPoint>(found, expected);
    };
    check(
        "test.counter",
        json!({
            "type": "sum", "temporality": "CUMULATIVE", "isMonotonic": true, "unit": "{thing}", "description": "Things",
            "attributes": {"k": "v"}, "value": 3,
        }),
    );
    check(
        "test.up_down",
        json!({
            "type": "sum", "temporality": "CUMULATIVE", "unit": "1", "attributes": {}, "value": -2.5,
        }),
    );
    check(
        "test.histogram",
        json!({
            "type": "histogram", "temporality": "CUMULATIVE", "unit": "s", "attributes": {"k": "v"}, "count": 3,
            "sum": 5.55, "min": 0.05, "max": 5.0, "bounds": [0.1, 1.0], "bucketCounts": [1, 1, 1],
        }),
    );
    check("test.gauge", json!({"type": "gauge", "unit": "By", "attributes": {"k": "v"}, "value": 17}));
    every_way_of_reading_agrees(&daemon, &sent).await;
}
