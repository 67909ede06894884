//! Requests put together byte by byte: the liberties that protobuf gives, and every way to be malformed.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use tfo_sdk::api::{LogRecord, MetricPoint, Span};
use tfo_sdk::{AnyValue, Signal, Timestamp};
use tfo_store::otlp::{Acceptance, DecodeError, Undecoded, decode, decode_within};
use tfo_store::view;

use super::helpers::{ANY_TIME, RECEIVED_AT, decode_bytes};

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A length-delimited field of these parts.
fn bytes(number: u64, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    [varint(number << 3 | 2), varint(content.len() as u64), content].concat()
}

fn int(number: u64, value: u64) -> Vec<u8> {
    [varint(number << 3), varint(value)].concat()
}

fn fixed64(number: u64, value: u64) -> Vec<u8> {
    [varint(number << 3 | 1), value.to_le_bytes().to_vec()].concat()
}

fn fixed32(number: u64, value: u32) -> Vec<u8> {
    [varint(number << 3 | 5), value.to_le_bytes().to_vec()].concat()
}

/// A request with one record of these parts.
fn request(record: &[&[u8]]) -> Vec<u8> {
    bytes(1, &[&bytes(2, &[&bytes(2, record)])])
}

fn log(parts: &[&[u8]]) -> Result<LogRecord, DecodeError> {
    let request = decode_bytes(Signal::Logs, &request(parts))?;
    Ok(view::log_records(&request.batch).unwrap().remove(0))
}

fn spans(raw: &[u8]) -> Vec<Span> {
    view::spans(&decode_bytes(Signal::Spans, raw).unwrap().batch).unwrap()
}

fn points(raw: &[u8]) -> Vec<MetricPoint> {
    view::metric_points(&decode_bytes(Signal::MetricPoints, raw).unwrap().batch).unwrap()
}

fn ids() -> Vec<u8> {
    [bytes(1, &[&[1; 16]]), bytes(2, &[&[2; 8]])].concat()
}

fn refusal<T: std::fmt::Debug>(result: Result<T, DecodeError>) -> String {
    result.unwrap_err().0
}

#[test]
fn what_was_sent_as_zero_or_empty_is_not_absent() {
    let body = bytes(5, &[&bytes(1, &[])]);
    let sent = [
        fixed64(1, 0),
        int(2, 0),
        bytes(3, &[]),
        body,
        int(7, 0),
        fixed32(8, 0),
        bytes(9, &[]),
        fixed64(11, 0),
        bytes(12, &[]),
    ];
    let record = log(&[&sent.concat()]).unwrap();
    assert_eq!(record.timestamp, Timestamp(RECEIVED_AT as i64));
    assert_eq!(record.sent_timestamp, Some(Timestamp(0)));
    assert_eq!(record.observed_timestamp, Some(Timestamp(0)));
    assert_eq!(record.severity_number, Some(0));
    assert_eq!(record.severity_text.as_deref(), Some(""));
    assert_eq!(record.body, Some(AnyValue::String(String::new())));
    assert_eq!(record.flags, Some(0));
    assert_eq!(record.trace_id, None);
    assert_eq!(record.event_name.as_deref(), Some(""));
    assert_eq!(record.dropped_attributes_count, Some(0));
    assert_eq!(record.origin.resource, None);

    let span = spans(&request(&[&ids(), &int(6, 0), &bytes(5, &[]), &bytes(15, &[])])).remove(0);
    assert_eq!((span.kind.as_deref(), span.name.as_deref()), (Some("UNSPECIFIED"), Some("")));
    assert_eq!((span.status_code.as_deref(), span.status_message), (Some("UNSET"), None));
    assert_eq!(span.duration_ns, None);

    let point = bytes(1, &[&int(8, 0), &fixed64(6, 0)]);
    let sum = bytes(7, &[&point, &int(2, 0), &int(3, 0)]);
    let point = points(&request(&[&sum, &bytes(1, &[]), &bytes(3, &[])])).remove(0);
    assert_eq!(point.metric_name.as_deref(), Some(""));
    assert_eq!(point.description, None);
    assert_eq!(point.temporality.as_deref(), Some("UNSPECIFIED"));
    assert_eq!(point.is_monotonic, Some(false));
    assert_eq!(point.value, Some(AnyValue::Int(0)));
    assert_eq!(point.flags, Some(0));
}

