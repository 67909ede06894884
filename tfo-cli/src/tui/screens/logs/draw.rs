//! How logs look.

use ratatui::layout::Rect;
use tfo_sdk::Timestamp;
use tfo_sdk::api::LogRecord;
use tfo_sdk::filter::Record as _;

use super::lines::End;
use super::patterns::HOLE;
use super::record::{letter, message};
use super::{Focus, Logs, Mode};
use crate::text;
use crate::tui::bars;
use crate::tui::list::{columns_of, mark, sparkline};
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::range::civil;
use crate::tui::screen::{Look, TimeStyle};
use crate::tui::theme::Role;
use crate::tui::tree::wrapped;
use crate::tui::words::grouped;

/// Rows of one record that are shown when lines are wrapped.
const WRAPPED: usize = 50;

/// Draws the screen.
pub(super) fn view(logs: &Logs, paper: &mut Paper<'_>, look: &Look<'_>) {
    let area = paper.area();
    let split = logs.layout(area);
    if split.whole.y > area.y {
        let bounds = look.shared.range.bounds(look.shared.now);
        let selected = logs.selected.filter(|_| logs.mode != Mode::Live).map(|(time, _)| time);
        let mut strip = paper.part(Rect { height: split.whole.y - area.y, ..area });
        bars::view(&mut strip, &logs.bars, bounds, logs.brush, selected, look.shared);
    }
    if split.list.area() > 0 {
        let mut list = paper.part(split.list);
        match logs.focus {
            Focus::Patterns => patterns(logs, &mut list, look),
            _ if logs.lines.is_empty() => empty(logs, &mut list, look),
            _ => rows(logs, &mut list, look),
        }
    }
    if split.detail.area() > 0 {
        line(paper, split.line);
        let mut detail = paper.part(split.detail);
        logs.tree.view(&mut detail, &logs.nodes(), look.has_focus && logs.focus == Focus::Detail);
    }
}

/// The line between list and detail.
pub(in crate::tui) fn line(paper: &mut Paper<'_>, area: Rect) {
    let mut line = paper.part(area);
    let (across, down) = (line.glyphs().horizontal, line.glyphs().vertical);
    let glyph = if area.width == 1 { down } else { across };
    for y in 0..line.height() {
        for x in 0..line.width() {
            line.glyph(x, y, glyph, Role::Frame);
        }
    }
}

fn empty(logs: &Logs, paper: &mut Paper<'_>, look: &Look<'_>) {
    if let Some(fault) = &logs.fault {
        paper.notice(&[
            piece(fault.clone(), Role::Error),
            piece("", Role::Text),
            piece("r asks again", Role::Dim),
        ]);
    } else if logs.is_loading || look.is_cut_off() {
        paper.notice(&look.outlook());
    } else if let Some(note) = &logs.note {
        paper.notice(&[
            piece("nothing found so far", Role::Text),
            piece(note.clone(), Role::Warning),
            piece("r looks again · a narrower range or a more common term is found sooner", Role::Dim),
        ]);
    } else if logs.filter.text().is_empty() {
        let range = look.shared.range.shown(look.shared.now, &look.shared.zone);
        let mut lines = vec![piece(format!("no log records in {range}"), Role::Text), piece("", Role::Text)];
        lines.extend(how_to_send(look));
        lines.push(piece("", Role::Text));
        lines.push(piece("t changes the time range, - widens it", Role::Dim));
        paper.notice(&lines);
    } else {
        paper.notice(&[
            piece("no log record passes the filter", Role::Text),
            piece("", Role::Text),
            piece("u undoes its last change · / edits it · - widens the time range", Role::Dim),
        ]);
    }
}

/// How telemetry gets here.
pub(in crate::tui) fn how_to_send(look: &Look<'_>) -> Vec<Piece> {
    let endpoint = look.shared.otlp.as_deref().unwrap_or("http://127.0.0.1:4318");
    vec![
        piece(format!("export OTEL_EXPORTER_OTLP_ENDPOINT={endpoint}"), Role::Info),
        piece("in a program with an OpenTelemetry SDK, or run: tfo demo", Role::Dim),
    ]
}

impl Logs {
    /// The index of the record in a line of the list.
    pub(super) fn row_under(&self, line: u16, list: Rect) -> Option<usize> {
        let width = usize::from(list.width);
        let mut y = 0;
        for (index, rows) in self.window(list.height, width) {
            y += rows;
            if usize::from(line) < y {
                return Some(index);
            }
        }
        None
    }

