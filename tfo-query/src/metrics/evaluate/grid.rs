//! The steps that a range of time is cut into: `[start, start + step)`, each start a multiple of the step since 1970.

use std::time::Duration;

use tfo_sdk::{TimeRange, Timestamp};

/// Most steps of one question.
pub(crate) const MOST_STEPS: usize = 11_000;

/// Steps of a range when nobody says how long they are: as many as a chart shows, and no more.
const USUAL_STEPS: i128 = 240;

const SECOND: i128 = 1_000_000_000;
const MINUTE: i128 = 60 * SECOND;
const HOUR: i128 = 60 * MINUTE;
const DAY: i128 = 24 * HOUR;
const WEEK: i128 = 7 * DAY;

/// Steps that people think in, in nanoseconds. Each divides a day or is whole days: their starts are the same every
/// day.
const ROUND: [i128; 29] = [
    SECOND / 1000,
    SECOND / 500,
    SECOND / 200,
    SECOND / 100,
    SECOND / 50,
    SECOND / 20,
    SECOND / 10,
    SECOND / 5,
    SECOND / 2,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    WEEK,
];

/// The steps of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    range: TimeRange,
    step: i128,
    /// Number of the first step, counted from 1970.
    first: i128,
    count: usize,
}

impl Grid {
    /// The steps of a range; the error says what to do. The range must not be empty.
    pub(crate) fn new(range: TimeRange, step: Duration) -> Result<Self, String> {
        let step = i128::try_from(step.as_nanos()).unwrap_or(i128::MAX);
        if step == 0 {
            return Err("a step of no length: expected one like 1m".to_owned());
        }
        let (since, until) = nanos(range);
        let first = since.div_euclid(step);
        let count = (until - 1).div_euclid(step) - first + 1;
        match usize::try_from(count) {
            Ok(count) if (1..=MOST_STEPS).contains(&count) => Ok(Self { range, step, first, count }),
            _ => {
                let least = text(usual(range, 0.0).max(round_up((until - since) / MOST_STEPS as i128 + 1)));
                Err(format!(
                    "the range has {count} such steps, more than {MOST_STEPS}: use {least} or longer"
                ))
            }
        }
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Their length.
    pub(crate) fn step(&self) -> Duration {
        Duration::from_nanos(u64::try_from(self.step).unwrap_or(u64::MAX))
    }

    /// Their length in seconds.
    pub(crate) fn seconds(&self) -> f64 {
        self.step as f64 / SECOND as f64
    }

    /// How much of a step lies in the range, in seconds.
    pub(crate) fn seconds_of(&self, index: usize) -> f64 {
        let (since, until) = nanos(self.range);
        let start = (self.first + index as i128) * self.step;
        let part = until.min(start + self.step) - since.max(start);
        part.max(0) as f64 / SECOND as f64
    }

    /// The step that a time lies in; `None` outside of the range.
    pub(crate) fn index_of(&self, time: Timestamp) -> Option<usize> {
        if !self.range.contains(time) {
            return None;
        }
        usize::try_from(i128::from(time.nanos()).div_euclid(self.step) - self.first).ok()
    }

    /// Where each step begins.
    pub(crate) fn starts(&self) -> impl Iterator<Item = Timestamp> {
        (0..self.count as i128).map(|index| bounded((self.first + index) * self.step))
    }

    /// The steps that lie in the range only in part: the first, the last, both or none.
    pub(crate) fn partial(&self) -> Vec<Timestamp> {
        let (since, until) = nanos(self.range);
        let is_partial = |index: &i128| {
            let start = (self.first + index) * self.step;
            start < since || start + self.step > until
        };
        let mut ends = vec![0, self.count as i128 - 1];
        ends.dedup();
        ends.iter()
            .filter(|index| is_partial(index))
            .map(|index| bounded((self.first + index) * self.step))
            .collect()
    }
}

/// The step for a range whose series have a point about every `interval` seconds: so long that the range has at most about
/// [`USUAL_STEPS`], but not shorter than the interval, because most steps would then have no value.
pub(crate) fn usual_step(range: TimeRange, interval: f64) -> Duration {
    Duration::from_nanos(u64::try_from(usual(range, interval)).unwrap_or(u64::MAX))
}

fn usual(range: TimeRange, interval: f64) -> i128 {
    let (since, until) = nanos(range);
    // Senders are late now and then, so the mean interval is a little longer than the one that was meant.
    let interval = (interval * 0.9 * SECOND as f64) as i128;
    round_up(((until - since) / USUAL_STEPS).max(interval.min(until - since)))
}

/// The shortest step that people think in and that is not shorter than this.
fn round_up(nanos: i128) -> i128 {
    let weeks = (nanos + WEEK - 1) / WEEK * WEEK;
    ROUND.into_iter().find(|round| *round >= nanos).unwrap_or(weeks)
}

fn nanos(range: TimeRange) -> (i128, i128) {
    (range.since.nanos().into(), range.until.nanos().into())
}

fn bounded(nanos: i128) -> Timestamp {
    Timestamp(i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX }))
}

