//! Metrics: their names, their series, their points, and values over time.

use serde::Serialize;
use tfo_sdk::Attributes;
use tfo_sdk::Timestamp;
use tfo_sdk::api::{Double, MetricAnswer, MetricExemplar, MetricName, MetricPoint, MetricSeries};

use super::{json, optional, pairs};
use crate::chart::sparkline;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, table};
use crate::output::{CsvField, Listed, Look};

const NAMES: &[Column<MetricName>] = &[
    Column::name("METRIC", |metric| Cell::new(&metric.name)),
    Column::text("TYPE", |metric| Cell::new(&metric.kind)),
    Column::text("UNIT", |metric| metric.unit.as_ref().map_or_else(Cell::absent, Cell::new)),
    Column::number("SERIES", |metric| Cell::new(metric.series.to_string())),
    Column::goes(3, Column::number("POINTS", |metric| Cell::new(metric.points.to_string()))),
    Column::goes(
        2,
        Column::whole("COURSE", |metric| match &metric.sparkline {
            Some(values) => Cell::new(sparkline(values)).style(Style::Info),
            None => Cell::absent(),
        }),
    ),
    Column::wide_text("LAST", |metric| Cell::time(metric.last_timestamp)),
    Column::wide_text("DESCRIPTION", |metric| {
        metric.description.as_ref().map_or_else(Cell::absent, Cell::new)
    }),
    Column::goes(1, Column::text("SERVICES", |metric| Cell::new(metric.services.join(",")))),
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

const SERIES: &[Column<MetricSeries>] = &[
    Column::whole("SERIES", |series| Cell::new(&series.series_id).style(Style::Id)),
    Column::text("SERVICE", |series| Cell::service(series.service_name.as_deref())),
    Column::goes(1, Column::text("TYPE", |series| Cell::new(&series.kind))),
    Column::wide_text("TEMPORALITY", |series| {
        series.temporality.as_ref().map_or_else(Cell::absent, Cell::new)
    }),
    Column::goes(2, Column::text("UNIT", |series| series.unit.as_ref().map_or_else(Cell::absent, Cell::new))),
    Column::goes(3, Column::number("POINTS", |series| Cell::new(series.points.to_string()))),
    Column::wide_text("FIRST", |series| Cell::time(series.first_timestamp)),
    Column::whole("LAST", |series| Cell::time(series.last_timestamp)),
    Column::wide_text("RESOURCE", |series| {
        let resource = series.origin.resource.as_ref();
        Cell::new(resource.map(|resource| pairs(&resource.attributes).join(" ")).unwrap_or_default())
    }),
    Column::text("ATTRIBUTES", |series| Cell::new(pairs(&series.attributes).join(" "))),
];

impl Listed for MetricSeries {
    const CSV: &'static [CsvField<Self>] = &[
        ("metricName", |series| series.metric_name.clone()),
        ("type", |series| series.kind.clone()),
        ("unit", |series| optional(series.unit.as_ref())),
        ("temporality", |series| optional(series.temporality.as_ref())),
        ("isMonotonic", |series| optional(series.is_monotonic)),
        ("serviceName", |series| optional(series.service_name.as_ref())),
        ("seriesId", |series| series.series_id.clone()),
        ("points", |series| series.points.to_string()),
        ("firstTimestamp", |series| series.first_timestamp.to_string()),
        ("lastTimestamp", |series| series.last_timestamp.to_string()),
        ("attributes", |series| json(&series.attributes)),
    ];

    fn table(items: &[Self], look: &Look) -> String {
        table(SERIES, items, look)
    }
}

/// A value of an answer, as a line of JSON.
#[derive(Serialize)]
pub(crate) struct Value<'a> {
    timestamp: Timestamp,
    group: &'a Attributes,
    value: Double,
}

