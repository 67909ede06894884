//! Who may ask: this machine, and no web page on it.

use tfo_sdk::Signal;
use tfo_tests::rest::{Answer, http_client};
use tfo_tests::{Daemon, Encoding, Rest, Setup, load};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Sends a request by hand, because clients will not lie about their host; gives back the first line.
async fn first_line(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

async fn get(daemon: &Daemon, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = http_client().get(daemon.rest().url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Rest::read(request).await.unwrap()
}

#[tokio::test]
async fn a_foreign_host_or_origin_is_refused_on_every_listener() {
    let daemon = Daemon::start().await.unwrap();
    let addresses = daemon.addresses();
    for (address, path) in [
        (&addresses.http, "/api/v2/logs"),
        (&addresses.http, "/v1/logs"),
        (&addresses.http, "/health"),
        (&addresses.otlp_http, "/v1/logs"),
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        assert_eq!(first_line(address, &request).await, "HTTP/1.1 403 Forbidden", "{path}");
    }
    let answer = get(&daemon, "/api/v2/logs", &[("origin", "https://evil.example")]).await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.body["code"], "forbidden_origin");
    assert_eq!(get(&daemon, "/api/v2/logs", &[("origin", "http://localhost:5173")]).await.status, 200);
    assert_eq!(get(&daemon, "/api/v2/logs", &[("host", "localhost")]).await.status, 200);
}

#[tokio::test]
async fn a_web_page_cannot_send_telemetry() {
    let daemon = Daemon::start().await.unwrap();
    let sender = daemon.sender();
    let headers = [("content-type", "application/json"), ("origin", "https://evil.example")];
    let reply = sender.post(&sender.url(Signal::Logs), &headers, b"{}".to_vec()).await.unwrap();
    assert_eq!(reply.status, 403);
    // A form, which a browser sends without asking first, is no telemetry either.
    let headers = [("content-type", "text/plain")];
    let reply = sender.post(&sender.url(Signal::Logs), &headers, b"{}".to_vec()).await.unwrap();
    assert_eq!(reply.status, 415);
}

#[test]
fn an_address_that_others_can_reach_is_refused_and_the_message_says_why() {
    for flag in ["--listen", "--otlp-grpc", "--otlp-http"] {
        let exit = Setup::new().unwrap().arg(flag).arg("0.0.0.0:0").refusal().unwrap();
        assert_eq!(exit.code, Some(2), "{exit:?}");
        assert!(exit.stderr.contains("loopback"), "{exit:?}");
        assert!(exit.stderr.contains("key"), "{exit:?}");
    }
}

#[tokio::test]
async fn errors_are_problem_details_with_a_request_id_that_stands_in_the_log() {
    let daemon = Daemon::start().await.unwrap();
    let answer = get(&daemon, "/api/v2/logs?sinze=5m", &[]).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.body["code"], "invalid_parameters");
    assert_eq!(answer.body["errors"][0]["path"], "sinze");
    let id = answer.header("x-request-id");
    assert_eq!(answer.body["requestId"], id);
    assert!(daemon.stderr().contains(id), "{}", daemon.stderr());
    assert_eq!(get(&daemon, "/api/v2/nothing", &[]).await.body["code"], "unknown_path");
}

#[tokio::test]
async fn telemetry_is_taken_on_both_ports_and_under_every_path() {
    let daemon = Daemon::start().await.unwrap();
    let sender = daemon.sender();
    let mut sent = 0;
    for address in [&daemon.addresses().http, &daemon.addresses().otlp_http] {
        for prefix in ["/v1", "/v2", "/api/v2/otlp"] {
            for encoding in [Encoding::Protobuf, Encoding::Json] {
                sent += 1;
                for (name, body) in [
                    ("logs", encoding.encode(&load::logs(sent))),
                    ("traces", encoding.encode(&load::spans(sent))),
                    ("metrics", encoding.encode(&load::points(sent))),
                ] {
                    let url = format!("http://{address}{prefix}/{name}");
                    let headers = [("content-type", encoding.content_type())];
                    let reply = sender.post(&url, &headers, body).await.unwrap();
                    assert_eq!(reply.status, 200, "{url}");
                    assert_eq!(reply.header("content-type"), encoding.content_type());
                }
            }
        }
    }
    for table in ["logs", "spans", "metric_points"] {
        let sql = format!("SELECT count(DISTINCT attributes['test.batch']) FROM {table}");
        assert_eq!(daemon.rest().sql_number(&sql).await.unwrap(), sent, "{table}");
    }
}
