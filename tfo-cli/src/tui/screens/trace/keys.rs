//! What keys do to a trace.

use super::rows::{Row, ancestors};
use super::{TraceScreen, View, draw};
use crate::tui::keys::{Action, Table, act, bind};
use crate::tui::link::Link;
use crate::tui::list::Cursor;
use crate::tui::screen::Cx;
use crate::tui::theme::Role;
use tfo_sdk::Timestamp;

pub(super) const PATH_ONLY: Action = Action("path-only");
pub(super) const NEXT_SEGMENT: Action = Action("next-segment");
pub(super) const PREVIOUS_SEGMENT: Action = Action("previous-segment");
pub(super) const NEXT_ERROR: Action = Action("next-error");
pub(super) const PREVIOUS_ERROR: Action = Action("previous-error");
pub(super) const ROOT_HERE: Action = Action("root-here");
pub(super) const ROOT_UP: Action = Action("root-up");
pub(super) const VIEW: Action = Action("view");
pub(super) const FOLD_ALL: Action = Action("fold-all");
pub(super) const OPEN_ALL: Action = Action("open-all");
pub(super) const PARENT: Action = Action("parent");
pub(super) const SLOWEST: Action = Action("slowest");

pub(super) const TABLE: Table = Table {
    name: "trace",
    title: "Trace",
    bindings: &[
        bind(VIEW, &["s"], "view", "Waterfall, flame, operations, logs"),
        bind(PATH_ONLY, &["C"], "path only", "Only what is on the critical path"),
        bind(NEXT_SEGMENT, &["]"], "next on path", "Next segment of the critical path"),
        bind(PREVIOUS_SEGMENT, &["["], "previous on path", "Previous segment of the critical path"),
        bind(SLOWEST, &["S"], "slowest", "The span that the trace waited for longest"),
        bind(NEXT_ERROR, &["e"], "next error", "Next span that failed"),
        bind(PREVIOUS_ERROR, &["E"], "previous error", "Previous span that failed"),
        bind(PARENT, &["p"], "parent", "The parent of the span"),
        bind(ROOT_HERE, &["."], "root here", "Show this span and what is below it alone"),
        bind(ROOT_UP, &[","], "root up", "One level more of what is above"),
        bind(FOLD_ALL, &["z M"], "fold all", "Fold everything"),
        bind(OPEN_ALL, &["z R"], "open all", "Unfold everything"),
    ],
};

impl TraceScreen {
    /// A key of the screen, or one that holds everywhere. False when it has nothing to do with it.
    pub(super) fn press(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        match action {
            VIEW => {
                self.view = match self.view {
                    View::Waterfall => View::Flame,
                    View::Flame => View::Operations,
                    View::Operations => View::Logs,
                    View::Logs if self.with.is_some() => View::Compared,
                    View::Logs | View::Compared => View::Waterfall,
                };
                self.other_cursor = Cursor::default();
                self.is_detail_focused = false;
            }
            PATH_ONLY => {
                self.shown.path_only = !self.shown.path_only;
                let at = self.selected();
                self.arrange();
                if let Some(at) = at {
                    self.go_to_span(at, cx);
                }
            }
            NEXT_SEGMENT => self.seek_segment(true, cx),
            PREVIOUS_SEGMENT => self.seek_segment(false, cx),
            SLOWEST => {
                if let Some(operation) = self.operations.first() {
                    let index = operation.span;
                    self.view = View::Waterfall;
                    self.go_to_span(index, cx);
                    self.is_detail_open = true;
                }
            }
            NEXT_ERROR | PREVIOUS_ERROR => {
                self.seek(action == NEXT_ERROR, |span| span.span.is_error(), "failed span", cx);
            }
            act::NEXT_MATCH | act::PREVIOUS_MATCH => {
                let Some(highlight) = cx.shared.highlight.clone() else { return false };
                let has = |span: &tfo_sdk::api::TraceSpan| highlight.is_in(&draw::label(span));
                self.seek(action == act::NEXT_MATCH, has, "match", cx);
            }
            PARENT => {
                let above = match (&self.trace, self.selected()) {
                    (Some(trace), Some(at)) => ancestors(&trace.spans, at).last().copied(),
                    _ => None,
                };
                match above {
                    Some(parent) => self.go_to_span(parent, cx),
                    None => cx.say("this is a root", Role::Dim),
                }
            }
            ROOT_HERE => {
                self.shown.root = self.selected();
                self.arrange();
                self.cursor = Cursor::default();
            }
            ROOT_UP => {
                if let (Some(root), Some(trace)) = (self.shown.root, &self.trace) {
                    self.shown.root = ancestors(&trace.spans, root).last().copied();
                    self.arrange();
                    self.go_to_span(root, cx);
                }
            }
            FOLD_ALL => {
                let all =
                    self.below.iter().enumerate().filter(|(_, below)| **below > 0).map(|(index, _)| index);
                self.shown.folded = all.filter(|index| *index != 0).collect();
                self.shown.opened.clear();
                self.arrange();
            }
            OPEN_ALL => {
                self.shown.folded.clear();
                let runs = self.rows.iter().filter_map(|row| match row {
                    Row::Similar { first, .. } => Some(*first),
                    _ => None,
                });
                let runs: Vec<usize> = runs.collect();
                self.shown.opened.extend(runs);
                self.arrange();
            }
            act::ZOOM_IN => self.scale(0.5, 0.0),
            act::ZOOM_OUT => self.scale(2.0, 0.0),
            act::EARLIER => self.scale(1.0, -0.5),
            act::LATER => self.scale(1.0, 0.5),
            act::RESET_ZOOM => {
                if let Some(trace) = &self.trace {
                    self.window = (0, trace.duration_ns.max(1));
                }
            }
            act::NEXT_PANE | act::PREVIOUS_PANE => {
                if self.is_detail_open {
                    self.is_detail_focused = !self.is_detail_focused;
                } else {
                    self.is_detail_open = true;
                    self.is_detail_focused = true;
                }
            }
            act::ZOOM_PANE if self.is_detail_open => self.is_zoomed = !self.is_zoomed,
            act::WIDER => self.detail_share = (self.detail_share + 5).min(80),
            act::NARROWER => self.detail_share = self.detail_share.saturating_sub(5).max(15),
            act::REFRESH => self.load(cx),
            act::CLOSE => return self.close(cx),
            action => {
                let done = match self.view {
                    _ if self.is_detail_focused && self.is_detail_open => self.act_on_detail(action, cx),
                    View::Waterfall | View::Flame => self.act_on_rows(action, cx),
                    _ => self.act_on_list(action, cx),
                };
                if !done {
                    return false;
                }
            }
        }
        self.keep(cx);
        true
    }

