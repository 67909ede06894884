//! A real terminal: the interface in tmux, keys in, screens out.
//!
//! Each terminal is a tmux server of its own, on a socket in a folder of its own, with nothing of the user's settings.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use tempfile::TempDir;

use crate::daemon::{Daemon, tfo_binary, tfo_command};
use crate::seed;

/// How long a screen is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// From one look at the screen to the next.
const LOOK: Duration = Duration::from_millis(30);

/// A terminal with the interface in it.
#[derive(Debug)]
pub struct Terminal {
    folder: TempDir,
}

/// Whether tmux is there. Where `tests/run` has prepared everything, it must be.
pub fn is_possible() -> anyhow::Result<bool> {
    let is_there = Command::new("tmux").arg("-V").output().is_ok_and(|output| output.status.success());
    let must = seed::is_complete();
    ensure!(is_there || !must, "tests/run did not install tmux");
    Ok(is_there)
}

impl Terminal {
    /// Opens the interface of a daemon in a terminal of this size.
    pub fn open(daemon: &Daemon, (columns, rows): (u16, u16), args: &[&str]) -> anyhow::Result<Self> {
        let args: Vec<String> = args.iter().map(|arg| format!("'{arg}'")).collect();
        let line = format!(
            "'{}' --data-dir '{}' tui {}",
            tfo_binary().display(),
            daemon.setup().data_path().display(),
            args.join(" ")
        );
        Self::run((columns, rows), &line)
    }

    /// Runs a command line in a terminal of this size. What it says last stays to be read.
    pub fn run((columns, rows): (u16, u16), line: &str) -> anyhow::Result<Self> {
        let folder = TempDir::with_prefix("tfo-terminal-")?;
        let terminal = Self { folder };
        let home = terminal.folder.path().to_owned();
        let config = home.join("tmux.conf");
        std::fs::write(
            &config,
            "set -g default-terminal tmux-256color\nset -g status off\nset -g escape-time 0\nset -g mouse on\n\
             set -g set-clipboard on\nset -g remain-on-exit on\n",
        )?;
        let (columns, rows) = (columns.to_string(), rows.to_string());
        let mut command = tfo_command(&home);
        // Colours are a part of what is tested.
        command.env_remove("NO_COLOR").env("LC_ALL", "C.UTF-8").env("TFO_CONFIG_DIR", home.join("config"));
        let tfo = command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
        let variables: Vec<_> = tfo.collect();
        let mut tmux = terminal.tmux();
        tmux.envs(variables).env_remove("NO_COLOR").env_remove("TMUX");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("TFO_") && name != "TFO_CONFIG_DIR" {
                tmux.env_remove(name);
            }
        }
        tmux.arg("-f").arg(&config).args(["new-session", "-d", "-x", &columns, "-y", &rows, line]);
        done(&tmux.output()?).context("tmux new-session")?;
        Ok(terminal)
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    fn tmux(&self) -> Command {
        let mut command = Command::new("tmux");
        command.arg("-S").arg(self.socket());
        command
    }

    /// Presses keys by tmux's names: `Enter`, `Escape`, `C-w`, or a letter each.
    pub fn press(&self, keys: &[&str]) -> anyhow::Result<()> {
        for key in keys {
            // A chord is two keys that one types apart.
            done(&self.tmux().args(["send-keys", key]).output()?).with_context(|| format!("key {key}"))?;
        }
        Ok(())
    }

    /// Types a text.
    pub fn type_in(&self, text: &str) -> anyhow::Result<()> {
        done(&self.tmux().args(["send-keys", "-l", text]).output()?)?;
        Ok(())
    }

    /// What is on the screen.
    pub fn screen(&self) -> anyhow::Result<String> {
        done(&self.tmux().args(["capture-pane", "-p"]).output()?)
    }

    /// The same with its colours, as escape sequences.
    pub fn coloured(&self) -> anyhow::Result<String> {
        done(&self.tmux().args(["capture-pane", "-p", "-e"]).output()?)
    }

    /// Keeps the screen with its colours under a name, where `TFO_TEST_PICTURES` names a folder: `tests/pictures` makes
    /// the pictures of the manual of them.
    pub fn keep(&self, name: &str) -> anyhow::Result<()> {
        if let Some(folder) = std::env::var_os("TFO_TEST_PICTURES") {
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.ansi")), self.coloured()?)?;
        }
        Ok(())
    }

    /// Gives the terminal another size.
    pub fn resize(&self, columns: u16, rows: u16) -> anyhow::Result<()> {
        let (columns, rows) = (columns.to_string(), rows.to_string());
        done(&self.tmux().args(["resize-window", "-x", &columns, "-y", &rows]).output()?)?;
        Ok(())
    }

    /// The process in the terminal.
    pub fn pid(&self) -> anyhow::Result<i32> {
        let pid = done(&self.tmux().args(["display-message", "-p", "#{pane_pid}"]).output()?)?;
        Ok(pid.trim().parse()?)
    }

    /// Whether the terminal is as a shell expects it: no alternate screen, a cursor that is seen, no mouse.
    pub fn modes(&self) -> anyhow::Result<String> {
        let format = "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{pane_dead}";
        Ok(done(&self.tmux().args(["display-message", "-p", format]).output()?)?.trim().to_owned())
    }

    /// Waits until the screen has all of these; gives it.
    pub fn wait_for(&self, wanted: &[&str]) -> anyhow::Result<String> {
        let began = Instant::now();
        loop {
            let screen = self.screen()?;
            if wanted.iter().all(|text| screen.contains(text)) {
                return Ok(screen);
            }
            if began.elapsed() > PATIENCE {
                bail!("waited for {wanted:?}; the screen is\n{screen}");
            }
            std::thread::sleep(LOOK);
        }
    }

    /// Waits until something holds for the screen; gives it.
    pub fn wait_until(&self, what: &str, holds: impl Fn(&str) -> bool) -> anyhow::Result<String> {
        let began = Instant::now();
        loop {
            let screen = self.screen()?;
            if holds(&screen) {
                return Ok(screen);
            }
            if began.elapsed() > PATIENCE {
                bail!("waited for {what}; the screen is\n{screen}");
            }
            std::thread::sleep(LOOK);
        }
    }

    /// The last text that was sent to the clipboard.
    pub fn clipboard(&self) -> anyhow::Result<String> {
        done(&self.tmux().args(["show-buffer"]).output()?)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A server that is gone already has nothing to end.
        let _ = self.tmux().arg("kill-server").output();
    }
}

fn done(output: &Output) -> anyhow::Result<String> {
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
