//! One resource: what the daemon says of it, its YAML, its history; and the ways to change it.
//!
//! Nothing is changed by a key alone: an edit shows its difference first, a rollback what it undoes, and both ask. What
//! was written in the editor is kept until it is applied or given up, so that no mistake and no conflict costs it.

mod changes;
mod document;
mod draw;
mod editing;

use tfo_sdk::api::Revision;
use tfo_sdk::resource::{KindInfo, Name, Resource, Scope};

use self::changes::{Change, bounded, field_lines};
use self::document::{Line, Lines, body, head, plain, written};
use self::editing::{Draft, Rollback};
use super::Info;
use crate::commands::target::{kind_and_name, scope_of};
use crate::tui::keys::{Action, Table, act, bind};
use crate::tui::link::Link;
use crate::tui::list::Cursor;
use crate::tui::overlay::{Overlay, Prompt, TextPage};
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::request::{Answer, Failure, Request};
use crate::tui::screen::{Cx, Effect, Look, Mouse, Screen, Selection, Shared, Slot, Told};
use crate::tui::theme::Role;

const EDIT: Action = Action("edit");
const ROLLBACK: Action = Action("rollback");

const TABLE: Table = Table {
    name: "resource",
    title: "Resource",
    bindings: &[
        bind(EDIT, &["e"], "edit", "Edit it in $EDITOR; what would change is shown before it is applied"),
        bind(ROLLBACK, &["R"], "roll back", "In the history: return to this generation, after a question"),
    ],
};

/// The screen.
pub(crate) const INFO: Info = Info {
    name: "resource",
    title: "Resource",
    is_root: false,
    table: &TABLE,
    open: |link| Ok(Box::new(ResourceScreen::open(link)?)),
};

const RESOURCE: Slot = Slot("resource");
const HISTORY: Slot = Slot("history");
const PUT: Slot = Slot("put");
const RETURN: Slot = Slot("rollback");

/// Columns that a key scrolls sideways.
const SIDEWAYS: usize = 8;
/// The farthest that one scrolls to the right.
const FARTHEST: usize = 4_000;

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Document,
    History,
}

/// The screen's state.
#[derive(Debug)]
pub(in crate::tui) struct ResourceScreen {
    kind: &'static KindInfo,
    name: Name,
    /// Where it stands, as the link says; without it, where one is.
    scope: Option<Scope>,
    resource: Option<Resource>,
    /// The lines of its YAML and its status.
    body: Vec<Line>,
    history: Vec<Change>,
    tab: Tab,
    document_cursor: Cursor,
    history_cursor: Cursor,
    sideways: usize,
    is_loading: bool,
    is_history_loading: bool,
    fault: Option<String>,
    history_fault: Option<String>,
    /// Whether it is on the screen: what it shows over itself must be its own.
    is_shown: bool,
    /// What was written and is not applied.
    draft: Option<Draft>,
    /// Why the daemon did not take it, until it is known how the resource is by now.
    refusal: Option<String>,
    /// Whether a change is on its way.
    is_changing: bool,
    /// The return that one was asked about.
    rollback: Option<Rollback>,
}

impl ResourceScreen {
    fn open(link: &Link) -> Result<Self, String> {
        let id = link.id.as_deref().unwrap_or_default();
        let (kind, name) = kind_and_name(id, None).map_err(|error| error.to_string())?;
        let name = name.ok_or_else(|| format!("expected a resource like {}/NAME, got {id:?}", kind.name))?;
        let scope = match link.get("scope") {
            "" => None,
            text => Some(text.parse::<Scope>().map_err(|error| format!("scope: {error}"))?),
        };
        Ok(Self {
            kind,
            name,
            scope,
            resource: None,
            body: Vec::new(),
            history: Vec::new(),
            tab: if link.get("tab") == "history" { Tab::History } else { Tab::Document },
            document_cursor: Cursor::default(),
            history_cursor: Cursor::default(),
            sideways: 0,
            is_loading: true,
            is_history_loading: true,
            fault: None,
            history_fault: None,
            is_shown: false,
            draft: None,
            refusal: None,
            is_changing: false,
            rollback: None,
        })
    }

    /// `Quota/ingest`
    fn title(&self) -> String {
        format!("{}/{}", self.kind.name, self.name)
    }

