//! The store as its users see it, and the threads that drive its steps.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use arrow::array::AsArray as _;
use arrow::datatypes::{UInt32Type, UInt64Type};
use arrow::record_batch::RecordBatch;
use tfo_sdk::{RecordId, Signal, TenantId, TimeRange, Timestamp};
use tokio::sync::{oneshot, watch};

use crate::clock::Clock;
use crate::core::{Core, Pending};
use crate::disk::Disk;
use crate::figures::StoreFigures;
use crate::file::{self, FileRef};
use crate::otlp::{Acceptance, Request};
use crate::retention::RetentionTable;
use crate::rng::Rng;
use crate::schema::{INGEST_ROW, INGEST_SEQ};
use crate::tables::lock;
use crate::wal::{self, Table};
use crate::{ScopeMinter, TenantScope};

/// How far ahead of the clock a record's time may be.
const MOST_AHEAD: Duration = Duration::from_secs(24 * 3600);
/// Bytes of requests that share one sync; a larger request has one of its own.
const COMMIT_BYTES: u64 = 4 << 20;
/// How often the threads look for work that no event announces: age, retention, a disk with room again.
const TICK: Duration = Duration::from_secs(1);
/// How long an erasure waits for those who read the tenant's files: longer than a query may take, unless it is set to more.
const READERS_WAIT: Duration = Duration::from_secs(120);
/// How often it looks.
const READERS_TICK: Duration = Duration::from_millis(20);

/// How the store behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long telemetry is kept.
    pub retention: Duration,
    /// Bytes that telemetry in memory may take before some of it is flushed to files.
    pub memtable_bytes: u64,
    /// Bytes that the write-ahead log may take before what holds it is flushed.
    pub wal_bytes: u64,
    /// Size of one segment of the write-ahead log; less on a small disk.
    pub segment_bytes: u64,
    /// Ingest stops when less than this is free on the disk.
    pub reserve_bytes: u64,
    /// Telemetry is flushed to files at the latest after this long.
    pub flush_after: Duration,
    /// So many small files of an hour are merged into one.
    pub compact_from: usize,
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds the folder.
    #[error("the data folder {} is in use by process {pid}; stop it, or choose another with --data-dir", folder.display())]
    Locked {
        /// The folder.
        folder: PathBuf,
        /// The process that holds it, as far as it is known.
        pid: String,
    },
    /// A newer version wrote the folder.
    #[error("the data folder has format {found}, this version reads up to {known}; use a newer tfo")]
    NewerFormat {
        /// What the folder says.
        found: String,
        /// What this version knows.
        known: u32,
    },
    /// An older version wrote the folder.
    #[error(
        "the data folder has format {found}, this version reads format {known}; read it with the version that \
         wrote it, or choose an empty folder with --data-dir"
    )]
    OlderFormat {
        /// What the folder says.
        found: String,
        /// What this version knows.
        known: u32,
    },
    /// The disk failed.
    #[error("{what}: {cause}")]
    Io {
        /// What was being done, and to which file.
        what: String,
        /// What the disk said.
        cause: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{0}")]
    Damaged(String),
}

/// Why a request was not acknowledged. All of these but the last pass: the sender may try again.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// The reserve is reached.
    #[error(
        "the disk has {free} bytes free and {reserve} are kept in reserve; make room or lower store.reserve_bytes"
    )]
    DiskFull {
        /// Bytes free.
        free: u64,
        /// Bytes kept.
        reserve: u64,
    },
    /// Flushing does not keep up.
    #[error("telemetry arrives faster than it can be written to files; try again")]
    Overloaded,
    /// The write or its sync failed.
    #[error("the write-ahead log could not be written: {0}")]
    Io(String),
    /// The store is closing.
    #[error("the daemon is stopping")]
    Closing,
    /// The tenant is closed, or erased.
    #[error("the tenant is deleted")]
    TenantGone,
}

/// What an erasure removed; one that goes on after a crash counts the rest only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    /// Files of the tenant.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files of the write-ahead log that were replaced, whosever records they had.
    pub log_files: u64,
}

/// What there was of one tenant and signal at one moment, whatever happens since.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The last sequence in it: every record in it has this one or a lower.
    pub sequence: u64,
    /// Files that may have records in the range asked for, newest first.
    pub files: Vec<FileRef>,
    /// Records in memory, each batch in the whole schema of the signal, in order of arrival; not cut to the range.
    pub batches: Vec<RecordBatch>,
}

