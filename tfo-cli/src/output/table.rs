//! Tables: columns as wide as what is in them, and on a terminal no wider than that.
//!
//! Where the room is too small, each column gives way as its [`Head`] says: times get short, then whole columns go, those
//! first that matter least, and then texts are cut, the last column before others. Numbers, ids and times are never cut:
//! half a number is a wrong number, and half an id names nothing.

use std::borrow::Cow;

use tfo_sdk::Timestamp;

use super::Look;
use super::style::Style;
use crate::text;
use crate::views::{short_time, time};

/// A column of a table of `T`.
pub(crate) struct Column<T> {
    head: Head,
    wide_only: bool,
    cell: fn(&T) -> Cell,
}

/// The title of a column, and how it gives way.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    title: Cow<'static, str>,
    align: Align,
    /// It is cut to so many terminal columns while others have something to give.
    least: usize,
    /// It may go as a whole: of those that may, the one with the lowest number first.
    goes: Option<u8>,
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
    /// Of a time, which has a short form.
    time: Option<Timestamp>,
}

/// Texts are cut to this, and not below.
const LEAST: usize = 8;
/// The last column is cut first, so it gets more.
const LEAST_OF_LAST: usize = 14;
/// What a line is about is cut to this while others have something to give.
const LEAST_OF_NAME: usize = 32;
/// Where nothing is cut, texts beyond this and beyond twice the usual stick out of their column.
const LONG: usize = 80;
/// Never cut.
const WHOLE: usize = usize::MAX;

impl Head {
    /// Of texts, which may be cut, or of numbers, which may not.
    pub(crate) const fn new(title: &'static str, align: Align) -> Self {
        let least = match align {
            Align::Left => LEAST,
            Align::Right => WHOLE,
        };
        Self { title: Cow::Borrowed(title), align, least, goes: None }
    }

    /// With a title that is not known beforehand; it must be clean.
    pub(crate) fn titled(title: String, align: Align) -> Self {
        Self { title: Cow::Owned(title), ..Self::new("", align) }
    }

    /// What the line is about.
    pub(crate) fn name(self) -> Self {
        Self { least: LEAST_OF_NAME, ..self }
    }

    /// What is worth nothing unless it is whole.
    pub(crate) fn whole(self) -> Self {
        Self { least: WHOLE, ..self }
    }

    fn may_be_cut(&self) -> bool {
        self.least != WHOLE
    }
}

impl Cell {
    /// A text from anywhere.
    pub(crate) fn new(content: impl AsRef<str>) -> Self {
        Self { text: text::row(content.as_ref()).into_owned(), style: Style::Normal, time: None }
    }

    /// A time, which is short where there is little room.
    pub(crate) fn time(at: Timestamp) -> Self {
        Self { text: time(at), style: Style::Dim, time: Some(at) }
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

    fn shortened(self, now: Timestamp) -> Self {
        match self.time {
            Some(at) => Self { text: short_time(at, now), ..self },
            None => self,
        }
    }
}

impl<T> Column<T> {
    /// A column of texts.
    pub(crate) const fn text(title: &'static str, cell: fn(&T) -> Cell) -> Self {
        Self { head: Head::new(title, Align::Left), wide_only: false, cell }
    }

    /// A column of numbers.
    pub(crate) const fn number(title: &'static str, cell: fn(&T) -> Cell) -> Self {
        Self { head: Head::new(title, Align::Right), wide_only: false, cell }
    }

    /// A column of names of what the lines are about.
    pub(crate) const fn name(title: &'static str, cell: fn(&T) -> Cell) -> Self {
        let mut column = Self::text(title, cell);
        column.head.least = LEAST_OF_NAME;
        column
    }

    /// A column of ids, times, and what else is worth nothing unless it is whole.
    pub(crate) const fn whole(title: &'static str, cell: fn(&T) -> Cell) -> Self {
        let mut column = Self::text(title, cell);
        column.head.least = WHOLE;
        column
    }

    /// A column of texts that only the wide form has.
    pub(crate) const fn wide_text(title: &'static str, cell: fn(&T) -> Cell) -> Self {
        Self { head: Head::new(title, Align::Left), wide_only: true, cell }
    }

    /// A column of numbers that only the wide form has.
    pub(crate) const fn wide_number(title: &'static str, cell: fn(&T) -> Cell) -> Self {
        Self { head: Head::new(title, Align::Right), wide_only: true, cell }
    }

