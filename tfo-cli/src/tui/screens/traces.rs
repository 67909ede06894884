//! Traces in a list, under a heat map of how long they took.

mod heat;
#[cfg(test)]
mod tests;

use std::time::Duration;

use ratatui::layout::Rect;
use tfo_sdk::api::{LatencyHeatMap, TraceSummary};
use tfo_sdk::client::{Order, Read, Stepped};
use tfo_sdk::time::{exact_duration, format_duration};
use tfo_sdk::{Signal, Timestamp};

use super::Info;
use crate::tui::bars::{self, Brush};
use crate::tui::filter_bar::{FilterBar, quoted};
use crate::tui::keys::{Action, Table, act, bind};
use crate::tui::link::Link;
use crate::tui::list::{Column, Cursor, column, heading, number, rows};
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::range::civil;
use crate::tui::request::{Answer, Failure, Request};
use crate::tui::screen::{Cx, Effect, Look, Mouse, SECOND, Screen, Selection, Shared, Slot, TimeStyle};
use crate::tui::theme::Role;
use crate::tui::words::{grouped, shell_quoted};

const HEAT_MAP: Action = Action("heat-map");
const SORT: Action = Action("sort");
const NEXT_ERROR: Action = Action("next-error");
const PREVIOUS_ERROR: Action = Action("previous-error");
const ONLY_ERRORS: Action = Action("only-errors");
const COMPARE: Action = Action("compare");

const TABLE: Table = Table {
    name: "traces",
    title: "Traces",
    bindings: &[
        bind(SORT, &["s"], "sort", "Sort what is loaded: newest, slowest, most errors, most spans"),
        bind(
            HEAT_MAP,
            &["#"],
            "heat map",
            "Show or hide the heat map; drag in it to zoom into time and duration",
        ),
        bind(NEXT_ERROR, &["e"], "next error", "Next trace with an error"),
        bind(PREVIOUS_ERROR, &["E"], "previous error", "Previous trace with an error"),
        bind(ONLY_ERRORS, &["X"], "errors", "Only traces with an error, or all again"),
        bind(COMPARE, &["D"], "compare", "Mark a trace; on another one: compare the two"),
    ],
};

/// The screen.
pub(crate) const INFO: Info = Info {
    name: "traces",
    title: "Traces",
    is_root: true,
    table: &TABLE,
    open: |link| Ok(Box::new(Traces::open(link))),
};

const PAGE: Slot = Slot("page");
const OLDER: Slot = Slot("older");
const LATENCY: Slot = Slot("latency");

const PAGE_ROWS: usize = 200;
/// Traces that are loaded, at most: the oldest are left to a narrower range.
const MOST: usize = 20_000;
/// How often a live range is asked for again.
const REFRESH_NS: i64 = 10_000_000_000;
/// The term that only traces with an error pass.
const ERROR_TERM: &str = "status:error";

/// Rows of the heat map, with its axis.
const HEAT_ROWS: u16 = 7;

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Newest,
    Slowest,
    Errors,
    Spans,
}

#[derive(Debug)]
struct Traces {
    filter: FilterBar,
    traces: Vec<TraceSummary>,
    next: Option<String>,
    cursor: Cursor,
    /// The trace of the cursor, so that new ones above do not move it.
    selected: Option<tfo_sdk::TraceId>,
    sort: Sort,
    latency: Option<LatencyHeatMap>,
    shows_heat: bool,
    brush: Option<Brush>,
    /// A stretch of time and bands that the mouse marks.
    marked: Option<((u16, u16), (u16, u16))>,
    /// The trace to compare with.
    compared: Option<tfo_sdk::TraceId>,
    is_loading: bool,
    fault: Option<String>,
    note: Option<String>,
    asked_at: Timestamp,
}

impl Traces {
    fn open(link: &Link) -> Self {
        let sort = match link.get("sort") {
            "slowest" => Sort::Slowest,
            "errors" => Sort::Errors,
            "spans" => Sort::Spans,
            _ => Sort::Newest,
        };
        Self {
            filter: FilterBar::new(Signal::Spans, link.get("filter")),
            traces: Vec::new(),
            next: None,
            cursor: Cursor::default(),
            selected: None,
            sort,
            latency: None,
            shows_heat: true,
            brush: None,
            marked: None,
            compared: None,
            is_loading: true,
            fault: None,
            note: None,
            asked_at: Timestamp(0),
        }
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        self.is_loading = true;
        self.fault = None;
        self.asked_at = cx.shared.now;
        cx.forget(OLDER);
        let read = Read {
            filter: self.filter.option(),
            order: Some(Order::Desc),
            limit: Some(PAGE_ROWS),
            ..cx.shared.range.read()
        };
        cx.ask(PAGE, Request::Traces(read));
        let step = bars::step_for(cx.shared.range, cx.area.width.clamp(20, 400));
        let read = Read { filter: self.filter.option(), ..cx.shared.range.read() };
        cx.ask(LATENCY, Request::Latency(Stepped { read, step: Some(exact_duration(step)) }));
    }

