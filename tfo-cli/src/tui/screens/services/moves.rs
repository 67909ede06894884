//! Where one is among the services, and how one gets elsewhere.

use ratatui::layout::Rect;
use tfo_sdk::api::{NodeKind, NodeRef};

use super::figures::{BY, Sort};
use super::graph::Towards;
use super::{OF_MAP, Services, draw, rows};
use crate::tui::keys::{Action, act};
use crate::tui::link::Link;
use crate::tui::list::{Cursor, lay_out};
use crate::tui::screen::Cx;
use crate::tui::theme::Role;

impl Services {
    pub(super) fn list_height(&self, area: Rect) -> usize {
        usize::from(self.parts(area).list.height).max(1)
    }

    /// Where everything lies in an area.
    pub(super) fn parts(&self, area: Rect) -> draw::Parts {
        draw::parts(area, self.foot().is_some())
    }

    /// Keeps what is selected on the screen.
    pub(super) fn settle(&mut self, area: Rect) {
        let height = self.list_height(area);
        self.cursor.keep(self.rows.len(), height);
        if let Some(node) = self.chosen() {
            self.scroll = self.graph.scrolled(self.scroll, node, self.parts(area).map_room());
        }
    }

    /// The cursor goes with its service.
    pub(super) fn find_selected(&mut self) {
        let found = self
            .selected
            .as_ref()
            .and_then(|name| self.rows.iter().position(|row| row.figures.name == *name));
        if let Some(at) = found {
            self.cursor.at = at;
        }
    }

    /// What is told below the list.
    pub(super) fn foot(&self) -> Option<(&str, Role)> {
        let fault = self.fault.as_deref().map(|text| (text, Role::Error));
        let note = if self.is_map { &self.graph_note } else { &self.note };
        fault.or_else(|| note.as_deref().map(|text| (text, Role::Warning)))
    }

    /// The node of the drawing that is selected.
    pub(super) fn chosen(&self) -> Option<usize> {
        let found = self.node.as_ref().and_then(|node| self.graph.find(node));
        found.or_else(|| (!self.graph.nodes.is_empty()).then_some(0))
    }

    pub(super) fn choose(&mut self, node: usize, area: Rect) {
        self.node = self.graph.nodes.get(node).map(|node| node.node.clone());
        self.settle(area);
    }

    pub(super) fn go(&mut self, at: usize, cx: &mut Cx<'_>) {
        let height = self.list_height(cx.area);
        self.cursor.go(at, self.rows.len(), height);
        self.selected = self.rows.get(self.cursor.at).map(|row| row.figures.name.clone());
        self.ask_sparks(cx);
    }

    pub(super) fn sort(&mut self, sort: Sort, cx: &mut Cx<'_>) {
        self.sort = sort;
        rows::arrange(&mut self.rows, sort);
        // One sorts to see what comes first.
        self.selected = None;
        self.cursor = Cursor::default();
        self.ask_sparks(cx);
    }

    /// From the table to the drawing, or back; what is selected stays so.
    pub(super) fn turn_map(&mut self, cx: &mut Cx<'_>) {
        self.is_map = !self.is_map;
        if self.is_map {
            if let Some(row) = self.rows.get(self.cursor.at) {
                self.node = Some(NodeRef { kind: NodeKind::Service, name: row.figures.name.clone() });
            }
            if !self.is_graph_known {
                cx.ask(OF_MAP, self.map_of(cx.shared.range.read()));
            }
        } else if let Some(node) = self.node.take_if(|node| node.kind == NodeKind::Service) {
            self.selected = Some(node.name);
            self.find_selected();
        }
        self.settle(cx.area);
        self.ask_sparks(cx);
    }

    pub(super) fn open_selected(&self, cx: &mut Cx<'_>) {
        if !self.is_map {
            if let Some(row) = self.rows.get(self.cursor.at) {
                cx.open(Link::to("service").id(row.figures.name.clone()));
            }
            return;
        }
        let Some(node) = self.chosen().and_then(|node| self.graph.nodes.get(node)) else { return };
        match node.node.kind {
            NodeKind::Service => cx.open(Link::to("service").id(node.node.name.clone())),
            _ => cx.say("it sends no spans itself: open one of those that call it", Role::Dim),
        }
    }

    pub(super) fn move_map(&mut self, action: Action, area: Rect) -> bool {
        let Some(node) = self.chosen() else { return false };
        let (towards, steps) = match action {
            act::LEFT => (Towards::Left, 1),
            act::RIGHT => (Towards::Right, 1),
            act::UP => (Towards::Up, 1),
            act::DOWN => (Towards::Down, 1),
            act::HALF_UP | act::PAGE_UP => (Towards::Up, 10),
            act::HALF_DOWN | act::PAGE_DOWN => (Towards::Down, 10),
            act::TOP => (Towards::Up, self.graph.nodes.len()),
            act::END => (Towards::Down, self.graph.nodes.len()),
            _ => return false,
        };
        let mut at = node;
        for _ in 0..steps {
            let next = self.graph.step(at, towards);
            if next == at {
                break;
            }
            at = next;
        }
        self.choose(at, area);
        true
    }

    /// The next service whose name has what is highlighted.
    pub(super) fn seek(&mut self, forward: bool, cx: &mut Cx<'_>) -> bool {
        let Some(highlight) = cx.shared.highlight.clone().filter(|_| !self.is_map) else { return false };
        let has = |at: &usize| self.rows.get(*at).is_some_and(|row| highlight.is_in(&row.figures.name));
        let found = if forward {
            (self.cursor.at + 1..self.rows.len()).find(has)
        } else {
            (0..self.cursor.at).rev().find(has)
        };
        match found {
            Some(at) => self.go(at, cx),
            None => cx.say(if forward { "no match below" } else { "no match above" }, Role::Dim),
        }
        true
    }

    pub(super) fn click(&mut self, x: u16, y: u16, cx: &mut Cx<'_>) {
        let parts = self.parts(Rect { x: 0, y: 0, ..cx.area });
        if self.is_map {
            let place = (usize::from(x) + self.scroll.0, usize::from(y) + self.scroll.1);
            let found = self.graph.at(place.0, place.1).filter(|_| parts.map.contains((x, y).into()));
            match found {
                Some(node) if self.chosen() == Some(node) => self.open_selected(cx),
                Some(node) => self.choose(node, cx.area),
                None => {}
            }
            return;
        }
        if parts.heading.contains((x, y).into()) {
            let places = lay_out(rows::COLUMNS, parts.heading.width);
            // The gap behind a column is its own.
            let clicked = places.into_iter().find(|(_, from, columns)| (*from..=from + columns).contains(&x));
            if let Some(sort) = clicked.and_then(|(column, ..)| self.sort.clicked(column, BY.len())) {
                self.sort(sort, cx);
            }
        } else if parts.list.contains((x, y).into())
            && let Some(row) = self.cursor.row_at(y - parts.list.y, self.rows.len())
        {
            if row == self.cursor.at && self.selected.is_some() {
                self.open_selected(cx);
            } else {
                self.go(row, cx);
            }
        }
    }
}
