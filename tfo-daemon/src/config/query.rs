//! Limits of queries.

use std::path::Path;
use std::time::Duration;

use super::memory;
use super::section::section;
use super::unit::{Bytes, Number, Span, Worked};

section! {
    /// What queries may use.
    QueryConfig in "query" {
        /// Memory of all queries together; what does not fit goes to files, or fails that query alone.
        memory_bytes: u64 = memory::share(8, 32 << 20, 1 << 30), Worked(
            Bytes(1 << 20),
            "an eighth of the memory of the machine or the control group, 32 MiB to 1 GiB",
        );
        /// Memory of large answers that callers have not taken yet; a query whose answer does not fit is refused for now.
        answer_memory_bytes: u64 = memory::share(16, 32 << 20, 512 << 20), Worked(
            Bytes(1 << 20),
            "a sixteenth of the memory of the machine or the control group, 32 MiB to 512 MiB",
        );
        /// How long one query may take.
        deadline: Duration = Duration::from_secs(30), Span;
        /// The most rows in an SQL answer.
        sql_rows: usize = 10_000, Number(1, 1_000_000);
    }
}

impl QueryConfig {
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
