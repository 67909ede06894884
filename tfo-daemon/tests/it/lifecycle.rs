//! Starting and stopping, over real sockets.

use std::net::SocketAddr;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use tfo_daemon::{Daemon, Running, StartError};
use tfo_store::OpenError;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::{config, logs};

async fn start(folder: &TempDir) -> Running {
    let mut running = Daemon::start(config(folder, &[])).await.unwrap();
    running.ready().await.unwrap();
    running
}

/// One HTTP/1.1 request on a connection of its own; the whole answer as text.
async fn exchange(address: SocketAddr, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head =
        format!("{head}\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn body(answer: &str) -> Value {
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_says_where_it_listens_as_long_as_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(&folder).await;
    let text = std::fs::read(folder.path().join("daemon.json")).unwrap();
    let file: Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(file["pid"], std::process::id());
    assert_eq!(file["http"], running.addresses().http.to_string());
    let answer = exchange(running.addresses().http, "GET /health/ready HTTP/1.1", b"").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    running.shutdown().await;
    assert!(!folder.path().join("daemon.json").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(&folder).await;
    let head = "POST /v1/logs HTTP/1.1\r\nContent-Type: application/x-protobuf";
    let request = prost::Message::encode_to_vec(&logs(&["kept"]));
    let answer = exchange(running.addresses().otlp_http, head, &request).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    running.shutdown().await;
    let running = start(&folder).await;
    let answer = exchange(running.addresses().http, "GET /api/v2/logs HTTP/1.1", b"").await;
    assert_eq!(body(&answer)["items"][0]["body"], "kept", "{answer}");
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_daemon_on_a_folder_is_refused_and_leaves_the_first_alone() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(&folder).await;
    let second = Daemon::start(config(&folder, &[])).await;
    let Err(StartError::Open(OpenError::Locked { .. })) = second else {
        panic!("the folder was taken twice")
    };
    assert!(folder.path().join("daemon.json").exists());
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_in_use_names_the_flag_that_chooses_another() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let config = config(&folder, &[("TFO_LISTEN_OTLP_GRPC", &address)]);
    let Err(error) = Daemon::start(config).await else { panic!("the address was taken twice") };
    assert!(error.to_string().contains("--otlp-grpc") && error.to_string().contains(&address), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_beyond_the_limit_is_answered_while_it_is_still_sent() {
    let folder = tempfile::tempdir().unwrap();
    let mut running =
        Daemon::start(config(&folder, &[("TFO_INGEST_MAX_REQUEST_BYTES", "1MiB")])).await.unwrap();
    running.ready().await.unwrap();
    let head = "POST /v1/logs HTTP/1.1\r\nContent-Type: application/x-protobuf";
    let answer = exchange(running.addresses().otlp_http, head, &vec![0; 2 << 20]).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_whose_database_is_not_there_says_which_and_not_its_password() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let folder = tempfile::tempdir().unwrap();
    let url = format!("postgres://tfo:hunter2@{address}/tfo");
    let mut running = Daemon::start(config(&folder, &[("TFO_DATABASE_URL", &url)])).await.unwrap();
    let error = running.ready().await.unwrap_err();
    assert!(matches!(error, StartError::Database { .. }), "{error:?}");
    let told = format!("{error} {error:?}");
    assert!(told.contains(&address) && !told.contains("hunter2"), "{told}");
    running.shutdown().await;
    assert!(!folder.path().join("tfo.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_the_store_refuses_gets_no_database() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("FORMAT"), "999\n").unwrap();
    let mut running = Daemon::start(config(&folder, &[])).await.unwrap();
    assert!(matches!(running.ready().await, Err(StartError::Open(OpenError::NewerFormat { .. }))));
    running.shutdown().await;
    assert!(!folder.path().join("tfo.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_has_stopped_leaves_its_database_in_one_file() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let running = start(&folder).await;
        assert!(folder.path().join("tfo.db-wal").exists());
        running.shutdown().await;
        assert!(folder.path().join("tfo.db").exists());
        assert!(!folder.path().join("tfo.db-wal").exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_daemons_start_at_once_on_one_postgresql() {
    let Ok(server) = std::env::var("TFO_TEST_POSTGRES") else {
        let complete = std::env::var("TFO_TEST_COMPLETE").is_ok_and(|value| value == "1");
        assert!(!complete, "TFO_TEST_POSTGRES is not set, and nothing may be skipped");
        return eprintln!("skipped: no TFO_TEST_POSTGRES");
    };
    let run = async |sql: String| {
        let mut connection = PgConnection::connect(&server).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    };
    let name = format!("test_{}", uuid::Uuid::now_v7().simple());
    run(format!("create database {name}")).await;
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let start = async |folder| {
        let mut running = Daemon::start(config(folder, &[("TFO_DATABASE_URL", url.as_str())])).await.unwrap();
        running.ready().await.map(|()| running)
    };
    let (first, second) = tokio::join!(start(&folders[0]), start(&folders[1]));
    for running in [first.unwrap(), second.unwrap()] {
        running.shutdown().await;
    }
    assert!(!folders[0].path().join("tfo.db").exists());
    run(format!("drop database {name} with (force)")).await;
}
