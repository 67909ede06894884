//! Telemetry in memory: what is acknowledged and not yet in files, by table.
//!
//! Invariants:
//! - a table's batches are in order of arrival, and a flush takes all of them: what a table has flushed is always
//!   everything up to one sequence;
//! - while a flush writes, its batches stay visible here; they leave in the same step in which the files come in.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use arrow::array::{Array, UInt64Array};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use tfo_sdk::Timestamp;

use crate::batch;
use crate::schema::INGEST_SEQ;
use crate::wal::Table;

/// Batches of this many equals are joined to one, so that a million small requests do not become a million batches.
const FAN_IN: usize = 16;
/// Batches with at least this many rows are left as they are.
const LARGE: usize = 8192;
/// Batches that together take more than this are left as they are.
const LARGE_BYTES: u64 = 32 << 20;

/// Batches of one table with the sequences that they cover.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    /// In order of arrival.
    pub(crate) batches: Vec<RecordBatch>,
    /// Lowest sequence.
    pub(crate) first_sequence: u64,
    /// Highest sequence.
    pub(crate) last_sequence: u64,
    /// Bytes in memory.
    pub(crate) bytes: u64,
    /// When the oldest of them came in.
    pub(crate) since: Timestamp,
    /// How often each batch was joined from smaller ones.
    joins: Vec<u8>,
}

#[derive(Debug, Default)]
struct Partition {
    active: Option<Rows>,
    flushing: Option<Arc<Rows>>,
}

/// All tables in memory.
#[derive(Debug, Default)]
pub(crate) struct Memtable {
    partitions: BTreeMap<Table, Partition>,
    bytes: u64,
    /// Batches that are in files now, and in memory as long as somebody reads them: a column that each has to itself,
    /// and its bytes.
    left: Vec<(Weak<dyn Array>, u64)>,
}

impl Memtable {
    /// Bytes of everything in memory.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Bytes of what has left for files while somebody, who took it before, still reads it here.
    pub(crate) fn lingering(&mut self) -> u64 {
        self.left.retain(|(column, _)| column.strong_count() > 0);
        self.left.iter().map(|(_, bytes)| bytes).sum()
    }

    /// Takes in the rows of one request.
    pub(crate) fn insert(
        &mut self,
        table: Table,
        sequence: u64,
        batch: RecordBatch,
        now: Timestamp,
    ) -> Result<(), ArrowError> {
        let batch = with_sequence(batch, sequence)?;
        let bytes = batch::bytes(&batch);
        let rows = self.partitions.entry(table).or_default().active.get_or_insert_with(|| Rows {
            batches: Vec::new(),
            first_sequence: sequence,
            last_sequence: sequence,
            bytes: 0,
            since: now,
            joins: Vec::new(),
        });
        let before = rows.bytes;
        rows.last_sequence = sequence;
        rows.batches.push(batch);
        rows.joins.push(0);
        rows.bytes += bytes;
        rows.join();
        self.bytes = self.bytes - before + rows.bytes;
        Ok(())
    }

    /// The batches of a table, oldest first.
    pub(crate) fn batches(&self, table: &Table) -> Vec<RecordBatch> {
        let Some(partition) = self.partitions.get(table) else { return Vec::new() };
        let flushing = partition.flushing.iter().flat_map(|rows| rows.batches.iter());
        let active = partition.active.iter().flat_map(|rows| rows.batches.iter());
        flushing.chain(active).cloned().collect()
    }

    /// When the oldest row of a table came in.
    pub(crate) fn since(&self, table: &Table) -> Option<Timestamp> {
        let partition = self.partitions.get(table)?;
        let rows = partition.flushing.as_deref().into_iter().chain(&partition.active);
        rows.map(|rows| rows.since).min()
    }

    /// Takes a table's rows for a flush; gives the same ones again until [`Memtable::finish_flush`].
    pub(crate) fn start_flush(&mut self, table: &Table) -> Option<Arc<Rows>> {
        let partition = self.partitions.get_mut(table)?;
        if partition.flushing.is_none() {
            partition.flushing = partition.active.take().map(Arc::new);
        }
        partition.flushing.clone()
    }

