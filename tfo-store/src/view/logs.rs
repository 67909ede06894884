//! Log records.

use arrow::datatypes::{Int32Type, UInt32Type};
use arrow::record_batch::RecordBatch;
use tfo_sdk::Signal;
use tfo_sdk::api::LogRecord;

use super::ViewError;
use super::attributes::{AttributeReader, value};
use super::origin::{IdReader, OriginReader};
use super::table::{Table, required};
use crate::schema;

/// The log records of a batch.
pub fn log_records(batch: &RecordBatch) -> Result<Vec<LogRecord>, ViewError> {
    let table = &Table::new(Signal::Logs, batch);
    let id = IdReader::new(table)?;
    let timestamp = table.times(schema::TIMESTAMP)?;
    let sent_timestamp = table.times("sent_timestamp")?;
    let observed_timestamp = table.times("observed_timestamp")?;
    let severity_number = table.numbers::<Int32Type>("severity_number")?;
    let severity_text = table.text("severity_text")?;
    let service_name = table.text(schema::SERVICE_NAME)?;
    let body = table.text("body")?;
    let body_type = table.text("body_type")?;
    let trace_id = table.text(schema::TRACE_ID)?;
    let span_id = table.text("span_id")?;
    let flags = table.numbers::<UInt32Type>("flags")?;
    let event_name = table.text("event_name")?;
    let attributes = AttributeReader::new(table, schema::record_attributes(Signal::Logs))?;
    let dropped_attributes_count = table.numbers::<UInt32Type>("dropped_attributes_count")?;
    let origin = OriginReader::new(table)?;
    let record = |row: usize| {
        Ok(LogRecord {
            id: id.get(row)?,
            timestamp: required(schema::TIMESTAMP, timestamp.time(row))?,
            sent_timestamp: sent_timestamp.time(row),
            observed_timestamp: observed_timestamp.time(row),
            severity_number: severity_number.get(row),
            severity_text: severity_text.owned(row),
            service_name: service_name.owned(row),
            body: body.get(row).map(|body| value(body, body_type.get(row))).transpose()?,
            trace_id: trace_id.id(row)?,
            span_id: span_id.id(row)?,
            flags: flags.get(row),
            event_name: event_name.owned(row),
            attributes: attributes.get(row)?.unwrap_or_default(),
            dropped_attributes_count: dropped_attributes_count.get(row),
            origin: origin.get(row)?,
        })
    };
    (0..table.rows()).map(record).collect()
}
