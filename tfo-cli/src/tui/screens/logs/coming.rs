//! What comes of it: pages, which adjoin what is loaded, and the records of the tail.

use tfo_sdk::Timestamp;
use tfo_sdk::api::{LogHistogram, LogRecord, Page};
use tfo_sdk::client::{Order, Read};

use super::asking::PAGE_ROWS;
use super::lines::{End, Side, place};
use super::{Focus, Logs, Mode, NEWER, OLDER};
use crate::tui::bars::{Bar, dense};
use crate::tui::screen::{Cx, Slot};
use crate::tui::weight;

/// Records that are kept while the page before them is on its way, and their bytes.
const MOST_WAITING: usize = 20_000;
const MOST_WAITING_BYTES: usize = 32 << 20;
/// Columns of the histogram that arrivals may add.
const MOST_BARS: usize = 2000;

impl Logs {
    /// The newest page. It takes the place of what was loaded: what lies between the two, nobody knows.
    pub(super) fn page(&mut self, page: Page<LogRecord>, cx: &mut Cx<'_>) {
        self.is_loading = false;
        self.fault = None;
        self.asking.has_page = false;
        if self.mode != Mode::Live && !self.lines.is_empty() {
            // The list has been held meanwhile: its rows stay, and what has arrived is asked for when one goes there.
            self.stop_waiting();
            self.asking.wants_page = false;
            self.lines.newer = End::More;
            return;
        }
        let wants_page = std::mem::take(&mut self.asking.wants_page);
        self.grow_service_column(&page.items);
        self.seen = page.items.iter().map(|record| record.id).max();
        self.lines.clear();
        self.asking.older_next = None;
        self.asking.has_dropped = false;
        let next = self.next_of(&page, None);
        self.lines.older = next.0;
        self.asking.older_next = next.1;
        self.note = page.scan.incomplete_because.clone();
        self.lines.extend(page.items);
        self.lines.newer = End::Reached;
        if wants_page {
            self.ask_page(cx);
        } else if self.has_overflowed {
            self.stop_waiting();
            self.ask_page(cx);
        } else {
            self.take_waiting();
        }
        self.make_room(Side::Older);
        if self.focus == Focus::Patterns {
            self.mine_patterns();
        }
        self.find_sought(cx);
        self.settle(cx);
        self.ask_more(cx);
    }

    /// How a list of records that is newest first goes on behind a page of it: with the page of its token, or, where the
    /// time of the query was over, from where it had come to.
    fn next_of(&self, page: &Page<LogRecord>, read: Option<&Read>) -> (End, Option<Read>) {
        let read = read.cloned().unwrap_or_else(|| Read {
            since: Some("1970-01-01T00:00:00Z".to_owned()),
            order: Some(Order::Desc),
            filter: self.filter.option(),
            limit: Some(PAGE_ROWS),
            ..Read::default()
        });
        match (&page.next_page_token, page.scan.complete, page.scan.searched_since) {
            // A token stands for the range that its first page had: without an end of its own, time decides.
            (Some(_), ..) if read.until.is_none() => (End::More, None),
            (Some(token), ..) => (End::More, Some(Read { page_token: Some(token.clone()), ..read })),
            (None, true, _) => (End::Reached, None),
            (None, false, Some(searched)) => {
                (End::More, Some(Read { until: Some(searched.to_string()), page_token: None, ..read }))
            }
            (None, false, None) => (End::Reached, None),
        }
    }

    pub(super) fn older(&mut self, page: Page<LogRecord>, cx: &mut Cx<'_>) {
        if self.lines.first() != self.asking.older_from {
            self.lines.older = End::More;
            self.asking.older_next = None;
            return;
        }
        self.grow_service_column(&page.items);
        let (end, next) = self.next_of(&page, self.asking.older_next.as_ref());
        self.note = page.scan.incomplete_because.clone();
        self.lines.extend(page.items);
        self.lines.older = end;
        self.asking.older_next = next;
        let late = std::mem::take(&mut self.asking.late);
        self.lines.insert(late);
        // Where the list keeps its place, the far end makes room, and is loaded again when one scrolls back.
        self.make_room(if self.mode == Mode::Live { Side::Older } else { Side::Newer });
        self.settle(cx);
    }

    pub(super) fn newer(&mut self, page: Page<LogRecord>, cx: &mut Cx<'_>) {
        let read = self.asking.newer_read.take();
        if self.lines.last() != self.asking.newer_from {
            self.lines.newer = End::More;
            self.asking.newer_next = None;
            self.stop_waiting();
            return;
        }
        self.grow_service_column(&page.items);
        let is_by_arrival = read.as_ref().is_some_and(|read| read.after.is_some());
        let is_full = page.items.len() >= PAGE_ROWS;
        let newest = page.items.iter().map(|record| record.id).max();
        // Of an older page that has come meanwhile, this one knows nothing.
        let is_whole = self.lines.first() >= self.asking.newer_since;
        let mut items = page.items;
        if self.lines.older != End::Reached {
            let first = self.lines.first();
            items.retain(|record| Some(place(record)) >= first);
        }
        self.lines.extend(items);
        self.lines.newer = End::More;
        if is_by_arrival {
            if is_whole {
                self.seen = self.seen.max(newest);
            }
            if is_whole && !is_full && page.scan.complete && !self.has_overflowed && self.asking.is_covered {
                self.lines.newer = End::Reached;
                self.take_waiting();
                self.new_below = 0;
            }
        } else {
            match (page.next_page_token, read, page.scan.complete) {
                (Some(token), Some(read), _) => {
                    self.asking.newer_next = Some(Read { page_token: Some(token), ..read });
                }
                // All that there is by time: what is left is what has arrived since.
                (None, _, true) => {
                    self.asking.has_dropped = false;
                    // Of an empty page it is what was there before: the same question would have the same answer again.
                    self.seen = self.seen.or(newest).or(self.asking.newest_before);
                }
                _ => {}
            }
        }
        if self.lines.newer != End::Reached {
            self.stop_waiting();
        }
        self.make_room(Side::Older);
        self.settle(cx);
        // Without a tail the same answer would come again and again.
        if is_full || self.is_tailing || !is_by_arrival {
            self.ask_more(cx);
        }
    }

