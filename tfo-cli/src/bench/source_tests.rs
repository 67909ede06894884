//! Requests are the same for the same seed, and what a receiver would expect.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use std::collections::{BTreeMap, BTreeSet};

use super::*;

const NOW: Timestamp = Timestamp(1_790_000_000_000_000_000);
const DAY: i64 = 86_400_000_000_000;

/// Small requests of these signals, with times of a day.
pub(crate) fn recipe(signals: &[Signal]) -> Recipe {
    Recipe {
        signals: signals.to_vec(),
        batch: 40,
        size: None,
        services: 7,
        values: 100,
        series: 90,
        seed: 1,
        times: Times::Spread { until: NOW, nanos: DAY },
    }
}

/// A log record, and what it is of.
type Log = (Option<Resource>, LogRecord);

fn logs(source: &Source, number: u64) -> Vec<Log> {
    let request = ExportLogsServiceRequest::decode(source.request(number, NOW).body.as_slice()).unwrap();
    let mut all = Vec::new();
    for entry in request.resource_logs {
        for log in entry.scope_logs.into_iter().flat_map(|scope| scope.log_records) {
            all.push((entry.resource.clone(), log));
        }
    }
    all
}

fn spans(source: &Source, number: u64) -> Vec<Span> {
    let request = ExportTraceServiceRequest::decode(source.request(number, NOW).body.as_slice()).unwrap();
    let scopes = request.resource_spans.into_iter().flat_map(|entry| entry.scope_spans);
    scopes.flat_map(|scope| scope.spans).collect()
}

fn attribute(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == key).unwrap();
    match found.value.clone().unwrap().value.unwrap() {
        Value::StringValue(text) => text,
        other => panic!("{other:?}"),
    }
}

