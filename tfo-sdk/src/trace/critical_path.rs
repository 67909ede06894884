//! The critical path: what the end of a trace waited for, at each moment.
//!
//! From the end of a root backwards: the child that ends last is on the path, then the one that ends last before
//! that one started, and so on; what no child covers is the span's own time. Then the same in each of those.
//! Invariant: the segments of the spans under one root do not overlap, and together are as long as the root.

use super::{Role, Stub, Tree};
use crate::api::Segment;
use crate::time::Timestamp;

/// The part of a span that its parent waited for.
#[derive(Clone, Copy)]
struct Window {
    index: usize,
    start: Timestamp,
    end: Timestamp,
}

/// The segments of each span, by start.
pub(super) fn find(spans: &[Stub], tree: &Tree) -> Vec<Vec<Segment>> {
    let mut paths = vec![Vec::new(); spans.len()];
    let whole = |&index: &usize| Window { index, start: spans[index].timestamp, end: spans[index].end() };
    let mut stack: Vec<Window> = tree.roots.iter().map(whole).collect();
    while let Some(window) = stack.pop() {
        let path = &mut paths[window.index];
        let tolerance = tolerance(window);
        let mut cursor = window.end;
        for child in children_by_end(window, spans, tree) {
            // One that ends later ran beside the child taken before; one that starts later has nothing left.
            if child.end.nanos().saturating_sub(cursor.nanos()) > tolerance || child.start >= cursor {
                continue;
            }
            let end = child.end.min(cursor);
            push(path, end, cursor);
            stack.push(Window { end, ..child });
            cursor = child.start;
        }
        push(path, window.start, cursor);
        path.reverse();
    }
    paths
}

fn push(path: &mut Vec<Segment>, start: Timestamp, end: Timestamp) {
    if start < end {
        path.push(Segment { start, end });
    }
}

/// How much one child may outlast the start of the next and still have come before it: clocks are not exact.
fn tolerance(window: Window) -> i64 {
    (window.end.nanos().saturating_sub(window.start.nanos()) / 1000).max(1)
}

/// The children that were waited for, cut to the time of their parent: last end first, ties by later start.
fn children_by_end(window: Window, spans: &[Stub], tree: &Tree) -> Vec<Window> {
    let is_waited_for =
        |index: &usize| (spans[window.index].role, spans[*index].role) != (Role::Producer, Role::Consumer);
    let mut children: Vec<Window> = tree.children[window.index]
        .iter()
        .copied()
        .filter(is_waited_for)
        .map(|index| Window {
            index,
            start: spans[index].timestamp.max(window.start),
            end: spans[index].end().min(window.end),
        })
        // Also drops what started after its parent ended: fire and forget.
        .filter(|child| child.start < child.end)
        .collect();
    children.sort_by_key(|child| (std::cmp::Reverse((child.end, child.start)), child.index));
    children
}