    pub(super) fn context(&mut self, slot: Slot, context: tfo_sdk::api::LogContext, cx: &mut Cx<'_>) {
        let is_apart = match slot {
            OLDER => self.lines.first() != self.asking.older_from,
            NEWER => self.lines.last() != self.asking.newer_from,
            _ => false,
        };
        if is_apart {
            return;
        }
        let older = if context.more_before { End::More } else { End::Reached };
        let newer = if context.more_after { End::More } else { End::Reached };
        let records: Vec<LogRecord> =
            context.before.into_iter().chain([context.record]).chain(context.after).collect();
        self.grow_service_column(&records);
        self.lines.extend(records);
        match slot {
            OLDER => self.lines.older = older,
            NEWER => self.lines.newer = newer,
            _ => {
                self.is_loading = false;
                self.lines.older = older;
                self.lines.newer = newer;
            }
        }
        let side = if slot == OLDER { Side::Newer } else { Side::Older };
        self.lines.fit(side, self.kept());
        self.find_sought(cx);
        self.settle(cx);
    }

    /// Records of the live tail.
    pub(super) fn arrive(&mut self, records: Vec<LogRecord>, cx: &mut Cx<'_>) {
        let count = records.len() as u64;
        self.arriving.1 += count;
        self.count_arrivals(&records);
        self.grow_service_column(&records);
        if self.mode != Mode::Live {
            self.new_below += count;
        }
        if self.is_waiting {
            self.waiting_bytes += records.iter().map(weight::of_log).sum::<usize>();
            self.waiting.extend(records);
            if self.waiting.len() > MOST_WAITING || self.waiting_bytes > MOST_WAITING_BYTES {
                self.waiting.clear();
                self.has_overflowed = true;
            }
            return;
        }
        // Beyond an end that is not the tail, what arrives is asked for later.
        if self.lines.newer != End::Reached {
            return;
        }
        self.seen = self.seen.max(records.iter().map(|record| record.id).max());
        if self.lines.older == End::Loading
            && let Some(first) = self.lines.first()
            && self.asking.late.len() < MOST_WAITING
        {
            self.asking.late.extend(records.iter().filter(|record| place(record) < first).cloned());
        }
        self.lines.insert(records);
        // What one looks at stays; the tail is loaded again when one goes there.
        self.make_room(if self.mode == Mode::Live { Side::Older } else { Side::Newer });
        self.settle(cx);
    }

    /// What has waited for a page adjoins it now.
    fn take_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.stop_waiting();
        self.seen = self.seen.max(waiting.iter().map(|record| record.id).max());
        self.lines.insert(waiting);
    }

    /// What waits is not wanted any more: it is asked for by its arrival.
    pub(super) fn stop_waiting(&mut self) {
        self.waiting.clear();
        self.waiting_bytes = 0;
        self.is_waiting = false;
        self.has_overflowed = false;
        self.asking.is_covered = false;
    }

    /// Lets records go at an end where there are too many.
    fn make_room(&mut self, side: Side) {
        if self.lines.fit(side, self.kept()) == 0 {
            return;
        }
        match side {
            Side::Older => self.asking.older_next = None,
            Side::Newer => {
                self.asking.has_dropped = true;
                self.asking.newer_next = None;
                self.stop_waiting();
            }
        }
    }

    /// The bars of a live range grow with what arrives, until they are asked for again.
    pub(super) fn count_arrivals(&mut self, records: &[LogRecord]) {
        if self.bars.step_ns <= 0 {
            return;
        }
        for record in records {
            let steps = record.timestamp.0.saturating_sub(self.bars.from.0).div_euclid(self.bars.step_ns);
            let Ok(index) = usize::try_from(steps) else { continue };
            // A sender's clock may be a year ahead.
            if index >= MOST_BARS {
                continue;
            }
            if index >= self.bars.bars.len() {
                self.bars.bars.resize(index + 1, Bar::default());
            }
            add(&mut self.bars.bars[index], record.severity_number);
            if let Some(totals) = &mut self.totals {
                add(totals, record.severity_number);
            }
        }
    }

    pub(super) fn histogram(&mut self, histogram: &LogHistogram) {
        let bars: Vec<(Timestamp, Bar)> = histogram
            .buckets
            .iter()
            .map(|bucket| {
                let bar =
                    Bar { total: bucket.total, warnings: bucket.warn, errors: bucket.error + bucket.fatal };
                (bucket.timestamp, bar)
            })
            .collect();
        let mut totals = Bar::default();
        for (_, bar) in &bars {
            totals.total += bar.total;
            totals.warnings += bar.warnings;
            totals.errors += bar.errors;
        }
        self.totals = Some(totals);
        self.bars = dense(&bars, histogram.step_ns);
    }

    pub(super) fn grow_service_column(&mut self, records: &[LogRecord]) {
        let widest = records
            .iter()
            .filter_map(|record| record.service_name.as_deref())
            .map(crate::tui::list::columns_of)
            .max();
        self.service_width = self.service_width.max(widest.unwrap_or(0)).min(18);
    }
}

fn add(bar: &mut Bar, severity: Option<i32>) {
    bar.total += 1;
    match severity {
        Some(17..=24) => bar.errors += 1,
        Some(13..=16) => bar.warnings += 1,
        _ => {}
    }
}
