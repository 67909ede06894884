//! The rules that the store's promise rests on, by name, each asked for at the line that keeps it.
//!
//! A rule is always kept. Only the fault test can break one, to prove that it would notice: see
//! [`crate::simulation`] and `docs/durability.md`. Outside of tests [`kept`] is the constant `true`.

/// A rule that must hold for the store to keep its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// A commit syncs the log before it is acknowledged.
    SyncLog,
    /// Rows become visible after their sync, not before.
    ShowAfterSync,
    /// A commit that found no room is not acknowledged.
    RefuseWhenFull,
    /// A failed sync is an error.
    HeedFailedSync,
    /// A failed sync is not tried again: the second one would prove nothing.
    NeverSyncAgain,
    /// After a failed write or sync a segment is never written again.
    LeaveFailedSegment,
    /// A segment's header is synced before the segment gets its name.
    SyncSegmentHeader,
    /// A segment's name is synced before anything is committed to it.
    SyncSegmentName,
    /// What stands behind the end that a segment's successor names does not count.
    HeedEnds,
    /// A record whose checksum does not match is none.
    CheckRecords,
    /// A record belongs to one place of one segment.
    ChainRecords,
    /// What is replayed from the last segment is synced first.
    SettleTail,
    /// The log is freed only when all its records are in files.
    HoldLog,
    /// And it is freed when they are.
    FreeLog,
    /// A segment is gone for good before the next one is freed: what is left is everything from one sequence on.
    FreeInOrder,
    /// A spare that a segment is another name of is not used: it would be written over.
    ForgetSecondNames,
    /// A segment is closed before the next one is started: a half-started one may end it here.
    CloseBeforeRoll,
    /// A full disk does not keep the store from opening.
    OpenWhenFull,
    /// Requests that are in files already are not replayed.
    SkipFlushed,
    /// A flush counts when all its files are there.
    WholeFlushes,
    /// A file is synced before it gets its name.
    SyncFiles,
    /// The names of a flush's files are synced before it counts.
    SyncFileNames,
    /// A new folder's own name is synced.
    SyncNewFolders,
    /// A flushed table leaves memory in the step in which its files come in.
    SwapAtOnce,
    /// A step that failed is cleaned up behind before it is tried again.
    CleanBeforeFlush,
    /// Files that the log reaches into are not compacted.
    CompactBehindLog,
    /// A replacement is durable before what it replaces is removed.
    SyncReplacement,
    /// A replacement is not replaced itself before what it replaced is gone.
    RemoveReplacedFirst,
    /// Names that a dead process gave are synced before anything is given up for them.
    SyncWhatIsFound,
    /// A removal that a dead process made is synced before the log is given up for what was tried again.
    SyncWhatIsGone,
    /// What was removed from a folder is synced before the folder is removed.
    SyncEmptied,
    /// A file that is being read is not removed.
    HoldReadFiles,
    /// A folder that a flush may be about to write into is not removed.
    HoldFolders,
    /// Retention does not believe a clock that has just leapt.
    DoubtLeaps,
    /// Nor one that leapt while the store was closed.
    DoubtAtStart,
    /// After an erasure no file of the log is one of before.
    RenewLog,
    /// An erasure has ended when what it removed is gone for good.
    SyncErasure,
}

/// Whether a rule is kept: always.
#[cfg(not(test))]
pub(crate) const fn kept(_: Rule) -> bool {
    true
}

#[cfg(test)]
thread_local! {
    static BROKEN: std::cell::Cell<Option<Rule>> = const { std::cell::Cell::new(None) };
}

/// Whether a rule is kept: unless this thread's test breaks it.
#[cfg(test)]
pub(crate) fn kept(rule: Rule) -> bool {
    BROKEN.get() != Some(rule)
}

/// Breaks a rule in this thread from now on, or none.
#[cfg(test)]
pub(crate) fn break_in_this_thread(rule: Option<Rule>) {
    BROKEN.set(rule);
}
