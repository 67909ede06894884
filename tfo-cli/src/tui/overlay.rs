//! What lies over a screen until it is closed: menus, prompts, pages of text.
//!
//! The command palette, the help, the list of saved views and every other choice are one thing: a [`Menu`] that one
//! searches by typing.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::layout::Rect;

use super::input::Input;
use super::keys::Key;
use super::list::{Cursor, columns_of, columns_of_all};
use super::paper::{Paper, Piece};
use super::screen::Told;
use super::theme::Role;

/// Something over the screen.
#[derive(Debug)]
pub(crate) enum Overlay {
    /// A choice.
    Menu(Menu),
    /// A line to type.
    Prompt(Prompt),
    /// Text to read.
    Page(TextPage),
}

/// What a key has done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It stays.
    Open,
    /// It is closed.
    Closed,
    /// It is closed with an answer.
    Told(Told),
}

impl Overlay {
    /// A key.
    pub(crate) fn key(&mut self, key: Key, height: u16) -> Outcome {
        match self {
            Self::Menu(menu) => menu.key(key, height),
            Self::Prompt(prompt) => prompt.key(key),
            Self::Page(page) => page.key(key, height),
        }
    }

    /// A text that was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        match self {
            Self::Menu(menu) => {
                menu.input.paste(text);
                menu.search();
            }
            Self::Prompt(prompt) => prompt.input.paste(text),
            Self::Page(_) => {}
        }
    }

    /// The wheel.
    pub(crate) fn wheel(&mut self, rows: i32, height: u16) {
        let height = usize::from(height);
        match self {
            Self::Menu(menu) => menu.cursor.step(i64::from(rows), menu.found.len(), height),
            Self::Page(page) => page.scroll(i64::from(rows), height),
            Self::Prompt(_) => {}
        }
    }

    /// A click in a row of it, counted from its first row inside of the frame.
    pub(crate) fn click(&mut self, row: u16) -> Outcome {
        match self {
            Self::Menu(menu) => {
                match row.checked_sub(1).and_then(|row| menu.cursor.row_at(row, menu.found.len())) {
                    Some(at) => {
                        menu.cursor.at = at;
                        menu.chosen()
                    }
                    None => Outcome::Open,
                }
            }
            _ => Outcome::Open,
        }
    }

    /// Where it lies.
    pub(crate) fn area(&self, screen: Rect) -> Rect {
        let (width, height) = match self {
            Self::Menu(menu) => {
                (menu.width(), u16::try_from(menu.items.len()).unwrap_or(u16::MAX).saturating_add(3))
            }
            Self::Prompt(prompt) => {
                (70.max(columns_of(prompt.input.text()).max(columns_of(&prompt.hint)).saturating_add(6)), 5)
            }
            Self::Page(page) => {
                let widest = page.lines.iter().map(|line| columns_of_all(line));
                let height = u16::try_from(page.lines.len()).unwrap_or(u16::MAX).saturating_add(2);
                (widest.max().unwrap_or(0).saturating_add(4).max(40), height)
            }
        };
        let width = width.min(screen.width.saturating_sub(4)).max(screen.width.min(20));
        let height = height.min(screen.height.saturating_sub(2)).max(screen.height.min(3));
        Rect {
            x: screen.x + (screen.width - width.min(screen.width)) / 2,
            y: screen.y + (screen.height - height.min(screen.height)) / 3,
            width: width.min(screen.width),
            height: height.min(screen.height),
        }
    }

    /// Draws it.
    pub(crate) fn view(&self, paper: &mut Paper<'_>) {
        match self {
            Self::Menu(menu) => menu.view(paper),
            Self::Prompt(prompt) => prompt.view(paper),
            Self::Page(page) => page.view(paper),
        }
    }
}

/// A choice of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// What it is called.
    pub(crate) label: String,
    /// What stands beside it: a key, a description.
    pub(crate) note: String,
    /// What choosing it tells.
    pub(crate) value: String,
}

/// A list that one searches by typing.
#[derive(Debug)]
pub(crate) struct Menu {
    name: &'static str,
    title: String,
    items: Vec<Item>,
    input: Input,
    /// The items that fit what is typed, the best first.
    found: Vec<usize>,
    cursor: Cursor,
    /// Whether what is typed is an answer where no item fits it.
    takes_text: bool,
}

impl Menu {
    /// A menu. What is chosen is told under its name.
    pub(crate) fn new(name: &'static str, title: impl Into<String>, items: Vec<Item>) -> Self {
        let found = (0..items.len()).collect();
        Self {
            name,
            title: title.into(),
            items,
            input: Input::default(),
            found,
            cursor: Cursor::default(),
            takes_text: false,
        }
    }

    /// The same menu, where what fits no item is told as it was typed.
    pub(crate) fn or_typed(mut self) -> Self {
        self.takes_text = true;
        self
    }

