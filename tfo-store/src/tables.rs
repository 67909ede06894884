//! The state behind the log: rows in memory, files on the disk, and the steps that move one to the other.
//!
//! Each step is a plain function that may be called from any thread at any time, and leaves the state whole
//! whatever fails inside it. Long work (writing files) holds no lock that reads or ingest need.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use tfo_sdk::{TenantId, TimeRange, Timestamp};
use ulid::Ulid;

use crate::catalogue::{Catalogue, remove_emptied};
use crate::clock::Clock;
use crate::compact;
use crate::disk::Disk;
use crate::figures::Figures;
use crate::file::{self, FileRef};
use crate::flush::{self, Garbage};
use crate::memtable::Memtable;
use crate::retention::{Retention, RetentionTable};
use crate::rng::Rng;
use crate::rule::{Rule, kept};
use crate::store::{Options, Snapshot};
use crate::wal::Table;

mod tenants;

/// Rows in memory and files, as one whole.
pub(crate) struct Tables {
    disk: Arc<dyn Disk>,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    options: Options,
    /// Set when the store closes: a compaction that runs is given up.
    closing: AtomicBool,
    state: Mutex<State>,
    /// One flush at a time.
    flushing: Mutex<()>,
    /// One compaction at a time.
    compacting: Mutex<()>,
    retention: Retention,
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
    /// Tables with rows in memory that the log had at start.
    replayed: HashSet<Table>,
    closed: tenants::Closed,
}

/// Whether the clock may be believed when it says that telemetry is too old.
struct Calendar {
    /// When it was last asked.
    asked: Timestamp,
    /// It is not believed before this.
    doubted_until: Timestamp,
    /// What the folder says of `asked`.
    stored: Timestamp,
}

/// The file that says when the clock was last believed. Telemetry cannot tell: its times are what senders, and a wrong
/// clock, made of them. It is not synced: where it is missing or half there, the clock is doubted for a while.
const CLOCK_FILE: &str = "CLOCK";

/// A clock that leaps is believed again after this long: until then it may be set right, and nothing is deleted.
const DOUBT: Duration = Duration::from_secs(3600);

impl Calendar {
    /// Takes in what the clock says. It is asked every second or so; a leap is a clock that was wrong, or is now.
    fn believes(&mut self, now: Timestamp) -> bool {
        if now > self.asked.plus(DOUBT) && kept(Rule::DoubtLeaps) {
            self.doubted_until = now.plus(DOUBT);
        }
        self.asked = now;
        self.doubted_until = self.doubted_until.min(now.plus(DOUBT));
        now >= self.doubted_until
    }

    fn open(disk: &dyn Disk) -> Self {
        let stored = read_clock(disk).unwrap_or(Timestamp(0));
        let asked = if kept(Rule::DoubtAtStart) { stored } else { Timestamp::MAX };
        Self { asked, doubted_until: Timestamp::MIN, stored }
    }