#[test]
fn a_resource_may_stand_behind_its_records_and_in_two_pieces() {
    let attribute = |key: &str| bytes(1, &[&bytes(1, &[key.as_bytes()]), &bytes(2, &[&bytes(1, &[b"v"])])]);
    let scope_spans =
        bytes(2, &[&bytes(2, &[&ids()]), &bytes(1, &[&bytes(1, &[b"s"])]), &bytes(3, &[b"url"])]);
    let raw = bytes(
        1,
        &[&bytes(1, &[&attribute("a"), &int(2, 7)]), &scope_spans, &bytes(1, &[&attribute("b"), &int(2, 8)])],
    );
    let origin = spans(&raw).remove(0).origin;
    let resource = origin.resource.unwrap();
    let keys: Vec<_> = resource.attributes.0.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["a", "b"]);
    assert_eq!(resource.dropped_attributes_count, Some(8));
    assert_eq!(origin.scope.unwrap().name.as_deref(), Some("s"));
    assert_eq!(origin.scope_schema_url.as_deref(), Some("url"));
}

#[test]
fn the_last_alternative_wins_and_a_message_sent_twice_merges() {
    let array = |value: u64| bytes(5, &[&bytes(1, &[&int(3, value)])]);
    let body = |parts: &[&[u8]]| log(&[&bytes(5, parts)]).unwrap().body.unwrap();
    assert_eq!(body(&[&bytes(1, &[b"x"]), &int(3, 5)]), AnyValue::Int(5));
    assert_eq!(body(&[&array(1), &array(2)]), AnyValue::Array(vec![AnyValue::Int(1), AnyValue::Int(2)]));
    assert_eq!(body(&[&array(1), &int(3, 5), &array(2)]), AnyValue::Array(vec![AnyValue::Int(2)]));
    let twice = log(&[&bytes(5, &[&array(1)]), &bytes(5, &[&array(2)])]).unwrap();
    assert_eq!(twice.body, Some(AnyValue::Array(vec![AnyValue::Int(1), AnyValue::Int(2)])));
    assert_eq!(log(&[&int(2, 1), &int(2, 9)]).unwrap().severity_number, Some(9));

    let point = |value| bytes(1, &[&fixed64(6, value)]);
    let merged = [bytes(5, &[&point(1)]), bytes(5, &[&point(2)])].concat();
    let values = |raw: &[u8]| points(raw).into_iter().filter_map(|point| point.value).collect::<Vec<_>>();
    assert_eq!(values(&request(&[&merged])), [AnyValue::Int(1), AnyValue::Int(2)]);
    let replaced = [bytes(5, &[&point(1)]), bytes(7, &[&point(2)]), bytes(5, &[&point(3)])].concat();
    assert_eq!(values(&request(&[&replaced])), [AnyValue::Int(3)]);
}

#[test]
fn numbers_of_a_list_may_be_packed_or_not() {
    let packed = bytes(6, &[&7u64.to_le_bytes(), &8u64.to_le_bytes()]);
    let bound = fixed64(7, 0.5f64.to_bits());
    let histogram = bytes(9, &[&bytes(1, &[&fixed64(6, 6), &packed, &fixed64(6, 9), &bound])]);
    let point = points(&request(&[&histogram])).remove(0);
    assert_eq!(point.bucket_counts, Some(vec![6, 7, 8, 9]));
    assert_eq!(point.bounds, Some(vec![AnyValue::Double(0.5)]));

    let counts = bytes(8, &[&int(2, 300), &bytes(2, &[&varint(1), &varint(u64::MAX)])]);
    let exponential = bytes(10, &[&bytes(1, &[&counts])]);
    let buckets = points(&request(&[&exponential])).remove(0).positive.unwrap();
    assert_eq!(buckets.counts, [300, 1, u64::MAX]);
    assert_eq!(buckets.offset, None);
}

