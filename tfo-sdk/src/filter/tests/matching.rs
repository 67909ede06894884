//! Which records pass.

use crate::api::{LogRecord, MetricPoint, Span};
use crate::filter::{Record, parse};

/// A record from its JSON, as the daemon writes it.
fn record<T: serde::de::DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap()
}

fn log() -> LogRecord {
    record(
        r#"{
            "id": "1.0", "timestamp": "2026-11-25T08:00:00Z", "severityNumber": 18, "serviceName": "checkout",
            "body": "Payment timed out", "eventName": "payment.failed",
            "traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "spanId": "00f067aa0ba902b7",
            "attributes": {
                "http.status_code": 500, "text.status": "500", "ratio.x": 0.5, "big.int": 9007199254740993,
                "ok.x": true, "list.x": [1, "two"], "bytes.x": {"$bytes": "AQID"}, "empty.x": null, "user": "Ann",
                "date.x": "2026-01-15", "nan.x": {"$double": "NaN"}, "name": "collides", "size.x": 5242880,
                "path.x": "/api/v1/users", "twice.x": 1, "twice.x": 2
            },
            "resource": {"attributes": {"service.name": "checkout", "host.name": "node-1"}},
            "scope": {"name": "shop", "version": "1.2", "attributes": {"team": "pay"}}
        }"#,
    )
}

fn span() -> Span {
    record(
        r#"{
            "id": "1.0", "timestamp": "2026-11-25T08:00:00Z", "durationNs": 250000000, "name": "GET /cart",
            "traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "spanId": "00f067aa0ba902b7", "kind": "SERVER",
            "statusCode": "ERROR", "attributes": {}
        }"#,
    )
}

fn check(record: &impl Record, table: &[(&str, bool)]) {
    for (text, expected) in table {
        let filter = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(filter.matches(record), *expected, "{text}");
        assert_eq!(parse(&format!("NOT ({text})")).unwrap().matches(record), !expected, "NOT ({text})");
    }
}

#[test]
fn fields_of_logs_are_tested() {
    check(
        &log(),
        &[
            ("severity=error", true),
            ("severity=error2", true),
            ("severity=error3", false),
            ("severity!=error", false),
            ("severity!=17", true),
            ("severity>error", false),
            ("severity>=error", true),
            ("severity:warn+", true),
            ("severity<=warn", false),
            ("severity:info|fatal", false),
            ("service=checkout", true),
            ("service=Checkout", false),
            ("service:CHECKOUT", false),
            ("service:check", true),
            ("service:*out", true),
            ("service:check*x", false),
            ("service:{cart,checkout}", true),
            ("event=payment.failed", true),
            ("trace:4BF9", true),
            ("4BF92F3577B34DA6A3CE929D0E0E4736", true),
            ("span=00f067aa0ba902b7", true),
            ("body:timed", true),
            ("body~/time(d|s) out$/", true),
            ("body~/payment/", false),
            ("body~/payment/i", true),
            ("resource.host.name=node-1", true),
            ("scope.name=shop", true),
            ("scope.version=1.2", true),
            ("scope.team=pay", true),
            ("scope.x:*", false),
        ],
    );
}