    fn width(&self) -> u16 {
        let widest = self
            .items
            .iter()
            .map(|item| columns_of(&item.label).saturating_add(columns_of(&item.note)).saturating_add(7))
            .max();
        widest.unwrap_or(0).max(50)
    }

    fn key(&mut self, key: Key, height: u16) -> Outcome {
        let rows = usize::from(height.saturating_sub(1));
        let length = self.found.len();
        match key.to_string().as_str() {
            "Esc" | "Ctrl-c" => return Outcome::Closed,
            "⏎" => return self.chosen(),
            "↓" | "Ctrl-n" | "Tab" => self.cursor.step(1, length, rows),
            "↑" | "Ctrl-p" | "Shift-Tab" => self.cursor.step(-1, length, rows),
            "PgDn" => self.cursor.step(i64::from(height), length, rows),
            "PgUp" => self.cursor.step(-i64::from(height), length, rows),
            _ => {
                if self.input.key(key) {
                    self.search();
                }
            }
        }
        Outcome::Open
    }

    fn chosen(&self) -> Outcome {
        match self.found.get(self.cursor.at).and_then(|at| self.items.get(*at)) {
            Some(item) => Outcome::Told(Told::Chosen(self.name, item.value.clone())),
            None if self.takes_text => Outcome::Told(Told::Typed(self.name, self.input.text().to_owned())),
            None => Outcome::Open,
        }
    }

    fn search(&mut self) {
        self.cursor = Cursor::default();
        let pattern = Pattern::parse(self.input.text(), CaseMatching::Smart, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut scored: Vec<(u32, usize)> = Vec::new();
        for (index, item) in self.items.iter().enumerate() {
            let label = pattern.score(Utf32Str::new(&item.label, &mut buffer), &mut matcher);
            // What is found in the note alone comes behind.
            let both = format!("{} {}", item.label, item.note);
            let note = pattern.score(Utf32Str::new(&both, &mut buffer), &mut matcher).map(|score| score / 2);
            if let Some(score) = label.max(note) {
                scored.push((score, index));
            }
        }
        // Letters that only happen to stand somewhere in a long line are no answer beside a word that was typed.
        let best = scored.iter().map(|(score, _)| *score).max().unwrap_or(0);
        scored.retain(|(score, _)| *score * 3 >= best * 2);
        // Whoever types a name from its beginning means it, however often its letters stand in another.
        let typed = self.input.text().to_lowercase();
        let begins = |index: usize| self.items[index].label.to_lowercase().starts_with(&typed);
        scored.sort_by_key(|(score, index)| (!begins(*index), std::cmp::Reverse(*score), *index));
        self.found = scored.into_iter().map(|(_, index)| index).collect();
    }

    fn view(&self, paper: &mut Paper<'_>) {
        let mut inside = paper.framed(&self.title);
        let width = inside.width();
        inside.text(1, 0, "›", Role::Key);
        self.input.view(&mut inside, 3, 0, Role::Text);
        let rows = inside.height().saturating_sub(1);
        let mut cursor = self.cursor;
        cursor.keep(self.found.len(), usize::from(rows));
        if self.found.is_empty() {
            let told = if self.takes_text { "⏎ takes it as it is typed" } else { "nothing of this name" };
            inside.text(3, 1, told, Role::Dim);
        }
        for line in 0..rows {
            let Some(at) = cursor.row_at(line, self.found.len()) else { break };
            let Some(item) = self.items.get(self.found[at]) else { break };
            let y = line + 1;
            let end = inside.text_in(2, y, width.saturating_sub(3), &item.label, Role::Text);
            let room = width.saturating_sub(end + 3);
            inside.right(end + 2, y, room, &item.note, Role::Key);
            if at == cursor.at {
                super::list::mark(&mut inside, y, true);
            }
        }
    }
}

/// A line to type.
#[derive(Debug)]
pub(crate) struct Prompt {
    name: &'static str,
    title: String,
    input: Input,
    hint: String,
    /// What is wrong with what was typed.
    pub(crate) fault: Option<String>,
}

impl Prompt {
    /// A prompt with a text to begin with. What is typed is told under its name.
    pub(crate) fn new(
        name: &'static str,
        title: impl Into<String>,
        text: &str,
        hint: impl Into<String>,
    ) -> Self {
        Self { name, title: title.into(), input: Input::new(text), hint: hint.into(), fault: None }
    }

    fn key(&mut self, key: Key) -> Outcome {
        match key.to_string().as_str() {
            "Esc" | "Ctrl-c" => Outcome::Closed,
            "⏎" => Outcome::Told(Told::Typed(self.name, self.input.text().to_owned())),
            _ => {
                self.input.key(key);
                self.fault = None;
                Outcome::Open
            }
        }
    }

