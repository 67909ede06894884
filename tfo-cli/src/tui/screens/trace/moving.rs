//! Where one is in a trace, and which stretch of its time is drawn.

use tfo_sdk::Timestamp;

use super::rows::{Row, ancestors};
use super::{TraceScreen, View, flame};
use crate::tui::screen::Cx;
use crate::tui::theme::Role;

impl TraceScreen {
    /// Brings the cursor to a span, and opens what hides it.
    pub(super) fn go_to_span(&mut self, index: usize, cx: &Cx<'_>) {
        let Some(trace) = &self.trace else { return };
        for ancestor in ancestors(&trace.spans, index) {
            self.shown.folded.remove(&ancestor);
        }
        if let Some(root) = self.shown.root
            && !(root..=root + self.below.get(root).copied().unwrap_or(0)).contains(&index)
        {
            self.shown.root = None;
        }
        self.arrange();
        let holds = |row: &Row| match row {
            Row::Span { index: at, .. } => *at == index,
            Row::Similar { first, count, .. } => (*first..first + count).contains(&index),
            Row::Missing { .. } => false,
        };
        let mut at = self.rows.iter().position(holds);
        if at.is_none() && self.shown.path_only {
            self.shown.path_only = false;
            self.arrange();
            at = self.rows.iter().position(holds);
        }
        if let Some(at) = at {
            let height = self.list_height(cx);
            self.cursor.go(at, self.rows.len(), height);
        }
    }

    pub(super) fn seek(
        &mut self,
        forward: bool,
        holds: impl Fn(&tfo_sdk::api::TraceSpan) -> bool,
        what: &str,
        cx: &mut Cx<'_>,
    ) {
        let Some(trace) = &self.trace else { return };
        let at = self.selected().unwrap_or(0);
        let found = if forward {
            // From the root on, the first time: the root itself counts where nothing was sought yet.
            (at + 1..trace.spans.len()).chain(0..=at).find(|index| holds(&trace.spans[*index]))
        } else {
            (0..at).rev().chain((at..trace.spans.len()).rev()).find(|index| holds(&trace.spans[*index]))
        };
        match found {
            Some(index) => {
                if self.view != View::Flame {
                    self.view = View::Waterfall;
                }
                self.go_to_span(index, cx);
            }
            None => cx.say(format!("no {what} in this trace"), Role::Dim),
        }
    }

    /// The next or previous segment of the critical path, by time.
    pub(super) fn seek_segment(&mut self, forward: bool, cx: &mut Cx<'_>) {
        let Some(trace) = &self.trace else { return };
        let mut segments: Vec<(Timestamp, usize)> = trace
            .spans
            .iter()
            .enumerate()
            .flat_map(|(index, span)| span.critical_path.iter().map(move |segment| (segment.start, index)))
            .collect();
        segments.sort_unstable();
        let selected = self.selected().unwrap_or(0);
        let at = segments.iter().position(|(_, index)| *index == selected);
        let next = match (at, forward) {
            (Some(at), true) => segments.get(at + 1),
            (Some(at), false) => at.checked_sub(1).and_then(|at| segments.get(at)),
            (None, _) => segments.first(),
        };
        match next {
            Some((_, index)) => self.go_to_span(*index, cx),
            None => cx.say("the critical path ends here", Role::Dim),
        }
    }

    /// Changes the stretch of time that is drawn: scaled around the selected span, or moved by a share of it.
    pub(super) fn scale(&mut self, factor: f64, moved: f64) {
        let Some(trace) = &self.trace else { return };
        let whole = trace.duration_ns.max(1);
        let (from, to) = self.window;
        let length = ((to - from) as f64 * factor).clamp(1.0, whole as f64) as i64;
        let middle = self
            .selected()
            .and_then(|index| trace.spans.get(index))
            .map(|span| {
                let (start, end) = flame::ends_of(span);
                (start / 2 + end / 2).saturating_sub(trace.timestamp.0).clamp(from, to)
            })
            .filter(|_| moved == 0.0)
            .unwrap_or(from / 2 + to / 2);
        let from = middle - length / 2 + (length as f64 * moved) as i64;
        let from = from.clamp(0, (whole - length).max(0));
        self.window = (from, (from + length).max(from + 1));
    }
}
