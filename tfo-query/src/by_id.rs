//! Records by their ids.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use datafusion::logical_expr::{Expr, lit};
use tfo_sdk::{RecordId, TimeRange, Timestamp};
use tfo_store::schema::INGEST_SEQ;

use crate::filter;
use crate::plan::{self, column};

/// The conditions that only these records pass, whose times lie from `first` to `last`, both included.
///
/// The times and the sequences choose files and pages; the ids then choose rows, before files decode anything else.
pub(crate) fn conditions(ids: HashSet<RecordId>, first: Timestamp, last: Timestamp) -> Vec<Expr> {
    let range = TimeRange { since: first, until: last.plus(Duration::from_nanos(1)) };
    let mut conditions: Vec<_> = plan::in_range(range).into_iter().collect();
    let sequences: BTreeSet<u64> = ids.iter().map(|id| id.sequence).collect();
    if let (Some(first), Some(last)) = (sequences.first(), sequences.last()) {
        conditions.push(column(INGEST_SEQ).between(lit(*first), lit(*last)));
    }
    conditions.push(filter::is_one_of(ids));
    conditions
}
