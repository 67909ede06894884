//! The daemon's own metrics, `GET /metrics`: what its parts have counted, in Prometheus' text format.

use axum::extract::State;
use axum::response::IntoResponse;
use http::header;
use tfo_sdk::Timestamp;
use tfo_store::figures::StepCounts;

use crate::app::App;
use crate::platform::metrics::{Family, Kind, Value, process, text};
use crate::platform::openapi::{Content, Operation, Routes};
use crate::platform::problem::Code;
use crate::status::DAEMON;

/// The page.
pub(crate) fn routes() -> Routes<App> {
    Routes::below("").route(
        Operation::get(DAEMON, "/metrics", "getMetrics", "The daemon's own metrics, for Prometheus")
            .answers_with(200, "Text format 0.0.4", &[Content::Text("text/plain")])
            .fails_only(&[
                Code::ForbiddenHost,
                Code::ForbiddenOrigin,
                Code::Busy,
                Code::Starting,
                Code::Internal,
            ]),
        page,
    )
}

async fn page(State(app): State<App>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text(&families(&app)))
}

/// Everything that is measured, as it is now.
pub(crate) fn families(app: &App) -> Vec<Family> {
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    let build = Family::new(Kind::Gauge, "tfo_build_info", "Which version this is.").with(&version, 1.0);
    let mut families = vec![build];
    families.extend(process::families(seconds(app.about().started_at)));
    families.extend(app.http_metrics().families());
    families.extend(ingest(app));
    families.extend(store(app));
    let gauge = Family::gauge;
    families.extend([
        gauge("tfo_live_readers", "Readers that follow live tails.", app.live().readers() as u64),
        gauge(
            "tfo_answer_memory_bytes",
            "Memory of large answers that callers have not taken yet.",
            app.answers().used(),
        ),
        gauge("tfo_answer_memory_limit_bytes", "Memory that such answers may take.", app.answers().limit()),
        gauge("tfo_query_memory_bytes", "Memory that queries hold.", app.engine().memory_bytes()),
        gauge(
            "tfo_query_memory_limit_bytes",
            "Memory that queries may hold.",
            app.about().query_memory_bytes,
        ),
    ]);
    families
}

fn seconds(time: Timestamp) -> f64 {
    time.nanos() as f64 / 1e9
}

fn ingest(app: &App) -> Vec<Family> {
    let counter = |name, help| Family::new(Kind::Counter, name, help);
    let mut requests = counter("tfo_ingest_requests_total", "OTLP requests that were kept.");
    let mut refused =
        counter("tfo_ingest_refused_requests_total", "OTLP requests that were refused, by reason.");
    let mut bytes =
        counter("tfo_ingest_bytes_total", "Bytes of the requests that were kept, as they were sent.");
    let mut records = counter("tfo_ingest_records_total", "Records that were kept.");
    let mut rejected =
        counter("tfo_ingest_rejected_records_total", "Records of kept requests that could not be kept.");
    for ((signal, protocol), counts) in app.ingest().figures().ways() {
        let labels = [("signal", signal.table()), ("protocol", protocol.name())];
        let number = |count: u64| Value::Number(count as f64);
        requests.push(&labels, number(counts.requests));
        bytes.push(&labels, number(counts.bytes));
        records.push(&labels, number(counts.records));
        rejected.push(&labels, number(counts.rejected));
        for (reason, count) in counts.refused {
            let [signal, protocol] = labels;
            refused.push(&[signal, protocol, ("reason", reason)], number(count));
        }
    }
    let (used, limit) = app.ingest().memory_bytes();
    vec![
        requests,
        refused,
        bytes,
        records,
        rejected,
        Family::durations(
            "tfo_ingest_visible_seconds",
            "Time from a request having arrived whole to its records being on disk and visible.",
            app.ingest().figures().visible_after(),
        ),
        Family::gauge("tfo_ingest_memory_bytes", "Memory that requests in flight hold.", used),
        Family::gauge("tfo_ingest_memory_limit_bytes", "Memory that requests in flight may hold.", limit),
    ]
}

fn store(app: &App) -> Vec<Family> {
    let status = app.store().status();
    let figures = app.store().figures();
    let mut families = vec![
        Family::gauge("tfo_store_wal_bytes", "Bytes of the write-ahead log.", status.wal_bytes),
        Family::gauge("tfo_store_memtable_bytes", "Bytes of telemetry in memory.", status.memtable_bytes),
        Family::gauge("tfo_store_disk_free_bytes", "Free bytes on the disk.", status.disk_free_bytes),
        Family::gauge(
            "tfo_store_disk_reserve_bytes",
            "Free bytes below which ingest stops.",
            app.about().disk_reserve_bytes,
        ),
        Family::gauge(
            "tfo_store_files_set_aside",
            "Files that could not be read at a start and were set aside, the log's included.",
            status.set_aside.len() as u64,
        ),
        Family::durations(
            "tfo_store_commit_duration_seconds",
            "Time to write requests to the log, sync it, and make them visible; requests share it.",
            figures.commits,
        ),
        Family::counter(
            "tfo_store_expired_files_total",
            "Files deleted because their retention ended.",
            figures.expired_files,
        ),
    ];
    let flush = figures.flushes;
    families.extend(step(
        flush,
        [
            ("tfo_store_flush_duration_seconds", "Time to write telemetry in memory to files."),
            ("tfo_store_flush_failures_total", "Flushes that failed; they are tried again."),
            ("tfo_store_flush_files_total", "Files written by flushes."),
            ("tfo_store_flush_memory_bytes_total", "Bytes in memory of what was flushed."),
            ("tfo_store_flush_file_bytes_total", "Bytes of the files written by flushes."),
        ],
    ));
    families.extend(step(
        figures.compactions,
        [
            ("tfo_store_compaction_duration_seconds", "Time to merge files."),
            ("tfo_store_compaction_failures_total", "Compactions that failed."),
            ("tfo_store_compaction_files_total", "Files written by compactions."),
            ("tfo_store_compaction_read_bytes_total", "Bytes of the files that were merged."),
            ("tfo_store_compaction_written_bytes_total", "Bytes of the files written by compactions."),
        ],
    ));
    families
}

fn step(counts: StepCounts, names: [(&'static str, &'static str); 5]) -> [Family; 5] {
    let [durations, failures, files, bytes_in, bytes_out] = names;
    [
        Family::durations(durations.0, durations.1, counts.durations),
        Family::counter(failures.0, failures.1, counts.failures),
        Family::counter(files.0, files.1, counts.files),
        Family::counter(bytes_in.0, bytes_in.1, counts.bytes_in),
        Family::counter(bytes_out.0, bytes_out.1, counts.bytes_out),
    ]
}
