//! Snapshots made by hand, for tests of what reads them.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use datafusion::arrow::array::ListArray;
use datafusion::arrow::array::{
    ArrayRef, AsArray, Int32Array, Int64Array, MapBuilder, MapFieldNames, StringArray, StringBuilder,
    TimestampNanosecondArray, UInt32Array, UInt64Array, new_empty_array, new_null_array,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::{max, min};
use datafusion::arrow::datatypes::{DataType, Field, TimestampNanosecondType, UInt64Type};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::execution::context::SessionContext;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::properties::WriterProperties;
use tfo_sdk::{Signal, Timestamp};
use tfo_store::schema::{INGEST_SEQ, TIMESTAMP, schema};

use crate::scan::{Figures, ScanFile, SnapshotTable};

/// A batch in the whole schema of a signal, of which a test says the columns that matter to it.
pub(crate) struct Rows {
    signal: Signal,
    count: usize,
    columns: HashMap<String, ArrayRef>,
}

/// The attributes of a row as they stand in a map.
pub(crate) type Pairs<'a> = &'a [(&'a str, &'a str)];

impl Rows {
    /// Rows at these times, in order of arrival.
    pub(crate) fn at(signal: Signal, sequence: u64, times: &[i64]) -> Self {
        let rows = Self { signal, count: times.len(), columns: HashMap::new() };
        let ids = u32::try_from(times.len()).unwrap();
        rows.column(TIMESTAMP, TimestampNanosecondArray::from(times.to_vec()).with_timezone("UTC"))
            .column("ingest_seq", UInt64Array::from(vec![sequence; times.len()]))
            .column("ingest_row", UInt32Array::from((0..ids).collect::<Vec<_>>()))
    }

    fn column(mut self, name: &str, values: impl datafusion::arrow::array::Array + 'static) -> Self {
        self.columns.insert(name.to_owned(), Arc::new(values));
        self
    }

    pub(crate) fn text(self, name: &str, values: &[Option<&str>]) -> Self {
        self.column(name, StringArray::from(values.to_vec()))
    }

    pub(crate) fn int(self, name: &str, values: &[Option<i64>]) -> Self {
        match schema(self.signal).field_with_name(name).unwrap().data_type() {
            DataType::Int32 => {
                let values: Int32Array = values.iter().map(|value| value.map(|value| value as i32)).collect();
                self.column(name, values)
            }
            _ => self.column(name, Int64Array::from(values.to_vec())),
        }
    }

    pub(crate) fn map(self, name: &str, rows: &[Option<Pairs<'_>>]) -> Self {
        let map = map(rows);
        self.column(name, map.as_map().clone())
    }

    pub(crate) fn batch(mut self) -> RecordBatch {
        let count = self.count;
        let schema = schema(self.signal);
        let columns = schema
            .fields()
            .iter()
            .map(|field| self.columns.remove(field.name()).unwrap_or_else(|| unsaid(field, count)));
        let columns = columns.collect();
        RecordBatch::try_new(schema.clone(), columns).unwrap()
    }
}

fn unsaid(field: &Field, count: usize) -> ArrayRef {
    match field.data_type() {
        data_type if field.is_nullable() => new_null_array(data_type, count),
        DataType::Map(..) => map(&vec![Some(&[][..]); count]),
        DataType::Utf8 => Arc::new(StringArray::from(vec!["00"; count])),
        DataType::List(item) => Arc::new(ListArray::new(
            item.clone(),
            OffsetBuffer::new(vec![0; count + 1].into()),
            new_empty_array(item.data_type()),
            None,
        )),
        other => panic!("say the column {} of {other}", field.name()),
    }
}

fn map(rows: &[Option<Pairs<'_>>]) -> ArrayRef {
    let names = MapFieldNames { entry: "entries".into(), key: "key".into(), value: "value".into() };
    let mut builder = MapBuilder::new(Some(names), StringBuilder::new(), StringBuilder::new())
        .with_values_field(Field::new("value", DataType::Utf8, false));
    for row in rows {
        for (key, value) in row.unwrap_or_default() {
            builder.keys().append_value(key);
            builder.values().append_value(value);
        }
        builder.append(row.is_some()).unwrap();
    }
    Arc::new(builder.finish())
}

/// A Parquet file in memory that counts how often it is read.
#[derive(Debug)]
pub(crate) struct MemoryFile {
    path: String,
    bytes: Bytes,
    min: Timestamp,
    max: Timestamp,
    sequences: (u64, u64),
    pub(crate) reads: AtomicUsize,
}

impl MemoryFile {
    /// A file of these rows without the columns that are null throughout.
    pub(crate) fn new(path: &str, batch: &RecordBatch) -> Arc<Self> {
        let filled: Vec<usize> =
            (0..batch.num_columns()).filter(|at| batch.column(*at).null_count() < batch.num_rows()).collect();
        let batch = batch.project(&filled).unwrap();
        let properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(100))
            .set_column_bloom_filter_enabled("trace_id".into(), true)
            .build();
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let times = batch.column_by_name(TIMESTAMP).unwrap().as_primitive::<TimestampNanosecondType>();
        let sequences = batch.column_by_name(INGEST_SEQ).unwrap().as_primitive::<UInt64Type>();
        Arc::new(Self {
            sequences: (min(sequences).unwrap(), max(sequences).unwrap()),
            path: path.to_owned(),
            bytes: bytes.into(),
            min: Timestamp(min(times).unwrap()),
            max: Timestamp(max(times).unwrap()),
            reads: AtomicUsize::new(0),
        })
    }
}

impl ScanFile for MemoryFile {
    fn path(&self) -> &str {
        &self.path
    }
    fn min(&self) -> Timestamp {
        self.min
    }
    fn max(&self) -> Timestamp {
        self.max
    }
    fn sequences(&self) -> (u64, u64) {
        self.sequences
    }
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }
    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        Ok(self.bytes.slice(range.start as usize..range.end as usize))
    }
}

