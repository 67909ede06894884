//! How a statement is answered: the tables that it reads, and the engine's plan, in a form that people can read.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_plan::limit::LocalLimitExec;
use datafusion::physical_plan::metrics::{MetricValue, MetricsSet};
use datafusion::physical_plan::{ExecutionPlan, displayable};
use tfo_sdk::api::{Incomplete, SqlPlan, SqlPruned, SqlStep, SqlTableRead};
use tfo_store::schema::{
    AttributeSet, metric_metadata, record_attributes, resource_attributes, scope_attributes,
};
use tfo_store::{Store, TenantScope};

use super::Planned;
use crate::error::{QueryError, of_sql};
use crate::scan;
use crate::session::{CATALOG, SCHEMA};
use crate::tables::Tables;

/// Characters of a step's detail.
const DETAIL_CHARS: usize = 300;

/// Plans a statement, runs it if that is asked for, and says what there is to say.
pub(crate) async fn explain(
    query: Tables,
    store: Store,
    scope: TenantScope,
    sql: String,
    row_limit: usize,
    analyze: bool,
) -> Result<SqlPlan, QueryError> {
    let mut planned = Planned::new(&query, &store, &scope, &sql, row_limit).await?;
    let tables = query.figures().planned().iter().map(table_read).collect();
    let mut scan = None;
    if analyze {
        planned.plan = planned.plan.transform_up(|plan| Ok(counted(plan))).map_err(of_sql)?.data;
        let mut rows = 0;
        planned
            .each(&query, |batch| {
                rows += batch.num_rows();
                Ok(())
            })
            .await?;
        let mut ran = query.figures().scan();
        if rows > row_limit {
            ran.end_early(
                Incomplete::RowLimit,
                format!("it was run to {row_limit} rows, as an answer has at most"),
            );
        }
        scan = Some(ran);
    }
    let mut steps = Vec::new();
    list(&planned.plan, 0, analyze, &mut steps);
    Ok(SqlPlan { tables, steps, scan })
}

fn table_read(planned: &scan::Planned) -> SqlTableRead {
    let sets =
        [record_attributes(planned.signal), resource_attributes(), scope_attributes(), metric_metadata()];
    SqlTableRead {
        table: planned.signal.table().to_owned(),
        files: planned.files as u64,
        files_left: planned.left.len() as u64,
        bytes_left: planned.bytes_left(),
        memory_rows: planned.memory_rows as u64,
        estimated_rows: planned.estimated_rows(),
        columns: planned.columns.clone(),
        promoted_attributes: planned.columns.iter().filter_map(|column| promoted(&sets, column)).collect(),
        filters: planned.filters.iter().map(|filter| short(filter)).collect(),
    }
}

/// The attribute that a column is, as SQL names it; `None` for a column of another kind.
fn promoted(sets: &[&AttributeSet], column: &str) -> Option<String> {
    let key = |set: &&AttributeSet| {
        let key = column.strip_prefix(set.prefix)?;
        set.promoted.iter().any(|(promoted, _)| *promoted == key).then(|| format!("{}['{key}']", set.map))
    };
    sets.iter().find_map(key)
}

/// A limit that no table reaches.
const NO_LIMIT: usize = usize::MAX;

/// Rows in memory are not counted by what gives them, so they go through a limit that is none, which counts them.
fn counted(plan: Arc<dyn ExecutionPlan>) -> Transformed<Arc<dyn ExecutionPlan>> {
    match plan.downcast_ref::<DataSourceExec>() {
        Some(source) if files(source).is_none() => {
            Transformed::yes(Arc::new(LocalLimitExec::new(plan, NO_LIMIT)))
        }
        _ => Transformed::no(plan),
    }
}

fn files(source: &DataSourceExec) -> Option<&FileScanConfig> {
    source.data_source().downcast_ref::<FileScanConfig>()
}

/// Adds a step and those that it takes its rows from.
fn list(plan: &Arc<dyn ExecutionPlan>, depth: u32, ran: bool, steps: &mut Vec<SqlStep>) {
    if let Some(counter) = plan.downcast_ref::<LocalLimitExec>().filter(|limit| limit.fetch() == NO_LIMIT) {
        let first = steps.len();
        list(counter.input(), depth, ran, steps);
        if let Some(step) = steps.get_mut(first) {
            let metrics = plan.metrics().map(|metrics| metrics.aggregate_by_name());
            step.rows = metrics.as_ref().and_then(MetricsSet::output_rows).map(|rows| rows as u64);
        }
        return;
    }
    let metrics = plan.metrics().filter(|_| ran).map(|metrics| metrics.aggregate_by_name());
    let name = plan.name().trim_end_matches("Exec");
    let line = displayable(plan.as_ref()).one_line().to_string();
    let detail = line.trim().split_once(": ").map_or("", |(_, detail)| detail);
    let mut step = SqlStep {
        depth,
        name: name.to_owned(),
        detail: short(detail),
        rows: metrics.as_ref().and_then(MetricsSet::output_rows).map(|rows| rows as u64),
        elapsed_ns: metrics.as_ref().and_then(MetricsSet::elapsed_compute).map(|nanos| nanos as u64),
        pruned: None,
    };
    if let Some(source) = plan.downcast_ref::<DataSourceExec>() {
        let files = files(source);
        step.name = if files.is_some() { "Files" } else { "Memory" }.to_owned();
        // What the engine writes of these is how they are stored.
        step.detail = files.map(read_files).unwrap_or_default();
        step.pruned = files.and(metrics.as_ref()).map(pruned);
    }
    steps.push(step);
    for child in plan.children() {
        list(child, depth.saturating_add(1), ran, steps);
    }
}

fn read_files(files: &FileScanConfig) -> String {
    let count: usize =
        files.file_groups.iter().map(datafusion::datasource::physical_plan::FileGroup::len).sum();
    let condition = files.file_source().filter().map(|filter| format!(", where {filter}"));
    short(&format!("{count} file{}{}", if count == 1 { "" } else { "s" }, condition.unwrap_or_default()))
}

fn pruned(metrics: &MetricsSet) -> SqlPruned {
    let both = |name: &str| match metrics.sum_by_name(name) {
        Some(MetricValue::PruningMetrics { pruning_metrics, .. }) => {
            (pruning_metrics.pruned() as u64, pruning_metrics.matched() as u64)
        }
        _ => (0, 0),
    };
    let count = |name: &str| metrics.sum_by_name(name).map_or(0, |value| value.as_usize() as u64);
    let (by_statistics, _) = both("row_groups_pruned_statistics");
    let (by_bloom_filters, read) = both("row_groups_pruned_bloom_filter");
    SqlPruned {
        files: both("files_ranges_pruned_statistics").0,
        row_groups_by_statistics: by_statistics + count("row_groups_pruned_dynamic_filter"),
        row_groups_by_bloom_filters: by_bloom_filters,
        row_groups_read: read,
        rows_by_page_index: both("page_index_rows_pruned").0,
        rows_by_filters: count("pushdown_rows_pruned"),
        bytes_read: count("bytes_scanned"),
    }
}

/// At most so many characters, without the names that tables have inside.
fn short(text: &str) -> String {
    let text = text.replace(&format!("{CATALOG}.{SCHEMA}."), "");
    match text.char_indices().nth(DETAIL_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
