//! This process as Linux sees it, under the names that Prometheus' clients give it. Elsewhere there is nothing.

use super::{Family, Kind};

/// Ticks of a second in `/proc`: the same on every architecture that we build for.
const TICKS: f64 = 100.0;

/// What `/proc/self` says; what cannot be read is left out.
pub(crate) fn families(started_at_seconds: f64) -> Vec<Family> {
    let gauge = |name, help, value: Option<f64>| {
        let family = Family::new(Kind::Gauge, name, help);
        match value {
            Some(value) => family.with(&[], value),
            None => family,
        }
    };
    let read = |name: &str| std::fs::read_to_string(format!("/proc/self/{name}")).unwrap_or_default();
    let (status, stat, limits) = (read("status"), read("stat"), read("limits"));
    let kibibytes = |key| field(&status, key).map(|value| value * 1024.0);
    let mut cpu = Family::new(
        Kind::Counter,
        "process_cpu_seconds_total",
        "Processor time of this process, user and system.",
    );
    if let Some(seconds) = cpu_seconds(&stat) {
        cpu = cpu.with(&[], seconds);
    }
    let open = std::fs::read_dir("/proc/self/fd").map(|entries| entries.count() as f64);
    vec![
        cpu,
        gauge(
            "process_resident_memory_bytes",
            "Memory of this process that is resident.",
            kibibytes("VmRSS:"),
        ),
        gauge("process_virtual_memory_bytes", "Address space of this process.", kibibytes("VmSize:")),
        gauge("process_threads", "Threads of this process.", field(&status, "Threads:")),
        gauge("process_open_fds", "Open file descriptors.", open.ok()),
        gauge("process_max_fds", "File descriptors that may be open.", field(&limits, "Max open files")),
        gauge(
            "process_start_time_seconds",
            "When this process started, since 1970.",
            Some(started_at_seconds),
        ),
    ]
}

/// The number that follows a key at the start of a line.
fn field(text: &str, key: &str) -> Option<f64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(key))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// User and system time; the name of the program, which may hold anything, stands before them in parentheses.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_may_have_any_name() {
        let stat = "42 (a) b) R 1 1 1 0 -1 4194560 9 0 0 0 150 50 0 0 20 0 3 0 100 1 1";
        assert_eq!(cpu_seconds(stat), Some(2.0));
        assert_eq!(cpu_seconds(""), None);
    }
}
