//! One trace: waterfall, flame, operations, logs, or beside another trace.
//!
//! Rows are indices into the spans of the trace, and only those on the screen are drawn, so that a hundred thousand spans
//! scroll like ten. The critical path is drawn double: what the trace waited for, from its start to its end.

mod draw;
mod flame;
mod keys;
mod mouse;
mod moving;
mod rows;
mod span;
mod stats;
#[cfg(test)]
mod tests;

use std::time::Duration;

use tfo_sdk::api::{LogRecord, Trace};
use tfo_sdk::client::{Order, Read};
use tfo_sdk::time::format_duration;
use tfo_sdk::{SpanId, Timestamp, TraceId};

use self::keys::{NEXT_ERROR, NEXT_SEGMENT, PATH_ONLY, TABLE, VIEW};
use self::rows::{Row, Shown, ancestors, counts_below, rows};
use super::Info;
use crate::tui::filter_bar::quoted;
use crate::tui::keys::{Action, act};
use crate::tui::link::Link;
use crate::tui::list::Cursor;
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::request::{Answer, Failure, Request};
use crate::tui::screen::{Cx, Look, Mouse, SECOND, Screen, Selection, Shared, Slot};
use crate::tui::split;
use crate::tui::theme::Role;
use crate::tui::tree::{Node, Tree};
use crate::tui::weight;

/// The screen.
pub(crate) const INFO: Info = Info {
    name: "trace",
    title: "Trace",
    is_root: false,
    table: &TABLE,
    open: |link| Ok(Box::new(TraceScreen::open(link)?)),
};

const TRACE: Slot = Slot("trace");
const OTHER: Slot = Slot("other");
const LOGS: Slot = Slot("logs");

/// How often, and after how long, a trace is asked for again of which parts have not come.
const MOST_AGAIN: u32 = 10;
const AGAIN_NS: i64 = 3_000_000_000;
/// Logs of the trace that are loaded.
const MOST_LOGS: usize = 2000;

/// How the trace is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Waterfall,
    Flame,
    Operations,
    Logs,
    Compared,
}

#[derive(Debug)]
struct TraceScreen {
    id: TraceId,
    with: Option<TraceId>,
    trace: Option<Trace>,
    other: Option<Trace>,
    logs: Vec<LogRecord>,
    /// Approximately what all of them take.
    bytes: usize,
    is_loading: bool,
    fault: Option<String>,
    view: View,
    shown: Shown,
    below: Vec<usize>,
    rows: Vec<Row>,
    lanes: Vec<usize>,
    operations: Vec<stats::Operation>,
    differences: Vec<stats::Difference>,
    cursor: Cursor,
    /// The cursor of the other views.
    other_cursor: Cursor,
    sought: Option<SpanId>,
    /// How often it was asked for again because parts of it had not come.
    again: u32,
    asked_at: Timestamp,
    /// The stretch of time that is drawn, in nanoseconds from the start of the trace.
    window: (i64, i64),
    is_detail_open: bool,
    is_detail_focused: bool,
    is_zoomed: bool,
    detail_share: u16,
    tree: Tree,
}

impl TraceScreen {
    fn open(link: &Link) -> Result<Self, String> {
        let id = link.id.as_deref().ok_or("a trace needs its id: trace/4bf92f3577b34da6a3ce929d0e0e4736")?;
        let with = match link.get("with") {
            "" => None,
            id => Some(id.parse().map_err(|error| format!("with: {error}"))?),
        };
        let sought = match link.get("span") {
            "" => None,
            id => Some(id.parse().map_err(|error| format!("span: {error}"))?),
        };
        let view = match (link.get("view"), with) {
            (_, Some(_)) => View::Compared,
            ("flame", _) => View::Flame,
            ("operations", _) => View::Operations,
            ("logs", _) => View::Logs,
            _ => View::Waterfall,
        };
        Ok(Self {
            id: id.parse().map_err(|error: tfo_sdk::ids::IdError| error.to_string())?,
            with,
            trace: None,
            other: None,
            logs: Vec::new(),
            bytes: 0,
            is_loading: true,
            fault: None,
            view,
            shown: Shown::default(),
            below: Vec::new(),
            rows: Vec::new(),
            lanes: Vec::new(),
            operations: Vec::new(),
            differences: Vec::new(),
            cursor: Cursor::default(),
            other_cursor: Cursor::default(),
            sought,
            again: 0,
            asked_at: Timestamp(0),
            window: (0, 1),
            is_detail_open: false,
            is_detail_focused: false,
            is_zoomed: false,
            detail_share: 40,
            tree: Tree::folding(&["resource", "scope"]),
        })
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        self.is_loading = true;
        self.fault = None;
        self.asked_at = cx.shared.now;
        cx.ask(TRACE, Request::Trace(self.id));
        if let Some(other) = self.with {
            cx.ask(OTHER, Request::Trace(other));
        }
    }

