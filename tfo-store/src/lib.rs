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

pub mod clock;
pub mod disk;
pub mod otlp;
pub mod rng;
pub mod schema;
mod scope;
mod store;
pub mod view;

pub use scope::{ScopeMinter, TenantScope};
pub use store::{AppendError, FileRef, OpenError, Options, Snapshot, Store, StoreStatus};
