//! Tables: columns as wide as what is in them, and on a terminal no wider than that.
//!
//! Where the room is too small the last column is cut first, then the widest ones on the left; numbers, which
//! are on the right of their columns, are never cut: half a number is a wrong number.

use super::Look;
use super::style::{Paint, Style};
use crate::text;

/// A column of a table of `T`.
pub(crate) struct Column<T> {
    title: &'static str,
    align: Align,
    wide_only: bool,
    cell: fn(&T) -> Cell,
}

/// On which side of its column a content stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Texts.
    Left,
    /// Numbers.
    Right,
}

/// What stands in one place of a table; clean, whatever went in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A text from anywhere.
    pub(crate) fn new(content: impl AsRef<str>) -> Self {
        Self { text: text::row(content.as_ref()).into_owned(), style: Style::Normal }
    }

    /// In this style.
    pub(crate) fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// The name of a service in its hue; `-` without one.
    pub(crate) fn service(name: Option<&str>) -> Self {
        match name {
            Some(name) => Self::new(name).style(Style::service(name)),
            None => Self::absent(),
        }
    }

    /// Nothing there.
    pub(crate) fn absent() -> Self {
        Self::new("-").style(Style::Dim)
    }
}

impl<T> Column<T> {
    /// A column of texts.
    pub(crate) const fn text(title: &'static str, cell: fn(&T) -> Cell) -> Self {
        Self { title, align: Align::Left, wide_only: false, cell }
    }

    /// A column of numbers.
    pub(crate) const fn number(title: &'static str, cell: fn(&T) -> Cell) -> Self {
        Self { title, align: Align::Right, wide_only: false, cell }
    }

    /// A column of texts that only the wide form has.
    pub(crate) const fn wide_text(title: &'static str, cell: fn(&T) -> Cell) -> Self {
        Self { title, align: Align::Left, wide_only: true, cell }
    }

    /// A column of numbers that only the wide form has.
    pub(crate) const fn wide_number(title: &'static str, cell: fn(&T) -> Cell) -> Self {
        Self { title, align: Align::Right, wide_only: true, cell }
    }
}

/// The table of these items, header and lines, each ending in a line break; nothing at all without items.
pub(crate) fn table<T>(columns: &[Column<T>], items: &[T], look: &Look) -> String {
    Growing::default().rows(columns, items, look)
}

/// A table whose items come bit by bit: the header comes once, and no column gets narrower.
#[derive(Debug, Default)]
pub(crate) struct Growing {
    /// As wide as what was in the columns so far; empty before the first item.
    widths: Vec<usize>,
}

impl Growing {
    /// The lines of these items, behind the header if they are the first.
    pub(crate) fn rows<T>(&mut self, columns: &[Column<T>], items: &[T], look: &Look) -> String {
        let columns: Vec<&Column<T>> =
            columns.iter().filter(|column| look.wide || !column.wide_only).collect();
        let titles = columns.iter().map(|column| (column.title.to_owned(), column.align)).collect::<Vec<_>>();
        let cells = |item: &T| columns.iter().map(|column| (column.cell)(item)).collect();
        self.render(&titles, items.iter().map(cells).collect(), look)
    }

    fn render(&mut self, titles: &[(String, Align)], rows: Vec<Vec<Cell>>, look: &Look) -> String {
        if rows.is_empty() {
            return String::new();
        }
        let header = titles.iter().map(|(title, _)| Cell { text: title.clone(), style: Style::Title });
        let header = self.widths.is_empty().then(|| header.collect());
        self.widths.resize(titles.len(), 0);
        let rows: Vec<Vec<Cell>> = header.into_iter().chain(rows).collect();
        for row in &rows {
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = (*width).max(text::width(&cell.text));
            }
        }
        let mut widths = self.widths.clone();
        if let Some(columns) = look.width {
            let aligns: Vec<Align> = titles.iter().map(|(_, align)| *align).collect();
            shrink(&mut widths, &aligns, columns);
        }
        let mut out = String::new();
        for row in rows {
            push_row(&mut out, &row, &widths, titles, look.paint);
        }
        out
    }
}

/// The table of these cells, of as many in a row as there are titles. Titles must be clean.
pub(crate) fn render(titles: &[(String, Align)], rows: Vec<Vec<Cell>>, look: &Look) -> String {
    Growing::default().render(titles, rows, look)
}

const GAP: &str = "  ";

