//! What can go wrong with a query, and what an error of the query engine means to the caller.

use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use datafusion::parquet::errors::ParquetError;

use crate::session::{CATALOG, SCHEMA};

/// Characters of a message that the engine wrote.
const MESSAGE_CHARS: usize = 1000;

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
    #[error(
        "the query needs more memory than it may have: narrow the time range or the filter, or aggregate"
    )]
    Memory,
    /// The deadline passed.
    #[error("the query took longer than {seconds} s: narrow the time range or the filter")]
    Deadline {
        /// The deadline.
        seconds: u64,
    },
    /// A file of the telemetry cannot be read from the disk, or is not what was written; the message says which.
    #[error(
        "a file of the telemetry cannot be read: {0}; a range of time without it can be, and its path says which hour it \
         is of"
    )]
    Unreadable(String),
    /// A fault of ours or of the disk; the message is for the log, not for the caller.
    #[error("{0}")]
    Internal(String),
}

/// What is wrong with a file, as the reader of files passes it on.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {cause}")]
pub(crate) struct Unreadable {
    pub(crate) path: String,
    pub(crate) cause: String,
}

/// What the engine says when spill files reach their limit: an error of the disk by kind, and none at all.
const SPILL_LIMIT: &str = "used disk space during the spilling process";

/// What an error means when the caller wrote the SQL: what the engine could not plan or compute is theirs to mend.
pub(crate) fn of_sql(error: DataFusionError) -> QueryError {
    match error {
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => of_sql(*inner),
        DataFusionError::Collection(errors) => match errors.into_iter().next() {
            Some(first) => of_sql(first),
            None => QueryError::Internal("the query failed without a reason".to_owned()),
        },
        DataFusionError::Shared(inner) => of_shared(&inner),
        other => of_shared(&other),
    }
}

fn of_shared(error: &DataFusionError) -> QueryError {
    match error {
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => of_shared(inner),
        DataFusionError::Shared(inner) => of_shared(inner),
        DataFusionError::Collection(errors) if !errors.is_empty() => of_shared(&errors[0]),
        DataFusionError::ResourcesExhausted(cause) => {
            tracing::debug!(cause, "a query found no memory");
            QueryError::Memory
        }
        DataFusionError::SQL(error, _) => {
            // The parser's own prefix says what kind of error of the parser it is, which helps nobody.
            let text = error.to_string();
            QueryError::Invalid(text.strip_prefix("sql parser error: ").unwrap_or(&text).to_owned())
        }
        DataFusionError::Plan(message) | DataFusionError::Execution(message) => {
            QueryError::Invalid(without_internals(message))
        }
        // What the engine calls internal is mostly what it does not do, such as the largest of some maps; it says
        // so only when it meets it. Faults of ours are not among these: see `fault`.
        DataFusionError::Internal(message) | DataFusionError::NotImplemented(message) => {
            QueryError::Invalid(format!("not supported: {}", without_internals(message)))
        }
        DataFusionError::SchemaError(error, _) => QueryError::Invalid(without_internals(&error.to_string())),
        DataFusionError::ParquetError(error) => of_file(error),
        DataFusionError::External(error) => match error.downcast_ref::<ParquetError>() {
            Some(error) => of_file(error),
            None => of_others(error.to_string()),
        },
        DataFusionError::ArrowError(error, _) => match error.as_ref() {
            ArrowError::ExternalError(inner) => match inner.downcast_ref::<DataFusionError>() {
                Some(inner) => of_shared(inner),
                None => of_others(error.to_string()),
            },
            ArrowError::ParquetError(_) => of_rows(error),
            ArrowError::IoError(text, _) if text.contains(SPILL_LIMIT) => QueryError::Memory,
            ArrowError::IoError(..)
            | ArrowError::SchemaError(_)
            | ArrowError::MemoryError(_)
            | ArrowError::CDataInterface(_) => QueryError::Internal(error.to_string()),
            wrong => QueryError::Invalid(without_internals(&wrong.to_string())),
        },
        other => of_others(other.strip_backtrace()),
    }
}

