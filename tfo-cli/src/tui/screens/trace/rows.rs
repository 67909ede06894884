//! The rows of a waterfall: which spans are shown, in what order, how deep.
//!
//! The spans of a trace stand in the order of its tree, so a row is an index into them, and folding is skipping. All of it
//! is one pass: a trace of a hundred thousand spans is folded in a moment.

use std::collections::HashSet;

use tfo_sdk::api::TraceSpan;

/// From so many similar siblings on they are one row.
const SIMILAR: usize = 4;

/// A row of the waterfall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Row {
    /// A span, by its index.
    Span {
        /// Its index.
        index: usize,
        /// How deep it is shown.
        depth: usize,
        /// How many spans are below it, and whether they are hidden.
        below: usize,
        is_folded: bool,
    },
    /// Siblings without children, of one service and name.
    Similar {
        /// The first of them.
        first: usize,
        /// How many.
        count: usize,
        /// How deep they are shown.
        depth: usize,
    },
    /// A parent that has not come.
    Missing {
        /// The first span that names it.
        child: usize,
        /// How deep it would be.
        depth: usize,
    },
}

impl Row {
    /// The span that it stands for.
    pub(super) fn span(&self) -> usize {
        match self {
            Self::Span { index, .. } => *index,
            Self::Similar { first, .. } => *first,
            Self::Missing { child, .. } => *child,
        }
    }

    /// How deep it is shown.
    pub(super) fn depth(&self) -> usize {
        match self {
            Self::Span { depth, .. } | Self::Similar { depth, .. } | Self::Missing { depth, .. } => *depth,
        }
    }
}

/// What of a trace is shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    /// Spans whose children are hidden.
    pub(super) folded: HashSet<usize>,
    /// First spans of similar siblings that are shown one by one.
    pub(super) opened: HashSet<usize>,
    /// The span that is shown as the root.
    pub(super) root: Option<usize>,
    /// Only what is on the critical path, or above something that is.
    pub(super) path_only: bool,
}

/// How many spans are below each span.
pub(super) fn counts_below(spans: &[TraceSpan]) -> Vec<usize> {
    let mut below = vec![0; spans.len()];
    let mut above: Vec<usize> = Vec::new();
    for index in 0..=spans.len() {
        let depth = spans.get(index).map_or(0, |span| span.depth);
        while let Some(last) =
            above.last().copied().filter(|last| spans[*last].depth >= depth || index == spans.len())
        {
            below[last] = index - last - 1;
            above.pop();
        }
        above.push(index);
    }
    below
}

/// The rows, from the spans and how many are below each.
pub(super) fn rows(spans: &[TraceSpan], below: &[usize], shown: &Shown) -> Vec<Row> {
    let (from, to) = match shown.root {
        Some(root) if root < spans.len() => (root, root + below[root] + 1),
        _ => (0, spans.len()),
    };
    let on_path = if shown.path_only { on_path(spans, below) } else { Vec::new() };
    let base = spans.get(from).map_or(0, |span| span.depth as usize);
    let mut rows = Vec::new();
    // The missing parent that spans of this depth hang under.
    let mut missing: Option<(usize, Option<tfo_sdk::SpanId>)> = None;
    let mut index = from;
    while index < to {
        let span = &spans[index];
        let own = (span.depth as usize).saturating_sub(base);
        if shown.path_only && !on_path.get(index).copied().unwrap_or(true) {
            index += below[index] + 1;
            continue;
        }
        if missing.is_some_and(|(depth, _)| own < depth || (own == depth && !span.parent_missing)) {
            missing = None;
        }
        if span.parent_missing && missing != Some((own, span.span.parent_span_id)) {
            missing = Some((own, span.span.parent_span_id));
            rows.push(Row::Missing { child: index, depth: own });
        }
        let depth = own + usize::from(missing.is_some());
        // On the path every span stands for itself, and looking for its like each time would take a while.
        let similar = if shown.path_only { 0 } else { similar(spans, below, index, to) };
        if similar >= SIMILAR && !shown.opened.contains(&index) {
            rows.push(Row::Similar { first: index, count: similar, depth });
            index += similar;
            continue;
        }
        if shown.opened.contains(&index) && similar >= SIMILAR {
            rows.extend((index..index + similar).map(|index| Row::Span {
                index,
                depth,
                below: 0,
                is_folded: false,
            }));
            index += similar;
            continue;
        }
        let is_folded = shown.folded.contains(&index) && below[index] > 0;
        rows.push(Row::Span { index, depth, below: below[index], is_folded });
        index += if is_folded { below[index] + 1 } else { 1 };
    }
    rows
}

/// How many siblings from here on, one behind the other, are alike and have no children.
fn similar(spans: &[TraceSpan], below: &[usize], first: usize, to: usize) -> usize {
    let model = &spans[first];
    spans[first..to]
        .iter()
        .zip(&below[first..to])
        .take_while(|(span, below)| {
            **below == 0
                && span.depth == model.depth
                && span.span.parent_span_id == model.span.parent_span_id
                && span.span.service_name == model.span.service_name
                && span.span.name == model.span.name
                && span.span.is_error() == model.span.is_error()
        })
        .count()
}

/// For each span whether it, or one below it, is on the critical path.
fn on_path(spans: &[TraceSpan], below: &[usize]) -> Vec<bool> {
    let mut on_path: Vec<bool> = spans.iter().map(|span| !span.critical_path.is_empty()).collect();
    // From the last up: a span that is on the path puts its ancestors on it.
    let mut above: Vec<usize> = Vec::new();
    for index in 0..spans.len() {
        while above.last().is_some_and(|last| index > last + below[*last]) {
            above.pop();
        }
        if on_path[index] {
            for ancestor in above.iter().rev() {
                if std::mem::replace(&mut on_path[*ancestor], true) {
                    break;
                }
            }
        }
        above.push(index);
    }
    on_path
}

/// The spans above a span, the root first.
pub(super) fn ancestors(spans: &[TraceSpan], index: usize) -> Vec<usize> {
    let mut ancestors = Vec::new();
    let Some(mut depth) = spans.get(index).map(|span| span.depth) else { return ancestors };
    for at in (0..index).rev() {
        if depth == 0 {
            break;
        }
        if spans[at].depth < depth {
            depth = spans[at].depth;
            ancestors.push(at);
        }
    }
    ancestors.reverse();
    ancestors
}
