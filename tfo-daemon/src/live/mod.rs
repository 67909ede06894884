//! Live tails: records as they arrive, over WebSockets.
//!
//! ```text
//! commit ──sequence──▶ Feed (one a signal of a tenant) ──▶ Follower: filter ─▶ Queue ──▶ Socket
//!                      decodes once, for all followers                 bounded    │
//!                                     what arrived before it joined ──────────────┘
//! ```
//!
//! Invariants:
//! - nobody waits for a reader: the store's commit announces a number, a feed reads what it has not seen yet by
//!   itself (from memory, or from files when flushes were faster), and a queue that is full loses its oldest;
//! - what a follower gets is in the order of arrival, without gap or double: it reads from the store up to where the
//!   feed was when it joined, and what the feed gives from there on;
//! - everything that matched is sent or counted as dropped;
//! - what waits for readers has a bound: in queues one of its own, of what was before they joined that of answers;
//! - only what is synced is seen here, because only that is visible in the store.

mod feed;
mod queue;
mod record;
mod socket;
mod source;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::ws::WebSocketUpgrade;
use axum::response::Response;
use tfo_query::{Engine, Order, Read};
use tfo_sdk::filter::Filter;
use tfo_sdk::{RecordId, Signal, TimeRange};
use tfo_store::{Store, TenantScope};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::feed::Feed;
use self::record::{Line, lines};
use self::socket::{Session, serve};
use self::source::Source;
use crate::platform::answer::BUSY;
use crate::platform::budget::{Budget, Reservation};
use crate::platform::problem::{ApiError, ApiResult, Code};

pub(crate) use self::record::Tailed;

/// Readers at a time, of all tenants.
const MOST_READERS: usize = 256;
/// Bytes of records that wait for all readers together.
const WAITING_BYTES: usize = 128 << 20;
/// Bytes of records that wait for one reader.
const WAITING_BYTES_EACH: usize = 8 << 20;
/// Lines of so few bytes need no room in the memory for answers.
const SMALL_BYTES: u64 = 64 << 10;
/// The longest message that a reader may send. It has nothing to say.
const INCOMING_BYTES: usize = 64 << 10;

/// Where a tail begins.
#[derive(Debug, Clone)]
pub(crate) enum Start {
    /// With what arrives from now on.
    Now,
    /// With what arrived after a record.
    After(RecordId),
    /// With the latest this many whose times are in a range.
    Tail(usize, TimeRange),
}

/// The last place of a sequence: behind all of its records.
fn end_of(sequence: u64) -> RecordId {
    RecordId { sequence, row: u32::MAX }
}

/// Lines on their way to a reader.
struct Held {
    lines: Vec<Line>,
    _reservation: Option<Reservation>,
}

impl Held {
    fn nothing() -> Self {
        Self { lines: Vec::new(), _reservation: None }
    }
}

/// All live tails of a daemon. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Live(Arc<Shared>);

struct Shared {
    store: Store,
    engine: Engine,
    /// What waits to be taken of what was before a reader joined is part of it, as other answers are.
    answers: Arc<Budget>,
    feeds: Mutex<HashMap<(TenantScope, Signal), Arc<Feed>>>,
    slots: Arc<Semaphore>,
    stop: CancellationToken,
    sockets: TaskTracker,
}

impl Live {
    pub(crate) fn new(store: Store, engine: Engine, answers: Arc<Budget>) -> Self {
        Self(Arc::new(Shared {
            store,
            engine,
            answers,
            feeds: Mutex::default(),
            slots: Arc::new(Semaphore::new(MOST_READERS)),
            stop: CancellationToken::new(),
            sockets: TaskTracker::new(),
        }))
    }

    /// Answers a request for a live tail: what can be refused is refused before the connection becomes a WebSocket.
    pub(crate) async fn follow<T: Tailed>(
        &self,
        scope: &TenantScope,
        filter: Filter,
        start: Start,
        upgrade: WebSocketUpgrade,
    ) -> ApiResult<Response> {
        let slot = self.slot()?;
        let source = Source::new(self.0.store.clone(), self.0.engine.clone(), scope.clone());
        let now = source.last();
        let (tail, place) = match start {
            Start::Now => (Some(Held::nothing()), now),
            Start::After(after) if after.sequence > now.sequence => {
                let last = now.sequence;
                let detail = format!(
                    "no record has the id {after} yet, the last request stored has the number {last}: the id is of \
                     another data folder; begin without `after`"
                );
                return Err(ApiError::new(Code::UnknownPosition, detail));
            }
            Start::After(after) => (None, after),
            Start::Tail(limit, range) => {
                let lines = self.tail::<T>(scope, &filter, limit, range, now).await?;
                let held = self.hold(lines).ok_or_else(|| ApiError::new(Code::Busy, BUSY))?;
                (Some(held), now)
            }
        };
        let session = Session { live: self.clone(), source, filter, tail, place };
        let running = self.0.sockets.token();
        let upgrade = upgrade.max_message_size(INCOMING_BYTES).max_frame_size(INCOMING_BYTES);
        Ok(upgrade.on_upgrade(async move |socket| {
            serve::<T>(socket, session).await;
            drop((slot, running));
        }))
    }

    /// Readers that follow at this moment.
    pub(crate) fn readers(&self) -> usize {
        MOST_READERS.saturating_sub(self.0.slots.available_permits())
    }

    fn slot(&self) -> ApiResult<OwnedSemaphorePermit> {
        let slot = Arc::clone(&self.0.slots).try_acquire_owned();
        slot.map_err(|_| {
            let detail = format!("{MOST_READERS} readers follow already; try again when one has ended");
            ApiError::new(Code::TooManyReaders, detail)
        })
    }

    /// The latest records up to now, in the order of their arrival, as all that follows.
    async fn tail<T: Tailed>(
        &self,
        scope: &TenantScope,
        filter: &Filter,
        limit: usize,
        range: TimeRange,
        now: RecordId,
    ) -> ApiResult<Vec<Line>> {
        let read =
            Read { range, filter: filter.clone(), order: Order::Desc, limit, page_token: None, after: None };
        let mut records = T::page(&self.0.engine, scope, &read).await?.items;
        // What arrived while they were read comes live.
        records.retain(|record| record.id() <= now);
        records.sort_unstable_by_key(Tailed::id);
        lines(records).await.map_err(ApiError::internal)
    }

    /// Makes lines part of the memory for answers until they are sent; `None` when there is no room.
    fn hold(&self, lines: Vec<Line>) -> Option<Held> {
        let bytes: u64 = lines.iter().map(|line| line.json.len() as u64).sum();
        if bytes <= SMALL_BYTES {
            return Some(Held { lines, _reservation: None });
        }
        let mut reservation = self.0.answers.reservation();
        // What is larger than all of it goes out alone.
        reservation.resize(bytes.min(self.0.answers.limit())).ok()?;
        Some(Held { lines, _reservation: Some(reservation) })
    }

    /// The bytes that may wait for one reader now.
    fn share(&self) -> usize {
        WAITING_BYTES_EACH.min(WAITING_BYTES / self.readers().max(1))
    }

    /// Tells every reader that the daemon stops, and waits until they are gone, which is soon.
    pub(crate) async fn close(&self) {
        self.0.stop.cancel();
        self.0.sockets.close();
        self.0.sockets.wait().await;
    }

    fn feeds(&self) -> std::sync::MutexGuard<'_, HashMap<(TenantScope, Signal), Arc<Feed>>> {
        self.0.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
