//! The simulated disk behind the store's seam: counts calls, lets other threads go on, fails where the seed says.

use std::hash::{DefaultHasher, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tfo_sdk::Timestamp;

use super::media::Media;
use super::random::Random;
use super::schedule;
use crate::clock::Clock;
use crate::disk::{Disk, DiskFile, Entry, Folders, Space};

/// Kinds of calls, as far as they fail differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Create,
    CreateDir,
    Open,
    Rename,
    Remove,
    RemoveDir,
    List,
    SyncDir,
    Space,
    Len,
    Read,
    Write,
    Allocate,
    Sync,
}

/// How often, in 1,000 calls of a kind, the disk does what.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Faults {
    /// Reading fails.
    pub(super) read: u64,
    /// Writing fails, after some of it was written.
    pub(super) write: u64,
    /// A sync of a file fails.
    pub(super) sync: u64,
    /// A new name fails.
    pub(super) names: u64,
    /// A removal fails.
    pub(super) removals: u64,
    /// A sync of a folder fails.
    pub(super) folders: u64,
    /// There is no room, whatever the disk says of its free space.
    pub(super) full: u64,
    /// A sync says that it is done, and is not.
    pub(super) lies: u64,
    /// A call takes seconds.
    pub(super) slow: u64,
}

impl Faults {
    pub(super) fn any(&self) -> bool {
        self.read + self.write + self.sync + self.names + self.removals + self.folders + self.full > 0
    }
}

/// When the process dies: in one of the next calls, of any kind or of one, by any thread or by one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Death {
    of: Option<Call>,
    by: Option<usize>,
    /// The folder in which calls count.
    below: &'static str,
    calls: u64,
}

impl Death {
    /// Within so many calls; the rare ones, in which much is decided, get their share.
    pub(super) fn new(random: &mut Random, most: u64) -> Self {
        if random.chance(400) {
            return Self::within(random, most);
        }
        let kinds = [Call::Create, Call::Write, Call::Sync];
        let names = [Call::Rename, Call::SyncDir, Call::Remove];
        let of = if random.chance(400) { random.pick(&kinds) } else { random.pick(&names) };
        Self { of: Some(of), by: None, below: "", calls: random.below(3 + most / 20) }
    }

    /// In the call after so many.
    pub(super) fn after(calls: u64) -> Self {
        Self { of: None, by: None, below: "", calls }
    }

    /// In the rename in the log after so many.
    pub(super) fn in_a_rename_of_the_log(calls: u64) -> Self {
        Self { of: Some(Call::Rename), by: None, below: "wal", calls }
    }

    /// In the first sync of the log's names.
    pub(super) fn in_a_sync_of_the_log(calls: u64) -> Self {
        Self { of: Some(Call::SyncDir), by: None, below: "wal", calls }
    }

    /// In one of so many calls.
    pub(super) fn within(random: &mut Random, most: u64) -> Self {
        Self { of: None, by: None, below: "", calls: random.below(most) }
    }

    /// In calls of one of the first so many threads.
    pub(super) fn by_one_of(mut self, random: &mut Random, threads: u64) -> Self {
        self.by = Some(random.below(threads) as usize);
        self
    }

    /// In calls of one thread.
    pub(super) fn by(self, thread: usize) -> Self {
        Self { by: Some(thread), ..self }
    }

    /// While names below a folder come or go, or what they name is synced.
    pub(super) fn among_names(random: &mut Random, below: &'static str, most: u64) -> Self {
        let of = random.pick(&[Call::Create, Call::Sync, Call::Rename, Call::SyncDir, Call::Remove]);
        Self { of: Some(of), by: None, below, calls: random.below(most) }
    }

    fn comes(&mut self, call: Call, path: &Path) -> bool {
        if !path.starts_with(self.below) {
            return false;
        }
        if self.of.is_some_and(|of| of != call) || self.by.is_some_and(|by| schedule::me() != Some(by)) {
            return false;
        }
        let comes = self.calls == 0;
        self.calls = self.calls.saturating_sub(1);
        comes
    }
}

/// The machine: its disk, its clock, and what the test does to both.
pub(super) struct Machine {
    pub(super) media: Media,
    pub(super) random: Random,
    pub(super) faults: Faults,
    /// Time as it passes, in nanoseconds.
    pub(super) time: i64,
    /// How wrong the clock is.
    pub(super) leap: i64,
    /// When it is set right at the latest: before the store believes it.
    pub(super) leap_ends: i64,
    /// Calls so far in this life.
    pub(super) calls: u64,
    /// When the process dies.
    pub(super) death: Option<Death>,
    pub(super) is_dead: bool,
    /// A call that a life must not reach: then something does not end.
    pub(super) most_calls: u64,
    /// Calls that failed for the test in this life.
    pub(super) failures: u64,
    pub(super) handles: u64,
    /// Whether a rename is one change.
    pub(super) whole_renames: bool,
    trace: DefaultHasher,
    /// What happened, in words, when somebody wants to read it.
    pub(super) story: Option<Vec<String>>,
}

