//! Getting rid of files of the log for good, instead of using them again.

use std::io;
use std::path::Path;

use super::{DAMAGED, FOLDER, Wal};
use crate::rule::{Rule, kept};

impl Wal {
    /// Whether segments that are freed wait to become new ones, with what they hold, or are removed.
    pub(crate) fn reuse_files(&mut self, reuse: bool) {
        self.reuses_files = reuse || !kept(Rule::RenewLog);
    }

    /// Removes every file that waits to become a segment, and those that were set aside; gives how many.
    pub(crate) fn remove_unused(&mut self) -> io::Result<u64> {
        let mut removed = 0;
        for entry in self.disk.list(Path::new(FOLDER))? {
            let path = Path::new(FOLDER).join(&entry.name);
            let is_damaged = path.extension().is_some_and(|extension| extension == DAMAGED);
            // By name, not by what is known: a spare whose removal failed is forgotten until the next start.
            let is_unused = entry.name.starts_with("spare-") && !self.preparing.contains(&path);
            if !is_damaged && !is_unused {
                continue;
            }
            if is_damaged {
                tracing::warn!(path = %path.display(), "what was set aside of the write-ahead log is erased, too");
            }
            self.spares.retain(|spare| *spare != path);
            self.disk.remove(&path)?;
            removed += 1;
        }
        self.disk.sync_dir(Path::new(FOLDER))?;
        self.damaged.clear();
        Ok(removed)
    }

    /// How many segments there are.
    pub(crate) fn segment_count(&self) -> u64 {
        self.segments.len() as u64
    }
}
