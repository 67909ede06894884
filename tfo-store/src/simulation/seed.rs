//! What one seed does: some lives of one folder, a recovery between them, and a last one in which all must be well.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tfo_sdk::{TenantId, TimeRange, Timestamp};

use super::disk::{Death, Faults, Machine, MachineClock, MachineRef, SimulatedDisk, lock_plainly};
use super::life::{Class, Life};
use super::media::Harm;
use super::oracle::{Cache, Erasure, Oracle, read};
use super::random::{Random, SeededRng};
use super::requests::tables;
use super::schedule::said;
use super::survivors;
use crate::core::Core;
use crate::file::{FileName, table_of};
use crate::rule::{Rule, break_in_this_thread};
use crate::store::Options;
use crate::wal::Table;

pub(super) const START: i64 = 500_000 * 3_600_000_000_000;
const MOST_RECOVERIES: u32 = 5;
/// The first threads of a life: they change what is on the disk.
const WRITING_THREADS: u64 = 3;
/// The last thread of a life in which a tenant is erased.
const ERASING_THREAD: usize = 5;

/// What came of a seed.
pub(super) struct Report {
    /// The same for the same seed.
    pub(super) trace: u64,
    /// Requests sent.
    pub(super) requests: usize,
    /// Times that the process died.
    pub(super) deaths: u32,
    pub(super) finding: Option<String>,
    /// What happened, a line each.
    pub(super) story: Vec<String>,
}

/// Runs a seed, with a rule broken or not.
pub(super) fn run(seed: u64, broken: Option<Rule>, tell: bool) -> Report {
    break_in_this_thread(broken);
    let mut random = Random::new(seed);
    let class = Class::of(seed);
    let capacity = 32 << 20;
    let mut machine = Machine::new(random.next(), START, capacity);
    machine.story = tell.then(Vec::new);
    let options = Options {
        retention: Duration::from_secs(random.pick(&[2, 6]) * 24 * 3600),
        memtable_bytes: random.pick(&[128, 512, 4096]) << 10,
        wal_bytes: random.pick(&[16, 64]) << 10,
        segment_bytes: random.pick(&[8, 16, 32]) << 10,
        reserve_bytes: 64 << 10,
        flush_after: Duration::from_secs(random.pick(&[600, 600, 60, 2])),
        compact_from: random.pick(&[2, 2, 3, 4]),
    };
    let restless = random.chance(200);
    let old = random.chance(50);
    let mut written = tables();
    let others = random.below(written.len() as u64) as usize;
    written.rotate_left(others);
    written.truncate(random.pick(&[1, 2, 4]));
    let machine = Arc::new(Mutex::new(machine));
    // By a chance of its own: what else a seed does is the same with and without it.
    let mut erasure = Random::new(!seed);
    let erased = erasure.chance(250).then(|| erasure.pick(&written).tenant);
    let oracle = Mutex::new(Oracle::new(options.retention));
    let mut test = Test {
        random,
        class,
        machine: machine.clone(),
        restless,
        old,
        erased,
        written,
        options,
        oracle,
        cache: Cache::default(),
        broken,
        deaths: 0,
    };
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| test.run()));
    let finding = match result {
        Ok(Ok(())) => survivors::folder(seed).and_then(|folder| test.write_survivors(&folder).err()),
        Ok(Err(finding)) => Some(finding),
        Err(panic) => Some(format!("a panic: {}", said(&*panic))),
    };
    break_in_this_thread(None);
    let machine = &mut *lock_plainly(&machine);
    let requests = lock_plainly(&test.oracle).next_id();
    let story = machine.story.take().unwrap_or_default();
    Report { trace: machine.trace(), requests, deaths: test.deaths, finding, story }
}

struct Test {
    random: Random,
    class: Class,
    machine: MachineRef,
    /// Whether it dies more often than usual, starts included, but keeps its power, and gets much from other hours.
    restless: bool,
    /// Whether all that it gets is so old that it will soon be deleted.
    old: bool,
    /// The tenant that is erased in one of the lives, and in later ones until that has ended.
    erased: Option<TenantId>,
    written: Vec<Table>,
    options: Options,
    oracle: Mutex<Oracle>,
    cache: Cache,
    broken: Option<Rule>,
    deaths: u32,
}

