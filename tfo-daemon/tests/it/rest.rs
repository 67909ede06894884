//! REST: the guard, problem details, parameters, and a read of each kind.

use axum::body::Body;
use http::{Method, header};
use serde_json::json;

use crate::harness::{Daemon, call, logs, send};

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_sites_and_other_hosts_are_refused_on_every_route() {
    let daemon = Daemon::new().await;
    let paths = [
        "/",
        "/health",
        "/health/ready",
        "/nowhere",
        "/api/v2/logs",
        "/api/v2/spans",
        "/api/v2/metrics/points",
        "/api/v2/metrics/names",
        "/api/v2/services",
        "/api/v2/traces",
        "/api/v2/traces/5b8efff798038103d269b633813fc60c",
        "/api/v2/query/sql",
        "/api/v2/status",
        "/v1/logs",
        "/v2/traces",
        "/api/v2/otlp/metrics",
    ];
    for path in paths {
        for method in [Method::GET, Method::POST, Method::OPTIONS] {
            for router in [&daemon.http, &daemon.otlp_http] {
                let foreign = call(method.clone(), path).header(header::ORIGIN, "https://evil.example");
                assert_eq!(send(router, foreign, Body::empty()).await.status, 403, "{method} {path}");
                let rebound = http::Request::builder().method(method.clone()).uri(path);
                let rebound = rebound.header(header::HOST, "evil.example:3100");
                assert_eq!(send(router, rebound, Body::empty()).await.status, 403, "{method} {path}");
            }
        }
    }
    let call = call(Method::GET, "/api/v2/logs").header(header::ORIGIN, "http://localhost:3100");
    assert_eq!(send(&daemon.http, call, Body::empty()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_error_is_problem_details_with_a_code() {
    let daemon = Daemon::new().await;
    let problem = |path: &'static str| async { daemon.get(path).await.problem() };
    assert_eq!(problem("/nowhere").await, (404, "unknown_path".into()));
    assert_eq!(problem("/api/v2/nowhere").await, (404, "unknown_path".into()));
    assert_eq!(problem("/api/v2/traces/%ff").await, (400, "invalid_parameters".into()));
    assert_eq!(problem("/api/v2/traces/xyz").await, (400, "invalid_parameters".into()));
    assert_eq!(problem("/api/v2/traces/5b8efff798038103d269b633813fc60c").await, (404, "not_found".into()));
    assert_eq!(problem("/api/v2/logs?pageToken=xyz").await, (400, "invalid_page_token".into()));
    let reply = daemon.get("/api/v2/query/sql").await;
    assert_eq!(reply.problem(), (405, "method_not_allowed".into()));
    assert_eq!(reply.header("allow"), "POST");
    assert_eq!(daemon.sql("DROP TABLE logs").await.problem(), (400, "query_refused".into()));
    assert_eq!(daemon.sql("SELECT nothing FROM logs").await.problem(), (400, "invalid_query".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_in_the_parameters_is_reported_at_once() {
    let daemon = Daemon::new().await;
    let reply = daemon.get("/api/v2/logs?limt=5&since=yesterday&filter=%28&severity=loud&order=up").await;
    assert_eq!(reply.problem(), (400, "invalid_parameters".into()));
    let body = reply.json();
    let mut paths: Vec<_> =
        body["errors"].as_array().unwrap().iter().map(|e| e["path"].as_str().unwrap()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["filter", "limt", "order", "severity", "since"]);
    assert!(body["detail"].as_str().unwrap().contains("did you mean \"limit\"?"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_json_body_that_is_wrong_says_how() {
    let daemon = Daemon::new().await;
    let post = |content_type: &'static str, body: String| {
        let call = call(Method::POST, "/api/v2/query/sql").header(header::CONTENT_TYPE, content_type);
        send(&daemon.http, call, Body::from(body))
    };
    let json = "application/json";
    assert_eq!(post("text/plain", "SELECT 1".into()).await.problem(), (415, "unsupported_media_type".into()));
    assert_eq!(post(json, "{".into()).await.problem(), (400, "invalid_body".into()));
    assert_eq!(post(json, r#"{"sql": 5}"#.into()).await.problem(), (400, "invalid_body".into()));
    assert_eq!(
        post(json, r#"{"sql": "SELECT 1", "x": 1}"#.into()).await.problem(),
        (400, "invalid_body".into())
    );
    let long = json!({"sql": format!("SELECT '{}'", "x".repeat(2 << 20))}).to_string();
    assert_eq!(post(json, long).await.problem(), (413, "body_too_large".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_are_narrowed_paged_and_followed() {
    let daemon = Daemon::new().await;
    daemon.post_logs(&logs(&["one", "two", "three"])).await;
    let bodies = |reply: serde_json::Value| -> Vec<String> {
        let items = reply["items"].as_array().unwrap().iter();
        items.map(|log| log["body"].as_str().unwrap().to_owned()).collect()
    };
    let all = daemon.get("/api/v2/logs?service=shop&severity=error&order=asc").await.json();
    assert_eq!(bodies(all.clone()), ["one", "two", "three"]);
    assert_eq!(all["scan"]["complete"], true);
    let none = daemon.get("/api/v2/logs?severity=fatal").await.json();
    assert_eq!(bodies(none), [""; 0]);
    let page = daemon.get("/api/v2/logs?order=asc&limit=2").await.json();
    assert_eq!(bodies(page.clone()), ["one", "two"]);
    daemon.post_logs(&logs(&["four"])).await;
    let token = page["nextPageToken"].as_str().unwrap();
    let rest = daemon.get(&format!("/api/v2/logs?order=asc&limit=2&pageToken={token}")).await.json();
    assert_eq!(bodies(rest), ["three"], "pages are of one snapshot");
    let last = all["items"][2]["id"].as_str().unwrap();
    let newer = daemon.get(&format!("/api/v2/logs?after={last}")).await.json();
    assert_eq!(bodies(newer), ["four"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_is_answered_with_columns_and_rows() {
    let daemon = Daemon::new().await;
    daemon.post_logs(&logs(&["one", "two"])).await;
    let answer = daemon.sql("SELECT service_name, count(*) AS n FROM logs GROUP BY service_name").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    assert_eq!(answer["rows"], json!([["shop", 2]]));
    assert_eq!(answer["columns"][1]["name"], "n");
}

#[tokio::test(flavor = "multi_thread")]
async fn attributes_come_in_otlps_form_when_asked_for() {
    let daemon = Daemon::new().await;
    daemon.post_logs(&logs(&["one"])).await;
    let page = daemon.get("/api/v2/logs?encoding=otlp").await.json();
    assert_eq!(page["items"][0]["body"], json!({"stringValue": "one"}));
    let service = json!([{"key": "service.name", "value": {"stringValue": "shop"}}]);
    assert_eq!(page["items"][0]["resource"]["attributes"], service);
}

#[tokio::test(flavor = "multi_thread")]
async fn status_probes_and_the_first_page_say_how_the_daemon_does() {
    let daemon = Daemon::new().await;
    daemon.post_logs(&logs(&["one"])).await;
    assert_eq!(daemon.get("/health").await.status, 200);
    assert_eq!(daemon.get("/health/ready").await.status, 200);
    let page = daemon.get("/").await.text();
    assert!(page.contains("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318"), "{page}");
    let status = daemon.get("/api/v2/status").await.json();
    assert_eq!((&status["ready"], &status["retentionDays"]), (&json!(true), &json!(30)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_is_given_back_or_made() {
    let daemon = Daemon::new().await;
    let call = call(Method::GET, "/nowhere").header("x-request-id", "abc-1");
    let reply = send(&daemon.http, call, Body::empty()).await;
    assert_eq!((reply.header("x-request-id"), &reply.json()["requestId"]), ("abc-1", &json!("abc-1")));
    assert_eq!(daemon.get("/health").await.header("x-request-id").len(), 36);
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_and_points_are_read_back_on_every_path() {
    let daemon = Daemon::new().await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let trace = "5b8efff798038103d269b633813fc60c";
    let resource = json!({"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]});
    let span = json!({
        "traceId": trace, "spanId": "eee19b7ec3c1b174", "name": "GET /cart", "kind": 2,
        "startTimeUnixNano": now.to_string(), "endTimeUnixNano": (now + 5_000_000).to_string()
    });
    let point = json!({"timeUnixNano": now.to_string(), "asInt": "7"});
    let metric = json!({"name": "queue.length", "gauge": {"dataPoints": [point]}});
    let traces = json!({"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [span]}]}]});
    let metrics =
        json!({"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": [metric]}]}]});
    for (path, body) in [("/v1/traces", traces), ("/v1/metrics", metrics)] {
        let call = call(Method::POST, path).header(header::CONTENT_TYPE, "application/json");
        assert_eq!(send(&daemon.http, call, Body::from(body.to_string())).await.text(), "{}");
    }
    for (path, key, expected) in [
        ("/api/v2/spans?name=GET%20/cart", "name", "GET /cart"),
        ("/api/v2/spans?filter=duration:1ms..", "traceId", trace),
        ("/api/v2/traces?service=shop", "traceId", trace),
        ("/api/v2/services", "serviceName", "shop"),
        ("/api/v2/metrics/names", "name", "queue.length"),
        ("/api/v2/metrics/points?name=queue.length", "metricName", "queue.length"),
    ] {
        let page = daemon.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        assert_eq!(page.json()["items"][0][key], expected, "{path}: {}", page.text());
    }
    let whole = daemon.get(&format!("/api/v2/traces/{trace}")).await.json();
    assert_eq!(whole["spans"][0]["spanId"], "eee19b7ec3c1b174");
    let point = daemon.get("/api/v2/metrics/points?encoding=otlp").await.json();
    assert_eq!(point["items"][0]["value"], json!({"intValue": "7"}));
}
