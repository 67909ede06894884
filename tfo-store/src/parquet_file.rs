//! Writing and reading one Parquet file: settings, order, footer, and the way through the disk seam.
//!
//! Rows are sorted by service, time and arrival. Row groups are small enough to prune, pages have an index, ids have
//! a bloom filter. Promoted columns that are null throughout are left out.

use std::io::{self, BufReader, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use arrow::compute::interleave_record_batch;
use arrow::datatypes::{Schema, SchemaRef, TimestampNanosecondType, UInt32Type, UInt64Type};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
#[cfg(not(test))]
use parquet::basic::ZstdLevel;
use parquet::basic::{Compression, Encoding, Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    ColumnChunkMetaData, KeyValue, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy,
    SortingColumn,
};
use parquet::file::properties::{BloomFilterProperties, EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use tfo_sdk::Signal;

use crate::disk::{Disk, DiskFile};
use crate::rule::{Rule, kept};
use crate::schema::{INGEST_ROW, INGEST_SEQ, SERVICE_NAME, TIMESTAMP};
use crate::sums::{Summing, Sums};

/// Rows of a row group.
const ROW_GROUP: usize = 64 * 1024;
/// Bytes of the columns of a row group in memory, about, when its rows are large. A reader has at most so much of a
/// file at once, however well the group is compressed; a record that is larger has a group of its own.
const ROW_GROUP_BYTES: usize = 64 << 20;
/// The same where rows are so wide that a reader takes most of a group in one batch.
const WIDE_GROUP_BYTES: usize = 16 << 20;
/// Rows of a page, and rows handed to the writer at once, at most.
const CHUNK: usize = 8 * 1024;
/// Bytes handed to the writer at once, about: of wide rows that is a page, and who reads the file holds a whole page
/// of each column.
const CHUNK_BYTES: usize = 2 << 20;

/// Keys of the footer. The values are texts.
pub(crate) mod footer {
    /// Version of the format of the file.
    pub(crate) const FORMAT: &str = "tfo.format";
    /// Id of the flush that wrote the file, for files of level 0.
    pub(crate) const FLUSH: &str = "tfo.flush";
    /// How many files that flush wrote.
    pub(crate) const FILES: &str = "tfo.files";
    /// Ids of the files that this one replaces, separated by commas, for files of higher levels.
    pub(crate) const REPLACES: &str = "tfo.replaces";
    /// Where the pages end, and the checksums of their blocks: `<bytes>:<base64 of 32-bit numbers>`.
    pub(crate) const BLOCKS: &str = "tfo.blocks";
}

/// What a row is sorted by inside a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SortKey<'a> {
    service: Option<&'a str>,
    timestamp: i64,
    sequence: u64,
    row: u32,
}

/// The columns of a batch that rows are sorted by.
pub(crate) struct SortColumns<'a> {
    service: &'a arrow::array::StringArray,
    timestamp: &'a arrow::array::TimestampNanosecondArray,
    sequence: &'a arrow::array::UInt64Array,
    row: &'a arrow::array::UInt32Array,
}

impl<'a> SortColumns<'a> {
    /// The columns of a batch in the schema of a table.
    pub(crate) fn of(batch: &'a RecordBatch) -> io::Result<Self> {
        let column = |name: &str| {
            batch.column_by_name(name).ok_or_else(|| {
                io::Error::new(io::ErrorKind::InvalidData, format!("a batch has no column {name}"))
            })
        };
        let wrong = || io::Error::new(io::ErrorKind::InvalidData, "a sort column has the wrong type");
        Ok(Self {
            service: column(SERVICE_NAME)?.as_string_opt().ok_or_else(wrong)?,
            timestamp: column(TIMESTAMP)?.as_primitive_opt::<TimestampNanosecondType>().ok_or_else(wrong)?,
            sequence: column(INGEST_SEQ)?.as_primitive_opt::<UInt64Type>().ok_or_else(wrong)?,
            row: column(INGEST_ROW)?.as_primitive_opt::<UInt32Type>().ok_or_else(wrong)?,
        })
    }

