//! Real SDKs of three languages: what each sends is read back, every field, over REST and from `tfo`.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tfo_sdk::Timestamp;
use tfo_sdk::api::{LogRecord, MetricPoint, Span};
use tfo_tests::expect::Same;
use tfo_tests::{Daemon, Rest, scripts, seed};

mod rust;

/// What a client sent, as far as all of them send the same.
struct Sent {
    service: String,
    base: i64,
    trace_id: String,
    server_span_id: String,
    child_span_id: String,
}

impl Sent {
    fn new(service: &str, printed: &Value) -> Self {
        let text = |key: &str| printed[key].as_str().unwrap().to_owned();
        Self {
            service: service.to_owned(),
            base: text("base").parse().unwrap(),
            trace_id: text("traceId"),
            server_span_id: text("serverSpanId"),
            child_span_id: text("childSpanId"),
        }
    }

    fn at(&self, milliseconds: i64) -> Timestamp {
        Timestamp(self.base + milliseconds * 1_000_000)
    }
}

/// A record from its JSON, in the form in which records are compared. Names and types are the interface's own, so
/// one that the interface misspells does not come through.
fn record<T: DeserializeOwned + Same>(mut json: Value) -> T {
    json["id"] = json!("0.0");
    serde_json::from_value::<T>(json.clone()).unwrap_or_else(|error| panic!("{error}: {json:#}")).same()
}

async fn items(rest: &Rest, path: &str, service: &str) -> Vec<Value> {
    rest.items(path, &[("service", service), ("order", "asc"), ("limit", "1000")]).await.unwrap()
}

fn find<'a>(items: &'a [Value], key: &str, value: &str) -> &'a Value {
    items.iter().find(|item| item[key] == value).unwrap_or_else(|| panic!("no {key}={value} in {items:#?}"))
}

#[track_caller]
fn assert_same<T: DeserializeOwned + Same + PartialEq + std::fmt::Debug>(found: &Value, expected: Value) {
    assert_eq!(record::<T>(found.clone()), record::<T>(expected));
}

/// What every way of reading says of one record is the same.
async fn every_way_of_reading_agrees(daemon: &Daemon, sent: &Sent) {
    let rest = daemon.rest();
    let service = ["--service", sent.service.as_str(), "-o", "json", "-n", "1000"];
    let logs = daemon.tfo(&[&["logs"], &service[..]].concat()).unwrap().expect_code(0).json().unwrap();
    assert_eq!(logs["items"], Value::from(items(&rest, "/logs", &sent.service).await));

    let trace = rest.get(&format!("/traces/{}", sent.trace_id), &[]).await.unwrap();
    let shown = daemon.tfo(&["trace", &sent.trace_id, "-o", "json"]).unwrap().expect_code(0).json().unwrap();
    assert_eq!(shown["spans"], trace["spans"]);
    let names: Vec<&str> =
        trace["spans"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["GET /things/{id}", "compute"]);
    assert_eq!(trace["spans"][0]["parentMissing"], true);
    assert_eq!(trace["spans"][1]["depth"], 1);

    let spans = items(&rest, "/spans", &sent.service).await;
    let server = find(&spans, "spanId", &sent.server_span_id);
    assert_same::<Span>(&trace["spans"][0], server.clone());

    let sql = format!(
        "SELECT name, kind, status_code, duration_ns, attributes['text'], attributes['int'], \
         attributes['http.response.status_code'] FROM spans WHERE span_id = '{}'",
        sent.server_span_id
    );
    let row = json!(["GET /things/{id}", "SERVER", "ERROR", 9_000_000, "5", "5", "500"]);
    assert_eq!(rest.sql(&sql).await.unwrap(), [row.as_array().unwrap().clone()]);
    let shown = daemon.tfo(&["sql", &sql, "-o", "json"]).unwrap().expect_code(0).json().unwrap();
    assert_eq!(shown["rows"], json!([row]));

    let waterfall = daemon.tfo(&["trace", &sent.trace_id]).unwrap().expect_code(0);
    assert!(waterfall.stdout.contains("GET /things/{id}"), "{}", waterfall.stdout);
    assert!(waterfall.stdout.contains("compute"), "{}", waterfall.stdout);
    let shown =
        daemon.tfo(&["logs", "--service", &sent.service, "--severity", "error"]).unwrap().expect_code(0);
    assert!(shown.stdout.contains("it broke"), "{}", shown.stdout);
}

