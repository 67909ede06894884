//! SQL from a user: guarded, planned over the tenant's tables alone, run to a bounded number of rows.
//!
//! What it means is what it means to DataFusion, save for attributes ([`attributes`]) and for text that is compared
//! with numbers ([`numbers`]). That includes integers: `+`, `-`, `*` and `sum` wrap around beyond 64 bits, as there
//! is no setting by which they would fail; whoever adds up larger numbers writes `CAST(x AS DOUBLE)` or a decimal.

mod answer;
mod attributes;
mod bounded;
mod dialect;
mod explain;
pub(crate) mod functions;
pub(crate) mod guard;
mod map_entries;
pub(crate) mod numbers;
pub(crate) mod refused;
mod tables;

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::config::ConfigNonZeroUsize;
use datafusion::execution::context::{SQLOptions, SessionContext};
use datafusion::logical_expr::LogicalPlanBuilder;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::sql::parser::Statement;
use datafusion::sql::resolve::resolve_table_references;
use futures::TryStreamExt;
use tfo_sdk::api::{Incomplete, SqlAnswer, SqlColumn};
use tfo_store::{Store, TenantScope};

use crate::error::{QueryError, of_sql};
use crate::tables::Tables;

pub(crate) use explain::explain;
pub(crate) use tables::table_list;

/// The forms that an answer has at the same time: columns, values, JSON.
const ANSWER_FORMS: usize = 3;
/// Rows of a batch where lists become rows.
const UNNEST_BATCH: usize = 64;

/// Runs one SELECT and gives at most so many rows.
pub(crate) async fn run(
    query: Tables,
    store: Store,
    scope: TenantScope,
    sql: String,
    row_limit: usize,
) -> Result<SqlAnswer, QueryError> {
    let planned = Planned::new(&query, &store, &scope, &sql, row_limit).await?;
    let mut rows = Vec::new();
    planned.each(&query, |batch| append(&mut rows, batch, row_limit)).await?;
    let mut scan = query.figures().scan();
    if rows.len() > row_limit {
        rows.truncate(row_limit);
        let because = format!("an answer has at most {row_limit} rows; add a LIMIT, a WHERE or an aggregate");
        scan.end_early(Incomplete::RowLimit, because);
    }
    Ok(SqlAnswer { columns: planned.columns, rows, scan })
}

/// A statement that was accepted and planned.
struct Planned {
    columns: Vec<SqlColumn>,
    plan: Arc<dyn ExecutionPlan>,
    context: SessionContext,
}

impl Planned {
    async fn new(
        query: &Tables,
        store: &Store,
        scope: &TenantScope,
        sql: &str,
        row_limit: usize,
    ) -> Result<Self, QueryError> {
        let statement = Statement::Statement(Box::new(guard::parse(sql)?));
        let names = table_names(&statement)?;
        let tables =
            tables::tables(query, &names, |signal| store.snapshot(scope, signal, tfo_sdk::TimeRange::ALL))
                .await?;
        let context = crate::session::session(query.environment(), tables).map_err(of_sql)?;
        if guard::unnests(sql) {
            // All lists of a batch become rows at once, which the memory pool does not see: so few lists at a time.
            context.state_ref().write().config_mut().options_mut().execution.batch_size =
                ConfigNonZeroUsize::try_new(UNNEST_BATCH).map_err(of_sql)?;
        }
        let state = context.state();
        let plan =
            bounded::bound(state.statement_to_plan(statement).await.map_err(of_sql)?).map_err(of_sql)?;
        // The second wall: whatever the guard let through, only a query passes here.
        let only_queries =
            SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        only_queries.verify_plan(&plan).map_err(of_sql)?;
        let columns = plan.schema().fields().iter();
        let columns = columns
            .map(|field| SqlColumn { name: field.name().clone(), kind: answer::type_name(field.data_type()) })
            .collect();
        // One more than wanted tells whether there are more; a limit also lets the engine stop early.
        let plan = LogicalPlanBuilder::from(plan)
            .limit(0, Some(row_limit.saturating_add(1)))
            .and_then(LogicalPlanBuilder::build)
            .map_err(of_sql)?;
        let plan = state.create_physical_plan(&plan).await.map_err(of_sql)?;
        Ok(Self { columns, plan, context })
    }

    /// Runs it, and hands over its rows as they come.
    async fn each(
        &self,
        query: &Tables,
        mut take: impl FnMut(&RecordBatch) -> Result<(), QueryError>,
    ) -> Result<(), QueryError> {
        let mut stream = execute_stream(self.plan.clone(), self.context.task_ctx()).map_err(of_sql)?;
        // The answer is held in memory until it is sent, so it counts as the query's memory.
        let held = query.hold("answer");
        while let Some(batch) = stream.try_next().await.map_err(of_sql)? {
            held.try_grow(ANSWER_FORMS.saturating_mul(bytes(&batch))).map_err(of_sql)?;
            take(&batch)?;
        }
        drop(stream);
        query.figures().count_rows(&self.plan);
        Ok(())
    }
}

/// Bytes of the values of a batch, which may be a part of larger arrays.
fn bytes(batch: &RecordBatch) -> usize {
    let of = |column: &ArrayRef| column.to_data().get_slice_memory_size();
    batch.columns().iter().map(|column| of(column).unwrap_or(column.get_array_memory_size())).sum()
}

/// The tables that a query names.
fn table_names(statement: &Statement) -> Result<Vec<String>, QueryError> {
    let (tables, _) = resolve_table_references(statement, true).map_err(of_sql)?;
    Ok(tables.iter().map(|table| table.table().to_owned()).collect())
}

fn append(
    rows: &mut Vec<Vec<tfo_sdk::AnyValue>>,
    batch: &RecordBatch,
    row_limit: usize,
) -> Result<(), QueryError> {
    let wanted = (row_limit + 1).saturating_sub(rows.len()).min(batch.num_rows());
    let batch = batch.slice(0, wanted);
    rows.extend(answer::rows(&batch).map_err(|error| of_sql(error.into()))?);
    Ok(())
}

/// The physical plan of a query, for tests that look at what is pushed down.
#[cfg(test)]
pub(crate) async fn plan_for_tests(context: &SessionContext, sql: &str) -> String {
    let plan = context.state().create_logical_plan(sql).await.unwrap();
    let plan = context.state().create_physical_plan(&plan).await.unwrap();
    datafusion::physical_plan::displayable(plan.as_ref()).indent(true).to_string()
}

#[cfg(test)]
pub(crate) fn rows_for_tests(batch: &RecordBatch) -> Vec<Vec<tfo_sdk::AnyValue>> {
    answer::rows(batch).unwrap()
}

#[cfg(test)]
mod tests;
