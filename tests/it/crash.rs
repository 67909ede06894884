//! The crash test: SIGKILL at random moments under load; every acknowledged record is there exactly once.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rand::Rng as _;
use rand::rngs::StdRng;
use tfo_tests::load::{Ledger, Load};
use tfo_tests::{Setup, seed};

/// Batches that each of the nine senders sends in a round at most.
const BATCHES: u64 = 200;

async fn moment(rng: &mut StdRng, most_ms: u64) {
    tokio::time::sleep(Duration::from_millis(rng.random_range(0..most_ms))).await;
}

/// How many Parquet files there are of each level of compaction, which their names start with.
fn files_by_level(folder: &Path) -> BTreeMap<String, usize> {
    let mut levels = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if name.ends_with(".parquet") {
                let level = name.split('-').next().unwrap_or_default().to_owned();
                *levels.entry(level).or_default() += 1;
            }
        }
    }
    levels
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_record_survives_being_killed_exactly_once() {
    let kills = if seed::is_long() { 200 } else { 24 };
    let mut rng = seed::rng("crash");
    // Small enough that flushes and compactions run all the time, and are hit too.
    let setup = Setup::new()
        .unwrap()
        .env("TFO_STORE_MEMTABLE_BYTES", "2MiB")
        .env("TFO_STORE_WAL_BYTES", "256KiB")
        .env("TFO_STORE_SEGMENT_BYTES", "64KiB")
        .env("TFO_STORE_FLUSH_AFTER", "50ms");
    let ledger = Arc::new(Ledger::default());
    // On a slow machine a daemon may be killed too soon for any compaction: then some more lives are needed.
    for kill in 0..4 * kills {
        if kill >= kills && files_by_level(setup.data_path()).len() > 1 {
            break;
        }
        if kill % 6 == 5 {
            // While it starts, so that replay is hit as well.
            let mut starting = setup.spawn().unwrap();
            moment(&mut rng, 120).await;
            starting.kill().unwrap();
            continue;
        }
        let mut daemon = setup.start().await.unwrap();
        let load = Load::start(&daemon.sender(), &ledger, BATCHES);
        moment(&mut rng, 900).await;
        daemon.kill().unwrap();
        load.finish().await;
    }
    let acknowledged = ledger.acknowledged();
    assert!(acknowledged > 1_000, "only {acknowledged} records were acknowledged: no load");
    let daemon = setup.start().await.unwrap();
    let files = files_by_level(setup.data_path());
    seed::note(&format!(
        "crash: {kills} kills, {acknowledged} records acknowledged, files by level {files:?}"
    ));
    assert!(files.len() > 1, "nothing was compacted, so nothing of it was killed");
    ledger.check_counts(&daemon.rest()).await.unwrap();
    ledger.check_pages(&daemon.rest()).await.unwrap();
    assert!(!daemon.stderr().contains("panicked"), "{}", daemon.stderr());
}