    fn view(&self, paper: &mut Paper<'_>) {
        let mut inside = paper.framed(&self.title);
        self.input.view(&mut inside, 1, 0, Role::Text);
        match &self.fault {
            Some(fault) => inside.text(1, 2, fault, Role::Warning),
            None => inside.text(1, 2, &self.hint, Role::Dim),
        };
    }
}

/// Text to read, and maybe to say yes to.
#[derive(Debug)]
pub(crate) struct TextPage {
    title: String,
    lines: Vec<Vec<Piece>>,
    top: usize,
    /// What Enter says yes to, by name, and what it is called.
    question: Option<(&'static str, String)>,
}

impl TextPage {
    /// A page of lines.
    pub(crate) fn new(title: impl Into<String>, lines: Vec<Vec<Piece>>) -> Self {
        Self { title: title.into(), lines, top: 0, question: None }
    }

    /// The same page, where Enter means yes to this.
    pub(crate) fn asking(mut self, name: &'static str, what: impl Into<String>) -> Self {
        self.question = Some((name, what.into()));
        self
    }

    fn scroll(&mut self, rows: i64, height: usize) {
        let most = self.lines.len().saturating_sub(height);
        let top = i64::try_from(self.top).unwrap_or(0).saturating_add(rows).max(0);
        self.top = usize::try_from(top).unwrap_or(0).min(most);
    }

    fn key(&mut self, key: Key, height: u16) -> Outcome {
        let page = i64::from(height.max(1));
        let rows = usize::from(height);
        match key.to_string().as_str() {
            "j" | "↓" => self.scroll(1, rows),
            "k" | "↑" => self.scroll(-1, rows),
            "PgDn" | "Space" | "Ctrl-f" => self.scroll(page, rows),
            "PgUp" | "Ctrl-b" => self.scroll(-page, rows),
            "Ctrl-d" => self.scroll(page / 2, rows),
            "Ctrl-u" => self.scroll(-page / 2, rows),
            "g" | "Home" => self.top = 0,
            "G" | "End" => self.scroll(i64::MAX / 2, rows),
            "⏎" => {
                return match &self.question {
                    Some((name, _)) => Outcome::Told(Told::Confirmed(name)),
                    None => Outcome::Closed,
                };
            }
            "Esc" | "q" | "Ctrl-c" => return Outcome::Closed,
            _ => {}
        }
        Outcome::Open
    }

    fn view(&self, paper: &mut Paper<'_>) {
        let height = usize::from(paper.height().saturating_sub(2));
        let title = match &self.question {
            Some((_, what)) => format!("{} · ⏎ {what} · Esc closes this", self.title),
            None if self.lines.len() > height => {
                format!(
                    "{} · {}–{} of {}",
                    self.title,
                    self.top + 1,
                    (self.top + height).min(self.lines.len()),
                    self.lines.len()
                )
            }
            None => self.title.clone(),
        };
        let mut inside = paper.framed(&title);
        let top = self.top.min(self.lines.len().saturating_sub(height));
        for (y, line) in (0..inside.height()).zip(self.lines.iter().skip(top)) {
            inside.pieces(1, y, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu() -> Menu {
        let item =
            |label: &str, note: &str| Item { label: label.into(), note: note.into(), value: label.into() };
        Menu::new(
            "palette",
            "Commands",
            vec![
                item("Go to logs", "1"),
                item("Go to traces", "2"),
                item("Copy a link to this view; open LINK opens it", "y u"),
                item("Open a link…", ""),
                item("Quit", "q"),
            ],
        )
    }

    fn press(overlay: &mut Overlay, keys: &str) -> Outcome {
        let mut last = Outcome::Open;
        for key in keys.split_whitespace() {
            last = overlay.key(Key::of(key), 10);
        }
        last
    }

    #[test]
    fn a_menu_is_searched_by_typing() {
        let mut overlay = Overlay::Menu(menu());
        assert_eq!(
            press(&mut overlay, "t r a enter"),
            Outcome::Told(Told::Chosen("palette", "Go to traces".into()))
        );
        let mut overlay = Overlay::Menu(menu());
        assert_eq!(
            press(&mut overlay, "down down down down down down enter"),
            Outcome::Told(Told::Chosen("palette", "Quit".into()))
        );
        let mut overlay = Overlay::Menu(menu());
        assert_eq!(
            press(&mut overlay, "o p e n space a space l i n k enter"),
            Outcome::Told(Told::Chosen("palette", "Open a link…".into()))
        );
        let mut overlay = Overlay::Menu(menu());
        assert_eq!(press(&mut overlay, "z z z enter"), Outcome::Open);
        assert_eq!(press(&mut overlay, "esc"), Outcome::Closed);
        let mut overlay = Overlay::Menu(menu().or_typed());
        assert_eq!(press(&mut overlay, "z z enter"), Outcome::Told(Told::Typed("palette", "zz".into())));
    }
}
