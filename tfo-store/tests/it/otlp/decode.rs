//! Small requests of every kind, sound ones and malformed ones.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use tfo_sdk::{Signal, Timestamp};
use tfo_store::view;

use super::helpers::{RECEIVED_AT, attribute, decode_message, text};

fn logs(log_records: Vec<LogRecord>) -> ExportLogsServiceRequest {
    let scope = InstrumentationScope { name: "scope".into(), ..Default::default() };
    let resource =
        Resource { attributes: vec![text("service.name", "shop"), text("a", "b")], ..Default::default() };
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: Some(resource),
            scope_logs: vec![ScopeLogs { scope: Some(scope), log_records, ..Default::default() }],
            ..Default::default()
        }],
    }
}

fn spans(spans: Vec<Span>) -> ExportTraceServiceRequest {
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            scope_spans: vec![ScopeSpans { spans, ..Default::default() }],
            ..Default::default()
        }],
    }
}

fn log() -> LogRecord {
    LogRecord { time_unix_nano: RECEIVED_AT, ..Default::default() }
}

fn span() -> Span {
    Span { trace_id: vec![1; 16], span_id: vec![2; 8], start_time_unix_nano: RECEIVED_AT, ..Default::default() }
}

#[test]
fn an_empty_request_is_an_empty_table() {
    for signal in [Signal::Logs, Signal::Spans] {
        let request = decode_message(signal, &());
        assert_eq!(request.batch.num_rows(), 0);
        assert_eq!(request.rejected.count, 0);
        assert_eq!(request.batch.schema(), tfo_store::schema::schema(signal));
    }
}

#[test]
fn a_log_record_is_read_back_with_its_resource_and_scope() {
    let record = LogRecord {
        body: Some(AnyValue { value: Some(Value::StringValue("hello".into())) }),
        attributes: vec![text("k", "5"), attribute("k", Value::IntValue(5)), text("http.route", "/")],
        trace_id: vec![0xab; 16],
        ..log()
    };
    let request = decode_message(Signal::Logs, &logs(vec![record.clone(), log(), record]));
    let records = view::log_records(&request.batch).unwrap();
    let json: Vec<_> = records.iter().map(|record| serde_json::to_string(record).unwrap()).collect();
    assert_eq!(
        json[0],
        r#"{"id":"0.0","timestamp":"2023-11-14T22:13:20Z","serviceName":"shop","body":"hello","#.to_owned()
            + r#""traceId":"abababababababababababababababab","#
            + r#""attributes":{"http.route":"/","k":"5","k":5},"#
            + r#""resource":{"attributes":{"service.name":"shop","a":"b"}},"scope":{"name":"scope"}}"#
    );
    assert_eq!(json[2], json[0].replace("0.0", "0.2"));
    assert_eq!(records[1].body, None);
}

#[test]
fn a_span_is_read_back_with_its_events_and_links() {
    let sent = Span {
        kind: 2,
        end_time_unix_nano: RECEIVED_AT + 5,
        events: vec![Event { name: "e".into(), attributes: vec![text("x", "y")], ..Default::default() }],
        links: vec![Link { trace_id: vec![3; 16], span_id: vec![4; 8], ..Default::default() }],
        status: Some(Status::default()),
        ..span()
    };
    let request = decode_message(Signal::Spans, &spans(vec![span(), sent]));
    let spans = view::spans(&request.batch).unwrap();
    assert_eq!(
        serde_json::to_string(&spans[1]).unwrap(),
        r#"{"id":"0.1","timestamp":"2023-11-14T22:13:20Z","endTimestamp":"2023-11-14T22:13:20.000000005Z","#
            .to_owned()
            + r#""durationNs":5,"traceId":"01010101010101010101010101010101","spanId":"0202020202020202","#
            + r#""kind":"SERVER","statusCode":"UNSET","attributes":{},"#
            + r#""events":[{"name":"e","attributes":{"x":"y"}}],"#
            + r#""links":[{"traceId":"03030303030303030303030303030303","spanId":"0404040404040404"}]}"#
    );
    assert_eq!(spans[0].status_code, None);
    assert!(spans[0].events.is_empty());
}

#[test]
fn a_record_that_cannot_be_kept_is_counted_and_its_neighbours_stay() {
    let short = Span { span_id: vec![2; 7], ..span() };
    let late = Span { end_time_unix_nano: 1 << 63, ..span() };
    let request = decode_message(Signal::Spans, &spans(vec![short.clone(), span(), short, late, span()]));
    assert_eq!(request.rejected.count, 3);
    assert_eq!(
        request.rejected.reason,
        "span_id: 7 bytes, expected 8 (2 records); end_time_unix_nano: beyond 2^63-1 ns, the year 2262 (1 record)"
    );
    let rows: Vec<_> = view::spans(&request.batch).unwrap().iter().map(|span| span.id.row).collect();
    assert_eq!(rows, [1, 4]);
}

#[test]
fn a_log_record_without_a_time_gets_that_of_its_observation_or_receipt() {
    let observed = LogRecord { observed_time_unix_nano: RECEIVED_AT - 1, ..Default::default() };
    let request = decode_message(Signal::Logs, &logs(vec![log(), observed, LogRecord::default()]));
    let times: Vec<_> = view::log_records(&request.batch)
        .unwrap()
        .iter()
        .map(|record| (record.timestamp.nanos() as u64, record.sent_timestamp))
        .collect();
    let epoch = Some(Timestamp(0));
    assert_eq!(times, [(RECEIVED_AT, None), (RECEIVED_AT - 1, epoch), (RECEIVED_AT, epoch)]);
}
