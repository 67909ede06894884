//! How many rows are handled at once: fewer where they are wide.
//!
//! The engine counts rows: it decodes, gathers and hands on some thousands at a time, whatever they take, and much
//! of that no memory pool sees. Of rows of megabytes that would be gigabytes, so a plan that reads such is run with
//! batches of so few rows that they take about as much as a batch of usual ones.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, UInt64Array};
use datafusion::arrow::compute::take_record_batch;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::Session;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryLimit, MemoryPool};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties,
    ReplaceChildrenOptions, SendableRecordBatchStream,
};

use futures::StreamExt as _;

use crate::error::fault;
use crate::scan::ScanFile;

/// Bytes of a batch, about, at most.
const MOST_BYTES: u64 = 8 << 20;
/// So many batches fit in the memory of queries, at least: one query has a few in each of its threads.
const BATCHES: u64 = 16;

/// Fewer rows than this at once are slow, so there are as many wherever memory allows.
const FEW: u64 = 16;

/// How many rows of this width are handled at once, where usual ones are `usual`.
pub(crate) fn rows_at_once(usual: usize, row_bytes: u64, pool: &dyn MemoryPool) -> usize {
    let most = match pool.memory_limit() {
        MemoryLimit::Finite(bytes) => bytes as u64 / BATCHES,
        MemoryLimit::Infinite | MemoryLimit::Unknown => u64::MAX,
    };
    let rows = |bytes: u64| bytes / row_bytes.max(1);
    let rows = rows(most.min(MOST_BYTES)).max(rows(most).min(FEW));
    usize::try_from(rows).unwrap_or(usize::MAX).clamp(1, usual.max(1))
}

/// The plan, run with batches of fewer rows if it reads wide ones.
pub(super) fn sized(plan: Arc<dyn ExecutionPlan>, session: &dyn Session) -> Result<Arc<dyn ExecutionPlan>> {
    let usual = session.config().batch_size();
    let mut widest = 0;
    plan.apply(|plan| {
        widest = widest.max(row_bytes(plan.as_ref()));
        Ok(TreeNodeRecursion::Continue)
    })?;
    let rows = rows_at_once(usual, widest, session.runtime_env().memory_pool.as_ref());
    if rows >= usual {
        return Ok(plan);
    }
    // A part of a batch holds all of it, and is counted as all of it by those who keep it: so batches in memory are handed
    // on whole, and a sort gets parts, such as aggregation makes, as batches of their own.
    let whole = |plan: Arc<dyn ExecutionPlan>| {
        if in_memory(plan.as_ref()).is_some() {
            return Ok(Transformed::yes(RowsExec::over(plan, Rows::AtOnce(usual))));
        }
        if !plan.is::<SortExec>() {
            return Ok(Transformed::no(plan));
        }
        let inputs = plan.children().into_iter();
        let inputs = inputs.map(|input| RowsExec::over(Arc::clone(input), Rows::OfTheirOwn)).collect();
        let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        plan.replace_children(inputs, options).map(Transformed::yes)
    };
    let input = plan.transform_up(whole)?.data;
    Ok(RowsExec::over(input, Rows::AtOnce(rows)))
}

/// The batch, without the memory of rows that are not in it.
fn of_its_own(batch: RecordBatch) -> Result<RecordBatch> {
    let needed = |column: &ArrayRef| column.to_data().get_slice_memory_size();
    let needed = batch.columns().iter().map(needed).sum::<Result<usize, _>>()?;
    if batch.get_array_memory_size() / 2 <= needed {
        return Ok(batch);
    }
    let rows = u64::try_from(batch.num_rows()).unwrap_or(u64::MAX);
    Ok(take_record_batch(&batch, &UInt64Array::from_iter_values(0..rows))?)
}

fn in_memory(plan: &dyn ExecutionPlan) -> Option<&MemorySourceConfig> {
    plan.downcast_ref::<DataSourceExec>()?.data_source().downcast_ref::<MemorySourceConfig>()
}

