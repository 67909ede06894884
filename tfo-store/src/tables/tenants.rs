//! Tenants that are closed: nobody adds to them or sees them; and those that are erased.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::Path;
use std::sync::Arc;

use tfo_sdk::{Signal, TenantId};

use super::{Tables, lock};
use crate::disk::{Disk, Entry};
use crate::file::{self, FileRef};
use crate::rule::{Rule, kept};
use crate::wal::Table;

/// Why a tenant is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// Its telemetry stays.
    Closed,
    /// Its telemetry goes: it cannot be opened before that has ended.
    Erasing,
}

/// The tenants that are closed.
#[derive(Debug, Default)]
pub(super) struct Closed(HashMap<TenantId, Reason>);

impl Closed {
    pub(super) fn contains(&self, tenant: TenantId) -> bool {
        self.0.contains_key(&tenant)
    }

    fn is_erasing(&self, tenant: TenantId) -> bool {
        self.0.get(&tenant) == Some(&Reason::Erasing)
    }
}

/// Files and bytes that were removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Removed {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
}

impl Tables {
    /// Hides a tenant; what is on its way into the log may still come.
    pub(crate) fn close_tenant(&self, tenant: TenantId) {
        lock(&self.state).closed.0.entry(tenant).or_insert(Reason::Closed);
    }

    /// Shows a tenant again; tells whether it does.
    pub(crate) fn open_tenant(&self, tenant: TenantId) -> bool {
        let closed = &mut lock(&self.state).closed;
        let may_open = !closed.is_erasing(tenant);
        if may_open {
            closed.0.remove(&tenant);
        }
        may_open
    }

    /// Whether nobody may add to a tenant.
    pub(crate) fn is_closed(&self, tenant: TenantId) -> bool {
        lock(&self.state).closed.contains(tenant)
    }

    pub(super) fn is_erasing(&self, tenant: TenantId) -> bool {
        lock(&self.state).closed.is_erasing(tenant)
    }

    /// Hides a tenant for good.
    pub(crate) fn start_erasing(&self, tenant: TenantId) {
        lock(&self.state).closed.0.insert(tenant, Reason::Erasing);
    }

    /// Takes a tenant's rows out of memory and its files out of the catalogue, and lets nothing of it be written any
    /// more. All its records have this sequence or a lower one, so the log need not hold them.
    pub(crate) fn evict(&self, tenant: TenantId, last_sequence: u64) -> Removed {
        // In this order, so that no flush waits for a long compaction.
        let _no_compaction = lock(&self.compacting);
        let _no_flush = lock(&self.flushing);
        let mut doomed = Vec::new();
        {
            let state = &mut *lock(&self.state);
            for signal in Signal::ALL {
                let table = Table { tenant, signal };
                state.memtable.remove(&table);
                state.replayed.remove(&table);
                state.flushed.insert(table, last_sequence);
            }
            doomed.extend(state.catalogue.forget(tenant).into_iter().map(|file| (file, None)));
        }
        let bytes = doomed.iter().map(|(file, _)| file.len()).sum();
        let removed = Removed { files: doomed.len() as u64, bytes };
        lock(&self.removal).doomed.extend(doomed);
        removed
    }

    /// Removes the folder of an evicted tenant with everything in it, for good. Readers keep their files until they
    /// let go: `wait` waits a little for them, or says that it has been long enough.
    pub(crate) fn remove_folder(
        &self,
        tenant: TenantId,
        wait: &mut dyn FnMut() -> bool,
    ) -> io::Result<Removed> {
        loop {
            // Looked at before: a reader that lets go meanwhile has its file removed the next time.
            let read_before = self.doomed_of(tenant, |file| Arc::strong_count(file) > 1);
            self.remove_doomed();
            let (read, stuck): (Vec<_>, Vec<_>) =
                self.doomed_of(tenant, |_| true).into_iter().partition(|path| read_before.contains(path));
            if let Some(path) = read.first() {
                if wait() {
                    continue;
                }
                let text = format!("{} files are still being read, among them {path}; try again", read.len());
                return Err(io::Error::new(io::ErrorKind::TimedOut, text));
            }
            if let Some(path) = stuck.first() {
                return Err(io::Error::other(format!("{path} cannot be removed; try again")));
            }
            break;
        }
        let mut removed = Removed::default();
        let root = Path::new(file::FOLDER);
        for entry in self.disk.list(root)? {
            // A name that spells the id in another way is that of a copy.
            if entry.name.parse() == Ok(tenant) {
                remove_entry(&*self.disk, root, &entry, &mut removed)?;
            }
        }
        if kept(Rule::SyncErasure) {
            missing_is_fine(self.disk.sync_dir(root))?;
        }
        Ok(removed)
    }

    /// Paths of a tenant's files that are to be removed.
    fn doomed_of(&self, tenant: TenantId, is_meant: impl Fn(&FileRef) -> bool) -> BTreeSet<String> {
        let folder = file::tenant_folder(tenant);
        let doomed = &lock(&self.removal).doomed;
        let of_tenant = doomed.iter().map(|(file, _)| file).filter(|file| file.folder.starts_with(&folder));
        of_tenant.filter(|file| is_meant(file)).map(|file| file.path().to_owned()).collect()
    }

    /// Nothing of the tenant is left: it is like any other that is closed.
    pub(crate) fn end_erasing(&self, tenant: TenantId) {
        let state = &mut *lock(&self.state);
        state.flushed.retain(|table, _| table.tenant != tenant);
        state.closed.0.insert(tenant, Reason::Closed);
    }
}

/// Removes a name in a folder and, if it is a folder, what is in it, from the inside to the outside, each name for good
/// before the next. What a link leads to is somebody's own: it is not touched, and the erasure has not ended.
fn remove_entry(disk: &dyn Disk, folder: &Path, entry: &Entry, removed: &mut Removed) -> io::Result<()> {
    let path = folder.join(&entry.name);
    let failed = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    if entry.is_link {
        let text = "it is a symbolic link; remove it and what it leads to, and the erasure goes on";
        return Err(failed(io::Error::other(text)));
    }
    if !entry.is_dir {
        missing_is_fine(disk.remove(&path)).map_err(failed)?;
        removed.files += 1;
        removed.bytes += entry.len;
        return Ok(());
    }
    for inner in disk.list(&path).map_err(failed)? {
        remove_entry(disk, &path, &inner, removed)?;
    }
    missing_is_fine(disk.sync_dir(&path)).map_err(failed)?;
    missing_is_fine(disk.remove_dir(&path)).map_err(failed)
}

/// Maintenance removes emptied folders, too.
fn missing_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}
