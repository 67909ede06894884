//! The table over hand-made snapshots.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tfo_sdk::Signal;

use crate::testing::{MemoryFile, Rows, context, query, table};

fn hour(sequence: u64, start: i64, count: i64) -> datafusion::arrow::record_batch::RecordBatch {
    let times: Vec<i64> = (start..start + count).collect();
    let bodies: Vec<String> = times.iter().map(|time| format!("body {time}")).collect();
    let bodies: Vec<Option<&str>> = bodies.iter().map(|body| Some(body.as_str())).collect();
    let routes: Vec<Option<&str>> = times.iter().map(|time| (time % 10 == 0).then_some("/cart")).collect();
    Rows::at(Signal::Logs, sequence, &times).text("body", &bodies).text("attr.http.route", &routes).batch()
}

#[tokio::test]
async fn a_table_of_nothing_has_no_rows() {
    let logs = context(vec![("logs", Arc::new(table(Signal::Logs, &[], &[])))]);
    assert_eq!(query(&logs, "SELECT count(*) FROM logs").await, "0");
    assert_eq!(query(&logs, "SELECT body FROM logs WHERE timestamp > now()").await, "");
}

#[tokio::test]
async fn memory_and_files_are_read_as_one() {
    let files = [MemoryFile::new("b", &hour(2, 1_000, 500)), MemoryFile::new("a", &hour(1, 0, 500))];
    let logs = context(vec![("logs", Arc::new(table(Signal::Logs, &files, &[hour(3, 2_000, 10)])))]);
    assert_eq!(
        query(&logs, "SELECT count(*), min(ingest_seq), max(ingest_seq) FROM logs").await,
        "1010 | 1 | 3"
    );
    assert_eq!(
        query(&logs, "SELECT body FROM logs ORDER BY timestamp DESC LIMIT 2 OFFSET 9").await,
        "body 2000\nbody 1499"
    );
    assert_eq!(query(&logs, "SELECT count(*) FROM logs WHERE \"attr.http.route\" = '/cart'").await, "101");
}

#[tokio::test]
async fn a_column_that_a_file_lacks_is_null_there() {
    let without = Rows::at(Signal::Logs, 1, &[1, 2]).text("body", &[Some("x"), None]).batch();
    let file = MemoryFile::new("a", &without);
    let logs = context(vec![("logs", Arc::new(table(Signal::Logs, &[file], &[hour(2, 10, 1)])))]);
    let sql =
        "SELECT timestamp, body, \"attr.http.route\", \"attr.http.status_code\" FROM logs ORDER BY timestamp";
    assert_eq!(
        query(&logs, sql).await,
        "1970-01-01T00:00:00.000000001Z | x |  | \n1970-01-01T00:00:00.000000002Z |  |  | \n\
         1970-01-01T00:00:00.00000001Z | body 10 | /cart | "
    );
    let missing = "SELECT count(*) FROM logs WHERE \"attr.http.route\" IS NULL";
    assert_eq!(query(&logs, missing).await, "2");
    let present = "SELECT count(*) FROM logs WHERE \"attr.http.route\" = '/cart'";
    assert_eq!(query(&logs, present).await, "1");
}

#[tokio::test]
async fn a_file_outside_the_time_asked_for_is_not_opened() {
    let files = [MemoryFile::new("b", &hour(2, 1_000, 500)), MemoryFile::new("a", &hour(1, 0, 500))];
    let logs = context(vec![("logs", Arc::new(table(Signal::Logs, &files, &[])))]);
    for condition in [
        "timestamp >= to_timestamp_nanos(900)",
        "timestamp > TIMESTAMP '1970-01-01T00:00:00.0000009Z'",
        "timestamp BETWEEN to_timestamp_nanos(900) AND to_timestamp_nanos(5000) AND body LIKE 'body%'",
        "(timestamp = to_timestamp_nanos(1001) OR timestamp = to_timestamp_nanos(1002))",
    ] {
        let count = query(&logs, &format!("SELECT count(*) FROM logs WHERE {condition}")).await;
        assert_ne!(count, "0", "{condition}");
        assert_eq!(files[1].reads.load(Ordering::Relaxed), 0, "{condition}");
    }
    assert!(files[0].reads.load(Ordering::Relaxed) > 0);
}

#[tokio::test]
async fn the_latest_rows_leave_older_files_unopened() {
    let files: Vec<_> = (0..20)
        .rev()
        .map(|at| MemoryFile::new(&format!("f{at}"), &hour(at as u64, at * 1_000, 500)))
        .collect();
    let logs = context(vec![("logs", Arc::new(table(Signal::Logs, &files, &[])))]);
    let sql = "SELECT body FROM logs ORDER BY timestamp DESC, ingest_seq DESC, ingest_row DESC LIMIT 100";
    assert!(query(&logs, sql).await.starts_with("body 19499\nbody 19498"));
    let opened = files.iter().filter(|file| file.reads.load(Ordering::Relaxed) > 0).count();
    assert!(opened <= 4, "{opened} of 20 files opened");
}
