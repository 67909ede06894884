//! Services: the rate, errors and durations of what they were asked for.
//!
//! A request is an entry span: one of kind SERVER or CONSUMER, or one without a parent. Spans and log records
//! without a `service.name` belong to no service and are left out.

use std::collections::HashMap;

use datafusion::arrow::array::{Array as _, AsArray as _, PrimitiveArray};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::lit;
use tfo_sdk::api::{Incomplete, Page, ServiceSummary};
use tfo_sdk::filter::Filter;
use tfo_sdk::{Signal, TimeRange};
use tfo_store::schema::SERVICE_NAME;
use tfo_store::{Snapshot, Store, TenantScope};

use crate::durations::Durations;
use crate::error::{QueryError, of_plan};
use crate::newest;
use crate::plan::column;
use crate::read::Answer;
use crate::selection::{Selection, narrowed};
use crate::tables::Tables;
use crate::traces::{is_entry, is_error};
use crate::until::Until;

/// Services of one answer: a sender may name as many as it likes.
const MAX_SERVICES: usize = 10_000;
/// Memory that a service takes beside its name, about.
const SERVICE_BYTES: usize = 1024;

/// All services with a span or a log record in the range, by name.
pub(crate) async fn all(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    range: TimeRange,
    until: Until,
) -> Result<Page<ServiceSummary>, QueryError> {
    let mut services = Services { held: tables.hold("services"), all: HashMap::new(), is_full: false };
    let mut selection = Selection { range, filter: Filter::All(Vec::new()) };
    let spans = store.snapshot(&scope, Signal::Spans, range);
    let columns = |frame| {
        let columns = vec![
            column(SERVICE_NAME),
            column("duration_ns"),
            is_entry().alias("entry"),
            is_error().alias("failed"),
        ];
        narrowed(frame, [column(SERVICE_NAME).is_not_null()])?.select(columns).map_err(of_plan)
    };
    let of_spans = newest::each(&tables, Signal::Spans, &spans, &selection, until, columns, |batch| {
        services.add_spans(&batch)
    })
    .await?;
    selection.range.since = of_spans.0.unwrap_or(range.since);
    let seconds = seconds(selection.range, &store, &spans);
    let logs = store.snapshot(&scope, Signal::Logs, selection.range);
    let columns = |frame| {
        narrowed(frame, [column(SERVICE_NAME).is_not_null()])?
            .aggregate(vec![column(SERVICE_NAME)], vec![count(lit(1)).alias("seen")])
            .map_err(of_plan)
    };
    let of_logs = newest::each(&tables, Signal::Logs, &logs, &selection, until, columns, |batch| {
        services.add_logs(&batch)
    })
    .await?;
    let mut scan = of_spans.and(of_logs).scan(&tables);
    if services.is_full {
        let because = format!(
            "there are more than {MAX_SERVICES} services and some are left out: narrow the time range"
        );
        scan.end_early(Incomplete::RowLimit, because);
    }
    let mut items: Vec<ServiceSummary> =
        services.all.into_iter().map(|(name, seen)| seen.summary(name, seconds)).collect();
    items.sort_by(|a, b| a.service_name.cmp(&b.service_name));
    Ok(Page { items, next_page_token: None, scan })
}

struct Services {
    held: MemoryReservation,
    all: HashMap<String, Seen>,
    is_full: bool,
}

#[derive(Default)]
struct Seen {
    spans: u64,
    logs: u64,
    requests: u64,
    errors: u64,
    durations: Durations,
}

impl Services {
    fn add_spans(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        let answer = Answer(batch);
        let names = answer.texts(SERVICE_NAME)?;
        let nanos: &PrimitiveArray<Int64Type> = answer.numbers("duration_ns")?;
        let flags = |name: &str| {
            let column = batch.column_by_name(name).and_then(|column| column.as_boolean_opt());
            column.ok_or_else(|| QueryError::Internal(format!("the plan gave no column {name}")))
        };
        let (entries, failed) = (flags("entry")?, flags("failed")?);
        for row in 0..batch.num_rows() {
            let Some(seen) = self.seen(names.value(row))? else { continue };
            seen.spans += 1;
            if !(entries.is_valid(row) && entries.value(row)) {
                continue;
            }
            seen.requests += 1;
            seen.errors += u64::from(failed.is_valid(row) && failed.value(row));
            if nanos.is_valid(row) {
                seen.durations.add(nanos.value(row));
            }
        }
        Ok(())
    }

    fn add_logs(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        let answer = Answer(batch);
        let names = answer.texts(SERVICE_NAME)?;
        for row in 0..batch.num_rows() {
            if let Some(seen) = self.seen(names.value(row))? {
                seen.logs += answer.count("seen", row)?;
            }
        }
        Ok(())
    }

    /// What was seen of a service; `None` when there is no room for one more.
    fn seen(&mut self, name: &str) -> Result<Option<&mut Seen>, QueryError> {
        if !self.all.contains_key(name) {
            if self.all.len() >= MAX_SERVICES {
                self.is_full = true;
                return Ok(None);
            }
            self.held.try_grow(SERVICE_BYTES + name.len()).map_err(of_plan)?;
            self.all.insert(name.to_owned(), Seen::default());
        }
        Ok(self.all.get_mut(name))
    }
}

impl Seen {
    fn summary(self, service_name: String, seconds: f64) -> ServiceSummary {
        let Self { spans, logs, requests, errors, durations } = self;
        ServiceSummary {
            service_name,
            requests,
            rate: requests as f64 / seconds,
            errors,
            error_ratio: errors as f64 / requests.max(1) as f64,
            p50_ns: durations.percentile(0.5),
            p95_ns: durations.percentile(0.95),
            p99_ns: durations.percentile(0.99),
            spans,
            logs,
        }
    }
}

/// How long the range is that a rate is taken over: it ends now at the latest, and begins with the tenant's oldest
/// span at the earliest, so that the rate of a shop that opened a minute ago is not that of an hour.
pub(crate) fn seconds(range: TimeRange, store: &Store, snapshot: &Snapshot) -> f64 {
    let until = range.until.min(store.now());
    let oldest_file = snapshot.files.iter().map(|file| file.min());
    let oldest_row = crate::signals::times(&snapshot.batches).map(|(oldest, _)| oldest);
    let oldest = oldest_file.chain(oldest_row).min().unwrap_or(until);
    let since = range.since.max(oldest);
    let nanos = i128::from(until.nanos()) - i128::from(since.nanos());
    // A range of no length has no rate; a second keeps the figure finite.
    (nanos as f64 / 1e9).max(1.0)
}
