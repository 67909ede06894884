//! Where one is on the screen of a service, and where one goes from there.

use ratatui::layout::Rect;
use tfo_sdk::api::NodeKind;

use super::sections::{self, Neighbour, Parts, SECTIONS, SORTED, Section, arrange, parts};
use super::{ERROR_TERM, Service};
use crate::tui::bars::{Brush, column_of};
use crate::tui::filter_bar::quoted;
use crate::tui::keys::{Action, act};
use crate::tui::link::Link;
use crate::tui::list::{Cursor, lay_out};
use crate::tui::screen::Cx;
use crate::tui::screens::services::figures::Sort;
use crate::tui::theme::Role;

impl Service {
    /// How many there are in the list, and where one is in it.
    pub(super) fn list(&mut self) -> (usize, &mut Cursor) {
        match self.section {
            Section::Operations => (self.operations.items.len(), &mut self.operations.cursor),
            Section::Callers => (self.callers.items.len(), &mut self.callers.cursor),
            Section::Calls => (self.calls.items.len(), &mut self.calls.cursor),
            Section::Errors => (self.errors.items.len(), &mut self.errors.cursor),
        }
    }

    /// Keeps the cursor in its list, and on the screen.
    pub(super) fn settle(&mut self, area: Rect) {
        let (length, cursor) = self.list();
        cursor.keep(length, usize::from(parts(area).list.height));
    }

    pub(super) fn move_list(&mut self, action: Action, area: Rect) -> bool {
        let (length, cursor) = self.list();
        cursor.act(action, length, usize::from(parts(area).list.height))
    }

    pub(super) fn wheel(&mut self, rows: i32, area: Rect) {
        let (length, cursor) = self.list();
        cursor.step(i64::from(rows), length, usize::from(parts(area).list.height));
    }

    /// Sorts the operations, and shows them.
    pub(super) fn sort(&mut self, sort: Sort, area: Rect) {
        self.sort = sort;
        self.section = Section::Operations;
        arrange(&mut self.operations.items, sort);
        // One sorts to see what comes first.
        self.operations.cursor = Cursor::default();
        self.settle(area);
    }

    /// Goes into what the cursor is on.
    pub(super) fn open_selected(&self, cx: &mut Cx<'_>) {
        match self.section {
            Section::Operations => {
                if let Some(asked) = self.operations.selected() {
                    let name = asked.name.as_ref().map(|name| format!(" name={}", quoted(name)));
                    let filter = self.filter_of(&name.unwrap_or_default());
                    cx.open(Link::to("traces").with("filter", filter));
                }
            }
            Section::Callers => open_neighbour(self.callers.selected(), cx),
            Section::Calls => open_neighbour(self.calls.selected(), cx),
            Section::Errors => {
                let Some(record) = self.errors.selected() else { return };
                match record.trace_id {
                    Some(trace) => {
                        let span = record.span_id.map(|span| span.to_string()).unwrap_or_default();
                        cx.open(Link::to("trace").id(trace.to_string()).with("span", span));
                    }
                    None => {
                        let filter = self.filter_of(ERROR_TERM);
                        let link = Link::to("logs").with("filter", filter);
                        cx.open(link.with("record", record.id.to_string()));
                    }
                }
            }
        }
    }

    /// Goes to the trace of the newest error; where no error log record has one, to the traces that failed.
    pub(super) fn open_newest_error(&self, cx: &mut Cx<'_>) {
        let traced = self.errors.items.iter().find_map(|record| Some((record.trace_id?, record.span_id)));
        let has_failed = self.now.as_ref().is_some_and(|figures| figures.errors > 0);
        if let Some((trace, span)) = traced {
            let span = span.map(|span| span.to_string()).unwrap_or_default();
            cx.open(Link::to("trace").id(trace.to_string()).with("span", span));
        } else if has_failed {
            cx.open(Link::to("traces").with("filter", self.filter_of(" status:error")));
        } else if !self.errors.items.is_empty() {
            cx.open(Link::to("logs").with("filter", self.filter_of(ERROR_TERM)));
        } else {
            cx.say("no error in this range", Role::Dim);
        }
    }

