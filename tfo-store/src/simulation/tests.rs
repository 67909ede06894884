//! The proof: thousands of seeds without a finding, and every broken rule found.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tfo_sdk::TimeRange;

use super::disk::{Death, Faults, Machine, MachineClock, MachineRef, SimulatedDisk, lock_plainly};
use super::life::HOUR;
use super::oracle::{Cache, Found, read};
use super::random::{Random, SeededRng};
use super::requests::{request, tables};
use super::schedule::run as run_in_turns;
use super::seed::{START, run};
use crate::core::{Core, Pending};
use crate::otlp::Acceptance;
use crate::rule::{Rule, break_in_this_thread};
use crate::store::{AppendError, OpenError, Options};

/// Rules that take so many things at once that only thousands of seeds find them: each has a test of its own.
const RULES_WITH_TESTS: [Rule; 8] = [
    Rule::SettleTail,
    Rule::ForgetSecondNames,
    Rule::CloseBeforeRoll,
    Rule::FreeInOrder,
    Rule::CleanBeforeFlush,
    Rule::SyncWhatIsGone,
    Rule::SyncEmptied,
    Rule::HoldFolders,
];

/// Every other rule, to be broken one after the other.
const RULES: [Rule; 29] = [
    Rule::SyncLog,
    Rule::ShowAfterSync,
    Rule::RefuseWhenFull,
    Rule::HeedFailedSync,
    Rule::NeverSyncAgain,
    Rule::LeaveFailedSegment,
    Rule::SyncSegmentHeader,
    Rule::SyncSegmentName,
    Rule::HeedEnds,
    Rule::CheckRecords,
    Rule::ChainRecords,
    Rule::HoldLog,
    Rule::FreeLog,
    Rule::OpenWhenFull,
    Rule::SkipFlushed,
    Rule::WholeFlushes,
    Rule::SyncFiles,
    Rule::SyncFileNames,
    Rule::SyncNewFolders,
    Rule::SwapAtOnce,
    Rule::CompactBehindLog,
    Rule::SyncReplacement,
    Rule::RemoveReplacedFirst,
    Rule::SyncWhatIsFound,
    Rule::HoldReadFiles,
    Rule::DoubtLeaps,
    Rule::DoubtAtStart,
    Rule::RenewLog,
    Rule::SyncErasure,
];

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn no_seed_loses_doubles_or_invents_a_record() {
    if let Some(seed) = number("TFO_TEST_SEED") {
        let report = run(seed, None, true);
        println!("{}", report.story.join("\n"));
        assert_eq!(report.finding, None, "seed {seed}");
        return;
    }
    let start = std::time::Instant::now();
    let is_long = std::env::var_os("TFO_TEST_LONG").is_some();
    let seeds = number("TFO_TEST_SEEDS").unwrap_or(if is_long { 100_000 } else { 300 });
    let first = number("TFO_TEST_FIRST_SEED").unwrap_or(0);
    let (next, requests, deaths) = (AtomicU64::new(first), AtomicUsize::new(0), AtomicU64::new(0));
    let findings = Mutex::new(Vec::new());
    on_every_processor(|| {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + seeds {
                return;
            }
            let report = run(seed, None, false);
            requests.fetch_add(report.requests, Ordering::Relaxed);
            deaths.fetch_add(u64::from(report.deaths), Ordering::Relaxed);
            if let Some(finding) = report.finding {
                println!("seed {seed}: {finding}");
                lock_plainly(&findings).push(seed);
            }
        }
    });
    println!("{seeds} seeds from {first}, {requests:?} requests, {deaths:?} deaths in {:?}", start.elapsed());
    let findings = lock_plainly(&findings);
    assert!(findings.is_empty(), "{} seeds with findings: {findings:?}", findings.len());
}

/// Seeds and rules know nothing of each other, so that as many can be tried at once as there are processors.
fn on_every_processor(work: impl Fn() + Sync) {
    let work = &work;
    std::thread::scope(|scope| {
        for number in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(move || {
                stay_on_processor(number);
                work();
            });
        }
    });
}

