//! How telemetry is kept.

use std::time::Duration;

use tfo_store::disk::Space;

use super::memory;
use super::section::section;
use super::unit::{Bytes, Number, Or, Span, Worked};

section! {
    /// Settings of the store.
    StoreConfig in "store" {
        /// Days after which telemetry is deleted.
        retention_days: u32 = 30, Number(1, 36_500);
        /// Telemetry in memory, all tenants together; beyond it, the largest or oldest part is written to files, and
        /// at twice this much senders are asked to try again.
        memtable_bytes: u64 = memory::share(16, 16 << 20, 256 << 20), Worked(
            Bytes(1 << 16),
            "a sixteenth of the memory of the machine or the control group, 16 MiB to 256 MiB",
        );
        /// Size of the write-ahead log beyond which what holds it is written to files.
        wal_bytes: u64 = 1 << 30, Bytes(1 << 16);
        /// Size of one file of the write-ahead log; less on a small disk.
        segment_bytes: u64 = 64 << 20, Bytes(1 << 16);
        /// Ingest stops when less than this is free on the disk, and goes on when there is room again.
        reserve_bytes: Option<u64> = None, Or(Bytes(0), "5 % of the disk, at least 1 GiB");
        /// Telemetry is written to files at the latest after this long.
        flush_after: Duration = Duration::from_secs(300), Span;
    }
}

/// Fewer would write each record more often, more would leave more files to look into.
const COMPACT_FROM: usize = 4;

impl StoreConfig {
    /// The store's options on a disk of this size.
    pub(crate) fn options(&self, space: Space) -> tfo_store::Options {
        tfo_store::Options {
            retention: Duration::from_secs(u64::from(self.retention_days) * 86_400),
            memtable_bytes: self.memtable_bytes,
            wal_bytes: self.wal_bytes,
            segment_bytes: self.segment_bytes,
            reserve_bytes: self.reserve_bytes.unwrap_or_else(|| (space.total / 20).max(1 << 30)),
            flush_after: self.flush_after,
            compact_from: COMPACT_FROM,
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
