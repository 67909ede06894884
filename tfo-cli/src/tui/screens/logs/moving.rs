//! Where one is in the list. Rows are known by their places in time, so that what comes or goes moves none of them.

use tfo_sdk::api::LogRecord;
use tfo_sdk::client::{Around, Order, Read};

use super::asking::BEGINNING;
use super::lines::{End, Place, place};
use super::{ERROR, Logs, Mode, SOUGHT};
use crate::tui::keys::{Action, act};
use crate::tui::list::Cursor;
use crate::tui::request::Request;
use crate::tui::screen::Cx;
use crate::tui::theme::Role;

/// What only errors pass.
const ERRORS: &str = "severity:error+";

impl Logs {
    pub(super) fn index(&self, place: Place) -> usize {
        match self.lines.index_of(place) {
            Ok(index) => index,
            Err(index) => index.min(self.lines.len().saturating_sub(1)),
        }
    }

    /// The record that must stay loaded.
    pub(super) fn kept(&self) -> Option<Place> {
        if self.mode == Mode::Live { None } else { self.top.or(self.selected) }
    }

    pub(super) fn selected_record(&self) -> Option<&LogRecord> {
        self.lines.get(self.index(self.selected?))
    }

    /// Goes to the record that is sought, or asks where it stands.
    pub(super) fn find_sought(&mut self, cx: &mut Cx<'_>) {
        let Some(id) = self.sought else { return };
        match self.lines.iter().find(|record| record.id == id) {
            Some(found) => {
                self.selected = Some(place(found));
                self.mode = Mode::Scrolled;
                self.sought = None;
                self.top = None;
            }
            None => {
                let alone = Around { before: Some(0), after: Some(0), ..Around::default() };
                cx.ask(SOUGHT, Request::Context(id, alone));
            }
        }
    }

    /// The record that is sought, from wherever it stands: the list goes on from there in both directions.
    pub(super) fn found(&mut self, record: LogRecord, cx: &mut Cx<'_>) {
        if self.sought.take() != Some(record.id) {
            return;
        }
        let passes = tfo_sdk::filter::parse(self.filter.text()).is_ok_and(|filter| filter.matches(&record));
        if !passes {
            return;
        }
        self.selected = Some(place(&record));
        self.top = None;
        self.mode = Mode::Scrolled;
        self.lines.clear();
        self.asking.older_next = None;
        self.asking.newer_next = None;
        self.asking.has_dropped = true;
        self.stop_waiting();
        self.lines.extend(vec![record]);
        self.settle(cx);
        self.ask_more(cx);
    }

    /// Brings cursor and top to records that there are.
    pub(super) fn settle(&mut self, cx: &Cx<'_>) {
        if self.lines.is_empty() {
            self.selected = None;
            self.top = None;
            return;
        }
        let height = self.list_height(cx);
        let last = self.lines.len() - 1;
        let mut cursor = Cursor {
            at: self.selected.map_or(last, |place| self.index(place)),
            top: self.top.map_or(0, |place| self.index(place)),
        };
        if self.mode == Mode::Live {
            cursor.at = last;
        } else if self.top.is_none() {
            cursor.top = cursor.at.saturating_sub(height / 2);
        }
        cursor.keep(self.lines.len(), height);
        self.point(cursor);
    }

    pub(super) fn cursor(&self) -> Cursor {
        Cursor {
            at: self.selected.map_or(0, |place| self.index(place)),
            top: self.top.map_or(0, |place| self.index(place)),
        }
    }

    pub(super) fn point(&mut self, cursor: Cursor) {
        self.selected = self.lines.get(cursor.at).map(place);
        self.top = self.lines.get(cursor.top).map(place);
    }

    pub(super) fn list_height(&self, cx: &Cx<'_>) -> usize {
        usize::from(self.layout(cx.area).list.height).max(1)
    }

    /// Follows what arrives, at once: nothing is replayed on the way.
    pub(super) fn follow(&mut self, cx: &mut Cx<'_>) {
        self.mode = Mode::Live;
        self.new_below = 0;
        if self.lines.newer == End::Reached && self.is_tailing {
            self.settle(cx);
        } else {
            self.lines.clear();
            self.load(cx);
        }
    }

    pub(super) fn go(&mut self, index: usize, cx: &mut Cx<'_>) {
        let (length, height) = (self.lines.len(), self.list_height(cx));
        let mut cursor = self.cursor();
        cursor.go(index, length, height);
        self.hold();
        self.point(cursor);
        self.ask_more(cx);
    }

    /// Rows keep their place from now on.
    pub(super) fn hold(&mut self) {
        if self.mode == Mode::Live {
            self.mode = Mode::Scrolled;
            self.new_below = 0;
        }
    }

