//! Histograms whose buckets grow by a factor: base 2 to the power of 2 to the power of minus the scale.
//!
//! Bucket `i` holds what is larger than `base^i` and at most `base^(i+1)`. At a scale lower by one each two buckets
//! become one, without loss of any count: so histograms of different scales are merged at the lowest.

use std::cmp::Ordering;

use super::growth::Since;
use super::quantile::{Bucket, Shape};

/// Filled buckets of one side of zero that are kept apart. With more, the scale is lowered until they are as few: 160
/// are usual, and a thousand tell values apart by a percent over ten powers of ten. A point may have millions.
const MOST_BUCKETS: usize = 1024;

/// An exponential histogram.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Exponential {
    scale: i64,
    zero_count: f64,
    /// What is not larger than this counts as zero.
    zero_threshold: f64,
    positive: Side,
    negative: Side,
}

/// The filled buckets on one side of zero: index and count, by index.
type Side = Vec<(i64, f64)>;

impl Exponential {
    /// A histogram as it was sent: counts from an index on, on each side of zero.
    pub(crate) fn new(
        scale: i32,
        (zero_count, zero_threshold): (f64, f64),
        positive: (i32, impl Iterator<Item = f64>),
        negative: (i32, impl Iterator<Item = f64>),
    ) -> Self {
        let zero_threshold = if zero_threshold > 0.0 { zero_threshold } else { 0.0 };
        let mut by = 0;
        let mut positive = filled(positive, &mut by);
        let lowered = by;
        let negative = filled(negative, &mut by);
        lower(&mut positive, by - lowered);
        Self { scale: i64::from(scale) - by, zero_count, zero_threshold, positive, negative }
    }

    /// What was counted since the histogram before it.
    pub(crate) fn since(&self, before: &Self) -> Since<Self> {
        let (mut now, mut then) = (self.clone(), before.clone());
        let scale = now.scale.min(then.scale);
        for histogram in [&mut now, &mut then] {
            histogram.lower_scale(scale);
        }
        let mut threshold = now.zero_threshold.max(then.zero_threshold);
        if now.zero_threshold != then.zero_threshold {
            // What one counts as zero may lie in part of a bucket of the other: all of that bucket is zero of both.
            threshold = now.end_of_bucket(threshold).max(then.end_of_bucket(threshold));
        }
        for histogram in [&mut now, &mut then] {
            histogram.widen_zero(threshold);
        }
        now.zero_count -= then.zero_count;
        let (positive, negative) =
            (minus(&now.positive, &then.positive), minus(&now.negative, &then.negative));
        match (positive, negative) {
            (Some(positive), Some(negative)) if now.zero_count >= 0.0 => {
                Since::Grown(Self { positive, negative, ..now })
            }
            _ => Since::Reset,
        }
    }

    /// Adds another.
    pub(crate) fn merge(&mut self, other: &Self) {
        let scale = self.scale.min(other.scale);
        self.lower_scale(scale);
        let mut other = other.clone();
        other.lower_scale(scale);
        self.zero_count += other.zero_count;
        self.zero_threshold = self.zero_threshold.max(other.zero_threshold);
        self.positive = plus(&self.positive, &other.positive);
        self.negative = plus(&self.negative, &other.negative);
        while self.positive.len().max(self.negative.len()) > MOST_BUCKETS {
            self.lower_scale(self.scale - 1);
        }
    }

    fn lower_scale(&mut self, scale: i64) {
        // A shift by 63 leaves the sign, as any further one would.
        let by = (self.scale - scale).clamp(0, 63);
        if by > 0 {
            lower(&mut self.positive, by);
            lower(&mut self.negative, by);
            self.scale = scale;
        }
    }

    /// The end of the bucket that a distance from zero lies in; the distance itself where it is an edge, or in no bucket.
    fn end_of_bucket(&self, distance: f64) -> f64 {
        let buckets = self.positive.iter().chain(&self.negative);
        let mut edges = buckets.map(|(index, _)| (edge(*index, self.scale), edge(*index + 1, self.scale)));
        edges.find(|(near, far)| *near < distance && distance < *far).map_or(distance, |(_, far)| far)
    }

    /// Counts the buckets as zero that lie below a threshold as a whole.
    fn widen_zero(&mut self, threshold: f64) {
        let scale = self.scale;
        for side in [&mut self.positive, &mut self.negative] {
            let below = side.iter().take_while(|(index, _)| edge(*index + 1, scale) <= threshold).count();
            self.zero_count += side.drain(..below).map(|(_, count)| count).sum::<f64>();
        }
        self.zero_threshold = threshold;
    }

