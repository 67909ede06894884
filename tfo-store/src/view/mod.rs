//! From columns back to records: what REST answers.
//!
//! Columns are found by name; a column that a batch lacks reads as null throughout. Types that a query engine
//! gives to the same values (text views, dictionaries) are read too.

mod attributes;
mod logs;
mod metrics;
mod origin;
mod spans;
mod table;

pub use logs::log_records;
pub use metrics::metric_points;
pub use spans::spans;

/// A batch that does not have the shape of its table.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ViewError(pub String);
