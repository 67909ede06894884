//! How the list of metrics looks.

use ratatui::layout::Rect;
use tfo_sdk::Timestamp;
use tfo_sdk::api::MetricName;

use super::preview::Shown;
use super::{COURSE, Metrics};
use crate::tui::list::{self, Column, column, lay_out, number, sparkline};
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::screen::Look;
use crate::tui::screens::logs::{highlight, how_to_send, line as divide};
use crate::tui::screens::metric::{Computed, Lines, Over, Plot};
use crate::tui::theme::Role;
use crate::tui::words::grouped;

/// Its columns, as [`super::sort::COLUMNS`] counts them.
const COLUMNS: [Column; super::sort::COLUMNS.len()] = [
    column("METRIC", 0),
    column("TYPE", 9).from(40),
    column("UNIT", 12).from(84),
    number("SERIES", 9).from(72),
    number("LAST SEEN", 10).from(96),
    column("COURSE", COURSE as u16).from(62),
    column("SERVICES", 24).from(140),
];

/// Rows above the chart of a metric: its name, what it is, what is drawn.
const ABOUT: u16 = 3;

/// The columns that a list of this width has.
pub(super) fn shown_columns(width: u16) -> Vec<usize> {
    lay_out(&COLUMNS, width).into_iter().map(|(index, ..)| index).collect()
}

/// The column at a place of a list of this width.
pub(super) fn column_under(x: u16, width: u16) -> Option<usize> {
    let places = lay_out(&COLUMNS, width);
    places.into_iter().rev().find(|(_, from, _)| x >= *from).map(|(index, ..)| index)
}

/// Draws the screen.
pub(super) fn view(metrics: &Metrics, paper: &mut Paper<'_>, look: &Look<'_>) {
    if metrics.names.is_empty() {
        paper.notice(&empty(metrics, look));
        return;
    }
    let split = metrics.layout(paper.area());
    if split.list.area() > 0 {
        table(metrics, &mut paper.part(split.list), look);
    }
    if split.detail.area() > 0 {
        if split.line.area() > 0 {
            divide(paper, split.line);
        }
        if let Some(name) = metrics.selected() {
            preview(metrics, name, &mut paper.part(split.detail), look);
        }
    }
}

fn empty(metrics: &Metrics, look: &Look<'_>) -> Vec<Piece> {
    let blank = || piece("", Role::Text);
    if let Some(fault) = &metrics.fault {
        return vec![piece(fault.clone(), Role::Error), blank(), piece("r asks again", Role::Dim)];
    }
    if metrics.is_loading || look.is_cut_off() {
        return look.outlook();
    }
    let range = look.shared.range.shown(look.shared.now, &look.shared.zone);
    if metrics.filter.text().is_empty() {
        let mut lines = vec![piece(format!("no metrics in {range}"), Role::Text), blank()];
        lines.extend(how_to_send(look));
        lines.extend([blank(), piece("t changes the time range, - widens it", Role::Dim)]);
        return lines;
    }
    vec![
        piece(format!("no metric passes the filter in {range}"), Role::Text),
        blank(),
        piece("a word finds metrics by their names, name:http* by how they begin", Role::Dim),
        piece("u undoes its last change · / edits it · - widens the time range", Role::Dim),
    ]
}

fn table(metrics: &Metrics, paper: &mut Paper<'_>, look: &Look<'_>) {
    let sort = metrics.sort;
    list::heading(paper, &COLUMNS, Some((sort.column, sort.is_falling)));
    let area = paper.area();
    let mut below = paper.part(Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area });
    let count = metrics.names.len();
    let mut cursor = metrics.cursor;
    cursor.keep(count, usize::from(below.height()));
    let heights = below.glyphs().heights;
    list::rows(&mut below, &COLUMNS, cursor, count, look.has_focus, |index| {
        metrics.names.get(index).map(|name| row(name, look, &heights)).unwrap_or_default()
    });
    let name_column = lay_out(&COLUMNS, below.width()).into_iter().find(|(index, ..)| *index == 0);
    if let Some((_, x, columns)) = name_column {
        for y in 0..below.height() {
            let Some(name) = cursor.row_at(y, count).and_then(|at| metrics.names.get(at)) else { break };
            let shown = crate::text::row(&name.name);
            let mut cell = below.part(Rect { x: area.x, y: area.y + 1 + y, width: x + columns, height: 1 });
            highlight(&shown, x, 0, &mut cell, look);
        }
    }
    let height = below.height();
    let told = match (&metrics.fault, &metrics.note) {
        (Some(fault), _) => Some(piece(fault.clone(), Role::Error)),
        (None, Some(note)) => Some(piece(format!("without courses: {note}"), Role::Warning)),
        (None, None) => None,
    };
    // Below the last row where there is room, else over it.
    if let Some(told) = told
        && height > 0
    {
        let used = u16::try_from(count).unwrap_or(u16::MAX).min(height - 1);
        below.text(1, used, &told.text, told.role);
    }
}

