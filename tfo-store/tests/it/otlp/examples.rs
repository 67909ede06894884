//! The example messages of the OTLP specification are read field by field.

use serde_json::{Value, json};
use tfo_sdk::Signal;
use tfo_store::otlp::json::to_protobuf;
use tfo_store::view;

use super::helpers::decode_bytes;

/// The records of an example, as REST would answer them.
fn example(signal: Signal, json: &str) -> Value {
    let request = decode_bytes(signal, &to_protobuf(signal, json.as_bytes()).unwrap()).unwrap();
    assert_eq!(request.rejected.count, 0, "{}", request.rejected.reason);
    match signal {
        Signal::Logs => json!(view::log_records(&request.batch).unwrap()),
        Signal::Spans => json!(view::spans(&request.batch).unwrap()),
        Signal::MetricPoints => json!(view::metric_points(&request.batch).unwrap()),
    }
}

/// What all records of the examples have.
fn with_origin(mut record: Value) -> Value {
    record["serviceName"] = json!("my.service");
    record["resource"] = json!({"attributes": {"service.name": "my.service"}});
    record["scope"] = json!({
        "name": "my.library",
        "version": "1.0.0",
        "attributes": {"my.scope.attribute": "some scope attribute"},
    });
    record
}

#[test]
fn the_log_record_of_the_specification() {
    assert_eq!(
        example(Signal::Logs, include_str!("../../../../tests/data/otlp/logs.json")),
        json!([with_origin(json!({
            "id": "0.0",
            "timestamp": "2018-12-13T14:51:00.3Z",
            "observedTimestamp": "2018-12-13T14:51:00.3Z",
            "severityNumber": 10,
            "severityText": "Information",
            "body": "Example log record",
            "traceId": "5b8efff798038103d269b633813fc60c",
            "spanId": "eee19b7ec3c1b174",
            "attributes": {
                "string.attribute": "some string",
                "boolean.attribute": true,
                "int.attribute": 10,
                "double.attribute": 637.704,
                "array.attribute": ["many", "values"],
                "map.attribute": {"some.map.key": "some value"},
            },
        }))])
    );
}

#[test]
fn the_event_of_the_specification() {
    assert_eq!(
        example(Signal::Logs, include_str!("../../../../tests/data/otlp/events.json")),
        json!([with_origin(json!({
            "id": "0.0",
            "timestamp": "2018-12-13T14:51:00.3Z",
            "observedTimestamp": "2018-12-13T14:51:00.3Z",
            "severityNumber": 9,
            "severityText": "test severity text",
            "eventName": "browser.page_view",
            "body": {
                "type": 0,
                "url": "https://www.guidgenerator.com/online-guid-generator.aspx",
                "referrer": "https://wwww.google.com",
                "title": "Free Online GUID Generator",
            },
            "attributes": {"event.attribute": "some event attribute"},
        }))])
    );
}

#[test]
fn the_span_of_the_specification() {
    assert_eq!(
        example(Signal::Spans, include_str!("../../../../tests/data/otlp/trace.json")),
        json!([with_origin(json!({
            "id": "0.0",
            "timestamp": "2018-12-13T14:51:00Z",
            "endTimestamp": "2018-12-13T14:51:01Z",
            "durationNs": 1_000_000_000,
            "traceId": "5b8efff798038103d269b633813fc60c",
            "spanId": "eee19b7ec3c1b174",
            "parentSpanId": "eee19b7ec3c1b173",
            "name": "I'm a server span",
            "kind": "SERVER",
            "attributes": {"my.span.attr": "some value"},
        }))])
    );
}

#[test]
fn the_metrics_of_the_specification() {
    let Value::Array(mut points) =
        example(Signal::MetricPoints, include_str!("../../../../tests/data/otlp/metrics.json"))
    else {
        panic!("no list")
    };
    for point in &mut points {
        assert_eq!(point["seriesId"].as_str().unwrap().len(), 16);
        point.as_object_mut().unwrap().remove("seriesId");
    }
    let time = "2018-12-13T14:51:00.3Z";
    assert_eq!(
        points,
        [
            with_origin(json!({
                "id": "0.0",
                "timestamp": time,
                "startTimestamp": time,
                "metricName": "my.counter",
                "unit": "1",
                "description": "I am a Counter",
                "type": "sum",
                "temporality": "DELTA",
                "isMonotonic": true,
                "attributes": {"my.counter.attr": "some value"},
                "value": 5.0,
            })),
            with_origin(json!({
                "id": "0.1",
                "timestamp": time,
                "metricName": "my.gauge",
                "unit": "1",
                "description": "I am a Gauge",
                "type": "gauge",
                "attributes": {"my.gauge.attr": "some value"},
                "value": 10.0,
            })),
            with_origin(json!({
                "id": "0.2",
                "timestamp": time,
                "startTimestamp": time,
                "metricName": "my.histogram",
                "unit": "1",
                "description": "I am a Histogram",
                "type": "histogram",
                "temporality": "DELTA",
                "attributes": {"my.histogram.attr": "some value"},
                "count": 2,
                "sum": 2.0,
                "min": 0.0,
                "max": 2.0,
                "bounds": [1.0],
                "bucketCounts": [1, 1],
            })),
            with_origin(json!({
                "id": "0.3",
                "timestamp": time,
                "startTimestamp": time,
                "metricName": "my.exponential.histogram",
                "unit": "1",
                "description": "I am an Exponential Histogram",
                "type": "exponential_histogram",
                "temporality": "DELTA",
                "attributes": {"my.exponential.histogram.attr": "some value"},
                "count": 3,
                "sum": 10.0,
                "min": 0.0,
                "max": 5.0,
                "scale": 0,
                "zeroCount": 1,
                "zeroThreshold": 0.0,
                "positive": {"offset": 1, "counts": [0, 2]},
            })),
        ]
    );
}

#[test]
fn every_beginning_of_an_example_is_refused_or_read() {
    let examples = [
        (Signal::Logs, include_str!("../../../../tests/data/otlp/logs.json")),
        (Signal::Spans, include_str!("../../../../tests/data/otlp/trace.json")),
        (Signal::MetricPoints, include_str!("../../../../tests/data/otlp/metrics.json")),
    ];
    for (signal, json) in examples {
        let json = json.trim_end();
        for end in 0..json.len() {
            assert!(to_protobuf(signal, &json.as_bytes()[..end]).is_err(), "{signal} to {end}");
        }
        let raw = to_protobuf(signal, json.as_bytes()).unwrap();
        // An example has one block, so only the whole of it and nothing at all are sound.
        for end in 1..raw.len() {
            assert!(decode_bytes(signal, &raw[..end]).is_err(), "{signal} to {end}");
        }
    }
}
