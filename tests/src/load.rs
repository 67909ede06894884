//! Load of all three signals whose every record can be accounted for.
//!
//! A request is a *batch*: its records carry its number and their own. The ledger knows which batches were
//! acknowledged; afterwards each of these must be there whole and once, and each other whole and once or not at all.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use tfo_sdk::Signal;
use tonic::Code;

use crate::generate::{key_value, now};
use crate::otlp::Export;
use crate::rest::EVERYTHING;
use crate::{Encoding, Rest, Sender};

/// The attribute with the number of a batch.
const BATCH: &str = "test.batch";
/// The attribute with the number of a record in its batch.
const RECORD: &str = "test.record";
/// Records of a batch.
const RECORDS: u64 = 10;
/// How long a sender waits that was refused.
const PATIENCE: Duration = Duration::from_millis(5);

/// What became of a batch, as far as its sender knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It was acknowledged: it must be there.
    Acknowledged,
    /// No answer came, or a refusal: it may be there.
    Unknown,
}

/// All batches sent, of all signals.
#[derive(Debug, Default)]
pub struct Ledger {
    next: AtomicU64,
    batches: Mutex<BTreeMap<(Signal, u64), Fate>>,
    ways: Mutex<BTreeMap<(Signal, &'static str), u64>>,
    looks: AtomicU64,
}

impl Ledger {
    /// A ledger whose batches have numbers from this one on: of several, one knows whose a record is.
    pub fn starting_at(first: u64) -> Self {
        Self { next: AtomicU64::new(first), ..Self::default() }
    }

    /// Whether a number is that of a batch of this ledger.
    pub fn has(&self, batch: u64) -> bool {
        let batches = self.batches.lock().expect("no panic under this lock");
        Signal::ALL.iter().any(|signal| batches.contains_key(&(*signal, batch)))
    }

    /// The number of a new batch, of which nothing is known yet.
    pub fn open(&self, signal: Signal) -> u64 {
        let batch = self.next.fetch_add(1, Ordering::Relaxed);
        self.set(signal, batch, Fate::Unknown);
        batch
    }

    /// A batch was acknowledged.
    pub fn acknowledge(&self, signal: Signal, batch: u64) {
        self.set(signal, batch, Fate::Acknowledged);
    }

    fn set(&self, signal: Signal, batch: u64, fate: Fate) {
        self.batches.lock().expect("no panic under this lock").insert((signal, batch), fate);
    }

    /// The batches of a signal, from a number on.
    fn of(&self, signal: Signal, first: u64) -> BTreeMap<u64, Fate> {
        let batches = self.batches.lock().expect("no panic under this lock");
        batches
            .range((signal, first)..=(signal, u64::MAX))
            .map(|((_, batch), fate)| (*batch, *fate))
            .collect()
    }

    /// How many records were acknowledged.
    pub fn acknowledged(&self) -> u64 {
        let batches = self.batches.lock().expect("no panic under this lock");
        RECORDS * batches.values().filter(|fate| **fate == Fate::Acknowledged).count() as u64
    }

    /// How many records of each signal were acknowledged over each protocol.
    pub fn ways(&self) -> BTreeMap<(Signal, &'static str), u64> {
        self.ways.lock().expect("no panic under this lock").clone()
    }

    /// How often somebody has looked while load ran.
    pub fn looks(&self) -> u64 {
        self.looks.load(Ordering::Relaxed)
    }

    /// Counts every batch by SQL, and says what is wrong.
    pub async fn check_counts(&self, rest: &Rest) -> anyhow::Result<()> {
        for signal in Signal::ALL {
            ensure!(self.look(rest, signal, 0).await?, "{signal}: nothing is answered now");
        }
        Ok(())
    }

