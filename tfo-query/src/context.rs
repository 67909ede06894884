//! The log records before and after one of them.
//!
//! Files tell in their names which sequences they have, so the record itself is found without a search. Its
//! neighbours are looked for in a minute around it first, then in an hour, and so on, and beyond a day slice by slice to
//! the end of what is kept: a source that writes all the time has them near, and only one that was silent for long
//! makes it look further. When the time is over, it answers what it found and how far it looked on either side.

use std::collections::HashSet;
use std::time::Duration;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::{Expr, lit};
use tfo_sdk::api::{Incomplete, LogContext, LogRecord};
use tfo_sdk::filter::Filter;
use tfo_sdk::{AnyValue, RecordId, Signal, TimeRange, Timestamp};
use tfo_store::schema::{INGEST_ROW, INGEST_SEQ, SERVICE_NAME, TIMESTAMP};
use tfo_store::{Store, TenantScope, view};

use crate::by_id;
use crate::engine::{Engine, Order};
use crate::error::{QueryError, of_plan};
use crate::filter;
use crate::lists::TIME_WAS_OVER;
use crate::plan::{self, column};
use crate::read::Answer;
use crate::selection::narrowed;
use crate::slices::{Extent, extents, slices};
use crate::tables::Tables;
use crate::until::Until;

/// How far from the record its neighbours are looked for at first.
const WINDOWS: [Duration; 3] =
    [Duration::from_secs(60), Duration::from_secs(3600), Duration::from_secs(86_400)];

/// Attributes of a resource that tell one source from another of the same service.
const SOURCE: [&str; 7] = [
    "service.namespace",
    "service.instance.id",
    "host.name",
    "k8s.namespace.name",
    "k8s.pod.name",
    "k8s.container.name",
    "container.id",
];
/// The attribute of a record that does.
const FILE: &str = "log.file.path";

/// Which records are the neighbours of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// Those of the same source: of the same service, with the same texts, or none, as `service.namespace`,
    /// `service.instance.id`, `host.name`, `k8s.namespace.name`, `k8s.pod.name`, `k8s.container.name`,
    /// `container.id` and `log.file.path`.
    Source,
    /// Those of the same service.
    Service,
    /// All of them.
    All,
}

/// What to show around a record.
#[derive(Debug, Clone)]
pub struct Around {
    /// At most so many before it.
    pub before: usize,
    /// At most so many after it.
    pub after: usize,
    /// Which ones.
    pub within: Within,
    /// Only those that pass this filter; the record itself need not.
    pub filter: Filter,
}

impl Engine {
    /// A log record with those before and after it; `None` when there is no such record.
    pub async fn log_context(
        &self,
        scope: &TenantScope,
        id: RecordId,
        around: &Around,
    ) -> Result<Option<LogContext>, QueryError> {
        let (tables, until) = (self.tables(), self.until());
        self.runtime.run(find(tables, self.store.clone(), scope.clone(), id, around.clone(), until)).await
    }
}

async fn find(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    id: RecordId,
    around: Around,
    until: Until,
) -> Result<Option<LogContext>, QueryError> {
    let snapshot = store.snapshot(&scope, Signal::Logs, TimeRange::ALL);
    let files = extents(&snapshot);
    let logs = tables.frame(Signal::Logs, snapshot)?;
    let is_it = [column(INGEST_SEQ).eq(lit(id.sequence)), column(INGEST_ROW).eq(lit(id.row))];
    let batch = plan::rows(narrowed(logs.clone(), is_it)?, &tables).await?;
    let Some(record) = records(&batch)?.into_iter().next() else { return Ok(None) };

    let mut conditions = same(&record, around.within);
    conditions.push(filter::lower(Signal::Logs, &around.filter));
    let logs = narrowed(logs, conditions)?;
    let side = async |order, count| {
        let pieces = outwards(record.timestamp, order, &files);
        neighbours(&tables, &logs, &record, order, count, &pieces, until).await
    };
    let mut before = side(Order::Desc, around.before).await?;
    before.records.reverse();
    let after = side(Order::Asc, around.after).await?;
    let mut scan = tables.figures().scan();
    if before.ended.or(after.ended).is_some() {
        scan.end_early(Incomplete::Deadline, TIME_WAS_OVER);
    }
    (scan.searched_since, scan.searched_until) = (before.ended, after.ended);
    let (more_before, more_after) = (before.more, after.more);
    Ok(Some(LogContext {
        before: before.records,
        record,
        after: after.records,
        more_before,
        more_after,
        scan,
    }))
}

