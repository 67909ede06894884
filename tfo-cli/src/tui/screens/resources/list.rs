//! The resources of one kind in a place and below, as they change.

use std::time::Duration;

use ratatui::layout::Rect;
use tfo_sdk::Timestamp;
use tfo_sdk::client::ResourceRead;
use tfo_sdk::resource::{KindInfo, Name, Scope};

use super::rows::{Row, Rows};
use super::{DESCRIBE, INFO, age, below, query, rows_below, scope_option};
use crate::commands::target::{self, list_scope};
use crate::text;
use crate::tui::keys::{Action, act};
use crate::tui::link::Link;
use crate::tui::list::{Column, Cursor, column, columns_of, heading, number, rows};
use crate::tui::overlay::{Overlay, Prompt};
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::request::{Answer, Failure, Request};
use crate::tui::screen::{
    Cx, Effect, Look, Mouse, News, SECOND, Screen, Selection, Shared, Slot, Tail, Told,
};
use crate::tui::screens::Info;
use crate::tui::theme::Role;

const LIST: Slot = Slot("list");

/// The narrowest and the widest columns of names and of places.
const NARROWEST: u16 = 8;
const WIDEST: u16 = 32;
/// Columns of a search in the bar.
const SEARCH: usize = 30;

/// The screen's state.
#[derive(Debug)]
pub(super) struct List {
    kind: &'static KindInfo,
    rows: Rows,
    cursor: Cursor,
    name_width: u16,
    place_width: u16,
    is_loaded: bool,
    /// Whether changes come as they are made.
    is_live: bool,
    fault: Option<String>,
}

impl List {
    /// That of a kind, by any of its names.
    pub(super) fn open(kind: &str, link: &Link) -> Result<Self, String> {
        let kind = target::kind(kind).map_err(|error| error.to_string())?;
        Ok(Self {
            kind,
            rows: Rows::new(kind, link.get("search")),
            cursor: Cursor::default(),
            name_width: NARROWEST,
            place_width: NARROWEST,
            is_loaded: false,
            is_live: false,
            fault: None,
        })
    }

    /// Asks for all of them; their changes are followed from there.
    fn load(&mut self, cx: &mut Cx<'_>) {
        self.fault = None;
        let read = ResourceRead { scope: list_scope(self.kind, &cx.shared.scope), ..ResourceRead::default() };
        cx.ask(LIST, Request::Resources { kind: self.kind, read });
    }

    /// Changes the rows. The cursor stays on its resource, wherever rows before it come or go.
    fn change(&mut self, height: usize, work: impl FnOnce(&mut Rows)) {
        let selected: Option<(Scope, Name)> =
            self.selected().map(Row::key).map(|(scope, name)| (scope.clone(), name.clone()));
        work(&mut self.rows);
        let is_selected =
            |row: &Row| selected.as_ref().is_some_and(|(scope, name)| row.key() == (scope, name));
        let at = self.rows.iter().position(is_selected).unwrap_or(self.cursor.at);
        self.cursor.go(at, self.rows.len(), height);
        let width = |widest: Option<u16>| widest.unwrap_or(0).clamp(NARROWEST, WIDEST);
        self.name_width = width(self.rows.iter().map(|row| columns_of(row.name())).max());
        self.place_width = width(self.rows.iter().map(|row| columns_of(row.place())).max());
    }

    fn selected(&self) -> Option<&Row> {
        self.rows.get(self.cursor.at)
    }

    fn enter(&self, cx: &mut Cx<'_>) {
        let Some(row) = self.selected() else { return };
        if !query::is_of(self.kind) {
            self.describe(cx);
            return;
        }
        match query::opened(&row.resource) {
            Ok((link, range)) => cx.open_in(link, range),
            Err(message) => cx.say(message, Role::Warning),
        }
    }

    fn describe(&self, cx: &mut Cx<'_>) {
        if let Some(row) = self.selected() {
            let id = format!("{}/{}", self.kind.name, row.name());
            cx.open(Link::to("resource").id(id).with("scope", row.scope.to_string()));
        }
    }

    /// The next row with what is highlighted. False where nothing is.
    fn seek(&mut self, forward: bool, cx: &mut Cx<'_>) -> bool {
        let shared = cx.shared;
        let Some(highlight) = &shared.highlight else { return false };
        let has = |index: &usize| self.rows.get(*index).is_some_and(|row| highlight.is_in(&row.text()));
        let at = self.cursor.at;
        let next = if forward { (at + 1..self.rows.len()).find(has) } else { (0..at).rev().find(has) };
        match next {
            Some(next) => self.cursor.go(next, self.rows.len(), rows_below(cx)),
            None => cx.say(format!("no match {} here", if forward { "below" } else { "above" }), Role::Dim),
        }
        true
    }

    // --- drawing

    /// Places are worth a column where there is another one than that of the list.
    fn has_places(&self, listed: &Scope) -> bool {
        self.rows.iter().any(|row| row.scope != *listed)
    }

