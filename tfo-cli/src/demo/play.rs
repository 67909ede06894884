//! From steps to telemetry: a span a step, its logs and measurements beside it, in the SDK of its service.

use std::time::{Duration, SystemTime};

use opentelemetry::logs::{LogRecord as _, Logger as _, Severity};
use opentelemetry::trace::{Link, SpanBuilder, SpanContext, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue};

use super::shop::Shop;
use super::step::{Attach, Failure, Line, Measure, Step, Work};
use super::telemetry::{Outlet, Telemetry};
use super::weather::Weather;

/// Plays visits, each service with its own SDK.
pub(super) struct Player {
    services: Vec<Telemetry>,
}

/// Where a step stands: when, and below which span.
struct Place<'a> {
    start: SystemTime,
    parent: &'a Context,
    /// The service of the parent; none for the first step of a visit.
    caller: Option<usize>,
}

impl Player {
    /// Sets up the services' SDKs.
    pub(super) fn new(shop: &Shop, weather: &Weather, outlet: &Outlet) -> anyhow::Result<Self> {
        let services = shop.services().iter().map(|service| Telemetry::new(service, *weather, outlet));
        Ok(Self { services: services.collect::<anyhow::Result<_>>()? })
    }

    /// Plays a visit that ends now.
    pub(super) fn play(&self, visit: &Step) {
        let start = SystemTime::now() - visit.extent();
        self.play_step(visit, &Place { start, parent: &Context::new(), caller: None });
    }

    /// Sends what is queued. Blocks.
    pub(super) fn shutdown(&self) {
        // Side by side: where nobody listens, each waits for its time-out.
        std::thread::scope(|scope| {
            for service in &self.services {
                scope.spawn(|| service.shutdown());
            }
        });
    }

    fn play_step(&self, step: &Step, place: &Place<'_>) {
        let Some(service) = self.services.get(step.service) else { return };
        let duration = step.duration();
        let end = place.start + duration;
        let failure = step.failure.as_ref();
        let mut attributes = step.work.attributes(failure);
        attributes.extend(step.attributes.iter().cloned());
        let mut builder = SpanBuilder::from_name(step.work.name())
            .with_kind(step.work.kind())
            .with_start_time(place.start)
            .with_attributes(attributes.iter().cloned());
        let parent = match (step.attach, place.caller) {
            (Attach::Linked, _) => {
                let cause = place.parent.span().span_context().clone();
                builder =
                    builder.with_links(vec![Link::new(cause, vec![KeyValue::new("shop.link", "order")], 0)]);
                Context::new()
            }
            // Between services only the identity of the span travels, as in a `traceparent` header.
            (_, Some(caller)) if caller != step.service => {
                Context::new().with_remote_span_context(remote(place.parent.span().span_context()))
            }
            _ => place.parent.clone(),
        };
        let span = service.tracer.build_with_context(builder, &parent);
        let context = Context::new().with_span(span);
        for (offset, child) in step.schedule() {
            let place = Place { start: place.start + offset, parent: &context, caller: Some(step.service) };
            self.play_step(child, &place);
        }
        let identity = context.span().span_context().clone();
        for (name, attributes) in step.events.iter().filter(|_| !step.failed()) {
            context.span().add_event_with_timestamp(
                *name,
                place.start + duration.mul_f64(0.3),
                attributes.clone(),
            );
        }
        for line in &step.lines {
            service.log(line, place.start + duration.mul_f64(0.8), &identity);
        }
        if let Some(failure) = failure {
            if step.is_cause() {
                context.span().add_event_with_timestamp("exception", end, exception(failure));
            }
            if let Some(line) = complaint(step, failure) {
                service.log(&line, end, &identity);
            }
            context.span().set_status(Status::error(failure.message.clone()));
        }
        context.span().end_with_timestamp(end);
        service.measure(step, duration, &attributes);
    }
}

