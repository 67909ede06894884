//! The proof: thousands of seeds without a finding, and every broken rule found.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tfo_sdk::TimeRange;

use super::disk::{Machine, MachineClock, MachineRef, SimulatedDisk, lock_plainly};
use super::life::HOUR;
use super::oracle::{Cache, read};
use super::random::{Random, SeededRng};
use super::requests::{request, tables};
use super::seed::{START, run};
use crate::core::{Core, Pending};
use crate::otlp::Acceptance;
use crate::rule::{Rule, break_in_this_thread};
use crate::store::Options;

/// Every rule, to be broken one after the other, but for [`Rule::SyncWhatIsGone`]: it takes so many things at once that
/// some ten thousand seeds find it, and it has a test of its own.
const RULES: [Rule; 31] = [
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
    Rule::SettleTail,
    Rule::HoldLog,
    Rule::ForgetSecondNames,
    Rule::CloseBeforeRoll,
    Rule::OpenWhenFull,
    Rule::SkipFlushed,
    Rule::WholeFlushes,
    Rule::SyncFiles,
    Rule::SyncFileNames,
    Rule::SyncNewFolders,
    Rule::SwapAtOnce,
    Rule::CleanBeforeFlush,
    Rule::CompactBehindLog,
    Rule::SyncReplacement,
    Rule::RemoveReplacedFirst,
    Rule::SyncWhatIsFound,
    Rule::HoldReadFiles,
    Rule::HoldFolders,
    Rule::DoubtLeaps,
    Rule::DoubtAtStart,
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
    let (next, requests, deaths) = (AtomicU64::new(0), AtomicUsize::new(0), AtomicU64::new(0));
    let findings = Mutex::new(Vec::new());
    on_every_processor(|| {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds {
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
    println!("{seeds} seeds, {requests:?} requests, {deaths:?} deaths in {:?}", start.elapsed());
    let findings = lock_plainly(&findings);
    assert!(findings.is_empty(), "{} seeds with findings: {findings:?}", findings.len());
}

/// Seeds and rules know nothing of each other, so that as many can be tried at once as there are processors.
fn on_every_processor(work: impl Fn() + Sync) {
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(&work);
        }
    });
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

/// A flush fails, and so does the sync of the removal of what it had written; the process dies. The next one flushes the
/// same rows into a file of a longer bucket, in another folder, and frees the log. Then the power fails.
fn a_second_try(broken: Option<Rule>) -> Result<(), String> {
    break_in_this_thread(broken);
    let machine = Arc::new(Mutex::new(Machine::new(1, START, 32 << 20)));
    let options = Options {
        retention: Duration::from_secs(30 * 24 * 3600),
        memtable_bytes: 1 << 20,
        wal_bytes: 64 << 10,
        segment_bytes: 16 << 10,
        reserve_bytes: 0,
        flush_after: Duration::from_secs(600),
        compact_from: 4,
    };
    let open = |machine: &MachineRef| {
        let rng = Arc::new(SeededRng(Mutex::new(Random::new(1))));
        let disk = Arc::new(SimulatedDisk::new(machine));
        Core::open(options.clone(), disk, Arc::new(MachineClock(machine.clone())), rng)
            .expect("the folder opens")
    };
    let table = tables()[0];
    let commit = |core: &Core, id: usize, hours_ago: &[i64]| {
        let now = core.tables.now();
        let newest = now.plus(Duration::from_secs(60));
        let oldest = now.minus(options.retention);
        let acceptance = Acceptance { received_at: now, oldest, newest };
        let times: Vec<u64> = hours_ago.iter().map(|hours| (now.nanos() - hours * HOUR) as u64).collect();
        let request = request(id, table, &times, 0, acceptance, &mut Random::new(2));
        core.commit(vec![Pending { table, request }]).expect("the disk is well");
    };
    let core = open(&machine);
    commit(&core, 0, &[1]);
    core.flush_all().expect("the disk is well");
    // So that the log does not reach into this file, and nothing needs to be looked for in its folder.
    lock_plainly(&machine).pass(options.flush_after * 2);
    core.maintain().expect("the disk is well");
    commit(&core, 1, &[1]);
    lock_plainly(&machine).faults.folders = 1000;
    core.flush_all().expect_err("names cannot be made durable");
    drop(core);
    lock_plainly(&machine).faults.folders = 0;
    let core = open(&machine);
    commit(&core, 2, &[1, 20, 40, 60, 80]);
    core.flush_all().expect("the disk is well");
    drop(core);
    for seed in 0..50 {
        let mut after = Machine::new(1, START, 32 << 20);
        after.media = lock_plainly(&machine).media.clone();
        after.media.lose_power(&mut Random::new(seed));
        let core = open(&Arc::new(Mutex::new(after)));
        let found = read(table, &core.tables.snapshot(&table, &TimeRange::ALL), &Cache::default());
        let found = found.map_err(|error| error.to_string())?;
        if found.len() != 7 {
            return Err(format!("seed {seed}: {found:?}"));
        }
    }
    Ok(())
}

#[test]
fn what_a_dead_process_removed_does_not_come_back() {
    assert_eq!(a_second_try(None), Ok(()));
    a_second_try(Some(Rule::SyncWhatIsGone)).expect_err("the broken rule is found");
    break_in_this_thread(None);
}
