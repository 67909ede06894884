//! Lines drawn into an area: dots of braille, or stars, with values at the left and times below.
//!
//! Where everything lies is known before anything is drawn, so that the mouse goes by what is seen.

use ratatui::layout::Rect;

use super::lines::{Lines, Mark};
use crate::chart::canvas::Canvas;
use crate::chart::letter;
use crate::chart::value_axis::ValueAxis;
use crate::tui::bars::{self, Brush};
use crate::tui::list::columns_of;
use crate::tui::paper::Paper;
use crate::tui::screen::Shared;
use crate::tui::theme::Role;

/// Fewest rows that lines can be drawn in, and fewest columns.
const LEAST: (u16, u16) = (3, 10);
/// Columns for the letters at the ends of lines, where there are several lines.
const ENDS: u16 = 3;
/// Lines that have a letter.
const LETTERS: usize = 26;

/// Lines, and where they lie.
#[derive(Debug)]
pub(in crate::tui) struct Plot<'l> {
    lines: &'l Lines,
    /// Which lines are drawn, by index.
    drawn: Vec<usize>,
    /// Whether exemplars stand at their values, not only at their times.
    marks_at_values: bool,
    area: Rect,
    /// Where the lines themselves are drawn: at least so many rows and columns as they need.
    inside: Rect,
    axis: ValueAxis,
    labels: Vec<(usize, String)>,
}

/// What is drawn over the lines.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::tui) struct Over<'m> {
    /// The line that lies over all others.
    pub(in crate::tui) line: Option<usize>,
    /// The step of the cursor.
    pub(in crate::tui) step: Option<usize>,
    /// The exemplar that is selected.
    pub(in crate::tui) mark: Option<&'m Mark>,
    /// The stretch that is being marked, in columns of the inside.
    pub(in crate::tui) brush: Option<Brush>,
}

impl<'l> Plot<'l> {
    /// Lines in an area; none where there is no room for them.
    pub(in crate::tui) fn of(
        lines: &'l Lines,
        drawn: Vec<usize>,
        marks_at_values: bool,
        area: Rect,
    ) -> Option<Self> {
        let height = area.height.checked_sub(1).filter(|rows| *rows >= LEAST.0)?;
        let (least, most) = reach(lines, &drawn, marks_at_values);
        let axis = ValueAxis::from_to(least, most, &lines.unit, usize::from(height));
        let labels = axis.labels(&lines.unit);
        let margin = labels.iter().map(|(_, label)| columns_of(label)).max().unwrap_or(0).saturating_add(1);
        let ends = if drawn.len() > 1 { ENDS } else { 0 };
        let width =
            area.width.checked_sub(margin.saturating_add(ends)).filter(|columns| *columns >= LEAST.1)?;
        let inside = Rect { x: area.x + margin, y: area.y, width, height };
        Some(Self { lines, drawn, marks_at_values, area, inside, axis, labels })
    }

    /// Where the lines themselves are drawn.
    pub(in crate::tui) fn inside(&self) -> Rect {
        self.inside
    }

    /// The column, of the inside, in whose middle a step lies.
    pub(in crate::tui) fn column(&self, step: usize) -> u16 {
        let share = (step as f64 + 0.5) / self.lines.grid.steps() as f64;
        // A float beyond the range of an integer becomes the end of that range.
        ((share * f64::from(self.inside.width)) as u16).min(self.inside.width - 1)
    }

    /// The step in the middle of a column of the inside.
    pub(in crate::tui) fn step(&self, column: u16) -> usize {
        let steps = self.lines.grid.steps();
        let share = (f64::from(column) + 0.5) / f64::from(self.inside.width);
        ((share * steps as f64) as usize).min(steps - 1)
    }

