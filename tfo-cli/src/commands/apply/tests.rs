//! `tfo diff` and `tfo apply` against a daemon of canned answers.

use std::path::PathBuf;

use clap::Parser as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::cli::{Cli, Command};
use crate::output::Format;
use crate::output::tests::printer;

/// What a run gave: its end, stdout, stderr, and what it had asked.
struct Run {
    exit: anyhow::Result<Exit>,
    out: String,
    err: String,
    asked: Vec<Value>,
}

/// A folder with one file of a key, whose secret stands in it.
struct Folder(PathBuf);

const SECRET: &str = "tfs_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tfo-apply-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        let folder = Self(path);
        folder.write("first");
        folder
    }

    fn write(&self, description: &str) {
        let text = format!(
            "apiVersion: tfo/v1\nkind: ApiKey\nmetadata: {{name: ci, tenant: a/b/c/d}}\nspec:\n  description: {description}\n  secret: {SECRET}\n"
        );
        std::fs::write(self.0.join("key.yaml"), text).unwrap();
    }

    fn path(&self, file: &str) -> String {
        self.0.join(file).to_string_lossy().into_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a command line against these answers, one a request.
async fn run(line: &[&str], answers: Vec<(u16, Value)>) -> Run {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut asked = Vec::new();
        for (status, answer) in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            asked.push(serde_json::from_slice(&body(&mut stream).await).unwrap());
            let answer = answer.to_string();
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                answer.len()
            );
            stream.write_all(format!("{head}{answer}").as_bytes()).await.unwrap();
        }
        asked
    });
    let line: Vec<&str> = ["tfo", "--url", &url].iter().chain(line).copied().collect();
    let cli = Cli::try_parse_from(line).unwrap();
    let output = cli.print.output;
    let (mut out, stdout, stderr) = printer(output.format().unwrap_or(Format::Table), None);
    let exit = match cli.command.unwrap() {
        Command::Diff(args) => run_diff(args, &cli.place, output, &mut out).await,
        Command::Apply(args) => run_apply(args, &cli.place, output, &mut out).await,
        _ => unreachable!("only these are tested here"),
    };
    let asked = if server.is_finished() { server.await.unwrap() } else { Vec::new() };
    Run { exit, out: stdout.text(), err: stderr.text(), asked }
}

async fn body(stream: &mut tokio::net::TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    loop {
        if let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            let length: usize = length.trim().parse().unwrap();
            if request.len() >= end + 4 + length {
                return request.split_off(end + 4);
            }
        }
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.unwrap();
        assert_ne!(read, 0, "the client hung up");
        request.extend_from_slice(&buffer[..read]);
    }
}

fn plan(action: &str, diagnostics: &Value, conflicts: &Value, committed: bool) -> (u16, Value) {
    let count = |wanted: &str| u64::from(action == wanted);
    let conflict = conflicts.as_array().unwrap().len();
    let plan = json!({
        "formatVersion": "1.0", "set": {"name": "default", "scope": "platform"}, "committed": committed,
        "summary": {"create": count("create"), "update": count("update"), "delete": count("delete"), "adopt": 0, "rename": 0,
            "restore": 0, "keep": 0, "unchanged": count("unchanged"), "drift": 0, "conflict": conflict},
        "changes": [{"action": action, "ref": {"kind": "ApiKey", "scope": "a/b/c/d", "name": "ci"}, "baseGeneration": 3,
            "fields": [{"path": "/spec/description", "op": "replace", "before": "a", "after": "first"}]}],
        "conflicts": conflicts, "diagnostics": diagnostics,
    });
    (200, plan)
}

fn simple(action: &str) -> (u16, Value) {
    plan(action, &json!([]), &json!([]), false)
}

fn error(code: &str, pointer: &str) -> (u16, Value) {
    let found = json!([{"severity": "error", "code": code, "message": "this is wrong", "document": 0, "pointer": pointer}]);
    plan("unchanged", &found, &json!([]), false)
}

