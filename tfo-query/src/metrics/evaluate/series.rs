//! One series' points, in the order of their times, into the values of its group.

use tfo_sdk::Timestamp;
use tfo_sdk::api::Aggregation;

use super::distribution::Distribution;
use super::group::{GroupValues, Question};
use super::growth::{CumulativeSeries, DeltaSeries, Growth, Point, Told};
use super::number::{Monotonic, Number};

/// What the points of a series count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Temporality {
    /// Each what came since the one before it.
    Delta,
    /// Each everything since the start.
    Cumulative,
    /// The sender did not say.
    Unknown,
}

/// A point.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    /// When.
    pub(crate) timestamp: Timestamp,
    /// Since when it counts, if it says so.
    pub(crate) start: Option<Timestamp>,
    /// What it counts.
    pub(crate) temporality: Temporality,
    /// Its value; `None` for one that says that there is none.
    pub(crate) value: Option<Measured>,
}

/// The value of a point, as far as it was read.
#[derive(Debug, Clone)]
pub(crate) enum Measured {
    /// Of a gauge.
    Gauge(Number),
    /// Of a sum.
    Sum(Number),
    /// Of a histogram.
    Histogram(Distribution),
    /// Of a summary: count and sum, and quantiles with their values.
    Summary(Distribution, Vec<(f64, f64)>),
}

/// What is worth telling beside the values.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Notes {
    /// Points whose sender did not say what they count.
    pub(crate) unknown_temporality: u64,
    /// Points that could not be compared with the one before them.
    pub(crate) changed_buckets: u64,
    /// Points with measurements and without buckets.
    pub(crate) without_buckets: u64,
    /// Points of sums that are no finite number.
    pub(crate) not_finite: u64,
    /// Points that began before the one before them did.
    pub(crate) starts_back: u64,
    /// Points of summaries whose sender did not compute the percentile.
    pub(crate) without_percentile: u64,
    /// The shares of those that the first of these has instead, at most 20.
    pub(crate) percentiles_sent: Vec<f64>,
}

/// One series.
#[derive(Debug)]
pub(crate) struct Series {
    question: Question,
    seen_since: Timestamp,
    is_monotonic: bool,
    /// What its points are to the question; `None` before the first.
    part: Option<Part>,
}

/// What the points of a series are to a question, with what has to be remembered of those before.
#[derive(Debug)]
enum Part {
    Level { is_delta: bool },
    Growing(CumulativeSeries<Monotonic>),
    UpAndDown(CumulativeSeries<Number>),
    Adding(DeltaSeries),
    Measuring(CumulativeSeries<Distribution>),
    Measured(DeltaSeries),
    Quantile(f64),
    Extreme(f64),
    Unknown,
}

impl Series {
    /// A series whose points are all known from a time on.
    pub(crate) fn new(question: Question, seen_since: Timestamp, is_monotonic: bool) -> Self {
        Self { question, seen_since, is_monotonic, part: None }
    }

    /// The next point.
    pub(crate) fn next(&mut self, sample: Sample, group: &mut GroupValues, notes: &mut Notes) {
        let Sample { timestamp, start, temporality, value: Some(value) } = sample else { return };
        let mut part = self.part.take().unwrap_or_else(|| self.part_of(&value, temporality));
        if let Measured::Histogram(value) = &value
            && self.question.aggregation == Aggregation::Percentile
            && value.count > 0.0
            && !value.has_buckets()
        {
            notes.without_buckets += 1;
        }
        match (&mut part, value) {
            (Part::Level { is_delta }, Measured::Gauge(value) | Measured::Sum(value)) => {
                group.level(timestamp, value.value(), *is_delta);
            }
            (Part::Growing(_) | Part::UpAndDown(_) | Part::Adding(_), Measured::Sum(value))
                if !value.value().is_finite() =>
            {
                notes.not_finite += 1;
            }
            (Part::Growing(series), Measured::Sum(value)) => {
                notes.starts_back += u64::from(series.goes_back(start));
                let told = series.next(Point { timestamp, start, value: Monotonic(value) });
                grown(told, notes).iter().for_each(|growth| group.growth(growth));
            }
            (Part::UpAndDown(series), Measured::Sum(value)) => {
                let told = series.next(Point { timestamp, start, value });
                grown(told, notes).iter().for_each(|growth| group.growth(growth));
            }
            (Part::Adding(series), Measured::Sum(value)) => {
                group.growth(&series.next(Point { timestamp, start, value: value.value() }));
            }
            (Part::Measuring(series), Measured::Histogram(value) | Measured::Summary(value, _)) => {
                notes.starts_back += u64::from(series.goes_back(start));
                let told = series.next(Point { timestamp, start, value });
                grown(told, notes).into_iter().for_each(|growth| group.measured(growth));
            }
            (Part::Measured(series), Measured::Histogram(value)) => {
                group.measured(series.next(Point { timestamp, start, value }));
            }
            (Part::Quantile(share), Measured::Summary(_, quantiles)) => {
                if let Some(value) = percentile_sent(&quantiles, *share, notes) {
                    group.latest(timestamp, value);
                }
            }
            (Part::Extreme(share), Measured::Summary(_, quantiles)) => {
                if let Some(value) = percentile_sent(&quantiles, *share, notes) {
                    group.level(timestamp, value, false);
                }
            }
            // The id of a series is made of its type and temporality too: none has points of two kinds.
            _ => notes.unknown_temporality += 1,
        }
        self.part = Some(part);
    }