/// A span as another process sees it.
fn remote(span: &SpanContext) -> SpanContext {
    SpanContext::new(span.trace_id(), span.span_id(), span.trace_flags(), true, span.trace_state().clone())
}

fn exception(failure: &Failure) -> Vec<KeyValue> {
    vec![
        KeyValue::new("exception.type", failure.kind),
        KeyValue::new("exception.message", failure.message.to_string()),
    ]
}

/// What a failed step logs: its cause where it arose, and the failed request where it was answered.
fn complaint(step: &Step, failure: &Failure) -> Option<Line> {
    let body = if step.is_cause() {
        failure.message.clone()
    } else if matches!(step.work, Work::HttpServer { .. }) {
        format!("{} failed with {}: {}", step.work.name(), failure.status, failure.message).into()
    } else {
        return None;
    };
    Some(Line { severity: Severity::Error, body, attributes: exception(failure), event_name: None })
}

impl Telemetry {
    fn log(&self, line: &Line, time: SystemTime, span: &SpanContext) {
        let mut record = self.logger.create_log_record();
        record.set_timestamp(time);
        record.set_observed_timestamp(SystemTime::now());
        record.set_severity_number(line.severity);
        record.set_severity_text(line.severity.name());
        record.set_body(line.body.clone().into());
        if let Some(name) = line.event_name {
            record.set_event_name(name);
        }
        for attribute in &line.attributes {
            record.add_attribute(attribute.key.clone(), any_value(&attribute.value));
        }
        record.set_trace_context(span.trace_id(), span.span_id(), Some(span.trace_flags()));
        self.logger.emit(record);
    }

    fn measure(&self, step: &Step, duration: Duration, attributes: &[KeyValue]) {
        let seconds = duration.as_secs_f64();
        let instruments = &self.instruments;
        let only = |keys: &[&str]| -> Vec<KeyValue> {
            attributes.iter().filter(|attribute| keys.contains(&attribute.key.as_str())).cloned().collect()
        };
        match &step.work {
            Work::HttpServer { .. } => {
                let keys = [
                    "http.request.method",
                    "http.route",
                    "http.response.status_code",
                    "url.scheme",
                    "error.type",
                ];
                instruments.http.record(seconds, &only(&keys));
            }
            Work::RpcServer { .. } => {
                let keys = ["rpc.system", "rpc.service", "rpc.method", "rpc.grpc.status_code"];
                instruments.rpc.record(seconds, &only(&keys));
            }
            Work::Sql { .. } | Work::Redis { .. } => {
                let keys = ["db.system.name", "db.operation.name", "db.collection.name", "error.type"];
                instruments.database.record(seconds, &only(&keys));
            }
            Work::Publish { .. } => {
                instruments.messages.add(1, &only(&["messaging.system", "messaging.destination.name"]));
            }
            Work::Process { .. } => {
                let keys = ["messaging.system", "messaging.destination.name"];
                instruments.processed.record(seconds, &only(&keys));
            }
            Work::HttpClient { .. } | Work::RpcClient { .. } | Work::Internal { .. } => {}
        }
        for measure in &step.measures {
            match *measure {
                Measure::Order { currency, amount } => {
                    let currency = [KeyValue::new("shop.order.currency", currency)];
                    instruments.orders.add(1, &currency);
                    instruments.revenue.add(amount, &currency);
                    instruments.cart_items.add(-1, &[]);
                }
                Measure::CartItems(change) => instruments.cart_items.add(change, &[]),
                Measure::CacheLookup { hit } => {
                    instruments.cache_lookups.add(1, &[KeyValue::new("shop.cache.hit", hit)]);
                }
            }
        }
    }
}

/// The value of an attribute as logs carry it; lists do not occur here.
fn any_value(value: &opentelemetry::Value) -> opentelemetry::logs::AnyValue {
    use opentelemetry::Value;
    match value {
        Value::Bool(value) => (*value).into(),
        Value::I64(value) => (*value).into(),
        Value::F64(value) => (*value).into(),
        other => other.to_string().into(),
    }
}
