//! A file of telemetry: what its name says, and reading parts of it.
//!
//! ```text
//! data/<tenant>/<signal>/date=YYYY-MM-DD/hour=HH/<level>-<min>-<max>-<first>.<last>-<ulid>-<tail>[-<wide>k].parquet
//! ```
//! Level 0 is written by a flush, higher ones by compaction. `min` and `max` are the times of the oldest and the
//! newest record in nanoseconds, `first` and `last` the sequences that the flush (or the replaced files) covered.
//! `tail` is the checksum of what is behind its pages, in eight hex digits (`sums`); older files have none.
//! Where rows are wide, `wide` is what one takes in memory, in KiB, so that readers take few of them at a time.
//! The folder is that of the time bucket; a file of a bucket longer than an hour stands in the bucket's first hour.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use arrow::array::RecordBatch;
use bytes::Bytes;
use tfo_sdk::{Signal, TenantId, Timestamp};
use ulid::Ulid;

use crate::disk::Disk;
use crate::parquet_file::{Source, read_row_count};
use crate::sums::Sums;
use crate::wal::Table;

/// The folder of all telemetry files.
pub(crate) const FOLDER: &str = "data";

/// How the names of the folders of a date, and of an hour in it, begin.
pub(crate) const DATE: &str = "date=";
pub(crate) const HOUR: &str = "hour=";

/// What a file's name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileName {
    pub(crate) level: u8,
    pub(crate) min: Timestamp,
    pub(crate) max: Timestamp,
    pub(crate) first_sequence: u64,
    pub(crate) last_sequence: u64,
    pub(crate) ulid: Ulid,
    /// The checksum of what is behind its pages.
    pub(crate) tail: Option<u32>,
    /// What a row takes in memory, about, where rows are widest, in KiB; 0 for less than [`WIDE_KIB`].
    pub(crate) row_kib: u32,
}

/// Rows of less than this are no wider than others.
const WIDE_KIB: u32 = 4;
/// What a column of a batch takes before anything is in it, about.
const COLUMN_BYTES: usize = 256;

/// What a row of a batch takes in memory, on average.
pub fn row_bytes(batch: &RecordBatch) -> u64 {
    let bytes = batch.get_array_memory_size().saturating_sub(COLUMN_BYTES * batch.num_columns());
    (bytes / batch.num_rows().max(1)) as u64
}

/// What a row takes in the batch where rows are widest, as a name says it.
pub(crate) fn row_kib(batches: &[RecordBatch]) -> u32 {
    let widest = batches.iter().map(row_bytes).max().unwrap_or(0);
    let kib = u32::try_from(widest / 1024).unwrap_or(u32::MAX);
    if kib < WIDE_KIB { 0 } else { kib }
}

impl FileName {
    /// The name.
    pub(crate) fn format(&self) -> String {
        let tail = self.tail.map_or(String::new(), |tail| format!("-{tail:08x}"));
        let wide = if self.row_kib == 0 { String::new() } else { format!("-{}k", self.row_kib) };
        format!(
            "{}-{}-{}-{}.{}-{}{tail}{wide}.parquet",
            self.level,
            self.min.nanos(),
            self.max.nanos(),
            self.first_sequence,
            self.last_sequence,
            self.ulid
        )
    }

    /// What a name says; `None` for names that are not ours.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let mut parts = name.strip_suffix(".parquet")?.split('-');
        let level = parts.next()?.parse().ok()?;
        let min = Timestamp(parts.next()?.parse().ok()?);
        let max = Timestamp(parts.next()?.parse().ok()?);
        let (first, last) = parts.next()?.split_once('.')?;
        let (first_sequence, last_sequence) = (first.parse().ok()?, last.parse().ok()?);
        let ulid = Ulid::from_string(parts.next()?).ok()?;
        let mut rest = parts.next();
        let is_hex = |part: &&str| part.len() == 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        let tail = match rest.filter(is_hex) {
            Some(tail) => {
                rest = parts.next();
                Some(u32::from_str_radix(tail, 16).ok()?)
            }
            None => None,
        };
        let row_kib = match rest {
            Some(wide) => wide.strip_suffix('k')?.parse().ok()?,
            None => 0,
        };
        let name = Self { level, min, max, first_sequence, last_sequence, ulid, tail, row_kib };
        parts.next().is_none().then_some(name)
    }

    /// Whether `other` may have been replaced by this file; its footer knows.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.level > other.level
            && self.first_sequence <= other.first_sequence
            && other.last_sequence <= self.last_sequence
            && self.min <= other.min
            && other.max <= self.max
    }
}

/// The folder of a table's files.
pub(crate) fn table_folder(table: &Table) -> PathBuf {
    tenant_folder(table.tenant).join(table.signal.table())
}

/// The folder of a tenant's files.
pub(crate) fn tenant_folder(tenant: TenantId) -> PathBuf {
    Path::new(FOLDER).join(tenant.to_string())
}