    /// The records that are shown in so many lines, each with the lines that it takes.
    fn window(&self, height: u16, width: usize) -> Vec<(usize, usize)> {
        let height = usize::from(height);
        let length = self.lines.len();
        let cursor = self.cursor();
        let rows_of = |index: usize| match self.lines.get(index) {
            Some(record) if self.wrap => {
                let room = width.saturating_sub(usize::from(self.before_message())).max(10);
                wrapped(&shown_message(record), room).len().clamp(1, WRAPPED)
            }
            _ => 1,
        };
        let repeats = |index: usize| self.folds && index > 0 && self.is_repeat(index);
        if self.wrap {
            // From the cursor upwards, as far as there is room; then downwards.
            let mut window = std::collections::VecDeque::new();
            let mut used = 0;
            let from = if self.mode == Mode::Live { length.saturating_sub(1) } else { cursor.at };
            for index in (0..=from.min(length.saturating_sub(1))).rev() {
                let rows = rows_of(index);
                if (used + rows > height && !window.is_empty())
                    || (self.mode != Mode::Live && index < cursor.top)
                {
                    break;
                }
                used += rows;
                window.push_front((index, rows));
            }
            for index in from + 1..length {
                if used >= height {
                    break;
                }
                let rows = rows_of(index);
                used += rows;
                window.push_back((index, rows));
            }
            return window.into();
        }
        let mut window = Vec::new();
        let mut index = cursor.top;
        while window.len() < height && index < length {
            if !repeats(index) || index == cursor.at {
                window.push((index, 1));
            }
            index += 1;
        }
        window
    }

    /// Whether a record says what the one before it says.
    fn is_repeat(&self, index: usize) -> bool {
        match (self.lines.get(index - 1), self.lines.get(index)) {
            (Some(before), Some(this)) => {
                before.service_name == this.service_name
                    && before.severity_number == this.severity_number
                    && before.body == this.body
            }
            _ => false,
        }
    }

    /// How many records behind this one repeat it.
    fn repeats_of(&self, index: usize) -> usize {
        (index + 1..self.lines.len()).take_while(|next| self.is_repeat(*next)).take(9999).count()
    }

    /// Columns before the message.
    fn before_message(&self) -> u16 {
        let fields = u16::try_from(self.columns.len()).unwrap_or(0) * 17;
        1 + 13 + 2 + self.service_width + 1 + fields
    }
}

fn rows(logs: &Logs, paper: &mut Paper<'_>, look: &Look<'_>) {
    let cursor = logs.cursor();
    let width = usize::from(paper.width());
    let window = logs.window(paper.height(), width);
    let mut y = 0;
    let mut before: Option<Timestamp> = None;
    for (index, rows) in window {
        let Some(record) = logs.lines.get(index) else { break };
        let previous =
            before.or_else(|| index.checked_sub(1).and_then(|at| logs.lines.get(at)).map(|at| at.timestamp));
        row(logs, record, index, previous, y, rows, paper, look);
        if index == cursor.at {
            for line in y..y + u16::try_from(rows).unwrap_or(1) {
                mark(paper, line, look.has_focus && logs.focus == Focus::List);
            }
        }
        y += u16::try_from(rows).unwrap_or(1);
        before = Some(record.timestamp);
    }
    ends(logs, paper, y);
}

/// What is told about the ends of the list, over its corners.
fn ends(logs: &Logs, paper: &mut Paper<'_>, used: u16) {
    let height = paper.height();
    let width = paper.width();
    if logs.lines.older == End::Loading && logs.cursor().top < 20 {
        paper.right(0, 0, width.saturating_sub(1), " loading older lines… ", Role::Bar);
    }
    let below = if logs.mode == Mode::Live { 0 } else { logs.new_below };
    if below > 0 {
        let text = format!(" {} new below · F follows ", grouped(below));
        paper.right(0, height.saturating_sub(1), width.saturating_sub(1), &text, Role::Match);
    } else if let Some(note) = logs.note.as_ref().filter(|_| used < height) {
        paper.text(1, used, note, Role::Warning);
    } else if let Some(fault) = &logs.fault {
        paper.text(1, height.saturating_sub(1), fault, Role::Error);
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "what a row depends on; a struct of it would be used here alone"
)]
fn row(
    logs: &Logs,
    record: &LogRecord,
    index: usize,
    previous: Option<Timestamp>,
    y: u16,
    rows: usize,
    paper: &mut Paper<'_>,
    look: &Look<'_>,
) {
    let severity = Role::severity(record.severity_number);
    let time_role = if logs.pins.contains(&super::place(record)) { Role::Match } else { Role::Dim };
    let time = shown_time(record, previous, look);
    let mut x = paper.text_in(1, y, 13, &time, time_role).max(14);
    paper.text_in(x, y, 1, letter(record), severity);
    x += 2;
    // A filter on one service makes its column say nothing.
    let service = record.service_name.as_deref().unwrap_or("-");
    paper.text_in(x, y, logs.service_width, service, Role::service(service));
    x += logs.service_width + 1;
    for column in &logs.columns {
        let value = record.field(&column.field).map(|value| value.to_string()).unwrap_or_default();
        paper.text_in(x, y, 16, &value, Role::Info);
        x += 17;
    }
    let message = shown_message(record);
    let role = match severity {
        Role::Error | Role::Warning => severity,
        Role::Dim => Role::Dim,
        _ => Role::Text,
    };
    let clean = text::row(&message);
    if logs.wrap {
        let room = usize::from(paper.width().saturating_sub(x)).max(10);
        for (line, part) in (y..).zip(wrapped(&message, room).iter().take(rows)) {
            paper.text(x, line, part, role);
            highlight(part, x, line, paper, look);
        }
        return;
    }
    let sideways = skip_columns(&clean, logs.sideways);
    let end = paper.text(x, y, sideways, role);
    highlight(sideways, x, y, paper, look);
    if logs.folds {
        let repeats = logs.repeats_of(index);
        if repeats > 0 {
            let text = format!(" ×{}", repeats + 1);
            let at = end.min(paper.width().saturating_sub(columns_of(&text)));
            paper.text(at, y, &text, Role::Key);
        }
    }
}

