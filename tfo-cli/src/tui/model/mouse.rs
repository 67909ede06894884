//! The mouse: which part it is over, and what of it the part is told.

use ratatui::crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::{Effect, Model, Pane};
use crate::tui::keys::act;
use crate::tui::screen::Mouse;

/// Rows that a notch of the wheel moves.
const NOTCH: i32 = 3;

impl Model {
    /// What the mouse does. Several notches of the wheel come as one, with their number as `rows`.
    pub(super) fn mouse(&mut self, event: MouseEvent, effects: &mut Vec<Effect>) {
        let at = Position::new(event.column, event.row);
        if self.overlay.is_some() {
            self.mouse_on_overlay(event, at, effects);
            return;
        }
        let frame = self.frame();
        if let MouseEventKind::Down(MouseButton::Left) = event.kind {
            if let Some(tab) = frame.tabs.iter().position(|tab| tab.contains(at)) {
                self.go_to_tab(tab, effects);
                return;
            }
            if frame.range.contains(at) {
                self.act(act::TIME, effects);
                return;
            }
        }
        let over = frame.parts.iter().position(|part| part.body.contains(at) || part.filter.contains(at));
        let (index, from) = match (event.kind, self.pressed_mouse) {
            // What was pressed in a part stays its own until it is let go.
            (MouseEventKind::Drag(_) | MouseEventKind::Up(_), Some((index, from))) => (index, Some(from)),
            (MouseEventKind::Drag(_) | MouseEventKind::Up(_), None) => return,
            _ => match over {
                Some(index) => (index, None),
                None => return,
            },
        };
        let Some(part) = frame.parts.get(index) else { return };
        let inside = (
            at.x.clamp(part.body.x, part.body.right().saturating_sub(1).max(part.body.x)) - part.body.x,
            at.y.clamp(part.body.y, part.body.bottom().saturating_sub(1).max(part.body.y)) - part.body.y,
        );
        let mouse = match event.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                if let Some(tab) = self.tabs.get_mut(self.tab) {
                    tab.focus = index;
                }
                if part.filter.contains(at) {
                    self.act(act::FILTER, effects);
                    return;
                }
                self.pressed_mouse = Some((index, inside));
                Mouse::Down(inside.0, inside.1)
            }
            MouseEventKind::Drag(MouseButton::Left) => {
                Mouse::Drag { from: from.unwrap_or(inside), to: inside }
            }
            MouseEventKind::Up(MouseButton::Left) => {
                self.pressed_mouse = None;
                Mouse::Up { from: from.unwrap_or(inside), to: inside }
            }
            MouseEventKind::ScrollDown => Mouse::Wheel(inside.0, inside.1, NOTCH),
            MouseEventKind::ScrollUp => Mouse::Wheel(inside.0, inside.1, -NOTCH),
            _ => return,
        };
        let id = self.tabs.get(self.tab).and_then(|tab| tab.panes.get(index)).and_then(Pane::current);
        if let Some(id) = id.map(|entry| entry.id) {
            self.with_screen(id, effects, |screen, cx| screen.mouse(mouse, cx));
        }
    }

    fn mouse_on_overlay(&mut self, event: MouseEvent, at: Position, effects: &mut Vec<Effect>) {
        let screen = Rect::new(0, 0, self.size.0, self.size.1);
        let height = self.overlay_height();
        let Some(overlay) = &mut self.overlay else { return };
        let area = overlay.area(screen);
        match event.kind {
            MouseEventKind::ScrollDown => overlay.wheel(NOTCH, height),
            MouseEventKind::ScrollUp => overlay.wheel(-NOTCH, height),
            MouseEventKind::Down(_) if !area.contains(at) => self.overlay = None,
            MouseEventKind::Down(MouseButton::Left) => {
                if let Some(row) = at.y.checked_sub(area.y + 1) {
                    let outcome = overlay.click(row);
                    self.overlay_told(outcome, effects);
                }
            }
            _ => {}
        }
    }
}
