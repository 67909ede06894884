//! Plays the interface in tests: keys in, screens out, with a small shop in place of a daemon's answers.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::{Value, json};
use tfo_sdk::Timestamp;
use tfo_sdk::api::{LogRecord, Scan, Trace, TraceSpan};

use tfo_sdk::trace::{Role as SpanRole, Stub, outline};

use super::keys::Key;
use super::link::Link;
use super::model::{Message, Model, START_STYLE};
use super::range;
use super::request::{Answer, Failure, Request};
use super::screen::{Effect, News, ScreenId, Shared, Slot, Tail};
use super::settings::{Settings, SettingsFile};
use super::theme::Depth;
use super::view::view;

/// When the tests play.
pub(crate) const NOW: &str = "2026-11-25T12:04:31Z";
/// The trace that failed.
pub(crate) const FAILED: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
/// One of the same operation that did not.
pub(crate) const FINE: &str = "5bf92f3577b34da6a3ce929d0e0e4737";

/// How the daemon of a test is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Daemon {
    /// It has the shop.
    Full,
    /// It has nothing.
    Empty,
    /// It does not answer.
    Silent,
    /// It answers with errors.
    Failing,
    /// It cannot be reached.
    Gone,
}

/// A session.
pub(crate) struct Play {
    pub(crate) model: Model,
    pub(crate) daemon: Daemon,
    pub(crate) now: Timestamp,
    /// What was asked of the driver beyond questions to the daemon.
    pub(crate) done: Vec<Effect>,
    /// Questions that were asked, by slot.
    pub(crate) asked: Vec<(Slot, String)>,
    /// Screens that follow logs.
    pub(crate) tails: Vec<ScreenId>,
    /// Questions that are asked after a while.
    later: Vec<Effect>,
}

/// Settings without a file.
pub(crate) fn settings(theme: &str, ascii: bool) -> Settings {
    let file = SettingsFile {
        theme: Some(theme.to_owned()),
        time_zone: Some("UTC".to_owned()),
        ascii: Some(ascii),
        ..SettingsFile::default()
    };
    file.settings(Depth::Many).unwrap()
}

impl Play {
    /// Opens a link on a screen of this size.
    pub(crate) fn open(link: &str, size: (u16, u16), daemon: Daemon) -> Self {
        Self::with(settings("dark", false), link, size, daemon)
    }

    /// The same, with these settings.
    pub(crate) fn with(settings: Settings, link: &str, size: (u16, u16), daemon: Daemon) -> Self {
        let now: Timestamp = NOW.parse().unwrap();
        let shared = Shared {
            now,
            range: range::START,
            zone: TimeZone::UTC,
            time_style: START_STYLE,
            scope: "eu/acme/shop/production".parse().unwrap(),
            otlp: Some("http://127.0.0.1:4318".to_owned()),
            is_read_only: false,
            highlight: None,
            reach: crate::tui::screen::Reach::There,
        };
        let mut model =
            Model::new(settings, shared, "http://127.0.0.1:3100".into(), vec!["local".into(), "prod".into()]);
        model.size = size;
        let mut play = Self {
            model,
            daemon,
            now,
            done: Vec::new(),
            asked: Vec::new(),
            tails: Vec::new(),
            later: Vec::new(),
        };
        let effects = play.model.open_first(&Link::parse(link).unwrap()).unwrap();
        play.run(effects);
        play
    }

