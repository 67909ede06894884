//! The three kinds of records as a tail sees them.

use std::sync::{Arc, OnceLock};

use arrow::record_batch::RecordBatch;
use serde::Serialize;
use tfo_query::{Engine, QueryError, Read};
use tfo_sdk::api::{LogRecord, MetricPoint, Page, Span};
use tfo_sdk::{RecordId, Signal, filter};
use tfo_store::TenantScope;
use tfo_store::view::{self, ViewError};

/// What can be followed.
pub(crate) trait Tailed: filter::Record + Serialize + Send + Sync + Sized + 'static {
    /// Its table.
    const SIGNAL: Signal;
    /// Its identity.
    fn id(&self) -> RecordId;
    /// The records of a batch of the store.
    fn view(batch: &RecordBatch) -> Result<Vec<Self>, ViewError>;
    /// A page of records.
    fn page(
        engine: &Engine,
        scope: &TenantScope,
        read: &Read,
    ) -> impl Future<Output = Result<Page<Self>, QueryError>> + Send;
}

macro_rules! tailed {
    ($record:ty, $signal:expr, $view:expr, $page:ident) => {
        impl Tailed for $record {
            const SIGNAL: Signal = $signal;
            fn id(&self) -> RecordId {
                self.id
            }
            fn view(batch: &RecordBatch) -> Result<Vec<Self>, ViewError> {
                $view(batch)
            }
            async fn page(
                engine: &Engine,
                scope: &TenantScope,
                read: &Read,
            ) -> Result<Page<Self>, QueryError> {
                engine.$page(scope, read).await
            }
        }
    };
}

tailed!(LogRecord, Signal::Logs, view::log_records, logs);
tailed!(Span, Signal::Spans, view::spans, spans);
tailed!(MetricPoint, Signal::MetricPoints, view::metric_points, metric_points);

/// A record on its way out: its JSON is shared by everybody who waits for it.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) id: RecordId,
    pub(super) json: Arc<str>,
}

/// A record that is written as JSON when the first follower wants it.
pub(super) struct Written<T> {
    pub(super) record: T,
    json: OnceLock<Option<Arc<str>>>,
}

impl<T: Tailed> Written<T> {
    pub(super) fn new(record: T) -> Self {
        Self { record, json: OnceLock::new() }
    }

    /// The record as a line; `None` when it cannot be written, which would be a fault of its type.
    pub(super) fn line(&self) -> Option<Line> {
        let write = || serde_json::to_string(&self.record).ok().map(Arc::from);
        let json = self.json.get_or_init(write).clone()?;
        Some(Line { id: self.record.id(), json })
    }
}

/// Writes records, which may be large, where it holds up nobody.
pub(super) async fn lines<T: Tailed>(records: Vec<T>) -> Result<Vec<Line>, String> {
    let write = move || {
        let lines = records.into_iter().map(|record| {
            let json = serde_json::to_string(&record)?;
            Ok(Line { id: record.id(), json: json.into() })
        });
        lines.collect::<serde_json::Result<Vec<Line>>>().map_err(|error| error.to_string())
    };
    tokio::task::spawn_blocking(write).await.unwrap_or_else(|error| Err(error.to_string()))
}
