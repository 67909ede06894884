//! Many measurements at once: a histogram's point, or what it grew by.

use super::explicit::Explicit;
use super::exponential::Exponential;
use super::growth::{Cumulative, Since};
use super::quantile::{Extremes, quantile};

/// What is known of a number of measurements.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Distribution {
    /// How many.
    pub(crate) count: f64,
    /// Their sum, where it was sent.
    pub(crate) sum: Option<f64>,
    /// The smallest and the largest.
    pub(crate) extremes: Extremes,
    /// Where they lie.
    pub(crate) buckets: Buckets,
}

/// The buckets of a distribution.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Buckets {
    /// There are none, or none were asked for.
    None,
    /// With explicit bounds.
    Explicit(Explicit),
    /// Growing by a factor.
    Exponential(Exponential),
}

impl Distribution {
    /// Adds another; true when their buckets have different bounds.
    pub(crate) fn merge(&mut self, other: &Self) -> bool {
        self.count += other.count;
        self.sum = self.sum.zip(other.sum).map(|(a, b)| a + b);
        self.extremes = self.extremes.and(other.extremes);
        match (&mut self.buckets, &other.buckets) {
            (Buckets::Explicit(buckets), Buckets::Explicit(more)) => return buckets.merge(more),
            (Buckets::Exponential(buckets), Buckets::Exponential(more)) => buckets.merge(more),
            (Buckets::None, more) => self.buckets = more.clone(),
            _ => {}
        }
        false
    }

    /// The value that a share (0 to 1) of the measurements is at or below; `None` when there are none, or no buckets.
    pub(crate) fn quantile(&self, share: f64) -> Option<f64> {
        let buckets = match &self.buckets {
            Buckets::None => return None,
            Buckets::Explicit(buckets) => buckets.buckets(),
            Buckets::Exponential(buckets) => buckets.buckets(),
        };
        quantile(share, &buckets, &self.extremes)
    }

    /// The smallest measurement: as sent, else where the lowest bucket begins.
    pub(crate) fn smallest(&self) -> Option<f64> {
        if self.count == 0.0 { None } else { self.extremes.min.or_else(|| self.quantile(0.0)) }
    }

    /// The largest measurement: as sent, else where the highest bucket ends.
    pub(crate) fn largest(&self) -> Option<f64> {
        if self.count == 0.0 { None } else { self.extremes.max.or_else(|| self.quantile(1.0)) }
    }

    /// Whether it says where measurements lie.
    pub(crate) fn has_buckets(&self) -> bool {
        self.buckets != Buckets::None
    }

    /// The memory that it takes beside itself, about.
    pub(crate) fn bytes(&self) -> usize {
        match &self.buckets {
            Buckets::None => 0,
            Buckets::Explicit(buckets) => buckets.bytes(),
            Buckets::Exponential(buckets) => buckets.bytes(),
        }
    }
}

impl Cumulative for Distribution {
    type Amount = Self;

    fn whole(&self) -> Self {
        self.clone()
    }

    fn since(&self, before: &Self) -> Since<Self> {
        if self.count < before.count {
            return Since::Reset;
        }
        let buckets = match (&self.buckets, &before.buckets) {
            (Buckets::None, Buckets::None) => Since::Grown(Buckets::None),
            (Buckets::Explicit(now), Buckets::Explicit(before)) => map(now.since(before), Buckets::Explicit),
            (Buckets::Exponential(now), Buckets::Exponential(before)) => {
                map(now.since(before), Buckets::Exponential)
            }
            _ => Since::Unknown,
        };
        // The extremes of a cumulative point are those of its whole life: they tell of what was measured since the
        // point before it only when they changed.
        let (now, then) = (self.extremes, before.extremes);
        let extremes = Extremes {
            min: now.min.filter(|min| then.min.is_some_and(|then| *min < then)),
            max: now.max.filter(|max| then.max.is_some_and(|then| *max > then)),
            ..now
        };
        map(buckets, |buckets| Self {
            count: self.count - before.count,
            sum: self.sum.zip(before.sum).map(|(now, before)| now - before),
            extremes,
            buckets,
        })
    }
}

fn map<A, B>(since: Since<A>, change: impl FnOnce(A) -> B) -> Since<B> {
    match since {
        Since::Grown(amount) => Since::Grown(change(amount)),
        Since::Reset => Since::Reset,
        Since::Unknown => Since::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(count: f64, (min, max): (f64, f64), counts: &[f64]) -> Distribution {
        let buckets = Explicit::new(vec![1.0, 2.0], counts.to_vec()).map_or(Buckets::None, Buckets::Explicit);
        Distribution { count, sum: Some(count), extremes: Extremes::exactly(Some(min), Some(max)), buckets }
    }

    #[test]
    fn the_extremes_of_a_whole_life_are_those_of_a_growth_only_when_they_changed() {
        let before = point(3.0, (0.5, 1.5), &[1.0, 2.0, 0.0]);
        let Since::Grown(grown) = point(5.0, (0.5, 9.0), &[1.0, 3.0, 1.0]).since(&before) else { panic!() };
        assert_eq!((grown.count, grown.sum), (2.0, Some(2.0)));
        assert_eq!((grown.extremes.min, grown.extremes.max), (None, Some(9.0)));
        assert_eq!((grown.extremes.low, grown.extremes.high), (0.5, 9.0));
        // The smallest is where the lowest bucket with a measurement begins.
        assert_eq!((grown.smallest(), grown.largest()), (Some(1.0), Some(9.0)));
        let Since::Grown(nothing) = before.since(&before) else { panic!() };
        assert_eq!((nothing.smallest(), nothing.largest(), nothing.quantile(0.5)), (None, None, None));
    }

    #[test]
    fn fewer_measurements_are_a_reset_and_lost_buckets_unknown() {
        let before = point(3.0, (0.5, 1.5), &[1.0, 2.0, 0.0]);
        assert_eq!(point(2.0, (0.5, 1.5), &[1.0, 1.0, 0.0]).since(&before), Since::Reset);
        assert_eq!(point(4.0, (0.5, 1.5), &[0.0, 4.0, 0.0]).since(&before), Since::Reset);
        assert_eq!(point(4.0, (0.5, 1.5), &[]).since(&before), Since::Unknown);
    }
}