    fn columns(&self, has_places: bool) -> Vec<Column> {
        let mut columns = vec![column("NAME", self.name_width)];
        if has_places {
            columns.push(column("PLACE", self.place_width).from(60));
        }
        columns.extend(self.kind.columns.iter().map(|(title, _)| column(title, 0)));
        columns.extend([
            number("GEN", 4).from(80),
            number("AGE", 5).from(70),
            number("CHANGED", 8).from(120),
            column("SETS", 16).from(100),
            column("LABELS", 24).from(150),
        ]);
        columns
    }

    /// The cells of a row, in the order of the columns.
    fn cells(&self, row: &Row, has_places: bool, now: Timestamp) -> Vec<Piece> {
        let metadata = &row.resource.metadata;
        let mut cells = vec![piece(row.name(), if metadata.built_in { Role::Dim } else { Role::Text })];
        if has_places {
            cells.push(piece(row.place(), Role::Dim));
        }
        cells.extend(row.own(self.kind).map(|cell| piece(cell, Role::Text)));
        let since =
            |time: Option<Timestamp>| piece(time.map(|time| age(time, now)).unwrap_or_default(), Role::Dim);
        let generation = metadata.generation.map(|generation| generation.to_string()).unwrap_or_default();
        cells.extend([
            piece(generation, Role::Dim),
            since(metadata.created_at),
            since(metadata.updated_at),
            piece(row.sets(self.kind), Role::Info),
            piece(row.labels(self.kind), Role::Dim),
        ]);
        cells
    }

    fn empty(&self, paper: &mut Paper<'_>, look: &Look<'_>) {
        let blank = || piece("", Role::Text);
        let listed = list_scope(self.kind, &look.shared.scope);
        let plural = self.kind.plural;
        let lines = match &self.fault {
            Some(fault) => {
                vec![piece(fault.clone(), Role::Error), blank(), piece("r asks again", Role::Dim)]
            }
            None if !self.is_loaded => look.outlook(),
            None if self.rows.all() == 0 => vec![
                piece(format!("no {plural} in {listed} or below"), Role::Text),
                blank(),
                piece(format!("tfo explain {plural}"), Role::Info),
                piece("says what one looks like; `tfo apply -f FILE` makes it", Role::Dim),
            ],
            None => vec![
                piece(format!("none of {} {plural} passes the search", self.rows.all()), Role::Text),
                blank(),
                piece("/ changes it", Role::Dim),
            ],
        };
        paper.notice(&lines);
    }
}

