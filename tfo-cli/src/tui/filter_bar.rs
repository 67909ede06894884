//! The filter of a screen: the grammar of all of `tfo`, with completion from the daemon.
//!
//! What is typed is applied while it is typed, as long as it can be read; what cannot be read yet is underlined and
//! leaves the last good filter in force.

mod completion;

use tfo_sdk::Signal;
use tfo_sdk::filter;

use self::completion::{Candidate, Completion};
pub(crate) use self::completion::{Wanted, written};
use super::input::Input;
use super::keys::Key;
use super::paper::Paper;
use super::request::Answer;
use super::theme::Role;
use crate::text;

/// Filters that are remembered.
const RECENT: usize = 50;
/// Candidates that are shown at once.
const SHOWN: u16 = 8;

/// A filter, and maybe the line in which it is edited.
#[derive(Debug, Clone)]
pub(crate) struct FilterBar {
    signal: Signal,
    /// The filter in force: it can be read.
    applied: String,
    editing: Option<Editing>,
    recent: Vec<String>,
}

#[derive(Debug, Clone)]
struct Editing {
    input: Input,
    /// What was in force before.
    before: String,
    fault: Option<(std::ops::Range<usize>, String)>,
    completion: Completion,
    /// Which of the recent ones is shown, counted from the newest.
    recalled: Option<usize>,
}

/// What a key has done to the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing that anybody needs to know.
    Nothing,
    /// The filter in force is another one, and more may be typed.
    Typed,
    /// Editing is over.
    Done,
    /// The key is none for the filter.
    NotMine,
}

impl FilterBar {
    /// A filter of records of a signal. One that cannot be read is left for the user to mend.
    pub(crate) fn new(signal: Signal, text: &str) -> Self {
        let mut bar = Self { signal, applied: String::new(), editing: None, recent: Vec::new() };
        if filter::parse(text).is_ok() {
            text.trim().clone_into(&mut bar.applied);
        } else {
            bar.edit();
            if let Some(editing) = &mut bar.editing {
                editing.input = Input::new(text);
            }
            bar.read();
        }
        bar
    }

    /// The filter in force; empty where there is none.
    pub(crate) fn text(&self) -> &str {
        &self.applied
    }

    /// The filter in force, as requests have it.
    pub(crate) fn option(&self) -> Option<String> {
        (!self.applied.is_empty()).then(|| self.applied.clone())
    }

    /// Another filter, from elsewhere than the line. False when it cannot be read.
    pub(crate) fn set(&mut self, text: &str) -> bool {
        if filter::parse(text).is_err() {
            return false;
        }
        text.trim().clone_into(&mut self.applied);
        if let Some(editing) = &mut self.editing {
            editing.input = Input::new(text);
            editing.fault = None;
        }
        true
    }

    /// Whether it is being edited.
    pub(crate) fn is_edited(&self) -> bool {
        self.editing.is_some()
    }

    /// Begins to edit it.
    pub(crate) fn edit(&mut self) {
        if self.editing.is_none() {
            let mut text = self.applied.clone();
            if !text.is_empty() {
                text.push(' ');
            }
            self.editing = Some(Editing {
                input: Input::new(&text),
                before: self.applied.clone(),
                fault: None,
                completion: Completion::default(),
                recalled: None,
            });
        }
    }

    /// A filter with one more term: `field=value`, or without it.
    pub(crate) fn with_term(&self, term: &str) -> String {
        let rest = without(&self.applied, term);
        let needs_parentheses = rest.contains(" OR ");
        match (rest.is_empty(), needs_parentheses) {
            (true, _) => term.to_owned(),
            (false, true) => format!("({rest}) {term}"),
            (false, false) => format!("{rest} {term}"),
        }
    }

    /// A key while it is edited.
    pub(crate) fn key(&mut self, key: Key) -> Change {
        let Some(editing) = &mut self.editing else { return Change::NotMine };
        let shown = key.to_string();
        let is_offering =
            editing.completion.is_open() && !editing.completion.shown(editing.input.before()).is_empty();
        match shown.as_str() {
            "Esc" if is_offering => {
                editing.completion.close();
                Change::Nothing
            }
            "Esc" => {
                let before = editing.before.clone();
                let is_same = before == self.applied;
                self.applied = before;
                self.editing = None;
                if is_same { Change::Nothing } else { Change::Done }
            }
            "⏎" if is_offering && editing.completion.is_chosen() => {
                self.take();
                self.read()
            }
            "⏎" => {
                if editing.fault.is_some() {
                    return Change::Nothing;
                }
                self.editing = None;
                let applied = self.applied.clone();
                self.recent.retain(|known| *known != applied);
                if !applied.is_empty() {
                    self.recent.push(applied);
                }
                if self.recent.len() > RECENT {
                    self.recent.remove(0);
                }
                Change::Done
            }
            "Tab" if is_offering => {
                if !editing.completion.is_chosen() {
                    editing.completion.choose(1);
                }
                self.take();
                self.read()
            }
            "Tab" => {
                editing.completion.open();
                Change::Nothing
            }
            "↓" | "Ctrl-n" if is_offering => {
                editing.completion.choose(1);
                Change::Nothing
            }
            "↑" | "Ctrl-p" if is_offering && editing.completion.is_chosen() => {
                editing.completion.choose(-1);
                Change::Nothing
            }
            "↑" | "↓" => {
                self.recall(shown == "↑");
                self.read()
            }
            _ => {
                if !editing.input.key(key) {
                    return Change::NotMine;
                }
                editing.completion.retype();
                self.read()
            }
        }
    }

