//! Random requests of all signals, in both encodings, are read back as `opentelemetry-proto` reads them; broken
//! ones never panic, and are refused when prost refuses them.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use proptest::collection::vec;
use proptest::prelude::*;
use prost::Message;
use tfo_sdk::Signal;
use tfo_store::otlp::{Request, json::to_protobuf};
use tfo_store::view;

use super::expected::{self, Sorted};
use super::helpers::{decode_bytes, decode_message};
use super::json_writer::{self, Spelling};
use super::strategies;

fn spelling() -> impl Strategy<Value = Spelling> {
    any::<(bool, bool)>().prop_map(|(numbers, original_names)| Spelling { numbers, original_names })
}

fn sorted<T: Sorted>(records: Vec<T>) -> Vec<T> {
    records.into_iter().map(Sorted::sorted).collect()
}

fn from_json(signal: Signal, json: &str) -> Request {
    decode_bytes(signal, &to_protobuf(signal, json.as_bytes()).unwrap()).unwrap()
}

/// What there is to say about a wire text: whether each side reads it.
fn agree(signal: Signal, raw: &[u8]) -> Result<(), TestCaseError> {
    let ours = decode_bytes(signal, raw);
    let theirs = match signal {
        Signal::Logs => ExportLogsServiceRequest::decode(raw).map(drop),
        Signal::Spans => ExportTraceServiceRequest::decode(raw).map(drop),
        Signal::MetricPoints => ExportMetricsServiceRequest::decode(raw).map(drop),
    };
    // prost knows two fields that we leave unread, and allows unknown fields less depth than we do.
    if theirs.is_ok() {
        prop_assert!(ours.is_ok(), "{:?}", ours.err());
    }
    if let Ok(request) = ours {
        match signal {
            Signal::Logs => drop(view::log_records(&request.batch).unwrap()),
            Signal::Spans => drop(view::spans(&request.batch).unwrap()),
            Signal::MetricPoints => drop(view::metric_points(&request.batch).unwrap()),
        }
    }
    Ok(())
}

/// A random change: bytes set, cut out, put in.
fn broken(mut raw: Vec<u8>, changes: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    for (place, kind, byte) in changes {
        if raw.is_empty() {
            break;
        }
        let place = place.index(raw.len());
        match kind % 4 {
            0 => raw[place] = *byte,
            1 => drop(raw.remove(place)),
            2 => raw.insert(place, *byte),
            _ => raw.truncate(place),
        }
    }
    raw
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    vec(any::<(prop::sample::Index, u8, u8)>(), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn logs_are_read_back_as_sent(message in strategies::logs(), spelling in spelling()) {
        let (records, rejected) = expected::log_records(&message);
        let requests = [
            decode_message(Signal::Logs, &message),
            from_json(Signal::Logs, &json_writer::logs(&message, spelling)),
        ];
        for request in requests {
            prop_assert_eq!(request.rejected.count, rejected);
            prop_assert_eq!(&sorted(view::log_records(&request.batch).unwrap()), &records);
        }
    }

    #[test]
    fn spans_are_read_back_as_sent(message in strategies::spans(), spelling in spelling()) {
        let (records, rejected) = expected::spans(&message);
        let requests = [
            decode_message(Signal::Spans, &message),
            from_json(Signal::Spans, &json_writer::spans(&message, spelling)),
        ];
        for request in requests {
            prop_assert_eq!(request.rejected.count, rejected);
            prop_assert_eq!(&sorted(view::spans(&request.batch).unwrap()), &records);
        }
    }

    #[test]
    fn metric_points_are_read_back_as_sent(message in strategies::metrics(), spelling in spelling()) {
        let (records, rejected) = expected::metric_points(&message);
        let requests = [
            decode_message(Signal::MetricPoints, &message),
            from_json(Signal::MetricPoints, &json_writer::metrics(&message, spelling)),
        ];
        for request in requests {
            prop_assert_eq!(request.rejected.count, rejected);
            prop_assert_eq!(&sorted(view::metric_points(&request.batch).unwrap()), &records);
        }
    }

    #[test]
    fn broken_logs_are_refused_or_read(message in strategies::logs(), changes in changes()) {
        agree(Signal::Logs, &broken(message.encode_to_vec(), &changes))?;
    }

    #[test]
    fn broken_spans_are_refused_or_read(message in strategies::spans(), changes in changes()) {
        agree(Signal::Spans, &broken(message.encode_to_vec(), &changes))?;
    }

    #[test]
    fn broken_metrics_are_refused_or_read(message in strategies::metrics(), changes in changes()) {
        agree(Signal::MetricPoints, &broken(message.encode_to_vec(), &changes))?;
    }

    #[test]
    fn broken_json_is_refused_or_read(
        message in strategies::metrics(),
        spelling in spelling(),
        changes in changes(),
    ) {
        let json = broken(json_writer::metrics(&message, spelling).into_bytes(), &changes);
        if let Ok(raw) = to_protobuf(Signal::MetricPoints, &json) {
            agree(Signal::MetricPoints, &raw)?;
            prop_assert!(decode_bytes(Signal::MetricPoints, &raw).is_ok());
        }
    }

    #[test]
    fn any_bytes_are_refused_or_read(raw in vec(any::<u8>(), 0..200)) {
        for signal in Signal::ALL {
            agree(signal, &raw)?;
            let _ = to_protobuf(signal, &raw);
        }
    }
}