/// A table over these files and batches.
pub(crate) fn table(signal: Signal, files: &[Arc<MemoryFile>], batches: &[RecordBatch]) -> SnapshotTable {
    let environment = RuntimeEnv::default();
    let files = files.iter().map(|file| file.clone() as Arc<dyn ScanFile>).collect();
    let footers = environment.cache_manager.get_file_metadata_cache();
    SnapshotTable::new(signal, files, batches.to_vec(), Arc::new(Figures::default()), footers)
}

/// A session that has these tables under their names.
pub(crate) fn context(tables: Vec<(&str, Arc<dyn datafusion::catalog::TableProvider>)>) -> SessionContext {
    let environment = crate::runtime::environment_for_tests();
    let tables = tables.into_iter().map(|(name, table)| (name.to_owned(), table)).collect();
    crate::session::session(&environment, tables).unwrap()
}

/// The answer of a query as text: rows on lines, values as people read them.
pub(crate) async fn query(context: &SessionContext, sql: &str) -> String {
    let plan = context.state().create_logical_plan(sql).await.unwrap();
    let frame = datafusion::dataframe::DataFrame::new(context.state(), plan);
    let batches = frame.collect().await.unwrap();
    let mut lines = Vec::new();
    for batch in batches {
        for row in crate::sql::rows_for_tests(&batch) {
            lines.push(row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "));
        }
    }
    lines.join("\n")
}

/// Runs a test on a stack as large as that of the threads of queries.
pub(crate) fn on_a_query_stack<F: Future<Output = ()>>(test: impl FnOnce() -> F + Send + 'static) {
    let run = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(test());
    };
    let thread = std::thread::Builder::new().stack_size(crate::runtime::STACK_BYTES).spawn(run);
    thread.unwrap().join().unwrap();
}
