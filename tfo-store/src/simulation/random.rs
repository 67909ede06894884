//! A test's chance: everything that a seed decides.

use std::sync::Mutex;

use crate::rng::Rng;
use crate::tables::lock;

/// A small generator (splitmix64): the same numbers for the same seed on every machine.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0xd134_2543_de82_ef95) ^ 0x5851_f42d_4c95_7f2d);
        random.next();
        random
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A generator of its own, so that what one part of a test draws does not depend on another.
    pub(super) fn fork(&mut self) -> Self {
        Self::new(self.next())
    }

    /// A number below `end`; 0 when that is 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or(0)
    }

    /// Whether something happens that happens so often in 1,000 times.
    pub(super) fn chance(&mut self, in_thousand: u64) -> bool {
        self.below(1000) < in_thousand
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// The store's own chance in a test.
pub(super) struct SeededRng(pub(super) Mutex<Random>);

impl Rng for SeededRng {
    fn next_u64(&self) -> u64 {
        lock(&self.0).next()
    }
}
