//! What is on a disk, and what only the system's memory knows: files in pages, folders in names.
//!
//! The model: a write changes the page in memory; [`File::sync`] carries changed pages and the length over. A change of
//! a name is pending until its folder is synced. When the power fails, each changed page survives or not, in whole or
//! in some of its sectors; each pending change of a name survives or not, in any combination. A sector (512 bytes)
//! is old or new, never a mixture, and what was synced is never lost.
//!
//! A failed sync leaves each changed page written, still to be written, or *lost*: taken for written, though it is
//! not, as Linux does (fsyncgate). Nothing but writing it again brings a lost page to the disk, and a read gives the
//! lost contents until the system needs the memory, and then what is on the disk.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

use tfo_sdk::TenantId;

use super::random::Random;
use crate::file::tenant_folder;

const PAGE: usize = 4096;
const SECTOR: usize = 512;
pub(super) const ROOT: u32 = 0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    Clean,
    Dirty,
    /// Taken for written, but not on the disk.
    Lost,
}

/// A file.
#[derive(Debug, Default, Clone)]
pub(super) struct File {
    /// What a reader sees.
    pub(super) live: Vec<u8>,
    durable: Vec<u8>,
    pages: Vec<Page>,
    /// Whether a sync of it said that it was done, and was not.
    lied: bool,
    /// Names that it has now.
    links: u32,
    /// The last of them.
    path: PathBuf,
}

/// A change of names that survives as one.
type Change = Vec<(String, Option<u32>)>;

#[derive(Debug, Default, Clone)]
struct Folder {
    live: BTreeMap<String, u32>,
    durable: BTreeMap<String, u32>,
    pending: Vec<Change>,
    lied: bool,
}

#[derive(Debug, Clone)]
enum Node {
    File(File),
    Folder(Folder),
}

/// Everything on the disk.
#[derive(Debug, Clone)]
pub(super) struct Media {
    nodes: BTreeMap<u32, Node>,
    next: u32,
    /// Size of the disk.
    pub(super) capacity: u64,
    /// What others have on it.
    pub(super) foreign: u64,
}

/// What a lie cost when the power failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Harm {
    /// Contents of a file, or a name that it was given.
    Lost(PathBuf),
    /// A name that was removed is back.
    Returned(PathBuf),
}

impl File {
    fn pages_for(len: usize) -> usize {
        len.div_ceil(PAGE)
    }

    fn write(&mut self, bytes: &[u8], offset: usize) {
        let end = offset + bytes.len();
        if self.live.len() < end {
            self.live.resize(end, 0);
            self.pages.resize(Self::pages_for(end), Page::Dirty);
        }
        self.live[offset..end].copy_from_slice(bytes);
        if !bytes.is_empty() {
            self.pages[offset / PAGE..=(end - 1) / PAGE].fill(Page::Dirty);
        }
    }

    fn range(&self, page: usize) -> std::ops::Range<usize> {
        page * PAGE..((page + 1) * PAGE).min(self.live.len())
    }

    /// Carries a page over to the disk.
    fn put(&mut self, page: usize) {
        let range = self.range(page);
        if self.durable.len() < range.end {
            self.durable.resize(range.end, 0);
        }
        self.durable[range.clone()].copy_from_slice(&self.live[range]);
        self.pages[page] = Page::Clean;
    }

    fn sync(&mut self) {
        for page in 0..self.pages.len() {
            if self.pages[page] == Page::Dirty {
                self.put(page);
            }
        }
        self.durable.resize(self.live.len(), 0);
        self.lied = false;
    }

    fn fail_to_sync(&mut self, random: &mut Random) {
        for page in 0..self.pages.len() {
            if self.pages[page] == Page::Dirty {
                match random.below(4) {
                    0 => self.put(page),
                    1 => {}
                    _ => self.pages[page] = Page::Lost,
                }
            }
        }
    }

    /// The system writes back some pages on its own.
    fn write_back(&mut self, random: &mut Random) {
        for page in 0..self.pages.len() {
            if self.pages[page] == Page::Dirty && random.chance(500) {
                self.put(page);
            }
        }
    }

