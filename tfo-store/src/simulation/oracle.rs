//! What was promised, and whether it is kept.
//!
//! - an acknowledged request is in every later snapshot, each record once, as it was sent, until retention may take it;
//! - a request that was not acknowledged is there whole or not at all, never twice, and not in the life in which it
//!   failed. A restart decides: what it shows stays for good, what it does not show never comes;
//! - what a reader has seen was synced: it stays for good, too;
//! - a snapshot gives the same records whenever it is read;
//! - once an erasure has begun its tenant is promised nothing; once it has ended, nothing of the tenant is seen again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Mutex;
use std::time::Duration;

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use arrow::compute::interleave_record_batch;
use arrow::datatypes::{TimestampNanosecondType, UInt32Type, UInt64Type};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tfo_sdk::{TenantId, TimeRange, Timestamp};

use super::disk::lock_plainly;
use super::requests::{mark, mark_column, parse_mark};
use crate::core::Core;
use crate::schema::{INGEST_ROW, INGEST_SEQ, TIMESTAMP};
use crate::store::Snapshot;
use crate::wal::Table;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// On its way: it may be seen.
    Running,
    /// Promised: by an acknowledgement, or because somebody has seen it.
    Promised,
    /// Refused; a restart may bring it all the same.
    Failed,
    /// It never comes.
    Gone,
    /// It was promised, and a lie of the disk, or what was set aside, took it: another may bring it back.
    Forgiven,
}

struct Entry {
    table: Table,
    state: State,
    sequence: Option<u64>,
    /// Its rows as they were decoded.
    batch: RecordBatch,
    /// The place in the batch, and the time, of each record.
    times: Vec<i64>,
}

/// A record that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) id: usize,
    pub(super) row: usize,
    pub(super) sequence: u64,
    pub(super) time: i64,
}

impl Found {
    /// The mark that it bears.
    pub(super) fn mark(&self) -> String {
        mark(self.id, self.row)
    }
}

/// How far the erasure of a tenant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Erasure {
    Begun,
    Ended,
}

/// What was promised when a snapshot was taken.
pub(super) struct Moment {
    pub(super) table: Table,
    promised: Vec<usize>,
    failed: BTreeSet<usize>,
    erasure: Option<Erasure>,
}

pub(super) struct Oracle {
    entries: Vec<Entry>,
    retention: Duration,
    /// The latest time that retention may go by.
    latest: Timestamp,
    /// Sequences that a lie of the disk, or rot, may have taken.
    forgiven: Vec<(Option<Table>, u64, u64)>,
    /// Files of which the store has said that it set them aside.
    set_aside: BTreeSet<String>,
    /// Files may have lost their contents, though not their names: to a lie.
    pub(super) unreadable_forgiven: bool,
    /// Records may be there twice, or again: a removal that the disk had confirmed was undone.
    pub(super) removals_forgiven: bool,
    /// The tenant that is erased.
    erasure: Option<(TenantId, Erasure)>,
}

type Check<T = ()> = Result<T, String>;

impl Oracle {
    pub(super) fn new(retention: Duration) -> Self {
        let latest = Timestamp::MIN;
        Self {
            entries: Vec::new(),
            retention,
            latest,
            forgiven: Vec::new(),
            set_aside: BTreeSet::new(),
            unreadable_forgiven: false,
            removals_forgiven: false,
            erasure: None,
        }
    }

    /// An erasure of a tenant begins, goes on, or has ended.
    pub(super) fn erases(&mut self, tenant: TenantId, erasure: Erasure) {
        self.erasure = Some((tenant, erasure));
    }

    /// How far the erasure of a tenant is.
    pub(super) fn erasure(&self, tenant: TenantId) -> Option<Erasure> {
        self.erasure.filter(|(erased, _)| *erased == tenant).map(|(_, erasure)| erasure)
    }

    /// The id of the next request.
    pub(super) fn next_id(&self) -> usize {
        self.entries.len()
    }

    /// Time passes; the clock may have been up to an hour ahead of it and be believed.
    pub(super) fn it_is(&mut self, time: Timestamp) {
        self.latest = self.latest.max(time.plus(Duration::from_secs(3700)));
    }

    pub(super) fn sent(&mut self, table: Table, batch: &RecordBatch) {
        let times = batch.column_by_name(TIMESTAMP).expect("every table has times");
        let times = times.as_primitive::<TimestampNanosecondType>().values().to_vec();
        self.entries.push(Entry {
            table,
            state: State::Running,
            sequence: None,
            batch: batch.clone(),
            times,
        });
    }

