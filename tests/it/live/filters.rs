//! What a tail gives is what a list gives with the same parameters, for all signals.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use tfo_sdk::RecordId;
use tfo_sdk::api::{LogRecord, MetricPoint, Span};
use tfo_tests::generate::Generator;
use tfo_tests::live::Tail;
use tfo_tests::rest::EVERYTHING;
use tfo_tests::{Daemon, Encoding, Setup, seed};

/// A record by its id.
trait Identified: DeserializeOwned {
    const LIST: &'static str;
    const LIVE: &'static str;
    fn id(&self) -> RecordId;
}

impl Identified for LogRecord {
    const LIST: &'static str = "/logs";
    const LIVE: &'static str = "logs";
    fn id(&self) -> RecordId {
        self.id
    }
}

impl Identified for Span {
    const LIST: &'static str = "/spans";
    const LIVE: &'static str = "spans";
    fn id(&self) -> RecordId {
        self.id
    }
}

impl Identified for MetricPoint {
    const LIST: &'static str = "/metrics/points";
    const LIVE: &'static str = "metrics";
    fn id(&self) -> RecordId {
        self.id
    }
}

const FILTERS: [&str; 12] = [
    "",
    "a",
    "-a",
    "severity:error+",
    "severity:*",
    "status:error OR kind:server",
    "duration:1ms..",
    "service:*",
    "-service:*",
    "name:a OR body:b",
    "resource.service.name:*",
    "trace:0",
];

/// Opens tails, which begin before anything is sent.
async fn open<T: Identified>(daemon: &Daemon) -> Vec<Tail<T>> {
    let mut tails = Vec::new();
    for filter in FILTERS {
        let tail = Tail::open(daemon, T::LIVE, &[("filter", filter)]).await.unwrap();
        tails.push(tail.begun().await.unwrap().0);
    }
    tails
}

/// Compares each with the list, and with tails that begin behind everything. Gives how many records there were.
async fn compare<T: Identified>(daemon: &Daemon, tails: Vec<Tail<T>>) -> usize {
    let mut all = 0;
    let rest = daemon.rest();
    let every: Vec<T> = rest.walk(T::LIST, &EVERYTHING, 5_000).await.unwrap();
    let last = every.iter().map(Identified::id).max().unwrap();
    for (filter, mut tail) in FILTERS.into_iter().zip(tails) {
        let parameters = [&EVERYTHING[..], &[("filter", filter)]].concat();
        let listed: Vec<T> = rest.walk(T::LIST, &parameters, 5_000).await.unwrap();
        let listed: BTreeSet<_> = listed.iter().map(Identified::id).collect();
        all += listed.len();
        let mut again =
            Tail::<T>::open(daemon, T::LIVE, &[("filter", filter), ("after", "0.0")]).await.unwrap();
        for tail in [&mut tail, &mut again] {
            let read = tail.up_to(last).await.unwrap();
            let ids: Vec<_> = read.records.iter().map(Identified::id).collect();
            assert!(ids.is_sorted_by(|before, after| before < after), "{filter}: {ids:?}");
            assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), listed, "{} {filter}", T::LIVE);
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_and_a_list_with_the_same_filter_have_the_same_records() {
    let mut rng = seed::rng("live filters");
    // Part of it is in files when it is read again.
    let daemon = Setup::new().unwrap().env("TFO_STORE_FLUSH_AFTER", "50ms").start().await.unwrap();
    let tails = (open::<LogRecord>(&daemon).await, open::<Span>(&daemon).await, open(&daemon).await);
    let sender = daemon.sender();
    for round in 0..20 {
        let mut generator = Generator::new(&mut rng, format!("{round}"), true);
        let (logs, traces, metrics) = (generator.logs(), generator.traces(), generator.metrics());
        for reply in [
            sender.post_request(Encoding::Protobuf, &logs).await,
            sender.post_request(Encoding::Protobuf, &traces).await,
            sender.post_request(Encoding::Protobuf, &metrics).await,
        ] {
            assert_eq!(reply.unwrap().status, 200);
        }
    }
    let counts = [
        compare::<LogRecord>(&daemon, tails.0).await,
        compare::<Span>(&daemon, tails.1).await,
        compare::<MetricPoint>(&daemon, tails.2).await,
    ];
    assert!(counts.iter().all(|count| *count > 20), "{counts:?}");
}
