//! The memory that reading a file takes, counted as memory of queries.
//!
//! A reader has one row group at a time: the bytes that it fetched of it, and of these the rows of one batch as
//! columns. The footer says how large both are, so they are counted before they are there.

use std::ops::Range;
use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};
use datafusion::parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use tfo_store::decoded_bytes;

/// What one reader holds.
pub(super) struct Held {
    reservation: MemoryReservation,
    /// Rows of a batch.
    batch_rows: u64,
    /// The row group that it is in.
    group: Option<usize>,
}

impl Held {
    pub(super) fn new(pool: &Arc<dyn MemoryPool>, batch_rows: usize) -> Self {
        let reservation = MemoryConsumer::new("scan").register(pool);
        Self { reservation, batch_rows: batch_rows as u64, group: None }
    }

    /// Counts what fetching these ranges of a file brings; what was fetched of another row group is gone by now.
    pub(super) fn count(&mut self, footer: &ParquetMetaData, ranges: &[Range<u64>]) -> Result<()> {
        let Some((place, group)) = ranges.first().and_then(|first| group_at(footer, first.start)) else {
            return Ok(());
        };
        if self.group.replace(place) != Some(place) {
            self.reservation.free();
        }
        self.reservation.try_grow(needs(group, ranges, self.batch_rows))
    }
}

/// The row group that has this byte in a column.
fn group_at(footer: &ParquetMetaData, byte: u64) -> Option<(usize, &RowGroupMetaData)> {
    let has = |group: &RowGroupMetaData| {
        group
            .columns()
            .iter()
            .map(datafusion::parquet::file::metadata::ColumnChunkMetaData::byte_range)
            .any(|(start, len)| (start..start.saturating_add(len)).contains(&byte))
    };
    footer.row_groups().iter().enumerate().find(|(_, group)| has(group))
}

/// The bytes of the ranges, and those of a batch of what is in them.
fn needs(group: &RowGroupMetaData, ranges: &[Range<u64>], batch_rows: u64) -> usize {
    let rows = u64::try_from(group.num_rows()).unwrap_or(0).max(1);
    let mut bytes: u64 = ranges.iter().map(|range| range.end.saturating_sub(range.start)).sum();
    for column in group.columns() {
        let (start, len) = column.byte_range();
        let end = start.saturating_add(len);
        let fetched: u64 =
            ranges.iter().map(|range| range.end.min(end).saturating_sub(range.start.max(start))).sum();
        if fetched > 0 {
            // Pages of a column are about alike, and so are its rows.
            let share = fetched as f64 / len.max(1) as f64 * (batch_rows.min(rows) as f64 / rows as f64);
            bytes = bytes.saturating_add((decoded_bytes(column) as f64 * share) as u64);
        }
    }
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