    /// The time of a row.
    pub(crate) fn timestamp(&self, row: usize) -> i64 {
        self.timestamp.value(row)
    }

    /// The key of a row.
    pub(crate) fn key(&self, row: usize) -> SortKey<'a> {
        SortKey {
            service: (!self.service.is_null(row)).then(|| self.service.value(row)),
            timestamp: self.timestamp.value(row),
            sequence: self.sequence.value(row),
            row: self.row.value(row),
        }
    }
}

/// Writes rows of some batches, named by (batch, row) in the order of the file, and syncs the file.
pub(crate) fn write(
    disk: &dyn Disk,
    path: &Path,
    signal: Signal,
    batches: &[RecordBatch],
    rows: &[(usize, usize)],
    metadata: &[(&str, String)],
) -> io::Result<Written> {
    let schema = used_columns(batches);
    let mut writer = Writer::create(disk, path, signal, &schema, metadata)?;
    let bytes: usize = batches.iter().map(RecordBatch::get_array_memory_size).sum();
    let row_bytes = bytes / batches.iter().map(RecordBatch::num_rows).sum::<usize>().max(1);
    // What the file will not have is not put in order either: that is more than half of the columns.
    let batches: Vec<RecordBatch> =
        batches.iter().map(|batch| project(batch, &schema)).collect::<io::Result<_>>()?;
    let batches: Vec<&RecordBatch> = batches.iter().collect();
    for chunk in rows.chunks((CHUNK_BYTES / row_bytes.max(1)).clamp(1, CHUNK)) {
        writer.write(&interleave_record_batch(&batches, chunk).map_err(io::Error::other)?)?;
    }
    writer.finish()
}

/// The columns of batches of one schema that a file of them has.
fn used_columns(batches: &[RecordBatch]) -> SchemaRef {
    let Some(first) = batches.first() else { return Arc::new(Schema::empty()) };
    let schema = first.schema();
    let used = |place: usize| batches.iter().any(|batch| batch.column(place).null_count() < batch.num_rows());
    let fields = schema.fields().iter().enumerate();
    let fields: Vec<_> = fields
        .filter(|(place, field)| !is_promoted(field.name()) || used(*place))
        .map(|(_, field)| field.clone())
        .collect();
    Arc::new(Schema::new(fields))
}

/// The columns of a schema, out of a batch that has at least these.
fn project(batch: &RecordBatch, schema: &SchemaRef) -> io::Result<RecordBatch> {
    let columns: Option<Vec<_>> =
        schema.fields().iter().map(|field| batch.column_by_name(field.name()).cloned()).collect();
    let columns =
        columns.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a batch lacks a column"))?;
    RecordBatch::try_new(schema.clone(), columns).map_err(io::Error::other)
}

/// Whether a column holds one attribute. No other column has a dot in its name.
fn is_promoted(column: &str) -> bool {
    column.contains('.')
}

/// A file that was written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written {
    /// Its length in bytes.
    pub(crate) len: u64,
    /// The checksum of what is behind its pages.
    pub(crate) tail: u32,
}

/// A Parquet file that is being written.
pub(crate) struct Writer {
    writer: ArrowWriter<DiskWriter>,
    schema: SchemaRef,
    /// Bytes in memory of the rows of the row group that is not yet written.
    group_bytes: usize,
}

