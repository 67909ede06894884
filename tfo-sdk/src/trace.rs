//! From spans to a trace: the tree of a waterfall, and the critical path.
//!
//! Invariants: no span is lost and none is shown twice, whatever the parents say; nothing recurses, so a trace
//! may be as deep as it is long; the work is O(n log n).

mod critical_path;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::api::{Scan, Span, Trace, TraceSpan};
use crate::ids::{RecordId, SpanId};
use crate::time::Timestamp;

/// The trace that these spans make, `None` without spans. Order and duplicates do not matter.
///
/// A span that was received twice counts once, as it first came. Different spans with one id all stay; children
/// go under the one that came first. Where parents make a circle, its earliest span becomes a root.
pub fn assemble(spans: Vec<Span>, scan: Scan) -> Option<Trace> {
    let mut spans = without_duplicates(spans);
    spans.sort_by_key(|span| (span.timestamp, span.span_id, span.id));
    let trace_id = spans.first()?.trace_id;
    let timestamp = spans.first()?.timestamp;
    let end = spans.iter().map(end_of).max()?;
    let services: BTreeSet<&String> = spans.iter().filter_map(|span| span.service_name.as_ref()).collect();
    let services = services.into_iter().cloned().collect();
    let error_count = spans.iter().filter(|span| span.is_error()).count() as u64;

    let tree = Tree::new(&spans);
    let missing_parents = tree.parent_missing.iter().filter(|missing| **missing).count() as u64;
    let order = tree.waterfall();
    let mut paths = critical_path::find(&spans, &tree);
    let mut spans: Vec<Option<Span>> = spans.into_iter().map(Some).collect();
    let spans = order
        .into_iter()
        .filter_map(|(index, depth)| {
            Some(TraceSpan {
                depth,
                parent_missing: tree.parent_missing[index],
                critical_path: std::mem::take(&mut paths[index]),
                span: spans[index].take()?,
            })
        })
        .collect();
    let duration_ns = end.nanos().saturating_sub(timestamp.nanos());
    Some(Trace { trace_id, timestamp, duration_ns, error_count, services, missing_parents, spans, scan })
}

/// When a span ended; one without an end, or that ended before it started, took no time.
fn end_of(span: &Span) -> Timestamp {
    span.end_timestamp.map_or(span.timestamp, |end| end.max(span.timestamp))
}

/// Leaves out spans that were received before, comparing everything but the record's identity.
fn without_duplicates(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.span_id, span.id));
    let mut seen: HashSet<String> = HashSet::new();
    let mut kept: Vec<Span> = Vec::with_capacity(spans.len());
    let mut spans = spans.into_iter().peekable();
    while let Some(span) = spans.next() {
        let is_first = kept.last().is_none_or(|last| last.span_id != span.span_id);
        let is_only = is_first && spans.peek().is_none_or(|next| next.span_id != span.span_id);
        if is_first {
            seen.clear();
        }
        // Only spans that share an id are written out: a hash of the whole, not each with each.
        if is_only || seen.insert(content(&span)) {
            kept.push(span);
        }
    }
    kept
}

fn content(span: &Span) -> String {
    let anonymous = Span { id: RecordId { sequence: 0, row: 0 }, ..span.clone() };
    serde_json::to_string(&anonymous).unwrap_or_default()
}

/// Who is whose child, by index into the spans in the order of their starts.
struct Tree {
    roots: Vec<usize>,
    /// By start, as the spans are.
    children: Vec<Vec<usize>>,
    parent_missing: Vec<bool>,
}

impl Tree {
    fn new(spans: &[Span]) -> Self {
        let mut by_id: HashMap<SpanId, usize> = HashMap::with_capacity(spans.len());
        for (index, span) in spans.iter().enumerate() {
            let first = by_id.entry(span.span_id).or_insert(index);
            if span.id < spans[*first].id {
                *first = index;
            }
        }
        let named = |span: &Span| span.parent_span_id.filter(|parent| parent.as_bytes() != &[0; 8]);
        let mut parents: Vec<Option<usize>> =
            spans.iter().map(|span| by_id.get(&named(span)?).copied()).collect();
        let parent_missing = spans
            .iter()
            .zip(&parents)
            .map(|(span, parent)| parent.is_none() && named(span).is_some())
            .collect();
        break_circles(&mut parents);

        let mut roots = Vec::new();
        let mut children = vec![Vec::new(); spans.len()];
        for (index, parent) in parents.into_iter().enumerate() {
            match parent {
                Some(parent) => children[parent].push(index),
                None => roots.push(index),
            }
        }
        Self { roots, children, parent_missing }
    }

    /// Every span with its depth, parents before children, siblings by start.
    fn waterfall(&self) -> Vec<(usize, u32)> {
        let mut order = Vec::with_capacity(self.children.len());
        let mut stack: Vec<(usize, u32)> = self.roots.iter().rev().map(|root| (*root, 0)).collect();
        while let Some((index, depth)) = stack.pop() {
            order.push((index, depth));
            stack.extend(self.children[index].iter().rev().map(|child| (*child, depth.saturating_add(1))));
        }
        order
    }
}

/// Takes the parent from the earliest span of every circle. Each span is walked over once.
fn break_circles(parents: &mut [Option<usize>]) {
    // The walk that came by first; a walk that meets itself has gone round a circle.
    let mut walks: Vec<Option<usize>> = vec![None; parents.len()];
    for start in 0..parents.len() {
        let mut next = Some(start);
        while let Some(index) = next.filter(|index| walks[*index].is_none()) {
            walks[index] = Some(start);
            next = parents[index];
        }
        let Some(met) = next.filter(|index| walks[*index] == Some(start)) else { continue };
        let mut earliest = met;
        let mut next = parents[met];
        while let Some(index) = next.filter(|index| *index != met) {
            earliest = earliest.min(index);
            next = parents[index];
        }
        parents[earliest] = None;
    }
}
