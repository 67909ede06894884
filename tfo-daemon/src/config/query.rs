//! Limits of queries.

use std::path::Path;
use std::time::Duration;

use super::source::Source;
use super::units::{bytes_from, duration, number};

/// What queries may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryConfig {
    /// `query.memory_bytes`, `TFO_QUERY_MEMORY_BYTES`: memory of all queries together. Default 256 MiB.
    pub memory_bytes: u64,
    /// `query.deadline`, `TFO_QUERY_DEADLINE`: how long one query may take. Default 30s.
    pub deadline: Duration,
    /// `query.sql_rows`, `TFO_QUERY_SQL_ROWS`: the most rows in an SQL answer. Default 10000.
    pub sql_rows: usize,
}

impl QueryConfig {
    pub(super) fn read(source: &mut Source<'_>) -> Self {
        Self {
            memory_bytes: source.or("query.memory_bytes", 256 << 20, bytes_from(1 << 20)),
            deadline: source.or("query.deadline", Duration::from_secs(30), duration),
            sql_rows: source.or("query.sql_rows", 10_000, number(1, 1_000_000)),
        }
    }

    /// The engine's limits, with its scratch folder in this data folder.
    pub(crate) fn limits(&self, data_dir: &Path) -> tfo_query::Limits {
        tfo_query::Limits {
            memory_bytes: usize::try_from(self.memory_bytes).unwrap_or(usize::MAX),
            spill_dir: data_dir.join("spill"),
            deadline: self.deadline,
            sql_rows: self.sql_rows,
        }
    }
}
