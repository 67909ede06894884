//! One life of the store: writers, readers and background steps in turns, until they have done what they had to, or
//! the process dies.

#![allow(clippy::collapsible_match, reason = "a guard would let the next arm have it")]

use std::sync::Mutex;
use std::time::Duration;

use tfo_sdk::{TenantId, TimeRange};

use super::disk::{Faults, MachineRef, lock_plainly};
use super::oracle::{Cache, Erasure, Found, Moment, Oracle, ReadError, read};
use super::random::Random;
use super::requests::request;
use super::schedule;
use crate::core::{Core, Pending};
use crate::otlp::Acceptance;
use crate::rule::Rule;
use crate::store::{AppendError, Options, Snapshot};
use crate::tables::lock;
use crate::wal::Table;

pub(super) const HOUR: i64 = 3_600_000_000_000;

/// What goes wrong in all lives of a seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// The process dies, or the power fails.
    Crashes,
    /// And calls of the disk fail.
    Errors,
    /// And the disk is full now and then.
    Full,
    /// And both.
    ErrorsAndFull,
    /// And the disk says that it has synced, and has not.
    Lies,
    /// And the last segment of the log rots while the store is closed.
    Rot,
}

impl Class {
    pub(super) fn of(seed: u64) -> Self {
        match seed % 16 {
            0..=3 => Self::Crashes,
            4..=7 => Self::Errors,
            8..=9 => Self::Full,
            10..=13 => Self::ErrorsAndFull,
            14 => Self::Lies,
            _ => Self::Rot,
        }
    }

    pub(super) fn has_errors(self) -> bool {
        matches!(self, Self::Errors | Self::ErrorsAndFull)
    }

    pub(super) fn fills_up(self) -> bool {
        matches!(self, Self::Full | Self::ErrorsAndFull)
    }
}

/// What all roles of a life share.
pub(super) struct Life<'a> {
    pub(super) core: &'a Core,
    pub(super) machine: &'a MachineRef,
    pub(super) oracle: &'a Mutex<Oracle>,
    pub(super) cache: &'a Cache,
    pub(super) options: &'a Options,
    pub(super) class: Class,
    /// Whether much comes from other hours.
    pub(super) restless: bool,
    /// Whether all that comes will soon be deleted.
    pub(super) old: bool,
    /// The tenant that is erased in this life, if its erasure has not ended before.
    pub(super) erased: Option<TenantId>,
    /// The tables that requests are for.
    pub(super) written: &'a [Table],
    pub(super) finding: Mutex<Option<String>>,
    /// A snapshot that somebody holds until the end of this life.
    pub(super) slow_reader: Mutex<Option<Snapshot>>,
}

