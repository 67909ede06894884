//! Where queries run: threads, memory and spill files of their own.
//!
//! A query is one task. It is aborted when its caller's future is dropped, and when the deadline passes; the
//! deadline is kept by the caller's clock, so that a query that never yields cannot keep its caller waiting.

use std::fmt;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use datafusion::error::{DataFusionError, Result as DataFusionResult};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::object_store::ObjectStoreRegistry;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::object_store::ObjectStore;
use datafusion::object_store::memory::InMemory;
use url::Url;

use crate::engine::Limits;
use crate::error::QueryError;

/// Expressions nest, and planning follows them down: each level takes kilobytes of stack in a debug build. The
/// guard bounds how deep they nest; the pages of a stack are only taken when it is used.
pub(crate) const STACK_BYTES: usize = 64 << 20;

/// Spill files may take this many times the memory of queries.
const SPILL_FACTOR: u64 = 8;

/// Share of the memory of queries that may hold footers of files between queries.
const FOOTER_CACHE_DIVISOR: usize = 8;

/// The threads of queries and what they share.
pub(crate) struct QueryRuntime {
    /// `None` only while it is dropped.
    threads: Option<tokio::runtime::Runtime>,
    environment: Arc<RuntimeEnv>,
    deadline: Duration,
}

impl fmt::Debug for QueryRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueryRuntime").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

impl QueryRuntime {
    /// Starts the threads.
    pub(crate) fn new(limits: Limits) -> Result<Self, QueryError> {
        let failed = |what: &str, error: &dyn fmt::Display| QueryError::Internal(format!("{what}: {error}"));
        empty_folder(&limits.spill_dir).map_err(|error| {
            failed(&format!("folder {} for spill files", limits.spill_dir.display()), &error)
        })?;
        let disk = DiskManagerBuilder::default()
            .with_mode(DiskManagerMode::Directories(vec![limits.spill_dir]))
            .with_max_temp_directory_size((limits.memory_bytes as u64).saturating_mul(SPILL_FACTOR));
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(limits.memory_bytes)))
            .with_disk_manager_builder(disk)
            .with_metadata_cache_limit(limits.memory_bytes / FOOTER_CACHE_DIVISOR)
            .with_object_store_registry(Arc::new(NoObjectStores))
            .build_arc()
            .map_err(|error| failed("the environment of queries", &error))?;
        let threads = tokio::runtime::Builder::new_multi_thread()
            .thread_name("tfo-query")
            .thread_stack_size(STACK_BYTES)
            .enable_time()
            .build()
            .map_err(|error| failed("the threads of queries", &error))?;
        Ok(Self { threads: Some(threads), environment, deadline: limits.deadline })
    }

    /// Memory, spill files and caches.
    pub(crate) fn environment(&self) -> &Arc<RuntimeEnv> {
        &self.environment
    }

    /// Runs one query on the threads of queries.
    pub(crate) async fn run<T, F>(&self, query: F) -> Result<T, QueryError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, QueryError>> + Send + 'static,
    {
        let Some(threads) = &self.threads else {
            return Err(QueryError::Internal("the engine is stopping".to_owned()));
        };
        let mut task = AbortOnDrop(threads.spawn(query));
        match tokio::time::timeout(self.deadline, &mut task.0).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(failure)) => Err(QueryError::Internal(format!("a query ended early: {failure}"))),
            Err(_) => Err(QueryError::Deadline { seconds: self.deadline.as_secs() }),
        }
    }
}

impl Drop for QueryRuntime {
    fn drop(&mut self) {
        // Waiting for the threads is not allowed where the last holder may be an asynchronous task.
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

/// Runs what keeps its thread for long, as planning does. The thread's other queries go on elsewhere meanwhile, so
/// that one whose caller is gone holds up none of them. Only on the threads of queries.
pub(crate) fn apart<T>(work: impl Future<Output = T>) -> T {
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(work))
}

struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Makes the folder, and removes what an earlier process left in it.
fn empty_folder(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(path)?;
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
    async fn a_query_ends_when_its_caller_goes_away() {
        let folder = tempfile::TempDir::new().unwrap();
        let runtime = runtime(folder.path());
        let alive = Arc::new(());
        let held = alive.clone();
        let endless = runtime.run(async move {
            std::future::pending::<()>().await;
            drop(held);
            Ok(())
        });
        tokio::select! {
            biased;
            _ = endless => panic!("it has no end"),
            () = std::future::ready(()) => {}
        }
        while Arc::strong_count(&alive) > 1 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_panic_is_an_error_of_its_query_alone() {
        let folder = tempfile::TempDir::new().unwrap();
        let runtime = runtime(folder.path());
        let answer = runtime.run::<(), _>(async { panic!("a fault") }).await;
        assert!(matches!(answer, Err(QueryError::Internal(_))), "{answer:?}");
        assert!(runtime.run(async { Ok(1) }).await.is_ok());
    }

    #[tokio::test]
    async fn queries_that_keep_their_threads_hold_up_no_others() {
        let folder = tempfile::TempDir::new().unwrap();
        let runtime = runtime(folder.path());
        let workers = runtime.threads.as_ref().unwrap().metrics().num_workers();
        let (release, held) = std::sync::mpsc::channel::<()>();
        let held = Arc::new(std::sync::Mutex::new(held));
        let (started, mut all_started) = tokio::sync::mpsc::unbounded_channel();
        let stuck = (0..=workers).map(|_| {
            let (held, started) = (held.clone(), started.clone());
            runtime.run(async move {
                apart(async {
                    started.send(()).unwrap();
                    held.lock().unwrap().recv().unwrap_err();
                });
                Ok(())
            })
        });
        let stuck = futures::future::join_all(stuck);
        let other = async {
            for _ in 0..=workers {
                all_started.recv().await.unwrap();
            }
            let answer = runtime.run(async { Ok(1) }).await;
            drop(release);
            answer
        };
        let (stuck, other) = futures::join!(stuck, other);
        assert!(stuck.iter().all(Result::is_ok));
        assert!(matches!(other, Ok(1)));
    }

    #[tokio::test]
    async fn what_was_left_in_the_folder_of_spill_files_is_gone() {
        let folder = tempfile::TempDir::new().unwrap();
        let _runtime = runtime(folder.path());
        assert!(!folder.path().join("left-over").exists());
    }
}
