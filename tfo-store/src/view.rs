//! From columns back to records: what REST answers.
//!
//! Columns are found by name; a column that a batch lacks reads as null throughout.

use arrow::record_batch::RecordBatch;
use tfo_sdk::api::{LogRecord, MetricPoint, Span};

/// A batch that does not have the shape of its table.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ViewError(pub String);

/// The log records of a batch.
pub fn log_records(_batch: &RecordBatch) -> Result<Vec<LogRecord>, ViewError> {
    todo!()
}

/// The spans of a batch.
pub fn spans(_batch: &RecordBatch) -> Result<Vec<Span>, ViewError> {
    todo!()
}

/// The metric points of a batch.
pub fn metric_points(_batch: &RecordBatch) -> Result<Vec<MetricPoint>, ViewError> {
    todo!()
}
