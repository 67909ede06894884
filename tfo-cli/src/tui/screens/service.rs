//! One service: what it does and since when it fails, who calls it, whom it calls, what it is asked for, its errors.
//!
//! Above the lists stands what must be readable at once: its figures against the hour before, since when errors began,
//! who calls it.

mod draw;
mod moves;
mod onset;
mod sections;
#[cfg(test)]
mod tests;

use std::time::Duration;

use std::collections::BTreeSet;

use ratatui::layout::Rect;
use tfo_sdk::Timestamp;
use tfo_sdk::api::{
    LatencyHeatMap, LogRecord, NodeKind, NodeRef, Operation, Page, ServiceMap, ServiceSummary,
};
use tfo_sdk::client::{OperationsRead, Order, Read, Stepped};
use tfo_sdk::time::exact_duration;

use self::onset::{Onset, onset};
use self::sections::{Asked, Listed, Neighbour, Section, arrange, message, neighbours};
use super::Info;
use super::services::columns::over_time;
use super::services::figures::{By, Figures, Sort, hour_before, seconds};
use crate::tui::bars::{self, Bars, Brush};
use crate::tui::filter_bar::quoted;
use crate::tui::keys::{Action, Table, act, bind};
use crate::tui::link::Link;
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::range::Range;
use crate::tui::request::{Answer, Failure, Request};
use crate::tui::screen::{Cx, Look, Mouse, SECOND, Screen, Selection, Shared, Slot};
use crate::tui::theme::Role;
use crate::tui::words::shell_quoted;

const SORT: Action = Action("sort");
const TURN: Action = Action("turn-sort");
const NEWEST_ERROR: Action = Action("newest-error");

const TABLE: Table = Table {
    name: "service",
    title: "Service",
    bindings: &[
        bind(NEWEST_ERROR, &["e"], "newest error", "The trace of its newest error"),
        bind(SORT, &["s"], "sort", "Sort operations by the next column; a click on a heading sorts by it"),
        bind(TURN, &["S"], "turn", "Sort operations the other way round"),
    ],
};

/// The screen.
pub(crate) const INFO: Info = Info {
    name: "service",
    title: "Service",
    is_root: false,
    table: &TABLE,
    open: |link| Ok(Box::new(Service::open(link)?)),
};

const BARS: Slot = Slot("bars");
const NOW: Slot = Slot("now");
const BEFORE: Slot = Slot("before");
const OPERATIONS: Slot = Slot("operations");
const OF_MAP: Slot = Slot("map");
const ERRORS: Slot = Slot("errors");
const SLOTS: [Slot; 6] = [BARS, NOW, BEFORE, OPERATIONS, OF_MAP, ERRORS];

/// Operations that are shown.
const MOST_OPERATIONS: usize = 1_000;
/// Error log records that are shown.
const MOST_ERRORS: usize = 200;
/// The term that only error log records pass, behind another one.
const ERROR_TERM: &str = " severity:error+";
/// How often a live range is asked for again.
const REFRESH_NS: i64 = 15_000_000_000;
/// How long answers are waited for before they are asked for again.
const PATIENCE_NS: i64 = 60_000_000_000;

#[derive(Debug)]
struct Service {
    name: String,
    section: Section,
    sort: Sort,
    bars: Bars,
    onset: Option<Onset>,
    /// Of the range; none where there was nothing of the service in it.
    now: Option<Figures>,
    before: Option<Figures>,
    is_now_known: bool,
    /// Whether there is not any service at all.
    is_tenant_empty: bool,
    operations: Listed<Asked>,
    callers: Listed<Neighbour>,
    calls: Listed<Neighbour>,
    errors: Listed<LogRecord>,
    brush: Option<Brush>,
    /// What was asked last, and when.
    asked: Option<(Range, Timestamp)>,
    waits_for: BTreeSet<Slot>,
    fault: Option<String>,
}

