//! Lists of records: by time with pages that stay put while telemetry arrives, or by arrival for a live tail.

use std::collections::HashSet;
use std::time::Duration;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::{Expr, lit};
use tfo_sdk::api::{Incomplete, LogRecord, MetricPoint, Page, Span};
use tfo_sdk::{RecordId, Signal, TimeRange, Timestamp};
use tfo_store::schema::{INGEST_ROW, INGEST_SEQ, TIMESTAMP};
use tfo_store::view::{self, ViewError};
use tfo_store::{Store, TenantScope};

use crate::cursor::{Cursor, key_of_record, record_of_key};
use crate::error::{QueryError, of_plan};
use crate::filter;
use crate::plan;
use crate::read::Answer;
use crate::request::{Order, Read};
use crate::signals::times;
use crate::slices::{extents, slices};
use crate::tables::Tables;
use crate::until::Until;

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

/// One page of records, found slice by slice. When its time is over, it is what was found up to then; the first slice
/// is always looked at, so that whoever goes on from page to page comes to the end.
pub(crate) async fn page<T: Listed>(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    read: Read,
    until: Until,
) -> Result<Page<T>, QueryError> {
    let cursor = Cursor::of(T::SIGNAL.table(), &read)?;
    let range = cursor.as_ref().map_or(read.range, |cursor| cursor.range);
    let mut snapshot = store.snapshot(&scope, T::SIGNAL, range);
    if let Some(after) = read.after {
        // In an older file nothing arrived later.
        snapshot.files.retain(|file| file.last_sequence() >= after.sequence);
    }
    let sequence = cursor.as_ref().map_or(snapshot.sequence, |cursor| cursor.snapshot);
    let slices = match (&cursor, read.after) {
        (_, Some(_)) => vec![range],
        (cursor, None) => slices(left(range, read.order, cursor.as_ref())?, read.order, extents(&snapshot)),
    };
    let mut conditions = vec![filter::lower(T::SIGNAL, &read.filter)];
    if let Some(cursor) = &cursor {
        conditions.push(plan::beyond(read.order, cursor.timestamp, record_of_key(&cursor.key)?));
        conditions.push(plan::column(INGEST_SEQ).lt_eq(lit(cursor.snapshot)));
    }
    conditions.extend(read.after.map(plan::arrived_after));
    let search = Search {
        tables: &tables,
        frame: tables.frame(T::SIGNAL, snapshot)?,
        conditions,
        order: if read.after.is_some() { plan::by_arrival() } else { plan::by_time(read.order) },
        // One more than asked for tells whether there is another page.
        fetch: read.limit.saturating_add(1),
    };
    let (found, ended) = search.look(&slices, until).await?;
    let batch = search.read(found).await?;
    let more = batch.num_rows() > read.limit;
    let batch = batch.slice(0, batch.num_rows().min(read.limit));
    let items = T::view(&batch).map_err(|error| QueryError::Internal(error.to_string()))?;
    let mut scan = tables.figures().scan();
    // Where the next page begins: behind the last record of this one, or where the search ended.
    let place = match (items.last().filter(|_| more), ended) {
        (Some(last), _) => Some(last.place()),
        (None, Some(end)) => {
            scan.end_early(Incomplete::Deadline, TIME_WAS_OVER);
            Some(behind(end, read.order))
        }
        (None, None) => None,
    };
    if let Some((timestamp, _)) = place.filter(|_| read.after.is_none()) {
        match read.order {
            Order::Desc => scan.searched_since = Some(ended.unwrap_or(timestamp)),
            Order::Asc => scan.searched_until = Some(ended.unwrap_or(timestamp)),
        }
    }
    let next_page_token = place.filter(|_| read.after.is_none()).map(|(timestamp, id)| {
        Cursor { range, is_part: false, snapshot: sequence, timestamp, key: key_of_record(id) }
            .token(T::SIGNAL.table(), &read)
    });
    Ok(Page { items, next_page_token, scan })
}

/// Why a search is not complete when its time was over.
pub(crate) const TIME_WAS_OVER: &str =
    "the time for one query was over before the whole range had been searched";

/// The part of the range that is left beyond the cursor.
fn left(range: TimeRange, order: Order, cursor: Option<&Cursor>) -> Result<TimeRange, QueryError> {
    let Some(cursor) = cursor else { return Ok(range) };
    let (at, id) = (cursor.timestamp, record_of_key(&cursor.key)?);
    let next = at.plus(Duration::from_nanos(1));
    Ok(match order {
        // Behind these two no record of the cursor's own time is left.
        Order::Desc if id == FIRST => TimeRange { until: range.until.min(at), ..range },
        Order::Asc if id == LAST => TimeRange { since: range.since.max(next), ..range },
        Order::Desc => TimeRange { until: range.until.min(next), ..range },
        Order::Asc => TimeRange { since: range.since.max(at), ..range },
    })
}

