//! Draws the part of a map that can be seen.

use tfo_sdk::api::NodeKind;

use super::{Graph, Line, Node};
use crate::text;
use crate::tui::paper::{Glyphs, Paper};
use crate::tui::theme::Role;

const UP: u8 = 1;
const RIGHT: u8 = 2;
const DOWN: u8 = 4;
const LEFT: u8 = 8;

/// What lines there are in a cell of the screen.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    /// The sides that they go to.
    ways: u8,
    net: Option<usize>,
    /// Whether two cross here that have nothing to do with each other.
    is_crossed: bool,
    is_bad: bool,
    is_chosen: bool,
}

impl Cell {
    fn add(&mut self, ways: u8, line: &Line, is_chosen: bool) {
        let is_other = self.net.is_some_and(|net| net != line.net);
        self.is_crossed |= is_other && is_across(self.ways) != is_across(ways);
        self.ways |= ways;
        self.net = Some(line.net);
        self.is_bad |= line.is_bad;
        self.is_chosen |= is_chosen;
    }

    fn glyph(self, glyphs: &Glyphs) -> char {
        if self.is_crossed || self.ways & (LEFT | RIGHT) == 0 {
            return glyphs.vertical;
        }
        if self.ways & (UP | DOWN) == 0 {
            return glyphs.horizontal;
        }
        if !glyphs.has_braille {
            return glyphs.corners[0];
        }
        let (up, down) = (self.ways & UP != 0, self.ways & DOWN != 0);
        let (left, right) = (self.ways & LEFT != 0, self.ways & RIGHT != 0);
        match (up, down, left, right) {
            (false, _, false, _) => glyphs.corners[0],
            (false, _, true, false) => glyphs.corners[1],
            (true, false, false, _) => glyphs.corners[2],
            (true, false, true, false) => glyphs.corners[3],
            (true, true, false, _) => '├',
            (true, true, true, false) => '┤',
            (false, _, true, true) => '┬',
            (true, false, true, true) => '┴',
            (true, true, true, true) => '┼',
        }
    }

    fn role(self) -> Role {
        match (self.is_bad, self.is_chosen) {
            (true, _) => Role::Error,
            (false, true) => Role::Info,
            (false, false) => Role::Frame,
        }
    }
}

fn is_across(ways: u8) -> bool {
    ways & (LEFT | RIGHT) != 0
}

impl Graph {
    /// Draws it from a column and a row on, with a node selected.
    pub(in crate::tui::screens::services) fn view(
        &self,
        paper: &mut Paper<'_>,
        selected: Option<usize>,
        scroll: (usize, usize),
        has_focus: bool,
    ) {
        self.view_lines(paper, selected, scroll);
        let glyphs = paper.glyphs();
        for label in &self.labels {
            let Some(y) = row_of(label.y, scroll, paper) else { continue };
            let role = if label.is_bad { Role::Error } else { Role::Dim };
            let mut x = label.x + 1;
            write(paper, x, y, &label.text, role, scroll);
            if let Some(named) = &label.named {
                x += text::width(&label.text) + usize::from(!label.text.is_empty());
                if let Some(column) = column_of(x, scroll, paper) {
                    paper.glyph(column, y, glyphs.arrow, role);
                }
                write(paper, x + 2, y, named, Role::Text, scroll);
            }
        }
        for arrow in &self.arrows {
            let place = (column_of(arrow.x, scroll, paper), row_of(arrow.y, scroll, paper));
            if let (Some(x), Some(y)) = place {
                let is_chosen = selected == Some(arrow.to);
                let cell = Cell { is_bad: arrow.is_bad, is_chosen, ..Cell::default() };
                paper.glyph(x, y, glyphs.arrow, cell.role());
            }
        }
        for (index, node) in self.nodes.iter().enumerate() {
            if let Some(y) = row_of(node.y, scroll, paper) {
                node.view(paper, y, scroll);
                if selected == Some(index) {
                    node.mark(paper, y, scroll, has_focus);
                }
            }
        }
    }

