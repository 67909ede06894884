//! Metrics: their names, and their points.

use tfo_sdk::api::{MetricName, MetricPoint};

use super::{json, optional, pairs, time_cell};
use crate::output::style::Style;
use crate::output::table::{Cell, Column, table};
use crate::output::{CsvField, Listed, Look};

const NAMES: &[Column<MetricName>] = &[
    Column::text("METRIC", |metric| Cell::new(&metric.name)),
    Column::text("TYPE", |metric| Cell::new(&metric.kind)),
    Column::text("UNIT", |metric| metric.unit.as_ref().map_or_else(Cell::absent, Cell::new)),
    Column::number("SERIES", |metric| Cell::new(metric.series.to_string())),
    Column::number("POINTS", |metric| Cell::new(metric.points.to_string())),
    Column::wide_text("LAST", |metric| time_cell(metric.last_timestamp)),
    Column::wide_text("DESCRIPTION", |metric| {
        metric.description.as_ref().map_or_else(Cell::absent, Cell::new)
    }),
    Column::text("SERVICES", |metric| Cell::new(metric.services.join(","))),
];

impl Listed for MetricName {
    const CSV: &'static [CsvField<Self>] = &[
        ("name", |metric| metric.name.clone()),
        ("type", |metric| metric.kind.clone()),
        ("unit", |metric| optional(metric.unit.as_ref())),
        ("description", |metric| optional(metric.description.as_ref())),
        ("series", |metric| metric.series.to_string()),
        ("points", |metric| metric.points.to_string()),
        ("lastTimestamp", |metric| metric.last_timestamp.to_string()),
        ("services", |metric| metric.services.join(" ")),
    ];

    fn table(items: &[Self], look: &Look) -> String {
        table(NAMES, items, look)
    }
}

const POINTS: &[Column<MetricPoint>] = &[
    Column::text("TIME", |point| time_cell(point.timestamp)),
    Column::text("SERVICE", |point| Cell::service(point.service_name.as_deref())),
    Column::wide_text("TYPE", |point| Cell::new(&point.kind)),
    Column::wide_text("TEMPORALITY", |point| point.temporality.as_ref().map_or_else(Cell::absent, Cell::new)),
    Column::wide_text("SERIES", |point| Cell::new(&point.series_id).style(Style::Id)),
    Column::number("VALUE", |point| Cell::new(value(point))),
    Column::text("UNIT", |point| point.unit.as_ref().map_or_else(Cell::absent, Cell::new)),
    Column::text("ATTRIBUTES", |point| Cell::new(pairs(&point.attributes).join(" "))),
];

/// The value of a gauge or sum; of the others, how many measurements and their sum.
fn value(point: &MetricPoint) -> String {
    if let Some(value) = &point.value {
        return value.to_string();
    }
    let count = point.count.map(|count| format!("n={count}"));
    let sum = point.sum.as_ref().map(|sum| format!("sum={sum}"));
    let parts: Vec<String> = count.into_iter().chain(sum).collect();
    if parts.is_empty() { "-".to_owned() } else { parts.join(" ") }
}

impl Listed for MetricPoint {
    const CSV: &'static [CsvField<Self>] = &[
        ("timestamp", |point| point.timestamp.to_string()),
        ("startTimestamp", |point| optional(point.start_timestamp)),
        ("metricName", |point| optional(point.metric_name.as_ref())),
        ("type", |point| point.kind.clone()),
        ("unit", |point| optional(point.unit.as_ref())),
        ("temporality", |point| optional(point.temporality.as_ref())),
        ("isMonotonic", |point| optional(point.is_monotonic)),
        ("serviceName", |point| optional(point.service_name.as_ref())),
        ("seriesId", |point| point.series_id.clone()),
        ("value", |point| optional(point.value.as_ref())),
        ("count", |point| optional(point.count)),
        ("sum", |point| optional(point.sum.as_ref())),
        ("min", |point| optional(point.min.as_ref())),
        ("max", |point| optional(point.max.as_ref())),
        ("attributes", |point| json(&point.attributes)),
        ("id", |point| point.id.to_string()),
    ];

    fn table(items: &[Self], look: &Look) -> String {
        table(POINTS, items, look)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::style::Paint;

    const LOOK: Look = Look { width: None, wide: false, paint: Paint::Plain };

    #[test]
    fn names_show_who_sends_them() {
        let json = r#"[{"name":"http.server.request.duration","type":"histogram","unit":"s","description":"Duration",
          "services":["cart","checkout"],"series":12,"points":3400,"lastTimestamp":"2026-11-25T09:16:23.5Z"},
          {"name":"queue.length","type":"gauge","services":["mail"],"series":1,"points":7,
          "lastTimestamp":"2026-11-25T09:16:23Z"}]"#;
        let names: Vec<MetricName> = serde_json::from_str(json).unwrap();
        insta::assert_snapshot!(MetricName::table(&names, &LOOK), @r"
        METRIC                        TYPE       UNIT  SERIES  POINTS  SERVICES
        http.server.request.duration  histogram  s         12    3400  cart,checkout
        queue.length                  gauge      -          1       7  mail
        ");
        insta::assert_snapshot!(MetricName::table(&names, &Look { wide: true, ..LOOK }), @r"
        METRIC                        TYPE       UNIT  SERIES  POINTS  LAST                      DESCRIPTION  SERVICES
        http.server.request.duration  histogram  s         12    3400  2026-11-25T09:16:23.500Z  Duration     cart,checkout
        queue.length                  gauge      -          1       7  2026-11-25T09:16:23.000Z  -            mail
        ");
    }

    #[test]
    fn a_point_shows_what_its_type_has() {
        let json = r#"[{"id":"1.0","timestamp":"2026-11-25T09:16:23Z","type":"sum","seriesId":"00","value":5,
          "serviceName":"cart","unit":"1","attributes":{"route":"/cart","note":"a b"}},
          {"id":"1.1","timestamp":"2026-11-25T09:16:24Z","type":"histogram","seriesId":"01","count":3,"sum":0.75,
          "attributes":{}}]"#;
        let points: Vec<MetricPoint> = serde_json::from_str(json).unwrap();
        insta::assert_snapshot!(MetricPoint::table(&points, &LOOK), @r#"
        TIME                      SERVICE         VALUE  UNIT  ATTRIBUTES
        2026-11-25T09:16:23.000Z  cart                5  1     route=/cart note="a b"
        2026-11-25T09:16:24.000Z  -        n=3 sum=0.75  -
        "#);
    }
}