#[test]
fn unknown_fields_are_skipped_everywhere() {
    let unknown = [int(100, 1), fixed64(101, 1), bytes(102, &[b"?"]), fixed32(103, 1)].concat();
    let group = [varint(104 << 3 | 3), unknown.clone(), varint(104 << 3 | 4)].concat();
    let unknown = [unknown, group].concat();
    let attribute = bytes(6, &[&unknown, &bytes(1, &[b"k"]), &bytes(2, &[&unknown, &int(3, 5)])]);
    let record = bytes(2, &[&unknown, &attribute]);
    let scope = bytes(1, &[&unknown, &bytes(1, &[b"scope"])]);
    let resource = bytes(1, &[&unknown, &bytes(3, &[&unknown, &bytes(2, &[b"host"])])]);
    let raw = [bytes(1, &[&unknown, &resource, &bytes(2, &[&unknown, &record, &scope])]), unknown].concat();
    let request = decode_bytes(Signal::Logs, &raw).unwrap();
    let record = view::log_records(&request.batch).unwrap().remove(0);
    assert_eq!(record.attributes.get("k"), Some(&AnyValue::Int(5)));
    assert_eq!(record.origin.scope.unwrap().name.as_deref(), Some("scope"));
    assert_eq!(record.origin.resource.unwrap().entity_refs[0].kind, "host");
}

/// Every field of every message under a record, as every wire type: refused exactly when prost refuses it.
#[test]
fn a_field_of_a_wrong_wire_type_is_refused() {
    let values = |number: u64| {
        let group = [varint(number << 3 | 3), varint(number << 3 | 4)].concat();
        [int(number, 1), fixed64(number, 1), bytes(number, &[]), group, fixed32(number, 1)]
    };
    // The way from a record to a message under it: field numbers.
    let logs: &[&[u64]] = &[&[], &[5], &[6], &[6, 2], &[5, 5], &[5, 6], &[5, 6, 1]];
    let spans: &[&[u64]] = &[&[], &[9], &[11], &[13], &[15], &[11, 3, 2]];
    let metrics: &[&[u64]] = &[
        &[],
        &[5],
        &[7],
        &[9],
        &[10],
        &[11],
        &[5, 1],
        &[7, 1],
        &[9, 1],
        &[10, 1],
        &[11, 1],
        &[5, 1, 5],
        &[10, 1, 8],
        &[11, 1, 6],
        &[12, 2],
    ];
    let signals = [(Signal::Logs, logs), (Signal::Spans, spans), (Signal::MetricPoints, metrics)];
    for (signal, paths) in signals {
        for path in paths {
            for number in 1..20 {
                for value in values(number) {
                    let record = path.iter().rev().fold(value, |value, number| bytes(*number, &[&value]));
                    let raw = request(&[&record]);
                    let theirs = match signal {
                        Signal::Logs => ExportLogsServiceRequest::decode(&raw[..]).is_ok(),
                        Signal::Spans => ExportTraceServiceRequest::decode(&raw[..]).is_ok(),
                        Signal::MetricPoints => ExportMetricsServiceRequest::decode(&raw[..]).is_ok(),
                    };
                    let ours = decode_bytes(signal, &raw);
                    // Two fields that only profiles use are not looked at.
                    let unread = matches!(number, 3 | 8) && theirs != ours.is_ok();
                    let in_value = matches!((signal, path), (Signal::Logs, [.., 5 | 6 | 2] | [5, 6, 1]))
                        || matches!(path, [9] | [.., 3, 2] | [12, 2]);
                    assert!(
                        theirs == ours.is_ok() || (unread && in_value),
                        "{signal} {path:?} field {number}: {:?}",
                        ours.map(drop)
                    );
                }
            }
        }
    }
}

#[test]
fn what_is_malformed_is_named() {
    let cases: [(Vec<u8>, &str); 8] = [
        (int(1, 5), "LogRecord.time_unix_nano: expected a 64-bit value, got a varint"),
        (bytes(3, &[&[0xff]]), "LogRecord.severity_text: the text is not UTF-8"),
        (bytes(6, &[&bytes(1, &[&[0xc3]])]), "KeyValue.key: the text is not UTF-8"),
        (bytes(6, &[&bytes(2, &[&bytes(1, &[&[0x80]])])]), "AnyValue.string_value: the text is not UTF-8"),
        (
            bytes(5, &[&bytes(5, &[&int(1, 1)])]),
            "ArrayValue.values: expected a length-delimited value, got a varint",
        ),
        (
            vec![0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f],
            "LogRecord: field 1 is cut short, or longer than its message",
        ),
        (vec![0x0f], "LogRecord: field 1 has wire type 7"),
        (vec![0x33], "LogRecord: the group of field 6 does not end"),
    ];
    for (record, expected) in cases {
        assert_eq!(refusal(log(&[&record])), expected);
    }
    assert_eq!(
        refusal(decode_bytes(Signal::Spans, &bytes(1, &[&bytes(3, &[&[0xff]])]))),
        "ResourceSpans.schema_url: the text is not UTF-8"
    );
}

