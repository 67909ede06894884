//! What logs ask for: the newest page, the pages beyond the ends, the histogram, the tail.
//!
//! The window of what is loaded has no holes, and this is how. The tail begins before the newest page is read, and what it
//! brings meanwhile waits for that page. Ids rise with arrival, and `seen` is the highest one up to which everything of the
//! window is loaded: whatever is missed while the tail is away, or while the list keeps its place and memory is short, is
//! what arrived after `seen`, however early its own time is, and is asked for by that.

use std::time::Duration;

use tfo_sdk::api::LogRecord;
use tfo_sdk::client::{Around, Follow, Order, Read, Stepped};
use tfo_sdk::time::exact_duration;
use tfo_sdk::{RecordId, Timestamp};

use super::lines::{End, Place};
use super::{ERROR, HISTOGRAM, Logs, NEWER, OLDER, PAGE};
use crate::tui::bars;
use crate::tui::request::Request;
use crate::tui::screen::{Cx, Effect, Tail};

/// Records of a page.
pub(super) const PAGE_ROWS: usize = 500;
/// So close to an end, the page beyond it is asked for.
const NEAR: usize = 150;
/// Before the start of every log.
pub(super) const BEGINNING: &str = "1970-01-01T00:00:00Z";

/// How the window goes on at its ends.
#[derive(Debug, Default)]
pub(super) struct Asking {
    /// Whether the newest page is on its way, and whether another one is wanted behind it.
    pub(super) has_page: bool,
    pub(super) wants_page: bool,
    /// The place from which the pages on their way go on: a window that ends elsewhere meanwhile does not adjoin them.
    pub(super) older_from: Option<Place>,
    pub(super) newer_from: Option<Place>,
    /// The reads that go on where the last page of each end ended.
    pub(super) older_next: Option<Read>,
    pub(super) newer_next: Option<Read>,
    /// The read of the newer page on its way.
    pub(super) newer_read: Option<Read>,
    /// Whether the tail has brought, and still brings, all that arrives since that read: only then is its end the tail.
    pub(super) is_covered: bool,
    /// Where the window began when the newer page was asked for: of what lies before, it says nothing.
    pub(super) newer_since: Option<Place>,
    /// Late records that arrived while an older page was on its way, which may have been read before.
    pub(super) late: Vec<LogRecord>,
    /// The newest arrival that was loaded when the newer page was asked for by time.
    pub(super) newest_before: Option<RecordId>,
    /// Whether records at the newer end were let go to make room: they are read by time, and only then what has arrived.
    pub(super) has_dropped: bool,
}

impl Logs {
    /// Asks for everything anew: the newest page, the histogram, the tail.
    pub(super) fn load(&mut self, cx: &mut Cx<'_>) {
        self.is_loading = true;
        self.fault = None;
        self.note = None;
        self.totals = None;
        self.start_anew(cx);
        if let Some((id, within)) = self.around {
            let around = Around {
                before: Some(100),
                after: Some(100),
                within: Some(within),
                filter: self.filter.option(),
            };
            cx.ask(PAGE, Request::Context(id, around));
            return;
        }
        self.ask_page(cx);
        self.ask_histogram(cx);
        self.follow_anew(cx);
    }

    /// Nothing that was asked for is wanted any more.
    fn start_anew(&mut self, cx: &mut Cx<'_>) {
        cx.forget(OLDER);
        cx.forget(NEWER);
        cx.forget(ERROR);
        self.is_seeking = false;
        self.asking = Asking::default();
        self.waiting.clear();
        self.is_waiting = false;
        for end in [&mut self.lines.older, &mut self.lines.newer] {
            if *end == End::Loading {
                *end = End::More;
            }
        }
    }

    /// Begins a tail from now on, in place of the one that there is.
    pub(super) fn follow_anew(&mut self, cx: &mut Cx<'_>) {
        self.is_tailing = false;
        if cx.shared.range.is_live() && self.around.is_none() {
            let follow = Follow { filter: self.filter.option(), ..Follow::default() };
            cx.effects.push(Effect::Follow { screen: cx.screen, tail: Tail::Logs(follow) });
        } else {
            cx.effects.push(Effect::Unfollow { screen: cx.screen });
        }
    }

