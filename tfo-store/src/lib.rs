//! The telemetry store: OTLP in, a write-ahead log, memory, and Parquet files; whole again after any crash.
//!
//! ```text
//! OTLP bytes ─▶ decode ─▶ WAL append ─▶ fsync ─▶ memtable ─▶ acknowledgement
//!                                                  └─▶ Parquet files ─▶ compaction ─▶ retention
//! ```
//!
//! Invariants:
//! - what is acknowledged is synced, and can be queried from that moment on, exactly once;
//! - nothing reads or writes telemetry without a [`TenantScope`], and only a [`ScopeMinter`] makes one;
//! - the steps are plain functions over the seams [`disk`], [`clock`] and [`rng`]; threads only drive them.
//!
//! Kept out: query engines, HTTP, users, the metadata database.

mod batch;
mod catalogue;
pub mod clock;
mod columns;
mod compact;
mod core;
pub mod disk;
pub mod figures;
mod file;
mod flush;
mod memtable;
pub mod otlp;
mod parquet_file;
mod retention;
pub mod rng;
mod rule;
pub mod schema;
mod scope;
#[cfg(test)]
mod simulation;
mod store;
mod sums;
mod tables;
pub mod view;
mod wal;

pub use file::{File, FileRef, row_bytes};
pub use parquet_file::decoded_bytes;
pub use retention::RetentionTable;
pub use scope::{ScopeMinter, TenantScope};
pub use store::{AppendError, Erased, OpenError, Options, Snapshot, Store, StoreStatus};

/// The format of a data folder. A folder of another one is refused.
pub const FORMAT: u32 = 1;

/// The body of the fuzz target `wal`; only `fuzz/` asks for the feature.
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub fn fuzz_wal(data: &[u8]) {
    wal::fuzz::wal(data);
}
