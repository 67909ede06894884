//! OTLP in: from bytes on a connection to an acknowledgement that holds.
//!
//! ```text
//! http ─┐                                     (worker thread)
//!       ├─▶ body: budget, limit, time ─▶ decompress ─▶ decode ─▶ store.append ─▶ answer
//! grpc ─┘
//! ```
//!
//! Both protocols are framing around the same steps, so limits, budget and errors are the same. Every byte that a
//! request makes the daemon hold, but for the window of Zstandard, is reserved from one [`Budget`] before it is held, and
//! given back when the answer is made. What is known not to fit is refused before its body is read, the rest as soon as it
//! shows, and so is what comes for a tenant whose [`quota`](crate::quota) is used up. One table ([`error`]) says what each
//! failure is in each protocol, and whether a sender may try again.

mod answer;
mod body;
mod compression;
mod decode;
mod error;
pub(crate) mod figures;
mod format;
mod frame;
mod grpc;
mod http;
mod operation;
mod status;

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use tfo_sdk::Signal;
use tfo_store::Store;
use tfo_store::otlp::{self, Rejected};
use tokio::sync::Semaphore;

pub(crate) use decode::LARGEST_COST;
pub(crate) use grpc::{routes as grpc_routes, starting_routes as starting_grpc_routes};
pub(crate) use http::{
    router as http_router, routes as http_routes, starting_routes as starting_http_routes,
};

use crate::config::IngestConfig;
use crate::identity::Authed;
use crate::platform::budget::Budget;
use crate::quota::Quotas;
use body::Received;
use compression::Compression;
use error::IngestError;
use figures::{Figures, Kept, Way};
use format::Format;

/// Takes requests of all protocols. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Ingest {
    store: Store,
    quotas: Quotas,
    budget: Arc<Budget>,
    /// Requests that are decompressed and decoded at a time.
    workers: Arc<Semaphore>,
    max_request_bytes: u64,
    figures: Arc<Figures>,
}

/// The most requests that are decoded at a time, however many cores there are: it bounds what hostile ones (two
/// bytes a record) can make of the decoder's own limit.
const MAX_WORKERS: usize = 8;

impl Ingest {
    pub(crate) fn new(store: Store, quotas: Quotas, config: &IngestConfig) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            store,
            quotas,
            budget: Arc::new(Budget::new(config.memory_bytes)),
            workers: Arc::new(Semaphore::new(cores.min(MAX_WORKERS))),
            max_request_bytes: config.max_request_bytes,
            figures: Arc::default(),
        }
    }

    /// What came in.
    pub(crate) fn figures(&self) -> &Figures {
        &self.figures
    }

    /// Bytes of memory that requests in flight hold, and may hold.
    pub(crate) fn memory_bytes(&self) -> (u64, u64) {
        (self.budget.used(), self.budget.limit())
    }

    /// Refuses a caller whose tenant has no quota left, before its body is read.
    fn check_quota(&self, authed: &Authed) -> Result<(), IngestError> {
        Ok(self.quotas.check(authed.scope().tenant_id(), self.store.now())?)
    }

    /// Decodes a request and makes it durable: `Ok` is the right to acknowledge it.
    async fn accept(
        &self,
        authed: &Authed,
        (signal, protocol): Way,
        format: Format,
        compression: Compression,
        received: Received,
    ) -> Result<Rejected, IngestError> {
        let mut acceptance = self.store.acceptance();
        let tenant = authed.scope().tenant_id();
        acceptance.oldest = self.store.oldest_accepted(&tenant, signal, acceptance.received_at);
        let limit = self.max_request_bytes;
        let started = Instant::now();
        let bytes = received.bytes.len() as u64;
        // The semaphore is never closed.
        let worker = Arc::clone(&self.workers).acquire_owned().await.map_err(IngestError::internal)?;
        // The reservation moves with the bytes: a caller that goes away now does not set them free before they are.
        let decoded = tokio::task::spawn_blocking(move || {
            let _worker = worker;
            decode::decode(signal, format, compression, received, acceptance, limit)
        });
        let (request, reservation) = decoded.await.map_err(IngestError::internal)??;
        let rejected = request.rejected.clone();
        let records = request.batch.num_rows() as u64;
        if records > 0 {
            let size = request.raw.len() as u64;
            let charge = self.quotas.charge(tenant, size, &request.batch, self.store.now())?;
            // A caller that goes away now, on purpose even, is charged all the same for what is kept.
            let then = move |is_kept| {
                if is_kept {
                    charge.keep();
                }
                drop(reservation);
            };
            self.store.append_then(authed.scope(), request, then).await?;
        }
        let kept = Kept { bytes, records, rejected: rejected.count, visible_after: started.elapsed() };
        self.figures.kept(authed.scope().tenant_id(), (signal, protocol), kept);
        Ok(rejected)
    }

    /// Keeps what the daemon says of itself: OTLP in JSON, made here, counted nowhere.
    pub(crate) async fn keep_own(
        &self,
        authed: &Authed,
        signal: Signal,
        json: String,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let acceptance = self.store.acceptance();
        let decoded = tokio::task::spawn_blocking(move || {
            let protobuf = otlp::json::to_protobuf(signal, json.as_bytes())?;
            otlp::decode(signal, protobuf.into(), acceptance)
        });
        Ok(self.store.append(authed.scope(), decoded.await??).await?)
    }

    /// Refuses a request whose body is not read to its end. A sender that `waits` for `100 Continue` has sent
    /// nothing of it yet, and reading would invite it to.
    fn turn_away(&self, error: IngestError, body: Body, waits: bool) -> IngestError {
        let gone = matches!(error, IngestError::Slow | IngestError::BrokenOff(_));
        if !waits && !gone {
            body::discard(body);
        }
        error
    }
}
