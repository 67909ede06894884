//! A folder of the machine's filesystem, held by one process. What it makes there is for the daemon's user alone.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Disk, DiskFile, Entry, Folders, Space};
use crate::OpenError;

/// A data folder, locked for this process as long as this value lives.
#[derive(Debug)]
pub struct LocalDisk {
    root: PathBuf,
    folders: Folders,
    _lock: File,
}

const LOCK: &str = "lock";

/// Folders that may be filesystems of their own, beside the data folder itself.
const MOUNTS: [&str; 2] = [crate::wal::FOLDER, crate::file::FOLDER];

/// Who may read and write what is made here: its owner.
const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;

impl LocalDisk {
    /// Takes the folder, and makes it if it is missing.
    ///
    /// # Errors
    /// [`OpenError::Locked`] when another process holds it.
    pub fn open(root: &Path) -> Result<Self, OpenError> {
        let failed = |cause| OpenError::Io { what: format!("data folder {}", root.display()), cause };
        create_root(root).map_err(failed)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(FILE_MODE);
        let mut lock = options.open(root.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                lock.read_to_string(&mut pid).map_err(failed)?;
                return Err(OpenError::Locked { folder: root.to_owned(), pid: pid.trim().to_owned() });
            }
            Err(TryLockError::Error(cause)) => return Err(failed(cause)),
        }
        // The pid is for the message of a second start only; on a full disk the lock holds without it.
        let _ = lock
            .set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| writeln!(lock, "{}", std::process::id()));
        Ok(Self { root: root.to_owned(), folders: Folders::default(), _lock: lock })
    }
}

/// Makes the folder and those above it, and makes its name and the new ones durable: a process that died just before
/// may have made it.
fn create_root(root: &Path) -> io::Result<()> {
    let parent = root.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_new = !root.is_dir();
    if is_new {
        create_root_in(parent)?;
        make_folder(root)?;
    }
    match File::open(parent).and_then(|parent| parent.sync_all()) {
        // Of a folder that was there before. Who may not look into the one above has not made it.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && !is_new => Ok(()),
        synced => synced,
    }
}

fn create_root_in(parent: &Path) -> io::Result<()> {
    if parent.is_dir() { Ok(()) } else { create_root(parent) }
}

fn make_folder(path: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(FOLDER_MODE).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    }
}

impl Disk for LocalDisk {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true).mode(FILE_MODE);
        Ok(Arc::new(options.open(self.root.join(path))?))
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        Ok(Arc::new(File::open(self.root.join(path))?))
    }

    fn open_to_write(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        Ok(Arc::new(OpenOptions::new().read(true).write(true).open(self.root.join(path))?))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(self.root.join(from), self.root.join(to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(self.root.join(path))
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.folders.remove(path, |folder| fs::remove_dir(self.root.join(folder)))
    }

    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        let create = |folder: &Path| fs::DirBuilder::new().mode(FOLDER_MODE).create(self.root.join(folder));
        self.folders.create_all(path, create, |folder| self.sync_dir(folder))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let entries = match fs::read_dir(self.root.join(path)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut list = Vec::new();
        for entry in entries {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let metadata = match entry.metadata() {
                Ok(metadata) => metadata,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue, // removed meanwhile
                Err(error) => return Err(error),
            };
            let is_link = metadata.is_symlink();
            // One that leads nowhere is shown as what it is.
            let metadata = if is_link { fs::metadata(entry.path()).unwrap_or(metadata) } else { metadata };
            list.push(Entry { name, is_dir: metadata.is_dir(), is_link, len: metadata.len() });
        }
        Ok(list)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        File::open(self.root.join(path))?.sync_all()
    }

    fn space(&self) -> io::Result<Space> {
        let of = |path: &Path| -> io::Result<Space> {
            let stat = rustix::fs::statvfs(path)?;
            Ok(Space { free: stat.f_bavail * stat.f_frsize, total: stat.f_blocks * stat.f_frsize })
        };
        let mut least = of(&self.root)?;
        for folder in MOUNTS {
            match of(&self.root.join(folder)) {
                Ok(space) if space.free < least.free => least = space,
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(least)
    }
}

impl DiskFile for File {
    fn len(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(self, buffer, offset)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(self, bytes, offset)
    }

    /// Writes the zeros: blocks that were only reserved would cost a journal commit at their first sync.
    fn allocate(&self, len: u64) -> io::Result<()> {
        const CHUNK: usize = 1 << 20;
        let zeros = vec![0; CHUNK];
        let mut offset = 0;
        while offset < len {
            let part = usize::try_from(len - offset).unwrap_or(CHUNK).min(CHUNK);
            self.write_at(&zeros[..part], offset).and_then(|written| match written {
                0 => Err(io::ErrorKind::WriteZero.into()),
                written => {
                    offset += written as u64;
                    Ok(())
                }
            })?;
        }
        self.set_len(len)
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_of_a_folder_is_told_who_the_first_is() {
        let folder = tempfile::tempdir().unwrap();
        let first = LocalDisk::open(folder.path()).unwrap();
        let second = LocalDisk::open(folder.path()).unwrap_err();
        assert!(matches!(&second, OpenError::Locked { pid, .. } if *pid == std::process::id().to_string()));
        drop(first);
        assert!(LocalDisk::open(folder.path()).is_ok());
    }

    #[test]
    fn folders_are_made_with_their_parents_and_listed() {
        let folder = tempfile::tempdir().unwrap();
        let disk = LocalDisk::open(folder.path()).unwrap();
        disk.create_dir_all(Path::new("a/b")).unwrap();
        let file = disk.create(Path::new("a/b/c")).unwrap();
        file.allocate(5).unwrap();
        file.write_all_at(b"xy", 3).unwrap();
        assert_eq!(
            disk.list(Path::new("a/b")).unwrap(),
            [Entry { name: "c".into(), is_dir: false, is_link: false, len: 5 }]
        );
        assert_eq!(disk.list(Path::new("nothing")).unwrap(), []);
        assert!(disk.space().unwrap().free > 0);
    }
}
