//! Which files there are: read from the names at start, kept in memory since.
//!
//! Invariants:
//! - a flush counts when all its files are there; the files of one that was interrupted, or of which one cannot be read,
//!   are removed before replay, and those of later flushes of the table with them. They still have all their requests in
//!   the log, so of flushes only files that reach into the log are looked into;
//! - a file that a compaction replaced is removed before anything reads both: one that may have replaced others is looked
//!   into;
//! - a file that has to be looked into and cannot be read is set aside, never removed, and never in the way of a start,
//!   unless it is this process that may not open it, or cannot open any more.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tfo_sdk::{Signal, TenantId, TimeRange};
use ulid::Ulid;

use crate::disk::Disk;
use crate::file::{self, File, FileName, FileRef};
use crate::parquet_file::{footer, read_footer};
use crate::rule::{Rule, kept};
use crate::wal::Table;

/// The files of all tables.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    /// In order, so that what is done to all of them is done in the same order each time.
    tables: BTreeMap<Table, Vec<FileRef>>,
    set_aside: Vec<String>,
}

impl Catalogue {
    /// Reads the names under the data folder and clears away what a crash left behind.
    ///
    /// `log_starts_at` is the first sequence that the write-ahead log may hold.
    pub(crate) fn open(disk: &Arc<dyn Disk>, log_starts_at: u64) -> io::Result<Self> {
        let mut catalogue = Self::default();
        for table in tables(&**disk)? {
            let mut files = Vec::new();
            for bucket in buckets(&**disk, &table)? {
                let opened = open_bucket(disk, &bucket, log_starts_at, &mut catalogue.set_aside);
                files.extend(opened.map_err(|error| in_folder(&bucket, &error))?);
            }
            let files = remove_unfinished_flushes(&**disk, files, log_starts_at, &mut catalogue.set_aside)?;
            if !files.is_empty() {
                catalogue.tables.insert(table, files);
            }
        }
        Ok(catalogue)
    }

    /// Adds files.
    pub(crate) fn add(&mut self, table: Table, files: impl IntoIterator<Item = FileRef>) {
        self.tables.entry(table).or_default().extend(files);
    }

    /// Takes files out, by id; gives those that were there.
    pub(crate) fn remove(&mut self, table: &Table, ids: &[Ulid]) -> Vec<FileRef> {
        let Some(files) = self.tables.get_mut(table) else { return Vec::new() };
        files.extract_if(.., |file| ids.contains(&file.name.ulid)).collect()
    }

    /// Takes out everything of a tenant; gives its files.
    pub(crate) fn forget(&mut self, tenant: TenantId) -> Vec<FileRef> {
        let folder = file::tenant_folder(tenant);
        self.set_aside.retain(|path| !Path::new(path).starts_with(&folder));
        let tables = Signal::ALL.map(|signal| Table { tenant, signal });
        tables.iter().filter_map(|table| self.tables.remove(table)).flatten().collect()
    }

    /// The files of a table.
    pub(crate) fn files(&self, table: &Table) -> &[FileRef] {
        self.tables.get(table).map_or(&[], Vec::as_slice)
    }

    /// The files of a table that may have records in a range, newest first.
    pub(crate) fn overlapping(&self, table: &Table, range: &TimeRange) -> Vec<FileRef> {
        let mut files: Vec<_> =
            self.files(table).iter().filter(|file| range.overlaps(file.min(), file.max())).cloned().collect();
        files.sort_by_key(|file| std::cmp::Reverse((file.max(), file.name.ulid)));
        files
    }

    /// Files that were set aside because they could not be read, by path.
    pub(crate) fn set_aside(&self) -> &[String] {
        &self.set_aside
    }

    /// All tables with files.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.keys()
    }

    /// How far each table is flushed.
    pub(crate) fn flushed(&self) -> HashMap<Table, u64> {
        let last = |files: &Vec<FileRef>| files.iter().map(|file| file.name.last_sequence).max().unwrap_or(0);
        self.tables.iter().map(|(table, files)| (*table, last(files))).collect()
    }
}

/// An error of the disk, with the folder that it is about.
fn in_folder(folder: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", folder.display()))
}

/// The names in a folder that may be folders of ours. Others, of the system or of whoever tidied up here, are no reason
/// not to start, and are not looked into.
fn folders(disk: &dyn Disk, folder: &Path, is_ours: impl Fn(&str) -> bool) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in disk.list(folder).map_err(|error| in_folder(folder, &error))? {
        if entry.is_dir && is_ours(&entry.name) {
            names.push(entry.name);
        } else {
            tracing::warn!(folder = %folder.display(), name = entry.name, "what is here is not ours");
        }
    }
    Ok(names)
}