impl Service {
    fn open(link: &Link) -> Result<Self, String> {
        let name = link.id.clone().ok_or("which service? A link like service/checkout names one")?;
        Ok(Self {
            name,
            section: Section::named(link.get("section")),
            sort: Sort::parse(link.get("sort"), link.get("order")),
            bars: Bars::default(),
            onset: None,
            now: None,
            before: None,
            is_now_known: false,
            is_tenant_empty: false,
            operations: Listed::default(),
            callers: Listed::default(),
            calls: Listed::default(),
            errors: Listed::default(),
            brush: None,
            asked: None,
            waits_for: BTreeSet::new(),
            fault: None,
        })
    }

    // --- asking

    fn load(&mut self, cx: &mut Cx<'_>) {
        let range = cx.shared.range;
        self.asked = Some((range, cx.shared.now));
        self.waits_for = SLOTS.into();
        let of_this = |more: &str| Read { filter: Some(self.filter_of(more)), ..range.read() };
        let step = bars::step_for(range, cx.area.width.clamp(20, 400));
        cx.ask(BARS, Request::Latency(Stepped { read: of_this(""), step: Some(exact_duration(step)) }));
        cx.ask(NOW, Request::Services(range.read()));
        cx.ask(BEFORE, Request::Services(hour_before(range)));
        let read = Read { limit: Some(MOST_OPERATIONS), ..of_this("") };
        cx.ask(OPERATIONS, Request::Operations(OperationsRead { read, sort: Some("requests".to_owned()) }));
        // Calls are counted by the spans of who is called, so a map of this service alone would not have those that it
        // makes.
        cx.ask(OF_MAP, Request::ServiceMap(range.read()));
        let read = Read { order: Some(Order::Desc), limit: Some(MOST_ERRORS), ..of_this(ERROR_TERM) };
        cx.ask(ERRORS, Request::Logs(read));
    }

    /// The same for another range: nothing of what is known is of it.
    fn load_anew(&mut self, cx: &mut Cx<'_>) {
        self.bars = Bars::default();
        self.onset = None;
        self.now = None;
        self.before = None;
        self.is_now_known = false;
        self.operations = Listed::default();
        self.callers = Listed::default();
        self.calls = Listed::default();
        self.errors = Listed::default();
        self.brush = None;
        self.fault = None;
        self.load(cx);
    }

    fn is_due(&self, cx: &Cx<'_>) -> bool {
        let pause = if self.waits_for.is_empty() { REFRESH_NS } else { PATIENCE_NS };
        let age = |at: Timestamp| cx.shared.now.0.saturating_sub(at.0);
        cx.shared.range.is_live() && self.asked.is_none_or(|(_, at)| age(at) >= pause)
    }

    // --- what comes

    fn latency(&mut self, map: &LatencyHeatMap) {
        self.bars = over_time(map);
        self.onset = Some(onset(&self.bars));
    }

    fn services(&self, page: &Page<ServiceSummary>) -> Option<Figures> {
        page.items.iter().find(|service| service.service_name == self.name).map(Figures::of_service)
    }

    fn operations(&mut self, page: &Page<Operation>) {
        let mut items: Vec<Asked> = page.items.iter().map(Asked::of).collect();
        arrange(&mut items, self.sort);
        self.operations.came(items, |a, b| a.name == b.name && a.kind == b.kind);
        self.operations.has_more = page.next_page_token.is_some();
    }

    fn map(&mut self, map: &ServiceMap, cx: &Cx<'_>) {
        let seconds = seconds(cx.shared.range, cx.shared.now, map.scan.searched_since);
        let (callers, calls) = neighbours(map, &self.node(), seconds);
        self.callers.came(callers, |a, b| a.node == b.node);
        self.calls.came(calls, |a, b| a.node == b.node);
        self.callers.has_more = !map.scan.complete;
        self.calls.has_more = !map.scan.complete;
    }

    fn errors(&mut self, page: Page<LogRecord>) {
        self.errors.has_more = page.next_page_token.is_some();
        self.errors.came(page.items, |a, b| a.id == b.id);
    }

