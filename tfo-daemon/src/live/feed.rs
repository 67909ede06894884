//! What arrives of one signal of one tenant, read and decoded once for everybody who follows it.
//!
//! A feed runs while it has followers. It is never waited for: it reads the store at its own pace, so a feed that is
//! slow is late and loses nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tfo_sdk::filter::{Filter, Predicate};
use tfo_sdk::{RecordId, Signal};
use tfo_store::TenantScope;
use tokio_util::sync::CancellationToken;

use super::Live;
use super::queue::Queue;
use super::record::{Tailed, Written};
use super::source::{Piece, Source};

/// Between two looks at the store: what arrives meanwhile comes together. The first look after a rest is at once.
const PACE: Duration = Duration::from_millis(50);

/// A feed and who follows it.
pub(super) struct Feed {
    state: Mutex<State>,
    /// Cancelled when the last follower has left.
    ended: CancellationToken,
}

struct State {
    /// Everything up to here was given to those who followed then.
    place: RecordId,
    followers: Vec<Arc<Follower>>,
}

/// One reader: what it wants, and what waits for it.
pub(super) struct Follower {
    predicate: Predicate,
    /// It has everything up to here by itself.
    from: RecordId,
    pub(super) queue: Queue,
}

impl Follower {
    fn offer<T: Tailed>(&self, records: &[Written<T>], end: RecordId, share: usize) {
        let wanted = records
            .iter()
            .filter(|written| written.record.id() > self.from && self.predicate.matches(&written.record));
        let Some(lines) = wanted.map(Written::line).collect::<Option<Vec<_>>>() else {
            tracing::error!(%end, "a record cannot be written as JSON");
            return self.queue.fail(FAULT);
        };
        self.queue.push(lines, end, share);
    }
}

/// What a reader is told when a feed cannot go on. The cause is in the log.
const FAULT: &str = "the daemon could not read what arrived; connect again";

/// A follower's place at a feed; it leaves when this is dropped.
pub(super) struct Membership {
    live: Live,
    key: (TenantScope, Signal),
    feed: Arc<Feed>,
    pub(super) follower: Arc<Follower>,
    /// The feed gives what arrives behind this; what is before it the follower reads by itself.
    pub(super) since: RecordId,
}

impl Feed {
    /// Joins the feed of a signal, starting it for the first who follows. `place` is how far the follower has come.
    pub(super) fn join<T: Tailed>(
        live: &Live,
        source: &Source,
        filter: &Filter,
        place: RecordId,
    ) -> Membership {
        let follower =
            Arc::new(Follower { predicate: filter.compile(), from: place, queue: Queue::new(place) });
        let key = (source.scope().clone(), T::SIGNAL);
        // Held to the end, so that nobody joins a feed that has just lost its last follower.
        let mut feeds = live.feeds();
        let feed = feeds.entry(key.clone()).or_insert_with(|| {
            let state = State { place: source.last(), followers: Vec::new() };
            let feed = Arc::new(Feed { state: Mutex::new(state), ended: CancellationToken::new() });
            tokio::spawn(run::<T>(live.clone(), key.clone(), Arc::clone(&feed), source.clone()));
            feed
        });
        let mut state = feed.lock();
        state.followers.push(Arc::clone(&follower));
        let since = state.place;
        drop(state);
        Membership { live: live.clone(), key, feed: Arc::clone(feed), follower, since }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves on to a place; gives those who are to get what is before it. Who joins from now on has read that far.
    fn advance(&self, place: RecordId) -> Vec<Arc<Follower>> {
        let mut state = self.lock();
        state.place = place;
        state.followers.clone()
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        let mut feeds = self.live.feeds();
        let mut state = self.feed.lock();
        state.followers.retain(|follower| !Arc::ptr_eq(follower, &self.follower));
        if state.followers.is_empty() {
            self.feed.ended.cancel();
            if feeds.get(&self.key).is_some_and(|feed| Arc::ptr_eq(feed, &self.feed)) {
                feeds.remove(&self.key);
            }
        }
    }
}

async fn run<T: Tailed>(live: Live, key: (TenantScope, Signal), feed: Arc<Feed>, mut source: Source) {
    let follow = async {
        while source.changed().await {
            loop {
                let place = feed.lock().place;
                let piece = source.after::<T>(place, &Filter::All(Vec::new())).await?;
                if deliver(&feed, piece, live.share()).await? {
                    break;
                }
            }
            tokio::time::sleep(PACE).await;
        }
        Ok(())
    };
    let followed: Result<(), Box<dyn std::error::Error + Send + Sync>> = tokio::select! {
        () = feed.ended.cancelled() => return,
        followed = follow => followed,
    };
    if let Err(error) = followed {
        tracing::error!(signal = %T::SIGNAL, %error, "a live feed cannot go on");
        // Whoever joins from now on begins a new one.
        let mut feeds = live.feeds();
        if feeds.get(&key).is_some_and(|there| Arc::ptr_eq(there, &feed)) {
            feeds.remove(&key);
        }
        drop(feeds);
        feed.lock().followers.iter().for_each(|follower| follower.queue.fail(FAULT));
    }
}

/// Gives a piece to all followers; tells whether it was the last for now. Filters are work: it is done where it holds
/// up nobody else.
async fn deliver<T: Tailed>(
    feed: &Feed,
    piece: Piece<T>,
    share: usize,
) -> Result<bool, tokio::task::JoinError> {
    let Piece { records, end, is_last } = piece;
    let followers = feed.advance(end);
    let offer = move || {
        let records: Vec<_> = records.into_iter().map(Written::new).collect();
        for follower in followers {
            follower.offer(&records, end, share);
        }
    };
    tokio::task::spawn_blocking(offer).await?;
    Ok(is_last)
}