    /// Begins to mark a stretch of time: where the cursor is, or in the middle.
    pub(super) fn begin_brush(&mut self, cx: &mut Cx<'_>) {
        if parts(cx.area).bars.height == 0 {
            cx.say("the screen is too low for what is marked", Role::Dim);
            return;
        }
        let columns = cx.area.width;
        let bounds = cx.shared.range.bounds(cx.shared.now);
        let at =
            self.selected_time().and_then(|time| column_of(time, columns, bounds)).unwrap_or(columns / 2);
        self.brush = Some(Brush { from: at, to: at });
        cx.say("h and l mark a stretch of time, v zooms into it, Esc gives up", Role::Info);
    }

    pub(super) fn act_on_brush(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let Some(brush) = self.brush else { return false };
        let columns = cx.area.width;
        match action {
            act::LEFT => self.brush = Some(brush.moved(-1, columns)),
            act::RIGHT => self.brush = Some(brush.moved(1, columns)),
            act::UP | act::PAGE_UP => self.brush = Some(brush.moved(-10, columns)),
            act::DOWN | act::PAGE_DOWN => self.brush = Some(brush.moved(10, columns)),
            act::BRUSH | act::ENTER => {
                self.brush = None;
                let bounds = cx.shared.range.bounds(cx.shared.now);
                cx.set_range(brush.range(columns, bounds));
            }
            act::CLOSE => self.brush = None,
            _ => return false,
        }
        true
    }

    /// The time of the error that the cursor is on.
    pub(super) fn selected_time(&self) -> Option<tfo_sdk::Timestamp> {
        let record = self.errors.selected().filter(|_| self.section == Section::Errors)?;
        Some(record.timestamp)
    }

    /// How many there are in each list, where that is known.
    pub(super) fn lengths(&self) -> [Option<usize>; SECTIONS.len()] {
        [
            self.operations.is_known.then_some(self.operations.items.len()),
            self.callers.is_known.then_some(self.callers.items.len()),
            self.calls.is_known.then_some(self.calls.items.len()),
            self.errors.is_known.then_some(self.errors.items.len()),
        ]
    }

    pub(super) fn click(&mut self, x: u16, y: u16, parts: Parts, cx: &mut Cx<'_>) {
        let at = (x, y).into();
        if parts.tabs.contains(at) {
            let clicked = sections::tabs(self.lengths()).into_iter().rev().find(|(_, from, _)| x >= *from);
            if let Some((section, ..)) = clicked {
                self.section = section;
            }
        } else if parts.heading.contains(at) && self.section == Section::Operations {
            let places = lay_out(sections::OPERATIONS, parts.heading.width);
            // The gap behind a column is its own.
            let clicked = places.into_iter().find(|(_, from, columns)| (*from..=from + columns).contains(&x));
            if let Some(sort) = clicked.and_then(|(column, ..)| self.sort.clicked(column, SORTED)) {
                self.sort(sort, cx.area);
            }
        } else if parts.list.contains(at) {
            let (length, cursor) = self.list();
            if let Some(row) = cursor.row_at(y - parts.list.y, length) {
                let was = cursor.at;
                cursor.at = row;
                if was == row {
                    self.open_selected(cx);
                }
            }
        }
        self.settle(cx.area);
    }
}

fn open_neighbour(neighbour: Option<&Neighbour>, cx: &mut Cx<'_>) {
    let Some(neighbour) = neighbour else { return };
    match neighbour.node.kind {
        NodeKind::Service => cx.open(Link::to("service").id(neighbour.node.name.clone())),
        _ => cx.say("it sends no spans itself: what is known of it are the calls to it", Role::Dim),
    }
}
