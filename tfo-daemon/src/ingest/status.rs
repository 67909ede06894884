//! `google.rpc.Status`: the body of every OTLP/HTTP error, and the details of gRPC's.

use std::time::Duration;

use prost::Message;
use serde_json::json;

use super::error::IngestError;
use super::format::Format;

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, Message)]
struct Status {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, Message)]
struct Any {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

/// `google.rpc.RetryInfo`.
#[derive(Clone, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<Delay>,
}

/// `google.protobuf.Duration`.
#[derive(Clone, PartialEq, Message)]
struct Delay {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}

const RETRY_INFO: &str = "type.googleapis.com/google.rpc.RetryInfo";

/// The error as an encoded `google.rpc.Status`.
pub(super) fn encode(error: &IngestError, format: Format) -> Vec<u8> {
    match format {
        Format::Protobuf => protobuf(error),
        Format::Json => json(error),
    }
}

/// The `RetryInfo` of an error that has one, encoded.
pub(super) fn retry_info(error: &IngestError) -> Option<Vec<u8>> {
    error.verdict().retry_after.map(|delay| info(delay).encode_to_vec())
}

fn info(delay: Duration) -> RetryInfo {
    let seconds = i64::try_from(delay.as_secs()).unwrap_or(i64::MAX);
    RetryInfo { retry_delay: Some(Delay { seconds, nanos: 0 }) }
}

fn protobuf(error: &IngestError) -> Vec<u8> {
    let details = retry_info(error).map(|value| Any { type_url: RETRY_INFO.to_owned(), value });
    let status = Status {
        code: error.verdict().grpc as i32,
        message: error.to_string(),
        details: details.into_iter().collect(),
    };
    status.encode_to_vec()
}

fn json(error: &IngestError) -> Vec<u8> {
    let verdict = error.verdict();
    let retry = verdict
        .retry_after
        .map(|delay| json!({"@type": RETRY_INFO, "retryDelay": format!("{}s", delay.as_secs())}));
    let details: Vec<_> = retry.into_iter().collect();
    let status = json!({"code": verdict.grpc as i32, "message": error.to_string(), "details": details});
    status.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::super::error::tests::table;
    use super::*;

    #[test]
    fn both_encodings_say_the_same() {
        for (error, _, code, seconds) in table() {
            let binary = Status::decode(encode(&error, Format::Protobuf).as_slice()).unwrap();
            let text: serde_json::Value = serde_json::from_slice(&encode(&error, Format::Json)).unwrap();
            assert_eq!(binary.code, code as i32);
            assert_eq!(text["code"], code as i32);
            assert_eq!(text["message"], binary.message.as_str());
            let delay = binary.details.first().map(|any| {
                assert_eq!(any.type_url, RETRY_INFO);
                RetryInfo::decode(any.value.as_slice()).unwrap().retry_delay.unwrap().seconds as u64
            });
            assert_eq!(delay, seconds);
            let delay = text["details"][0]["retryDelay"].as_str().map(ToOwned::to_owned);
            assert_eq!(delay, seconds.map(|seconds| format!("{seconds}s")));
        }
    }
}
