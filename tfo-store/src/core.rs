//! Log and tables together: what the threads drive.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use tfo_sdk::{TenantId, Timestamp};

use crate::batch;
use crate::clock::Clock;
use crate::disk::Disk;
use crate::otlp::{self, Request};
use crate::rng::Rng;
use crate::rule::{Rule, kept};
use crate::store::{AppendError, OpenError, Options, StoreStatus};
use crate::tables::{Tables, lock};
use crate::wal::{Record, Table, Wal};

mod erase;

/// The file that says which format the folder has.
const FORMAT_FILE: &str = "FORMAT";

/// A request on its way into the log.
pub(crate) struct Pending {
    pub(crate) table: Table,
    pub(crate) request: Request,
}

/// The store without its threads.
pub(crate) struct Core {
    disk: Arc<dyn Disk>,
    options: Options,
    pub(crate) tables: Tables,
    pub(crate) wal: Mutex<Wal>,
    /// When the age of the log's last segment was last looked at.
    rolled_at: Mutex<Timestamp>,
    /// One erasure at a time.
    erasing: Mutex<()>,
}

impl Core {
    /// Opens the folder and replays the log.
    pub(crate) fn open(
        mut options: Options,
        disk: Arc<dyn Disk>,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
    ) -> Result<Self, OpenError> {
        let failed = |what: &str| {
            let what = what.to_owned();
            move |cause| OpenError::Io { what, cause }
        };
        check_format(&*disk)?;
        // A log that takes a good part of a small disk would leave no room for what it is to become.
        let total = disk.space().map_err(failed("free space"))?.total;
        options.segment_bytes = options.segment_bytes.min((total / 32).max(64 * 1024)) / 4096 * 4096;
        let log_starts_at = Wal::first_sequence_on_disk(&*disk).map_err(failed("write-ahead log"))?;
        let tables = Tables::open(
            options.clone(),
            disk.clone(),
            clock,
            rng.clone(),
            log_starts_at.unwrap_or(u64::MAX),
        )
        .map_err(failed("telemetry files"))?;
        // Before replay, which may need the room.
        tables.expire(log_starts_at.unwrap_or(u64::MAX));
        tables.remove_doomed();
        let flushed = tables.flushed();
        let mut replayed = 0u64;
        let mut failed_flushes = Vec::new();
        let replay = |record: Record| {
            let table = Table { tenant: record.tenant, signal: record.signal };
            let in_files = flushed.get(&table).is_some_and(|flushed| record.sequence <= *flushed);
            if in_files && kept(Rule::SkipFlushed) {
                return Ok(());
            }
            let sequence = record.sequence;
            let request = otlp::decode(record.signal, record.raw, record.acceptance).map_err(|error| {
                io::Error::other(format!(
                    "record {sequence}: {error}; nothing is lost: start the version that wrote it once more, and let \
                     it close"
                ))
            })?;
            tables.replay(table, sequence, request.batch).map_err(io::Error::other)?;
            replayed += 1;
            tables.flush_to_budget(&mut failed_flushes)
        };
        let mut wal = Wal::open(disk.clone(), rng, options.segment_bytes, tables.applied(), replay)
            .map_err(failed("replay of the write-ahead log"))?;
        tables.reached(wal.next_sequence() - 1);
        if replayed > 0 {
            tracing::info!(requests = replayed, "replayed the write-ahead log");
        }
        if wal.foreign_records() > 0 {
            tracing::warn!(
                records = wal.foreign_records(),
                decoder = otlp::DECODER_VERSION,
                "the log has records that another version of the decoder read first; their rows may differ in what it \
                 accepts"
            );
        }
        // On a full disk this fails; then every commit tries again, and reads work all the same.
        if let Err(error) = wal.start_segment() {
            if !kept(Rule::OpenWhenFull) {
                return Err(failed("write-ahead log")(error));
            }
            tracing::warn!(%error, "no segment of the write-ahead log could be started yet");
        }
        let rolled_at = Mutex::new(tables.now());
        let core = Self { disk, options, tables, wal: Mutex::new(wal), rolled_at, erasing: Mutex::new(()) };
        core.release().map_err(failed("write-ahead log"))?;
        Ok(core)
    }

