//! How many rows are handled at once: fewer where they are wide.
//!
//! The engine counts rows: it decodes, gathers and hands on some thousands at a time, whatever they take, and much
//! of that no memory pool sees. Of rows of megabytes that would be gigabytes, so a plan that reads such is run with
//! batches of so few rows that they take about as much as a batch of usual ones.

use std::fmt;
use std::sync::Arc;

use datafusion::catalog::Session;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryLimit, MemoryPool};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties,
    ReplaceChildrenOptions, SendableRecordBatchStream,
};

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
    // Batches in memory are handed on whole: a part of one holds all of it, and would be counted as all of it.
    let whole = |plan: Arc<dyn ExecutionPlan>| {
        let in_memory = in_memory(plan.as_ref()).is_some();
        Ok(Transformed::new_transformed(
            if in_memory { Arc::new(RowsExec { input: plan, rows: usual }) } else { plan },
            in_memory,
        ))
    };
    let input = plan.transform_up(whole)?.data;
    Ok(Arc::new(RowsExec { input, rows }))
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

/// Runs its input with batches of so many rows.
#[derive(Debug)]
struct RowsExec {
    input: Arc<dyn ExecutionPlan>,
    rows: usize,
}

impl DisplayAs for RowsExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowsExec: at_once={}", self.rows)
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
        Ok(Arc::new(Self { input, rows: self.rows }))
    }

    // The old form of the same, which the engine no longer calls but still asks for.
    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let config = context.session_config().clone().with_batch_size(self.rows);
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
    use datafusion::execution::memory_pool::{GreedyMemoryPool, UnboundedMemoryPool};

    use super::*;

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