fn row(name: &MetricName, look: &Look<'_>, heights: &[char; 8]) -> Vec<Piece> {
    let course = match &name.sparkline {
        Some(values) => {
            let values: Vec<Option<f64>> = values.iter().map(|value| value.map(|value| value.0)).collect();
            sparkline(&values, heights, COURSE)
        }
        None => String::new(),
    };
    let services = name.services.join(" ");
    let role = match name.services.as_slice() {
        [service] => Role::service(service),
        _ => Role::Dim,
    };
    let (shown, name_role) =
        if name.name.is_empty() { ("(no name)", Role::Dim) } else { (name.name.as_str(), Role::Text) };
    vec![
        piece(shown, name_role),
        piece(short_type(&name.kind), Role::Dim),
        piece(name.unit.as_deref().unwrap_or("-"), Role::Dim),
        piece(grouped(name.series), Role::Text),
        piece(ago(look.shared.now, name.last_timestamp), Role::Dim),
        piece(course, Role::Info),
        piece(services, role),
    ]
}

fn preview(metrics: &Metrics, name: &MetricName, paper: &mut Paper<'_>, look: &Look<'_>) {
    let area = paper.area();
    let about = name.description.clone().unwrap_or_else(|| name.services.join(" "));
    paper.text(1, 0, &name.name, Role::Title);
    paper.text(1, 1, &about, Role::Dim);
    let below =
        Rect { y: area.y + ABOUT.min(area.height), height: area.height.saturating_sub(ABOUT), ..area };
    match metrics.preview.shown(name) {
        Shown::Nothing => {
            paper.text(1, 2, "…", Role::Dim);
        }
        Shown::Fault(fault) => {
            paper.text(1, 2, fault, Role::Error);
        }
        Shown::Lines(computed, None) => {
            let text = format!("no values of {} in this range", computed.title());
            paper.text(1, 2, &text, Role::Dim);
        }
        Shown::Lines(computed, Some(lines)) => {
            paper.pieces(1, 2, &figures(computed, lines));
            if let Some(plot) = Plot::of(lines, vec![0], false, below) {
                plot.view(paper, &Over::default(), look.shared);
            }
        }
    }
}

/// What is drawn, with its newest, smallest and largest value.
fn figures(computed: Computed, lines: &Lines) -> Vec<Piece> {
    let unit = &lines.unit;
    let mut pieces = vec![piece(computed.title(), Role::Info)];
    if let Some(unit) = unit.heading() {
        pieces.push(piece(format!(" in {unit}"), Role::Dim));
    }
    if let Some(line) = lines.lines.first() {
        for (what, value) in [("last", line.last), ("min", line.least), ("max", line.most)] {
            if let Some(value) = value {
                pieces.push(piece(format!("  {what} "), Role::Dim));
                pieces.push(piece(unit.show(value), Role::Text));
            }
        }
    }
    if let Some(note) = lines.notes.first() {
        pieces.push(piece(format!("  {note}"), Role::Warning));
    }
    pieces
}

/// A type in few letters.
fn short_type(kind: &str) -> &str {
    match kind {
        "exponential_histogram" => "exp. hist",
        kind => kind,
    }
}

/// How long ago a time was, in its largest unit: a clock that is ahead says `now`.
pub(super) fn ago(now: Timestamp, time: Timestamp) -> String {
    let seconds = now.0.saturating_sub(time.0) / 1_000_000_000;
    match seconds {
        ..1 => "now".to_owned(),
        1..60 => format!("{seconds}s ago"),
        60..3_600 => format!("{}m ago", seconds / 60),
        3_600..86_400 => format!("{}h ago", seconds / 3_600),
        _ => format!("{}d ago", seconds / 86_400),
    }
}
