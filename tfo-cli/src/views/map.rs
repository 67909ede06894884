//! The map of services: each with what it calls below it.

use tfo_sdk::api::{Calls, MapEdge, NodeKind, NodeRef, ServiceMap};

use super::{duration_cell, error_cell, optional};
use crate::output::style::Style;
use crate::output::table::{Cell, Column, table};
use crate::output::{CsvField, Look};

/// Fields of an edge.
pub(crate) const CSV: &[CsvField<MapEdge>] = &[
    ("client", |edge| edge.client.name.clone()),
    ("clientKind", |edge| kind(edge.client.kind).to_owned()),
    ("server", |edge| edge.server.name.clone()),
    ("serverKind", |edge| kind(edge.server.kind).to_owned()),
    ("requests", |edge| edge.calls.requests.to_string()),
    ("errors", |edge| edge.calls.errors.to_string()),
    ("p50Ns", |edge| optional(edge.calls.p50_ns)),
    ("p95Ns", |edge| optional(edge.calls.p95_ns)),
];

/// A service, or one of its calls.
struct Row {
    node: NodeRef,
    is_call: bool,
    calls: Calls,
}

const COLUMNS: &[Column<Row>] = &[
    Column::name("SERVICE", |row| {
        let arrow = if row.is_call { "  → " } else { "" };
        let note = match row.node.kind {
            NodeKind::Service => String::new(),
            other => format!(" ({})", kind(other)),
        };
        let style = match row.node.kind {
            NodeKind::Service => Style::service(&row.node.name),
            _ => Style::Normal,
        };
        Cell::new(format!("{arrow}{}{note}", row.node.name)).style(style)
    }),
    Column::number("CALLS", |row| Cell::new(row.calls.requests.to_string())),
    Column::number("ERRORS", |row| error_cell(row.calls.errors, row.calls.errors.to_string())),
    Column::number("P50", |row| duration_cell(row.calls.p50_ns)),
    Column::number("P95", |row| duration_cell(row.calls.p95_ns)),
];

fn kind(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Service => "service",
        NodeKind::Database => "database",
        NodeKind::Messaging => "messaging",
        NodeKind::Other => "other",
    }
}

/// The services with what they call.
pub(crate) fn list(map: &ServiceMap, look: &Look) -> String {
    let mut rows = Vec::new();
    for node in map.nodes.iter().filter(|node| node.node.kind == NodeKind::Service) {
        rows.push(Row { node: node.node.clone(), is_call: false, calls: node.calls });
        let calls = map.edges.iter().filter(|edge| edge.client == node.node);
        rows.extend(calls.map(|edge| Row { node: edge.server.clone(), is_call: true, calls: edge.calls }));
    }
    table(COLUMNS, &rows, look)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::style::Paint;

    #[test]
    fn services_stand_above_what_they_call() {
        let json = r#"{"nodes":[
          {"kind":"service","name":"checkout","requests":600,"errors":30,"p50Ns":88000000,"p95Ns":410000000},
          {"kind":"service","name":"gateway","requests":1234,"errors":0,"p50Ns":98000000,"p95Ns":510000000},
          {"kind":"database","name":"postgresql","requests":7,"errors":0}],
          "edges":[
          {"client":{"kind":"service","name":"checkout"},"server":{"kind":"database","name":"postgresql"},
           "requests":7,"errors":0},
          {"client":{"kind":"service","name":"gateway"},"server":{"kind":"service","name":"checkout"},
           "requests":600,"errors":30,"p50Ns":88000000,"p95Ns":410000000}],
          "scan":{"files":0,"rows":0,"bytes":0,"complete":true}}"#;
        let map: ServiceMap = serde_json::from_str(json).unwrap();
        let look = Look { width: Some(60), wide: false, paint: Paint::Plain, now: tfo_sdk::Timestamp::MIN };
        insta::assert_snapshot!(list(&map, &look), @r"
        SERVICE                    CALLS  ERRORS      P50     P95
        checkout                     600      30  88.0 ms  410 ms
          → postgresql (database)      7       0        -       -
        gateway                     1234       0  98.0 ms  510 ms
          → checkout                 600      30  88.0 ms  410 ms
        ");
    }
}