    /// Lets the next start know that the clock was believed now; every few minutes is enough.
    fn store(&mut self, disk: &dyn Disk, now: Timestamp) {
        let (least, most) = (now.minus(DOUBT / 6), now.plus(DOUBT / 6));
        if (least..=most).contains(&self.stored) {
            return;
        }
        match write_clock(disk, now) {
            Ok(()) => self.stored = now,
            Err(error) => tracing::debug!(%error, "the time cannot be written down"),
        }
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

/// What memory may take beyond its double: the requests of the commit that was let in last.
const LAST_COMMIT: u64 = 64 << 20;

/// A compaction that failed is not tried again for this long.
const PAUSE: Duration = Duration::from_secs(600);

impl Removal {
    /// Whether a step on a table has left something behind.
    fn has_garbage_of(&self, table: &Table) -> bool {
        let folder = file::table_folder(table);
        self.garbage.iter().any(|path| path.starts_with(&folder))
    }

    /// Files whose predecessors are still on the disk.
    fn replacing(&self) -> Vec<Ulid> {
        self.doomed.iter().filter_map(|(_, by)| *by).collect()
    }
}

/// A step that panics has failed like any other: what it has made is known, and other tables have their turn.
fn unless_it_panics<T>(step: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|_| Err(io::Error::other("it panicked")))
}

fn read_clock(disk: &dyn Disk) -> Option<Timestamp> {
    let file = disk.open(Path::new(CLOCK_FILE)).ok()?;
    let mut text = [0; 21];
    if file.len().ok()? != text.len() as u64 {
        return None;
    }
    file.read_exact_at(&mut text, 0).ok()?;
    std::str::from_utf8(&text).ok()?.strip_suffix('\n')?.parse().ok().map(Timestamp)
}

fn write_clock(disk: &dyn Disk, now: Timestamp) -> io::Result<()> {
    let temporary = Path::new("CLOCK.tmp");
    match disk.remove(temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let file = disk.create(temporary)?;
    file.write_all_at(format!("{:020}\n", now.nanos()).as_bytes(), 0)?;
    disk.rename(temporary, Path::new(CLOCK_FILE))
}

/// Locks, and goes on with what a panicking thread left: every step leaves the state whole before it can panic.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    #[cfg(test)]
    crate::simulation::wait_for(mutex);
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
        let calendar = Calendar::open(&*disk);
        let retention = Retention::open(&*disk);
        let state = State {
            memtable: Memtable::default(),
            catalogue,
            flushed,
            applied,
            replayed: HashSet::new(),
            closed: tenants::Closed::default(),
        };
        Ok(Self {
            disk,
            clock,
            rng,
            options,
            closing: AtomicBool::new(false),
            state: Mutex::new(state),
            flushing: Mutex::new(()),
            compacting: Mutex::new(()),
            retention,
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

    /// The store closes: long work that can be done another time ends.
    pub(crate) fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    /// Files that were set aside because they could not be read, by path.
    pub(crate) fn set_aside(&self) -> Vec<String> {
        lock(&self.state).catalogue.set_aside().to_vec()
    }

    /// Whether flushing lags so far behind that no rows of this many bytes may come in. What one table after the other
    /// has left for files, and queries that take their time still read, may take as much again as is flushed at.
    pub(crate) fn is_overloaded(&self, incoming: u64) -> bool {
        let memtable = &mut lock(&self.state).memtable;
        let (limit, after) = (self.options.memtable_bytes, memtable.bytes().saturating_add(incoming));
        // However large rows are, there is a time at which they may come in.
        let has_room = memtable.bytes() <= limit || after <= 2 * limit;
        !has_room || memtable.bytes().saturating_add(memtable.lingering()) > 3 * limit
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

    /// Brings back the rows of a request that the log had.
    pub(crate) fn replay(&self, table: Table, sequence: u64, batch: RecordBatch) -> Result<(), ArrowError> {
        self.apply([(table, sequence, batch)])?;
        lock(&self.state).replayed.insert(table);
        Ok(())
    }

    /// Everything up to this sequence is visible, or was and is gone: retention may have taken the last of it.
    pub(crate) fn reached(&self, sequence: u64) {
        let state = &mut *lock(&self.state);
        state.applied = state.applied.max(sequence);
    }

    /// What there is of a table now.
    pub(crate) fn snapshot(&self, table: &Table, range: &TimeRange) -> Snapshot {
        let state = lock(&self.state);
        if state.closed.contains(table.tenant) {
            return Snapshot { sequence: state.applied, files: Vec::new(), batches: Vec::new() };
        }
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
        // Where the one that holds back the log cannot be flushed, flushing the others would free nothing of it, and write
        // their rows in the smallest of files.
        if log_is_full
            && let Some(table) = memtable.oldest()
            && !except.contains(&table)
        {
            return Some(table);
        }
        let now = self.clock.now();
        memtable.older_than(now.minus(self.options.flush_after), now, except)
    }

    /// When the oldest row that is in memory alone came in, of one table.
    pub(crate) fn unflushed_since(&self, table: &Table) -> Option<Timestamp> {
        let state = lock(&self.state);
        if state.closed.contains(table.tenant) { None } else { state.memtable.since(table) }
    }

    /// The tables that have rows in memory.
    pub(crate) fn in_memory(&self) -> Vec<Table> {
        lock(&self.state).memtable.tables().collect()
    }

    /// Writes a table's rows in memory to files, all of them or, after an error, none.
    pub(crate) fn flush(&self, table: Table) -> io::Result<()> {
        let _one_at_a_time = lock(&self.flushing);
        // What an earlier try left behind would count as a flush of the same rows after a restart.
        if !self.is_clean(&table) && kept(Rule::CleanBeforeFlush) {
            return Err(io::Error::other("files of an earlier flush cannot be removed"));
        }
        let (rows, is_second_try) = {
            let mut state = lock(&self.state);
            let Some(rows) = state.memtable.start_flush(&table) else { return Ok(()) };
            (rows, state.replayed.contains(&table))
        };
        let mut garbage = Garbage::new();
        let files = unless_it_panics(|| {
            flush::flush(&self.disk, table, &rows, is_second_try, &mut || self.new_id(), &mut garbage)
        });
        lock(&self.removal).garbage.append(&mut garbage);
        let files = files?;
        self.figures.flushes.wrote(files.len(), rows.bytes, files.iter().map(|file| file.len()).sum());
        let mut state = lock(&self.state);
        state.catalogue.add(table, files);
        if !kept(Rule::SwapAtOnce) {
            drop(state);
            state = lock(&self.state);
        }
        state.memtable.finish_flush(&table);
        state.replayed.remove(&table);
        state.flushed.insert(table, rows.last_sequence);
        Ok(())
    }

    /// Flushes while there is more in memory than there should be: for replay, which has no thread beside it. Where a disk
    /// is full, or one table's folder cannot be written to, it makes do with twice the memory, as ingest does; what
    /// is in `failed` is tried again only then, not with each record.
    pub(crate) fn flush_to_budget(&self, failed: &mut Vec<Table>) -> io::Result<()> {
        loop {
            let next = lock(&self.state).memtable.largest_beyond(self.options.memtable_bytes, failed);
            let Some(table) = next else { break };
            if self.flush(table).is_err() {
                failed.push(table);
            }
        }
        if self.memory() > 2 * self.options.memtable_bytes + LAST_COMMIT {
            for table in std::mem::take(failed) {
                self.flush(table)?;
            }
        }
        Ok(())
    }

    /// Whether a restart would find just the files of this table that the catalogue has, after another try to make it so.
    fn is_clean(&self, table: &Table) -> bool {
        let mut removal = lock(&self.removal);
        flush::collect_garbage(&*self.disk, &mut removal.garbage);
        !removal.has_garbage_of(table)
    }

    /// Merges some small files, if there are enough of them; tells whether it did.
    pub(crate) fn compact(&self, log_starts_at: u64) -> io::Result<bool> {
        let _one_at_a_time = lock(&self.compacting);
        let now = self.clock.now();
        // The reserve is for flushes.
        let room = self.disk.space()?.free.saturating_sub(self.options.reserve_bytes);
        let tables: Vec<Table> = lock(&self.state).catalogue.tables().copied().collect();
        let (replacing, failed, tables) = {
            let mut removal = lock(&self.removal);
            flush::collect_garbage(&*self.disk, &mut removal.garbage);
            let clean: Vec<Table> =
                tables.into_iter().filter(|table| !removal.has_garbage_of(table)).collect();
            removal.failed.retain(|_, at| *at <= now && now < at.plus(PAUSE));
            (removal.replacing(), removal.failed.clone(), clean)
        };
        let busy = |file: &FileRef| {
            (replacing.contains(&file.name.ulid) && kept(Rule::RemoveReplacedFirst))
                || failed.contains_key(&file.name.ulid)
        };
        let picked = {
            let state = lock(&self.state);
            tables.into_iter().find_map(|table| {
                let files = state.catalogue.files(&table);
                let from = self.options.compact_from;
                Some((table, compact::pick(files, from, log_starts_at, room, &busy)?))
            })
        };
        let Some((table, inputs)) = picked else { return Ok(false) };
        let needed: u64 = inputs.iter().map(|file| file.len()).sum();
        let mut garbage = Garbage::new();
        let goes_on = || !self.closing.load(Ordering::Relaxed) && !self.is_erasing(table.tenant);
        let output = unless_it_panics(|| {
            compact::compact(&self.disk, table, &inputs, self.new_id(), &goes_on, &mut garbage)
        });
        lock(&self.removal).garbage.append(&mut garbage);
        let output = match output {
            Ok(output) => output,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(false),
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

    /// How long telemetry is kept from now on, where that is not the default.
    pub(crate) fn set_retention(&self, table: RetentionTable) -> io::Result<()> {
        self.retention.set(&*self.disk, table)
    }

    /// Forgets how long a tenant's telemetry was to be kept.
    pub(crate) fn forget_retention(&self, tenant: TenantId) -> io::Result<()> {
        self.retention.forget(&*self.disk, tenant)
    }

    /// The oldest time of a table that is still kept.
    pub(crate) fn oldest_kept(&self, table: &Table, now: Timestamp) -> Timestamp {
        let default = self.options.retention;
        now.minus(self.retention.table().map_or(default, |retention| retention.period(table, default)))
    }

    /// Takes files out whose newest record is older than retention.
    pub(crate) fn expire(&self, log_starts_at: u64) {
        let Some(retention) = self.retention.table() else { return };
        let now = self.clock.now();
        {
            let mut calendar = lock(&self.calendar);
            if !calendar.believes(now) {
                return;
            }
            calendar.store(&*self.disk, now);
        }
        // A replacement outlives what it replaced: after a restart that would be back without it.
        let replacing = lock(&self.removal).replacing();
        let mut doomed = Vec::new();
        let mut state = lock(&self.state);
        let tables: Vec<Table> = state.catalogue.tables().copied().collect();
        for table in tables {
            let oldest = now.minus(retention.period(&table, self.options.retention));
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
        let mut folders: BTreeMap<PathBuf, Vec<Ulid>> = BTreeMap::new();
        for (file, _) in &removal.doomed {
            if Arc::strong_count(file) == 1 || !kept(Rule::HoldReadFiles) {
                let path = Path::new(file.path());
                match self.disk.remove(path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        tracing::warn!(file = file.path(), %error, "a file cannot be removed yet");
                    }
                    _ => folders.entry(file.folder.clone()).or_default().push(file.name.ulid),
                }
            }
        }
        let mut emptied = Vec::new();
        for (folder, gone) in folders {
            match self.disk.sync_dir(&folder) {
                Ok(()) => {
                    removal.doomed.retain(|(file, _)| !gone.contains(&file.name.ulid));
                    emptied.push(folder);
                }
                Err(error) => {
                    tracing::warn!(folder = %folder.display(), %error, "files are not removed for good yet");
                }
            }
        }
        drop(removal);
        emptied.retain(|folder| self.disk.list(folder).is_ok_and(|names| names.is_empty()));
        if !emptied.is_empty() {
            // A flush makes sure that there is a folder, and then writes into it.
            let flushing = kept(Rule::HoldFolders).then(|| lock(&self.flushing));
            for folder in emptied {
                remove_emptied(&*self.disk, &folder); // fails if it has got a file since
            }
            drop(flushing);
        }
    }

    /// The files that the store has, or is about to remove.
    #[cfg(test)]
    pub(crate) fn known_files(&self) -> std::collections::BTreeSet<std::path::PathBuf> {
        let removal = lock(&self.removal);
        let state = lock(&self.state);
        let files = state.catalogue.tables().flat_map(|table| state.catalogue.files(table));
        let all = files.chain(removal.doomed.iter().map(|(file, _)| file)).map(|file| file.path().into());
        all.chain(removal.garbage.iter().cloned()).collect()
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