/// A fault of ours inside a query: never the user's to mend, whatever the SQL.
pub(crate) fn fault(text: impl Into<String>) -> DataFusionError {
    DataFusionError::External(text.into().into())
}

/// An error of another crate: that of regular expressions speaks of the user's, all others are faults.
fn of_others(text: String) -> QueryError {
    match text.find("regex parse error") {
        Some(at) => QueryError::Invalid(text[at..].to_owned()),
        None => QueryError::Internal(text),
    }
}

/// An error of the reader of a file: of the query if it was the query that refused it something, else of the file.
fn of_file(error: &ParquetError) -> QueryError {
    match error {
        ParquetError::External(inner) => {
            if let Some(inner) = inner.downcast_ref::<DataFusionError>() {
                of_shared(inner)
            } else if let Some(file) = inner.downcast_ref::<Unreadable>() {
                QueryError::Unreadable(file.to_string())
            } else {
                of_rows(error)
            }
        }
        error => of_rows(error),
    }
}

/// An error while rows of a file were read. A condition that rows are filtered by as they are decoded fails inside
/// the reader, and arrives as text; everything else there is a fault of the file.
fn of_rows(error: &impl std::fmt::Display) -> QueryError {
    let text = error.to_string();
    let Some((_, cause)) = text.split_once("Error evaluating filter predicate: ") else {
        return QueryError::Internal(text);
    };
    // It is written as Rust writes values: ArrowError(DivideByZero, …), ArrowError(CastError("…"), …).
    if cause.contains("(DivideByZero") {
        return QueryError::Invalid("Divide by zero error".to_owned());
    }
    let quoted = cause.split_once("(\"").and_then(|(_, rest)| rest.split_once("\")"));
    QueryError::Invalid(quoted.map_or(cause, |(message, _)| message).replace("\\\"", "\""))
}

/// What an error means when the plan is ours: anything but a lack of memory, or telemetry that cannot be read, is
/// a fault.
pub(crate) fn of_plan(error: DataFusionError) -> QueryError {
    match of_sql(error) {
        QueryError::Invalid(message) => QueryError::Internal(message),
        other => other,
    }
}

/// The message without the parts that only its author can use.
fn without_internals(message: &str) -> String {
    let message = message.split("\n\nbacktrace:").next().unwrap_or(message);
    let message = message.split("\nThis issue was likely caused by a bug").next().unwrap_or(message);
    let mut message = message.replace(&format!("{CATALOG}.{SCHEMA}."), "");
    for prefix in ["Arrow error: ", "Internal error: ", "Execution error: ", "Error during planning: "] {
        message = message.replace(prefix, "");
    }
    // Some quote the values that they are about, and a value may be of any size.
    let message = message.trim();
    let message = message.char_indices().nth(MESSAGE_CHARS).map_or(message, |(end, _)| &message[..end]);
    if message.starts_with("table '") && message.ends_with("' not found") {
        return format!("{message}; the tables are {}", crate::sql::table_list());
    }
    message.to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::execution::disk_manager::{DiskManager, DiskManagerMode};

    use super::*;

    #[test]
    fn spill_files_beyond_their_limit_are_a_lack_of_memory() {
        let folder = tempfile::tempdir().unwrap();
        let mode = DiskManagerMode::Directories(vec![folder.path().to_owned()]);
        let disk = DiskManager::builder().with_mode(mode).with_max_temp_directory_size(1).build().unwrap();
        let file = Arc::new(disk).create_tmp_file("test").unwrap();
        let error = std::io::Write::write_all(&mut file.open_writer().unwrap(), b"two").unwrap_err();
        let error = DataFusionError::ArrowError(Box::new(error.into()), None);
        assert!(matches!(of_sql(error), QueryError::Memory));
    }
}