#[tokio::test]
async fn the_python_sdk_over_grpc_is_read_back_whole() {
    python("grpc").await;
}

#[tokio::test]
async fn the_python_sdk_over_http_is_read_back_whole() {
    python("http").await;
}

async fn python(protocol: &str) {
    let daemon = Daemon::start().await.unwrap();
    let Some(printed) = scripts::python(&daemon, protocol).unwrap() else {
        return seed::skip("clients", "no OpenTelemetry SDK for Python (tests/run installs it)");
    };
    let sent = Sent::new(&format!("python-{protocol}"), &printed);
    let rest = daemon.rest();
    let origin = |scope: Value, scope_schema: &str, mut record: Value| {
        record["serviceName"] = json!(sent.service);
        record["resource"] = json!({"attributes": {
            "service.name": sent.service, "service.version": "1.2.3", "telemetry.sdk.language": "python",
            "test.list": ["a", "b"], "test.number": 7,
        }});
        record["resourceSchemaUrl"] = json!("https://opentelemetry.io/schemas/1.27.0");
        record["scope"] = scope;
        record["scopeSchemaUrl"] = json!(scope_schema);
        record
    };

    let spans = items(&rest, "/spans", &sent.service).await;
    assert_eq!(spans.len(), 2);
    let of_tracer = |record| {
        let scope = json!({"name": "test.tracer", "version": "0.1", "attributes": {"scope.key": true}});
        origin(scope, "https://opentelemetry.io/schemas/1.26.0", record)
    };
    let expected = of_tracer(json!({
        "timestamp": sent.at(0), "endTimestamp": sent.at(9), "durationNs": 9_000_000,
        "traceId": sent.trace_id, "spanId": sent.server_span_id, "parentSpanId": "b7ad6b7169203331",
        "traceState": "vendor=a1,other=b2", "flags": 0x300, "name": "GET /things/{id}", "kind": "SERVER",
        "statusCode": "ERROR", "statusMessage": "it broke",
        "attributes": {
            "http.request.method": "GET", "http.response.status_code": 500, "text": "5", "int": 5, "double": 5.0,
            "bool": true, "texts": ["x", "y"], "ints": [1, 2], "doubles": [0.5], "bools": [true, false],
        },
        "events": [
            {"timestamp": sent.at(5), "name": "fetched", "attributes": {"rows": 3}},
            {"timestamp": sent.at(6), "name": "exception", "attributes": {
                "exception.type": "ValueError", "exception.message": "no such thing",
                "exception.stacktrace": "here", "exception.escaped": "False",
            }},
        ],
        "links": [{
            "traceId": "11111111111111112222222222222222", "spanId": "3333333333333333",
            "attributes": {"link.key": "why"}, "flags": 0x300,
        }],
    }));
    assert_same::<Span>(find(&spans, "spanId", &sent.server_span_id), expected);
    let expected = of_tracer(json!({
        "timestamp": sent.at(1), "endTimestamp": sent.at(2), "durationNs": 1_000_000,
        "traceId": sent.trace_id, "spanId": sent.child_span_id, "parentSpanId": sent.server_span_id,
        "traceState": "vendor=a1,other=b2", "flags": 0x100, "name": "compute", "kind": "INTERNAL",
        "statusCode": "OK", "attributes": {},
    }));
    assert_same::<Span>(find(&spans, "spanId", &sent.child_span_id), expected);

    let logs = items(&rest, "/logs", &sent.service).await;
    assert_eq!(logs.len(), 2);
    let of_logger = |record| {
        let scope = json!({"name": "test.logger", "version": "0.2", "attributes": {"l": 1}});
        origin(scope, "https://opentelemetry.io/schemas/1.25.0", record)
    };
    let expected = of_logger(json!({
        "timestamp": sent.at(0), "observedTimestamp": Timestamp(sent.base + 1), "severityNumber": 17,
        "severityText": "ERROR", "eventName": "thing.broke", "flags": 1,
        "traceId": sent.trace_id, "spanId": sent.server_span_id,
        "body": {"message": "it broke", "code": 5, "ratio": 0.5, "tags": ["a", 1, null], "raw": {"$bytes": "AAE="}},
        "attributes": {"user.id": "u1", "retries": 2, "nested": {"deep": {"er": true}}},
    }));
    assert_same::<LogRecord>(&logs[0], expected);
    let observed = Timestamp(sent.base + 2);
    let expected = of_logger(json!({
        "timestamp": observed, "observedTimestamp": observed, "severityNumber": 9, "body": "only observed",
        "attributes": {},
    }));
    assert_same::<LogRecord>(&logs[1], expected);

    let points = items(&rest, "/metrics/points", &sent.service).await;
    assert_eq!(points.len(), 6, "{points:#?}");
    // The times of measurements are the SDK's; all that is known is that they are there.
    let check = |name: &str, expected: Value| {
        let mut found = find(&points, "metricName", name).clone();
        for exemplar in found.get_mut("exemplars").and_then(Value::as_array_mut).into_iter().flatten() {
            assert!(exemplar.as_object_mut().unwrap().remove("timestamp").is_some());
        }
        let scope = json!({"name": "test.meter", "version": "0.3", "attributes": {"m": "x"}});
        let mut expected = origin(scope, "https://opentelemetry.io/schemas/1.24.0", expected);
        for key in ["timestamp", "startTimestamp", "seriesId"] {
            expected[key] = found[key].clone();
        }
        expected["metricName"] = json!(name);
        assert_same::<MetricPoint>(&found, expected);
    };
    let exemplar =
        |value: Value| json!({"value": value, "traceId": sent.trace_id, "spanId": sent.server_span_id});
    check(
        "test.counter",
        json!({
            "type": "sum", "temporality": "CUMULATIVE", "isMonotonic": true, "unit": "{thing}", "description": "Things",
            "attributes": {"k": "v"}, "value": 3, "exemplars": [exemplar(json!(3))],
        }),
    );
    check(
        "test.up_down",
        json!({
            "type": "sum", "temporality": "CUMULATIVE", "unit": "1", "description": "Up and down",
            "attributes": {}, "value": -2.5,
        }),
    );
    check(
        "test.histogram",
        json!({
            "type": "histogram", "temporality": "CUMULATIVE", "unit": "s", "description": "Durations",
            "attributes": {"k": "v"}, "count": 3, "sum": 5.55, "min": 0.05, "max": 5.0, "bounds": [0.1, 1.0],
            "bucketCounts": [1, 1, 1],
            "exemplars": [exemplar(json!(0.05)), exemplar(json!(0.5)), exemplar(json!(5.0))],
        }),
    );
    check(
        "test.exponential",
        json!({
            "type": "exponential_histogram", "temporality": "CUMULATIVE", "unit": "s",
            "description": "Durations, finely", "attributes": {}, "count": 4, "sum": 7.0, "min": 0.0, "max": 4.0,
            "scale": 1, "zeroCount": 1, "positive": {"offset": -1, "counts": [1, 0, 1, 0, 1, 0, 0, 0]},
            "negative": {"counts": [0]},
        }),
    );
    check(
        "test.gauge",
        json!({
            "type": "gauge", "unit": "By", "description": "Memory", "attributes": {"k": "v"}, "value": 17,
        }),
    );
    check(
        "test.observable",
        json!({
            "type": "gauge", "unit": "1", "description": "Observed", "attributes": {"k": "o"}, "value": 0.25,
        }),
    );
    every_way_of_reading_agrees(&daemon, &sent).await;
}

