//! A heat map of durations over time, drawn in rows and columns of characters.

use tfo_sdk::Timestamp;
use tfo_sdk::api::LatencyHeatMap;
use tfo_sdk::time::format_duration;

use crate::tui::bars::{axis, covered};
use crate::tui::paper::Paper;
use crate::tui::screen::Shared;
use crate::tui::theme::Role;

/// Spans of a cell of the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) count: u64,
    pub(super) errors: u64,
}

/// The cells, the longest durations in the first row.
pub(super) fn cells(
    latency: &LatencyHeatMap,
    bounds: (Timestamp, Timestamp),
    width: u16,
    rows: u16,
) -> Vec<Vec<Cell>> {
    let mut cells = vec![vec![Cell::default(); usize::from(width)]; usize::from(rows)];
    let bands = latency.bounds_ns.len().saturating_sub(1);
    for column in &latency.columns {
        let covered = covered(column.timestamp.0, latency.step_ns, bounds, width);
        for (band, count) in column.counts.iter().enumerate().take(bands).filter(|(_, count)| **count > 0) {
            let Some(row) = row_of(band, bands, rows) else { continue };
            let errors = column.errors.get(band).copied().unwrap_or(0);
            for cell in cells[usize::from(row)].iter_mut().take(covered.end).skip(covered.start) {
                cell.count += count;
                cell.errors += errors;
            }
        }
    }
    cells
}

/// The row of a band: the last band is on top.
fn row_of(band: usize, bands: usize, rows: u16) -> Option<u16> {
    let row = (band * usize::from(rows)).checked_div(bands)?;
    u16::try_from(usize::from(rows).checked_sub(row + 1)?).ok()
}

/// The durations from one row to another, both included.
pub(super) fn durations(latency: &LatencyHeatMap, rows: u16, a: u16, b: u16) -> Option<(i64, i64)> {
    let bands = latency.bounds_ns.len().checked_sub(1).filter(|bands| *bands > 0)?;
    let (top, bottom) = (a.min(b).min(rows.saturating_sub(1)), a.max(b).min(rows.saturating_sub(1)));
    let rows = usize::from(rows.max(1));
    let first = (rows - 1 - usize::from(bottom)) * bands / rows;
    let last = ((rows - usize::from(top)) * bands).div_ceil(rows);
    Some((*latency.bounds_ns.get(first)?, *latency.bounds_ns.get(last.min(bands))?))
}

/// Draws it, with durations at its left and times below.
pub(super) fn view(
    paper: &mut Paper<'_>,
    latency: &LatencyHeatMap,
    bounds: (Timestamp, Timestamp),
    shared: &Shared,
) {
    let rows = paper.height().saturating_sub(1);
    let cells = cells(latency, bounds, paper.width(), rows);
    let most = cells.iter().flatten().map(|cell| cell.count).max().unwrap_or(0).max(1);
    let shades = paper.glyphs().shades;
    for (y, row) in (0u16..).zip(&cells) {
        for (x, cell) in (0u16..).zip(row).filter(|(_, cell)| cell.count > 0) {
            // By logarithm: a thousand must not hide ten.
            let share = (cell.count as f64).ln_1p() / (most as f64).ln_1p();
            let level = ((share * 7.0).round() as u8).min(7);
            let role = if cell.errors > 0 { Role::Error } else { Role::Heat(level) };
            paper.glyph(x, y, shades[usize::from(level / 2)], role);
        }
    }
    if let (Some(shortest), Some(longest)) = (latency.bounds_ns.first(), latency.bounds_ns.last()) {
        paper.text(0, 0, &format_duration(*longest), Role::Dim);
        paper.text(0, rows.saturating_sub(1), &format_duration(*shortest), Role::Dim);
    }
    axis(paper, rows, bounds, shared);
}
