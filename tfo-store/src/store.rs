//! The store as its users see it.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use arrow::record_batch::RecordBatch;
use bytes::Bytes;
use tfo_sdk::{Signal, TimeRange, Timestamp};

use crate::clock::Clock;
use crate::disk::Disk;
use crate::otlp::{Acceptance, Request};
use crate::rng::Rng;
use crate::{ScopeMinter, TenantScope};

/// How the store behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long telemetry is kept.
    pub retention: Duration,
    /// Bytes that telemetry in memory may take before some of it is flushed to files.
    pub memtable_bytes: u64,
    /// Bytes that the write-ahead log may take before what holds it is flushed.
    pub wal_bytes: u64,
    /// Size of one segment of the write-ahead log.
    pub segment_bytes: u64,
    /// Ingest stops when less than this is free on the disk.
    pub reserve_bytes: u64,
    /// Telemetry is flushed to files at the latest after this long.
    pub flush_after: Duration,
}

/// The telemetry of all tenants.
#[derive(Clone)]
pub struct Store {}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds the folder.
    #[error("the data folder is in use by process {pid}; stop it, or choose another with --data-dir")]
    Locked {
        /// The process that holds it, as far as it is known.
        pid: String,
    },
    /// A newer version wrote the folder.
    #[error("the data folder has format {found}, this version reads up to {known}; use a newer tfo")]
    NewerFormat {
        /// What the folder says.
        found: String,
        /// What this version knows.
        known: u32,
    },
    /// The disk failed.
    #[error("{what}: {source}")]
    Io {
        /// What was being done, and to which file.
        what: String,
        /// What the disk said.
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{0}")]
    Damaged(String),
}

/// Why a request was not acknowledged. All of these pass: the sender may try again.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// The reserve is reached.
    #[error("the disk has {free} bytes free and {reserve} are kept in reserve; make room or lower the reserve")]
    DiskFull {
        /// Bytes free.
        free: u64,
        /// Bytes kept.
        reserve: u64,
    },
    /// Flushing does not keep up.
    #[error("telemetry arrives faster than it can be written to files; try again")]
    Overloaded,
    /// The write or its sync failed.
    #[error("the write-ahead log could not be written: {0}")]
    Io(String),
    /// The store is closing.
    #[error("the daemon is stopping")]
    Closing,
}

/// A file of a snapshot. It is not deleted from the disk before its last holder lets go.
#[derive(Debug)]
pub struct File {}

/// A shared file of a snapshot.
pub type FileRef = Arc<File>;

impl File {
    /// Path relative to the data folder, for messages.
    pub fn path(&self) -> &str {
        todo!()
    }
    /// Time of its oldest record.
    pub fn min(&self) -> Timestamp {
        todo!()
    }
    /// Time of its newest record.
    pub fn max(&self) -> Timestamp {
        todo!()
    }
    /// Its length in bytes.
    pub fn len(&self) -> u64 {
        todo!()
    }
    /// Whether it is empty: never, a file has records.
    pub fn is_empty(&self) -> bool {
        false
    }
    /// Reads a part of it, from the disk or its cache; blocks.
    pub fn read(&self, _range: Range<u64>) -> std::io::Result<Bytes> {
        todo!()
    }
}

/// What there was of one tenant and signal at one moment, whatever happens since.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The last sequence in it: every record in it has this one or a lower.
    pub sequence: u64,
    /// Files that may have records in the range asked for, newest first.
    pub files: Vec<FileRef>,
    /// Records in memory, each batch in the whole schema of the signal, in order of arrival; not cut to the range.
    pub batches: Vec<RecordBatch>,
}

/// Figures about the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreStatus {
    /// Bytes of telemetry in memory.
    pub memtable_bytes: u64,
    /// Bytes of the write-ahead log.
    pub wal_bytes: u64,
    /// Free bytes on the disk.
    pub disk_free_bytes: u64,
}

impl Store {
    /// Opens the folder that the disk shows: takes its lock, replays its log, starts its threads. Blocks.
    pub fn open(
        _options: Options,
        _disk: Arc<dyn Disk>,
        _clock: Arc<dyn Clock>,
        _rng: Arc<dyn Rng>,
    ) -> Result<(Self, ScopeMinter), OpenError> {
        todo!()
    }

    /// What decides now whether a record is accepted.
    pub fn acceptance(&self) -> Acceptance {
        todo!()
    }

    /// Makes a request durable and visible; when this returns `Ok`, it is both. A request whose caller went away
    /// while waiting may be kept or not.
    pub async fn append(&self, _scope: &TenantScope, _request: Request) -> Result<(), AppendError> {
        todo!()
    }

    /// A snapshot of one signal, of the files that may have records in the range.
    pub fn snapshot(&self, _scope: &TenantScope, _signal: Signal, _range: TimeRange) -> Snapshot {
        todo!()
    }

    /// Figures for the status page.
    pub fn status(&self) -> StoreStatus {
        todo!()
    }

    /// The time as the store sees it.
    pub fn now(&self) -> Timestamp {
        todo!()
    }

    /// Stops taking requests, flushes what is in memory to files, ends the threads. Blocks.
    pub fn close(&self) {
        todo!()
    }
}