/// The values of an answer, group by group; gaps are left out.
pub(crate) fn values_json(answer: &MetricAnswer) -> Vec<Value<'_>> {
    let of_group = |series: &'_ tfo_sdk::api::MetricGroup| {
        let steps = answer.timestamps.iter().zip(&series.values);
        steps.filter_map(|(start, value)| Some((*start, (*value)?))).collect::<Vec<_>>()
    };
    answer
        .series
        .iter()
        .flat_map(|series| {
            of_group(series).into_iter().map(|(timestamp, value)| Value {
                timestamp,
                group: &series.group,
                value,
            })
        })
        .collect()
}

/// The same as CSV, with a column for each field of the groups.
pub(crate) fn values_csv(answer: &MetricAnswer, fields: &[String]) -> Vec<Vec<String>> {
    let header = ["timestamp"].into_iter().chain(fields.iter().map(String::as_str)).chain(["value"]);
    let row = |value: Value<'_>| {
        let group = fields.iter().map(|field| optional(value.group.get(field)));
        let number = match value.value.0 {
            number if number.is_finite() => number.to_string(),
            number => tfo_sdk::value::non_finite_name(number).unwrap_or_default().to_owned(),
        };
        std::iter::once(value.timestamp.to_string()).chain(group).chain([number]).collect()
    };
    std::iter::once(header.map(str::to_owned).collect())
        .chain(values_json(answer).into_iter().map(row))
        .collect()
}

const EXEMPLARS: &[Column<(String, MetricExemplar)>] = &[
    Column::whole("TIME", |(_, exemplar)| Cell::time(exemplar.timestamp)),
    Column::number("VALUE", |(_, exemplar)| Cell::new(exemplar.value.to_string())),
    Column::whole("TRACE", |(_, exemplar)| {
        exemplar.trace_id.map_or_else(Cell::absent, |trace| Cell::new(trace.to_string()).style(Style::Id))
    }),
    Column::text("LINE", |(group, _)| Cell::new(group)),
    Column::text("ATTRIBUTES", |(_, exemplar)| Cell::new(pairs(&exemplar.attributes).join(" "))),
];

/// The exemplars of an answer, oldest first; nothing when there are none.
pub(crate) fn exemplars(answer: &MetricAnswer, look: &Look) -> String {
    let of_group = |series: &tfo_sdk::api::MetricGroup| {
        let group = pairs(&series.group).join(" ");
        series.exemplars.iter().cloned().map(|exemplar| (group.clone(), exemplar)).collect::<Vec<_>>()
    };
    let mut all: Vec<_> = answer.series.iter().flat_map(of_group).collect();
    all.sort_by_key(|(_, exemplar)| exemplar.timestamp);
    table(EXEMPLARS, &all, look)
}

