//! A value at a share of what lies in buckets.

/// How measurements lie inside a bucket, as far as anybody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// As many in each part of the same width.
    Linear,
    /// As many in each part of the same ratio.
    Geometric,
}

/// A bucket: so many measurements between two edges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bucket {
    /// Its lower edge; minus infinity where there is none.
    pub(crate) lower: f64,
    /// Its upper edge; infinity where there is none.
    pub(crate) upper: f64,
    /// How many.
    pub(crate) count: f64,
    /// How they lie in it.
    pub(crate) shape: Shape,
}

/// What is known of the smallest and the largest measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Extremes {
    /// The smallest, exactly.
    pub(crate) min: Option<f64>,
    /// The largest, exactly.
    pub(crate) max: Option<f64>,
    /// None is smaller; minus infinity when that is not known.
    pub(crate) low: f64,
    /// None is larger; infinity when that is not known.
    pub(crate) high: f64,
}

impl Extremes {
    /// Nothing is known.
    #[cfg(test)]
    pub(crate) const UNKNOWN: Self =
        Self { min: None, max: None, low: f64::NEG_INFINITY, high: f64::INFINITY };

    /// Those of measurements of which these are the smallest and the largest, where it is known.
    pub(crate) fn exactly(min: Option<f64>, max: Option<f64>) -> Self {
        let (min, max) = (min.filter(|min| !min.is_nan()), max.filter(|max| !max.is_nan()));
        Self { min, max, low: min.unwrap_or(f64::NEG_INFINITY), high: max.unwrap_or(f64::INFINITY) }
    }

    /// Those of two sets of measurements together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            min: self.min.zip(other.min).map(|(a, b)| a.min(b)),
            max: self.max.zip(other.max).map(|(a, b)| a.max(b)),
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }

    fn clamp(&self, value: f64) -> f64 {
        value.min(self.high).max(self.low)
    }
}

/// The value that a share (0 to 1) of the measurements in these buckets is at or below; `None` when there are none.
///
/// The buckets are in order. The open bucket at the bottom begins at the smallest measurement or, as Prometheus has
/// it, at zero if it ends above; the open one at the top ends at the largest or where it begins.
pub(crate) fn quantile(share: f64, buckets: &[Bucket], extremes: &Extremes) -> Option<f64> {
    let total: f64 = buckets.iter().map(|bucket| bucket.count).sum();
    let rank = share * total;
    let mut below = 0.0;
    let mut found = None;
    for bucket in buckets.iter().filter(|bucket| bucket.count > 0.0) {
        let within = ((rank - below) / bucket.count).clamp(0.0, 1.0);
        found = Some((bucket, within));
        below += bucket.count;
        if below >= rank {
            break;
        }
    }
    found.map(|(bucket, within)| extremes.clamp(inside(bucket, within, extremes)))
}

/// The value at a share of one bucket.
fn inside(bucket: &Bucket, share: f64, extremes: &Extremes) -> f64 {
    let Bucket { mut lower, mut upper, shape, .. } = *bucket;
    if lower == f64::NEG_INFINITY {
        lower = extremes.min.unwrap_or(if upper > 0.0 { 0.0 } else { upper });
    }
    if upper == f64::INFINITY {
        upper = extremes.max.unwrap_or(lower);
    }
    // No measurement lies beyond the smallest and the largest.
    if let Some(min) = extremes.min {
        lower = lower.max(min);
    }
    if let Some(max) = extremes.max {
        upper = upper.min(max);
    }
    if lower >= upper {
        return upper;
    }
    if shape == Shape::Geometric && lower > 0.0 && upper.is_finite() {
        return between_logarithms(lower, upper, share);
    }
    if shape == Shape::Geometric && upper < 0.0 && lower.is_finite() {
        return -between_logarithms(-lower, -upper, share);
    }
    // Not lower + share * (upper - lower): the difference may be infinite.
    lower * (1.0 - share) + upper * share
}