    fn ask_more(&mut self, cx: &mut Cx<'_>) {
        if self.cursor.at + 50 < self.traces.len() || self.traces.len() >= MOST {
            return;
        }
        if let Some(token) = self.next.clone().filter(|_| !self.is_loading) {
            self.is_loading = true;
            let read = Read {
                filter: self.filter.option(),
                order: Some(Order::Desc),
                limit: Some(PAGE_ROWS),
                page_token: Some(token),
                ..cx.shared.range.read()
            };
            cx.ask(OLDER, Request::Traces(read));
        }
    }

    fn arrange(&mut self, cx: &Cx<'_>) {
        match self.sort {
            Sort::Newest => {
                self.traces.sort_by_key(|trace| std::cmp::Reverse((trace.timestamp, trace.trace_id)));
            }
            Sort::Slowest => {
                self.traces.sort_by_key(|trace| std::cmp::Reverse((trace.duration_ns, trace.timestamp)));
            }
            Sort::Errors => {
                self.traces.sort_by_key(|trace| std::cmp::Reverse((trace.error_count, trace.timestamp)));
            }
            Sort::Spans => {
                self.traces.sort_by_key(|trace| std::cmp::Reverse((trace.span_count, trace.timestamp)));
            }
        }
        let at = self.selected.and_then(|id| self.traces.iter().position(|trace| trace.trace_id == id));
        let height = self.list_height(cx);
        self.cursor.go(at.unwrap_or(0), self.traces.len(), height);
    }

    fn selected(&self) -> Option<&TraceSummary> {
        self.traces.get(self.cursor.at)
    }

    fn heat_area(&self, area: Rect) -> Rect {
        let height = if self.shows_heat && area.height >= 18 { HEAT_ROWS } else { 0 };
        Rect { height, ..area }
    }

    fn list_height(&self, cx: &Cx<'_>) -> usize {
        usize::from(cx.area.height.saturating_sub(self.heat_area(cx.area).height + 1)).max(1)
    }

    fn go(&mut self, at: usize, cx: &mut Cx<'_>) {
        let height = self.list_height(cx);
        self.cursor.go(at, self.traces.len(), height);
        self.selected = self.selected().map(|trace| trace.trace_id);
        self.ask_more(cx);
    }

    fn seek_error(&mut self, forward: bool, cx: &mut Cx<'_>) {
        let failed = |at: &usize| self.traces.get(*at).is_some_and(|trace| trace.error_count > 0);
        let found = if forward {
            (self.cursor.at + 1..self.traces.len()).find(failed)
        } else {
            (0..self.cursor.at).rev().find(failed)
        };
        match found {
            Some(at) => self.go(at, cx),
            None => cx.say("no trace with an error there", Role::Dim),
        }
    }

    fn act_on_brush(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let Some(brush) = self.brush else { return false };
        let columns = cx.area.width;
        match action {
            act::LEFT => self.brush = Some(brush.moved(-1, columns)),
            act::RIGHT => self.brush = Some(brush.moved(1, columns)),
            act::UP | act::PAGE_UP => self.brush = Some(brush.moved(-10, columns)),
            act::DOWN | act::PAGE_DOWN => self.brush = Some(brush.moved(10, columns)),
            act::BRUSH | act::ENTER => {
                self.brush = None;
                cx.set_range(brush.range(columns, cx.shared.range.bounds(cx.shared.now)));
            }
            act::CLOSE => self.brush = None,
            _ => return false,
        }
        true
    }

    /// Zooms into what the mouse has marked in the heat map: its time, and, over several rows, its durations.
    fn zoom(&mut self, from: (u16, u16), to: (u16, u16), cx: &mut Cx<'_>) {
        let rows = HEAT_ROWS - 1;
        if from == to {
            return;
        }
        if from.1 != to.1
            && let Some(latency) = &self.latency
            && let Some((shortest, longest)) = heat::durations(latency, rows, from.1, to.1)
        {
            let duration =
                |ns: i64| exact_duration(std::time::Duration::from_nanos(ns.max(0).unsigned_abs()));
            let term = format!("duration:{}..{}", duration(shortest), duration(longest));
            let rest: Vec<&str> =
                self.filter.text().split(' ').filter(|term| !term.starts_with("duration:")).collect();
            cx.effects.push(Effect::SetFilter(format!("{} {term}", rest.join(" ")).trim().to_owned()));
        }
        if from.0 != to.0 {
            let bounds = cx.shared.range.bounds(cx.shared.now);
            cx.set_range(Brush { from: from.0, to: to.0 }.range(cx.area.width, bounds));
        }
    }
}