/// The tables that have a folder.
fn tables(disk: &dyn Disk) -> io::Result<Vec<Table>> {
    let root = Path::new(file::FOLDER);
    let mut tables = Vec::new();
    // A name that spells an id in another way is that of a copy.
    let is_tenant = |name: &str| name.parse::<TenantId>().is_ok_and(|tenant| tenant.to_string() == name);
    for tenant in folders(disk, root, is_tenant)? {
        for signal in folders(disk, &root.join(&tenant), |name| file::table_of(&tenant, name).is_some())? {
            tables.extend(file::table_of(&tenant, &signal));
        }
    }
    Ok(tables)
}

/// The bucket folders of a table.
fn buckets(disk: &dyn Disk, table: &Table) -> io::Result<Vec<PathBuf>> {
    let root = file::table_folder(table);
    let mut buckets = Vec::new();
    for date in folders(disk, &root, |name| name.starts_with(file::DATE))? {
        let date = root.join(date);
        let hours = folders(disk, &date, |name| name.starts_with(file::HOUR))?;
        buckets.extend(hours.into_iter().map(|hour| date.join(hour)));
    }
    Ok(buckets)
}

/// The files of one folder, without half-written ones and without those that another one replaces.
fn open_bucket(
    disk: &Arc<dyn Disk>,
    folder: &Path,
    log_starts_at: u64,
    aside: &mut Vec<String>,
) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    let mut removed = false;
    let entries = disk.list(folder)?;
    if entries.is_empty() {
        remove_emptied(disk.as_ref(), folder);
        return Ok(files);
    }
    for entry in entries {
        match FileName::parse(&entry.name) {
            Some(name) => files.push(File::new(disk.clone(), folder.to_owned(), name, entry.len)),
            None if entry.name.ends_with(TEMPORARY) => {
                disk.remove(&folder.join(&entry.name))?;
                removed = true;
            }
            None if [DAMAGED, REPLAYED].iter().any(|ending| entry.name.ends_with(ending)) => {
                aside.push(folder.join(&entry.name).to_string_lossy().into_owned());
            }
            None => tracing::warn!(folder = %folder.display(), name = entry.name, "a file here is not ours"),
        }
    }
    let (mut replaced, mut unreadable) = (Vec::new(), Vec::new());
    for file in &files {
        if files.iter().any(|other| file.name.covers(&other.name)) {
            let Some(pairs) = footer_of(file)? else {
                set_aside(&**disk, file, log_starts_at, aside)?;
                unreadable.push(file.name.ulid);
                continue;
            };
            let ids = pairs.get(footer::REPLACES).map_or("", String::as_str);
            replaced.extend(ids.split(',').filter_map(|id| Ulid::from_string(id).ok()));
        }
    }
    files.retain(|file| !unreadable.contains(&file.name.ulid));
    // A name that a dead process gave may be seen and yet not be on the disk: before the log, or the files that it
    // replaced, are given up for it, it must be.
    let relied_on = !replaced.is_empty() || files.iter().any(|file| file.name.last_sequence >= log_starts_at);
    if relied_on && kept(Rule::SyncWhatIsFound) {
        disk.create_dir_all(folder)?;
        disk.sync_dir(folder)?;
    }
    for file in files.extract_if(.., |file| replaced.contains(&file.name.ulid)) {
        disk.remove(Path::new(file.path()))?;
        removed = true;
    }
    if removed {
        disk.sync_dir(folder)?;
    }
    Ok(files)
}

/// Removes the folder of a bucket, and that of its date, if nothing is in them; that may wait for another time. What was
/// removed from the folder is made durable first: nobody could do so later, and a power cut that brings the folder back
/// would bring its files back too.
pub(crate) fn remove_emptied(disk: &dyn Disk, folder: &Path) {
    let Some(date) = folder.parent() else { return };
    let synced = if kept(Rule::SyncEmptied) { disk.sync_dir(folder) } else { Ok(()) };
    let _ = synced.and_then(|()| disk.remove_dir(folder)).and_then(|()| disk.remove_dir(date));
}

/// The ending of files that are being written.
pub(crate) const TEMPORARY: &str = ".tmp";

/// The ending of files that could not be read.
const DAMAGED: &str = ".damaged";

/// The ending of those among them whose records the log has, all of them.
const REPLAYED: &str = ".replayed";

/// How often a footer is asked for before its file counts as damaged.
const TRIES: usize = 3;

/// Whether an error says nothing about the file: this process may not read it, or cannot open any more.
fn is_of_the_process(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let errno = error.raw_os_error().map(Errno::from_raw_os_error);
    matches!(errno, Some(Errno::ACCESS | Errno::PERM | Errno::MFILE | Errno::NFILE | Errno::NOMEM))
}

