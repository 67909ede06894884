//! Logs: live tail and history in one list.
//!
//! The list sticks to what arrives until one moves up: then rows keep their place and new ones are counted. `Space`
//! freezes it where it is, `G` follows again at once. Scrolling beyond what is loaded asks for more, in both directions,
//! without a seam; see [`lines`].

mod asking;
mod coming;
mod draw;
mod keys;
mod lines;
mod mouse;
mod moving;
mod patterns;
mod record;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod whole;

use std::time::Duration;

use tfo_sdk::api::LogRecord;
use tfo_sdk::client::Within;
use tfo_sdk::{RecordId, Signal, Timestamp};

pub(in crate::tui) use self::draw::{highlight, how_to_send, line};
use self::keys::{ADD_COLUMN, CONTEXT, FOLLOW, FREEZE, NEXT_ERROR, PATTERNS, TABLE};
use self::lines::{End, Lines, Place, place};
use self::patterns::LinePattern;
pub(in crate::tui) use self::record::{letter, origin_nodes};
use super::Info;
use crate::tui::bars::{Bar, Bars, Brush};
use crate::tui::filter_bar::{FilterBar, quoted};
use crate::tui::keys::{Action, act};
use crate::tui::link::Link;
use crate::tui::list::Cursor;
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::range;
use crate::tui::request::{Answer, Failure};
use crate::tui::screen::{Cx, Effect, Look, Mouse, News, SECOND, Screen, Selection, Shared, Slot, Told};
use crate::tui::theme::Role;
use crate::tui::tree::Tree;
use crate::tui::words::{grouped, shell_quoted, short};
/// The screen.
pub(crate) const INFO: Info = Info {
    name: "logs",
    title: "Logs",
    is_root: true,
    table: &TABLE,
    open: |link| Ok(Box::new(Logs::open(link)?)),
};

const PAGE: Slot = Slot("page");
const OLDER: Slot = Slot("older");
const NEWER: Slot = Slot("newer");
const HISTOGRAM: Slot = Slot("histogram");
const SOUGHT: Slot = Slot("sought");
const ERROR: Slot = Slot("error");

/// How long a page that failed rests before it is asked for again.
const RETRY: Duration = Duration::from_secs(2);
/// How often the histogram of a live range is asked for again.
const HISTOGRAM_NS: i64 = 10_000_000_000;

/// How the list moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// It sticks to its end.
    Live,
    /// Rows keep their place, because one has moved up.
    Scrolled,
    /// Rows keep their place, because one has said so.
    Frozen,
}

/// What has the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    List,
    Detail,
    Patterns,
}

/// A column of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct FieldColumn {
    /// As it was typed.
    name: String,
    field: tfo_sdk::filter::Field,
}

/// The screen's state.
#[derive(Debug)]
pub(in crate::tui) struct Logs {
    filter: FilterBar,
    lines: Lines,
    mode: Mode,
    /// The record of the cursor, and the one at the top, by their places.
    selected: Option<Place>,
    top: Option<Place>,
    /// The record to go to, once it is loaded.
    sought: Option<RecordId>,
    /// Only the records around this one, of this source.
    around: Option<(RecordId, Within)>,
    /// Records that arrived while the list kept its place.
    new_below: u64,
    /// What is asked for at the ends of the window, see [`asking`].
    asking: asking::Asking,
    /// Everything of the window that arrived up to this one is loaded.
    seen: Option<RecordId>,
    /// Whether an error is looked for further away.
    is_seeking: bool,
    /// Whether the tail brings everything that arrives.
    is_tailing: bool,
    /// Records of the live tail that wait for the page before them, and whether there were too many.
    waiting: Vec<LogRecord>,
    waiting_bytes: usize,
    is_waiting: bool,
    has_overflowed: bool,
    bars: Bars,
    bars_at: Timestamp,
    totals: Option<Bar>,
    brush: Option<Brush>,
    is_loading: bool,
    fault: Option<String>,
    /// What is known of how far back was looked.
    note: Option<String>,
    focus: Focus,
    is_detail_open: bool,
    is_zoomed: bool,
    detail_share: u16,
    tree: Tree,
    wrap: bool,
    folds: bool,
    sideways: usize,
    columns: Vec<FieldColumn>,
    pins: Vec<Place>,
    patterns: Vec<LinePattern>,
    pattern_cursor: Cursor,
    miner: patterns::Miner,
    /// The line that the miner goes on with.
    mined_from: Option<Place>,
    /// Arrivals of this second, and of the last whole one.
    arriving: (Timestamp, u64),
    rate: f64,
    service_width: u16,
}

