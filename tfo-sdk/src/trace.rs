//! From spans to a trace: the tree of a waterfall, and the critical path.
//!
//! What a span says is not needed for it, so a trace of any size is put in order by stubs of a few dozen bytes.
//!
//! Invariants: no span is lost and none is shown twice, whatever the parents say; nothing recurses, so a trace
//! may be as deep as it is long; the work is O(n log n).

mod critical_path;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::api::{Segment, ServiceShare};
use crate::ids::{RecordId, SpanId};
use crate::time::Timestamp;

/// What of a span its place in a trace depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stub {
    /// The record's identity.
    pub id: RecordId,
    /// The span.
    pub span_id: SpanId,
    /// Its parent; `None`, or zeros, for a root.
    pub parent_span_id: Option<SpanId>,
    /// Its start.
    pub timestamp: Timestamp,
    /// Its end.
    pub end_timestamp: Option<Timestamp>,
    /// Its service.
    pub service_name: Option<Arc<str>>,
    /// Its end of a message, if it is one.
    pub role: Role,
    /// Whether its status says that it failed.
    pub is_error: bool,
}

/// What a span is to a message: who sent one does not wait for who gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Of kind PRODUCER.
    Producer,
    /// Of kind CONSUMER.
    Consumer,
    /// Of any other kind.
    Other,
}

impl Role {
    /// The role of a span of this kind.
    pub fn of(kind: Option<&str>) -> Self {
        match kind {
            Some("PRODUCER") => Self::Producer,
            Some("CONSUMER") => Self::Consumer,
            _ => Self::Other,
        }
    }
}

impl Stub {
    /// When it ended; one without an end, or that ended before it started, took no time.
    fn end(&self) -> Timestamp {
        self.end_timestamp.map_or(self.timestamp, |end| end.max(self.timestamp))
    }

    /// Its parent, if it names one.
    fn parent(&self) -> Option<SpanId> {
        self.parent_span_id.filter(|parent| parent.as_bytes() != &[0; 8])
    }
}

/// A trace without the contents of its spans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Start of the earliest span.
    pub timestamp: Timestamp,
    /// From the earliest start to the latest end, in nanoseconds.
    pub duration_ns: i64,
    /// Number of spans with status ERROR.
    pub error_count: u64,
    /// Services that took part, sorted.
    pub services: Vec<String>,
    /// Spans whose parent is named but not there.
    pub missing_parents: u64,
    /// What the trace waited for, by service, the longest first.
    pub critical_path: Vec<ServiceShare>,
    /// Every span, parents before children, siblings by start.
    pub places: Vec<Place>,
}

/// Where a span stands in its trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The span's record.
    pub id: RecordId,
    /// Its start.
    pub timestamp: Timestamp,
    /// How many ancestors it has in this trace.
    pub depth: u32,
    /// True when its parent is named but not there.
    pub parent_missing: bool,
    /// The stretches of it in which the trace waited for it and for none of its children.
    pub critical_path: Vec<Segment>,
}

/// The outline of the trace that these spans make, whatever their order; `None` without spans.
///
/// Different spans with one id all stay; children go under the one that came first. Where parents make a circle, its
/// earliest span becomes a root.
pub fn outline(mut stubs: Vec<Stub>) -> Option<Outline> {
    stubs.sort_by_key(|stub| (stub.timestamp, stub.span_id, stub.id));
    let timestamp = stubs.first()?.timestamp;
    let end = stubs.iter().map(Stub::end).max()?;
    let services: BTreeSet<&str> = stubs.iter().filter_map(|stub| stub.service_name.as_deref()).collect();
    let services = services.into_iter().map(str::to_owned).collect();
    let error_count = stubs.iter().filter(|stub| stub.is_error).count() as u64;

    let tree = Tree::new(&stubs);
    let missing_parents = tree.parent_missing.iter().filter(|missing| **missing).count() as u64;
    let mut paths = critical_path::find(&stubs, &tree);
    let critical_path = shares(&stubs, &paths);
    let place = |(index, depth): (usize, u32)| Place {
        id: stubs[index].id,
        timestamp: stubs[index].timestamp,
        depth,
        parent_missing: tree.parent_missing[index],
        critical_path: std::mem::take(&mut paths[index]),
    };
    let places = tree.waterfall().into_iter().map(place).collect();
    let duration_ns = end.nanos().saturating_sub(timestamp.nanos());
    Some(Outline { timestamp, duration_ns, error_count, services, missing_parents, critical_path, places })
}

/// Each service's part of the critical path.
fn shares(stubs: &[Stub], paths: &[Vec<Segment>]) -> Vec<ServiceShare> {
    let mut shares: HashMap<Option<&str>, i64> = HashMap::new();
    for (stub, path) in stubs.iter().zip(paths).filter(|(_, path)| !path.is_empty()) {
        let share = shares.entry(stub.service_name.as_deref()).or_default();
        for segment in path {
            *share = share.saturating_add(segment.end.nanos().saturating_sub(segment.start.nanos()));
        }
    }
    let mut shares: Vec<ServiceShare> = shares
        .into_iter()
        .map(|(name, duration_ns)| ServiceShare { service_name: name.map(str::to_owned), duration_ns })
        .collect();
    shares
        .sort_by(|a, b| b.duration_ns.cmp(&a.duration_ns).then_with(|| a.service_name.cmp(&b.service_name)));
    shares
}

/// Who is whose child, by index into the spans in the order of their starts.
struct Tree {
    roots: Vec<usize>,
    /// By start, as the spans are.
    children: Vec<Vec<usize>>,
    parent_missing: Vec<bool>,
}

impl Tree {
    fn new(spans: &[Stub]) -> Self {
        let mut by_id: HashMap<SpanId, usize> = HashMap::with_capacity(spans.len());
        for (index, span) in spans.iter().enumerate() {
            let first = by_id.entry(span.span_id).or_insert(index);
            if span.id < spans[*first].id {
                *first = index;
            }
        }
        let mut parents: Vec<Option<usize>> =
            spans.iter().map(|span| by_id.get(&span.parent()?).copied()).collect();
        let parent_missing = spans
            .iter()
            .zip(&parents)
            .map(|(span, parent)| parent.is_none() && span.parent().is_some())
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
