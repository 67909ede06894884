//! The templates of requests: what logs, spans and points look like, as OTLP's protobuf.
//!
//! They resemble what the SDKs of a shop would send: several resources a request, attributes of the semantic
//! conventions, traces that have a root and nested spans, counters that only grow.

use super::fill::{BUCKETS, Fill};
use super::piece::{Piece, any_text};
use super::random::Random;
use super::words::{common_word, filler, sentence};

/// What the templates of a signal are made to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Records of a request.
    pub(super) records: usize,
    /// Resources that they are spread over.
    pub(super) resources: usize,
    /// Bytes that each record has more than it would have by itself.
    pub(super) padding: usize,
}

/// Spans of a trace.
const SPANS: usize = 8;

const MILLISECOND: i64 = 1_000_000;

/// A request lies in the second before its time.
const SECOND: i64 = 1_000 * MILLISECOND;

const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

/// A request of log records.
pub(super) fn logs(shape: Shape, random: &mut Random) -> Piece {
    request(shape, |record| {
        let mut log = Piece::default();
        let offset = offset(record, shape.records);
        log.fixed64_slot(1, Fill::Time { offset, jitter: 0 });
        // Seen by a collector a little later.
        log.fixed64_slot(11, Fill::Time { offset: offset + MILLISECOND, jitter: 5 * MILLISECOND });
        let (number, text) = severity(random);
        log.varint(2, number);
        log.nested(3, &Piece::text(text));
        let mut body = sentence(number > 12, random);
        body.push(&filler(shape.padding, random));
        log.nested(5, &any_text(&body));
        log.attribute(6, "http.request.method", &Piece::text(method(random)));
        log.attribute(6, "http.route", &route(random));
        log.number_attribute(6, "http.response.status_code", if number > 16 { 500 } else { 200 });
        log.attribute(6, "user.id", &user());
        log.attribute(6, "worker.name", &Piece::text(&common_word(random)));
        log.fixed32(8, 1);
        log.nested_slot(9, Fill::TraceId((record / SPANS) as u32));
        log.nested_slot(10, Fill::SpanId(record as u32));
        log
    })
}

/// A request of spans: whole traces, each over all the resources of the request.
pub(super) fn spans(shape: Shape, random: &mut Random) -> Piece {
    let traces = shape.records.div_ceil(SPANS);
    // Up to a quarter of a second, most of them short.
    let durations: Vec<i64> = (0..traces).map(|_| random.skewed(1 << 28) as i64).collect();
    request(shape, |record| {
        let (trace, place) = (record / SPANS, record % SPANS);
        // A span's parent is the one of half its place, so that a trace is three deep below its root. Each level
        // begins later and ends earlier than the one above, by more than each request moves them.
        let level = (place + 1).ilog2();
        let room = 3 * MILLISECOND * i64::from(4 - level);
        let begin = offset(trace * SPANS, shape.records) - room;
        let end = begin + 2 * room + (durations[trace] >> level);
        let is_error = random.below(100) < 3;
        let mut span = Piece::default();
        span.nested_slot(1, Fill::TraceId(trace as u32));
        span.nested_slot(2, Fill::SpanId(record as u32));
        if place > 0 {
            let parent = trace * SPANS + place.div_ceil(2) - 1;
            span.nested_slot(4, Fill::SpanId(parent as u32));
        }
        let route = route(random);
        let method = method(random);
        let mut name = Piece::text(method);
        name.push(" ");
        name.push(&String::from_utf8_lossy(&route.bytes));
        span.nested(5, &name);
        // Client and server in turns.
        span.varint(6, if level % 2 == 0 { 2 } else { 3 });
        span.fixed64_slot(7, Fill::Time { offset: begin, jitter: -MILLISECOND });
        span.fixed64_slot(8, Fill::Time { offset: end, jitter: MILLISECOND });
        span.attribute(9, "http.request.method", &Piece::text(method));
        span.attribute(9, "http.route", &route);
        span.number_attribute(9, "http.response.status_code", if is_error { 500 } else { 200 });
        span.attribute(9, "user.id", &user());
        span.attribute(9, "server.address", &Piece::text(&format!("{}.internal", common_word(random))));
        let mut note = Piece::text(&common_word(random));
        note.push(&filler(shape.padding, random));
        span.attribute(9, "shop.step", &note);
        let mut status = Piece::default();
        if is_error {
            span.nested(11, &exception(begin, random));
            status.nested(2, &sentence(true, random));
            status.varint(3, 2);
        }
        span.nested(15, &status);
        span.fixed32(16, 1);
        span
    })
}

/// A request of points: one of each of its series, of gauges, counters and histograms in turns.
pub(super) fn points(shape: Shape, random: &mut Random) -> Piece {
    resources(shape, |resource, scope| {
        let share = |resource| shape.records * resource / shape.resources;
        let (mut from, end) = (share(resource), share(resource + 1));
        // A metric holds points that follow each other; a few metrics a resource.
        while from < end {
            let until = (from + 16).min(end);
            scope.nested(2, &metric(from..until, shape, random));
            from = until;
        }
    })
}