    /// A text that was pasted while it is edited.
    pub(crate) fn paste(&mut self, pasted: &str) -> Change {
        let Some(editing) = &mut self.editing else { return Change::NotMine };
        editing.input.paste(pasted);
        editing.completion.retype();
        self.read()
    }

    /// What the daemon is to be asked for the completion of what stands at the cursor, if that is not known yet.
    pub(crate) fn wanted(&mut self) -> Option<Wanted> {
        let signal = self.signal;
        let editing = self.editing.as_mut()?;
        let before = editing.input.before().to_owned();
        editing.completion.wanted(&before, signal)
    }

    /// What the daemon has said about it.
    pub(crate) fn completed(&mut self, answer: &Answer) {
        if let Some(editing) = &mut self.editing {
            editing.completion.answered(answer);
        }
    }

    /// Puts the chosen candidate in.
    fn take(&mut self) {
        if let Some(editing) = &mut self.editing
            && let Some((start, text)) = editing.completion.taken(editing.input.before())
        {
            let kept = &editing.input.before()[..start];
            let whole = format!("{kept}{text}{}", editing.input.after());
            let cursor = kept.chars().count() + text.chars().count();
            editing.input.set(&whole, cursor);
            editing.completion.retype();
        }
    }

    fn recall(&mut self, older: bool) {
        let Some(editing) = &mut self.editing else { return };
        let next = match (editing.recalled, older) {
            (None, true) => Some(0),
            (Some(at), true) => Some(at + 1),
            (Some(0) | None, false) => None,
            (Some(at), false) => Some(at - 1),
        };
        match next {
            None => {
                editing.recalled = None;
                let before = editing.before.clone();
                editing.input = Input::new(&before);
            }
            Some(at) => {
                if let Some(text) = self.recent.iter().rev().nth(at) {
                    editing.recalled = Some(at);
                    editing.input = Input::new(text);
                }
            }
        }
    }

    /// Reads what stands in the line, and puts it in force when it can be read.
    fn read(&mut self) -> Change {
        let Some(editing) = &mut self.editing else { return Change::Nothing };
        match filter::parse(editing.input.text()) {
            Ok(_) => {
                editing.fault = None;
                let text = editing.input.text().trim();
                if text == self.applied {
                    return Change::Nothing;
                }
                text.clone_into(&mut self.applied);
                Change::Typed
            }
            Err(error) => {
                editing.fault = Some((error.span.start..error.span.end, error.message.clone()));
                Change::Nothing
            }
        }
    }

