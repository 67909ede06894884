//! Where queries run: threads, memory and spill files of their own.
//!
//! A query is given up when its caller's future is dropped, and when the deadline passes; the deadline is kept by the
//! caller's clock, so that a query that never pauses cannot keep its caller waiting. It holds up no other either: it
//! has its threads to itself ([`threads`]), and its plan is made so that it can be stopped ([`interrupt`]).

mod interrupt;
mod memory;
mod rows;
mod threads;

use std::fmt;
use std::future::Future;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use datafusion::error::{DataFusionError, Result as DataFusionResult};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::object_store::ObjectStoreRegistry;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::object_store::ObjectStore;
use datafusion::object_store::memory::InMemory;
use url::Url;

use crate::engine::Limits;
use crate::error::QueryError;

pub(crate) use interrupt::Planner;
use memory::QueryMemory;
pub(crate) use rows::rows_at_once;
#[cfg(test)]
pub(crate) use threads::STACK_BYTES;
use threads::Threads;

/// Spill files may take this many times the memory of queries.
const SPILL_FACTOR: u64 = 8;

/// Share of the memory of queries that may hold footers of files between queries.
const FOOTER_CACHE_DIVISOR: usize = 8;

/// The share of the time of a query that is for looking; the rest is for reading what was found.
const LOOKING: f64 = 0.8;

/// The threads of queries and what they share.
pub(crate) struct QueryRuntime {
    threads: Arc<Threads>,
    environment: Arc<RuntimeEnv>,
    deadline: Duration,
    /// How long a query may look that can answer with what it has found.
    pub(crate) looking: Duration,
}

impl fmt::Debug for QueryRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueryRuntime").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

impl QueryRuntime {
    /// Prepares what queries share.
    pub(crate) fn new(limits: Limits) -> Result<Self, QueryError> {
        let failed = |what: &str, error: &dyn fmt::Display| QueryError::Internal(format!("{what}: {error}"));
        empty_folder(&limits.spill_dir).map_err(|error| {
            failed(&format!("folder {} for spill files", limits.spill_dir.display()), &error)
        })?;
        let disk = DiskManagerBuilder::default()
            .with_mode(DiskManagerMode::Directories(vec![limits.spill_dir]))
            .with_max_temp_directory_size((limits.memory_bytes as u64).saturating_mul(SPILL_FACTOR));
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(QueryMemory::new(limits.memory_bytes)))
            .with_disk_manager_builder(disk)
            .with_metadata_cache_limit(limits.memory_bytes / FOOTER_CACHE_DIVISOR)
            .with_object_store_registry(Arc::new(NoObjectStores))
            .build_arc()
            .map_err(|error| failed("the environment of queries", &error))?;
        let (deadline, looking) = (limits.deadline, limits.deadline.mul_f64(LOOKING));
        Ok(Self { threads: Arc::new(Threads::new()), environment, deadline, looking })
    }

    /// Memory, spill files and caches.
    pub(crate) fn environment(&self) -> &Arc<RuntimeEnv> {
        &self.environment
    }

    /// Runs one query on threads of its own.
    pub(crate) async fn run<T, F>(&self, query: F) -> Result<T, QueryError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, QueryError>> + Send + 'static,
    {
        let answer = tokio::time::timeout(self.deadline, self.threads.run(query)).await;
        answer.unwrap_or(Err(QueryError::Deadline { seconds: self.deadline.as_secs() }))
    }
}

/// Makes the folder, and removes what an earlier process left in it.
fn empty_folder(path: &Path) -> std::io::Result<()> {
    // What is written there is telemetry: for the daemon's user alone.
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        } else {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Files are read through the store only: every URL leads to an empty object store, and none can be added.
///
/// The engine asks for the object store of a scan even when the scan brings its own reader.
#[derive(Debug)]
struct NoObjectStores;

impl ObjectStoreRegistry for NoObjectStores {
    fn register_store(&self, _url: &Url, _store: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        None
    }

    fn get_store(&self, url: &Url) -> DataFusionResult<Arc<dyn ObjectStore>> {
        if url.scheme() == crate::scan::SCHEME {
            Ok(Arc::new(InMemory::new()))
        } else {
            Err(DataFusionError::Plan(format!("queries cannot read {url}: only the tenant's tables")))
        }
    }
}

/// What a session needs in a test without an engine.
#[cfg(test)]
pub(crate) fn environment_for_tests() -> Arc<RuntimeEnv> {
    RuntimeEnvBuilder::new().with_object_store_registry(Arc::new(NoObjectStores)).build_arc().unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runtime(folder: &Path) -> QueryRuntime {
        std::fs::write(folder.join("left-over"), "of an earlier process").unwrap();
        let limits = Limits {
            memory_bytes: 1 << 20,
            spill_dir: folder.to_owned(),
            deadline: Duration::from_secs(60),
            sql_rows: 1,
        };
        QueryRuntime::new(limits).unwrap()
    }

    #[tokio::test]
    async fn what_was_left_in_the_folder_of_spill_files_is_gone() {
        let folder = tempfile::TempDir::new().unwrap();
        let _runtime = runtime(folder.path());
        assert!(!folder.path().join("left-over").exists());
    }
}
