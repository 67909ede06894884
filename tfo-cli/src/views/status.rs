//! The daemon's status.

use tfo_sdk::api::{SignalStats, Stats, Status};
use tfo_sdk::time::format_duration;

use super::{optional, time};
use crate::output::style::Style;
use crate::output::table::{Cell, Column, table};
use crate::output::{CsvField, Look};
use crate::text;

const SIGNALS: &[Column<SignalStats>] = &[
    Column::name("SIGNAL", |signal| Cell::new(&signal.signal)),
    Column::number("ROWS", |signal| Cell::new(rows(signal))),
    Column::goes(
        4,
        Column::number("RATE", |signal| Cell::new(format!("{:.1}/s", signal.records_per_second))),
    ),
    Column::goes(3, Column::number("FILES", |signal| Cell::new(signal.files.to_string()))),
    Column::number("SIZE", |signal| Cell::new(bytes(signal.bytes))),
    Column::goes(
        1,
        Column::number("A RECORD", |signal| {
            signal.bytes_per_record.map_or_else(Cell::absent, |bytes| Cell::new(format!("{bytes:.1} B")))
        }),
    ),
    Column::whole("OLDEST", |signal| signal.oldest.map_or_else(Cell::absent, Cell::time)),
    Column::whole("NEWEST", |signal| signal.newest.map_or_else(Cell::absent, Cell::time)),
    Column::goes(5, Column::number("AGE", |signal| duration(signal.newest_age_ns))),
    Column::goes(
        2,
        Column::number("VISIBLE AFTER", |signal| {
            duration(signal.visible_after_ns.map(|nanos| i64::try_from(nanos).unwrap_or(i64::MAX)))
        }),
    ),
];

/// Fields of a signal.
pub(crate) const CSV: &[CsvField<SignalStats>] = &[
    ("signal", |signal| signal.signal.clone()),
    ("rows", |signal| signal.rows.to_string()),
    ("files", |signal| signal.files.to_string()),
    ("bytes", |signal| signal.bytes.to_string()),
    ("oldest", |signal| optional(signal.oldest)),
    ("newest", |signal| optional(signal.newest)),
    ("recordsPerSecond", |signal| signal.records_per_second.to_string()),
    ("newestAgeNs", |signal| optional(signal.newest_age_ns)),
    ("visibleAfterNs", |signal| optional(signal.visible_after_ns)),
    ("unflushedSince", |signal| optional(signal.unflushed_since)),
];

/// So many files that were set aside are named.
const MOST_SET_ASIDE: usize = 10;

/// `1200`, or `1200+` while the daemon still counts.
fn rows(signal: &SignalStats) -> String {
    let more = if signal.uncounted_files > 0 { "+" } else { "" };
    format!("{}{more}", signal.rows)
}

fn duration(nanos: Option<i64>) -> Cell {
    nanos.map_or_else(Cell::absent, |nanos| Cell::new(format_duration(nanos)))
}

/// What the daemon is, where it listens, what it holds, and how it keeps up.
pub(crate) fn page(status: &Status, stats: &Stats, look: &Look) -> String {
    let state = if status.ready { ("ready", Style::Good) } else { ("starting", Style::Warning) };
    let is_full = stats.disk_free_bytes < stats.disk_reserve_bytes;
    let room = format!(
        "{} free, ingest {} at {}",
        bytes(stats.disk_free_bytes),
        if is_full { "has stopped" } else { "stops" },
        bytes(stats.disk_reserve_bytes)
    );
    let memory = format!("{} in memory, {} in the log", bytes(stats.memtable_bytes), bytes(stats.wal_bytes));
    let facts = [
        ("version", status.version.clone()),
        ("process", format!("{}, since {}", status.pid, time(status.started_at))),
        ("http", status.http.clone()),
        ("otlp/grpc", status.otlp_grpc.clone()),
        ("otlp/http", status.otlp_http.clone()),
        ("data", status.data_dir.clone()),
        ("retention", format!("{} days", status.retention_days)),
        ("disk", room),
        ("not in files", memory),
    ];
    let mut page = format!("{:14}{}\n", "state", look.paint.apply(state.1, state.0));
    for (name, value) in facts {
        page.push_str(&format!("{name:14}{}\n", text::row(&value)));
    }
    for (index, path) in stats.set_aside.iter().take(MOST_SET_ASIDE).enumerate() {
        let name = if index == 0 { "set aside" } else { "" };
        page.push_str(&format!("{name:14}{}\n", look.paint.apply(Style::Warning, &text::row(path))));
    }
    if let Some(more) = stats.set_aside.len().checked_sub(MOST_SET_ASIDE + 1) {
        page.push_str(&format!("{:14}and {} more\n", "", more + 1));
    }
    page.push('\n');
    page.push_str(&table(SIGNALS, &stats.signals, look));
    page
}

