//! Operations: rate, errors and durations of what services are asked for, by the names of their entry spans.

use std::cmp::Ordering;
use std::collections::HashMap;

use datafusion::arrow::array::{Array as _, AsArray as _, PrimitiveArray, StringArray};
use datafusion::arrow::datatypes::{Int64Type, TimestampNanosecondType};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::execution::memory_pool::MemoryReservation;
use tfo_sdk::api::{Incomplete, Operation, Page};
use tfo_sdk::{Signal, TimeRange, Timestamp};
use tfo_store::schema::{SERVICE_NAME, TIMESTAMP};
use tfo_store::{Store, TenantScope};

use crate::cursor::{Cursor, take};
use crate::durations::Durations;
use crate::engine::{Engine, Order, Read};
use crate::error::{QueryError, of_plan};
use crate::newest;
use crate::plan::column;
use crate::read::Answer;
use crate::selection::{Selection, narrowed, until_sequence};
use crate::services::{Covered, Newest};
use crate::tables::Tables;
use crate::traces::{is_entry, is_error};
use crate::until::Until;

/// Operations that are told apart: a program that puts ids into the names of its spans makes any number.
const MAX_OPERATIONS: usize = 50_000;
/// Memory that an operation takes beside its names, about.
const OPERATION_BYTES: usize = 1024;

/// What a list of operations is sorted by; those that are equal in it by service, name and kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationSort {
    /// Number of requests, or their rate.
    Requests,
    /// Number of errors.
    Errors,
    /// Share of errors.
    ErrorRatio,
    /// Median duration.
    P50,
    /// 95th percentile of durations.
    P95,
    /// 99th percentile of durations.
    P99,
    /// Service, name and kind.
    Name,
}

impl Engine {
    /// One page of operations, sorted as said, in the order that the read says.
    pub async fn operations(
        &self,
        scope: &TenantScope,
        read: &Read,
        sort: OperationSort,
    ) -> Result<Page<Operation>, QueryError> {
        let (tables, until) = (self.tables(), self.until());
        self.runtime.run(page(tables, self.store.clone(), scope.clone(), read.clone(), sort, until)).await
    }
}

async fn page(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    read: Read,
    sort: OperationSort,
    until: Until,
) -> Result<Page<Operation>, QueryError> {
    let list = format!("operations by {sort:?}");
    let cursor = Cursor::of(&list, &read)?;
    let range = cursor.as_ref().map_or(read.range, |cursor| cursor.range);
    let snapshot = store.snapshot(&scope, Signal::Spans, range);
    let sequence = cursor.as_ref().map_or(snapshot.sequence, |cursor| cursor.snapshot);
    let skip = cursor.as_ref().map_or(Ok(0), |cursor| place_of(&cursor.key))?;
    let selection = Selection { range, filter: read.filter.clone() };
    let columns = |frame| {
        let columns = vec![
            column(SERVICE_NAME),
            column("name"),
            column("kind"),
            column("duration_ns"),
            is_error().alias("failed"),
            column(TIMESTAMP),
        ];
        narrowed(frame, [is_entry(), until_sequence(sequence)])?.select(columns).map_err(of_plan)
    };
    let mut groups = Groups { held: tables.hold("operations"), all: HashMap::new(), is_full: false };
    let looked = newest::each(&tables, Signal::Spans, &snapshot, &selection, until, columns, |batch| {
        groups.add(&batch)
    })
    .await?;
    let looked = looked.of_page(cursor.as_ref());
    // The pages that follow are of the same part.
    let range = TimeRange { since: looked.0.unwrap_or(range.since), until: range.until };
    let time = Covered::new(range, &store, &snapshot);

    let is_full = groups.is_full;
    let mut operations: Vec<Operation> =
        groups.all.into_values().map(|group| group.operation(time)).collect();
    operations.sort_by(|a, b| {
        let order = by(sort, a, b);
        let order = if read.order == Order::Desc { order.reverse() } else { order };
        order.then_with(|| names(a).cmp(&names(b)))
    });
    let count = operations.len();
    let items: Vec<Operation> = operations.into_iter().skip(skip).take(read.limit).collect();
    let end = skip.saturating_add(items.len());
    let next_page_token = (end < count && !items.is_empty()).then(|| {
        let key = (end as u64).to_be_bytes().to_vec();
        Cursor { range, is_part: looked.0.is_some(), snapshot: sequence, timestamp: Timestamp(0), key }
            .token(&list, &read)
    });
    let mut scan = looked.scan(&tables);
    if is_full {
        let because = format!(
            "there are more than {MAX_OPERATIONS} operations and some are left out: narrow the range or the filter"
        );
        scan.end_early(Incomplete::RowLimit, because);
    }
    Ok(Page { items, next_page_token, scan })
}

