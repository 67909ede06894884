//! What keys do to logs.

use tfo_sdk::api::LogRecord;

use super::lines::End;
use super::{FieldColumn, Focus, Logs, Mode, lines, patterns, record};
use crate::tui::bars::{self, Brush};
use crate::tui::keys::{Action, Binding, Table, act, bind};
use crate::tui::link::Link;
use crate::tui::list::Cursor;
use crate::tui::overlay::{Item, Menu, Overlay, Prompt};
use crate::tui::screen::{Cx, Effect, Screen as _};
use crate::tui::theme::Role;
use crate::tui::tree::Node;
use crate::tui::{range, split};

pub(super) const FREEZE: Action = Action("freeze");
pub(super) const FOLLOW: Action = Action("follow");
pub(super) const NEXT_ERROR: Action = Action("next-error");
pub(super) const PREVIOUS_ERROR: Action = Action("previous-error");
pub(super) const MORE_SEVERE: Action = Action("more-severe");
pub(super) const LESS_SEVERE: Action = Action("less-severe");
pub(super) const WRAP: Action = Action("wrap");
pub(super) const COLUMNS: Action = Action("columns");
pub(super) const ADD_COLUMN: Action = Action("add-column");
pub(super) const DUPLICATES: Action = Action("duplicates");
pub(super) const PATTERNS: Action = Action("patterns");
pub(super) const CONTEXT: Action = Action("context");
pub(super) const PIN: Action = Action("pin");
pub(super) const PINS: Action = Action("pins");

pub(super) const TABLE: Table = Table {
    name: "logs",
    title: "Logs",
    bindings: &[
        bind(FREEZE, &["space"], "freeze", "Freeze the list where it is; what arrives is counted, not lost"),
        bind(FOLLOW, &["F"], "follow", "Follow what arrives"),
        bind(NEXT_ERROR, &["e"], "next error", "Next error"),
        bind(PREVIOUS_ERROR, &["E"], "previous error", "Previous error"),
        bind(MORE_SEVERE, &["s"], "severity", "Only more severe records"),
        bind(LESS_SEVERE, &["S"], "severity", "Less severe records too"),
        bind(
            PATTERNS,
            &["p"],
            "patterns",
            "Similar lines grouped, with counts; Enter filters for one, x hides it",
        ),
        bind(DUPLICATES, &["d"], "duplicates", "Fold lines that repeat the one before"),
        bind(
            CONTEXT,
            &["C"],
            "context",
            "The lines around this one, of the same source, whatever the filter",
        ),
        bind(WRAP, &["w"], "wrap", "Wrap long lines"),
        bind(COLUMNS, &["c"], "columns", "Choose columns: any fields of the filter grammar"),
        bind(ADD_COLUMN, &["a"], "add column", "The attribute under the cursor as a column"),
        bind(PIN, &["b"], "pin", "Bookmark the row"),
        bind(PINS, &["'"], "bookmarks", "Go to a bookmark"),
    ] as &[Binding],
};

/// Bookmarks that are kept.
const MOST_PINS: usize = 100;

/// The severities that `s` and `S` go through.
const LEVELS: [&str; 5] = ["debug", "info", "warn", "error", "fatal"];

