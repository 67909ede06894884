//! The client against a server of canned answers.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

/// Answers one request with this, and gives back the client and the request's first line.
pub(super) async fn ask<T>(answer: &str, call: impl AsyncFnOnce(Client) -> T) -> (T, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::new(&listener.local_addr().unwrap().to_string()).unwrap();
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
            let mut buffer = [0; 4096];
            let length = stream.read(&mut buffer).await.unwrap();
            assert_ne!(length, 0, "the client hung up");
            request.extend_from_slice(&buffer[..length]);
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let request = String::from_utf8(request).unwrap();
        request.lines().next().unwrap_or_default().to_owned()
    };
    tokio::join!(call(client), server)
}

pub(super) fn response(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

const EMPTY: &str = r#"{"items":[],"scan":{"files":0,"rows":0,"bytes":0,"complete":true}}"#;

#[tokio::test]
async fn every_parameter_reaches_the_daemon_under_its_name() {
    let read = Read {
        since: Some("15m".into()),
        until: Some("2026-11-25T08:00:00Z".into()),
        order: Some(Order::Asc),
        filter: Some("body:\"a & b\"".into()),
        service: Some("cart".into()),
        severity: Some("error+".into()),
        name: Some("n".into()),
        trace: Some("4bf92f3577b34da6a3ce929d0e0e4736".parse().unwrap()),
        limit: Some(5),
        page_token: Some("t".into()),
        after: Some("42.7".parse().unwrap()),
    };
    let (page, line) = ask(&response("200 OK", EMPTY), async |client| client.logs(&read).await).await;
    assert!(page.unwrap().scan.complete);
    assert_eq!(
        line,
        "GET /api/v2/logs?since=15m&until=2026-11-25T08%3A00%3A00Z&order=asc&filter=body%3A%22a+%26+b%22\
         &service=cart&severity=error%2B&name=n&trace=4bf92f3577b34da6a3ce929d0e0e4736&limit=5&pageToken=t&after=42.7 \
         HTTP/1.1"
    );
}

#[tokio::test]
async fn without_parameters_the_daemon_decides() {
    let (_, line) =
        ask(&response("200 OK", EMPTY), async |client| client.metric_points(&Read::default()).await).await;
    assert_eq!(line, "GET /api/v2/metrics/points HTTP/1.1");
}

#[tokio::test]
async fn a_problem_says_what_it_is() {
    let body = r#"{"type":"about:blank","status":400,"title":"Bad Request","detail":"two mistakes","code":"invalid",
        "requestId":"r1","errors":[{"path":"limit","message":"expected 1 to 10000"}]}"#;
    let answer = response("400 Bad Request", body);
    let (result, _) = ask(&answer, async |client| client.logs(&Read::default()).await).await;
    let error = result.unwrap_err();
    assert_eq!(error.to_string(), "two mistakes (invalid, request r1)\n  limit: expected 1 to 10000");
    assert_eq!(error.status(), Some(400));
    assert!(!error.is_temporary());
}

#[tokio::test]
async fn an_unknown_trace_is_none() {
    let id = "4bf92f3577b34da6a3ce929d0e0e4736".parse().unwrap();
    let body = r#"{"status":404,"title":"Not Found","detail":"no such trace","code":"not_found"}"#;
    let (trace, line) =
        ask(&response("404 Not Found", body), async |client| client.find_trace(id, &Part::default()).await)
            .await;
    assert!(trace.unwrap().is_none());
    assert_eq!(line, "GET /api/v2/traces/4bf92f3577b34da6a3ce929d0e0e4736 HTTP/1.1");
}

#[tokio::test]
async fn a_trace_of_an_unknown_tenant_is_not_just_missing() {
    let id = "4bf92f3577b34da6a3ce929d0e0e4736".parse().unwrap();
    let body =
        r#"{"status":404,"title":"Unknown tenant","detail":"there is no tenant","code":"unknown_tenant"}"#;
    let (trace, _) =
        ask(&response("404 Not Found", body), async |client| client.find_trace(id, &Part::default()).await)
            .await;
    assert_eq!(trace.unwrap_err().to_string(), "there is no tenant (unknown_tenant)");
}

#[tokio::test]
async fn another_servers_answer_is_recognised() {
    let (result, _) = ask(&response("404 Not Found", "<html>"), async |client| client.status().await).await;
    assert!(result.unwrap_err().to_string().contains("status 404, and not as a tfo daemon does: <html>"));
    let (result, _) = ask(&response("200 OK", "{}"), async |client| client.status().await).await;
    assert!(matches!(result.unwrap_err(), ClientError::Decode { .. }));
}

#[tokio::test]
async fn a_broken_answer_may_be_asked_for_again() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{";
    let (result, _) = ask(answer, async |client| client.sql("SELECT 1").await).await;
    let error = result.unwrap_err();
    assert!(error.is_temporary(), "{error}");
}

#[tokio::test]
async fn nobody_listening_is_said_with_the_url() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = Client::new(&url).unwrap().status().await.unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with(&format!("cannot reach {url}: ")), "{text}");
    assert!(text.contains("refused") && text.ends_with("is `tfo up` running?"), "{text}");
    assert!(error.is_temporary());
}

#[test]
fn only_urls_of_daemons_are_taken() {
    assert_eq!(Client::new("localhost:3100").unwrap().url(), "http://localhost:3100");
    assert_eq!(Client::new("https://tfo.example/obs/").unwrap().url(), "https://tfo.example/obs");
    let client = Client::new("http://h/obs").unwrap();
    assert_eq!(client.endpoint(&["query", "sql"]).as_str(), "http://h/obs/api/v2/query/sql");
    for wrong in ["ftp://h", "http://", "http://h:port"] {
        assert!(matches!(Client::new(wrong), Err(ClientError::InvalidUrl { .. })), "{wrong}");
    }
}

#[test]
fn the_file_of_a_daemon_is_read_from_its_folder() {
    let folder = std::env::temp_dir().join(format!("tfo-place-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    assert_eq!(DaemonFile::read(&folder), None);
    let text = r#"{"pid":7,"http":"127.0.0.1:1","otlpGrpc":"127.0.0.1:2","otlpHttp":"127.0.0.1:3"}"#;
    std::fs::write(folder.join(DAEMON_FILE), text).unwrap();
    assert_eq!(DaemonFile::read(&folder).unwrap().url(), "http://127.0.0.1:1");
    std::fs::remove_dir_all(&folder).unwrap();
}
