//! A filter on one record in memory.

use super::ast::{Field, Filter};
use crate::value::AnyValue;

/// A record that a filter can look at.
pub trait Record {
    /// The text that a bare word searches: the leaves of the body, or the name.
    fn text(&self) -> Vec<String>;
    /// The value of a field; `None` when it is missing.
    fn field(&self, field: &Field) -> Option<AnyValue>;
}

impl Filter {
    /// Whether a record passes.
    pub fn matches(&self, _record: &impl Record) -> bool {
        todo!()
    }
}
