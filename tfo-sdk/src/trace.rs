//! From spans to a trace: the tree of a waterfall, and the critical path.

use crate::api::{Scan, Span, Trace};

/// The trace that these spans make, `None` without spans. Order and duplicates do not matter.
pub fn assemble(_spans: Vec<Span>, _scan: Scan) -> Option<Trace> {
    todo!()
}
