//! The metrics page, and the figures of `GET /stats`.

use http::{Method, header};
use serde_json::json;

use crate::harness::{Daemon, call, logs, send};

#[tokio::test(flavor = "multi_thread")]
async fn what_came_in_and_what_was_asked_is_counted() {
    let daemon = Daemon::new().await;
    daemon.post_logs(&logs(&["one", "two"])).await;
    let call = call(Method::POST, "/v1/logs").header(header::CONTENT_TYPE, "application/json");
    assert_eq!(send(&daemon.http, call, "{".into()).await.status, 400);
    assert_eq!(daemon.get("/api/v2/logs").await.status, 200);
    assert_eq!(daemon.get("/api/v2/logs?limit=0").await.status, 400);
    assert_eq!(daemon.get("/nowhere/in/particular").await.status, 404);
    let reply = daemon.get("/metrics").await;
    assert_eq!(reply.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let page = reply.text();
    for line in [
        r#"tfo_ingest_requests_total{signal="logs",protocol="http"} 1"#,
        r#"tfo_ingest_records_total{signal="logs",protocol="http"} 2"#,
        r#"tfo_ingest_refused_requests_total{signal="logs",protocol="http",reason="undecodable"} 1"#,
        r#"tfo_http_requests_total{route="/api/v2/logs",method="GET",status="200"} 1"#,
        r#"tfo_http_requests_total{route="/api/v2/logs",method="GET",status="400"} 1"#,
        r#"tfo_http_requests_total{route="unmatched",method="",status="404"} 1"#,
        r#"tfo_http_problems_total{code="unknown_path"} 1"#,
        r#"tfo_http_request_duration_seconds_count{route="/api/v2/logs",method="GET"} 2"#,
        "tfo_store_commit_duration_seconds_count 1",
        "tfo_http_requests_in_flight 1",
    ] {
        assert!(page.lines().any(|found| found == line), "{line} in\n{page}");
    }
    assert!(!page.contains("particular"), "a label holds what a caller chose");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_tell_what_is_stored_and_how_it_comes_in() {
    let daemon = Daemon::new().await;
    let before = daemon.get("/api/v2/stats").await.json();
    assert_eq!(before["signals"][0]["rows"], 0);
    assert_eq!(before["signals"][0].get("visibleAfterNs"), None);
    daemon.post_logs(&logs(&["one", "two", "three"])).await;
    let stats = daemon.get("/api/v2/stats").await.json();
    let logs = &stats["signals"][0];
    assert_eq!((&logs["signal"], &logs["rows"], &logs["memoryRows"]), (&json!("logs"), &json!(3), &json!(3)));
    assert_eq!(logs["recordsPerSecond"], 3.0 / 60.0);
    assert!(logs["visibleAfterNs"].as_u64().unwrap() > 0);
    assert!(logs["unflushedSince"].is_string() && logs["newestAgeNs"].is_i64(), "{logs}");
    assert!(stats["walBytes"].as_u64().unwrap() > 0);
    assert_eq!(stats["signals"][1].get("newest"), None);
}
