//! One span as a tree: what it is, its attributes, events, links, and the logs that it wrote.

use tfo_sdk::api::{LogRecord, Span, TraceSpan};
use tfo_sdk::filter::Field;
use tfo_sdk::time::format_duration;

use crate::tui::filter_bar::quoted;
use crate::tui::link::Link;
use crate::tui::screens::logs::origin_nodes;
use crate::tui::theme::Role;
use crate::tui::tree::{Node, attribute_nodes, node};

/// Logs of a span that are shown.
const LOGS: usize = 50;

/// Why a span failed: its status in words, else the message of its exception.
pub(super) fn failure(span: &Span) -> String {
    if let Some(message) = span.status_message.as_deref().filter(|message| !message.is_empty()) {
        return message.to_owned();
    }
    let exception = span.events.iter().rev().find_map(|event| {
        event.attributes.get("exception.message").or_else(|| event.attributes.get("exception.type"))
    });
    exception.map(ToString::to_string).unwrap_or_default()
}

/// The rows of a span, with the logs of its trace.
pub(super) fn nodes(row: &TraceSpan, logs: &[LogRecord]) -> Vec<Node> {
    let span = &row.span;
    let mut nodes = Vec::new();
    let name = span.name.as_deref().unwrap_or("-");
    nodes.push(node(0, "name", name, Role::Title).field("name", quoted(name)));
    if let Some(service) = &span.service_name {
        nodes.push(
            node(0, "service", service, Role::service(service))
                .field("service", quoted(service))
                .link(Link::to("service").id(service.clone()).to_string()),
        );
    }
    let took = span.duration_ns.map_or_else(|| "-".to_owned(), format_duration);
    nodes.push(node(0, "duration", took, Role::Text));
    let path = row
        .critical_path
        .iter()
        .map(|segment| segment.end.0.saturating_sub(segment.start.0))
        .fold(0, i64::saturating_add);
    if path > 0 {
        nodes.push(node(0, "on the path", format_duration(path), Role::Critical));
    }
    if let Some(kind) = &span.kind {
        nodes.push(node(0, "kind", kind, Role::Text).field("kind", kind.to_lowercase()));
    }
    if let Some(status) = &span.status_code {
        let failed = span.is_error();
        let why = failure(span);
        let text = if failed && !why.is_empty() { format!("{status}: {why}") } else { status.clone() };
        let role = if failed { Role::Error } else { Role::Good };
        nodes.push(node(0, "status", text, role).field("status", status.to_lowercase()));
    }
    nodes.push(node(0, "start", span.timestamp.to_string(), Role::Dim));
    nodes.push(node(0, "span", span.span_id.to_string(), Role::Id).field("span", span.span_id.to_string()));
    if let Some(parent) = span.parent_span_id {
        let missing = if row.parent_missing { "  (has not come)" } else { "" };
        nodes.push(node(0, "parent", format!("{parent}{missing}"), Role::Id));
    }
    let count = span.attributes.0.len();
    if count > 0 {
        nodes.push(node(0, "attributes", count.to_string(), Role::Dim).group("attributes"));
        let field = |key: &str| Some(Field::Attribute(key.to_owned()).to_string());
        nodes.extend(attribute_nodes(1, "attributes", &span.attributes, &field));
    }
    events(span, &mut nodes);
    links(span, &mut nodes);
    logs_of(span, logs, &mut nodes);
    if let Some(service) = &span.service_name {
        let link = Link::to("metrics").with("filter", format!("service={}", quoted(service)));
        nodes.push(node(0, "metrics", format!("of {service} ▸"), Role::Info).link(link.to_string()));
    }
    nodes.extend(origin_nodes(&span.origin));
    nodes
}

fn events(span: &Span, nodes: &mut Vec<Node>) {
    if span.events.is_empty() {
        return;
    }
    nodes.push(node(0, "events", span.events.len().to_string(), Role::Dim).group("events"));
    for (index, event) in span.events.iter().enumerate() {
        let name = event.name.as_deref().unwrap_or("-");
        let after = event
            .timestamp
            .map(|time| format!("+{}", format_duration(time.0.saturating_sub(span.timestamp.0))));
        let role = if name == "exception" { Role::Error } else { Role::Text };
        let path = format!("events/{index}");
        let row = node(1, name, after.unwrap_or_default(), role);
        nodes.push(if event.attributes.is_empty() { row } else { row.group(path.clone()) });
        nodes.extend(attribute_nodes(2, &path, &event.attributes, &|_| None));
    }
}

fn links(span: &Span, nodes: &mut Vec<Node>) {
    if span.links.is_empty() {
        return;
    }
    nodes.push(node(0, "links", span.links.len().to_string(), Role::Dim).group("links"));
    for (index, link) in span.links.iter().enumerate() {
        let to = Link::to("trace").id(link.trace_id.to_string()).with("span", link.span_id.to_string());
        nodes.push(node(1, "trace", format!("{} ▸", link.trace_id), Role::Id).link(to.to_string()));
        nodes.extend(attribute_nodes(2, &format!("links/{index}"), &link.attributes, &|_| None));
    }
}

fn logs_of(span: &Span, logs: &[LogRecord], nodes: &mut Vec<Node>) {
    let own: Vec<&LogRecord> = logs.iter().filter(|record| record.span_id == Some(span.span_id)).collect();
    if own.is_empty() {
        return;
    }
    nodes.push(node(0, "logs", own.len().to_string(), Role::Dim).group("logs"));
    for record in own.iter().take(LOGS) {
        let after = record.timestamp.0.saturating_sub(span.timestamp.0);
        let sign = if after < 0 { "" } else { "+" };
        let body = record.body.as_ref().map(ToString::to_string).unwrap_or_default();
        let link = Link::to("logs")
            .with("filter", format!("trace={}", span.trace_id))
            .with("record", record.id.to_string());
        let role = Role::severity(record.severity_number);
        nodes.push(node(1, format!("{sign}{}", format_duration(after)), body, role).link(link.to_string()));
    }
    if own.len() > LOGS {
        nodes.push(node(1, "", format!("and {} more: o l shows all", own.len() - LOGS), Role::Dim));
    }
}