/// How many operations stand before the page.
fn place_of(mut key: &[u8]) -> Result<usize, QueryError> {
    let place = u64::from_be_bytes(take(&mut key)?);
    usize::try_from(place).map_err(|_| QueryError::PageToken)
}

fn names(operation: &Operation) -> (&Option<String>, &Option<String>, &Option<String>) {
    (&operation.service_name, &operation.name, &operation.kind)
}

fn by(sort: OperationSort, a: &Operation, b: &Operation) -> Ordering {
    match sort {
        OperationSort::Requests => a.requests.cmp(&b.requests),
        OperationSort::Errors => a.errors.cmp(&b.errors),
        OperationSort::ErrorRatio => a.error_ratio.total_cmp(&b.error_ratio),
        OperationSort::P50 => a.p50_ns.cmp(&b.p50_ns),
        OperationSort::P95 => a.p95_ns.cmp(&b.p95_ns),
        OperationSort::P99 => a.p99_ns.cmp(&b.p99_ns),
        OperationSort::Name => names(a).cmp(&names(b)),
    }
}

struct Groups {
    held: MemoryReservation,
    all: HashMap<String, Group>,
    is_full: bool,
}

struct Group {
    service_name: Option<String>,
    name: Option<String>,
    kind: Option<String>,
    requests: u64,
    errors: u64,
    durations: Durations,
    newest: Newest,
}

impl Groups {
    fn add(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        let answer = Answer(batch);
        let (services, names) = (answer.texts(SERVICE_NAME)?, answer.texts("name")?);
        let kinds = answer.texts("kind")?;
        let nanos: &PrimitiveArray<Int64Type> = answer.numbers("duration_ns")?;
        let failed = batch.column_by_name("failed").and_then(|column| column.as_boolean_opt());
        let failed = failed.ok_or_else(|| QueryError::Internal("the plan gave no failures".to_owned()))?;
        let times: &PrimitiveArray<TimestampNanosecondType> = answer.numbers(TIMESTAMP)?;
        let mut key = String::new();
        for row in 0..batch.num_rows() {
            let parts = [services, names, kinds].map(|column| text(column, row));
            key.clear();
            for part in parts {
                // The length tells where a part ends, whatever is in it; an absent one has none.
                key.push_str(&part.map_or_else(|| "-".to_owned(), |part| part.len().to_string()));
                key.push(':');
                key.push_str(part.unwrap_or_default());
            }
            if !self.all.contains_key(&key) && !self.make(&key, parts)? {
                continue;
            }
            let Some(group) = self.all.get_mut(&key) else { continue };
            group.requests += 1;
            group.newest.add(times.value(row));
            group.errors += u64::from(failed.is_valid(row) && failed.value(row));
            if nanos.is_valid(row) {
                group.durations.add(nanos.value(row));
            }
        }
        Ok(())
    }

    /// Makes a group, if there is room for one more.
    fn make(&mut self, key: &str, parts: [Option<&str>; 3]) -> Result<bool, QueryError> {
        if self.all.len() >= MAX_OPERATIONS {
            self.is_full = true;
            return Ok(false);
        }
        self.held.try_grow(OPERATION_BYTES + 2 * key.len()).map_err(of_plan)?;
        let [service_name, name, kind] = parts.map(|part| part.map(str::to_owned));
        let (durations, newest) = (Durations::default(), Newest::default());
        let group = Group { service_name, name, kind, requests: 0, errors: 0, durations, newest };
        self.all.insert(key.to_owned(), group);
        Ok(true)
    }
}

fn text(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

impl Group {
    fn operation(self, time: Covered) -> Operation {
        let Self { service_name, name, kind, requests, errors, durations, newest } = self;
        Operation {
            service_name,
            name,
            kind,
            requests,
            rate: requests as f64 / time.seconds(newest),
            errors,
            error_ratio: errors as f64 / requests.max(1) as f64,
            p50_ns: durations.percentile(0.5),
            p95_ns: durations.percentile(0.95),
            p99_ns: durations.percentile(0.99),
        }
    }
}
