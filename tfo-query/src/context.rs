//! The log records before and after one of them.
//!
//! Files tell in their names which sequences they have, so the record itself is found without a search. Its
//! neighbours are looked for in a minute around it first, then in an hour, and so on: a source that writes all the
//! time has them near, and only one that was silent for long makes it look further.

use std::collections::HashSet;
use std::time::Duration;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::{Expr, lit};
use tfo_sdk::api::{LogContext, LogRecord};
use tfo_sdk::filter::Filter;
use tfo_sdk::{AnyValue, RecordId, Signal, TimeRange, Timestamp};
use tfo_store::schema::{INGEST_ROW, INGEST_SEQ, SERVICE_NAME, TIMESTAMP};
use tfo_store::{Store, TenantScope, view};

use crate::by_id;
use crate::engine::{Engine, Order};
use crate::error::{QueryError, of_plan};
use crate::filter;
use crate::plan::{self, column};
use crate::read::Answer;
use crate::selection::narrowed;
use crate::tables::Tables;

/// How far from the record its neighbours are looked for, one after the other; at last in all that is kept.
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
        self.runtime.run(find(self.tables(), self.store.clone(), scope.clone(), id, around.clone())).await
    }
}

async fn find(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    id: RecordId,
    around: Around,
) -> Result<Option<LogContext>, QueryError> {
    let snapshot = store.snapshot(&scope, Signal::Logs, TimeRange::ALL);
    let logs = tables.frame(Signal::Logs, snapshot)?;
    let is_it = [column(INGEST_SEQ).eq(lit(id.sequence)), column(INGEST_ROW).eq(lit(id.row))];
    let batch = plan::rows(narrowed(logs.clone(), is_it)?, &tables).await?;
    let Some(record) = records(&batch)?.into_iter().next() else { return Ok(None) };

    let mut conditions = same(&record, around.within);
    conditions.push(filter::lower(Signal::Logs, &around.filter));
    let logs = narrowed(logs, conditions)?;
    let side = async |order, count| neighbours(&tables, &logs, &record, order, count).await;
    let (mut before, more_before) = side(Order::Desc, around.before).await?;
    before.reverse();
    let (after, more_after) = side(Order::Asc, around.after).await?;
    let scan = tables.figures().scan();
    Ok(Some(LogContext { before, record, after, more_before, more_after, scan }))
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

/// The nearest records on one side, nearest first, and whether there are more.
async fn neighbours(
    tables: &Tables,
    logs: &DataFrame,
    record: &LogRecord,
    order: Order,
    count: usize,
) -> Result<(Vec<LogRecord>, bool), QueryError> {
    let at = record.timestamp;
    let mut found = Vec::new();
    for window in WINDOWS.into_iter().map(Some).chain([None]) {
        let range = match (window, order) {
            (None, _) => TimeRange::ALL,
            (Some(window), Order::Desc) => {
                TimeRange { since: at.minus(window), until: at.plus(Duration::from_nanos(1)) }
            }
            (Some(window), Order::Asc) => TimeRange { since: at, until: at.plus(window) },
        };
        found = keys(tables, logs, record, order, range, count).await?;
        if found.len() > count {
            break;
        }
    }
    let more = found.len() > count;
    found.truncate(count);
    let (Some(first), Some(last)) =
        (found.iter().map(|(time, _)| *time).min(), found.iter().map(|(time, _)| *time).max())
    else {
        return Ok((Vec::new(), more));
    };
    let ids: HashSet<RecordId> = found.iter().map(|(_, id)| *id).collect();
    let rows = plan::rows(narrowed(logs.clone(), by_id::conditions(ids, first, last))?, tables).await?;
    let mut records = records(&rows)?;
    records.sort_by_key(|record| (record.timestamp, record.id));
    if order == Order::Desc {
        records.reverse();
    }
    Ok((records, more))
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
