//! The tables of one query: snapshots of one tenant, one figure of what was read.

use std::sync::Arc;

use datafusion::dataframe::DataFrame;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::runtime_env::RuntimeEnv;
use tfo_sdk::Signal;
use tfo_store::Snapshot;

use crate::error::{QueryError, of_plan};
use crate::scan::{Figures, ScanFile, SnapshotTable};
use crate::session::session;

/// Makes tables of snapshots, and counts what is read of all of them.
#[derive(Clone)]
pub(crate) struct Tables {
    environment: Arc<RuntimeEnv>,
    figures: Arc<Figures>,
}

impl Tables {
    /// The tables of a new query.
    pub(crate) fn new(environment: &Arc<RuntimeEnv>) -> Self {
        Self { environment: environment.clone(), figures: Arc::default() }
    }

    /// The same tables, of a query that is asked how it reads them.
    pub(crate) fn with_plans(self) -> Self {
        Self { figures: Arc::new(Figures::with_plans()), ..self }
    }

    /// What the query has read so far.
    pub(crate) fn figures(&self) -> &Arc<Figures> {
        &self.figures
    }

    /// Memory, spill files and caches.
    pub(crate) fn environment(&self) -> &Arc<RuntimeEnv> {
        &self.environment
    }

    /// Memory of queries that something of ours takes, as much as it says; given back when it is dropped.
    pub(crate) fn hold(&self, name: &'static str) -> MemoryReservation {
        MemoryConsumer::new(name).register(&self.environment.memory_pool)
    }

    /// A snapshot as a table with the columns of the store.
    pub(crate) fn table(&self, signal: Signal, snapshot: Snapshot) -> SnapshotTable {
        self.figures.count_considered(signal, snapshot.files.len());
        let files = snapshot.files.into_iter().map(|file| file as Arc<dyn ScanFile>).collect();
        let footers = self.environment.cache_manager.get_file_metadata_cache();
        SnapshotTable::new(signal, files, snapshot.batches, self.figures.clone(), footers)
    }

    /// The start of a plan over a snapshot.
    pub(crate) fn frame(&self, signal: Signal, snapshot: Snapshot) -> Result<DataFrame, QueryError> {
        let context = session(&self.environment, Vec::new()).map_err(of_plan)?;
        context.read_table(Arc::new(self.table(signal, snapshot))).map_err(of_plan)
    }
}