impl Test {
    fn machine(&self) -> std::sync::MutexGuard<'_, Machine> {
        lock_plainly(&self.machine)
    }

    fn run(&mut self) -> Result<(), String> {
        let lives = 2 + self.random.below(3);
        for _ in 0..lives {
            if self.random.chance(150) {
                // Somebody looks, and nothing more is done.
                drop(self.recover()?);
                self.end_life();
            }
            let core = self.recover()?;
            let dies = self.random.chance(700);
            let most = self.random.pick(&[30, 150, 600]);
            let death = self.death(most);
            self.machine().death = dies.then_some(death);
            let mut random = self.random.fork();
            let erased = self.erasure_of_this_life(&core, &mut random);
            if dies && erased.is_some() && random.chance(600) {
                self.machine().death = Some(Death::new(&mut random, most.min(150)).by(ERASING_THREAD));
            }
            let life = Life { erased, ..self.life(&core) };
            life.live(&mut random, self.broken);
            if let Some(finding) = lock_plainly(&life.finding).take() {
                return Err(finding);
            }
            let is_dead = self.machine().is_dead;
            if !is_dead {
                self.check_figures(&core)?;
                if random.chance(300) {
                    let life = self.life(&core);
                    let closed = core.flush_all();
                    if let Err(error) = closed
                        && !life.is_excused()
                    {
                        return Err(format!("the last flush failed though the disk did not: {error}"));
                    }
                    core.tables.remove_doomed();
                }
            }
            drop(core);
            self.end_life();
        }
        self.all_is_well()
    }

    /// The tenant to erase in this life, if any; one that was erased before stays closed.
    fn erasure_of_this_life(&self, core: &Core, random: &mut Random) -> Option<TenantId> {
        let tenant = self.erased?;
        let erasure = lock_plainly(&self.oracle).erasure(tenant);
        match erasure {
            None => random.chance(500).then_some(tenant),
            Some(Erasure::Begun) => Some(tenant),
            Some(Erasure::Ended) => {
                core.tables.close_tenant(tenant);
                None
            }
        }
    }

    /// When the process dies in a life: anywhere, or where much is decided.
    fn death(&mut self, most: u64) -> Death {
        let random = &mut self.random;
        let spot = random.below(10);
        if spot < 3 && self.restless {
            return Death::among_names(random, "data", 12);
        }
        let death = match spot {
            0..=1 => return Death::among_names(random, "wal", 12),
            2..=3 => Death::among_names(random, "data", 12),
            4..=5 => return Death::new(random, most),
            6 => return Death::within(random, 10),
            _ => Death::new(random, most),
        };
        death.by_one_of(random, WRITING_THREADS)
    }

    fn life<'a>(&'a self, core: &'a Core) -> Life<'a> {
        Life {
            core,
            machine: &self.machine,
            oracle: &self.oracle,
            cache: &self.cache,
            options: &self.options,
            class: self.class,
            restless: self.restless,
            old: self.old,
            erased: None,
            written: &self.written,
            finding: Mutex::new(None),
            slow_reader: Mutex::new(None),
        }
    }

    /// The process is gone; the power, perhaps, too.
    fn end_life(&mut self) {
        self.deaths += 1;
        let power_fails = self.random.chance(if self.restless { 300 } else { 700 });
        let mut random = self.random.fork();
        let machine = &mut *lock_plainly(&self.machine);
        let mut oracle = lock_plainly(&self.oracle);
        oracle.died();
        if power_fails {
            let harm = machine.media.lose_power(&mut random);
            machine.note(|| format!("the power fails: {harm:?}"));
            forgive(&mut oracle, &harm);
        } else {
            machine.note(|| "the process is killed".to_owned());
        }
        if self.class == Class::Rot && random.chance(400) {
            rot(machine, &mut random, &mut oracle);
        }
        machine.is_dead = false;
        machine.death = None;
        machine.failures = 0;
    }

    fn open(&self) -> Result<Core, crate::store::OpenError> {
        let disk = Arc::new(SimulatedDisk::new(&self.machine));
        let clock = Arc::new(MachineClock(self.machine.clone()));
        let chance = self.machine().random.fork();
        Core::open(self.options.clone(), disk, clock, Arc::new(SeededRng(Mutex::new(chance))))
    }

    /// Opens the folder, however often the process dies in it, and lets the oracle look.
    fn recover(&mut self) -> Result<Core, String> {
        for attempt in 0.. {
            let dies = attempt < MOST_RECOVERIES && self.random.chance(if self.restless { 600 } else { 250 });
            let most = self.random.pick(&[20, 60, 200]);
            let mut death = Death::new(&mut self.random, most);
            if self.restless && self.random.chance(500) {
                death = Death::among_names(&mut self.random, "data", 3);
            }
            {
                let machine = &mut *self.machine();
                machine.calls = 0;
                machine.death = dies.then_some(death);
                machine.most_calls = 5000 + 60 * machine.media.files(Path::new("")).len() as u64;
                machine.note(|| format!("opens the folder, attempt {attempt}"));
                if attempt >= MOST_RECOVERIES {
                    machine.faults = Faults::default();
                    machine.media.foreign = 0;
                }
            }
            let opened = self.open();
            let is_dead = self.machine().is_dead;
            let failures = self.machine().failures;
            match opened {
                Ok(core) if !is_dead => {
                    let (faults, time) = {
                        let machine = &mut *self.machine();
                        machine.most_calls = 200_000;
                        machine.death = None;
                        (std::mem::take(&mut machine.faults), machine.time)
                    };
                    return self.look_after_restart(core, faults, time);
                }
                Ok(_) => self.end_life(),
                Err(_) if is_dead => self.end_life(),
                Err(_) if failures > 0 && attempt < MOST_RECOVERIES => self.end_life(),
                Err(error) => return Err(format!("the folder cannot be opened: {error}")),
            }
        }
        Err("recovery does not end".to_owned())
    }

    fn look_after_restart(&self, core: Core, faults: Faults, time: i64) -> Result<Core, String> {
        let mut oracle = lock_plainly(&self.oracle);
        oracle.it_is(Timestamp(time));
        self.forgive_set_aside(&core, &mut oracle)?;
        oracle.restarted(&core, &tables(), &self.cache, false)?;
        drop(oracle);
        self.check_erased()?;
        self.machine().faults = faults;
        Ok(core)
    }

    /// What was erased stays so.
    fn check_erased(&self) -> Result<(), String> {
        let Some(tenant) = self.erased else { return Ok(()) };
        if lock_plainly(&self.oracle).erasure(tenant) != Some(Erasure::Ended) {
            return Ok(());
        }
        match self.machine().media.trace_of(tenant) {
            Some(trace) => Err(format!("{tenant} was erased, and is in {trace} after a restart")),
            None => Ok(()),
        }
    }

    /// What the store set aside, and says so, may be missing; it may do that when it could not read it.
    fn forgive_set_aside(&self, core: &Core, oracle: &mut Oracle) -> Result<(), String> {
        for path in core.status().set_aside {
            if !oracle.is_news(&path) {
                continue;
            }
            let may = self.class.has_errors() || matches!(self.class, Class::Lies | Class::Rot);
            if !may {
                return Err(format!("{path} was set aside on a disk that reads well"));
            }
            // What the log has is not missing, if the log is well.
            if path.ends_with(".replayed") && !matches!(self.class, Class::Lies | Class::Rot) {
                continue;
            }
            let path = path.trim_end_matches(".damaged").trim_end_matches(".replayed");
            let path = path.strip_prefix("wal/").map_or(path.to_owned(), |name| format!("wal/{name}.wal"));
            forgive_file(oracle, Path::new(&path));
        }
        Ok(())
    }

    /// What the store says of itself is true, and nothing lies about that nobody knows of.
    fn check_figures(&self, core: &Core) -> Result<(), String> {
        let life = self.life(core);
        let status = core.status();
        let (log_bytes, free) = (status.wal_bytes, status.disk_free_bytes);
        let machine = &mut *self.machine();
        if machine.is_dead {
            return Ok(());
        }
        let log: u64 = machine.media.files(Path::new("wal")).iter().map(|(_, len)| len).sum();
        let expected_handles = 1;
        if machine.handles > expected_handles {
            return Err(format!("{} files are open", machine.handles));
        }
        if machine.failures > 0
            || life.class.fills_up()
            || life.class == Class::Lies
            || life.class == Class::Rot
        {
            return Ok(());
        }
        if (log_bytes, free) != (log, machine.media.free()) {
            return Err(format!(
                "status says {status:?}, the log has {log} bytes, {} are free",
                machine.media.free()
            ));
        }
        let known = core.tables.known_files();
        for (path, _) in machine.media.files(Path::new("data")) {
            // What was set aside is in the status.
            let is_set_aside =
                path.extension().is_some_and(|extension| extension == "damaged" || extension == "replayed");
            if !known.contains(&path) && !is_set_aside {
                return Err(format!("{} lies about, and the store does not know of it", path.display()));
            }
        }
        Ok(())
    }

    /// The disk is well again: the store must be, too.
    fn all_is_well(&mut self) -> Result<(), String> {
        let reads_all = self.random.chance(250);
        for round in 0..2 {
            {
                let machine = &mut *self.machine();
                machine.faults = Faults::default();
                machine.media.foreign = 0;
                machine.leap = 0;
                machine.failures = 0;
                machine.calls = 0;
                machine.most_calls = 5000 + 60 * machine.media.files(Path::new("")).len() as u64;
                machine.note(|| "all is well from now on".to_owned());
            }
            let core =
                self.open().map_err(|error| format!("the folder cannot be opened any more: {error}"))?;
            self.machine().most_calls = 200_000;
            {
                let time = self.machine().time;
                let mut oracle = lock_plainly(&self.oracle);
                oracle.it_is(Timestamp(time));
                self.forgive_set_aside(&core, &mut oracle)?;
                oracle.restarted(&core, &tables(), &self.cache, round == 1 && reads_all)?;
            }
            let failed =
                |step: &'static str| move |error| format!("{step} fails on a disk that is well: {error}");
            self.check_erased()?;
            let class = std::mem::replace(&mut self.class, Class::Crashes);
            let life = Life { class, ..self.life(&core) };
            if let Some(tenant) = self.erased
                && !life.try_to_erase(tenant)
            {
                return Err("nobody reads, and an erasure does not end".to_owned());
            }
            if let Some(finding) = lock_plainly(&life.finding).take() {
                return Err(finding);
            }
            let life = self.life(&core);
            core.flush_all().map_err(failed("a flush"))?;
            let mut random = self.random.clone();
            if !life.commit(&mut random, 3) {
                return Err("a request is refused on a disk that is well".to_owned());
            }
            for _ in 0..100 {
                match core.maintain() {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(_) if life.is_excused() => break,
                    Err(error) => return Err(failed("maintenance")(error)),
                }
            }
            core.flush_all().map_err(failed("a flush"))?;
            if core.tables.memory() != 0 {
                return Err(format!("nothing is in memory, and it takes {} bytes", core.tables.memory()));
            }
            for table in tables() {
                life.look(table);
            }
            if let Some(finding) = lock_plainly(&life.finding).take() {
                return Err(finding);
            }
            let most = self.options.segment_bytes * 5;
            if core.status().wal_bytes > most.max(5 * 16384) + 64 * 1024 {
                return Err(format!("the log keeps {} bytes", core.status().wal_bytes));
            }
            self.class = class;
            drop(core);
            if self.machine().handles != 0 {
                return Err("files stay open".to_owned());
            }
            lock_plainly(&self.oracle).died();
            if round == 0 {
                let mut random = self.random.fork();
                let harm = self.machine().media.lose_power(&mut random);
                forgive(&mut lock_plainly(&self.oracle), &harm);
            }
        }
        Ok(())
    }
}

