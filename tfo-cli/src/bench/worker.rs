//! One connection's part of a run: takes a turn, sends, waits, tries again where the receiver asks for it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tfo_sdk::Timestamp;
use tokio::time::{Instant, sleep, sleep_until};

use super::answer::Outcome;
use super::connection::Target;
use super::pace::Pace;
use super::source::Source;
use super::tally::Tally;

/// The wait before another try where the receiver names none: the first, and the longest.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// A receiver that asks for more patience than this is asked again all the same.
const LONGEST_HINT: Duration = Duration::from_secs(60);

/// Sends until the run is over. The tally may be read at any time.
pub(crate) async fn work(
    mut target: impl Target,
    source: Arc<Source>,
    pace: Arc<Pace>,
    tally: Arc<Mutex<Tally>>,
) {
    let count = |what: &dyn Fn(&mut Tally)| what(&mut tally.lock().unwrap_or_else(PoisonError::into_inner));
    while let Some(turn) = pace.turn() {
        let request = source.request(turn.number, now());
        let (signal, records, otlp_bytes) = (request.signal, request.records, request.body.len() as u64);
        let body = target.encode(request.body);
        let wire_bytes = body.len() as u64;
        let due = match turn.due {
            Some(due) => {
                sleep_until(due).await;
                due
            }
            None => Instant::now(),
        };
        count(&|tally| tally.sent += 1);
        let mut wait = FIRST_WAIT;
        loop {
            match target.send(signal, body.clone()).await {
                Outcome::Taken { rejected } => {
                    let latency = due.elapsed();
                    count(&|tally| {
                        tally.acknowledged += 1;
                        *tally.records.entry(signal).or_default() += records.saturating_sub(rejected);
                        tally.rejected += rejected;
                        tally.otlp_bytes += otlp_bytes;
                        tally.wire_bytes += wire_bytes;
                        tally.latency(latency);
                        tally.last = pace.elapsed();
                    });
                    break;
                }
                Outcome::Busy { after } => {
                    count(&|tally| tally.busy += 1);
                    if pace.is_given_up() {
                        break;
                    }
                    sleep(after.map_or(wait, |after| after.min(LONGEST_HINT))).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
                Outcome::Refused { reason } => {
                    count(&|tally| {
                        tally.refused += 1;
                        tally.reason(reason.clone(), 1);
                    });
                    break;
                }
                // Sending it again could store it twice, and then no count would be right.
                Outcome::Broken { reason } => {
                    count(&|tally| {
                        tally.broken += 1;
                        tally.reason(reason.clone(), 1);
                    });
                    sleep(FIRST_WAIT).await;
                    break;
                }
            }
        }
    }
}

/// The time by the wall clock.
pub(crate) fn now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_1970.as_nanos()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use tfo_sdk::Signal;

    use super::*;
    use crate::bench::pace::End;
    use crate::bench::source::tests::recipe;

    /// Answers a request after so long, with these outcomes in turn and then with OK.
    struct Stub {
        takes: Vec<Duration>,
        outcomes: Vec<Outcome>,
    }

    impl Target for Stub {
        fn encode(&self, body: Vec<u8>) -> Bytes {
            body.into()
        }

        async fn send(&mut self, _signal: Signal, _body: Bytes) -> Outcome {
            let takes = if self.takes.is_empty() { Duration::from_millis(1) } else { self.takes.remove(0) };
            sleep(takes).await;
            if self.outcomes.is_empty() { Outcome::Taken { rejected: 0 } } else { self.outcomes.remove(0) }
        }
    }

    async fn run(stub: Stub, interval: Option<Duration>, end: End) -> Tally {
        let source = Arc::new(Source::new(recipe(&[Signal::Logs])));
        let pace = Arc::new(Pace::new(interval, end));
        let tally = Arc::new(Mutex::new(Tally::new().unwrap()));
        work(stub, source, pace, Arc::clone(&tally)).await;
        Arc::into_inner(tally).unwrap().into_inner().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_stalled_receiver_delays_every_request_that_was_due_meanwhile() {
        // Due every 10 ms, each takes 1 ms, but the 11th takes a second: some 100 others are late by then.
        let mut takes = vec![Duration::from_millis(1); 10];
        takes.push(Duration::from_secs(1));
        let stub = Stub { takes, outcomes: Vec::new() };
        let tally = run(stub, Some(Duration::from_millis(10)), End::Requests(300)).await;
        assert_eq!((tally.sent, tally.acknowledged), (300, 300));
        let late = 300 - tally.latency.count_between(0, 5_000);
        assert!((100..125).contains(&late), "{late}");
        let p90 = tally.latency.value_at_quantile(0.9);
        assert!(p90 > 600_000, "{p90}");
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_rate_a_stall_is_one_slow_request() {
        let stub = Stub { takes: vec![Duration::from_secs(1)], outcomes: Vec::new() };
        let tally = run(stub, None, End::Requests(100)).await;
        assert_eq!(100 - tally.latency.count_between(0, 5_000), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_receiver_that_is_busy_is_asked_again_when_it_says_and_the_wait_counts() {
        let after = Some(Duration::from_secs(7));
        let stub = Stub { takes: Vec::new(), outcomes: vec![Outcome::Busy { after }; 2] };
        let tally = run(stub, None, End::Requests(1)).await;
        assert_eq!((tally.sent, tally.acknowledged, tally.busy), (1, 1, 2));
        let max = tally.latency.max();
        assert!((14_000_000..14_100_000).contains(&max), "{max}");
    }

    #[tokio::test(start_paused = true)]
    async fn only_acknowledged_records_count_and_nothing_unsure_is_sent_again() {
        let broken = Outcome::Broken { reason: "reset".to_owned() };
        let refused = Outcome::Refused { reason: "HTTP 400".to_owned() };
        let outcomes = vec![broken.clone(), refused, Outcome::Taken { rejected: 3 }, broken];
        let tally = run(Stub { takes: Vec::new(), outcomes }, None, End::Requests(5)).await;
        assert_eq!((tally.sent, tally.acknowledged, tally.broken, tally.refused), (5, 2, 2, 1));
        assert_eq!((tally.records[&Signal::Logs], tally.rejected), (2 * 40 - 3, 3));
        let reasons: Vec<(&str, u64)> =
            tally.reasons.iter().map(|(reason, times)| (reason.as_str(), *times)).collect();
        assert_eq!(reasons, [("HTTP 400", 1), ("reset", 2)]);
    }
}
