//! What waits for one reader: bounded, and honest about what it lost.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tfo_sdk::RecordId;
use tokio::sync::Notify;

use super::record::Line;

/// What a line takes beside its text, about.
const LINE_BYTES: usize = 64;

/// Lines between a feed, which never waits, and a socket, which may be slow.
///
/// Invariant: every line that was pushed is taken, in order, or counted in a [`Loss`] that is taken before any line
/// that came after it.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    lines: VecDeque<Line>,
    bytes: usize,
    loss: Option<Loss>,
    /// Everything up to here was pushed, or did not match.
    place: RecordId,
    failure: Option<String>,
}

/// Lines that matched and were not taken in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Loss {
    pub(super) count: u64,
    pub(super) from: RecordId,
    pub(super) to: RecordId,
}

/// What there is for a reader.
#[derive(Debug)]
pub(super) enum News {
    /// Lines, and how far the tail has come with them.
    Lines(Vec<Line>, RecordId),
    /// Lines that are lost.
    Lost(Loss),
    /// The feed has failed: there will be nothing more.
    Failed(String),
}

impl Queue {
    /// An empty queue of a follower that has everything up to a place.
    pub(super) fn new(place: RecordId) -> Self {
        let state = State { lines: VecDeque::new(), bytes: 0, loss: None, place, failure: None };
        Self { state: Mutex::new(state), changed: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in the lines up to a place. Beyond `share` bytes the oldest are lost; a line that is larger than that by
    /// itself may wait alone.
    pub(super) fn push(&self, lines: impl IntoIterator<Item = Line>, place: RecordId, share: usize) {
        let mut state = self.lock();
        let before = state.lines.len();
        for line in lines {
            state.bytes += size(&line);
            state.lines.push_back(line);
            while state.bytes > share && state.lines.len() > 1 {
                state.lose_oldest();
            }
        }
        state.place = state.place.max(place);
        let has_news = state.lines.len() != before || state.loss.is_some();
        drop(state);
        if has_news {
            self.changed.notify_one();
        }
    }

    /// Ends the queue: what is in it can still be taken.
    pub(super) fn fail(&self, reason: &str) {
        self.lock().failure = Some(reason.to_owned());
        self.changed.notify_one();
    }

    /// How far the tail has come when nothing waits.
    pub(super) fn place(&self) -> Option<RecordId> {
        let state = self.lock();
        (state.lines.is_empty() && state.loss.is_none()).then_some(state.place)
    }

    /// Waits for news. Takes at most so many lines and bytes at once, but always one. May be given up at any time.
    pub(super) async fn next(&self, lines: usize, bytes: usize) -> News {
        loop {
            if let Some(news) = self.lock().take(lines, bytes) {
                return news;
            }
            self.changed.notified().await;
        }
    }
}

impl State {
    fn lose_oldest(&mut self) {
        let Some(line) = self.lines.pop_front() else { return };
        self.bytes -= size(&line);
        let loss = self.loss.get_or_insert(Loss { count: 0, from: line.id, to: line.id });
        loss.count += 1;
        loss.to = line.id;
    }

    fn take(&mut self, most_lines: usize, most_bytes: usize) -> Option<News> {
        if let Some(loss) = self.loss.take() {
            return Some(News::Lost(loss));
        }
        let mut taken = Vec::new();
        let mut bytes = 0;
        while let Some(line) = self.lines.front()
            && taken.len() < most_lines
            && (taken.is_empty() || bytes + line.json.len() <= most_bytes)
        {
            bytes += line.json.len();
            self.bytes -= size(line);
            taken.extend(self.lines.pop_front());
        }
        match taken.last().map(|line| line.id) {
            Some(last) => {
                let place = if self.lines.is_empty() { self.place } else { last };
                Some(News::Lines(taken, place))
            }
            None => self.failure.clone().map(News::Failed),
        }
    }
}

fn size(line: &Line) -> usize {
    line.json.len() + LINE_BYTES
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn id(sequence: u64) -> RecordId {
        RecordId { sequence, row: 0 }
    }

    /// A line that counts as 100 bytes.
    fn line(sequence: u64) -> Line {
        Line { id: id(sequence), json: "x".repeat(100 - LINE_BYTES).into() }
    }

    /// What can be taken now: ids, and losses as (count, from, to).
    fn taken(queue: &Queue, lines: usize) -> Vec<(Vec<u64>, (u64, u64, u64))> {
        let mut all = Vec::new();
        while let Some(news) = queue.next(lines, 10_000).now_or_never() {
            all.push(match news {
                News::Lines(lines, _) => (lines.iter().map(|line| line.id.sequence).collect(), (0, 0, 0)),
                News::Lost(loss) => (Vec::new(), (loss.count, loss.from.sequence, loss.to.sequence)),
                News::Failed(_) => break,
            });
        }
        all
    }

    #[test]
    fn a_reader_that_keeps_up_gets_everything_in_order() {
        let queue = Queue::new(id(0));
        queue.push((1..=3).map(line), id(9), 1000);
        assert_eq!(taken(&queue, 2), [(vec![1, 2], (0, 0, 0)), (vec![3], (0, 0, 0))]);
        assert_eq!(queue.place(), Some(id(9)));
    }

    #[test]
    fn the_oldest_are_lost_and_counted_before_what_follows_them() {
        let queue = Queue::new(id(0));
        queue.push((1..=4).map(line), id(4), 300);
        queue.push((5..=5).map(line), id(5), 300);
        assert_eq!(queue.place(), None);
        assert_eq!(taken(&queue, 9), [(vec![], (2, 1, 2)), (vec![3, 4, 5], (0, 0, 0))]);
    }

    #[test]
    fn what_was_taken_and_what_was_lost_is_what_was_pushed_and_the_bytes_are_bounded() {
        let mut chance = 1_u64;
        let mut next = |most: u64| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (chance >> 33) % most
        };
        let queue = Queue::new(id(0));
        let (mut pushed, mut seen, mut lost) = (0, Vec::new(), 0);
        for _ in 0..10_000 {
            let count = next(20);
            queue.push((pushed + 1..=pushed + count).map(line), id(pushed + count), 700);
            pushed += count;
            assert!(queue.lock().bytes <= 700);
            if next(3) == 0 {
                for (ids, (count, from, to)) in taken(&queue, 3) {
                    if count > 0 {
                        let expected = seen.last().copied().unwrap_or(0) + 1;
                        assert_eq!((from, to), (expected, expected + count - 1));
                        seen.push(to);
                        lost += count - 1;
                    }
                    assert!(ids.first().is_none_or(|first| *first == seen.last().copied().unwrap_or(0) + 1));
                    seen.extend(ids);
                }
            }
        }
        taken(&queue, 3).into_iter().for_each(|(ids, (count, ..))| {
            lost += count;
            seen.extend(ids);
        });
        assert_eq!(seen.len() as u64 + lost, pushed);
    }

    #[test]
    fn a_line_larger_than_the_share_waits_alone() {
        let queue = Queue::new(id(0));
        queue.push((1..=3).map(line), id(3), 50);
        assert_eq!(taken(&queue, 9), [(vec![], (2, 1, 2)), (vec![3], (0, 0, 0))]);
    }

    #[test]
    fn a_failure_comes_behind_what_was_there() {
        let queue = Queue::new(id(0));
        queue.push([line(1)], id(1), 1000);
        queue.fail("why");
        assert_eq!(taken(&queue, 9), [(vec![1], (0, 0, 0))]);
        assert!(matches!(queue.next(1, 1).now_or_never(), Some(News::Failed(reason)) if reason == "why"));
    }

    #[test]
    fn a_place_is_that_of_the_last_line_while_more_wait() {
        let queue = Queue::new(id(0));
        queue.push((1..=3).map(line), id(9), 1000);
        let places = [(); 2].map(|()| match queue.next(2, 1000).now_or_never() {
            Some(News::Lines(_, place)) => place,
            other => panic!("{other:?}"),
        });
        assert_eq!(places, [id(2), id(9)]);
    }
}
