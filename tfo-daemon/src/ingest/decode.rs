//! From a received body to records: decompress, re-encode JSON, decode. CPU work, for a worker thread.
//!
//! What a request of `n` bytes (decompressed) costs is first an estimate, reserved before the step that needs it:
//! `n` for its bytes, twice that for its columns with what decoding them needs, and `n` more when it comes as
//! JSON, for the form between. Many small records take more than that as columns, so the decoder asks for more
//! before it takes it; what the columns take in the end is all that stays reserved.

use bytes::Bytes;
use tfo_sdk::Signal;
use tfo_store::otlp::{self, Acceptance, Request, Undecoded};

use super::body::Received;
use super::compression::{Compression, decompress};
use super::error::IngestError;
use super::format::Format;
use crate::platform::budget::Reservation;

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
            drop(raw);
            // Short JSON can be long protobuf: a zero of two bytes in a list of doubles takes eight.
            if protobuf.len() as u64 > limit {
                return Err(IngestError::TooLarge { limit });
            }
            reservation.grow_to(protobuf.len() as u64 * Format::Protobuf.cost())?;
            protobuf
        }
    };
    let raw_bytes = protobuf.len() as u64;
    let limit = reservation.limit();
    let mut most = 0;
    let mut room = |columns: usize| {
        most = raw_bytes + columns as u64;
        reservation.grow_to(most).is_ok()
    };
    let request = match otlp::decode_within(signal, Bytes::from(protobuf), acceptance, &mut room) {
        Ok(request) => request,
        Err(Undecoded::Malformed(error)) => return Err(error.into()),
        // It would come again, and never fit.
        Err(Undecoded::NoRoom) if most > limit => return Err(IngestError::TooLargeDecoded { limit }),
        Err(Undecoded::NoRoom) => return Err(IngestError::OverBudget),
    };
    let held = (request.raw.len() + request.batch.get_array_memory_size()) as u64;
    // The decoder counts generously; should it ever not have, the columns are there all the same.
    let _ = reservation.resize(held);
    Ok((request, reservation))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
    use opentelemetry_proto::tonic::common::v1::any_value::Value;
    use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
    use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
    use prost::Message as _;
    use tfo_sdk::Timestamp;

    use super::*;
    use crate::platform::budget::Budget;

    const ACCEPTANCE: Acceptance = Acceptance {
        received_at: Timestamp(1_000_000_000),
        oldest: Timestamp(0),
        newest: Timestamp(2_000_000_000),
    };

    /// A request whose records have this many attributes each.
    fn logs(records: usize, attributes: usize) -> Vec<u8> {
        let attribute = |place: usize| KeyValue {
            key: format!("key.{place}"),
            value: Some(AnyValue { value: Some(Value::IntValue(1)) }),
            ..KeyValue::default()
        };
        let record = LogRecord {
            time_unix_nano: 1_000_000_000,
            attributes: (0..attributes).map(attribute).collect(),
            ..LogRecord::default()
        };
        let scope_logs = vec![ScopeLogs { log_records: vec![record; records], ..ScopeLogs::default() }];
        let resource_logs = vec![ResourceLogs { scope_logs, ..ResourceLogs::default() }];
        ExportLogsServiceRequest { resource_logs }.encode_to_vec()
    }

    fn run(bytes: &[u8], budget: &Arc<Budget>) -> Result<(Request, Reservation), IngestError> {
        let received = Received { bytes: bytes.to_vec(), reservation: budget.reservation() };
        decode(Signal::Logs, Format::Protobuf, Compression::Identity, received, ACCEPTANCE, 1 << 30)
    }

    #[test]
    fn what_stays_reserved_is_what_the_request_takes() {
        let budget = Arc::new(Budget::new(1 << 30));
        for (records, attributes) in [(1, 0), (10_000, 0), (1_000, 50)] {
            let (request, reservation) = run(&logs(records, attributes), &budget).unwrap();
            let takes = request.raw.len() + request.batch.get_array_memory_size();
            assert_eq!(budget.used(), takes as u64);
            drop(reservation);
        }
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn records_that_take_many_times_their_bytes_ask_for_the_memory_first() {
        let bytes = logs(50_000, 0);
        let budget = Arc::new(Budget::new(8 * bytes.len() as u64));
        assert!(matches!(run(&bytes, &budget), Err(IngestError::TooLargeDecoded { .. })));
        assert_eq!(budget.used(), 0);
        // The same where it would fit, but not now.
        let budget = Arc::new(Budget::new(1 << 30));
        let mut other = budget.reservation();
        other.resize((1 << 30) - 8 * bytes.len() as u64).unwrap();
        assert!(matches!(run(&bytes, &budget), Err(IngestError::OverBudget)));
        drop(other);
        assert!(run(&bytes, &budget).is_ok());
    }
}
