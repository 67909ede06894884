//! The daemon's own log as records for its own store: a bounded queue that never waits.
//!
//! What writing these records causes is not recorded: while they are written, the store's events are passed over. So
//! a full disk does not make one failure into the next. What is passed over or does not fit is counted.

use std::fmt::{Debug, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::{Value, json};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// Events that wait to be written, at most.
const QUEUE: usize = 2048;
/// Characters of a text that are kept; what came from outside may be long.
const TEXT: usize = 4096;
/// Where the store's events come from.
const STORE: &str = "tfo_store";

/// An event of the daemon.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OwnEvent {
    pub(crate) unix_nanos: u128,
    pub(crate) level: Level,
    pub(crate) target: &'static str,
    pub(crate) message: String,
    /// Keys and values, these as OTLP's JSON; those of the spans around it as `span.field`.
    pub(crate) fields: Vec<(String, Value)>,
}

#[derive(Debug, Default)]
struct Shared {
    dropped: AtomicU64,
    writing: AtomicBool,
}

/// Puts events into the queue.
pub(crate) struct OwnLogLayer {
    queue: Sender<OwnEvent>,
    shared: Arc<Shared>,
}

/// The queue's other end: what the daemon has said of itself and is not yet in its store.
#[derive(Debug)]
pub struct OwnLog {
    queue: Receiver<OwnEvent>,
    shared: Arc<Shared>,
}

/// The two ends of a new queue.
pub(crate) fn own_log() -> (OwnLogLayer, OwnLog) {
    let (sender, receiver) = channel(QUEUE);
    let shared = Arc::<Shared>::default();
    (OwnLogLayer { queue: sender, shared: Arc::clone(&shared) }, OwnLog { queue: receiver, shared })
}

impl OwnLog {
    /// The events that wait, oldest first.
    pub(crate) fn take(&mut self) -> Vec<OwnEvent> {
        std::iter::from_fn(|| self.queue.try_recv().ok()).take(QUEUE).collect()
    }

    /// Events that were passed over.
    pub(crate) fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }

    /// Events that could not be written.
    pub(crate) fn lost(&self, events: usize) {
        self.shared.dropped.fetch_add(events as u64, Ordering::Relaxed);
    }

    /// Says that own records are being written, or no longer.
    pub(crate) fn writing(&self, writing: bool) {
        self.shared.writing.store(writing, Ordering::Relaxed);
    }
}

/// The fields of a span, kept with it.
struct SpanFields(Vec<(String, Value)>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for OwnLogLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields { prefix: span.name(), ..Fields::default() };
            attributes.record(&mut fields);
            span.extensions_mut().insert(SpanFields(fields.fields));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        let passed_over = self.shared.writing.load(Ordering::Relaxed) && metadata.target().starts_with(STORE);
        let mut own = Fields::default();
        event.record(&mut own);
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(SpanFields(fields)) = span.extensions().get() {
                own.fields.extend(fields.iter().cloned());
            }
        }
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let event = OwnEvent {
            unix_nanos: now.map_or(0, |since| since.as_nanos()),
            level: *metadata.level(),
            target: metadata.target(),
            message: own.message,
            fields: own.fields,
        };
        if passed_over || self.queue.try_send(event).is_err() {
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Gathers fields; the one called `message` is the message.
#[derive(Default)]
struct Fields<'a> {
    prefix: &'a str,
    message: String,
    fields: Vec<(String, Value)>,
}

impl Fields<'_> {
    fn put(&mut self, field: &Field, value: Value) {
        let separator = if self.prefix.is_empty() { "" } else { "." };
        self.fields.push((format!("{}{separator}{}", self.prefix, field.name()), value));
    }

    fn put_text(&mut self, field: &Field, text: &str) {
        let text: String = text.chars().take(TEXT).collect();
        if field.name() == "message" {
            self.message = text;
        } else {
            self.put(field, json!({ "stringValue": text }));
        }
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put_text(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, json!({ "intValue": value.to_string() }));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match i64::try_from(value) {
            Ok(value) => self.record_i64(field, value),
            Err(_) => self.put_text(field, &value.to_string()),
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, json!({ "doubleValue": value }));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, json!({ "boolValue": value }));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = String::new();
        // Writing to a string fails only when the value's own code does.
        let _ = write!(text, "{value:?}");
        self.put_text(field, &text);
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[test]
    fn an_event_is_kept_with_its_fields_and_those_of_its_span() {
        let (layer, mut log) = own_log();
        let subscriber = tracing_subscriber::registry().with(layer);
        tracing::subscriber::with_default(subscriber, || {
            let _span = tracing::info_span!("request", id = %"r1").entered();
            tracing::warn!(status = 503u16, cause = "full", "request put off");
        });
        let [event] = log.take().try_into().unwrap();
        assert_eq!((event.level, event.message.as_str()), (Level::WARN, "request put off"));
        let expected = [
            ("status".to_owned(), json!({"intValue": "503"})),
            ("cause".to_owned(), json!({"stringValue": "full"})),
            ("request.id".to_owned(), json!({"stringValue": "r1"})),
        ];
        assert_eq!(event.fields, expected);
        assert!(log.take().is_empty());
    }

    #[test]
    fn what_does_not_fit_and_what_writing_causes_is_counted_and_passed_over() {
        let (layer, mut log) = own_log();
        let subscriber = tracing_subscriber::registry().with(layer);
        tracing::subscriber::with_default(subscriber, || {
            log.writing(true);
            tracing::warn!(target: "tfo_store::store", "requests are not acknowledged");
            tracing::warn!(target: "tfo_daemon", "something else");
            log.writing(false);
            assert_eq!((log.take().len(), log.dropped()), (1, 1));
            for _ in 0..QUEUE + 5 {
                tracing::info!("again");
            }
            assert_eq!((log.take().len(), log.dropped()), (QUEUE, 6));
        });
    }
}