#[tokio::test]
async fn the_node_sdk_over_http_with_json_is_read_back_whole() {
    let daemon = Daemon::start().await.unwrap();
    let Some(printed) = scripts::node(&daemon).unwrap() else {
        return seed::skip("clients", "no OpenTelemetry SDK for JavaScript (tests/run installs it)");
    };
    let sent = Sent::new("node-http-json", &printed);
    let rest = daemon.rest();
    let origin = |scope: &str, version: &str, schema: &str, mut record: Value| {
        record["serviceName"] = json!(sent.service);
        record["resource"] = json!({"attributes": {
            "service.name": sent.service, "service.version": "1.2.3", "test.list": ["a", "b"], "test.number": 7,
        }});
        record["scope"] = json!({"name": scope, "version": version});
        record["scopeSchemaUrl"] = json!(schema);
        record
    };
    let tracer = |record| origin("test.tracer", "0.1", "https://opentelemetry.io/schemas/1.26.0", record);
    let spans = items(&rest, "/spans", &sent.service).await;
    assert_eq!(spans.len(), 2);
    let expected = tracer(json!({
        "timestamp": sent.at(0), "endTimestamp": sent.at(9), "durationNs": 9_000_000,
        "traceId": sent.trace_id, "spanId": sent.server_span_id, "parentSpanId": "b7ad6b7169203331",
        "traceState": "vendor=a1,other=b2", "flags": 0x301, "name": "GET /things/{id}", "kind": "SERVER",
        "statusCode": "ERROR", "statusMessage": "it broke",
        "attributes": {
            "http.request.method": "GET", "http.response.status_code": 500, "text": "5", "int": 5, "double": 5.5,
            "bool": true, "texts": ["x", "y"], "ints": [1, 2], "bools": [true, false],
        },
        "events": [{"timestamp": sent.at(5), "name": "fetched", "attributes": {"rows": 3}}],
        "links": [{
            "traceId": "11111111111111112222222222222222", "spanId": "3333333333333333", "traceState": "linked=yes",
            "attributes": {"link.key": "why"}, "flags": 0x301,
        }],
    }));
    let server = find(&spans, "spanId", &sent.server_span_id);
    assert_same::<Span>(server, expected);
    // This SDK writes zeros, and a zero that was sent is told from one that was not.
    for (present, value) in [
        ("droppedAttributesCount", &server["droppedAttributesCount"]),
        ("droppedEventsCount", &server["droppedEventsCount"]),
        ("droppedLinksCount", &server["droppedLinksCount"]),
    ] {
        assert_eq!(value, &json!(0), "{present}");
    }
    let expected = tracer(json!({
        "timestamp": sent.at(1), "endTimestamp": sent.at(2), "durationNs": 1_000_000,
        "traceId": sent.trace_id, "spanId": sent.child_span_id, "parentSpanId": sent.server_span_id,
        "traceState": "vendor=a1,other=b2", "flags": 0x101, "name": "compute", "kind": "INTERNAL",
        "statusCode": "OK", "attributes": {},
    }));
    assert_same::<Span>(find(&spans, "spanId", &sent.child_span_id), expected);

    let logs = items(&rest, "/logs", &sent.service).await;
    assert_eq!(logs.len(), 1);
    let expected = origin(
        "test.logger",
        "0.2",
        "https://opentelemetry.io/schemas/1.25.0",
        json!({
            "timestamp": sent.at(0), "observedTimestamp": sent.at(1), "severityNumber": 17, "severityText": "ERROR",
            "eventName": "thing.broke", "flags": 1, "traceId": sent.trace_id, "spanId": sent.server_span_id,
            "body": {"message": "it broke", "code": 5, "ratio": 0.5, "tags": ["a", 1, null], "raw": {"$bytes": "AAE="}},
            "attributes": {"user.id": "u1", "retries": 2, "nested": {"deep": {"er": true}}},
        }),
    );
    assert_same::<LogRecord>(&logs[0], expected);

    let points = items(&rest, "/metrics/points", &sent.service).await;
    assert_eq!(points.len(), 5, "{points:#?}");
    let check = |name: &str, expected: Value| {
        let found = find(&points, "metricName", name);
        let mut expected = origin("test.meter", "0.3", "https://opentelemetry.io/schemas/1.24.0", expected);
        for key in ["timestamp", "startTimestamp", "seriesId"] {
            expected[key] = found[key].clone();
        }
        expected["metricName"] = json!(name);
        assert_same::<MetricPoint>(found, expected);
    };
    // JavaScript has one kind of number, and its SDK sends doubles.
    check(
        "test.counter",
        json!({
            "type": "sum", "temporality": "CUMULATIVE", "isMonotonic": true, "unit": "{thing}", "description": "Things",
            "attributes": {"k": "v"}, "value": 3.0,
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
    check(
        "test.exponential",
        json!({
            "type": "exponential_histogram", "temporality": "CUMULATIVE", "unit": "s", "attributes": {}, "count": 4,
            "sum": 7.0, "min": 0.0, "max": 4.0, "scale": 1, "zeroCount": 1,
            "positive": {"offset": -1, "counts": [1, 0, 1, 0, 1]},
        }),
    );
    check("test.gauge", json!({"type": "gauge", "unit": "By", "attributes": {"k": "v"}, "value": 17.0}));
    every_way_of_reading_agrees(&daemon, &sent).await;
}
