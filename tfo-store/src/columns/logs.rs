//! The columns of `logs`.

use arrow::record_batch::RecordBatch;
use tfo_sdk::{Signal, Timestamp};

use super::Frame;
use super::cell::{Int32Column, Nulls, TextColumn, TimeColumn, UInt32Column};
use crate::otlp::DecodeError;
use crate::otlp::logs::{LogRecordRef, ValidLogRecord};
use crate::otlp::origin::Origin;
use crate::otlp::value::AnyValueRef;

/// The table of log records, while it is built.
pub(crate) struct LogColumns {
    frame: Frame,
    observed_timestamp: TimeColumn,
    severity_number: Int32Column,
    severity_text: TextColumn,
    body: TextColumn,
    body_type: TextColumn,
    trace_id: TextColumn,
    span_id: TextColumn,
    flags: UInt32Column,
    event_name: TextColumn,
    dropped_attributes_count: UInt32Column,
    scratch: String,
}

impl LogColumns {
    pub(crate) fn new() -> Self {
        Self {
            frame: Frame::new(Signal::Logs),
            observed_timestamp: TimeColumn::default(),
            severity_number: Int32Column::default(),
            severity_text: TextColumn::default(),
            body: TextColumn::default(),
            body_type: TextColumn::default(),
            trace_id: TextColumn::default(),
            span_id: TextColumn::default(),
            flags: UInt32Column::default(),
            event_name: TextColumn::default(),
            dropped_attributes_count: UInt32Column::default(),
            scratch: String::new(),
        }
    }

    /// Adds a record; gives the bytes of text that its body and attributes took.
    pub(crate) fn append(
        &mut self,
        record: &LogRecordRef<'_>,
        valid: &ValidLogRecord<'_>,
        ingest_row: u32,
    ) -> Result<usize, DecodeError> {
        let row = self.frame.begin(valid.times, ingest_row);
        self.observed_timestamp.set_option(row, valid.observed_timestamp.map(Timestamp::nanos));
        self.severity_number.set_option(row, record.severity_number);
        self.severity_text.set_option(row, record.severity_text);
        let mut written = 0;
        if let Some(body) = &record.body {
            let body = AnyValueRef::parse(body)?;
            let text = body.text(&mut self.scratch)?;
            written += text.len();
            self.body.set(row, text);
            self.body_type.set_option(row, body.type_code());
        }
        self.trace_id.set_id(row, valid.trace_id);
        self.span_id.set_id(row, valid.span_id);
        self.flags.set_option(row, record.flags);
        self.event_name.set_option(row, record.event_name);
        self.dropped_attributes_count.set_option(row, record.dropped_attributes_count);
        written += self.frame.attributes.append(row, &record.attributes)?;
        Ok(written)
    }

    /// Gives this origin to the records that have none yet.
    pub(crate) fn fill_origin(&mut self, origin: &Origin<'_>) -> Result<(), DecodeError> {
        self.frame.fill_origin(origin)
    }

    /// The finished table.
    pub(crate) fn finish(self) -> Result<RecordBatch, DecodeError> {
        let nulls = &mut Nulls::new(self.frame.rows());
        let own = vec![
            self.observed_timestamp.finish(nulls),
            self.severity_number.finish(nulls),
            self.severity_text.finish(nulls),
            self.body.finish(nulls),
            self.body_type.finish(nulls),
            self.trace_id.finish(nulls),
            self.span_id.finish(nulls),
            self.flags.finish(nulls),
            self.event_name.finish(nulls),
            self.dropped_attributes_count.finish(nulls),
        ];
        self.frame.finish(nulls, own)
    }
}
