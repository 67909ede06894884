//! What logs ask for: the newest page, the pages beyond the ends, the histogram, the tail.

use tfo_sdk::Timestamp;
use tfo_sdk::client::{Around, Follow, Order, Read, Stepped};
use tfo_sdk::time::exact_duration;

use super::lines::End;
use super::{HISTOGRAM, Logs, NEWER, OLDER, PAGE};
use crate::tui::bars;
use crate::tui::request::Request;
use crate::tui::screen::{Cx, Effect, Tail};

/// Records of a page.
const PAGE_ROWS: usize = 500;
/// So close to an end, the page beyond it is asked for.
const NEAR: usize = 150;
/// Before the start of every log.
const BEGINNING: &str = "1970-01-01T00:00:00Z";

impl Logs {
    /// Asks for everything anew: the newest page, the histogram, the tail.
    pub(super) fn load(&mut self, cx: &mut Cx<'_>) {
        self.is_loading = true;
        self.fault = None;
        self.note = None;
        self.waiting.clear();
        self.is_waiting = false;
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
        if cx.shared.range.is_live() {
            let follow = Follow { filter: self.filter.option(), ..Follow::default() };
            cx.effects.push(Effect::Follow { screen: cx.screen, tail: Tail::Logs(follow) });
        } else {
            cx.effects.push(Effect::Unfollow { screen: cx.screen });
        }
    }

    pub(super) fn ask_page(&mut self, cx: &mut Cx<'_>) {
        let read = Read {
            order: Some(Order::Desc),
            filter: self.filter.option(),
            limit: Some(PAGE_ROWS),
            ..cx.shared.range.read()
        };
        // What lies before the range can be scrolled to; only the end of it matters for the page.
        self.is_waiting = true;
        cx.ask(PAGE, Request::Logs(Read { since: Some(BEGINNING.to_owned()), ..read }));
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

    /// Asks for the page beyond an end, when the cursor or the view come close to it.
    pub(super) fn ask_more(&mut self, cx: &mut Cx<'_>) {
        let Some(at) = self.selected.map(|place| self.index(place)) else { return };
        if at < NEAR && self.lines.older == End::More && !self.lines.is_empty() {
            self.lines.older = End::Loading;
            let first = self.lines.first();
            match (self.around, first) {
                (Some((_, within)), Some((_, id))) => {
                    let around = Around {
                        before: Some(200),
                        after: Some(0),
                        within: Some(within),
                        filter: self.filter.option(),
                    };
                    cx.ask(OLDER, Request::Context(id, around));
                }
                (None, Some((time, _))) => {
                    let until = Timestamp(time.0.saturating_add(1));
                    cx.ask(
                        OLDER,
                        Request::Logs(self.read_between(Order::Desc, BEGINNING.into(), Some(until))),
                    );
                }
                (_, None) => {}
            }
        }
        if at + NEAR >= self.lines.len() && self.lines.newer == End::More && !self.lines.is_empty() {
            self.lines.newer = End::Loading;
            match (self.around, self.lines.last()) {
                (Some((_, within)), Some((_, id))) => {
                    let around = Around {
                        before: Some(0),
                        after: Some(200),
                        within: Some(within),
                        filter: self.filter.option(),
                    };
                    cx.ask(NEWER, Request::Context(id, around));
                }
                (None, Some((time, _))) => {
                    self.is_waiting = true;
                    let (_, to) = cx.shared.range.bounds(cx.shared.now);
                    let until = (!cx.shared.range.is_live()).then_some(to);
                    cx.ask(NEWER, Request::Logs(self.read_between(Order::Asc, time.to_string(), until)));
                }
                (_, None) => {}
            }
        }
    }

    pub(super) fn read_between(&self, order: Order, since: String, until: Option<Timestamp>) -> Read {
        Read {
            since: Some(since),
            until: until.map(|until| until.to_string()),
            order: Some(order),
            filter: self.filter.option(),
            limit: Some(PAGE_ROWS),
            ..Read::default()
        }
    }
}
