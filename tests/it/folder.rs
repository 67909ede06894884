//! The data folder: one daemon at a time, and formats that are known.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tfo_sdk::client::DaemonFile;
use tfo_tests::load::{Ledger, Load};
use tfo_tests::rest::http_client;
use tfo_tests::{Daemon, Setup};

use crate::tenants::files_below;

#[tokio::test]
async fn a_second_daemon_on_one_folder_is_refused_and_the_first_goes_on() {
    let first = Daemon::start().await.unwrap();
    let exit = Setup::new().unwrap().data_dir(first.setup().data_path()).refusal().unwrap();
    assert_eq!(exit.code, Some(2), "{exit:?}");
    assert!(exit.stderr.contains(&first.pid().to_string()), "{exit:?}");
    assert!(exit.stderr.contains("in use"), "{exit:?}");
    assert!(exit.stderr.contains("--data-dir"), "{exit:?}");
    assert_eq!(first.rest().answer("/health/ready", &[]).await.unwrap().status, 200);
    // The second one must not have overwritten what says where the first one is.
    assert_eq!(&DaemonFile::read(first.setup().data_path()).unwrap(), first.addresses());
}

#[tokio::test]
async fn a_folder_of_another_format_is_refused_and_left_as_it_is() {
    let setup = Setup::new().unwrap();
    let daemon = setup.start().await.unwrap();
    assert_eq!(daemon.terminate().unwrap().code, Some(0));

    let format = setup.data_path().join("FORMAT");
    let known = std::fs::read_to_string(&format).unwrap();
    let number = known.trim().parse::<u32>().unwrap();
    for (found, advice) in [(number + 1, "newer tfo"), (number - 1, "--data-dir")] {
        std::fs::write(&format, format!("{found}\n")).unwrap();
        let exit = setup.refusal().unwrap();
        assert_eq!(exit.code, Some(2), "{exit:?}");
        assert!(exit.stderr.contains(&format!("format {found}")), "{exit:?}");
        assert!(exit.stderr.contains(advice), "{exit:?}");
        assert_eq!(std::fs::read_to_string(&format).unwrap(), format!("{found}\n"));
    }
    std::fs::write(&format, known).unwrap();
    setup.start().await.unwrap();
}

#[tokio::test]
async fn a_crash_while_a_new_folder_is_marked_leaves_one_that_opens() {
    for left in ["", "\0\0", "FORM"] {
        let setup = Setup::new().unwrap();
        std::fs::create_dir_all(setup.data_path()).unwrap();
        std::fs::write(setup.data_path().join("FORMAT"), left).unwrap();
        std::fs::write(setup.data_path().join("FORMAT.tmp"), left).unwrap();
        setup.start().await.unwrap();
    }
}

#[tokio::test]
async fn a_folder_with_telemetry_whose_mark_is_damaged_says_how_to_mend_it() {
    let setup = Setup::new().unwrap();
    let daemon = setup.start().await.unwrap();
    let ledger = Arc::new(Ledger::default());
    Load::start(&daemon.sender(), &ledger, 1).end().await;
    assert_eq!(daemon.terminate().unwrap().code, Some(0));
    let format = setup.data_path().join("FORMAT");
    let known = std::fs::read_to_string(&format).unwrap();
    std::fs::write(&format, "").unwrap();
    let exit = setup.refusal().unwrap();
    assert_eq!(exit.code, Some(2), "{exit:?}");
    assert!(exit.stderr.contains(&format!("write {} into it", known.trim())), "{exit:?}");
    std::fs::write(&format, known).unwrap();
    let daemon = setup.start().await.unwrap();
    ledger.check_counts(&daemon.rest()).await.unwrap();
}