    /// The system needs memory: lost pages are read from the disk again.
    fn evict(&mut self) {
        for page in 0..self.pages.len() {
            if self.pages[page] == Page::Lost {
                let range = self.range(page);
                let durable = self.durable.get(range.start..).unwrap_or_default();
                let kept = durable.len().min(range.len());
                let live = &mut self.live[range];
                live[..kept].copy_from_slice(&durable[..kept]);
                live[kept..].fill(0);
                self.pages[page] = Page::Clean;
            }
        }
    }

    /// The power fails; tells whether anything is lost.
    fn lose(&mut self, random: &mut Random, keep: u64) -> bool {
        let old = self.durable.clone();
        let len = if self.live.len() == old.len() {
            old.len()
        } else {
            match random.below(3) {
                0 => old.len(),
                1 => self.live.len(),
                _ => old.len() + random.below((self.live.len() - old.len()) as u64) as usize,
            }
        };
        let mut new = old;
        new.resize(len, 0);
        for page in 0..self.pages.len() {
            if self.pages[page] != Page::Dirty {
                continue;
            }
            let whole = random.chance(500);
            let survives = random.chance(keep);
            let range = self.range(page);
            for start in range.clone().step_by(SECTOR) {
                let end = (start + SECTOR).min(range.end).min(len);
                let kept = if whole { survives } else { random.chance(keep) };
                if kept && start < end {
                    new[start..end].copy_from_slice(&self.live[start..end]);
                }
            }
        }
        let lost = new != self.live;
        self.live.clone_from(&new);
        self.durable = new;
        self.pages = vec![Page::Clean; Self::pages_for(len)];
        lost
    }
}

