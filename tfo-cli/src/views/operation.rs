//! Operations: rate, errors, durations.

use tfo_sdk::api::Operation;

use super::{duration_cell, error_cell, optional};
use crate::output::table::{Cell, Column, table};
use crate::output::{CsvField, Listed, Look};

const COLUMNS: &[Column<Operation>] = &[
    Column::text("SERVICE", |operation| Cell::service(operation.service_name.as_deref())),
    Column::number("RATE/s", |operation| Cell::new(format!("{:.2}", operation.rate))),
    Column::wide_number("REQUESTS", |operation| Cell::new(operation.requests.to_string())),
    Column::wide_number("ERRORS", |operation| error_cell(operation.errors, operation.errors.to_string())),
    Column::number("ERR%", |operation| {
        error_cell(operation.errors, format!("{:.2}", operation.error_ratio * 100.0))
    }),
    Column::number("P50", |operation| duration_cell(operation.p50_ns)),
    Column::number("P95", |operation| duration_cell(operation.p95_ns)),
    Column::wide_number("P99", |operation| duration_cell(operation.p99_ns)),
    Column::wide_text("KIND", |operation| operation.kind.as_ref().map_or_else(Cell::absent, Cell::new)),
    Column::name("OPERATION", |operation| operation.name.as_ref().map_or_else(Cell::absent, Cell::new)),
];

impl Listed for Operation {
    const CSV: &'static [CsvField<Self>] = &[
        ("serviceName", |operation| optional(operation.service_name.as_ref())),
        ("name", |operation| optional(operation.name.as_ref())),
        ("kind", |operation| optional(operation.kind.as_ref())),
        ("requests", |operation| operation.requests.to_string()),
        ("rate", |operation| operation.rate.to_string()),
        ("errors", |operation| operation.errors.to_string()),
        ("errorRatio", |operation| operation.error_ratio.to_string()),
        ("p50Ns", |operation| optional(operation.p50_ns)),
        ("p95Ns", |operation| optional(operation.p95_ns)),
        ("p99Ns", |operation| optional(operation.p99_ns)),
    ];

    fn table(items: &[Self], look: &Look) -> String {
        table(COLUMNS, items, look)
    }
}
