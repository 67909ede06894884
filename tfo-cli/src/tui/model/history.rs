//! Tabs, their parts, and the screens that each part has been through.

use super::Model;
use crate::tui::keys::{Action, act};
use crate::tui::link::Link;
use crate::tui::range::Range;
use crate::tui::screen::{Effect, Screen, ScreenId};
use crate::tui::screens;
use crate::tui::theme::Role;

/// Screens that a part keeps behind it, at most.
const MOST_ENTRIES: usize = 50;
/// What all screens that are not shown may hold in bytes, together: the oldest go first, and are asked for again.
const MOST_BYTES: usize = 128 << 20;
/// Changes of filter and range that can be undone.
const MOST_UNDO: usize = 100;
/// Parts of a tab.
const MOST_PARTS: usize = 4;
/// Tabs.
const MOST_TABS: usize = 9;

/// One or more parts beside each other, or below.
#[derive(Debug, Default)]
pub(crate) struct Tab {
    pub(crate) panes: Vec<Pane>,
    pub(crate) focus: usize,
    pub(crate) is_below: bool,
}

/// A part: the screens that it has been through, and where it is among them.
#[derive(Debug, Default)]
pub(crate) struct Pane {
    pub(crate) entries: Vec<Entry>,
    at: usize,
}

/// A screen, with the time range that it had when it was left.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) id: ScreenId,
    pub(crate) screen: Box<dyn Screen>,
    pub(crate) range: Range,
    undo: Vec<(String, Range)>,
    redo: Vec<(String, Range)>,
    /// Whether what is being typed is on the pile for undo already.
    is_remembered: bool,
}

impl Pane {
    /// The screen that it shows.
    pub(crate) fn current(&self) -> Option<&Entry> {
        self.entries.get(self.at)
    }

    /// The same, to be changed.
    pub(crate) fn current_mut(&mut self) -> Option<&mut Entry> {
        self.entries.get_mut(self.at)
    }

    /// Ends the screens from here on. One with work that would be lost stays, a step back from here.
    fn cut(&mut self, kept: usize, effects: &mut Vec<Effect>) {
        let ahead = self.entries.split_off(kept.min(self.entries.len()));
        for entry in ahead {
            if entry.screen.unsaved().is_some() {
                let behind = self.entries.len().saturating_sub(1);
                self.entries.insert(behind, entry);
            } else {
                end(&entry, effects);
            }
        }
    }

    /// How many steps there are back.
    pub(crate) fn steps_back(&self) -> usize {
        self.at
    }
}

impl Entry {
    /// Puts filter and range on the pile for undo.
    pub(super) fn remember(&mut self, filter: String, range: Range) {
        let step = (filter, range);
        if self.undo.last() != Some(&step) {
            self.undo.push(step);
            if self.undo.len() > MOST_UNDO {
                self.undo.remove(0);
            }
        }
        self.redo.clear();
    }

    /// The same for what is being typed: the whole edit is one step.
    pub(super) fn remember_once(&mut self, filter: &str, range: Range) {
        if !self.is_remembered {
            self.remember(filter.to_owned(), range);
            self.is_remembered = true;
        }
    }

    /// Nothing is being typed any more.
    pub(super) fn end_of_edit(&mut self) {
        self.is_remembered = false;
    }

    /// The step before this one, or the one that was undone.
    pub(super) fn undo(&mut self, is_redo: bool, filter: String, range: Range) -> Option<(String, Range)> {
        let (from, to) =
            if is_redo { (&mut self.redo, &mut self.undo) } else { (&mut self.undo, &mut self.redo) };
        let now = (filter, range);
        // A step that changed nothing is none.
        while let Some(step) = from.pop() {
            if step != now {
                to.push(now);
                return Some(step);
            }
        }
        None
    }
}

/// Ends everything that a screen has under way.
pub(super) fn end(entry: &Entry, effects: &mut Vec<Effect>) {
    effects.push(Effect::Unfollow { screen: entry.id });
    effects.push(Effect::Forget { screen: entry.id, slot: crate::tui::screen::ALL_SLOTS });
}

