//! The state behind the log: rows in memory, files on the disk, and the steps that move one to the other.
//!
//! Each step is a plain function that may be called from any thread at any time, and leaves the state whole
//! whatever fails inside it. Long work (writing files) holds no lock that reads or ingest need.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use tfo_sdk::{TimeRange, Timestamp};
use ulid::Ulid;

use crate::catalogue::Catalogue;
use crate::clock::Clock;
use crate::compact;
use crate::disk::Disk;
use crate::figures::Figures;
use crate::file::FileRef;
use crate::flush::{self, Garbage};
use crate::memtable::Memtable;
use crate::rng::Rng;
use crate::store::{Options, Snapshot};
use crate::wal::Table;

/// Rows in memory and files, as one whole.
pub(crate) struct Tables {
    disk: Arc<dyn Disk>,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    options: Options,
    state: Mutex<State>,
    /// One flush at a time.
    flushing: Mutex<()>,
    calendar: Mutex<Calendar>,
    removal: Mutex<Removal>,
    pub(crate) figures: Figures,
}

/// What a snapshot is taken of: memory and files change together, under one lock held for moments.
struct State {
    memtable: Memtable,
    catalogue: Catalogue,
    /// Up to which sequence each table is in files.
    flushed: HashMap<Table, u64>,
    /// The last sequence that is visible.
    applied: u64,
}

/// Whether the clock may be believed when it says that telemetry is too old.
struct Calendar {
    /// When it was last asked.
    asked: Timestamp,
    /// It is not believed before this.
    doubted_until: Timestamp,
}

/// A clock that leaps is believed again after this long: until then it may be set right, and nothing is deleted.
const DOUBT: Duration = Duration::from_secs(3600);

impl Calendar {
    /// Takes in what the clock says. It is asked every second or so; a leap is a clock that was wrong, or is now.
    fn believes(&mut self, now: Timestamp) -> bool {
        if now > self.asked.plus(DOUBT) {
            self.doubted_until = now.plus(DOUBT);
        }
        self.asked = now;
        self.doubted_until = self.doubted_until.min(now.plus(DOUBT));
        now >= self.doubted_until
    }
}

/// Files on their way out.
#[derive(Default)]
struct Removal {
    garbage: Garbage,
    /// Files that are no longer in the catalogue but may still be read, with the file that replaced them.
    doomed: Vec<(FileRef, Option<Ulid>)>,
    /// Files whose compaction failed, and when.
    failed: HashMap<Ulid, Timestamp>,
}

/// A compaction that failed is not tried again for this long.
const PAUSE: Duration = Duration::from_secs(600);

impl Removal {
    /// Files whose predecessors are still on the disk.
    fn replacing(&self) -> Vec<Ulid> {
        self.doomed.iter().filter_map(|(_, by)| *by).collect()
    }
}

