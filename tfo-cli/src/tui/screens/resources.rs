//! Resources: the kinds that there are, and, with a kind in the link, those of one kind as they change.
//!
//! Everything here is made from what [`KindInfo`] says of a kind, so that a new kind needs no line of it; only a saved
//! query is more than something to look at, because Enter opens what it asks for.

mod list;
mod query;
mod rows;

use std::collections::BTreeMap;

use ratatui::layout::Rect;
use tfo_sdk::Timestamp;
use tfo_sdk::resource::{KindInfo, Level, Scope, kinds};

use self::list::List;
use super::Info;
use crate::commands::target::list_scope;
use crate::tui::keys::{Action, Table, act, bind};
use crate::tui::link::Link;
use crate::tui::list::{Column, Cursor, column, heading, number, rows};
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::request::{Answer, Failure, Request};
use crate::tui::screen::{Cx, Look, Mouse, Screen, Selection, Shared, Slot};
use crate::tui::theme::Role;

const DESCRIBE: Action = Action("describe");

const TABLE: Table = Table {
    name: "resources",
    title: "Resources",
    bindings: &[bind(
        DESCRIBE,
        &["D"],
        "describe",
        "Show the resource itself: Enter opens what a saved query asks for",
    )],
};

/// The screen.
pub(crate) const INFO: Info =
    Info { name: "resources", title: "Resources", is_root: true, table: &TABLE, open };

const COUNTS: Slot = Slot("counts");

const COLUMNS: &[Column] =
    &[column("KIND", 18), number("NUMBER", 7), column("STANDS IN", 24).from(90), column("", 0)];

fn open(link: &Link) -> Result<Box<dyn Screen>, String> {
    match &link.id {
        None => Ok(Box::new(Kinds { is_loading: true, ..Kinds::default() })),
        Some(kind) => Ok(Box::new(List::open(kind, link)?)),
    }
}

/// All kinds.
#[derive(Debug, Default)]
struct Kinds {
    counts: BTreeMap<&'static str, Result<usize, String>>,
    cursor: Cursor,
    is_loading: bool,
    fault: Option<String>,
}

impl Kinds {
    fn load(&mut self, cx: &mut Cx<'_>) {
        self.is_loading = true;
        self.fault = None;
        cx.ask(COUNTS, Request::ResourceCounts(cx.shared.scope.clone()));
    }

    fn selected(&self) -> Option<&'static KindInfo> {
        kinds::ALL.get(self.cursor.at)
    }

    fn enter(&self, cx: &mut Cx<'_>) {
        if let Some(kind) = self.selected() {
            cx.open(Link::to("resources").id(kind.name));
        }
    }

    /// The cells of a kind, for somebody who works in a place.
    fn cells(&self, kind: &KindInfo, place: &Scope) -> Vec<Piece> {
        // Of the kinds that stand around the place alone, nothing is counted in it.
        let listed = list_scope(kind, place);
        let is_around = listed != *place;
        let number = match self.counts.get(kind.name) {
            Some(Ok(0)) if is_around => piece("", Role::Dim),
            Some(Ok(0)) => piece("0", Role::Dim),
            Some(Ok(count)) => piece(count.to_string(), Role::Text),
            Some(Err(_)) => piece("-", Role::Dim),
            None => piece(if self.is_loading { "…" } else { "" }, Role::Dim),
        };
        let stands = if is_around {
            piece(listed.to_string(), Role::Info)
        } else {
            let levels: Vec<&str> = kind.levels.iter().map(|level| level.as_str()).collect();
            piece(levels.join(", "), Role::Dim)
        };
        vec![piece(kind.name, Role::Text), number, stands, piece(kind.about, Role::Dim)]
    }
}

