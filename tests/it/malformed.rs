//! Malformed input of every kind: the right answer, no panic, no hang, and neighbours stay.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use prost::Message as _;
use serde_json::{Value, json};
use tfo_sdk::Signal;
use tfo_tests::generate::now;
use tfo_tests::otlp::{gzip, zstd};
use tfo_tests::{Daemon, Encoding, Reply, Sender, Setup};
use tonic::Code;
use tonic::codec::CompressionEncoding;

mod partial;

fn log(body: &str) -> LogRecord {
    LogRecord {
        time_unix_nano: now(),
        body: Some(AnyValue { value: Some(Any::StringValue(body.to_owned())) }),
        ..LogRecord::default()
    }
}

fn logs(log_records: Vec<LogRecord>) -> ExportLogsServiceRequest {
    let scope_logs = vec![ScopeLogs { log_records, ..ScopeLogs::default() }];
    ExportLogsServiceRequest { resource_logs: vec![ResourceLogs { scope_logs, ..ResourceLogs::default() }] }
}

/// Field `number` with these bytes.
fn field(number: u32, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    prost::encoding::encode_varint(u64::from(number << 3 | 2), &mut out);
    prost::encoding::encode_varint(bytes.len() as u64, &mut out);
    out.extend_from_slice(bytes);
    out
}

/// A whole request around the bytes of a log record.
fn around_log(record: &[u8]) -> Vec<u8> {
    field(1, &field(2, &field(2, record)))
}

/// A log record whose body is an array in an array, this deep; built from the inside, because encoders recurse.
fn nested(depth: usize) -> Vec<u8> {
    let mut value = Vec::new();
    for _ in 0..depth {
        value = field(5, &field(1, &value));
    }
    around_log(&field(5, &value))
}

fn nested_json(depth: usize) -> Vec<u8> {
    let open = r#"{"arrayValue":{"values":["#.repeat(depth);
    let close = "]}}".repeat(depth);
    format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"body":{open}{{}}{close}}}]}}]}}]}}"#)
        .into_bytes()
}

/// An unknown field of unknown type around an unknown field, this deep (groups).
fn unknown_groups(depth: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..depth {
        prost::encoding::encode_varint(1000 << 3 | 3, &mut bytes);
    }
    for _ in 0..depth {
        prost::encoding::encode_varint(1000 << 3 | 4, &mut bytes);
    }
    bytes
}