    fn part_of(&self, value: &Measured, temporality: Temporality) -> Part {
        let aggregation = self.question.aggregation;
        match (value, temporality) {
            (Measured::Gauge(_), _) => Part::Level { is_delta: false },
            (Measured::Sum(_), _) if !matches!(aggregation, Aggregation::Rate | Aggregation::Increase) => {
                Part::Level { is_delta: temporality == Temporality::Delta }
            }
            (Measured::Summary(..), _) => match aggregation {
                Aggregation::Percentile => Part::Quantile(self.question.share),
                Aggregation::Min => Part::Extreme(0.0),
                Aggregation::Max => Part::Extreme(1.0),
                _ => Part::Measuring(CumulativeSeries::new(self.seen_since, true)),
            },
            (_, Temporality::Unknown) => Part::Unknown,
            (Measured::Sum(_), Temporality::Delta) => Part::Adding(DeltaSeries::default()),
            (Measured::Sum(_), Temporality::Cumulative) if self.is_monotonic => {
                Part::Growing(CumulativeSeries::new(self.seen_since, true))
            }
            (Measured::Sum(_), Temporality::Cumulative) => {
                Part::UpAndDown(CumulativeSeries::new(self.seen_since, false))
            }
            (Measured::Histogram(_), Temporality::Delta) => Part::Measured(DeltaSeries::default()),
            (Measured::Histogram(_), Temporality::Cumulative) => {
                Part::Measuring(CumulativeSeries::new(self.seen_since, true))
            }
        }
    }
}

fn grown<A>(told: Told<A>, notes: &mut Notes) -> Option<Growth<A>> {
    match told {
        Told::Growth(growth) => Some(growth),
        Told::Base => None,
        Told::Unknown => {
            notes.changed_buckets += 1;
            None
        }
    }
}

/// The value of a percentile that a summary has, unless nothing was measured for it.
fn percentile_sent(quantiles: &[(f64, f64)], share: f64, notes: &mut Notes) -> Option<f64> {
    let found = quantiles.iter().find(|(quantile, _)| (quantile - share).abs() < 1e-9);
    if found.is_none() {
        if notes.without_percentile == 0 {
            notes.percentiles_sent = quantiles.iter().take(20).map(|(quantile, _)| *quantile).collect();
        }
        notes.without_percentile += 1;
    }
    found.map(|(_, value)| *value).filter(|value| !value.is_nan())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tfo_sdk::TimeRange;

    use super::super::distribution::Buckets;
    use super::super::grid::Grid;
    use super::super::quantile::Extremes;
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp(second * 1_000_000_000)
    }

    fn values(
        aggregation: Aggregation,
        share: f64,
        temporality: Temporality,
        points: Vec<(i64, Measured)>,
    ) -> (Vec<Option<f64>>, Notes) {
        let range = TimeRange { since: at(0), until: at(30) };
        let question = Question { aggregation, share };
        let mut group = GroupValues::new(Grid::new(range, Duration::from_secs(10)).unwrap(), question);
        let mut series = Series::new(question, at(-300), true);
        let mut notes = Notes::default();
        for (second, value) in points {
            let sample = Sample { timestamp: at(second), start: None, temporality, value: Some(value) };
            series.next(sample, &mut group, &mut notes);
        }
        (group.finish(), notes)
    }

    fn sum(value: f64) -> Measured {
        Measured::Sum(Number::Double(value))
    }

    fn summary(count: f64, quantiles: &[(f64, f64)]) -> Measured {
        let value = Distribution {
            count,
            sum: Some(2.0 * count),
            extremes: Extremes::UNKNOWN,
            buckets: Buckets::None,
        };
        Measured::Summary(value, quantiles.to_vec())
    }

    #[test]
    fn what_is_no_finite_number_or_of_no_temporality_is_left_out_and_counted() {
        let points = || vec![(1, sum(1.0)), (2, sum(f64::NAN)), (3, sum(4.0)), (12, sum(f64::INFINITY))];
        let (grown, notes) = values(Aggregation::Increase, 0.0, Temporality::Cumulative, points());
        assert_eq!(grown, [Some(3.0), None, None]);
        assert_eq!(notes.not_finite, 2);
        let (grown, notes) = values(Aggregation::Increase, 0.0, Temporality::Unknown, points());
        assert_eq!(grown, [None, None, None]);
        assert_eq!(notes.unknown_temporality, 4);
    }

    #[test]
    fn a_summary_has_the_percentiles_that_were_sent() {
        let points = || {
            vec![
                (1, summary(5.0, &[(0.5, 3.0), (0.99, 8.0)])),
                (2, summary(9.0, &[(0.5, 4.0), (0.99, 9.0)])),
                (12, summary(9.0, &[(0.5, f64::NAN), (0.99, f64::NAN)])),
            ]
        };
        let ask = |aggregation, share| values(aggregation, share, Temporality::Unknown, points());
        assert_eq!(ask(Aggregation::Percentile, 0.99), (vec![Some(9.0), None, None], Notes::default()));
        assert_eq!(ask(Aggregation::Count, 0.0).0, [Some(4.0), Some(0.0), None]);
        assert_eq!(ask(Aggregation::Avg, 0.0).0, [Some(2.0), None, None]);
        for (aggregation, share) in [(Aggregation::Percentile, 0.9), (Aggregation::Max, 0.0)] {
            let (values, notes) = ask(aggregation, share);
            assert_eq!(values, [None, None, None]);
            assert_eq!((notes.without_percentile, notes.percentiles_sent), (3, vec![0.5, 0.99]));
        }
    }
}