impl Writer {
    /// Starts a file that has these columns.
    pub(crate) fn create(
        disk: &dyn Disk,
        path: &Path,
        signal: Signal,
        schema: &SchemaRef,
        metadata: &[(&str, String)],
    ) -> io::Result<Self> {
        let (file, buffer) = (disk.create(path)?, Vec::with_capacity(BUFFER));
        let file = DiskWriter { file, offset: 0, buffer, sums: Summing::default() };
        let properties = properties(signal, schema, metadata)?;
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties)).map_err(io_error)?;
        Ok(Self { writer, schema: schema.clone(), group_bytes: 0 })
    }

    /// Appends rows, which have at least the columns of the file, in order.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        let batch = project(batch, &self.schema)?;
        let bytes = batch.get_array_memory_size();
        let wide = bytes / batch.num_rows().max(1) > WIDE_GROUP_BYTES / CHUNK;
        if self.group_bytes + bytes > if wide { WIDE_GROUP_BYTES } else { ROW_GROUP_BYTES } {
            self.writer.flush().map_err(io_error)?;
            self.group_bytes = 0;
        }
        self.writer.write(&batch).map_err(io_error)?;
        // A group that is full of rows was written in between.
        let began = self.writer.in_progress_rows() <= batch.num_rows();
        self.group_bytes = if began { bytes } else { self.group_bytes + bytes };
        Ok(())
    }

    /// Writes the footer and syncs the file.
    pub(crate) fn finish(mut self) -> io::Result<Written> {
        self.writer.flush().map_err(io_error)?;
        // What the writer has still in its hands becomes a part of the pages.
        self.writer.sync()?;
        let file = self.writer.inner_mut();
        let blocks = file.sums.end_pages(file.offset + file.buffer.len() as u64);
        self.writer.append_key_value_metadata(KeyValue::new(footer::BLOCKS.to_owned(), blocks));
        self.writer.finish().map_err(io_error)?;
        let file = self.writer.inner_mut();
        file.flush()?;
        if kept(Rule::SyncFiles) {
            file.file.sync()?;
        }
        Ok(Written { len: file.offset, tail: file.sums.tail() })
    }
}

#[cfg(not(test))]
fn compression() -> io::Result<Compression> {
    Ok(Compression::ZSTD(ZstdLevel::try_new(1).map_err(io_error)?))
}

/// To set the codec up for each column of a tiny file would be most of what the fault test does.
#[cfg(test)]
fn compression() -> io::Result<Compression> {
    Ok(Compression::UNCOMPRESSED)
}

fn properties(signal: Signal, schema: &Schema, metadata: &[(&str, String)]) -> io::Result<WriterProperties> {
    let column = |name: &str| ColumnPath::from(name);
    let place = |name: &str| schema.index_of(name).map_err(io::Error::other);
    let sorting = |column_idx: usize| SortingColumn {
        column_idx: column_idx as i32,
        descending: false,
        nulls_first: true,
    };
    let footer = [(footer::FORMAT, crate::FORMAT.to_string())];
    let footer =
        footer.iter().chain(metadata).map(|(key, value)| KeyValue::new((*key).to_owned(), value.clone()));
    let mut builder = WriterProperties::builder()
        .set_created_by(format!("tfo {}", env!("CARGO_PKG_VERSION")))
        .set_compression(compression()?)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_data_page_row_count_limit(CHUNK)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_sorting_columns(Some(vec![sorting(place(SERVICE_NAME)?), sorting(place(TIMESTAMP)?)]))
        .set_key_value_metadata(Some(footer.collect()));
    // Deltas pack times and sequences to about three bytes; a dictionary of them would only be thrown away.
    for name in [
        TIMESTAMP,
        INGEST_SEQ,
        INGEST_ROW,
        "observed_timestamp",
        "end_timestamp",
        "start_timestamp",
        "duration_ns",
    ] {
        builder = builder
            .set_column_dictionary_enabled(column(name), false)
            .set_column_encoding(column(name), Encoding::DELTA_BINARY_PACKED);
    }
    for name in ["body", "trace_id", "span_id", "parent_span_id"] {
        builder = builder.set_column_dictionary_enabled(column(name), false);
    }
    if signal != Signal::MetricPoints {
        let bloom = BloomFilterProperties::builder().with_fpp(0.01).with_max_ndv(20_000).build();
        builder = builder.set_column_bloom_filter_properties(column("trace_id"), bloom);
    }
    Ok(builder.build())
}

