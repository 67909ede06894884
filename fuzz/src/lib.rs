//! The fuzz targets, in one place.
//!
//! A target's body stands with the tests of what it looks at, where `tests/run` gives it the seeds that are kept
//! in `fuzz/seeds`; here the same files are built for libFuzzer. Page tokens and the SQL guard are built without
//! the query engine, which would take longer to build than they to be fuzzed: with the parser of SQL alone.

#![allow(dead_code, missing_docs, reason = "files of other crates, of which a part is used here")]

// The guard names the parser as the engine hands it on.
extern crate self as datafusion;

#[doc(hidden)]
pub mod sql;

mod error {
    /// The part of the query crate's errors that needs no engine.
    #[derive(Debug, thiserror::Error)]
    pub(crate) enum QueryError {
        #[error("{0}")]
        Invalid(String),
        #[error("{0}")]
        Refused(String),
        #[error("not a page token of this query")]
        PageToken,
    }
}

#[path = "../../tfo-query/src/cursor.rs"]
mod cursor;
#[path = "../../tfo-query/src/request.rs"]
mod request;

#[path = "../../tfo-query/src/fuzz/cursor.rs"]
mod cursor_body;
#[path = "../../tfo-query/src/fuzz/guard.rs"]
mod guard_body;

#[path = "../../tfo-sdk/tests/it/fuzz.rs"]
mod filter_body;
#[path = "../../tfo-sdk/tests/it/fuzz_yaml.rs"]
mod yaml_body;

mod otlp;

/// What the binaries run.
pub mod targets {
    pub use tfo_store::fuzz_wal as wal;

    pub fn otlp_logs(data: &[u8]) {
        crate::otlp::fuzz::logs(data);
    }

    pub fn otlp_spans(data: &[u8]) {
        crate::otlp::fuzz::spans(data);
    }

    pub fn otlp_metrics(data: &[u8]) {
        crate::otlp::fuzz::metrics(data);
    }

    pub fn otlp_json(data: &[u8]) {
        crate::otlp::fuzz::json(data);
    }

    pub fn filter(data: &[u8]) {
        crate::filter_body::filter(data);
    }

    pub fn yaml(data: &[u8]) {
        crate::yaml_body::yaml(data);
    }

    pub fn cursor(data: &[u8]) {
        crate::cursor_body::cursor(data);
    }

    pub fn sql_guard(data: &[u8]) {
        crate::guard_body::sql_guard(data);
    }
}
