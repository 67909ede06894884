//! Services: the rate, errors and durations of what they were asked for.
//!
//! A request is an entry span: one of kind SERVER or CONSUMER, or one without a parent. Spans and log records
//! without a `service.name` belong to no service and are left out.

use std::collections::HashMap;

use datafusion::arrow::array::{Array as _, AsArray as _, PrimitiveArray};
use datafusion::arrow::datatypes::{Int64Type, TimestampNanosecondType};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::lit;
use tfo_sdk::api::{Incomplete, Page, ServiceSummary};
use tfo_sdk::filter::Filter;
use tfo_sdk::{Signal, TimeRange, Timestamp};
use tfo_store::schema::{SERVICE_NAME, TIMESTAMP};
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
            column(TIMESTAMP),
        ];
        narrowed(frame, [column(SERVICE_NAME).is_not_null()])?.select(columns).map_err(of_plan)
    };
    let of_spans = newest::each(&tables, Signal::Spans, &spans, &selection, until, columns, |batch| {
        services.add_spans(&batch)
    })
    .await?;
    selection.range.since = of_spans.0.unwrap_or(range.since);
    let time = Covered::new(selection.range, &store, &spans);
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
        services.all.into_iter().map(|(name, seen)| seen.summary(name, time)).collect();
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
    newest: Newest,
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
        let times: &PrimitiveArray<TimestampNanosecondType> = answer.numbers(TIMESTAMP)?;
        for row in 0..batch.num_rows() {
            let Some(seen) = self.seen(names.value(row))? else { continue };
            seen.spans += 1;
            if !(entries.is_valid(row) && entries.value(row)) {
                continue;
            }
            seen.requests += 1;
            seen.newest.add(times.value(row));
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
    fn summary(self, service_name: String, time: Covered) -> ServiceSummary {
        let Self { spans, logs, requests, errors, durations, newest } = self;
        ServiceSummary {
            service_name,
            requests,
            rate: requests as f64 / time.seconds(newest),
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

/// The time that rates are taken over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Covered {
    since: Timestamp,
    until: Timestamp,
    now: Timestamp,
}

/// The time of the newest span of a rate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Newest(Timestamp);

impl Default for Newest {
    fn default() -> Self {
        Self(Timestamp::MIN)
    }
}

impl Newest {
    pub(crate) fn add(&mut self, nanos: i64) {
        self.0 = self.0.max(Timestamp(nanos));
    }
}

impl Covered {
    /// What a range covers: it begins with the tenant's oldest span at the earliest, so that the rate of a shop that opened
    /// a minute ago is not that of an hour.
    pub(crate) fn new(range: TimeRange, store: &Store, snapshot: &Snapshot) -> Self {
        let oldest_file = snapshot.files.iter().map(|file| file.min());
        let oldest_row = crate::signals::times(&snapshot.batches).map(|(oldest, _)| oldest);
        let now = store.now();
        let oldest = oldest_file.chain(oldest_row).min().unwrap_or(now);
        Self { since: range.since.max(oldest), until: range.until, now }
    }

    /// How long it is in seconds, for one rate: it ends now at the latest, but not before the newest of the spans that are
    /// counted, because a sender whose clock is ahead may have sent those of a day.
    pub(crate) fn seconds(&self, newest: Newest) -> f64 {
        let until = self.until.min(self.now.max(newest.0));
        let nanos = i128::from(until.nanos()) - i128::from(self.since.nanos());
        // A range of no length has no rate; a second keeps the figure finite.
        (nanos as f64 / 1e9).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_over_the_time_until_now_or_until_the_newest_span() {
        let second = 1_000_000_000;
        let at = |seconds: i64| Timestamp(seconds * second);
        let covered = Covered { since: at(10), until: Timestamp::MAX, now: at(70) };
        let newest = |seconds: i64| {
            let mut newest = Newest::default();
            newest.add(at(seconds).nanos());
            newest
        };
        assert_eq!(covered.seconds(Newest::default()), 60.0);
        assert_eq!(covered.seconds(newest(65)), 60.0);
        assert_eq!(covered.seconds(newest(3_610)), 3_600.0, "a clock that is ahead");
        assert_eq!(Covered { until: at(40), ..covered }.seconds(newest(39)), 30.0);
        assert_eq!(Covered { until: at(10), ..covered }.seconds(newest(9)), 1.0);
    }
}