impl Screen for List {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        self.load(cx);
    }

    fn hidden(&mut self, cx: &mut Cx<'_>) {
        // An answer that came later would begin to follow.
        cx.forget(LIST);
        cx.effects.push(Effect::Unfollow { screen: cx.screen });
        self.is_live = false;
    }

    fn range_changed(&mut self, _cx: &mut Cx<'_>) {}

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        match action {
            act::ENTER => self.enter(cx),
            DESCRIBE => self.describe(cx),
            act::REFRESH => self.load(cx),
            act::NEXT_MATCH | act::PREVIOUS_MATCH => return self.seek(action == act::NEXT_MATCH, cx),
            // The bar is for fields of telemetry, which resources do not have.
            act::FILTER => {
                let hint = "words of name, place, labels or columns; -word for those without; empty for all";
                cx.overlay(Overlay::Prompt(Prompt::new("search", "Search", self.rows.search(), hint)));
            }
            act::EXPORT => {
                let file = format!("{}.yaml", self.kind.plural);
                let hint = "a file: YAML that can be applied, or .json";
                cx.overlay(Overlay::Prompt(Prompt::new("export", "Write what is found", &file, hint)));
            }
            action => return self.cursor.act(action, self.rows.len(), rows_below(cx)),
        }
        true
    }

    fn answered(&mut self, _slot: Slot, answer: Result<Answer, Failure>, cx: &mut Cx<'_>) {
        match answer {
            Ok(Answer::Resources(page)) => {
                self.fault = None;
                self.is_loaded = true;
                self.change(rows_below(cx), |rows| rows.fill(page.items));
                let scope = list_scope(self.kind, &cx.shared.scope);
                let tail = Tail::Resources { kind: self.kind, scope, since: page.revision };
                cx.effects.push(Effect::Follow { screen: cx.screen, tail });
            }
            Ok(_) => {}
            // What is lost is told in the last line, and asked again when it is back.
            Err(failure) => self.fault = (!failure.is_lost).then_some(failure.text),
        }
    }

    fn arrived(&mut self, news: News, cx: &mut Cx<'_>) {
        self.is_live = matches!(news, News::Connected | News::Resource(_));
        match news {
            News::Resource(event) => self.change(rows_below(cx), |rows| rows.change(*event)),
            News::Restarted => self.load(cx),
            News::Refused(failure) => {
                self.fault = Some(format!("changes are not followed: {}", failure.text));
            }
            _ => {}
        }
    }

    /// Ages grow.
    fn tick_every(&self) -> Option<Duration> {
        // Ages grow.
        (self.rows.len() > 0).then_some(SECOND)
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        match mouse {
            Mouse::Wheel(_, _, notches) => {
                self.cursor.step(i64::from(notches), self.rows.len(), rows_below(cx));
            }
            Mouse::Down(_, y) => {
                let row = y.checked_sub(1).and_then(|line| self.cursor.row_at(line, self.rows.len()));
                match row {
                    Some(row) if row == self.cursor.at => self.enter(cx),
                    Some(row) => self.cursor.at = row,
                    None => {}
                }
            }
            _ => {}
        }
    }

    fn told(&mut self, told: Told, cx: &mut Cx<'_>) {
        match told {
            Told::Typed("search", search) => self.change(rows_below(cx), |rows| rows.set_search(&search)),
            Told::Typed("export", path) => match self.rows.exported(&path) {
                Ok(text) => cx.effects.push(Effect::Write { path, text }),
                Err(error) => cx.say(error, Role::Error),
            },
            _ => {}
        }
    }

    fn view(&self, paper: &mut Paper<'_>, look: &Look<'_>) {
        if self.rows.len() == 0 {
            self.empty(paper, look);
            return;
        }
        let has_places = self.has_places(&list_scope(self.kind, &look.shared.scope));
        let columns = self.columns(has_places);
        heading(paper, &columns, None);
        let mut body = below(paper);
        let mut cursor = self.cursor;
        cursor.keep(self.rows.len(), usize::from(body.height()));
        rows(&mut body, &columns, cursor, self.rows.len(), look.has_focus, |index| {
            self.rows.get(index).map(|row| self.cells(row, has_places, look.shared.now)).unwrap_or_default()
        });
        if let Some(fault) = &self.fault {
            let area = body.area();
            let mut last = body.part(Rect { y: area.bottom().saturating_sub(1), height: 1, ..area });
            last.clear();
            last.text(1, 0, fault, Role::Error);
        }
    }

    fn crumbs(&self, _look: &Look<'_>) -> Vec<Piece> {
        let all = self.rows.all();
        let search = self.rows.search();
        let mut crumbs = vec![piece(format!("{} ", self.kind.plural), Role::Text)];
        if self.is_loaded {
            let count =
                if search.is_empty() { all.to_string() } else { format!("{} of {all}", self.rows.len()) };
            crumbs.push(piece(count, Role::Dim));
        }
        if !search.is_empty() {
            let clean = text::row(search);
            crumbs.push(piece(format!("  /{}", text::cut(&clean, SEARCH)), Role::Info));
        }
        if self.is_live {
            crumbs.push(piece("  live", Role::Good));
        }
        crumbs
    }

    fn hints(&self) -> &'static [Action] {
        if query::is_of(self.kind) {
            &[act::ENTER, DESCRIBE, act::EXPORT]
        } else {
            &[act::ENTER, act::EXPORT]
        }
    }

    fn link(&self) -> Link {
        Link::to("resources").id(self.kind.name).with("search", self.rows.search())
    }

    fn command(&self, shared: &Shared) -> String {
        format!("tfo get {}{}", self.kind.plural, scope_option(shared))
    }

    fn selection(&self) -> Selection {
        let Some(row) = self.selected() else { return Selection::default() };
        Selection {
            line: Some(format!("{}/{} in {}", self.kind.name, row.name(), row.scope)),
            json: serde_json::to_string_pretty(&row.resource).ok(),
            ..Selection::default()
        }
    }

    fn weight(&self) -> usize {
        self.rows.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::tests::{event, quota};
    use super::*;

    fn list() -> List {
        let mut list = List::open("quotas", &Link::to("resources")).unwrap();
        let items =
            vec![quota("a", "production", "1"), quota("b", "production", "2"), quota("c", "staging", "3")];
        list.change(10, |rows| rows.fill(items));
        list
    }

    #[test]
    fn the_cursor_stays_on_its_resource() {
        let mut list = list();
        list.cursor.at = 1;
        list.change(10, |rows| rows.change(event("create", &quota("aa", "production", "4"), false)));
        assert_eq!((list.cursor.at, list.selected().unwrap().name()), (2, "b"));
        list.change(10, |rows| rows.set_search("-aa"));
        assert_eq!((list.cursor.at, list.selected().unwrap().name()), (1, "b"));
        list.change(10, |rows| rows.change(event("delete", &quota("b", "production", "2"), true)));
        assert_eq!(list.selected().unwrap().name(), "c");
        list.change(10, |rows| rows.set_search("nothing of this name"));
        assert!(list.selected().is_none());
    }

    #[test]
    fn every_column_has_its_cell() {
        let list = list();
        let row = list.selected().unwrap();
        for has_places in [false, true] {
            let cells = list.cells(row, has_places, Timestamp(1));
            let titles: Vec<&str> = list.columns(has_places).iter().map(|column| column.title).collect();
            assert_eq!(cells.len(), titles.len());
            let cell =
                |title: &str| cells[titles.iter().position(|known| *known == title).unwrap()].text.clone();
            assert_eq!(
                [cell("NAME"), cell("SERIES"), cell("GEN"), cell("LABELS")],
                ["a", "5000", "7", "team=checkout"]
            );
        }
        assert!(list.has_places(&"eu/acme/shop".parse().unwrap()));
    }
}
