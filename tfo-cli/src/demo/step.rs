//! A visit as a tree of steps: who does what for how long, what it calls, and how it ends.

use std::borrow::Cow;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::logs::Severity;
use opentelemetry::trace::SpanKind;

/// What kind of work a step is; by it the span is named and described.
#[derive(Debug, Clone)]
pub(super) enum Work {
    /// Answers an HTTP request.
    HttpServer { method: &'static str, route: &'static str },
    /// Makes an HTTP request.
    HttpClient { method: &'static str, route: &'static str, peer: String },
    /// Answers a gRPC call.
    RpcServer { service: &'static str, method: &'static str },
    /// Makes a gRPC call.
    RpcClient { service: &'static str, method: &'static str, peer: String },
    /// Asks a PostgreSQL database.
    Sql { namespace: &'static str, operation: &'static str, table: &'static str, text: &'static str },
    /// Asks Redis.
    Redis { operation: &'static str },
    /// Sends a message.
    Publish { topic: &'static str },
    /// Handles a message.
    Process { topic: &'static str },
    /// Computes something.
    Internal { name: &'static str },
}

/// How a step failed.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// `error.type`.
    pub(super) kind: &'static str,
    /// What happened, in words.
    pub(super) message: Cow<'static, str>,
    /// The HTTP status that a caller sees.
    pub(super) status: u16,
}

/// A line that a step logs.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) severity: Severity,
    pub(super) body: Cow<'static, str>,
    pub(super) attributes: Vec<KeyValue>,
    /// For records that are events.
    pub(super) event_name: Option<&'static str>,
}

/// Something countable that a step brought about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Measure {
    /// An order, with what it is worth.
    Order { currency: &'static str, amount: f64 },
    /// Items put into (or taken from) carts.
    CartItems(i64),
    /// A look into a cache.
    CacheLookup { hit: bool },
}

/// How a step hangs on the one above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attach {
    /// Called by it, and waited for.
    Called,
    /// In its trace, but after it: the message that it sent.
    After,
    /// In a trace of its own that links to it.
    Linked,
}

/// One span to be, with all that belongs to it.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) service: usize,
    pub(super) work: Work,
    pub(super) attach: Attach,
    /// Time of its own, beside its children's.
    pub(super) own: Duration,
    /// Whether the children run at once rather than one after the other.
    pub(super) parallel: bool,
    pub(super) attributes: Vec<KeyValue>,
    pub(super) lines: Vec<Line>,
    /// Span events: name and attributes.
    pub(super) events: Vec<(&'static str, Vec<KeyValue>)>,
    pub(super) measures: Vec<Measure>,
    pub(super) failure: Option<Failure>,
    pub(super) children: Vec<Step>,
}

impl Step {
    /// A step that takes this long by itself.
    pub(super) fn new(service: usize, work: Work, own: Duration) -> Self {
        Self {
            service,
            work,
            attach: Attach::Called,
            own,
            parallel: false,
            attributes: Vec::new(),
            lines: Vec::new(),
            events: Vec::new(),
            measures: Vec::new(),
            failure: None,
            children: Vec::new(),
        }
    }

    /// Adds a child, if there is one.
    pub(super) fn then(mut self, child: impl Into<Option<Self>>) -> Self {
        self.children.extend(child.into());
        self
    }

    /// Lets the children run at once.
    pub(super) fn in_parallel(mut self) -> Self {
        self.parallel = true;
        self
    }

    /// Hangs it on its parent in this way.
    pub(super) fn attached(mut self, attach: Attach) -> Self {
        self.attach = attach;
        self
    }

    /// Adds an attribute.
    pub(super) fn with(mut self, attribute: KeyValue) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// Adds a line of log.
    pub(super) fn log(mut self, severity: Severity, body: impl Into<Cow<'static, str>>) -> Self {
        self.lines.push(Line { severity, body: body.into(), attributes: Vec::new(), event_name: None });
        self
    }

    /// Adds attributes to the line logged last.
    pub(super) fn log_with(mut self, attributes: impl IntoIterator<Item = KeyValue>) -> Self {
        if let Some(line) = self.lines.last_mut() {
            line.attributes.extend(attributes);
        }
        self
    }

