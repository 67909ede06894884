//! Services: rate, errors and durations of each against the hour before, or who calls whom as a drawing.
//!
//! The daemon's list of services takes no filter. With one, the figures are those of the map of services, which does: they
//! are of the same spans, without the 99th percentile.

pub(in crate::tui) mod columns;
mod draw;
pub(in crate::tui) mod figures;
mod graph;
mod moves;
mod rows;
mod sparks;
#[cfg(test)]
mod tests;

use std::time::Duration;

use ratatui::layout::Rect;
use tfo_sdk::api::{NodeKind, NodeRef, Page, ServiceMap, ServiceSummary};
use tfo_sdk::client::{Read, Stepped};
use tfo_sdk::time::exact_duration;
use tfo_sdk::{Signal, Timestamp};

use self::figures::{BY, Figures, Sort, against, hour_before, seconds};
use self::graph::Graph;
use self::rows::Row;
use self::sparks::Sparks;
use super::Info;
use crate::tui::bars;
use crate::tui::filter_bar::{FilterBar, quoted};
use crate::tui::keys::{Action, Table, act, bind};
use crate::tui::link::Link;
use crate::tui::list::Cursor;
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::range::Range;
use crate::tui::request::{Answer, Failure, Request};
use crate::tui::screen::{Cx, Look, Mouse, SECOND, Screen, Selection, Shared, Slot};
use crate::tui::theme::Role;
use crate::tui::words::{grouped, shell_quoted};

const SORT: Action = Action("sort");
const TURN: Action = Action("turn-sort");
const MAP: Action = Action("map");

const TABLE: Table = Table {
    name: "services",
    title: "Services",
    bindings: &[
        bind(SORT, &["s"], "sort", "Sort by the next column; a click on a heading sorts by it"),
        bind(TURN, &["S"], "turn", "Sort the other way round"),
        bind(MAP, &["m"], "map", "Who calls whom, as a drawing; h j k l move along the calls"),
    ],
};

/// The screen.
pub(crate) const INFO: Info = Info {
    name: "services",
    title: "Services",
    is_root: true,
    table: &TABLE,
    open: |link| Ok(Box::new(Services::open(link))),
};

const LIST: Slot = Slot("list");
const BEFORE: Slot = Slot("before");
const OF_MAP: Slot = Slot("map");

/// How often a live range is asked for again.
const REFRESH_NS: i64 = 15_000_000_000;
/// How long an answer is waited for before it is asked for again.
const PATIENCE_NS: i64 = 60_000_000_000;
/// How long the cursor rests before what one sees is asked for.
const SPARK_PAUSE: std::time::Duration = std::time::Duration::from_millis(100);

#[derive(Debug)]
struct Services {
    filter: FilterBar,
    now: Vec<Figures>,
    /// An hour before; none while it is not known.
    before: Option<Vec<Figures>>,
    rows: Vec<Row>,
    sort: Sort,
    cursor: Cursor,
    /// The service of the cursor, once it was moved: it keeps the cursor when rows change places.
    selected: Option<String>,
    sparks: Sparks,
    is_map: bool,
    graph: Graph,
    is_graph_known: bool,
    node: Option<NodeRef>,
    scroll: (usize, usize),
    /// What was asked last, and when.
    asked: Option<(Range, Timestamp)>,
    is_loading: bool,
    /// Whether there was an answer for this range and filter.
    is_known: bool,
    fault: Option<String>,
    note: Option<String>,
    /// The same of the drawing.
    graph_note: Option<String>,
}

impl Services {
    fn open(link: &Link) -> Self {
        let node = match link.get("node") {
            "" => None,
            name => Some(NodeRef { kind: NodeKind::Service, name: name.to_owned() }),
        };
        Self {
            filter: FilterBar::new(Signal::Spans, link.get("filter")),
            now: Vec::new(),
            before: None,
            rows: Vec::new(),
            sort: Sort::parse(link.get("sort"), link.get("order")),
            cursor: Cursor::default(),
            selected: None,
            sparks: Sparks::default(),
            is_map: link.get("view") == "map",
            graph: Graph::default(),
            is_graph_known: false,
            node,
            scroll: (0, 0),
            asked: None,
            is_loading: true,
            is_known: false,
            fault: None,
            note: None,
            graph_note: None,
        }
    }

