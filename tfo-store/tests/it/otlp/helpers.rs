//! What the tests of the decoder share.

use bytes::Bytes;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use prost::Message;
use tfo_sdk::{Signal, Timestamp};
use tfo_store::otlp::{Acceptance, DecodeError, Request, decode};

/// When the tests' requests are received.
pub(crate) const RECEIVED_AT: u64 = 1_700_000_000_000_000_000;

/// Accepts every time.
pub(crate) const ANY_TIME: Acceptance =
    Acceptance { received_at: Timestamp(RECEIVED_AT as i64), oldest: Timestamp::MIN, newest: Timestamp::MAX };

pub(crate) fn decode_bytes(signal: Signal, raw: &[u8]) -> Result<Request, DecodeError> {
    decode(signal, Bytes::copy_from_slice(raw), ANY_TIME)
}

pub(crate) fn decode_message(signal: Signal, message: &impl Message) -> Request {
    decode_bytes(signal, &message.encode_to_vec()).unwrap()
}

/// An attribute.
pub(crate) fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.into(), value: Some(AnyValue { value: Some(value) }), ..Default::default() }
}

/// An attribute of text.
pub(crate) fn text(key: &str, value: &str) -> KeyValue {
    attribute(key, Value::StringValue(value.into()))
}
