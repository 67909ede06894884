//! Reading one Parquet file through the store.

use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::ParquetFileReaderFactory;
use datafusion::datasource::physical_plan::parquet::CachedParquetMetaData;
use datafusion::error::Result;
use datafusion::execution::cache::cache_manager::{CachedFileMetadataEntry, FileMetadataCache};
use datafusion::execution::memory_pool::MemoryPool;
use datafusion::object_store::ObjectMeta;
use datafusion::parquet::arrow::arrow_reader::ArrowReaderOptions;
use datafusion::parquet::arrow::async_reader::AsyncFileReader;
use datafusion::parquet::errors::{ParquetError, Result as ParquetResult};
use datafusion::parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use datafusion::physical_plan::metrics::{Count, ExecutionPlanMetricsSet, MetricBuilder};
use futures::FutureExt;
use futures::future::BoxFuture;
use tfo_sdk::Timestamp;
use tfo_store::File;

use super::Figures;
use super::memory::Held;
use crate::error::{Unreadable, fault};

/// What a scan needs of a file. The store's files are the only ones in production.
pub(crate) trait ScanFile: fmt::Debug + Send + Sync + 'static {
    /// Its name, unique for all time.
    fn path(&self) -> &str;
    /// No record is older.
    fn min(&self) -> Timestamp;
    /// No record is newer.
    fn max(&self) -> Timestamp;
    /// The lowest and the highest sequence that a record may have.
    fn sequences(&self) -> (u64, u64);
    /// Length in bytes.
    fn len(&self) -> u64;
    /// What a row takes in memory, about, where rows are widest; 0 where that is not known, or little.
    fn row_bytes(&self) -> u64 {
        0
    }
    /// Reads a part of it; blocks.
    fn read(&self, range: Range<u64>) -> io::Result<Bytes>;
}

impl ScanFile for File {
    fn path(&self) -> &str {
        self.path()
    }
    fn min(&self) -> Timestamp {
        self.min()
    }
    fn max(&self) -> Timestamp {
        self.max()
    }
    fn sequences(&self) -> (u64, u64) {
        (self.first_sequence(), self.last_sequence())
    }
    fn len(&self) -> u64 {
        self.len()
    }
    fn row_bytes(&self) -> u64 {
        self.row_bytes()
    }
    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        self.read(range)
    }
}

/// Footers of files, kept between queries.
pub(crate) type FooterCache = Arc<FileMetadataCache>;

/// Most footers come with the first read of the end of the file.
pub(super) const FOOTER_HINT_BYTES: usize = 64 << 10;

/// Opens the files of a scan.
pub(super) struct ReaderFactory {
    pub(super) figures: Arc<Figures>,
    pub(super) footers: FooterCache,
    /// What readers hold counts here.
    pub(super) memory: Arc<dyn MemoryPool>,
    /// Rows that a reader decodes at once.
    pub(super) batch_rows: usize,
}

impl fmt::Debug for ReaderFactory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReaderFactory").finish_non_exhaustive()
    }
}

impl ParquetFileReaderFactory for ReaderFactory {
    fn create_reader(
        &self,
        partition_index: usize,
        partitioned_file: PartitionedFile,
        _metadata_size_hint: Option<usize>,
        metrics: &ExecutionPlanMetricsSet,
    ) -> Result<Box<dyn AsyncFileReader + Send>> {
        let Some(file) = partitioned_file.extensions.get::<Arc<dyn ScanFile>>() else {
            return Err(fault(format!(
                "{}: not a file of the snapshot",
                partitioned_file.object_meta.location
            )));
        };
        self.figures.count_file(file.path());
        Ok(Box::new(Reader {
            file: file.clone(),
            figures: self.figures.clone(),
            bytes: MetricBuilder::new(metrics).counter("bytes_scanned", partition_index),
            footers: self.footers.clone(),
            meta: partitioned_file.object_meta,
            footer: None,
            held: Held::new(&self.memory, self.batch_rows),
        }))
    }
}

struct Reader {
    file: Arc<dyn ScanFile>,
    figures: Arc<Figures>,
    /// Bytes that this step of the plan read.
    bytes: Count,
    footers: FooterCache,
    meta: ObjectMeta,
    /// The footer, once it was read.
    footer: Option<Arc<ParquetMetaData>>,
    held: Held,
}

impl Reader {
    fn read(&self, range: Range<u64>) -> ParquetResult<Bytes> {
        let len = range.end.saturating_sub(range.start);
        self.figures.count_bytes(len);
        self.bytes.add(usize::try_from(len).unwrap_or(usize::MAX));
        self.file.read(range).map_err(|error| self.unreadable(&error))
    }

    fn unreadable(&self, cause: &impl fmt::Display) -> ParquetError {
        let (path, cause) = (self.file.path().to_owned(), cause.to_string());
        ParquetError::External(Box::new(Unreadable { path, cause }))
    }
}

impl AsyncFileReader for Reader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, ParquetResult<Bytes>> {
        // Threads of queries may block on the disk: nothing but this query runs on them. But between two reads it
        // may be stopped: a scan that finds nothing in a hundred files would otherwise never pause.
        async move {
            tokio::task::yield_now().await;
            self.read(range)
        }
        .boxed()
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, ParquetResult<Vec<Bytes>>> {
        async move {
            if let Some(footer) = &self.footer {
                let counted = self.held.count(footer, &ranges);
                counted.map_err(|error| ParquetError::External(Box::new(error)))?;
            }
            let mut parts = Vec::with_capacity(ranges.len());
            for range in ranges {
                parts.push(self.get_bytes(range).await?);
            }
            Ok(parts)
        }
        .boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, ParquetResult<Arc<ParquetMetaData>>> {
        let policy = options.map_or(PageIndexPolicy::Optional, ArrowReaderOptions::column_index_policy);
        async move {
            if let Some(entry) = self.footers.get(&self.meta.location)
                && let Some(cached) = entry.file_metadata.as_any().downcast_ref::<CachedParquetMetaData>()
            {
                return Ok(self.footer.insert(cached.parquet_metadata().clone()).clone());
            }
            let len = self.meta.size;
            let footer = ParquetMetaDataReader::new()
                .with_prefetch_hint(Some(FOOTER_HINT_BYTES))
                .with_page_index_policy(policy)
                .load_and_finish(&mut *self, len)
                .await
                .map_err(|error| match error {
                    ParquetError::External(_) => error,
                    error => self.unreadable(&error),
                })?;
            let footer = Arc::new(footer);
            let entry = CachedFileMetadataEntry::new(
                self.meta.clone(),
                Arc::new(CachedParquetMetaData::new(footer.clone())),
            );
            self.footers.put(&self.meta.location, entry);
            Ok(self.footer.insert(footer).clone())
        }
        .boxed()
    }
}