    /// Makes requests durable and then visible: all of them, or none. Gives the tenants whose requests were left out
    /// because they are closed.
    pub(crate) fn commit(&self, mut pending: Vec<Pending>) -> Result<BTreeSet<TenantId>, AppendError> {
        let incoming = pending.iter().map(|pending| batch::bytes(&pending.request.batch)).sum();
        if self.tables.is_overloaded(incoming) {
            return Err(AppendError::Overloaded);
        }
        // Under the log's lock, so that nothing of a tenant follows once who closes it has had the lock.
        let mut wal = lock(&self.wal);
        let mut closed: BTreeSet<TenantId> = pending.iter().map(|pending| pending.table.tenant).collect();
        closed.retain(|tenant| self.tables.is_closed(*tenant));
        pending.retain(|pending| !closed.contains(&pending.table.tenant));
        if pending.is_empty() {
            return Ok(closed);
        }
        let first = wal.next_sequence();
        let (records, rows): (Vec<_>, Vec<_>) = (first..)
            .zip(pending)
            .map(|(sequence, Pending { table, request })| {
                let Request { raw, acceptance, batch, .. } = request;
                let record = Record { sequence, tenant: table.tenant, signal: table.signal, acceptance, raw };
                (record, (table, sequence, batch))
            })
            .unzip();
        self.check_room(wal.needs(records.iter().map(Record::len).sum()))?;
        if !kept(Rule::ShowAfterSync) {
            let _ = self.tables.apply(rows.clone());
        }
        match wal.commit(&records) {
            Err(error) if error.kind() == io::ErrorKind::StorageFull && !kept(Rule::RefuseWhenFull) => {}
            committed => committed.map_err(|error| append_error(&error))?,
        }
        if !kept(Rule::ShowAfterSync) {
            return Ok(closed);
        }
        // Still under the log's lock, so that rows become visible in the order of their sequences.
        self.tables.apply(rows).map_err(|error| AppendError::Io(error.to_string()))?;
        Ok(closed)
    }

    /// The last sequence that was given to a record.
    pub(crate) fn last_sequence(&self) -> u64 {
        lock(&self.wal).next_sequence().saturating_sub(1)
    }

    fn check_room(&self, needs: u64) -> Result<(), AppendError> {
        let free = self.disk.space().map_err(|error| append_error(&error))?.free;
        let reserve = self.options.reserve_bytes;
        if free.saturating_sub(needs) < reserve {
            Err(AppendError::DiskFull { free, reserve })
        } else {
            Ok(())
        }
    }

    /// The table to flush next, if any has to be; not one of those that have just failed.
    pub(crate) fn next_flush(&self, failed: &[Table]) -> Option<Table> {
        self.tables.next_flush(self.log_is_full(), failed)
    }

    /// Whether memory or the log has more than it should.
    pub(crate) fn has_to_flush(&self) -> bool {
        self.tables.memory() > self.options.memtable_bytes || self.log_is_full()
    }

    fn log_is_full(&self) -> bool {
        lock(&self.wal).held_bytes() > self.options.wal_bytes
    }

    /// Flushes one table and frees what the log need not hold any more.
    pub(crate) fn flush(&self, table: Table) -> io::Result<()> {
        self.tables.flush(table)?;
        self.release()
    }

    /// Frees what the log need not hold any more.
    pub(crate) fn release(&self) -> io::Result<()> {
        let mut wal = lock(&self.wal);
        let flushed = self.tables.flushed();
        wal.release(|table| flushed.get(table).copied().unwrap_or(0))
    }

    /// Whether the next segment of the log should be prepared.
    pub(crate) fn lacks_spare(&self) -> bool {
        lock(&self.wal).lacks_spare()
    }

