//! A running daemon: started on port 0, waited for, and killed by its pid when its test is over.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tempfile::TempDir;
use tfo_sdk::client::DaemonFile;

use crate::{Rest, Sender};

/// How long a daemon may take to be ready, or to stop. A hang is a failure, and slow machines are not.
const PATIENCE: Duration = Duration::from_secs(300);

/// Between two looks at whether it is ready.
const LOOK_AGAIN: Duration = Duration::from_millis(15);

/// The `tfo` under test: `TFO_BIN`, or the one built beside this test.
pub fn tfo_binary() -> PathBuf {
    if let Some(path) = std::env::var_os("TFO_BIN") {
        return PathBuf::from(path);
    }
    let test = std::env::current_exe().unwrap_or_default();
    // target/debug/deps/it-0123 -> target/debug/tfo
    test.ancestors().nth(2).unwrap_or(Path::new(".")).join("tfo")
}

/// A command that sees nothing of the user's settings: no `TFO_*`, and a home of its own.
pub fn tfo_command(home: &Path) -> Command {
    let mut command = Command::new(tfo_binary());
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_setting(name)) {
        command.env_remove(name);
    }
    command.env("HOME", home).env("NO_COLOR", "1");
    command
}

fn is_setting(name: &OsString) -> bool {
    let name = name.to_string_lossy();
    ["TFO_", "XDG_", "OTEL_"].iter().any(|prefix| name.starts_with(prefix))
}

/// How to start a daemon.
#[derive(Debug, Clone)]
pub struct Setup {
    folder: Arc<TempDir>,
    data_dir: PathBuf,
    args: Vec<OsString>,
    env: Vec<(String, String)>,
    group: Option<PathBuf>,
}

impl Setup {
    /// A daemon with a new data folder and default settings.
    pub fn new() -> anyhow::Result<Self> {
        let folder = TempDir::with_prefix("tfo-test-").context("no temporary folder")?;
        let data_dir = folder.path().join("data");
        Ok(Self { folder: Arc::new(folder), data_dir, args: Vec::new(), env: Vec::new(), group: None })
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_string()));
        self
    }

    /// Adds an argument to `tfo up`.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Starts it in a control group: the one that lists its processes in this file.
    #[must_use]
    pub fn group(mut self, processes: impl Into<PathBuf>) -> Self {
        self.group = Some(processes.into());
        self
    }

    /// Uses this folder for the data rather than one of its own.
    #[must_use]
    pub fn data_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.data_dir = path.into();
        self
    }

    /// The data folder.
    pub fn data_path(&self) -> &Path {
        &self.data_dir
    }

    /// The folder that this setup keeps its own files in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// `tfo up` with these settings, not started.
    pub fn command(&self) -> Command {
        let mut command = tfo_command(self.folder.path());
        command.arg("up").arg("--data-dir").arg(&self.data_dir);
        for flag in ["--listen", "--otlp-grpc", "--otlp-http"] {
            if !self.args.iter().any(|arg| arg == flag) {
                command.args([flag, "127.0.0.1:0"]);
            }
        }
        // On a busy machine a query of a test may take its time.
        command.env("TFO_QUERY_DEADLINE", "10m");
        // And its disk may be fuller than a daemon would have it.
        command.env("TFO_STORE_RESERVE_BYTES", "16MiB");
        command.args(&self.args).envs(self.env.iter().map(|(name, value)| (name, value)));
        if let Some(group) = &self.group {
            command = joining(group, &command);
        }
        command.stdin(Stdio::null());
        command
    }

    /// Starts it and waits until it answers searches.
    pub async fn start(&self) -> anyhow::Result<Daemon> {
        let mut daemon = self.spawn()?;
        daemon.wait_until_ready().await?;
        Ok(daemon)
    }

    /// Starts it and waits for nothing.
    pub fn spawn(&self) -> anyhow::Result<Daemon> {
        let file = self.data_dir.join(tfo_sdk::client::DAEMON_FILE);
        // A killed daemon leaves its file behind.
        let _ = std::fs::remove_file(&file);
        let stderr_path = self.folder.path().join("stderr.log");
        let stderr = std::fs::OpenOptions::new().create(true).append(true).open(&stderr_path)?;
        let earlier = usize::try_from(stderr.metadata()?.len())?;
        let child = self
            .command()
            .stdout(Stdio::null())
            .stderr(stderr)
            .spawn()
            .with_context(|| format!("cannot start {}", tfo_binary().display()))?;
        Ok(Daemon { child, setup: self.clone(), addresses: None, stderr_path, earlier })
    }

    /// Runs it and expects that it refuses to start.
    pub fn refusal(&self) -> anyhow::Result<Exit> {
        let mut child = self.command().stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let status = wait(&mut child)?;
        let mut stderr = String::new();
        if let Some(mut pipe) = child.stderr.take() {
            std::io::Read::read_to_string(&mut pipe, &mut stderr)?;
        }
        Ok(Exit { code: status.code(), stderr })
    }
}