    /// A column that goes as a whole where the room is too small: the column with the lowest number first.
    pub(crate) const fn goes(order: u8, mut column: Self) -> Self {
        column.head.goes = Some(order);
        column
    }
}

/// The table of these items, header and lines, each ending in a line break; nothing at all without items.
pub(crate) fn table<T>(columns: &[Column<T>], items: &[T], look: &Look) -> String {
    Growing::default().rows(columns, items, look)
}

/// The table of these cells, of as many in a row as there are heads.
pub(crate) fn render(heads: &[Head], rows: Vec<Vec<Cell>>, look: &Look) -> String {
    Growing::default().render(heads, rows, look)
}

/// A table whose items come bit by bit: the header comes once, what it shows stays, and no column gets narrower.
#[derive(Debug, Default)]
pub(crate) struct Growing {
    /// What the first items have led to.
    layout: Option<Layout>,
}

/// What is shown of a table.
#[derive(Debug)]
struct Layout {
    /// The columns that are left, by their place among all.
    columns: Vec<usize>,
    /// As wide as what was in them so far.
    widths: Vec<usize>,
    /// Times are short.
    is_short: bool,
}

impl Growing {
    /// The lines of these items, behind the header if they are the first.
    pub(crate) fn rows<T>(&mut self, columns: &[Column<T>], items: &[T], look: &Look) -> String {
        let columns: Vec<&Column<T>> =
            columns.iter().filter(|column| look.wide || !column.wide_only).collect();
        let heads: Vec<Head> = columns.iter().map(|column| column.head.clone()).collect();
        let cells = |item: &T| columns.iter().map(|column| (column.cell)(item)).collect();
        self.render(&heads, items.iter().map(cells).collect(), look)
    }

    fn render(&mut self, heads: &[Head], rows: Vec<Vec<Cell>>, look: &Look) -> String {
        if rows.is_empty() {
            return String::new();
        }
        let title = |head: &Head| Cell { style: Style::Title, text: head.title.to_string(), time: None };
        let header = self.layout.is_none().then(|| heads.iter().map(title).collect());
        let mut rows: Vec<Vec<Cell>> = header.into_iter().chain(rows).collect();
        let layout = self.layout.get_or_insert_with(|| Layout::fitting(heads, &mut rows, look));
        layout.take_in(heads, &mut rows, look);
        let heads: Vec<&Head> = layout.columns.iter().map(|&column| &heads[column]).collect();
        let mut widths = layout.widths.clone();
        if let Some(room) = look.width {
            shrink(&mut widths, &heads, room);
        }
        let mut out = String::new();
        for row in &rows {
            let cells: Vec<&Cell> = layout.columns.iter().filter_map(|&column| row.get(column)).collect();
            push_row(&mut out, &cells, &widths, &heads, look);
        }
        out
    }
}

impl Layout {
    /// As much as there is room for.
    fn fitting(heads: &[Head], rows: &mut [Vec<Cell>], look: &Look) -> Self {
        let columns = (0..heads.len()).collect();
        let mut layout = Self { columns, widths: vec![0; heads.len()], is_short: false };
        layout.take_in(heads, rows, look);
        let Some(room) = look.width else { return layout };
        if !layout.fits(heads, room) {
            layout.is_short = true;
            layout.widths.fill(0);
            layout.take_in(heads, rows, look);
        }
        while !layout.fits(heads, room) {
            let goes = |&at: &usize| heads[layout.columns[at]].goes;
            let candidates = (0..layout.columns.len()).filter(|at| goes(at).is_some());
            let Some(at) = candidates.min_by_key(goes) else { break };
            layout.columns.remove(at);
            layout.widths.remove(at);
        }
        layout
    }

    /// Makes room for these rows, whose times are short afterwards if those of the table are.
    fn take_in(&mut self, heads: &[Head], rows: &mut [Vec<Cell>], look: &Look) {
        for row in rows.iter_mut() {
            if self.is_short {
                for cell in row.iter_mut() {
                    *cell = std::mem::replace(cell, Cell::absent()).shortened(look.now);
                }
            }
        }
        for (&column, width) in self.columns.iter().zip(&mut self.widths) {
            let cells = rows.iter().filter_map(|row| row.get(column));
            let widths: Vec<usize> = cells.map(|cell| text::width(&cell.text)).collect();
            *width = (*width).max(match (look.width, heads[column].align) {
                (None, Align::Left) => usual(widths),
                _ => widths.into_iter().max().unwrap_or(0),
            });
        }
    }

