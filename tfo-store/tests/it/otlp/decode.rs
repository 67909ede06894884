//! Small requests of every kind, sound ones and malformed ones.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as NumberValue;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint,
    Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint, exemplar,
};
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

fn metrics(data: Vec<Data>) -> ExportMetricsServiceRequest {
    let metric = |data| Metric { name: "m".into(), unit: "1".into(), data: Some(data), ..Default::default() };
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            scope_metrics: vec![ScopeMetrics {
                metrics: data.into_iter().map(metric).collect(),
                ..Default::default()
            }],
            ..Default::default()
        }],
    }
}

fn number(value: NumberValue) -> NumberDataPoint {
    NumberDataPoint { time_unix_nano: RECEIVED_AT, value: Some(value), ..Default::default() }
}

fn log() -> LogRecord {
    LogRecord { time_unix_nano: RECEIVED_AT, ..Default::default() }
}

fn span() -> Span {
    Span {
        trace_id: vec![1; 16],
        span_id: vec![2; 8],
        start_time_unix_nano: RECEIVED_AT,
        ..Default::default()
    }
}

#[test]
fn an_empty_request_is_an_empty_table() {
    for signal in Signal::ALL {
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

#[test]
fn the_points_of_all_five_metric_types_are_read_back() {
    let exemplar = Exemplar {
        value: Some(exemplar::Value::AsInt(3)),
        trace_id: vec![1; 16],
        span_id: vec![2; 8],
        ..Default::default()
    };
    let gauge =
        Gauge { data_points: vec![number(NumberValue::AsInt(7)), number(NumberValue::AsDouble(7.0))] };
    let sum = Sum {
        data_points: vec![NumberDataPoint { exemplars: vec![exemplar], ..number(NumberValue::AsInt(1)) }],
        aggregation_temporality: 2,
        is_monotonic: true,
    };
    let histogram = HistogramDataPoint {
        time_unix_nano: RECEIVED_AT,
        count: 3,
        sum: Some(0.0),
        bucket_counts: vec![1, 2],
        explicit_bounds: vec![0.5],
        ..Default::default()
    };
    let exponential = ExponentialHistogramDataPoint {
        time_unix_nano: RECEIVED_AT,
        scale: -2,
        positive: Some(Buckets { offset: -3, bucket_counts: vec![300, 0] }),
        ..Default::default()
    };
    let summary = SummaryDataPoint {
        time_unix_nano: RECEIVED_AT,
        quantile_values: vec![ValueAtQuantile { quantile: 0.5, value: 2.0 }],
        ..Default::default()
    };
    let request = decode_message(
        Signal::MetricPoints,
        &metrics(vec![
            Data::Gauge(gauge),
            Data::Sum(sum),
            Data::Gauge(Gauge::default()),
            Data::Histogram(Histogram { data_points: vec![histogram], aggregation_temporality: 1 }),
            Data::ExponentialHistogram(ExponentialHistogram {
                data_points: vec![exponential],
                aggregation_temporality: 9,
            }),
            Data::Summary(Summary { data_points: vec![summary] }),
        ]),
    );
    let told: Vec<_> = view::metric_points(&request.batch)
        .unwrap()
        .into_iter()
        .map(|mut point| {
            point.series_id.clear();
            let json = serde_json::to_string(&point).unwrap();
            let start = r#","timestamp":"2023-11-14T22:13:20Z","metricName":"m","unit":"1""#;
            json.replace(start, "").replace(r#","seriesId":"","attributes":{}"#, "")
        })
        .collect();
    assert_eq!(
        told,
        [
            r#"{"id":"0.0","type":"gauge","value":7}"#,
            r#"{"id":"0.1","type":"gauge","value":7.0}"#,
            concat!(
                r#"{"id":"0.2","type":"sum","temporality":"CUMULATIVE","isMonotonic":true,"value":1,"#,
                r#""exemplars":[{"value":3,"traceId":"01010101010101010101010101010101","#,
                r#""spanId":"0202020202020202"}]}"#
            ),
            concat!(
                r#"{"id":"0.3","type":"histogram","temporality":"DELTA","count":3,"sum":0.0,"#,
                r#""bounds":[0.5],"bucketCounts":[1,2]}"#
            ),
            concat!(
                r#"{"id":"0.4","type":"exponential_histogram","temporality":"9","scale":-2,"#,
                r#""positive":{"offset":-3,"counts":[300,0]}}"#
            ),
            r#"{"id":"0.5","type":"summary","quantiles":[{"quantile":0.5,"value":2.0}]}"#,
        ]
    );
}

#[test]
fn points_of_the_same_series_have_its_id_in_every_request() {
    let ids = |data| {
        let request = decode_message(Signal::MetricPoints, &metrics(vec![data]));
        view::metric_points(&request.batch)
            .unwrap()
            .into_iter()
            .map(|point| point.series_id)
            .collect::<Vec<_>>()
    };
    let with = |attributes| NumberDataPoint { attributes, ..number(NumberValue::AsInt(7)) };
    let gauge = |data_points| Data::Gauge(Gauge { data_points });
    let (a, b) = (text("a", "1"), text("b", "2"));
    let first = ids(gauge(vec![with(vec![a.clone(), b.clone()]), with(vec![a.clone()])]));
    assert_eq!(ids(gauge(vec![with(vec![b, a])])), first[..1]);
    assert_ne!(first[0], first[1]);
    let sum = Sum { data_points: vec![with(vec![])], ..Default::default() };
    assert_ne!(ids(Data::Sum(sum)), ids(gauge(vec![with(vec![])])));
}
