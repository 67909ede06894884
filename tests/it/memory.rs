//! Little memory: in a control group with a limit, replay of a large log, the largest requests from all sides and
//! heavy queries survive with the default settings; what is acknowledged is there once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tfo_sdk::Signal;
use tfo_tests::group::Group;
use tfo_tests::load::{Ledger, Text, wide_logs, wide_spans};
use tfo_tests::otlp::{rejected, zstd};
use tfo_tests::{Daemon, Encoding, Rest, Sender, Setup, seed};
use tonic::Code;

/// What the daemon may have.
const MEMORY: u64 = 512 << 20;
/// The largest request that the default settings take then: a quarter of an eighth.
const LARGEST: usize = (MEMORY / 32) as usize;
/// Senders of such requests at a time.
const SENDERS: u64 = 64;

/// Bytes of requests in the log that is replayed.
fn log_bytes() -> usize {
    if seed::is_long() { 1 << 30 } else { 96 << 20 }
}

/// Requests of the largest size that must be acknowledged.
fn wanted() -> u64 {
    if seed::is_long() { 256 } else { 16 }
}

/// Queries that sort, group, join and gather all that there is.
const HEAVY: [&str; 6] = [
    "SELECT body FROM logs ORDER BY body DESC LIMIT 10000",
    "SELECT body, count(*) FROM logs GROUP BY body ORDER BY 2 DESC",
    "SELECT count(*), max(a.body), min(b.body) FROM logs a, logs b WHERE a.body < b.body",
    "SELECT array_agg(attributes) FROM spans",
    "SELECT * FROM logs",
    "SELECT attributes, count(*) FROM spans GROUP BY attributes",
];