/// Before all records of a time.
const FIRST: RecordId = RecordId { sequence: 0, row: 0 };
/// After all records of a time.
const LAST: RecordId = RecordId { sequence: u64::MAX, row: u32::MAX };

/// The place that has all records on this side of the time before it, and no other.
fn behind(end: Timestamp, order: Order) -> (Timestamp, RecordId) {
    match order {
        Order::Desc => (end, FIRST),
        Order::Asc => (end.minus(Duration::from_nanos(1)), LAST),
    }
}

/// What is looked for, and where.
struct Search<'a> {
    tables: &'a Tables,
    frame: DataFrame,
    conditions: Vec<Expr>,
    order: Vec<Sort>,
    fetch: usize,
}

/// Records that were found, by id, and the times that they lie between.
#[derive(Default)]
struct Found {
    ids: HashSet<RecordId>,
    times: Option<(Timestamp, Timestamp)>,
}

impl Search<'_> {
    /// Looks through the slices in turn, by the columns that it takes to find a record, until there are enough or the
    /// time is over; says where the search ended if that was before its end.
    async fn look(
        &self,
        slices: &[TimeRange],
        until: Until,
    ) -> Result<(Found, Option<Timestamp>), QueryError> {
        let mut found = Found::default();
        for (at, slice) in slices.iter().enumerate() {
            let batch = match at.checked_sub(1).and_then(|before| slices.get(before)) {
                None => self.keys(*slice, self.fetch).await?,
                Some(before) => match until.or(self.keys(*slice, self.fetch - found.ids.len())).await {
                    Some(batch) => batch?,
                    None => {
                        let newest_first = slice.until == before.since;
                        return Ok((found, Some(if newest_first { before.since } else { before.until })));
                    }
                },
            };
            found.ids.extend(Answer(&batch).ids_in_order()?);
            let here = times(std::slice::from_ref(&batch));
            found.times = match (found.times, here) {
                (Some((low, high)), Some((min, max))) => Some((low.min(min), high.max(max))),
                (one, other) => one.or(other),
            };
            if found.ids.len() >= self.fetch {
                break;
            }
        }
        Ok((found, None))
    }

    /// The keys of the first records of a slice.
    async fn keys(&self, slice: TimeRange, fetch: usize) -> Result<RecordBatch, QueryError> {
        let keys = [TIMESTAMP, INGEST_SEQ, INGEST_ROW].map(plan::column).to_vec();
        let conditions = plan::in_range(slice).into_iter().chain(self.conditions.iter().cloned());
        let frame = self.ordered(conditions, fetch).and_then(|frame| frame.select(keys)).map_err(of_plan)?;
        plan::rows(frame, self.tables).await
    }

    /// Reads what was found.
    ///
    /// Sorted whole, thousands of rows would be decoded for a page of a few. A row has a hundred columns, and may be as
    /// large as a request: so rows are sorted by their keys, and the few are then read by their ids, a condition that
    /// files apply before they decode anything else.
    async fn read(&self, found: Found) -> Result<RecordBatch, QueryError> {
        let mut conditions = Vec::new();
        match found.times {
            None => conditions.push(lit(false)),
            Some((first, last)) => {
                let range = TimeRange { since: first, until: last.plus(Duration::from_nanos(1)) };
                conditions.extend(plan::in_range(range));
                let sequences = found.ids.iter().map(|id| id.sequence);
                if let (Some(first), Some(last)) = (sequences.clone().min(), sequences.max()) {
                    conditions.push(plan::column(INGEST_SEQ).between(lit(first), lit(last)));
                }
                conditions.push(filter::is_one_of(found.ids));
            }
        }
        let frame = self.ordered(conditions, self.fetch).map_err(of_plan)?;
        plan::rows(frame, self.tables).await
    }

    fn ordered(
        &self,
        conditions: impl IntoIterator<Item = Expr>,
        fetch: usize,
    ) -> Result<DataFrame, DataFusionError> {
        let mut frame = self.frame.clone();
        for condition in conditions {
            frame = frame.filter(condition)?;
        }
        frame.sort(self.order.clone())?.limit(0, Some(fetch))
    }
}

#[cfg(test)]
pub(crate) mod tests;
