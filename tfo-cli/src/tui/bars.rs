//! Counts over time as columns, with a stretch of it marked: what stands above a list.

use ratatui::layout::Rect;
use tfo_sdk::Timestamp;

use super::paper::Paper;
use super::range::{Range, civil};
use super::screen::Shared;
use super::theme::Role;

/// Rows that the columns take, with the axis below them.
pub(crate) const ROWS: u16 = 3;

/// A column: all there is, and how much of it are errors and warnings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Bar {
    /// All.
    pub(crate) total: u64,
    /// Of them, warnings.
    pub(crate) warnings: u64,
    /// Of them, errors.
    pub(crate) errors: u64,
}

/// Something that is counted over time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bars {
    /// Where the first column starts.
    pub(crate) from: Timestamp,
    /// How long a column is, in nanoseconds; never 0 where there are columns.
    pub(crate) step_ns: i64,
    /// The columns, from the first on without a gap.
    pub(crate) bars: Vec<Bar>,
}

/// A stretch of columns that is being marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Brush {
    /// Where it began.
    pub(crate) from: u16,
    /// Where it is now.
    pub(crate) to: u16,
}

impl Brush {
    /// Its first column and the one behind its last.
    pub(crate) fn ends(self) -> (u16, u16) {
        (self.from.min(self.to), self.from.max(self.to).saturating_add(1))
    }

    /// Moved by so many columns, within so many.
    pub(crate) fn moved(self, by: i32, columns: u16) -> Self {
        let to = i32::from(self.to).saturating_add(by).clamp(0, i32::from(columns.saturating_sub(1)));
        Self { to: u16::try_from(to).unwrap_or(0), ..self }
    }

    /// The time that it marks.
    pub(crate) fn range(self, columns: u16, bounds: (Timestamp, Timestamp)) -> Range {
        let (from, to) = self.ends();
        Range::between(time_at(from, columns, bounds), time_at(to, columns, bounds))
    }
}

/// The time at the left edge of a column.
pub(crate) fn time_at(column: u16, columns: u16, (from, to): (Timestamp, Timestamp)) -> Timestamp {
    let length = to.0.saturating_sub(from.0) as f64;
    Timestamp(from.0.saturating_add((length * f64::from(column) / f64::from(columns.max(1))) as i64))
}

/// The column of a time; `None` outside.
pub(crate) fn column_of(time: Timestamp, columns: u16, (from, to): (Timestamp, Timestamp)) -> Option<u16> {
    if time < from || time >= to {
        return None;
    }
    let share = time.0.saturating_sub(from.0) as f64 / to.0.saturating_sub(from.0).max(1) as f64;
    Some(((share * f64::from(columns)) as u16).min(columns.saturating_sub(1)))
}

/// How long a step must be for at most so many columns: the next one that people would choose, as a request has it.
pub(crate) fn step_for(range: Range, columns: u16) -> std::time::Duration {
    const ROUND: [u64; 24] = [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000,
        300_000, 600_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000, 86_400_000,
    ];
    let wanted = range.length() as f64 / 1e6 / f64::from(columns.max(1));
    let ms = ROUND
        .into_iter()
        .find(|ms| *ms as f64 >= wanted)
        .unwrap_or_else(|| (wanted / 86_400_000.0).ceil() as u64 * 86_400_000);
    std::time::Duration::from_millis(ms)
}

/// Draws the columns into the upper rows and the axis into the last.
pub(crate) fn view(
    paper: &mut Paper<'_>,
    bars: &Bars,
    bounds: (Timestamp, Timestamp),
    brush: Option<Brush>,
    selected: Option<Timestamp>,
    shared: &Shared,
) {
    let (width, height) = (paper.width(), paper.height());
    if height < 2 || width == 0 {
        return;
    }
    let rows = height - 1;
    let columns = summed(bars, bounds, width);
    let most = columns.iter().map(|bar| bar.total).max().unwrap_or(0).max(1);
    let heights = paper.glyphs().heights;
    let eighths = u64::from(rows) * 8;
    for (x, bar) in (0..width).zip(&columns) {
        // Whatever there is, is seen.
        let scaled = |count: u64| if count == 0 { 0 } else { (count * eighths / most).max(1) };
        let (total, errors) = (scaled(bar.total), scaled(bar.errors));
        let warnings = errors + scaled(bar.warnings);
        for row in 0..rows {
            let below = u64::from(rows - 1 - row) * 8;
            let filled = total.saturating_sub(below).min(8);
            if filled == 0 {
                continue;
            }
            let role = if errors > below {
                Role::Error
            } else if warnings > below {
                Role::Warning
            } else {
                Role::Info
            };
            paper.glyph(x, row, heights[(filled - 1) as usize], role);
        }
    }
    axis(paper, rows, bounds, shared);
    if let Some(column) = selected.and_then(|time| column_of(time, width, bounds)) {
        paper.lay(column, rows, 1, Role::Match);
    }
    if let Some(brush) = brush {
        let (from, to) = brush.ends();
        for y in 0..height {
            paper.lay(from, y, to - from, Role::Match);
        }
    }
}

