//! The bodies of the fuzz targets `otlp_logs`, `otlp_spans`, `otlp_metrics` and `otlp_json`.

use std::fmt::Debug;

use bytes::Bytes;
use prost::Message;
use tfo_sdk::{Signal, Timestamp};
use tfo_store::otlp::json::to_protobuf;
use tfo_store::otlp::{Acceptance, Request, decode};
use tfo_store::view;

use super::expected::{self, Sorted};
use super::helpers::{RECEIVED_AT, decode_bytes};
use super::json_writer::{self, Spelling};

/// Any bytes as `ExportLogsServiceRequest`.
pub(crate) fn logs(data: &[u8]) {
    protobuf(data, Signal::Logs, expected::log_records, json_writer::logs, |request| {
        view::log_records(&request.batch).unwrap()
    });
}

/// Any bytes as `ExportTraceServiceRequest`.
pub(crate) fn spans(data: &[u8]) {
    protobuf(data, Signal::Spans, expected::spans, json_writer::spans, |request| {
        view::spans(&request.batch).unwrap()
    });
}

/// Any bytes as `ExportMetricsServiceRequest`.
pub(crate) fn metrics(data: &[u8]) {
    protobuf(data, Signal::MetricPoints, expected::metric_points, json_writer::metrics, |request| {
        view::metric_points(&request.batch).unwrap()
    });
}

/// Any bytes as JSON of each signal: what is accepted is JSON, decodes as protobuf, and can be read.
pub(crate) fn json(data: &[u8]) {
    for signal in Signal::ALL {
        let Ok(raw) = to_protobuf(signal, data) else { continue };
        let text = data.strip_prefix("\u{feff}".as_bytes()).unwrap_or(data);
        let mut reader = serde_json::Deserializer::from_slice(text);
        reader.disable_recursion_limit();
        let valid = <serde::de::IgnoredAny as serde::Deserialize>::deserialize(&mut reader)
            .and_then(|_| reader.end());
        assert!(valid.is_ok(), "accepted, but no JSON: {valid:?}");
        decode_bytes(signal, &raw).unwrap_or_else(|error| panic!("{signal:?}: re-encoded JSON: {error}"));
        match signal {
            Signal::Logs => logs(&raw),
            Signal::Spans => spans(&raw),
            Signal::MetricPoints => metrics(&raw),
        }
    }
}

/// What prost reads, we read; what we read, the views show, twice the same; and the same message, written by prost
/// and as JSON in each spelling, gives the records that prost's own reading says.
fn protobuf<M: Message + Default, R: Sorted + PartialEq + Debug>(
    data: &[u8],
    signal: Signal,
    expected: fn(&M) -> (Vec<R>, u64),
    to_json: fn(&M, Spelling) -> String,
    view: fn(&Request) -> Vec<R>,
) {
    let ours = decode_bytes(signal, data);
    if let Ok(ours) = &ours {
        let sorted: Vec<R> = sorted(view(ours));
        assert_eq!(sorted, sorted_again(signal, data, view), "decoded twice");
        narrow(signal, data, ours);
    }
    // prost knows two fields that we leave unread, and allows unknown fields less depth than we do: so it may refuse
    // what we read.
    let Ok(message) = M::decode(data) else { return };
    let ours = ours.unwrap_or_else(|error| panic!("prost reads it: {error}"));
    let (records, rejected) = expected(&message);
    assert_eq!(ours.batch.num_rows(), records.len(), "accepted records");
    assert_eq!(ours.rejected.count, rejected, "{}", ours.rejected.reason);
    // prost tells no absent field from one that has its default; written anew, neither do we.
    let mut written = vec![decode_bytes(signal, &message.encode_to_vec()).unwrap()];
    for (numbers, original_names) in [(false, false), (true, true)] {
        let json = to_json(&message, Spelling { numbers, original_names });
        let raw = to_protobuf(signal, json.as_bytes()).unwrap_or_else(|error| panic!("{error}: {json}"));
        written.push(decode_bytes(signal, &raw).unwrap());
    }
    for request in written {
        assert_eq!(request.rejected.count, rejected);
        assert_eq!(sorted(view(&request)), records);
    }
}

fn sorted<R: Sorted>(records: Vec<R>) -> Vec<R> {
    records.into_iter().map(Sorted::sorted).collect()
}

fn sorted_again<R: Sorted>(signal: Signal, data: &[u8], view: fn(&Request) -> Vec<R>) -> Vec<R> {
    sorted(view(&decode_bytes(signal, data).unwrap()))
}

/// With a narrow range of times the same records are there, or rejected: none is lost.
fn narrow(signal: Signal, data: &[u8], all: &Request) {
    let at = i64::try_from(RECEIVED_AT).unwrap();
    let acceptance = Acceptance { received_at: Timestamp(at), oldest: Timestamp(at), newest: Timestamp(at) };
    let some = decode(signal, Bytes::copy_from_slice(data), acceptance).unwrap();
    let count = |request: &Request| request.batch.num_rows() as u64 + request.rejected.count;
    assert_eq!(count(&some), count(all));
}