    pub(super) fn act_on_detail(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let nodes = self.nodes();
        let height = usize::from(self.layout(cx.area).detail.height);
        if action == act::ENTER
            && let Some(link) = self.tree.selected(&nodes).and_then(|node| node.link.clone())
            && let Ok(link) = Link::parse(&link)
        {
            self.leave_to(link, cx);
            return true;
        }
        self.tree.act(action, &nodes, height)
    }

    /// Opens a place with the time of this trace, where it is one that time matters to.
    pub(super) fn leave_to(&self, link: Link, cx: &mut Cx<'_>) {
        match &self.trace {
            Some(trace) if link.screen != "trace" => {
                let end = Timestamp(trace.timestamp.0.saturating_add(trace.duration_ns));
                let minute = std::time::Duration::from_secs(300);
                cx.open_in(
                    link,
                    crate::tui::range::Range::between(trace.timestamp.minus(minute), end.plus(minute)),
                );
            }
            _ => cx.open(link),
        }
    }

    pub(super) fn act_on_rows(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let height = self.list_height(cx);
        if self.cursor.act(action, self.rows.len(), height) {
            return true;
        }
        let row = self.rows.get(self.cursor.at).cloned();
        match (action, row) {
            (act::RIGHT, Some(Row::Span { index, is_folded: true, .. })) => {
                self.shown.folded.remove(&index);
            }
            (act::RIGHT, Some(Row::Similar { first, .. })) => {
                self.shown.opened.insert(first);
            }
            (act::LEFT, Some(Row::Span { index, below, is_folded: false, .. })) if below > 0 => {
                self.shown.folded.insert(index);
            }
            (act::LEFT, Some(row)) => {
                // To the row above that it hangs under.
                let depth = row.depth();
                let above = self.rows[..self.cursor.at].iter().rposition(|above| above.depth() < depth);
                if let Some(above) = above {
                    self.cursor.go(above, self.rows.len(), height);
                }
            }
            (act::ENTER, Some(_)) => {
                self.is_detail_open = true;
                self.is_detail_focused = true;
                self.tree.cursor = Cursor::default();
            }
            _ => return false,
        }
        self.arrange();
        self.keep(cx);
        true
    }

    pub(super) fn act_on_list(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let (length, height) = (self.other_length(), self.list_height(cx));
        if self.other_cursor.act(action, length, height) {
            return true;
        }
        if action != act::ENTER {
            return false;
        }
        match self.view {
            View::Operations => {
                if let Some(index) = self.selected() {
                    self.view = View::Waterfall;
                    self.go_to_span(index, cx);
                }
            }
            View::Logs => {
                if let Some(record) = self.logs.get(self.other_cursor.at) {
                    let link = Link::to("logs")
                        .with("filter", format!("trace={}", self.id))
                        .with("record", record.id.to_string());
                    self.leave_to(link, cx);
                }
            }
            _ => return false,
        }
        true
    }

    pub(super) fn close(&mut self, cx: &mut Cx<'_>) -> bool {
        if self.is_detail_open {
            self.is_detail_open = false;
            self.is_detail_focused = false;
            self.is_zoomed = false;
        } else if self.shown.root.take().is_some() || std::mem::take(&mut self.shown.path_only) {
            self.arrange();
        } else {
            return false;
        }
        self.keep(cx);
        true
    }
}