/// A record that is rejected, or data that other data replaced, hides nothing malformed.
#[test]
fn what_is_malformed_is_found_in_records_that_are_not_kept() {
    let wrong = |number| bytes(number, &[&bytes(2, &[&bytes(5, &[&int(1, 1)])])]);
    let expected = "ArrayValue.values: expected a length-delimited value, got a varint";
    let no_ids = decode_bytes(Signal::Spans, &request(&[&wrong(9)]));
    assert_eq!(refusal(no_ids), expected);
    let replaced = [bytes(5, &[&bytes(1, &[&wrong(7)])]), bytes(7, &[])].concat();
    assert_eq!(refusal(decode_bytes(Signal::MetricPoints, &request(&[&replaced]))), expected);
    let value = bytes(5, &[&bytes(5, &[&int(1, 1)]), &int(3, 1)]);
    assert_eq!(refusal(log(&[&value])), expected);
}

#[test]
fn values_nest_to_64_levels() {
    let array = |value: Vec<u8>| bytes(5, &[&bytes(1, &[&value])]);
    let map = |value: Vec<u8>| bytes(6, &[&bytes(1, &[&bytes(2, &[&value])])]);
    let nested = |levels: usize, wrap: &dyn Fn(Vec<u8>) -> Vec<u8>| {
        let value = (1..levels).fold(int(3, 5), |value, _| wrap(value));
        log(&[&bytes(5, &[&value])]).map(drop)
    };
    // Another alternative took its place: it is looked at even so.
    let replaced_array = |value: Vec<u8>| [array(value), bytes(1, &[])].concat();
    let replaced_map = |value: Vec<u8>| [map(value), bytes(1, &[])].concat();
    for wrap in [&array as &dyn Fn(Vec<u8>) -> Vec<u8>, &map, &replaced_array, &replaced_map] {
        assert_eq!(nested(64, wrap), Ok(()));
        assert_eq!(refusal(nested(65, wrap)), "AnyValue: nests deeper than 64 levels");
        assert!(nested(5_000, wrap).is_err());
    }
}

/// Two bytes a piece and no record in them: what they take is asked for before it is taken.
#[test]
fn memory_is_asked_for_whatever_a_request_is_full_of() {
    let logs = |parts: Vec<u8>| (Signal::Logs, request(&[&parts]));
    let resource = |parts: Vec<u8>| (Signal::Logs, bytes(1, &[&bytes(1, &[&parts])]));
    let scope = |parts: Vec<u8>| (Signal::Logs, bytes(1, &[&bytes(2, &[&bytes(1, &[&parts])])]));
    let spans = |parts: Vec<u8>| (Signal::Spans, request(&[&parts]));
    let metrics = |parts: Vec<u8>| (Signal::MetricPoints, request(&[&parts]));
    let point = |parts: Vec<u8>| metrics(bytes(5, &[&bytes(1, &[&parts])]));
    let many = |number: u64| bytes(number, &[]).repeat(100_000);
    let alternating = [bytes(5, &[]), bytes(7, &[])].concat().repeat(50_000);
    let requests = [
        logs(many(6)),
        resource(many(1)),
        resource(many(3)),
        resource(bytes(3, &[&many(3)])),
        resource(bytes(3, &[&many(4)])),
        scope(many(3)),
        spans(many(9)),
        spans(many(11)),
        spans(bytes(11, &[&many(3)])),
        spans(many(13)),
        spans(bytes(13, &[&many(4)])),
        metrics(many(12)),
        metrics(alternating),
        point(many(7)),
        point(many(5)),
        point(bytes(5, &[&many(7)])),
    ];
    for (place, (signal, raw)) in requests.into_iter().enumerate() {
        let refused = decode_within(signal, raw.into(), ANY_TIME, &mut |bytes| bytes < 1 << 20);
        assert_eq!(refused.map(drop), Err(Undecoded::NoRoom), "request {place}");
    }
}

