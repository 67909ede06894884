//! `LogRecord` on the wire, and what makes one acceptable.

use tfo_sdk::Timestamp;

use super::DecodeError;
use super::tally::{Reason, Tally, Times, optional_id, time_or_reason};
use super::value::{AnyValueRef, measure};
use super::walk::Records;
use super::wire::{Fields, Merged};
use crate::columns::LogColumns;
use crate::otlp::origin::Origin;

/// A log record as it stands on the wire; `None` is a field that was not sent.
#[derive(Default)]
pub(crate) struct LogRecordRef<'a> {
    time: Option<u64>,
    observed_time: Option<u64>,
    pub(crate) severity_number: Option<i32>,
    pub(crate) severity_text: Option<&'a str>,
    pub(crate) body: Option<Merged<'a>>,
    pub(crate) attributes: Vec<&'a [u8]>,
    pub(crate) dropped_attributes_count: Option<u32>,
    pub(crate) flags: Option<u32>,
    trace_id: Option<&'a [u8]>,
    span_id: Option<&'a [u8]>,
    pub(crate) event_name: Option<&'a str>,
}

/// What of a log record had to be checked.
pub(crate) struct ValidLogRecord<'a> {
    pub(crate) times: Times,
    pub(crate) observed_timestamp: Option<Timestamp>,
    pub(crate) trace_id: Option<&'a [u8; 16]>,
    pub(crate) span_id: Option<&'a [u8; 8]>,
}

impl<'a> LogRecordRef<'a> {
    /// Reads the next record into this one, whose room is used again.
    fn read(&mut self, bytes: &'a [u8], tally: &mut Tally) -> Result<(), DecodeError> {
        let mut attributes = std::mem::take(&mut self.attributes);
        attributes.clear();
        *self = Self { attributes, ..Self::default() };
        let mut fields = Fields::new("LogRecord", bytes);
        while let Some(field) = fields.next()? {
            match field.number {
                1 => self.time = Some(field.fixed64("time_unix_nano")?),
                2 => self.severity_number = Some(field.int32("severity_number")?),
                3 => self.severity_text = Some(field.string("severity_text")?),
                5 => field.merge_into("body", &mut self.body)?,
                6 => tally.keep_attribute(&mut self.attributes, field.bytes("attributes")?)?,
                7 => self.dropped_attributes_count = Some(field.uint32("dropped_attributes_count")?),
                8 => self.flags = Some(field.fixed32("flags")?),
                9 => self.trace_id = Some(field.bytes("trace_id")?),
                10 => self.span_id = Some(field.bytes("span_id")?),
                11 => self.observed_time = Some(field.fixed64("observed_time_unix_nano")?),
                12 => self.event_name = Some(field.string("event_name")?),
                _ => {}
            }
        }
        Ok(())
    }

    /// What its body and its attributes take as text.
    fn text_bytes(&self) -> Result<usize, DecodeError> {
        let body = self.body.as_ref().map(|body| AnyValueRef::parse(body)?.text_bytes()).transpose()?;
        Ok(body.unwrap_or_default().saturating_add(measure(&self.attributes)?))
    }

    fn validate(&self, tally: &Tally) -> Result<ValidLogRecord<'a>, Reason> {
        let times = [("time_unix_nano", self.time), ("observed_time_unix_nano", self.observed_time)];
        Ok(ValidLogRecord {
            observed_timestamp: time_or_reason("observed_time_unix_nano", self.observed_time)?,
            times: tally.times(&times)?,
            trace_id: optional_id("trace_id", self.trace_id)?,
            span_id: optional_id("span_id", self.span_id)?,
        })
    }
}

/// Decodes the log records of a request.
pub(super) struct LogDecoder<'a> {
    record: LogRecordRef<'a>,
    columns: LogColumns,
}

impl LogDecoder<'_> {
    pub(super) fn new() -> Self {
        Self { record: LogRecordRef::default(), columns: LogColumns::new() }
    }

    pub(super) fn finish(self) -> Result<arrow::record_batch::RecordBatch, DecodeError> {
        self.columns.finish()
    }
}

impl<'a> Records<'a> for LogDecoder<'a> {
    fn record(&mut self, bytes: &'a [u8], origin: &Origin<'a>, tally: &mut Tally) -> Result<(), DecodeError> {
        let row = tally.begin_record(bytes.len().saturating_add(origin.row_bytes()))?;
        self.record.read(bytes, tally)?;
        match self.record.validate(tally) {
            Ok(valid) => {
                let ahead = tally.charge_ahead(bytes, || self.record.text_bytes())?;
                let written = self.columns.append(&self.record, &valid, row)?;
                tally.charge(written.saturating_sub(ahead))
            }
            Err(reason) => {
                self.record.text_bytes()?;
                tally.reject(reason);
                Ok(())
            }
        }
    }

    fn end_scope(&mut self, origin: &Origin<'a>) -> Result<(), DecodeError> {
        self.columns.fill_origin(origin)
    }
}
