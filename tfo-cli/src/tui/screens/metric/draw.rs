//! How a metric looks.

use ratatui::layout::Rect;
use tfo_sdk::Timestamp;

use super::lines::{Lines, Mark};
use super::plot::{Over, hue, sign};
use super::{Metric, shown_step};
use crate::chart::unit::Unit;
use crate::tui::list::{self, Column, column, number, sparkline};
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::range::civil;
use crate::tui::screen::Look;
use crate::tui::screens::logs::line as divide;
use crate::tui::split;
use crate::tui::theme::Role;

/// From so many columns on, the table stands beside the chart.
const BESIDE: u16 = 100;
/// From so many rows on, it stands below; else there is none.
const BELOW: u16 = 16;
/// Columns of the course of a line in the table.
const COURSE: u16 = 16;

/// The table, with the newest values, and with those of an instant.
const NEWEST: [Column; 6] = columns("LAST");
const THEN: [Column; 6] = columns("HERE");

const fn columns(value: &'static str) -> [Column; 6] {
    [
        column("", 1),
        number(value, 10),
        number("MIN", 10).from(46),
        number("MAX", 10).from(46),
        column("", COURSE).from(66),
        column("LINE", 0),
    ]
}

/// Where everything lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    heading: Rect,
    pub(super) chart: Rect,
    /// Between the two.
    line: Rect,
    pub(super) legend: Rect,
}

impl Metric {
    /// Where everything lies, in this area.
    pub(super) fn layout(&self, area: Rect) -> Layout {
        let count = self.line_count();
        let is_beside = area.width >= BESIDE;
        let has_legend = count > 0 && !self.is_zoomed && (is_beside || area.height >= BELOW);
        let share = if is_beside {
            self.legend_share
        } else {
            // Below the chart the table takes what it needs, and no more.
            let rows = count.saturating_add(2).saturating_mul(100) / usize::from(area.height.max(1)) + 1;
            self.legend_share.min(u16::try_from(rows).unwrap_or(u16::MAX))
        };
        let split = split::split(area, has_legend, false, share);
        let heading = Rect { height: split.list.height.min(1), ..split.list };
        let chart = Rect { y: heading.bottom(), height: split.list.height - heading.height, ..split.list };
        Layout { heading, chart, line: split.line, legend: split.detail }
    }
}

/// Draws the screen.
pub(super) fn view(metric: &Metric, paper: &mut Paper<'_>, look: &Look<'_>) {
    let area = paper.area();
    let Some(lines) = metric.lines.as_ref().filter(|lines| lines.has_values()) else {
        paper.notice(&empty(metric, look));
        return;
    };
    let layout = metric.layout(area);
    paper.part(layout.heading).pieces(1, 0, &heading(metric, lines, look));
    match metric.plot(area) {
        Some(plot) => {
            let over = Over {
                line: Some(metric.cursor.at),
                step: metric.step_looked_at(),
                mark: metric.exemplar.as_ref(),
                brush: metric.brush,
            };
            plot.view(paper, &over, look.shared);
        }
        None => figures(metric, lines, &mut paper.part(layout.chart)),
    }
    if layout.legend.area() > 0 {
        divide(paper, layout.line);
        legend(metric, lines, &mut paper.part(layout.legend), look);
    }
}

/// What stands where there is nothing to draw.
fn empty(metric: &Metric, look: &Look<'_>) -> Vec<Piece> {
    let blank = || piece("", Role::Text);
    if let Some(fault) = &metric.fault {
        return vec![piece(fault.clone(), Role::Error), blank(), piece("r asks again", Role::Dim)];
    }
    if !metric.pending.is_empty() || look.is_cut_off() {
        return look.outlook();
    }
    let name = if metric.name.is_empty() { "the metric without a name" } else { metric.name.as_str() };
    let range = look.shared.range.shown(look.shared.now, &look.shared.zone);
    if metric.line_count() > 0 {
        let computed = metric.computed().title();
        return vec![
            piece(format!("{name} has points in {range}, but they make no value of {computed}"), Role::Text),
            blank(),
            piece("A computes something else · - widens the time range", Role::Dim),
        ];
    }
    let (text, help) = if metric.filter.text().is_empty() {
        (format!("no points of {name} in {range}"), "t changes the time range, - widens it")
    } else {
        (
            format!("no point of {name} passes the filter in {range}"),
            "u undoes its last change · / edits it · - widens the time range",
        )
    };
    vec![piece(text, Role::Text), blank(), piece(help, Role::Dim)]
}

