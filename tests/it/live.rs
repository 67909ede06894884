//! Live tails: everything that is acknowledged comes once and in order, whatever happens to either side.

mod command;
mod crash;
mod filters;
mod retention;
mod slow;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::logs::v1::{LogRecord as SentLog, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use reqwest::header;
use tfo_sdk::RecordId;
use tfo_sdk::api::LogRecord;
use tfo_sdk::client::{Client, Follow, Update};
use tfo_tests::generate::{key_value, now};
use tfo_tests::live::Tail;
use tfo_tests::rest::{EVERYTHING, http_client};
use tfo_tests::{Daemon, Encoding, Rest};

/// Sends log records of a service with these bodies, in one request.
async fn send(daemon: &Daemon, service: &str, bodies: impl IntoIterator<Item = String>) {
    send_at(daemon, service, now(), bodies).await;
}

/// The same, of a certain time.
async fn send_at(daemon: &Daemon, service: &str, time: u64, bodies: impl IntoIterator<Item = String>) {
    let log_records = bodies.into_iter().map(|body| SentLog {
        time_unix_nano: time,
        severity_number: 9,
        body: Some(AnyValue { value: Some(Any::StringValue(body)) }),
        ..SentLog::default()
    });
    let scope_logs = vec![ScopeLogs { log_records: log_records.collect(), ..ScopeLogs::default() }];
    let attributes = vec![key_value("service.name", Any::StringValue(service.to_owned()))];
    let resource = Some(Resource { attributes, ..Resource::default() });
    let resource_logs = vec![ResourceLogs { resource, scope_logs, ..ResourceLogs::default() }];
    let request = ExportLogsServiceRequest { resource_logs };
    let reply = daemon.sender().post_request(Encoding::Protobuf, &request).await.unwrap();
    assert_eq!(reply.status, 200);
}

fn body(record: &LogRecord) -> String {
    record.body.as_ref().unwrap().to_string()
}

fn bodies(records: &[LogRecord]) -> Vec<String> {
    records.iter().map(body).collect()
}

fn numbered(name: &str, count: usize) -> impl Iterator<Item = String> + use<> {
    let name = name.to_owned();
    (0..count).map(move |number| format!("{name} {number}"))
}

/// The ids of all stored log records that match, in the order of arrival.
async fn stored(daemon: &Daemon, parameters: &[(&str, &str)]) -> Vec<RecordId> {
    let parameters = [&EVERYTHING[..], parameters].concat();
    let records: Vec<LogRecord> = daemon.rest().walk("/logs", &parameters, 10_000).await.unwrap();
    let mut ids: Vec<_> = records.iter().map(|record| record.id).collect();
    ids.sort_unstable();
    ids
}

fn is_in_order(records: &[LogRecord]) -> bool {
    records.is_sorted_by(|before, after| before.id < after.id)
}

/// A request for a live tail, as far as its answer.
async fn ask(daemon: &Daemon, path: &str, headers: &[(&str, &str)]) -> tfo_tests::rest::Answer {
    let mut request = http_client().get(daemon.rest().url(&format!("/api/v2/live/{path}")));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Rest::read(request).await.unwrap()
}

const HANDSHAKE: [(&str, &str); 4] = [
    ("connection", "upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

#[tokio::test]
async fn a_request_that_cannot_be_followed_is_refused_with_problem_details() {
    let daemon = Daemon::start().await.unwrap();
    for signal in ["logs", "spans", "metrics"] {
        let answer = ask(&daemon, signal, &[]).await;
        assert_eq!((answer.status, answer.body["code"].as_str()), (426, Some("upgrade_required")));
        assert_eq!(answer.header(header::UPGRADE.as_str()), "websocket");
        for (query, status, code) in [
            ("?filter=(", 400, "invalid_parameters"),
            ("?limit=5", 400, "invalid_parameters"),
            ("?after=1.0&tail=5", 400, "invalid_parameters"),
            ("?since=5m", 400, "invalid_parameters"),
            ("?after=99.0", 410, "unknown_position"),
        ] {
            let answer = ask(&daemon, &format!("{signal}{query}"), &HANDSHAKE).await;
            assert_eq!((answer.status, answer.body["code"].as_str()), (status, Some(code)), "{query}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
        for origin in ["https://evil.example", "null"] {
            let answer = ask(&daemon, signal, &[&HANDSHAKE[..], &[("origin", origin)]].concat()).await;
            assert_eq!((answer.status, answer.body["code"].as_str()), (403, Some("forbidden_origin")));
        }
        let answer = ask(&daemon, signal, &[&HANDSHAKE[..], &[("host", "evil.example")]].concat()).await;
        assert_eq!((answer.status, answer.body["code"].as_str()), (403, Some("forbidden_host")));
        let own = [&HANDSHAKE[..], &[("origin", "http://localhost:5173")]].concat();
        assert_eq!(ask(&daemon, signal, &own).await.status, 101);
    }
}

#[tokio::test]
async fn a_tail_begins_now_or_with_the_latest_or_behind_a_record() {
    let daemon = Daemon::start().await.unwrap();
    send(&daemon, "cart", numbered("a", 30)).await;
    send(&daemon, "mail", numbered("b", 30)).await;
    let before = stored(&daemon, &[]).await;
    let middle = before[19].to_string();
    let open = async |parameters: &[(&str, &str)]| {
        Tail::<LogRecord>::open(&daemon, "logs", parameters).await.unwrap()
    };
    let (mut now, place) = open(&[]).await.begun().await.unwrap();
    assert!(place >= before[59], "{place}");
    let mut behind = open(&[("after", &middle)]).await;
    let mut latest = open(&[("tail", "5")]).await;
    let mut latest_cart = open(&[("tail", "5"), ("service", "cart"), ("since", "1h")]).await;
    let mut none_so_late = open(&[("tail", "5"), ("since", "1ms")]).await;
    send(&daemon, "cart", numbered("c", 30)).await;
    let after = stored(&daemon, &[]).await;
    let last = after[89];
    for (tail, expected) in [
        (&mut now, &after[60..]),
        (&mut behind, &after[20..]),
        (&mut latest, &after[55..]),
        (&mut latest_cart, &[&after[25..30], &after[60..]].concat()),
        (&mut none_so_late, &after[60..]),
    ] {
        let read = tail.up_to(last).await.unwrap();
        let ids: Vec<_> = read.records.iter().map(|record| record.id).collect();
        assert_eq!((ids.as_slice(), read.dropped), (expected, 0));
    }
    // Where nothing matches, the place moves all the same.
    let mut nothing = open(&[("filter", "body:nothing"), ("after", &middle)]).await;
    assert_eq!(nothing.up_to(last).await.unwrap().records.len(), 0);
}

#[tokio::test]
async fn sixty_four_readers_get_what_they_ask_for_and_beyond_the_limit_nobody_is_let_in() {
    let daemon = Daemon::start().await.unwrap();
    let mut tails = Vec::new();
    for reader in 0..64 {
        let filter = format!("body:\"-{reader}-\"");
        let tail = Tail::<LogRecord>::open(&daemon, "logs", &[("filter", &filter)]).await.unwrap();
        tails.push(tail.begun().await.unwrap().0);
    }
    for round in 0..5 {
        send(&daemon, "cart", (0..64).map(|reader| format!("{round} for -{reader}-"))).await;
    }
    let last = *stored(&daemon, &[]).await.last().unwrap();
    for (reader, tail) in tails.iter_mut().enumerate() {
        let read = tail.up_to(last).await.unwrap();
        let expected: Vec<_> = (0..5).map(|round| format!("{round} for -{reader}-")).collect();
        assert_eq!((bodies(&read.records), read.dropped), (expected, 0));
    }
    let mut more = Vec::new();
    let refusal = loop {
        match Tail::<LogRecord>::open(&daemon, "logs", &[]).await {
            Ok(tail) => more.push(tail),
            Err(_) => break ask(&daemon, "logs", &HANDSHAKE).await,
        }
        assert!(tails.len() + more.len() <= 256);
    };
    assert_eq!(tails.len() + more.len(), 256);
    assert_eq!((refusal.status, refusal.body["code"].as_str()), (503, Some("too_many_readers")));
    assert_eq!(refusal.header("retry-after"), "1");
    drop(more);
    tfo_tests::rest::eventually("room for another reader", || async {
        Ok(Tail::<LogRecord>::open(&daemon, "logs", &[]).await.ok())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_record_of_twenty_megabytes_comes_through() {
    let daemon = Daemon::start().await.unwrap();
    let mut live = Client::new(&daemon.addresses().url()).unwrap().live_logs(&Follow::default());
    assert!(matches!(live.next().await.unwrap(), Update::Connected));
    let huge = "huge \u{1}".repeat(7 << 19);
    send(&daemon, "cart", [huge.clone()]).await;
    send(&daemon, "cart", ["small".to_owned()]).await;
    let mut seen = Vec::new();
    while seen.len() < 2 {
        match live.next().await.unwrap() {
            Update::Records(records) => seen.extend(bodies(&records)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen[0].len(), huge.len());
    assert!(seen == [huge, "small".to_owned()]);
}

#[tokio::test]
async fn a_stopping_daemon_says_so_and_waits_for_no_reader() {
    let daemon = Daemon::start().await.unwrap();
    let (mut reads, _) = Tail::<LogRecord>::open(&daemon, "logs", &[]).await.unwrap().begun().await.unwrap();
    // Never read.
    let mut stuck = Vec::new();
    for _ in 0..5 {
        stuck.push(Tail::<LogRecord>::open_narrow(&daemon, "logs", &[]).await.unwrap());
    }
    for _ in 0..20 {
        send(&daemon, "cart", numbered(&"x".repeat(100_000), 10)).await;
    }
    let last = *stored(&daemon, &[]).await.last().unwrap();
    reads.up_to(last).await.unwrap();
    let stopping = tokio::task::spawn_blocking(move || daemon.terminate());
    let close = reads.closed().await.unwrap().unwrap();
    assert_eq!((u16::from(close.code), close.reason.as_str()), (1001, "the daemon is stopping"));
    let exit = stopping.await.unwrap().unwrap();
    assert_eq!(exit.code, Some(0), "{exit:?}");
    assert!(!exit.stderr.contains("cut off"), "{exit:?}");
    drop(stuck);
}

#[tokio::test]
async fn a_reader_that_says_good_bye_is_answered() {
    let daemon = Daemon::start().await.unwrap();
    let tail = Tail::<LogRecord>::open(&daemon, "logs", &[]).await.unwrap();
    let (mut tail, _) = tail.begun().await.unwrap();
    tail.say_good_bye().await.unwrap();
    assert_eq!(tail.closed().await.unwrap(), None);
}