    /// Counts the batches of a signal from a number on, while more may come; tells whether there was an answer.
    async fn look(&self, rest: &Rest, signal: Signal, first: u64) -> anyhow::Result<bool> {
        let sent = self.of(signal, first);
        let sql = format!(
            "SELECT attributes['{BATCH}'], count(*), count(DISTINCT attributes['{RECORD}']) \
             FROM {signal} WHERE CAST(attributes['{BATCH}'] AS BIGINT) >= {first} GROUP BY 1 ORDER BY 1"
        );
        let answer = rest.sql_answer(&sql).await?;
        if answer.status == 503 {
            return Ok(false);
        }
        ensure!(answer.body["scan"]["complete"] == true, "{sql}: {} {}", answer.status, answer.body);
        let rows: Vec<(String, u64, u64)> = serde_json::from_value(answer.body["rows"].clone())?;
        let found: HashMap<u64, (u64, u64)> = rows
            .into_iter()
            .map(|(batch, count, distinct)| Ok((batch.parse()?, (count, distinct))))
            .collect::<anyhow::Result<_>>()?;
        self.compare(signal, &sent, &found)?;
        Ok(true)
    }

    /// Walks every page of every signal, counts every record, and says what is wrong.
    pub async fn check_pages(&self, rest: &Rest) -> anyhow::Result<()> {
        for signal in Signal::ALL {
            let path = match signal {
                Signal::Logs => "/logs",
                Signal::Spans => "/spans",
                Signal::MetricPoints => "/metrics/points",
            };
            let sent = self.of(signal, 0);
            let mut seen: HashMap<u64, BTreeMap<u64, u64>> = HashMap::new();
            for record in rest.walk::<serde_json::Value>(path, &EVERYTHING, 5_000).await? {
                let number =
                    |key: &str| record["attributes"][key].as_u64().with_context(|| format!("{record}"));
                *seen.entry(number(BATCH)?).or_default().entry(number(RECORD)?).or_default() += 1;
            }
            let found = seen
                .into_iter()
                .map(|(batch, records)| (batch, (records.values().sum(), records.len() as u64)))
                .collect();
            self.compare(signal, &sent, &found)?;
        }
        Ok(())
    }

    /// Compares what was found of each batch (records, different records) with its fate: what had been acknowledged before
    /// is there, and what is there is there whole, and has been sent.
    fn compare(
        &self,
        signal: Signal,
        sent: &BTreeMap<u64, Fate>,
        found: &HashMap<u64, (u64, u64)>,
    ) -> anyhow::Result<()> {
        let known = self.of(signal, 0);
        let mut wrong: Vec<String> = found
            .iter()
            .filter(|(batch, state)| **state != (RECORDS, RECORDS) || !known.contains_key(batch))
            .map(|(batch, state)| format!("batch {batch} ({:?}): {state:?}", known.get(batch)))
            .collect();
        let missing =
            |(batch, fate): &(&u64, &Fate)| **fate == Fate::Acknowledged && !found.contains_key(batch);
        wrong.extend(sent.iter().filter(missing).map(|(batch, _)| format!("batch {batch} is missing")));
        ensure!(
            wrong.is_empty(),
            "{signal}: {} of {} batches are wrong (found: records, different records): {:?}",
            wrong.len(),
            sent.len(),
            wrong.iter().take(10).collect::<Vec<_>>()
        );
        Ok(())
    }
}

/// Sends until it is stopped or the daemon is gone.
#[derive(Debug)]
pub struct Load {
    stop: Arc<AtomicBool>,
    tasks: tokio::task::JoinSet<u64>,
}

impl Load {
    /// Starts senders of each signal over each protocol; each sends at most `most` batches.
    pub fn start(sender: &Sender, ledger: &Arc<Ledger>, most: u64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = tokio::task::JoinSet::new();
        for protocol in [Protocol::Grpc, Protocol::Http(Encoding::Protobuf), Protocol::Http(Encoding::Json)] {
            let task = |signal| Task {
                signal,
                protocol,
                sender: sender.clone(),
                ledger: ledger.clone(),
                stop: stop.clone(),
                most,
            };
            tasks.spawn(task(Signal::Logs).run(logs));
            tasks.spawn(task(Signal::Spans).run(spans));
            tasks.spawn(task(Signal::MetricPoints).run(points));
        }
        Self { stop, tasks }
    }

    /// Has somebody look meanwhile, again and again: what was acknowledged is there, and nothing is there in part.
    pub fn watched(mut self, rest: Rest, ledger: &Arc<Ledger>) -> Self {
        let (stop, ledger) = (self.stop.clone(), ledger.clone());
        let first = ledger.next.load(Ordering::Relaxed);
        self.tasks.spawn(async move {
            for signal in Signal::ALL.into_iter().cycle() {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                match ledger.look(&rest, signal, first).await {
                    Ok(true) => drop(ledger.looks.fetch_add(1, Ordering::Relaxed)),
                    Ok(false) => {}
                    Err(error) if error.is::<reqwest::Error>() => break, // the daemon is gone
                    Err(error) => panic!("{error:#}"),
                }
            }
            0
        });
        self
    }