    /// Asks for the newest page, once at a time.
    pub(super) fn ask_page(&mut self, cx: &mut Cx<'_>) {
        self.ask_page_after(Duration::ZERO, cx);
    }

    /// The same in a while: what has just failed, or is not there at all, must not be asked without a rest.
    pub(super) fn ask_page_after(&mut self, pause: Duration, cx: &mut Cx<'_>) {
        self.is_waiting = true;
        if self.asking.has_page {
            self.asking.wants_page = true;
            return;
        }
        self.asking.has_page = true;
        let (_, until) = cx.shared.range.said();
        // What lies before the range can be scrolled to; only the end of it matters for the page.
        let read = Read {
            since: Some(BEGINNING.to_owned()),
            until,
            order: Some(Order::Desc),
            filter: self.filter.option(),
            limit: Some(PAGE_ROWS),
            ..Read::default()
        };
        cx.ask_after(PAGE, Request::Logs(read), pause);
    }

    pub(super) fn ask_histogram(&mut self, cx: &mut Cx<'_>) {
        if self.around.is_some() {
            return;
        }
        self.bars_at = cx.shared.now;
        let columns = cx.area.width.clamp(20, 400);
        let step = bars::step_for(cx.shared.range, columns);
        let read = Read { filter: self.filter.option(), ..cx.shared.range.read() };
        cx.ask(HISTOGRAM, Request::Histogram(Stepped { read, step: Some(exact_duration(step)) }));
    }

    /// Asks for the page beyond an end, when the cursor comes close to it.
    pub(super) fn ask_more(&mut self, cx: &mut Cx<'_>) {
        let Some(at) = self.selected.map(|place| self.index(place)) else { return };
        let (Some(first), Some(last)) = (self.lines.first(), self.lines.last()) else { return };
        if at < NEAR && self.lines.older == End::More {
            self.lines.older = End::Loading;
            self.asking.late.clear();
            self.asking.older_from = Some(first);
            let request = match (self.around, self.asking.older_next.clone()) {
                (Some(_), _) => Request::Context(first.1, self.beside(200, 0)),
                (None, Some(next)) => Request::Logs(next),
                (None, None) => {
                    let until = Timestamp(first.0.0.saturating_add(1)).to_string();
                    let read = self.read(Order::Desc, BEGINNING.to_owned(), Some(until));
                    self.asking.older_next = Some(read.clone());
                    Request::Logs(read)
                }
            };
            cx.ask(OLDER, request);
        }
        if at + NEAR >= self.lines.len() && self.lines.newer == End::More {
            self.lines.newer = End::Loading;
            self.asking.newer_from = Some(last);
            self.asking.newer_since = Some(first);
            if self.around.is_some() {
                let beside = self.beside(0, 200);
                cx.ask(NEWER, Request::Context(last.1, beside));
                return;
            }
            let (_, until) = cx.shared.range.said();
            let read = match (self.asking.newer_next.take(), self.asking.has_dropped, self.seen) {
                (Some(next), ..) => next,
                (None, false, Some(seen)) => {
                    Read { after: Some(seen), ..self.read(Order::Asc, first.0.to_string(), until) }
                }
                (None, ..) => {
                    self.asking.newest_before = self.lines.iter().map(|record| record.id).max();
                    self.read(Order::Asc, last.0.to_string(), until)
                }
            };
            // What arrives meanwhile waits for it.
            self.is_waiting = self.is_tailing;
            self.asking.is_covered = self.is_tailing || !cx.shared.range.is_live();
            self.asking.newer_read = Some(read.clone());
            cx.ask(NEWER, Request::Logs(read));
        }
    }

    fn beside(&self, before: usize, after: usize) -> Around {
        Around {
            before: Some(before),
            after: Some(after),
            within: self.around.map(|(_, within)| within),
            filter: self.filter.option(),
        }
    }

    fn read(&self, order: Order, since: String, until: Option<String>) -> Read {
        Read {
            since: Some(since),
            until,
            order: Some(order),
            filter: self.filter.option(),
            limit: Some(PAGE_ROWS),
            ..Read::default()
        }
    }
}