    /// Its buckets in order. One that lies below the threshold of zero in part begins there.
    pub(crate) fn buckets(&self) -> Vec<Bucket> {
        let mut whole = self.clone();
        whole.widen_zero(self.zero_threshold);
        let threshold = whole.zero_threshold;
        let edges = |index: i64| (edge(index, whole.scale).max(threshold), edge(index + 1, whole.scale));
        let mut buckets = Vec::with_capacity(whole.positive.len() + whole.negative.len() + 1);
        for (index, count) in whole.negative.iter().rev() {
            let (near, far) = edges(*index);
            buckets.push(Bucket { lower: -far, upper: -near, count: *count, shape: Shape::Geometric });
        }
        if whole.zero_count > 0.0 {
            // Where nothing was measured below zero, what counts as zero was not below either.
            let lower = if whole.negative.is_empty() { 0.0 } else { -threshold };
            let upper = if whole.positive.is_empty() && !whole.negative.is_empty() { 0.0 } else { threshold };
            buckets.push(Bucket { lower, upper, count: whole.zero_count, shape: Shape::Linear });
        }
        for (index, count) in &whole.positive {
            let (near, far) = edges(*index);
            buckets.push(Bucket { lower: near, upper: far, count: *count, shape: Shape::Geometric });
        }
        buckets
    }

    /// The memory that it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        (self.positive.capacity() + self.negative.capacity()) * size_of::<(i64, f64)>()
    }
}

/// The lower edge of a bucket above zero.
fn edge(index: i64, scale: i64) -> f64 {
    if index == 0 {
        // At the lowest scales the factor is infinite, and no times infinity is no number.
        return 1.0;
    }
    (index as f64 * (-scale as f64).exp2()).exp2()
}

/// The filled ones of the buckets from an index on, each 2^`by` as one; `by` grows until they are few enough.
fn filled((offset, counts): (i32, impl Iterator<Item = f64>), by: &mut i64) -> Side {
    let mut side = Side::new();
    for (index, count) in (i64::from(offset)..).zip(counts).filter(|(_, count)| *count != 0.0) {
        let index = index >> *by;
        match side.last_mut() {
            Some(last) if last.0 == index => last.1 += count,
            _ => side.push((index, count)),
        }
        if side.len() > MOST_BUCKETS {
            *by += 1;
            lower(&mut side, 1);
        }
    }
    side
}

/// Makes one bucket of each 2^`by`.
fn lower(side: &mut Side, by: i64) {
    for (index, _) in side.iter_mut() {
        *index >>= by;
    }
    side.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
}

fn plus(left: &[(i64, f64)], right: &[(i64, f64)]) -> Side {
    let mut sum = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.iter().copied().peekable(), right.iter().copied().peekable());
    while let (Some((i, a)), Some((j, b))) = (left.peek().copied(), right.peek().copied()) {
        sum.push(match i.cmp(&j) {
            Ordering::Less => (i, a),
            Ordering::Greater => (j, b),
            Ordering::Equal => (i, a + b),
        });
        if i <= j {
            left.next();
        }
        if j <= i {
            right.next();
        }
    }
    sum.extend(left.chain(right));
    sum.shrink_to_fit();
    sum
}

