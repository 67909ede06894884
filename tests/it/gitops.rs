//! A whole organization from files: applied, read back, changed by hand, killed in the middle.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tfo_tests::cli::command;
use tfo_tests::{Daemon, Setup};

/// The example that a platform team starts from.
fn example() -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/gitops").to_string_lossy().into_owned()
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

fn users(count: usize) -> String {
    let user = |at: usize| {
        format!(
            "---\napiVersion: tfo/v1\nkind: User\nmetadata: {{name: user-{at}}}\nspec: {{email: u{at}@example.com}}\n"
        )
    };
    (0..count).map(user).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_applies_once_and_reads_back_as_it_is() {
    let daemon = Daemon::start().await.unwrap();
    let example = example();
    daemon.tfo(&["diff", "-f", &example]).unwrap().expect_code(1);
    daemon.tfo(&["apply", "-f", &example]).unwrap().expect_code(0);
    daemon.tfo(&["diff", "-f", &example]).unwrap().expect_code(0);
    let again = daemon.tfo(&["apply", "-f", &example, "-o", "json"]).unwrap().expect_code(0).json().unwrap();
    assert_eq!(
        (&again["summary"]["create"], &again["summary"]["update"]),
        (&Value::from(0), &Value::from(0))
    );
    let exported = daemon.tfo(&["export", "--all"]).unwrap().expect_code(0).stdout;
    let file = write(daemon.setup().folder(), "all.yaml", &exported);
    daemon.tfo(&["diff", "-f", &file, "--set", "acme"]).unwrap().expect_code(0);
    let verified = daemon.tfo(&["audit", "verify"]).unwrap().expect_code(0);
    assert!(verified.stdout.contains("whole") || verified.stderr.contains("whole"), "{verified:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn telemetry_is_read_in_the_tenant_that_one_works_in() {
    let daemon = Daemon::start().await.unwrap();
    daemon.tfo(&["apply", "-f", &example()]).unwrap().expect_code(0);
    let staging = "eu/acme/checkout/staging";
    let body = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"of staging"}}]}]}]}"#;
    let url = format!("http://{}/t/{staging}/v1/logs", daemon.addresses().http);
    let headers = [("content-type", "application/json")];
    let reply = daemon.sender().post(&url, &headers, body.as_bytes().to_vec()).await.unwrap();
    assert_eq!(reply.status, 200);
    let of = |tenant: &[&str]| daemon.tfo(&[tenant, &["logs", "-o", "jsonl"]].concat()).unwrap();
    assert!(of(&["--tenant", staging]).expect_code(0).stdout.contains("of staging"));
    assert_eq!(of(&[]).expect_code(0).stdout, "");
    assert_eq!(of(&["--tenant", "eu/acme/checkout/production"]).expect_code(0).stdout, "");
    let unknown = of(&["--tenant", "eu/acme/checkout/nosuch"]).expect_code(5);
    assert!(unknown.stderr.contains("there is no tenant"), "{unknown:?}");
    let mut by_variable =
        command(daemon.setup().folder(), &daemon.addresses().url(), &["logs", "-o", "jsonl"]);
    let output = by_variable.env("TFO_TENANT", staging).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("of staging"), "{output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_by_hand_is_shown_and_put_back() {
    let daemon = Daemon::start().await.unwrap();
    let file = write(daemon.setup().folder(), "users.yaml", &users(1));
    daemon.tfo(&["apply", "-f", &file, "--set", "people"]).unwrap().expect_code(0);
    let mut edit = command(daemon.setup().folder(), &daemon.addresses().url(), &["edit", "user", "user-0"]);
    let edited = edit.env("EDITOR", "sed -i s/u0@example.com/zoe@example.com/").output().unwrap();
    assert!(edited.status.success(), "{edited:?}");
    let drift = daemon.tfo(&["diff", "-f", &file, "--set", "people"]).unwrap().expect_code(1);
    let audit = daemon.tfo(&["audit", "list", "-o", "json"]).unwrap().expect_code(0).json().unwrap();
    assert_eq!(audit["items"][0]["address"], "127.0.0.1", "{audit}");
    assert!(drift.stdout.contains("drift: local set \"zoe@example.com\""), "{drift:?}");
    daemon.tfo(&["rollback", "user", "user-0", "--to", "1"]).unwrap().expect_code(0);
    daemon.tfo(&["diff", "-f", &file, "--set", "people"]).unwrap().expect_code(0);
}