/// Bytes that are no request, each with what is wrong with them.
fn undecodable() -> Vec<(&'static str, Vec<u8>)> {
    let good = logs(vec![log("good")]).encode_to_vec();
    let huge = |number: u64| {
        let mut bytes = vec![0x0a];
        prost::encoding::encode_varint(number, &mut bytes);
        bytes
    };
    vec![
        ("cut in the middle", good[..good.len() / 2].to_vec()),
        ("cut by one byte", good[..good.len() - 1].to_vec()),
        ("a length beyond the end", huge(1 << 20)),
        ("a length beyond 32 bits", huge(1 << 40)),
        ("a length beyond 63 bits", huge(u64::MAX)),
        ("a number that does not end", vec![0xff; 11]),
        ("a field number of zero", vec![0x02, 0x00]),
        ("a wire type that does not exist", vec![0x0f, 0x00]),
        ("a number where a message belongs", vec![0x08, 0x01]),
        ("a message where a time belongs", around_log(&field(1, b"12345678"))),
        ("text that is not UTF-8", around_log(&field(3, &[0xff, 0xfe]))),
        ("a group that is not closed", vec![0xc3, 0x3e]),
        ("a group that was not opened", vec![0xc4, 0x3e]),
        ("nesting of 100", nested(100)),
        ("nesting of 10,000", nested(10_000)),
        ("unknown nesting of 100", unknown_groups(100)),
        ("unknown nesting of 1,000,000", unknown_groups(1_000_000)),
        ("JSON where protobuf belongs", b"{\"resourceLogs\":[]}".to_vec()),
        ("noise", (0..2_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
    ]
}

fn undecodable_json() -> Vec<(&'static str, Vec<u8>)> {
    let record = |record: &str| {
        format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{record}]}}]}}]}}"#).into_bytes()
    };
    vec![
        ("nothing", Vec::new()),
        ("blank", b"  ".to_vec()),
        ("cut", b"{\"resourceLogs\":[{".to_vec()),
        ("two documents", b"{}{}".to_vec()),
        ("a list", b"[]".to_vec()),
        ("a number", b"1".to_vec()),
        ("null", b"null".to_vec()),
        ("a list where an object belongs", b"{\"resourceLogs\":[[]]}".to_vec()),
        ("an object where a list belongs", b"{\"resourceLogs\":{}}".to_vec()),
        ("a text where a list belongs", b"{\"resourceLogs\":\"x\"}".to_vec()),
        ("a time that is no number", record(r#"{"timeUnixNano":"yesterday"}"#)),
        ("a time that is negative", record(r#"{"timeUnixNano":-1}"#)),
        ("a time beyond 64 bits", record(r#"{"timeUnixNano":"18446744073709551616"}"#)),
        ("a number beyond 32 bits", record(r#"{"flags":4294967296}"#)),
        ("an integer with a fraction", record(r#"{"body":{"intValue":1.5}}"#)),
        ("an integer beyond 64 bits", record(r#"{"body":{"intValue":"9223372036854775808"}}"#)),
        ("bytes that are no base64", record(r#"{"body":{"bytesValue":"!"}}"#)),
        ("an id that is no hex", record(r#"{"traceId":"zz5b8efff798038103d269b633813fc6"}"#)),
        ("a lone surrogate", record(r#"{"body":{"stringValue":"\ud800"}}"#)),
        ("text that is not UTF-8", b"{\"resourceLogs\":\"\xff\"}".to_vec()),
        ("nesting of 100", nested_json(100)),
        ("nesting of 100,000", nested_json(100_000)),
        ("unknown nesting of 100,000", [b"{\"x\":".to_vec(), b"[".repeat(100_000)].concat()),
        ("protobuf where JSON belongs", logs(vec![log("x")]).encode_to_vec()),
    ]
}

async fn assert_healthy(daemon: &Daemon, expected: u64) {
    let rest = daemon.rest();
    assert_eq!(rest.answer("/health", &[]).await.unwrap().status, 200);
    assert_eq!(rest.sql_number("SELECT count(*) FROM logs").await.unwrap(), expected);
    assert!(!daemon.stderr().contains("panicked"), "{}", daemon.stderr());
}

async fn send_neighbour(sender: &Sender) {
    let reply = sender.post_request(Encoding::Protobuf, &logs(vec![log("neighbour")])).await.unwrap();
    assert_eq!(reply.status, 200);
}

/// An error over HTTP: its status, in the encoding of its request, as `google.rpc.Status`.
fn assert_refused(what: &str, reply: &Reply, status: u16, encoding: Encoding) {
    assert_eq!(reply.status, status, "{what}: {:?}", String::from_utf8_lossy(&reply.body));
    assert_eq!(reply.header("content-type"), encoding.content_type(), "{what}");
    let (code, message) = match encoding {
        Encoding::Protobuf => reply.rpc_status().unwrap(),
        Encoding::Json => {
            let body = reply.json();
            (
                body["code"].as_i64().unwrap_or_default() as i32,
                body["message"].as_str().unwrap_or_default().to_owned(),
            )
        }
    };
    assert_ne!(code, 0, "{what}");
    assert!(!message.is_empty(), "{what}");
}

#[tokio::test]
async fn what_cannot_be_decoded_is_400_and_neighbours_stay() {
    let daemon = Daemon::start().await.unwrap();
    let sender = daemon.sender();
    let mut neighbours = 0;
    for (what, bytes) in undecodable() {
        for signal in Signal::ALL {
            // What is wrong inside of a log record may be right elsewhere.
            if signal != Signal::Logs
                && (what.contains("time") || what.contains("UTF-8") || what.starts_with("nesting"))
            {
                continue;
            }
            let reply = sender.post_bytes(signal, Encoding::Protobuf, bytes.clone()).await.unwrap();
            assert_refused(what, &reply, 400, Encoding::Protobuf);
            let status = sender.grpc_bytes(signal, bytes.clone(), None).await.unwrap_err();
            assert_eq!(status.code(), Code::InvalidArgument, "{what}: {status}");
            assert!(!status.message().is_empty());
        }
        let url = sender.url(Signal::Logs);
        for (encoding, body) in [("gzip", gzip(&bytes)), ("zstd", zstd(&bytes))] {
            let headers = [("content-type", "application/x-protobuf"), ("content-encoding", encoding)];
            assert_refused(what, &sender.post(&url, &headers, body).await.unwrap(), 400, Encoding::Protobuf);
        }
        send_neighbour(&sender).await;
        neighbours += 1;
    }
    for (what, bytes) in undecodable_json() {
        let reply = sender.post_bytes(Signal::Logs, Encoding::Json, bytes).await.unwrap();
        assert_refused(what, &reply, 400, Encoding::Json);
        send_neighbour(&sender).await;
        neighbours += 1;
    }
    assert_healthy(&daemon, neighbours).await;
}

#[tokio::test]
async fn what_is_compressed_wrongly_is_400() {
    let daemon = Daemon::start().await.unwrap();
    let sender = daemon.sender();
    let good = logs(vec![log("good")]).encode_to_vec();
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() - 5].to_vec();
    for (encoding, body) in [
        ("gzip", good.clone()),
        ("zstd", good.clone()),
        ("gzip", cut(gzip(&good))),
        ("zstd", cut(zstd(&good))),
        ("gzip", zstd(&good)),
        ("zstd", gzip(&good)),
        ("gzip", Vec::new()),
    ] {
        let headers = [("content-type", "application/x-protobuf"), ("content-encoding", encoding)];
        let reply = sender.post(&sender.url(Signal::Logs), &headers, body).await.unwrap();
        assert_refused(encoding, &reply, 400, Encoding::Protobuf);
    }
    assert_healthy(&daemon, 0).await;
}

#[tokio::test]
async fn bombs_and_giants_are_413_and_cost_no_memory() {
    // The daemon's own limit is 64 MiB; a smaller one makes the test quick, and the rule is the same.
    let daemon = Setup::new().unwrap().env("TFO_INGEST_MAX_REQUEST_BYTES", "4MiB").start().await.unwrap();
    let sender = daemon.sender();
    let before = resident_bytes(daemon.pid());
    // Half a gibibyte of zeros.
    let zeros = vec![0; 16 << 20];
    let gzip_bomb = gzip(&zeros).repeat(32);
    let zstd_bomb = zstd(&zeros).repeat(32);
    for (encoding, bomb) in [("gzip", &gzip_bomb), ("zstd", &zstd_bomb)] {
        for content in [Encoding::Protobuf, Encoding::Json] {
            let headers = [("content-type", content.content_type()), ("content-encoding", encoding)];
            let reply = sender.post(&sender.url(Signal::Logs), &headers, bomb.clone()).await.unwrap();
            assert_refused(encoding, &reply, 413, content);
        }
    }
    for compression in [CompressionEncoding::Gzip, CompressionEncoding::Zstd] {
        let status = sender.grpc_bytes(Signal::Logs, zeros.clone(), Some(compression)).await.unwrap_err();
        // Not RESOURCE_EXHAUSTED: senders would try again for ever.
        assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    }
    let giant = logs(vec![log(&"x".repeat(5 << 20))]);
    for encoding in [Encoding::Protobuf, Encoding::Json] {
        assert_refused("giant", &sender.post_request(encoding, &giant).await.unwrap(), 413, encoding);
    }
    let status = sender.grpc_request(&giant).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    send_neighbour(&sender).await;
    assert_healthy(&daemon, 1).await;
    let grown = resident_bytes(daemon.pid()).saturating_sub(before);
    assert!(grown < 128 << 20, "the daemon grew by {grown} bytes");
}

/// The memory of a process.
fn resident_bytes(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

#[tokio::test]
async fn wrong_types_encodings_and_methods_are_told_apart() {
    let daemon = Daemon::start().await.unwrap();
    let sender = daemon.sender();
    let url = sender.url(Signal::Logs);
    let good = logs(vec![log("good")]).encode_to_vec();
    for content_type in ["text/plain", "application/xml", "application/grpc", ""] {
        let reply = sender.post(&url, &[("content-type", content_type)], good.clone()).await.unwrap();
        assert_refused(content_type, &reply, 415, Encoding::Json);
    }
    assert_refused("none", &sender.post(&url, &[], good.clone()).await.unwrap(), 415, Encoding::Json);
    for encoding in ["snappy", "br", "deflate", "gzip, gzip", "lz4"] {
        let headers = [("content-type", "application/x-protobuf"), ("content-encoding", encoding)];
        let reply = sender.post(&url, &headers, good.clone()).await.unwrap();
        assert_refused(encoding, &reply, 415, Encoding::Protobuf);
        assert!(reply.header("accept-encoding").contains("zstd"), "{encoding}");
    }
    for method in [reqwest::Method::GET, reqwest::Method::PUT, reqwest::Method::DELETE] {
        let reply = sender.http().request(method.clone(), &url).send().await.unwrap();
        assert_eq!(reply.status(), 405, "{method}");
        assert_eq!(reply.headers()["allow"], "POST");
    }
    let reply = sender.post(&format!("{}/v1/profiles", sender.http_base()), &[], Vec::new()).await.unwrap();
    assert_eq!(reply.status, 404);
    // Parameters of a media type are fine.
    let headers = [("content-type", "application/json; charset=utf-8")];
    assert_eq!(sender.post(&url, &headers, b"{}".to_vec()).await.unwrap().status, 200);
    assert_healthy(&daemon, 0).await;
}

#[tokio::test]
async fn empty_requests_and_unknown_fields_are_fine() {
    let daemon = Daemon::start().await.unwrap();
    let sender = daemon.sender();
    for signal in Signal::ALL {
        // No bytes at all are a message without fields.
        let reply = sender.post_bytes(signal, Encoding::Protobuf, Vec::new()).await.unwrap();
        assert_eq!((reply.status, reply.rejected(signal).unwrap()), (200, (0, String::new())));
        let reply = sender.post_bytes(signal, Encoding::Json, b"{}".to_vec()).await.unwrap();
        assert_eq!((reply.status, reply.json()), (200, json!({})));
        assert!(sender.grpc_bytes(signal, Vec::new(), None).await.unwrap().is_empty());
    }
    // Of each wire type, and a group, at each level.
    let unknown = [
        &[0xc0, 0x3e, 0x01][..],
        &[0xc1, 0x3e, 1, 2, 3, 4, 5, 6, 7, 8],
        &[0xc2, 0x3e, 0x02, 0x61, 0x62],
        &[0xc5, 0x3e, 1, 2, 3, 4],
        &unknown_groups(10),
    ]
    .concat();
    let record = [log("known").encode_to_vec(), unknown.clone()].concat();
    let body = [unknown.clone(), around_log(&record), unknown].concat();
    let reply = sender.post_bytes(Signal::Logs, Encoding::Protobuf, body).await.unwrap();
    assert_eq!(reply.status, 200, "{:?}", reply.rpc_status());
    let body = json!({
        "future": [{"x": [1, 2.5, null, "y", true]}],
        "resourceLogs": [{"scopeLogs": [{"logRecords": [
            {"timeUnixNano": now().to_string(), "body": {"stringValue": "known"}, "future": {"a": {}}},
        ]}]}],
    });
    let reply = sender.post_bytes(Signal::Logs, Encoding::Json, body.to_string().into_bytes()).await.unwrap();
    assert_eq!((reply.status, reply.json()), (200, json!({})));
    let bodies = daemon.rest().sql("SELECT body FROM logs").await.unwrap();
    assert_eq!(bodies, [[Value::from("known")], [Value::from("known")]]);
}

#[tokio::test]
async fn a_request_with_very_many_records_is_kept_whole() {
    let daemon = Daemon::start().await.unwrap();
    let request = logs(vec![log("one of many"); 100_000]);
    let reply = daemon.sender().post_request(Encoding::Protobuf, &request).await.unwrap();
    assert_eq!(reply.status, 200);
    assert_healthy(&daemon, 100_000).await;
}

#[tokio::test]
async fn a_body_that_breaks_off_or_never_ends_hangs_nobody() {
    use tokio::io::AsyncWriteExt as _;
    let daemon = Daemon::start().await.unwrap();
    let sender = daemon.sender();
    let head = "POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\n";
    let mut open = Vec::new();
    for tail in ["Content-Length: 1000000\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\nffff\r\nabc", ""] {
        for _ in 0..20 {
            let mut stream = tokio::net::TcpStream::connect(&daemon.addresses().otlp_http).await.unwrap();
            stream.write_all(format!("{head}{tail}").as_bytes()).await.unwrap();
            open.push(stream);
        }
    }
    let neighbour = tokio::time::timeout(Duration::from_secs(300), send_neighbour(&sender)).await;
    neighbour.expect("others wait for a body that does not come");
    drop(open);
    assert_healthy(&daemon, 1).await;
    assert_eq!(daemon.terminate().unwrap().code, Some(0));
}
