//! Traces in a list.

use tfo_sdk::api::TraceSummary;

use super::{duration_cell, error_cell, optional};
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Growing, table};
use crate::output::{CsvField, Listed, Look};

const COLUMNS: &[Column<TraceSummary>] = &[
    Column::whole("TIME", |trace| Cell::time(trace.timestamp)),
    Column::whole("TRACE", |trace| Cell::new(trace.trace_id.to_string()).style(Style::Id)),
    Column::number("DURATION", |trace| duration_cell(Some(trace.duration_ns))),
    Column::goes(1, Column::number("SPANS", |trace| Cell::new(trace.span_count.to_string()))),
    Column::goes(
        3,
        Column::number("ERRORS", |trace| error_cell(trace.error_count, trace.error_count.to_string())),
    ),
    Column::wide_text("SERVICES", |trace| Cell::new(trace.services.join(","))),
    Column::goes(2, Column::text("SERVICE", |trace| Cell::service(trace.root_service.as_deref()))),
    Column::text("NAME", |trace| Cell::new(name(trace))),
];

/// The name of the root; of a trace whose root has not come, that of its earliest span, in brackets.
fn name(trace: &TraceSummary) -> String {
    let name = trace.root_name.as_deref().unwrap_or("-");
    if trace.has_root { name.to_owned() } else { format!("({name})") }
}

impl Listed for TraceSummary {
    const CSV: &'static [CsvField<Self>] = &[
        ("timestamp", |trace| trace.timestamp.to_string()),
        ("traceId", |trace| trace.trace_id.to_string()),
        ("durationNs", |trace| trace.duration_ns.to_string()),
        ("spanCount", |trace| trace.span_count.to_string()),
        ("errorCount", |trace| trace.error_count.to_string()),
        ("rootService", |trace| optional(trace.root_service.as_ref())),
        ("rootName", |trace| optional(trace.root_name.as_ref())),
        ("hasRoot", |trace| trace.has_root.to_string()),
        ("services", |trace| trace.services.join(" ")),
    ];

    fn table(items: &[Self], look: &Look) -> String {
        table(COLUMNS, items, look)
    }
}

/// A list of traces that grows.
#[derive(Debug, Default)]
pub(crate) struct TraceLines(Growing);

impl TraceLines {
    /// A line a trace; the header stands before the first.
    pub(crate) fn rows(&mut self, traces: &[TraceSummary], look: &Look) -> String {
        self.0.rows(COLUMNS, traces, look)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::style::Paint;

    #[test]
    fn a_list_of_traces_has_ids_to_copy() {
        let json = r#"[
          {"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","rootService":"gateway","rootName":"POST /checkout",
           "hasRoot":true,"timestamp":"2026-11-25T09:16:23.123456789Z","durationNs":412000000,"spanCount":37,
           "errorCount":2,"services":["cart","gateway"]},
          {"traceId":"00000000000000000000000000000001","rootName":"redis GET","hasRoot":false,
           "timestamp":"2026-11-25T09:16:24Z","durationNs":900,"spanCount":1,"errorCount":0,"services":[]}]"#;
        let traces: Vec<TraceSummary> = serde_json::from_str(json).unwrap();
        let look = |wide| Look { width: None, wide, paint: Paint::Plain, now: tfo_sdk::Timestamp::MIN };
        insta::assert_snapshot!(TraceSummary::table(&traces, &look(false)), @r"
        TIME                      TRACE                             DURATION  SPANS  ERRORS  SERVICE  NAME
        2026-11-25T09:16:23.123Z  4bf92f3577b34da6a3ce929d0e0e4736    412 ms     37       2  gateway  POST /checkout
        2026-11-25T09:16:24.000Z  00000000000000000000000000000001    900 ns      1       0  -        (redis GET)
        ");
        insta::assert_snapshot!(TraceSummary::table(&traces, &look(true)), @r"
        TIME                      TRACE                             DURATION  SPANS  ERRORS  SERVICES      SERVICE  NAME
        2026-11-25T09:16:23.123Z  4bf92f3577b34da6a3ce929d0e0e4736    412 ms     37       2  cart,gateway  gateway  POST /checkout
        2026-11-25T09:16:24.000Z  00000000000000000000000000000001    900 ns      1       0                -        (redis GET)
        ");
        let narrow = TraceSummary::table(&traces, &Look { width: Some(80), ..look(false) });
        assert!(narrow.lines().all(|line| line.len() <= 80), "{narrow}");
        assert!(traces.iter().all(|trace| narrow.contains(&trace.trace_id.to_string())), "{narrow}");
    }
}