/// A machine, shared by the threads of a test.
pub(super) type MachineRef = Arc<Mutex<Machine>>;

impl Machine {
    pub(super) fn new(seed: u64, start: i64, capacity: u64) -> Self {
        let mut random = Random::new(seed);
        Self {
            media: Media::new(capacity),
            whole_renames: random.chance(500),
            random,
            faults: Faults::default(),
            time: start,
            leap: 0,
            leap_ends: 0,
            calls: 0,
            death: None,
            is_dead: false,
            most_calls: u64::MAX,
            failures: 0,
            handles: 0,
            trace: DefaultHasher::new(),
            story: None,
        }
    }

    /// Takes down that something happened.
    pub(super) fn note(&mut self, what: impl FnOnce() -> String) {
        self.trace.write_u64(self.calls);
        if self.story.is_some() {
            let (who, calls, time) = (schedule::me().map_or(9, |me| me), self.calls, self.time);
            let line = format!(
                "{:>12}.{:03}s call {calls:<4} thread {who} {}",
                time / 1_000_000_000,
                time / 1_000_000 % 1000,
                what()
            );
            if let Some(story) = &mut self.story {
                story.push(line);
            }
        }
    }

    /// A number for everything that has happened.
    pub(super) fn trace(&self) -> u64 {
        self.trace.finish()
    }

    fn fails(&mut self, call: Call) -> Option<io::Error> {
        let faults = self.faults;
        let io = || io::Error::other("the disk failed, says the test");
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let often = match call {
            Call::Open | Call::Len | Call::Read | Call::List | Call::Space => faults.read,
            Call::Write => faults.write,
            Call::Sync => faults.sync,
            Call::Remove | Call::RemoveDir => faults.removals,
            Call::SyncDir => faults.folders,
            _ => faults.names,
        };
        let wants_room =
            matches!(call, Call::Create | Call::CreateDir | Call::Write | Call::Allocate | Call::Sync);
        if wants_room && self.random.chance(faults.full) {
            return Some(full());
        }
        self.random.chance(often).then(io)
    }
}

/// The disk as one life of the store has it.
pub(super) struct SimulatedDisk {
    machine: MachineRef,
    folders: Arc<Folders>,
}

impl SimulatedDisk {
    pub(super) fn new(machine: &MachineRef) -> Self {
        Self { machine: machine.clone(), folders: Arc::default() }
    }

    fn call<R>(
        &self,
        call: Call,
        path: &Path,
        act: impl FnMut(&mut Machine) -> io::Result<R>,
    ) -> io::Result<R> {
        enter(&self.machine, call, path, act, |_, _| {})
    }
}

/// One call of the disk. `fail` is what it does to the disk when it fails.
fn enter<R>(
    machine: &MachineRef,
    call: Call,
    path: &Path,
    mut act: impl FnMut(&mut Machine) -> io::Result<R>,
    fail: impl FnOnce(&mut Machine, &mut Random),
) -> io::Result<R> {
    schedule::pause();
    let machine = &mut *lock_plainly(machine);
    if machine.is_dead {
        return Err(io::Error::other("the process is dead"));
    }
    machine.calls += 1;
    assert!(machine.calls < machine.most_calls, "this does not end: {} calls of the disk", machine.calls);
    machine.time += 50_000;
    if machine.random.chance(machine.faults.slow) {
        machine.time += machine.random.below(20_000_000_000) as i64;
    }
    if machine.random.chance(15) {
        let mut random = machine.random.fork();
        machine.media.stir(&mut random);
    }
    let result = if machine.death.as_mut().is_some_and(|death| death.comes(call, path)) {
        if machine.random.chance(500) {
            let _ = act(machine);
        }
        machine.is_dead = true;
        Err(io::Error::other("the process dies here"))
    } else if let Some(error) = machine.fails(call) {
        machine.failures += 1;
        let mut random = machine.random.fork();
        match call {
            // A failed change of a name may have been made all the same.
            Call::Create | Call::CreateDir | Call::Rename | Call::Remove | Call::RemoveDir
                if random.chance(200) =>
            {
                drop(act(machine));
            }
            _ => fail(machine, &mut random),
        }
        Err(error)
    } else {
        act(machine)
    };
    machine.trace.write_u8(call as u8);
    machine.trace.write_u8(schedule::me().map_or(9, |me| me as u8));
    machine.trace.write(path.as_os_str().as_encoded_bytes());
    machine.trace.write_u8(u8::from(result.is_ok()));
    machine.note(|| {
        let outcome = result.as_ref().err().map_or(String::new(), |error| format!(" = {error}"));
        format!("{call:?} {}{outcome}", path.display())
    });
    result
}