const POINTS: &[Column<MetricPoint>] = &[
    Column::whole("TIME", |point| Cell::time(point.timestamp)),
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

    const LOOK: Look = Look { width: None, wide: false, paint: Paint::Plain, now: tfo_sdk::Timestamp::MIN };

    #[test]
    fn names_show_who_sends_them() {
        let json = r#"[{"name":"http.server.request.duration","type":"histogram","unit":"s","description":"Duration",
          "services":["cart","checkout"],"series":12,"points":3400,"lastTimestamp":"2026-11-25T09:16:23.5Z",
          "sparkline":[0.0,1.0,null,7.0]},
          {"name":"queue.length","type":"gauge","services":["mail"],"series":1,"points":7,
          "lastTimestamp":"2026-11-25T09:16:23Z"}]"#;
        let names: Vec<MetricName> = serde_json::from_str(json).unwrap();
        insta::assert_snapshot!(MetricName::table(&names, &LOOK), @r"
        METRIC                        TYPE       UNIT  SERIES  POINTS  COURSE  SERVICES
        http.server.request.duration  histogram  s         12    3400  ▁▂ █    cart,checkout
        queue.length                  gauge      -          1       7  -       mail
        ");
        insta::assert_snapshot!(MetricName::table(&names, &Look { wide: true, ..LOOK }), @r"
        METRIC                        TYPE       UNIT  SERIES  POINTS  COURSE  LAST                      DESCRIPTION  SERVICES
        http.server.request.duration  histogram  s         12    3400  ▁▂ █    2026-11-25T09:16:23.500Z  Duration     cart,checkout
        queue.length                  gauge      -          1       7  -       2026-11-25T09:16:23.000Z  -            mail
        ");
    }

    #[test]
    fn a_course_is_drawn_to_its_end_or_not_at_all() {
        let json = r#"[{"name":"http.server.request.duration","type":"histogram","unit":"s","series":12,"points":3400,
          "services":["cart","checkout"],"lastTimestamp":"2026-11-25T09:16:23.5Z",
          "sparkline":[0,1,2,3,4,5,6,7,0,1,2,3,4,5,6,7,0,1,2,7]}]"#;
        let names: Vec<MetricName> = serde_json::from_str(json).unwrap();
        let shown = |width| MetricName::table(&names, &Look { width: Some(width), ..LOOK });
        assert!(shown(90).contains("█\n") && !shown(90).contains("SERVICES"), "{}", shown(90));
        assert!(!shown(75).contains("COURSE") && shown(75).contains("request.duration  "), "{}", shown(75));
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

    #[test]
    fn a_series_shows_what_its_points_share() {
        let json = r#"[{"metricName":"queue.length","type":"gauge","unit":"1","serviceName":"mail","seriesId":"00ff",
          "attributes":{"queue":"out"},"points":7,"firstTimestamp":"2026-11-25T09:00:00Z",
          "lastTimestamp":"2026-11-25T09:16:23Z","resource":{"attributes":{"host.name":"h"}}}]"#;
        let series: Vec<MetricSeries> = serde_json::from_str(json).unwrap();
        insta::assert_snapshot!(MetricSeries::table(&series, &LOOK), @r"
        SERIES  SERVICE  TYPE   UNIT  POINTS  LAST                      ATTRIBUTES
        00ff    mail     gauge  1          7  2026-11-25T09:16:23.000Z  queue=out
        ");
    }

    #[test]
    fn values_stand_beside_their_group_and_gaps_are_left_out() {
        let json = r#"{"metric":"m","aggregation":"avg","since":"2026-11-25T09:00:00Z","until":"2026-11-25T09:02:00Z",
          "stepNs":60000000000,"timestamps":["2026-11-25T09:00:00Z","2026-11-25T09:01:00Z"],"groups":2,
          "series":[{"group":{"service":"a,b"},"values":[1.5,null],"exemplars":[
            {"timestamp":"2026-11-25T09:00:30Z","value":7,"traceId":"4bf92f3577b34da6a3ce929d0e0e4736"}]},
            {"group":{},"values":[{"$double":"NaN"},2.0]}],
          "scan":{"files":0,"rows":0,"bytes":0,"complete":true}}"#;
        let answer: MetricAnswer = serde_json::from_str(json).unwrap();
        let rows = values_csv(&answer, &["service".to_owned()]);
        assert_eq!(rows[0], ["timestamp", "service", "value"]);
        assert_eq!(rows[1], ["2026-11-25T09:00:00Z", "a,b", "1.5"]);
        assert_eq!(rows[2], ["2026-11-25T09:00:00Z", "", "NaN"]);
        assert_eq!(rows[3], ["2026-11-25T09:01:00Z", "", "2"]);
        let lines: Vec<String> =
            values_json(&answer).iter().map(|value| serde_json::to_string(value).unwrap()).collect();
        assert_eq!(lines[0], r#"{"timestamp":"2026-11-25T09:00:00Z","group":{"service":"a,b"},"value":1.5}"#);
        insta::assert_snapshot!(exemplars(&answer, &LOOK), @r"
        TIME                      VALUE  TRACE                             LINE         ATTRIBUTES
        2026-11-25T09:00:30.000Z      7  4bf92f3577b34da6a3ce929d0e0e4736  service=a,b
        ");
    }
}
