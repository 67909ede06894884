//! What the mouse does to a trace.

use super::{TraceScreen, View};
use crate::tui::keys::act;
use crate::tui::screen::{Cx, Mouse, Screen as _};

impl TraceScreen {
    /// What the mouse does.
    pub(super) fn point_at(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let area = ratatui::layout::Rect { x: 0, y: 0, ..cx.area };
        let split = self.layout(area);
        let height = self.list_height(cx);
        let is_list = !matches!(self.view, View::Waterfall | View::Flame);
        match mouse {
            Mouse::Wheel(x, y, by) if split.detail.contains((x, y).into()) => {
                let nodes = self.nodes();
                let shown = self.tree.shown(&nodes).len();
                self.tree.cursor.step(i64::from(by), shown, usize::from(split.detail.height));
            }
            Mouse::Wheel(_, _, by) if is_list => {
                let length = self.other_length();
                self.other_cursor.step(i64::from(by), length, height);
            }
            Mouse::Wheel(_, _, by) => self.cursor.step(i64::from(by), self.rows.len(), height),
            // The minimap: a stretch of it is zoomed into, a place in it is gone to.
            Mouse::Up { from, to } if from.1 < split.whole.y && self.trace.is_some() => {
                let whole = self.trace.as_ref().map_or(1, |trace| trace.duration_ns.max(1));
                let at = |x: u16| (whole as f64 * f64::from(x) / f64::from(area.width.max(1))) as i64;
                if from.0 == to.0 {
                    let length = self.window.1 - self.window.0;
                    let start = (at(from.0) - length / 2).clamp(0, (whole - length).max(0));
                    self.window = (start, start + length);
                } else {
                    let (start, end) = (at(from.0.min(to.0)), at(from.0.max(to.0) + 1));
                    self.window = (start, end.max(start + 1));
                }
            }
            Mouse::Down(x, y) if split.detail.contains((x, y).into()) => {
                self.is_detail_focused = true;
                let nodes = self.nodes();
                let shown = self.tree.shown(&nodes);
                if let Some(row) = self.tree.cursor.row_at(y - split.detail.y, shown.len()) {
                    let was = std::mem::replace(&mut self.tree.cursor.at, row);
                    if was == row {
                        self.act_on_detail(act::ENTER, cx);
                    }
                }
            }
            Mouse::Down(_, y) if y > split.list.y => {
                self.is_detail_focused = false;
                let line = y - split.list.y - 1;
                let (cursor, length) = if is_list {
                    (self.other_cursor, self.other_length())
                } else {
                    (self.cursor, self.rows.len())
                };
                if let Some(row) = cursor.row_at(line, length) {
                    let was = cursor.at;
                    let moved = if is_list { &mut self.other_cursor } else { &mut self.cursor };
                    moved.go(row, length, height);
                    if was == row {
                        self.act(act::ENTER, cx);
                    }
                }
            }
            _ => {}
        }
    }
}
