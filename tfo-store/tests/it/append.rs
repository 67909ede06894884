//! What becomes of a request whose caller does not wait for its answer.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use tfo_sdk::{Signal, TenantId};
use tfo_store::clock::SystemClock;
use tfo_store::disk::LocalDisk;
use tfo_store::rng::SystemRng;
use tfo_store::{Options, Store, otlp};

#[tokio::test]
async fn who_goes_away_before_the_answer_is_told_to_have_been_kept() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        retention: Duration::from_secs(30 * 86_400),
        memtable_bytes: 64 << 20,
        wal_bytes: 64 << 20,
        segment_bytes: 64 << 10,
        reserve_bytes: 0,
        flush_after: Duration::from_secs(3600),
        compact_from: 4,
    };
    let disk = Arc::new(LocalDisk::open(folder.path()).unwrap());
    let (store, minter) = Store::open(options, disk, Arc::new(SystemClock), Arc::new(SystemRng)).unwrap();
    let scope = minter.mint(TenantId::DEFAULT);
    // One empty log record.
    let raw: &[u8] = &[0x0a, 4, 0x12, 2, 0x12, 0];
    let request = otlp::decode(Signal::Logs, raw.into(), store.acceptance()).unwrap();

    let (entered, kept) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let then = move |is_kept| {
        entered.send(is_kept).unwrap();
        // Dropping the other end is the sign.
        let _ = may_go_on.recv();
    };
    let appending = store.clone();
    let caller = tokio::spawn(async move { appending.append_then(&scope, request, then).await });
    let kept = tokio::task::spawn_blocking(move || kept.recv()).await.unwrap();
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    drop(go_on);
    assert_eq!(kept, Ok(true));
    store.arrivals().wait_for(|sequence| *sequence == 1).await.unwrap();
}
