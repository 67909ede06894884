//! A cursor in a list that may be longer than the screen, and a table drawn row by row.
//!
//! Only rows that can be seen are drawn, so the length of a list costs nothing.

use super::keys::{Action, act};
use super::paper::{Paper, Piece};
use super::theme::Role;
use crate::text;

/// Which row is selected, and which one is at the top.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The row that is selected.
    pub(crate) at: usize,
    /// The first row that is shown.
    pub(crate) top: usize,
}

impl Cursor {
    /// Moves as a key asks, in a list of so many rows of which so many are shown. False when it is no key that moves.
    pub(crate) fn act(&mut self, action: Action, length: usize, height: usize) -> bool {
        let height = height.max(1);
        let last = length.saturating_sub(1);
        let step = match action {
            act::DOWN => 1,
            act::UP => -1,
            act::HALF_DOWN => i64::try_from(height / 2).unwrap_or(1).max(1),
            act::HALF_UP => -i64::try_from(height / 2).unwrap_or(1).max(1),
            act::PAGE_DOWN => i64::try_from(height).unwrap_or(1),
            act::PAGE_UP => -i64::try_from(height).unwrap_or(1),
            act::TOP => {
                self.at = 0;
                self.keep(length, height);
                return true;
            }
            act::END => {
                self.at = last;
                self.keep(length, height);
                return true;
            }
            _ => return false,
        };
        self.step(step, length, height);
        true
    }

    /// Moves by so many rows.
    pub(crate) fn step(&mut self, rows: i64, length: usize, height: usize) {
        let last = length.saturating_sub(1);
        let at = i64::try_from(self.at).unwrap_or(i64::MAX).saturating_add(rows).max(0);
        self.at = usize::try_from(at).unwrap_or(0).min(last);
        self.keep(length, height);
    }

    /// Selects a row.
    pub(crate) fn go(&mut self, at: usize, length: usize, height: usize) {
        self.at = at;
        self.keep(length, height);
    }

    /// Keeps the selected row inside of the list, and on the screen.
    pub(crate) fn keep(&mut self, length: usize, height: usize) {
        let height = height.max(1);
        self.at = self.at.min(length.saturating_sub(1));
        self.top = self.top.min(self.at).max((self.at + 1).saturating_sub(height));
        self.top = self.top.min(length.saturating_sub(height.min(length)));
    }

    /// The row that is shown in this line of the screen.
    pub(crate) fn row_at(&self, line: u16, length: usize) -> Option<usize> {
        let row = self.top + usize::from(line);
        (row < length).then_some(row)
    }
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// Its heading.
    pub(crate) title: &'static str,
    /// Its width; 0 takes what is left.
    pub(crate) width: u16,
    /// Whether its contents stand at its right.
    pub(crate) is_right: bool,
    /// It is left out below so many columns of the whole.
    pub(crate) from: u16,
}

/// A column of text.
pub(crate) const fn column(title: &'static str, width: u16) -> Column {
    Column { title, width, is_right: false, from: 0 }
}

/// A column of numbers.
pub(crate) const fn number(title: &'static str, width: u16) -> Column {
    Column { title, width, is_right: true, from: 0 }
}

impl Column {
    /// The same, only where there are so many columns in all.
    pub(crate) const fn from(self, columns: u16) -> Self {
        Self { from: columns, ..self }
    }
}

/// Where the columns of a table lie: for each that is shown its index, its first column and its width.
pub(crate) fn lay_out(columns: &[Column], width: u16) -> Vec<(usize, u16, u16)> {
    let shown: Vec<(usize, &Column)> =
        columns.iter().enumerate().filter(|(_, column)| width >= column.from).collect();
    let fixed: u16 = shown.iter().map(|(_, column)| column.width + 1).sum();
    let open = shown.iter().filter(|(_, column)| column.width == 0).count();
    let left = width.saturating_sub(fixed + 1);
    let share = left / u16::try_from(open.max(1)).unwrap_or(1);
    let mut x = 1;
    let mut places = Vec::new();
    for (index, column) in shown {
        let columns = if column.width == 0 { share } else { column.width };
        let columns = columns.min(width.saturating_sub(x));
        places.push((index, x, columns));
        x = (x + columns + 1).min(width);
    }
    places
}

/// Draws a heading, with a sign at the column that the table is sorted by.
pub(crate) fn heading(paper: &mut Paper<'_>, columns: &[Column], sorted: Option<(usize, bool)>) {
    for (index, x, width) in lay_out(columns, paper.width()) {
        let sign = match sorted {
            Some((at, true)) if at == index => "▼",
            Some((at, false)) if at == index => "▲",
            _ => "",
        };
        let title = format!("{}{sign}", columns[index].title);
        if columns[index].is_right {
            paper.right(x, 0, width, &title, Role::Dim);
        } else {
            paper.text_in(x, 0, width, &title, Role::Dim);
        }
    }
}

