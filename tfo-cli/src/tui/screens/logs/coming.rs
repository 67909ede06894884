//! What comes of it: pages, which adjoin what is loaded, and the records of the tail.

use tfo_sdk::Timestamp;
use tfo_sdk::api::{LogHistogram, LogRecord, Page};

use super::lines::{End, Side, place};
use super::{Logs, Mode, NEWER, OLDER};
use crate::tui::bars::{Bar, dense};
use crate::tui::screen::{Cx, Slot};

/// Records that are kept while the page before them is on its way.
const MOST_WAITING: usize = 20_000;

impl Logs {
    pub(super) fn page(&mut self, page: Page<LogRecord>, cx: &mut Cx<'_>) {
        self.is_loading = false;
        self.fault = None;
        let is_last = page.next_page_token.is_none() && page.scan.complete;
        // Without overlap there may be more between what was there and what has come.
        let oldest = page.items.last().map(place);
        let is_apart = match (oldest, self.lines.last()) {
            (Some(oldest), Some(last)) => oldest > last && !is_last,
            _ => page.items.is_empty(),
        };
        if is_apart {
            self.lines.clear();
        }
        self.grow_service_column(&page.items);
        self.lines.extend(page.items);
        if is_last {
            self.lines.older = End::Reached;
        }
        self.note = page.scan.incomplete_because.clone();
        self.lines.newer = End::Reached;
        self.take_waiting();
        self.lines.fit(Side::Older, self.kept());
        self.find_sought();
        self.settle(cx);
        self.ask_more(cx);
    }

    pub(super) fn older(&mut self, page: Page<LogRecord>, cx: &mut Cx<'_>) {
        let is_last = page.next_page_token.is_none() && page.scan.complete;
        self.grow_service_column(&page.items);
        let new = self.lines.extend(page.items);
        self.note = page.scan.incomplete_because.clone();
        self.lines.older = if is_last || (new == 0 && page.scan.complete) { End::Reached } else { End::More };
        // The far end makes room, and is loaded again when one scrolls back.
        if self.lines.fit(Side::Newer, self.kept()) > 0 {
            self.waiting.clear();
            self.is_waiting = false;
        }
        self.settle(cx);
    }

    pub(super) fn newer(&mut self, page: Page<LogRecord>, cx: &mut Cx<'_>) {
        let is_last = page.next_page_token.is_none() && page.scan.complete;
        self.grow_service_column(&page.items);
        let new = self.lines.extend(page.items);
        self.lines.newer = if is_last || new == 0 { End::Reached } else { End::More };
        if self.lines.newer == End::Reached {
            self.take_waiting();
            self.new_below = 0;
        }
        self.lines.fit(Side::Older, self.kept());
        self.settle(cx);
        self.ask_more(cx);
    }

    pub(super) fn context(&mut self, slot: Slot, context: tfo_sdk::api::LogContext, cx: &mut Cx<'_>) {
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
        self.find_sought();
        self.settle(cx);
    }

    /// Records of the live tail.
    pub(super) fn arrive(&mut self, records: Vec<LogRecord>, cx: &mut Cx<'_>) {
        let count = records.len() as u64;
        self.arriving.1 += count;
        self.count_arrivals(&records);
        self.grow_service_column(&records);
        if self.is_waiting {
            self.waiting.extend(records);
            if self.waiting.len() > MOST_WAITING {
                // The page that comes is not the last any more.
                self.waiting.clear();
                self.is_waiting = false;
                self.lines.newer = End::More;
            }
            return;
        }
        let keeps_place = self.mode != Mode::Live;
        if keeps_place {
            self.new_below += count;
        }
        if self.lines.newer != End::Reached {
            return;
        }
        for record in records {
            self.lines.insert(record);
        }
        if keeps_place {
            // What one looks at stays; the tail is loaded again when one goes there.
            self.lines.fit(Side::Newer, self.kept());
        } else {
            self.lines.fit(Side::Older, None);
        }
        self.settle(cx);
    }

    pub(super) fn take_waiting(&mut self) {
        self.is_waiting = false;
        let waiting = std::mem::take(&mut self.waiting);
        self.lines.extend(waiting);
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
            if index > self.bars.bars.len() + 1000 {
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
