//! Stopping: on SIGTERM nothing that was acknowledged is lost, and it is in time.

use std::sync::Arc;
use std::time::Duration;

use rand::Rng as _;
use tfo_sdk::client::DaemonFile;
use tfo_tests::load::{Ledger, Load};
use tfo_tests::{Setup, seed};

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_under_load_ends_well_and_loses_nothing() {
    let mut rng = seed::rng("stop");
    let setup = Setup::new().unwrap();
    let ledger = Arc::new(Ledger::default());
    for _ in 0..3 {
        let mut daemon = setup.start().await.unwrap();
        let load = Load::start(&daemon.sender(), &ledger, 200);
        tokio::time::sleep(Duration::from_millis(rng.random_range(100..600))).await;
        daemon.signal_terminate().unwrap();
        let ended = tokio::task::spawn_blocking(move || daemon.wait_for_end());
        let (exit, _) = tokio::join!(ended, load.end());
        let exit = exit.unwrap().unwrap();
        assert_eq!(exit.code, Some(0), "{exit:?}");
        assert!(!exit.stderr.contains("panicked"), "{exit:?}");
    }
    assert!(ledger.acknowledged() > 0);
    let daemon = setup.start().await.unwrap();
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
