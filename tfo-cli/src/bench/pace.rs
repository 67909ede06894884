//! When the next request is due: as soon as a connection is free (closed loop), or at a fixed rate whether or not the
//! receiver keeps up (open loop).
//!
//! In an open loop the times are set before anything is sent, and latencies count from them. A receiver that stalls
//! for a second then delays all requests of that second, and all are seen to be late; counting from when they were
//! in fact sent would show one slow request and hide the rest ("coordinated omission").

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// When a run is over.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    /// After so many requests.
    Requests(u64),
    /// After so long.
    After(Duration),
}

/// A request to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    /// Which of the run.
    pub(crate) number: u64,
    /// When it is due; now, where there is no rate.
    pub(crate) due: Option<Instant>,
}

/// Hands out the requests of a run to its connections.
#[derive(Debug)]
pub(crate) struct Pace {
    began: Instant,
    /// Between two requests.
    interval: Option<Duration>,
    end: End,
    next: AtomicU64,
    is_stopped: AtomicBool,
}

/// How long after its end a run goes on sending what was due before it, and trying again.
pub(crate) const GRACE: Duration = Duration::from_secs(10);

impl Pace {
    /// A run that begins now.
    pub(crate) fn new(interval: Option<Duration>, end: End) -> Self {
        Self {
            began: Instant::now(),
            interval,
            end,
            next: AtomicU64::new(0),
            is_stopped: AtomicBool::new(false),
        }
    }

    /// The next request; none when the run is over.
    pub(crate) fn turn(&self) -> Option<Turn> {
        if self.is_given_up() {
            return None;
        }
        let now = Instant::now();
        let number = self.next.load(Ordering::Relaxed);
        // Looked at before a number is taken, so that what was not sent is known by the next number.
        let is_due = |number: u64| match (self.end, self.due(number)) {
            (End::Requests(requests), _) => number < requests,
            (End::After(duration), Some(due)) => due < self.began + duration,
            (End::After(duration), None) => now < self.began + duration,
        };
        if !is_due(number) {
            return None;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        // Another connection may have been quicker to the last one.
        is_due(number).then(|| Turn { number, due: self.due(number) })
    }

    /// Ends the run now.
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    /// Whether it is too late for another try.
    pub(crate) fn is_given_up(&self) -> bool {
        let is_late = match self.end {
            End::After(duration) => Instant::now() >= self.began + duration + GRACE,
            End::Requests(_) => false,
        };
        is_late || self.is_stopped.load(Ordering::Relaxed)
    }

    /// How many requests were due in an open loop and never sent, once all connections are done.
    pub(crate) fn unsent(&self) -> u64 {
        let (Some(interval), false) = (self.interval, self.is_stopped.load(Ordering::Relaxed)) else {
            return 0;
        };
        let due = match self.end {
            End::After(duration) => (duration.as_nanos() / interval.as_nanos().max(1)) as u64,
            End::Requests(requests) => requests,
        };
        due.saturating_sub(self.next.load(Ordering::Relaxed))
    }

    /// Since the run began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn due(&self, number: u64) -> Option<Instant> {
        let nanos = self.interval?.as_nanos().saturating_mul(u128::from(number));
        Some(self.began + Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX / 4)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_open_loop_has_its_times_whoever_asks_and_when() {
        let pace = Pace::new(Some(Duration::from_millis(10)), End::After(Duration::from_millis(35)));
        let began = Instant::now();
        tokio::time::advance(Duration::from_millis(100)).await;
        let turns: Vec<Duration> =
            std::iter::from_fn(|| pace.turn()).map(|turn| turn.due.unwrap() - began).collect();
        assert_eq!(turns, [0, 10, 20, 30].map(Duration::from_millis));
        assert_eq!(pace.unsent(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn what_could_not_be_sent_in_time_is_known() {
        let pace = Pace::new(Some(Duration::from_millis(10)), End::After(Duration::from_millis(100)));
        assert_eq!(pace.turn().unwrap().number, 0);
        tokio::time::advance(GRACE + Duration::from_secs(1)).await;
        assert_eq!(pace.turn(), None);
        assert_eq!(pace.unsent(), 9);
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_loop_ends_by_number_or_by_time() {
        let pace = Pace::new(None, End::Requests(2));
        let turns: Vec<u64> = std::iter::from_fn(|| pace.turn()).map(|turn| turn.number).collect();
        assert_eq!(turns, [0, 1]);
        let pace = Pace::new(None, End::After(Duration::from_secs(1)));
        assert!(pace.turn().is_some());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(pace.turn().is_none());
    }
}
