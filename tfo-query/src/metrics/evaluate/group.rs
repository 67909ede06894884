//! The points of a group of series, aggregated step by step: first over time inside a series, then over series.

use tfo_sdk::Timestamp;
use tfo_sdk::api::Aggregation;

use super::distribution::Distribution;
use super::grid::Grid;
use super::growth::Growth;

/// What is computed of a group in every step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Question {
    /// What.
    pub(crate) aggregation: Aggregation,
    /// For percentiles: of which share, 0 to 1.
    pub(crate) share: f64,
}

/// The values of one group while its points come in, one series after another, each in the order of its times.
#[derive(Debug)]
pub(crate) struct GroupValues {
    grid: Grid,
    question: Question,
    cells: Vec<Cell>,
    /// What the current series has in its current step, where a series counts with one value a step.
    series: Option<Share>,
    mixed_bounds: bool,
    merged_bytes: usize,
}

/// What a step holds so far.
#[derive(Debug, Clone)]
enum Cell {
    Empty,
    Number(f64),
    Mean { sum: f64, count: f64 },
    Merged(Box<Distribution>),
}

/// An amount by its weight, such as a growth by its seconds.
#[derive(Debug, Clone, Copy)]
struct Share {
    index: usize,
    amount: f64,
    weight: f64,
    /// The weight is this at least.
    least: f64,
}

impl GroupValues {
    /// A group without points.
    pub(crate) fn new(grid: Grid, question: Question) -> Self {
        let cells = vec![Cell::Empty; grid.len()];
        Self { grid, question, cells, series: None, mixed_bounds: false, merged_bytes: 0 }
    }

    /// The current series has no more points.
    pub(crate) fn end_series(&mut self) {
        if let Some(Share { index, amount, weight, least }) = self.series.take() {
            let weight = weight.max(least);
            if weight > 0.0 {
                self.add(index, amount / weight);
            }
        }
    }

    /// A point of a gauge or a sum, for what is computed of points themselves. The points of a delta sum add up;
    /// those of all others say how much there is.
    pub(crate) fn level(&mut self, time: Timestamp, value: f64, is_delta: bool) {
        let Some(index) = self.grid.index_of(time) else { return };
        match self.question.aggregation {
            Aggregation::Avg => self.mean(index, value, 1.0),
            Aggregation::Sum if is_delta => self.add(index, value),
            Aggregation::Sum => self.share(index, value, 1.0, 0.0),
            Aggregation::Min => self.combine(index, value, f64::min),
            Aggregation::Max => self.combine(index, value, f64::max),
            Aggregation::Count => self.add(index, 1.0),
            Aggregation::Rate | Aggregation::Increase | Aggregation::Percentile => {}
        }
    }

    /// A growth of a sum.
    pub(crate) fn growth(&mut self, growth: &Growth<f64>) {
        let Some(index) = self.grid.index_of(growth.to) else { return };
        match self.question.aggregation {
            Aggregation::Increase => self.add(index, growth.amount),
            Aggregation::Rate => self.rate(index, growth.amount, growth.seconds()),
            _ => {}
        }
    }

    /// What was measured between two points of a histogram or summary.
    pub(crate) fn measured(&mut self, growth: Growth<Distribution>) {
        let Some(index) = self.grid.index_of(growth.to) else { return };
        let seconds = growth.seconds();
        let measured = growth.amount;
        match self.question.aggregation {
            Aggregation::Count | Aggregation::Increase => self.add(index, measured.count),
            Aggregation::Rate => self.rate(index, measured.count, seconds),
            Aggregation::Sum => {
                if let Some(sum) = measured.sum {
                    self.add(index, sum);
                }
            }
            Aggregation::Avg => {
                if let Some(sum) = measured.sum {
                    self.mean(index, sum, measured.count);
                }
            }
            Aggregation::Min => {
                if let Some(value) = measured.smallest() {
                    self.combine(index, value, f64::min);
                }
            }
            Aggregation::Max => {
                if let Some(value) = measured.largest() {
                    self.combine(index, value, f64::max);
                }
            }
            Aggregation::Percentile => self.merge(index, measured),
        }
    }