/// Figures about the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreStatus {
    /// Bytes of telemetry in memory.
    pub memtable_bytes: u64,
    /// Bytes of the write-ahead log.
    pub wal_bytes: u64,
    /// Free bytes on the disk.
    pub disk_free_bytes: u64,
    /// Files that could not be read and were set aside, by path in the data folder: of what ends in `.damaged` records may
    /// be missing, of what ends in `.replayed` none are.
    pub set_aside: Vec<String>,
}

impl StoreStatus {
    /// What was set aside and concerns a tenant: its own files, and those of the log, which is of all tenants.
    pub fn set_aside_of(&self, scope: &TenantScope) -> Vec<String> {
        let folder = file::tenant_folder(scope.tenant_id());
        let concerns = |path: &Path| path.starts_with(wal::FOLDER) || path.starts_with(&folder);
        self.set_aside.iter().filter(|path| concerns(Path::new(path))).cloned().collect()
    }
}

/// The telemetry of all tenants. Cheap to clone; [`Store::close`] ends it for all.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    core: Core,
    retention: Duration,
    /// Where requests go in; gone once the store is closing.
    inlet: Mutex<Option<Sender<Waiting>>>,
    /// The last sequence that is synced and visible: who tails looks for itself, and never holds up a commit.
    arrived: watch::Sender<u64>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Announced when memory or the log has more than it should.
    flush_work: Work,
    /// Announced when there are new files, or the log wants a spare segment.
    file_work: Work,
}

/// What a thread of the store does until the store closes.
type Step = Box<dyn FnOnce(&Shared) + Send>;

/// A request and whoever waits for it.
struct Waiting {
    pending: Pending,
    reply: oneshot::Sender<Result<(), AppendError>>,
    then: Box<dyn FnOnce(bool) + Send>,
}

/// Who waits for an answer: the tenant, where the answer goes, and what is called before it.
type Reply = (TenantId, oneshot::Sender<Result<(), AppendError>>, Box<dyn FnOnce(bool) + Send>);

impl Waiting {
    fn split(self) -> (Pending, Reply) {
        let tenant = self.pending.table.tenant;
        (self.pending, (tenant, self.reply, self.then))
    }
}

/// Wakes a maintenance thread.
#[derive(Default)]
struct Work {
    state: Mutex<WorkState>,
    changed: Condvar,
}

#[derive(Default)]
struct WorkState {
    closing: bool,
    /// Counts events, so that none is missed between looking and waiting.
    events: u64,
}

impl Work {
    fn announce(&self) {
        lock(&self.state).events += 1;
        self.changed.notify_all();
    }

    fn close(&self) {
        lock(&self.state).closing = true;
        self.changed.notify_all();
    }

    fn is_closing(&self) -> bool {
        lock(&self.state).closing
    }

    /// Waits for an event after the `seen`th, for a tick, or for the end; `None` is the end.
    fn wait(&self, seen: u64) -> Option<u64> {
        self.wait_while(|state| state.events == seen)
    }

    /// Waits for a tick whatever is announced: after a failure, work is not tried again at once.
    fn pause(&self) -> Option<u64> {
        self.wait_while(|_| true)
    }

    fn wait_while(&self, idle: impl Fn(&WorkState) -> bool) -> Option<u64> {
        let idle = |state: &mut WorkState| !state.closing && idle(state);
        let waited = self.changed.wait_timeout_while(lock(&self.state), TICK, idle);
        let state = waited.map_or_else(|poisoned| poisoned.into_inner().0, |(state, _)| state);
        (!state.closing).then_some(state.events)
    }
}