    fn take(&mut self, trace: Trace, cx: &mut Cx<'_>) {
        let is_first = self.trace.is_none();
        self.below = counts_below(&trace.spans);
        self.lanes = flame::lanes(&trace.spans);
        self.operations = stats::operations(&trace.spans);
        if is_first {
            self.window = (0, trace.duration_ns.max(1));
        }
        // Logs of a trace are near it, whatever the range that one came with.
        let read = Read {
            since: Some(trace.timestamp.minus(std::time::Duration::from_secs(60)).to_string()),
            until: Some(
                Timestamp(trace.timestamp.0.saturating_add(trace.duration_ns))
                    .plus(std::time::Duration::from_secs(60))
                    .to_string(),
            ),
            trace: Some(self.id),
            order: Some(Order::Asc),
            limit: Some(MOST_LOGS),
            ..Read::default()
        };
        cx.ask(LOGS, Request::Logs(read));
        self.trace = Some(trace);
        self.arrange();
        if let (Some(sought), Some(trace)) = (self.sought.take(), &self.trace) {
            if let Some(index) = trace.spans.iter().position(|span| span.span.span_id == sought) {
                self.go_to_span(index, cx);
                self.is_detail_open = cx.area.width >= 100;
            } else {
                cx.say("this span has not come", Role::Warning);
            }
        }
        self.keep(cx);
        self.compare();
    }

    fn compare(&mut self) {
        if let (Some(first), Some(second)) = (&self.trace, &self.other) {
            self.differences = stats::compare(first, second);
        }
    }

    fn arrange(&mut self) {
        if let Some(trace) = &self.trace {
            self.rows = rows(&trace.spans, &self.below, &self.shown);
        }
    }

    fn keep(&mut self, cx: &Cx<'_>) {
        let height = self.list_height(cx);
        self.cursor.keep(self.rows.len(), height);
        let length = self.other_length();
        self.other_cursor.keep(length, height);
    }

    fn other_length(&self) -> usize {
        match self.view {
            View::Operations => self.operations.len(),
            View::Logs => self.logs.len(),
            View::Compared => self.differences.len(),
            View::Waterfall | View::Flame => 0,
        }
    }

    fn list_height(&self, cx: &Cx<'_>) -> usize {
        usize::from(self.layout(cx.area).list.height.saturating_sub(1)).max(1)
    }

    fn layout(&self, area: ratatui::layout::Rect) -> split::Split {
        let head = draw::head_rows(area);
        let below =
            ratatui::layout::Rect { y: area.y + head, height: area.height.saturating_sub(head), ..area };
        let has_detail = self.is_detail_open && !matches!(self.view, View::Compared | View::Logs);
        split::split(below, has_detail, self.is_zoomed, self.detail_share)
    }

    /// The span of the cursor.
    fn selected(&self) -> Option<usize> {
        match self.view {
            View::Operations => self.operations.get(self.other_cursor.at).map(|operation| operation.span),
            _ => self.rows.get(self.cursor.at).map(Row::span),
        }
    }

    fn nodes(&self) -> Vec<Node> {
        let Some(trace) = &self.trace else { return Vec::new() };
        self.selected()
            .and_then(|index| trace.spans.get(index))
            .map(|span| span::nodes(span, &self.logs))
            .unwrap_or_default()
    }
}

