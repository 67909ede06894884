//! A follower of a daemon that is killed again and again.

use std::collections::HashSet;
use std::sync::Arc;

use rand::Rng as _;
use tfo_sdk::RecordId;
use tfo_sdk::api::LogRecord;
use tfo_sdk::client::{Client, DaemonFile, Follow, Update};
use tfo_tests::load::{Ledger, Load};
use tfo_tests::rest::EVERYTHING;
use tfo_tests::{Setup, seed};
use tokio::sync::watch;

use super::{bodies, is_in_order, send};

/// The body of the last record.
const LAST: &str = "the very last";

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_gets_every_record_once_and_in_order_through_crashes() {
    let kills = if seed::is_long() { 100 } else { 8 };
    let mut rng = seed::rng("live");
    // Flushes are so frequent that what a follower missed is mostly in files.
    let setup = Setup::new()
        .unwrap()
        .env("TFO_STORE_MEMTABLE_BYTES", "2MiB")
        .env("TFO_STORE_WAL_BYTES", "256KiB")
        .env("TFO_STORE_SEGMENT_BYTES", "64KiB")
        .env("TFO_STORE_FLUSH_AFTER", "50ms");
    let ledger = Arc::new(Ledger::default());
    let mut daemon = setup.start().await.unwrap();

    let data_dir = setup.data_path().to_owned();
    let locate = move || Client::new(&DaemonFile::read(&data_dir)?.url()).ok();
    let mut live = locate().unwrap().live_logs(&Follow::default()).locating(locate);
    assert!(matches!(live.next().await.unwrap(), Update::Connected));
    let (count, mut counted) = watch::channel(0_usize);
    let follower = tokio::spawn(async move {
        let (mut records, mut dropped, mut connected) = (Vec::<LogRecord>::new(), 0, 1);
        while !records.iter().rev().take(20).any(|record| bodies(std::slice::from_ref(record)) == [LAST]) {
            match live.next().await.unwrap() {
                Update::Records(more) => records.extend(more),
                Update::Dropped { count, .. } => dropped += count,
                Update::Connected => connected += 1,
                Update::Disconnected(_) => {}
                Update::Restarted => panic!("the daemon does not know a record that it gave"),
            }
            count.send_replace(records.len());
        }
        (records, dropped, connected)
    });

    for kill in 0..kills {
        let load = Load::start(&daemon.sender(), &ledger, 200);
        // While it is following: some records more, then none.
        let more = *counted.borrow() + rng.random_range(1..1_500);
        counted.wait_for(|count| *count >= more).await.unwrap();
        daemon.kill().unwrap();
        load.finish().await;
        if kill % 3 == 2 {
            setup.spawn().unwrap().kill().unwrap();
        }
        daemon = setup.start().await.unwrap();
    }
    ledger.check_pages(&daemon.rest()).await.unwrap();
    send(&daemon, "end", [LAST.to_owned()]).await;
    let (records, dropped, connected) = follower.await.unwrap();
    seed::note(&format!(
        "live: {kills} kills, {} records followed, connected {connected} times",
        records.len()
    ));
    assert_eq!(dropped, 0);
    assert!(connected > 1, "it was never cut off");
    assert!(is_in_order(&records), "out of order, or twice");

    let stored: Vec<LogRecord> = daemon.rest().walk("/logs", &EVERYTHING, 5_000).await.unwrap();
    let ids = |records: &[LogRecord]| records.iter().map(|record| record.id).collect::<HashSet<RecordId>>();
    let (stored, followed) = (ids(&stored), ids(&records));
    let missing: Vec<_> = stored.difference(&followed).collect();
    let invented: Vec<_> = followed.difference(&stored).collect();
    assert!(missing.is_empty() && invented.is_empty(), "missing {missing:?}, invented {invented:?}");
}