fn metric(points: std::ops::Range<usize>, shape: Shape, random: &mut Random) -> Piece {
    let kind = (points.start / 16) % 5;
    let mut data = Piece::default();
    for point in points {
        data.nested(1, &data_point(kind, point as u32, shape, random));
    }
    if kind > 1 {
        // Cumulative, and sums that only grow.
        data.varint(2, 2);
    }
    if (2..4).contains(&kind) {
        data.varint(3, 1);
    }
    let (name, unit, field) = match kind {
        0 => ("process.memory.utilization", "1", 5),
        1 => ("shop.queue.length", "{task}", 5),
        2 => ("http.server.requests", "{request}", 7),
        3 => ("shop.revenue", "{currency}", 7),
        _ => ("http.server.request.duration", "s", 9),
    };
    let mut metric = Piece::default();
    metric.nested(1, &Piece::text(name));
    metric.nested(3, &Piece::text(unit));
    metric.nested(field, &data);
    metric
}

fn data_point(kind: usize, series: u32, shape: Shape, random: &mut Random) -> Piece {
    let mut point = Piece::default();
    let is_histogram = kind == 4;
    let attributes = if is_histogram { 9 } else { 7 };
    point.fixed64_slot(2, Fill::Start);
    point.fixed64_slot(3, Fill::Time { offset: 0, jitter: 0 });
    let mut instance = Piece::text("shop-");
    instance.slot(Fill::Series(series));
    point.attribute(attributes, "instance", &instance);
    point.attribute(attributes, "http.route", &route(random));
    if shape.padding > 0 {
        point.attribute(attributes, "note", &Piece::text(&filler(shape.padding, random)));
    }
    match kind {
        0 | 1 => point.fixed64_slot(4, Fill::Gauge(series)),
        2 => point.fixed64_slot(6, Fill::Count(series)),
        3 => point.fixed64_slot(4, Fill::Total(series)),
        _ => {
            point.fixed64_slot(4, Fill::HistogramCount(series));
            point.fixed64_slot(5, Fill::HistogramSum(series));
            let (mut counts, mut bounds) = (Piece::default(), Piece::default());
            for bucket in 0..BUCKETS.len() {
                counts.slot(Fill::HistogramBucket(series, bucket as u8));
                if bucket > 0 {
                    bounds.bytes.extend_from_slice(&(0.005 * f64::from(1_u32 << bucket)).to_le_bytes());
                }
            }
            point.nested(6, &counts);
            point.nested(7, &bounds);
        }
    }
    point
}

/// A request of single records, dealt out to the resources in turns.
fn request(shape: Shape, mut record: impl FnMut(usize) -> Piece) -> Piece {
    resources(shape, |resource, scope| {
        for number in (resource..shape.records).step_by(shape.resources) {
            scope.nested(2, &record(number));
        }
    })
}

/// A request: resources with one scope each, which `fill` puts records into.
fn resources(shape: Shape, mut fill: impl FnMut(usize, &mut Piece)) -> Piece {
    let mut request = Piece::default();
    for resource in 0..shape.resources {
        let mut about = Piece::default();
        let mut name = Piece::text("service-");
        name.slot(Fill::Service(resource as u32));
        about.attribute(1, "service.name", &name);
        about.attribute(1, "service.version", &Piece::text("1.4.2"));
        about.attribute(1, "deployment.environment.name", &Piece::text("production"));
        let mut host = Piece::text("node-");
        host.slot(Fill::Service(resource as u32));
        about.attribute(1, "host.name", &host);
        about.attribute(1, "telemetry.sdk.language", &Piece::text("rust"));
        let mut scope = Piece::default();
        let mut library = Piece::default();
        library.nested(1, &Piece::text("tfo.bench"));
        scope.nested(1, &library);
        fill(resource, &mut scope);
        let mut entry = Piece::default();
        entry.nested(1, &about);
        entry.nested(2, &scope);
        request.nested(1, &entry);
    }
    request
}

/// Where in the second of its request a record lies.
fn offset(record: usize, records: usize) -> i64 {
    SECOND * record as i64 / records.max(1) as i64 - SECOND
}

/// Three of a hundred are errors, seven warnings.
fn severity(random: &mut Random) -> (u64, &'static str) {
    match random.below(100) {
        0..3 => (17, "ERROR"),
        3..10 => (13, "WARN"),
        10..25 => (5, "DEBUG"),
        _ => (9, "INFO"),
    }
}

fn method(random: &mut Random) -> &'static str {
    let method: &&'static str = random.pick(&METHODS);
    method
}

fn route(random: &mut Random) -> Piece {
    // Programs have some dozens of routes.
    let mut own = Random::new(random.below(50), &[5]);
    Piece::text(&format!("/api/{}/{{id}}", common_word(&mut own)))
}

fn user() -> Piece {
    let mut user = Piece::text("user-");
    user.slot(Fill::Value);
    user
}

fn exception(at: i64, random: &mut Random) -> Piece {
    let mut event = Piece::default();
    event.fixed64_slot(1, Fill::Time { offset: at + MILLISECOND, jitter: MILLISECOND });
    event.nested(2, &Piece::text("exception"));
    event.attribute(3, "exception.type", &Piece::text("java.io.IOException"));
    event.attribute(3, "exception.message", &sentence(true, random));
    event
}