impl Logs {
    /// A key of the screen, or one that holds everywhere. False when it has nothing to do with it.
    pub(super) fn press(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        if self.act_on_brush(action, cx) {
            return true;
        }
        match action {
            FREEZE => {
                if self.mode == Mode::Frozen {
                    self.follow(cx);
                } else {
                    self.mode = Mode::Frozen;
                    self.new_below = 0;
                }
            }
            FOLLOW => {
                if cx.shared.range.is_live() {
                    self.follow(cx);
                } else {
                    cx.set_range(range::START);
                }
            }
            NEXT_ERROR | PREVIOUS_ERROR => self.seek_error(action == NEXT_ERROR, cx),
            act::NEXT_MATCH | act::PREVIOUS_MATCH => {
                let Some(highlight) = cx.shared.highlight.clone() else { return false };
                let has = |record: &LogRecord| highlight.is_in(&record::message(record));
                self.seek_match(action == act::NEXT_MATCH, has, cx);
            }
            MORE_SEVERE => self.change_severity(true, cx),
            LESS_SEVERE => self.change_severity(false, cx),
            WRAP => self.wrap = !self.wrap,
            DUPLICATES => self.folds = !self.folds,
            COLUMNS => {
                let hint = "fields like http.route, resource.host.name, trace; empty for none";
                cx.overlay(Overlay::Prompt(Prompt::new("columns", "Columns", &self.column_names(), hint)));
            }
            ADD_COLUMN => match self.selection().field {
                Some((field, _)) if !self.columns.iter().any(|column| column.name == field) => {
                    let names = format!("{},{field}", self.column_names());
                    if let Err(error) = self.set_columns(&names) {
                        cx.say(error, Role::Error);
                    }
                }
                _ => cx.say("no attribute under the cursor", Role::Dim),
            },
            PATTERNS if self.focus != Focus::Patterns => {
                self.focus = Focus::Patterns;
                self.pattern_cursor = Cursor::default();
                self.mine_patterns();
            }
            CONTEXT => match self.selected_record() {
                Some(record) => cx.open(Link::to("logs").with("around", record.id.to_string())),
                None => return false,
            },
            PIN => {
                if let Some(place) = self.selected {
                    if let Some(at) = self.pins.iter().position(|known| *known == place) {
                        self.pins.remove(at);
                    } else if self.pins.len() < MOST_PINS {
                        self.pins.push(place);
                        self.pins.sort_unstable();
                    }
                }
            }
            PINS => {
                let items: Vec<Item> = self
                    .pins
                    .iter()
                    .map(|(time, id)| {
                        let text = self.lines.get(self.index((*time, *id))).filter(|record| record.id == *id);
                        Item {
                            label: format!("{time:.3}  {}", text.map(record::message).unwrap_or_default()),
                            note: String::new(),
                            value: id.to_string(),
                        }
                    })
                    .collect();
                if items.is_empty() {
                    cx.say("no bookmarks; b makes one", Role::Dim);
                } else {
                    cx.overlay(Overlay::Menu(Menu::new("pins", "Bookmarks", items)));
                }
            }
            act::BRUSH if self.around.is_none() => {
                let columns = self.brush_columns(cx);
                let bounds = cx.shared.range.bounds(cx.shared.now);
                let at = self.selected.and_then(|(time, _)| bars::column_of(time, columns, bounds));
                let at = at.unwrap_or(columns / 2);
                self.brush = Some(Brush { from: at, to: at });
                cx.say("h and l mark a stretch of time, v zooms into it, Esc gives up", Role::Info);
            }
            act::NEXT_PANE | act::PREVIOUS_PANE if self.is_detail_open => {
                self.focus = if self.focus == Focus::Detail { Focus::List } else { Focus::Detail };
            }
            act::ZOOM_PANE if self.is_detail_open => {
                self.is_zoomed = !self.is_zoomed;
                self.settle(cx);
            }
            act::WIDER => {
                self.detail_share = (self.detail_share + 5).min(80);
                self.settle(cx);
            }
            act::NARROWER => {
                self.detail_share = self.detail_share.saturating_sub(5).max(15);
                self.settle(cx);
            }
            act::REFRESH => {
                if self.mode == Mode::Live {
                    self.load(cx);
                } else {
                    self.ask_histogram(cx);
                    if self.lines.newer == End::Reached {
                        self.lines.newer = End::More;
                    }
                    self.ask_more(cx);
                }
            }
            action => {
                return match self.focus {
                    Focus::List => self.act_on_list(action, cx),
                    Focus::Detail => self.act_on_detail(action, cx),
                    Focus::Patterns => self.act_on_patterns(action, cx),
                };
            }
        }
        true
    }

    pub(super) fn change_severity(&mut self, up: bool, cx: &mut Cx<'_>) {
        let text = self.filter.text().to_owned();
        let now = text.split(' ').find_map(|term| term.strip_prefix("severity:")?.strip_suffix('+'));
        let at = now.and_then(|level| LEVELS.iter().position(|known| *known == level));
        let next = match (at, up) {
            (None, true) => Some(1),
            (Some(at), true) => Some((at + 1).min(LEVELS.len() - 1)),
            (Some(0) | None, false) => None,
            (Some(at), false) => Some(at - 1).filter(|at| *at > 0),
        };
        let term = next.and_then(|at| LEVELS.get(at)).map(|level| format!("severity:{level}+"));
        // Where words are more than terms beside each other, none of them is taken out.
        let is_plain = !text.contains(['(', ')', '"', '/']) && !text.contains(" OR ");
        let is_other = |term: &&str| {
            let is_severity = term.starts_with("severity:") && term.ends_with('+');
            !is_plain || !(is_severity || term.is_empty())
        };
        let rest = text.split(' ').filter(is_other).collect::<Vec<_>>().join(" ");
        let text = match term {
            Some(term) if rest.is_empty() => term,
            Some(term) if is_plain => format!("{rest} {term}"),
            Some(term) => format!("({rest}) {term}"),
            None => rest,
        };
        cx.effects.push(Effect::SetFilter(text));
    }