/// Queries that an answer is due to once they have the memory of queries to themselves: one that needs little of it,
/// and one that sorts parts of all records, in files where memory is short.
fn fitting() -> [String; 2] {
    let start = "SELECT substr(body, 1, 20000) AS start FROM logs";
    let ranked = format!("SELECT start, row_number() OVER (ORDER BY start) AS rank FROM ({start})");
    [
        "SELECT service_name, count(*), max(length(body)) FROM logs GROUP BY service_name".to_owned(),
        format!("SELECT count(*), max(rank), sum(length(start)) FROM ({ranked})"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_with_little_memory_survives_all_that_is_large() {
    let group = match Group::with_memory("memory", MEMORY) {
        Ok(group) => group,
        Err(reason) => return seed::skip("memory", &reason),
    };
    let text = Arc::new(Text::new(LARGEST));
    let ledger = Arc::new(Ledger::default());
    let setup = Setup::new().unwrap();
    let log = fill_log(&setup, &ledger, &text).await;

    let setup = setup.group(group.processes()).env("TFO_QUERY_DEADLINE", "30s");
    let daemon = setup.start().await.unwrap();
    let replay_peak = daemon.peak_memory_mib();
    check(&ledger, &daemon).await;

    let acknowledged = Arc::new(AtomicU64::new(0));
    let refused = Arc::new(AtomicU64::new(0));
    let mut senders = tokio::task::JoinSet::new();
    for number in 0..SENDERS {
        senders.spawn(send(Sending {
            number,
            sender: daemon.sender(),
            ledger: ledger.clone(),
            text: text.clone(),
            acknowledged: acknowledged.clone(),
            refused: refused.clone(),
        }));
    }
    let (answered, failed) = (AtomicU64::new(0), AtomicU64::new(0));
    let asking = async {
        let mut queries = HEAVY.iter().cycle();
        loop {
            let ask = |sql| heavy(daemon.rest(), sql);
            let (first, second) = (queries.next().unwrap(), queries.next().unwrap());
            let (first, second) = tokio::join!(ask(first), ask(second));
            for is_answered in [first, second] {
                (if is_answered { &answered } else { &failed }).fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    let sending = async {
        while let Some(ended) = senders.join_next().await {
            ended.unwrap();
        }
    };
    // Queries that run when all is sent are given up.
    tokio::select! {
        () = asking => {}
        () = sending => {}
    }
    let (answered, failed) = (answered.into_inner(), failed.into_inner());
    let (acknowledged, refused) = (acknowledged.load(Ordering::Relaxed), refused.load(Ordering::Relaxed));
    seed::note(&format!(
        "memory: limit {} MiB; replay of {} MiB peaked at {replay_peak} MiB; {acknowledged} requests of {} MiB \
         acknowledged and {refused} refused for a while, {answered} heavy queries answered and {failed} refused, \
         peak {} MiB",
        MEMORY >> 20,
        log >> 20,
        LARGEST >> 20,
        daemon.peak_memory_mib()
    ));
    assert_eq!(group.killed(), 0, "killed for want of memory");
    assert!(refused > 0, "all {SENDERS} at a time found room: no pressure");
    assert!(failed > 0, "all heavy queries found room: no pressure");
    let mut daemon = daemon;
    daemon.kill().unwrap();
    // How long a query takes is the machine's business, and no question here.
    let setup = setup.env("TFO_QUERY_DEADLINE", "1h").env("TFO_LOG_LEVEL", "info,tfo_query=debug");
    let daemon = setup.start().await.unwrap();
    for sql in fitting() {
        assert!(heavy(daemon.rest(), &sql).await, "refused: {sql}");
    }
    check(&ledger, &daemon).await;
    assert_eq!(daemon.terminate().unwrap().code, Some(0));
    assert_eq!(group.killed(), 0, "killed for want of memory");
}

async fn check(ledger: &Ledger, daemon: &Daemon) {
    ledger.check_counts(&daemon.rest()).await.unwrap();
}

/// A daemon with all the memory of the machine takes requests and is killed before it has flushed any.
async fn fill_log(setup: &Setup, ledger: &Ledger, text: &Text) -> usize {
    let roomy = setup
        .clone()
        .env("TFO_STORE_MEMTABLE_BYTES", "8GiB")
        .env("TFO_STORE_WAL_BYTES", "8GiB")
        .env("TFO_STORE_FLUSH_AFTER", "1h");
    let mut daemon = roomy.start().await.unwrap();
    let sender = daemon.sender();
    let mut bytes = 0;
    let mut size = 1 << 10;
    while bytes < log_bytes() {
        let batch = ledger.open(Signal::Logs);
        let request = Encoding::Protobuf.encode(&wide_logs(batch, text, size));
        bytes += request.len();
        let reply = sender.post_bytes(Signal::Logs, Encoding::Protobuf, request).await.unwrap();
        assert_eq!(reply.status, 200, "{:?}", reply.rpc_status());
        ledger.acknowledge(Signal::Logs, batch);
        // Small ones and large ones.
        size = if size * 4 > LARGEST / 2 { 1 << 10 } else { size * 4 };
    }
    daemon.kill().unwrap();
    bytes
}

/// One of those that send the largest requests.
struct Sending {
    number: u64,
    sender: Sender,
    ledger: Arc<Ledger>,
    text: Arc<Text>,
    acknowledged: Arc<AtomicU64>,
    refused: Arc<AtomicU64>,
}

/// Sends until enough were acknowledged, in the way of its number; what is refused is sent again.
async fn send(sending: Sending) {
    let Sending { number, sender, ledger, text, acknowledged, refused } = sending;
    let signal = if number.is_multiple_of(2) { Signal::Logs } else { Signal::Spans };
    while acknowledged.load(Ordering::Relaxed) < wanted() {
        let batch = ledger.open(signal);
        let text = text.clone();
        let encode = move || {
            let request = request(signal, batch, &text);
            if number % 4 == 3 { zstd(&request) } else { request }
        };
        let request = tokio::task::spawn_blocking(encode).await.unwrap();
        let mut pause = Duration::from_secs(1);
        loop {
            let kept = match number % 4 {
                0 | 1 => by_grpc(&sender, signal, request.clone()).await,
                2 => by_http(&sender, signal, "identity", request.clone()).await,
                _ => by_http(&sender, signal, "zstd", request.clone()).await,
            };
            if kept {
                ledger.acknowledge(signal, batch);
                acknowledged.fetch_add(1, Ordering::Relaxed);
                break;
            }
            refused.fetch_add(1, Ordering::Relaxed);
            if acknowledged.load(Ordering::Relaxed) >= wanted() {
                return;
            }
            // As it is told to, and longer each time, as exporters do: what is refused is received all the same.
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(16));
        }
    }
}

/// A request of nearly the largest size.
fn request(signal: Signal, batch: u64, text: &Text) -> Vec<u8> {
    let size = LARGEST * 9 / 10;
    match signal {
        Signal::Logs => Encoding::Protobuf.encode(&wide_logs(batch, text, size)),
        _ => Encoding::Protobuf.encode(&wide_spans(batch, text, size)),
    }
}

/// Whether a request was acknowledged; if not, it may be sent again.
async fn by_grpc(sender: &Sender, signal: Signal, request: Vec<u8>) -> bool {
    match sender.grpc_bytes(signal, request, None).await {
        Ok(answer) => {
            assert_eq!(rejected(signal, answer).unwrap(), (0, String::new()));
            true
        }
        // On a busy machine a connection may be cut; a daemon that is gone shows in the queries.
        Err(status) if std::error::Error::source(&status).is_some() => false,
        Err(status) => {
            assert!(matches!(status.code(), Code::ResourceExhausted | Code::Unavailable), "{status:?}");
            let info = tonic_types::StatusExt::get_details_retry_info(&status).expect("RetryInfo");
            assert!(info.retry_delay.is_some(), "{status:?}");
            false
        }
    }
}

/// Whether a request was acknowledged; if not, it may be sent again.
async fn by_http(sender: &Sender, signal: Signal, encoding: &str, body: Vec<u8>) -> bool {
    let headers = [("content-type", Encoding::Protobuf.content_type()), ("content-encoding", encoding)];
    let Ok(reply) = sender.post(&sender.url(signal), &headers, body).await else { return false };
    if reply.status == 200 {
        assert_eq!(reply.rejected(signal).unwrap(), (0, String::new()));
        return true;
    }
    assert!(matches!(reply.status, 429 | 503), "{} {:?}", reply.status, reply.rpc_status());
    assert!(reply.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0));
    false
}

/// Asks; says whether there was an answer, and not the error that says that it is too much.
async fn heavy(rest: Rest, sql: &str) -> bool {
    let answer = rest.sql_answer(sql).await.unwrap();
    if answer.status == 200 {
        return true;
    }
    let code = answer.body["code"].as_str().unwrap_or_default();
    assert_eq!(answer.status, 422, "{sql}: {}", answer.body);
    assert!(matches!(code, "query_memory" | "query_deadline"), "{sql}: {}", answer.body);
    false
}
