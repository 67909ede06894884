//! The example messages of the OTLP specification, which are from 2018.

use std::path::Path;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use serde_json::{Value, json};
use tfo_sdk::Signal;
use tfo_sdk::api::{LogRecord, MetricPoint, Span};
use tfo_tests::expect::{self, Same};
use tfo_tests::rest::EVERYTHING;
use tfo_tests::{Daemon, Encoding, Setup};

fn example(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/otlp").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The examples, each with its signal.
const EXAMPLES: [(&str, Signal); 4] = [
    ("logs.json", Signal::Logs),
    ("events.json", Signal::Logs),
    ("trace.json", Signal::Spans),
    ("metrics.json", Signal::MetricPoints),
];

#[tokio::test]
async fn the_examples_of_the_specification_are_read_back_field_by_field() {
    let daemon = Setup::new().unwrap().env("TFO_STORE_RETENTION_DAYS", "36500").start().await.unwrap();
    let (sender, rest) = (daemon.sender(), daemon.rest());
    let (mut logs, mut spans, mut points) = (Vec::new(), Vec::new(), Vec::new());
    for (name, signal) in EXAMPLES {
        let body = example(name);
        match signal {
            Signal::Logs => {
                logs.extend(expect::logs(
                    &serde_json::from_slice::<ExportLogsServiceRequest>(&body).unwrap(),
                ));
            }
            Signal::Spans => {
                spans.extend(expect::spans(
                    &serde_json::from_slice::<ExportTraceServiceRequest>(&body).unwrap(),
                ));
            }
            Signal::MetricPoints => {
                let request = serde_json::from_slice::<ExportMetricsServiceRequest>(&body).unwrap();
                points.extend(expect::metric_points(&request));
            }
        }
        let reply = sender.post_bytes(signal, Encoding::Json, body).await.unwrap();
        assert_eq!((reply.status, reply.json()), (200, json!({})), "{name}");
    }
    assert!(!logs.is_empty() && !spans.is_empty() && !points.is_empty());
    same(rest.walk::<LogRecord>("/logs", &EVERYTHING, 2).await.unwrap(), logs);
    same(rest.walk::<Span>("/spans", &EVERYTHING, 2).await.unwrap(), spans);
    same(rest.walk::<MetricPoint>("/metrics/points", &EVERYTHING, 2).await.unwrap(), points);

    let trace: Value = rest.get("/traces/5b8efff798038103d269b633813fc60c", &[]).await.unwrap();
    assert_eq!(trace["spans"][0]["name"], "I'm a server span");
    let shown = daemon.tfo(&["trace", "5b8efff798038103d269b633813fc60c"]).unwrap().expect_code(0);
    assert!(shown.stdout.contains("I'm a server span"), "{}", shown.stdout);
    let shown =
        daemon.tfo(&["logs", "--since", "2018-12-01T00:00:00Z", "-o", "jsonl"]).unwrap().expect_code(0);
    let bodies: Vec<Value> = shown.json_lines().unwrap().iter().map(|log| log["body"].clone()).collect();
    assert!(bodies.contains(&json!("Example log record")), "{bodies:?}");
}

/// Compares two sets of records; neither has an order of its own.
fn same<T: Same + PartialEq + std::fmt::Debug>(found: Vec<T>, mut expected: Vec<T>) {
    for record in found {
        let record = record.same();
        let Some(at) = expected.iter().position(|expected| *expected == record) else {
            panic!("found {record:#?}\nbut sent {expected:#?}");
        };
        expected.swap_remove(at);
    }
    assert!(expected.is_empty(), "not found: {expected:#?}");
}

#[tokio::test]
async fn records_older_than_retention_are_counted_and_named() {
    let daemon = Daemon::start().await.unwrap();
    let sender = daemon.sender();
    for (name, signal) in EXAMPLES {
        let reply = sender.post_bytes(signal, Encoding::Json, example(name)).await.unwrap();
        assert_eq!(reply.status, 200, "{name}");
        let (rejected, reason) = reply.rejected(signal).unwrap();
        assert!(rejected > 0, "{name}: {:?}", reply.json());
        assert!(reason.contains("older than is kept"), "{name}: {reason}");
    }
    assert_eq!(daemon.rest().sql_number("SELECT count(*) FROM logs").await.unwrap(), 0);
}