/// A control character of a text in an array becomes six, written once before it is copied into its column.
#[test]
fn memory_is_asked_for_before_the_json_of_an_array_is_written() {
    let text = [1; 1 << 20];
    let value = bytes(5, &[&bytes(1, &[&bytes(1, &[&text])])]);
    let attribute = [bytes(1, &[b"k"]), bytes(2, &[&value])].concat();
    let point = |parts: Vec<u8>| request(&[&bytes(5, &[&bytes(1, &[&parts])])]);
    let requests = [
        (Signal::Logs, request(&[&bytes(5, &[&value])])),
        (Signal::Logs, request(&[&bytes(6, &[&attribute])])),
        (Signal::Logs, bytes(1, &[&bytes(1, &[&bytes(1, &[&attribute])]), &bytes(2, &[&bytes(2, &[])])])),
        (Signal::Spans, request(&[&[ids(), bytes(9, &[&attribute])].concat()])),
        (Signal::Spans, request(&[&[ids(), bytes(11, &[&bytes(3, &[&attribute])])].concat()])),
        (Signal::MetricPoints, point(bytes(7, &[&attribute]))),
        (Signal::MetricPoints, point(bytes(5, &[&bytes(7, &[&attribute])]))),
        (Signal::MetricPoints, request(&[&[bytes(12, &[&attribute]), bytes(5, &[])].concat()])),
    ];
    for (place, (signal, raw)) in requests.into_iter().enumerate() {
        let decode =
            |room| decode_within(signal, raw.clone().into(), ANY_TIME, &mut |bytes| bytes < room).map(drop);
        assert_eq!(decode(10 << 20), Err(Undecoded::NoRoom), "request {place}");
        assert_eq!(decode(32 << 20), Ok(()), "request {place}");
    }
}

/// Else it would take hours, which the runner does not wait for.
#[test]
fn a_resource_is_not_looked_at_again_for_each_scope() {
    let text = "x".repeat(4 << 20);
    let attribute = bytes(1, &[&bytes(1, &[b"k"]), &bytes(2, &[&bytes(1, &[text.as_bytes()])])]);
    let resource = bytes(1, &[&attribute]);
    for signal in Signal::ALL {
        let raw = bytes(1, &[&resource, &bytes(2, &[]).repeat(256 << 10)]);
        assert_eq!(decode_bytes(signal, &raw).unwrap().batch.num_rows(), 0);
    }
}

#[test]
fn a_message_in_very_many_pieces_is_refused() {
    let piece = bytes(5, &[&int(3, 5)]);
    assert!(log(&[&piece.repeat(1024)]).is_ok());
    assert_eq!(refusal(log(&[&piece.repeat(1025)])), "LogRecord: body occurs more than 1024 times");
}

#[test]
fn ids_of_a_wrong_length_and_times_beyond_2262_are_rejected_by_name() {
    let reason = |signal, record: Vec<u8>| {
        let rejected = decode_bytes(signal, &request(&[&record])).unwrap().rejected;
        assert!(rejected.count <= 1);
        rejected.reason
    };
    let span = |rest: Vec<u8>| reason(Signal::Spans, [ids(), rest].concat());
    let log = |record| reason(Signal::Logs, record);
    let point = |rest: Vec<u8>| reason(Signal::MetricPoints, bytes(5, &[&bytes(1, &[&rest])]));
    assert_eq!(log(bytes(9, &[&[1; 15]])), "trace_id: 15 bytes, expected 16 (1 record)");
    assert_eq!(log(bytes(10, &[&[1; 9]])), "span_id: 9 bytes, expected 8 (1 record)");
    assert_eq!(log(bytes(9, &[])), "");
    assert_eq!(
        log(fixed64(11, 1 << 63)),
        "observed_time_unix_nano: beyond 2^63-1 ns, the year 2262 (1 record)"
    );
    assert_eq!(span(bytes(1, &[&[0; 16]])), "trace_id: all zero, which is no id (1 record)");
    assert_eq!(span(bytes(2, &[])), "span_id: 0 bytes, expected 8 (1 record)");
    assert_eq!(span(bytes(4, &[&[1; 3]])), "parent_span_id: 3 bytes, expected 8 (1 record)");
    assert_eq!(span(bytes(4, &[])), "");
    assert_eq!(span(bytes(13, &[])), "links.trace_id: 0 bytes, expected 16 (1 record)");
    assert_eq!(
        span(bytes(11, &[&fixed64(1, u64::MAX)])),
        "events.time_unix_nano: beyond 2^63-1 ns, the year 2262 (1 record)"
    );
    assert_eq!(
        point(bytes(5, &[&bytes(4, &[&[1; 7]])])),
        "exemplars.span_id: 7 bytes, expected 8 (1 record)"
    );
    assert_eq!(
        point(fixed64(2, 1 << 63)),
        "start_time_unix_nano: beyond 2^63-1 ns, the year 2262 (1 record)"
    );
}

