//! Values over time, drawn with characters: a chart, and a line as high as a row.
//!
//! A line is dots of braille, two by four in a character. What tells lines apart is a letter, at the right end of each
//! and in the legend; colours say the same. Nothing here reads, writes or knows the terminal.

pub(crate) mod canvas;
mod lines;
mod sparkline;
mod time_axis;
pub(crate) mod unit;
pub(crate) mod value_axis;

use jiff::tz::TimeZone;
use tfo_sdk::api::MetricAnswer;

use self::canvas::Canvas;
use self::lines::{Line, legend, lines};
use self::time_axis::{TimeAxis, beginning};
use self::unit::Unit;
use self::value_axis::ValueAxis;
use crate::output::Look;
use crate::output::style::Style;
use crate::text;

pub(crate) use self::lines::letter;
pub(crate) use self::sparkline::sparkline;

/// Rows of characters that lines are drawn in.
const ROWS: usize = 12;
/// Columns for the letters at the ends of lines.
const LETTERS: usize = 4;
/// Fewest columns that lines can be drawn in.
const LEAST_COLUMNS: usize = 20;

/// The chart of an answer, in this many columns, with times in this zone; empty for an answer without lines.
pub(crate) fn chart(answer: &MetricAnswer, columns: usize, zone: &TimeZone, look: &Look) -> String {
    let lines = lines(answer);
    if lines.is_empty() {
        return String::new();
    }
    let unit = Unit::parse(answer.value_unit.as_deref().unwrap_or_default());
    let mut out = heading(answer, &unit, columns, zone, look);
    let values = ValueAxis::of(&lines, &unit, ROWS);
    let labels = values.labels(&unit);
    let margin = labels.iter().map(|(_, label)| text::width(label)).max().unwrap_or(0);
    let width = columns.saturating_sub(margin + 2 + LETTERS);
    if width >= LEAST_COLUMNS {
        let canvas = drawn(&lines, answer.timestamps.len(), width, &values);
        push_rows(&mut out, &canvas, &labels, margin, look);
        for row in TimeAxis::of(answer, width, zone).rows() {
            let row = format!("{}{row}", " ".repeat(margin));
            out.push_str(&look.paint.apply(Style::Dim, row.trim_end()));
            out.push('\n');
        }
    }
    out.push_str(&legend(&lines, &unit, look));
    for note in notes(answer, &lines) {
        out.push_str(&look.paint.apply(Style::Dim, &text::cut(&note, columns)));
        out.push('\n');
    }
    out
}

/// What is shown: metric, aggregation, unit, from when on.
fn heading(answer: &MetricAnswer, unit: &Unit, columns: usize, zone: &TimeZone, look: &Look) -> String {
    let what = match answer.quantile {
        Some(share) => percentile(share),
        None => answer.aggregation.name().to_owned(),
    };
    let step = tfo_sdk::time::exact_duration(std::time::Duration::from_nanos(answer.step_ns.unsigned_abs()));
    let unit = unit.heading().map(|unit| format!(" in {unit}")).unwrap_or_default();
    let from = beginning(answer, zone).map(|from| format!(", from {from}")).unwrap_or_default();
    let heading = format!("{what} of {}{unit}, by {step}{from}", answer.metric);
    let heading = text::row(&heading).into_owned();
    format!("{}\n", look.paint.apply(Style::Title, &text::cut(&heading, columns)))
}

/// A share as people say it: `p95`, `p99.9`.
pub(crate) fn percentile(share: f64) -> String {
    // Rounded to what can be meant: 0.999 times 100 is 99.9 and a little.
    format!("p{}", (share * 1e8).round() / 1e6)
}

fn drawn(lines: &[Line<'_>], steps: usize, width: usize, axis: &ValueAxis) -> Canvas {
    let mut canvas = Canvas::new(width, ROWS);
    // The first of the legend is drawn last, over the others.
    for (index, line) in lines.iter().enumerate().rev() {
        let points = line
            .values
            .iter()
            .map(|value| value.filter(|value| value.0.is_finite()).map(|value| axis.share(value.0)));
        canvas.draw(index, points, steps);
    }
    canvas
}

fn push_rows(out: &mut String, canvas: &Canvas, labels: &[(usize, String)], margin: usize, look: &Look) {
    for row in 0..ROWS {
        let label = labels.iter().find(|(at, _)| *at == row).map(|(_, label)| label.as_str());
        let shown = label.unwrap_or_default();
        out.push_str(&" ".repeat(margin - text::width(shown)));
        out.push_str(&look.paint.apply(Style::Dim, shown));
        out.push_str(&look.paint.apply(Style::Dim, if label.is_some() { "┤" } else { "│" }));
        let mut line = String::new();
        for (owner, characters) in canvas.row(row) {
            let style = owner.map_or(Style::Normal, lines::hue);
            line.push_str(&look.paint.apply(style, &characters));
        }
        let ends = canvas.ends(row);
        if canvas.lines() > 1 && !ends.is_empty() {
            line.push(' ');
            for end in ends.iter().take(LETTERS - 1) {
                line.push_str(&look.paint.apply(lines::hue(*end), &lines::letter(*end).to_string()));
            }
        }
        out.push_str(line.trim_end_matches(' '));
        out.push('\n');
    }
}

fn notes(answer: &MetricAnswer, lines: &[Line<'_>]) -> Vec<String> {
    let mut notes = Vec::new();
    let hidden = answer.series.len().saturating_sub(lines.len());
    if hidden > 0 {
        let are = if hidden == 1 { "is" } else { "are" };
        notes.push(format!(
            "{}, the smallest, {are} not drawn; -o csv has all",
            text::counted(hidden, "more line")
        ));
    }
    let ends = [answer.timestamps.first(), answer.timestamps.last()];
    let partial =
        |end: Option<&tfo_sdk::Timestamp>| end.is_some_and(|end| answer.partial_steps.contains(end));
    match ends.map(partial) {
        _ if answer.timestamps.len() == 1 && !answer.partial_steps.is_empty() => {
            notes.push("the step is of a part of its time".to_owned());
        }
        [true, true] => notes.push("the first and the last step are of a part of their time".to_owned()),
        [true, false] => notes.push("the first step is of a part of its time".to_owned()),
        [false, true] => notes.push("the last step is of a part of its time".to_owned()),
        [false, false] => {}
    }
    notes
}

#[cfg(test)]
mod tests;
