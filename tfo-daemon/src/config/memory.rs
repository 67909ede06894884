//! How much memory there is for this process: the machine's, or less where a control group says so.
//!
//! Defaults are shares of it, so that the daemon survives in a small container without being told that it is in one.

use std::fs;
use std::path::{Path, PathBuf};

/// What is assumed where the system does not say.
const UNKNOWN: u64 = 2 << 30;

/// This part of the memory that this process may use, within bounds, in bytes.
pub(super) fn share(divisor: u64, least: u64, most: u64) -> u64 {
    (available_below(Path::new("/")) / divisor).clamp(least, most)
}

/// Memory that this process may use, where the system's files are below this folder.
fn available_below(root: &Path) -> u64 {
    let limits = total(root).into_iter().chain(group_limits(root));
    limits.min().unwrap_or(UNKNOWN)
}

/// The machine's memory.
fn total(root: &Path) -> Option<u64> {
    let text = fs::read_to_string(root.join("proc/meminfo")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// The limits of the groups that this process is in, of version 1 and 2, and of those around them.
fn group_limits(root: &Path) -> Vec<u64> {
    let groups = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let mounts = root.join("sys/fs/cgroup");
    let mut limits = Vec::new();
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(group)) = (parts.next(), parts.next()) else { continue };
        if controllers.is_empty() {
            // Version 2, alone or beside version 1.
            for mount in [mounts.clone(), mounts.join("unified")] {
                limits.extend(limits_upwards(&mount, group, "memory.max"));
            }
        } else if controllers.split(',').any(|controller| controller == "memory") {
            limits.extend(limits_upwards(&mounts.join("memory"), group, "memory.limit_in_bytes"));
        }
    }
    limits
}

/// What the group's file and those above it say. In a container the group's own path may not be there: then the
/// mount is the group.
fn limits_upwards(mount: &Path, group: &str, file: &str) -> Vec<u64> {
    let group = PathBuf::from(group.trim_start_matches('/'));
    let folders = group.ancestors().map(|folder| mount.join(folder));
    // No limit is "max" in version 2, and close to 2^63 in version 1, which is more than any machine has.
    folders.filter_map(|folder| fs::read_to_string(folder.join(file)).ok()?.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::TempDir::new().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    const MEMINFO: (&str, &str) = ("proc/meminfo", "MemTotal:       16384000 kB\nMemFree:   1 kB\n");
    const TOTAL: u64 = 16_384_000 << 10;

    #[test]
    fn without_groups_it_is_that_of_the_machine() {
        assert_eq!(available_below(system(&[MEMINFO]).path()), TOTAL);
        assert_eq!(available_below(system(&[]).path()), UNKNOWN);
    }

    #[test]
    fn the_smallest_limit_of_the_groups_around_counts() {
        let two = system(&[
            MEMINFO,
            ("proc/self/cgroup", "0::/system.slice/tfo.service\n"),
            ("sys/fs/cgroup/system.slice/tfo.service/memory.max", "max\n"),
            ("sys/fs/cgroup/system.slice/memory.max", "536870912\n"),
        ]);
        assert_eq!(available_below(two.path()), 512 << 20);
        let one = system(&[
            MEMINFO,
            ("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/user/x\n0::/\n"),
            ("sys/fs/cgroup/memory/user/x/memory.limit_in_bytes", "1073741824\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
        ]);
        assert_eq!(available_below(one.path()), 1 << 30);
    }

    #[test]
    fn in_a_container_the_mount_is_the_group() {
        let container = system(&[
            MEMINFO,
            ("proc/self/cgroup", "0::/../../docker/abc\n"),
            ("sys/fs/cgroup/memory.max", "268435456\n"),
        ]);
        assert_eq!(available_below(container.path()), 256 << 20);
    }
}