    // --- asking

    fn load(&mut self, cx: &mut Cx<'_>) {
        let range = cx.shared.range;
        self.asked = Some((range, cx.shared.now));
        self.is_loading = true;
        // An answer of another filter would be taken for one of this.
        for slot in [LIST, BEFORE, OF_MAP] {
            cx.forget(slot);
        }
        if self.is_filtered() {
            cx.ask(BEFORE, self.map_of(hour_before(range)));
        } else {
            cx.ask(LIST, Request::Services(range.read()));
            cx.ask(BEFORE, Request::Services(hour_before(range)));
        }
        if self.is_filtered() || self.is_map {
            cx.ask(OF_MAP, self.map_of(range.read()));
        } else {
            self.is_graph_known = false;
        }
    }

    /// The same for another range or filter: nothing of what is known is of it.
    fn load_anew(&mut self, cx: &mut Cx<'_>) {
        self.sparks.forget(cx);
        self.before = None;
        self.is_known = false;
        self.is_graph_known = false;
        self.fault = None;
        self.note = None;
        self.graph_note = None;
        self.load(cx);
    }

    fn map_of(&self, read: Read) -> Request {
        Request::ServiceMap(Read { filter: self.filter.option(), ..read })
    }

    fn is_filtered(&self) -> bool {
        !self.filter.text().is_empty()
    }

    fn is_due(&self, cx: &Cx<'_>) -> bool {
        let pause = if self.is_loading { PATIENCE_NS } else { REFRESH_NS };
        let age = |at: Timestamp| cx.shared.now.0.saturating_sub(at.0);
        cx.shared.range.is_live() && self.asked.is_none_or(|(_, at)| age(at) >= pause)
    }

    /// Asks for what the services that can be seen did over time, those that are not known yet.
    fn ask_sparks(&mut self, cx: &mut Cx<'_>) {
        if self.is_map || !self.is_known || cx.area.width < rows::SPARKS_FROM {
            return;
        }
        let seen = self.cursor.top..self.cursor.top + self.list_height(cx.area);
        let rows = std::iter::once(self.cursor.at).chain(seen).filter_map(|at| self.rows.get(at));
        let services: Vec<String> = rows.map(|row| row.figures.name.clone()).collect();
        let range = cx.shared.range;
        let step = exact_duration(bars::step_for(range, sparks::COLUMNS * 2));
        for (slot, service) in self.sparks.take(services.into_iter(), range.is_live(), cx.shared.now) {
            let read = Read { filter: self.filter.option(), service: Some(service), ..range.read() };
            cx.ask_after(slot, Request::Latency(Stepped { read, step: Some(step.clone()) }), SPARK_PAUSE);
        }
    }

    // --- what comes

    fn list(&mut self, page: &Page<ServiceSummary>, cx: &mut Cx<'_>) {
        self.note.clone_from(&page.scan.incomplete_because);
        self.now = page.items.iter().map(Figures::of_service).collect();
        self.came(cx);
    }

    fn map(&mut self, map: &ServiceMap, cx: &mut Cx<'_>) {
        let seconds = seconds(cx.shared.range, cx.shared.now, map.scan.searched_since);
        self.graph = graph::layout(map, seconds);
        self.is_graph_known = true;
        self.graph_note.clone_from(&map.scan.incomplete_because);
        if self.is_filtered() {
            self.note.clone_from(&map.scan.incomplete_because);
            self.now = rows::of_map(map, seconds);
            self.came(cx);
        } else {
            self.settle(cx.area);
        }
    }

    fn came(&mut self, cx: &mut Cx<'_>) {
        self.is_loading = false;
        self.is_known = true;
        self.fault = None;
        self.arrange(cx.area);
        self.ask_sparks(cx);
    }