    /// Makes the line logged last an event.
    pub(super) fn log_event(mut self, name: &'static str) -> Self {
        if let Some(line) = self.lines.last_mut() {
            line.event_name = Some(name);
        }
        self
    }

    /// Adds a span event.
    pub(super) fn event(mut self, name: &'static str, attributes: Vec<KeyValue>) -> Self {
        self.events.push((name, attributes));
        self
    }

    /// Adds a measurement.
    pub(super) fn measure(mut self, measure: Measure) -> Self {
        self.measures.push(measure);
        self
    }

    /// Makes it fail. What it would have called is not called any more.
    pub(super) fn failing(mut self, failure: Failure) -> Self {
        self.failure = Some(failure);
        self
    }

    /// Lets failures rise to the callers, and drops what a failed step would have done afterwards.
    pub(super) fn settled(mut self) -> Self {
        self.children = self.children.into_iter().map(Self::settled).collect();
        let failed = self.children.iter().position(|child| child.attach == Attach::Called && child.failed());
        if let Some(position) = failed {
            self.failure = self.children[position].failure.clone();
            if !self.parallel {
                self.children.truncate(position + 1);
            }
            self.measures.clear();
            self.lines.retain(|line| line.severity < Severity::Info);
        }
        self
    }

    /// Whether it ended in an error; true for its callers as well, once [settled](Self::settled).
    pub(super) fn failed(&self) -> bool {
        self.failure.is_some()
    }

    /// Whether it failed by itself and not through what it called.
    pub(super) fn is_cause(&self) -> bool {
        self.failed() && !self.children.iter().any(|child| child.attach == Attach::Called && child.failed())
    }

    /// How long it takes, with what it waits for.
    pub(super) fn duration(&self) -> Duration {
        let called = self.children.iter().filter(|child| child.attach == Attach::Called).map(Self::duration);
        let children = if self.parallel { called.max().unwrap_or_default() } else { called.sum() };
        self.own + children
    }

    /// How long it takes with what comes after it.
    pub(super) fn extent(&self) -> Duration {
        let mut extent = self.duration();
        for (offset, child) in self.schedule() {
            extent = extent.max(offset + child.extent());
        }
        extent
    }

    /// The children, each with when it starts, counted from the start of this step.
    pub(super) fn schedule(&self) -> Vec<(Duration, &Self)> {
        let mut offset = self.own / 2;
        let end = self.duration();
        let mut schedule = Vec::with_capacity(self.children.len());
        for child in &self.children {
            match child.attach {
                Attach::Called => {
                    schedule.push((offset, child));
                    if !self.parallel {
                        offset += child.duration();
                    }
                }
                Attach::After | Attach::Linked => schedule.push((end + QUEUED, child)),
            }
        }
        schedule
    }
}

/// How long a message waits before it is handled.
const QUEUED: Duration = Duration::from_millis(12);

impl Work {
    /// The kind of the span.
    pub(super) fn kind(&self) -> SpanKind {
        match self {
            Self::HttpServer { .. } | Self::RpcServer { .. } => SpanKind::Server,
            Self::HttpClient { .. } | Self::RpcClient { .. } | Self::Sql { .. } | Self::Redis { .. } => {
                SpanKind::Client
            }
            Self::Publish { .. } => SpanKind::Producer,
            Self::Process { .. } => SpanKind::Consumer,
            Self::Internal { .. } => SpanKind::Internal,
        }
    }

    /// The name of the span, as the semantic conventions build it.
    pub(super) fn name(&self) -> Cow<'static, str> {
        match self {
            Self::HttpServer { method, route } => format!("{method} {route}").into(),
            Self::HttpClient { method, .. } => (*method).into(),
            Self::RpcServer { service, method } | Self::RpcClient { service, method, .. } => {
                format!("{service}/{method}").into()
            }
            Self::Sql { operation, table, .. } => format!("{operation} {table}").into(),
            Self::Redis { operation } => (*operation).into(),
            Self::Publish { topic } => format!("send {topic}").into(),
            Self::Process { topic } => format!("process {topic}").into(),
            Self::Internal { name } => (*name).into(),
        }
    }

