//! The lines of a chart: which are drawn, what they are called, and the legend.

use tfo_sdk::api::{Double, MetricAnswer};

use super::unit::Unit;
use crate::output::Look;
use crate::output::style::Style;
use crate::output::table::{Align, Cell, Head, render};
use crate::views::pairs;

/// Most lines of a chart: more cannot be told apart.
const MOST_LINES: usize = 12;

/// One line.
pub(super) struct Line<'a> {
    /// What it is of.
    pub(super) name: String,
    /// A value a step.
    pub(super) values: &'a [Option<Double>],
}

/// The lines to draw, the largest first.
pub(super) fn lines(answer: &MetricAnswer) -> Vec<Line<'_>> {
    let mut weighed: Vec<(f64, Line<'_>)> = answer
        .series
        .iter()
        .map(|series| {
            let finite =
                series.values.iter().flatten().map(|value| value.0).filter(|value| value.is_finite());
            let (sum, count) = finite.fold((0.0, 0.0f64), |(sum, count), value| (sum + value, count + 1.0));
            let name = pairs(&series.group).join(" ");
            let name = if name.is_empty() { "all".to_owned() } else { name };
            (sum / count.max(1.0), Line { name, values: &series.values })
        })
        .collect();
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
    weighed.into_iter().map(|(_, line)| line).take(MOST_LINES).collect()
}

/// The letter of a line.
pub(crate) fn letter(line: usize) -> char {
    u32::try_from(line).ok().and_then(|line| char::from_u32('a' as u32 + line)).unwrap_or('?')
}

/// The colour of a line.
pub(super) fn hue(line: usize) -> Style {
    Style::Hue(line as u64)
}

/// What each line is, with its last, smallest and largest value.
pub(super) fn legend(lines: &[Line<'_>], unit: &Unit, look: &Look) -> String {
    let heads = [
        ("", Align::Left),
        ("LAST", Align::Right),
        ("MIN", Align::Right),
        ("MAX", Align::Right),
        ("LINE", Align::Left),
    ];
    let heads = heads.map(|(title, align)| Head::new(title, align));
    let row = |(index, line): (usize, &Line<'_>)| {
        let present = || line.values.iter().flatten().map(|value| value.0);
        let number =
            |value: Option<f64>| value.map_or_else(Cell::absent, |value| Cell::new(unit.show(value)));
        vec![
            Cell::new(letter(index).to_string()).style(hue(index)),
            number(present().next_back()),
            number(present().reduce(f64::min)),
            number(present().reduce(f64::max)),
            Cell::new(&line.name),
        ]
    };
    render(&heads, lines.iter().enumerate().map(row).collect(), look)
}