impl Test {
    /// Writes down what is there now. What a lie broke cannot be read, and is no example.
    fn write_survivors(&self, folder: &Path) -> Result<(), String> {
        if self.class == Class::Lies {
            return Ok(());
        }
        let core = self.open().map_err(|error| error.to_string())?;
        let read_table = |table: Table| {
            let snapshot = core.tables.snapshot(&table, &TimeRange::ALL);
            Ok((table, read(table, &snapshot, &self.cache).map_err(|error| error.to_string())?))
        };
        let records = tables().into_iter().map(read_table).collect::<Result<Vec<_>, String>>()?;
        drop(core);
        let machine = &mut *self.machine();
        survivors::write(folder, machine.time, &records, &mut machine.media)
            .map_err(|error| error.to_string())
    }
}

/// What a lie of the disk cost need not be there.
fn forgive(oracle: &mut Oracle, harm: &[Harm]) {
    for harm in harm {
        let (Harm::Lost(path) | Harm::Returned(path)) = harm;
        let is_data = path.starts_with("data");
        oracle.unreadable_forgiven |= is_data;
        oracle.removals_forgiven |= is_data && matches!(harm, Harm::Returned(_));
        forgive_file(oracle, path);
    }
}

/// What was in a file need not be there.
fn forgive_file(oracle: &mut Oracle, path: &Path) {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    match parts[..] {
        ["wal", name] => {
            if let Some(first) = name.strip_suffix(".wal").and_then(|first| first.parse().ok()) {
                oracle.forgive(None, first, u64::MAX);
            }
        }
        ["data", tenant, signal, .., name] => {
            let table = table_of(tenant, signal);
            match FileName::parse(name) {
                Some(name) => oracle.forgive(table, name.first_sequence, name.last_sequence),
                None => oracle.forgive(table, 0, u64::MAX),
            }
        }
        ["wal" | "data", ..] => oracle.forgive(None, 0, u64::MAX),
        _ => {}
    }
}

/// A byte of the newest segment of the log changes.
fn rot(machine: &mut Machine, random: &mut Random, oracle: &mut Oracle) {
    let mut segments = machine.media.files(Path::new("wal"));
    segments.retain(|(path, _)| path.extension().is_some_and(|extension| extension == "wal"));
    segments.sort();
    let Some((path, len)) = segments.pop() else { return };
    let first = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok()).unwrap_or(0);
    let offset = 4096 + random.below((len - 4096) / 3);
    machine.media.rot(&path, offset as usize);
    machine.note(|| format!("{} rots at {offset}", path.display()));
    oracle.forgive(None, first, u64::MAX);
}
