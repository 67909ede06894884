//! How much something grew from point to point, where each point says how much there was since a start.
//!
//! A point begins anew, and counts from zero, when it started after the point before it, or when it is smaller, which
//! something that only grows never becomes. A start that is later than that of the point before it, but not than that
//! point, says nothing: senders that work it out from how long they have been up give another one each time. Of those that
//! give each point its own time as its start, the values are compared. The first point of a series tells nothing
//! but what the next is compared with, unless it says that it began where it would have been seen earlier.

use tfo_sdk::Timestamp;

/// A value that counts from the start of its series.
pub(crate) trait Cumulative {
    /// What it grows by.
    type Amount;

    /// All of it: how much it grew since it began.
    fn whole(&self) -> Self::Amount;

    /// How much it grew since the value before it.
    fn since(&self, before: &Self) -> Since<Self::Amount>;
}

/// How a value compares with the one before it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Since<A> {
    /// It grew, perhaps by nothing.
    Grown(A),
    /// It is smaller: it began anew.
    Reset,
    /// The two cannot be compared.
    Unknown,
}

/// One value of a series, at its time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point<V> {
    /// When.
    pub(crate) timestamp: Timestamp,
    /// Since when it counts, if it says so.
    pub(crate) start: Option<Timestamp>,
    /// What was counted.
    pub(crate) value: V,
}

impl<V> Point<V> {
    fn is_its_own_start(&self) -> bool {
        self.start == Some(self.timestamp)
    }
}

/// A growth between two times.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Growth<A> {
    /// Since when; `None` when nothing says it.
    pub(crate) from: Option<Timestamp>,
    /// Until when: the time of the point.
    pub(crate) to: Timestamp,
    /// How much.
    pub(crate) amount: A,
}

impl<A> Growth<A> {
    /// How long it took, in seconds.
    pub(crate) fn seconds(&self) -> Option<f64> {
        let nanos = i128::from(self.to.nanos()) - i128::from(self.from?.nanos());
        Some(nanos as f64 / 1e9)
    }
}

/// What a point told.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Told<A> {
    /// Nothing: the next is compared with it.
    Base,
    /// A growth.
    Growth(Growth<A>),
    /// It cannot be compared with the point before it, and the next is compared with it.
    Unknown,
}

/// Turns the cumulative points of one series, in the order of their times, into growths.
#[derive(Debug)]
pub(crate) struct CumulativeSeries<V> {
    /// Nothing that began at this time or later can have been missed.
    seen_since: Timestamp,
    /// Whether a later start is a new beginning. Of what goes up and down it is none: its value goes on.
    restarts: bool,
    before: Option<Point<V>>,
}

impl<V: Cumulative> CumulativeSeries<V> {
    /// A series whose points are all known from this time on.
    pub(crate) fn new(seen_since: Timestamp, restarts: bool) -> Self {
        Self { seen_since, restarts, before: None }
    }

    /// Whether the next point began more than a moment before the one before it: then several senders write one series.
    pub(crate) fn goes_back(&self, start: Option<Timestamp>) -> bool {
        const MOMENT: std::time::Duration = std::time::Duration::from_secs(1);
        let before = self.before.as_ref().and_then(|before| before.start);
        let starts = before.zip(start.filter(|start| start.nanos() != 0));
        self.restarts && starts.is_some_and(|(before, start)| start < before.minus(MOMENT))
    }

    /// What the next point tells; its time is later than that of the one before it.
    pub(crate) fn next(&mut self, mut point: Point<V>) -> Told<V::Amount> {
        point.start = known_start(point.start, point.timestamp);
        let told = match &self.before {
            None => self.first(&point),
            Some(before) => self.later(before, &point),
        };
        self.before = Some(point);
        told
    }

    fn first(&self, point: &Point<V>) -> Told<V::Amount> {
        match point.start {
            // A point that began at its own time stands for an unknown start: it has a value, and no duration.
            Some(start) if self.seen_since <= start && start < point.timestamp => whole(start, point),
            _ => Told::Base,
        }
    }

    fn later(&self, before: &Point<V>, point: &Point<V>) -> Told<V::Amount> {
        let no_starts = before.is_its_own_start() && point.is_its_own_start();
        if self.restarts && !no_starts && point.start.is_some_and(|start| start > before.timestamp) {
            return match point.start {
                Some(start) if start == point.timestamp => Told::Base,
                start => whole(start.map_or(before.timestamp, |start| start.max(before.timestamp)), point),
            };
        }
        match point.value.since(&before.value) {
            Since::Grown(amount) => {
                Told::Growth(Growth { from: Some(before.timestamp), to: point.timestamp, amount })
            }
            Since::Reset => whole(before.timestamp, point),
            Since::Unknown => Told::Unknown,
        }
    }
}

fn whole<V: Cumulative>(from: Timestamp, point: &Point<V>) -> Told<V::Amount> {
    Told::Growth(Growth { from: Some(from), to: point.timestamp, amount: point.value.whole() })
}

