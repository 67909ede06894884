//! The examples for CI, run as a runner runs them: every step as it stands there, by `sh -e`.

use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tfo_tests::cli::command;
use tfo_tests::daemon::tfo_binary;
use tfo_tests::{Daemon, Ran};

/// Stands for `gh` and `curl`: writes down how it was called and what it was to send, and says what the test has put there.
const SERVICE: &str = r#"#!/bin/sh
{ echo "${0##*/} $*"; case "$*" in *plan.md*) cat plan.md ;; esac; } >> calls
case "$*" in *--paginate*) cat comments ;; esac
"#;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

fn read(example: &str) -> Value {
    let text = std::fs::read_to_string(examples().join("ci").join(example)).unwrap();
    serde_saphyr::from_str(&text).unwrap()
}

/// The steps of the jobs of GitHub Actions: each has a shell of its own.
fn github() -> BTreeMap<String, Vec<String>> {
    let workflow = read("github-actions.yml");
    assert_eq!(workflow["defaults"]["run"]["shell"], "sh");
    let steps = |job: &Value| {
        let steps = job["steps"].as_array().unwrap().iter();
        steps.filter_map(|step| Some(step["run"].as_str()?.to_owned())).collect()
    };
    workflow["jobs"].as_object().unwrap().iter().map(|(name, job)| (name.clone(), steps(job))).collect()
}

/// The scripts of the jobs of GitLab: a shell runs all lines of one.
fn gitlab() -> BTreeMap<String, Vec<String>> {
    let jobs = read("gitlab-ci.yml");
    let script = |job: &Value| {
        let lines: Vec<&str> = job["script"].as_array()?.iter().map(|line| line.as_str().unwrap()).collect();
        Some(vec![lines.join("\n")])
    };
    let jobs = jobs.as_object().unwrap().iter();
    jobs.filter_map(|(name, job)| Some((name.clone(), script(job)?))).collect()
}

/// A machine of a CI service, with a checkout.
struct Runner {
    daemon: Daemon,
    jobs: BTreeMap<String, Vec<String>>,
    checkout: PathBuf,
}

