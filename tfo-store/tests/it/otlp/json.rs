//! OTLP/JSON in all its spellings, and every way to be wrong.

use tfo_sdk::api::LogRecord;
use tfo_sdk::{AnyValue, Signal};
use tfo_store::otlp::json::to_protobuf;
use tfo_store::view;

use super::helpers::decode_bytes;

fn request(record: &str) -> String {
    format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{record}]}}]}}]}}"#)
}

fn log(record: &str) -> LogRecord {
    let raw = to_protobuf(Signal::Logs, request(record).as_bytes()).unwrap();
    view::log_records(&decode_bytes(Signal::Logs, &raw).unwrap().batch).unwrap().remove(0)
}

/// What is refused, without the way to the record.
fn refusal(record: &str) -> String {
    let text = to_protobuf(Signal::Logs, request(record).as_bytes()).unwrap_err().0;
    text.replace("resourceLogs[0].scopeLogs[0].logRecords[0]", "log")
}

#[test]
fn all_spellings_of_a_field_are_the_same() {
    let spellings = [
        (r#"{"timeUnixNano":"1000000000000"}"#, r#"{"time_unix_nano":1000000000000}"#),
        (r#"{"timeUnixNano":"1000000000000"}"#, r#"{"timeUnixNano":1e12}"#),
        (r#"{"severityNumber":17}"#, r#"{"severity_number":"SEVERITY_NUMBER_ERROR"}"#),
        (r#"{"severityNumber":17}"#, r#"{"severityNumber":"17"}"#),
        (r#"{"flags":1}"#, r#"{"flags":"1"}"#),
        (
            r#"{"traceId":"5B8EFFF798038103D269B633813FC60C"}"#,
            r#"{"trace_id":"5b8efff798038103d269b633813fc60c"}"#,
        ),
        (r#"{"body":{"bytesValue":"+/8="}}"#, r#"{"body":{"bytes_value":"-_8"}}"#),
        (r#"{"body":{"doubleValue":5}}"#, r#"{"body":{"doubleValue":"5.0"}}"#),
        (r#"{"body":{"intValue":-5}}"#, r#"{"body":{"intValue":"-5"}}"#),
        (
            r#"{}"#,
            r#"{"body":null,"attributes":null,"timeUnixNano":null,"unknown":[{"a":[1,"b",null,true,-1,2.5]}]}"#,
        ),
        (r#"{"flags":2}"#, r#"{"flags":1,"flags":2}"#),
    ];
    for (one, other) in spellings {
        assert_eq!(log(one), log(other), "{one} {other}");
    }
}

#[test]
fn what_is_written_as_zero_or_empty_is_not_absent() {
    let record =
        log(r#"{"timeUnixNano":"0","observedTimeUnixNano":0,"severityNumber":0,"severityText":"","flags":0,
            "eventName":"","droppedAttributesCount":0,"body":{"stringValue":""},"traceId":""}"#);
    assert_eq!(
        serde_json::to_string(&LogRecord { id: record.id, ..record }).unwrap(),
        concat!(
            r#"{"id":"0.0","timestamp":"2023-11-14T22:13:20Z","sentTimestamp":"1970-01-01T00:00:00Z","#,
            r#""observedTimestamp":"1970-01-01T00:00:00Z","severityNumber":0,"severityText":"","body":"","#,
            r#""flags":0,"eventName":"","attributes":{},"droppedAttributesCount":0}"#
        )
    );
    assert_eq!(serde_json::to_value(log(r#"{"body":{}}"#).body).unwrap(), serde_json::Value::Null);
    assert!(log(r#"{"body":{}}"#).body.is_some());
    assert!(log("{}").body.is_none());
}

#[test]
fn wrong_values_are_refused_by_their_path() {
    let cases = [
        (r#"{"timeUnixNano":"soon"}"#, "log.timeUnixNano: expected an unsigned 64-bit integer"),
        (r#"{"timeUnixNano":-1}"#, "log.timeUnixNano: expected an unsigned 64-bit integer"),
        (r#"{"timeUnixNano":1.5}"#, "log.timeUnixNano: expected an unsigned 64-bit integer"),
        (
            r#"{"time_unix_nano":18446744073709551616}"#,
            "log.timeUnixNano: expected an unsigned 64-bit integer",
        ),
        (r#"{"flags":4294967296}"#, "log.flags: expected an unsigned 32-bit integer"),
        (
            r#"{"severityNumber":"LOUD"}"#,
            "log.severityNumber: expected a 32-bit integer, or one of the enum's names",
        ),
        (r#"{"severityText":5}"#, "log.severityText: expected a string"),
        (r#"{"severityText":["x"]}"#, "log.severityText: expected a string"),
        (r#"{"traceId":"xyz"}"#, "log.traceId: expected a string of hex digits"),
        (r#"{"body":"text"}"#, "log.body: expected an object"),
        (r#"{"body":[]}"#, "log.body: expected an object"),
        (r#"{"body":{"boolValue":"true"}}"#, "log.body.boolValue: expected true or false"),
        (r#"{"body":{"bytesValue":"?"}}"#, "log.body.bytesValue: expected a string of base64"),
        (
            r#"{"body":{"doubleValue":"inf"}}"#,
            "log.body.doubleValue: expected a number, or one of the strings NaN, Infinity and -Infinity",
        ),
        (r#"{"attributes":{}}"#, "log.attributes: expected an array"),
        (r#"{"attributes":[{"key":"a"},null]}"#, "log.attributes[1]: expected an object"),
        (r#"{"attributes":[[]]}"#, "log.attributes[0]: expected an object"),
        (
            r#"{"attributes":[{"key":"a","value":{"kvlistValue":{"values":[{"value":{"intValue":true}}]}}}]}"#,
            "log.attributes[0].value.kvlistValue.values[0].value.intValue: expected a 64-bit integer",
        ),
    ];
    for (record, expected) in cases {
        assert_eq!(refusal(record), expected, "{record}");
    }
    let long = format!(r#"{{"resourceLogs":"{}"}}"#, "x".repeat(1 << 20));
    let refused = to_protobuf(Signal::Logs, long.as_bytes()).unwrap_err().0;
    assert_eq!(refused, "resourceLogs: expected an array");
}

#[test]
fn two_values_where_there_can_be_one_are_refused() {
    let text = refusal(r#"{"body":{"stringValue":"a","intValue":1}}"#);
    assert_eq!(text, "log.body.intValue: another of the fields that exclude each other is set too");
    assert!(matches!(log(r#"{"body":{"stringValue":null,"intValue":1}}"#).body, Some(AnyValue::Int(1))));
    assert!(matches!(log(r#"{"body":{"intValue":1,"intValue":2}}"#).body, Some(AnyValue::Int(2))));
}

#[test]
fn what_is_no_json_object_is_refused() {
    let refused = |json: &[u8]| to_protobuf(Signal::Logs, json).unwrap_err().0;
    assert_eq!(refused(b""), "the request is empty, expected an object");
    assert_eq!(refused(b" \n"), "the request is empty, expected an object");
    assert_eq!(refused(b"\"text\""), "the request: expected an object");
    for (json, start) in [
        (&b"[]"[..], "the request: invalid type: sequence, expected an object"),
        (b"null", "the request: invalid type: null, expected an object"),
        (b"{} {}", "the request: trailing characters"),
        (b"{", "the request: EOF while parsing an object"),
        (br#"{"resourceLogs":[{"#, "resourceLogs[0]: EOF while parsing an object"),
        (
            b"{\"resourceLogs\":[{\"schemaUrl\":\"\xff\"}]}",
            "resourceLogs[0].schemaUrl: invalid unicode code point",
        ),
        (br#"{"resourceLogs":[{"schemaUrl":"\ud800"}]}"#, "resourceLogs[0].schemaUrl: "),
        (br#"{"unknown":nul}"#, "an unknown field: expected ident"),
    ] {
        assert!(refused(json).starts_with(start), "{}", refused(json));
    }
    assert!(to_protobuf(Signal::Logs, "\u{feff}{}".as_bytes()).unwrap().is_empty());
}

#[test]
fn an_id_of_a_wrong_length_rejects_its_record_alone() {
    let json = request(r#"{"traceId":"abc"},{"spanId":"0102030405060708"},{"spanId":"010203040506070"}"#);
    let raw = to_protobuf(Signal::Logs, json.as_bytes()).unwrap();
    let request = decode_bytes(Signal::Logs, &raw).unwrap();
    assert_eq!(request.batch.num_rows(), 1);
    assert_eq!(
        request.rejected.reason,
        "trace_id: 2 bytes, expected 16 (1 record); span_id: 7 bytes, expected 8 (1 record)"
    );
}

#[test]
fn values_and_unknown_fields_nest_to_64_levels() {
    let wrap = |levels: usize, before: &str, inner: &str, after: &str| {
        format!("{}{inner}{}", before.repeat(levels), after.repeat(levels))
    };
    let array = |levels| wrap(levels, r#"{"arrayValue":{"values":["#, r#"{"intValue":5}"#, "]}}");
    let map = |levels| wrap(levels, r#"{"kvlistValue":{"values":[{"value":"#, r#"{"intValue":5}"#, "}]}}");
    for value in [array(63), map(63)] {
        assert!(log(&format!(r#"{{"body":{value}}}"#)).body.is_some());
    }
    for value in [array(64), map(64), array(100_000), map(100_000)] {
        let refused = refusal(&format!(r#"{{"body":{value}}}"#));
        assert!(refused.ends_with(": values nest deeper than 64 levels"), "{refused}");
    }
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let unknown = |levels| format!(r#"{{"unknown":{}}}"#, wrap(levels, open, "1", close));
        assert_eq!(log(&unknown(64)), log("{}"));
        for levels in [65, 100_000] {
            assert_eq!(refusal(&unknown(levels)), "log.(an unknown field): nests deeper than 64 levels");
        }
    }
}

#[test]
fn a_large_value_deep_inside_is_read_whole() {
    let text = "x".repeat(100_000);
    let value = (0..40).fold(format!(r#"{{"stringValue":"{text}"}}"#), |value, _| {
        format!(r#"{{"arrayValue":{{"values":[{value}]}}}}"#)
    });
    let body = log(&format!(r#"{{"body":{value}}}"#)).body.unwrap();
    assert_eq!(body.to_string().trim_matches(['[', ']', '"']), text);
}