/// Bytes of the rows that a scan reads, on average where they are widest; 0 for other parts of a plan.
fn row_bytes(plan: &dyn ExecutionPlan) -> u64 {
    if let Some(memory) = in_memory(plan) {
        return memory.partitions().iter().flatten().map(tfo_store::row_bytes).max().unwrap_or(0);
    }
    let scan = plan.downcast_ref::<DataSourceExec>().map(DataSourceExec::data_source);
    let Some(scan) = scan.and_then(|scan| scan.downcast_ref::<FileScanConfig>()) else { return 0 };
    let files = scan.file_groups.iter().flat_map(FileGroup::iter);
    let of = |file: Option<&Arc<dyn ScanFile>>| file.map_or(0, |file| file.row_bytes());
    files.map(|file| of(file.extensions.get::<Arc<dyn ScanFile>>())).max().unwrap_or(0)
}

/// Hands on the batches of its input, in another form.
#[derive(Debug)]
struct RowsExec {
    input: Arc<dyn ExecutionPlan>,
    rows: Rows,
}

#[derive(Debug, Clone, Copy)]
enum Rows {
    /// It runs with batches of so many rows.
    AtOnce(usize),
    /// They hold no memory but that of their rows.
    OfTheirOwn,
}

impl RowsExec {
    fn over(input: Arc<dyn ExecutionPlan>, rows: Rows) -> Arc<dyn ExecutionPlan> {
        Arc::new(Self { input, rows })
    }
}

impl DisplayAs for RowsExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rows {
            Rows::AtOnce(rows) => write!(f, "RowsExec: at_once={rows}"),
            Rows::OfTheirOwn => write!(f, "RowsExec: of_their_own"),
        }
    }
}

impl ExecutionPlan for RowsExec {
    fn name(&self) -> &'static str {
        "RowsExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(input), true) = (children.pop(), children.is_empty()) else {
            return Err(fault("RowsExec has one child"));
        };
        Ok(Self::over(input, self.rows))
    }

    // The old form of the same, which the engine no longer calls but still asks for.
    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let rows = match self.rows {
            Rows::AtOnce(rows) => rows,
            Rows::OfTheirOwn => {
                let batches = self.input.execute(partition, context)?.map(|batch| of_its_own(batch?));
                return Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), batches)));
            }
        };
        let config = context.session_config().clone().with_batch_size(rows);
        let context = TaskContext::new(
            context.task_id(),
            context.session_id(),
            config,
            context.scalar_functions().clone(),
            context.higher_order_functions().clone(),
            context.aggregate_functions().clone(),
            context.window_functions().clone(),
            context.runtime_env(),
        );
        self.input.execute(partition, Arc::new(context))
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::StringArray;
    use datafusion::execution::memory_pool::{GreedyMemoryPool, UnboundedMemoryPool};

    use super::*;

    #[test]
    fn a_small_part_of_a_batch_becomes_a_batch_of_its_own() {
        let texts: StringArray = (0..1000).map(|row| Some(format!("row {row}"))).collect();
        let batch = RecordBatch::try_from_iter([("a", Arc::new(texts) as ArrayRef)]).unwrap();
        let part = of_its_own(batch.slice(7, 2)).unwrap();
        assert_eq!(part, batch.slice(7, 2));
        assert!(part.get_array_memory_size() < 500, "{}", part.get_array_memory_size());
        assert_eq!(of_its_own(batch.slice(0, 0)).unwrap().num_rows(), 0);
    }

    #[test]
    fn wide_rows_are_handled_a_few_at_a_time() {
        let roomy = UnboundedMemoryPool::default();
        assert_eq!(rows_at_once(8192, 0, &roomy), 8192);
        assert_eq!(rows_at_once(8192, 800, &roomy), 8192);
        assert_eq!(rows_at_once(8192, 80_000, &roomy), 104);
        assert_eq!(rows_at_once(8192, 80 << 20, &roomy), 16);
        let small = GreedyMemoryPool::new(16 << 20);
        assert_eq!(rows_at_once(8192, 800, &small), 1310);
        assert_eq!(rows_at_once(8192, 300_000, &small), 3);
        assert_eq!(rows_at_once(8192, 80 << 20, &small), 1);
        assert_eq!(rows_at_once(64, 800, &small), 64);
    }
}