/// A start as far as it says something: 0 is how protobuf writes that there is none.
fn known_start(start: Option<Timestamp>, timestamp: Timestamp) -> Option<Timestamp> {
    start.filter(|start| start.nanos() != 0 && *start <= timestamp)
}

/// Gives the delta points of one series, in the order of their times, the time since which each counts.
#[derive(Debug, Default)]
pub(crate) struct DeltaSeries {
    before: Option<Timestamp>,
}

impl DeltaSeries {
    /// The next point as a growth: since its start, or since the point before it when it does not say.
    pub(crate) fn next<A>(&mut self, point: Point<A>) -> Growth<A> {
        let start = known_start(point.start, point.timestamp).filter(|start| *start < point.timestamp);
        let from = start.or(self.before);
        self.before = Some(point.timestamp);
        Growth { from, to: point.timestamp, amount: point.value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::evaluate::number::{Monotonic, Number};

    fn point(timestamp: i64, start: Option<i64>, value: i64) -> Point<Monotonic> {
        let value = Monotonic(Number::Int(value));
        Point { timestamp: Timestamp(timestamp), start: start.map(Timestamp), value }
    }

    /// What each point tells: since when, and how much.
    fn told(points: &[(i64, Option<i64>, i64)]) -> Vec<Option<(i64, f64)>> {
        let mut series = CumulativeSeries::new(Timestamp(100), true);
        let next = |(timestamp, start, value): &(i64, Option<i64>, i64)| match series
            .next(point(*timestamp, *start, *value))
        {
            Told::Growth(growth) => Some((growth.from.unwrap().nanos(), growth.amount)),
            Told::Base | Told::Unknown => None,
        };
        points.iter().map(next).collect()
    }

    #[test]
    fn the_first_point_counts_only_when_its_start_was_seen() {
        assert_eq!(told(&[(200, Some(100), 7), (300, Some(100), 9)]), [Some((100, 7.0)), Some((200, 2.0))]);
        assert_eq!(told(&[(200, Some(99), 7), (300, Some(99), 9)]), [None, Some((200, 2.0))]);
        assert_eq!(told(&[(200, None, 7), (300, None, 9)]), [None, Some((200, 2.0))]);
        assert_eq!(told(&[(200, Some(0), 7)]), [None]);
        assert_eq!(told(&[(200, Some(250), 7)]), [None]);
    }

    #[test]
    fn a_smaller_value_or_a_start_behind_the_last_point_counts_from_zero() {
        assert_eq!(told(&[(200, None, 7), (300, None, 3)]), [None, Some((200, 3.0))]);
        assert_eq!(told(&[(200, Some(50), 7), (300, Some(250), 9)]), [None, Some((250, 9.0))]);
        assert_eq!(told(&[(200, None, 7), (300, Some(250), 9)]), [None, Some((250, 9.0))]);
        assert_eq!(told(&[(200, Some(50), 7), (300, Some(60), 6)]), [None, Some((200, 6.0))]);
        // A start that wavers is no new beginning.
        assert_eq!(told(&[(200, Some(50), 7), (300, Some(60), 9)]), [None, Some((200, 2.0))]);
        assert_eq!(told(&[(200, Some(60), 7), (300, Some(50), 9)]), [None, Some((200, 2.0))]);
        assert_eq!(told(&[(200, Some(60), 7), (300, None, 9)]), [None, Some((200, 2.0))]);
    }

    #[test]
    fn a_point_that_begins_at_its_own_time_is_a_base() {
        let points = [
            (200, Some(200), 1_000),
            (300, Some(200), 1_005),
            (400, Some(400), 2_000),
            (500, Some(400), 2_001),
        ];
        assert_eq!(told(&points), [None, Some((200, 5.0)), None, Some((400, 1.0))]);
    }

    #[test]
    fn of_points_that_all_begin_at_their_own_time_the_values_are_compared() {
        let points = [(200, Some(200), 1_000), (300, Some(300), 1_005), (400, Some(400), 3)];
        assert_eq!(told(&points), [None, Some((200, 5.0)), Some((300, 3.0))]);
    }

    #[test]
    fn what_goes_up_and_down_goes_on_over_a_new_start() {
        let mut series = CumulativeSeries::new(Timestamp(0), false);
        let mut next = |timestamp, start, value| {
            let value = Number::Int(value);
            match series.next(Point { timestamp: Timestamp(timestamp), start: Some(Timestamp(start)), value })
            {
                Told::Growth(growth) => growth.amount,
                Told::Base | Told::Unknown => f64::NAN,
            }
        };
        assert_eq!([next(10, 5, 4), next(20, 5, 1), next(30, 25, 3)], [4.0, -3.0, 2.0]);
    }

    #[test]
    fn a_delta_without_a_start_counts_since_the_point_before_it() {
        let mut series = DeltaSeries::default();
        let mut from = |timestamp, start: Option<i64>| {
            let point = Point { timestamp: Timestamp(timestamp), start: start.map(Timestamp), value: () };
            series.next(point).from.map(Timestamp::nanos)
        };
        assert_eq!(
            [from(10, None), from(20, None), from(30, Some(25)), from(40, Some(40))],
            [None, Some(10), Some(25), Some(30)]
        );
    }
}
