//! A follower who comes back when retention has removed what it had seen, and some of what it had not.

use tfo_sdk::RecordId;
use tfo_sdk::api::LogRecord;
use tfo_tests::generate::now;
use tfo_tests::live::Tail;
use tfo_tests::rest::eventually;
use tfo_tests::{Daemon, Setup};

use super::{numbered, send, send_at, stored};

const DAY: u64 = 86_400_000_000_000;
/// What makes the log go on, so that files are let go; no tail here is about it.
const FILLER: &str = "filler";
const NO_FILLER: (&str, &str) = ("filter", "-service=filler");

fn setup() -> Setup {
    let setup = Setup::new().unwrap().env("TFO_STORE_FLUSH_AFTER", "50ms");
    setup.env("TFO_STORE_WAL_BYTES", "256KiB").env("TFO_STORE_SEGMENT_BYTES", "64KiB")
}

/// What a daemon leaves that has run for an hour: before that, retention does not believe the clock.
fn believe_the_clock(setup: &Setup) {
    std::fs::write(setup.data_path().join("CLOCK"), format!("{:020}\n", now())).unwrap();
}

/// Waits until so many records are left.
async fn until_left(daemon: &Daemon, left: usize) {
    let filler = "x".repeat(100_000);
    eventually("the removal of what is old", || async {
        send(daemon, FILLER, [filler.clone()]).await;
        Ok((stored(daemon, &[NO_FILLER]).await.len() == left).then_some(()))
    })
    .await
    .unwrap();
}

/// The ids that come behind a place, up to the last one.
async fn behind(daemon: &Daemon, place: RecordId, last: RecordId) -> Vec<RecordId> {
    let parameters = [("after", place.to_string()), (NO_FILLER.0, NO_FILLER.1.to_owned())];
    let parameters = parameters.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut tail = Tail::<LogRecord>::open(daemon, "logs", &parameters).await.unwrap();
    let read = tail.up_to(last).await.unwrap();
    assert_eq!(read.dropped, 0);
    read.records.iter().map(|record| record.id).collect()
}

#[tokio::test]
async fn who_goes_on_behind_a_removed_record_gets_what_is_left_once() {
    let setup = setup();
    let daemon = setup.clone().env("TFO_STORE_RETENTION_DAYS", "36500").start().await.unwrap();
    send_at(&daemon, "cart", now() - 3 * DAY, numbered("old", 5)).await;
    send(&daemon, "cart", numbered("new", 5)).await;
    send_at(&daemon, "cart", now() - 4 * DAY, numbered("older", 5)).await;
    let all = stored(&daemon, &[]).await;
    assert_eq!(all.len(), 15);
    assert_eq!(daemon.terminate().unwrap().code, Some(0));

    believe_the_clock(&setup);
    let daemon = setup.env("TFO_STORE_RETENTION_DAYS", "1").start().await.unwrap();
    until_left(&daemon, 5).await;
    send(&daemon, "cart", numbered("later", 5)).await;
    let left = stored(&daemon, &[NO_FILLER]).await;
    assert_eq!(left[..5], all[5..10]);
    let last = left[9];
    // Behind a removed record before those that are left, behind one of them, and behind a removed one after them.
    for (place, from) in [(all[2], 0), (all[7], 3), (all[12], 5), (all[14], 5)] {
        assert_eq!(behind(&daemon, place, last).await, left[from..], "behind {place}");
    }
}

#[tokio::test]
async fn who_has_seen_the_last_record_goes_on_when_all_are_removed() {
    let setup = setup();
    let daemon = setup.clone().env("TFO_STORE_RETENTION_DAYS", "36500").start().await.unwrap();
    send_at(&daemon, "cart", now() - 3 * DAY, numbered("old", 5)).await;
    let all = stored(&daemon, &[]).await;
    assert_eq!(daemon.terminate().unwrap().code, Some(0));

    believe_the_clock(&setup);
    let setup = setup.env("TFO_STORE_RETENTION_DAYS", "1");
    let daemon = setup.start().await.unwrap();
    until_left(&daemon, 0).await;
    assert_eq!(daemon.terminate().unwrap().code, Some(0));

    let daemon = setup.start().await.unwrap();
    send(&daemon, "cart", numbered("new", 5)).await;
    let new = stored(&daemon, &[NO_FILLER]).await;
    assert!(new[0] > all[4], "ids only grow: {} and {}", new[0], all[4]);
    assert_eq!(behind(&daemon, all[4], new[4]).await, new);
}