    /// Whether the columns find room when each is as narrow as it should get.
    fn fits(&self, heads: &[Head], room: usize) -> bool {
        let last = self.columns.len().saturating_sub(1);
        let least = self.columns.iter().zip(&self.widths).enumerate().map(|(at, (&column, &width))| {
            let least = heads[column].least;
            width.min(if at == last { least.max(LEAST_OF_LAST) } else { least })
        });
        least.sum::<usize>() + GAP.len() * last <= room
    }
}

/// The width of the widest that is not far beyond the others: one long name does not move a whole column away.
fn usual(mut widths: Vec<usize>) -> usize {
    widths.sort_unstable();
    let most = widths.get(widths.len() / 2).map_or(LONG, |median| LONG.max(median * 2));
    widths.into_iter().rfind(|width| *width <= most).unwrap_or(0)
}

const GAP: &str = "  ";

fn push_row(out: &mut String, row: &[&Cell], widths: &[usize], heads: &[&Head], look: &Look) {
    let last = row.len().saturating_sub(1);
    for (index, ((cell, &width), head)) in row.iter().zip(widths).zip(heads).enumerate() {
        let shown =
            if look.width.is_some() { text::cut(&cell.text, width) } else { Cow::Borrowed(&*cell.text) };
        let padding = " ".repeat(width.saturating_sub(text::width(&shown)));
        let painted = look.paint.apply(cell.style, &shown);
        match head.align {
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
fn shrink(widths: &mut [usize], heads: &[&Head], room: usize) {
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    let mut excess = (widths.iter().sum::<usize>() + gaps).saturating_sub(room);
    if let (Some(last), Some(true)) = (widths.last_mut(), heads.last().map(|head| head.may_be_cut())) {
        let taken = excess.min(last.saturating_sub(LEAST_OF_LAST));
        *last -= taken;
        excess -= taken;
    }
    let least: Vec<usize> = heads.iter().map(|head| head.least).collect();
    excess = level(widths, &least, excess);
    // Better half a name than a line that wraps.
    let least: Vec<usize> = heads.iter().map(|head| if head.may_be_cut() { LEAST } else { WHOLE }).collect();
    level(widths, &least, excess);
}

/// The widest gives until it is as wide as the next, so that short columns stay whole. What could not be taken is left.
fn level(widths: &mut [usize], least: &[usize], mut excess: usize) -> usize {
    while excess > 0 {
        let mut texts: Vec<usize> = (0..widths.len()).filter(|&index| widths[index] > least[index]).collect();
        texts.sort_by_key(|&index| std::cmp::Reverse(widths[index]));
        let Some(&widest) = texts.first() else { return excess };
        let next = texts.get(1).map_or(0, |&index| widths[index].min(widths[widest] - 1));
        let taken = excess.min(widths[widest] - next.max(least[widest]));
        widths[widest] -= taken;
        excess -= taken;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::style::Paint;

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
        Look { width, wide, paint: Paint::Plain, now: NOW }
    }

    /// 2026-11-25T12:00:00Z
    const NOW: Timestamp = Timestamp(1_795_608_000_000_000_000);

    const TRACES: &[Column<(i64, &str, u64)>] = &[
        Column::whole("TIME", |row| Cell::time(Timestamp(NOW.0 - row.0 * 1_000_000_000))),
        Column::whole("ID", |row| Cell::new(format!("{:032x}", row.2))),
        Column::goes(2, Column::number("SPANS", |row| Cell::new(row.2.to_string()))),
        Column::goes(1, Column::text("SERVICE", |_| Cell::new("checkout"))),
        Column::text("NAME", |row| Cell::new(row.1)),
    ];

    const LINES: &[(i64, &str, u64)] =
        &[(40_000_000, "GET /products/{id}", 7), (86_400, "GET /", 7), (60, "POST /checkout", 3)];

    #[test]
    fn a_narrow_terminal_shortens_times_then_leaves_columns_out_and_never_cuts_an_id() {
        let shown = |width| table(TRACES, LINES, &look(Some(width), false));
        insta::assert_snapshot!(shown(101), @r"
        TIME                      ID                                SPANS  SERVICE   NAME
        2025-08-19T12:53:20.000Z  00000000000000000000000000000007      7  checkout  GET /products/{id}
        2026-11-24T12:00:00.000Z  00000000000000000000000000000007      7  checkout  GET /
        2026-11-25T11:59:00.000Z  00000000000000000000000000000003      3  checkout  POST /checkout
        ");
        insta::assert_snapshot!(shown(80), @r"
        TIME          ID                                SPANS  SERVICE   NAME
        2025-08-19    00000000000000000000000000000007      7  checkout  GET /products/…
        11-24 12:00   00000000000000000000000000000007      7  checkout  GET /
        11:59:00.000  00000000000000000000000000000003      3  checkout  POST /checkout
        ");
        insta::assert_snapshot!(shown(65), @r"
        TIME          ID                                NAME
        2025-08-19    00000000000000000000000000000007  GET /products/{i…
        11-24 12:00   00000000000000000000000000000007  GET /
        11:59:00.000  00000000000000000000000000000003  POST /checkout
        ");
    }

    #[test]
    fn a_table_that_grows_keeps_the_columns_that_it_began_with() {
        let mut table = Growing::default();
        let look = look(Some(70), false);
        let parts = [2..3, 0..2].map(|part| table.rows(TRACES, &LINES[part], &look));
        insta::assert_snapshot!(parts.concat(), @r"
        TIME          ID                                SPANS  NAME
        11:59:00.000  00000000000000000000000000000003      3  POST /checkout
        2025-08-19    00000000000000000000000000000007      7  GET /products/…
        11-24 12:00   00000000000000000000000000000007      7  GET /
        ");
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
    fn one_long_name_does_not_pad_all_others_where_nothing_is_cut() {
        let long: &str = "x".repeat(300).leak();
        let items = [("checkout", 182, "a"), (long, 7, "b"), ("cart", 7, "c")];
        let shown = table(COLUMNS, &items, &look(None, false));
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[1], "checkout       182  a");
        assert_eq!(lines[2], format!("{long}         7  b"));
    }

    #[test]
    fn no_items_make_no_table() {
        assert_eq!(table(COLUMNS, &[], &look(None, false)), "");
    }
}
