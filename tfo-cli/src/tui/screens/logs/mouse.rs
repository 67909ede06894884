//! What the mouse does to logs.

use super::{Focus, Logs};
use crate::tui::bars::Brush;
use crate::tui::keys::act;
use crate::tui::screen::{Cx, Mouse};

impl Logs {
    pub(super) fn point_at(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let area = ratatui::layout::Rect { x: 0, y: 0, ..cx.area };
        let split = self.layout(area);
        let bars_height = split.whole.y;
        match mouse {
            Mouse::Wheel(x, y, rows) => {
                if self.focus == Focus::Patterns {
                    let height = self.list_height(cx);
                    self.pattern_cursor.step(i64::from(rows), self.patterns.len(), height);
                } else if split.detail.contains((x, y).into()) {
                    let nodes = self.nodes();
                    let shown = self.tree.shown(&nodes).len();
                    self.tree.cursor.step(i64::from(rows), shown, usize::from(split.detail.height));
                } else {
                    self.wheel(rows, cx);
                }
            }
            Mouse::Drag { from, to } if from.1 < bars_height => {
                self.brush = Some(Brush { from: from.0, to: to.0 });
            }
            Mouse::Up { from, to } if from.1 < bars_height => {
                self.brush = None;
                if from.0 != to.0 {
                    let bounds = cx.shared.range.bounds(cx.shared.now);
                    cx.set_range(Brush { from: from.0, to: to.0 }.range(area.width, bounds));
                }
            }
            Mouse::Down(x, y) if split.list.contains((x, y).into()) => {
                let line = y - split.list.y;
                if self.focus == Focus::Patterns {
                    if let Some(row) = self.pattern_cursor.row_at(line, self.patterns.len()) {
                        self.pattern_cursor.at = row;
                    }
                    return;
                }
                self.focus = Focus::List;
                if let Some(index) = self.row_under(line, split.list) {
                    let was = self.selected;
                    self.go(index, cx);
                    if was == self.selected {
                        self.act_on_list(act::ENTER, cx);
                    }
                }
            }
            Mouse::Down(x, y) if split.detail.contains((x, y).into()) => {
                self.focus = Focus::Detail;
                let nodes = self.nodes();
                let shown = self.tree.shown(&nodes);
                if let Some(row) = self.tree.cursor.row_at(y - split.detail.y, shown.len()) {
                    let was = self.tree.cursor.at;
                    self.tree.cursor.at = row;
                    if was == row {
                        self.act_on_detail(act::ENTER, cx);
                    }
                }
            }
            _ => {}
        }
    }
}
