//! Randomness that is the same on every machine and in every version: SplitMix64, from a seed and a place.
//!
//! The generators of the `rand` crate may change what they give from one version to the next; here the same seed
//! must mean the same bytes.

/// A sequence of numbers, given by where it starts.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The sequence of a seed and a place, such as a request and a record.
    pub(super) fn new(seed: u64, place: &[u64]) -> Self {
        let start = place.iter().fold(mix(seed), |state, part| mix(state ^ mix(*part)));
        Self(start)
    }

    /// The next 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number below a bound that is not zero.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        // The high half of the product is as even as anybody needs here, and has no division.
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// A number from 0 to 1, without 1.
    pub(super) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number below a bound, small ones far more often than large ones: each power of ten is as likely as the
    /// next, as with the words of a language.
    pub(super) fn skewed(&mut self, bound: u64) -> u64 {
        let number = (self.unit() * (bound as f64 + 1.0).ln()).exp() - 1.0;
        (number as u64).min(bound.saturating_sub(1))
    }

    /// One of a list that is not empty.
    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }
}

/// The finalizer of SplitMix64: every bit of the input moves about half of the output.
fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_place_give_the_same_numbers_and_others_give_others() {
        let numbers = |seed, place: &[u64]| {
            let mut random = Random::new(seed, place);
            [random.bits(), random.bits()]
        };
        assert_eq!(numbers(1, &[2, 3]), numbers(1, &[2, 3]));
        for (seed, place) in [(2, [2, 3]), (1, [3, 2]), (1, [2, 4])] {
            assert_ne!(numbers(1, &[2, 3]), numbers(seed, &place), "{seed} {place:?}");
        }
        // Written down: a change of these is a change of everybody's data.
        assert_eq!(Random::new(1, &[]).bits(), 0xbfef8030ddc2d772);
    }

    #[test]
    fn skewed_numbers_stay_below_the_bound_and_are_mostly_small() {
        let mut random = Random::new(7, &[]);
        let numbers: Vec<u64> = (0..10_000).map(|_| random.skewed(1_000_000)).collect();
        assert!(numbers.iter().all(|number| *number < 1_000_000));
        let small = numbers.iter().filter(|number| **number < 1000).count();
        assert!((4_000..6_000).contains(&small), "{small}");
        assert_eq!(random.skewed(1), 0);
    }
}
