//! Services: rate, errors, durations.

use tfo_sdk::api::ServiceSummary;

use super::{duration_cell, error_cell, optional};
use crate::output::table::{Cell, Column, table};
use crate::output::{CsvField, Listed, Look};

const COLUMNS: &[Column<ServiceSummary>] = &[
    Column::name("SERVICE", |service| Cell::service(Some(&service.service_name))),
    Column::number("RATE/s", |service| Cell::new(format!("{:.2}", service.rate))),
    Column::wide_number("REQUESTS", |service| Cell::new(service.requests.to_string())),
    Column::wide_number("ERRORS", |service| error_cell(service.errors, service.errors.to_string())),
    Column::number("ERR%", |service| {
        error_cell(service.errors, format!("{:.2}", service.error_ratio * 100.0))
    }),
    Column::number("P50", |service| duration_cell(service.p50_ns)),
    Column::number("P95", |service| duration_cell(service.p95_ns)),
    Column::number("P99", |service| duration_cell(service.p99_ns)),
    Column::wide_number("SPANS", |service| Cell::new(service.spans.to_string())),
    Column::wide_number("LOGS", |service| Cell::new(service.logs.to_string())),
];

impl Listed for ServiceSummary {
    const CSV: &'static [CsvField<Self>] = &[
        ("serviceName", |service| service.service_name.clone()),
        ("requests", |service| service.requests.to_string()),
        ("rate", |service| service.rate.to_string()),
        ("errors", |service| service.errors.to_string()),
        ("errorRatio", |service| service.error_ratio.to_string()),
        ("p50Ns", |service| optional(service.p50_ns)),
        ("p95Ns", |service| optional(service.p95_ns)),
        ("p99Ns", |service| optional(service.p99_ns)),
        ("spans", |service| service.spans.to_string()),
        ("logs", |service| service.logs.to_string()),
    ];

    fn table(items: &[Self], look: &Look) -> String {
        table(COLUMNS, items, look)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::style::Paint;

    #[test]
    fn a_service_without_requests_has_no_durations() {
        let json = r#"[
          {"serviceName":"checkout","requests":1234,"rate":20.5666,"errors":30,"errorRatio":0.0243,"p50Ns":88000000,
           "p95Ns":410000000,"p99Ns":1880000000,"spans":9000,"logs":411},
          {"serviceName":"batch","requests":0,"rate":0.0,"errors":0,"errorRatio":0.0,"spans":3,"logs":0}]"#;
        let services: Vec<ServiceSummary> = serde_json::from_str(json).unwrap();
        let look = |wide| Look { width: Some(60), wide, paint: Paint::Plain, now: tfo_sdk::Timestamp::MIN };
        insta::assert_snapshot!(ServiceSummary::table(&services, &look(false)), @r"
        SERVICE   RATE/s  ERR%      P50     P95     P99
        checkout   20.57  2.43  88.0 ms  410 ms  1.88 s
        batch       0.00  0.00        -       -       -
        ");
        insta::assert_snapshot!(ServiceSummary::table(&services, &look(true)), @r"
        SERVICE   RATE/s  REQUESTS  ERRORS  ERR%      P50     P95     P99  SPANS  LOGS
        checkout   20.57      1234      30  2.43  88.0 ms  410 ms  1.88 s   9000   411
        batch       0.00         0       0  0.00        -       -       -      3     0
        ");
    }
}
