//! Running a plan to its rows, and small words for building one.

use std::sync::Arc;

use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{Column, ScalarValue};
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::{Expr, lit};
use datafusion::physical_plan::execute_stream;
use futures::TryStreamExt;
use tfo_sdk::{RecordId, TimeRange, Timestamp};
use tfo_store::schema::{INGEST_ROW, INGEST_SEQ, TIMESTAMP};

use crate::engine::Order;
use crate::error::{QueryError, of_plan};
use crate::tables::Tables;

/// A column by its exact name, dots and capitals included.
pub(crate) fn column(name: &str) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}

/// A time as a literal of the type of the time columns.
pub(crate) fn time(timestamp: Timestamp) -> Expr {
    lit(ScalarValue::TimestampNanosecond(Some(timestamp.nanos()), Some("UTC".into())))
}

/// Records with a timestamp in the range; nothing to ask when it is all of time.
pub(crate) fn in_range(range: TimeRange) -> Option<Expr> {
    let since = (range.since > Timestamp::MIN).then(|| column(TIMESTAMP).gt_eq(time(range.since)));
    let until = (range.until < Timestamp::MAX).then(|| column(TIMESTAMP).lt(time(range.until)));
    match (since, until) {
        (Some(since), Some(until)) => Some(since.and(until)),
        (one, None) | (None, one) => one,
    }
}

/// Records that arrived after this one.
pub(crate) fn arrived_after(id: RecordId) -> Expr {
    let (sequence, row) = (column(INGEST_SEQ), column(INGEST_ROW));
    sequence.clone().gt(lit(id.sequence)).or(sequence.eq(lit(id.sequence)).and(row.gt(lit(id.row))))
}

/// Records that come after this one in the order.
pub(crate) fn beyond(order: Order, timestamp: Timestamp, id: RecordId) -> Expr {
    let (at, sequence, row) = (column(TIMESTAMP), column(INGEST_SEQ), column(INGEST_ROW));
    let here = (time(timestamp), lit(id.sequence), lit(id.row));
    let further = |column: Expr, value: Expr| match order {
        Order::Desc => column.lt(value),
        Order::Asc => column.gt(value),
    };
    // The first conjunct says nothing new: it is the one that files and row groups are pruned by.
    let bound = match order {
        Order::Desc => at.clone().lt_eq(here.0.clone()),
        Order::Asc => at.clone().gt_eq(here.0.clone()),
    };
    let same_request = sequence.clone().eq(here.1.clone()).and(further(row, here.2));
    let same_time = at.clone().eq(here.0.clone()).and(further(sequence, here.1).or(same_request));
    bound.and(further(at, here.0).or(same_time))
}

/// The total order of records by time.
pub(crate) fn by_time(order: Order) -> Vec<Sort> {
    by(&[TIMESTAMP, INGEST_SEQ, INGEST_ROW], order)
}

/// The total order of records by arrival, oldest first.
pub(crate) fn by_arrival() -> Vec<Sort> {
    by(&[INGEST_SEQ, INGEST_ROW], Order::Asc)
}

fn by(columns: &[&str], order: Order) -> Vec<Sort> {
    columns.iter().map(|name| column(name).sort(order == Order::Asc, false)).collect()
}

/// Runs a plan of ours and gives all its rows in one batch. While they are gathered they count as memory of queries.
pub(crate) async fn rows(frame: DataFrame, tables: &Tables) -> Result<RecordBatch, QueryError> {
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let held = tables.hold("rows");
    let mut batches = Vec::new();
    each(frame, tables, |batch| {
        held.try_grow(batch.get_array_memory_size()).map_err(of_plan)?;
        batches.push(batch);
        Ok(())
    })
    .await?;
    if batches.len() > 1 {
        // They are copied into one.
        held.try_grow(held.size()).map_err(of_plan)?;
    }
    let schema = batches.first().map_or(schema, RecordBatch::schema);
    concat_batches(&schema, &batches).map_err(|error| of_plan(error.into()))
}

/// Runs a plan of ours and hands over its rows as they come, in batches of thousands.
pub(crate) async fn each(
    frame: DataFrame,
    tables: &Tables,
    mut take: impl FnMut(RecordBatch) -> Result<(), QueryError>,
) -> Result<(), QueryError> {
    let task = Arc::new(frame.task_ctx());
    let plan = frame.create_physical_plan().await.map_err(of_plan)?;
    let mut stream = execute_stream(plan.clone(), task).map_err(of_plan)?;
    while let Some(batch) = stream.try_next().await.map_err(of_plan)? {
        take(batch)?;
    }
    tables.figures().count_rows(&plan);
    Ok(())
}
