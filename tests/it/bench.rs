//! `tfo bench`: what it says it sent is what is stored, over every way to send.

use serde_json::Value;
use tfo_sdk::Signal;
use tfo_tests::{Daemon, Setup};

/// The newest time of what is sent: a daemon takes nothing from the far future, and keeps 100 years here.
const AT: &str = "2026-01-02T00:00:00Z";

async fn daemon() -> Daemon {
    Setup::new().unwrap().env("TFO_STORE_RETENTION_DAYS", "36500").start().await.unwrap()
}

/// Runs it and gives its report.
fn bench(daemon: &Daemon, args: &[&str]) -> Value {
    let all = [&["bench", "-o", "json", "--connections", "2"], args].concat();
    daemon.tfo(&all).unwrap().expect_code(0).json().unwrap()
}

async fn stored(daemon: &Daemon, signal: Signal) -> u64 {
    daemon.rest().sql_number(&format!("SELECT count(*) FROM {}", signal.table())).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_says_it_sent_is_stored_over_every_way_to_send() {
    let daemon = daemon().await;
    let mut sent = [0; 3];
    for protocol in ["http", "grpc"] {
        for compression in ["none", "gzip", "zstd"] {
            for open in [false, true] {
                let way = [
                    "--protocol",
                    protocol,
                    "--compression",
                    compression,
                    "--batch",
                    "30",
                    "--records",
                    "180",
                ];
                let signals = ["--signals", "logs,spans,metrics", "--series", "60"];
                let rate = ["--rate", "100000"];
                let args = [&way[..], &signals, if open { &rate } else { &[] }].concat();
                let report = bench(&daemon, &args);
                assert_eq!(report["requests"]["sent"], 6, "{report}");
                assert_eq!(report["requests"]["acknowledged"], 6, "{report}");
                assert_eq!(report["errors"], Value::Object(Default::default()), "{report}");
                for (signal, sent) in Signal::ALL.into_iter().zip(&mut sent) {
                    *sent += report["recordsBySignal"][signal.table()].as_u64().unwrap();
                    assert_eq!(stored(&daemon, signal).await, *sent, "{signal} {protocol} {compression}");
                }
                let from = if open { "due" } else { "sent" };
                assert_eq!(report["latency"]["from"], from);
                let (otlp, wire) = (report["otlpBytes"].as_u64(), report["wireBytes"].as_u64());
                assert_eq!(wire < otlp, compression != "none", "{report}");
            }
        }
    }
    assert_eq!(sent, [720; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_stores_the_same_records_and_another_seed_others() {
    const COLUMNS: [(&str, &str); 3] = [
        ("logs", "timestamp, body, trace_id, span_id, service_name, severity_number"),
        ("spans", "timestamp, end_timestamp, name, trace_id, span_id, parent_span_id, service_name"),
        ("metric_points", "timestamp, metric_name, series_id, service_name, value, count, sum"),
    ];
    let daemon = daemon().await;
    let run = |seed: &str, connections: &str| {
        let what =
            ["--signals", "logs,spans,metrics", "--records", "600", "--batch", "50", "--series", "100"];
        let when = ["--spread", "24h", "--at", AT, "--seed", seed, "--connections", connections];
        let all = [&["bench", "-o", "json"][..], &what, &when].concat();
        daemon.tfo(&all).unwrap().expect_code(0).json().unwrap()
    };
    run("1", "1");
    run("1", "3");
    let rest = daemon.rest();
    let distinct = async |table, columns| {
        let sql = format!("SELECT count(*) FROM (SELECT DISTINCT {columns} FROM {table})");
        rest.sql_number(&sql).await.unwrap()
    };
    for (table, columns) in COLUMNS {
        assert_eq!(distinct(table, columns).await, 200, "{table}");
    }
    run("2", "2");
    for (table, columns) in COLUMNS {
        assert_eq!(distinct(table, columns).await, 400, "{table}");
    }
    let oldest = "SELECT count(*) FROM logs WHERE timestamp < '2025-12-31T23:59:58Z'";
    assert_eq!(rest.sql_number(oldest).await.unwrap(), 0);
}

#[tokio::test]
async fn a_receiver_that_is_not_there_or_takes_no_telemetry_is_an_error() {
    let daemon = daemon().await;
    let rest = daemon.addresses().url();
    for endpoint in ["http://127.0.0.1:1".to_owned(), format!("{rest}/nowhere")] {
        let ran = daemon.tfo(&["bench", "--endpoint", &endpoint, "--records", "1"]).unwrap().expect_code(2);
        assert!(ran.stderr.contains("does not take telemetry"), "{ran:?}");
        assert_eq!(ran.stdout, "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_not_taken_are_not_counted_as_acknowledged() {
    let daemon = Daemon::start().await.unwrap();
    // Far older than what is kept.
    let args = ["--records", "100", "--batch", "50", "--spread", "1h", "--at", "2001-01-01T00:00:00Z"];
    let report = bench(&daemon, &args);
    assert_eq!(report["records"], 0, "{report}");
    assert_eq!(report["requests"]["rejectedRecords"], 100, "{report}");
    assert_eq!(stored(&daemon, Signal::Logs).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_shows_what_there_is_so_far() {
    let daemon = daemon().await;
    let args = ["bench", "-o", "json", "--rate", "50", "--batch", "10", "--duration", "1h"];
    let mut command = tfo_tests::cli::command(daemon.setup().folder(), &daemon.addresses().url(), &args);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
    let child = command.spawn().unwrap();
    tfo_tests::rest::eventually("a first record", || async {
        Ok((daemon.rest().sql_number("SELECT count(*) FROM logs").await? > 0).then_some(()))
    })
    .await
    .unwrap();
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["interrupted"], true);
    assert_eq!(report["records"].as_u64().unwrap(), stored(&daemon, Signal::Logs).await);
}
