//! A line that one types into.

use ratatui::crossterm::event::{KeyCode, KeyModifiers};
use tui_input::InputRequest;

use super::keys::Key;
use super::paper::Paper;
use super::theme::Role;
use crate::text;

/// The longest text that can be typed or pasted, in characters.
const LONGEST: usize = 4096;

/// A line of text with a cursor.
#[derive(Debug, Clone, Default)]
pub(crate) struct Input(tui_input::Input);

impl Input {
    /// A line with this text, the cursor at its end.
    pub(crate) fn new(text: &str) -> Self {
        Self(tui_input::Input::new(text.chars().take(LONGEST).collect()))
    }

    /// What stands in it.
    pub(crate) fn text(&self) -> &str {
        self.0.value()
    }

    /// What stands before the cursor.
    pub(crate) fn before(&self) -> &str {
        let text = self.text();
        let end = text.char_indices().nth(self.0.cursor()).map_or(text.len(), |(at, _)| at);
        &text[..end]
    }

    /// What stands behind the cursor.
    pub(crate) fn after(&self) -> &str {
        &self.text()[self.before().len()..]
    }

    /// Another text, the cursor behind so many characters of it.
    pub(crate) fn set(&mut self, text: &str, cursor: usize) {
        let text: String = text.chars().take(LONGEST).collect();
        self.0 = tui_input::Input::new(text).with_cursor(cursor);
    }

    /// Puts a text in at the cursor; what cannot stand in a line becomes a blank.
    pub(crate) fn paste(&mut self, pasted: &str) {
        let room = LONGEST.saturating_sub(self.text().chars().count());
        let pasted: String = pasted
            .trim_end_matches(['\r', '\n'])
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(room)
            .collect();
        let cursor = self.0.cursor() + pasted.chars().count();
        let text = format!("{}{pasted}{}", self.before(), self.after());
        self.set(&text, cursor);
    }

    /// A key. False when it is none that edits a line.
    pub(crate) fn key(&mut self, key: Key) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let request = match key.code {
            KeyCode::Char(character) if !control && !alt => {
                if self.text().chars().count() >= LONGEST {
                    return true;
                }
                InputRequest::InsertChar(character)
            }
            KeyCode::Backspace if control || alt => InputRequest::DeletePrevWord,
            KeyCode::Backspace => InputRequest::DeletePrevChar,
            KeyCode::Delete => InputRequest::DeleteNextChar,
            KeyCode::Left if control || alt => InputRequest::GoToPrevWord,
            KeyCode::Right if control || alt => InputRequest::GoToNextWord,
            KeyCode::Left => InputRequest::GoToPrevChar,
            KeyCode::Right => InputRequest::GoToNextChar,
            KeyCode::Home => InputRequest::GoToStart,
            KeyCode::End => InputRequest::GoToEnd,
            KeyCode::Char('a') if control => InputRequest::GoToStart,
            KeyCode::Char('e') if control => InputRequest::GoToEnd,
            KeyCode::Char('w') if control => InputRequest::DeletePrevWord,
            KeyCode::Char('u') if control => InputRequest::DeleteLine,
            KeyCode::Char('k') if control => InputRequest::DeleteTillEnd,
            KeyCode::Char('b') if alt => InputRequest::GoToPrevWord,
            KeyCode::Char('f') if alt => InputRequest::GoToNextWord,
            _ => return false,
        };
        self.0.handle(request);
        true
    }

    /// Draws it with its cursor into a row, from a column on. What is far from the cursor is cut off.
    pub(crate) fn view(&self, paper: &mut Paper<'_>, x: u16, y: u16, role: Role) {
        let room = usize::from(paper.width().saturating_sub(x));
        let before = text::row(self.before()).into_owned();
        // From the right: as much as fits, with a column for the cursor.
        let mut from = 0;
        while text::width(&before[from..]) + 1 > room && from < before.len() {
            from += before[from..].chars().next().map_or(1, char::len_utf8);
        }
        let at = paper.text(x, y, &before[from..], role);
        let after = text::row(self.after()).into_owned();
        paper.text(at, y, if after.is_empty() { " " } else { &after }, role);
        paper.lay(at, y, 1, Role::Bar);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_edited_where_the_cursor_is() {
        let mut input = Input::new("checkout");
        for key in ["home", "x", "ctrl-right", "space", "é"] {
            assert!(input.key(Key::of(key)));
        }
        assert_eq!((input.before(), input.after()), ("xcheckout é", ""));
        input.paste("a\nb\r\n");
        assert_eq!(input.text(), "xcheckout éa b");
        assert!(input.key(Key::of("ctrl-w")));
        assert!(!input.key(Key::of("enter")));
    }

    #[test]
    fn what_is_pasted_is_bounded() {
        let mut input = Input::new("a");
        input.paste(&"x".repeat(100_000));
        assert_eq!(input.text().len(), LONGEST);
        input.key(Key::of("y"));
        assert_eq!(input.text().len(), LONGEST);
    }
}
