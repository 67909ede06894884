//! Durations counted in bands that grow with them: percentiles good to 2 % in little memory, from any number of spans.

use std::collections::BTreeMap;

/// Bands between one power of two and the next, as bits: 32 of them, each 1/32 of the power wide.
const BITS: u32 = 5;

/// A distribution of durations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Durations {
    bands: BTreeMap<u16, u64>,
    count: u64,
}

impl Durations {
    /// Counts a duration in nanoseconds; one below zero is none at all.
    pub(crate) fn add(&mut self, nanos: i64) {
        *self.bands.entry(band(nanos)).or_default() += 1;
        self.count += 1;
    }

    /// The duration that this share of all is no longer than; `None` without any.
    pub(crate) fn percentile(&self, share: f64) -> Option<i64> {
        let rank = ((share * self.count as f64).ceil() as u64).clamp(1, self.count.max(1));
        let mut seen = 0;
        self.bands.iter().find_map(|(band, count)| {
            seen += count;
            (seen >= rank).then(|| middle(*band))
        })
    }
}

/// The band of a duration. Below 32 ns, each has its own.
fn band(nanos: i64) -> u16 {
    let nanos = u64::try_from(nanos).unwrap_or(0);
    let shift = (63 - (nanos | 1).leading_zeros()).saturating_sub(BITS);
    // At most 2^6 after the shift, and 58 shifts: far below 2^16.
    (u64::from(shift) * (1 << BITS) + (nanos >> shift)) as u16
}

/// The duration in the middle of a band.
fn middle(band: u16) -> i64 {
    let band = u64::from(band);
    let shift = (band >> BITS).saturating_sub(1);
    let low = (band - (shift << BITS)) << shift;
    i64::try_from(low + ((1 << shift) - 1) / 2).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn short_durations_are_exact() {
        for nanos in 0..64 {
            assert_eq!(middle(band(nanos)), nanos);
        }
        assert_eq!(middle(band(-5)), 0);
    }

    #[test]
    fn nothing_has_no_percentiles() {
        assert_eq!(Durations::default().percentile(0.5), None);
    }

    proptest! {
        #[test]
        fn the_middle_of_a_band_is_near_what_is_in_it(nanos in 0..=i64::MAX) {
            let error = middle(band(nanos)).abs_diff(nanos);
            prop_assert!(error as f64 <= nanos as f64 / 64.0 + 0.5, "{}", error);
        }

        #[test]
        fn percentiles_are_those_of_the_sorted_list_within_two_percent(
            mut nanos in prop::collection::vec(0..10_000_000_000i64, 1..200), share in 0.0..=1.0f64
        ) {
            let mut durations = Durations::default();
            for one in &nanos {
                durations.add(*one);
            }
            nanos.sort_unstable();
            let rank = ((share * nanos.len() as f64).ceil() as usize).clamp(1, nanos.len());
            let exact = nanos[rank - 1];
            let error = durations.percentile(share).unwrap().abs_diff(exact);
            prop_assert!(error as f64 <= exact as f64 / 64.0 + 0.5);
        }
    }
}