impl Logs {
    fn open(link: &Link) -> Result<Self, String> {
        let around = match link.get("around") {
            "" => None,
            id => {
                let within = match link.get("within") {
                    "service" => Within::Service,
                    "all" => Within::All,
                    _ => Within::Source,
                };
                let id = id.parse().map_err(|error| format!("around: {error}"))?;
                Some((id, within))
            }
        };
        let sought = match link.get("record") {
            "" => around.map(|(id, _)| id),
            id => Some(id.parse().map_err(|error| format!("record: {error}"))?),
        };
        let mut logs = Self {
            filter: FilterBar::new(Signal::Logs, link.get("filter")),
            lines: Lines::default(),
            mode: if around.is_some() { Mode::Scrolled } else { Mode::Live },
            selected: None,
            top: None,
            sought,
            around,
            new_below: 0,
            asking: asking::Asking::default(),
            seen: None,
            is_seeking: false,
            is_tailing: false,
            waiting: Vec::new(),
            waiting_bytes: 0,
            is_waiting: false,
            has_overflowed: false,
            bars: Bars::default(),
            bars_at: Timestamp(0),
            totals: None,
            brush: None,
            is_loading: true,
            fault: None,
            note: None,
            focus: Focus::List,
            is_detail_open: false,
            is_zoomed: false,
            detail_share: 40,
            tree: Tree::folding(&["resource", "scope"]),
            wrap: link.get("wrap") == "yes",
            folds: false,
            sideways: 0,
            columns: Vec::new(),
            pins: Vec::new(),
            patterns: Vec::new(),
            pattern_cursor: Cursor::default(),
            miner: patterns::Miner::default(),
            mined_from: None,
            arriving: (Timestamp(0), 0),
            rate: 0.0,
            service_width: 6,
        };
        logs.set_columns(link.get("columns")).map_err(|error| format!("columns: {error}"))?;
        Ok(logs)
    }
}

impl Logs {
    /// Some of what arrived did not come.
    fn tail_broke(&mut self, cx: &mut Cx<'_>) {
        if self.mode == Mode::Live {
            self.ask_page(cx);
        } else {
            self.lines.newer = End::More;
            self.stop_waiting();
        }
    }
}