/// As much of a message as can be seen: a body of a megabyte is not cleaned and measured in every frame.
fn shown_message(record: &LogRecord) -> String {
    const MOST: usize = 16 << 10;
    let mut message = message(record);
    if message.len() > MOST {
        let end = (0..=MOST).rev().find(|at| message.is_char_boundary(*at)).unwrap_or(0);
        message.truncate(end);
    }
    message
}

/// A clean text without its first so many columns.
fn skip_columns(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        if used >= columns {
            return &text[at..];
        }
        used += text::width(character.encode_utf8(&mut [0; 4]));
    }
    if columns == 0 { text } else { "" }
}

/// Marks what is searched for in a text that was written from a column on.
pub(in crate::tui) fn highlight(text: &str, x: u16, y: u16, paper: &mut Paper<'_>, look: &Look<'_>) {
    let Some(highlight) = &look.shared.highlight else { return };
    for place in highlight.places(text) {
        let from = columns_of(&text[..place.start]);
        let columns = columns_of(&text[place]);
        if x + from >= paper.width() {
            break;
        }
        paper.lay(x + from, y, columns, Role::Match);
    }
}

fn shown_time(record: &LogRecord, previous: Option<Timestamp>, look: &Look<'_>) -> String {
    let zone = &look.shared.zone;
    let at = |time: Timestamp, format: &str| civil(time, zone).strftime(format).to_string();
    match look.shared.time_style {
        TimeStyle::Time => at(record.timestamp, "%H:%M:%S%.3f"),
        TimeStyle::Date => at(record.timestamp, "%m-%dT%H:%M:%S"),
        TimeStyle::Observed => match record.observed_timestamp {
            Some(observed) => at(observed, "%H:%M:%S%.3f"),
            None => "-".to_owned(),
        },
        TimeStyle::Delta => match previous {
            Some(previous) => {
                let delta = record.timestamp.0.saturating_sub(previous.0);
                format!("{:>12}", format!("+{}", tfo_sdk::time::format_duration(delta)))
            }
            None => String::new(),
        },
        TimeStyle::Ago => {
            let ago = look.shared.now.0.saturating_sub(record.timestamp.0);
            // Seconds are as fine as a person counts backwards.
            let seconds = ago / 1_000_000_000 * 1_000_000_000;
            format!("{:>12}", tfo_sdk::time::format_duration(seconds))
        }
    }
}

fn patterns(logs: &Logs, paper: &mut Paper<'_>, look: &Look<'_>) {
    let area = paper.area();
    let looked_at = grouped(logs.miner.lines() as u64);
    let more = if logs.mined_from.is_some() { "…" } else { "" };
    let sampled = if logs.lines.len() > super::patterns::LINES { ", the newest that are loaded" } else { "" };
    let heading = format!("{} patterns of {looked_at} lines{more}{sampled}", logs.patterns.len());
    paper.text(1, 0, &heading, Role::Dim);
    let mut list = paper.part(Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area });
    let mut cursor = logs.pattern_cursor;
    cursor.keep(logs.patterns.len(), usize::from(list.height()));
    let heights = list.glyphs().heights;
    for line in 0..list.height() {
        let Some(row) = cursor.row_at(line, logs.patterns.len()) else { break };
        let pattern = &logs.patterns[row];
        list.right(1, line, 8, &grouped(pattern.count), Role::Text);
        let values: Vec<Option<f64>> = pattern.steps.iter().map(|count| Some(*count as f64)).collect();
        let drawn = sparkline(&values, &heights, 12);
        let role = if pattern.errors > 0 { Role::Error } else { Role::severity(pattern.severity) };
        list.text_in(10, line, 12, &drawn, if role == Role::Dim { Role::Info } else { role });
        let service = pattern.service.as_deref().unwrap_or("-");
        list.text_in(23, line, logs.service_width, service, Role::service(service));
        let mut x = 24 + logs.service_width;
        for (index, token) in pattern.tokens.iter().enumerate() {
            if index > 0 {
                x += 1;
            }
            for (part, text) in token.split(HOLE).enumerate() {
                if part > 0 {
                    x = list.text(x, line, HOLE, Role::Key);
                }
                x = list.text(x, line, text, if pattern.errors > 0 { Role::Error } else { Role::Text });
            }
        }
        if row == cursor.at {
            mark(&mut list, line, look.has_focus);
        }
    }
}
