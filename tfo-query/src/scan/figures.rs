//! What a query read, counted while it reads.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_plan::ExecutionPlan;
use tfo_sdk::Signal;
use tfo_sdk::api::Scan;

use super::Planned;

/// Counters of one query, shared by all its scans.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    /// Files of the largest snapshot of each signal.
    considered: [AtomicU64; Signal::ALL.len()],
    files: Mutex<HashSet<String>>,
    bytes: AtomicU64,
    rows: AtomicU64,
    /// How tables are read; kept when somebody will ask.
    planned: Option<Mutex<Vec<Planned>>>,
}

impl Figures {
    /// Figures that keep how tables are read.
    pub(crate) fn with_plans() -> Self {
        Self { planned: Some(Mutex::default()), ..Self::default() }
    }

    /// A table is read.
    pub(super) fn plan(&self, planned: impl FnOnce() -> Planned) {
        if let Some(all) = &self.planned {
            all.lock().unwrap_or_else(PoisonError::into_inner).push(planned());
        }
    }

    /// How tables are read, in the order in which this was decided.
    pub(crate) fn planned(&self) -> Vec<Planned> {
        let all = self.planned.as_ref();
        all.map(|all| std::mem::take(&mut *all.lock().unwrap_or_else(PoisonError::into_inner)))
            .unwrap_or_default()
    }

    /// A snapshot of a signal has this many files; one that is read twice counts once.
    pub(crate) fn count_considered(&self, signal: Signal, files: usize) {
        let counts = Signal::ALL.iter().zip(&self.considered).filter(|(of, _)| **of == signal);
        for (_, count) in counts {
            count.fetch_max(files as u64, Ordering::Relaxed);
        }
    }

    /// A file was opened, perhaps not for the first time.
    pub(super) fn count_file(&self, path: &str) {
        let mut files = self.opened();
        if !files.contains(path) {
            files.insert(path.to_owned());
        }
    }

    fn opened(&self) -> MutexGuard<'_, HashSet<String>> {
        // A set of names is whole whatever happened to its last holder.
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes came from the store.
    pub(super) fn count_bytes(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Rows in memory are looked at.
    pub(super) fn count_memory(&self, rows: usize) {
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
    }

    /// Adds the rows that a plan looked at in files, once it has run.
    pub(crate) fn count_rows(&self, plan: &Arc<dyn ExecutionPlan>) {
        if plan.downcast_ref::<DataSourceExec>().is_some_and(reads_files)
            && let Some(metrics) = plan.metrics()
        {
            // Rows that a filter dropped while they were decoded are not in the output.
            let dropped = metrics.sum_by_name("pushdown_rows_pruned").map_or(0, |value| value.as_usize());
            let rows = metrics.output_rows().unwrap_or(0) + dropped;
            self.rows.fetch_add(rows as u64, Ordering::Relaxed);
        }
        for child in plan.children() {
            self.count_rows(child);
        }
    }

    /// The figures so far, of an answer that is complete.
    pub(crate) fn scan(&self) -> Scan {
        Scan {
            files_considered: self.considered.iter().map(|count| count.load(Ordering::Relaxed)).sum(),
            files: self.opened().len() as u64,
            rows: self.rows.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            complete: true,
            ..Scan::default()
        }
    }
}

fn reads_files(scan: &DataSourceExec) -> bool {
    scan.data_source().downcast_ref::<FileScanConfig>().is_some()
}