impl Screen for Logs {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        // On the way back rows keep their place; what has come meanwhile lies beyond an end.
        if !self.lines.is_empty() && self.mode != Mode::Live {
            if self.around.is_none() {
                self.lines.newer = End::More;
                self.stop_waiting();
                self.ask_histogram(cx);
                self.follow_anew(cx);
            }
            self.settle(cx);
            return;
        }
        self.load(cx);
    }

    fn hidden(&mut self, cx: &mut Cx<'_>) {
        cx.effects.push(Effect::Unfollow { screen: cx.screen });
        self.is_tailing = false;
        self.brush = None;
        // What is mined again in a moment need not be kept.
        self.miner = patterns::Miner::default();
        self.mined_from = None;
        if self.focus == Focus::Patterns {
            self.focus = Focus::List;
        }
    }

    fn range_changed(&mut self, cx: &mut Cx<'_>) {
        if self.around.is_some() {
            return;
        }
        self.lines.clear();
        self.mode = Mode::Live;
        self.new_below = 0;
        self.top = None;
        self.brush = None;
        self.load(cx);
    }

    fn filter_changed(&mut self, cx: &mut Cx<'_>) {
        // The record of the cursor is sought again among what the new filter passes.
        self.sought = self.selected.filter(|_| self.mode != Mode::Live).map(|(_, id)| id);
        self.lines.clear();
        self.mode = Mode::Live;
        self.new_below = 0;
        self.top = None;
        self.load(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        self.press(action, cx)
    }

    fn answered(&mut self, slot: Slot, answer: Result<Answer, Failure>, cx: &mut Cx<'_>) {
        match (slot, answer) {
            (HISTOGRAM, Ok(Answer::Histogram(histogram))) => self.histogram(&histogram),
            (HISTOGRAM, Err(_)) => {}
            (PAGE, Ok(Answer::Logs(page))) => self.page(page, cx),
            (ERROR, Ok(Answer::Logs(page))) => self.found_error(page, cx),
            (ERROR, Err(failure)) => {
                self.is_seeking = false;
                cx.say(failure.text, Role::Error);
            }
            (SOUGHT, Ok(Answer::Context(Some(context)))) => self.found(context.record, cx),
            (SOUGHT, _) => self.sought = None,
            (OLDER, Ok(Answer::Logs(page))) => self.older(page, cx),
            (NEWER, Ok(Answer::Logs(page))) => self.newer(page, cx),
            (slot, Ok(Answer::Context(Some(context)))) => self.context(slot, *context, cx),
            (_, Ok(Answer::Context(None))) => {
                self.is_loading = false;
                self.fault = Some("this record is not stored any more".to_owned());
            }
            (_, Ok(_)) => {}
            (slot, Err(failure)) => {
                self.is_loading = false;
                let is_refused = failure.is_refused;
                self.fault = (!failure.is_lost).then_some(failure.text);
                match slot {
                    OLDER => self.lines.older = End::More,
                    NEWER => {
                        self.lines.newer = End::More;
                        self.stop_waiting();
                    }
                    _ => {
                        self.asking.has_page = false;
                        // What is refused now is refused again; everything else may pass.
                        if !is_refused && self.around.is_none() {
                            self.ask_page_after(RETRY, cx);
                        }
                    }
                }
            }
        }
    }

    fn arrived(&mut self, news: News, cx: &mut Cx<'_>) {
        match news {
            // Whatever arrived before the tail began is in a page that is asked for now.
            News::Connected => {
                self.is_tailing = true;
                if self.mode == Mode::Live || self.lines.is_empty() {
                    // The page that is on its way may have been read before.
                    self.asking.has_page = false;
                    self.ask_page(cx);
                } else {
                    self.lines.newer = End::More;
                    self.stop_waiting();
                }
            }
            News::Logs(records) => self.arrive(records, cx),
            News::Dropped { count } => {
                cx.say(
                    format!("{count} lines came faster than they are shown; asking for them"),
                    Role::Warning,
                );
                self.tail_broke(cx);
            }
            News::Restarted => {
                self.lines.clear();
                self.seen = None;
                self.load(cx);
                cx.say("the daemon has another data folder than before", Role::Warning);
            }
            News::Refused(failure) => {
                self.is_tailing = false;
                self.fault = Some(failure.text);
            }
            // A tail that goes on where it was would first bring all that has arrived meanwhile, be it millions.
            News::Lost(_) => {
                if self.is_tailing {
                    self.follow_anew(cx);
                    if self.mode != Mode::Live {
                        self.lines.newer = End::More;
                        self.stop_waiting();
                    }
                }
            }
            News::Resource(_) => {}
        }
    }

    fn tick_every(&self) -> Option<Duration> {
        match self.around {
            _ if self.mined_from.is_some() && self.focus == Focus::Patterns => {
                Some(Duration::from_millis(20))
            }
            None => Some(SECOND),
            Some(_) => None,
        }
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        if self.focus == Focus::Patterns {
            self.mine_slice();
        }
        let now = cx.shared.now;
        let elapsed = now.0.saturating_sub(self.arriving.0.0);
        if elapsed >= 1_000_000_000 {
            self.rate = self.arriving.1 as f64 / (elapsed as f64 / 1e9);
            self.arriving = (now, 0);
        }
        if cx.shared.range.is_live() && now.0.saturating_sub(self.bars_at.0) >= HISTOGRAM_NS {
            self.ask_histogram(cx);
        }
        let is_behind = self.mode == Mode::Live && self.lines.newer != End::Reached;
        if is_behind && !self.asking.has_page && self.around.is_none() && !self.lines.is_empty() {
            self.ask_page(cx);
        }
        self.settle(cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        self.point_at(mouse, cx);
    }

    fn told(&mut self, told: Told, cx: &mut Cx<'_>) {
        match told {
            Told::Typed("columns", text) => {
                if let Err(error) = self.set_columns(&text) {
                    cx.say(error, Role::Error);
                }
            }
            Told::Chosen("pins", id) => {
                let sought = id.parse::<RecordId>().ok();
                let found = self.pins.iter().find(|(_, id)| Some(*id) == sought).copied();
                if let Some(place) = found {
                    match self.lines.index_of(place) {
                        Ok(index) => self.go(index, cx),
                        Err(_) => {
                            let link = Link::to("logs").with("record", place.1.to_string());
                            let link = link.with("filter", self.filter.text());
                            cx.open_in(link, range::Range::around(place.0, Duration::from_secs(60)));
                        }
                    }
                }
            }
            _ => {}
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
        let Some(totals) = self.totals.filter(|_| self.around.is_none()) else { return Vec::new() };
        let mut pieces = vec![piece(format!("{} lines", grouped(totals.total)), Role::Dim)];
        if totals.errors > 0 {
            pieces.push(piece(format!("  {} errors", grouped(totals.errors)), Role::Error));
        }
        if totals.warnings > 0 {
            pieces.push(piece(format!("  {} warnings", grouped(totals.warnings)), Role::Warning));
        }
        pieces
    }

    fn crumbs(&self, look: &Look<'_>) -> Vec<Piece> {
        if self.around.is_some() {
            return vec![piece("around one record", Role::Info)];
        }
        if !look.shared.range.is_live() {
            return vec![piece("history", Role::Info)];
        }
        let rate = if self.rate >= 1.0 { format!(" {}/s", short(self.rate)) } else { String::new() };
        match self.mode {
            Mode::Live if !self.is_tailing => vec![piece("connecting", Role::Warning)],
            Mode::Live => vec![piece(format!("live{rate}"), Role::Good)],
            Mode::Scrolled => vec![piece(format!("scrolled{rate}"), Role::Warning)],
            Mode::Frozen => vec![piece(format!("frozen{rate}"), Role::Warning)],
        }
    }

    fn hints(&self) -> &'static [Action] {
        if self.brush.is_some() {
            return &[act::LEFT, act::RIGHT, act::BRUSH];
        }
        match self.focus {
            Focus::List if self.mode == Mode::Live => {
                &[act::ENTER, FREEZE, NEXT_ERROR, PATTERNS, act::RELATED_TRACE, act::TIME]
            }
            Focus::List => &[act::ENTER, FOLLOW, NEXT_ERROR, PATTERNS, act::RELATED_TRACE, CONTEXT],
            Focus::Detail => &[act::INCLUDE, act::EXCLUDE, ADD_COLUMN, act::RELATED_TRACE, act::COPY_VALUE],
            Focus::Patterns => &[act::ENTER, act::EXCLUDE, PATTERNS],
        }
    }

    fn link(&self) -> Link {
        let mut link = Link::to("logs").with("columns", self.column_names());
        if let Some((id, within)) = self.around {
            let within = match within {
                Within::Source => "",
                Within::Service => "service",
                Within::All => "all",
            };
            link = link.with("around", id.to_string()).with("within", within);
        } else if let Some((_, id)) = self.selected.filter(|_| self.mode != Mode::Live) {
            link = link.with("record", id.to_string());
        }
        if self.wrap { link.with("wrap", "yes") } else { link }
    }

    fn command(&self, shared: &Shared) -> String {
        let filter = match self.filter.text() {
            "" => String::new(),
            text => format!(" --filter={}", shell_quoted(text)),
        };
        match self.around {
            Some((id, _)) => format!("tfo logs --around {id}"),
            None if self.mode == Mode::Live && shared.range.is_live() => format!("tfo logs{filter} --follow"),
            None => format!("tfo logs{filter} {}", shared.range.options()),
        }
    }

    fn selection(&self) -> Selection {
        if self.focus == Focus::Patterns {
            let Some(pattern) = self.patterns.get(self.pattern_cursor.at) else {
                return Selection::default();
            };
            return Selection {
                service: pattern.service.clone(),
                time: Some(pattern.last),
                line: Some(pattern.text()),
                ..Selection::default()
            };
        }
        let Some(record) = self.selected_record() else { return Selection::default() };
        let nodes = if self.focus == Focus::Detail { self.nodes() } else { Vec::new() };
        let field = match self.tree.selected(&nodes).and_then(|node| node.field.clone()) {
            Some(field) => Some(field),
            // In the list the value under the cursor is the service: what one most often wants more or less of.
            None if self.focus == Focus::List => {
                record.service_name.as_ref().map(|service| ("service".to_owned(), quoted(service)))
            }
            None => None,
        };
        Selection {
            service: record.service_name.clone(),
            trace: record.trace_id.map(|id| id.to_string()),
            span: record.span_id.map(|id| id.to_string()),
            time: Some(record.timestamp),
            line: Some(record::message(record)),
            json: serde_json::to_string_pretty(record).ok(),
            field,
            ..Selection::default()
        }
    }

    fn is_waiting(&self) -> bool {
        self.is_seeking || (self.lines.is_empty() && self.is_loading && self.fault.is_none())
    }

    fn exported(&self, path: &str) -> Option<String> {
        (!self.lines.is_empty()).then(|| record::exported(self.lines.iter(), path))
    }

    fn weight(&self) -> usize {
        self.lines.bytes() + self.waiting_bytes
    }
}
