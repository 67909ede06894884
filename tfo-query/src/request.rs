//! What a list is asked.

use tfo_sdk::filter::Filter;
use tfo_sdk::{RecordId, TimeRange};

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Newest first.
    Desc,
    /// Oldest first.
    Asc,
}

/// Which records to list.
#[derive(Debug, Clone)]
pub struct Read {
    /// Records with a timestamp in this range.
    pub range: TimeRange,
    /// Records that pass this filter.
    pub filter: Filter,
    /// In this order of their timestamps.
    pub order: Order,
    /// At most this many.
    pub limit: usize,
    /// From where an earlier page ended.
    pub page_token: Option<String>,
    /// Only records that arrived after this one; the order is then that of arrival, oldest first.
    pub after: Option<RecordId>,
}
