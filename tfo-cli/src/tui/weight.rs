//! How much memory records take, approximately: what is loaded is bounded by it, whatever somebody has put into a record.

use tfo_sdk::api::{LogRecord, Origin, Span, TraceSpan};
use tfo_sdk::value::{AnyValue, Attributes};

/// Of a log record, in bytes.
pub(crate) fn of_log(record: &LogRecord) -> usize {
    size_of::<LogRecord>()
        + record.body.as_ref().map_or(0, of_value)
        + of_text(record.service_name.as_ref())
        + of_text(record.severity_text.as_ref())
        + of_attributes(&record.attributes)
        + of_origin(&record.origin)
}

/// Of a span in its trace, in bytes.
pub(crate) fn of_span(span: &TraceSpan) -> usize {
    let Span { name, kind, service_name, status_message, attributes, events, links, origin, .. } = &span.span;
    let events =
        events.iter().map(|event| 96 + of_text(event.name.as_ref()) + of_attributes(&event.attributes));
    let links =
        links.iter().map(|link| 96 + of_text(link.trace_state.as_ref()) + of_attributes(&link.attributes));
    size_of::<TraceSpan>()
        + [name, kind, service_name, status_message]
            .into_iter()
            .map(|text| of_text(text.as_ref()))
            .sum::<usize>()
        + of_attributes(attributes)
        + events.sum::<usize>()
        + links.sum::<usize>()
        + of_origin(origin)
}

fn of_origin(origin: &Origin) -> usize {
    let resource = origin.resource.as_ref().map_or(0, |resource| of_attributes(&resource.attributes));
    let scope = origin.scope.as_ref();
    resource + scope.map_or(0, |scope| of_text(scope.name.as_ref()) + of_attributes(&scope.attributes))
}

fn of_text(text: Option<&String>) -> usize {
    text.map_or(0, String::len)
}

fn of_attributes(attributes: &Attributes) -> usize {
    attributes.0.iter().map(|(key, value)| 56 + key.len() + of_value(value)).sum()
}

fn of_value(value: &AnyValue) -> usize {
    match value {
        AnyValue::String(text) => 24 + text.len(),
        AnyValue::Bytes(bytes) => 24 + bytes.len(),
        AnyValue::Array(values) => values.iter().map(|value| 32 + of_value(value)).sum(),
        AnyValue::Map(attributes) => of_attributes(attributes),
        AnyValue::Empty | AnyValue::Bool(_) | AnyValue::Int(_) | AnyValue::Double(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_span_weighs_what_is_in_it() {
        let span = |attributes: serde_json::Value, events: serde_json::Value| {
            let span = json!({
                "depth": 0, "id": "7.1", "timestamp": "2026-11-25T09:00:00Z", "name": "n",
                "traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "spanId": "00f067aa0ba902b7",
                "attributes": attributes, "events": events,
            });
            of_span(&serde_json::from_value(span).unwrap())
        };
        let plain = span(json!({}), json!([]));
        let long = "x".repeat(10_000);
        assert!(span(json!({"a": {"b": [long]}}), json!([])) > plain + 10_000);
        assert!(span(json!({}), json!([{"name": "e", "attributes": {"a": long}}])) > plain + 10_000);
    }
}