impl Life<'_> {
    /// Runs all roles to their end, or to the death of the process.
    pub(super) fn live(&self, random: &mut Random, broken: Option<Rule>) {
        // Now and then so much of one table that what was compacted is compacted again.
        let work = if self.written.len() == 1 && random.chance(400) { 48 } else { 1 + random.below(16) };
        let mut chance = || random.fork();
        let (mut a, mut b, mut c, mut d, mut e) = (chance(), chance(), chance(), chance(), chance());
        let order = chance();
        let mut roles: Vec<Box<dyn FnOnce() + Send + '_>> = vec![
            Box::new(move || self.write(&mut a, work * 2)),
            Box::new(move || self.flush(&mut b, work)),
            Box::new(move || self.maintain(&mut c, work * 2)),
            Box::new(move || self.read(&mut d, work)),
            Box::new(move || self.operate(&mut e, work)),
        ];
        if let Some(tenant) = self.erased {
            let mut f = random.fork();
            roles.push(Box::new(move || self.erase(&mut f, tenant)));
        }
        if let Err(panic) = schedule::run(order, broken, roles) {
            self.found(format!("a panic: {panic}"));
        }
    }

    pub(super) fn found(&self, finding: String) {
        lock_plainly(self.machine).note(|| format!("FOUND: {finding}"));
        lock_plainly(&self.finding).get_or_insert(finding);
    }

    fn is_over(&self) -> bool {
        lock_plainly(self.machine).is_dead || lock_plainly(&self.finding).is_some()
    }

    fn note(&self, what: impl FnOnce() -> String) {
        lock_plainly(self.machine).note(what);
    }

    /// Whether a step may fail: the disk has failed, or may be full.
    pub(super) fn is_excused(&self) -> bool {
        let a_lie_broke_files = lock_plainly(self.oracle).unreadable_forgiven;
        let machine = lock_plainly(self.machine);
        machine.is_dead || machine.failures > 0 || self.class.fills_up() || a_lie_broke_files
    }

    fn check_step(&self, step: &str, result: std::io::Result<()>) {
        if let Err(error) = result
            && !self.is_excused()
        {
            self.found(format!("{step} failed though the disk did not: {error}"));
        }
    }

    fn write(&self, random: &mut Random, count: u64) {
        for _ in 0..count {
            if self.is_over() {
                return;
            }
            let requests = if random.chance(100) { 8 } else { 1 + random.below(3) };
            self.commit(random, requests);
        }
    }

    /// Sends some requests that share a sync; tells whether they were acknowledged.
    pub(super) fn commit(&self, random: &mut Random, requests: u64) -> bool {
        let now = self.core.tables.now();
        let acceptance = Acceptance {
            received_at: now,
            oldest: now.minus(self.options.retention),
            newest: now.plus(Duration::from_secs(24 * 3600)),
        };
        let (mut pending, mut ids) = (Vec::new(), Vec::new());
        for _ in 0..requests {
            let table = random.pick(self.written);
            let rows = if random.chance(50) { 12 } else { 1 + random.below(3) };
            let retention = i64::try_from(self.options.retention.as_nanos()).unwrap_or(i64::MAX);
            // Mostly of now; at times of other hours, at the edge of retention, or of the future.
            let far = match random.below(if self.restless { 6 } else { 20 }) {
                _ if self.old => retention - random.below(HOUR as u64) as i64,
                0 => random.below(retention as u64) as i64,
                1 => retention - random.below(HOUR as u64) as i64,
                2 => -(random.below(23 * HOUR as u64) as i64),
                _ => 0,
            };
            let times: Vec<u64> = (0..rows)
                .map(|_| {
                    let ago = if self.old || random.chance(700) { far } else { 0 }
                        + random.below(HOUR as u64 / 2) as i64;
                    let ago = ago.min(retention);
                    if !self.old && random.chance(100) { 0 } else { (now.nanos() - ago) as u64 }
                })
                .collect();
            let padding = random.pick(&[0, 0, 0, 64, 256, 2048]);
            let mut oracle = lock_plainly(self.oracle);
            let id = oracle.next_id();
            let request = request(id, table, &times, padding, acceptance, random);
            assert_eq!(request.batch.num_rows(), times.len(), "{}", request.rejected.reason);
            oracle.sent(table, &request.batch);
            drop(oracle);
            ids.push(id);
            pending.push(Pending { table, request });
        }
        let first = lock(&self.core.wal).next_sequence();
        self.note(|| format!("sends {ids:?}, next is {first}"));
        let result = self.core.commit(pending);
        self.note(|| format!("answer to {ids:?}: {result:?}"));
        let mut oracle = lock_plainly(self.oracle);
        let is_dead = lock_plainly(self.machine).is_dead;
        let checked = match &result {
            Ok(closed) => {
                let is_closed = |id: &usize| closed.contains(&oracle.tenant(*id));
                let (refused, taken): (Vec<usize>, Vec<usize>) = ids.iter().copied().partition(is_closed);
                oracle.refused(&refused, false).and_then(|()| oracle.acknowledged(&taken, first))
            }
            Err(_) if is_dead => Ok(()),
            Err(AppendError::Io(_)) => oracle.refused(&ids, true),
            Err(_) => oracle.refused(&ids, false),
        };
        drop(oracle);
        if let Err(finding) = checked {
            self.found(finding);
        }
        match &result {
            Ok(_) | Err(AppendError::Overloaded) => {}
            Err(error) if !self.is_excused() => {
                self.found(format!("a request was refused though the disk did not fail: {error}"));
            }
            Err(_) => {}
        }
        let memory = self.core.tables.memory();
        if memory > 2 * self.options.memtable_bytes + (2 << 20) {
            self.found(format!("rows take {memory} bytes in memory"));
        }
        result.is_ok()
    }

    fn flush(&self, random: &mut Random, count: u64) {
        for _ in 0..count {
            if self.is_over() {
                return;
            }
            match random.below(10) {
                0 => self.check_step("a flush of everything", self.core.flush_all()),
                1..=3 => self.check_step("a flush", self.core.flush(random.pick(self.written))),
                _ => {
                    let mut failed = Vec::new();
                    while let Some(table) = self.core.next_flush(&failed) {
                        let flushed = self.core.flush(table);
                        if flushed.is_err() {
                            failed.push(table);
                        }
                        self.check_step("a flush", flushed);
                        if self.is_over() {
                            return;
                        }
                    }
                    self.idle(random, 20);
                }
            }
        }
    }

    fn maintain(&self, random: &mut Random, count: u64) {
        for _ in 0..count {
            for _ in 0..4 {
                if self.is_over() {
                    return;
                }
                let result = self.core.maintain();
                let goes_on = matches!(result, Ok(true));
                self.check_step("maintenance", result.map(drop));
                if !goes_on {
                    break;
                }
            }
            self.idle(random, 40);
        }
    }

    /// Erases a tenant at some time, and again while that fails.
    fn erase(&self, random: &mut Random, tenant: TenantId) {
        let is_begun = lock_plainly(self.oracle).erasure(tenant).is_some();
        if is_begun {
            self.core.tables.close_tenant(tenant); // as the daemon does at start
        }
        for _ in 0..3 {
            for _ in 0..random.below(8) {
                self.idle(random, 40);
            }
            if self.is_over() || self.try_to_erase(tenant) {
                return;
            }
        }
    }

    /// Tells whether nothing of the tenant is left.
    pub(super) fn try_to_erase(&self, tenant: TenantId) -> bool {
        lock_plainly(self.oracle).erases(tenant, Erasure::Begun);
        self.note(|| format!("erases {tenant}"));
        let mut turns = 0;
        let erased = self.core.erase(tenant, &mut || {
            schedule::pause();
            turns += 1;
            turns < 200 && !self.is_over()
        });
        self.note(|| format!("erased {tenant}: {erased:?}"));
        if lock_plainly(self.machine).is_dead {
            return false;
        }
        match erased {
            Ok(_) => {
                // A lie may bring back what was removed.
                if self.class != Class::Lies {
                    lock_plainly(self.oracle).erases(tenant, Erasure::Ended);
                    self.look_for_traces(tenant);
                }
                true
            }
            Err(error) => {
                if error.kind() != std::io::ErrorKind::TimedOut {
                    self.check_step("an erasure", Err(error));
                }
                false
            }
        }
    }

    /// Looks at every name and every byte that the disk has of an erased tenant.
    fn look_for_traces(&self, tenant: TenantId) {
        let trace = lock_plainly(self.machine).media.trace_of(tenant);
        if let Some(trace) = trace {
            self.found(format!("{tenant} was erased and is in {trace}"));
        }
    }

    /// Lets others go on.
    fn idle(&self, random: &mut Random, most: u64) {
        for _ in 0..random.below(most) {
            schedule::pause();
            if self.is_over() {
                return;
            }
        }
    }

    fn read(&self, random: &mut Random, count: u64) {
        let mut held: Vec<(Snapshot, Moment, Vec<Found>)> = Vec::new();
        for _ in 0..count {
            if self.is_over() {
                return;
            }
            if held.len() == 3 || (!held.is_empty() && random.chance(300)) {
                let at = random.below(held.len() as u64) as usize;
                let (snapshot, moment, first) = held.swap_remove(at);
                match read(moment.table, &snapshot, self.cache) {
                    Ok(again) if again == first => {}
                    Ok(_) => {
                        self.found(format!("a snapshot of {} reads otherwise later", moment.table.signal));
                    }
                    Err(error) => self.check_read(&error),
                }
                continue;
            }
            let table = random.pick(self.written);
            if let Some((snapshot, moment, found)) = self.look(table)
                && random.chance(600)
            {
                let mut slow = lock_plainly(&self.slow_reader);
                if slow.is_none() && !snapshot.files.is_empty() && random.chance(300) {
                    *slow = Some(snapshot);
                } else {
                    held.push((snapshot, moment, found));
                }
            }
            self.idle(random, 30);
        }
    }

    /// Takes a snapshot of a table and looks whether it has what it must.
    pub(super) fn look(&self, table: Table) -> Option<(Snapshot, Moment, Vec<Found>)> {
        let snapshot = self.core.tables.snapshot(&table, &TimeRange::ALL);
        let moment = lock_plainly(self.oracle).moment(table, &snapshot);
        let sequence = snapshot.sequence;
        self.note(|| format!("reads {} up to {sequence}: {:?}", table.signal, snapshot.files));
        let moment = moment.map_err(|finding| self.found(finding)).ok()?;
        let found = read(table, &snapshot, self.cache).map_err(|error| self.check_read(&error)).ok()?;
        let time = lock_plainly(self.machine).time;
        let mut oracle = lock_plainly(self.oracle);
        oracle.it_is(tfo_sdk::Timestamp(time));
        let checked = oracle.check(&moment, sequence, &found);
        drop(oracle);
        checked.map_err(|finding| self.found(finding)).ok()?;
        Some((snapshot, moment, found))
    }

    fn check_read(&self, error: &ReadError) {
        match error {
            ReadError::Disk(_) if self.is_excused() => {}
            ReadError::Garbled(_) if lock_plainly(self.oracle).unreadable_forgiven => {}
            _ if lock_plainly(self.machine).is_dead => {}
            error => self.found(format!("a read failed: {error}")),
        }
    }

    /// Time passes, the clock leaps, the disk fails, fills up and is well again.
    fn operate(&self, random: &mut Random, count: u64) {
        for _ in 0..count {
            if self.is_over() {
                return;
            }
            self.idle(random, 40);
            let machine = &mut *lock_plainly(self.machine);
            match random.below(12) {
                0..=2 => {
                    let time = Duration::from_secs(random.pick(&[1, 5, 60, 700, 1500]));
                    if machine.leap == 0 || machine.time + time.as_nanos() as i64 <= machine.leap_ends {
                        machine.pass(time);
                    }
                }
                3 => {
                    // A night, or a holiday: the machine sleeps.
                    if machine.leap == 0 && random.chance(300) {
                        machine.pass(Duration::from_secs(random.pick(&[8, 24, 60]) * 3600));
                    }
                }
                4 if machine.leap == 0 => {
                    // Two that follow one another closely would be one that lasts too long.
                    if machine.time > machine.leap_ends + HOUR && random.chance(300) {
                        machine.leap = random.pick(&[-40 * 24, -3, 2, 26, 40 * 24]) * HOUR;
                        machine.leap_ends = machine.time + HOUR * 5 / 6;
                    }
                }
                4 => machine.leap = 0,
                5..=7 if self.class.has_errors() && !machine.faults.any() => {
                    let mut often = || random.pick(&[0, 0, 5, 50, 300]);
                    let (read, write, sync, names, folders) = (often(), often(), often(), often(), often());
                    let removals = random.pick(&[0, 0, 5, 200, 1000]);
                    machine.faults =
                        Faults { read: read / 5, write, sync, names, removals, folders, ..machine.faults };
                }
                5..=7 if self.class.fills_up() && machine.media.foreign == 0 => {
                    if random.chance(500) {
                        let leaves = random.pick(&[0, 1, 3, 8, 20, 40]) * 4096;
                        machine.media.foreign = machine.media.free().saturating_sub(leaves);
                    } else {
                        machine.faults.full = random.pick(&[20, 200, 1000]);
                    }
                }
                5 if self.class == Class::Lies => machine.faults.lies = random.pick(&[0, 300, 1000]),
                8..=9 => {
                    machine.faults = Faults { lies: machine.faults.lies, ..Faults::default() };
                    machine.media.foreign = 0;
                }
                10 => machine.faults.slow = random.pick(&[0, 0, 20]),
                _ => {}
            }
            let (faults, foreign, leap) = (machine.faults, machine.media.foreign, machine.leap);
            machine.note(|| {
                format!("the machine: {faults:?}, others have {foreign} bytes, the clock is {leap} ns wrong")
            });
            if machine.leap != 0 && machine.time > machine.leap_ends {
                machine.leap = 0;
            }
        }
    }
}