fn text(nanos: i128) -> String {
    tfo_sdk::time::exact_duration(Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn range(since: i64, until: i64) -> TimeRange {
        TimeRange { since: Timestamp(since), until: Timestamp(until) }
    }

    fn seconds(since: i64, until: i64) -> TimeRange {
        range(since * 1_000_000_000, until * 1_000_000_000)
    }

    #[test]
    fn steps_begin_at_multiples_and_the_halves_at_the_ends_are_known() {
        let grid = Grid::new(seconds(90, 200), Duration::from_secs(60)).unwrap();
        let starts: Vec<i64> = grid.starts().map(|start| start.nanos() / 1_000_000_000).collect();
        assert_eq!(starts, [60, 120, 180]);
        let partial: Vec<i64> = grid.partial().iter().map(|start| start.nanos() / 1_000_000_000).collect();
        assert_eq!(partial, [60, 180]);
        assert_eq!([0, 1, 2].map(|index| grid.seconds_of(index)), [30.0, 60.0, 20.0]);
        assert_eq!(grid.index_of(Timestamp(89_999_999_999)), None);
        assert_eq!(grid.index_of(Timestamp(90_000_000_000)), Some(0));
        assert_eq!(grid.index_of(Timestamp(120_000_000_000)), Some(1));
        assert_eq!(grid.index_of(Timestamp(200_000_000_000)), None);
        assert!(Grid::new(seconds(120, 240), Duration::from_secs(60)).unwrap().partial().is_empty());
    }

    #[test]
    fn too_many_steps_are_refused_with_a_step_that_is_not() {
        let error = Grid::new(seconds(0, 86_400), Duration::from_secs(1)).unwrap_err();
        assert_eq!(error, "the range has 86400 such steps, more than 11000: use 10m or longer");
        assert!(Grid::new(seconds(0, 86_400), Duration::ZERO).is_err());
        let all = Grid::new(TimeRange::ALL, usual_step(TimeRange::ALL, 0.0)).unwrap();
        assert!(all.len() <= 250, "{}", all.len());
    }

    #[test]
    fn the_usual_step_suits_the_range_and_the_interval() {
        let step = |seconds_of_range: i64, interval: f64| {
            tfo_sdk::time::exact_duration(usual_step(
                seconds(1_000_000, 1_000_000 + seconds_of_range),
                interval,
            ))
        };
        assert_eq!(step(3_600, 0.0), "15s");
        assert_eq!(step(3_600, 60.3), "1m");
        assert_eq!(step(3_600, 10.0), "15s");
        assert_eq!(step(86_400, 60.0), "10m");
        assert_eq!(step(300, 60.0), "1m");
        assert_eq!(step(30, 60.0), "30s");
        assert_eq!(step(30 * 86_400, 15.0), "3h");
        assert_eq!(step(1, 0.0), "5ms");
    }

    proptest! {
        #[test]
        fn every_time_of_a_range_lies_in_the_step_that_says_so(
            since in any::<i64>(), length in 1i64..i64::MAX / 2, place in 0.0f64..1.0, step in 1u64..1 << 60,
        ) {
            let range = range(since, since.saturating_add(length));
            prop_assume!(range.since < range.until);
            let Ok(grid) = Grid::new(range, Duration::from_nanos(step)) else { return Ok(()) };
            let length = i128::from(range.until.nanos()) - i128::from(since);
            let time = i64::try_from(i128::from(since) + (length as f64 * place) as i128).unwrap();
            let time = Timestamp(time.clamp(since, range.until.nanos() - 1));
            let index = grid.index_of(time).unwrap();
            prop_assert!(index < grid.len());
            let start = (grid.first + index as i128) * i128::from(step);
            prop_assert!(start <= time.nanos().into() && i128::from(time.nanos()) < start + i128::from(step));
        }
    }
}