    /// A value that is its step's unless a later one comes.
    pub(crate) fn latest(&mut self, time: Timestamp, value: f64) {
        if let Some(index) = self.grid.index_of(time) {
            self.combine(index, value, |_, value| value);
        }
    }

    /// Whether histograms with different bounds met.
    pub(crate) fn mixed_bounds(&self) -> bool {
        self.mixed_bounds
    }

    /// The memory that it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        self.cells.capacity() * size_of::<Cell>() + self.merged_bytes
    }

    /// The value of each step; `None` where there is none.
    pub(crate) fn finish(mut self) -> Vec<Option<f64>> {
        self.end_series();
        let share = self.question.share;
        let value = |cell: Cell| match cell {
            Cell::Empty => None,
            Cell::Number(value) => Some(value),
            Cell::Mean { sum, count } => (count > 0.0).then(|| sum / count),
            Cell::Merged(distribution) => distribution.quantile(share),
        };
        self.cells.into_iter().map(value).collect()
    }

    /// The part of a series in a rate is its growth by the time of the step, so that parts of series that came one after
    /// the other add up to what there was; or by the time that it took, where that is longer, as after a gap.
    fn rate(&mut self, index: usize, amount: f64, seconds: Option<f64>) {
        let least = self.grid.seconds_of(index);
        self.share(index, amount, seconds.unwrap_or(least), least);
    }

    fn share(&mut self, index: usize, amount: f64, weight: f64, least: f64) {
        if let Some(share) = &mut self.series
            && share.index == index
        {
            share.amount += amount;
            share.weight += weight;
            return;
        }
        self.end_series();
        self.series = Some(Share { index, amount, weight, least });
    }

    fn add(&mut self, index: usize, amount: f64) {
        self.combine(index, amount, |sum, amount| sum + amount);
    }

    fn combine(&mut self, index: usize, value: f64, combined: impl FnOnce(f64, f64) -> f64) {
        let Some(cell) = self.cells.get_mut(index) else { return };
        *cell = match cell {
            Cell::Number(before) => Cell::Number(combined(*before, value)),
            _ => Cell::Number(value),
        };
    }

    fn mean(&mut self, index: usize, amount: f64, weight: f64) {
        match self.cells.get_mut(index) {
            Some(Cell::Mean { sum, count }) => {
                *sum += amount;
                *count += weight;
            }
            Some(cell) => *cell = Cell::Mean { sum: amount, count: weight },
            None => {}
        }
    }

    fn merge(&mut self, index: usize, measured: Distribution) {
        match self.cells.get_mut(index) {
            Some(Cell::Merged(merged)) => {
                self.merged_bytes = self.merged_bytes.saturating_sub(merged.bytes());
                // What measured nothing has no say in the bounds.
                if merged.count == 0.0 {
                    **merged = measured;
                } else if measured.count > 0.0 {
                    self.mixed_bounds |= merged.merge(&measured);
                }
                self.merged_bytes += merged.bytes();
            }
            Some(cell) => {
                self.merged_bytes += size_of::<Distribution>() + measured.bytes();
                *cell = Cell::Merged(Box::new(measured));
            }
            None => {}
        }
    }
}