    /// One round of compaction, retention, removal and preparation; tells whether there may be more to compact.
    pub(crate) fn maintain(&self) -> io::Result<bool> {
        if self.lacks_spare()
            && self.check_room(self.options.segment_bytes).is_ok()
            && let Err(error) = Wal::add_spare(&self.wal)
        {
            tracing::warn!(%error, "no segment of the write-ahead log could be prepared");
        }
        self.roll_old_segment()?;
        let log_starts_at = lock(&self.wal).checkpoint();
        self.tables.expire(log_starts_at);
        self.tables.remove_doomed();
        self.tables.compact(log_starts_at)
    }

    /// Ends a segment that has been written to for as long as rows stay in memory. Files that the log reaches into
    /// are neither compacted nor expired, and a tenant that sends little would take months to fill a segment.
    fn roll_old_segment(&self) -> io::Result<()> {
        let now = self.tables.now();
        let mut rolled_at = lock(&self.rolled_at);
        if *rolled_at <= now && now < rolled_at.plus(self.options.flush_after) {
            return Ok(());
        }
        *rolled_at = now;
        let mut wal = lock(&self.wal);
        if wal.has_records() {
            wal.start_segment()?;
        }
        drop(wal);
        self.release()
    }

    /// Flushes everything that is in memory now.
    pub(crate) fn flush_all(&self) -> io::Result<()> {
        for table in self.tables.in_memory() {
            self.tables.flush(table)?;
        }
        self.release()
    }

    /// Figures for the status page.
    pub(crate) fn status(&self) -> StoreStatus {
        let (wal_bytes, damaged) = {
            let wal = lock(&self.wal);
            (wal.bytes(), wal.damaged())
        };
        StoreStatus {
            memtable_bytes: self.tables.memory(),
            wal_bytes,
            disk_free_bytes: self.disk.space().map_or(0, |space| space.free),
            set_aside: [damaged, self.tables.set_aside()].concat(),
        }
    }
}

fn append_error(error: &io::Error) -> AppendError {
    AppendError::Io(error.to_string())
}

/// Refuses a folder of another version; marks a new one.
fn check_format(disk: &dyn Disk) -> Result<(), OpenError> {
    let failed = |cause| OpenError::Io { what: FORMAT_FILE.to_owned(), cause };
    let path = Path::new(FORMAT_FILE);
    let file = match disk.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return write_format(disk, path).map_err(failed);
        }
        Err(error) => return Err(failed(error)),
    };
    let mut text = vec![0; file.len().map_err(failed)?.min(64) as usize];
    file.read_exact_at(&mut text, 0).map_err(failed)?;
    let found = String::from_utf8_lossy(&text).trim().to_owned();
    match found.parse::<u32>() {
        Ok(crate::FORMAT) => Ok(()),
        Ok(format) if format > crate::FORMAT => Err(OpenError::NewerFormat { found, known: crate::FORMAT }),
        Ok(_) => Err(OpenError::OlderFormat { found, known: crate::FORMAT }),
        // It is the first file that a folder gets: a crash while it was written leaves nothing else.
        Err(_) if is_new(disk).map_err(failed)? => write_format(disk, path).map_err(failed),
        Err(_) => Err(OpenError::Damaged(format!(
            "the file {FORMAT_FILE} of the data folder holds {found:?} instead of a number; if this version of tfo \
             wrote the folder, write {} into it",
            crate::FORMAT
        ))),
    }
}

/// Whether there is neither a log nor telemetry.
fn is_new(disk: &dyn Disk) -> io::Result<bool> {
    Ok(disk.list(Path::new(crate::wal::FOLDER))?.is_empty()
        && disk.list(Path::new(crate::file::FOLDER))?.is_empty())
}

fn write_format(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let temporary = Path::new("FORMAT.tmp");
    match disk.remove(temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let file = disk.create(temporary)?;
    file.write_all_at(format!("{}\n", crate::FORMAT).as_bytes(), 0)?;
    file.sync()?;
    disk.rename(temporary, path)?;
    disk.sync_dir(Path::new(""))
}

#[cfg(test)]
mod tests;
