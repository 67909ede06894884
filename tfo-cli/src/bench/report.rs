//! What a run has shown.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use tfo_sdk::time::format_duration;

use super::connection::{Compression, Protocol};
use super::server::Costs;
use super::tally::Tally;
use super::{Bench, Length};
use crate::output::CsvField;
use crate::text;
use crate::views::status::bytes;

/// The figures of a run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// `host:port` and path of the receiver.
    target: String,
    protocol: Protocol,
    compression: Compression,
    connections: usize,
    seed: u64,
    /// Records a second that were to be sent; none in a closed loop.
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<f64>,
    /// Whether it was ended early.
    interrupted: bool,
    /// From the start to the last acknowledgement.
    seconds: f64,
    /// Records acknowledged.
    pub(crate) records: u64,
    records_by_signal: BTreeMap<&'static str, u64>,
    records_per_second: f64,
    /// Bytes acknowledged, as OTLP and as they were sent.
    otlp_bytes: u64,
    otlp_bytes_per_second: f64,
    otlp_bytes_per_record: f64,
    wire_bytes: u64,
    wire_bytes_per_second: f64,
    pub(crate) requests: Requests,
    latency: Latency,
    generator: Generator,
    server: Costs,
    /// What went wrong, and how often.
    pub(crate) errors: BTreeMap<String, u64>,
}

/// What became of the requests.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Requests {
    sent: u64,
    acknowledged: u64,
    /// The receiver will never take them.
    refused: u64,
    /// Nobody knows whether they were taken.
    broken: u64,
    /// The run was over before an answer came.
    unanswered: u64,
    /// Due in an open loop, and not sent.
    unsent: u64,
    /// Answers that asked to try again later.
    busy: u64,
    /// Records that the receiver did not take, of requests that it did.
    rejected_records: u64,
}

/// Time to an acknowledgement, in milliseconds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Latency {
    /// `due` (open loop, corrected for coordinated omission) or `sent` (closed loop).
    from: &'static str,
    p50: f64,
    p90: f64,
    p99: f64,
    p999: f64,
    max: f64,
}

/// What the load generator itself used.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Generator {
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_seconds: Option<f64>,
    /// Cores that it kept busy, on average.
    #[serde(skip_serializing_if = "Option::is_none")]
    cores: Option<f64>,
}

impl Generator {
    /// From its CPU time before and after.
    pub(super) fn new(before: Option<Duration>, after: Option<Duration>, elapsed: Duration) -> Self {
        let used = after.zip(before).map(|(after, before)| after.saturating_sub(before).as_secs_f64());
        Self { cpu_seconds: used, cores: used.map(|used| used / elapsed.as_secs_f64().max(1e-9)) }
    }
}

/// What may be longer than nothing.
fn per(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}

impl Report {
    pub(super) fn new(
        bench: &Bench,
        tally: &Tally,
        unsent: u64,
        interrupted: bool,
        generator: Generator,
        server: Costs,
    ) -> Self {
        let records: u64 = tally.records.values().sum();
        let seconds = tally.last.as_secs_f64();
        let quantile = |quantile| tally.latency.value_at_quantile(quantile) as f64 / 1000.0;
        let endpoint = &bench.endpoint;
        Self {
            target: format!("{}{}", endpoint.authority, endpoint.path),
            protocol: endpoint.protocol,
            compression: endpoint.compression,
            connections: bench.connections,
            seed: bench.recipe.seed,
            rate: bench.rate,
            interrupted,
            seconds,
            records,
            records_by_signal: tally.records.iter().map(|(signal, count)| (signal.table(), *count)).collect(),
            records_per_second: per(records, seconds),
            otlp_bytes: tally.otlp_bytes,
            otlp_bytes_per_second: per(tally.otlp_bytes, seconds),
            otlp_bytes_per_record: per(tally.otlp_bytes, (records + tally.rejected) as f64),
            wire_bytes: tally.wire_bytes,
            wire_bytes_per_second: per(tally.wire_bytes, seconds),
            requests: Requests {
                sent: tally.sent,
                acknowledged: tally.acknowledged,
                refused: tally.refused,
                broken: tally.broken,
                unanswered: tally.sent - tally.acknowledged - tally.refused - tally.broken,
                unsent,
                busy: tally.busy,
                rejected_records: tally.rejected,
            },
            latency: Latency {
                from: if bench.rate.is_some() { "due" } else { "sent" },
                p50: quantile(0.5),
                p90: quantile(0.9),
                p99: quantile(0.99),
                p999: quantile(0.999),
                max: tally.latency.max() as f64 / 1000.0,
            },
            generator,
            server,
            errors: tally.reasons.clone(),
        }
    }

