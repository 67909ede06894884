//! OTLP over HTTP.

use std::io::Write as _;

use axum::body::Body;
use http::{Method, header};
use prost::Message as _;
use serde_json::json;

use crate::harness::{Daemon, Reply, call, logs, send};

const PROTOBUF: &str = "application/x-protobuf";
const JSON: &str = "application/json";

async fn post(daemon: &Daemon, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Reply {
    let call =
        headers.iter().fold(call(Method::POST, path), |call, (name, value)| call.header(*name, *value));
    send(&daemon.otlp_http, call, Body::from(body)).await
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(bytes, 3).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_request_is_welcome_on_every_path_of_both_ports() {
    let daemon = Daemon::new().await;
    for prefix in ["/v1", "/v2", "/api/v2/otlp"] {
        for name in ["logs", "traces", "metrics"] {
            let path = format!("{prefix}/{name}");
            for router in [&daemon.http, &daemon.otlp_http] {
                let call = call(Method::POST, &path).header(header::CONTENT_TYPE, PROTOBUF);
                let reply = send(router, call, Body::empty()).await;
                assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, PROTOBUF), "{path}");
                assert!(reply.body.is_empty());
            }
            let reply = post(&daemon, &path, &[("content-type", JSON)], b"{}".to_vec()).await;
            assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, JSON), "{path}");
            assert_eq!(reply.text(), "{}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_is_read_back_at_once_however_it_was_compressed() {
    let daemon = Daemon::new().await;
    let plain = |body: &str| logs(&[body]).encode_to_vec();
    let json =
        json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "json"}}]}]}]});
    for (body, content_type, encoding) in [
        (plain("plain"), PROTOBUF, "identity"),
        (gzip(&plain("gzip")), "application/protobuf", "gzip"),
        (zstd(&plain("zstd")), PROTOBUF, "zstd"),
        (json.to_string().into_bytes(), "application/json; charset=utf-8", "identity"),
    ] {
        let headers = [("content-type", content_type), ("content-encoding", encoding)];
        let reply = post(&daemon, "/v1/logs", &headers, body).await;
        assert_eq!(reply.status, 200, "{encoding}: {}", reply.text());
    }
    let page = daemon.get("/api/v2/logs?order=asc").await.json();
    let mut bodies: Vec<_> =
        page["items"].as_array().unwrap().iter().map(|log| log["body"].clone()).collect();
    bodies.sort_by_key(ToString::to_string);
    assert_eq!(bodies, ["gzip", "json", "plain", "zstd"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_head_is_refused_in_a_status_before_the_body_matters() {
    let daemon = Daemon::new().await;
    for (headers, status, code) in [
        (&[("content-type", "text/plain")][..], 415, 3),
        (&[][..], 415, 3),
        (&[("content-type", JSON), ("content-encoding", "br")][..], 415, 12),
    ] {
        let reply = post(&daemon, "/v1/logs", headers, b"x".to_vec()).await;
        assert_eq!((reply.status.as_u16(), reply.header("content-type")), (status, JSON), "{headers:?}");
        assert_eq!(reply.json()["code"], code, "{headers:?}");
        assert!(!reply.header("x-request-id").is_empty());
    }
    let reply = send(&daemon.http, call(Method::GET, "/v1/logs"), Body::empty()).await;
    assert_eq!((reply.status.as_u16(), reply.header("allow")), (405, "POST"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_decoded_is_a_permanent_error_in_the_requests_encoding() {
    let daemon = Daemon::new().await;
    let truncated_gzip = gzip(b"hello")[..8].to_vec();
    for (content_type, encoding, body) in [
        (PROTOBUF, "identity", b"\x0a\xff\xff\xff\xff".to_vec()),
        (PROTOBUF, "gzip", truncated_gzip),
        (PROTOBUF, "zstd", b"not zstd".to_vec()),
        (JSON, "identity", b"{\"resourceLogs\": [".to_vec()),
        (JSON, "identity", b"".to_vec()),
    ] {
        let headers = [("content-type", content_type), ("content-encoding", encoding)];
        let reply = post(&daemon, "/v1/logs", &headers, body).await;
        assert_eq!((reply.status.as_u16(), reply.header("content-type")), (400, content_type), "{encoding}");
        assert_eq!(reply.header("retry-after"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_record_is_counted_and_its_neighbours_stay() {
    let daemon = Daemon::new().await;
    let mut request = logs(&["good", "bad"]);
    request.resource_logs[0].scope_logs[0].log_records[1].trace_id = vec![1; 7];
    let reply = daemon.post_logs(&request).await;
    assert_eq!(reply.status, 200);
    let answer = opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceResponse::decode(
        reply.body.as_slice(),
    );
    let partial = answer.unwrap().partial_success.unwrap();
    assert_eq!(partial.rejected_log_records, 1);
    assert!(!partial.error_message.is_empty());
    let page = daemon.get("/api/v2/logs").await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert_eq!(page["items"][0]["body"], "good");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_refused_beyond_the_decompressed_limit_and_taken_at_it() {
    let daemon = Daemon::with(&[("TFO_INGEST_MAX_REQUEST_BYTES", "100KiB")]).await;
    let mut request = logs(&[&"x".repeat(1 << 10)]).encode_to_vec();
    // An unknown field of the length that is left fills a request up to the limit.
    let fill = (100 << 10) - request.len() - 5;
    request.extend([0xfa, 0x3f]);
    prost::encoding::encode_varint(fill as u64, &mut request);
    request.extend(std::iter::repeat_n(0, fill));
    assert_eq!(request.len(), 100 << 10);
    let bomb = vec![0; 1 << 20];
    for (encoding, fits, beyond) in [
        ("identity", request.clone(), bomb.clone()),
        ("gzip", gzip(&request), gzip(&bomb)),
        ("zstd", zstd(&request), zstd(&bomb)),
    ] {
        let headers = [("content-type", PROTOBUF), ("content-encoding", encoding)];
        let reply = post(&daemon, "/v1/logs", &headers, fits).await;
        assert_eq!(reply.status, 200, "{encoding}: {}", reply.text());
        let reply = post(&daemon, "/v1/logs", &headers, beyond).await;
        assert_eq!(reply.status, 413, "{encoding}: {}", reply.text());
        assert_eq!(reply.header("retry-after"), "");
    }
}
