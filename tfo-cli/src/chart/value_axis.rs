//! The axis of values: from where to where, and which of them have a label.

use super::lines::Line;
use super::unit::Unit;

/// Rows of characters from one label to the next, at least.
const ROWS_PER_LABEL: usize = 3;

/// An axis whose ends are ticks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ValueAxis {
    from: f64,
    distance: f64,
    ticks: usize,
    rows: usize,
}

impl ValueAxis {
    /// An axis for these lines.
    pub(super) fn of(lines: &[Line<'_>], unit: &Unit, rows: usize) -> Self {
        let values = lines.iter().flat_map(|line| line.values.iter().flatten());
        let values = values.map(|value| value.0).filter(|value| value.is_finite());
        let (least, most) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| {
            (least.min(value), most.max(value))
        });
        Self::from_to(least, most, unit, rows)
    }

    /// An axis in so many rows, at least one, for values from one to another; where the first is the larger, for none.
    pub(crate) fn from_to(least: f64, most: f64, unit: &Unit, rows: usize) -> Self {
        let (mut least, mut most) = if least <= most { (least, most) } else { (0.0, 0.0) };
        // From zero on, unless what is drawn is a narrow band far from it.
        if least >= 0.0 && most - least > 0.25 * most {
            least = 0.0;
        } else if most <= 0.0 && most - least > 0.25 * -least {
            most = 0.0;
        }
        if most - least <= 1e-12 * most.abs().max(least.abs()) {
            // One value alone is in the middle, zero at the bottom.
            let around = if least == 0.0 { 1.0 } else { least.abs() * 0.1 };
            (least, most) = if least == 0.0 { (0.0, 1.0) } else { (least - around, most + around) };
        }
        if !(most - least).is_finite() {
            // Beyond what doubles can subtract: the ends, and zero between them.
            return Self { from: f64::MIN, distance: f64::MAX, ticks: 2, rows };
        }
        let most_ticks = (rows / ROWS_PER_LABEL).max(2);
        let mut distance = unit.round_up((most - least) / most_ticks as f64);
        for _ in 0..8 {
            let from = (least / distance + 1e-9).floor() * distance;
            let ticks = ((most - from) / distance - 1e-9).ceil().max(1.0);
            // Rounding outwards to ticks may take one more than there is room for.
            if ticks <= most_ticks as f64 && distance > 0.0 && distance.is_finite() {
                return Self { from, distance, ticks: ticks as usize, rows };
            }
            distance = unit.round_up(distance * 1.01);
        }
        // Numbers at the end of what doubles hold: without ticks between the ends.
        Self { from: least, distance: most - least, ticks: 1, rows }
    }

    /// Where a value lies, from 0 at the bottom to 1 at the top.
    pub(crate) fn share(&self, value: f64) -> f64 {
        (value / self.ticks as f64 - self.from / self.ticks as f64) / self.distance
    }

    /// The labels, each with its row from the top.
    pub(crate) fn labels(&self, unit: &Unit) -> Vec<(usize, String)> {
        let label = |tick: usize| {
            let share = tick as f64 / self.ticks as f64;
            let row = (self.rows - 1) - (share * (self.rows - 1) as f64).round() as usize;
            (row, unit.show(self.tick(tick)))
        };
        (0..=self.ticks).map(label).collect()
    }

    fn tick(&self, tick: usize) -> f64 {
        // Not a product, which may be infinite.
        let value = (0..tick).fold(self.from, |value, _| value + self.distance);
        // Where sums of decimals miss zero by a little.
        if value.abs() < 1e-9 * self.distance { 0.0 } else { value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(code: &str, least: f64, most: f64) -> Vec<String> {
        let unit = Unit::parse(code);
        let axis = ValueAxis::from_to(least, most, &unit, 12);
        for value in [least, most].into_iter().filter(|value| value.is_finite()) {
            let share = axis.share(value);
            assert!((-1e-9..=1.0 + 1e-9).contains(&share), "{value} lies at {share} of {axis:?}");
        }
        axis.labels(&unit).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_and_hold_all_values() {
        assert_eq!(labels("s", 0.012, 0.83), ["0 s", "500 ms", "1 s"]);
        assert_eq!(labels("By", 3e8, 9e8), ["0 B", "256 MiB", "512 MiB", "768 MiB", "1 GiB"]);
        assert_eq!(labels("{request}/s", 3.0, 41.0), ["0", "20", "40", "60"]);
        assert_eq!(labels("Cel", 20.5, 23.0), ["20", "21", "22", "23"]);
        assert_eq!(labels("", -5.0, 5.0), ["-5", "0", "5"]);
        assert_eq!(labels("", -8.0, -2.0), ["-8", "-6", "-4", "-2", "0"]);
        assert_eq!(labels("", 0.0, 0.0), ["0", "0.5", "1"]);
        assert_eq!(labels("", 7.0, 7.0), ["6", "6.5", "7", "7.5", "8"]);
        assert_eq!(labels("", f64::INFINITY, f64::NEG_INFINITY), ["0", "0.5", "1"]);
    }

    #[test]
    fn any_numbers_have_an_axis() {
        for (least, most) in
            [(f64::MIN, f64::MAX), (f64::MIN_POSITIVE, 1e-300), (1e300, f64::MAX), (-1e-320, 0.0)]
        {
            for code in ["", "s", "By", "d"] {
                assert!(labels(code, least, most).len() >= 2, "{least} {most}");
            }
        }
    }
}