    /// Whether all that was to be sent was acknowledged.
    pub(crate) fn is_whole(&self) -> bool {
        let requests = &self.requests;
        requests.acknowledged == requests.sent && requests.unsent == 0 && requests.rejected_records == 0
    }

    /// A page for people.
    pub(crate) fn page(&self) -> String {
        let mut page = String::new();
        let mut line = |name: &str, value: String| page.push_str(&format!("{name:14}{value}\n"));
        let mode = match self.rate {
            Some(rate) => format!("{rate} records/s"),
            None => "as fast as taken".to_owned(),
        };
        let (protocol, compression) = (name(&self.protocol), name(&self.compression));
        line("target", format!("{}, {protocol}, compression {compression}", text::row(&self.target)));
        line("load", format!("{mode}, {} connections, seed {}", self.connections, self.seed));
        let signals: Vec<String> =
            self.records_by_signal.iter().map(|(signal, count)| format!("{count} {signal}")).collect();
        line("acknowledged", format!("{} in {:.2} s", signals.join(", "), self.seconds));
        line("rate", format!("{:.0} records/s", self.records_per_second));
        line(
            "bytes",
            format!(
                "{:.1} MB/s as OTLP, {:.1} MB/s sent, {:.0} B a record",
                self.otlp_bytes_per_second / 1e6,
                self.wire_bytes_per_second / 1e6,
                self.otlp_bytes_per_record
            ),
        );
        line("requests", self.requests.line());
        let latency = &self.latency;
        let show = |milliseconds: f64| format_duration((milliseconds * 1e6) as i64);
        line(
            "latency",
            format!(
                "p50 {}, p90 {}, p99 {}, p99.9 {}, max {} (from when a request was {})",
                show(latency.p50),
                show(latency.p90),
                show(latency.p99),
                show(latency.p999),
                show(latency.max),
                latency.from
            ),
        );
        line("server", self.server.line());
        if let (Some(cpu), Some(cores)) = (self.generator.cpu_seconds, self.generator.cores) {
            line("generator", format!("{cpu:.2} s CPU, {cores:.2} cores"));
        }
        for (reason, times) in &self.errors {
            line("error", format!("{times} times: {}", text::row(reason)));
        }
        page
    }

    /// Fields of CSV.
    pub(crate) const CSV: &'static [CsvField<Self>] = &[
        ("target", |report| report.target.clone()),
        ("protocol", |report| name(&report.protocol)),
        ("compression", |report| name(&report.compression)),
        ("seconds", |report| report.seconds.to_string()),
        ("records", |report| report.records.to_string()),
        ("recordsPerSecond", |report| report.records_per_second.to_string()),
        ("otlpBytesPerSecond", |report| report.otlp_bytes_per_second.to_string()),
        ("wireBytesPerSecond", |report| report.wire_bytes_per_second.to_string()),
        ("requests", |report| report.requests.sent.to_string()),
        ("acknowledged", |report| report.requests.acknowledged.to_string()),
        ("busy", |report| report.requests.busy.to_string()),
        ("p50", |report| report.latency.p50.to_string()),
        ("p90", |report| report.latency.p90.to_string()),
        ("p99", |report| report.latency.p99.to_string()),
        ("p999", |report| report.latency.p999.to_string()),
        ("max", |report| report.latency.max.to_string()),
    ];
}

impl Requests {
    fn line(&self) -> String {
        let mut line = format!("{} sent, {} acknowledged", self.sent, self.acknowledged);
        for (count, what) in [
            (self.refused, "refused"),
            (self.broken, "broken off"),
            (self.unanswered, "unanswered"),
            (self.unsent, "due and not sent"),
            (self.busy, "times told to wait"),
            (self.rejected_records, "records rejected"),
        ] {
            if count > 0 {
                line.push_str(&format!(", {count} {what}"));
            }
        }
        line
    }
}

impl Costs {
    fn line(&self) -> String {
        let mut parts = Vec::new();
        if let (Some(cpu), Some(million)) = (self.cpu_seconds, self.cpu_seconds_per_million) {
            parts.push(format!("{cpu:.2} s CPU, {million:.2} s a million records"));
        }
        if let Some(memory) = self.memory_peak_bytes {
            parts.push(format!("{} memory at most", bytes(memory)));
        }
        if let Some(bytes) = self.file_bytes_per_record {
            parts.push(format!("{bytes:.1} B of files a record"));
        }
        if let Some(missing) = self.missing {
            parts.push(format!("CPU and memory not known: {missing}"));
        }
        parts.join(", ")
    }
}

/// The name that a value has on the command line.
fn name(value: &impl clap::ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

impl Length {
    /// For a message.
    pub(crate) fn describe(self) -> String {
        match self {
            Self::Records(records) => format!("{records} records"),
            Self::Duration(duration) => {
                format!("for {}", format_duration(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)))
            }
        }
    }
}
