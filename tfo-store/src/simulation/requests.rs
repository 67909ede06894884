//! Small requests of all three signals. Every record bears a mark: which request, which record of it.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, metric, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message as _;
use tfo_sdk::{Signal, TenantId};

use super::random::Random;
use crate::otlp::{self, Acceptance, Request};
use crate::wal::Table;

/// The tables of a test.
pub(super) fn tables() -> Vec<Table> {
    let table = |tenant: u8, signal| Table { tenant: TenantId::from_bytes([tenant; 16]), signal };
    vec![
        table(1, Signal::Logs),
        table(1, Signal::Spans),
        table(2, Signal::Logs),
        table(2, Signal::MetricPoints),
    ]
}

/// The column that has the mark.
pub(super) fn mark_column(signal: Signal) -> &'static str {
    match signal {
        Signal::Logs => "body",
        Signal::Spans => "name",
        Signal::MetricPoints => "metric_name",
    }
}

/// The mark of a record; all are equally long, so that records of different requests often are, too.
pub(super) fn mark(id: usize, row: usize) -> String {
    format!("{id:05}/{row:02}")
}

/// The request and the record that a mark names.
pub(super) fn parse_mark(mark: &str) -> Option<(usize, usize)> {
    let (id, row) = mark.split_once('/')?;
    Some((id.parse().ok()?, row.parse().ok()?))
}

fn text(text: &str) -> Option<AnyValue> {
    Some(AnyValue { value: Some(Value::StringValue(text.to_owned())) })
}

fn attribute(key: &str, value: &str) -> KeyValue {
    KeyValue { key: key.to_owned(), value: text(value), ..KeyValue::default() }
}

/// A request whose records have these times (0: none is sent) and take about this many bytes more than they must.
pub(super) fn request(
    id: usize,
    table: Table,
    times: &[u64],
    padding: usize,
    acceptance: Acceptance,
    random: &mut Random,
) -> Request {
    let service = random.pick(&["shop", "cart"]);
    let resource =
        Some(Resource { attributes: vec![attribute("service.name", service)], ..Resource::default() });
    let attributes = |row: usize| {
        let padding = attribute("padding", &"x".repeat(padding));
        if row.is_multiple_of(2) { vec![attribute("http.route", "/pay"), padding] } else { vec![padding] }
    };
    let rows = times.iter().enumerate();
    let raw = match table.signal {
        Signal::Logs => {
            let log_records = rows.map(|(row, time)| LogRecord {
                time_unix_nano: *time,
                body: text(&mark(id, row)),
                attributes: attributes(row),
                ..LogRecord::default()
            });
            let scope_logs = vec![ScopeLogs { log_records: log_records.collect(), ..ScopeLogs::default() }];
            let resource_logs = vec![ResourceLogs { resource, scope_logs, ..ResourceLogs::default() }];
            ExportLogsServiceRequest { resource_logs }.encode_to_vec()
        }
        Signal::Spans => {
            let spans = rows.map(|(row, time)| Span {
                start_time_unix_nano: *time,
                end_time_unix_nano: if *time == 0 { 0 } else { time + 5 },
                trace_id: vec![7; 16],
                span_id: vec![row as u8 + 1; 8],
                name: mark(id, row),
                attributes: attributes(row),
                ..Span::default()
            });
            let scope_spans = vec![ScopeSpans { spans: spans.collect(), ..ScopeSpans::default() }];
            let resource_spans = vec![ResourceSpans { resource, scope_spans, ..ResourceSpans::default() }];
            ExportTraceServiceRequest { resource_spans }.encode_to_vec()
        }
        Signal::MetricPoints => {
            let metrics = rows.map(|(row, time)| {
                let point = NumberDataPoint {
                    time_unix_nano: *time,
                    value: Some(number_data_point::Value::AsInt(id as i64)),
                    attributes: attributes(row),
                    ..NumberDataPoint::default()
                };
                Metric {
                    name: mark(id, row),
                    data: Some(metric::Data::Gauge(Gauge { data_points: vec![point] })),
                    ..Metric::default()
                }
            });
            let scope_metrics = vec![ScopeMetrics { metrics: metrics.collect(), ..ScopeMetrics::default() }];
            let resource_metrics =
                vec![ResourceMetrics { resource, scope_metrics, ..ResourceMetrics::default() }];
            ExportMetricsServiceRequest { resource_metrics }.encode_to_vec()
        }
    };
    otlp::decode(table.signal, raw.into(), acceptance).expect("a request of the test is well-formed")
}
