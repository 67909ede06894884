//! The seam to the filesystem: everything that the store does to a disk goes through [`Disk`].
//!
//! Paths are relative to the data folder. A write is durable after [`DiskFile::sync`]; a new, renamed or removed
//! name after [`Disk::sync_dir`] of its folder. Nothing else is promised, and a test's disk promises nothing else.

use std::io;
use std::path::Path;
use std::sync::Arc;

/// A filesystem, seen from one folder.
pub trait Disk: Send + Sync + 'static {
    /// Makes a new, empty file for reading and writing; fails when the name exists.
    fn create(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>>;
    /// Opens a file for reading: what cannot be written to can still be read.
    fn open(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>>;
    /// Opens a file for reading and writing.
    fn open_to_write(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>>;
    /// Gives a file another name, replacing what had it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Removes a folder; fails unless it is empty.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;
    /// Makes a folder and those above it; each new name is durable when this returns.
    fn create_dir_all(&self, path: &Path) -> io::Result<()>;
    /// What is in a folder, in no order; empty when there is no such folder.
    fn list(&self, path: &Path) -> io::Result<Vec<Entry>>;
    /// Makes the names in a folder durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// Room on the disk; where there are several, on the one that has least.
    fn space(&self) -> io::Result<Space>;
}

/// A file, open.
pub trait DiskFile: Send + Sync {
    /// Its length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Whether it is empty.
    fn is_empty(&self) -> io::Result<bool> {
        self.len().map(|len| len == 0)
    }
    /// Fills the buffer from an offset; an error when the file ends before.
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()>;
    /// Writes all bytes at an offset.
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Makes the file this long, with zeros that have a place on the disk.
    fn allocate(&self, len: u64) -> io::Result<()>;
    /// Makes what was written, and the length, durable.
    fn sync(&self) -> io::Result<()>;
}

/// A name in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name; names that are not UTF-8 are not ours and are left out.
    pub name: String,
    /// Whether it is a folder, or leads to one.
    pub is_dir: bool,
    /// Whether it is a symbolic link.
    pub is_link: bool,
    /// Length of a file in bytes.
    pub len: u64,
}

/// Room on a disk, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// What an ordinary user may still write.
    pub free: u64,
    /// Size of the filesystem.
    pub total: u64,
}

mod folders;
mod local;

pub(crate) use folders::Folders;
pub use local::LocalDisk;
