//! The most frequent of many things, in bounded memory (lossy counting).

use std::collections::HashMap;
use std::hash::Hash;

use datafusion::execution::memory_pool::MemoryReservation;

use crate::error::{QueryError, of_plan};

/// Different things that are counted at a time.
pub(super) const MOST: usize = 20_000;
/// Memory of one beside its text, about.
const BYTES: usize = 128;

/// Counts things; when there are too many different ones, those with the lowest counts fall out, so that frequent
/// ones stay whenever they come.
pub(super) struct Frequent<T> {
    held: MemoryReservation,
    counts: HashMap<T, u64>,
    most: usize,
    /// Things with at most this count have fallen out.
    floor: u64,
}

impl<T: Hash + Eq + Ord> Frequent<T> {
    pub(super) fn new(held: MemoryReservation) -> Self {
        Self { held, counts: HashMap::new(), most: MOST, floor: 0 }
    }

    /// Counts a thing that takes this many bytes.
    pub(super) fn add(&mut self, thing: T, bytes: usize) -> Result<(), QueryError> {
        if let Some(count) = self.counts.get_mut(&thing) {
            *count += 1;
            return Ok(());
        }
        while self.counts.len() >= self.most {
            self.floor += 1;
            let floor = self.floor;
            self.counts.retain(|_, count| *count > floor);
        }
        // What falls out is not given back: how much it was is not known, and it is soon taken again.
        if self.floor == 0 {
            self.held.try_grow(BYTES + bytes).map_err(of_plan)?;
        }
        self.counts.insert(thing, 1);
        Ok(())
    }

    /// Whether anything fell out.
    pub(super) fn lost(&self) -> bool {
        self.floor > 0
    }

    /// All of them, the most frequent first, then in their own order.
    pub(super) fn sorted(self) -> Vec<(T, u64)> {
        let mut sorted: Vec<(T, u64)> = self.counts.into_iter().collect();
        sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_things_stay_whenever_they_come() {
        let environment = crate::runtime::environment_for_tests();
        let mut frequent =
            Frequent { most: 10, ..Frequent::new(crate::tables::Tables::new(&environment).hold("test")) };
        for round in 0..1_000 {
            frequent.add(format!("rare {round}"), 10).unwrap();
            if round > 500 && round % 3 == 0 {
                frequent.add("often".to_owned(), 5).unwrap();
            }
        }
        assert!(frequent.lost());
        let sorted = frequent.sorted();
        assert!(sorted.len() <= 10);
        assert_eq!(sorted[0].0, "often");
        assert!(sorted[0].1 <= 167);
    }

    #[test]
    fn without_loss_counts_are_exact() {
        let environment = crate::runtime::environment_for_tests();
        let mut frequent = Frequent::new(crate::tables::Tables::new(&environment).hold("test"));
        for thing in ["b", "a", "b", "c", "c"] {
            frequent.add(thing, 1).unwrap();
        }
        assert!(!frequent.lost());
        assert_eq!(frequent.sorted(), [("b", 2), ("c", 2), ("a", 1)]);
    }
}
