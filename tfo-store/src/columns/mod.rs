//! Builders of the columns of [`crate::schema`], filled from records as they stand on the wire.
//!
//! A column is filled up with nulls only when a later row has a value, and at the end: what no record has costs
//! nothing per record, which is most of the hundred columns.

mod attributes;
mod cell;
mod list;
mod logs;
mod map;
mod metrics;
mod origin;
mod spans;

pub(crate) use logs::LogColumns;
pub(crate) use metrics::MetricColumns;
pub(crate) use spans::SpanColumns;

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{ArrayRef, StructArray, TimestampNanosecondArray, UInt32Array, UInt64Array};
use arrow::datatypes::Fields;
use arrow::record_batch::RecordBatch;
use tfo_sdk::{Signal, Timestamp};

use crate::otlp::DecodeError;
use crate::otlp::origin::Origin;
use crate::otlp::tally::Times;
use crate::schema;
use attributes::AttributeColumns;
use cell::{Nulls, TextColumn, TimeColumn};
use origin::OriginColumns;

/// The columns that the three tables have alike.
struct Frame {
    signal: Signal,
    timestamp: Vec<i64>,
    sent_timestamp: TimeColumn,
    attributes: AttributeColumns,
    origin: OriginColumns,
    ingest_row: Vec<u32>,
}

impl Frame {
    fn new(signal: Signal) -> Self {
        Self {
            signal,
            timestamp: Vec::new(),
            sent_timestamp: TimeColumn::default(),
            attributes: AttributeColumns::new(schema::record_attributes(signal)),
            origin: OriginColumns::new(),
            ingest_row: Vec::new(),
        }
    }

    /// Begins a row; gives its place in the batch.
    fn begin(&mut self, times: Times, ingest_row: u32) -> usize {
        let row = self.timestamp.len();
        self.timestamp.push(times.timestamp.nanos());
        self.sent_timestamp.set_option(row, times.sent_timestamp.map(Timestamp::nanos));
        self.ingest_row.push(ingest_row);
        row
    }

    fn rows(&self) -> usize {
        self.timestamp.len()
    }

    /// Gives this origin to the rows that have none yet.
    fn fill_origin(&mut self, origin: &Origin<'_>) -> Result<(), DecodeError> {
        self.origin.fill_to(self.timestamp.len(), origin)
    }

    /// The whole table, with the signal's own columns in the order of the schema.
    fn finish(self, nulls: &mut Nulls, own: Vec<ArrayRef>) -> Result<RecordBatch, DecodeError> {
        let (service_name, origin) = self.origin.finish(nulls);
        let timestamp = TimestampNanosecondArray::from(self.timestamp).with_timezone("UTC");
        let mut columns: Vec<ArrayRef> =
            vec![Arc::new(timestamp), self.sent_timestamp.finish(nulls), service_name];
        columns.extend(own);
        columns.extend(self.attributes.finish(nulls));
        columns.extend(origin);
        columns.push(Arc::new(UInt64Array::from(vec![0; self.ingest_row.len()])));
        columns.push(Arc::new(UInt32Array::from(self.ingest_row)));
        // The columns are made to fit; if they did not, it would be ours to mend and nothing that a sender did.
        RecordBatch::try_new(schema::schema(self.signal), columns)
            .map_err(|error| DecodeError(format!("the columns of {} do not fit: {error}", self.signal)))
    }
}

/// The name of an enum's value, or the number of one that has no name.
fn enum_name<'a>(value: i32, names: &[&'a str]) -> Cow<'a, str> {
    match usize::try_from(value).ok().and_then(|value| names.get(value)) {
        Some(name) => Cow::Borrowed(name),
        None => Cow::Owned(value.to_string()),
    }
}

/// The items of a list's column as one array.
fn structs(fields: Fields, columns: Vec<ArrayRef>) -> ArrayRef {
    Arc::new(StructArray::new(fields, columns, None))
}

/// Bytes as lower-case hex.
fn hex<'a>(bytes: &[u8], buffer: &'a mut [u8; 32]) -> &'a str {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let (pairs, _) = buffer.as_chunks_mut::<2>();
    for (pair, byte) in pairs.iter_mut().zip(bytes) {
        *pair = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    }
    let digits = buffer.get(..2 * bytes.len()).unwrap_or_default();
    std::str::from_utf8(digits).unwrap_or_default()
}

impl TextColumn {
    /// Sets an id, in hex.
    fn set_id<const N: usize>(&mut self, row: usize, id: Option<&[u8; N]>) {
        if let Some(id) = id {
            self.set(row, hex(id, &mut [0; 32]));
        }
    }
}
