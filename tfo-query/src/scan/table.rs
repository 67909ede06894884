//! The table itself: a union of what is in memory and what is in files.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{FieldRef, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::pruning::PrunableStatistics;
use datafusion::common::stats::Precision;
use datafusion::common::{DFSchema, ScalarValue, Statistics};
use datafusion::config::TableParquetOptions;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::union::UnionExec;
use tfo_sdk::Signal;
use tfo_store::schema::{INGEST_SEQ, TIMESTAMP};

use super::file::ReaderFactory;
use super::{Figures, FooterCache, Planned, SCHEME, ScanFile};
use crate::runtime::rows_at_once;

/// One signal of one snapshot, as a table with the columns of the store.
#[derive(Clone)]
pub(crate) struct SnapshotTable {
    signal: Signal,
    schema: SchemaRef,
    files: Vec<Arc<dyn ScanFile>>,
    batches: Vec<RecordBatch>,
    figures: Arc<Figures>,
    footers: FooterCache,
}

impl std::fmt::Debug for SnapshotTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SnapshotTable")
            .field("files", &self.files.len())
            .field("batches", &self.batches.len())
            .finish_non_exhaustive()
    }
}

impl SnapshotTable {
    /// A table over these files, newest first, and these batches.
    pub(crate) fn new(
        signal: Signal,
        files: Vec<Arc<dyn ScanFile>>,
        batches: Vec<RecordBatch>,
        figures: Arc<Figures>,
        footers: FooterCache,
    ) -> Self {
        Self { signal, schema: tfo_store::schema::schema(signal), files, batches, figures, footers }
    }

    /// The files that may have rows which pass the filters, judged by what their names say: times and sequences.
    fn files_for(&self, state: &dyn Session, filters: &[Expr]) -> Result<Vec<PartitionedFile>> {
        let statistics: Vec<Arc<Statistics>> =
            self.files.iter().map(|file| self.times(file.as_ref()).map(Arc::new)).collect::<Result<_>>()?;
        let mut keep = vec![true; self.files.len()];
        let known: Vec<Arc<Statistics>> = statistics
            .iter()
            .zip(&self.files)
            .map(|(times, file)| self.with_sequences(times, file.as_ref()).map(Arc::new))
            .collect::<Result<_>>()?;
        if let Some(filter) = conjunction(filters.to_vec()) {
            let schema = DFSchema::try_from(self.schema.clone())?;
            let filter = state.create_physical_expr(filter, &schema)?;
            if let Some(pruning) =
                PruningPredicateBuilder::new().with_file_schema(self.schema.clone()).build(filter)
            {
                keep = pruning.prune(&PrunableStatistics::new(known, self.schema.clone()))?;
            }
        }
        let files = self.files.iter().zip(statistics).zip(keep).filter(|(_, keep)| *keep);
        Ok(files
            .map(|((file, statistics), _)| {
                let mut planned = PartitionedFile::new(file.path(), file.len());
                planned.statistics = Some(statistics);
                planned.extensions.insert(file.clone());
                planned
            })
            .collect())
    }

    fn times(&self, file: &dyn ScanFile) -> Result<Statistics> {
        let mut statistics = Statistics::new_unknown(&self.schema);
        let time = |nanos| ScalarValue::TimestampNanosecond(Some(nanos), Some("UTC".into()));
        let column = &mut statistics.column_statistics[self.schema.index_of(TIMESTAMP)?];
        // Pruning takes exact bounds only; that no record lies outside is all that it needs them for.
        column.min_value = Precision::Exact(time(file.min().nanos()));
        column.max_value = Precision::Exact(time(file.max().nanos()));
        column.null_count = Precision::Exact(0);
        Ok(statistics)
    }

    /// Also the sequences of a file, as bounds that choose it. They do not go into the plan: no record need have
    /// either of them, and the plan might take them for the least and the greatest there is.
    fn with_sequences(&self, times: &Statistics, file: &dyn ScanFile) -> Result<Statistics> {
        let mut statistics = times.clone();
        let (first, last) = file.sequences();
        let column = &mut statistics.column_statistics[self.schema.index_of(INGEST_SEQ)?];
        column.min_value = Precision::Exact(ScalarValue::UInt64(Some(first)));
        column.max_value = Precision::Exact(ScalarValue::UInt64(Some(last)));
        column.null_count = Precision::Exact(0);
        Ok(statistics)
    }

    fn planned(
        &self,
        files: &[PartitionedFile],
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
    ) -> Planned {
        let fields = self.schema.fields();
        let name = |field: &FieldRef| field.name().clone();
        let columns = match projection {
            Some(places) => places.iter().filter_map(|place| fields.get(*place)).map(name).collect(),
            None => fields.iter().map(name).collect(),
        };
        Planned {
            signal: self.signal,
            files: self.files.len(),
            left: files
                .iter()
                .filter_map(|file| file.extensions.get::<Arc<dyn ScanFile>>().cloned())
                .collect(),
            memory_rows: self.batches.iter().map(RecordBatch::num_rows).sum(),
            columns,
            filters: filters.iter().map(|filter| filter.human_display().to_string()).collect(),
        }
    }

    fn scan_files(
        &self,
        state: &dyn Session,
        files: Vec<PartitionedFile>,
        projection: Option<&Vec<usize>>,
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let options = TableParquetOptions {
            global: state.config_options().execution.parquet.clone(),
            ..TableParquetOptions::default()
        };
        let memory = &state.runtime_env().memory_pool;
        let row_bytes = self.files.iter().map(|file| file.row_bytes()).max().unwrap_or(0);
        let source = ParquetSource::new(self.schema.clone())
            .with_table_parquet_options(options)
            .with_parquet_file_reader_factory(Arc::new(ReaderFactory {
                figures: self.figures.clone(),
                footers: self.footers.clone(),
                memory: memory.clone(),
                batch_rows: rows_at_once(state.config().batch_size(), row_bytes, memory.as_ref()),
            }));
        let config =
            FileScanConfigBuilder::new(ObjectStoreUrl::parse(format!("{SCHEME}://"))?, Arc::new(source))
                .with_file_groups(deal(files, state.config().target_partitions()))
                .with_projection_indices(projection.cloned())?
                .with_limit(limit)
                .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// Deals the files to groups in turn, so that each group has its newest first and all start with new ones.
fn deal(files: Vec<PartitionedFile>, groups: usize) -> Vec<FileGroup> {
    let count = groups.clamp(1, files.len().max(1));
    let mut groups: Vec<Vec<PartitionedFile>> = vec![Vec::new(); count];
    for (index, file) in files.into_iter().enumerate() {
        groups[index % count].push(file);
    }
    groups.into_iter().map(FileGroup::new).collect()
}

#[async_trait]
impl TableProvider for SnapshotTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        // Filters come down a second time as physical expressions, and are then applied row by row in the reader
        // of files; here they only choose files.
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let files = self.files_for(state, filters)?;
        self.figures.plan(|| self.planned(&files, projection, filters));
        let mut inputs: Vec<Arc<dyn ExecutionPlan>> = Vec::with_capacity(2);
        if !self.batches.is_empty() || files.is_empty() {
            self.figures.count_memory(self.batches.iter().map(RecordBatch::num_rows).sum());
            let partitions = [self.batches.clone()];
            inputs.push(MemorySourceConfig::try_new_exec(
                &partitions,
                self.schema.clone(),
                projection.cloned(),
            )?);
        }
        if !files.is_empty() {
            inputs.push(self.scan_files(state, files, projection, limit)?);
        }
        // A union of one is that one.
        UnionExec::try_new(inputs)
    }
}
