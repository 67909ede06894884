//! How services look: the table, and the drawing of who calls whom.

use ratatui::layout::Rect;
use tfo_sdk::api::NodeKind;

use super::figures::{duration_text, percent, rate_text, sign};
use super::rows::COLUMNS;
use super::{Services, asked_seconds};
use crate::text;
use crate::tui::list::{heading, lay_out, rows};
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::screen::Look;
use crate::tui::screens::logs::{highlight, how_to_send};
use crate::tui::theme::Role;

/// Where everything lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    /// The headings of the table.
    pub(super) heading: Rect,
    /// Its rows.
    pub(super) list: Rect,
    /// The drawing, where the table is.
    pub(super) map: Rect,
    /// What is told of the node that is selected in it.
    status: Rect,
    /// What is told below both.
    foot: Rect,
}

impl Parts {
    /// Columns and rows of the drawing.
    pub(super) fn map_room(&self) -> (usize, usize) {
        (usize::from(self.map.width), usize::from(self.map.height))
    }
}

/// Parts an area.
pub(super) fn parts(area: Rect, has_foot: bool) -> Parts {
    let foot_rows = u16::from(has_foot && area.height > 3);
    let height = area.height - foot_rows;
    let foot = Rect { y: area.y + height, height: foot_rows, ..area };
    let head_rows = height.min(1);
    let heading = Rect { height: head_rows, ..area };
    let list = Rect { y: area.y + head_rows, height: height - head_rows, ..area };
    let status_rows = u16::from(height > 3);
    let map = Rect { height: height - status_rows, ..area };
    let status = Rect { y: area.y + map.height, height: status_rows, ..area };
    Parts { heading, list, map, status, foot }
}

/// Draws the screen.
pub(super) fn view(services: &Services, paper: &mut Paper<'_>, look: &Look<'_>) {
    let is_empty = if services.is_map { services.graph.nodes.is_empty() } else { services.rows.is_empty() };
    if is_empty {
        empty(services, paper, look);
        return;
    }
    let parts = services.parts(paper.area());
    if services.is_map {
        map(services, paper, parts, look);
    } else {
        table(services, paper, parts, look);
    }
    if let Some((text, role)) = services.foot() {
        paper.part(parts.foot).text(1, 0, text, role);
    }
}

fn empty(services: &Services, paper: &mut Paper<'_>, look: &Look<'_>) {
    let is_known = if services.is_map { services.is_graph_known } else { services.is_known };
    if let Some(fault) = &services.fault {
        paper.notice(&[
            piece(fault.clone(), Role::Error),
            piece("", Role::Text),
            piece("r asks again", Role::Dim),
        ]);
    } else if !is_known {
        paper.notice(&look.outlook());
    } else if services.filter.text().is_empty() {
        let range = look.shared.range.shown(look.shared.now, &look.shared.zone);
        let mut lines = vec![piece(format!("no services in {range}"), Role::Text), piece("", Role::Text)];
        lines.extend(how_to_send(look));
        lines.push(piece("", Role::Text));
        lines.push(piece("t changes the time range, - widens it", Role::Dim));
        paper.notice(&lines);
    } else {
        paper.notice(&[
            piece("no request passes the filter", Role::Text),
            piece("", Role::Text),
            piece("u undoes its last change · / edits it · - widens the time range", Role::Dim),
        ]);
    }
}

fn table(services: &Services, paper: &mut Paper<'_>, parts: Parts, look: &Look<'_>) {
    let sorted = Some((services.sort.column(), services.sort.is_descending));
    heading(&mut paper.part(parts.heading), COLUMNS, sorted);
    let mut list = paper.part(parts.list);
    let heights = list.glyphs().heights;
    let mut cursor = services.cursor;
    cursor.keep(services.rows.len(), usize::from(list.height()));
    rows(&mut list, COLUMNS, cursor, services.rows.len(), look.has_focus, |index| {
        match services.rows.get(index) {
            Some(row) => row.cells(services.sparks.drawn(&row.figures.name, &heights)),
            None => Vec::new(),
        }
    });
    let Some((_, x, columns)) = lay_out(COLUMNS, list.width()).into_iter().find(|(column, ..)| *column == 0)
    else {
        return;
    };
    for line in 0..list.height() {
        let Some(row) = cursor.row_at(line, services.rows.len()).and_then(|at| services.rows.get(at)) else {
            break;
        };
        let name = text::row(&row.figures.name);
        highlight(&text::cut(&name, usize::from(columns)), x, line, &mut list, look);
    }
}

fn map(services: &Services, paper: &mut Paper<'_>, parts: Parts, look: &Look<'_>) {
    let chosen = services.chosen();
    let scroll = match chosen {
        Some(node) => services.graph.scrolled(services.scroll, node, parts.map_room()),
        None => (0, 0),
    };
    services.graph.view(&mut paper.part(parts.map), chosen, scroll, look.has_focus);
    let status = status(services);
    let mut line = paper.part(parts.status);
    line.bar(0, Role::Bar);
    line.pieces(1, 0, &status);
}

/// What is told of the node that is selected.
fn status(services: &Services) -> Vec<Piece> {
    let Some(index) = services.chosen() else { return Vec::new() };
    let Some(node) = services.graph.nodes.get(index) else { return Vec::new() };
    let calls = &node.calls;
    let what = match node.node.kind {
        NodeKind::Service => String::new(),
        NodeKind::Database => format!(" ({}: a database)", sign(node.node.kind)),
        NodeKind::Messaging => format!(" ({}: a broker)", sign(node.node.kind)),
        NodeKind::Other => format!(" ({}: it sends no spans)", sign(node.node.kind)),
    };
    let rate = rate_text(calls.requests as f64 / asked_seconds(services.asked));
    let share = percent(calls.errors as f64 / calls.requests.max(1) as f64);
    let (called, callers) = services.graph.neighbours(index);
    vec![
        piece(node.node.name.clone(), Role::Bar),
        piece(format!("{what}  {rate}  "), Role::Bar),
        piece(format!("{share} errors"), if calls.errors > 0 { Role::Error } else { Role::Bar }),
        piece(
            format!("  p50 {}  p95 {}", duration_text(calls.p50_ns), duration_text(calls.p95_ns)),
            Role::Bar,
        ),
        piece(format!("  called by {callers}, calls {called}"), Role::Bar),
    ]
}