/// Whatever the moment, an apply is there as a whole or not at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_is_killed_while_it_applies_has_all_of_it_or_nothing() {
    const USERS: usize = 300;
    let setup = Setup::new().unwrap();
    let file = write(setup.folder(), "users.yaml", &users(USERS));
    let mut outcomes = std::collections::BTreeSet::new();
    for round in 0..8_u32 {
        let mut daemon = setup.start().await.unwrap();
        let url = daemon.addresses().url();
        let mut apply =
            command(setup.folder(), &url, &["apply", "-f", &file, "--set", "people"]).spawn().unwrap();
        // A moment of its own a round, in the loading, the planning or the commit.
        let moment = std::time::Duration::from_millis(u64::from(round) * 60);
        let killed = std::thread::spawn(move || {
            std::thread::sleep(moment);
            daemon.kill().unwrap();
        });
        killed.join().unwrap();
        apply.wait().unwrap();
        let daemon = setup.start().await.unwrap();
        let listed = daemon.tfo(&["get", "users", "-o", "json"]).unwrap().expect_code(0).json().unwrap();
        let count = listed["items"].as_array().unwrap().len();
        assert!(count == 0 || count == USERS, "round {round}: {count} of {USERS}");
        daemon.tfo(&["audit", "verify"]).unwrap().expect_code(0);
        outcomes.insert(count);
        if count == USERS {
            break;
        }
        assert_eq!(daemon.terminate().unwrap().code, Some(0));
    }
    assert!(outcomes.contains(&0), "{outcomes:?}");
}

/// Whatever the moment, a prune is there as a whole or not at all, and the next apply ends it.
#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_is_killed_while_it_prunes_has_pruned_all_or_nothing() {
    const USERS: usize = 150;
    let setup = Setup::new().unwrap();
    let (all, one) = (setup.folder().join("all"), setup.folder().join("one"));
    for (folder, count) in [(&all, USERS), (&one, 1)] {
        std::fs::create_dir(folder).unwrap();
        write(folder, "users.yaml", &users(count));
    }
    let path = |folder: &Path| folder.to_string_lossy().into_owned();
    let prune = [
        "apply",
        "-f",
        &path(&one),
        "--set",
        "people",
        "--prune",
        "--prune-limit",
        "1000",
        "--prune-kinds",
        "User",
        "--yes",
    ];
    let mut outcomes = std::collections::BTreeSet::new();
    for round in 0..8_u32 {
        let mut daemon = setup.start().await.unwrap();
        daemon.tfo(&["apply", "-f", &path(&all), "--set", "people"]).unwrap().expect_code(0);
        let mut pruning = command(setup.folder(), &daemon.addresses().url(), &prune).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(u64::from(round) * 60));
        daemon.kill().unwrap();
        pruning.wait().unwrap();
        let daemon = setup.start().await.unwrap();
        let listed = daemon.tfo(&["get", "users", "-o", "json"]).unwrap().expect_code(0).json().unwrap();
        let count = listed["items"].as_array().unwrap().len();
        assert!(count == 1 || count == USERS, "round {round}: {count} of {USERS}");
        daemon.tfo(&["audit", "verify"]).unwrap().expect_code(0);
        outcomes.insert(count);
        if count == 1 {
            break;
        }
        assert_eq!(daemon.terminate().unwrap().code, Some(0));
    }
    assert!(outcomes.contains(&USERS), "{outcomes:?}");
    let daemon = setup.start().await.unwrap();
    daemon.tfo(&prune).unwrap().expect_code(0);
    let listed = daemon.tfo(&["get", "users", "-o", "json"]).unwrap().expect_code(0).json().unwrap();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}