fn between_logarithms(from: f64, to: f64, share: f64) -> f64 {
    (from.log2() * (1.0 - share) + to.log2() * share).exp2()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn linear(lower: f64, upper: f64, count: f64) -> Bucket {
        Bucket { lower, upper, count, shape: Shape::Linear }
    }

    const OPEN: f64 = f64::INFINITY;

    #[test]
    fn explicit_buckets_are_read_as_prometheus_reads_them() {
        let buckets = [linear(-OPEN, 1.0, 10.0), linear(1.0, 2.0, 30.0), linear(2.0, OPEN, 10.0)];
        let at = |share| quantile(share, &buckets, &Extremes::UNKNOWN).unwrap();
        assert_eq!(at(0.0), 0.0);
        assert_eq!(at(0.1), 0.5);
        assert_eq!(at(0.5), 1.5);
        assert_eq!(at(0.9), 2.0);
        assert_eq!(at(1.0), 2.0);
        let negative = [linear(-OPEN, -1.0, 10.0), linear(-1.0, 2.0, 30.0)];
        assert_eq!(quantile(0.1, &negative, &Extremes::UNKNOWN), Some(-1.0));
        assert_eq!(quantile(0.5, &[linear(0.0, 1.0, 0.0)], &Extremes::UNKNOWN), None);
        assert_eq!(quantile(0.5, &[], &Extremes::UNKNOWN), None);
    }

    #[test]
    fn known_extremes_are_the_edges_of_the_outer_buckets() {
        let buckets = [linear(-OPEN, 1.0, 10.0), linear(1.0, OPEN, 10.0)];
        let known = Extremes::exactly(Some(0.8), Some(5.0));
        assert_eq!(quantile(0.0, &buckets, &known), Some(0.8));
        assert_eq!(quantile(0.25, &buckets, &known), Some(0.9));
        assert_eq!(quantile(0.75, &buckets, &known), Some(3.0));
        assert_eq!(quantile(1.0, &buckets, &known), Some(5.0));
        // What is only a limit is no edge, and nothing lies beyond it.
        let limits = Extremes { low: 0.7, high: 0.9, ..Extremes::UNKNOWN };
        assert_eq!(quantile(0.25, &buckets, &limits), Some(0.7));
        assert_eq!(quantile(1.0, &buckets, &limits), Some(0.9));
    }

    #[test]
    fn exponential_buckets_are_cut_by_ratio() {
        let bucket = Bucket { lower: 1.0, upper: 4.0, count: 2.0, shape: Shape::Geometric };
        assert_eq!(quantile(0.5, &[bucket], &Extremes::UNKNOWN), Some(2.0));
        let negative = Bucket { lower: -4.0, upper: -1.0, ..bucket };
        assert_eq!(quantile(0.5, &[negative], &Extremes::UNKNOWN), Some(-2.0));
    }

    proptest! {
        #[test]
        fn a_quantile_grows_with_its_share_and_lies_between_the_extremes(
            edges in prop::collection::vec(-1e9f64..1e9, 2..8),
            counts in prop::collection::vec(0u32..5, 9),
            shares in prop::collection::vec(0.0f64..=1.0, 2..6),
            open in any::<bool>(),
            geometric in any::<bool>(),
        ) {
            let mut edges = edges;
            edges.sort_by(f64::total_cmp);
            edges.dedup();
            if open {
                edges.insert(0, -OPEN);
                edges.push(OPEN);
            }
            let shape = if geometric { Shape::Geometric } else { Shape::Linear };
            let buckets: Vec<Bucket> = edges.windows(2).zip(&counts)
                .map(|(edge, count)| Bucket { lower: edge[0], upper: edge[1], count: f64::from(*count), shape })
                .collect();
            let mut shares = shares;
            shares.sort_by(f64::total_cmp);
            let values: Vec<_> = shares.iter().map(|share| quantile(*share, &buckets, &Extremes::UNKNOWN)).collect();
            if counts.iter().take(buckets.len()).all(|count| *count == 0) {
                prop_assert!(values.iter().all(Option::is_none));
                return Ok(());
            }
            let values: Vec<f64> = values.into_iter().map(Option::unwrap).collect();
            for pair in values.windows(2) {
                prop_assert!(pair[0] <= pair[1] + 1e-9 * pair[1].abs(), "{values:?}");
            }
            let known = Extremes::exactly(Some(-5.0), Some(5.0));
            let value = quantile(shares[0], &buckets, &known).unwrap();
            prop_assert!((-5.0..=5.0).contains(&value));
        }
    }
}