    fn view_lines(&self, paper: &mut Paper<'_>, selected: Option<usize>, scroll: (usize, usize)) {
        let (width, height) = (usize::from(paper.width()), usize::from(paper.height()));
        let mut cells = vec![Cell::default(); width * height];
        let (columns, rows) = (scroll.0..scroll.0 + width, scroll.1..scroll.1 + height);
        let own = selected.map(|node| self.nodes.len() + node);
        for line in &self.lines {
            let is_chosen = selected.is_some()
                && (selected == Some(line.net) || selected == line.client || own == Some(line.net));
            let is_down = line.from.0 == line.to.0 && line.from.1 != line.to.1;
            if is_down && columns.contains(&line.from.0) {
                for y in line.from.1.max(rows.start)..(line.to.1 + 1).min(rows.end) {
                    let up = if y > line.from.1 { UP } else { 0 };
                    let down = if y < line.to.1 { DOWN } else { 0 };
                    let cell = (y - rows.start) * width + line.from.0 - columns.start;
                    cells[cell].add(up | down, line, is_chosen);
                }
            } else if !is_down && rows.contains(&line.from.1) {
                for x in line.from.0.max(columns.start)..(line.to.0 + 1).min(columns.end) {
                    let left = if x > line.from.0 { LEFT } else { 0 };
                    let right = if x < line.to.0 { RIGHT } else { 0 };
                    // A line of one column is a line all the same.
                    let ways = if line.from.0 == line.to.0 { LEFT | RIGHT } else { left | right };
                    let cell = (line.from.1 - rows.start) * width + x - columns.start;
                    cells[cell].add(ways, line, is_chosen);
                }
            }
        }
        let glyphs = paper.glyphs();
        for y in 0..paper.height() {
            for x in 0..paper.width() {
                let cell = cells[usize::from(y) * width + usize::from(x)];
                if cell.ways != 0 {
                    paper.glyph(x, y, cell.glyph(glyphs), cell.role());
                }
            }
        }
    }
}

impl Node {
    fn view(&self, paper: &mut Paper<'_>, y: u16, scroll: (usize, usize)) {
        let role = match self.node.kind {
            NodeKind::Service => Role::service(&self.node.name),
            _ => Role::Text,
        };
        write(paper, self.x, y, &self.title, role, scroll);
        let note = if self.calls.errors > 0 { Role::Error } else { Role::Dim };
        write(paper, self.x + text::width(&self.title) + 1, y, &self.note, note, scroll);
    }

    /// Marks it as the one that is selected.
    fn mark(&self, paper: &mut Paper<'_>, y: u16, scroll: (usize, usize), has_focus: bool) {
        let role = if has_focus { Role::Cursor } else { Role::Selected };
        let from = self.x.max(scroll.0) - scroll.0;
        let to = (self.x + self.columns()).saturating_sub(scroll.0).min(usize::from(paper.width()));
        if let (Ok(x), Ok(columns)) = (u16::try_from(from), u16::try_from(to.saturating_sub(from)))
            && columns > 0
        {
            paper.lay(x, y, columns, role);
        }
        let sign = self.x.checked_sub(1).and_then(|x| column_of(x, scroll, paper));
        if let Some(x) = sign {
            let cursor = paper.glyphs().cursor;
            paper.glyph(x, y, cursor, Role::Title);
        }
    }
}

/// Writes a text of the map, without what lies left of the screen.
fn write(paper: &mut Paper<'_>, x: usize, y: u16, words: &str, role: Role, scroll: (usize, usize)) {
    let hidden = scroll.0.saturating_sub(x);
    let mut used = 0;
    let mut shown = None;
    for (at, character) in words.char_indices() {
        if used >= hidden {
            shown = Some(&words[at..]);
            break;
        }
        used += text::width(character.encode_utf8(&mut [0; 4]));
    }
    let Some(shown) = shown else { return };
    // Half of a wide character is none.
    if let Some(column) = column_of(x.max(scroll.0) + used.saturating_sub(hidden), scroll, paper) {
        paper.text(column, y, shown, role);
    }
}

/// The column of the screen that shows a column of the map.
fn column_of(x: usize, scroll: (usize, usize), paper: &Paper<'_>) -> Option<u16> {
    let column = u16::try_from(x.checked_sub(scroll.0)?).ok()?;
    (column < paper.width()).then_some(column)
}

/// The row of the screen that shows a row of the map.
fn row_of(y: usize, scroll: (usize, usize), paper: &Paper<'_>) -> Option<u16> {
    let row = u16::try_from(y.checked_sub(scroll.1)?).ok()?;
    (row < paper.height()).then_some(row)
}