impl Store {
    /// Opens the folder that the disk shows: replays its log, starts the threads. Blocks.
    ///
    /// # Errors
    /// When the folder is of another format, its mark is damaged, or the disk fails.
    pub fn open(
        options: Options,
        disk: Arc<dyn Disk>,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
    ) -> Result<(Self, ScopeMinter), OpenError> {
        let retention = options.retention;
        let core = Core::open(options, disk, clock, rng)?;
        let (inlet, outlet) = channel();
        let arrived = watch::Sender::new(core.last_sequence());
        let shared = Arc::new(Shared {
            core,
            retention,
            inlet: Mutex::new(Some(inlet)),
            arrived,
            threads: Mutex::default(),
            flush_work: Work::default(),
            file_work: Work::default(),
        });
        let threads: [(&str, Step); 3] = [
            ("tfo-wal", Box::new(move |shared| commit_requests(shared, &outlet))),
            ("tfo-flush", Box::new(|shared| restarting(&shared.flush_work, || flush_tables(shared)))),
            ("tfo-compact", Box::new(|shared| restarting(&shared.file_work, || maintain_files(shared)))),
        ];
        for (name, run) in threads {
            let shared_there = shared.clone();
            let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || run(&shared_there));
            let thread = thread.map_err(|cause| OpenError::Io { what: format!("thread {name}"), cause })?;
            lock(&shared.threads).push(thread);
        }
        Ok((Self { shared }, ScopeMinter::new()))
    }

    /// What decides now whether a record is accepted, where its table is kept for as long as most are; see
    /// [`Store::oldest_accepted`].
    pub fn acceptance(&self) -> Acceptance {
        let now = self.now();
        Acceptance {
            received_at: now,
            oldest: now.minus(self.shared.retention),
            newest: now.plus(MOST_AHEAD),
        }
    }

    /// The oldest time that a record of a tenant may have to be accepted: what is older would be removed at once.
    pub fn oldest_accepted(&self, tenant: &TenantId, signal: Signal, now: Timestamp) -> Timestamp {
        self.shared.core.tables.oldest_kept(&Table { tenant: *tenant, signal }, now)
    }

    /// Says how long telemetry is kept where that is not [`Options::retention`]; replaces what was said before, and
    /// holds over restarts. Files go when their newest record is too old, at the next round of maintenance. Blocks.
    ///
    /// # Errors
    /// When the disk fails: what was said before holds.
    pub fn set_retention(&self, policies: RetentionTable) -> std::io::Result<()> {
        self.shared.core.tables.set_retention(policies)?;
        self.shared.file_work.announce();
        Ok(())
    }

    /// Closes a tenant: from now on its requests are refused and its snapshots are empty. Its telemetry stays, as long
    /// as retention has it. Does not hold over a restart.
    pub fn close_tenant(&self, tenant: &TenantId) {
        self.shared.core.tables.close_tenant(*tenant);
    }

    /// Opens a closed tenant again; tells whether it is open now: not while it is being erased.
    pub fn open_tenant(&self, tenant: &TenantId) -> bool {
        self.shared.core.tables.open_tenant(*tenant)
    }

    /// Closes a tenant and removes its telemetry: when this returns `Ok`, no file on the disk has anything of it, for
    /// good. Others' requests and reads go on meanwhile. Blocks; waits two minutes for those who read its files.
    ///
    /// # Errors
    /// When the disk fails, or files are still being read: the tenant stays closed, and some of its telemetry may be
    /// left. Ask again, after a restart too: the store does not remember it.
    pub fn erase(&self, tenant: &TenantId) -> std::io::Result<Erased> {
        let started = Instant::now();
        self.shared.core.erase(*tenant, &mut || {
            let goes_on = started.elapsed() < READERS_WAIT && !self.shared.file_work.is_closing();
            if goes_on {
                std::thread::sleep(READERS_TICK);
            }
            goes_on
        })
    }

    /// Makes a request durable and visible; when this returns `Ok`, it is both. A request whose caller went away
    /// while waiting may be kept or not.
    ///
    /// # Errors
    /// Nothing of the request was promised: this process does not show it, and it may be sent again. After a disk that
    /// failed, a crash that comes before the next commit may bring it back, whole.
    pub async fn append(&self, scope: &TenantScope, request: Request) -> Result<(), AppendError> {
        self.append_then(scope, request, |_| {}).await
    }

    /// As [`Store::append`]; calls `then` with whether the request was kept, even if the caller went away meanwhile, and
    /// drops it without a call where the request is given up. What it holds may stand for the memory that the request takes
    /// while it waits.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn append_then(
        &self,
        scope: &TenantScope,
        request: Request,
        then: impl FnOnce(bool) + Send + 'static,
    ) -> Result<(), AppendError> {
        if request.batch.num_rows() == 0 {
            return Ok(());
        }
        let table = Table { tenant: scope.tenant_id(), signal: request.signal };
        if self.shared.core.tables.is_closed(table.tenant) {
            return Err(AppendError::TenantGone);
        }
        let (reply, answer) = oneshot::channel();
        {
            let inlet = lock(&self.shared.inlet);
            let inlet = inlet.as_ref().ok_or(AppendError::Closing)?;
            let waiting = Waiting { pending: Pending { table, request }, reply, then: Box::new(then) };
            inlet.send(waiting).map_err(|_| AppendError::Closing)?;
        }
        answer.await.unwrap_or(Err(AppendError::Closing))
    }

    /// A snapshot of one signal, of the files that may have records in the range.
    pub fn snapshot(&self, scope: &TenantScope, signal: Signal, range: TimeRange) -> Snapshot {
        self.shared.core.tables.snapshot(&Table { tenant: scope.tenant_id(), signal }, &range)
    }

    /// The last sequence that is synced and visible, as it grows. Every record with this sequence or a lower one can
    /// be read; every later record has a higher one, after a restart too.
    pub fn arrivals(&self) -> watch::Receiver<u64> {
        self.shared.arrived.subscribe()
    }

    /// The rows of one signal that arrived after a place, in order of arrival, while they are all in memory; `None`
    /// when some of them may be in files already, and a query has to look for them.
    pub fn arrived_after(
        &self,
        scope: &TenantScope,
        signal: Signal,
        after: RecordId,
    ) -> Option<Vec<RecordBatch>> {
        let table = Table { tenant: scope.tenant_id(), signal };
        let tables = &self.shared.core.tables;
        // No file is in this range. Rows leave memory when they are flushed: what is asked after that was taken from
        // memory tells whether anything had left before.
        let nothing = TimeRange { since: Timestamp::MAX, until: Timestamp::MIN };
        let batches = tables.snapshot(&table, &nothing).batches;
        let flushed = tables.flushed().get(&table).copied().unwrap_or(0);
        let seen_whole =
            if after.row == u32::MAX { after.sequence } else { after.sequence.saturating_sub(1) };
        (flushed <= seen_whole).then(|| batches.iter().filter_map(|batch| rows_after(batch, after)).collect())
    }

    /// When the oldest record came in that is in memory and the log alone, of one signal.
    pub fn unflushed_since(&self, scope: &TenantScope, signal: Signal) -> Option<Timestamp> {
        self.shared.core.tables.unflushed_since(&Table { tenant: scope.tenant_id(), signal })
    }

    /// What the store has done since it was opened.
    pub fn figures(&self) -> StoreFigures {
        self.shared.core.tables.figures.read()
    }

    /// Figures for the status page.
    pub fn status(&self) -> StoreStatus {
        self.shared.core.status()
    }

    /// The time as the store sees it.
    pub fn now(&self) -> Timestamp {
        self.shared.core.tables.now()
    }

    /// Writes everything in memory to files. Blocks.
    ///
    /// # Errors
    /// When the disk fails; nothing is lost, the log holds what is not in files.
    pub fn flush(&self) -> std::io::Result<()> {
        self.shared.core.flush_all()
    }

    /// Stops taking requests, flushes what is in memory to files, ends the threads. Blocks. What cannot be flushed
    /// is in the log and comes back at the next start.
    pub fn close(&self) {
        drop(lock(&self.shared.inlet).take());
        self.shared.core.tables.close();
        self.shared.flush_work.close();
        self.shared.file_work.close();
        let threads = std::mem::take(&mut *lock(&self.shared.threads));
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a thread of the store had panicked");
            }
        }
        if let Err(error) = self.shared.core.flush_all() {
            tracing::warn!(%error, "not everything could be flushed; the rest will be replayed at the next start");
        }
        self.shared.core.tables.remove_doomed();
    }
}

