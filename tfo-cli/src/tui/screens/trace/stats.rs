//! A trace summed up by operation, and two traces compared by where their operations stand.

use std::collections::HashMap;

use tfo_sdk::api::{Trace, TraceSpan};

/// The spans of one service and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Operation {
    pub(super) service: String,
    pub(super) name: String,
    pub(super) count: u64,
    pub(super) errors: u64,
    /// How long they took together, and the longest, in nanoseconds.
    pub(super) total_ns: i64,
    pub(super) longest_ns: i64,
    /// How long the trace waited for them.
    pub(super) path_ns: i64,
    /// The longest of them.
    pub(super) span: usize,
}

fn duration(span: &TraceSpan) -> i64 {
    span.span.duration_ns.unwrap_or(0).max(0)
}

fn on_path(span: &TraceSpan) -> i64 {
    span.critical_path
        .iter()
        .map(|segment| segment.end.0.saturating_sub(segment.start.0))
        .fold(0, i64::saturating_add)
}

/// The operations, those that the trace waited for longest first.
pub(super) fn operations(spans: &[TraceSpan]) -> Vec<Operation> {
    let mut index: HashMap<(&str, &str), usize> = HashMap::new();
    let mut all: Vec<Operation> = Vec::new();
    for (at, span) in spans.iter().enumerate() {
        let service = span.span.service_name.as_deref().unwrap_or("-");
        let name = span.span.name.as_deref().unwrap_or("-");
        let place = *index.entry((service, name)).or_insert_with(|| {
            all.push(Operation {
                service: service.to_owned(),
                name: name.to_owned(),
                count: 0,
                errors: 0,
                total_ns: 0,
                longest_ns: -1,
                path_ns: 0,
                span: at,
            });
            all.len() - 1
        });
        let operation = &mut all[place];
        let took = duration(span);
        operation.count += 1;
        operation.errors += u64::from(span.span.is_error());
        operation.total_ns = operation.total_ns.saturating_add(took);
        operation.path_ns = operation.path_ns.saturating_add(on_path(span));
        if took > operation.longest_ns {
            operation.longest_ns = took;
            operation.span = at;
        }
    }
    all.sort_by(|a, b| {
        b.path_ns.cmp(&a.path_ns).then(b.total_ns.cmp(&a.total_ns)).then_with(|| a.name.cmp(&b.name))
    });
    all
}

/// One place in the trees of two traces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) depth: usize,
    pub(super) service: String,
    pub(super) name: String,
    /// Spans there, and how long they took together, in the first and in the second trace.
    pub(super) counts: (u64, u64),
    pub(super) totals_ns: (i64, i64),
    pub(super) errors: (u64, u64),
}

impl Difference {
    /// How much longer the second took.
    pub(super) fn change_ns(&self) -> i64 {
        self.totals_ns.1.saturating_sub(self.totals_ns.0)
    }
}

/// Two traces by the operations on the way from the root, in the order of the first.
pub(super) fn compare(first: &Trace, second: &Trace) -> Vec<Difference> {
    let mut index: HashMap<(usize, &str, &str), usize> = HashMap::new();
    // By place: its parent, and what is there. 0 stands above the roots.
    let mut all: Vec<(usize, Difference)> = Vec::new();
    for (is_second, trace) in [(false, first), (true, second)] {
        let mut above: Vec<(u32, usize)> = Vec::new();
        for span in &trace.spans {
            while above.last().is_some_and(|(depth, _)| *depth >= span.depth) {
                above.pop();
            }
            let parent = above.last().map_or(0, |(_, place)| *place + 1);
            let service = span.span.service_name.as_deref().unwrap_or("-");
            let name = span.span.name.as_deref().unwrap_or("-");
            let place = *index.entry((parent, service, name)).or_insert_with(|| {
                let difference = Difference {
                    depth: above.len(),
                    service: service.to_owned(),
                    name: name.to_owned(),
                    counts: (0, 0),
                    totals_ns: (0, 0),
                    errors: (0, 0),
                };
                all.push((parent, difference));
                all.len() - 1
            });
            let difference = &mut all[place].1;
            let (count, total, errors) = if is_second {
                (&mut difference.counts.1, &mut difference.totals_ns.1, &mut difference.errors.1)
            } else {
                (&mut difference.counts.0, &mut difference.totals_ns.0, &mut difference.errors.0)
            };
            *count += 1;
            *total = total.saturating_add(duration(span));
            *errors += u64::from(span.span.is_error());
            above.push((span.depth, place));
        }
    }
    in_order(all)
}

/// Places below their parents, each in the order in which it was met.
fn in_order(all: Vec<(usize, Difference)>) -> Vec<Difference> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); all.len() + 1];
    for (place, (parent, _)) in all.iter().enumerate() {
        children[*parent].push(place);
    }
    let mut ordered = Vec::with_capacity(all.len());
    let mut stack: Vec<usize> = children[0].iter().rev().copied().collect();
    while let Some(place) = stack.pop() {
        ordered.push(place);
        stack.extend(children[place + 1].iter().rev().copied());
    }
    let mut all: Vec<Option<Difference>> = all.into_iter().map(|(_, difference)| Some(difference)).collect();
    ordered.into_iter().filter_map(|place| all[place].take()).collect()
}
