//! What can go wrong with a query.

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The query is not valid: syntax, unknown column, wrong type. The message says where.
    #[error("{0}")]
    Invalid(String),
    /// The statement is not allowed: only one SELECT without access to files or the network is.
    #[error("{0}")]
    Refused(String),
    /// The page token is not one of ours, or belongs to another query.
    #[error("the page token does not belong to this query; start again without it")]
    PageToken,
    /// The query needed more memory than queries may have.
    #[error("the query needs more memory than it may have: narrow the time range or the filter, or aggregate")]
    Memory,
    /// The deadline passed.
    #[error("the query took longer than {seconds} s: narrow the time range or the filter")]
    Deadline {
        /// The deadline.
        seconds: u64,
    },
    /// A fault of ours or of the disk; the message is for the log, not for the caller.
    #[error("{0}")]
    Internal(String),
}