    pub(super) fn move_list(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        if action == act::END {
            if cx.shared.range.is_live() && self.around.is_none() {
                self.follow(cx);
            } else {
                let last = self.lines.len().saturating_sub(1);
                self.go(last, cx);
            }
            return true;
        }
        let (length, height) = (self.lines.len(), self.list_height(cx));
        let mut cursor = self.cursor();
        let before = cursor.at;
        if !cursor.act(action, length, height) {
            return false;
        }
        // Moving up is pausing; coming back to the end by moving down is following again.
        if cursor.at < before {
            self.hold();
        }
        self.point(cursor);
        if self.mode == Mode::Scrolled
            && cursor.at + 1 == length
            && matches!(action, act::DOWN | act::HALF_DOWN | act::PAGE_DOWN)
            && self.lines.newer == End::Reached
            && cx.shared.range.is_live()
            && self.around.is_none()
        {
            self.follow(cx);
        }
        self.ask_more(cx);
        true
    }

    pub(super) fn wheel(&mut self, rows: i32, cx: &mut Cx<'_>) {
        let (length, height) = (self.lines.len(), self.list_height(cx));
        let mut cursor = self.cursor();
        if rows < 0 {
            self.hold();
        }
        let top = i64::try_from(cursor.top).unwrap_or(0).saturating_add(i64::from(rows)).max(0);
        cursor.top = usize::try_from(top).unwrap_or(0).min(length.saturating_sub(height));
        cursor.at = cursor.at.clamp(cursor.top, (cursor.top + height).saturating_sub(1).max(cursor.top));
        let is_at_end = cursor.top + height >= length;
        cursor.keep(length, height);
        self.point(cursor);
        if rows > 0
            && is_at_end
            && self.mode == Mode::Scrolled
            && self.lines.newer == End::Reached
            && cx.shared.range.is_live()
            && self.around.is_none()
        {
            self.follow(cx);
        }
        self.ask_more(cx);
    }

    /// The next error in a direction: among what is loaded, else wherever it is stored.
    pub(super) fn seek_error(&mut self, forward: bool, cx: &mut Cx<'_>) {
        let is_error = |index: &usize| {
            let severity = self.lines.get(*index).and_then(|record| record.severity_number);
            severity.is_some_and(|number| number >= 17)
        };
        let at = self.selected.map_or(0, |place| self.index(place));
        let found =
            if forward { (at + 1..self.lines.len()).find(is_error) } else { (0..at).rev().find(is_error) };
        let (Some(first), Some(last)) = (self.lines.first(), self.lines.last()) else { return };
        let end = if forward { self.lines.newer } else { self.lines.older };
        match found {
            Some(index) => self.go(index, cx),
            None if end == End::Reached || self.around.is_some() => {
                cx.say(format!("no error {} here", if forward { "below" } else { "above" }), Role::Dim);
            }
            None => {
                let filter = Some(self.filter.with_term(ERRORS));
                let read = if forward {
                    Read { since: Some(last.0.to_string()), order: Some(Order::Asc), ..Read::default() }
                } else {
                    let since = Some(BEGINNING.to_owned());
                    Read {
                        since,
                        until: Some(first.0.to_string()),
                        order: Some(Order::Desc),
                        ..Read::default()
                    }
                };
                cx.say("looking for an error further away…", Role::Dim);
                self.hold();
                self.is_seeking = true;
                cx.ask(ERROR, Request::Logs(Read { filter, limit: Some(1), ..read }));
            }
        }
    }

    /// The error that was looked for further away.
    pub(super) fn found_error(&mut self, page: tfo_sdk::api::Page<LogRecord>, cx: &mut Cx<'_>) {
        self.is_seeking = false;
        match page.items.into_iter().next() {
            Some(record) => {
                cx.say("", Role::Dim);
                self.sought = Some(record.id);
                self.found(record, cx);
            }
            None => {
                cx.say(
                    page.scan.incomplete_because.unwrap_or_else(|| "no error there".to_owned()),
                    Role::Dim,
                );
            }
        }
    }

    /// The next record with what is highlighted, from the other end where there is none in this direction.
    pub(super) fn seek_match(&mut self, forward: bool, has: impl Fn(&LogRecord) -> bool, cx: &mut Cx<'_>) {
        let at = self.selected.map_or(0, |place| self.index(place));
        let length = self.lines.len();
        let step = |distance: usize| {
            if forward { (at + distance) % length } else { (at + length - distance) % length }
        };
        match (1..=length).map(step).find(|index| self.lines.get(*index).is_some_and(&has)) {
            Some(index) => self.go(index, cx),
            None => cx.say("no match among what is loaded", Role::Dim),
        }
    }
}