    pub(super) fn acknowledged(&mut self, ids: &[usize], first: u64) -> Check {
        if ids.is_empty() {
            return Ok(()); // all were of a closed tenant: nothing was written
        }
        // What failed before a later success never comes.
        for entry in &mut self.entries {
            if entry.state == State::Failed {
                entry.state = State::Gone;
            }
        }
        for (id, sequence) in ids.iter().zip(first..) {
            let entry = &mut self.entries[*id];
            entry.state = State::Promised;
            if entry.sequence.is_some_and(|known| known != sequence) {
                return Err(format!(
                    "request {id} was seen with sequence {:?} and has {sequence}",
                    entry.sequence
                ));
            }
            entry.sequence = Some(sequence);
        }
        Ok(())
    }

    /// Gives the first one that somebody has already seen.
    pub(super) fn refused(&mut self, ids: &[usize], may_come: bool) -> Check {
        for id in ids {
            let entry = &mut self.entries[*id];
            if entry.state == State::Promised {
                return Err(format!("request {id} was refused after it had been seen"));
            }
            entry.state = if may_come { State::Failed } else { State::Gone };
        }
        Ok(())
    }

    /// Whose a request is.
    pub(super) fn tenant(&self, id: usize) -> TenantId {
        self.entries[id].table.tenant
    }

    /// The process died: what was on its way may come.
    pub(super) fn died(&mut self) {
        for entry in &mut self.entries {
            if entry.state == State::Running {
                entry.state = State::Failed;
            }
        }
    }

    /// Sequences of which some may be missing from now on: of those that there are, not of later ones.
    pub(super) fn forgive(&mut self, table: Option<Table>, first: u64, last: u64) {
        let newest = self.entries.iter().filter_map(|entry| entry.sequence).max().unwrap_or(0);
        self.forgiven.push((table, first, last.min(newest)));
    }

    /// Whether a file that was set aside is told for the first time.
    pub(super) fn is_news(&mut self, set_aside: &str) -> bool {
        self.set_aside.insert(set_aside.to_owned())
    }

    fn is_forgiven(&self, entry: &Entry) -> bool {
        self.forgiven.iter().any(|(table, first, last)| {
            table.is_none_or(|table| table == entry.table)
                && entry.sequence.is_none_or(|sequence| (*first..=*last).contains(&sequence))
        })
    }

    /// Whether nothing needs to tell that an entry ever was: retention or erasure may have taken its records, and a
    /// lie the whole log, which alone knew how far sequences were.
    fn may_be_forgotten(&self, entry: &Entry) -> bool {
        let oldest = self.latest.minus(self.retention).nanos();
        let is_removed = self.erasure(entry.table.tenant).is_some();
        !self.forgiven.is_empty() && (is_removed || entry.times.iter().all(|time| *time < oldest))
    }

    /// What a snapshot that was just taken must have.
    pub(super) fn moment(&self, table: Table, snapshot: &Snapshot) -> Check<Moment> {
        let of_table = self.entries.iter().enumerate().filter(|(_, entry)| entry.table == table);
        let (mut promised, mut failed) = (Vec::new(), BTreeSet::new());
        for (id, entry) in of_table {
            match entry.state {
                State::Promised => {
                    if entry.sequence.is_some_and(|sequence| sequence > snapshot.sequence)
                        && !self.is_forgiven(entry)
                        && !self.may_be_forgotten(entry)
                    {
                        return Err(format!(
                            "request {id} has sequence {:?}, a later snapshot ends at {}",
                            entry.sequence, snapshot.sequence
                        ));
                    }
                    promised.push(id);
                }
                State::Failed | State::Gone => drop(failed.insert(id)),
                State::Running | State::Forgiven => {}
            }
        }
        Ok(Moment { table, promised, failed, erasure: self.erasure(table.tenant) })
    }