#[test]
fn attributes_compare_by_type() {
    check(
        &log(),
        &[
            ("http.status_code=500", true),
            ("http.status_code=500.0", true),
            ("http.status_code=\"500\"", false),
            ("http.status_code!=\"500\"", true),
            ("http.status_code>=500", true),
            ("http.status_code>500", false),
            ("http.status_code>\"5\"", false),
            ("http.status_code:50", true),
            ("http.status_code:400..500", true),
            ("http.status_code:..499", false),
            ("text.status=500", true),
            ("text.status=\"500\"", true),
            ("text.status=500.0", false),
            ("text.status>=500", false),
            ("text.status>=\"500\"", true),
            ("ratio.x=0.5", true),
            ("ratio.x:0.25..1", true),
            ("ratio.x<1", true),
            ("big.int=9007199254740993", true),
            ("big.int=9007199254740992.0", false),
            ("big.int>9007199254740992.0", true),
            ("ok.x=true", true),
            ("ok.x=\"true\"", true),
            ("ok.x=false", false),
            ("ok.x>false", false),
            ("ok.x:tr", true),
            ("list.x:two", true),
            ("list.x=\"[1,\\\"two\\\"]\"", true),
            ("bytes.x:AQID", true),
            ("empty.x:*", true),
            ("empty.x=\"\"", true),
            ("empty.x!=\"\"", false),
            ("attr.user=Ann", true),
            ("attr.user:ann", true),
            ("attr.user:ANN", false),
            ("attr.name=collides", true),
            ("date.x:2026-01-01..2026-02-01", true),
            ("date.x>=2026-02-01", false),
            ("nan.x=NaN", false),
            ("nan.x>0", false),
            ("nan.x<0", false),
            ("nan.x!=1", true),
            ("size.x=5MiB", true),
            ("size.x<5MB", false),
            ("path.x:/api/*", true),
            ("path.x:/api", true),
            ("path.x:*/v1/*s", true),
            ("path.x:api*", false),
            ("path.x:/api/v1/users*users", false),
            ("path.x~/^\\/api\\//", true),
            ("twice.x=1", true),
            ("twice.x=2", false),
        ],
    );
}

#[test]
fn a_missing_field_passes_only_unequal() {
    for absent in ["gone.x", "attr.gone", "resource.gone", "scope.gone"] {
        let table = [":*", "=a", ":a", ">1", "<1", ">=a", ":1..2", ":{a,b}", ":**", "=\"\"", "~/^$/"];
        for test in table {
            check(&log(), &[(&format!("{absent}{test}"), false)]);
        }
        check(&log(), &[(&format!("{absent}!=a"), true), (&format!("{absent}!={{a,b}}"), true)]);
    }
    check(
        &log(),
        &[("duration>0s", false), ("kind!=server", true), ("name:*", false), ("status=error", false)],
    );
    let mut log = log();
    log.severity_number = None;
    check(&log, &[("severity=error", false), ("severity!=error", true), ("severity<error", false)]);
}

#[test]
fn bare_text_searches_the_text_leaves_of_a_body() {
    check(
        &log(),
        &[("timed", true), ("TIMED", false), ("payment", true), ("\"timed out\"", true), ("pay*out", true)],
    );
    check(&log(), &[("timed -debug", true), ("checkout", false), ("/t.med/", true), ("a OR timed", true)]);
    let mut log = log();
    log.body = Some(
        serde_json::from_str(r#"{"key": "one", "list": ["two", 3, {"deep": "three"}], "n": 4}"#).unwrap(),
    );
    check(
        &log,
        &[("one", true), ("two", true), ("three", true), ("key", false), ("4", false), ("body:key", true)],
    );
    check(&log, &[("one*two", false)]);
    log.body = None;
    check(&log, &[("one", false), ("*", false), ("body:*", false)]);
}

#[test]
fn the_empty_filter_passes_every_record() {
    assert!(parse("").unwrap().matches(&log()));
    assert!(parse("").unwrap().matches(&span()));
}

#[test]
fn fields_of_spans_are_tested() {
    check(
        &span(),
        &[
            ("cart", true),
            ("name=\"GET /cart\"", true),
            ("kind=server", true),
            ("kind=Server", true),
            ("kind!=SERVER", false),
            ("kind:SERV", true),
            ("kind:{client,server}", true),
            ("kind~/^SERVER$/", true),
            ("status=error", true),
            ("duration=250ms", true),
            ("duration:250ms", true),
            ("duration:100ms..", true),
            ("duration:..100ms", false),
            ("duration>250000us", false),
            ("severity:*", false),
            ("event:*", false),
            ("body:*", false),
        ],
    );
}

#[test]
fn fields_of_metric_points_are_tested() {
    let point: MetricPoint = record(
        r#"{
            "id": "1.0", "timestamp": "2026-11-25T08:00:00Z", "metricName": "http.server.duration",
            "type": "exponential_histogram", "seriesId": "00000000000000aa", "attributes": {"http.route": "/cart"}
        }"#,
    );
    check(
        &point,
        &[
            ("server.dur", true),
            ("name:http.*", true),
            ("type=Exponential_Histogram", true),
            ("http.route=/cart", true),
            ("trace:*", false),
            ("service:*", false),
            ("duration:*", false),
        ],
    );
}
