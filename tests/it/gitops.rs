//! A whole organization from files: applied, read back, changed by hand, killed in the middle.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use tfo_sdk::resource::kinds;
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

/// Runs `tfo` with a text on its stdin; gives its exit code and what it printed.
fn tfo_with_stdin(daemon: &Daemon, args: &[&str], text: &str) -> (Option<i32>, String) {
    let mut command = command(daemon.setup().folder(), &daemon.addresses().url(), args);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let text = text.to_owned();
    let writing = std::thread::spawn(move || stdin.write_all(text.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    let told =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.code(), told)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_of_any_kind_is_no_difference() {
    let daemon = Daemon::start().await.unwrap();
    daemon.tfo(&["apply", "-f", &example()]).unwrap().expect_code(0);
    let policy = "apiVersion: tfo/v1\nkind: CorsPolicy\nmetadata: {name: pages}\nspec: {origins: []}\n";
    let file = write(daemon.setup().folder(), "cors.yaml", policy);
    daemon.tfo(&["apply", "-f", &file, "--set", "acme"]).unwrap().expect_code(0);
    for kind in &kinds::ALL {
        for format in ["yaml", "json"] {
            let read = daemon.tfo(&["get", kind.plural, "-A", "-o", format]).unwrap().expect_code(0).stdout;
            assert!(read.contains(&format!("kind: {}", kind.name)) || format == "json", "{read}");
            let (code, told) = tfo_with_stdin(&daemon, &["diff", "-f", "-", "--set", "acme"], &read);
            assert_eq!(code, Some(0), "{} in {format}: {told}", kind.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_says_by_its_exit_code_what_it_is() {
    let daemon = Daemon::start().await.unwrap();
    let folder = daemon.setup().folder();
    let mine = write(folder, "mine.yaml", &users(2));
    let theirs = write(folder, "theirs.yaml", &users(1).replace("u0@", "zoe@"));
    let wrong = write(folder, "wrong.yaml", &users(1).replace("email", "emial"));
    let homeless = "apiVersion: tfo/v1\nkind: Quota\nmetadata: {name: q, tenant: no/such/place/here}\nspec: {activeSeries: 1}\n";
    let homeless = write(folder, "homeless.yaml", homeless);
    let plan = folder.join("plan.json").to_string_lossy().into_owned();
    for (args, code) in [
        (&["diff", "-f", &mine][..], 1),
        (&["diff", "-f", &mine, "--exit-zero"], 0),
        (&["diff", "-f", &mine, "--fail-on", "delete"], 0),
        (&["diff", "-f", &mine, "--out", &plan], 1),
        (&["apply", "-f", &mine], 0),
        (&["apply", "-f", &mine], 0),
        (&["diff", "-f", &mine], 0),
        // The plan was made when there were none.
        (&["apply", &plan], 3),
        (&["diff", "-f", &theirs, "--set", "theirs"], 3),
        (&["apply", "-f", &theirs, "--set", "theirs"], 3),
        (&["diff", "-f", &wrong], 2),
        (&["apply", "-f", &wrong], 2),
        (&["diff"], 2),
        (&["diff", "--nonsense"], 2),
        (&["diff", "-f", "nowhere.yaml"], 5),
        (&["apply", "-f", "nowhere.yaml"], 5),
        (&["diff", "-f", &homeless], 5),
        (&["apply", "-f", &homeless], 5),
    ] {
        let ran = daemon.tfo(args).unwrap();
        assert_eq!(ran.code, code, "{args:?}: {ran:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_a_plan_that_has_enough_ends_it_quietly() {
    let daemon = Daemon::start().await.unwrap();
    let file = write(daemon.setup().folder(), "users.yaml", &users(2000));
    for output in ["table", "json", "markdown", "yaml-diff"] {
        let url = daemon.addresses().url();
        let mut diff = command(daemon.setup().folder(), &url, &["diff", "-f", &file, "-q", "-o", output]);
        let mut child = diff.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        let status = tfo_tests::daemon::wait(&mut child).unwrap();
        // What fits into the pipe is written before anybody can see that its reader has gone.
        assert!(matches!(status.code(), Some(0 | 1)) && stderr.is_empty(), "{output}: {status} {stderr}");
    }
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
    let last = audit["items"].as_array().unwrap().last().unwrap();
    assert_eq!(last["address"], "127.0.0.1", "{last}");
    assert!(drift.stdout.contains("drift: local set \"zoe@example.com\""), "{drift:?}");
    daemon.tfo(&["rollback", "user", "user-0", "--to", "1"]).unwrap().expect_code(0);
    daemon.tfo(&["diff", "-f", &file, "--set", "people"]).unwrap().expect_code(0);
}

/// Whatever the moment, an apply is there as a whole or not at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_is_killed_while_it_applies_has_all_of_it_or_nothing() {
    const USERS: usize = 300;
    let folder = Setup::new().unwrap();
    let file = write(folder.folder(), "users.yaml", &users(USERS));
    let apply = ["apply", "-f", &file, "--set", "people"];
    let daemon = folder.start().await.unwrap();
    let begun = Instant::now();
    daemon.tfo(&apply).unwrap().expect_code(0);
    let whole = begun.elapsed();
    let mut outcomes = std::collections::BTreeSet::new();
    for moment in moments(whole) {
        let setup = Setup::new().unwrap();
        let mut daemon = setup.start().await.unwrap();
        let mut apply = command(setup.folder(), &daemon.addresses().url(), &apply).spawn().unwrap();
        std::thread::sleep(moment);
        daemon.kill().unwrap();
        apply.wait().unwrap();
        let daemon = setup.start().await.unwrap();
        let listed = daemon.tfo(&["get", "users", "-o", "json"]).unwrap().expect_code(0).json().unwrap();
        let count = listed["items"].as_array().unwrap().len();
        assert!(count == 0 || count == USERS, "killed after {moment:?}: {count} of {USERS}");
        daemon.tfo(&["audit", "verify"]).unwrap().expect_code(0);
        outcomes.insert(count);
    }
    assert!(outcomes.contains(&0), "{outcomes:?}");
}

/// Moments spread over what takes this long: in the loading, the planning, the commit.
fn moments(whole: Duration) -> impl Iterator<Item = Duration> {
    const MOMENTS: u32 = 10;
    (0..MOMENTS).map(move |moment| whole * moment / MOMENTS)
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
    let apply = ["apply", "-f", &path(&all), "--set", "people"];
    let daemon = setup.start().await.unwrap();
    daemon.tfo(&apply).unwrap().expect_code(0);
    let begun = Instant::now();
    daemon.tfo(&prune).unwrap().expect_code(0);
    let whole = begun.elapsed();
    assert_eq!(daemon.terminate().unwrap().code, Some(0));
    let mut outcomes = std::collections::BTreeSet::new();
    for moment in moments(whole) {
        let mut daemon = setup.start().await.unwrap();
        daemon.tfo(&apply).unwrap().expect_code(0);
        let mut pruning = command(setup.folder(), &daemon.addresses().url(), &prune).spawn().unwrap();
        std::thread::sleep(moment);
        daemon.kill().unwrap();
        pruning.wait().unwrap();
        let daemon = setup.start().await.unwrap();
        let listed = daemon.tfo(&["get", "users", "-o", "json"]).unwrap().expect_code(0).json().unwrap();
        let count = listed["items"].as_array().unwrap().len();
        assert!(count == 1 || count == USERS, "killed after {moment:?}: {count} of {USERS}");
        daemon.tfo(&["audit", "verify"]).unwrap().expect_code(0);
        outcomes.insert(count);
        assert_eq!(daemon.terminate().unwrap().code, Some(0));
    }
    assert!(outcomes.contains(&USERS), "{outcomes:?}");
    let daemon = setup.start().await.unwrap();
    daemon.tfo(&prune).unwrap().expect_code(0);
    let listed = daemon.tfo(&["get", "users", "-o", "json"]).unwrap().expect_code(0).json().unwrap();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}