    /// Where it stands, or where it is looked for.
    fn place(&self, shared: &Shared) -> Scope {
        match (&self.resource, &self.scope) {
            (Some(resource), _) => scope_of(resource),
            (None, Some(scope)) => scope.clone(),
            (None, None) => shared.scope.clone(),
        }
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        self.is_loading = true;
        let (kind, scope, name) = (self.kind, self.place(cx.shared), self.name.clone());
        cx.ask(RESOURCE, Request::Resource { kind, scope, name });
        self.load_history(cx);
    }

    fn load_history(&mut self, cx: &mut Cx<'_>) {
        self.is_history_loading = true;
        let (kind, scope, name) = (self.kind, self.place(cx.shared), self.name.clone());
        cx.ask(HISTORY, Request::History { kind, scope, name });
    }

    /// The resource as it is by now.
    fn take(&mut self, resource: Resource, cx: &Cx<'_>) {
        self.is_loading = false;
        self.fault = None;
        self.scope = Some(scope_of(&resource));
        self.body = body(&resource);
        self.resource = Some(resource);
        self.turn_to(self.tab, cx);
    }

    fn found(&mut self, found: Option<Resource>, cx: &mut Cx<'_>) {
        let before = self.resource.take();
        match found {
            Some(resource) => self.take(resource, cx),
            None => {
                let place = before.as_ref().map_or_else(|| self.place(cx.shared), scope_of);
                self.is_loading = false;
                self.body.clear();
                self.fault = Some(format!("{} is not in {place}", self.title()));
            }
        }
        self.tell_refusal(before.as_ref(), cx);
    }

    fn take_history(&mut self, revisions: Vec<Revision>, cx: &Cx<'_>) {
        self.is_history_loading = false;
        self.history_fault = None;
        self.history = revisions.into_iter().map(Change::from).collect();
        self.turn_to(self.tab, cx);
    }

    fn lines(&self, shared: &Shared) -> Lines<'_> {
        let head = self.resource.as_ref().map(|resource| head(resource, self.kind, shared.now, &shared.zone));
        Lines::new(head.unwrap_or_default(), &self.body)
    }

    /// Rows below the tabs, and below the heading of the history.
    fn height(&self, cx: &Cx<'_>) -> usize {
        let above = if self.tab == Tab::History { 2 } else { 1 };
        usize::from(cx.area.height.saturating_sub(above)).max(1)
    }

    fn selected_change(&self) -> Option<&Change> {
        self.history.get(self.history_cursor.at)
    }

    /// The rows of what is shown.
    fn length(&self, shared: &Shared) -> usize {
        match self.tab {
            Tab::Document => self.lines(shared).len(),
            Tab::History => self.history.len(),
        }
    }

    fn cursor(&self) -> Cursor {
        match self.tab {
            Tab::Document => self.document_cursor,
            Tab::History => self.history_cursor,
        }
    }

    fn cursor_mut(&mut self) -> &mut Cursor {
        match self.tab {
            Tab::Document => &mut self.document_cursor,
            Tab::History => &mut self.history_cursor,
        }
    }

    /// A row of what is shown as text.
    fn row_text(&self, index: usize, lines: &Lines<'_>) -> String {
        match self.tab {
            Tab::Document => lines.get(index).map(plain).unwrap_or_default(),
            Tab::History => {
                let change = self.history.get(index);
                change.map(|change| format!("{}: {}", change.title(), change.fields)).unwrap_or_default()
            }
        }
    }

    fn turn_to(&mut self, tab: Tab, cx: &Cx<'_>) {
        self.tab = tab;
        let (length, height) = (self.length(cx.shared), self.height(cx));
        self.cursor_mut().keep(length, height);
    }

    /// Shows all fields of the change under the cursor.
    fn enter(&self, cx: &mut Cx<'_>) {
        if self.tab == Tab::History
            && let Some(change) = self.selected_change()
        {
            let lines = bounded(field_lines(&change.revision.fields));
            let title = format!("{}, {}", self.title(), change.title());
            cx.overlay(Overlay::Page(TextPage::new(title, lines)));
        }
    }

    /// The next row with what is highlighted. False where nothing is.
    fn seek(&mut self, forward: bool, cx: &mut Cx<'_>) -> bool {
        let shared = cx.shared;
        let Some(highlight) = &shared.highlight else { return false };
        let (length, height) = (self.length(shared), self.height(cx));
        let at = self.cursor().at;
        let next = {
            let lines = self.lines(shared);
            let has = |index: &usize| highlight.is_in(&self.row_text(*index, &lines));
            if forward { (at + 1..length).find(has) } else { (0..at).rev().find(has) }
        };
        match next {
            Some(next) => self.cursor_mut().go(next, length, height),
            None => cx.say(format!("no match {} here", if forward { "below" } else { "above" }), Role::Dim),
        }
        true
    }
}