/// What is drawn, what is under the cursor, what to know of it.
fn heading(metric: &Metric, lines: &Lines, look: &Look<'_>) -> Vec<Piece> {
    let mut pieces = vec![piece(metric.computed().title(), Role::Title)];
    if !metric.by.is_empty() {
        pieces.push(piece(format!(" by {}", metric.by.join(", ")), Role::Text));
    }
    if let Some(unit) = lines.unit.heading() {
        pieces.push(piece(format!(" in {unit}"), Role::Text));
    }
    pieces.push(piece(format!("  step {}", shown_step(lines.grid.step_ns())), Role::Dim));
    if metric.is_alone {
        pieces.push(piece("  one line", Role::Warning));
    }
    if let Some(mark) = &metric.exemplar {
        pieces.extend(exemplar(mark, metric, lines, look));
    } else if let Some(step) = metric.step_looked_at() {
        pieces.push(piece(format!("  at {}", moment(lines.grid.start(step), lines, look)), Role::Key));
    }
    if metric.answers.iter().all(Option::is_none) && !metric.pending.is_empty() {
        pieces.push(piece("  …", Role::Dim));
    }
    if let Some(fault) = &metric.fault {
        pieces.push(piece(format!("  {fault}"), Role::Error));
    } else if let Some(note) = lines.notes.first() {
        pieces.push(piece(format!("  {note}"), Role::Warning));
    } else if let Some(about) = metric.known().and_then(|name| name.description.as_ref()) {
        pieces.push(piece(format!("  {about}"), Role::Dim));
    }
    pieces
}

/// An exemplar in words.
fn exemplar(mark: &Mark, metric: &Metric, lines: &Lines, look: &Look<'_>) -> Vec<Piece> {
    // A measurement has the metric's own unit, whatever the lines are of.
    let own = metric.shape.as_ref().and_then(|shape| shape.unit.as_deref()).map(Unit::parse);
    let unit = own.as_ref().unwrap_or(&lines.unit);
    let value = mark.value.map_or_else(|| "-".to_owned(), |value| unit.show(value));
    let mut pieces = vec![
        piece(format!("  exemplar {value}"), Role::Key),
        piece(format!(" at {}", moment(mark.time, lines, look)), Role::Text),
    ];
    if let Some(trace) = mark.trace {
        pieces.push(piece(format!(" {trace}"), Role::Id));
    }
    pieces
}

/// A time, as exactly as the steps are.
fn moment(time: Timestamp, lines: &Lines, look: &Look<'_>) -> String {
    let (from, to) = lines.grid.bounds();
    let is_long = to.0.saturating_sub(from.0) > 86_400_000_000_000;
    let format = match (is_long, lines.grid.step_ns() < 1_000_000_000) {
        (true, _) => "%m-%d %H:%M:%S",
        (false, false) => "%H:%M:%S",
        (false, true) => "%H:%M:%S%.3f",
    };
    civil(time, &look.shared.zone).strftime(format).to_string()
}

/// The figures of the line of the cursor, where there is no room for a chart.
fn figures(metric: &Metric, lines: &Lines, paper: &mut Paper<'_>) {
    let Some(line) = metric.selected() else { return };
    let show = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| lines.unit.show(value));
    let text =
        format!("{}  last {}  min {}  max {}", line.name, show(line.last), show(line.least), show(line.most));
    paper.text(1, 0, &text, Role::Text);
}

fn legend(metric: &Metric, lines: &Lines, paper: &mut Paper<'_>, look: &Look<'_>) {
    let step = metric.step_looked_at();
    let columns = if step.is_some() { &THEN } else { &NEWEST };
    list::heading(paper, columns, None);
    let area = paper.area();
    let mut below = paper.part(Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area });
    let mut cursor = metric.cursor;
    cursor.keep(lines.lines.len(), usize::from(below.height()));
    let drawn = metric.drawn();
    let heights = below.glyphs().heights;
    list::rows(&mut below, columns, cursor, lines.lines.len(), look.has_focus, |index| {
        let Some(line) = lines.lines.get(index) else { return Vec::new() };
        let show = |value: Option<f64>| match value {
            Some(value) => piece(lines.unit.show(value), Role::Text),
            None => piece("-", Role::Dim),
        };
        let is_drawn = drawn.contains(&index);
        let letter = if is_drawn { sign(index) } else { ' ' };
        vec![
            piece(letter.to_string(), hue(index)),
            show(step.map_or(line.last, |step| line.at(step))),
            show(line.least),
            show(line.most),
            piece(sparkline(&line.values, &heights, usize::from(COURSE)), hue(index)),
            piece(line.name.clone(), if is_drawn { Role::Text } else { Role::Dim }),
        ]
    });
}