impl Screen for Kinds {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        self.load(cx);
    }

    fn range_changed(&mut self, _cx: &mut Cx<'_>) {}

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        match action {
            act::ENTER => self.enter(cx),
            act::REFRESH => self.load(cx),
            action => return self.cursor.act(action, kinds::ALL.len(), rows_below(cx)),
        }
        true
    }

    fn answered(&mut self, _slot: Slot, answer: Result<Answer, Failure>, _cx: &mut Cx<'_>) {
        self.is_loading = false;
        match answer {
            Ok(Answer::ResourceCounts(counts)) => self.counts = counts,
            Ok(_) => {}
            // What is lost is told in the last line, and asked again when it is back.
            Err(failure) => self.fault = (!failure.is_lost).then_some(failure.text),
        }
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        match mouse {
            Mouse::Wheel(_, _, notches) => {
                self.cursor.step(i64::from(notches), kinds::ALL.len(), rows_below(cx));
            }
            Mouse::Down(_, y) => {
                let row = y.checked_sub(1).and_then(|line| self.cursor.row_at(line, kinds::ALL.len()));
                match row {
                    Some(row) if row == self.cursor.at => self.enter(cx),
                    Some(row) => self.cursor.at = row,
                    None => {}
                }
            }
            _ => {}
        }
    }

    fn view(&self, paper: &mut Paper<'_>, look: &Look<'_>) {
        heading(paper, COLUMNS, None);
        let mut body = below(paper);
        let mut cursor = self.cursor;
        cursor.keep(kinds::ALL.len(), usize::from(body.height()));
        rows(&mut body, COLUMNS, cursor, kinds::ALL.len(), look.has_focus, |index| {
            kinds::ALL.get(index).map(|kind| self.cells(kind, &look.shared.scope)).unwrap_or_default()
        });
        if let Some(fault) = &self.fault {
            let last = body.height().saturating_sub(1);
            body.text(1, last, fault, Role::Error);
        }
    }

    fn hints(&self) -> &'static [Action] {
        &[act::ENTER, act::REFRESH]
    }

    /// Describing is for resources.
    fn tables(&self) -> Vec<Table> {
        Vec::new()
    }

    fn link(&self) -> Link {
        Link::to("resources")
    }

    fn command(&self, shared: &Shared) -> String {
        format!("tfo get all{}", scope_option(shared))
    }

    fn selection(&self) -> Selection {
        let line = self.selected().map(|kind| format!("{}: {}", kind.name, kind.about));
        Selection { line, ..Selection::default() }
    }

    fn weight(&self) -> usize {
        size_of::<Self>()
    }
}

/// The rows below a heading.
fn rows_below(cx: &Cx<'_>) -> usize {
    usize::from(cx.area.height.saturating_sub(1)).max(1)
}

/// What lies below the first row.
pub(super) fn below<'p>(paper: &'p mut Paper<'_>) -> Paper<'p> {
    let area = paper.area();
    paper.part(Rect { y: area.y.saturating_add(1), height: area.height.saturating_sub(1), ..area })
}

/// The place as an option of `tfo get`. That of a tenant is said by whoever asks for the command.
fn scope_option(shared: &Shared) -> String {
    match shared.scope.level() {
        Level::Tenant => String::new(),
        _ => format!(" --scope {}", shared.scope),
    }
}

/// How long ago something was, in one unit: `12s`, `5m`, `3h`, `40d`.
pub(super) fn age(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.nanos().saturating_sub(then.nanos()).max(0) / 1_000_000_000;
    match seconds {
        ..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..172_800 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> Scope {
        text.parse().unwrap()
    }

    #[test]
    fn any_spelling_of_a_kind_opens_its_list() {
        for id in ["Quota", "quotas", "QUOTA", "saved-queries", "savedqueries", "query"] {
            assert!(open(&Link::to("resources").id(id)).is_ok(), "{id}");
        }
        let error = open(&Link::to("resources").id("quta")).unwrap_err();
        assert_eq!(error, "there is no kind \"quta\", did you mean \"Quota\"?");
    }

    #[test]
    fn a_kind_says_how_many_there_are_and_where() {
        let counts = BTreeMap::from([
            ("Quota", Ok(3)),
            ("Region", Ok(0)),
            ("SavedQuery", Ok(0)),
            ("User", Err("forbidden".to_owned())),
        ]);
        let screen = Kinds { counts, is_loading: true, ..Kinds::default() };
        let shown = |kind: &str| -> Vec<String> {
            let kind = tfo_sdk::resource::kind::find_exactly(kind).unwrap();
            let cells = screen.cells(kind, &scope("eu/acme/shop"));
            cells.into_iter().skip(1).take(2).map(|cell| cell.text).collect()
        };
        assert_eq!(shown("Quota"), ["3", "workspace, tenant"]);
        assert_eq!(shown("SavedQuery"), ["0", "workspace, tenant"]);
        assert_eq!(shown("Region"), ["", "platform"]);
        assert_eq!(shown("User")[0], "-");
        assert_eq!(shown("Role")[0], "…");
    }

    #[test]
    fn ages_have_one_unit_and_never_lie_ahead() {
        let now = Timestamp(1_000_000_000_000_000_000);
        let ago = |seconds: i64| age(Timestamp(now.0 - seconds * 1_000_000_000), now);
        assert_eq!([0, 59, 61, 7_200, 172_800].map(ago), ["0s", "59s", "1m", "2h", "2d"]);
        assert_eq!(age(Timestamp::MAX, now), "0s");
        assert_eq!(age(Timestamp::MIN, Timestamp::MAX), "106751d");
    }
}