fn body(log: &LogRecord) -> String {
    match log.body.clone().unwrap().value.unwrap() {
        Value::StringValue(text) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
    let all = recipe(&Signal::ALL);
    let (one, same) = (Source::new(all.clone()), Source::new(all.clone()));
    let other = Source::new(Recipe { seed: 2, ..all });
    for number in 0..12 {
        let [one, same, other] = [&one, &same, &other].map(|source| source.request(number, NOW).body);
        assert_eq!(one, same, "{number}");
        assert_ne!(one, other, "{number}");
    }
}

#[test]
fn live_requests_differ_in_nothing_but_their_time() {
    let recipe = Recipe { times: Times::Live { began: NOW }, ..recipe(&[Signal::Logs]) };
    let source = Source::new(recipe);
    let later = Timestamp(NOW.0 + 60_000_000_000);
    let (one, other) = (source.request(3, NOW).body, source.request(3, later).body);
    let [one, other] = [one, other].map(|body| ExportLogsServiceRequest::decode(body.as_slice()).unwrap());
    let record =
        |request: &ExportLogsServiceRequest| request.resource_logs[0].scope_logs[0].log_records[0].clone();
    let (one, other) = (record(&one), record(&other));
    assert_eq!(other.time_unix_nano - one.time_unix_nano, 60_000_000_000);
    assert_eq!(
        LogRecord { time_unix_nano: 0, observed_time_unix_nano: 0, ..one },
        LogRecord { time_unix_nano: 0, observed_time_unix_nano: 0, ..other }
    );
}

#[test]
fn log_records_vary_and_keep_to_the_cardinality_asked_for() {
    let source = Source::new(recipe(&[Signal::Logs]));
    let all: Vec<_> = (0..400).flat_map(|number| logs(&source, number)).collect();
    assert_eq!(all.len(), 400 * 40);
    let set = |of: &dyn Fn(&Log) -> String| -> BTreeSet<String> { all.iter().map(of).collect() };
    let service =
        |resource: &Option<Resource>| attribute(&resource.as_ref().unwrap().attributes, "service.name");
    assert_eq!(set(&|(resource, _)| service(resource)).len(), 7);
    assert_eq!(set(&|(_, log)| attribute(&log.attributes, "user.id")).len(), 100);
    // Nearly every body is one of a kind.
    assert!(set(&|(_, log)| body(log)).len() > all.len() * 95 / 100);
    let errors = all.iter().filter(|(_, log)| log.severity_number == 17).count();
    assert!((all.len() / 50..all.len() / 20).contains(&errors), "{errors}");
    let times = all.iter().map(|(_, log)| log.time_unix_nano as i64);
    assert!(times.clone().all(|time| (NOW.0 - DAY - 1_000_000_000..=NOW.0).contains(&time)));
    let hours: BTreeSet<i64> = times.map(|time| (NOW.0 - time) / 3_600_000_000_000).collect();
    assert!(hours.len() >= 24, "{hours:?}");
}

#[test]
fn spans_are_whole_traces_whose_children_lie_within_their_parents() {
    let source = Source::new(recipe(&[Signal::Spans]));
    for number in 0..20 {
        let spans = spans(&source, number);
        let by_id: BTreeMap<_, _> = spans.iter().map(|span| (span.span_id.clone(), span)).collect();
        assert_eq!(by_id.len(), spans.len());
        let mut roots = BTreeSet::new();
        for span in &spans {
            assert!(span.start_time_unix_nano < span.end_time_unix_nano);
            if span.parent_span_id.is_empty() {
                assert!(roots.insert(span.trace_id.clone()), "two roots");
                continue;
            }
            let parent = by_id[&span.parent_span_id];
            assert_eq!(parent.trace_id, span.trace_id);
            assert!(parent.start_time_unix_nano <= span.start_time_unix_nano);
            assert!(parent.end_time_unix_nano >= span.end_time_unix_nano);
        }
        assert_eq!(roots.len(), 5);
    }
}

#[test]
fn logs_belong_to_the_spans_of_the_same_seed() {
    let source = Source::new(recipe(&[Signal::Logs, Signal::Spans]));
    let spans: BTreeMap<_, _> =
        spans(&source, 5).into_iter().map(|span| (span.span_id.clone(), span.trace_id)).collect();
    let logs = logs(&source, 4);
    assert!(logs.iter().all(|(_, log)| spans[&log.span_id] == log.trace_id));
}

#[test]
fn counters_only_grow_and_there_are_as_many_series_as_asked_for() {
    let source = Source::new(recipe(&[Signal::MetricPoints]));
    let mut totals: BTreeMap<String, BTreeMap<u64, f64>> = BTreeMap::new();
    let mut series = BTreeSet::new();
    for number in 0..60 {
        let body = source.request(number, NOW).body;
        let request = ExportMetricsServiceRequest::decode(body.as_slice()).unwrap();
        let scopes = request.resource_metrics.into_iter().flat_map(|entry| entry.scope_metrics);
        for metric in scopes.flat_map(|scope| scope.metrics) {
            match metric.data.unwrap() {
                Data::Gauge(gauge) => {
                    series.extend(
                        gauge.data_points.iter().map(|point| attribute(&point.attributes, "instance")),
                    );
                }
                Data::Sum(sum) => {
                    assert!(sum.is_monotonic && sum.aggregation_temporality == 2);
                    for point in sum.data_points {
                        use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
                        let value = match point.value.unwrap() {
                            Value::AsDouble(value) => value,
                            Value::AsInt(value) => value as f64,
                        };
                        let instance = attribute(&point.attributes, "instance");
                        series.insert(instance.clone());
                        let name = format!("{} {instance}", metric.name);
                        assert!(
                            totals.entry(name).or_default().insert(point.time_unix_nano, value).is_none()
                        );
                    }
                }
                Data::Histogram(histogram) => {
                    for point in histogram.data_points {
                        series.insert(attribute(&point.attributes, "instance"));
                        assert_eq!(point.bucket_counts.iter().sum::<u64>(), point.count);
                        assert_eq!(point.bucket_counts.len(), point.explicit_bounds.len() + 1);
                        assert!(point.explicit_bounds.is_sorted());
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }
    // 90, rounded up to whole requests of 40.
    assert_eq!(series.len(), 120);
    for (name, values) in totals {
        assert_eq!(values.len(), 20, "{name}");
        assert!(values.values().is_sorted(), "{name}: {values:?}");
    }
}

#[test]
fn records_have_the_size_asked_for() {
    for signal in Signal::ALL {
        let recipe = Recipe { size: Some(1000), batch: 400, series: 1000, ..recipe(&[signal]) };
        let request = Source::new(recipe).request(0, NOW);
        let size = request.body.len() / request.records as usize;
        assert!((980..1040).contains(&size), "{signal}: {size}");
    }
}