/// The difference; `None` when a bucket lost.
fn minus(now: &[(i64, f64)], before: &[(i64, f64)]) -> Option<Side> {
    let negated: Side = before.iter().map(|(index, count)| (*index, -count)).collect();
    let mut difference = plus(now, &negated);
    difference.retain(|(_, count)| *count != 0.0);
    difference.iter().all(|(_, count)| *count > 0.0).then_some(difference)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::quantile::{Extremes, quantile};
    use super::*;

    fn histogram(
        scale: i32,
        zero: (f64, f64),
        positive: (i32, &[u32]),
        negative: (i32, &[u32]),
    ) -> Exponential {
        fn counts(counts: &[u32]) -> impl Iterator<Item = f64> {
            counts.iter().copied().map(f64::from)
        }
        Exponential::new(scale, zero, (positive.0, counts(positive.1)), (negative.0, counts(negative.1)))
    }

    fn total(histogram: &Exponential) -> f64 {
        let side = |side: &Side| side.iter().map(|(_, count)| count).sum::<f64>();
        histogram.zero_count + side(&histogram.positive) + side(&histogram.negative)
    }

    #[test]
    fn a_point_of_very_many_buckets_is_read_at_a_lower_scale() {
        let many = vec![1; 100_000];
        let few = [1, 2, 3];
        for (positive, negative) in [(&many[..], &few[..]), (&few, &many), (&many, &many)] {
            let read = histogram(10, (0.0, 0.0), (-50_000, positive), (7, negative));
            assert!(read.positive.len().max(read.negative.len()) <= MOST_BUCKETS);
            assert_eq!(read.scale, 10 - 7);
            let total = |counts: &[u32]| counts.iter().copied().map(f64::from).sum::<f64>();
            let sum = |side: &Side| side.iter().map(|(_, count)| count).sum::<f64>();
            assert_eq!((sum(&read.positive), sum(&read.negative)), (total(positive), total(negative)));
            // As if it had been lowered afterwards.
            let (first, last) = (read.positive[0].0, read.positive.last().unwrap().0);
            assert_eq!((first, last), (-50_000 >> 7, (positive.len() as i64 - 50_001) >> 7));
        }
    }

    #[test]
    fn edges_are_powers_of_the_base() {
        assert_eq!(edge(3, 0), 8.0);
        assert_eq!(edge(-1, 0), 0.5);
        assert_eq!(edge(2, 1), 2.0);
        assert_eq!(edge(1, -1), 4.0);
        assert_eq!(edge(0, i64::from(i32::MIN)), 1.0);
        assert_eq!(edge(1, i64::from(i32::MIN)), f64::INFINITY);
        assert_eq!(edge(-1, i64::from(i32::MIN)), 0.0);
        assert_eq!(edge(i64::from(i32::MAX), i64::from(i32::MAX)), 1.0);
    }

    #[test]
    fn a_threshold_of_zero_that_moves_into_a_bucket_is_no_new_beginning() {
        // (1, 2], (2, 4]; then everything up to 1.5 counts as zero.
        let before = histogram(0, (0.0, 0.0), (0, &[5, 6]), (0, &[3]));
        let after = histogram(0, (6.0, 1.5), (0, &[2, 6]), (0, &[1]));
        let Since::Grown(grown) = after.since(&before) else { panic!("{:?}", after.since(&before)) };
        assert_eq!((total(&grown), grown.zero_count), (1.0, 1.0));
        let later = histogram(0, (6.0, 1.5), (0, &[2, 8]), (0, &[1]));
        let Since::Grown(grown) = later.since(&after) else { panic!("{:?}", later.since(&after)) };
        assert_eq!((total(&grown), grown.zero_count), (2.0, 0.0));
        assert_eq!(before.since(&after), Since::Reset);
    }

    #[test]
    fn histograms_of_two_scales_meet_at_the_lower() {
        // Scale 1: (1, 1.41], (1.41, 2], (2, 2.83], (2.83, 4]; scale 0: (0.5, 1], (1, 2], (2, 4].
        let mut merged = histogram(1, (0.0, 0.0), (0, &[1, 2, 3, 4]), (0, &[]));
        merged.merge(&histogram(0, (2.0, 0.0), (-1, &[5, 6, 7]), (1, &[9])));
        assert_eq!(merged, histogram(0, (2.0, 0.0), (-1, &[5, 9, 14]), (1, &[9])));
    }

    #[test]
    fn what_a_wider_zero_swallows_is_counted_as_zero() {
        let mut merged = histogram(0, (1.0, 0.0), (-2, &[2, 3, 4]), (-1, &[5]));
        merged.merge(&histogram(0, (10.0, 0.5), (0, &[1]), (0, &[])));
        let buckets = merged.buckets();
        // (0.25, 0.5] is zero now; (0.5, 1] and [-1, -0.5) are not.
        let counts: Vec<_> =
            buckets.iter().map(|bucket| (bucket.lower, bucket.upper, bucket.count)).collect();
        assert_eq!(counts, [(-1.0, -0.5, 5.0), (-0.5, 0.5, 13.0), (0.5, 1.0, 3.0), (1.0, 2.0, 5.0)]);
    }

    #[test]
    fn a_scale_that_fell_between_two_points_is_no_reset() {
        let before = histogram(1, (1.0, 0.0), (0, &[1, 2, 3]), (0, &[]));
        let now = histogram(0, (1.0, 0.0), (0, &[4, 3, 1]), (0, &[]));
        assert_eq!(now.since(&before), Since::Grown(histogram(0, (0.0, 0.0), (0, &[1, 0, 1]), (0, &[]))));
        assert_eq!(histogram(0, (0.0, 0.0), (0, &[9, 9]), (0, &[])).since(&before), Since::Reset);
        assert_eq!(histogram(0, (1.0, 0.0), (0, &[2, 9]), (0, &[])).since(&before), Since::Reset);
    }

    #[test]
    fn zeros_lie_above_zero_when_nothing_lies_below() {
        let only_zeros = histogram(0, (4.0, 0.5), (0, &[]), (0, &[]));
        assert_eq!(quantile(0.5, &only_zeros.buckets(), &Extremes::UNKNOWN), Some(0.25));
        let negative = histogram(0, (4.0, 0.5), (0, &[]), (0, &[4]));
        assert_eq!(quantile(1.0, &negative.buckets(), &Extremes::UNKNOWN), Some(0.0));
    }

    #[test]
    fn hostile_scales_and_offsets_take_neither_memory_nor_time() {
        let mut merged = histogram(i32::MAX, (0.0, f64::NAN), (i32::MAX, &[1, 1, 1]), (i32::MIN, &[1]));
        merged.merge(&histogram(i32::MIN, (0.0, 0.0), (i32::MIN, &[1]), (i32::MAX, &[1])));
        assert_eq!(total(&merged), 6.0);
        assert!(quantile(0.5, &merged.buckets(), &Extremes::UNKNOWN).is_some_and(|value| !value.is_nan()));
    }

    fn any_histogram() -> impl Strategy<Value = Exponential> {
        let side = || (-20i32..20, prop::collection::vec(0u32..4, 0..8));
        (-3i32..6, 0u32..3, prop::sample::select(vec![0.0, 0.3, 2.0]), side(), side()).prop_map(
            |(scale, zero, threshold, positive, negative)| {
                histogram(
                    scale,
                    (f64::from(zero), threshold),
                    (positive.0, &positive.1),
                    (negative.0, &negative.1),
                )
            },
        )
    }

    proptest! {
        #[test]
        fn merging_in_any_order_gives_the_same_and_keeps_every_measurement(
            histograms in prop::collection::vec(any_histogram(), 1..6)
        ) {
            let merge = |all: &[Exponential]| {
                let mut merged = all[0].clone();
                all[1..].iter().for_each(|other| merged.merge(other));
                merged
            };
            let forwards = merge(&histograms);
            let mut reversed = histograms.clone();
            reversed.reverse();
            prop_assert_eq!(&forwards, &merge(&reversed));
            prop_assert_eq!(total(&forwards), histograms.iter().map(total).sum::<f64>());
            let buckets = forwards.buckets();
            prop_assert_eq!(buckets.iter().map(|bucket| bucket.count).sum::<f64>(), total(&forwards));
            prop_assert!(buckets.windows(2).all(|pair| pair[0].upper <= pair[1].lower), "{buckets:?}");
        }

        #[test]
        fn what_is_added_is_what_it_grew_by(before in any_histogram(), more in any_histogram()) {
            let more = Exponential { zero_threshold: before.zero_threshold, ..more };
            let mut now = before.clone();
            now.merge(&more);
            let Since::Grown(grown) = now.since(&before) else { panic!("{now:?} {before:?}") };
            prop_assert_eq!(total(&grown), total(&more));
        }

        #[test]
        fn a_quantile_is_as_near_as_its_bucket_is_narrow(
            mut values in prop::collection::vec(1e-3f64..1e6, 1..60), share in 0.0f64..=1.0
        ) {
            let scale = 4;
            let index = |value: f64| (value.log2() * f64::from(1 << scale)).ceil() as i32 - 1;
            let mut merged = histogram(scale, (0.0, 0.0), (0, &[]), (0, &[]));
            values.iter().for_each(|value| merged.merge(&histogram(scale, (0.0, 0.0), (index(*value), &[1]), (0, &[]))));
            values.sort_by(f64::total_cmp);
            let rank = ((share * values.len() as f64).ceil() as usize).clamp(1, values.len());
            let exact = values[rank - 1];
            let found = quantile(share, &merged.buckets(), &Extremes::UNKNOWN).unwrap();
            let base = (1.0 / f64::from(1 << scale)).exp2() * (1.0 + 1e-9);
            prop_assert!(exact / base <= found && found <= exact * base, "{found} {exact}");
        }
    }

    #[test]
    fn too_many_buckets_become_fewer_whatever_the_order() {
        let histograms: Vec<_> =
            (0..3_000).map(|i| histogram(20, (0.0, 0.0), (i * 7_919, &[1]), (0, &[]))).collect();
        let merge = |all: &mut dyn Iterator<Item = &Exponential>| {
            let mut merged = all.next().unwrap().clone();
            all.for_each(|other| merged.merge(other));
            merged
        };
        let merged = merge(&mut histograms.iter());
        assert!(merged.positive.len() <= MOST_BUCKETS && merged.positive.len() > MOST_BUCKETS / 2);
        assert_eq!(total(&merged), 3_000.0);
        assert_eq!(merged, merge(&mut histograms.iter().rev()));
    }
}
