//! The time axis of a waterfall and the bars on it.

use tfo_sdk::Timestamp;
use tfo_sdk::api::{Trace, TraceSpan};
use tfo_sdk::time::format_duration;

use super::Glyphs;
use crate::output::style::{Paint, Style};
use crate::text;

/// From times to cells.
pub(super) struct Axis {
    start: Timestamp,
    duration: i64,
    cells: usize,
}

impl Axis {
    /// The whole trace over this many cells.
    pub(super) fn new(trace: &Trace, cells: usize) -> Self {
        Self { start: trace.timestamp, duration: trace.duration_ns.max(1), cells }
    }

    /// The times at the start, the end and between.
    pub(super) fn ticks(&self, paint: Paint) -> String {
        const ROOM: usize = 12;
        let parts = (self.cells / ROOM).clamp(1, 4).min(usize::try_from(self.duration).unwrap_or(1));
        let last = format_duration(self.duration);
        // The last one ends where the axis does; those between stand at their place, if there is room.
        let last_place = self.cells.saturating_sub(text::width(&last));
        let mut line = "0".to_owned();
        for part in 1..parts {
            let nanos = i128::from(self.duration) * part as i128 / parts as i128;
            let tick = format_duration(i64::try_from(nanos).unwrap_or(i64::MAX));
            let place = self.cells * part / parts;
            if place + text::width(&tick) + 2 <= last_place {
                let gap = place.saturating_sub(text::width(&line));
                line.extend([" ".repeat(gap).as_str(), &tick]);
            }
        }
        let gap = last_place.saturating_sub(text::width(&line));
        line.extend([" ".repeat(gap).as_str(), &last]);
        paint.apply(Style::Dim, &line)
    }

    /// The bar of a span, with the blanks before it.
    pub(super) fn bar(&self, row: &TraceSpan, glyphs: &Glyphs, paint: Paint) -> String {
        let start = row.span.timestamp;
        let end = row.span.end_timestamp.unwrap_or(start).max(start);
        let first = self.cell(start).min(self.cells - 1);
        let last = self.cell(end).clamp(first + 1, self.cells);
        let mut cells = vec![glyphs.other; last - first];
        for segment in &row.critical_path {
            let from = self.cell(segment.start).clamp(first, last) - first;
            let to = self.cell(segment.end).clamp(first, last) - first;
            cells[from..to].fill(glyphs.critical);
        }
        // A path too short for a cell is still on the path.
        if !row.critical_path.is_empty()
            && !cells.contains(&glyphs.critical)
            && let Some(segment) = row.critical_path.first()
        {
            let at = self.cell(segment.start).clamp(first, last - 1) - first;
            cells[at] = glyphs.critical;
        }
        let bar: String = cells.iter().collect();
        let style = Style::service(row.span.service_name.as_deref().unwrap_or_default());
        let mut out = format!("{}{}", " ".repeat(first), paint.apply(style, &bar));
        if row.span.is_error() {
            // Beside the bar where there is room, else in its last cell.
            if last == self.cells {
                let bar: String = cells[..cells.len() - 1].iter().collect();
                out = format!("{}{}", " ".repeat(first), paint.apply(style, &bar));
            }
            out.push_str(&paint.apply(Style::Error, &glyphs.error.to_string()));
        }
        out
    }

    /// The cell border nearest to a time.
    fn cell(&self, time: Timestamp) -> usize {
        let offset =
            (i128::from(time.nanos()) - i128::from(self.start.nanos())).clamp(0, i128::from(self.duration));
        let cell =
            (offset * self.cells as i128 * 2 + i128::from(self.duration)) / (i128::from(self.duration) * 2);
        usize::try_from(cell).unwrap_or(0)
    }
}