impl Runner {
    async fn new(jobs: BTreeMap<String, Vec<String>>) -> Self {
        let daemon = Daemon::start().await.unwrap();
        let checkout = daemon.setup().folder().join("checkout");
        let bin = daemon.setup().folder().join("bin");
        std::fs::create_dir_all(&checkout).unwrap();
        std::fs::create_dir_all(&bin).unwrap();
        symlink(std::path::absolute(tfo_binary()).unwrap(), bin.join("tfo")).unwrap();
        for name in ["gh", "curl"] {
            std::fs::write(bin.join(name), SERVICE).unwrap();
            std::fs::set_permissions(bin.join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let files = checkout.join("observability");
        let copied = Command::new("cp").arg("-r").arg(examples().join("gitops")).arg(files).status().unwrap();
        assert!(copied.success());
        Self { daemon, jobs, checkout }
    }

    /// Runs the steps of a job until one fails, and gives the exit code of the last.
    fn run(&self, job: &str) -> i32 {
        let mut code = 0;
        for step in &self.jobs[job] {
            // What a service puts into a script is run by it, whoever has written it.
            assert!(!step.contains("${{"), "{step}");
            code = self.step(step);
            if code != 0 {
                break;
            }
        }
        code
    }

    fn step(&self, step: &str) -> i32 {
        let folder = self.daemon.setup().folder();
        let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
        let output = Command::new("sh")
            .args(["-e", "-c", step])
            .current_dir(&self.checkout)
            .env_clear()
            .envs([("PATH", path.as_str()), ("FILES", "observability"), ("NO_COLOR", "1")])
            .env("HOME", folder)
            .env("TFO_URL", self.daemon.addresses().url())
            .envs([
                ("GITHUB_STEP_SUMMARY", "summary.md"),
                ("GITHUB_REPOSITORY", "acme/shop"),
                ("PULL_REQUEST", "7"),
            ])
            .envs([
                ("CI_API_V4_URL", "https://gitlab/api/v4"),
                ("CI_PROJECT_ID", "3"),
                ("GITLAB_TOKEN", "token"),
            ])
            .env("CI_MERGE_REQUEST_IID", "7")
            .output()
            .unwrap();
        let code = output.status.code().unwrap();
        // For the message of a failure.
        println!("$ {step}\n{}{}[{code}]", text(&output.stdout), text(&output.stderr));
        code
    }

    fn write(&self, name: &str, content: &str) {
        std::fs::write(self.checkout.join(name), content).unwrap();
    }

    /// Replaces a text in a file of the bundle.
    fn change(&self, name: &str, from: &str, to: &str) {
        let path = self.checkout.join("observability").join(name);
        let content = std::fs::read_to_string(&path).unwrap();
        assert!(content.contains(from), "{content}");
        std::fs::write(path, content.replace(from, to)).unwrap();
    }

    /// What the services were asked since the last time.
    fn calls(&self) -> String {
        let path = self.checkout.join("calls");
        let calls = std::fs::read_to_string(&path).unwrap_or_default();
        let _ = std::fs::remove_file(path);
        calls
    }

    /// Somebody changes what the files own.
    fn edit_by_hand(&self) {
        let url = self.daemon.addresses().url();
        let mut edit = command(self.daemon.setup().folder(), &url, &["edit", "user", "ada"]);
        let output = edit.env("EDITOR", "sed -i s/ada@acme.example/zoe@acme.example/").output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    fn tfo(&self, args: &[&str]) -> Ran {
        self.daemon.tfo(args).unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn github_shows_a_plan_applies_it_and_finds_drift() {
    let runner = Runner::new(github()).await;
    runner.write("comments", "");
    assert_eq!(runner.run("check"), 0, "what a pull request changes is no failure");
    let calls = runner.calls();
    assert!(calls.contains("gh pr comment 7 --repo acme/shop --body-file plan.md\n<!-- tfo-plan"), "{calls}");
    assert!(calls.contains("+42"), "{calls}");
    let summary = std::fs::read_to_string(runner.checkout.join("summary.md")).unwrap();
    assert!(summary.starts_with("<!-- tfo-plan"), "{summary}");
    assert_eq!(runner.tfo(&["get", "user", "ada"]).code, 5, "nothing is applied yet");

    assert_eq!(runner.run("apply"), 0);
    assert_eq!(runner.run("drift"), 0);
    runner.write("comments", "123\n456\n");
    assert_eq!(runner.run("check"), 0);
    let calls = runner.calls();
    assert!(calls.contains("PATCH repos/acme/shop/issues/comments/123 -F body=@plan.md\n<!--"), "{calls}");
    assert!(!calls.contains("pr comment"), "the comment that is there is brought up to date: {calls}");

    runner.edit_by_hand();
    assert_eq!(runner.run("drift"), 1);
    assert_eq!(runner.run("apply"), 0);
    assert_eq!(runner.run("drift"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn gitlab_shows_a_plan_applies_it_and_finds_drift() {
    let runner = Runner::new(gitlab()).await;
    assert_eq!((runner.run("check"), runner.run("plan")), (0, 0));
    let calls = runner.calls();
    let notes = "body@plan.md https://gitlab/api/v4/projects/3/merge_requests/7/notes\n<!-- tfo-plan";
    assert!(calls.contains(notes) && calls.contains("+42"), "{calls}");
    assert_eq!(runner.tfo(&["get", "user", "ada"]).code, 5, "nothing is applied yet");

    assert_eq!(runner.run("apply"), 0);
    assert_eq!((runner.run("plan"), runner.run("drift")), (0, 0));
    assert_eq!(runner.calls(), "", "where nothing differs, nothing is posted");

    runner.edit_by_hand();
    assert_eq!(runner.run("drift"), 1);
    assert_eq!(runner.run("apply"), 0);
    assert_eq!(runner.run("drift"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_and_conflicts_fail_with_the_exit_codes_of_diff() {
    for (jobs, plan) in [(github(), "check"), (gitlab(), "plan")] {
        let runner = Runner::new(jobs).await;
        runner.write("comments", "");
        assert_eq!(runner.run("apply"), 0);
        runner.calls();
        // Another set that wants something else of the same resources.
        runner.change("tfo.yaml", "set: acme", "set: other");
        runner.change("people/users.yaml", "ada@acme.example", "eve@acme.example");
        assert_eq!(runner.run(plan), 3);
        let plan_text = std::fs::read_to_string(runner.checkout.join("plan.md")).unwrap();
        assert!(plan_text.contains("conflict"), "what is in the way is shown: {plan_text}");
        assert_ne!(runner.run("apply"), 0);
        runner.change("people/users.yaml", "displayName: Ada", "displayNam: Ada");
        assert_eq!(runner.run("check"), 2);
    }
}
