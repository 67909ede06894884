//! The whole store on a simulated disk, in threads that take turns, under faults that a seed chooses.
//!
//! One seed is a few lives of one folder: writers, readers, flushes, compaction, retention, rolls of the log; the disk
//! fails, fills up, lies or forgets; the clock leaps; the process dies or the power fails in the middle of any call
//! of the disk, in recovery too. [`oracle`] knows what was promised meanwhile, and looks into every snapshot.
//! `docs/durability.md` has the failure model and how to repeat a seed.

mod disk;
mod life;
mod media;
mod oracle;
mod random;
mod requests;
mod schedule;
mod seed;
mod survivors;
mod tests;

pub(crate) use schedule::wait_for;

// A fifth of the time of a seed was the system's allocator.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;
