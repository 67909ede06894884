//! The daemon in its own store: its log and its metrics as OTLP, as the service `tfo-daemon` of the default tenant.
//!
//! They take the way of all telemetry from the decoder on, and are counted nowhere: what they cause is not recorded
//! again (see [`own_log`](crate::platform::own_log)). What cannot be written is dropped and counted, never kept.

use std::time::Duration;

use serde_json::{Value, json};
use tfo_sdk::Signal;
use tfo_store::figures::BOUNDS;
use tokio::time::{Instant, interval};
use tokio_util::sync::CancellationToken;
use tracing::Level;

use crate::app::App;
use crate::metrics;
use crate::platform::metrics::{Family, Kind, Sample, Value as Measured};
use crate::platform::own_log::{OwnEvent, OwnLog};

/// How often events are written.
const LOGS_EVERY: Duration = Duration::from_secs(1);
/// How often metrics are.
const METRICS_EVERY: Duration = Duration::from_secs(15);

/// Writes what the daemon says and measures until `stop`, and then what is left.
pub(crate) async fn record(app: App, mut log: OwnLog, stop: CancellationToken) {
    let mut ticks = interval(LOGS_EVERY);
    let mut measured = Instant::now() - METRICS_EVERY;
    loop {
        let stopping = tokio::select! {
            biased;
            () = stop.cancelled() => true,
            _ = ticks.tick() => false,
        };
        let events = log.take();
        if !events.is_empty() {
            let count = events.len();
            if !write(&app, &log, Signal::Logs, &logs(&events)).await {
                log.lost(count);
            }
        }
        if stopping || measured.elapsed() >= METRICS_EVERY {
            measured = Instant::now();
            let mut families = metrics::families(&app);
            families.push(Family::counter(
                "tfo_self_telemetry_dropped_events_total",
                "Events of the daemon that are not in its store.",
                log.dropped(),
            ));
            write(&app, &log, Signal::MetricPoints, &points(&app, &families)).await;
        }
        if stopping {
            return;
        }
    }
}

/// Whether it was written.
async fn write(app: &App, log: &OwnLog, signal: Signal, request: &Value) -> bool {
    log.writing(true);
    let kept = app.ingest().keep_own(&app.identity().itself(), signal, request.to_string()).await;
    log.writing(false);
    kept.is_ok()
}

fn resource() -> Value {
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    json!({"attributes": [
        text("service.name", "tfo-daemon"),
        text("service.version", env!("CARGO_PKG_VERSION")),
        json!({"key": "process.pid", "value": {"intValue": std::process::id().to_string()}}),
    ]})
}

fn scope() -> Value {
    json!({"name": "tfo-daemon", "version": env!("CARGO_PKG_VERSION")})
}

fn attributes<'a>(pairs: impl Iterator<Item = (&'a str, Value)>) -> Value {
    pairs.map(|(key, value)| json!({"key": key, "value": value})).collect()
}

/// `ExportLogsServiceRequest`.
fn logs(events: &[OwnEvent]) -> Value {
    let records = events.iter().map(|event| {
        let (number, text) = match event.level {
            Level::TRACE => (1, "TRACE"),
            Level::DEBUG => (5, "DEBUG"),
            Level::INFO => (9, "INFO"),
            Level::WARN => (13, "WARN"),
            Level::ERROR => (17, "ERROR"),
        };
        let target = [("code.namespace", json!({"stringValue": event.target}))];
        let fields = event.fields.iter().map(|(key, value)| (key.as_str(), value.clone()));
        json!({
            "timeUnixNano": event.unix_nanos.to_string(),
            "severityNumber": number,
            "severityText": text,
            "body": {"stringValue": event.message},
            "attributes": attributes(target.into_iter().chain(fields)),
        })
    });
    let records: Vec<Value> = records.collect();
    json!({"resourceLogs": [{
        "resource": resource(),
        "scopeLogs": [{"scope": scope(), "logRecords": records}],
    }]})
}

/// `ExportMetricsServiceRequest`.
fn points(app: &App, families: &[Family]) -> Value {
    let now = app.now().nanos().to_string();
    let start = app.about().started_at.nanos().to_string();
    let metrics = families.iter().filter(|family| !family.samples.is_empty()).map(|family| {
        let points: Vec<Value> = family.samples.iter().map(|sample| point(sample, &start, &now)).collect();
        let unit = match family.name.trim_end_matches("_total") {
            name if name.ends_with("_seconds") => "s",
            name if name.ends_with("_bytes") => "By",
            _ => "1",
        };
        // AGGREGATION_TEMPORALITY_CUMULATIVE
        let data = match family.kind {
            Kind::Gauge => ("gauge", json!({"dataPoints": points})),
            Kind::Counter => {
                ("sum", json!({"dataPoints": points, "aggregationTemporality": 2, "isMonotonic": true}))
            }
            Kind::Histogram => ("histogram", json!({"dataPoints": points, "aggregationTemporality": 2})),
        };
        json!({"name": family.name, "description": family.help, "unit": unit, data.0: data.1})
    });
    let metrics: Vec<Value> = metrics.collect();
    json!({"resourceMetrics": [{
        "resource": resource(),
        "scopeMetrics": [{"scope": scope(), "metrics": metrics}],
    }]})
}

fn point(sample: &Sample, start: &str, now: &str) -> Value {
    let labels = sample.labels.iter().map(|(name, value)| (*name, json!({"stringValue": value})));
    let mut point = json!({
        "startTimeUnixNano": start,
        "timeUnixNano": now,
        "attributes": attributes(labels),
    });
    match &sample.value {
        Measured::Number(number) => point["asDouble"] = json!(number),
        Measured::Durations(durations) => {
            let counts: Vec<String> = durations.counts.iter().map(ToString::to_string).collect();
            point["count"] = durations.counts.iter().sum::<u64>().to_string().into();
            point["sum"] = durations.sum.as_secs_f64().into();
            point["bucketCounts"] = counts.into();
            point["explicitBounds"] = json!(BOUNDS);
        }
    }
    point
}
