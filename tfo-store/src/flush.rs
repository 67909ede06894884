//! Writing a table's rows in memory to files: the files of one flush appear together or not at all.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tfo_sdk::Timestamp;
use ulid::Ulid;

use crate::catalogue::TEMPORARY;
use crate::disk::Disk;
use crate::file::{File, FileName, FileRef, bucket_folder, row_kib};
use crate::memtable::Rows;
use crate::parquet_file::{self, SortColumns, SortKey, Written, footer};
use crate::rule::{Rule, kept};
use crate::wal::Table;

const HOUR: i64 = 3_600_000_000_000;
/// Lengths of time buckets, in hours. The longer ones are whole multiples of the shorter.
const BUCKET_HOURS: [i64; 7] = [1, 6, 24, 7 * 24, 28 * 24, 364 * 24, i64::MAX / HOUR];
/// Files that one flush writes at most; few in tests, so that a few rows make buckets of all lengths.
const MOST_FILES: usize = if cfg!(test) { 4 } else { 32 };

/// Files that a failed step could not remove. They are no part of the store, but would be after a restart, so
/// nothing that a restart relies on may be given up while there are any.
pub(crate) type Garbage = Vec<PathBuf>;

/// Writes all rows to files and makes their names durable. On an error none of the files counts: they are removed,
/// or stand in `garbage`, which is empty before; after a panic they stand there, too. After a restart (`is_second_try`) a dead process may have tried the same rows, and removed
/// what it had written: those removals are made durable first, since a flush may count from the moment in which its last
/// file has its name, whatever becomes of this process then.
pub(crate) fn flush(
    disk: &Arc<dyn Disk>,
    table: Table,
    rows: &Rows,
    is_second_try: bool,
    new_id: &mut dyn FnMut() -> Ulid,
    garbage: &mut Garbage,
) -> io::Result<Vec<FileRef>> {
    let buckets = buckets(rows)?;
    if is_second_try && kept(Rule::SyncWhatIsGone) {
        sync_folders(&**disk, &possible_folders(&table, rows)?)?;
    }
    let flush = new_id();
    tracing::debug!(tenant = %table.tenant, signal = %table.signal, files = buckets.len(), %flush, "flush begins");
    let metadata = [(footer::FLUSH, flush.to_string()), (footer::FILES, buckets.len().to_string())];
    let row_kib = row_kib(&rows.batches);
    let mut published = Vec::new();
    let written = buckets.into_iter().try_for_each(|bucket| {
        let name = FileName {
            level: 0,
            min: bucket.min,
            max: bucket.max,
            first_sequence: rows.first_sequence,
            last_sequence: rows.last_sequence,
            ulid: new_id(),
            tail: None,
            row_kib,
        };
        let folder = bucket_folder(&table, bucket.start);
        let write = |path: &Path| {
            parquet_file::write(&**disk, path, table.signal, &rows.batches, &bucket.rows, &metadata)
        };
        published.push(publish(disk, folder, name, garbage, write)?);
        Ok(())
    });
    let written = written.and_then(|()| {
        let mut folders: BTreeSet<_> = published.iter().map(|file: &FileRef| file.folder.clone()).collect();
        if !kept(Rule::SyncFileNames) {
            folders.clear();
        }
        sync_folders(&**disk, &folders)
    });
    if let Err(error) = written {
        collect_garbage(&**disk, garbage);
        return Err(error);
    }
    garbage.clear();
    tracing::debug!(%flush, "flush ends");
    Ok(published)
}

/// Makes the names in folders durable, as far as there are such folders.
fn sync_folders(disk: &dyn Disk, folders: &BTreeSet<PathBuf>) -> io::Result<()> {
    folders.iter().try_for_each(|folder| match disk.sync_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        synced => synced,
    })
}

