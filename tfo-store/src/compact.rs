//! Compaction: several small files of one folder become one of a higher level. Retention: files whose newest record
//! is too old are deleted whole.
//!
//! Invariants:
//! - only files that no longer reach into the write-ahead log are touched: the completeness of a flush is told by
//!   counting its files as long as the log may have to replay it;
//! - a replacement names what it replaces; it is not compacted again before those are gone for good.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{RecordBatch, new_null_array};
use arrow::compute::interleave_record_batch;
use arrow::datatypes::{Schema, SchemaRef};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use tfo_sdk::{Signal, Timestamp};
use ulid::Ulid;

use crate::disk::Disk;
use crate::file::{FileName, FileRef};
use crate::flush::{Garbage, collect_garbage, publish};
use crate::parquet_file::{SortColumns, Writer, decoded_bytes, footer};
use crate::rule::{Rule, kept};
use crate::schema;
use crate::wal::Table;

/// Files that one compaction reads at most: each costs an open file and a batch in memory.
const MOST_INPUTS: usize = 16;
/// Files of at least this size are left as they are.
const LARGE: u64 = 256 << 20;
/// Rows read from a file at once, at most.
const READ_ROWS: u64 = 2048;
/// Bytes that the rows of all inputs in memory take, about.
const READ_BYTES: u64 = 32 << 20;

/// Files worth compacting: at least `from` of one folder and level, none of them pending removal, which all in all take
/// no more than the `room` in bytes that there is for their replacement.
pub(crate) fn pick(
    files: &[FileRef],
    from: usize,
    log_starts_at: u64,
    room: u64,
    busy: &dyn Fn(&FileRef) -> bool,
) -> Option<Vec<FileRef>> {
    let mut groups: BTreeMap<(&PathBuf, u8), Vec<FileRef>> = BTreeMap::new();
    for file in files {
        let is_in_log = file.name.last_sequence >= log_starts_at && kept(Rule::CompactBehindLog);
        if !is_in_log && file.len() < LARGE && !busy(file) {
            groups.entry((&file.folder, file.name.level)).or_default().push(file.clone());
        }
    }
    groups.into_values().find_map(|mut group| {
        group.sort_by_key(|file| (file.name.first_sequence, file.name.ulid));
        group.truncate(MOST_INPUTS);
        let mut taken = 0u64;
        let fit = group.iter().take_while(|file| {
            taken = taken.saturating_add(file.len());
            taken <= room
        });
        group.truncate(fit.count());
        (group.len() >= from).then_some(group)
    })
}

/// Merges files into one and makes its name durable; gives up, as interrupted, when it should not go on. On an error
/// the replacement does not count, and is removed or stands in `garbage`, which is empty before; the inputs are as they
/// were.
pub(crate) fn compact(
    disk: &Arc<dyn Disk>,
    table: Table,
    inputs: &[FileRef],
    id: Ulid,
    goes_on: &dyn Fn() -> bool,
    garbage: &mut Garbage,
) -> io::Result<FileRef> {
    let Some(first) = inputs.first() else { return Err(io::ErrorKind::InvalidInput.into()) };
    let over = |pick: fn(&FileName) -> u64| inputs.iter().map(move |file| pick(&file.name));
    let name = FileName {
        level: first.name.level.saturating_add(1),
        min: inputs.iter().map(|file| file.min()).min().unwrap_or(first.min()),
        max: inputs.iter().map(|file| file.max()).max().unwrap_or(first.max()),
        first_sequence: over(|name| name.first_sequence).min().unwrap_or_default(),
        last_sequence: over(|name| name.last_sequence).max().unwrap_or_default(),
        ulid: id,
        tail: None,
        row_kib: inputs.iter().map(|file| file.name.row_kib).max().unwrap_or_default(),
    };
    let replaces: Vec<String> = inputs.iter().map(|file| file.name.ulid.to_string()).collect();
    let metadata = [(footer::REPLACES, replaces.join(","))];
    let folder = first.folder.clone();
    tracing::debug!(folder = %folder.display(), files = inputs.len(), level = name.level, "compaction begins");
    let published = publish(disk, folder.clone(), name, garbage, |path| {
        let mut merge = Merge::open(table.signal, inputs)?;
        let mut writer = Writer::create(&**disk, path, table.signal, &merge.schema, &metadata)?;
        while let Some(batch) = merge.next()? {
            if !goes_on() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            writer.write(&batch)?;
        }
        writer.finish()
    });
    let synced = published.and_then(|file| {
        if kept(Rule::SyncReplacement) {
            disk.sync_dir(&folder)?;
        }
        Ok(file)
    });
    let file = synced.inspect_err(|_| collect_garbage(&**disk, garbage))?;
    garbage.clear();
    tracing::debug!(file = file.path(), "compaction ends");
    Ok(file)
}