    /// The attributes of the span, as the semantic conventions name them.
    pub(super) fn attributes(&self, failure: Option<&Failure>) -> Vec<KeyValue> {
        let status = || i64::from(failure.map_or(200, |failure| failure.status));
        let mut attributes = match self {
            Self::HttpServer { method, route } => vec![
                KeyValue::new("http.request.method", *method),
                KeyValue::new("http.route", *route),
                KeyValue::new("url.path", *route),
                KeyValue::new("url.scheme", "http"),
                KeyValue::new("http.response.status_code", status()),
                KeyValue::new("network.protocol.version", "1.1"),
            ],
            Self::HttpClient { method, route, peer } => vec![
                KeyValue::new("http.request.method", *method),
                KeyValue::new("url.full", format!("http://{peer}{route}")),
                KeyValue::new("server.address", peer.clone()),
                KeyValue::new("server.port", 8080),
                KeyValue::new("http.response.status_code", status()),
            ],
            Self::RpcServer { service, method } => rpc(service, method, failure),
            Self::RpcClient { service, method, peer } => {
                let mut attributes = rpc(service, method, failure);
                attributes.push(KeyValue::new("server.address", peer.clone()));
                attributes.push(KeyValue::new("server.port", 9090));
                attributes
            }
            Self::Sql { namespace, operation, table, text } => vec![
                KeyValue::new("db.system.name", "postgresql"),
                KeyValue::new("db.namespace", *namespace),
                KeyValue::new("db.operation.name", *operation),
                KeyValue::new("db.collection.name", *table),
                KeyValue::new("db.query.text", *text),
                KeyValue::new("server.address", "postgres.shop.svc"),
                KeyValue::new("server.port", 5432),
            ],
            Self::Redis { operation } => vec![
                KeyValue::new("db.system.name", "redis"),
                KeyValue::new("db.operation.name", *operation),
                KeyValue::new("server.address", "redis.shop.svc"),
                KeyValue::new("server.port", 6379),
            ],
            Self::Publish { topic } => messaging(topic, "send"),
            Self::Process { topic } => messaging(topic, "process"),
            Self::Internal { .. } => Vec::new(),
        };
        attributes.extend(failure.map(|failure| KeyValue::new("error.type", failure.kind)));
        attributes
    }
}

fn rpc(service: &'static str, method: &'static str, failure: Option<&Failure>) -> Vec<KeyValue> {
    // gRPC code 13, INTERNAL.
    let code = if failure.is_some() { 13 } else { 0 };
    vec![
        KeyValue::new("rpc.system", "grpc"),
        KeyValue::new("rpc.service", service),
        KeyValue::new("rpc.method", method),
        KeyValue::new("rpc.grpc.status_code", code),
    ]
}

fn messaging(topic: &'static str, operation: &'static str) -> Vec<KeyValue> {
    vec![
        KeyValue::new("messaging.system", "kafka"),
        KeyValue::new("messaging.destination.name", topic),
        KeyValue::new("messaging.operation.type", operation),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(milliseconds: u64) -> Step {
        Step::new(0, Work::Internal { name: "step" }, Duration::from_millis(milliseconds))
    }

    #[test]
    fn a_failure_rises_and_stops_what_would_have_followed() {
        let failure = Failure { kind: "timeout", message: "too slow".into(), status: 504 };
        let settled =
            step(1).then(step(1).then(step(1).failing(failure)).then(step(1))).then(step(1)).settled();
        assert!(settled.failed() && !settled.is_cause());
        assert_eq!(settled.children.len(), 1);
        assert_eq!(settled.children[0].children.len(), 1);
        assert!(settled.children[0].children[0].is_cause());
    }

    #[test]
    fn a_failure_after_the_answer_does_not_rise() {
        let failure = Failure { kind: "timeout", message: "too slow".into(), status: 504 };
        let settled = step(1).then(step(1).failing(failure).attached(Attach::After)).settled();
        assert!(!settled.failed());
    }

    #[test]
    fn children_lie_inside_their_parent_and_messages_after_it() {
        let parent = step(10).then(step(20)).then(step(30)).then(step(5).attached(Attach::After));
        let starts: Vec<_> = parent.schedule().into_iter().map(|(offset, _)| offset.as_millis()).collect();
        assert_eq!(starts, [5, 25, 72]);
        assert_eq!(parent.duration().as_millis(), 60);
        assert_eq!(parent.extent().as_millis(), 77);
        assert_eq!(parent.in_parallel().duration().as_millis(), 40);
    }
}