    /// Forgets what was flushed.
    pub(crate) fn finish_flush(&mut self, table: &Table) {
        let Some(partition) = self.partitions.get_mut(table) else { return };
        if let Some(rows) = partition.flushing.take() {
            self.bytes -= rows.bytes;
            let own = |batch: &RecordBatch| {
                batch.column_by_name(INGEST_SEQ).map(|column| (Arc::downgrade(column), batch::bytes(batch)))
            };
            self.left.extend(rows.batches.iter().filter_map(own));
        }
        if partition.active.is_none() {
            self.partitions.remove(table);
        }
    }

    /// Forgets a table's rows, flushed or not.
    pub(crate) fn remove(&mut self, table: &Table) {
        if let Some(partition) = self.partitions.remove(table) {
            self.bytes -= partition.bytes();
        }
    }

    /// All tables that have rows here.
    pub(crate) fn tables(&self) -> impl Iterator<Item = Table> {
        self.partitions.keys().copied()
    }

    /// The table that takes the most memory, apart from some.
    pub(crate) fn largest(&self, except: &[Table]) -> Option<Table> {
        self.tables()
            .filter(|table| !except.contains(table))
            .max_by_key(|table| self.partitions[table].bytes())
    }

    /// The largest table apart from some, where those others have more bytes than these.
    pub(crate) fn largest_beyond(&self, bytes: u64, except: &[Table]) -> Option<Table> {
        let excepted: u64 =
            except.iter().filter_map(|table| self.partitions.get(table)).map(Partition::bytes).sum();
        if self.bytes().saturating_sub(excepted) > bytes { self.largest(except) } else { None }
    }

    /// The table with the lowest sequence: the one that holds back the log.
    pub(crate) fn oldest(&self) -> Option<Table> {
        self.tables().min_by_key(|table| self.partitions[table].first_sequence())
    }

    /// A table, apart from some, with rows that came in before a time, or, as a clock that was turned back has it, after
    /// now.
    pub(crate) fn older_than(&self, time: Timestamp, now: Timestamp, except: &[Table]) -> Option<Table> {
        let old = |rows: &Rows| rows.since < time || rows.since > now;
        self.partitions
            .iter()
            .filter(|(table, _)| !except.contains(table))
            .find(|(_, partition)| {
                partition.flushing.as_deref().is_some_and(old) || partition.active.as_ref().is_some_and(old)
            })
            .map(|(table, _)| *table)
    }
}

impl Partition {
    fn bytes(&self) -> u64 {
        self.flushing.as_ref().map_or(0, |rows| rows.bytes)
            + self.active.as_ref().map_or(0, |rows| rows.bytes)
    }

    fn first_sequence(&self) -> u64 {
        let flushing = self.flushing.as_ref().map(|rows| rows.first_sequence);
        flushing.or(self.active.as_ref().map(|rows| rows.first_sequence)).unwrap_or(u64::MAX)
    }
}

impl Rows {
    /// Joins the last batches while [`FAN_IN`] small ones of them were joined equally often: each row is copied a few
    /// times. This only saves memory and time, so what cannot be joined stays as it is.
    fn join(&mut self) {
        loop {
            let Some(&level) = self.joins.last() else { return };
            let Some(from) = self.batches.len().checked_sub(FAN_IN) else { return };
            let (parts, joins) = (&self.batches[from..], &mut self.joins[from..]);
            let equal = joins.iter().all(|joins| *joins == level);
            if level == u8::MAX || !equal || parts.iter().any(|part| part.num_rows() >= LARGE) {
                return;
            }
            let freed: u64 = parts.iter().map(batch::bytes).sum();
            let joined = if freed <= LARGE_BYTES { batch::joined(parts).ok() } else { None };
            let Some(joined) = joined else {
                joins.fill(u8::MAX);
                return;
            };
            self.bytes = self.bytes - freed + batch::bytes(&joined);
            self.batches.truncate(from);
            self.joins.truncate(from);
            self.batches.push(joined);
            self.joins.push(level + 1);
        }
    }
}

/// The batch with its sequence filled in.
fn with_sequence(batch: RecordBatch, sequence: u64) -> Result<RecordBatch, ArrowError> {
    let place = batch.schema_ref().index_of(INGEST_SEQ)?;
    let (schema, mut columns, rows) = batch.into_parts();
    columns[place] = Arc::new(UInt64Array::from_value(sequence, rows));
    RecordBatch::try_new(schema, columns)
}