#[tokio::test]
async fn diff_says_by_its_exit_code_what_it_found() {
    let folder = Folder::new("codes");
    let file = folder.path("key.yaml");
    let conflict = json!([{"ref": {"kind": "ApiKey", "scope": "a/b/c/d", "name": "ci"}, "path": "", "owners": [], "message": "m"}]);
    for (options, answer, wanted) in [
        (&[][..], simple("unchanged"), Exit::Done),
        (&[], simple("update"), Exit::Differences),
        (&["--exit-zero"], simple("update"), Exit::Done),
        (&["--fail-on", "delete,drift"], simple("update"), Exit::Done),
        (&["--fail-on", "delete,drift"], simple("delete"), Exit::Differences),
        (&["--live"], simple("update"), Exit::Done),
        (&[], plan("update", &json!([]), &conflict, false), Exit::Conflict),
        (&[], error("invalid-value", "/spec/description"), Exit::Failed),
        (&[], error("missing-place", "/metadata"), Exit::NotFound),
    ] {
        let line = [&["diff", "-f", &file, "--scope", "platform"], options].concat();
        let run = run(&line, vec![answer]).await;
        assert_eq!(run.exit.unwrap(), wanted, "{options:?} {}", run.err);
        assert_eq!(run.asked[0]["commit"], false);
        assert!(!run.out.contains(SECRET) && !run.err.contains(SECRET), "{} {}", run.out, run.err);
    }
    let missing = run(&["diff", "-f", &folder.path("nowhere.yaml"), "--scope", "platform"], vec![]).await;
    assert_eq!(missing.exit.unwrap(), Exit::NotFound);
}

#[tokio::test]
async fn what_the_daemon_refuses_is_shown_in_the_file() {
    let folder = Folder::new("refused");
    let file = folder.path("key.yaml");
    for pointer in ["/spec/description", "/spec/secret"] {
        let run =
            run(&["diff", "-f", &file, "--scope", "platform"], vec![error("invalid-value", pointer)]).await;
        let shown = run.err.replace(&folder.path(""), "");
        insta::assert_snapshot!(pointer.replace('/', "_"), shown);
    }
}

#[tokio::test]
async fn apply_commits_and_sends_the_secret_that_it_never_shows() {
    let folder = Folder::new("commit");
    let file = folder.path("key.yaml");
    let line = ["apply", "-f", &file, "--scope", "platform", "-o", "json"];
    let run = run(&line, vec![plan("create", &json!([]), &json!([]), true)]).await;
    assert_eq!(run.exit.unwrap(), Exit::Done);
    assert_eq!(run.asked[0]["commit"], true);
    assert_eq!(run.asked[0]["documents"][0]["document"]["spec"]["secret"], SECRET);
    let printed: Plan = serde_json::from_str(&run.out).unwrap();
    assert!(printed.committed && run.err.contains("1 created"), "{}", run.err);
}

#[tokio::test]
async fn a_plan_in_a_file_is_done_as_it_was_shown_or_not_at_all() {
    let folder = Folder::new("planned");
    let (file, plan_file) = (folder.path("key.yaml"), folder.path("plan.json"));
    let line = ["diff", "-f", &file, "--scope", "platform", "--out", &plan_file];
    assert_eq!(run(&line, vec![simple("update")]).await.exit.unwrap(), Exit::Differences);
    let text = std::fs::read_to_string(&plan_file).unwrap();
    assert!(!text.contains(SECRET), "{text}");
    let done =
        run(&["apply", &plan_file], vec![simple("update"), plan("update", &json!([]), &json!([]), true)])
            .await;
    assert_eq!(done.exit.unwrap(), Exit::Done, "{}", done.err);
    assert_eq!(done.asked[0]["commit"], false);
    assert_eq!(done.asked[1]["commit"], true);
    assert_eq!(done.asked[1]["expect"][0]["generation"], 3);
    assert_eq!(done.asked[1]["documents"][0]["document"]["spec"]["secret"], SECRET);
    // The daemon has something else by now.
    let stale = run(&["apply", &plan_file], vec![simple("unchanged")]).await;
    assert_eq!(stale.exit.unwrap(), Exit::Conflict);
    assert!(stale.err.contains("the plan is stale"), "{}", stale.err);
    // The files say something else by now.
    folder.write("second");
    let changed = run(&["apply", &plan_file], vec![]).await.exit.unwrap_err().to_string();
    assert!(changed.starts_with("the files are not those that were planned: look at "), "{changed}");
}