    /// Draws the line.
    pub(crate) fn view(&self, paper: &mut Paper<'_>, y: u16, columns: u16) {
        let area = paper.area();
        let mut paper = paper.part(ratatui::layout::Rect { width: columns.min(area.width), ..area });
        paper.text(1, y, "/", Role::Key);
        match &self.editing {
            None if self.applied.is_empty() => {
                paper.text(3, y, "everything", Role::Dim);
            }
            None => {
                self.coloured(&mut paper, y);
            }
            Some(editing) => {
                editing.input.view(&mut paper, 3, y, Role::Text);
                if let Some((fault, _)) = &editing.fault {
                    let text = editing.input.text();
                    let at = |byte: usize| {
                        let byte = (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
                        text::width(&text::row(&text[..byte.unwrap_or(0)]))
                    };
                    let (from, to) = (at(fault.start), at(fault.end));
                    let from = u16::try_from(from + 3).unwrap_or(u16::MAX);
                    let columns = u16::try_from(to.saturating_sub(at(fault.start)).max(1)).unwrap_or(1);
                    if from < paper.width() {
                        paper.underline(from, y, columns);
                    }
                }
            }
        }
    }

    /// The filter with its fields set off.
    fn coloured(&self, paper: &mut Paper<'_>, y: u16) {
        let mut x = 3;
        for (index, term) in self.applied.split(' ').enumerate() {
            if index > 0 {
                x += 1;
            }
            let is_not = term.starts_with(['-', '!']);
            match term.find([':', '=', '<', '>', '~']).filter(|at| *at > 0) {
                Some(at) => {
                    x = paper.text(x, y, &term[..at], if is_not { Role::Warning } else { Role::Info });
                    x = paper.text(x, y, &term[at..], Role::Text);
                }
                None => {
                    x = paper.text(x, y, term, if is_not { Role::Warning } else { Role::Text });
                }
            }
        }
    }

    /// Draws what can be typed next, or what is wrong, into the rows below the line.
    pub(crate) fn view_below(&self, paper: &mut Paper<'_>, y: u16) {
        let Some(editing) = &self.editing else { return };
        let area = paper.area();
        let candidates = editing.completion.shown(editing.input.before());
        if editing.completion.is_open() && !candidates.is_empty() {
            self.view_candidates(paper, y, editing, &candidates);
        } else if let Some((_, message)) = &editing.fault {
            let mut line = paper.part(ratatui::layout::Rect { y: area.y + y, height: 1, ..area });
            line.clear();
            line.text(3, 0, message, Role::Warning);
        }
    }

    fn view_candidates(&self, paper: &mut Paper<'_>, y: u16, editing: &Editing, candidates: &[&Candidate]) {
        let area = paper.area();
        let widest = candidates.iter().map(|candidate| text::width(&text::row(&candidate.text))).max();
        let widest = widest.unwrap_or(0).clamp(12, 60);
        let before = text::width(&text::row(editing.input.before()));
        let width = u16::try_from(widest + 14).unwrap_or(u16::MAX).min(area.width);
        let x = u16::try_from(before + 3).unwrap_or(u16::MAX).min(area.width.saturating_sub(width));
        let chosen = editing.completion.chosen();
        let count = u16::try_from(candidates.len()).unwrap_or(u16::MAX);
        let rows = count.min(SHOWN).min(area.height.saturating_sub(y));
        let top = chosen.map_or(0, |chosen| chosen.saturating_sub(usize::from(rows.max(1)) - 1));
        let mut list =
            paper.part(ratatui::layout::Rect { x: area.x + x, y: area.y + y, width, height: rows });
        list.clear();
        for (row, (index, candidate)) in (0..rows).zip(candidates.iter().enumerate().skip(top)) {
            list.bar(row, Role::Bar);
            list.text_in(1, row, width.saturating_sub(12), &candidate.text, Role::Bar);
            list.right(width.saturating_sub(11), row, 10, &candidate.note, Role::Bar);
            if chosen == Some(index) {
                list.bar(row, Role::Match);
            }
        }
    }
}

/// A text as a value of a filter.
pub(crate) fn quoted(text: &str) -> String {
    written(&tfo_sdk::value::AnyValue::String(text.to_owned()))
}

/// A filter without a term, or without its contrary.
fn without(filter: &str, term: &str) -> String {
    let contrary = match term.strip_prefix('-') {
        Some(positive) => positive.to_owned(),
        None => format!("-{term}"),
    };
    let mut rest = format!(" {filter} ");
    for known in [term, contrary.as_str()] {
        // Inside of parentheses or quotes it is another matter.
        let padded = format!(" {known} ");
        if !filter.contains(['(', ')', '"', '/']) {
            rest = rest.replace(&padded, " ");
        }
    }
    rest.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(bar: &mut FilterBar, text: &str) -> Change {
        let mut last = Change::Nothing;
        for character in text.chars() {
            last = bar.key(Key {
                code: ratatui::crossterm::event::KeyCode::Char(character),
                modifiers: ratatui::crossterm::event::KeyModifiers::NONE,
            });
        }
        last
    }

    #[test]
    fn what_can_be_read_is_in_force_while_it_is_typed() {
        let mut bar = FilterBar::new(Signal::Logs, "service:cart");
        bar.edit();
        assert_eq!(typed(&mut bar, "severity:error"), Change::Typed);
        assert_eq!(bar.text(), "service:cart severity:error");
        typed(&mut bar, " (");
        assert_eq!(bar.text(), "service:cart severity:error");
        assert_eq!(bar.key(Key::of("enter")), Change::Nothing);
        // The first one closes what is offered.
        assert_eq!(bar.key(Key::of("esc")), Change::Nothing);
        assert_eq!(bar.key(Key::of("esc")), Change::Done);
        assert_eq!((bar.text(), bar.is_edited()), ("service:cart", false));
    }

    #[test]
    fn terms_are_added_once_and_turned_round() {
        let bar = |text: &str| FilterBar::new(Signal::Logs, text);
        assert_eq!(bar("").with_term("service=cart"), "service=cart");
        assert_eq!(bar("a service=cart b").with_term("service=cart"), "a b service=cart");
        assert_eq!(bar("a service=cart").with_term("-service=cart"), "a -service=cart");
        assert_eq!(bar("a OR b").with_term("c"), "(a OR b) c");
    }

    #[test]
    fn recent_filters_come_back() {
        let mut bar = FilterBar::new(Signal::Logs, "");
        for text in ["one", "two"] {
            bar.edit();
            bar.key(Key::of("ctrl-u"));
            typed(&mut bar, text);
            bar.key(Key::of("enter"));
        }
        bar.edit();
        bar.key(Key::of("up"));
        assert_eq!(bar.text(), "two");
        bar.key(Key::of("up"));
        assert_eq!(bar.text(), "one");
        bar.key(Key::of("down"));
        bar.key(Key::of("down"));
        assert_eq!(bar.text(), "two");
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_left_to_be_mended() {
        let bar = FilterBar::new(Signal::Logs, "a (");
        assert!(bar.is_edited());
        assert_eq!(bar.text(), "");
    }
}
