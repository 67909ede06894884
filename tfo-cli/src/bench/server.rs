//! What a run cost the daemon: CPU time, memory, bytes on disk. From the system where the daemon runs on this machine,
//! and from what it says itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;
use tfo_sdk::api::{SignalStats, Stats};
use tfo_sdk::client::Client;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::process::Process;
use super::tally::Tally;

/// How often its memory is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// A daemon that used less than this share of a core for so many seconds is done with its work in the background.
const QUIET: f64 = 0.05;
const CALM: u32 = 3;

/// What the daemon used during a run.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Costs {
    /// Seconds of CPU time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cpu_seconds: Option<f64>,
    /// Seconds of CPU time a million records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cpu_seconds_per_million: Option<f64>,
    /// The most memory that it had during the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) memory_peak_bytes: Option<u64>,
    /// Bytes of files a record, of what has come into files since the start of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file_bytes_per_record: Option<f64>,
    /// Why figures are missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) missing: Option<&'static str>,
}

/// The receiver, as far as something is known of it.
#[derive(Debug)]
pub(crate) struct Server {
    client: Option<Client>,
    before: Option<Stats>,
    process: Option<Process>,
    cpu: Option<Duration>,
    memory: Arc<AtomicU64>,
    watch: Option<JoinHandle<()>>,
}

impl Server {
    /// A daemon that answers at this client; `None` for a receiver of another kind.
    pub(crate) fn new(client: Option<Client>) -> Self {
        let memory = Arc::default();
        Self { client, before: None, process: None, cpu: None, memory, watch: None }
    }

    /// Begins to look.
    pub(super) async fn begin(&mut self) {
        let Some(client) = &self.client else { return };
        self.before = client.stats().await.ok();
        let pid = client.status().await.ok().map(|status| status.pid);
        self.process = pid.filter(|_| is_local(client.host())).and_then(Process::daemon);
        let Some(process) = self.process else { return };
        self.cpu = process.cpu();
        let memory = Arc::clone(&self.memory);
        self.watch = Some(tokio::spawn(async move {
            while let Some(bytes) = process.memory() {
                memory.fetch_max(bytes, Ordering::Relaxed);
                sleep(LOOK).await;
            }
        }));
    }

    /// Ends it, after the daemon has become quiet or `settle` is over.
    pub(super) async fn end(self, tally: &Tally, settle: Duration) -> Costs {
        if let Some(process) = self.process {
            wait_until_calm(process, settle).await;
        }
        if let Some(watch) = &self.watch {
            watch.abort();
        }
        let records: u64 = tally.records.values().sum();
        let cpu = self.process.and_then(Process::cpu).zip(self.cpu);
        let cpu = cpu.map(|(after, before)| after.saturating_sub(before).as_secs_f64());
        let memory = self.memory.load(Ordering::Relaxed);
        let after = match &self.client {
            Some(client) => client.stats().await.ok(),
            None => None,
        };
        Costs {
            cpu_seconds: cpu,
            cpu_seconds_per_million: cpu.filter(|_| records > 0).map(|cpu| cpu * 1e6 / records as f64),
            memory_peak_bytes: (memory > 0).then_some(memory),
            file_bytes_per_record: file_bytes(self.before.as_ref(), after.as_ref()),
            missing: match (&self.client, self.process) {
                (None, _) => Some("not a daemon of ours"),
                (Some(_), None) => Some("not on this machine"),
                (Some(_), Some(_)) => None,
            },
        }
    }
}

/// Waits until a process has hardly used any CPU time for a while, but not longer than this.
async fn wait_until_calm(process: Process, patience: Duration) {
    const SECOND: Duration = Duration::from_secs(1);
    let until = Instant::now() + patience;
    let mut calm = 0;
    while calm < CALM && Instant::now() < until {
        let Some(before) = process.cpu() else { return };
        sleep(SECOND).await;
        let Some(after) = process.cpu() else { return };
        let is_quiet = after.saturating_sub(before).as_secs_f64() < QUIET;
        calm = if is_quiet { calm + 1 } else { 0 };
    }
}

/// Growth of the files a record that came into them. Unknown while the daemon has not counted all records.
fn file_bytes(before: Option<&Stats>, after: Option<&Stats>) -> Option<f64> {
    let sum = |stats: &Stats, of: fn(&SignalStats) -> u64| stats.signals.iter().map(of).sum::<u64>();
    let counted = |stats: &Stats| {
        let rows = sum(stats, |signal| signal.rows).checked_sub(sum(stats, |signal| signal.memory_rows))?;
        let is_whole = sum(stats, |signal| signal.uncounted_files) == 0;
        is_whole.then(|| (rows, sum(stats, |signal| signal.bytes)))
    };
    let ((rows, bytes), (rows_after, bytes_after)) = (counted(before?)?, counted(after?)?);
    let rows = rows_after.checked_sub(rows).filter(|rows| *rows > 0)?;
    Some(bytes_after.checked_sub(bytes)? as f64 / rows as f64)
}

fn is_local(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
