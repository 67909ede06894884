//! Running `tfo` as a user does.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::Context as _;
use serde_json::Value;

use crate::Daemon;
use crate::daemon::tfo_command;

/// What a command did.
#[derive(Debug, Clone)]
pub struct Ran {
    /// Its exit code; -1 when a signal ended it.
    pub code: i32,
    /// Its data.
    pub stdout: String,
    /// Its talk.
    pub stderr: String,
}

impl Ran {
    fn from_output(output: Output) -> anyhow::Result<Self> {
        Ok(Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).context("stdout is not text")?,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Its stdout as one JSON document.
    pub fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_str(&self.stdout).with_context(|| format!("not JSON: {self:?}"))
    }

    /// Its stdout as one JSON document a line.
    pub fn json_lines(&self) -> anyhow::Result<Vec<Value>> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).with_context(|| format!("not JSON: {line}")))
            .collect()
    }

    /// Asserts the exit code.
    ///
    /// # Panics
    ///
    /// When it is another.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }
}

/// `tfo` with these arguments, asking the daemon at this URL.
pub fn command(home: &Path, url: &str, args: &[&str]) -> Command {
    let mut command = tfo_command(home);
    command.env("TFO_URL", url).args(args).stdin(Stdio::null());
    command
}

/// Runs `tfo` and waits for its end.
pub fn run(home: &Path, url: &str, args: &[&str]) -> anyhow::Result<Ran> {
    Ran::from_output(command(home, url, args).output()?)
}

impl Daemon {
    /// Runs `tfo` against this daemon.
    pub fn tfo(&self, args: &[&str]) -> anyhow::Result<Ran> {
        run(self.setup().folder(), &self.addresses().url(), args)
    }
}