const COLUMNS: [Column; 7] = [
    column("TIME", 12),
    number("DURATION", 9),
    column("", 20).from(90),
    column("SERVICE", 18).from(76),
    column("OPERATION", 0),
    number("SPANS", 6).from(70),
    number("ERRORS", 7),
];

impl Screen for Traces {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        // On the way back the list is as it was; the next refresh comes when one is at its top.
        if self.traces.is_empty() {
            self.load(cx);
        }
    }

    fn range_changed(&mut self, cx: &mut Cx<'_>) {
        self.brush = None;
        self.marked = None;
        self.load(cx);
    }

    fn filter_changed(&mut self, cx: &mut Cx<'_>) {
        self.load(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        if self.act_on_brush(action, cx) {
            return true;
        }
        match action {
            act::ENTER => {
                if let Some(trace) = self.selected() {
                    cx.open(Link::to("trace").id(trace.trace_id.to_string()));
                }
            }
            SORT => {
                self.sort = match self.sort {
                    Sort::Newest => Sort::Slowest,
                    Sort::Slowest => Sort::Errors,
                    Sort::Errors => Sort::Spans,
                    Sort::Spans => Sort::Newest,
                };
                self.selected = None;
                self.arrange(cx);
            }
            HEAT_MAP => self.shows_heat = !self.shows_heat,
            NEXT_ERROR => self.seek_error(true, cx),
            PREVIOUS_ERROR => self.seek_error(false, cx),
            ONLY_ERRORS => {
                let text = self.filter.text();
                let terms: Vec<&str> =
                    text.split(' ').filter(|term| *term != ERROR_TERM && !term.is_empty()).collect();
                let rest = terms.join(" ");
                let text = if rest.len() == text.len() { self.filter.with_term(ERROR_TERM) } else { rest };
                cx.effects.push(Effect::SetFilter(text));
            }
            COMPARE => match (self.compared, self.selected().map(|trace| trace.trace_id)) {
                (_, None) => {}
                (Some(first), Some(second)) if first != second => {
                    self.compared = None;
                    cx.open(Link::to("trace").id(first.to_string()).with("with", second.to_string()));
                }
                (_, Some(first)) => {
                    self.compared = Some(first);
                    cx.say("marked; D on another trace compares the two", Role::Info);
                }
            },
            act::BRUSH => {
                let columns = cx.area.width;
                let bounds = cx.shared.range.bounds(cx.shared.now);
                let at = self.selected().and_then(|trace| bars::column_of(trace.timestamp, columns, bounds));
                let at = at.unwrap_or(columns / 2);
                self.brush = Some(Brush { from: at, to: at });
                cx.say("h and l mark a stretch of time, v zooms into it, Esc gives up", Role::Info);
            }
            act::REFRESH => self.load(cx),
            action => {
                let (length, height) = (self.traces.len(), self.list_height(cx));
                if !self.cursor.act(action, length, height) {
                    return false;
                }
                self.selected = self.selected().map(|trace| trace.trace_id);
                self.ask_more(cx);
            }
        }
        true
    }

    fn answered(&mut self, slot: Slot, answer: Result<Answer, Failure>, cx: &mut Cx<'_>) {
        match (slot, answer) {
            (LATENCY, Ok(Answer::Latency(latency))) => self.latency = Some(latency),
            (LATENCY, Err(_)) => {}
            (slot, Ok(Answer::Traces(page))) => {
                self.is_loading = false;
                self.fault = None;
                self.note = page.scan.incomplete_because;
                if slot == PAGE {
                    self.traces = page.items;
                    self.next = page.next_page_token;
                } else {
                    self.traces.extend(page.items);
                    self.next = page.next_page_token;
                }
                // A trace that went on while pages were asked for may be on two of them.
                let mut seen = std::collections::HashSet::new();
                self.traces.retain(|trace| seen.insert(trace.trace_id));
                self.arrange(cx);
            }
            (_, Ok(_)) => {}
            (_, Err(failure)) => {
                self.is_loading = false;
                if !failure.is_lost {
                    self.fault = Some(failure.text);
                }
            }
        }
    }

    fn tick_every(&self) -> Option<Duration> {
        Some(SECOND)
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        let is_old = cx.shared.now.0.saturating_sub(self.asked_at.0) >= REFRESH_NS;
        // Where one has scrolled down, rows keep their place.
        if cx.shared.range.is_live() && is_old && self.cursor.top == 0 && self.cursor.at < 20 {
            self.load(cx);
        }
        let height = self.list_height(cx);
        self.cursor.keep(self.traces.len(), height);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let heat = self.heat_area(Rect { x: 0, y: 0, ..cx.area }).height;
        match mouse {
            Mouse::Wheel(_, _, rows) => {
                let (length, height) = (self.traces.len(), self.list_height(cx));
                self.cursor.step(i64::from(rows), length, height);
                self.selected = self.selected().map(|trace| trace.trace_id);
                self.ask_more(cx);
            }
            Mouse::Drag { from, to } if from.1 < heat => {
                self.marked = Some((from, (to.0, to.1.min(heat.saturating_sub(2)))));
            }
            Mouse::Up { from, to } if from.1 < heat => {
                self.marked = None;
                self.zoom(from, (to.0, to.1.min(heat.saturating_sub(2))), cx);
            }
            Mouse::Down(_, y) if y > heat => {
                if let Some(row) = self.cursor.row_at(y - heat - 1, self.traces.len()) {
                    let was = self.cursor.at;
                    self.go(row, cx);
                    if was == row {
                        self.act(act::ENTER, cx);
                    }
                }
            }
            Mouse::Down(_, y) if y == heat && heat > 0 => {
                self.act(SORT, cx);
            }
            _ => {}
        }
    }

    fn view(&self, paper: &mut Paper<'_>, look: &Look<'_>) {
        let area = paper.area();
        let heat = self.heat_area(area);
        let bounds = look.shared.range.bounds(look.shared.now);
        if heat.height > 0 {
            let mut strip = paper.part(heat);
            match &self.latency {
                Some(latency) => heat::view(&mut strip, latency, bounds, look.shared),
                None => bars::axis(&mut strip, HEAT_ROWS - 1, bounds, look.shared),
            }
            if let Some(brush) = self.brush {
                let (from, to) = brush.ends();
                (0..HEAT_ROWS - 1).for_each(|y| strip.lay(from, y, to - from, Role::Match));
            }
            if let Some((from, to)) = self.marked {
                let (left, right) = (from.0.min(to.0), from.0.max(to.0));
                let (top, bottom) =
                    if from.1 == to.1 { (0, HEAT_ROWS - 2) } else { (from.1.min(to.1), from.1.max(to.1)) };
                (top..=bottom).for_each(|y| strip.lay(left, y, right - left + 1, Role::Match));
            }
        }
        let mut list = paper.part(Rect { y: heat.bottom(), height: area.height - heat.height, ..area });
        if self.traces.is_empty() {
            self.view_empty(&mut list, look);
            return;
        }
        let sorted = match self.sort {
            Sort::Newest => 0,
            Sort::Slowest => 1,
            Sort::Spans => 5,
            Sort::Errors => 6,
        };
        heading(&mut list, &COLUMNS, Some((sorted, true)));
        let below = list.area();
        let mut body = list.part(Rect { y: below.y + 1, height: below.height.saturating_sub(1), ..below });
        let longest = self.traces.iter().map(|trace| trace.duration_ns).max().unwrap_or(1).max(1);
        let bar = body.glyphs().bars[0];
        rows(&mut body, &COLUMNS, self.cursor, self.traces.len(), look.has_focus, |index| {
            self.traces.get(index).map(|trace| self.row(trace, longest, bar, look)).unwrap_or_default()
        });
    }

    fn filter(&self) -> Option<&FilterBar> {
        Some(&self.filter)
    }

    fn filter_mut(&mut self) -> Option<&mut FilterBar> {
        Some(&mut self.filter)
    }

    fn counts(&self, look: &Look<'_>) -> Vec<Piece> {
        if self.traces.is_empty() && look.is_cut_off() {
            return Vec::new();
        }
        let count = self.traces.len() as u64;
        let more = if self.next.is_some() { "+" } else { "" };
        let failed = self.traces.iter().filter(|trace| trace.error_count > 0).count() as u64;
        let mut pieces = vec![piece(format!("{}{more} traces", grouped(count)), Role::Dim)];
        if failed > 0 {
            pieces.push(piece(format!("  {} with errors", grouped(failed)), Role::Error));
        }
        pieces
    }

    fn crumbs(&self, _look: &Look<'_>) -> Vec<Piece> {
        let fault = self.fault.as_ref().map(|fault| piece(fault.clone(), Role::Error));
        let note = self.note.as_ref().map(|note| piece(note.clone(), Role::Warning));
        fault.or(note).into_iter().collect()
    }

    fn hints(&self) -> &'static [Action] {
        &[act::ENTER, SORT, NEXT_ERROR, ONLY_ERRORS, act::BRUSH, COMPARE, act::TIME]
    }

    fn link(&self) -> Link {
        let sort = match self.sort {
            Sort::Newest => "",
            Sort::Slowest => "slowest",
            Sort::Errors => "errors",
            Sort::Spans => "spans",
        };
        Link::to("traces").with("sort", sort)
    }

    fn command(&self, shared: &Shared) -> String {
        let filter = match self.filter.text() {
            "" => String::new(),
            text => format!(" --filter={}", shell_quoted(text)),
        };
        format!("tfo traces{filter} {}", shared.range.options())
    }

    fn selection(&self) -> Selection {
        let Some(trace) = self.selected() else { return Selection::default() };
        let name = trace.root_name.clone().unwrap_or_default();
        let service = trace.root_service.clone();
        Selection {
            field: service.as_ref().map(|service| ("service".to_owned(), quoted(service))),
            service,
            trace: Some(trace.trace_id.to_string()),
            operation: trace.root_name.clone(),
            time: Some(trace.timestamp),
            duration_ns: Some(trace.duration_ns),
            line: Some(format!("{} {name} {}", trace.trace_id, format_duration(trace.duration_ns))),
            json: serde_json::to_string_pretty(trace).ok(),
            ..Selection::default()
        }
    }

    fn is_waiting(&self) -> bool {
        self.traces.is_empty() && self.is_loading
    }

    fn weight(&self) -> usize {
        self.traces.len() * 400
    }
}