#[test]
fn a_folder_that_cannot_be_made_is_a_clear_error() {
    let setup = Setup::new().unwrap();
    std::fs::write(setup.data_path(), "a file, not a folder").unwrap();
    let exit = setup.refusal().unwrap();
    assert_eq!(exit.code, Some(2), "{exit:?}");
    assert!(exit.stderr.contains(&setup.data_path().display().to_string()), "{exit:?}");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_replayed_and_told_by_status() {
    let setup = Setup::new().unwrap();
    let daemon = setup.start().await.unwrap();
    let ledger = Arc::new(Ledger::default());
    Load::start(&daemon.sender(), &ledger, 2).end().await;
    // It flushes as it stops, and its log is so short that it still has everything.
    assert_eq!(daemon.terminate().unwrap().code, Some(0));
    let mut files = files_below(&setup.data_path().join("data"));
    files.retain(|file| file.extension().is_some_and(|extension| extension == "parquet"));
    std::fs::write(&files[0], "not a file of telemetry").unwrap();
    let daemon = setup.start().await.unwrap();
    ledger.check_counts(&daemon.rest()).await.unwrap();
    let page = daemon.tfo(&["status"]).unwrap().expect_code(0).stdout;
    let line = page.lines().find(|line| line.starts_with("set aside")).unwrap_or_else(|| panic!("{page}"));
    assert!(line.ends_with(".parquet.replayed"), "{line}");
    let metrics = daemon.rest().url("/metrics");
    let metrics = http_client().get(&metrics).send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("\ntfo_store_files_set_aside 1\n"), "{metrics}");
}

/// Records of each signal in the kept folder: two loads of nine senders, two batches of ten records each.
const KEPT_RECORDS: u64 = 120;

fn kept_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/format-1")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// As the kept folder was made, and as it is read: its records stay in retention for a while.
fn kept_setup() -> Setup {
    Setup::new()
        .unwrap()
        .env("TFO_STORE_RETENTION_DAYS", "36500")
        .env("TFO_STORE_SEGMENT_BYTES", "64KiB")
        .env("TFO_STORE_FLUSH_AFTER", "1h")
}

#[tokio::test]
async fn a_folder_that_was_written_when_its_format_was_new_is_read_whole() {
    let setup = kept_setup();
    copy(&kept_folder(), setup.data_path());
    for round in ["replayed", "flushed"] {
        let daemon = setup.start().await.unwrap();
        let rest = daemon.rest();
        for signal in ["logs", "spans", "metric_points"] {
            let sql = format!(
                "SELECT count(*), count(DISTINCT attributes['test.batch'] || ' ' || attributes['test.record']) \
                 FROM {signal}"
            );
            let rows = rest.sql(&sql).await.unwrap();
            assert_eq!(
                rows,
                [[KEPT_RECORDS.into(), serde_json::Value::from(KEPT_RECORDS)]],
                "{round} {signal}"
            );
        }
        let sql = "SELECT count(*) FROM logs WHERE severity_number = 9 AND service_name LIKE 'service-%' AND \
                   body = 'record ' || attributes['test.record'] || ' of batch ' || attributes['test.batch']";
        assert_eq!(rest.sql_number(sql).await.unwrap(), KEPT_RECORDS, "{round}");
        let sql = "SELECT count(*) FROM spans WHERE duration_ns >= 1000000 AND length(trace_id) = 32";
        assert_eq!(rest.sql_number(sql).await.unwrap(), KEPT_RECORDS, "{round}");
        let sql = "SELECT sum(value_int) FROM metric_points WHERE metric_name = 'test.points'";
        assert_eq!(rest.sql_number(sql).await.unwrap(), KEPT_RECORDS, "{round}");
        assert_eq!(daemon.terminate().unwrap().code, Some(0));
    }
}

#[tokio::test]
#[ignore = "makes the folder that the test above reads; run it when the format changes, into a folder of its own"]
async fn make_the_kept_folder() {
    let setup = kept_setup().data_dir(kept_folder());
    let ledger = Arc::new(Ledger::default());
    // Half in files, half in the log.
    let daemon = setup.start().await.unwrap();
    Load::start(&daemon.sender(), &ledger, 2).end().await;
    assert_eq!(daemon.terminate().unwrap().code, Some(0));
    let mut daemon = setup.start().await.unwrap();
    Load::start(&daemon.sender(), &ledger, 2).end().await;
    daemon.kill().unwrap();
    for left in ["daemon.json", "lock"] {
        let _ = std::fs::remove_file(setup.data_path().join(left));
    }
    let _ = std::fs::remove_dir_all(setup.data_path().join("spill"));
    assert_eq!(ledger.acknowledged(), 3 * KEPT_RECORDS);
}
