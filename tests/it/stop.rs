//! Stopping: on SIGTERM nothing that was acknowledged is lost, and it is in time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::Rng as _;
use tfo_sdk::client::DaemonFile;
use tfo_tests::load::{Ledger, Load};
use tfo_tests::rest::{eventually, http_client};
use tfo_tests::{Setup, seed};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_under_load_ends_well_and_loses_nothing() {
    let stops = if seed::is_long() { 60 } else { 6 };
    let mut rng = seed::rng("stop");
    // Small enough that flushes and compactions run all the time, and are stopped too.
    let busy = Setup::new()
        .unwrap()
        .env("TFO_LOG_LEVEL", "info,tfo_store=debug")
        .env("TFO_STORE_MEMTABLE_BYTES", "2MiB")
        .env("TFO_STORE_WAL_BYTES", "256KiB")
        .env("TFO_STORE_SEGMENT_BYTES", "64KiB")
        .env("TFO_STORE_FLUSH_AFTER", "50ms");
    let ledger = Arc::new(Ledger::default());
    let mut longest = Duration::ZERO;
    let (mut flushes, mut compactions) = (0, 0);
    for stop in 0..stops {
        // Every third with the usual settings, in whose memory more is left to flush.
        let setup =
            if stop % 3 == 0 { Setup::new().unwrap().data_dir(busy.data_path()) } else { busy.clone() };
        let mut daemon = setup.start().await.unwrap();
        // More than can be sent until it is gone: senders end because it no longer listens.
        let load = Load::start(&daemon.sender(), &ledger, u64::MAX).watched(daemon.rest(), &ledger);
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..800))).await;
        let asked = Instant::now();
        daemon.signal_terminate().unwrap();
        let ended = tokio::task::spawn_blocking(move || daemon.wait_for_end());
        let (exit, _) = tokio::join!(ended, load.end());
        longest = longest.max(asked.elapsed());
        let exit = exit.unwrap().unwrap();
        flushes += exit.stderr.matches("flush begins").count();
        compactions += exit.stderr.matches("compaction begins").count();
        assert_eq!(exit.code, Some(0), "{exit:?}");
        assert!(!exit.stderr.contains("panicked"), "{exit:?}");
    }
    let acknowledged = ledger.acknowledged();
    seed::note(&format!(
        "stop: {stops} stops, {acknowledged} records acknowledged, {} looks meanwhile, {flushes} flushes, {compactions} \
         compactions, the longest took {longest:?}",
        ledger.looks()
    ));
    assert!(ledger.looks() > 0, "nobody looked while load ran");
    assert!(flushes > stops && compactions > 0, "{flushes} flushes, {compactions} compactions");
    assert_eq!(ledger.ways().len(), 9, "three signals over three protocols: {:?}", ledger.ways());
    let daemon = busy.start().await.unwrap();
    ledger.check_counts(&daemon.rest()).await.unwrap();
    ledger.check_pages(&daemon.rest()).await.unwrap();
}

#[tokio::test]
async fn a_stopped_daemon_leaves_no_file_that_says_it_runs() {
    let setup = Setup::new().unwrap();
    let daemon = setup.start().await.unwrap();
    assert_eq!(daemon.terminate().unwrap().code, Some(0));
    assert!(DaemonFile::read(setup.data_path()).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_waits_for_nobody_who_does_not_come_to_an_end() {
    let setup = Setup::new().unwrap();
    let mut daemon = setup.start().await.unwrap();
    let ledger = Arc::new(Ledger::default());
    Load::start(&daemon.sender(), &ledger, 50).end().await;
    let mut silent = Vec::new();
    for address in [&daemon.addresses().otlp_http, &daemon.addresses().http, &daemon.addresses().otlp_grpc] {
        for request in ["", "POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nabc"] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(request.as_bytes()).await.unwrap();
            silent.push(stream);
        }
    }
    let rest = daemon.rest();
    let endless =
        "SELECT count(*) FROM logs a, logs b, logs c, logs d WHERE a.body || b.body < c.body || d.body";
    let asked = tokio::spawn(async move { rest.sql_answer(endless).await });
    let page = daemon.rest().url("/metrics");
    eventually("the query runs", async || {
        let metrics = http_client().get(&page).send().await?.text().await?;
        Ok((!metrics.contains("\ntfo_query_memory_bytes 0\n")).then_some(()))
    })
    .await
    .unwrap();
    daemon.signal_terminate().unwrap();
    let exit = tokio::task::spawn_blocking(move || daemon.wait_for_end()).await.unwrap().unwrap();
    assert_eq!(exit.code, Some(0), "{exit:?}");
    assert!(exit.stderr.contains("cut off"), "{exit:?}");
    assert!(asked.await.unwrap().is_err(), "an answer to a query without end");
    let daemon = setup.start().await.unwrap();
    ledger.check_counts(&daemon.rest()).await.unwrap();
}
