//! OTLP over gRPC: raw frames to the router, and a real client to a real listener.

use axum::body::Body;
use base64::Engine as _;
use http::Method;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use prost::Message as _;
use tonic::codec::CompressionEncoding;

use crate::harness::{Daemon, Reply, call, config, logs, send};

const LOGS: &str = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

fn frame(flag: u8, message: &[u8]) -> Vec<u8> {
    [&[flag], (message.len() as u32).to_be_bytes().as_slice(), message].concat()
}

async fn export(daemon: &Daemon, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Reply {
    let call = call(Method::POST, path).header("content-type", "application/grpc").header("te", "trailers");
    let call = headers.iter().fold(call, |call, (name, value)| call.header(*name, *value));
    send(&daemon.otlp_grpc, call, Body::from(body)).await
}

/// The gRPC status, which an error has in its head.
fn status(reply: &Reply) -> i32 {
    assert_eq!(reply.status, 200, "gRPC's own status counts");
    reply.header("grpc-status").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn real_clients_are_understood_with_every_compression() {
    let folder = tempfile::tempdir().unwrap();
    let mut running = tfo_daemon::Daemon::start(config(&folder, &[])).await.unwrap();
    running.ready().await.unwrap();
    let endpoint = format!("http://{}", running.addresses().otlp_grpc);
    for encoding in [None, Some(CompressionEncoding::Gzip), Some(CompressionEncoding::Zstd)] {
        let mut client = LogsServiceClient::connect(endpoint.clone()).await.unwrap();
        if let Some(encoding) = encoding {
            client = client.send_compressed(encoding).accept_compressed(encoding);
        }
        let mut request = logs(&["good", "bad"]);
        request.resource_logs[0].scope_logs[0].log_records[1].span_id = vec![1; 3];
        let answer = client.export(request).await.unwrap().into_inner();
        assert_eq!(answer.partial_success.unwrap().rejected_log_records, 1, "{encoding:?}");
    }
    let mut traces = TraceServiceClient::connect(endpoint.clone()).await.unwrap();
    let answer = traces.export(ExportTraceServiceRequest::default()).await.unwrap();
    assert_eq!(answer.into_inner().partial_success, None);
    let mut metrics = MetricsServiceClient::connect(endpoint).await.unwrap();
    let answer = metrics.export(ExportMetricsServiceRequest::default()).await.unwrap();
    assert_eq!(answer.into_inner().partial_success, None);
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_request_ends_in_ok_and_can_be_read() {
    let daemon = Daemon::new().await;
    let reply = export(&daemon, LOGS, &[], frame(0, &logs(&["hello"]).encode_to_vec())).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "application/grpc"));
    assert_eq!(reply.trailers["grpc-status"], "0");
    assert_eq!(reply.body, [0; 5], "an empty message in its frame");
    assert_eq!(daemon.get("/api/v2/logs").await.json()["items"][0]["body"], "hello");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_request_has_its_code() {
    let daemon = Daemon::with(&[("TFO_INGEST_MAX_REQUEST_BYTES", "100KiB")]).await;
    let good = logs(&["x"]).encode_to_vec();
    let bomb = zstd::stream::encode_all(vec![0; 1 << 20].as_slice(), 3).unwrap();
    for (what, path, headers, body, code) in [
        ("malformed", LOGS, &[][..], frame(0, b"\x0a\xff\xff"), 3),
        ("no message", LOGS, &[], vec![], 3),
        ("cut short", LOGS, &[], frame(0, &good)[..9].to_vec(), 3),
        ("two messages", LOGS, &[], [frame(0, &good), frame(0, &good)].concat(), 3),
        ("compressed without saying how", LOGS, &[], frame(1, &good), 3),
        ("not gzip", LOGS, &[("grpc-encoding", "gzip")], frame(1, &good), 3),
        ("unknown encoding", LOGS, &[("grpc-encoding", "snappy")], frame(1, &good), 12),
        ("unknown method", "/grpc.health.v1.Health/Check", &[], frame(0, b""), 12),
        ("too large", LOGS, &[], frame(0, &[0; 200 << 10]), 3),
        ("announced too large", LOGS, &[], vec![0, 0xff, 0xff, 0xff, 0xff], 3),
        ("bomb", LOGS, &[("grpc-encoding", "zstd")], frame(1, &bomb), 3),
    ] {
        let reply = export(&daemon, path, headers, body).await;
        assert_eq!(status(&reply), code, "{what}: {}", reply.header("grpc-message"));
        assert_eq!(reply.headers.get("grpc-status-details-bin"), None, "{what}: not to be retried");
        assert!(reply.header("grpc-accept-encoding").contains("zstd"), "{what}");
    }
    let reply = export(&daemon, LOGS, &[("grpc-encoding", "gzip")], frame(0, &good)).await;
    assert_eq!(reply.trailers["grpc-status"], "0", "a message may stay uncompressed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_grpc_is_told_so_by_http() {
    let daemon = Daemon::new().await;
    let json = call(Method::POST, LOGS).header("content-type", "application/json");
    assert_eq!(send(&daemon.otlp_grpc, json, Body::from("{}")).await.status, 415);
    assert_eq!(send(&daemon.otlp_grpc, call(Method::GET, LOGS), Body::empty()).await.status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_authority_or_page_is_denied() {
    let daemon = Daemon::new().await;
    let body = || frame(0, &logs(&["x"]).encode_to_vec());
    let reply = export(&daemon, &format!("http://evil.example{LOGS}"), &[], body()).await;
    assert_eq!(status(&reply), 7);
    let reply = export(&daemon, LOGS, &[("origin", "https://evil.example")], body()).await;
    assert_eq!(status(&reply), 7);
    assert_eq!(daemon.get("/api/v2/logs").await.json()["items"].as_array().unwrap().len(), 0);
}

/// The two places where clients look for the hint to retry.
#[tokio::test(flavor = "multi_thread")]
async fn over_budget_a_client_is_told_when_to_retry() {
    // A budget with room for a largest request, which the first one takes and keeps.
    let daemon =
        Daemon::with(&[("TFO_INGEST_MAX_REQUEST_BYTES", "64KiB"), ("TFO_INGEST_MEMORY_BYTES", "256KiB")])
            .await;
    let held = crate::pressure::hold(&daemon, 60 << 10).await;
    let reply = export(&daemon, LOGS, &[], frame(0, &[0; 60 << 10])).await;
    assert_eq!(status(&reply), 8);
    let decode =
        |name: &str| base64::engine::general_purpose::STANDARD_NO_PAD.decode(reply.header(name)).unwrap();
    let details = decode("grpc-status-details-bin");
    assert!(String::from_utf8_lossy(&details).contains("google.rpc.RetryInfo"));
    assert_eq!(decode("google.rpc.retryinfo-bin"), [0x0a, 0x02, 0x08, 0x01], "RetryInfo of one second");
    held.abort();
}