#[test]
fn at_most_three_reasons_are_told() {
    let record = |len: usize| bytes(2, &[&bytes(9, &[&vec![1; len]])]);
    let records = [record(1), record(2), record(2), record(3), record(4), record(5), record(0)].concat();
    let request = decode_bytes(Signal::Logs, &bytes(1, &[&bytes(2, &[&records])])).unwrap();
    assert_eq!(request.rejected.count, 6);
    assert_eq!(
        request.rejected.reason,
        "trace_id: 1 bytes, expected 16 (1 record); trace_id: 2 bytes, expected 16 (2 records); \
         trace_id: 3 bytes, expected 16 (1 record); 2 more records for other reasons"
    );
    assert_eq!(request.batch.num_rows(), 1);
}

#[test]
fn records_outside_the_times_accepted_are_rejected() {
    let at = |nanos: i64| Timestamp(RECEIVED_AT as i64 + nanos);
    let acceptance = Acceptance { oldest: at(-10), newest: at(10), ..ANY_TIME };
    let record = |nanos: i64| bytes(2, &[&fixed64(1, at(nanos).nanos() as u64)]);
    let records = [record(-11), record(-10), record(0), record(10), record(11), bytes(2, &[])].concat();
    let raw = bytes(1, &[&bytes(2, &[&records])]);
    let request = decode(Signal::Logs, raw.into(), acceptance).unwrap();
    assert_eq!(request.rejected.count, 2);
    assert_eq!(
        request.rejected.reason,
        "time_unix_nano: older than is kept, which is from 2023-11-14T22:13:19.99999999Z on (1 record); \
         time_unix_nano: in the future, later than 2023-11-14T22:13:20.00000001Z (1 record)"
    );
    let rows: Vec<_> =
        view::log_records(&request.batch).unwrap().iter().map(|record| record.id.row).collect();
    assert_eq!(rows, [1, 2, 3, 5]);
}

#[test]
fn too_many_records_are_refused() {
    let records = bytes(2, &[]).repeat(500_001);
    assert_eq!(
        refusal(decode_bytes(Signal::Logs, &bytes(1, &[&bytes(2, &[&records])]))),
        "too many records in one request: more than 500000, the most there may be; send smaller batches"
    );
}

#[test]
fn a_small_request_that_grows_beyond_all_measure_is_refused() {
    let expected = "the request takes more than 512 MiB when decoded; send smaller batches";
    let large = vec![b'x'; 1 << 20];
    // A resource stands in every row.
    let resource = bytes(1, &[&bytes(1, &[&bytes(1, &[&large])])]);
    let records = bytes(2, &[&bytes(2, &[]).repeat(1000)]);
    assert_eq!(refusal(decode_bytes(Signal::Logs, &bytes(1, &[&resource, &records]))), expected);
    // So does what is said of a metric.
    let metric = bytes(2, &[&bytes(2, &[&large]), &bytes(5, &[&bytes(1, &[]).repeat(1000)])]);
    assert_eq!(refusal(decode_bytes(Signal::MetricPoints, &bytes(1, &[&bytes(2, &[&metric])]))), expected);
    // An event is two bytes here and a row there.
    let events = bytes(11, &[]).repeat(4_000_000);
    assert_eq!(refusal(decode_bytes(Signal::Spans, &request(&[&ids(), &events]))), expected);
    // A bucket is one byte here and eight there.
    let counts = bytes(2, &[&vec![1; 30 << 20]]);
    let exponential = bytes(10, &[&bytes(1, &[&bytes(8, &[&counts])])]);
    assert_eq!(refusal(decode_bytes(Signal::MetricPoints, &request(&[&exponential]))), expected);
}