/// An error of the disk stays one; anything else Parquet says is a fault of ours or of the file.
fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}

const BUFFER: usize = 1 << 20;

/// Sequential writes to a file of the disk.
struct DiskWriter {
    file: Arc<dyn DiskFile>,
    offset: u64,
    buffer: Vec<u8>,
    sums: Summing,
}

impl Write for DiskWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.buffer.len() + bytes.len() > BUFFER {
            self.flush()?;
        }
        self.sums.add(bytes);
        self.buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all_at(&self.buffer, self.offset)?;
        self.offset += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

/// Bytes that the values of a column of a row group take in memory, all at once: what a dictionary makes small in
/// the file is at its full size here.
pub fn decoded_bytes(column: &ColumnChunkMetaData) -> u64 {
    let values = u64::try_from(column.num_values()).unwrap_or(0);
    let bytes = match column.column_type() {
        Type::BYTE_ARRAY => {
            let texts = column.unencoded_byte_array_data_bytes().unwrap_or(column.uncompressed_size());
            u64::try_from(texts).unwrap_or(0).saturating_add(values.saturating_mul(4))
        }
        Type::FIXED_LEN_BYTE_ARRAY => {
            values.saturating_mul(u64::try_from(column.column_descr().type_length()).unwrap_or(0))
        }
        _ => values.saturating_mul(8),
    };
    bytes.saturating_add(values / 8)
}

/// Reads a part of a file.
pub(crate) fn read_range(file: &dyn DiskFile, range: Range<u64>) -> io::Result<Bytes> {
    let len = usize::try_from(range.end.saturating_sub(range.start)).map_err(io::Error::other)?;
    let mut bytes = vec![0; len];
    file.read_exact_at(&mut bytes, range.start)?;
    Ok(bytes.into())
}

/// A file of the disk as the Parquet reader wants it.
pub(crate) struct Source {
    pub(crate) file: Arc<dyn DiskFile>,
    pub(crate) len: u64,
    /// What is read is held against them, where the file has any.
    pub(crate) sums: Option<Arc<Sums>>,
}

impl Source {
    /// Reads a part of it.
    pub(crate) fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        read_checked(&*self.file, self.sums.as_deref(), range)
    }
}

fn read_checked(file: &dyn DiskFile, sums: Option<&Sums>, range: Range<u64>) -> io::Result<Bytes> {
    match sums {
        Some(sums) => sums.read(file, range),
        None => read_range(file, range),
    }
}

impl parquet::file::reader::Length for Source {
    fn len(&self) -> u64 {
        self.len
    }
}

impl parquet::file::reader::ChunkReader for Source {
    type T = BufReader<SourceReader>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        let (file, sums) = (self.file.clone(), self.sums.clone());
        let reader = SourceReader { file, sums, offset: start, len: self.len };
        Ok(BufReader::with_capacity(PAGE_HEADER, reader))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        self.read(start..start + length as u64).map_err(|error| ParquetError::External(Box::new(error)))
    }
}

/// What is read of a file at once to find out about a page: its header fits, mostly. The reader of pages asks for
/// the header byte by byte.
const PAGE_HEADER: usize = 512;

/// Sequential reads from a file of the disk.
pub(crate) struct SourceReader {
    file: Arc<dyn DiskFile>,
    sums: Option<Arc<Sums>>,
    offset: u64,
    len: u64,
}

impl io::Read for SourceReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(self.len.saturating_sub(self.offset)).unwrap_or(usize::MAX);
        let part = buffer.len().min(rest);
        let end = self.offset + part as u64;
        let bytes = read_checked(&*self.file, self.sums.as_deref(), self.offset..end)?;
        buffer[..part].copy_from_slice(&bytes);
        self.offset = end;
        Ok(part)
    }
}