    /// Compares what was read with what a snapshot must have; learns what it shows beyond that.
    pub(super) fn check(&mut self, moment: &Moment, sequence: u64, found: &[Found]) -> Check {
        if let Some(erasure) = self.erasure(moment.table.tenant) {
            return match found.first() {
                Some(record) if erasure == Erasure::Ended && moment.erasure == Some(erasure) => {
                    Err(format!("record {}/{} was erased and is seen", record.id, record.row))
                }
                _ => Ok(()),
            };
        }
        let mut rows: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for record in found {
            let Found { id, row, .. } = *record;
            let entry = self.entries.get(id).ok_or_else(|| format!("record {id}/{row} was never sent"))?;
            if entry.table != moment.table {
                return Err(format!("record {id}/{row} is in the table of another"));
            }
            if entry.times.get(row) != Some(&record.time) {
                return Err(format!("record {id}/{row} has another time than was sent"));
            }
            if record.sequence > sequence {
                return Err(format!(
                    "record {id}/{row} has sequence {}, the snapshot ends at {sequence}",
                    record.sequence
                ));
            }
            if entry.sequence.is_some_and(|known| known != record.sequence) {
                return Err(format!(
                    "record {id}/{row} had sequence {:?}, has {}",
                    entry.sequence, record.sequence
                ));
            }
            if !rows.entry(id).or_default().insert(row) && !self.removals_forgiven {
                return Err(format!("record {id}/{row} is there twice"));
            }
            if moment.failed.contains(&id) && !(self.removals_forgiven && self.is_forgiven(entry)) {
                return Err(format!("request {id} was refused and is seen"));
            }
        }
        let seen: Vec<(usize, u64)> = found.iter().map(|record| (record.id, record.sequence)).collect();
        for (id, sequence) in seen {
            let entry = &mut self.entries[id];
            entry.sequence = Some(sequence);
            if matches!(entry.state, State::Running | State::Forgiven) {
                entry.state = State::Promised;
            }
        }
        let oldest = self.latest.minus(self.retention).nanos();
        for id in moment.promised.iter().chain(rows.keys()) {
            let entry = &self.entries[*id];
            for (row, time) in entry.times.iter().enumerate() {
                let is_there = rows.get(id).is_some_and(|rows| rows.contains(&row));
                if !is_there && *time >= oldest && !self.is_forgiven(entry) {
                    let was = if moment.promised.contains(id) { "promised" } else { "in part there" };
                    return Err(format!(
                        "record {id}/{row} of sequence {:?} is missing; it was {was}",
                        entry.sequence
                    ));
                }
            }
        }
        Ok(())
    }

    /// A restart decides about what had failed: what it shows stays, what it does not show never comes.
    pub(super) fn restarted(&mut self, core: &Core, tables: &[Table], cache: &Cache, whole: bool) -> Check {
        for table in tables {
            let snapshot = core.tables.snapshot(table, &TimeRange::ALL);
            let mut moment = self.moment(*table, &snapshot)?;
            let found = match read(*table, &snapshot, cache) {
                Err(ReadError::Disk(_) | ReadError::Garbled(_)) if self.unreadable_forgiven => {
                    // Nobody can tell what came of what had failed.
                    let failed = |entry: &&mut Entry| entry.table == *table && entry.state == State::Failed;
                    self.entries.iter_mut().filter(failed).for_each(|entry| entry.state = State::Running);
                    continue;
                }
                found => found.map_err(|error| format!("after a restart: {error}"))?,
            };
            moment.failed.retain(|id| self.entries[*id].state == State::Gone);
            let there: BTreeSet<usize> = found.iter().map(|record| record.id).collect();
            self.check(&moment, snapshot.sequence, &found)?;
            if moment.erasure.is_some() {
                continue;
            }
            for (id, entry) in self.entries.iter_mut().enumerate() {
                if entry.table == *table && entry.state == State::Failed {
                    entry.state = if there.contains(&id) { State::Promised } else { State::Gone };
                }
            }
            // What was forgiven and is missing need not come back; what is there must stay.
            if !self.forgiven.is_empty() {
                for id in moment.promised {
                    if !there.contains(&id) && self.is_forgiven(&self.entries[id]) {
                        self.entries[id].state = State::Forgiven;
                    }
                }
            }
            // What a lie damaged may be in columns that were not read so far.
            if whole && !self.unreadable_forgiven {
                self.check_contents(*table, &snapshot)?;
            }
        }
        Ok(())
    }

