//! A control group with a limit on memory, of version 1 or 2, which mostly only root can make.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;

/// A group of its own; gone when it is dropped, once its processes are.
#[derive(Debug)]
pub struct Group {
    folder: PathBuf,
}

impl Group {
    /// A group whose processes may take this much memory together, the pages of their files included.
    ///
    /// # Errors
    /// Why this machine has none, for people.
    pub fn with_memory(name: &str, bytes: u64) -> Result<Self, String> {
        let mounts = Path::new("/sys/fs/cgroup");
        let (parent, limit) = if mounts.join("memory/memory.limit_in_bytes").exists() {
            (mounts.join("memory"), "memory.limit_in_bytes")
        } else if mounts.join("cgroup.controllers").exists() {
            (mounts.to_owned(), "memory.max")
        } else {
            return Err("no control groups here".to_owned());
        };
        let folder = parent.join(format!("tfo-{name}-{}", process::id()));
        fs::create_dir(&folder).map_err(|error| format!("no control group {}: {error}", folder.display()))?;
        let group = Self { folder };
        let set = group.set(limit, &bytes.to_string());
        set.map_err(|error| format!("no limit of memory in a control group: {error}"))?;
        // Without these the limit would only send it to the swap; where there is none, so are the files.
        let _ = group.set("memory.memsw.limit_in_bytes", &bytes.to_string());
        let _ = group.set("memory.swap.max", "0");
        Ok(group)
    }

    fn set(&self, file: &str, value: &str) -> std::io::Result<()> {
        let path = self.folder.join(file);
        // Opening must not create it: these files are there or not.
        let file = fs::OpenOptions::new().write(true).open(path)?;
        std::io::Write::write_all(&mut &file, value.as_bytes())
    }

    /// The file that a process joins by writing its number.
    pub fn processes(&self) -> PathBuf {
        self.folder.join("cgroup.procs")
    }

    /// How many of its processes were killed for want of memory.
    pub fn killed(&self) -> u64 {
        let counts = ["memory.oom_control", "memory.events"];
        let texts = counts.iter().filter_map(|file| fs::read_to_string(self.folder.join(file)).ok());
        let texts: Vec<String> = texts.collect();
        let lines = texts.iter().flat_map(|text| text.lines());
        lines.filter_map(|line| line.strip_prefix("oom_kill ")?.trim().parse::<u64>().ok()).sum()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.folder);
    }
}