    /// Presses keys, by their names: `j j enter`.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            self.send(Message::Key(Key::of(key)));
        }
        self
    }

    /// Types a text.
    pub(crate) fn type_in(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            let key = if character == ' ' { "space".to_owned() } else { character.to_string() };
            self.send(Message::Key(Key::of(&key)));
        }
        self
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, duration: Duration) -> &mut Self {
        self.now = self.now.plus(duration);
        let later = std::mem::take(&mut self.later);
        self.send(Message::Tick);
        for effect in later {
            if let Effect::Ask { screen, slot, request, .. } = effect {
                self.run(vec![Effect::Ask { screen, slot, request, pause: Duration::ZERO }]);
            }
        }
        self
    }

    /// Records arrive on every tail.
    pub(crate) fn arrive(&mut self, records: &[LogRecord]) -> &mut Self {
        for screen in self.tails.clone() {
            self.send(Message::News { screen, news: News::Logs(records.to_vec()) });
        }
        self
    }

    /// A message, and whatever it leads to.
    pub(crate) fn send(&mut self, message: Message) {
        let effects = self.model.update(message, self.now);
        self.run(effects);
    }

    fn run(&mut self, effects: Vec<Effect>) {
        let mut queue = std::collections::VecDeque::from(effects);
        let mut count = 0;
        while let Some(effect) = queue.pop_front() {
            count += 1;
            let last = &self.asked[self.asked.len().saturating_sub(3)..];
            assert!(count < 10_000, "effects without an end: {effect:?}, asked before {last:#?}");
            match effect {
                later @ Effect::Ask { pause, .. } if pause >= Duration::from_secs(1) => {
                    self.later.push(later);
                }
                Effect::Ask { screen, slot, request, .. } => {
                    self.asked.push((slot, format!("{request:?}")));
                    if let Some(answer) = answer(&request, self.daemon) {
                        queue.extend(self.model.update(Message::Answer { screen, slot, answer }, self.now));
                    }
                }
                Effect::Follow { screen, tail: Tail::Logs(_) } => {
                    self.tails.retain(|known| *known != screen);
                    self.tails.push(screen);
                    if matches!(self.daemon, Daemon::Full | Daemon::Empty) {
                        queue.extend(
                            self.model.update(Message::News { screen, news: News::Connected }, self.now),
                        );
                    }
                }
                Effect::Unfollow { screen } => self.tails.retain(|known| *known != screen),
                Effect::Follow { .. } | Effect::Forget { .. } => {}
                other => self.done.push(other),
            }
        }
    }

    /// What is drawn.
    pub(crate) fn buffer(&self) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.model.size.0, self.model.size.1));
        view(&self.model, &mut buffer);
        buffer
    }

    /// What is drawn, as text.
    pub(crate) fn screen(&self) -> String {
        let buffer = self.buffer();
        let mut out = String::new();
        for y in 0..buffer.area.height {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..buffer.area.width {
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                let symbol = buffer[(x, y)].symbol();
                skip = crate::text::width(symbol).saturating_sub(1);
                line.push_str(symbol);
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }

    /// How it is drawn: a letter for each look, and what the letters mean.
    pub(crate) fn looks(&self) -> String {
        let buffer = self.buffer();
        let mut letters: BTreeMap<String, char> = BTreeMap::new();
        let mut out = String::new();
        for y in 0..buffer.area.height {
            let mut line = String::new();
            for x in 0..buffer.area.width {
                let cell = &buffer[(x, y)];
                let look = format!("{:?} on {:?} {:?}", cell.fg, cell.bg, cell.modifier);
                if look == "Reset on Reset NONE" {
                    line.push(' ');
                    continue;
                }
                let next = char::from(b'a' + u8::try_from(letters.len() % 26).unwrap());
                line.push(*letters.entry(look).or_insert(next));
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        for (look, letter) in letters {
            out.push_str(&format!("{letter}: {look}\n"));
        }
        out
    }

    /// The last text that was copied.
    pub(crate) fn copied(&self) -> Option<&str> {
        self.done.iter().rev().find_map(|effect| match effect {
            Effect::Copy { text, .. } => Some(text.as_str()),
            _ => None,
        })
    }

    /// The screen that is shown, by its name.
    pub(crate) fn at(&self) -> &'static str {
        self.model.current().map_or("nothing", |entry| entry.screen.info().name)
    }
}

fn answer(request: &Request, daemon: Daemon) -> Option<Result<Answer, Failure>> {
    match daemon {
        Daemon::Silent => None,
        Daemon::Failing => Some(Err(Failure {
            text: "the query took longer than 30 s; ask for a narrower range".into(),
            is_lost: false,
            is_refused: false,
        })),
        Daemon::Gone => Some(Err(Failure {
            text: "cannot reach http://127.0.0.1:3100: connection refused; is `tfo up` running?".into(),
            is_lost: true,
            is_refused: false,
        })),
        Daemon::Full | Daemon::Empty => Some(Ok(given(request, daemon == Daemon::Full)?)),
    }
}

fn scan() -> Value {
    serde_json::to_value(Scan { complete: true, files: 3, rows: 1000, ..Scan::default() }).unwrap()
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// What the shop answers; `None` for what no test asks.
fn given(request: &Request, is_full: bool) -> Option<Answer> {
    let page = |items: Value| {
        let items = if is_full { items } else { json!([]) };
        json!({ "items": items, "scan": scan() })
    };
    Some(match request {
        Request::Status => return None,
        Request::Logs(read_) => {
            let mut records = if is_full { logs() } else { Vec::new() };
            let filter =
                tfo_sdk::filter::parse(read_.filter.as_deref().unwrap_or_default()).unwrap().compile();
            records.retain(|record| {
                filter.matches(record) && read_.trace.is_none_or(|id| record.trace_id == Some(id))
            });
            let is_newest_first = read_.order != Some(tfo_sdk::client::Order::Asc);
            if is_newest_first {
                records.reverse();
            }
            if let Some(until) = read_.until.as_deref().and_then(|until| until.parse::<Timestamp>().ok()) {
                records.retain(|record| record.timestamp < until);
            }
            if let Some(since) = read_.since.as_deref().and_then(|since| since.parse::<Timestamp>().ok()) {
                records.retain(|record| record.timestamp >= since);
            }
            records.truncate(read_.limit.unwrap_or(100));
            Answer::Logs(tfo_sdk::api::Page { items: records, next_page_token: None, scan: read(scan()) })
        }
        Request::Histogram(_) => {
            let buckets: Vec<Value> = if is_full {
                (0..90)
                    .map(|at| {
                        let spike = if (60..70).contains(&at) { 40 } else { 0 };
                        let time = Timestamp(now().0 - (90 - at) * 10_000_000_000);
                        json!({ "timestamp": time.to_string(), "total": 20 + at % 7 + spike, "trace": 0, "debug": 3,
                                "info": 15 + at % 7, "warn": 2 + spike / 4, "error": spike / 2, "fatal": 0, "unset": 0 })
                    })
                    .collect()
            } else {
                Vec::new()
            };
            Answer::Histogram(read(
                json!({ "stepNs": 10_000_000_000i64, "buckets": buckets, "scan": scan() }),
            ))
        }
        Request::Context(id, _) => {
            let records = logs();
            let at = records.iter().position(|record| record.id == *id);
            match at.filter(|_| is_full) {
                Some(at) => Answer::Context(Some(Box::new(tfo_sdk::api::LogContext {
                    before: records[at.saturating_sub(20)..at].to_vec(),
                    record: records[at].clone(),
                    after: records[at + 1..(at + 20).min(records.len())].to_vec(),
                    more_before: false,
                    more_after: false,
                    scan: Scan::default(),
                }))),
                None => Answer::Context(None),
            }
        }
        Request::Traces(_) => {
            let items: Vec<Value> = (0..60)
                .map(|at: i64| {
                    let failed = at % 9 == 3;
                    let id = match at {
                        3 => FAILED.to_owned(),
                        4 => FINE.to_owned(),
                        at => format!("{at:032x}"),
                    };
                    json!({ "traceId": id, "rootService": if at % 3 == 0 { "gateway" } else { "checkout" },
                            "rootName": if at % 3 == 0 { "POST /checkout" } else { "GET /cart" }, "hasRoot": at != 7,
                            "timestamp": Timestamp(now().0 - at * 12_000_000_000).to_string(),
                            "durationNs": 3_000_000 + (at * 7919 % 97) * 4_000_000, "spanCount": 5 + at % 30,
                            "errorCount": if failed { 2 } else { 0 }, "services": ["cart", "checkout", "gateway"] })
                })
                .collect();
            Answer::Traces(read(page(json!(items))))
        }
        Request::Latency(_) => {
            let columns: Vec<Value> = if is_full {
                (0..45)
                    .map(|at: i64| {
                        let slow = if (30..35).contains(&at) { 6 } else { 0 };
                        json!({ "timestamp": Timestamp(now().0 - (45 - at) * 20_000_000_000).to_string(),
                                "counts": [1, 8 + at % 5, 20, 12, 3, slow], "errors": [0, 0, 0, 0, 0, slow / 2] })
                    })
                    .collect()
            } else {
                Vec::new()
            };
            let bounds = if is_full {
                json!([
                    1_000_000,
                    4_000_000,
                    16_000_000,
                    64_000_000,
                    256_000_000,
                    1_024_000_000,
                    4_096_000_000i64
                ])
            } else {
                json!([])
            };
            Answer::Latency(read(
                json!({ "stepNs": 20_000_000_000i64, "boundsNs": bounds, "columns": columns, "scan": scan() }),
            ))
        }
        Request::Trace(id) => {
            if !is_full {
                return Some(Answer::Trace(None));
            }
            Answer::Trace(match id.to_string().as_str() {
                FAILED => Some(Box::new(trace(FAILED, true))),
                FINE => Some(Box::new(trace(FINE, false))),
                _ => None,
            })
        }
        Request::Services(_) => {
            let service = |name: &str, requests: u64, errors: u64, p95: i64| {
                json!({ "serviceName": name, "requests": requests, "rate": requests as f64 / 900.0, "errors": errors,
                        "errorRatio": errors as f64 / requests as f64, "p50Ns": p95 / 4, "p95Ns": p95, "p99Ns": p95 * 2,
                        "spans": requests * 3, "logs": requests * 2 })
            };
            Answer::Services(read(page(json!([
                service("cart", 55_000, 11, 31_000_000),
                service("checkout", 16_380, 395, 410_000_000),
                service("gateway", 71_000, 402, 460_000_000),
                service("payment", 16_300, 390, 350_000_000),
            ]))))
        }
        Request::Operations(_) => {
            let operation = |name: &str, requests: u64, errors: u64| {
                json!({ "serviceName": "checkout", "name": name, "kind": "SERVER", "requests": requests,
                        "rate": requests as f64 / 900.0, "errors": errors, "errorRatio": errors as f64 / requests as f64,
                        "p50Ns": 20_000_000, "p95Ns": 410_000_000, "p99Ns": 880_000_000 })
            };
            Answer::Operations(read(page(json!([
                operation("POST /pay", 5500, 390),
                operation("GET /status", 900, 0)
            ]))))
        }
        Request::ServiceMap(_) => {
            let node = |kind: &str, name: &str| json!({ "kind": kind, "name": name });
            let calls = |requests: u64, errors: u64| json!({ "requests": requests, "errors": errors, "p50Ns": 1_000_000, "p95Ns": 9_000_000 });
            let merge = |mut a: Value, b: Value| {
                a.as_object_mut().unwrap().extend(b.as_object().unwrap().clone());
                a
            };
            let nodes = [
                merge(node("service", "cart"), calls(55_000, 11)),
                merge(node("service", "checkout"), calls(16_380, 395)),
                merge(node("service", "gateway"), calls(71_000, 402)),
                merge(node("service", "payment"), calls(16_300, 390)),
                merge(node("database", "redis"), calls(80_000, 0)),
            ];
            let edge = |from: (&str, &str), to: (&str, &str), requests, errors| {
                merge(
                    json!({ "client": node(from.0, from.1), "server": node(to.0, to.1) }),
                    calls(requests, errors),
                )
            };
            let edges = [
                edge(("service", "gateway"), ("service", "checkout"), 16_380, 395),
                edge(("service", "gateway"), ("service", "cart"), 50_000, 5),
                edge(("service", "checkout"), ("service", "payment"), 16_300, 390),
                edge(("service", "checkout"), ("service", "cart"), 5_000, 6),
                edge(("service", "cart"), ("database", "redis"), 80_000, 0),
            ];
            let (nodes, edges) = if is_full { (json!(nodes), json!(edges)) } else { (json!([]), json!([])) };
            Answer::ServiceMap(read(json!({ "nodes": nodes, "edges": edges, "scan": scan() })))
        }
        Request::MetricNames { values, .. } => {
            let metric = |name: &str, kind: &str, unit: &str, base: f64| {
                let sparkline: Vec<Value> =
                    (0..*values).map(|at| json!(base * (1.0 + (at as f64 / 4.0).sin() / 2.0))).collect();
                json!({ "name": name, "type": kind, "unit": unit, "description": format!("what {name} measures"),
                        "services": ["cart", "checkout"], "series": 4, "points": 240,
                        "lastTimestamp": NOW, "sparkline": sparkline })
            };
            Answer::MetricNames(read(page(json!([
                metric("http.server.active_requests", "sum", "{request}", 42.0),
                metric("http.server.request.duration", "histogram", "s", 0.18),
                metric("process.memory.usage", "gauge", "By", 4.3e8),
            ]))))
        }
        Request::Metric(request) => {
            let timestamps: Vec<String> =
                (0..90).map(|at| Timestamp(now().0 - (90 - at) * 10_000_000_000).to_string()).collect();
            let groups =
                if request.group_by.is_empty() { vec![None] } else { vec![Some("cart"), Some("checkout")] };
            let series: Vec<Value> = (0..)
                .zip(&groups)
                .map(|(index, group): (i32, _)| {
                    let values: Vec<Value> = (0..90)
                        .map(|at| if (40..44).contains(&at) { Value::Null } else { json!(f64::from(at % 30) / 60.0 + f64::from(index) / 4.0) })
                        .collect();
                    let group = group.map_or_else(|| json!({}), |name| json!({ request.group_by[0].clone(): name }));
                    let exemplars = if request.exemplars {
                        json!([{ "timestamp": timestamps[70], "value": 0.88, "traceId": FAILED, "spanId": "0000000000000002" }])
                    } else {
                        json!([])
                    };
                    json!({ "group": group, "values": values, "exemplars": exemplars })
                })
                .collect();
            let series = if is_full { series } else { Vec::new() };
            Answer::Metric(Box::new(read(json!({
                "metric": request.metric, "type": "histogram", "unit": "s", "valueUnit": "s",
                "aggregation": request.aggregation.name(), "quantile": request.quantile,
                "since": timestamps[0], "until": NOW, "stepNs": 10_000_000_000i64,
                "timestamps": timestamps, "series": series, "groups": series.len(), "scan": scan(),
            }))))
        }
        Request::Keys(_) => Answer::Keys(read(json!({
            "items": [{ "key": "http.route", "place": "record", "field": "http.route", "count": 900, "types": { "string": 900 } }],
            "distinct": 1, "scan": scan(),
        }))),
        Request::Values(read_) => Answer::Values(read(json!({
            "field": read_.key,
            "items": [{ "value": "cart", "type": "string", "count": 55 }, { "value": "checkout", "type": "string", "count": 16 }],
            "distinct": 2, "tooLong": 0, "scan": scan(),
        }))),
        Request::Resources { kind, .. } => {
            let items = if is_full && kind.name == "SavedQuery" { vec![saved_query()] } else { Vec::new() };
            Answer::Resources(read(json!({ "items": items, "revision": 9 })))
        }
        Request::ResourceCounts(_) => Answer::ResourceCounts(
            tfo_sdk::resource::kinds::ALL
                .iter()
                .map(|kind| (kind.name, Ok(usize::from(is_full && kind.name == "SavedQuery"))))
                .collect(),
        ),
        Request::Resource { .. } => Answer::Resource(is_full.then(|| Box::new(read(saved_query())))),
        Request::History { .. } => Answer::History(if is_full {
            read(json!([
                { "revision": 9, "generation": 2, "action": "update", "at": NOW, "by": "local", "via": "apply", "set": "shop",
                  "fields": [{ "path": "/spec/filter", "op": "replace", "before": "severity:error", "after": "severity:error+" }] },
                { "revision": 3, "generation": 1, "action": "create", "at": "2026-11-24T09:00:00Z", "by": "local", "via": "apply",
                  "set": "shop", "fields": [] },
            ]))
        } else {
            Vec::new()
        }),
        Request::Rollback { .. } | Request::Put { .. } => Answer::Changed(Box::new(read(saved_query()))),
    })
}

fn saved_query() -> Value {
    json!({
        "apiVersion": "tfo/v1", "kind": "SavedQuery",
        "metadata": { "name": "errors", "tenant": "eu/acme/shop/production", "uid": "01JDC0000000000000000000Q1",
                      "generation": 2, "createdAt": "2026-11-24T09:00:00Z", "updatedAt": NOW },
        "spec": { "signal": "logs", "filter": "severity:error+", "since": "1h" },
    })
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// The shop's logs, oldest first.
pub(crate) fn logs() -> Vec<LogRecord> {
    (0..120).map(log).collect()
}

/// One of them; those from 120 on come later.
pub(crate) fn log(at: u32) -> LogRecord {
    let (service, severity, body) = match at % 12 {
        3 => ("checkout", 17, format!("payment declined code={} order={}", 50 + at % 3, 8000 + at)),
        7 => ("cart", 13, format!("retry {}/3 redis timeout 250ms", at % 3 + 1)),
        9 => ("gateway", 5, "upstream connection reused".to_owned()),
        at_ => (
            ["gateway", "cart", "checkout"][at_ as usize % 3],
            9,
            format!("GET /cart/{at} 200 in {}ms", 3 + at % 9),
        ),
    };
    let time = Timestamp(now().0 - (120 - i64::from(at)) * 1_500_000_000);
    read(json!({
        "id": format!("7.{at}"), "timestamp": time.to_string(), "severityNumber": severity,
        "severityText": if severity == 17 { "ERROR" } else { "INFO" }, "serviceName": service, "body": body,
        "traceId": if severity == 17 { json!(FAILED) } else { Value::Null },
        "spanId": if severity == 17 { json!("0000000000000002") } else { Value::Null },
        "attributes": { "http.route": "/pay", "order": 8000 + at, "cart": { "items": 3, "sku": ["a", "b"] } },
        "resource": { "attributes": { "service.name": service, "host.name": "node-1" } },
    }))
}

/// A checkout, that failed or did not.
fn trace(id: &str, failed: bool) -> Trace {
    let start = now().0 - 60_000_000_000;
    // Parent, service, name, kind, start and end in milliseconds, error.
    type Line<'a> = (Option<u64>, &'a str, &'a str, &'a str, i64, i64, bool);
    let lines: [Line; 9] = [
        (None, "gateway", "POST /checkout", "SERVER", 0, 412, failed),
        (Some(0), "checkout", "place order", "INTERNAL", 8, 400, failed),
        (Some(1), "payment", "POST /pay", "SERVER", 20, 398, failed),
        (Some(2), "payment", "bank.charge", "CLIENT", 30, 390, failed),
        (Some(1), "cart", "GET /cart", "SERVER", 9, 19, false),
        (Some(4), "cart", "redis GET", "CLIENT", 10, 12, false),
        (Some(4), "cart", "redis GET", "CLIENT", 12, 14, false),
        (Some(4), "cart", "redis GET", "CLIENT", 14, 16, false),
        (Some(4), "cart", "redis GET", "CLIENT", 16, 18, false),
    ];
    let factor = if failed { 1 } else { 4 };
    let span = |index: u64, line: &Line| {
        let (parent, service, name, kind, from, to, error) = line;
        let at = |ms: i64| Timestamp(start + ms * 1_000_000 / factor).to_string();
        json!({
            "id": format!("9.{index}"), "timestamp": at(*from), "endTimestamp": at(*to),
            "durationNs": (to - from) * 1_000_000 / factor, "traceId": id, "spanId": format!("{:016x}", index + 1),
            "parentSpanId": parent.map(|parent| format!("{:016x}", parent + 1)), "name": name, "kind": kind, "serviceName": service,
            "statusCode": if *error { "ERROR" } else { "UNSET" },
            "statusMessage": if *error { json!("card declined") } else { Value::Null },
            "attributes": { "http.route": "/pay", "peer": index },
            "events": if *error { json!([{ "timestamp": at(*to), "name": "exception", "attributes": { "exception.message": "card declined" } }]) } else { json!([]) },
        })
    };
    let spans: Vec<tfo_sdk::api::Span> =
        (0u64..).zip(&lines).map(|(index, line)| read(span(index, line))).collect();
    let stubs = spans
        .iter()
        .map(|span| Stub {
            id: span.id,
            span_id: span.span_id,
            parent_span_id: span.parent_span_id,
            timestamp: span.timestamp,
            end_timestamp: span.end_timestamp,
            service_name: span.service_name.as_deref().map(std::sync::Arc::from),
            role: SpanRole::of(span.kind.as_deref()),
            is_error: span.is_error(),
        })
        .collect();
    let outline = outline(stubs).unwrap();
    let placed = outline
        .places
        .iter()
        .map(|place| TraceSpan {
            depth: place.depth,
            parent_missing: place.parent_missing,
            critical_path: place.critical_path.clone(),
            span: spans.iter().find(|span| span.id == place.id).unwrap().clone(),
        })
        .collect();
    Trace {
        trace_id: id.parse().unwrap(),
        timestamp: outline.timestamp,
        duration_ns: outline.duration_ns,
        span_count: spans.len() as u64,
        error_count: outline.error_count,
        services: outline.services,
        missing_parents: outline.missing_parents,
        critical_path: outline.critical_path,
        spans: placed,
        next_page_token: None,
        scan: Scan::default(),
    }
}