/// Files of a table whose newest record is older than a time.
pub(crate) fn expired(files: &[FileRef], log_starts_at: u64, oldest: Timestamp) -> Vec<Ulid> {
    let old = files.iter().filter(|file| file.max() < oldest && file.name.last_sequence < log_starts_at);
    old.map(|file| file.name.ulid).collect()
}

/// Reads sorted files at once and gives their rows in order, a bounded number in memory.
struct Merge {
    schema: SchemaRef,
    inputs: Vec<Input>,
}

struct Input {
    reader: ParquetRecordBatchReader,
    path: String,
    batch: RecordBatch,
    row: usize,
}

impl Merge {
    fn open(signal: Signal, files: &[FileRef]) -> io::Result<Self> {
        let builders: Vec<_> = files
            .iter()
            .map(|file| {
                let source = file.source().map_err(|error| in_file(file.path(), &error))?;
                ParquetRecordBatchReaderBuilder::try_new(source).map_err(|error| in_file(file.path(), &error))
            })
            .collect::<io::Result<_>>()?;
        // The columns that any input has, in the order of the table.
        let table = schema::schema(signal);
        let has = |name: &str| builders.iter().any(|builder| builder.schema().index_of(name).is_ok());
        let fields: Vec<_> = table.fields().iter().filter(|field| has(field.name())).cloned().collect();
        let schema = Arc::new(Schema::new(fields));
        let share = READ_BYTES / builders.len().max(1) as u64;
        let mut inputs = Vec::new();
        for (builder, file) in builders.into_iter().zip(files) {
            let groups = builder.metadata().row_groups().iter();
            let row_bytes = groups.map(|group| {
                let bytes: u64 = group.columns().iter().map(decoded_bytes).sum();
                bytes / u64::try_from(group.num_rows()).unwrap_or(0).max(1)
            });
            let row_bytes = row_bytes.max().unwrap_or(0).max(1);
            let rows = (share / row_bytes).clamp(1, READ_ROWS) as usize;
            let mut reader = builder.with_batch_size(rows).build().map_err(io::Error::other)?;
            let path = file.path().to_owned();
            if let Some(batch) = next_batch(&mut reader, &path, &schema)? {
                inputs.push(Input { reader, path, batch, row: 0 });
            }
        }
        Ok(Self { schema, inputs })
    }

    /// The next rows: up to the end of the first input batch that runs out.
    fn next(&mut self) -> io::Result<Option<RecordBatch>> {
        if self.inputs.is_empty() {
            return Ok(None);
        }
        let batches: Vec<RecordBatch> = self.inputs.iter().map(|input| input.batch.clone()).collect();
        let columns: Vec<SortColumns<'_>> = batches.iter().map(SortColumns::of).collect::<io::Result<_>>()?;
        let mut rows = Vec::new();
        let exhausted = loop {
            let heads = self.inputs.iter().enumerate();
            let Some((at, input)) = heads.min_by_key(|(at, input)| columns[*at].key(input.row)) else {
                break 0;
            };
            rows.push((at, input.row));
            self.inputs[at].row += 1;
            if self.inputs[at].row == batches[at].num_rows() {
                break at;
            }
        };
        let borrowed: Vec<&RecordBatch> = batches.iter().collect();
        let merged = interleave_record_batch(&borrowed, &rows).map_err(io::Error::other)?;
        let input = &mut self.inputs[exhausted];
        match next_batch(&mut input.reader, &input.path, &self.schema)? {
            Some(batch) => (input.batch, input.row) = (batch, 0),
            None => drop(self.inputs.remove(exhausted)),
        }
        Ok(Some(merged))
    }
}

/// The next batch that has rows, with null columns where the file has none.
fn next_batch(
    reader: &mut ParquetRecordBatchReader,
    path: &str,
    schema: &SchemaRef,
) -> io::Result<Option<RecordBatch>> {
    for batch in reader {
        let batch = batch.map_err(|error| in_file(path, &error))?;
        if batch.num_rows() == 0 {
            continue;
        }
        let columns = schema.fields().iter().map(|field| {
            let column = batch.column_by_name(field.name()).cloned();
            column.unwrap_or_else(|| new_null_array(field.data_type(), batch.num_rows()))
        });
        return RecordBatch::try_new(schema.clone(), columns.collect()).map(Some).map_err(io::Error::other);
    }
    Ok(None)
}

/// An error that says which of the files it is about: one that cannot be read holds back its neighbours.
fn in_file(path: &str, error: &impl std::fmt::Display) -> io::Error {
    io::Error::other(format!("{path}: {error}"))
}