/// What a file's footer says; `None` when it cannot be read.
fn footer_of(file: &File) -> io::Result<Option<HashMap<String, String>>> {
    for attempt in 1..=TRIES {
        match file.source().and_then(|source| read_footer(&source)) {
            Ok(footer) => return Ok(Some(footer)),
            Err(error) if is_of_the_process(&error) => {
                return Err(io::Error::new(error.kind(), format!("{}: {error}", file.path())));
            }
            Err(error) => tracing::warn!(file = file.path(), attempt, %error, "a footer cannot be read"),
        }
    }
    Ok(None)
}

/// A file that cannot be read must neither keep the store from starting nor be lost: it gets another name, and somebody is
/// told what is missing, and whether to bring it back: what the log has is replayed, and would be there twice.
fn set_aside(disk: &dyn Disk, file: &File, log_starts_at: u64, aside: &mut Vec<String>) -> io::Result<()> {
    let FileName { level, first_sequence, last_sequence, .. } = file.name;
    let (ending, what) = if level == 0 && first_sequence >= log_starts_at {
        (REPLAYED, "the log has its records, and nothing is missing; it may be removed")
    } else if level == 0 && last_sequence >= log_starts_at {
        (
            DAMAGED,
            "its older records are missing, and the newer ones, too, unless the log had them; these would be there twice if it \
             is brought back",
        )
    } else {
        (
            DAMAGED,
            "its records are missing; to bring it back once it can be read, stop the daemon and take the ending .damaged \
             off its name",
        )
    };
    let path = format!("{}{ending}", file.path());
    disk.rename(Path::new(file.path()), Path::new(&path))?;
    disk.sync_dir(&file.folder)?;
    tracing::error!(file = path, "a file of telemetry cannot be read and was set aside: {what}");
    aside.push(path);
    Ok(())
}

/// Removes the flushes that replay brings back. Replay goes on behind the newest flush that is there, so where one is not
/// whole, those after it are given up with it: the log has all of them. The newest goes first, and a file that cannot be
/// read gets its other name last, so that a start that dies in between leaves the next one the same to do.
fn remove_unfinished_flushes(
    disk: &dyn Disk,
    files: Vec<File>,
    log_starts_at: u64,
    aside: &mut Vec<String>,
) -> io::Result<Vec<FileRef>> {
    let (recent, mut files): (Vec<File>, Vec<File>) =
        files.into_iter().partition(|file| file.name.level == 0 && file.name.last_sequence >= log_starts_at);
    let mut flushes: BTreeMap<String, (usize, Vec<File>)> = BTreeMap::new();
    let mut unreadable = Vec::new();
    let mut replayed_from = u64::MAX;
    for file in recent {
        let Some(pairs) = footer_of(&file)? else {
            if file.name.first_sequence >= log_starts_at {
                replayed_from = replayed_from.min(file.name.first_sequence);
            }
            unreadable.push(file);
            continue;
        };
        let flush = pairs.get(footer::FLUSH).cloned().unwrap_or_default();
        let count = pairs.get(footer::FILES).and_then(|count| count.parse().ok()).unwrap_or(0);
        flushes.entry(flush).or_insert_with(|| (count, Vec::new())).1.push(file);
    }
    for (count, parts) in flushes.values() {
        let first_sequence = parts.iter().map(|file| file.name.first_sequence).min().unwrap_or(u64::MAX);
        // The log was freed of requests that only a whole flush can have had: what is missing was set aside.
        let was_whole = first_sequence < log_starts_at;
        if parts.len() != *count && !was_whole && kept(Rule::WholeFlushes) {
            replayed_from = replayed_from.min(first_sequence);
        }
    }
    let first_sequence = |parts: &[File]| parts.first().map_or(0, |file| file.name.first_sequence);
    let mut flushes: Vec<_> = flushes.into_iter().collect();
    flushes.sort_by_key(|(_, (_, parts))| std::cmp::Reverse(first_sequence(parts)));
    for (flush, (count, parts)) in flushes {
        if parts.iter().all(|file| file.name.first_sequence < replayed_from) {
            files.extend(parts);
            continue;
        }
        tracing::info!(
            flush,
            files = parts.len(),
            of = count,
            "removing the files of a flush that is replayed"
        );
        for file in parts {
            disk.remove(Path::new(file.path()))?;
            disk.sync_dir(&file.folder)?;
        }
    }
    unreadable.sort_by_key(|file| std::cmp::Reverse(file.name.first_sequence));
    for file in unreadable {
        set_aside(disk, &file, log_starts_at, aside)?;
    }
    Ok(files.into_iter().map(Arc::new).collect())
}