/// Locks, and goes on with what a panicking thread left: every step leaves the state whole before it can panic.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Tables {
    /// Reads what files there are. `log_starts_at` is the first sequence that the log may hold.
    pub(crate) fn open(
        options: Options,
        disk: Arc<dyn Disk>,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
        log_starts_at: u64,
    ) -> io::Result<Self> {
        let catalogue = Catalogue::open(&disk, log_starts_at)?;
        let flushed = catalogue.flushed();
        let applied = flushed.values().copied().max().unwrap_or(0);
        // A clock that is far from the newest telemetry may be right, or that of a machine that lost its time.
        let now = clock.now();
        let calendar = Calendar { asked: catalogue.newest().unwrap_or(now), doubted_until: Timestamp::MIN };
        let state = State { memtable: Memtable::default(), catalogue, flushed, applied };
        Ok(Self {
            disk,
            clock,
            rng,
            options,
            state: Mutex::new(state),
            flushing: Mutex::new(()),
            calendar: Mutex::new(calendar),
            removal: Mutex::new(Removal::default()),
            figures: Figures::default(),
        })
    }

    /// The last sequence that is visible.
    pub(crate) fn applied(&self) -> u64 {
        lock(&self.state).applied
    }

    /// Up to which sequence each table is in files.
    pub(crate) fn flushed(&self) -> HashMap<Table, u64> {
        lock(&self.state).flushed.clone()
    }

    /// Bytes of rows in memory.
    pub(crate) fn memory(&self) -> u64 {
        lock(&self.state).memtable.bytes()
    }

    /// Whether flushing lags so far behind that no more rows may come in.
    pub(crate) fn is_overloaded(&self) -> bool {
        self.memory() > 2 * self.options.memtable_bytes
    }

    /// Makes the rows of synced requests visible, all at once.
    pub(crate) fn apply(
        &self,
        rows: impl IntoIterator<Item = (Table, u64, RecordBatch)>,
    ) -> Result<(), ArrowError> {
        let now = self.clock.now();
        let state = &mut *lock(&self.state);
        for (table, sequence, batch) in rows {
            state.memtable.insert(table, sequence, batch, now)?;
            state.applied = state.applied.max(sequence); // replay is behind what other tables have in files
        }
        Ok(())
    }

    /// What there is of a table now.
    pub(crate) fn snapshot(&self, table: &Table, range: &TimeRange) -> Snapshot {
        let state = lock(&self.state);
        Snapshot {
            sequence: state.applied,
            files: state.catalogue.overlapping(table, range),
            batches: state.memtable.batches(table),
        }
    }

    /// The table to flush next, if any has to be: memory first, then the log (`log_is_full`), then age.
    /// Tables in `except` have just failed.
    pub(crate) fn next_flush(&self, log_is_full: bool, except: &[Table]) -> Option<Table> {
        let state = lock(&self.state);
        let memtable = &state.memtable;
        if memtable.bytes() > self.options.memtable_bytes {
            return memtable.largest(except);
        }
        if log_is_full {
            return memtable.oldest(except);
        }
        let now = self.clock.now();
        memtable.older_than(now.minus(self.options.flush_after), now).filter(|table| !except.contains(table))
    }

    /// When the oldest row that is in memory alone came in, of one table.
    pub(crate) fn unflushed_since(&self, table: &Table) -> Option<Timestamp> {
        lock(&self.state).memtable.since(table)
    }

    /// The tables that have rows in memory.
    pub(crate) fn in_memory(&self) -> Vec<Table> {
        lock(&self.state).memtable.tables().collect()
    }

    /// Writes a table's rows in memory to files, all of them or, after an error, none.
    pub(crate) fn flush(&self, table: Table) -> io::Result<()> {
        let _one_at_a_time = lock(&self.flushing);
        // What an earlier try left behind would count as a flush of the same rows after a restart.
        if !self.is_clean() {
            return Err(io::Error::other("files of an earlier flush cannot be removed"));
        }
        let Some(rows) = lock(&self.state).memtable.start_flush(&table) else { return Ok(()) };
        let mut garbage = Garbage::new();
        let files = flush::flush(&self.disk, table, &rows, &mut || self.new_id(), &mut garbage);
        lock(&self.removal).garbage.append(&mut garbage);
        let files = files?;
        self.figures.flushes.wrote(files.len(), rows.bytes, files.iter().map(|file| file.len()).sum());
        let mut state = lock(&self.state);
        state.catalogue.add(table, files);
        state.memtable.finish_flush(&table);
        state.flushed.insert(table, rows.last_sequence);
        Ok(())
    }

    /// Flushes while there is more in memory than there should be: for replay, which has no thread beside it. On a
    /// full disk it makes do with twice the memory, as ingest does.
    pub(crate) fn flush_to_budget(&self) -> io::Result<()> {
        while let Some(table) = self.next_flush(false, &[]) {
            match self.flush(table) {
                Err(error) if self.is_overloaded() => return Err(error),
                Err(_) => return Ok(()),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    /// Whether a restart would find just the files that the catalogue has. Only then may the log be freed.
    pub(crate) fn is_clean(&self) -> bool {
        let mut removal = lock(&self.removal);
        flush::collect_garbage(&*self.disk, &mut removal.garbage);
        removal.garbage.is_empty()
    }

    /// Merges some small files, if there are enough of them; tells whether it did.
    pub(crate) fn compact(&self, log_starts_at: u64) -> io::Result<bool> {
        if !self.is_clean() {
            return Ok(false);
        }
        let now = self.clock.now();
        let (replacing, failed) = {
            let mut removal = lock(&self.removal);
            removal.failed.retain(|_, at| *at <= now && now < at.plus(PAUSE));
            (removal.replacing(), removal.failed.clone())
        };
        let busy =
            |file: &FileRef| replacing.contains(&file.name.ulid) || failed.contains_key(&file.name.ulid);
        let picked = {
            let state = lock(&self.state);
            let mut tables = state.catalogue.tables();
            tables.find_map(|table| {
                Some((*table, compact::pick(state.catalogue.files(table), log_starts_at, &busy)?))
            })
        };
        let Some((table, inputs)) = picked else { return Ok(false) };
        let needed: u64 = inputs.iter().map(|file| file.len()).sum();
        if self.disk.space()?.free.saturating_sub(needed) < self.options.reserve_bytes {
            return Ok(false); // the reserve is for flushes
        }
        let mut garbage = Garbage::new();
        let output = compact::compact(&self.disk, table, &inputs, self.new_id(), &mut garbage);
        lock(&self.removal).garbage.append(&mut garbage);
        let output = match output {
            Ok(output) => output,
            Err(error) => {
                // A file that cannot be read must not keep all others from being compacted.
                lock(&self.removal).failed.extend(inputs.iter().map(|file| (file.name.ulid, now)));
                return Err(error);
            }
        };
        let ids: Vec<Ulid> = inputs.iter().map(|file| file.name.ulid).collect();
        let by = output.name.ulid;
        self.figures.compactions.wrote(1, needed, output.len());
        let mut state = lock(&self.state);
        let replaced = state.catalogue.remove(&table, &ids);
        state.catalogue.add(table, [output]);
        drop(state);
        lock(&self.removal).doomed.extend(replaced.into_iter().map(|file| (file, Some(by))));
        Ok(true)
    }

    /// Takes files out whose newest record is older than retention.
    pub(crate) fn expire(&self, log_starts_at: u64) {
        let now = self.clock.now();
        if !lock(&self.calendar).believes(now) {
            return;
        }
        let oldest = now.minus(self.options.retention);
        // A replacement outlives what it replaced: after a restart that would be back without it.
        let replacing = lock(&self.removal).replacing();
        let mut doomed = Vec::new();
        let mut state = lock(&self.state);
        let tables: Vec<Table> = state.catalogue.tables().copied().collect();
        for table in tables {
            let mut ids = compact::expired(state.catalogue.files(&table), log_starts_at, oldest);
            ids.retain(|id| !replacing.contains(id));
            if ids.is_empty() {
                continue;
            }
            tracing::info!(tenant = %table.tenant, signal = %table.signal, files = ids.len(), "retention ends");
            doomed.extend(state.catalogue.remove(&table, &ids).into_iter().map(|file| (file, None)));
        }
        drop(state);
        self.figures.expired(doomed.len());
        lock(&self.removal).doomed.extend(doomed);
    }

    /// Deletes files that nobody reads any more.
    pub(crate) fn remove_doomed(&self) {
        let mut removal = lock(&self.removal);
        removal.doomed.retain(|(file, _)| {
            if Arc::strong_count(file) > 1 {
                return true;
            }
            let path = Path::new(file.path());
            let removed = match self.disk.remove(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => self.disk.sync_dir(&file.folder),
            };
            if let Err(error) = &removed {
                tracing::warn!(file = file.path(), %error, "a file cannot be removed yet");
            } else {
                // Fails while there are other files, which is what we want.
                let _ = self.disk.remove_dir(&file.folder);
            }
            removed.is_err()
        });
    }

    fn new_id(&self) -> Ulid {
        let millis = u64::try_from(self.clock.now().nanos() / 1_000_000).unwrap_or(0);
        Ulid::from_parts(millis, u128::from(self.rng.next_u64()) << 64 | u128::from(self.rng.next_u64()))
    }

    /// The time as the store sees it.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