impl Screen for ResourceScreen {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        self.is_shown = true;
        self.load(cx);
    }

    fn hidden(&mut self, cx: &mut Cx<'_>) {
        self.is_shown = false;
        cx.forget(RESOURCE);
        cx.forget(HISTORY);
    }

    fn range_changed(&mut self, _cx: &mut Cx<'_>) {}

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        match action {
            EDIT => self.edit(cx),
            ROLLBACK => self.ask_rollback(cx),
            act::ENTER => self.enter(cx),
            act::REFRESH => self.load(cx),
            act::NEXT_PANE | act::PREVIOUS_PANE => {
                let other = if self.tab == Tab::Document { Tab::History } else { Tab::Document };
                self.turn_to(other, cx);
            }
            act::NEXT_MATCH | act::PREVIOUS_MATCH => return self.seek(action == act::NEXT_MATCH, cx),
            act::RIGHT => self.sideways = (self.sideways + SIDEWAYS).min(FARTHEST),
            act::LEFT => self.sideways = self.sideways.saturating_sub(SIDEWAYS),
            act::CLOSE if self.sideways > 0 => self.sideways = 0,
            act::EXPORT => {
                let file = format!("{}-{}.yaml", self.kind.name, self.name);
                let hint = "a file: YAML that can be applied";
                cx.overlay(Overlay::Prompt(Prompt::new("export", "Write the resource", &file, hint)));
            }
            action => {
                let (length, height) = (self.length(cx.shared), self.height(cx));
                return self.cursor_mut().act(action, length, height);
            }
        }
        true
    }

    fn answered(&mut self, slot: Slot, answer: Result<Answer, Failure>, cx: &mut Cx<'_>) {
        match (slot, answer) {
            (RESOURCE, Ok(Answer::Resource(found))) => self.found(found.map(|found| *found), cx),
            (RESOURCE, Err(failure)) => {
                self.is_loading = false;
                // What is lost is told in the last line, and asked again when it is back.
                self.fault = (!failure.is_lost).then_some(failure.text);
                if let Some(said) = self.refusal.take() {
                    cx.say(said, Role::Error);
                }
            }
            (HISTORY, Ok(Answer::History(revisions))) => self.take_history(revisions, cx),
            (HISTORY, Err(failure)) => {
                self.is_history_loading = false;
                self.history_fault = (!failure.is_lost).then_some(failure.text);
            }
            (PUT, Ok(Answer::Changed(resource))) => self.put_done(*resource, cx),
            (PUT, Err(failure)) => self.put_failed(failure, cx),
            (RETURN, Ok(Answer::Changed(resource))) => self.rollback_done(*resource, cx),
            (RETURN, Err(failure)) => {
                self.is_changing = false;
                cx.say(failure.text, Role::Error);
            }
            _ => {}
        }
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        match mouse {
            Mouse::Wheel(_, _, rows) => {
                let (length, height) = (self.length(cx.shared), self.height(cx));
                self.cursor_mut().step(i64::from(rows), length, height);
            }
            Mouse::Down(x, 0) => {
                if let Some(tab) = self.tab_at(x) {
                    self.turn_to(tab, cx);
                }
            }
            Mouse::Down(_, y) if self.tab == Tab::Document => {
                let length = self.lines(cx.shared).len();
                if let Some(row) = self.document_cursor.row_at(y - 1, length) {
                    self.document_cursor.at = row;
                }
            }
            Mouse::Down(_, y) => {
                let row =
                    y.checked_sub(2).and_then(|line| self.history_cursor.row_at(line, self.history.len()));
                match row {
                    Some(row) if row == self.history_cursor.at => self.enter(cx),
                    Some(row) => self.history_cursor.at = row,
                    None => {}
                }
            }
            _ => {}
        }
    }

    fn told(&mut self, told: Told, cx: &mut Cx<'_>) {
        match told {
            Told::Edited(text) => self.edited(text, cx),
            Told::Confirmed(editing::APPLY) => self.apply(cx),
            Told::Confirmed(editing::EDIT_AGAIN) => self.edit(cx),
            Told::Confirmed(editing::ROLL_BACK) => self.roll_back(cx),
            Told::Typed("export", path) => match self.resource.as_ref().map(written) {
                Some(Ok(text)) => cx.effects.push(Effect::Write { path, text }),
                Some(Err(error)) => cx.say(error, Role::Error),
                None => cx.say("it is not loaded yet", Role::Dim),
            },
            _ => {}
        }
    }

    fn view(&self, paper: &mut Paper<'_>, look: &Look<'_>) {
        draw::view(self, paper, look);
    }

    fn crumbs(&self, _look: &Look<'_>) -> Vec<Piece> {
        let mut crumbs = vec![piece(self.title(), Role::Text)];
        if let Some(generation) = self.resource.as_ref().and_then(|resource| resource.metadata.generation) {
            crumbs.push(piece(format!(" generation {generation}"), Role::Dim));
        }
        if self.is_changing {
            crumbs.push(piece("  changing…", Role::Warning));
        } else if self.draft.is_some() {
            crumbs.push(piece("  edit not applied", Role::Warning));
        }
        crumbs
    }

    fn hints(&self) -> &'static [Action] {
        match self.tab {
            Tab::Document => &[EDIT, act::NEXT_PANE, act::COPY_JSON, act::EXPORT],
            Tab::History => &[act::ENTER, ROLLBACK, act::NEXT_PANE, EDIT],
        }
    }

    fn link(&self) -> Link {
        let scope = self.scope.as_ref().map(ToString::to_string).unwrap_or_default();
        let tab = if self.tab == Tab::History { "history" } else { "" };
        Link::to("resource").id(self.title()).with("scope", scope).with("tab", tab)
    }

    fn command(&self, shared: &Shared) -> String {
        let what = if self.tab == Tab::History { "history" } else { "describe" };
        format!("tfo {what} {} --scope {}", self.title(), self.place(shared))
    }

    fn selection(&self) -> Selection {
        let json = match self.tab {
            Tab::Document => {
                self.resource.as_ref().and_then(|found| serde_json::to_string_pretty(found).ok())
            }
            Tab::History => {
                self.selected_change().and_then(|change| serde_json::to_string_pretty(&change.revision).ok())
            }
        };
        let line = match self.tab {
            Tab::Document => {
                let place = self.scope.as_ref().map(|scope| format!(" in {scope}")).unwrap_or_default();
                Some(format!("{}{place}", self.title()))
            }
            Tab::History => {
                self.selected_change().map(|change| format!("{}: {}", change.title(), change.fields))
            }
        };
        Selection { line, json, ..Selection::default() }
    }

    fn unsaved(&self) -> Option<String> {
        self.draft.is_some().then(|| format!("an edit of {} is not applied", self.title()))
    }

    fn weight(&self) -> usize {
        let body: usize = self.body.iter().flatten().map(|piece| piece.text.len() + size_of::<Piece>()).sum();
        // The fields themselves are at least what is shown of them.
        let history: usize =
            self.history.iter().map(|change| size_of::<Change>() + 4 * change.fields.len()).sum();
        // The resource is about as long as its lines; what is written must not be lost, so it weighs nothing.
        2 * body + history
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_a_resource_and_its_place() {
        let link = Link::parse("resource/quotas/ingest?scope=eu/acme/shop&tab=history").unwrap();
        let screen = ResourceScreen::open(&link).unwrap();
        assert_eq!(
            screen.link().to_string(),
            "tfo://resource/Quota/ingest?scope=eu%2Facme%2Fshop&tab=history"
        );
        assert_eq!(Link::parse(&screen.link().to_string()), Ok(screen.link()));
        for wrong in
            ["resource", "resource/quota", "resource/quota/A", "resource/quota/a?scope=EU", "resource/x/a"]
        {
            assert!(ResourceScreen::open(&Link::parse(wrong).unwrap()).is_err(), "{wrong}");
        }
    }
}