/// The columns of the screen: each what lies in its stretch of time. A step that is wider than a column fills what it
/// covers.
fn summed(bars: &Bars, bounds: (Timestamp, Timestamp), width: u16) -> Vec<Bar> {
    let mut columns = vec![Bar::default(); usize::from(width)];
    for (index, bar) in bars.bars.iter().enumerate().filter(|(_, bar)| bar.total > 0) {
        let start =
            bars.from.0.saturating_add(bars.step_ns.saturating_mul(i64::try_from(index).unwrap_or(0)));
        for column in covered(start, bars.step_ns, bounds, width) {
            let sum = &mut columns[column];
            sum.total += bar.total;
            sum.warnings += bar.warnings;
            sum.errors += bar.errors;
        }
    }
    columns
}

/// The columns that a step covers, at least one where there are any: those of neighbouring steps neither overlap nor
/// leave a gap.
pub(crate) fn covered(
    start: i64,
    step_ns: i64,
    bounds: (Timestamp, Timestamp),
    width: u16,
) -> std::ops::Range<usize> {
    let length = bounds.1.0.saturating_sub(bounds.0.0).max(1) as f64;
    let column = |time: i64| {
        let share = time.saturating_sub(bounds.0.0) as f64 / length;
        (share * f64::from(width)).floor().clamp(0.0, f64::from(width)) as usize
    };
    let last = usize::from(width).saturating_sub(1);
    let from = column(start).min(last);
    let to = column(start.saturating_add(step_ns)).max(from + 1).min(usize::from(width));
    from..to
}

/// Times below a drawing, as many as have room.
pub(crate) fn axis(paper: &mut Paper<'_>, y: u16, bounds: (Timestamp, Timestamp), shared: &Shared) {
    let width = paper.width();
    let length = bounds.1.0.saturating_sub(bounds.0.0);
    let format = if length > 2 * 86_400_000_000_000 {
        "%m-%d %H:%M"
    } else if length > 600_000_000_000 {
        "%H:%M"
    } else if length > 5_000_000_000 {
        "%H:%M:%S"
    } else {
        "%H:%M:%S%.3f"
    };
    let label = |time| civil(time, &shared.zone).strftime(format).to_string();
    let columns = super::list::columns_of(&label(bounds.0)) + 3;
    let count = (width / columns.max(1)).clamp(1, 12);
    for index in 0..count {
        let x = u16::try_from(u32::from(width) * u32::from(index) / u32::from(count)).unwrap_or(0);
        let x = if index == 0 { 0 } else { x };
        paper.text(x, y, &label(time_at(x, width, bounds)), Role::Dim);
    }
}

/// Columns without a gap, from those that have something.
pub(crate) fn dense(bars: &[(Timestamp, Bar)], step_ns: i64) -> Bars {
    /// More than any screen has columns: a step that does not fit its range is not drawn.
    const MOST: i64 = 10_000;
    let (Some((from, _)), Some((last, _))) = (bars.first(), bars.last()) else { return Bars::default() };
    if step_ns <= 0 {
        return Bars::default();
    }
    let count = last.0.saturating_sub(from.0) / step_ns + 1;
    let mut dense = vec![Bar::default(); usize::try_from(count.clamp(0, MOST)).unwrap_or(0)];
    for (time, bar) in bars {
        let index = usize::try_from(time.0.saturating_sub(from.0) / step_ns).unwrap_or(usize::MAX);
        if let Some(place) = dense.get_mut(index) {
            *place = *bar;
        }
    }
    Bars { from: *from, step_ns, bars: dense }
}

/// The part of an area for columns over a list; none where there is no room.
pub(crate) fn split(area: Rect) -> (Rect, Rect) {
    let rows = if area.height >= 14 { ROWS } else { 0 };
    (Rect { height: rows, ..area }, Rect { y: area.y + rows, height: area.height - rows, ..area })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds() -> (Timestamp, Timestamp) {
        (Timestamp(0), Timestamp(100_000_000_000))
    }

    #[test]
    fn every_count_is_in_one_column() {
        let bar = Bar { total: 3, warnings: 1, errors: 1 };
        let bars = Bars { from: Timestamp(-1), step_ns: 1_000_000_000, bars: vec![bar; 101] };
        for width in [1, 7, 50, 100, 300] {
            let columns = summed(&bars, bounds(), width);
            let total: u64 = columns.iter().map(|bar| bar.total).sum();
            assert!(width > 100 || total == 303, "{width}: {total}");
            assert!(columns.iter().all(|bar| bar.total > 0), "{width}: a gap");
        }
    }

    #[test]
    fn a_brush_marks_what_lies_under_it() {
        let brush = Brush { from: 20, to: 9 };
        assert_eq!(brush.ends(), (9, 21));
        let Range::Between(from, to) = brush.range(100, bounds()) else { panic!() };
        assert_eq!((from.0, to.0), (9_000_000_000, 21_000_000_000));
        assert_eq!(brush.moved(-50, 100).to, 0);
        assert_eq!(brush.moved(500, 100).to, 99);
        assert_eq!(column_of(Timestamp(9_500_000_000), 100, bounds()), Some(9));
        assert_eq!(column_of(Timestamp(100_000_000_000), 100, bounds()), None);
    }

    #[test]
    fn steps_are_round() {
        let step = |seconds, columns| {
            step_for(Range::Last(std::time::Duration::from_secs(seconds)), columns).as_millis()
        };
        assert_eq!(step(900, 100), 10_000);
        assert_eq!(step(900, 0), 1_800_000);
        assert_eq!(step(86_400 * 365, 10), 37 * 86_400_000);
    }
}
