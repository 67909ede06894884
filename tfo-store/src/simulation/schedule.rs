//! Threads that take turns: one runs at a time, and the seed decides at every call of the disk and at every lock
//! which one goes on.
//!
//! The store's steps interleave as they would on a machine with as many processors as threads, as far as they can
//! see each other: through locks and through the disk. The same seed gives the same order.

use std::cell::RefCell;
use std::sync::{Arc, Condvar, Mutex, PoisonError, TryLockError};

use super::random::Random;
use crate::rule::{Rule, break_in_this_thread};

thread_local! {
    static TURN: RefCell<Option<(Arc<Turns>, usize)>> = const { RefCell::new(None) };
}

struct Turns {
    state: Mutex<State>,
    changed: Vec<Condvar>,
}

struct State {
    running: usize,
    alive: Vec<bool>,
    random: Random,
    /// How often in 1,000 times a thread that could go on lets another one.
    switch: u64,
}

/// Turns that a thread waits for a lock before this is a deadlock.
const MOST_WAITS: u32 = 100_000;

impl Turns {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets another thread run; returns when it is this one's turn again.
    fn pass(&self, me: usize) {
        let mut state = self.state();
        let others: Vec<usize> =
            (0..state.alive.len()).filter(|other| state.alive[*other] && *other != me).collect();
        if others.is_empty() {
            return;
        }
        let next = state.random.pick(&others);
        state.running = next;
        self.changed[next].notify_one();
        while state.running != me {
            state = self.changed[me].wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn wait_for_first_turn(&self, me: usize) {
        let mut state = self.state();
        while state.running != me {
            state = self.changed[me].wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn finish(&self, me: usize) {
        let mut state = self.state();
        state.alive[me] = false;
        let others: Vec<usize> = (0..state.alive.len()).filter(|other| state.alive[*other]).collect();
        if !others.is_empty() {
            let next = state.random.pick(&others);
            state.running = next;
            self.changed[next].notify_one();
        }
    }
}

/// Ends a thread's turns, also when it panics.
struct Finish(Arc<Turns>, usize);

impl Drop for Finish {
    fn drop(&mut self) {
        TURN.with_borrow_mut(Option::take);
        self.0.finish(self.1);
    }
}

/// Runs the roles in turns until all have ended; gives what the first of them that panicked said.
pub(super) fn run(
    mut random: Random,
    broken: Option<Rule>,
    roles: Vec<Box<dyn FnOnce() + Send + '_>>,
) -> Result<(), String> {
    let switch = random.pick(&[30, 150, 500]);
    let running = random.below(roles.len() as u64) as usize;
    let turns = Arc::new(Turns {
        changed: roles.iter().map(|_| Condvar::new()).collect(),
        state: Mutex::new(State { running, alive: vec![true; roles.len()], random, switch }),
    });
    std::thread::scope(|scope| {
        let threads: Vec<_> = roles
            .into_iter()
            .enumerate()
            .map(|(me, role)| {
                let turns = turns.clone();
                scope.spawn(move || {
                    break_in_this_thread(broken);
                    turns.wait_for_first_turn(me);
                    TURN.set(Some((turns.clone(), me)));
                    let _finish = Finish(turns, me);
                    role();
                })
            })
            .collect();
        let results: Vec<_> = threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        results.into_iter().try_for_each(|result| result.map_err(|panic| said(&*panic)))
    })
}

/// What a panic said.
pub(super) fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

/// The number of this thread among those that take turns.
pub(super) fn me() -> Option<usize> {
    TURN.with_borrow(|turn| turn.as_ref().map(|(_, me)| *me))
}

/// A place where another thread may go on.
pub(super) fn pause() {
    let Some((turns, me)) = TURN.with_borrow(Clone::clone) else { return };
    let mut state = turns.state();
    let switch = state.switch;
    let passes = state.random.chance(switch);
    drop(state);
    if passes {
        turns.pass(me);
    }
}

/// Lets others run until a lock is free.
pub(crate) fn wait_for<T>(mutex: &Mutex<T>) {
    let Some((turns, me)) = TURN.with_borrow(Clone::clone) else { return };
    pause();
    for _ in 0..MOST_WAITS {
        match mutex.try_lock() {
            Err(TryLockError::WouldBlock) => turns.pass(me),
            _ => return,
        }
    }
    panic!("a deadlock: no turn of another thread frees this lock");
}
