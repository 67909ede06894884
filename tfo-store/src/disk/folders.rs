//! Making folders so that their names last.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::rule::{Rule, kept};
use crate::tables::lock;

/// The folders whose names this process has made durable.
#[derive(Debug, Default)]
pub(crate) struct Folders(Mutex<HashSet<PathBuf>>);

impl Folders {
    /// Makes a folder and those above it, with what the disk has for one: `create` makes it, `sync` makes the names
    /// in it durable.
    pub(crate) fn create_all(
        &self,
        path: &Path,
        create: impl Fn(&Path) -> io::Result<()>,
        sync: impl Fn(&Path) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut folder = PathBuf::new();
        for part in path.components() {
            let parent = folder.clone();
            folder.push(part);
            let mut names = lock(&self.0);
            match create(&folder) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                Err(_) => {}
                Ok(()) => drop(names.remove(&folder)), // what this name stood for before is gone
            }
            // A folder that was there may have been made by a step that failed, or a process that died, before this.
            let is_durable = names.contains(&folder);
            drop(names);
            if !is_durable && kept(Rule::SyncNewFolders) {
                sync(&parent)?;
                lock(&self.0).insert(folder.clone());
            }
        }
        Ok(())
    }

    /// Removes a folder, with what the disk has for it.
    pub(crate) fn remove(&self, path: &Path, remove: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
        let mut names = lock(&self.0);
        remove(path)?;
        names.remove(path);
        Ok(())
    }
}
