//! From a received body to records: decompress, re-encode JSON, decode. CPU work, for a worker thread.
//!
//! What a request of `n` bytes (decompressed) costs is first an estimate, reserved before the step that needs it:
//! `n` for its bytes, twice that for its columns with what decoding them needs, and `n` more when it comes as
//! JSON, for the form between. Many tiny records take more than that as columns (the decoder has a limit of its
//! own for them), so what the columns do take is reserved as soon as it is known.

use bytes::Bytes;
use tfo_sdk::Signal;
use tfo_store::otlp::{self, Acceptance, Request};

use super::body::Received;
use super::budget::Reservation;
use super::compression::{Compression, decompress};
use super::error::IngestError;
use super::format::Format;

/// The most that any request costs, in multiples of its decompressed size: that of JSON.
pub(crate) const LARGEST_COST: u64 = 4;

impl Format {
    /// What a request costs, in multiples of its decompressed size.
    pub(super) const fn cost(self) -> u64 {
        match self {
            Self::Protobuf => 3,
            Self::Json => LARGEST_COST,
        }
    }
}

/// The request's records, with the reservation that they live in.
pub(super) fn decode(
    signal: Signal,
    format: Format,
    compression: Compression,
    received: Received,
    acceptance: Acceptance,
    limit: u64,
) -> Result<(Request, Reservation), IngestError> {
    let Received { bytes, mut reservation } = received;
    let raw = decompress(compression, bytes, limit, &mut reservation)?;
    // The compressed form is gone now, so this may be less than what was held.
    reservation.resize(raw.len() as u64 * format.cost())?;
    let protobuf = match format {
        Format::Protobuf => raw,
        Format::Json => {
            let protobuf = otlp::json::to_protobuf(signal, &raw)?;
            // Short JSON can be long protobuf: a zero of two bytes in a list of doubles takes eight.
            if protobuf.len() as u64 > limit {
                return Err(IngestError::TooLarge { limit });
            }
            reservation.grow_to(protobuf.len() as u64 * Format::Protobuf.cost())?;
            protobuf
        }
    };
    let request = otlp::decode(signal, Bytes::from(protobuf), acceptance)?;
    let held = request.raw.len() + request.batch.get_array_memory_size();
    // One that needs more than the whole budget is taken when it is alone: refused each time, it would come again.
    reservation.grow_to((held as u64).min(reservation.limit()))?;
    Ok((request, reservation))
}
