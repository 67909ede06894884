//! The property: whatever is sent, in whichever encoding, is read back field by field as it was sent.
//!
//! Messages are random; each record is known again by its mark. `opentelemetry-proto` writes the message and says
//! what it means; the daemon's answer must say the same.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Debug;

use serde::Serialize;
use tfo_sdk::Attributes;
use tfo_sdk::api::{LogRecord, MetricPoint, Span};
use tfo_tests::expect::{self, Same};
use tfo_tests::generate::{Generator, MARK};
use tfo_tests::otlp::{Export, gzip, rejected, zstd};
use tfo_tests::rest::{EVERYTHING, eventually};
use tfo_tests::{Encoding, Sender, Setup, seed};
use tonic::codec::CompressionEncoding;

/// The ways that a request can go; the messages go them in turn.
const WAYS: usize = 8;

/// Sends a request; where the daemon asks to send it again (it flushes, say), does so, as SDKs do.
async fn send<T: Export>(sender: &Sender, way: usize, request: &T) {
    let rejected = eventually("an acknowledgement", || try_send(sender, way, request)).await.unwrap();
    assert_eq!(rejected, (0, String::new()), "{request:?}");
}

/// Sends a request; says what was rejected of it, or nothing when it is to be sent again.
async fn try_send<T: Export>(
    sender: &Sender,
    way: usize,
    request: &T,
) -> anyhow::Result<Option<(i64, String)>> {
    let json = || Encoding::Json.encode(request);
    let bytes = || Encoding::Protobuf.encode(request);
    let post = async |encoding: Encoding, compression: &str, body: Vec<u8>| {
        let headers = [("content-type", encoding.content_type()), ("content-encoding", compression)];
        let reply = sender.post(&sender.url(T::SIGNAL), &headers, body).await?;
        match reply.status {
            200 => Ok(Some(reply.rejected(T::SIGNAL)?)),
            503 => Ok(None),
            status => panic!("{status} {:?} {request:?}", String::from_utf8_lossy(&reply.body)),
        }
    };
    let grpc = async |compression| match sender.grpc_bytes(T::SIGNAL, bytes(), compression).await {
        Ok(answer) => Ok(Some(rejected(T::SIGNAL, answer)?)),
        Err(status) if status.code() == tonic::Code::Unavailable => Ok(None),
        Err(status) => panic!("{status} {request:?}"),
    };
    match way % WAYS {
        0 => post(Encoding::Protobuf, "identity", bytes()).await,
        1 => post(Encoding::Json, "identity", json()).await,
        2 => grpc(None).await,
        3 => post(Encoding::Protobuf, "gzip", gzip(&bytes())).await,
        4 => post(Encoding::Json, "gzip", gzip(&json())).await,
        5 => grpc(Some(CompressionEncoding::Gzip)).await,
        6 => post(Encoding::Json, "zstd", zstd(&json())).await,
        _ => grpc(Some(CompressionEncoding::Zstd)).await,
    }
}

fn is_json(way: usize) -> bool {
    matches!(way % WAYS, 1 | 4 | 6)
}

fn mark(attributes: &Attributes) -> String {
    attributes.get(MARK).map(ToString::to_string).unwrap_or_default()
}

/// The fields in which two records differ, as JSON.
fn differences<T: Serialize>(sent: &T, found: &T) -> String {
    let (sent, found) = (serde_json::to_value(sent).unwrap(), serde_json::to_value(found).unwrap());
    let keys: BTreeSet<&String> =
        [&sent, &found].iter().flat_map(|record| record.as_object().unwrap().keys()).collect();
    let differ = keys.into_iter().filter(|key| sent.get(*key) != found.get(*key));
    differ.map(|key| format!("{key}\n  sent  {:?}\n  found {:?}\n", sent.get(key), found.get(key))).collect()
}

/// Compares by mark; shows the first difference.
fn compare<T: Same + Debug + Serialize + PartialEq>(
    expected: Vec<T>,
    found: Vec<T>,
    attributes: impl Fn(&T) -> &Attributes,
) {
    assert!(!expected.is_empty());
    let mut by_mark: HashMap<String, Vec<T>> = HashMap::new();
    for record in found {
        by_mark.entry(mark(attributes(&record))).or_default().push(record.same());
    }
    for record in expected {
        let mark = mark(attributes(&record));
        let found = by_mark.remove(&mark).unwrap_or_default();
        assert_eq!(found.len(), 1, "{mark} was found {} times; sent {record:#?}", found.len());
        assert!(
            found[0] == record,
            "{mark}: {}\nsent  {record:?}\nfound {:?}",
            differences(&record, &found[0]),
            found[0]
        );
    }
    assert!(by_mark.is_empty(), "found, but never sent: {by_mark:#?}");
}

#[tokio::test]
async fn what_is_sent_is_read_back_field_by_field() {
    let messages = if seed::is_long() { 4_000 } else { 160 };
    let mut rng = seed::rng("random");
    // A small memtable: most records come back from files, the last ones from memory.
    let daemon = Setup::new().unwrap().env("TFO_STORE_MEMTABLE_BYTES", "2MiB").start().await.unwrap();
    let (sender, rest) = (daemon.sender(), daemon.rest());
    let (mut logs, mut spans, mut points) = (Vec::new(), Vec::new(), Vec::new());
    for message in 0..messages {
        let mut generator = Generator::new(&mut rng, message.to_string(), !is_json(message));
        let (log, trace, metric) = (generator.logs(), generator.traces(), generator.metrics());
        send(&sender, message, &log).await;
        send(&sender, message, &trace).await;
        send(&sender, message, &metric).await;
        logs.extend(expect::logs(&log));
        spans.extend(expect::spans(&trace));
        points.extend(expect::metric_points(&metric));
    }
    seed::note(&format!(
        "random: {} log records, {} spans, {} data points",
        logs.len(),
        spans.len(),
        points.len()
    ));
    compare(logs, rest.walk::<LogRecord>("/logs", &EVERYTHING, 500).await.unwrap(), |record| {
        &record.attributes
    });
    compare(spans, rest.walk::<Span>("/spans", &EVERYTHING, 500).await.unwrap(), |record| &record.attributes);
    let found = rest.walk::<MetricPoint>("/metrics/points", &EVERYTHING, 500).await.unwrap();
    compare(points, found, |record| &record.attributes);
}