/// The conditions that a record has the same source.
fn same(record: &LogRecord, within: Within) -> Vec<Expr> {
    let mut conditions = Vec::new();
    if within == Within::All {
        return conditions;
    }
    let is = |name: &str, value: Option<&str>| match value {
        Some(value) => column(name).eq(lit(value)),
        None => column(name).is_null(),
    };
    conditions.push(is(SERVICE_NAME, record.service_name.as_deref()));
    if within == Within::Source {
        // All of these are promoted: a text stands in its column, and what is no text names no source.
        let resource = record.origin.resource.as_ref().map(|resource| &resource.attributes);
        for key in SOURCE {
            let value = resource.and_then(|attributes| text(attributes.get(key)));
            conditions.push(is(&format!("resource_attr.{key}"), value));
        }
        conditions.push(is(&format!("attr.{FILE}"), text(record.attributes.get(FILE))));
    }
    conditions
}

fn text(value: Option<&AnyValue>) -> Option<&str> {
    match value {
        Some(AnyValue::String(text)) => Some(text),
        _ => None,
    }
}

/// What lies on one side of a record, cut into pieces, the nearest first.
fn outwards(at: Timestamp, order: Order, files: &[Extent]) -> Vec<TimeRange> {
    let beyond = |from: Timestamp, to: Timestamp| match order {
        Order::Desc => TimeRange { since: to, until: from },
        Order::Asc => TimeRange { since: from, until: to },
    };
    let mut from = match order {
        Order::Desc => at.plus(Duration::from_nanos(1)),
        Order::Asc => at,
    };
    let mut pieces = Vec::new();
    for window in WINDOWS {
        let to = match order {
            Order::Desc => at.minus(window),
            Order::Asc => at.plus(window),
        };
        // All of time ends somewhere; the record's own moment is looked at even there.
        if pieces.is_empty() || from != to {
            pieces.push(beyond(from, to));
        }
        from = to;
    }
    let rest = match order {
        Order::Desc => TimeRange { until: from, ..TimeRange::ALL },
        Order::Asc => TimeRange { since: from, ..TimeRange::ALL },
    };
    pieces.extend(
        slices(rest, order, files.iter().copied()).into_iter().filter(|piece| piece.since < piece.until),
    );
    pieces
}

/// What was found on one side of a record.
struct Side {
    /// Nearest first.
    records: Vec<LogRecord>,
    /// Whether there are more.
    more: bool,
    /// How far it was looked, when the time was over before the end.
    ended: Option<Timestamp>,
}

/// The nearest records on one side, found piece by piece: the first piece is always looked at.
async fn neighbours(
    tables: &Tables,
    logs: &DataFrame,
    record: &LogRecord,
    order: Order,
    count: usize,
    pieces: &[TimeRange],
    until: Until,
) -> Result<Side, QueryError> {
    let (mut found, mut ended) = (Vec::new(), None);
    for (at, piece) in pieces.iter().enumerate() {
        let look = keys(tables, logs, record, order, *piece, count - found.len());
        if at == 0 {
            found = look.await?;
        } else if let Some(here) = until.or(look).await {
            found.extend(here?);
        } else {
            ended = Some(if order == Order::Desc { piece.until } else { piece.since });
            break;
        }
        if found.len() > count {
            break;
        }
    }
    let more = found.len() > count;
    found.truncate(count);
    let (Some(first), Some(last)) =
        (found.iter().map(|(time, _)| *time).min(), found.iter().map(|(time, _)| *time).max())
    else {
        return Ok(Side { records: Vec::new(), more, ended });
    };
    let ids: HashSet<RecordId> = found.iter().map(|(_, id)| *id).collect();
    let rows = plan::rows(narrowed(logs.clone(), by_id::conditions(ids, first, last))?, tables).await?;
    let mut records = records(&rows)?;
    records.sort_by_key(|record| (record.timestamp, record.id));
    if order == Order::Desc {
        records.reverse();
    }
    Ok(Side { records, more, ended })
}

/// Times and ids of the nearest records on one side, nearest first: one more than asked for, if there is one.
async fn keys(
    tables: &Tables,
    logs: &DataFrame,
    record: &LogRecord,
    order: Order,
    range: TimeRange,
    count: usize,
) -> Result<Vec<(Timestamp, RecordId)>, QueryError> {
    let conditions =
        plan::in_range(range).into_iter().chain([plan::beyond(order, record.timestamp, record.id)]);
    let frame = narrowed(logs.clone(), conditions)?
        .sort(plan::by_time(order))
        .and_then(|frame| frame.limit(0, Some(count.saturating_add(1))))
        .and_then(|frame| frame.select([TIMESTAMP, INGEST_SEQ, INGEST_ROW].map(column).to_vec()))
        .map_err(of_plan)?;
    let rows = plan::rows(frame, tables).await?;
    let answer = Answer(&rows);
    answer.ids_in_order()?.enumerate().map(|(row, id)| Ok((answer.time(TIMESTAMP, row)?, id))).collect()
}

fn records(batch: &RecordBatch) -> Result<Vec<LogRecord>, QueryError> {
    view::log_records(batch).map_err(|error| QueryError::Internal(error.to_string()))
}