/// The one thread that writes to the log: whatever has queued while it synced shares the next sync.
fn commit_requests(shared: &Shared, outlet: &Receiver<Waiting>) {
    let mut failing = None;
    while let Ok(first) = outlet.recv() {
        let mut bytes = first.pending.request.raw.len() as u64;
        let mut batch = vec![first];
        while bytes < COMMIT_BYTES {
            let Ok(next) = outlet.try_recv() else { break };
            bytes += next.pending.request.raw.len() as u64;
            batch.push(next);
        }
        // Whoever gave up waiting will send again.
        batch.retain(|waiting| !waiting.reply.is_closed());
        let (pending, replies): (Vec<_>, Vec<_>) = batch.into_iter().map(Waiting::split).unzip();
        // A panic between the sync and the memtable would leave acknowledged rows that nobody sees, and that a later
        // flush would pass over: the process ends instead, and the log brings them back.
        let commit = || shared.core.commit(pending);
        let started = Instant::now();
        let Ok(result) = catch_unwind(AssertUnwindSafe(commit)) else { std::process::abort() };
        shared.core.tables.figures.commits.observe(started.elapsed());
        // Told when it begins, changes and ends: it may go on for hours, with every sender coming back for more.
        let kind = result.as_ref().err().map(std::mem::discriminant);
        match &result {
            Err(error) if kind != failing => tracing::warn!(%error, "requests are not acknowledged"),
            Ok(_) if failing.is_some() => tracing::info!("requests are acknowledged again"),
            _ => {}
        }
        failing = kind;
        for (tenant, reply, then) in replies {
            let answer = match &result {
                Ok(closed) if closed.contains(&tenant) => Err(AppendError::TenantGone),
                Ok(_) => Ok(()),
                Err(error) => Err(error.clone()),
            };
            then(answer.is_ok());
            // An error here says that the caller has gone.
            let _ = reply.send(answer);
        }
        if result.is_ok() {
            shared.arrived.send_replace(shared.core.tables.applied());
        }
        if shared.core.has_to_flush() {
            shared.flush_work.announce();
        }
        if shared.core.lacks_spare() {
            shared.file_work.announce();
        }
    }
}

