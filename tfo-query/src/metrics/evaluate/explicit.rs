//! Histograms whose buckets have explicit bounds.

use super::growth::Since;
use super::quantile::{Bucket, Shape};

/// Counts between bounds: one below the first, one above the last, one between each two.
///
/// Invariant: the bounds ascend, and there is one count more than there are bounds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Explicit {
    bounds: Vec<f64>,
    counts: Vec<f64>,
}

impl Explicit {
    /// A histogram of these bounds and counts; `None` when they do not fit each other, or when there are no bounds,
    /// which is how a sender says that it keeps no buckets.
    pub(crate) fn new(bounds: Vec<f64>, counts: Vec<f64>) -> Option<Self> {
        let ascend =
            bounds.windows(2).all(|pair| pair[0] < pair[1]) && !bounds.iter().any(|bound| bound.is_nan());
        (ascend && !bounds.is_empty() && counts.len() == bounds.len() + 1).then_some(Self { bounds, counts })
    }

    /// What was counted since the histogram before it.
    pub(crate) fn since(&self, before: &Self) -> Since<Self> {
        if self.bounds != before.bounds {
            return Since::Unknown;
        }
        let counts: Vec<f64> = self.counts.iter().zip(&before.counts).map(|(now, then)| now - then).collect();
        if counts.iter().any(|count| *count < 0.0) {
            return Since::Reset;
        }
        Since::Grown(Self { bounds: self.bounds.clone(), counts })
    }

    /// Adds another; true when their bounds differ.
    ///
    /// Then the bounds that both have are kept: how many measurements lie below each of those is known exactly,
    /// and nothing is guessed about the others.
    pub(crate) fn merge(&mut self, other: &Self) -> bool {
        if self.bounds == other.bounds {
            for (count, more) in self.counts.iter_mut().zip(&other.counts) {
                *count += more;
            }
            return false;
        }
        let common: Vec<f64> = self
            .bounds
            .iter()
            .copied()
            .filter(|bound| other.bounds.binary_search_by(|b| b.total_cmp(bound)).is_ok())
            .collect();
        let counts =
            self.within(&common).into_iter().zip(other.within(&common)).map(|(a, b)| a + b).collect();
        *self = Self { bounds: common, counts };
        true
    }

    /// The counts between fewer bounds, all of them among its own.
    fn within(&self, bounds: &[f64]) -> Vec<f64> {
        let mut counts = vec![0.0; bounds.len() + 1];
        let mut at = 0;
        for (index, count) in self.counts.iter().enumerate() {
            if let Some(total) = counts.get_mut(at) {
                *total += count;
            }
            if self.bounds.get(index).is_some_and(|bound| bounds.get(at) == Some(bound)) {
                at += 1;
            }
        }
        counts
    }

    /// Its buckets in order; none when no bound was left.
    pub(crate) fn buckets(&self) -> Vec<Bucket> {
        if self.bounds.is_empty() {
            return Vec::new();
        }
        let lower = std::iter::once(f64::NEG_INFINITY).chain(self.bounds.iter().copied());
        let upper = self.bounds.iter().copied().chain([f64::INFINITY]);
        let edges = lower.zip(upper).zip(&self.counts);
        edges
            .map(|((lower, upper), count)| Bucket { lower, upper, count: *count, shape: Shape::Linear })
            .collect()
    }

    /// The memory that it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        (self.bounds.capacity() + self.counts.capacity()) * size_of::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn histogram(bounds: &[f64], counts: &[f64]) -> Explicit {
        Explicit::new(bounds.to_vec(), counts.to_vec()).unwrap()
    }

    #[test]
    fn bounds_that_do_not_fit_their_counts_are_no_histogram() {
        for (bounds, counts) in [
            (&[1.0][..], &[1.0][..]),
            (&[], &[5.0]),
            (&[], &[]),
            (&[2.0, 1.0], &[1.0, 1.0, 1.0]),
            (&[1.0, 1.0], &[1.0, 1.0, 1.0]),
            (&[f64::NAN], &[1.0, 1.0]),
        ] {
            assert_eq!(Explicit::new(bounds.to_vec(), counts.to_vec()), None, "{bounds:?}");
        }
    }

    #[test]
    fn a_bucket_that_lost_is_a_reset_and_other_bounds_cannot_be_compared() {
        let before = histogram(&[1.0], &[3.0, 2.0]);
        assert_eq!(
            histogram(&[1.0], &[4.0, 2.0]).since(&before),
            Since::Grown(histogram(&[1.0], &[1.0, 0.0]))
        );
        assert_eq!(histogram(&[1.0], &[9.0, 1.0]).since(&before), Since::Reset);
        assert_eq!(histogram(&[2.0], &[9.0, 9.0]).since(&before), Since::Unknown);
    }

    #[test]
    fn of_different_bounds_those_that_both_have_are_kept() {
        let mut merged = histogram(&[1.0, 2.0, 5.0], &[1.0, 2.0, 3.0, 4.0]);
        assert!(merged.merge(&histogram(&[0.5, 2.0, 4.0, 5.0], &[1.0, 1.0, 1.0, 1.0, 1.0])));
        assert_eq!(merged, histogram(&[2.0, 5.0], &[5.0, 5.0, 5.0]));
        assert!(merged.merge(&histogram(&[7.0], &[1.0, 1.0])));
        assert!(merged.buckets().is_empty());
    }

    /// Bounds and counts over whole numbers, so that sums are exact.
    fn any_histogram() -> impl Strategy<Value = Explicit> {
        let bounds = prop::collection::btree_set(0i32..6, 1..6);
        (bounds, prop::collection::vec(0u32..9, 7)).prop_map(|(bounds, counts)| {
            let bounds: Vec<f64> = bounds.into_iter().map(f64::from).collect();
            let counts = counts.into_iter().take(bounds.len() + 1).map(f64::from).collect();
            Explicit::new(bounds, counts).unwrap()
        })
    }

    proptest! {
        #[test]
        fn merging_in_any_order_gives_the_same_and_keeps_every_measurement(
            histograms in prop::collection::vec(any_histogram(), 1..6)
        ) {
            let merge = |all: &[Explicit]| {
                let mut merged = all[0].clone();
                for other in &all[1..] {
                    merged.merge(other);
                }
                merged
            };
            let forwards = merge(&histograms);
            let mut reversed = histograms.clone();
            reversed.reverse();
            prop_assert_eq!(&forwards, &merge(&reversed));
            let total = |h: &Explicit| h.counts.iter().sum::<f64>();
            prop_assert_eq!(total(&forwards), histograms.iter().map(total).sum::<f64>());
            // How many lie at or below a bound that is left is what each of them says.
            for (index, bound) in forwards.bounds.iter().enumerate() {
                let below = |h: &Explicit, count: usize| h.counts[..count].iter().sum::<f64>();
                let each: f64 = histograms.iter()
                    .map(|h| below(h, h.bounds.iter().position(|b| b == bound).unwrap() + 1)).sum();
                prop_assert_eq!(below(&forwards, index + 1), each);
            }
        }

        #[test]
        fn what_is_added_is_what_it_grew_by(before in any_histogram(), more in prop::collection::vec(0u32..9, 7)) {
            let counts = more.into_iter().take(before.counts.len()).map(f64::from).collect();
            let more = Explicit { bounds: before.bounds.clone(), counts };
            let mut now = before.clone();
            prop_assert!(!now.merge(&more));
            prop_assert_eq!(now.since(&before), Since::Grown(more));
        }
    }
}