impl Traces {
    fn row(&self, trace: &TraceSummary, longest: i64, bar: char, look: &Look<'_>) -> Vec<Piece> {
        let service = trace.root_service.as_deref().unwrap_or("-");
        let name = trace.root_name.as_deref().unwrap_or("-");
        // A name in brackets is that of the earliest span: the root has not come.
        let name = if trace.has_root { name.to_owned() } else { format!("({name})") };
        let share = trace.duration_ns.max(0) as f64 / longest as f64;
        let cells = ((share * 20.0).round() as usize).clamp(1, 20);
        let errors = if trace.error_count > 0 { trace.error_count.to_string() } else { String::new() };
        let is_marked = self.compared == Some(trace.trace_id);
        let failed = trace.error_count > 0;
        vec![
            piece(shown_time(trace.timestamp, look), if is_marked { Role::Match } else { Role::Dim }),
            piece(format_duration(trace.duration_ns), if failed { Role::Error } else { Role::Text }),
            piece(bar.to_string().repeat(cells), if failed { Role::Error } else { Role::service(service) }),
            piece(service, Role::service(service)),
            // Where there is no room for the service, its colour says which.
            piece(name, Role::service(service)),
            piece(trace.span_count.to_string(), Role::Dim),
            piece(errors, Role::Error),
        ]
    }