/// The values of a file's footer.
pub(crate) fn read_footer(file: &Source) -> io::Result<std::collections::HashMap<String, String>> {
    let mut reader = ParquetMetaDataReader::new();
    reader.try_parse(file).map_err(io_error)?;
    let metadata = reader.finish().map_err(io_error)?;
    let pairs = metadata.file_metadata().key_value_metadata().cloned().unwrap_or_default();
    Ok(pairs.into_iter().filter_map(|pair| Some((pair.key, pair.value?))).collect())
}

/// How many rows a file has, without the statistics of its columns.
pub(crate) fn read_row_count(file: &Source) -> io::Result<u64> {
    let skip = ParquetStatisticsPolicy::SkipAll;
    let options = ParquetMetaDataOptions::new()
        .with_encoding_stats_policy(skip.clone())
        .with_column_stats_policy(skip.clone())
        .with_size_stats_policy(skip);
    let reader = ParquetMetaDataReader::new().with_metadata_options(Some(options));
    let metadata = reader.parse_and_finish(file).map_err(io_error)?;
    Ok(u64::try_from(metadata.file_metadata().num_rows()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
    use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
    use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
    use parquet::file::metadata::ParquetMetaData;
    use prost::Message as _;
    use tfo_sdk::Timestamp;

    use super::*;
    use crate::disk::LocalDisk;
    use crate::otlp::{self, Acceptance};

    const ACCEPTANCE: Acceptance =
        Acceptance { received_at: Timestamp(1), oldest: Timestamp(0), newest: Timestamp(1) };

    /// Log records that all have this attribute, in a file.
    fn written(records: usize, attribute: &str) -> ParquetMetaData {
        let value = Some(AnyValue { value: Some(Value::StringValue(attribute.to_owned())) });
        let attributes = vec![KeyValue { key: "repeated".to_owned(), value, ..KeyValue::default() }];
        let log_records = vec![LogRecord { attributes, ..LogRecord::default() }; records];
        let scope_logs = vec![ScopeLogs { log_records, ..ScopeLogs::default() }];
        let resource_logs = vec![ResourceLogs { scope_logs, ..ResourceLogs::default() }];
        let raw = ExportLogsServiceRequest { resource_logs }.encode_to_vec();
        let batch = otlp::decode(Signal::Logs, raw.into(), ACCEPTANCE).unwrap().batch;
        let folder = tempfile::TempDir::new().unwrap();
        let disk = LocalDisk::open(folder.path()).unwrap();
        let rows: Vec<(usize, usize)> = (0..records).map(|row| (0, row)).collect();
        let path = Path::new("file.parquet");
        let Written { len, .. } = write(&disk, path, Signal::Logs, &[batch], &rows, &[]).unwrap();
        let source = Source { file: disk.open(path).unwrap(), len, sums: None };
        let mut reader = ParquetMetaDataReader::new();
        reader.try_parse(&source).unwrap();
        reader.finish().unwrap()
    }

    fn groups(footer: &ParquetMetaData) -> Vec<(i64, u64)> {
        let bytes = |group: &parquet::file::metadata::RowGroupMetaData| {
            group.columns().iter().map(decoded_bytes).sum()
        };
        footer.row_groups().iter().map(|group| (group.num_rows(), bytes(group))).collect()
    }

    #[test]
    fn a_row_group_is_small_in_memory_however_small_it_is_in_the_file() {
        let text = "x".repeat(500_000);
        let groups = groups(&written(200, &text));
        assert!(groups.len() > 1, "{groups:?}");
        for (rows, bytes) in groups {
            assert!(bytes >= rows as u64 * 500_000, "{rows} rows in {bytes} bytes");
            assert!(bytes <= (WIDE_GROUP_BYTES + CHUNK_BYTES) as u64, "{rows} rows in {bytes} bytes");
        }
    }

    #[test]
    fn small_records_fill_a_row_group() {
        assert_eq!(groups(&written(10_000, "x")).len(), 1);
    }
}