/// The folder of the bucket that starts at a time.
pub(crate) fn bucket_folder(table: &Table, start: Timestamp) -> PathBuf {
    // RFC 3339 of a whole hour: 2026-11-25T08:00:00Z.
    let text = start.to_string();
    let (date, hour) = (text.get(..10).unwrap_or("0000-00-00"), text.get(11..13).unwrap_or("00"));
    table_folder(table).join(format!("{DATE}{date}")).join(format!("{HOUR}{hour}"))
}

/// The table that a folder `data/<tenant>/<signal>` belongs to.
pub(crate) fn table_of(tenant: &str, signal: &str) -> Option<Table> {
    let tenant: TenantId = tenant.parse().ok()?;
    let signal = Signal::ALL.into_iter().find(|known| known.table() == signal)?;
    Some(Table { tenant, signal })
}

/// A file of telemetry. It is not deleted from the disk before its last holder lets go.
pub struct File {
    disk: Arc<dyn Disk>,
    pub(crate) folder: PathBuf,
    pub(crate) name: FileName,
    path: String,
    len: u64,
    rows: OnceLock<u64>,
    sums: OnceLock<Arc<Sums>>,
}

/// A shared file of a snapshot.
pub type FileRef = Arc<File>;

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.path)
    }
}

impl File {
    pub(crate) fn new(disk: Arc<dyn Disk>, folder: PathBuf, name: FileName, len: u64) -> Self {
        let path = folder.join(name.format()).to_string_lossy().into_owned();
        Self { disk, folder, name, path, len, rows: OnceLock::new(), sums: OnceLock::new() }
    }

    /// Path relative to the data folder, for messages.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Time of its oldest record.
    pub fn min(&self) -> Timestamp {
        self.name.min
    }

    /// Time of its newest record.
    pub fn max(&self) -> Timestamp {
        self.name.max
    }

    /// The highest sequence that a record in it may have.
    pub fn last_sequence(&self) -> u64 {
        self.name.last_sequence
    }

    /// No record of it has a lower sequence.
    pub fn first_sequence(&self) -> u64 {
        self.name.first_sequence
    }

    /// What a row takes in memory, about, where rows are widest; 0 where that is little.
    pub fn row_bytes(&self) -> u64 {
        u64::from(self.name.row_kib) << 10
    }

    /// Its length in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it is empty: never, a file has records.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// 0 for a file that a flush wrote, more for each time that its records were merged.
    pub fn level(&self) -> u8 {
        self.name.level
    }

    /// How many records it has, if that was read before.
    pub fn known_rows(&self) -> Option<u64> {
        self.rows.get().copied()
    }

    /// How many records it has: read from the footer the first time; blocks then.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn rows(&self) -> io::Result<u64> {
        match self.known_rows() {
            Some(rows) => Ok(rows),
            None => {
                let rows = read_row_count(&self.source()?)?;
                Ok(*self.rows.get_or_init(|| rows))
            }
        }
    }

    /// Reads a part of it, from the disk or its cache; blocks.
    ///
    /// # Errors
    /// The disk's, and `InvalidData` where it is not what was written.
    pub fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        if range.end > self.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.source()?.read(range)
    }

    pub(crate) fn source(&self) -> io::Result<Source> {
        let mut source = Source { file: self.disk.open(Path::new(&self.path))?, len: self.len, sums: None };
        if let Some(tail) = self.name.tail {
            let sums = match self.sums.get() {
                Some(sums) => sums.clone(),
                None => {
                    let sums = Arc::new(Sums::read_from(&source, tail)?);
                    self.sums.get_or_init(|| sums).clone()
                }
            };
            source.sums = Some(sums);
        }
        Ok(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_it_said() {
        let name = FileName {
            level: 2,
            min: Timestamp(0),
            max: Timestamp(i64::MAX),
            first_sequence: 7,
            last_sequence: u64::MAX,
            ulid: Ulid::from_parts(1, 2),
            tail: None,
            row_kib: 0,
        };
        assert_eq!(FileName::parse(&name.format()), Some(name.clone()));
        let summed = FileName { tail: Some(7), ..name.clone() };
        assert_eq!(FileName::parse(&summed.format()), Some(summed.clone()));
        let both = FileName { row_kib: 5, ..summed };
        assert_eq!(FileName::parse(&both.format()), Some(both.clone()));
        let wide = FileName { row_kib: 1400, ..name };
        assert_eq!(FileName::parse(&wide.format()), Some(wide.clone()));
        let wrong = wide.format().replace("k.parquet", "m.parquet");
        let foreign =
            ["", "x.parquet", "0-1-2-3.4.parquet", "0-1-2-3.4-nope.parquet", "0-1-2-3.4.tmp", &wrong];
        for foreign in foreign {
            assert_eq!(FileName::parse(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_bucket_has_a_folder_by_date_and_hour() {
        let table = Table { tenant: TenantId::DEFAULT, signal: Signal::Spans };
        let folder = bucket_folder(&table, Timestamp(1_544_709_600_000_000_000));
        let expected = format!("data/{}/spans/date=2018-12-13/hour=14", TenantId::DEFAULT);
        assert_eq!(folder, Path::new(&expected));
    }
}
