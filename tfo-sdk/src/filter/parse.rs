//! From text to tree.

use super::ast::Filter;

/// A filter text that cannot be read: where and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("filter, column {}: {message}", span.start + 1)]
pub struct FilterError {
    /// Byte range of the fault in the text.
    pub span: std::ops::Range<usize>,
    /// What is wrong, what was expected.
    pub message: String,
}

/// Reads a whole filter; the empty text passes everything.
pub fn parse(_text: &str) -> Result<Filter, FilterError> {
    todo!()
}

/// Reads one argument of a command line as one term: spaces in it belong to the text.
pub fn parse_term(_argument: &str) -> Result<Filter, FilterError> {
    todo!()
}
