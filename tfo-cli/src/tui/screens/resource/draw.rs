//! How a resource looks.

use ratatui::layout::Rect;

use super::changes::Change;
use super::document::{plain, shown_time, skipped};
use super::{ResourceScreen, Tab};
use crate::tui::list::{Column, column, columns_of, heading, mark, number, rows};
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::screen::Look;
use crate::tui::screens::resources::below;
use crate::tui::theme::Role;

const COLUMNS: &[Column] = &[
    number("GEN", 5),
    column("ACTION", 8),
    column("WHEN", 30).from(70),
    column("WHO", 14),
    column("VIA", 18).from(90),
    column("CHANGES", 0),
];

/// Between the names of two tabs.
const GAP: u16 = 2;

/// Draws the screen.
pub(super) fn view(screen: &ResourceScreen, paper: &mut Paper<'_>, look: &Look<'_>) {
    tabs(screen, paper);
    let mut inside = below(paper);
    match screen.tab {
        Tab::Document => document(screen, &mut inside, look),
        Tab::History => history(screen, &mut inside, look),
    }
}

impl ResourceScreen {
    /// The tabs with their names and first columns.
    fn tabs(&self) -> [(Tab, u16, String); 2] {
        let document = "YAML".to_owned();
        let history = match self.history.len() {
            0 => "History".to_owned(),
            count => format!("History {count}"),
        };
        let second = 1 + columns_of(&document) + GAP;
        [(Tab::Document, 1, document), (Tab::History, second, history)]
    }

    /// The tab in a column.
    pub(super) fn tab_at(&self, x: u16) -> Option<Tab> {
        let is_in = |from: u16, name: &str| x >= from && x < from + columns_of(name);
        self.tabs().into_iter().find(|(_, from, name)| is_in(*from, name)).map(|(tab, ..)| tab)
    }
}

fn tabs(screen: &ResourceScreen, paper: &mut Paper<'_>) {
    let mut end = 0;
    for (tab, x, name) in screen.tabs() {
        let is_open = tab == screen.tab;
        end = paper.text(x, 0, &name, if is_open { Role::Title } else { Role::Dim });
        if is_open {
            paper.underline(x, 0, columns_of(&name));
        }
    }
    if screen.draft.is_some() {
        let note = "what you wrote is not applied: e goes on with it";
        let room = paper.width().saturating_sub(end + GAP + 1);
        paper.right(end + GAP, 0, room, note, Role::Warning);
    }
}

fn document(screen: &ResourceScreen, paper: &mut Paper<'_>, look: &Look<'_>) {
    if screen.resource.is_none() {
        empty(screen.fault.as_deref(), screen.is_loading, "nothing is known of it", paper, look);
        return;
    }
    let lines = screen.lines(look.shared);
    let mut cursor = screen.document_cursor;
    cursor.keep(lines.len(), usize::from(paper.height()));
    for y in 0..paper.height() {
        let Some(row) = cursor.row_at(y, lines.len()) else { break };
        let Some(line) = lines.get(row) else { break };
        let shown = skipped(line, screen.sideways);
        paper.pieces(1, y, &shown);
        highlight(&shown, y, paper, look);
        if row == cursor.at {
            mark(paper, y, look.has_focus);
        }
    }
    faulty(screen.fault.as_deref(), paper);
}

/// Marks what is searched for in a line.
fn highlight(line: &[Piece], y: u16, paper: &mut Paper<'_>, look: &Look<'_>) {
    let Some(highlight) = &look.shared.highlight else { return };
    let text = plain(line);
    for place in highlight.places(&text) {
        let (Some(before), Some(found)) = (text.get(..place.start), text.get(place.clone())) else {
            continue;
        };
        let x = columns_of(before).saturating_add(1);
        if x >= paper.width() {
            break;
        }
        paper.lay(x, y, columns_of(found), Role::Match);
    }
}

fn history(screen: &ResourceScreen, paper: &mut Paper<'_>, look: &Look<'_>) {
    if screen.history.is_empty() {
        let nothing = "no change of it is recorded";
        empty(screen.history_fault.as_deref(), screen.is_history_loading, nothing, paper, look);
        return;
    }
    heading(paper, COLUMNS, None);
    let mut body = below(paper);
    let mut cursor = screen.history_cursor;
    cursor.keep(screen.history.len(), usize::from(body.height()));
    rows(&mut body, COLUMNS, cursor, screen.history.len(), look.has_focus, |index| {
        screen.history.get(index).map(|change| cells(screen, change, look)).unwrap_or_default()
    });
    faulty(screen.history_fault.as_deref(), &mut body);
}

fn cells(screen: &ResourceScreen, change: &Change, look: &Look<'_>) -> Vec<Piece> {
    let revision = &change.revision;
    let now = screen.resource.as_ref().and_then(|resource| resource.metadata.generation);
    let is_now = now == Some(revision.generation);
    let action = match revision.action.as_str() {
        "create" | "restore" => Role::Good,
        "delete" | "remove" => Role::Error,
        _ => Role::Text,
    };
    let shown: String = change.fields.chars().skip(screen.sideways).collect();
    vec![
        piece(revision.generation.to_string(), if is_now { Role::Title } else { Role::Text }),
        piece(revision.action.as_str(), action),
        piece(shown_time(revision.at, look.shared.now, &look.shared.zone), Role::Dim),
        piece(revision.by.as_str(), Role::Text),
        piece(change.via(), Role::Dim),
        piece(shown, Role::Text),
    ]
}

fn empty(fault: Option<&str>, is_loading: bool, nothing: &str, paper: &mut Paper<'_>, look: &Look<'_>) {
    match fault {
        Some(fault) => {
            paper.notice(&[
                piece(fault, Role::Error),
                piece("", Role::Text),
                piece("r asks again", Role::Dim),
            ]);
        }
        None if is_loading || look.is_cut_off() => paper.notice(&look.outlook()),
        None => paper.notice(&[piece(nothing, Role::Dim)]),
    }
}

/// What went wrong with a list that is there, in its last row.
fn faulty(fault: Option<&str>, paper: &mut Paper<'_>) {
    let Some(fault) = fault else { return };
    let area = paper.area();
    let mut last = paper.part(Rect { y: area.bottom().saturating_sub(1), height: 1, ..area });
    last.clear();
    last.text(1, 0, fault, Role::Error);
}
