//! Erasing a tenant: nothing of it stays in memory, in files or in the log.
//!
//! Nothing of an erasure is written down here: whoever asked for it asks again after a crash, and every step finds
//! what the one before the crash has left. Until then the log may bring back what was not yet erased.

use std::io;

use tfo_sdk::TenantId;

use super::Core;
use crate::store::Erased;
use crate::tables::lock;
use crate::wal::Wal;

impl Core {
    /// Erases a tenant, and returns when nothing of it is left on the disk, for good. `wait` waits a little for those
    /// who read its files, or says that it has been long enough.
    pub(crate) fn erase(&self, tenant: TenantId, wait: &mut dyn FnMut() -> bool) -> io::Result<Erased> {
        let _one_at_a_time = lock(&self.erasing);
        self.tables.start_erasing(tenant);
        // Behind the commit that was let in before.
        let last_sequence = self.last_sequence();
        self.tables.forget_retention(tenant)?;
        let evicted = self.tables.evict(tenant, last_sequence);
        // What goes at once may be the room that flushes need.
        self.tables.remove_doomed();
        let log_files = self.renew_log()?;
        let swept = self.tables.remove_folder(tenant, wait)?;
        self.tables.end_erasing(tenant);
        let erased =
            Erased { files: evicted.files + swept.files, bytes: evicted.bytes + swept.bytes, log_files };
        tracing::info!(%tenant, ?erased, "a tenant was erased");
        Ok(erased)
    }

    /// Replaces every file of the log; gives how many there were. A segment holds records of many tenants, and behind
    /// its end whatever an earlier use has left, so no file of before may stay.
    fn renew_log(&self) -> io::Result<u64> {
        let renewed = self.replace_log_files();
        lock(&self.wal).reuse_files(true);
        renewed
    }

    fn replace_log_files(&self) -> io::Result<u64> {
        let unused = {
            let mut wal = lock(&self.wal);
            wal.reuse_files(false);
            wal.remove_unused()?
        };
        // So that no commit waits for it; without it, the next step makes one.
        if let Err(error) = Wal::add_spare(&self.wal) {
            tracing::debug!(%error, "no segment of the write-ahead log could be prepared");
        }
        let (first, before) = {
            let mut wal = lock(&self.wal);
            let before = wal.segment_count();
            wal.start_segment()?;
            (wal.next_sequence(), before)
        };
        self.flush_all()?;
        let checkpoint = lock(&self.wal).checkpoint();
        if checkpoint < first {
            return Err(io::Error::other(format!(
                "the log still holds records from {checkpoint} on; try again"
            )));
        }
        Ok(unused + before)
    }
}