impl Model {
    /// Opens a place in the current part, on top of what it shows.
    pub(super) fn open(&mut self, link: &Link, effects: &mut Vec<Effect>) -> Result<(), String> {
        let info = screens::find(&link.screen).ok_or_else(|| {
            let names: Vec<&str> = screens::ALL.iter().map(|info| info.name).collect();
            format!("there is no screen {:?}; there are {}", link.screen, names.join(", "))
        })?;
        let screen = (info.open)(link)?;
        let id = ScreenId(self.next_screen);
        self.next_screen += 1;
        let range = self.shared.range;
        self.leave(effects);
        if self.tabs.is_empty() {
            self.tabs.push(Tab::default());
        }
        self.tab = self.tab.min(self.tabs.len() - 1);
        let tab = &mut self.tabs[self.tab];
        if tab.panes.is_empty() {
            tab.panes.push(Pane::default());
        }
        tab.focus = tab.focus.min(tab.panes.len() - 1);
        let pane = &mut tab.panes[tab.focus];
        let kept = if pane.entries.is_empty() { 0 } else { pane.at + 1 };
        pane.cut(kept, effects);
        if pane.entries.len() >= MOST_ENTRIES {
            end(&pane.entries.remove(0), effects);
        }
        pane.entries.push(Entry {
            id,
            screen,
            range,
            undo: Vec::new(),
            redo: Vec::new(),
            is_remembered: false,
        });
        pane.at = pane.entries.len() - 1;
        self.with_screen(id, effects, |screen, cx| screen.shown(cx));
        self.lighten(effects);
        Ok(())
    }

    /// Opens a screen of the first row, as it was when it was last seen in this part.
    pub(super) fn open_root(&mut self, number: usize, effects: &mut Vec<Effect>) {
        let Some(info) = super::root(number) else {
            self.say("no screen of this number yet", Role::Dim);
            return;
        };
        let is_it = |entry: &Entry| {
            let link = entry.screen.link();
            entry.screen.info().name == info.name && link.id.is_none() && link.get("around").is_empty()
        };
        let Some(pane) = self.current_pane() else { return };
        if pane.current().is_some_and(is_it) {
            return;
        }
        let Some(at) = pane.entries.iter().rposition(is_it) else {
            effects.push(Effect::Open(Link::to(info.name), None));
            return;
        };
        let range = self.shared.range;
        self.leave(effects);
        let Some(pane) = self.current_pane() else { return };
        if let Some(current) = pane.current_mut() {
            current.range = range;
        }
        let entry = pane.entries.remove(at);
        let (id, had) = (entry.id, entry.range);
        // What was ahead stays ahead of nothing: this is a step on, from where one is.
        let here = if at < pane.at { pane.at - 1 } else { pane.at };
        let kept = (here + 1).min(pane.entries.len());
        pane.cut(kept, effects);
        pane.entries.push(entry);
        pane.at = pane.entries.len() - 1;
        self.with_screen(id, effects, |screen, cx| {
            screen.shown(cx);
            // What it has is of the range that it was left with.
            if had != range {
                screen.range_changed(cx);
            }
        });
    }

    /// A step back. False when there is none.
    pub(super) fn back(&mut self, effects: &mut Vec<Effect>) -> bool {
        let Some(pane) = self.current_pane() else { return false };
        if pane.at == 0 {
            return false;
        }
        self.travel(-1, effects);
        true
    }

    /// A step forward again.
    pub(super) fn forward(&mut self, effects: &mut Vec<Effect>) {
        let can = self.current_pane().is_some_and(|pane| pane.at + 1 < pane.entries.len());
        if can {
            self.travel(1, effects);
        } else {
            self.say("nothing ahead", Role::Dim);
        }
    }

    fn travel(&mut self, step: isize, effects: &mut Vec<Effect>) {
        let range = self.shared.range;
        self.leave(effects);
        let Some(pane) = self.current_pane() else { return };
        if let Some(entry) = pane.current_mut() {
            entry.range = range;
        }
        pane.at = pane.at.saturating_add_signed(step).min(pane.entries.len().saturating_sub(1));
        let Some(entry) = pane.current() else { return };
        let (id, then) = (entry.id, entry.range);
        self.shared.range = then;
        self.with_screen(id, effects, |screen, cx| screen.shown(cx));
        if then != range {
            // The other parts of the tab look at the same range.
            let others: Vec<ScreenId> = self.tabs[self.tab]
                .panes
                .iter()
                .filter_map(Pane::current)
                .map(|entry| entry.id)
                .filter(|other| *other != id)
                .collect();
            for other in others {
                self.with_screen(other, effects, |screen, cx| screen.range_changed(cx));
            }
        }
    }

    /// Tells the current screen that it is not shown any more.
    fn leave(&mut self, effects: &mut Vec<Effect>) {
        self.overlay = None;
        self.filter_due = None;
        if let Some(id) = self.current_id() {
            self.with_screen(id, effects, |screen, cx| screen.hidden(cx));
        }
    }