fn push_row(out: &mut String, row: &[Cell], widths: &[usize], titles: &[(String, Align)], paint: Paint) {
    let last = row.len().saturating_sub(1);
    for (index, ((cell, &width), (_, align))) in row.iter().zip(widths).zip(titles).enumerate() {
        let shown = text::cut(&cell.text, width);
        let padding = " ".repeat(width.saturating_sub(text::width(&shown)));
        let painted = paint.apply(cell.style, &shown);
        match align {
            Align::Right => out.extend([padding.as_str(), &painted]),
            Align::Left if index == last => out.push_str(&painted),
            Align::Left => out.extend([painted.as_str(), &padding]),
        }
        if index != last {
            out.push_str(GAP);
        }
    }
    // A cell that is empty at the end leaves blanks, which would wrap on a narrow terminal.
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}

/// Takes columns from texts until the row fits, as far as it can be done.
fn shrink(widths: &mut [usize], aligns: &[Align], columns: usize) {
    const LEAST: usize = 8;
    const LEAST_OF_LAST: usize = 20;
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    let mut excess = (widths.iter().sum::<usize>() + gaps).saturating_sub(columns);
    if let (Some(last), Some(Align::Left)) = (widths.last_mut(), aligns.last()) {
        let taken = excess.min(last.saturating_sub(LEAST_OF_LAST));
        *last -= taken;
        excess -= taken;
    }
    // The widest gives until it is as wide as the next, so that short columns stay whole.
    while excess > 0 {
        let mut texts: Vec<usize> = (0..widths.len())
            .filter(|&index| aligns[index] == Align::Left && widths[index] > LEAST)
            .collect();
        texts.sort_by_key(|&index| std::cmp::Reverse(widths[index]));
        let Some(&widest) = texts.first() else { return };
        let next = texts.get(1).map_or(LEAST, |&index| widths[index].min(widths[widest] - 1));
        let taken = excess.min(widths[widest] - next);
        widths[widest] -= taken;
        excess -= taken;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column<(&str, u64, &str)>] = &[
        Column::text("SERVICE", |row| Cell::service(Some(row.0))),
        Column::number("REQUESTS", |row| Cell::new(row.1.to_string())),
        Column::wide_number("TWICE", |row| Cell::new((row.1 * 2).to_string())),
        Column::text("NAME", |row| Cell::new(row.2)),
    ];

    const ITEMS: &[(&str, u64, &str)] = &[
        ("checkout", 182, "POST /checkout with a name that is rather long"),
        ("日本", 7, "a\u{1b}[31m\nb"),
        ("", 0, ""),
    ];

    fn look(width: Option<usize>, wide: bool) -> Look {
        Look { width, wide, paint: Paint::Plain }
    }

    #[test]
    fn columns_are_as_wide_as_what_is_in_them() {
        insta::assert_snapshot!(table(COLUMNS, ITEMS, &look(None, false)), @r"
        SERVICE   REQUESTS  NAME
        checkout       182  POST /checkout with a name that is rather long
        日本             7  a␛[31m⏎b
                         0
        ");
    }

    #[test]
    fn the_wide_form_has_more_columns() {
        insta::assert_snapshot!(table(COLUMNS, ITEMS, &look(None, true)), @r"
        SERVICE   REQUESTS  TWICE  NAME
        checkout       182    364  POST /checkout with a name that is rather long
        日本             7     14  a␛[31m⏎b
                         0      0
        ");
    }

    #[test]
    fn a_narrow_terminal_cuts_texts_and_never_numbers() {
        let narrow = table(COLUMNS, ITEMS, &look(Some(42), false));
        assert!(narrow.lines().all(|line| text::width(line) <= 42), "{narrow}");
        insta::assert_snapshot!(narrow, @r"
        SERVICE   REQUESTS  NAME
        checkout       182  POST /checkout with a…
        日本             7  a␛[31m⏎b
                         0
        ");
        insta::assert_snapshot!(table(COLUMNS, ITEMS, &look(Some(10), false)), @r"
        SERVICE   REQUESTS  NAME
        checkout       182  POST /c…
        日本             7  a␛[31m⏎b
                         0
        ");
    }

    #[test]
    fn a_table_that_grows_has_one_header_and_keeps_its_columns() {
        let mut table = Growing::default();
        assert_eq!(table.rows(COLUMNS, &[], &look(None, false)), "");
        let parts = [0..1, 1..3].map(|part| table.rows(COLUMNS, &ITEMS[part], &look(None, false)));
        insta::assert_snapshot!(parts.concat(), @r"
        SERVICE   REQUESTS  NAME
        checkout       182  POST /checkout with a name that is rather long
        日本             7  a␛[31m⏎b
                         0
        ");
    }

    #[test]
    fn no_items_make_no_table() {
        assert_eq!(table(COLUMNS, &[], &look(None, false)), "");
    }
}
