//! The body of the fuzz target `filter`.

use std::sync::LazyLock;

use tfo_sdk::AnyValue;
use tfo_sdk::api::{LogRecord, MetricPoint, Span};
use tfo_sdk::filter::{Filter, parse, parse_term};

/// Records that have every field, and records that have none of those that may be missing.
struct Records {
    logs: Vec<LogRecord>,
    spans: Vec<Span>,
    points: Vec<MetricPoint>,
}

static RECORDS: LazyLock<Records> = LazyLock::new(|| {
    Records {
    logs: serde_json::from_str(
        r#"[{"id": "1.0", "timestamp": "1970-01-01T00:00:00Z"},
            {"id": "1.1", "timestamp": "1970-01-01T00:00:00Z", "severityNumber": 17, "serviceName": "checkout",
             "body": {"message": "Timed out", "took": [1, 2.5, "x"]}, "eventName": "a.b", "flags": 1,
             "traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "spanId": "00f067aa0ba902b7",
             "attributes": {"http.route": "/cart", "n": 5, "d": 5.0, "s": "5", "b": true, "e": null,
                            "list": [1, "a"], "bytes": {"$bytes": "AAE="}, "nan": {"$double": "NaN"}},
             "resource": {"attributes": {"host.name": "Ünïcode"}},
             "scope": {"name": "lib", "version": "1", "attributes": {"k": "v"}}}]"#,
    )
    .unwrap(),
    spans: serde_json::from_str(
        r#"[{"id": "1.0", "timestamp": "1970-01-01T00:00:00Z", "durationNs": 250000000, "name": "GET /cart",
             "traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "spanId": "00f067aa0ba902b7", "kind": "SERVER",
             "statusCode": "ERROR", "attributes": {"http.response.status_code": 503}}]"#,
    )
    .unwrap(),
    points: serde_json::from_str(
        r#"[{"id": "1.0", "timestamp": "1970-01-01T00:00:00Z", "metricName": "http.server.request.duration",
             "type": "histogram", "seriesId": "0011223344556677", "attributes": {"le": "inf"}}]"#,
    )
    .unwrap(),
}
});

/// Any text is read or refused with its place; what is read is printed as a text that means the same, passes the
/// same records, and its negation passes the others.
pub(crate) fn filter(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for result in [parse(text), parse_term(text)] {
        match result {
            Err(error) => {
                assert!(text.get(error.span.clone()).is_some(), "{error:?} lies outside of {text:?}");
            }
            Ok(filter) => check(text, filter),
        }
    }
}

fn check(text: &str, filter: Filter) {
    let printed = filter.to_string();
    let again = match parse(&printed) {
        Ok(again) => again,
        // What is longer than a filter may be is printed all the same.
        Err(_) if printed.len() > text.len() && printed.len() > 4096 => return,
        Err(error) => panic!("{printed:?}: {error}; {filter:?}"),
    };
    let passes = passed(&filter, text);
    assert_eq!(passed(&again, text), passes, "{text:?} and {printed:?} pass different records");
    assert_eq!(without_places(again), without_places(filter.clone()), "{text:?} is printed as {printed:?}");
    let negated: Vec<bool> = passes.iter().map(|passes| !passes).collect();
    assert_eq!(passed(&Filter::Not(Box::new(filter)), text), negated, "the negation of {text:?}");
}

/// Which records pass; one of them has the text in it.
fn passed(filter: &Filter, text: &str) -> Vec<bool> {
    let predicate = filter.compile();
    let mut own = RECORDS.logs[0].clone();
    own.body = Some(AnyValue::String(text.to_owned()));
    own.service_name = Some(text.to_owned());
    let logs = RECORDS.logs.iter().chain([&own]).map(|record| predicate.matches(record));
    let spans = RECORDS.spans.iter().map(|record| predicate.matches(record));
    logs.chain(spans).chain(RECORDS.points.iter().map(|record| predicate.matches(record))).collect()
}

/// The same tree, with all places at 0.
fn without_places(filter: Filter) -> Filter {
    match filter {
        Filter::All(filters) => Filter::All(filters.into_iter().map(without_places).collect()),
        Filter::Any(filters) => Filter::Any(filters.into_iter().map(without_places).collect()),
        Filter::Not(filter) => Filter::Not(Box::new(without_places(*filter))),
        Filter::Term(mut term) => {
            term.span = 0..0;
            Filter::Term(term)
        }
    }
}
