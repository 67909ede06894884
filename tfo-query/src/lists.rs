//! Lists of records: by time with pages that stay put while telemetry arrives, or by arrival for a live tail.

use std::collections::BTreeSet;
use std::time::Duration;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::{Expr, lit};
use tfo_sdk::api::{LogRecord, MetricPoint, Page, Span};
use tfo_sdk::{Signal, TimeRange, Timestamp};
use tfo_store::schema::{INGEST_ROW, INGEST_SEQ, TIMESTAMP};
use tfo_store::view::{self, ViewError};
use tfo_store::{Store, TenantScope};

use crate::cursor::{Cursor, key_of_record, record_of_key};
use crate::engine::Read;
use crate::error::{QueryError, of_plan};
use crate::filter;
use crate::plan;
use crate::read::Answer;
use crate::signals::times;
use crate::tables::Tables;

/// What a list is made of: one of the three kinds of records.
pub(crate) trait Listed: Sized + Send + 'static {
    /// Its table.
    const SIGNAL: Signal;
    /// The records of a batch.
    fn view(batch: &RecordBatch) -> Result<Vec<Self>, ViewError>;
    /// Its place in the order of time.
    fn place(&self) -> (Timestamp, RecordId);
}

macro_rules! listed {
    ($record:ty, $signal:expr, $view:expr) => {
        impl Listed for $record {
            const SIGNAL: Signal = $signal;
            fn view(batch: &RecordBatch) -> Result<Vec<Self>, ViewError> {
                $view(batch)
            }
            fn place(&self) -> (Timestamp, RecordId) {
                (self.timestamp, self.id)
            }
        }
    };
}

listed!(LogRecord, Signal::Logs, view::log_records);
listed!(Span, Signal::Spans, view::spans);
listed!(MetricPoint, Signal::MetricPoints, view::metric_points);

/// One page of records.
pub(crate) async fn page<T: Listed>(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    read: Read,
) -> Result<Page<T>, QueryError> {
    let cursor = Cursor::of(T::SIGNAL.table(), &read)?;
    let range = cursor.as_ref().map_or(read.range, |cursor| cursor.range);
    let mut snapshot = store.snapshot(&scope, T::SIGNAL, range);
    if let Some(after) = read.after {
        // In an older file nothing arrived later.
        snapshot.files.retain(|file| file.last_sequence() >= after.sequence);
    }
    let sequence = cursor.as_ref().map_or(snapshot.sequence, |cursor| cursor.snapshot);
    let frame = tables.frame(T::SIGNAL, snapshot)?;
    let mut conditions: Vec<_> = plan::in_range(range).into_iter().collect();
    conditions.push(filter::lower(T::SIGNAL, &read.filter));
    if let Some(cursor) = &cursor {
        conditions.push(plan::beyond(read.order, cursor.timestamp, record_of_key(&cursor.key)?));
        conditions.push(plan::column(INGEST_SEQ).lt_eq(lit(cursor.snapshot)));
    }
    conditions.extend(read.after.map(plan::arrived_after));
    let order = if read.after.is_some() { plan::by_arrival() } else { plan::by_time(read.order) };
    // One more than asked for tells whether there is another page.
    let fetch = read.limit.saturating_add(1);
    let wanted = match found(&tables, frame.clone(), conditions, order.clone(), fetch).await? {
        Some(conditions) => conditions,
        None => vec![lit(false)],
    };
    let frame = ordered(frame, wanted, order, fetch).map_err(of_plan)?;
    let batch = plan::rows(frame, &tables).await?;
    let more = batch.num_rows() > read.limit;
    let batch = batch.slice(0, batch.num_rows().min(read.limit));
    let items = T::view(&batch).map_err(|error| QueryError::Internal(error.to_string()))?;
    let next_page_token = items.last().filter(|_| more && read.after.is_none()).map(|last| {
        let (timestamp, id) = last.place();
        let key = key_of_record(id);
        Cursor { range, snapshot: sequence, timestamp, key }.token(T::SIGNAL.table(), &read)
    });
    Ok(Page { items, next_page_token, scan: tables.figures().scan() })
}

fn ordered(
    mut frame: DataFrame,
    conditions: Vec<Expr>,
    order: Vec<Sort>,
    fetch: usize,
) -> Result<DataFrame, DataFusionError> {
    for condition in conditions {
        frame = frame.filter(condition)?;
    }
    frame.sort(order)?.limit(0, Some(fetch))
}

/// Looks for the page's records by the columns that it takes to find them, and gives the conditions that only those
/// pass; `None` when there are none.
///
/// Sorted whole, thousands of rows would be decoded for a page of a few. A row has a hundred columns, and may be as
/// large as a request: so rows are sorted by their keys, and the few are then read by their ids, a condition that
/// files apply before they decode anything else.
async fn found(
    tables: &Tables,
    frame: DataFrame,
    conditions: Vec<Expr>,
    order: Vec<Sort>,
    fetch: usize,
) -> Result<Option<Vec<Expr>>, QueryError> {
    let keys = [TIMESTAMP, INGEST_SEQ, INGEST_ROW].map(plan::column).to_vec();
    let frame =
        ordered(frame, conditions, order, fetch).and_then(|frame| frame.select(keys)).map_err(of_plan)?;
    let batch = plan::rows(frame, tables).await?;
    let Some((first, last)) = times(std::slice::from_ref(&batch)) else { return Ok(None) };
    let ids = Answer(&batch).ids()?;
    let range = TimeRange { since: first, until: last.plus(Duration::from_nanos(1)) };
    let sequences: BTreeSet<u64> = ids.iter().map(|id| id.sequence).collect();
    let mut conditions: Vec<_> = plan::in_range(range).into_iter().collect();
    if let (Some(first), Some(last)) = (sequences.first(), sequences.last()) {
        conditions.push(plan::column(INGEST_SEQ).between(lit(*first), lit(*last)));
    }
    conditions.push(filter::is_one_of(ids));
    Ok(Some(conditions))
}