    /// Lets the oldest screens go where all of them hold too much.
    fn lighten(&mut self, effects: &mut Vec<Effect>) {
        let shown: Vec<ScreenId> = self
            .tabs
            .iter()
            .flat_map(|tab| &tab.panes)
            .filter_map(Pane::current)
            .map(|entry| entry.id)
            .collect();
        loop {
            let hidden = || {
                self.tabs
                    .iter()
                    .flat_map(|tab| &tab.panes)
                    .flat_map(|pane| &pane.entries)
                    .filter(|entry| !shown.contains(&entry.id))
            };
            let held: usize = hidden().map(|entry| entry.screen.weight()).sum();
            if held <= MOST_BYTES {
                return;
            }
            // The heaviest of the older half would be fairer; the oldest is what one expects to be gone.
            let Some(oldest) = hidden()
                .filter(|entry| entry.screen.weight() > 1 << 16 && entry.screen.unsaved().is_none())
                .map(|entry| entry.id)
                .min()
            else {
                return;
            };
            if !self.renew(oldest, effects) {
                return;
            }
        }
    }

    /// Puts a fresh screen of the same link in place of one that holds too much.
    fn renew(&mut self, id: ScreenId, effects: &mut Vec<Effect>) -> bool {
        let entry = self
            .tabs
            .iter_mut()
            .flat_map(|tab| &mut tab.panes)
            .flat_map(|pane| &mut pane.entries)
            .find(|entry| entry.id == id);
        let Some(entry) = entry else { return false };
        end(entry, effects);
        let filter = entry.screen.filter().map(|bar| bar.text().to_owned()).unwrap_or_default();
        let link = entry.screen.link().with("filter", filter);
        match (entry.screen.info().open)(&link) {
            Ok(fresh) => {
                entry.screen = fresh;
                true
            }
            Err(_) => false,
        }
    }

    /// Tabs and splits.
    pub(super) fn arrange(&mut self, action: Action, effects: &mut Vec<Effect>) {
        let link = self.link();
        let range = self.shared.range;
        match action {
            act::SPLIT_RIGHT | act::SPLIT_BELOW => {
                let Some(tab) = self.tabs.get_mut(self.tab) else { return };
                if tab.panes.len() >= MOST_PARTS {
                    self.say(format!("a tab has at most {MOST_PARTS} parts"), Role::Dim);
                    return;
                }
                tab.is_below = action == act::SPLIT_BELOW;
                tab.panes.insert(tab.focus + 1, Pane::default());
                tab.focus += 1;
                effects.push(Effect::Open(link, Some(range)));
            }
            act::NEXT_SPLIT => {
                if let Some(tab) = self.tabs.get_mut(self.tab) {
                    tab.focus = (tab.focus + 1) % tab.panes.len().max(1);
                }
            }
            act::CLOSE_SPLIT => {
                let Some(tab) = self.tabs.get_mut(self.tab) else { return };
                if tab.panes.len() > 1 {
                    let gone = tab.panes.remove(tab.focus);
                    gone.entries.iter().for_each(|entry| end(entry, effects));
                    tab.focus = tab.focus.min(tab.panes.len() - 1);
                }
            }
            act::NEW_TAB => {
                if self.tabs.len() >= MOST_TABS {
                    self.say(format!("there are at most {MOST_TABS} tabs"), Role::Dim);
                    return;
                }
                self.leave_tab(effects);
                self.tabs.insert(self.tab + 1, Tab::default());
                self.tab += 1;
                effects.push(Effect::Open(link, Some(range)));
            }
            act::CLOSE_TAB if self.tabs.len() > 1 => {
                let gone = self.tabs.remove(self.tab);
                gone.panes.iter().flat_map(|pane| &pane.entries).for_each(|entry| end(entry, effects));
                self.tab = self.tab.min(self.tabs.len() - 1);
                self.enter_tab(effects);
            }
            act::NEXT_TAB | act::PREVIOUS_TAB => {
                let step = if action == act::NEXT_TAB { 1 } else { self.tabs.len() - 1 };
                self.go_to_tab((self.tab + step) % self.tabs.len(), effects);
            }
            _ => {}
        }
    }

    /// Another tab.
    pub(super) fn go_to_tab(&mut self, tab: usize, effects: &mut Vec<Effect>) {
        if tab != self.tab && tab < self.tabs.len() {
            self.leave_tab(effects);
            self.tab = tab;
            self.enter_tab(effects);
        }
    }

    fn leave_tab(&mut self, effects: &mut Vec<Effect>) {
        let range = self.shared.range;
        self.overlay = None;
        self.filter_due = None;
        if let Some(tab) = self.tabs.get_mut(self.tab) {
            for entry in tab.panes.iter_mut().filter_map(Pane::current_mut) {
                entry.range = range;
            }
        }
        self.for_all_shown(effects, |screen, cx| screen.hidden(cx));
    }

    fn enter_tab(&mut self, effects: &mut Vec<Effect>) {
        if let Some(entry) = self.current() {
            self.shared.range = entry.range;
        }
        self.for_all_shown(effects, |screen, cx| screen.shown(cx));
    }
}
