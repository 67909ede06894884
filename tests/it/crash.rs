//! The crash test: SIGKILL at random moments under load; every acknowledged record is there exactly once.

use std::sync::Arc;
use std::time::Duration;

use rand::Rng as _;
use rand::rngs::StdRng;
use tfo_tests::load::{Ledger, Load};
use tfo_tests::{Setup, seed};

/// Batches that each of the nine senders sends in a round at most.
const BATCHES: u64 = 40;

async fn moment(rng: &mut StdRng, most_ms: u64) {
    tokio::time::sleep(Duration::from_millis(rng.random_range(0..most_ms))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_record_survives_being_killed_exactly_once() {
    let kills = if seed::is_long() { 200 } else { 24 };
    let mut rng = seed::rng("crash");
    // Small enough that flushes and compactions run all the time, and are hit too.
    let setup = Setup::new()
        .unwrap()
        .env("TFO_STORE_MEMTABLE_BYTES", "256KiB")
        .env("TFO_STORE_WAL_BYTES", "1MiB")
        .env("TFO_STORE_SEGMENT_BYTES", "256KiB")
        .env("TFO_STORE_FLUSH_AFTER", "200ms");
    let ledger = Arc::new(Ledger::default());
    for kill in 0..kills {
        if kill % 6 == 5 {
            // While it starts, so that replay is hit as well.
            let mut starting = setup.spawn().unwrap();
            moment(&mut rng, 120).await;
            starting.kill().unwrap();
            continue;
        }
        let mut daemon = setup.start().await.unwrap();
        let load = Load::start(&daemon.sender(), &ledger, BATCHES);
        moment(&mut rng, 500).await;
        daemon.kill().unwrap();
        load.finish().await;
    }
    let acknowledged = ledger.acknowledged();
    assert!(acknowledged > 1_000, "only {acknowledged} records were acknowledged: no load");
    let daemon = setup.start().await.unwrap();
    seed::note(&format!("crash: {kills} kills, {acknowledged} records acknowledged"));
    ledger.check_counts(&daemon.rest()).await.unwrap();
    ledger.check_pages(&daemon.rest()).await.unwrap();
    assert!(!daemon.stderr().contains("panicked"), "{}", daemon.stderr());
}