impl Screen for TraceScreen {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        if self.trace.is_none() {
            self.load(cx);
        }
    }

    // A trace is all of itself, whatever the range.
    fn range_changed(&mut self, _cx: &mut Cx<'_>) {}

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        self.press(action, cx)
    }

    fn answered(&mut self, slot: Slot, answer: Result<Answer, Failure>, cx: &mut Cx<'_>) {
        match (slot, answer) {
            (TRACE, Ok(Answer::Trace(Some(trace)))) => {
                self.is_loading = false;
                self.take(*trace, cx);
            }
            (TRACE, Ok(Answer::Trace(None))) => {
                self.is_loading = false;
                self.fault = Some(
                    "no span of this trace is stored; one may still be on its way (r asks again)".to_owned(),
                );
            }
            (OTHER, Ok(Answer::Trace(Some(trace)))) => {
                self.other = Some(*trace);
                self.compare();
            }
            (OTHER, Ok(Answer::Trace(None))) => self.fault = Some("the other trace is not stored".to_owned()),
            (LOGS, Ok(Answer::Logs(page))) => self.logs = page.items,
            (LOGS, Err(_)) | (_, Ok(_)) => {}
            (_, Err(failure)) => {
                self.is_loading = false;
                self.fault = (!failure.is_lost).then_some(failure.text);
            }
        }
        let traces = [&self.trace, &self.other].into_iter().flatten();
        let spans = traces.flat_map(|trace| &trace.spans).map(weight::of_span).sum::<usize>();
        self.bytes = spans + self.logs.iter().map(weight::of_log).sum::<usize>();
    }

    /// While parts of a young trace have not come, it is worth another look.
    fn tick_every(&self) -> Option<Duration> {
        let is_partial = self.trace.as_ref().is_none_or(|trace| trace.missing_parents > 0);
        (is_partial && self.again < MOST_AGAIN).then_some(SECOND)
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        let is_due = cx.shared.now.0.saturating_sub(self.asked_at.0) >= AGAIN_NS;
        if self.tick_every().is_some() && is_due && !self.is_loading {
            self.again += 1;
            self.load(cx);
        }
        self.keep(cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        self.point_at(mouse, cx);
    }

    fn view(&self, paper: &mut Paper<'_>, look: &Look<'_>) {
        draw::view(self, paper, look);
    }

    fn crumbs(&self, _look: &Look<'_>) -> Vec<Piece> {
        let Some(trace) = &self.trace else { return vec![piece(self.id.to_string(), Role::Id)] };
        let mut pieces = Vec::new();
        // The way from the root to the span of the cursor.
        let at = self.selected().unwrap_or(0);
        let way: Vec<usize> = ancestors(&trace.spans, at).into_iter().chain([at]).collect();
        let cut = way.len().saturating_sub(3);
        if cut > 0 {
            pieces.push(piece("… ▸ ", Role::Dim));
        }
        for (place, index) in way[cut..].iter().enumerate() {
            let Some(span) = trace.spans.get(*index) else { continue };
            if place > 0 {
                pieces.push(piece(" ▸ ", Role::Dim));
            }
            pieces.push(piece(span.span.name.clone().unwrap_or_else(|| "-".to_owned()), Role::Text));
        }
        pieces
    }

    fn hints(&self) -> &'static [Action] {
        if self.is_detail_focused {
            return &[act::ENTER, act::NEXT_PANE, act::RELATED_LOGS, act::RELATED_SERVICE, act::COPY_VALUE];
        }
        &[act::ENTER, VIEW, NEXT_SEGMENT, PATH_ONLY, NEXT_ERROR, act::RELATED_LOGS, act::RELATED_SERVICE]
    }

    fn link(&self) -> Link {
        let view = match self.view {
            View::Waterfall | View::Compared => "",
            View::Flame => "flame",
            View::Operations => "operations",
            View::Logs => "logs",
        };
        let span = match (&self.trace, self.selected()) {
            (Some(trace), Some(at)) if at > 0 => {
                trace.spans.get(at).map(|span| span.span.span_id.to_string())
            }
            _ => None,
        };
        Link::to("trace")
            .id(self.id.to_string())
            .with("view", view)
            .with("span", span.unwrap_or_default())
            .with("with", self.with.map(|id| id.to_string()).unwrap_or_default())
    }

    fn command(&self, _shared: &Shared) -> String {
        format!("tfo trace {}", self.id)
    }

    fn selection(&self) -> Selection {
        let whole = Selection { trace: Some(self.id.to_string()), ..Selection::default() };
        if self.view == View::Logs {
            let Some(record) = self.logs.get(self.other_cursor.at) else { return whole };
            return Selection {
                service: record.service_name.clone(),
                span: record.span_id.map(|id| id.to_string()),
                time: Some(record.timestamp),
                line: record.body.as_ref().map(ToString::to_string),
                json: serde_json::to_string_pretty(record).ok(),
                ..whole
            };
        }
        let span = self.trace.as_ref().zip(self.selected()).and_then(|(trace, at)| trace.spans.get(at));
        let Some(row) = span else { return whole };
        let span = &row.span;
        let nodes = if self.is_detail_focused { self.nodes() } else { Vec::new() };
        let of_service = span.service_name.as_ref().map(|service| ("service".to_owned(), quoted(service)));
        Selection {
            field: self.tree.selected(&nodes).and_then(|node| node.field.clone()).or(of_service),
            service: span.service_name.clone(),
            span: Some(span.span_id.to_string()),
            operation: span.name.clone(),
            time: Some(span.timestamp),
            duration_ns: span.duration_ns,
            line: Some(format!(
                "{} {}",
                draw::label(row),
                span.duration_ns.map(format_duration).unwrap_or_default()
            )),
            json: serde_json::to_string_pretty(row).ok(),
            ..whole
        }
    }

    fn is_waiting(&self) -> bool {
        self.trace.is_none() && self.is_loading
    }

    fn weight(&self) -> usize {
        self.bytes
    }
}
