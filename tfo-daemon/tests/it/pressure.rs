//! The budgets under requests that stay, and under answers that do.

use std::convert::Infallible;

use axum::body::Body;
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{Method, header};
use prost::Message as _;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

use crate::harness::{Daemon, call, logs, send};

/// A request that declares a length, sends nothing, and so holds its reservation until it is aborted.
pub(crate) async fn hold(daemon: &Daemon, declared: usize) -> JoinHandle<()> {
    let (reading, is_read) = oneshot::channel();
    // The stream is polled only after the reservation.
    let told = stream::once(async move {
        let _ = reading.send(());
        Ok::<_, Infallible>(Bytes::new())
    });
    let body = Body::from_stream(told.chain(stream::pending()));
    let call = call(Method::POST, "/v1/logs")
        .header(header::CONTENT_TYPE, "application/x-protobuf")
        .header(header::CONTENT_LENGTH, declared);
    let router = daemon.otlp_http.clone();
    let held = tokio::spawn(async move {
        send(&router, call, body).await;
    });
    is_read.await.unwrap();
    held
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_budget_a_sender_is_asked_to_retry_and_later_served() {
    let daemon =
        Daemon::with(&[("TFO_INGEST_MAX_REQUEST_BYTES", "64KiB"), ("TFO_INGEST_MEMORY_BYTES", "2MiB")]).await;
    // Each takes three times its length, until it is decoded.
    let mut held = Vec::new();
    for _ in 0..11 {
        held.push(hold(&daemon, 60 << 10).await);
    }
    let large = logs(&[&"x".repeat(50 << 10)]);
    let reply = daemon.post_logs(&large).await;
    // The router's tests send no Content-Length, so this one was refused while its body came in.
    assert_eq!((reply.status.as_u16(), reply.header("retry-after")), (429, "1"));
    let declared = call(Method::POST, "/v1/logs")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONTENT_LENGTH, 60 << 10);
    let reply =
        send(&daemon.http, declared, Body::from_stream(stream::pending::<Result<Bytes, Infallible>>())).await;
    assert_eq!(reply.status, 429, "refused before its body, which never comes");
    assert_eq!(reply.json()["details"][0]["retryDelay"], "1s");
    for held in held {
        held.abort();
        let _ = held.await;
    }
    assert_eq!(daemon.post_logs(&large).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_breaks_off_gives_back_what_it_held() {
    let daemon =
        Daemon::with(&[("TFO_INGEST_MAX_REQUEST_BYTES", "64KiB"), ("TFO_INGEST_MEMORY_BYTES", "2MiB")]).await;
    for _ in 0..40 {
        let broken = stream::iter([Ok(Bytes::from(vec![0; 30 << 10])), Err(std::io::Error::other("gone"))]);
        let call = call(Method::POST, "/v1/logs").header(header::CONTENT_TYPE, "application/x-protobuf");
        assert_eq!(send(&daemon.http, call, Body::from_stream(broken)).await.status, 400);
    }
    let large = logs(&[&"x".repeat(60 << 10)]);
    assert!(large.encoded_len() > 60 << 10);
    assert_eq!(daemon.post_logs(&large).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_nobody_reads_take_a_bounded_part_of_the_memory() {
    let daemon = Daemon::with(&[("TFO_QUERY_ANSWER_MEMORY_BYTES", "1MiB")]).await;
    let body = "x".repeat(20 << 10);
    assert_eq!(daemon.post_logs(&logs(&[body.as_str(); 20])).await.status, 200);
    let ask = || {
        let call = call(Method::GET, "/api/v2/logs").body(Body::empty()).unwrap();
        daemon.http.clone().oneshot(call)
    };
    let mut unread = Vec::new();
    for _ in 0..2 {
        let answer = ask().await.unwrap();
        assert_eq!(answer.status(), 200);
        unread.push(answer);
    }
    let refused = daemon.get("/api/v2/logs").await;
    assert_eq!(refused.problem(), (503, "busy".to_owned()));
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(daemon.get("/health").await.status, 200, "a small answer is given all the same");
    drop(unread);
    assert_eq!(daemon.get("/api/v2/logs").await.status, 200);
}