    /// Waits until no sender sends any more; says how many batches were acknowledged.
    pub async fn finish(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.end().await
    }

    /// Waits until every sender has sent all of its batches, or the daemon is gone.
    pub async fn end(mut self) -> u64 {
        let mut acknowledged = 0;
        while let Some(task) = self.tasks.join_next().await {
            acknowledged += task.expect("senders do not panic");
        }
        acknowledged
    }
}

#[derive(Debug, Clone, Copy)]
enum Protocol {
    Grpc,
    Http(Encoding),
}

impl Protocol {
    fn name(self) -> &'static str {
        match self {
            Self::Grpc => "gRPC",
            Self::Http(Encoding::Protobuf) => "HTTP with protobuf",
            Self::Http(Encoding::Json) => "HTTP with JSON",
        }
    }
}

struct Task {
    signal: Signal,
    protocol: Protocol,
    sender: Sender,
    ledger: Arc<Ledger>,
    stop: Arc<AtomicBool>,
    most: u64,
}

impl Task {
    async fn run<T: Export>(self, make: fn(u64) -> T) -> u64 {
        let mut acknowledged = 0;
        for _ in 0..self.most {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            let batch = self.ledger.open(self.signal);
            match self.send(&make(batch)).await {
                Ok(true) => {
                    self.ledger.set(self.signal, batch, Fate::Acknowledged);
                    let mut ways = self.ledger.ways.lock().expect("no panic under this lock");
                    *ways.entry((self.signal, self.protocol.name())).or_default() += RECORDS;
                    acknowledged += 1;
                }
                // Refused for now: a full disk, say. The next one may be taken.
                Ok(false) => tokio::time::sleep(PATIENCE).await,
                Err(_) => break,
            }
        }
        acknowledged
    }

    /// Tells whether a request was taken, or is refused for a while; the error is a daemon that is gone.
    async fn send<T: Export>(&self, request: &T) -> anyhow::Result<bool> {
        match self.protocol {
            Protocol::Grpc => match self.sender.grpc_request(request).await {
                Ok((0, _)) => Ok(true),
                Ok((rejected, why)) => panic!("{rejected} records rejected: {why}"),
                // A broken connection is its status' source; what the daemon itself says has none.
                Err(status) if std::error::Error::source(&status).is_some() => Err(status.into()),
                Err(status) => {
                    let is_for_now = matches!(status.code(), Code::Unavailable | Code::ResourceExhausted);
                    let is_gone = self.sender.names_tenant() && status.code() == Code::NotFound;
                    assert!(is_for_now || is_gone, "what can be taken is refused for good: {status}");
                    Ok(false)
                }
            },
            Protocol::Http(encoding) => {
                let reply = self.sender.post_request(encoding, request).await?;
                if reply.status != 200 {
                    let is_gone = self.sender.names_tenant() && reply.status == 404;
                    assert!(
                        is_gone || matches!(reply.status, 429 | 503),
                        "what can be taken is refused for good: {reply:?}"
                    );
                    return Ok(false);
                }
                let (rejected, why) = reply.rejected(T::SIGNAL).expect("an answer of OTLP");
                assert_eq!(rejected, 0, "{why}");
                Ok(true)
            }
        }
    }
}

/// The attributes of record `record` of a batch, as integers that REST gives back as such.
fn attributes(batch: u64, record: u64) -> Vec<KeyValue> {
    let number = |value: u64| Value::IntValue(i64::try_from(value).unwrap_or(i64::MAX));
    vec![key_value(BATCH, number(batch)), key_value(RECORD, number(record))]
}

fn resource(batch: u64) -> Option<Resource> {
    let service = Value::StringValue(format!("service-{}", batch % 3));
    Some(Resource { attributes: vec![key_value("service.name", service)], ..Resource::default() })
}

fn spread(batch: u64, record: u64) -> u64 {
    // Two hours, so that a flush writes several files.
    now() - (batch % 2) * 3_600_000_000_000 - record * 1_000_000
}