    /// The exemplar at a place of the inside, or right beside it.
    pub(in crate::tui) fn mark_at(&self, column: u16, row: u16) -> Option<&'l Mark> {
        let near = self.lines.marks.iter().filter_map(|mark| {
            let (x, y) = self.place(mark)?;
            let away = x.abs_diff(column).max(y.abs_diff(row));
            (away <= 1).then_some((away, mark))
        });
        near.min_by_key(|(away, _)| *away).map(|(_, mark)| mark)
    }

    /// Draws it. The paper is the one that the area is of.
    pub(in crate::tui) fn view(&self, paper: &mut Paper<'_>, over: &Over<'_>, shared: &Shared) {
        self.view_axis(paper);
        self.view_lines(paper, over);
        self.view_marks(paper, over.mark);
        let bounds = self.lines.grid.bounds();
        let below = Rect { y: self.inside.bottom(), height: 1, ..self.inside };
        bars::axis(&mut paper.part(below), 0, bounds, shared);
        if let Some(step) = over.step {
            paper.part(below).lay(self.column(step), 0, 1, Role::Match);
        }
        if let Some(brush) = over.brush {
            let (from, to) = brush.ends();
            let mut inside = paper.part(Rect { height: self.inside.height + 1, ..self.inside });
            for y in 0..inside.height() {
                inside.lay(from, y, to.saturating_sub(from), Role::Match);
            }
        }
    }

    fn view_axis(&self, paper: &mut Paper<'_>) {
        let mut margin = paper.part(Rect { width: self.inside.x - self.area.x, ..self.area });
        let columns = margin.width().saturating_sub(1);
        let (down, tick) =
            if margin.glyphs().has_braille { (margin.glyphs().vertical, '┤') } else { ('|', '+') };
        for row in 0..self.inside.height {
            let label = self.labels.iter().find(|(at, _)| *at == usize::from(row));
            if let Some((_, label)) = label {
                margin.right(0, row, columns, label, Role::Dim);
            }
            margin.glyph(columns, row, if label.is_some() { tick } else { down }, Role::Frame);
        }
    }

    fn view_lines(&self, paper: &mut Paper<'_>, over: &Over<'_>) {
        let canvas = self.canvas(over.line);
        let mut inside = paper.part(self.inside);
        let has_braille = inside.glyphs().has_braille;
        // Lines are drawn over the cursor, not under it.
        if let Some(step) = over.step {
            let (column, down) = (self.column(step), inside.glyphs().vertical);
            for row in 0..inside.height() {
                inside.glyph(column, row, down, Role::Key);
            }
        }
        for row in 0..inside.height() {
            let mut x = 0u16;
            for (owner, run) in canvas.row(usize::from(row)) {
                let columns = u16::try_from(run.chars().count()).unwrap_or(u16::MAX);
                if let Some(owner) = owner {
                    let run = if has_braille { run } else { "*".repeat(usize::from(columns)) };
                    inside.text(x, row, &run, hue(owner));
                }
                x = x.saturating_add(columns);
            }
        }
        let right =
            Rect { x: self.inside.right(), width: self.area.right() - self.inside.right(), ..self.inside };
        let mut ends = paper.part(right);
        for row in 0..ends.height() {
            for (x, line) in (1..ends.width()).zip(canvas.ends(usize::from(row))) {
                ends.glyph(x, row, sign(line), hue(line));
            }
        }
    }

    /// The lines in dots: the first of the table over the others, and the selected one over all.
    fn canvas(&self, selected: Option<usize>) -> Canvas {
        let mut canvas = Canvas::new(usize::from(self.inside.width), usize::from(self.inside.height));
        let below = self.drawn.iter().rev().filter(|index| Some(**index) != selected);
        let above = self.drawn.iter().filter(|index| Some(**index) == selected);
        for index in below.chain(above) {
            if let Some(line) = self.lines.lines.get(*index) {
                let shares = line.values.iter().map(|value| value.map(|value| self.axis.share(value)));
                canvas.draw(*index, shares, self.lines.grid.steps());
            }
        }
        canvas
    }

    fn view_marks(&self, paper: &mut Paper<'_>, selected: Option<&Mark>) {
        let mut inside = paper.part(self.inside);
        // Where lines are stars, a star is no sign of its own.
        let glyph = if inside.glyphs().has_braille { inside.glyphs().mark } else { 'o' };
        for mark in &self.lines.marks {
            if let Some((x, y)) = self.place(mark) {
                inside.glyph(x, y, glyph, if mark.trace.is_some() { Role::Id } else { Role::Dim });
            }
        }
        if let Some((x, y)) = selected.and_then(|mark| self.place(mark)) {
            inside.glyph(x, y, glyph, Role::Match);
        }
    }

    /// Where an exemplar stands on the inside: at the edge where its value lies beyond, below where it has none.
    fn place(&self, mark: &Mark) -> Option<(u16, u16)> {
        let x = bars::column_of(mark.time, self.inside.width, self.lines.grid.bounds())?;
        let last = self.inside.height - 1;
        let share = mark.value.filter(|_| self.marks_at_values).map_or(0.0, |value| self.axis.share(value));
        let up = (share.clamp(0.0, 1.0) * f64::from(last)).round() as u16;
        Some((x, last.saturating_sub(up)))
    }
}

/// From the smallest to the largest value that is to be seen; the first above the second where there is none.
fn reach(lines: &Lines, drawn: &[usize], has_marks: bool) -> (f64, f64) {
    let ends =
        drawn.iter().filter_map(|index| lines.lines.get(*index)).flat_map(|line| [line.least, line.most]);
    let (least, most) = ends
        .flatten()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (least.min(value), most.max(value)));
    if least > most || !has_marks {
        return (least, most);
    }
    // One far above the lines would flatten them: it stands at the edge.
    let limit = most + most.abs().max(most - least);
    let marks = lines.marks.iter().filter_map(|mark| mark.value).filter(|value| *value <= limit);
    (least, marks.fold(most, f64::max))
}

/// The colour of a line.
pub(in crate::tui) fn hue(line: usize) -> Role {
    Role::Hue(line as u64)
}

/// The letter of a line.
pub(in crate::tui) fn sign(line: usize) -> char {
    if line < LETTERS { letter(line) } else { '.' }
}