    fn came_before(&mut self, before: Vec<Figures>, area: Rect) {
        self.before = Some(before);
        // Before it is known what there is now, all of it would be gone.
        if self.is_known {
            self.arrange(area);
        }
    }

    /// Makes the rows of what is known.
    fn arrange(&mut self, area: Rect) {
        self.rows = rows::rows(&self.now, self.before.as_deref(), self.sort);
        self.find_selected();
        self.settle(area);
    }
}

impl Screen for Services {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        if self.asked.is_none_or(|(range, _)| range != cx.shared.range) {
            self.load_anew(cx);
        } else if self.is_due(cx) || !(self.is_known || self.is_loading) {
            self.load(cx);
        }
        self.settle(cx.area);
    }

    fn range_changed(&mut self, cx: &mut Cx<'_>) {
        self.load_anew(cx);
    }

    fn filter_changed(&mut self, cx: &mut Cx<'_>) {
        self.load_anew(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        match action {
            SORT if !self.is_map => self.sort(self.sort.next(BY.len()), cx),
            TURN if !self.is_map => self.sort(self.sort.turned(), cx),
            MAP => self.turn_map(cx),
            act::CLOSE if self.is_map => self.turn_map(cx),
            act::ENTER => self.open_selected(cx),
            act::REFRESH => self.load(cx),
            act::NEXT_MATCH | act::PREVIOUS_MATCH => return self.seek(action == act::NEXT_MATCH, cx),
            action if self.is_map => return self.move_map(action, cx.area),
            action => {
                let mut cursor = self.cursor;
                if !cursor.act(action, self.rows.len(), self.list_height(cx.area)) {
                    return false;
                }
                self.cursor = cursor;
                self.go(cursor.at, cx);
            }
        }
        true
    }

    fn answered(&mut self, slot: Slot, answer: Result<Answer, Failure>, cx: &mut Cx<'_>) {
        let bounds = cx.shared.range.bounds(cx.shared.now);
        match (slot, answer) {
            (LIST, Ok(Answer::Services(page))) => self.list(&page, cx),
            (OF_MAP, Ok(Answer::ServiceMap(map))) => self.map(&map, cx),
            (BEFORE, Ok(Answer::Services(page))) => {
                self.came_before(page.items.iter().map(Figures::of_service).collect(), cx.area);
            }
            (BEFORE, Ok(Answer::ServiceMap(map))) => {
                let seconds = seconds(cx.shared.range, cx.shared.now, None);
                self.came_before(rows::of_map(&map, seconds), cx.area);
            }
            // Without it there is nothing to compare, and all the rest stands.
            (BEFORE, Err(_)) => {}
            (slot, Ok(Answer::Latency(map))) => {
                self.sparks.answered(slot, Some(&map), bounds, cx.shared.now);
                self.ask_sparks(cx);
            }
            (_, Ok(_)) => {}
            (slot, Err(failure)) => {
                if self.sparks.answered(slot, None, bounds, cx.shared.now) {
                    return;
                }
                self.is_loading = false;
                if !self.is_known {
                    // What still stands there is of another range or filter.
                    self.rows.clear();
                    self.graph = Graph::default();
                }
                self.fault = (!failure.is_lost).then_some(failure.text);
                self.settle(cx.area);
            }
        }
    }

    fn tick_every(&self) -> Option<Duration> {
        Some(SECOND)
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        if self.is_due(cx) {
            self.load(cx);
        }
        self.settle(cx.area);
        self.ask_sparks(cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        match mouse {
            Mouse::Down(x, y) => self.click(x, y, cx),
            Mouse::Wheel(_, _, rows) if self.is_map => {
                self.move_map(if rows < 0 { act::UP } else { act::DOWN }, cx.area);
            }
            Mouse::Wheel(_, _, rows) => {
                let mut cursor = self.cursor;
                cursor.step(i64::from(rows), self.rows.len(), self.list_height(cx.area));
                self.cursor = cursor;
                self.go(cursor.at, cx);
            }
            Mouse::Drag { .. } | Mouse::Up { .. } => {}
        }
    }

    fn view(&self, paper: &mut Paper<'_>, look: &Look<'_>) {
        draw::view(self, paper, look);
    }

    fn filter(&self) -> Option<&FilterBar> {
        Some(&self.filter)
    }

    fn filter_mut(&mut self) -> Option<&mut FilterBar> {
        Some(&mut self.filter)
    }

    fn counts(&self, _look: &Look<'_>) -> Vec<Piece> {
        if !self.is_known {
            return Vec::new();
        }
        let mut pieces = vec![piece(format!("{} services", grouped(self.now.len() as u64)), Role::Dim)];
        let failing = self.now.iter().filter(|service| service.errors > 0).count();
        if failing > 0 {
            pieces.push(piece(format!("  {} with errors", grouped(failing as u64)), Role::Error));
        }
        pieces
    }

    fn crumbs(&self, look: &Look<'_>) -> Vec<Piece> {
        if !self.is_known && self.is_loading {
            return vec![piece("…", Role::Dim)];
        }
        if self.is_map {
            return vec![piece("who calls whom", Role::Info)];
        }
        vec![piece(format!("by {}, {}", self.sort.by.name(), against(look.shared.range)), Role::Dim)]
    }

    fn hints(&self) -> &'static [Action] {
        if self.is_map {
            &[act::ENTER, act::LEFT, act::RIGHT, MAP, act::RELATED_TRACE, act::RELATED_LOGS]
        } else {
            &[act::ENTER, SORT, TURN, MAP, act::RELATED_TRACE, act::RELATED_LOGS, act::TIME]
        }
    }

    fn link(&self) -> Link {
        let (sort, order) = self.sort.parameters();
        let link = Link::to("services").with("sort", sort).with("order", order);
        if !self.is_map {
            return link;
        }
        let node = self.node.as_ref().filter(|node| node.kind == NodeKind::Service);
        link.with("view", "map").with("node", node.map(|node| node.name.clone()).unwrap_or_default())
    }

    fn command(&self, shared: &Shared) -> String {
        let range = shared.range.options();
        match self.filter.text() {
            "" if self.is_map => format!("tfo map {range}"),
            "" => format!("tfo services {range}"),
            filter => format!("tfo map --filter={} {range}", shell_quoted(filter)),
        }
    }

    fn selection(&self) -> Selection {
        if !self.is_map {
            let Some(row) = self.rows.get(self.cursor.at) else { return Selection::default() };
            return selection_of(&row.figures, true);
        }
        let Some(node) = self.chosen().and_then(|node| self.graph.nodes.get(node)) else {
            return Selection::default();
        };
        let known = self.now.iter().find(|service| service.name == node.node.name);
        match known.filter(|_| node.node.kind == NodeKind::Service) {
            Some(figures) => selection_of(figures, true),
            None => {
                let length = asked_seconds(self.asked);
                let figures = Figures::of_calls(&node.node.name, &node.calls, length);
                selection_of(&figures, node.node.kind == NodeKind::Service)
            }
        }
    }

    fn is_waiting(&self) -> bool {
        !self.is_known && self.is_loading
    }

    fn weight(&self) -> usize {
        (self.now.len() + self.rows.len() + self.before.as_ref().map_or(0, Vec::len)) * 150
            + self.sparks.weight()
            + self.graph.weight()
    }
}

/// The seconds of what was asked last.
fn asked_seconds(asked: Option<(Range, Timestamp)>) -> f64 {
    asked.map_or(1.0, |(range, at)| seconds(range, at, None))
}

fn selection_of(figures: &Figures, is_service: bool) -> Selection {
    let field = || ("service".to_owned(), quoted(&figures.name));
    Selection {
        service: is_service.then(|| figures.name.clone()),
        line: Some(figures.line()),
        json: figures.json(),
        field: is_service.then(field),
        ..Selection::default()
    }
}