/// Draws the rows of a table below each other.
pub(crate) fn rows(
    paper: &mut Paper<'_>,
    columns: &[Column],
    cursor: Cursor,
    length: usize,
    has_focus: bool,
    row: impl Fn(usize) -> Vec<Piece>,
) {
    let places = lay_out(columns, paper.width());
    for line in 0..paper.height() {
        let Some(index) = cursor.row_at(line, length) else { break };
        let cells = row(index);
        for (column, x, width) in &places {
            let Some(cell) = cells.get(*column) else { continue };
            if columns[*column].is_right {
                paper.right(*x, line, *width, &cell.text, cell.role);
            } else {
                paper.text_in(*x, line, *width, &cell.text, cell.role);
            }
        }
        if index == cursor.at {
            mark(paper, line, has_focus);
        }
    }
}

/// Marks the row of the cursor.
pub(crate) fn mark(paper: &mut Paper<'_>, line: u16, has_focus: bool) {
    let cursor = paper.glyphs().cursor;
    let width = paper.width();
    paper.lay(0, line, width, if has_focus { Role::Cursor } else { Role::Selected });
    paper.glyph(0, line, cursor, Role::Title);
}

/// A line as high as a row: values from 0 to the largest; `None` is a gap.
pub(crate) fn sparkline(values: &[Option<f64>], heights: &[char; 8], columns: usize) -> String {
    let columns = columns.max(1);
    let finite = |value: &f64| value.is_finite();
    let bucket = |column: usize| {
        let from = column * values.len() / columns;
        let to = ((column + 1) * values.len() / columns).max(from + 1).min(values.len());
        values.get(from..to).unwrap_or_default().iter().flatten().copied().filter(finite).reduce(f64::max)
    };
    let largest = values.iter().flatten().copied().filter(finite).fold(0.0, f64::max);
    let smallest = values.iter().flatten().copied().filter(finite).fold(0.0, f64::min);
    let span = largest - smallest;
    (0..columns)
        .map(|column| match bucket(column) {
            None => ' ',
            Some(_) if span <= 0.0 => heights[0],
            Some(value) => heights[(((value - smallest) / span * 7.0).round() as usize).min(7)],
        })
        .collect()
}

/// The columns that a clean text takes, as coordinates count them.
pub(crate) fn columns_of(text: &str) -> u16 {
    u16::try_from(text::width(&text::row(text))).unwrap_or(u16::MAX)
}

/// The same of all of these.
pub(crate) fn columns_of_all(pieces: &[Piece]) -> u16 {
    pieces.iter().map(|piece| columns_of(&piece.text)).fold(0, u16::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::paper::Glyphs;

    #[test]
    fn the_cursor_stays_in_the_list_and_on_the_screen() {
        let mut cursor = Cursor::default();
        for action in [act::DOWN, act::PAGE_DOWN, act::END, act::HALF_UP, act::UP, act::TOP, act::HALF_DOWN] {
            for (length, height) in [(0, 0), (0, 5), (1, 5), (100, 0), (100, 10), (5, 10)] {
                cursor.act(action, length, height);
                assert!(cursor.at < length.max(1));
                assert!(cursor.top <= cursor.at && cursor.at < cursor.top + height.max(1));
            }
        }
        cursor.go(99, 100, 10);
        assert_eq!(cursor, Cursor { at: 99, top: 90 });
        cursor.keep(5, 10);
        assert_eq!(cursor, Cursor { at: 4, top: 0 });
    }

    #[test]
    fn columns_share_what_is_left() {
        let columns = [column("A", 10), column("B", 0), number("C", 5).from(60)];
        assert_eq!(lay_out(&columns, 40), [(0, 1, 10), (1, 12, 27)]);
        assert_eq!(lay_out(&columns, 60), [(0, 1, 10), (1, 12, 41), (2, 54, 5)]);
        for width in 0..20 {
            assert!(lay_out(&columns, width).iter().all(|(_, x, columns)| x + columns <= width.max(1)));
        }
    }

    #[test]
    fn sparklines_keep_peaks_and_gaps() {
        let values: Vec<Option<f64>> =
            (0..100).map(|at| (at != 0).then_some(if at == 57 { 9.0 } else { 0.0 })).collect();
        let drawn = sparkline(&values, &Glyphs::UNICODE.heights, 10);
        assert_eq!(drawn, "▁▁▁▁▁█▁▁▁▁");
        assert_eq!(sparkline(&[None, Some(1.0), Some(f64::NAN)], &Glyphs::UNICODE.heights, 3), " █ ");
        assert_eq!(sparkline(&[], &Glyphs::UNICODE.heights, 3), "   ");
        assert_eq!(sparkline(&[Some(0.0)], &Glyphs::UNICODE.heights, 2), "▁▁");
    }
}