/// Locks what no thread holds while another one has its turn.
pub(super) fn lock_plainly<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

struct SimulatedFile {
    machine: MachineRef,
    path: PathBuf,
    number: u32,
}

impl SimulatedFile {
    fn handle(machine: &MachineRef, path: &Path, number: u32) -> Arc<dyn DiskFile> {
        lock_plainly(machine).handles += 1;
        Arc::new(Self { machine: machine.clone(), path: path.to_owned(), number })
    }
}

impl Drop for SimulatedFile {
    fn drop(&mut self) {
        lock_plainly(&self.machine).handles -= 1;
    }
}

impl Disk for SimulatedDisk {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        let number = self.call(Call::Create, path, |machine| {
            if machine.media.free() == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            machine.media.create(path)
        })?;
        Ok(SimulatedFile::handle(&self.machine, path, number))
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        let number = self.call(Call::Open, path, |machine| machine.media.open(path))?;
        Ok(SimulatedFile::handle(&self.machine, path, number))
    }

    fn open_to_write(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        self.open(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call(Call::Rename, from, |machine| {
            let whole = machine.whole_renames;
            machine.media.rename(from, to, whole)
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.call(Call::Remove, path, |machine| machine.media.remove(path))
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.folders
            .remove(path, |path| self.call(Call::RemoveDir, path, |machine| machine.media.remove_dir(path)))
    }

    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        let create =
            |folder: &Path| self.call(Call::CreateDir, folder, |machine| machine.media.create_dir(folder));
        self.folders.create_all(path, create, |folder| self.sync_dir(folder))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let names = self.call(Call::List, path, |machine| match machine.media.list(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            mut names => {
                // In no order.
                if let Ok(names) = &mut names {
                    for at in (1..names.len()).rev() {
                        names.swap(at, machine.random.below(at as u64 + 1) as usize);
                    }
                }
                names
            }
        })?;
        let entry = |(name, len): (String, Option<u64>)| Entry {
            name,
            is_dir: len.is_none(),
            is_link: false,
            len: len.unwrap_or(0),
        };
        Ok(names.into_iter().map(entry).collect())
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.call(Call::SyncDir, path, |machine| {
            let lies = machine.random.chance(machine.faults.lies);
            machine.media.sync_dir(path, lies)
        })
    }

    fn space(&self) -> io::Result<Space> {
        self.call(Call::Space, Path::new(""), |machine| {
            Ok(Space { free: machine.media.free(), total: machine.media.capacity })
        })
    }
}

impl SimulatedFile {
    fn call<R>(&self, call: Call, act: impl FnMut(&mut Machine) -> io::Result<R>) -> io::Result<R> {
        enter(&self.machine, call, &self.path, act, |_, _| {})
    }
}

impl DiskFile for SimulatedFile {
    fn len(&self) -> io::Result<u64> {
        self.call(Call::Len, |machine| Ok(machine.media.file(self.number)?.live.len() as u64))
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.call(Call::Read, |machine| {
            let file = machine.media.file(self.number)?;
            let start = usize::try_from(offset).unwrap_or(usize::MAX);
            let part = file.live.get(start..).and_then(|rest| rest.get(..buffer.len()));
            buffer.copy_from_slice(part.ok_or(io::ErrorKind::UnexpectedEof)?);
            Ok(())
        })
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        enter(
            &self.machine,
            Call::Write,
            &self.path,
            |machine| machine.media.write(self.number, bytes, offset),
            |machine, random| {
                let part = random.below(bytes.len() as u64 + 1) as usize;
                let _ = machine.media.write(self.number, &bytes[..part], offset);
            },
        )
    }

    fn allocate(&self, len: u64) -> io::Result<()> {
        let zeros = vec![0; len as usize];
        self.call(Call::Allocate, |machine| machine.media.write(self.number, &zeros, 0))
    }

    fn sync(&self) -> io::Result<()> {
        enter(
            &self.machine,
            Call::Sync,
            &self.path,
            |machine| {
                let lies = machine.random.chance(machine.faults.lies);
                machine.media.sync(self.number, lies)
            },
            |machine, random| machine.media.fail_to_sync(self.number, random),
        )
    }
}

/// The machine's clock.
pub(super) struct MachineClock(pub(super) MachineRef);

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        let machine = lock_plainly(&self.0);
        let leap = if machine.time <= machine.leap_ends { machine.leap } else { 0 };
        Timestamp(machine.time.saturating_add(leap))
    }
}

impl Machine {
    pub(super) fn pass(&mut self, time: Duration) {
        self.time += i64::try_from(time.as_nanos()).unwrap_or(0);
    }
}
