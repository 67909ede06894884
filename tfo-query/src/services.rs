//! Services: the rate, errors and durations of what they were asked for.
//!
//! A request is an entry span: one of kind SERVER or CONSUMER, or one without a parent. Spans and log records
//! without a `service.name` belong to no service and are left out.

use std::collections::BTreeMap;

use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::approx_percentile_cont::approx_percentile_cont;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{Expr, ExprFunctionExt, cast, lit};
use tfo_sdk::api::{Page, ServiceSummary};
use tfo_sdk::{Signal, TimeRange};
use tfo_store::schema::SERVICE_NAME;
use tfo_store::{Snapshot, Store, TenantScope};

use crate::error::{QueryError, of_plan};
use crate::plan::{self, column};
use crate::read::Answer;
use crate::tables::Tables;
use crate::traces::{is_entry, is_error};

/// All services with a span or a log record in the range, by name.
pub(crate) async fn all(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    range: TimeRange,
) -> Result<Page<ServiceSummary>, QueryError> {
    let mut services: BTreeMap<String, ServiceSummary> = BTreeMap::new();
    let snapshot = store.snapshot(&scope, Signal::Spans, range);
    let seconds = seconds(range, &store, &snapshot);
    let spans = counted(&tables, Signal::Spans, snapshot, range, span_figures().map_err(of_plan)?).await?;
    let spans = Answer(&spans);
    for row in 0..spans.0.num_rows() {
        let Some(name) = spans.text(SERVICE_NAME, row)? else { continue };
        let (requests, errors) = (spans.count("requests", row)?, spans.count("errors", row)?);
        let service = services.entry(name.clone()).or_insert_with(|| unseen(name));
        service.requests = requests;
        service.rate = requests as f64 / seconds;
        service.errors = errors;
        service.error_ratio = if requests == 0 { 0.0 } else { errors as f64 / requests as f64 };
        service.p50_ns = spans.integer("p50", row)?;
        service.p95_ns = spans.integer("p95", row)?;
        service.p99_ns = spans.integer("p99", row)?;
        service.spans = spans.count("seen", row)?;
    }
    let snapshot = store.snapshot(&scope, Signal::Logs, range);
    let logs = counted(&tables, Signal::Logs, snapshot, range, vec![count(lit(1)).alias("seen")]).await?;
    let logs = Answer(&logs);
    for row in 0..logs.0.num_rows() {
        let Some(name) = logs.text(SERVICE_NAME, row)? else { continue };
        services.entry(name.clone()).or_insert_with(|| unseen(name)).logs = logs.count("seen", row)?;
    }
    let items = services.into_values().collect();
    Ok(Page { items, next_page_token: None, scan: tables.figures().scan() })
}

fn unseen(service_name: String) -> ServiceSummary {
    ServiceSummary {
        service_name,
        requests: 0,
        rate: 0.0,
        errors: 0,
        error_ratio: 0.0,
        p50_ns: None,
        p95_ns: None,
        p99_ns: None,
        spans: 0,
        logs: 0,
    }
}

fn span_figures() -> Result<Vec<Expr>, DataFusionError> {
    let is_entry = is_entry();
    let percentile = |share: f64, name: &str| {
        let duration = column("duration_ns").sort(true, false);
        let value = approx_percentile_cont(duration, lit(share), None).filter(is_entry.clone()).build()?;
        Ok::<_, DataFusionError>(cast(value, DataType::Int64).alias(name))
    };
    Ok(vec![
        count(lit(1)).alias("seen"),
        count(lit(1)).filter(is_entry.clone()).build()?.alias("requests"),
        count(lit(1)).filter(is_entry.clone().and(is_error())).build()?.alias("errors"),
        percentile(0.5, "p50")?,
        percentile(0.95, "p95")?,
        percentile(0.99, "p99")?,
    ])
}

async fn counted(
    tables: &Tables,
    signal: Signal,
    snapshot: Snapshot,
    range: TimeRange,
    figures: Vec<Expr>,
) -> Result<RecordBatch, QueryError> {
    let mut frame =
        tables.frame(signal, snapshot)?.filter(column(SERVICE_NAME).is_not_null()).map_err(of_plan)?;
    if let Some(in_range) = plan::in_range(range) {
        frame = frame.filter(in_range).map_err(of_plan)?;
    }
    let frame = frame.aggregate(vec![column(SERVICE_NAME)], figures).map_err(of_plan)?;
    plan::rows(frame, tables).await
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
