//! OTLP/JSON to the protobuf wire format, driven by tables of the messages' fields.

use tfo_sdk::Signal;

use super::DecodeError;

/// The protobuf form of an `Export…ServiceRequest` in OTLP's JSON encoding.
pub fn to_protobuf(_signal: Signal, _json: &[u8]) -> Result<Vec<u8>, DecodeError> {
    todo!()
}