/// How much a group matters when not all can be shown: the total of what adds up, the mean of what does not.
pub(crate) fn weight(aggregation: Aggregation, values: &[Option<f64>]) -> f64 {
    let present = values.iter().flatten().filter(|value| !value.is_nan());
    let (sum, count) = present.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    match aggregation {
        Aggregation::Sum | Aggregation::Count | Aggregation::Rate | Aggregation::Increase => sum,
        _ if count > 0.0 => sum / count,
        _ => f64::NEG_INFINITY,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tfo_sdk::TimeRange;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp(second * 1_000_000_000)
    }

    /// Three steps of ten seconds.
    fn group(aggregation: Aggregation) -> GroupValues {
        let range = TimeRange { since: at(0), until: at(30) };
        let grid = Grid::new(range, Duration::from_secs(10)).unwrap();
        GroupValues::new(grid, Question { aggregation, share: 0.5 })
    }

    fn growth(from: Option<i64>, to: i64, amount: f64) -> Growth<f64> {
        Growth { from: from.map(at), to: at(to), amount }
    }

    #[test]
    fn gauges_are_averaged_in_time_and_then_summed_over_series() {
        let mut levels = group(Aggregation::Sum);
        for (second, value) in [(1, 10.0), (2, 20.0), (11, 5.0)] {
            levels.level(at(second), value, false);
        }
        levels.end_series();
        levels.level(at(3), 100.0, false);
        assert_eq!(levels.finish(), [Some(115.0), Some(5.0), None]);
        let mut mean = group(Aggregation::Avg);
        for (second, value) in [(1, 10.0), (2, 20.0), (3, 30.0)] {
            mean.level(at(second), value, false);
            mean.end_series();
        }
        assert_eq!(mean.finish(), [Some(20.0), None, None]);
    }

    #[test]
    fn the_points_of_a_delta_sum_add_up() {
        let mut deltas = group(Aggregation::Sum);
        for (second, value) in [(1, 10.0), (2, 20.0)] {
            deltas.level(at(second), value, true);
        }
        assert_eq!(deltas.finish(), [Some(30.0), None, None]);
    }

    #[test]
    fn a_rate_is_over_the_step_or_the_time_that_points_cover_if_that_is_longer() {
        let mut rate = group(Aggregation::Rate);
        // A minute's growth that ends in the first step, and one without a beginning.
        rate.growth(&growth(Some(-50), 10, 60.0));
        rate.growth(&growth(Some(10), 15, 15.0));
        rate.growth(&growth(None, 25, 30.0));
        rate.end_series();
        rate.growth(&growth(Some(10), 20, 10.0));
        assert_eq!(rate.finish(), [None, Some(75.0 / 65.0), Some(4.0)]);
    }

    #[test]
    fn rates_of_series_that_come_one_after_the_other_add_up_to_what_there_was() {
        let mut rate = group(Aggregation::Rate);
        for second in 0..10 {
            rate.growth(&growth(Some(second), second + 1, 10.0));
            rate.end_series();
        }
        assert_eq!(rate.finish(), [Some(9.0), Some(1.0), None]);
    }

    #[test]
    fn a_growth_belongs_to_the_step_of_its_end() {
        let mut increase = group(Aggregation::Increase);
        increase.growth(&growth(Some(5), 10, 4.0));
        increase.growth(&growth(Some(10), 30, 4.0));
        assert_eq!(increase.finish(), [None, Some(4.0), None]);
    }

    #[test]
    fn a_nan_is_no_extreme_unless_there_is_nothing_else() {
        for aggregation in [Aggregation::Min, Aggregation::Max] {
            let mut extreme = group(aggregation);
            for (second, value) in [(1, f64::NAN), (2, 3.0), (3, f64::NAN), (11, f64::NAN)] {
                extreme.level(at(second), value, false);
            }
            let values = extreme.finish();
            assert_eq!(values[0], Some(3.0));
            assert!(values[1].is_some_and(f64::is_nan));
        }
    }

    #[test]
    fn groups_are_weighed_by_what_adds_up_or_by_their_mean() {
        let values = [Some(1.0), None, Some(f64::NAN), Some(5.0)];
        assert_eq!(weight(Aggregation::Rate, &values), 6.0);
        assert_eq!(weight(Aggregation::Max, &values), 3.0);
        assert_eq!(weight(Aggregation::Max, &[None]), f64::NEG_INFINITY);
    }
}