/// The rows of a batch, which is in order of arrival, behind a place; `None` when there are none.
fn rows_after(batch: &RecordBatch, after: RecordId) -> Option<RecordBatch> {
    let sequences = batch.column_by_name(INGEST_SEQ)?.as_primitive_opt::<UInt64Type>()?.values();
    let rows = batch.column_by_name(INGEST_ROW)?.as_primitive_opt::<UInt32Type>()?.values();
    let first = sequences.partition_point(|sequence| *sequence < after.sequence);
    let same = sequences.get(first..)?.partition_point(|sequence| *sequence == after.sequence);
    let seen = first + rows.get(first..first + same)?.partition_point(|row| *row <= after.row);
    (seen < batch.num_rows()).then(|| batch.slice(seen, batch.num_rows() - seen))
}

/// Runs a maintenance thread again after a panic: every step leaves the state whole, and a store whose flushes have
/// stopped without a word is worse than one that says that a step cannot be done.
fn restarting(work: &Work, run: impl Fn()) {
    while catch_unwind(AssertUnwindSafe(&run)).is_err() {
        tracing::error!("a thread of the store panicked; it goes on with its next step");
        if work.pause().is_none() {
            return;
        }
    }
}

fn flush_tables(shared: &Shared) {
    let work = &shared.flush_work;
    let mut next = Some(0);
    while let Some(seen) = next {
        next = work.wait(seen);
        let mut failed = Vec::new();
        while let Some(table) = shared.core.next_flush(&failed)
            && !work.is_closing()
        {
            let started = Instant::now();
            let flushed = shared.core.flush(table);
            shared.core.tables.figures.flushes.took(started.elapsed(), &flushed);
            if let Err(error) = flushed {
                tracing::warn!(tenant = %table.tenant, signal = %table.signal, %error, "a flush failed; trying again");
                failed.push(table);
            }
            shared.file_work.announce();
        }
        if !failed.is_empty() {
            next = work.pause();
        }
    }
}

fn maintain_files(shared: &Shared) {
    let work = &shared.file_work;
    let mut next = Some(0);
    while let Some(seen) = next {
        next = work.wait(seen);
        while !work.is_closing() {
            let started = Instant::now();
            let maintained = shared.core.maintain();
            if !matches!(maintained, Ok(false)) {
                shared.core.tables.figures.compactions.took(started.elapsed(), &maintained);
            }
            match maintained {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(%error, "compaction failed; trying again");
                    next = work.pause();
                    break;
                }
            }
        }
    }
}
