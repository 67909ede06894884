//! The walk in `docs/gitops.md` is what really happens: each file is written, each command is run in a shell, and what it
//! prints is what the page shows. `TFO_TEST_UPDATE=1` writes the page anew.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use regex::Regex;
use tfo_tests::Daemon;
use tfo_tests::daemon::{tfo_binary, tfo_command};

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/gitops.md")
}

/// What differs from run to run, made the same.
struct Steady(Vec<(Regex, &'static str)>);

impl Steady {
    fn new() -> Self {
        let rules = [
            (
                r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}",
                "01932c5e-7a10-7c3e-9b1f-5d0a4e8c2f61",
            ),
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "2026-11-28T12:00:00.000Z"),
            (r"127\.0\.0\.1:\d+", "127.0.0.1:3100"),
            (r"\b\d+(\.\d+)?(ns|us|µs|ms|s)\b", "1s"),
            (r"\b[0-9a-f]{64}\b", "…"),
        ];
        Self(rules.into_iter().map(|(rule, with)| (Regex::new(rule).unwrap(), with)).collect())
    }

    fn apply(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (rule, with) in &self.0 {
            text = rule.replace_all(&text, *with).into_owned();
        }
        // A line's end shows nowhere.
        text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

/// Runs a command in the folder, as somebody in a terminal does.
fn run(daemon: &Daemon, folder: &Path, command: &str) -> String {
    let home = daemon.setup().folder();
    // The environment that tests give `tfo`, for the shell that runs it.
    let template = tfo_command(home);
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("{command} 2>&1")).current_dir(folder).stdin(Stdio::null());
    for (name, value) in template.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let binaries = tfo_binary().parent().unwrap().to_owned();
    let path = std::env::var("PATH").unwrap_or_default();
    shell.env("PATH", format!("{}:{path}", binaries.display())).env("TFO_URL", daemon.addresses().url());
    String::from_utf8(shell.output().unwrap().stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_walk_through_gitops_is_what_happens() {
    let daemon = Daemon::start().await.unwrap();
    let folder = daemon.setup().folder().join("repository");
    std::fs::create_dir(&folder).unwrap();
    let steady = Steady::new();
    let text = std::fs::read_to_string(page()).unwrap();
    let mut written = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        written.push_str(line);
        written.push('\n');
        let Some(kind) = line.strip_prefix("```").filter(|kind| !kind.is_empty()) else { continue };
        let mut block = Vec::new();
        while let Some(inside) = lines.next_if(|inside| *inside != "```") {
            block.push(inside);
        }
        if let Some(name) = kind.strip_prefix("yaml ") {
            std::fs::write(folder.join(name), block.join("\n") + "\n").unwrap();
            written.push_str(&(block.join("\n") + "\n"));
        } else if kind == "console" {
            for command in block.iter().filter_map(|inside| inside.strip_prefix("$ ")) {
                written.push_str(&format!("$ {command}\n{}", steady.apply(&run(&daemon, &folder, command))));
            }
        } else {
            written.push_str(&(block.join("\n") + "\n"));
        }
    }
    if std::env::var_os("TFO_TEST_UPDATE").is_some() {
        std::fs::write(page(), &written).unwrap();
    }
    let first = text.lines().zip(written.lines()).find(|(shown, real)| shown != real);
    assert!(
        text == written,
        "docs/gitops.md shows something else: {first:?}; TFO_TEST_UPDATE=1 writes it anew"
    );
}