/// Writes a file under a temporary name and gives it its own, which has its checksum. The folder is not yet synced.
/// Whatever there may be of it stands in `garbage`, from before it is there until the file counts.
pub(crate) fn publish(
    disk: &Arc<dyn Disk>,
    folder: PathBuf,
    mut name: FileName,
    garbage: &mut Garbage,
    write: impl FnOnce(&Path) -> io::Result<Written>,
) -> io::Result<FileRef> {
    disk.create_dir_all(&folder)?;
    let temporary = folder.join(format!("{}{TEMPORARY}", name.ulid));
    garbage.push(temporary.clone());
    let len = write(&temporary).and_then(|written| {
        name.tail = Some(written.tail);
        let path = folder.join(name.format());
        garbage.push(path.clone());
        disk.rename(&temporary, &path).map(|()| written.len)
    })?;
    garbage.retain(|path| *path != temporary);
    Ok(Arc::new(File::new(disk.clone(), folder, name, len)))
}

/// Removes what is left behind; what cannot be removed now stays in the list.
pub(crate) fn collect_garbage(disk: &dyn Disk, garbage: &mut Garbage) {
    garbage.retain(|path| {
        let removed = match disk.remove(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => match path.parent().map_or(Ok(()), |folder| disk.sync_dir(folder)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()), // with its folder
                synced => synced,
            },
        };
        if let Err(error) = &removed {
            tracing::warn!(path = %path.display(), %error, "a leftover file cannot be removed yet");
        }
        removed.is_err()
    });
}

/// Every folder that a flush of these rows may write into, whatever other rows it has and how long its buckets are.
fn possible_folders(table: &Table, rows: &Rows) -> io::Result<BTreeSet<PathBuf>> {
    let mut hours = BTreeSet::new();
    for batch in &rows.batches {
        let columns = SortColumns::of(batch)?;
        hours.extend((0..batch.num_rows()).map(|row| columns.timestamp(row).div_euclid(HOUR)));
    }
    let starts =
        hours.into_iter().flat_map(|hour| BUCKET_HOURS.map(|length| hour.div_euclid(length) * length));
    Ok(starts.map(|start| bucket_folder(table, Timestamp(start.saturating_mul(HOUR).max(0)))).collect())
}

/// The rows of one file, as (batch, row) in the order of the file.
struct Bucket {
    start: Timestamp,
    min: Timestamp,
    max: Timestamp,
    rows: Vec<(usize, usize)>,
}

/// Distributes rows over buckets of the shortest length that needs at most [`MOST_FILES`] files.
fn buckets(rows: &Rows) -> io::Result<Vec<Bucket>> {
    let columns: Vec<SortColumns<'_>> =
        rows.batches.iter().map(SortColumns::of).collect::<io::Result<_>>()?;
    let places = || {
        let batches = rows.batches.iter().enumerate();
        batches.flat_map(|(batch, rows)| (0..rows.num_rows()).map(move |row| (batch, row)))
    };
    let time = |(batch, row): (usize, usize)| columns[batch].timestamp(row);
    let length = BUCKET_HOURS.into_iter().map(|hours| hours * HOUR).find(|length| {
        let mut starts = BTreeSet::new();
        places().all(|place| {
            starts.insert(time(place).div_euclid(*length));
            starts.len() <= MOST_FILES
        })
    });
    let length = length.unwrap_or(i64::MAX);
    let mut sorted: Vec<(i64, SortKey<'_>, (usize, usize))> = places()
        .map(|place| (time(place).div_euclid(length), columns[place.0].key(place.1), place))
        .collect();
    sorted.sort_unstable();
    let buckets = sorted.chunk_by(|a, b| a.0 == b.0).map(|rows| {
        let times = || rows.iter().map(|row| time(row.2));
        let start = rows[0].0.saturating_mul(length);
        Bucket {
            start: Timestamp(start.max(0)),
            min: Timestamp(times().min().unwrap_or(start)),
            max: Timestamp(times().max().unwrap_or(start)),
            rows: rows.iter().map(|row| row.2).collect(),
        }
    });
    Ok(buckets.collect())
}
