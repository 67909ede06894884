//! How telemetry is kept.

use std::time::Duration;

use tfo_store::disk::Space;

use super::source::Source;
use super::units::{bytes, bytes_from, duration, number};

/// Settings of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreConfig {
    /// `store.retention_days`, `TFO_STORE_RETENTION_DAYS`: telemetry older than this is deleted. Default 30.
    pub retention_days: u32,
    /// `store.memtable_bytes`, `TFO_STORE_MEMTABLE_BYTES`: telemetry in memory, all tenants together; beyond it, the
    /// largest or oldest part is written to files. Default 256 MiB.
    pub memtable_bytes: u64,
    /// `store.wal_bytes`, `TFO_STORE_WAL_BYTES`: size of the write-ahead log beyond which what holds it is written
    /// to files. Default 1 GiB.
    pub wal_bytes: u64,
    /// `store.segment_bytes`, `TFO_STORE_SEGMENT_BYTES`: size of one file of the log. Default 64 MiB.
    pub segment_bytes: u64,
    /// `store.reserve_bytes`, `TFO_STORE_RESERVE_BYTES`: ingest stops when less than this is free on the disk.
    /// Default: 5 % of the disk, at least 1 GiB.
    pub reserve_bytes: Option<u64>,
    /// `store.flush_after`, `TFO_STORE_FLUSH_AFTER`: telemetry is written to files at the latest after this long.
    /// Default 5m.
    pub flush_after: Duration,
}

impl StoreConfig {
    pub(super) fn read(source: &mut Source<'_>) -> Self {
        Self {
            retention_days: source.or("store.retention_days", 30, number(1, 36_500)),
            memtable_bytes: source.or("store.memtable_bytes", 256 << 20, bytes_from(1 << 16)),
            wal_bytes: source.or("store.wal_bytes", 1 << 30, bytes_from(1 << 16)),
            segment_bytes: source.or("store.segment_bytes", 64 << 20, bytes_from(1 << 16)),
            reserve_bytes: source.optional("store.reserve_bytes", bytes),
            flush_after: source.or("store.flush_after", Duration::from_secs(300), duration),
        }
    }

    /// The store's options on a disk of this size.
    pub(crate) fn options(&self, space: Space) -> tfo_store::Options {
        tfo_store::Options {
            retention: Duration::from_secs(u64::from(self.retention_days) * 86_400),
            memtable_bytes: self.memtable_bytes,
            wal_bytes: self.wal_bytes,
            segment_bytes: self.segment_bytes,
            reserve_bytes: self.reserve_bytes.unwrap_or_else(|| (space.total / 20).max(1 << 30)),
            flush_after: self.flush_after,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Overrides};

    #[test]
    fn the_reserve_is_a_twentieth_of_the_disk_and_at_least_a_gibibyte() {
        let mut store = Config::load_from(&Overrides::default(), &[("HOME", "/h")]).unwrap().store;
        let reserve = |store: &StoreConfig, total| store.options(Space { free: total, total }).reserve_bytes;
        assert_eq!(reserve(&store, 100 << 30), 5 << 30);
        assert_eq!(reserve(&store, 10 << 30), 1 << 30);
        store.reserve_bytes = Some(0);
        assert_eq!(reserve(&store, 100 << 30), 0);
    }
}