    fn view_empty(&self, paper: &mut Paper<'_>, look: &Look<'_>) {
        if let Some(fault) = &self.fault {
            paper.notice(&[piece(fault.clone(), Role::Error), piece("r asks again", Role::Dim)]);
        } else if self.is_loading || look.is_cut_off() {
            paper.notice(&look.outlook());
        } else {
            let range = look.shared.range.shown(look.shared.now, &look.shared.zone);
            let mut lines = vec![piece(format!("no traces in {range}"), Role::Text), piece("", Role::Text)];
            if self.filter.text().is_empty() {
                lines.extend(super::logs::how_to_send(look));
            } else {
                lines.push(piece(
                    "u undoes the last change of the filter · - widens the time range",
                    Role::Dim,
                ));
            }
            paper.notice(&lines);
        }
    }
}

fn shown_time(time: Timestamp, look: &Look<'_>) -> String {
    match look.shared.time_style {
        TimeStyle::Date => civil(time, &look.shared.zone).strftime("%m-%dT%H:%M").to_string(),
        TimeStyle::Ago => {
            let seconds = look.shared.now.0.saturating_sub(time.0) / 1_000_000_000 * 1_000_000_000;
            format_duration(seconds)
        }
        _ => civil(time, &look.shared.zone).strftime("%H:%M:%S%.3f").to_string(),
    }
}
