//! The crash test: SIGKILL at random moments under load; every acknowledged record is there exactly once.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rand::Rng as _;
use rand::rngs::StdRng;
use tfo_tests::load::{Ledger, Load};
use tfo_tests::rest::eventually;
use tfo_tests::{Daemon, Setup, seed};

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

/// What the daemons were doing when they were killed.
#[derive(Debug, Default)]
struct Hits {
    kills: u64,
    start: u64,
    flush: u64,
    compaction: u64,
    replays: u64,
}

impl Hits {
    /// Takes in the last words of a daemon.
    fn count(&mut self, said: &str) {
        let times = |what: &str| said.matches(what).count();
        self.kills += 1;
        self.flush += u64::from(times("flush begins") > times("flush ends"));
        self.compaction += u64::from(times("compaction begins") > times("compaction ends"));
        self.replays += u64::from(said.contains("replayed the write-ahead log"));
        self.start += u64::from(said.contains("listening") && !said.contains(" ready"));
    }

    fn are_all(&self) -> bool {
        self.start > 0 && self.flush > 0 && self.compaction > 0 && self.replays > 0
    }
}

/// Waits until a daemon has said something so many times.
async fn hears(daemon: &Daemon, what: &str, times: usize) {
    let said = async || Ok((daemon.said().matches(what).count() >= times).then_some(()));
    eventually(what, said).await.unwrap();
}

/// Waits until a daemon says something that it has not said before.
async fn hears_again(daemon: &Daemon, what: &str) {
    hears(daemon, what, daemon.said().matches(what).count() + 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_record_survives_being_killed_exactly_once() {
    let kills = if seed::is_long() { 200 } else { 24 };
    let mut rng = seed::rng("crash");
    // Small enough that flushes and compactions run all the time, and are hit too.
    let setup = Setup::new()
        .unwrap()
        .env("TFO_LOG_LEVEL", "info,tfo_store=debug")
        .env("TFO_STORE_MEMTABLE_BYTES", "2MiB")
        .env("TFO_STORE_WAL_BYTES", "256KiB")
        .env("TFO_STORE_SEGMENT_BYTES", "64KiB")
        .env("TFO_STORE_FLUSH_AFTER", "50ms");
    let ledger = Arc::new(Ledger::default());
    let mut hits = Hits::default();
    // A kill may always come too late for what it was meant for: then some more lives are needed.
    while hits.kills < kills || !hits.are_all() && hits.kills < 4 * kills {
        if hits.kills % 6 == 5 {
            // While it starts, so that replay is hit as well.
            let mut starting = setup.spawn().unwrap();
            hears(&starting, "listening", 1).await;
            moment(&mut rng, 20).await;
            starting.kill().unwrap();
            hits.count(&starting.said());
            continue;
        }
        let mut daemon = setup.start().await.unwrap();
        let load = Load::start(&daemon.sender(), &ledger, BATCHES).watched(daemon.rest(), &ledger);
        match hits.kills % 6 {
            3 => hears_again(&daemon, "flush begins").await,
            4 => hears_again(&daemon, "compaction begins").await,
            _ => moment(&mut rng, 900).await,
        }
        daemon.kill().unwrap();
        hits.count(&daemon.said());
        load.finish().await;
    }
    let acknowledged = ledger.acknowledged();
    let daemon = setup.start().await.unwrap();
    let files = files_by_level(setup.data_path());
    seed::note(&format!(
        "crash: {} kills ({} while starting, {} in a flush, {} in a compaction, {} after a replay), \
         {acknowledged} records acknowledged, {} looks meanwhile, files by level {files:?}",
        hits.kills,
        hits.start,
        hits.flush,
        hits.compaction,
        hits.replays,
        ledger.looks()
    ));
    assert!(ledger.looks() > 0, "nobody looked while load ran");
    assert!(acknowledged > 1_000, "only {acknowledged} records were acknowledged: no load");
    assert_eq!(ledger.ways().len(), 9, "three signals over three protocols: {:?}", ledger.ways());
    assert!(files.keys().any(|level| level != "0"), "nothing was compacted: {files:?}");
    assert!(hits.are_all(), "{hits:?}");
    ledger.check_counts(&daemon.rest()).await.unwrap();
    ledger.check_pages(&daemon.rest()).await.unwrap();
    assert!(!daemon.stderr().contains("panicked"), "{}", daemon.stderr());
}