    pub(super) fn set_columns(&mut self, text: &str) -> Result<(), String> {
        let mut columns = Vec::new();
        for name in text.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty()) {
            let term = tfo_sdk::filter::parse_term(&format!("{name}:*")).map_err(|error| error.message)?;
            let tfo_sdk::filter::Filter::Term(term) = term else { return Err(format!("{name} is no field")) };
            let tfo_sdk::filter::TermKind::Field(field, _) = term.kind else {
                return Err(format!("{name} is no field"));
            };
            columns.push(FieldColumn { name: name.to_owned(), field });
        }
        self.columns = columns;
        Ok(())
    }

    pub(super) fn column_names(&self) -> String {
        self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(",")
    }

    pub(super) fn nodes(&self) -> Vec<Node> {
        self.selected_record().map(record::nodes).unwrap_or_default()
    }

    pub(super) fn layout(&self, area: ratatui::layout::Rect) -> split::Split {
        let (_, below) = if self.around.is_some() { (area, area) } else { bars::split(area) };
        split::split(below, self.is_detail_open, self.is_zoomed, self.detail_share)
    }

    /// Begins to look for patterns in what is loaded now.
    pub(super) fn mine_patterns(&mut self) {
        let first = self.lines.len().saturating_sub(patterns::LINES);
        let (Some(from), Some(to)) = (self.lines.get(first), self.lines.last()) else { return };
        self.miner = patterns::Miner::new(from.timestamp, to.0);
        self.mined_from = Some(lines::place(from));
        self.mine_slice();
    }

    /// Looks at the next lines. Those that come meanwhile are left out, as are those that go.
    pub(super) fn mine_slice(&mut self) {
        let Some(from) = self.mined_from else { return };
        let from = self.index(from);
        let to = (from + patterns::SLICE).min(self.lines.len());
        for index in from..to {
            if let Some(record) = self.lines.get(index) {
                self.miner.add(record);
            }
        }
        self.mined_from = self.lines.get(to).map(lines::place);
        if self.miner.lines() >= patterns::LINES {
            self.mined_from = None;
        }
        let selected = self
            .patterns
            .get(self.pattern_cursor.at)
            .map(|pattern| (pattern.service.clone(), pattern.text()));
        self.patterns = self.miner.patterns();
        // The pattern of the cursor stays its own while others overtake it.
        let is_it = |pattern: &patterns::LinePattern| {
            selected
                .as_ref()
                .is_some_and(|(service, text)| pattern.service == *service && pattern.text() == *text)
        };
        if self.pattern_cursor.at > 0
            && let Some(at) = self.patterns.iter().position(is_it)
        {
            self.pattern_cursor.at = at;
        }
    }

    pub(super) fn act_on_patterns(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let height = self.list_height(cx);
        if self.pattern_cursor.act(action, self.patterns.len(), height) {
            return true;
        }
        let chosen = self.patterns.get(self.pattern_cursor.at);
        match (action, chosen) {
            (PATTERNS | act::CLOSE, _) => self.focus = Focus::List,
            (act::REFRESH, _) => {
                self.mine_patterns();
            }
            (act::ENTER | act::INCLUDE, Some(pattern)) => {
                let text = self.filter.with_term(&pattern.filter());
                self.focus = Focus::List;
                cx.effects.push(Effect::SetFilter(text));
            }
            (act::EXCLUDE, Some(pattern)) => {
                let text = self.filter.with_term(&format!("-({})", pattern.filter()));
                cx.effects.push(Effect::SetFilter(text));
            }
            _ => return false,
        }
        true
    }

    pub(super) fn act_on_list(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        match action {
            act::ENTER => {
                if self.selected.is_some() {
                    self.hold();
                    self.is_detail_open = true;
                    self.focus = Focus::Detail;
                    self.settle(cx);
                }
            }
            act::RIGHT => self.sideways = (self.sideways + 8).min(4000),
            act::LEFT => self.sideways = self.sideways.saturating_sub(8),
            act::CLOSE => {
                if self.is_detail_open {
                    self.is_detail_open = false;
                    self.is_zoomed = false;
                    self.settle(cx);
                } else if self.sideways > 0 {
                    self.sideways = 0;
                } else {
                    return false;
                }
            }
            _ => return self.move_list(action, cx),
        }
        true
    }

    pub(super) fn act_on_detail(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let nodes = self.nodes();
        let height = usize::from(self.layout(cx.area).detail.height);
        match action {
            act::CLOSE => {
                self.is_detail_open = false;
                self.is_zoomed = false;
                self.focus = Focus::List;
                self.settle(cx);
                true
            }
            act::ENTER if self.tree.selected(&nodes).is_some_and(|node| node.link.is_some()) => {
                let link = self.tree.selected(&nodes).and_then(|node| node.link.clone());
                if let Some(link) = link.and_then(|link| Link::parse(&link).ok()) {
                    cx.open(link);
                }
                true
            }
            action => self.tree.act(action, &nodes, height),
        }
    }

    pub(super) fn brush_columns(&self, cx: &Cx<'_>) -> u16 {
        cx.area.width
    }

    pub(super) fn act_on_brush(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let Some(brush) = self.brush else { return false };
        let columns = self.brush_columns(cx);
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
}