/// A number of bytes, in three figures.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if count < 1024 {
        return format!("{count} B");
    }
    let mut value = count as f64 / 1024.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let decimals = if value < 9.995 { 2 } else { usize::from(value < 99.95) };
    format!("{value:.decimals$} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::style::Paint;

    #[test]
    fn a_status_fits_on_a_page() {
        let status = r#"{"version":"0.1.0","pid":42,"startedAt":"2026-11-25T08:00:00Z","ready":true,
          "http":"127.0.0.1:3100","otlpGrpc":"127.0.0.1:4317","otlpHttp":"127.0.0.1:4318","dataDir":"/data/tfo",
          "retentionDays":30}"#;
        let stats = r#"{"now":"2026-11-25T09:00:01Z","diskFreeBytes":52000000000,"diskReserveBytes":1073741824,
          "memtableBytes":1500000,"walBytes":134217728,"signals":[{"signal":"logs","rows":1200,"memoryRows":200,
          "uncountedFiles":1,"files":3,"bytes":90000,"bytesPerRecord":75.04,"levels":[],
          "oldest":"2026-11-25T08:00:01Z","newest":"2026-11-25T09:00:00.123456Z","newestAgeNs":876544000,
          "visibleAfterNs":4200000,"recordsPerSecond":20.0,"bytesPerSecond":900.0},
          {"signal":"spans","rows":0,"memoryRows":0,"uncountedFiles":0,"files":0,"bytes":0,"levels":[],
          "recordsPerSecond":0.0,"bytesPerSecond":0.0}]}"#;
        let status: Status = serde_json::from_str(status).unwrap();
        let mut stats: Stats = serde_json::from_str(stats).unwrap();
        let look = Look { width: None, wide: false, paint: Paint::Plain, now: tfo_sdk::Timestamp::MIN };
        insta::assert_snapshot!(page(&status, &stats, &look), @r"
        state         ready
        version       0.1.0
        process       42, since 2026-11-25T08:00:00.000Z
        http          127.0.0.1:3100
        otlp/grpc     127.0.0.1:4317
        otlp/http     127.0.0.1:4318
        data          /data/tfo
        retention     30 days
        disk          48.4 GiB free, ingest stops at 1.00 GiB
        not in files  1.43 MiB in memory, 128 MiB in the log

        SIGNAL   ROWS    RATE  FILES      SIZE  A RECORD  OLDEST                    NEWEST                       AGE  VISIBLE AFTER
        logs    1200+  20.0/s      3  87.9 KiB    75.0 B  2026-11-25T08:00:01.000Z  2026-11-25T09:00:00.123Z  877 ms        4.20 ms
        spans       0   0.0/s      0       0 B         -  -                         -                              -              -
        ");

        let aside = |count: usize| (0..count).map(|number| format!("wal/{number}.damaged")).collect();
        stats.set_aside = aside(1);
        assert!(page(&status, &stats, &look).contains("in the log\nset aside     wal/0.damaged\n\n"));
        stats.set_aside = aside(12);
        let shown = page(&status, &stats, &look);
        assert!(shown.contains("\n              wal/9.damaged\n              and 2 more\n\n"), "{shown}");
    }

    #[test]
    fn a_narrow_terminal_shows_times_that_can_be_read() {
        let json = r#"[{"signal":"metric_points","rows":120000,"memoryRows":200,"uncountedFiles":1,"files":3,
          "bytes":90000,"bytesPerRecord":75.04,"levels":[],"oldest":"2026-11-25T08:00:01Z",
          "newest":"2026-11-25T09:00:00.123456Z","newestAgeNs":876544000,"visibleAfterNs":4200000,
          "recordsPerSecond":20.0,"bytesPerSecond":900.0}]"#;
        let signals: Vec<SignalStats> = serde_json::from_str(json).unwrap();
        let now = "2026-11-25T09:00:01Z".parse().unwrap();
        let look = Look { width: Some(80), wide: false, paint: Paint::Plain, now };
        insta::assert_snapshot!(table(SIGNALS, &signals, &look), @r"
        SIGNAL            ROWS    RATE      SIZE  OLDEST        NEWEST           AGE
        metric_points  120000+  20.0/s  87.9 KiB  08:00:01.000  09:00:00.123  877 ms
        ");
    }

    #[test]
    fn bytes_have_three_figures() {
        let shown: Vec<String> = [0, 1023, 1024, 10_239, 102_300, 1_023_900, u64::MAX].map(bytes).into();
        assert_eq!(shown, ["0 B", "1023 B", "1.00 KiB", "10.0 KiB", "99.9 KiB", "0.98 MiB", "16.0 EiB"]);
    }
}
