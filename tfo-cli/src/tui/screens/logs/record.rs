//! One log record: its message, its tree, its lines in a file.

use tfo_sdk::api::{LogRecord, Origin};
use tfo_sdk::filter::Field;
use tfo_sdk::value::AnyValue;

use crate::tui::link::Link;
use crate::tui::theme::Role;
use crate::tui::tree::{Node, attribute_nodes, node, value_nodes};

/// The body; for an event without one, its name.
pub(super) fn message(record: &LogRecord) -> String {
    let body = match &record.body {
        Some(AnyValue::Empty) | None => String::new(),
        Some(body) => body.to_string(),
    };
    let body = if body.is_empty() { record.event_name.clone().unwrap_or_default() } else { body };
    body.trim_end().to_owned()
}

/// The letter of a severity, as rows show it.
pub(in crate::tui) fn letter(record: &LogRecord) -> &'static str {
    match record.severity_number {
        Some(1..=4) => "T",
        Some(5..=8) => "D",
        Some(9..=12) => "I",
        Some(13..=16) => "W",
        Some(17..=20) => "E",
        Some(21..=24) => "F",
        _ => "·",
    }
}

/// The rows of a record's tree.
pub(super) fn nodes(record: &LogRecord) -> Vec<Node> {
    let mut nodes = Vec::new();
    let body = record.body.clone().unwrap_or_default();
    match &body {
        // JSON that was sent as text is opened like any other.
        AnyValue::String(text) if text.trim_start().starts_with(['{', '[']) => {
            match serde_json::from_str::<AnyValue>(text) {
                Ok(parsed @ (AnyValue::Map(_) | AnyValue::Array(_))) => {
                    value_nodes(0, "body", "body", &parsed, None, &mut nodes);
                }
                _ => value_nodes(0, "body", "body", &body, None, &mut nodes),
            }
        }
        body => value_nodes(0, "body", "body", body, Some("body"), &mut nodes),
    }
    let number = record.severity_number.map(|number| number.to_string());
    let severity = match (&record.severity_text, &number) {
        (Some(text), Some(number)) => format!("{text} ({number})"),
        (Some(text), None) => text.clone(),
        (None, Some(number)) => number.clone(),
        (None, None) => "unset".to_owned(),
    };
    let severity = node(0, "severity", severity, Role::severity(record.severity_number));
    nodes.push(match number {
        Some(number) => severity.field("severity", number),
        None => severity,
    });
    nodes.push(node(0, "time", record.timestamp.to_string(), Role::Text));
    if let Some(observed) = record.observed_timestamp {
        let late = tfo_sdk::time::format_duration(observed.0.saturating_sub(record.timestamp.0));
        nodes.push(node(0, "observed", format!("{observed}  (+{late})"), Role::Dim));
    }
    if let Some(service) = &record.service_name {
        nodes.push(
            node(0, "service", service, Role::service(service))
                .field("service", crate::tui::filter_bar::quoted(service))
                .link(Link::to("service").id(service.clone()).to_string()),
        );
    }
    if let Some(trace) = record.trace_id {
        let span = record.span_id.map(|span| span.to_string()).unwrap_or_default();
        let link = Link::to("trace").id(trace.to_string()).with("span", span);
        nodes.push(
            node(0, "trace", trace.to_string(), Role::Id)
                .field("trace", trace.to_string())
                .link(link.to_string()),
        );
    }
    if let Some(span) = record.span_id {
        nodes.push(node(0, "span", span.to_string(), Role::Id).field("span", span.to_string()));
    }
    if let Some(event) = &record.event_name {
        nodes.push(node(0, "event", event, Role::Text).field("event", crate::tui::filter_bar::quoted(event)));
    }
    let count = record.attributes.0.len();
    if count > 0 {
        nodes.push(node(0, "attributes", count.to_string(), Role::Dim).group("attributes"));
        let field = |key: &str| Some(Field::Attribute(key.to_owned()).to_string());
        nodes.extend(attribute_nodes(1, "attributes", &record.attributes, &field));
    }
    nodes.extend(origin_nodes(&record.origin));
    nodes.push(node(0, "id", record.id.to_string(), Role::Dim));
    nodes
}

/// The rows of resource and scope, which all signals have.
pub(in crate::tui) fn origin_nodes(origin: &Origin) -> Vec<Node> {
    let mut nodes = Vec::new();
    if let Some(resource) = &origin.resource {
        let count = resource.attributes.0.len();
        nodes.push(node(0, "resource", count.to_string(), Role::Dim).group("resource"));
        let field = |key: &str| Some(Field::ResourceAttribute(key.to_owned()).to_string());
        nodes.extend(attribute_nodes(1, "resource", &resource.attributes, &field));
    }
    if let Some(scope) = &origin.scope {
        let name = scope.name.clone().unwrap_or_default();
        nodes.push(node(0, "scope", name, Role::Dim).group("scope"));
        if let Some(version) = &scope.version {
            nodes.push(node(1, "version", version, Role::Text));
        }
        let field = |key: &str| Some(Field::ScopeAttribute(key.to_owned()).to_string());
        nodes.extend(attribute_nodes(1, "scope", &scope.attributes, &field));
    }
    nodes
}

/// Records as a file of this name has them: JSON lines, CSV, or lines as a log reads.
pub(super) fn exported<'r>(records: impl Iterator<Item = &'r LogRecord>, path: &str) -> String {
    let records: Vec<&LogRecord> = records.collect();
    let mut out = String::new();
    if path.ends_with(".csv") {
        let fields = <LogRecord as crate::output::Listed>::CSV;
        let mut writer = csv::Writer::from_writer(Vec::new());
        // A vector takes whatever is written.
        let _ = writer.write_record(fields.iter().map(|(name, _)| *name));
        for record in records {
            let _ = writer.write_record(fields.iter().map(|(_, field)| field(record)));
        }
        out = String::from_utf8_lossy(&writer.into_inner().unwrap_or_default()).into_owned();
    } else {
        for record in records {
            if path.ends_with(".jsonl") || path.ends_with(".json") {
                out.push_str(&serde_json::to_string(record).unwrap_or_default());
            } else {
                let service = record.service_name.as_deref().unwrap_or("-");
                let line = format!("{} {} {service} {}", record.timestamp, letter(record), message(record));
                out.push_str(&crate::text::row(&line));
            }
            out.push('\n');
        }
    }
    out
}