/// A batch of log records.
pub fn logs(batch: u64) -> ExportLogsServiceRequest {
    let log_records = (0..RECORDS)
        .map(|record| LogRecord {
            time_unix_nano: spread(batch, record),
            severity_number: 9,
            body: Some(AnyValue {
                value: Some(Value::StringValue(format!("record {record} of batch {batch}"))),
            }),
            attributes: attributes(batch, record),
            ..LogRecord::default()
        })
        .collect();
    let scope_logs = vec![ScopeLogs { log_records, ..ScopeLogs::default() }];
    let resource_logs =
        vec![ResourceLogs { resource: resource(batch), scope_logs, ..ResourceLogs::default() }];
    ExportLogsServiceRequest { resource_logs }
}

/// A batch of spans.
pub fn spans(batch: u64) -> ExportTraceServiceRequest {
    let spans = (0..RECORDS)
        .map(|record| Span {
            trace_id: (u128::from(batch) + 1).to_be_bytes().to_vec(),
            span_id: (record + 1).to_be_bytes().to_vec(),
            name: format!("step {record}"),
            kind: 2,
            start_time_unix_nano: spread(batch, record),
            end_time_unix_nano: spread(batch, record) + 1_000_000,
            attributes: attributes(batch, record),
            ..Span::default()
        })
        .collect();
    let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
    let resource_spans =
        vec![ResourceSpans { resource: resource(batch), scope_spans, ..ResourceSpans::default() }];
    ExportTraceServiceRequest { resource_spans }
}

/// Text that does not compress well, to cut pieces from.
#[derive(Debug)]
pub struct Text(String);

impl Text {
    /// So many letters and digits, about.
    pub fn new(length: usize) -> Self {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut text = String::with_capacity(length + 16);
        while text.len() < length {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(&format!("{:08x}", state >> 32));
        }
        Self(text)
    }

    /// A piece of it, another one for another `start`.
    fn piece(&self, start: u64, length: usize) -> &str {
        let length = length.min(self.0.len() / 2);
        let start = start as usize * 7919 % (self.0.len() - length);
        &self.0[start..start + length]
    }
}

/// A batch of log records with long bodies: all in all of this size.
pub fn wide_logs(batch: u64, text: &Text, size: usize) -> ExportLogsServiceRequest {
    let mut request = logs(batch);
    let records = request.resource_logs.iter_mut().flat_map(|resource| &mut resource.scope_logs);
    for (place, record) in (0..).zip(records.flat_map(|scope| &mut scope.log_records)) {
        let piece = text.piece(batch * RECORDS + place, size / RECORDS as usize).to_owned();
        record.body = Some(AnyValue { value: Some(Value::StringValue(piece)) });
    }
    request
}

/// A batch of spans with very many attributes: all in all of this size.
pub fn wide_spans(batch: u64, text: &Text, size: usize) -> ExportTraceServiceRequest {
    /// Bytes of one of them, about.
    const ATTRIBUTE: usize = 100;
    let mut request = spans(batch);
    let records = request.resource_spans.iter_mut().flat_map(|resource| &mut resource.scope_spans);
    for span in records.flat_map(|scope| &mut scope.spans) {
        for place in 0..size / RECORDS as usize / ATTRIBUTE {
            let value = text.piece(batch + place as u64, ATTRIBUTE - 28).to_owned();
            span.attributes.push(key_value(&format!("test.wide.{place}"), Value::StringValue(value)));
        }
    }
    request
}

/// A batch of data points.
pub fn points(batch: u64) -> ExportMetricsServiceRequest {
    let data_points = (0..RECORDS)
        .map(|record| NumberDataPoint {
            time_unix_nano: spread(batch, record),
            attributes: attributes(batch, record),
            value: Some(number_data_point::Value::AsInt(1)),
            ..NumberDataPoint::default()
        })
        .collect();
    let metric = Metric {
        name: "test.points".into(),
        data: Some(Data::Gauge(Gauge { data_points })),
        ..Metric::default()
    };
    let scope_metrics = vec![ScopeMetrics { metrics: vec![metric], ..ScopeMetrics::default() }];
    let resource_metrics =
        vec![ResourceMetrics { resource: resource(batch), scope_metrics, ..ResourceMetrics::default() }];
    ExportMetricsServiceRequest { resource_metrics }
}
