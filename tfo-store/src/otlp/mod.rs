//! OTLP (opentelemetry-proto 1.x): one decoder from the wire format to the columns of [`crate::schema`].
//!
//! JSON is first re-encoded to the wire format ([`json::to_protobuf`]), so that both encodings give the same rows.
//!
//! The decoder reads the wire format directly: a record is looked at as it stands on the wire (`logs`,
//! `spans`, `metrics`), checked, and copied into the columns. Nothing about a request is trusted: what is
//! malformed is an error, depth and memory are bounded.

pub mod json;
pub(crate) mod logs;
pub(crate) mod metrics;
pub(crate) mod origin;
pub(crate) mod points;
mod series;
pub(crate) mod spans;
pub(crate) mod tally;
pub(crate) mod value;
mod walk;
mod wire;

use arrow::record_batch::RecordBatch;
use bytes::Bytes;
use tfo_sdk::{Signal, Timestamp};

use logs::LogDecoder;
use metrics::MetricDecoder;
use spans::SpanDecoder;
use tally::{MAX_WIRE_BYTES, Tally};
use walk::{Names, walk};

/// The version of the decoder's rules; a record of the write-ahead log says which one read it first.
pub const DECODER_VERSION: u8 = 1;

/// What decides whether a record is accepted, fixed when the request is received: decoding the same bytes with
/// the same acceptance gives the same rows, at first and at every replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acceptance {
    /// When the request was received; stands in for times that the sender did not say.
    pub received_at: Timestamp,
    /// Records older than this are rejected.
    pub oldest: Timestamp,
    /// Records newer than this are rejected.
    pub newest: Timestamp,
}

/// Records of a request that cannot be kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rejected {
    /// How many: log records, spans or data points.
    pub count: u64,
    /// The first reasons, in words, naming the field; empty when there are none.
    pub reason: String,
}

/// A request, decoded.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its signal.
    pub signal: Signal,
    /// Its bytes on the wire (protobuf).
    pub raw: Bytes,
    /// What it was accepted by.
    pub acceptance: Acceptance,
    /// Its accepted records in order, in the whole schema of the signal; `ingest_seq` is 0 until it is known.
    pub batch: RecordBatch,
    /// Its rejected records.
    pub rejected: Rejected,
}

/// A request that cannot be decoded: nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DecodeError(pub String);

const LOGS: Names = Names {
    request: "ExportLogsServiceRequest",
    resources: "resource_logs",
    resource_block: "ResourceLogs",
    scopes: "scope_logs",
    scope_block: "ScopeLogs",
    records: "log_records",
};

const SPANS: Names = Names {
    request: "ExportTraceServiceRequest",
    resources: "resource_spans",
    resource_block: "ResourceSpans",
    scopes: "scope_spans",
    scope_block: "ScopeSpans",
    records: "spans",
};

const METRICS: Names = Names {
    request: "ExportMetricsServiceRequest",
    resources: "resource_metrics",
    resource_block: "ResourceMetrics",
    scopes: "scope_metrics",
    scope_block: "ScopeMetrics",
    records: "metrics",
};

/// Why a request is not decoded where memory is short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undecoded {
    /// It cannot be decoded at all.
    Malformed(DecodeError),
    /// There was no room for its columns.
    NoRoom,
}

/// Decodes an `Export…ServiceRequest` of the signal.
pub fn decode(signal: Signal, raw: Bytes, acceptance: Acceptance) -> Result<Request, DecodeError> {
    decode_within(signal, raw, acceptance, &mut |_| true).map_err(|undecoded| match undecoded {
        Undecoded::Malformed(error) => error,
        Undecoded::NoRoom => DecodeError("there is no memory for the request".to_owned()),
    })
}

/// As [`decode`], but asks before it takes memory: `room` is told how much the columns will take so far, and says
/// whether there is as much.
pub fn decode_within(
    signal: Signal,
    raw: Bytes,
    acceptance: Acceptance,
    room: &mut dyn FnMut(usize) -> bool,
) -> Result<Request, Undecoded> {
    let mut tally = Tally::new(acceptance, room);
    let decoded = decode_counted(signal, &raw, &mut tally);
    if tally.ran_out() {
        return Err(Undecoded::NoRoom);
    }
    let batch = decoded.map_err(Undecoded::Malformed)?;
    Ok(Request { signal, raw, acceptance, batch, rejected: tally.rejected() })
}

fn decode_counted(signal: Signal, raw: &[u8], tally: &mut Tally<'_>) -> Result<RecordBatch, DecodeError> {
    if raw.len() > MAX_WIRE_BYTES {
        let (len, most) = (raw.len(), MAX_WIRE_BYTES >> 20);
        return Err(DecodeError(format!(
            "the request has {len} bytes, more than {most} MiB; send smaller batches"
        )));
    }
    match signal {
        Signal::Logs => {
            let mut records = LogDecoder::new();
            walk(&LOGS, raw, tally, &mut records)?;
            records.finish()
        }
        Signal::Spans => {
            let mut records = SpanDecoder::new();
            walk(&SPANS, raw, tally, &mut records)?;
            records.finish()
        }
        Signal::MetricPoints => {
            let mut records = MetricDecoder::new();
            walk(&METRICS, raw, tally, &mut records)?;
            records.finish()
        }
    }
}
