//! What is stored of each signal, told from what the store has in memory: names of files, batches, and the row counts
//! of files as far as they were read.

use std::collections::BTreeMap;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::{max, min};
use datafusion::arrow::datatypes::TimestampNanosecondType;
use datafusion::arrow::record_batch::RecordBatch;
use tfo_sdk::api::{LevelStats, SignalStats};
use tfo_sdk::{Signal, TimeRange, Timestamp};
use tfo_store::schema::TIMESTAMP;
use tfo_store::{FileRef, Snapshot, TenantScope};

use crate::engine::Engine;

/// Files whose rows are counted before an answer: a footer takes some tenths of a millisecond. The rest are counted
/// behind it.
const COUNTED_AT_ONCE: usize = 64;

impl Engine {
    /// What is stored of each signal. It is quick however many files there are: those that nobody has counted yet
    /// are told apart, and counted in the background.
    pub async fn signals(&self, scope: &TenantScope) -> Vec<SignalStats> {
        let all = Signal::ALL.map(|signal| (signal, self.store.snapshot(scope, signal, TimeRange::ALL)));
        let mut uncounted: Vec<FileRef> = all
            .iter()
            .flat_map(|(_, snapshot)| &snapshot.files)
            .filter(|file| file.known_rows().is_none())
            .cloned()
            .collect();
        let rest = uncounted.split_off(uncounted.len().min(COUNTED_AT_ONCE));
        if !uncounted.is_empty() {
            // A panic in there leaves files uncounted, which the answer tells.
            let _ = tokio::task::spawn_blocking(move || count(uncounted)).await;
        }
        if !rest.is_empty()
            && let Some(turn) = self.counting.clone().try_lock_owned().ok()
        {
            tokio::task::spawn_blocking(move || {
                let _one_at_a_time = turn;
                count(rest);
            });
        }
        all.map(|(signal, snapshot)| self.signal(scope, signal, &snapshot)).into()
    }

    fn signal(&self, scope: &TenantScope, signal: Signal, snapshot: &Snapshot) -> SignalStats {
        let in_files = snapshot.files.iter().map(|file| (file.min(), file.max()));
        let (oldest, newest) = in_files.chain(times(&snapshot.batches)).fold((None, None), widened);
        let memory_rows = snapshot.batches.iter().map(|batch| batch.num_rows() as u64).sum();
        let counted = || snapshot.files.iter().filter_map(|file| Some((file.known_rows()?, file.len())));
        let file_rows: u64 = counted().map(|(rows, _)| rows).sum();
        let counted_bytes: u64 = counted().map(|(_, bytes)| bytes).sum();
        let mut levels: BTreeMap<u8, LevelStats> = BTreeMap::new();
        for file in &snapshot.files {
            let level = file.level();
            let stats = levels.entry(level).or_insert(LevelStats { level, files: 0, bytes: 0 });
            stats.files += 1;
            stats.bytes += file.len();
        }
        SignalStats {
            signal: signal.table().to_owned(),
            rows: file_rows + memory_rows,
            memory_rows,
            uncounted_files: (snapshot.files.len() - counted().count()) as u64,
            files: snapshot.files.len() as u64,
            bytes: snapshot.files.iter().map(|file| file.len()).sum(),
            bytes_per_record: (file_rows > 0).then(|| counted_bytes as f64 / file_rows as f64),
            levels: levels.into_values().collect(),
            oldest,
            newest,
            newest_age_ns: newest.map(|newest| self.store.now().nanos().saturating_sub(newest.nanos())),
            unflushed_since: self.store.unflushed_since(scope, signal),
            ..SignalStats::default()
        }
    }

    /// Bytes of memory that queries hold at this moment.
    pub fn memory_bytes(&self) -> u64 {
        self.runtime.environment().memory_pool.reserved() as u64
    }
}

/// Reads how many rows these files have; the files remember. One that cannot be read stays uncounted, and tells so
/// when it is queried.
fn count(files: Vec<FileRef>) {
    for file in files {
        let _ = file.rows();
    }
}

fn widened(
    (oldest, newest): (Option<Timestamp>, Option<Timestamp>),
    (low, high): (Timestamp, Timestamp),
) -> (Option<Timestamp>, Option<Timestamp>) {
    (Some(oldest.map_or(low, |oldest| oldest.min(low))), newest.max(Some(high)))
}

/// The oldest and the newest time in these batches.
pub(crate) fn times(batches: &[RecordBatch]) -> Option<(Timestamp, Timestamp)> {
    let times = batches.iter().filter_map(|batch| batch.column_by_name(TIMESTAMP)?.as_primitive_opt());
    let both = times.filter_map(|times| {
        let times: &datafusion::arrow::array::PrimitiveArray<TimestampNanosecondType> = times;
        Some((Timestamp(min(times)?), Timestamp(max(times)?)))
    });
    both.reduce(|(oldest, newest), (low, high)| (oldest.min(low), newest.max(high)))
}