/// The same command, in a control group from its first instruction on.
fn joining(group: &Path, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"echo $$ >"$0" && exec "$@""#]).arg(group);
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// How a daemon ended.
#[derive(Debug, Clone)]
pub struct Exit {
    /// Its exit code, none when a signal ended it.
    pub code: Option<i32>,
    /// What it said on stderr.
    pub stderr: String,
}

/// A running daemon.
#[derive(Debug)]
pub struct Daemon {
    child: Child,
    setup: Setup,
    addresses: Option<DaemonFile>,
    stderr_path: PathBuf,
    /// Bytes that its earlier lives left on stderr.
    earlier: usize,
}

impl Daemon {
    /// A daemon with default settings.
    pub async fn start() -> anyhow::Result<Self> {
        Setup::new()?.start().await
    }

    /// How it was started.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it says it listens on.
    ///
    /// # Panics
    ///
    /// Never: a daemon is only handed out once it is ready.
    pub fn addresses(&self) -> &DaemonFile {
        self.addresses.as_ref().expect("the daemon is ready")
    }

    /// Its REST interface.
    pub fn rest(&self) -> Rest {
        Rest::new(&self.addresses().url())
    }

    /// What sends OTLP to it, by gRPC and HTTP.
    pub fn sender(&self) -> Sender {
        Sender::new(&self.addresses().otlp_http, &self.addresses().otlp_grpc)
    }

    /// What it said on stderr so far, in all its lives.
    pub fn stderr(&self) -> String {
        std::fs::read_to_string(&self.stderr_path).unwrap_or_default()
    }

    /// What it said on stderr in this life, which for the moment may end anywhere.
    pub fn said(&self) -> String {
        let all = std::fs::read(&self.stderr_path).unwrap_or_default();
        String::from_utf8_lossy(all.get(self.earlier..).unwrap_or_default()).into_owned()
    }

    /// The most memory that it had at a time, in MiB, as far as the system says.
    pub fn peak_memory_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) >> 10
    }

    /// Waits until it answers searches.
    pub async fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let start = Instant::now();
        let http = crate::rest::http_client();
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("the daemon ended with {status} before it was ready:\n{}", self.stderr());
            }
            if let Some(file) = DaemonFile::read(&self.setup.data_dir) {
                let ready = http.get(format!("{}/health/ready", file.url())).send().await;
                if ready.is_ok_and(|reply| reply.status() == 200) {
                    self.addresses = Some(file);
                    return Ok(());
                }
            }
            if start.elapsed() > PATIENCE {
                bail!("the daemon is not ready after {PATIENCE:?}:\n{}", self.stderr());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Kills it, as a crash would.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop (SIGTERM) and waits for its end.
    pub fn terminate(mut self) -> anyhow::Result<Exit> {
        self.signal_terminate()?;
        self.wait_for_end()
    }

    /// Asks it to stop (SIGTERM).
    pub fn signal_terminate(&self) -> anyhow::Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        rustix::process::kill_process(pid.context("no pid")?, rustix::process::Signal::TERM)?;
        Ok(())
    }

    /// Waits for its end.
    pub fn wait_for_end(&mut self) -> anyhow::Result<Exit> {
        let status = wait(&mut self.child).with_context(|| self.stderr())?;
        Ok(Exit { code: status.code(), stderr: self.stderr() })
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let stderr = self.stderr();
            let lines: Vec<&str> = stderr.lines().collect();
            let (earlier, tail) = lines.split_at(lines.len().saturating_sub(40));
            let errors: Vec<&str> = earlier.iter().copied().filter(|line| line.contains(" ERROR ")).collect();
            eprintln!("--- the daemon's errors\n{}", errors.join("\n"));
            eprintln!("--- the daemon's last words\n{}", tail.join("\n"));
        }
    }
}

/// Waits for a process, but not for ever.
pub fn wait(child: &mut Child) -> anyhow::Result<ExitStatus> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if start.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            bail!("the process did not end within {PATIENCE:?}");
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}
