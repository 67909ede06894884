//! Records that cannot be kept: counted with their reason, their neighbours stay.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::span::Link;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use serde_json::{Value, json};
use tfo_sdk::Signal;
use tfo_tests::generate::now;
use tfo_tests::{Daemon, Encoding, Setup};

use super::{log, logs};

const HOUR: u64 = 3_600_000_000_000;

fn span(name: &str) -> Span {
    Span {
        trace_id: vec![1; 16],
        span_id: vec![2; 8],
        name: name.to_owned(),
        start_time_unix_nano: now(),
        end_time_unix_nano: now(),
        ..Span::default()
    }
}

fn spans(spans: Vec<Span>) -> ExportTraceServiceRequest {
    let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans { scope_spans, ..ResourceSpans::default() }],
    }
}

#[tokio::test]
async fn a_span_with_a_wrong_id_is_counted_and_its_neighbours_stay() {
    let daemon = Daemon::start().await.unwrap();
    let sender = daemon.sender();
    let wrong: [(&str, Span); 6] = [
        ("7 bytes", Span { span_id: vec![2; 7], ..span("wrong") }),
        ("0 bytes", Span { span_id: Vec::new(), ..span("wrong") }),
        ("15 bytes", Span { trace_id: vec![1; 15], ..span("wrong") }),
        ("0 bytes", Span { trace_id: Vec::new(), ..span("wrong") }),
        ("9 bytes", Span { parent_span_id: vec![3; 9], ..span("wrong") }),
        (
            "5 bytes",
            Span {
                links: vec![Link { trace_id: vec![1; 5], span_id: vec![2; 8], ..Link::default() }],
                ..span("wrong")
            },
        ),
    ];
    let mut kept = 0;
    for (reason, wrong) in wrong {
        let request = spans(vec![span("before"), wrong, span("after")]);
        for encoding in [Encoding::Protobuf, Encoding::Json] {
            let reply = sender.post_request(encoding, &request).await.unwrap();
            assert_eq!(reply.status, 200);
            let (rejected, message) = reply.rejected(Signal::Spans).unwrap();
            assert_eq!(rejected, 1, "{message}");
            assert!(message.contains(reason), "{message}");
        }
        let (rejected, message) = sender.grpc_request(&request).await.unwrap();
        assert_eq!(rejected, 1, "{message}");
        kept += 6;
    }
    let rest = daemon.rest();
    assert_eq!(rest.sql_number("SELECT count(*) FROM spans").await.unwrap(), kept);
    assert_eq!(rest.sql_number("SELECT count(*) FROM spans WHERE name = 'wrong'").await.unwrap(), 0);
}

#[tokio::test]
async fn a_time_that_cannot_be_is_counted_and_its_neighbours_stay() {
    let daemon = Daemon::start().await.unwrap();
    let sender = daemon.sender();
    for (what, time) in [
        ("beyond 2^63", u64::MAX),
        ("2^63", 1 << 63),
        ("31 days ago", now() - 31 * 24 * HOUR),
        ("in 25 hours", now() + 25 * HOUR),
    ] {
        let mut wrong = log("wrong");
        wrong.time_unix_nano = time;
        let request = logs(vec![log("before"), wrong, log("after")]);
        let reply = sender.post_request(Encoding::Protobuf, &request).await.unwrap();
        let (rejected, message) = reply.rejected(Signal::Logs).unwrap();
        assert_eq!((reply.status, rejected), (200, 1), "{what}: {message}");
        assert!(!message.is_empty(), "{what}");
    }
    for time in [now() - 29 * 24 * HOUR, now() + 23 * HOUR] {
        let mut right = log("right");
        right.time_unix_nano = time;
        assert_eq!(sender.grpc_request(&logs(vec![right])).await.unwrap(), (0, String::new()));
    }
    let count = daemon.rest().sql_number("SELECT count(*) FROM logs").await.unwrap();
    assert_eq!(count, 4 * 2 + 2);
}

#[tokio::test]
async fn a_missing_time_follows_the_specification_and_a_zero_that_was_sent_stays_zero() {
    // Retention beyond 1970, so that only the rules for missing times are at work.
    let daemon = Setup::new().unwrap().env("TFO_STORE_RETENTION_DAYS", "36500").start().await.unwrap();
    let sender = daemon.sender();
    let observed = now() - HOUR;
    let record = |record: Value| json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]});
    for body in [
        record(json!({"body": {"stringValue": "observed"}, "observedTimeUnixNano": observed.to_string()})),
        record(json!({"body": {"stringValue": "nothing"}})),
        record(json!({"body": {"stringValue": "zero"}, "timeUnixNano": "0", "flags": 0})),
    ] {
        let reply =
            sender.post_bytes(Signal::Logs, Encoding::Json, body.to_string().into_bytes()).await.unwrap();
        assert_eq!((reply.status, reply.json()), (200, json!({})));
    }
    let items = daemon.rest().items("/logs", &[("since", "2h"), ("order", "asc")]).await.unwrap();
    let of =
        |body: &str| items.iter().find(|item| item["body"] == body).unwrap_or_else(|| panic!("{items:#?}"));
    let first = of("observed");
    assert_eq!(first["timestamp"], first["observedTimestamp"]);
    assert_eq!(first["timestamp"], tfo_sdk::Timestamp(observed as i64).to_string());
    let timestamp =
        |item: &Value| item["timestamp"].as_str().unwrap().parse::<tfo_sdk::Timestamp>().unwrap().0 as u64;
    assert!((observed..=now()).contains(&timestamp(of("nothing"))), "{}", of("nothing"));
    let zero = of("zero");
    assert!((observed..=now()).contains(&timestamp(zero)), "{zero}");
    // Times have no presence in protobuf: where none was sent, the zero that it reads as is kept beside ours.
    for item in [first, zero, of("nothing")] {
        assert_eq!(item["sentTimestamp"], "1970-01-01T00:00:00Z", "{item}");
    }
    assert_eq!(zero["flags"], 0);
    assert!(of("nothing").get("flags").is_none());
}