fn not_found() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl Media {
    pub(super) fn new(capacity: u64) -> Self {
        Self {
            nodes: BTreeMap::from([(ROOT, Node::Folder(Folder::default()))]),
            next: 1,
            capacity,
            foreign: 0,
        }
    }

    fn folder(&mut self, number: u32) -> io::Result<&mut Folder> {
        match self.nodes.get_mut(&number) {
            Some(Node::Folder(folder)) => Ok(folder),
            Some(Node::File(_)) => Err(io::ErrorKind::NotADirectory.into()),
            None => Err(not_found()),
        }
    }

    pub(super) fn file(&mut self, number: u32) -> io::Result<&mut File> {
        match self.nodes.get_mut(&number) {
            Some(Node::File(file)) => Ok(file),
            _ => Err(not_found()),
        }
    }

    fn find(&self, path: &Path) -> io::Result<u32> {
        let mut at = ROOT;
        for part in path.components() {
            let Component::Normal(name) = part else { continue };
            let Some(Node::Folder(folder)) = self.nodes.get(&at) else { return Err(not_found()) };
            at = *folder.live.get(&*name.to_string_lossy()).ok_or_else(not_found)?;
        }
        Ok(at)
    }

    fn place(&self, path: &Path) -> io::Result<(u32, String)> {
        let folder = self.find(path.parent().unwrap_or(Path::new("")))?;
        Ok((folder, path.file_name().unwrap_or_default().to_string_lossy().into_owned()))
    }

    fn add(&mut self, path: &Path, node: Node) -> io::Result<u32> {
        let (at, name) = self.place(path)?;
        if self.folder(at)?.live.contains_key(&name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let number = self.next;
        self.next += 1;
        self.nodes.insert(number, node);
        self.change(at, vec![(name, Some(number))])?;
        Ok(number)
    }

    fn change(&mut self, at: u32, change: Change) -> io::Result<()> {
        let folder = self.folder(at)?;
        for (name, number) in &change {
            match number {
                Some(number) => folder.live.insert(name.clone(), *number),
                None => folder.live.remove(name),
            };
        }
        folder.pending.push(change);
        Ok(())
    }

    pub(super) fn create(&mut self, path: &Path) -> io::Result<u32> {
        self.add(path, Node::File(File { links: 1, path: path.to_owned(), ..File::default() }))
    }

    pub(super) fn create_dir(&mut self, path: &Path) -> io::Result<()> {
        self.add(path, Node::Folder(Folder::default())).map(drop)
    }

    pub(super) fn open(&mut self, path: &Path) -> io::Result<u32> {
        let number = self.find(path)?;
        self.file(number)?;
        Ok(number)
    }

    /// `whole`: old and new name change as one, as on a disk with a journal; else each may survive alone.
    pub(super) fn rename(&mut self, from: &Path, to: &Path, whole: bool) -> io::Result<()> {
        let number = self.open(from)?;
        let ((from_at, from_name), (to_at, to_name)) = (self.place(from)?, self.place(to)?);
        if let Some(replaced) = self.folder(to_at)?.live.get(&to_name).copied() {
            self.file(replaced)?.links -= 1;
        }
        self.file(number)?.path = to.to_owned();
        if whole && from_at == to_at {
            return self.change(from_at, vec![(to_name, Some(number)), (from_name, None)]);
        }
        self.change(to_at, vec![(to_name, Some(number))])?;
        self.change(from_at, vec![(from_name, None)])
    }

    pub(super) fn remove(&mut self, path: &Path) -> io::Result<()> {
        let number = self.open(path)?;
        let (at, name) = self.place(path)?;
        self.file(number)?.links -= 1;
        self.change(at, vec![(name, None)])
    }

    pub(super) fn remove_dir(&mut self, path: &Path) -> io::Result<()> {
        let number = self.find(path)?;
        if !self.folder(number)?.live.is_empty() {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        let (at, name) = self.place(path)?;
        self.change(at, vec![(name, None)])
    }

    /// Names in a folder, with their lengths; `None` for a folder.
    pub(super) fn list(&mut self, path: &Path) -> io::Result<Vec<(String, Option<u64>)>> {
        let number = self.find(path)?;
        let names = self.folder(number)?.live.clone();
        let len = |number| match self.nodes.get(&number) {
            Some(Node::File(file)) => Some(file.live.len() as u64),
            _ => None,
        };
        Ok(names.into_iter().map(|(name, number)| (name, len(number))).collect())
    }

    /// All files below a folder.
    pub(super) fn files(&mut self, path: &Path) -> Vec<(PathBuf, u64)> {
        let mut files = Vec::new();
        for (name, len) in self.list(path).unwrap_or_default() {
            match len {
                Some(len) => files.push((path.join(name), len)),
                None => files.extend(self.files(&path.join(name))),
            }
        }
        files
    }

    /// The folder of a tenant, or a file of the log that has its id in its bytes: they are as they were written.
    pub(super) fn trace_of(&mut self, tenant: TenantId) -> Option<String> {
        let folder = tenant_folder(tenant);
        if self.find(&folder).is_ok() {
            return Some(folder.display().to_string());
        }
        let log: Vec<PathBuf> = self.files(Path::new("wal")).into_iter().map(|(path, _)| path).collect();
        let id = tenant.as_bytes().as_slice();
        let has_id = |path: &PathBuf| {
            let number = self.find(path).ok();
            let file = number.and_then(|number| self.nodes.get(&number));
            matches!(file, Some(Node::File(file)) if file.live.windows(id.len()).any(|window| window == id))
        };
        log.into_iter().find(has_id).map(|path| path.display().to_string())
    }

    pub(super) fn sync_dir(&mut self, path: &Path, lies: bool) -> io::Result<()> {
        let number = self.find(path)?;
        let folder = self.folder(number)?;
        if lies {
            folder.lied |= !folder.pending.is_empty();
            return Ok(());
        }
        folder.durable.clone_from(&folder.live);
        folder.pending.clear();
        folder.lied = false;
        Ok(())
    }

    pub(super) fn sync(&mut self, number: u32, lies: bool) -> io::Result<()> {
        let file = self.file(number)?;
        if lies {
            file.lied |= file.pages.contains(&Page::Dirty) || file.live.len() != file.durable.len();
        } else {
            file.sync();
        }
        Ok(())
    }

    pub(super) fn fail_to_sync(&mut self, number: u32, random: &mut Random) {
        if let Ok(file) = self.file(number) {
            file.fail_to_sync(random);
        }
    }

    /// Bytes free.
    pub(super) fn free(&self) -> u64 {
        let used: usize = self
            .nodes
            .values()
            .map(|node| match node {
                Node::File(file) if file.links > 0 => file.pages.len() * PAGE,
                _ => 0,
            })
            .sum();
        self.capacity.saturating_sub(used as u64 + self.foreign)
    }

    /// Writes as much as there is room for; an error when that is not all.
    pub(super) fn write(&mut self, number: u32, bytes: &[u8], offset: u64) -> io::Result<()> {
        let room = self.free() as usize / PAGE;
        let file = self.file(number)?;
        let (start, end) = (offset as usize, offset as usize + bytes.len());
        let most = (file.pages.len() + room) * PAGE;
        let fits = end.min(most.max(start));
        file.write(&bytes[..fits - start], start);
        if fits < end { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    /// The system writes back, or forgets, on its own.
    pub(super) fn stir(&mut self, random: &mut Random) {
        let evicts = random.chance(200);
        for node in self.nodes.values_mut() {
            if let Node::File(file) = node {
                if evicts {
                    file.evict();
                }
                if random.chance(300) {
                    file.write_back(random);
                }
            }
        }
    }

    /// The power fails. Gives what was lost or came back although a sync had said otherwise.
    pub(super) fn lose_power(&mut self, random: &mut Random) -> Vec<Harm> {
        let mut harm = Vec::new();
        let keep = random.pick(&[0, 100, 500, 900, 1000]);
        let keep_names = random.pick(&[0, 300, 500, 500, 700, 1000]);
        let in_order = random.chance(200); // a journal: changes of names survive up to one moment
        for node in self.nodes.values_mut() {
            match node {
                Node::File(file) => {
                    let lied = std::mem::take(&mut file.lied);
                    if file.lose(random, keep) && lied {
                        harm.push(Harm::Lost(file.path.clone()));
                    }
                }
                Node::Folder(folder) => {
                    let mut lost = false;
                    for change in std::mem::take(&mut folder.pending) {
                        lost = (lost && in_order) || !random.chance(keep_names);
                        if !lost {
                            for (name, number) in change {
                                match number {
                                    Some(number) => folder.durable.insert(name, number),
                                    None => folder.durable.remove(&name),
                                };
                            }
                        }
                    }
                }
            }
        }
        self.restart(&mut harm);
        harm
    }

    /// What is durable is all there is; nodes without a name are gone.
    fn restart(&mut self, harm: &mut Vec<Harm>) {
        let mut alive = BTreeMap::new();
        let mut folders = vec![(ROOT, PathBuf::new())];
        while let Some((number, path)) = folders.pop() {
            let Some(Node::Folder(mut folder)) = self.nodes.remove(&number) else { continue };
            if std::mem::take(&mut folder.lied) {
                let gone = folder.live.iter().filter(|(name, at)| folder.durable.get(*name) != Some(at));
                harm.extend(gone.map(|(name, _)| Harm::Lost(path.join(name))));
                let back = folder.durable.iter().filter(|(name, at)| folder.live.get(*name) != Some(at));
                harm.extend(back.map(|(name, _)| Harm::Returned(path.join(name))));
            }
            folder.live.clone_from(&folder.durable);
            for (name, number) in &folder.live {
                match self.nodes.get(number) {
                    Some(Node::Folder(_)) => folders.push((*number, path.join(name))),
                    Some(Node::File(file)) => {
                        // Two names for one file when a rename was half lost.
                        let entry = alive
                            .entry(*number)
                            .or_insert_with(|| Node::File(File { links: 0, ..file.clone() }));
                        if let Node::File(file) = entry {
                            file.links += 1;
                            file.path = path.join(name);
                        }
                    }
                    None => {}
                }
            }
            alive.insert(number, Node::Folder(folder));
        }
        self.nodes = alive;
    }

    /// Changes a byte on the disk, unseen.
    pub(super) fn rot(&mut self, path: &Path, offset: usize) {
        if let Ok(number) = self.find(path)
            && let Ok(file) = self.file(number)
            && let (Some(live), Some(durable)) = (file.live.get_mut(offset), file.durable.get_mut(offset))
        {
            *live ^= 0x10;
            *durable = *live;
        }
    }
}