    fn failed(&mut self, slot: Slot, failure: Failure) {
        // A daemon that is away is told of once, and asked again when it is back.
        if failure.is_lost {
            return;
        }
        match slot {
            OPERATIONS => self.operations.failed(failure.text),
            OF_MAP => {
                self.callers.failed(failure.text.clone());
                self.calls.failed(failure.text);
            }
            ERRORS => self.errors.failed(failure.text),
            // Without the hour before there is nothing to compare, and all the rest stands.
            BEFORE => {}
            _ => self.fault = Some(failure.text),
        }
    }

    fn node(&self) -> NodeRef {
        NodeRef { kind: NodeKind::Service, name: self.name.clone() }
    }

    /// A filter of what is of this service, with more terms.
    fn filter_of(&self, more: &str) -> String {
        format!("service={}{more}", quoted(&self.name))
    }
}

impl Screen for Service {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        if self.asked.is_none_or(|(range, _)| range != cx.shared.range) {
            self.load_anew(cx);
        } else if self.is_due(cx) {
            self.load(cx);
        }
        self.settle(cx.area);
    }

    fn hidden(&mut self, _cx: &mut Cx<'_>) {
        self.brush = None;
    }

    fn range_changed(&mut self, cx: &mut Cx<'_>) {
        self.load_anew(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        if self.act_on_brush(action, cx) {
            return true;
        }
        match action {
            SORT => self.sort(self.sort.next(sections::SORTED), cx.area),
            TURN => self.sort(self.sort.turned(), cx.area),
            NEWEST_ERROR => self.open_newest_error(cx),
            act::BRUSH => self.begin_brush(cx),
            act::NEXT_PANE | act::RIGHT => self.section = self.section.step(1),
            act::PREVIOUS_PANE | act::LEFT => self.section = self.section.step(sections::SECTIONS.len() - 1),
            act::ENTER => self.open_selected(cx),
            act::REFRESH => self.load(cx),
            action => return self.move_list(action, cx.area),
        }
        self.settle(cx.area);
        true
    }

    fn answered(&mut self, slot: Slot, answer: Result<Answer, Failure>, cx: &mut Cx<'_>) {
        self.waits_for.remove(&slot);
        match (slot, answer) {
            (BARS, Ok(Answer::Latency(map))) => self.latency(&map),
            (NOW, Ok(Answer::Services(page))) => {
                self.now = self.services(&page);
                self.is_tenant_empty = page.items.is_empty();
                self.is_now_known = true;
                self.fault = None;
            }
            (BEFORE, Ok(Answer::Services(page))) => self.before = self.services(&page),
            (OPERATIONS, Ok(Answer::Operations(page))) => self.operations(&page),
            (OF_MAP, Ok(Answer::ServiceMap(map))) => self.map(&map, cx),
            (ERRORS, Ok(Answer::Logs(page))) => self.errors(page),
            (_, Ok(_)) => {}
            (slot, Err(failure)) => self.failed(slot, failure),
        }
        self.settle(cx.area);
    }

    fn tick_every(&self) -> Option<Duration> {
        Some(SECOND)
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        if self.is_due(cx) {
            self.load(cx);
        }
        self.settle(cx.area);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let area = Rect { x: 0, y: 0, ..cx.area };
        let parts = sections::parts(area);
        match mouse {
            Mouse::Wheel(_, _, rows) => self.wheel(rows, cx.area),
            Mouse::Drag { from, to } if parts.bars.contains(from.into()) => {
                self.brush = Some(Brush { from: from.0, to: to.0 });
            }
            Mouse::Up { from, to } if parts.bars.contains(from.into()) => {
                self.brush = None;
                if from.0 != to.0 {
                    let bounds = cx.shared.range.bounds(cx.shared.now);
                    cx.set_range(Brush { from: from.0, to: to.0 }.range(area.width, bounds));
                }
            }
            Mouse::Down(x, y) => self.click(x, y, parts, cx),
            Mouse::Drag { .. } | Mouse::Up { .. } => {}
        }
    }

    fn view(&self, paper: &mut Paper<'_>, look: &Look<'_>) {
        draw::view(self, paper, look);
    }

    fn crumbs(&self, _look: &Look<'_>) -> Vec<Piece> {
        vec![piece(self.name.clone(), Role::service(&self.name))]
    }

    fn hints(&self) -> &'static [Action] {
        if self.brush.is_some() {
            return &[act::LEFT, act::RIGHT, act::BRUSH];
        }
        match self.section {
            Section::Operations => &[
                act::ENTER,
                NEWEST_ERROR,
                act::NEXT_PANE,
                SORT,
                act::RELATED_LOGS,
                act::RELATED_TRACE,
                act::BRUSH,
            ],
            Section::Callers | Section::Calls => {
                &[act::ENTER, NEWEST_ERROR, act::NEXT_PANE, act::RELATED_LOGS, act::RELATED_TRACE, act::BRUSH]
            }
            Section::Errors => {
                &[act::ENTER, act::RELATED_TRACE, act::NEXT_PANE, act::RELATED_LOGS, act::COPY_LINE]
            }
        }
    }

    fn link(&self) -> Link {
        let (sort, order) = self.sort.parameters();
        let section = if self.section == Section::default() { "" } else { self.section.name() };
        Link::to("service")
            .id(self.name.clone())
            .with("section", section)
            .with("sort", sort)
            .with("order", order)
    }

    fn command(&self, shared: &Shared) -> String {
        let range = shared.range.options();
        match self.section {
            Section::Operations => {
                let sort = match self.sort.by {
                    By::Errors => " --sort error-ratio",
                    By::P50 => " --sort p50",
                    By::P95 => " --sort p95",
                    By::P99 => " --sort p99",
                    By::Name => " --sort name",
                    By::Rate | By::P95Change | By::RateChange => "",
                };
                let name = shell_quoted(&self.name);
                if self.name.starts_with('-') {
                    format!("tfo operations {range}{sort} -- {name}")
                } else {
                    format!("tfo operations {name} {range}{sort}")
                }
            }
            Section::Callers | Section::Calls => format!("tfo map {range}"),
            Section::Errors => {
                format!("tfo logs --filter={} {range}", shell_quoted(&self.filter_of(ERROR_TERM)))
            }
        }
    }

    fn selection(&self) -> Selection {
        let plain = Selection { service: Some(self.name.clone()), ..Selection::default() };
        let of_neighbour = |neighbour: &Neighbour| {
            let service = (neighbour.node.kind == NodeKind::Service).then(|| neighbour.node.name.clone());
            Selection {
                field: service.as_ref().map(|name| ("service".to_owned(), quoted(name))),
                service: service.or_else(|| Some(self.name.clone())),
                line: Some(neighbour.figures.line()),
                json: neighbour.figures.json(),
                ..Selection::default()
            }
        };
        let found = match self.section {
            Section::Operations => self.operations.selected().map(|asked| Selection {
                operation: asked.name.clone(),
                line: Some(asked.figures.line()),
                json: asked.figures.json(),
                field: asked.name.as_ref().map(|name| ("name".to_owned(), quoted(name))),
                ..plain.clone()
            }),
            Section::Callers => self.callers.selected().map(of_neighbour),
            Section::Calls => self.calls.selected().map(of_neighbour),
            Section::Errors => self.errors.selected().map(|record| Selection {
                trace: record.trace_id.map(|id| id.to_string()),
                span: record.span_id.map(|id| id.to_string()),
                time: Some(record.timestamp),
                line: Some(message(record)),
                json: serde_json::to_string_pretty(record).ok(),
                ..plain.clone()
            }),
        };
        found.unwrap_or(plain)
    }

    fn weight(&self) -> usize {
        self.operations.items.len() * 250
            + (self.callers.items.len() + self.calls.items.len()) * 150
            + self.errors.items.len() * 2_000
            + self.bars.bars.len() * size_of::<bars::Bar>()
    }
}