    /// Every column of every record is as it was sent.
    fn check_contents(&self, table: Table, snapshot: &Snapshot) -> Check {
        let mut batches = snapshot.batches.clone();
        for file in &snapshot.files {
            let bytes = file.read(0..file.len()).map_err(|error| format!("{}: {error}", file.path()))?;
            let reader = ParquetRecordBatchReaderBuilder::try_new(bytes)
                .and_then(ParquetRecordBatchReaderBuilder::build);
            let reader = reader.map_err(|error| format!("{}: {error}", file.path()))?;
            for batch in reader {
                batches.push(batch.map_err(|error| format!("{}: {error}", file.path()))?);
            }
        }
        for batch in batches {
            let records = records(table, &batch)?;
            let sent: Vec<&RecordBatch> =
                records.iter().map(|record| &self.entries[record.id].batch).collect();
            let places: Vec<(usize, usize)> =
                records.iter().enumerate().map(|(at, record)| (at, record.row)).collect();
            let sent = interleave_record_batch(&sent, &places).map_err(|error| error.to_string())?;
            for (field, expected) in sent.schema().fields().iter().zip(sent.columns()) {
                let is_equal = match batch.column_by_name(field.name()) {
                    _ if field.name() == INGEST_SEQ => true,
                    Some(column) => column.to_data() == expected.to_data(),
                    None => expected.null_count() == expected.len(),
                };
                if !is_equal {
                    return Err(format!("column {} is not as it was sent: {records:?}", field.name()));
                }
            }
        }
        Ok(())
    }
}

/// Why a snapshot could not be read.
#[derive(Debug)]
pub(super) enum ReadError {
    /// The disk failed, as the test may have it.
    Disk(String),
    /// What the disk has is not what was written: only a lie excuses that.
    Garbled(String),
    /// What is there is wrong.
    Wrong(String),
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Disk(text) | Self::Garbled(text) | Self::Wrong(text) => f.write_str(text),
        }
    }
}

/// Records of files that were read before, by the hash of the file's bytes.
#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<u64, Vec<Found>>>);

/// The records of a snapshot, sorted.
pub(super) fn read(table: Table, snapshot: &Snapshot, cache: &Cache) -> Result<Vec<Found>, ReadError> {
    let mut found = Vec::new();
    for batch in &snapshot.batches {
        found.extend(records(table, batch).map_err(ReadError::Wrong)?);
    }
    for file in &snapshot.files {
        let path = file.path();
        let bytes = file.read(0..file.len()).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => ReadError::Wrong(format!("{path} of a snapshot is gone")),
            std::io::ErrorKind::InvalidData => ReadError::Garbled(format!("{path}: {error}")),
            _ => ReadError::Disk(format!("{path}: {error}")),
        })?;
        let hash = twox_hash::XxHash3_64::oneshot(&bytes);
        if let Some(known) = lock_plainly(&cache.0).get(&hash) {
            found.extend(known);
            continue;
        }
        let failed = |error: &dyn std::fmt::Display| ReadError::Garbled(format!("{path}: {error}"));
        let builder = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(|error| failed(&error))?;
        let columns = [INGEST_SEQ, INGEST_ROW, TIMESTAMP, mark_column(table.signal)];
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns);
        let reader = builder.with_projection(mask).build().map_err(|error| failed(&error))?;
        let mut rows = Vec::new();
        for batch in reader {
            let batch = batch.map_err(|error| failed(&error))?;
            rows.extend(
                records(table, &batch).map_err(|error| ReadError::Wrong(format!("{path}: {error}")))?,
            );
        }
        let name = &file.name;
        for row in &rows {
            if !(name.first_sequence..=name.last_sequence).contains(&row.sequence)
                || !(name.min.nanos()..=name.max.nanos()).contains(&row.time)
            {
                return Err(ReadError::Wrong(format!("{path} has a record that its name excludes: {row:?}")));
            }
        }
        found.extend(&rows);
        lock_plainly(&cache.0).insert(hash, rows);
    }
    found.sort_unstable();
    Ok(found)
}

fn records(table: Table, batch: &RecordBatch) -> Check<Vec<Found>> {
    let column = |name: &str| batch.column_by_name(name).ok_or_else(|| format!("there is no column {name}"));
    let marks = column(mark_column(table.signal))?.as_string::<i32>();
    let times = column(TIMESTAMP)?.as_primitive::<TimestampNanosecondType>();
    let sequences = column(INGEST_SEQ)?.as_primitive::<UInt64Type>();
    let rows = column(INGEST_ROW)?.as_primitive::<UInt32Type>();
    (0..batch.num_rows())
        .map(|at| {
            let mark = marks.value(at);
            let (id, row) = parse_mark(mark).ok_or_else(|| format!("a record that nobody sent: {mark:?}"))?;
            if rows.value(at) as usize != row {
                return Err(format!("record {mark} has place {}", rows.value(at)));
            }
            Ok(Found { id, row, sequence: sequences.value(at), time: times.value(at) })
        })
        .collect()
}
