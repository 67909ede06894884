//! What an acknowledged request is told: `Export…ServiceResponse`, with the records that could not be kept.

use prost::Message;
use serde_json::json;
use tfo_sdk::Signal;
use tfo_store::otlp::Rejected;

use super::format::Format;

/// The three responses have the same fields under different names, so on the wire they are one message.
#[derive(Clone, PartialEq, Message)]
struct Response {
    #[prost(message, optional, tag = "1")]
    partial_success: Option<PartialSuccess>,
}

#[derive(Clone, PartialEq, Message)]
struct PartialSuccess {
    #[prost(int64, tag = "1")]
    rejected: i64,
    #[prost(string, tag = "2")]
    error_message: String,
}

/// The response, encoded. Without rejected records `partial_success` is not set, as the specification asks.
pub(super) fn encode(signal: Signal, format: Format, rejected: &Rejected) -> Vec<u8> {
    match format {
        Format::Protobuf => protobuf(rejected),
        Format::Json => json(signal, rejected),
    }
}

fn protobuf(rejected: &Rejected) -> Vec<u8> {
    let partial_success = (rejected.count > 0).then(|| PartialSuccess {
        rejected: i64::try_from(rejected.count).unwrap_or(i64::MAX),
        error_message: rejected.reason.clone(),
    });
    Response { partial_success }.encode_to_vec()
}

fn json(signal: Signal, rejected: &Rejected) -> Vec<u8> {
    if rejected.count == 0 {
        return b"{}".to_vec();
    }
    let field = match signal {
        Signal::Logs => "rejectedLogRecords",
        Signal::Spans => "rejectedSpans",
        Signal::MetricPoints => "rejectedDataPoints",
    };
    // An int64 is text in the JSON form of protobuf.
    let partial_success = json!({field: rejected.count.to_string(), "errorMessage": rejected.reason});
    json!({"partialSuccess": partial_success}).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceResponse;
    use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
    use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;

    use super::*;

    #[test]
    fn nothing_rejected_is_an_empty_answer() {
        for signal in Signal::ALL {
            assert_eq!(encode(signal, Format::Protobuf, &Rejected::default()), b"");
            assert_eq!(encode(signal, Format::Json, &Rejected::default()), b"{}");
        }
    }

    #[test]
    fn rejected_records_are_counted_with_their_reason() {
        let rejected = Rejected { count: 3, reason: "span id: 7 bytes, expected 8".into() };
        let bytes = encode(Signal::Logs, Format::Protobuf, &rejected);
        let logs = ExportLogsServiceResponse::decode(bytes.as_slice()).unwrap().partial_success.unwrap();
        let traces = ExportTraceServiceResponse::decode(bytes.as_slice()).unwrap().partial_success.unwrap();
        let metrics =
            ExportMetricsServiceResponse::decode(bytes.as_slice()).unwrap().partial_success.unwrap();
        assert_eq!((logs.rejected_log_records, logs.error_message), (3, rejected.reason.clone()));
        assert_eq!((traces.rejected_spans, metrics.rejected_data_points), (3, 3));
        let json = |signal| String::from_utf8(encode(signal, Format::Json, &rejected)).unwrap();
        assert_eq!(
            json(Signal::Spans),
            r#"{"partialSuccess":{"errorMessage":"span id: 7 bytes, expected 8","rejectedSpans":"3"}}"#
        );
        assert!(json(Signal::Logs).contains(r#""rejectedLogRecords":"3""#));
        assert!(json(Signal::MetricPoints).contains(r#""rejectedDataPoints":"3""#));
    }
}
