//! CPU time and memory of a process of this machine, as Linux tells; nothing elsewhere.

use std::path::PathBuf;
use std::time::Duration;

/// A process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(u32);

impl Process {
    /// This one.
    pub(crate) fn own() -> Self {
        Self(std::process::id())
    }

    /// The daemon with this id, when it runs on this machine.
    pub(crate) fn daemon(pid: u32) -> Option<Self> {
        let process = Self(pid);
        // Behind a tunnel, the id could be that of anything.
        let name = std::fs::read_to_string(process.file("comm")).ok()?;
        name.starts_with("tfo").then_some(process)
    }

    /// The CPU time that all its threads have used.
    pub(crate) fn cpu(self) -> Option<Duration> {
        /// What Linux counts in, on every architecture that we build for.
        const TICK: Duration = Duration::from_millis(10);
        let stat = std::fs::read_to_string(self.file("stat")).ok()?;
        // The name may have blanks and parentheses; what follows its last parenthesis is plain.
        let (_, fields) = stat.rsplit_once(')')?;
        let mut times = fields.split_whitespace().skip(11);
        let ticks: u32 = times.next()?.parse::<u32>().ok()? + times.next()?.parse::<u32>().ok()?;
        Some(TICK * ticks)
    }

    /// Bytes of memory that it has now.
    pub(crate) fn memory(self) -> Option<u64> {
        let status = std::fs::read_to_string(self.file("status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
    }

    fn file(self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{name}", self.0))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_knows_what_it_used() {
        let own = Process::own();
        assert!(own.cpu().is_some());
        assert!(own.memory().unwrap() > 1 << 20);
        assert!(Process::daemon(1).is_none_or(|init| init.cpu().is_some()));
    }
}