/// Keeps this thread, and those that it starts, on one processor: the threads of a seed take turns, and a turn that
/// goes to another processor costs half as much again as a whole seed does otherwise.
fn stay_on_processor(number: usize) {
    #[cfg(target_os = "linux")]
    {
        use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

        let Ok(allowed) = sched_getaffinity(None) else { return };
        let Some(processor) = (0..CpuSet::MAX_CPU).filter(|processor| allowed.is_set(*processor)).nth(number)
        else {
            return;
        };
        let mut one = CpuSet::new();
        one.set(processor);
        // Only a matter of time if it cannot be.
        let _ = sched_setaffinity(None, &one);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = number;
}

#[test]
fn the_same_seed_does_the_same() {
    for seed in 0..20 {
        assert_eq!(run(seed, None, false).trace, run(seed, None, true).trace, "seed {seed}");
    }
}

#[test]
fn every_broken_rule_is_found() {
    if std::env::var_os("TFO_TEST_LONG").is_none() {
        println!("skipped: takes minutes; TFO_TEST_LONG=1 runs it");
        return;
    }
    let only = std::env::var("TFO_TEST_RULE").ok();
    let is_meant = |rule: &Rule| only.as_ref().is_none_or(|only| format!("{rule:?}") == *only);
    let rules: Vec<Rule> = RULES.into_iter().filter(is_meant).collect();
    assert!(!rules.is_empty(), "there is no rule {only:?}");
    let (next, missed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    on_every_processor(|| {
        while let Some(rule) = rules.get(next.fetch_add(1, Ordering::Relaxed)).copied() {
            // What a seed finds without the broken rule is another matter.
            let found = (0..1000).find_map(|seed| {
                let finding = run(seed, Some(rule), false).finding?;
                run(seed, None, false).finding.is_none().then_some((seed, finding))
            });
            match found {
                Some((seed, finding)) => println!("{rule:?}: seed {seed}: {finding}"),
                None => lock_plainly(&missed).push(rule),
            }
        }
    });
    let missed = lock_plainly(&missed);
    assert!(missed.is_empty(), "not found in 1,000 seeds: {missed:?}");
}

/// A store that a test drives step by step, on a machine of its own.
struct Stepwise {
    machine: MachineRef,
    options: Options,
}

impl Stepwise {
    fn new(machine: Machine, options: Options) -> Self {
        Self { machine: Arc::new(Mutex::new(machine)), options }
    }

    fn open(&self) -> Core {
        self.try_to_open().expect("the folder opens")
    }

    fn try_to_open(&self) -> Result<Core, OpenError> {
        let rng = Arc::new(SeededRng(Mutex::new(Random::new(1))));
        let disk = Arc::new(SimulatedDisk::new(&self.machine));
        let clock = Arc::new(MachineClock(self.machine.clone()));
        Core::open(self.options.clone(), disk, clock, rng)
    }

    /// Commits a record for each of these ages.
    fn commit(&self, core: &Core, id: usize, ages: &[i64]) {
        self.try_to_commit(core, id, ages).expect("the disk is well");
    }

    fn try_to_commit(&self, core: &Core, id: usize, ages: &[i64]) -> Result<(), AppendError> {
        let now = core.tables.now();
        let newest = now.plus(Duration::from_secs(60));
        let oldest = now.minus(self.options.retention);
        let acceptance = Acceptance { received_at: now, oldest, newest };
        let times: Vec<u64> = ages.iter().map(|age| (now.nanos() - age) as u64).collect();
        let request = request(id, tables()[0], &times, 0, acceptance, &mut Random::new(2));
        core.commit(vec![Pending { table: tables()[0], request }]).map(drop)
    }

    /// What there is after the power has failed.
    fn after_a_power_cut(&self, seed: u64) -> Result<Vec<Found>, String> {
        let mut after = Machine::new(1, START, 32 << 20);
        after.media = lock_plainly(&self.machine).media.clone();
        after.media.lose_power(&mut Random::new(seed));
        let core = Self::new(after, self.options.clone()).open();
        let table = tables()[0];
        let found = read(table, &core.tables.snapshot(&table, &TimeRange::ALL), &Cache::default());
        found.map_err(|error| error.to_string())
    }

    fn pass(&self, time: Duration) {
        lock_plainly(&self.machine).pass(time);
    }
}

const STEPWISE: Options = Options {
    retention: Duration::from_secs(30 * 24 * 3600),
    memtable_bytes: 1 << 20,
    wal_bytes: 64 << 10,
    segment_bytes: 16 << 10,
    reserve_bytes: 0,
    flush_after: Duration::from_secs(600),
    compact_from: 4,
};

/// The sync of a commit fails, and the process dies. The next one finds the records all the same, and shows them. Then the
/// power fails.
fn a_tail_that_was_not_synced(seed: u64, broken: Option<Rule>) -> Result<(), String> {
    break_in_this_thread(broken);
    let store = Stepwise::new(Machine::new(seed, START, 32 << 20), STEPWISE);
    let core = store.open();
    store.commit(&core, 0, &[HOUR]);
    lock_plainly(&store.machine).faults.sync = 1000;
    store.try_to_commit(&core, 1, &[HOUR]).expect_err("nothing can be synced");
    drop(core);
    lock_plainly(&store.machine).faults.sync = 0;
    let core = store.open();
    let table = tables()[0];
    let shown = read(table, &core.tables.snapshot(&table, &TimeRange::ALL), &Cache::default());
    let shown = shown.map_err(|error| error.to_string())?;
    // The second one may have gone with the failed sync.
    assert!(!shown.is_empty());
    drop(core);
    for cut in 0..20 {
        let found = store.after_a_power_cut(cut)?;
        if found != shown {
            return Err(format!("seed {seed}, cut {cut}: {shown:?} were shown, {found:?} are there"));
        }
    }
    Ok(())
}

/// A flush fails, and so does the sync of the removal of what it had written; the process dies. The next one flushes the
/// same rows into a file of a longer bucket, in another folder, where it may die `after` so many calls of the disk, and
/// another frees the log. Then the power fails.
fn a_second_try(after: Option<u64>, broken: Option<Rule>) -> Result<(), String> {
    break_in_this_thread(broken);
    let store = Stepwise::new(Machine::new(1, START, 32 << 20), STEPWISE);
    let core = store.open();
    store.commit(&core, 0, &[HOUR]);
    core.flush_all().expect("the disk is well");
    // So that the log does not reach into this file, and nothing needs to be looked for in its folder.
    store.pass(STEPWISE.flush_after * 2);
    core.maintain().expect("the disk is well");
    store.commit(&core, 1, &[HOUR]);
    lock_plainly(&store.machine).faults.folders = 1000;
    core.flush_all().expect_err("names cannot be made durable");
    drop(core);
    lock_plainly(&store.machine).faults.folders = 0;
    let core = store.open();
    store.commit(&core, 2, &[HOUR, 20 * HOUR, 40 * HOUR, 60 * HOUR, 80 * HOUR]);
    lock_plainly(&store.machine).death = after.map(Death::after);
    let flushed = core.flush_all();
    drop(core);
    if after.is_some() {
        let machine = &mut *lock_plainly(&store.machine);
        (machine.death, machine.is_dead) = (None, false);
    } else {
        flushed.expect("the disk is well");
    }
    store.open().flush_all().expect("the disk is well");
    for seed in 0..50 {
        let found = store.after_a_power_cut(seed)?;
        if found.len() != 7 {
            return Err(format!("seed {seed}: {found:?}"));
        }
    }
    Ok(())
}

/// The process dies in a flush, when one of two files has its name, and the next one dies `after` so many calls, in which
/// it may have removed that file. Another finds an empty folder, and flushes the same rows into a longer bucket. Then the
/// power fails.
fn a_folder_that_a_dead_process_emptied(after: u64, seed: u64, broken: Option<Rule>) -> Result<(), String> {
    break_in_this_thread(broken);
    let dies = |store: &Stepwise, calls: u64, work: &dyn Fn()| {
        lock_plainly(&store.machine).death = Some(Death::after(calls));
        work();
        let machine = &mut *lock_plainly(&store.machine);
        (machine.death, machine.is_dead) = (None, false);
    };
    let half_flushed = |calls: u64| {
        let store = Stepwise::new(Machine::new(seed, START, 32 << 20), STEPWISE);
        let core = store.open();
        // So that the folder of the date stays.
        store.commit(&core, 0, &[2 * HOUR]);
        core.flush_all().expect("the disk is well");
        store.commit(&core, 1, &[HOUR, 3 * HOUR]);
        dies(&store, calls, &|| drop(core.flush_all()));
        let files = lock_plainly(&store.machine).media.files(Path::new("data"));
        let is_file =
            |(path, _): &&(PathBuf, u64)| path.extension().is_some_and(|ending| ending == "parquet");
        (files.iter().filter(is_file).count() == 2).then_some(store)
    };
    let store = (0..100).find_map(half_flushed).expect("a file gets its name");
    dies(&store, after, &|| drop(store.try_to_open()));
    let core = store.open();
    // So many days that a bucket is a week, which begins on another date: nothing else makes that folder durable.
    store.commit(&core, 2, &[1, 20, 40, 60, 80, 100, 120].map(|hours| hours * HOUR));
    core.flush_all().expect("the disk is well");
    drop(core);
    store.open().flush_all().expect("the disk is well");
    for cut in 0..20 {
        let found = store.after_a_power_cut(cut)?;
        if found.len() != 10 {
            return Err(format!("dies after {after}, seed {seed}, cut {cut}: {found:?}"));
        }
    }
    Ok(())
}

/// The process dies while it frees the segments of a whole flush, and the power fails; then a file of the flush cannot be
/// read. What that file's name says of its records is true.
fn a_log_that_is_freed_in_part(after: u64, seed: u64, broken: Option<Rule>) -> Result<(), String> {
    break_in_this_thread(broken);
    let store =
        Stepwise::new(Machine::new(seed, START, 32 << 20), Options { segment_bytes: 8 << 10, ..STEPWISE });
    let core = store.open();
    let requests = 60;
    (0..requests).for_each(|id| store.commit(&core, id, &[HOUR]));
    lock_plainly(&store.machine).death = Some(Death::in_a_sync_of_the_log(after));
    let flushed = core.flush_all();
    drop(core);
    {
        let machine = &mut *lock_plainly(&store.machine);
        (machine.death, machine.is_dead) = (None, false);
        machine.media.lose_power(&mut Random::new(seed));
        for (path, len) in machine.media.files(Path::new("data")) {
            machine.media.rot(&path, len as usize - 5);
        }
    }
    let core = store.open();
    let aside = core.status().set_aside;
    let table = tables()[0];
    let found = read(table, &core.tables.snapshot(&table, &TimeRange::ALL), &Cache::default());
    let found = found.map_err(|error| error.to_string())?.len();
    match &aside[..] {
        [aside] if aside.ends_with(".replayed") && found < requests => {
            Err(format!("dies after {after}, seed {seed}, {flushed:?}: {aside}, and {found} are there"))
        }
        [_] => Ok(()),
        _ => Err(format!("{aside:?}")),
    }
}

/// The process dies while a segment that is not needed any more is renamed, and the power fails: both names may be there.
/// The next process goes on, and the power fails again.
fn a_segment_with_two_names(seed: u64, broken: Option<Rule>) -> Result<(), String> {
    break_in_this_thread(broken);
    let store = Stepwise::new(Machine::new(seed, START, 32 << 20), STEPWISE);
    lock_plainly(&store.machine).whole_renames = false;
    let core = store.open();
    store.commit(&core, 0, &[HOUR]);
    core.flush_all().expect("the disk is well");
    store.pass(STEPWISE.flush_after * 2);
    // A spare becomes the next segment, and the one that is not needed any more a spare.
    lock_plainly(&store.machine).death = Some(Death::in_a_rename_of_the_log(1));
    let maintained = core.maintain();
    drop(core);
    lock_plainly(&store.machine).death = None;
    let died = std::mem::take(&mut lock_plainly(&store.machine).is_dead);
    assert!(died, "it dies: {maintained:?}");
    lock_plainly(&store.machine).media.lose_power(&mut Random::new(seed));
    let core = store.open();
    for id in 1..6 {
        store.commit(&core, id, &[HOUR]);
        store.pass(STEPWISE.flush_after * 2);
        core.maintain().expect("the disk is well");
    }
    drop(core);
    for cut in 0..4 {
        let found = store.after_a_power_cut(cut)?;
        if found.len() != 6 {
            return Err(format!("seed {seed}, cut {cut}: {found:?}"));
        }
    }
    Ok(())
}

/// A flush fails, and what it has written cannot be removed. It is tried again; then the power fails.
fn a_flush_that_leaves_files(seed: u64, broken: Option<Rule>) -> Result<(), String> {
    break_in_this_thread(broken);
    let store = Stepwise::new(Machine::new(seed, START, 32 << 20), STEPWISE);
    let core = store.open();
    store.commit(&core, 0, &[HOUR]);
    core.flush_all().expect("the disk is well"); // so that its folder is there
    store.commit(&core, 1, &[HOUR]);
    lock_plainly(&store.machine).faults = Faults { folders: 1000, removals: 1000, ..Faults::default() };
    core.flush_all().expect_err("names cannot be made durable");
    lock_plainly(&store.machine).faults.folders = 0;
    let tried_again = core.flush_all();
    drop(core);
    lock_plainly(&store.machine).faults = Faults::default();
    for cut in 0..20 {
        let found = store.after_a_power_cut(cut)?;
        if found.len() != 2 {
            return Err(format!("seed {seed}, cut {cut}: {tried_again:?}, {found:?}"));
        }
    }
    Ok(())
}

/// Retention removes the last file of a folder, and the folder, while a flush writes into it.
fn a_folder_that_empties(seed: u64, broken: Option<Rule>) -> Result<(), String> {
    const MINUTE: i64 = HOUR / 60;
    break_in_this_thread(broken);
    let store = Stepwise::new(Machine::new(seed, START, 32 << 20), STEPWISE);
    let core = store.open();
    // A clock that nobody has seen before is believed after an hour.
    for _ in 0..3 {
        core.maintain().expect("the disk is well");
        store.pass(Duration::from_secs(2000));
    }
    core.maintain().expect("the disk is well");
    let oldest = i64::try_from(STEPWISE.retention.as_nanos()).unwrap_or(i64::MAX);
    store.commit(&core, 0, &[oldest - 12 * MINUTE]);
    core.flush_all().expect("the disk is well");
    // So that the log does not reach into this file.
    store.pass(STEPWISE.flush_after);
    core.maintain().expect("the disk is well");
    store.commit(&core, 1, &[oldest - 6 * MINUTE]);
    store.pass(Duration::from_secs(180));
    let failed = Mutex::new(None);
    let maintain = || while core.maintain().is_ok_and(|goes_on| goes_on) {};
    let flush = || {
        if let Err(error) = core.flush_all() {
            *lock_plainly(&failed) = Some(error.to_string());
        }
    };
    run_in_turns(Random::new(seed), broken, vec![Box::new(maintain), Box::new(flush)])?;
    drop(core);
    lock_plainly(&failed).take().map_or(Ok(()), Err)
}

/// A segment is to be started, and the disk fails in one way; then it is well again, and the power fails later.
fn a_segment_that_fails_to_start(way: usize, broken: Option<Rule>) -> Result<(), String> {
    break_in_this_thread(broken);
    let store = Stepwise::new(Machine::new(1, START, 32 << 20), STEPWISE);
    let core = store.open();
    let mut acknowledged = Vec::new();
    for id in 0..8 {
        if id == 4 {
            store.pass(STEPWISE.flush_after * 2);
            lock_plainly(&store.machine).faults = match way {
                0 => Faults { names: 1000, ..Faults::default() },
                1 => Faults { folders: 1000, ..Faults::default() },
                2 => Faults { write: 1000, ..Faults::default() },
                _ => Faults { sync: 1000, ..Faults::default() },
            };
            core.maintain().expect_err("no segment can be started");
            lock_plainly(&store.machine).faults = Faults::default();
        }
        if store.try_to_commit(&core, id, &[HOUR]).is_ok() {
            acknowledged.push(id);
        }
    }
    drop(core);
    for seed in 0..20 {
        let found = store.after_a_power_cut(seed)?;
        let mut ids: Vec<usize> = found.iter().map(|found| found.id).collect();
        ids.retain(|id| acknowledged.contains(id));
        if ids != acknowledged {
            return Err(format!("seed {seed}: {acknowledged:?} were acknowledged, {ids:?} are there"));
        }
    }
    Ok(())
}

/// A tenant is erased, and the power fails; gives what is left of it.
fn an_erasure_and_a_power_cut(seed: u64, broken: Option<Rule>) -> Option<String> {
    break_in_this_thread(broken);
    let store = Stepwise::new(Machine::new(1, START, 32 << 20), STEPWISE);
    let core = store.open();
    store.commit(&core, 0, &[HOUR]);
    core.flush_all().expect("the disk is well");
    let tenant = tables()[0].tenant;
    core.erase(tenant, &mut || false).expect("the disk is well, and nobody reads");
    drop(core);
    let media = &mut lock_plainly(&store.machine).media;
    media.lose_power(&mut Random::new(seed));
    media.trace_of(tenant)
}

#[test]
fn nothing_of_an_erased_tenant_comes_back_after_a_power_cut() {
    let trace = |broken| (0..50).find_map(|seed| an_erasure_and_a_power_cut(seed, broken));
    assert_eq!(trace(None), None);
    trace(Some(Rule::SyncErasure)).expect("the broken rule is found");
    break_in_this_thread(None);
}

#[test]
fn a_segment_that_fails_to_start_costs_nothing_that_is_acknowledged_then() {
    let outcomes = |broken| (0..4).find_map(|way| a_segment_that_fails_to_start(way, broken).err());
    assert_eq!(outcomes(None), None);
    outcomes(Some(Rule::CloseBeforeRoll)).expect("the broken rule is found");
    break_in_this_thread(None);
}

#[test]
fn a_flush_keeps_the_folder_that_it_writes_into() {
    let outcomes = |broken| (0..500).find_map(|seed| a_folder_that_empties(seed, broken).err());
    assert_eq!(outcomes(None), None);
    outcomes(Some(Rule::HoldFolders)).expect("the broken rule is found");
    break_in_this_thread(None);
}

#[test]
fn what_a_restart_has_shown_outlives_a_power_cut() {
    // What a failed sync does to each page is chance.
    let outcomes = |broken| (0..20).find_map(|seed| a_tail_that_was_not_synced(seed, broken).err());
    assert_eq!(outcomes(None), None);
    outcomes(Some(Rule::SettleTail)).expect("the broken rule is found");
    break_in_this_thread(None);
}

#[test]
fn a_segment_that_has_two_names_is_not_written_over() {
    let outcomes = |broken| (0..200).find_map(|seed| a_segment_with_two_names(seed, broken).err());
    assert_eq!(outcomes(None), None);
    outcomes(Some(Rule::ForgetSecondNames)).expect("the broken rule is found");
    break_in_this_thread(None);
}

#[test]
fn what_a_failed_flush_left_is_not_there_beside_the_next() {
    let outcomes = |broken| (0..20).find_map(|seed| a_flush_that_leaves_files(seed, broken).err());
    assert_eq!(outcomes(None), None);
    outcomes(Some(Rule::CleanBeforeFlush)).expect("the broken rule is found");
    break_in_this_thread(None);
}

#[test]
fn what_a_dead_process_removed_does_not_come_back() {
    for after in std::iter::once(None).chain((0..60).map(Some)) {
        assert_eq!(a_second_try(after, None), Ok(()), "dies after {after:?}");
    }
    a_second_try(None, Some(Rule::SyncWhatIsGone)).expect_err("the broken rule is found");
    break_in_this_thread(None);
}

#[test]
fn what_was_removed_from_a_folder_does_not_come_back_with_it() {
    let outcomes = |broken| {
        let outcome = |after, seed| a_folder_that_a_dead_process_emptied(after, seed, broken).err();
        (20..80).find_map(|after| (0..5).find_map(|seed| outcome(after, seed)))
    };
    assert_eq!(outcomes(None), None);
    outcomes(Some(Rule::SyncEmptied)).expect("the broken rule is found");
    break_in_this_thread(None);
}

#[test]
fn what_is_left_of_the_log_is_everything_from_one_sequence_on() {
    let outcomes = |broken| {
        (0..4)
            .find_map(|after| (0..40).find_map(|seed| a_log_that_is_freed_in_part(after, seed, broken).err()))
    };
    assert_eq!(outcomes(None), None);
    outcomes(Some(Rule::FreeInOrder)).expect("the broken rule is found");
    break_in_this_thread(None);
}

#[test]
fn every_rule_is_broken_somewhere() {
    let rules: BTreeSet<Rule> = RULES.into_iter().chain(RULES_WITH_TESTS).collect();
    assert_eq!(rules.len(), Rule::SyncErasure as usize + 1);
}
