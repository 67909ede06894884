//! `tfo-daemon config`, and the daemon that records itself.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use tfo_tests::Setup;
use tfo_tests::daemon::tfo_binary;
use tfo_tests::rest::eventually;

/// `tfo-daemon` beside the `tfo` under test, without the settings of whoever runs the test.
fn tfo_daemon(args: &[&str]) -> Output {
    let mut command = Command::new(tfo_binary().with_file_name("tfo-daemon"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TFO_")) {
        command.env_remove(name);
    }
    command.args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A file of this content in a folder that goes with it.
fn file(content: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tfo.toml");
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

#[test]
fn a_configuration_is_checked_with_every_mistake_at_its_place() {
    let (_folder, path) =
        file("[listen]\nhttp = \"0.0.0.0:1\"\n  otlp_grcp = \"x\"\n[query]\ndeadline = = 5\nsql_rows = 0\n");
    let path = path.to_str().unwrap();
    let refused = tfo_daemon(&["config", "check", "--config", path]);
    let told = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{told}");
    for place in [
        ":2:8: listen.http: ",
        ":3:3: unknown setting \"listen.otlp_grcp\"",
        ":5:",
        ":6:12: query.sql_rows: ",
    ] {
        assert!(told.contains(&format!("{path}{place}")), "{place} in {told}");
    }
    let (_folder, path) = file("[query]\nsql_rows = 5\n");
    let valid = tfo_daemon(&["config", "check", "--config", path.to_str().unwrap()]);
    assert_eq!(
        (valid.status.code(), text(&valid.stdout).as_str()),
        (Some(0), "the configuration is valid\n")
    );
    let nowhere = tfo_daemon(&["config", "check", "--config", "/nowhere/tfo.toml"]);
    assert_eq!(nowhere.status.code(), Some(2));
    assert_eq!(tfo_daemon(&["config"]).status.code(), Some(2));
    assert_eq!(tfo_daemon(&["cnofig", "check"]).status.code(), Some(2));
}

#[test]
fn what_is_printed_can_be_read_again() {
    let (_folder, path) = file("[query]\nsql_rows = 5\n");
    let printed =
        tfo_daemon(&["config", "print", "--config", path.to_str().unwrap(), "--log-level", "debug"]);
    let printed = text(&printed.stdout);
    assert!(printed.contains(&format!("sql_rows = 5  # {}:2:12\n", path.display())), "{printed}");
    assert!(printed.contains("level = \"debug\"  # --log-level\n"), "{printed}");
    let (_folder, again) = file(&printed);
    let values = |printed: &str| -> Vec<String> {
        let lines = printed.lines().map(|line| line.split("  # ").next().unwrap_or_default().to_owned());
        lines.filter(|line| !line.starts_with('#')).collect()
    };
    let second = tfo_daemon(&["config", "print", "--config", again.to_str().unwrap()]);
    assert_eq!(values(&text(&second.stdout)), values(&printed));
    let (_folder, defaults) = file(&text(&tfo_daemon(&["config", "print", "--defaults"]).stdout));
    assert_eq!(
        tfo_daemon(&["config", "check", "--config", defaults.to_str().unwrap()]).status.code(),
        Some(0)
    );
}

#[test]
fn a_password_is_in_nothing_that_is_printed() {
    let (_folder, path) = file("[database]\nurl = \"postgres://tfo:hunter2@127.0.0.1:1/meta\"\n");
    let path = path.to_str().unwrap();
    let printed = tfo_daemon(&["config", "print", "--config", path]);
    assert!(text(&printed.stdout).contains("postgres://tfo:redacted@127.0.0.1:1/meta"), "{printed:?}");
    let failed = tfo_daemon(&["migrate", "--config", path]);
    assert_eq!(failed.status.code(), Some(2), "{failed:?}");
    assert!(text(&failed.stderr).contains("127.0.0.1:1/meta: it cannot be reached"), "{failed:?}");
    let all = [printed, failed].map(|output| text(&output.stdout) + &text(&output.stderr)).concat();
    assert!(!all.contains("hunter2"), "{all}");
}

#[test]
fn the_schema_is_brought_up_to_date_once_and_a_dry_run_only_tells() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let migrate = |more: &[&str]| {
        let told = tfo_daemon(&[&["migrate", "--data-dir", data.to_str().unwrap()], more].concat());
        assert_eq!(told.status.code(), Some(0), "{told:?}");
        text(&told.stdout)
    };
    assert!(migrate(&["--dry-run"]).starts_with("would run 0001_resources\n"));
    assert!(!data.exists());
    assert!(migrate(&[]).starts_with("ran 0001_resources\n"));
    assert_eq!(migrate(&[]), "the schema is up to date\n");
    assert_eq!(migrate(&["--dry-run"]), "the schema is up to date\n");
    assert_eq!(tfo_daemon(&["--dry-run"]).status.code(), Some(2));
}

#[tokio::test]
async fn a_daemon_that_is_told_to_records_itself() {
    let setup = Setup::new().unwrap().env("TFO_SELF_TELEMETRY", "true");
    let daemon = setup.start().await.unwrap();
    let rest = daemon.rest();
    eventually("the daemon's own log and metrics", || async {
        let own = [("service", "tfo-daemon")];
        let logs: Value = rest.get("/logs", &own).await?;
        let metrics: Value = rest.get("/metrics/names", &own).await?;
        let said = logs["items"].as_array().is_some_and(|logs| logs.iter().any(|log| log["body"] == "ready"));
        let names = metrics["items"].as_array().map_or(0, Vec::len);
        Ok((said && names > 20).then_some(()))
    })
    .await
    .unwrap();
    // What was written before it stopped is there again, its last words included.
    let exit = daemon.terminate().unwrap();
    assert_eq!(exit.code, Some(0), "{exit:?}");
    let daemon = setup.start().await.unwrap();
    let stopping =
        daemon.rest().sql_number("SELECT count(*) FROM logs WHERE body = 'stopping'").await.unwrap();
    assert_eq!(stopping, 1);
}

#[tokio::test]
async fn a_daemon_that_is_not_told_to_records_nothing() {
    let setup = Setup::new().unwrap();
    // One that recorded would have said by its end what it did.
    assert_eq!(setup.start().await.unwrap().terminate().unwrap().code, Some(0));
    let daemon = setup.start().await.unwrap();
    let rest = daemon.rest();
    for table in ["logs", "metric_points"] {
        assert_eq!(rest.sql_number(&format!("SELECT count(*) FROM {table}")).await.unwrap(), 0);
    }
}
