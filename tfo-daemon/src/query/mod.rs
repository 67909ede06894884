//! Reads over REST: thin handlers over the query engine.

mod attributes;
mod context;
mod error;
mod histogram;
mod latency;
mod lists;
mod live;
mod metrics;
mod operations;
mod otlp;
mod params;
mod reads;
mod service_map;
mod sql;
mod traces;

use serde_json::json;
use tfo_sdk::TraceId;
use tfo_sdk::api::{
    LogRecord, MetricPoint, Page, ServiceSummary, Span, SqlAnswer, SqlExplainRequest, SqlPlan, SqlRequest,
    Trace, TraceSummary,
};

use crate::app::App;
use crate::identity::tenant;
use crate::platform::openapi::{Operation, Param, Routes, Tag};
use crate::platform::problem::Code;
use params::{ENCODING, NAME, PAGE_TOKEN, RANGE, READ, SERVICE, SEVERITY, TRACE};

/// The longest body of an SQL request.
const SQL_BODY_BYTES: usize = 1 << 20;

const LOGS: Tag = Tag { name: "Logs", about: "Log records." };
const TRACES: Tag = Tag { name: "Traces", about: "Spans, and the traces that they make." };
const METRICS: Tag = Tag { name: "Metrics", about: "Metrics and their points." };
const SERVICES: Tag = Tag { name: "Services", about: "Who sends telemetry." };
const QUERY: Tag = Tag { name: "Query", about: "Questions in SQL." };

/// What every read of telemetry may fail with.
const READ_FAILS: [Code; 3] = [Code::QueryMemory, Code::QueryDeadline, Code::Unreadable];
/// What every paged list may fail with.
const LIST_FAILS: [Code; 4] =
    [Code::InvalidPageToken, Code::QueryMemory, Code::QueryDeadline, Code::Unreadable];

/// All read paths, below `/api/v2`.
pub(crate) fn routes() -> Routes<App> {
    Routes::below("/api/v2").taking(&[tenant::TENANT], &tenant::FAILS)
        .route(
            Operation::get(LOGS, "/logs", "listLogs", "Log records, newest first")
                .params(&READ)
                .params(&[SERVICE, SEVERITY, TRACE, ENCODING])
                .answers::<Page<LogRecord>>("A page of log records")
                .fails(&LIST_FAILS),
            lists::logs,
        )
        .route(
            Operation::get(TRACES, "/spans", "listSpans", "Spans, newest first")
                .params(&READ)
                .params(&[SERVICE, TRACE, NAME, ENCODING])
                .answers::<Page<Span>>("A page of spans")
                .fails(&LIST_FAILS),
            lists::spans,
        )
        .route(
            Operation::get(METRICS, "/metrics/points", "listMetricPoints", "Data points, newest first")
                .params(&READ)
                .params(&[SERVICE, NAME, ENCODING])
                .answers::<Page<MetricPoint>>("A page of data points")
                .fails(&LIST_FAILS),
            lists::metric_points,
        )
        .route(
            Operation::get(SERVICES, "/services", "listServices", "Services with rate, errors and durations")
                .params(&RANGE)
                .answers::<Page<ServiceSummary>>("All services of the range")
                .fails(&READ_FAILS),
            lists::services,
        )
        .route(
            Operation::get(TRACES, "/traces", "listTraces", "Traces, newest first")
                .about(
                    "A trace matches when any of its spans does; its figures are made of its spans from an hour before \
                     the range to an hour after it.",
                )
                .params(&READ)
                .params(&[SERVICE, TRACE, NAME])
                .answers::<Page<TraceSummary>>("A page of traces")
                .fails(&LIST_FAILS),
            traces::list,
        )
        .route(
            Operation::get(TRACES, "/traces/{id}", "getTrace", "One whole trace, in the order of a waterfall")
                .about(
                    "It is looked for over all retention, whatever its age. Spans that were received twice are shown \
                     once. A span whose parent is not there has `parentMissing`. All figures are those of the whole \
                     trace, on every page of its spans.",
                )
                .params(&[Param::path::<TraceId>("id", "The trace."), traces::SPANS, PAGE_TOKEN])
                .answers::<Trace>("The trace, with a page of its spans")
                .fails(&LIST_FAILS)
                .fails(&[Code::NotFound]),
            traces::get,
        )
        .route(
            Operation::post(QUERY, "/query/sql", "querySql", "One SELECT over logs, spans and metric_points")
                .about(
                    "Only SELECT is accepted, and no function that reaches files or the network. The answer ends \
                     at a limit of rows; `scan.complete` says whether it did.",
                )
                .body::<SqlRequest>(
                    SQL_BODY_BYTES,
                    json!({"sql": "SELECT service_name, count(*) AS n FROM logs GROUP BY 1 ORDER BY 2 DESC"}),
                )
                .answers::<SqlAnswer>("Columns and rows")
                .fails(&READ_FAILS)
                .fails(&[Code::InvalidQuery, Code::QueryRefused]),
            sql::run,
        )
        .route(
            Operation::post(QUERY, "/query/sql/explain", "explainSql", "How one SELECT is answered")
                .about(
                    "Which files are left when those are ruled out that cannot have what is asked for, which columns \
                     are read and by which conditions, and the steps of the plan. With `analyze` the statement is \
                     run, and the steps say what they did.",
                )
                .body::<SqlExplainRequest>(
                    SQL_BODY_BYTES,
                    json!({"sql": "SELECT count(*) FROM logs WHERE timestamp > now() - INTERVAL '1 hour'"}),
                )
                .answers::<SqlPlan>("The plan")
                .fails(&READ_FAILS)
                .fails(&[Code::InvalidQuery, Code::QueryRefused]),
            sql::explain,
        )
        .merge(metrics::routes())
        .merge(reads::routes())
        .merge(live::routes())
}