#[tokio::test]
async fn pruning_wants_a_named_set_and_whole_folders() {
    let folder = Folder::new("prune");
    let (file, all) = (folder.path("key.yaml"), folder.path(""));
    let refused = async |line: &[&str]| run(line, vec![]).await.exit.unwrap_err().to_string();
    let error = refused(&["diff", "-f", &all, "--scope", "platform", "--prune"]).await;
    assert!(error.starts_with("--prune needs a set that was named"), "{error}");
    let error = refused(&["diff", "-f", &file, "--scope", "platform", "--prune", "--set", "shop"]).await;
    assert!(error.starts_with("--prune wants whole folders"), "{error}");
    let line = [
        "diff",
        "-f",
        &all,
        "--scope",
        "platform",
        "--prune",
        "--set",
        "shop",
        "--prune-kinds",
        "Tenant,User",
    ];
    let run = run(&line, vec![simple("unchanged")]).await;
    assert_eq!(run.asked[0]["prune"]["kinds"], json!(["Tenant", "User"]));
    assert_eq!(run.asked[0]["set"], json!({"name": "shop", "scope": "platform"}));
}

#[tokio::test]
async fn a_folder_without_documents_deletes_nothing_unless_that_is_meant() {
    let folder = Folder::new("empty");
    let all = folder.path("");
    std::fs::remove_file(folder.path("key.yaml")).unwrap();
    let line = ["diff", "-f", &all, "--scope", "platform", "--set", "shop", "--prune"];
    for verb in ["diff", "apply"] {
        let line = [&[verb], &line[1..]].concat();
        let error = run(&line, vec![]).await.exit.unwrap_err().to_string();
        assert!(error.starts_with("there are no documents"), "{error}");
    }
    let meant = run(&[&line[..], &["--allow-empty"]].concat(), vec![simple("delete")]).await;
    assert_eq!(
        (&meant.asked[0]["documents"], &meant.asked[0]["prune"]["allowEmpty"]),
        (&json!([]), &json!(true))
    );
}

#[tokio::test]
async fn a_secret_that_a_daemon_should_not_have_sent_goes_no_further() {
    let folder = Folder::new("leak");
    let file = folder.path("key.yaml");
    let (status, mut answer) = simple("update");
    answer["changes"][0]["fields"][0]["path"] = json!("/spec/secret");
    answer["changes"][0]["fields"][0]["after"] = json!(SECRET);
    answer["conflicts"] = json!([{"ref": {"kind": "ApiKey", "scope": "a/b/c/d", "name": "ci"}, "path": "/spec/secret",
        "owners": [], "wanted": SECRET, "message": "m"}]);
    for output in ["json", "yaml", "text", "markdown", "github", "yaml-diff"] {
        let line = ["diff", "-f", &file, "--scope", "platform", "-o", output];
        let run = run(&line, vec![(status, answer.clone())]).await;
        assert!(run.out.contains("<set>") || output == "github", "{output} {}", run.out);
        assert!(!run.out.contains(SECRET) && !run.err.contains(SECRET), "{output} {}", run.out);
    }
}

#[tokio::test]
async fn a_plan_file_holds_no_secret_and_knows_it_again() {
    let folder = Folder::new("variables");
    let (file, plan_file) = (folder.path("key.yaml"), folder.path("plan.json"));
    let text = std::fs::read_to_string(&file).unwrap().replace(SECRET, "${var:key}");
    std::fs::write(&file, text).unwrap();
    let given = format!("key={SECRET}");
    let line = ["diff", "-f", &file, "--scope", "platform", "--out", &plan_file, "--var", &given];
    run(&line, vec![simple("update")]).await.exit.unwrap();
    assert!(!std::fs::read_to_string(&plan_file).unwrap().contains(SECRET));
    let answers = || vec![simple("update"), plan("update", &json!([]), &json!([]), true)];
    let done = run(&["apply", &plan_file, "--var", &given], answers()).await;
    assert_eq!(done.asked[1]["documents"][0]["document"]["spec"]["secret"], SECRET);
    // Another secret is not what was planned, though the plan would look the same.
    let other = given.replace("0123", "3210");
    let error = run(&["apply", &plan_file, "--var", &other], vec![]).await.exit.unwrap_err().to_string();
    assert!(error.starts_with("a secret is not the one that was planned: look at "), "{error}");
    assert!(error.contains("key.yaml:1;") && !error.contains("3210"), "{error}");
}
