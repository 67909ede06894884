//! Readers that are too slow: what they lose is what they are told.

use tfo_sdk::api::{LiveMessage, LogRecord};
use tfo_tests::live::Tail;
use tfo_tests::{Daemon, Setup};

use super::{HANDSHAKE, ask, bodies, body, is_in_order, send, stored};

#[tokio::test]
async fn a_slow_reader_loses_the_oldest_and_is_told_exactly_how_many() {
    let daemon = Daemon::start().await.unwrap();
    let filter = [("filter", "body:wanted")];
    let (mut slow, _) =
        Tail::<LogRecord>::open_narrow(&daemon, "logs", &filter).await.unwrap().begun().await.unwrap();
    let (mut quick, _) =
        Tail::<LogRecord>::open(&daemon, "logs", &filter).await.unwrap().begun().await.unwrap();
    // More than the daemon keeps for a reader, and more than the system keeps beside it.
    let large = "x".repeat(400 << 10);
    let sending = async {
        for request in 0..16 {
            let bodies = (0..10).map(|number| match number % 3 {
                0 => format!("other {request}.{number}"),
                _ => format!("wanted {request}.{number} {large}"),
            });
            send(&daemon, "cart", bodies).await;
        }
        send(&daemon, "cart", ["wanted at last".to_owned()]).await;
    };
    // It reads at once what comes; on a busy machine it may be slow all the same, and is told.
    let reading = async {
        let mut offered = 0;
        loop {
            match quick.next().await.unwrap() {
                LiveMessage::Records { items, .. } => {
                    offered += items.len() as u64;
                    if items.iter().any(|record| body(record) == "wanted at last") {
                        return offered;
                    }
                }
                LiveMessage::Dropped { count, .. } => offered += count,
            }
        }
    };
    let ((), offered) = tokio::join!(sending, reading);
    let matching = stored(&daemon, &filter).await;
    let last = *matching.last().unwrap();
    // What was offered to one was offered to the other.
    assert_eq!(offered, matching.len() as u64);

    let read = slow.up_to(last).await.unwrap();
    assert!(read.dropped > 0, "it was not slow enough to lose anything");
    assert_eq!(read.records.len() as u64 + read.dropped, matching.len() as u64);
    assert!(is_in_order(&read.records));
    assert_eq!(body(read.records.last().unwrap()), "wanted at last", "the newest is never lost");
    // Each report names just the records that are missing.
    let missing: Vec<_> =
        matching.iter().filter(|id| !read.records.iter().any(|record| record.id == **id)).collect();
    let reported = |id| read.losses.iter().filter(|(from, to)| (*from..=*to).contains(id)).count();
    assert!(missing.iter().all(|id| reported(*id) == 1), "{missing:?} {:?}", read.losses);
    assert!(read.losses.iter().all(|(from, to)| matching.contains(from) && matching.contains(to)));
    assert!(read.records.iter().all(|record| reported(&record.id) == 0));
}

#[tokio::test]
async fn what_was_before_a_reader_who_does_not_read_is_part_of_the_memory_for_answers() {
    let setup = Setup::new().unwrap().env("TFO_QUERY_ANSWER_MEMORY_BYTES", "8MiB");
    let daemon = setup.start().await.unwrap();
    let large = "x".repeat(400 << 10);
    for number in 0..24 {
        send(&daemon, "cart", [format!("{number} {large}")]).await;
    }
    let tail = [("tail", "24")];
    let idle = Tail::<LogRecord>::open_narrow(&daemon, "logs", &tail).await.unwrap();
    let refused = ask(&daemon, "logs?tail=24", &HANDSHAKE).await;
    assert_eq!((refused.status, refused.body["code"].as_str()), (503, Some("busy")), "{}", refused.body);
    assert_eq!(refused.header("retry-after"), "1");
    let mut replay = Tail::<LogRecord>::open(&daemon, "logs", &[("after", "0.0")]).await.unwrap();
    let close = replay.closed().await.unwrap().unwrap();
    assert_eq!(u16::from(close.code), 1013, "try again later: {close:?}");
    // Small ones go on.
    let (mut now, _) = Tail::<LogRecord>::open(&daemon, "logs", &[]).await.unwrap().begun().await.unwrap();
    send(&daemon, "cart", ["small".to_owned()]).await;
    let last = *stored(&daemon, &[("filter", "body=small")]).await.last().unwrap();
    assert_eq!(bodies(&now.up_to(last).await.unwrap().records), ["small"]);
    drop(idle);
    tfo_tests::rest::eventually("room for another reader", || async {
        Ok(Tail::<LogRecord>::open(&daemon, "logs", &tail).await.ok())
    })
    .await
    .unwrap();
}
