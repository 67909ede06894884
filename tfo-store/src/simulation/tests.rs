//! The proof: thousands of seeds without a finding, and every broken rule found.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::disk::lock_plainly;
use super::seed::run;
use crate::rule::Rule;

/// Every rule, to be broken one after the other.
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
