//! Values of gauges and sums.

use super::growth::{Cumulative, Since};

/// An integer or a double, as sent: the difference of two large integers is exact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    /// A 64-bit integer.
    Int(i64),
    /// A double.
    Double(f64),
}

impl Number {
    /// As a double.
    pub(crate) fn value(self) -> f64 {
        match self {
            Self::Int(value) => value as f64,
            Self::Double(value) => value,
        }
    }

    fn minus(self, before: Self) -> f64 {
        match (self, before) {
            (Self::Int(value), Self::Int(before)) => (i128::from(value) - i128::from(before)) as f64,
            (value, before) => value.value() - before.value(),
        }
    }
}

/// The value of a sum that goes up and down.
impl Cumulative for Number {
    type Amount = f64;

    fn whole(&self) -> f64 {
        self.value()
    }

    fn since(&self, before: &Self) -> Since<f64> {
        Since::Grown(self.minus(*before))
    }
}

/// The value of a sum that only grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Monotonic(pub(crate) Number);

impl Cumulative for Monotonic {
    type Amount = f64;

    fn whole(&self) -> f64 {
        self.0.value()
    }

    fn since(&self, before: &Self) -> Since<f64> {
        match self.0.minus(before.0) {
            growth if growth < 0.0 => Since::Reset,
            growth => Since::Grown(growth),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_integers_are_subtracted_exactly() {
        let (large, larger) = (Number::Int(i64::MAX - 1), Number::Int(i64::MAX));
        assert_eq!(larger.since(&large), Since::Grown(1.0));
        assert_eq!(Number::Int(i64::MAX).since(&Number::Int(i64::MIN)), Since::Grown(u64::MAX as f64));
        assert_eq!(Number::Int(5).since(&Number::Double(4.5)), Since::Grown(0.5));
    }

    #[test]
    fn only_what_never_falls_is_reset_by_falling() {
        assert_eq!(Monotonic(Number::Int(3)).since(&Monotonic(Number::Int(4))), Since::Reset);
        assert_eq!(Monotonic(Number::Int(4)).since(&Monotonic(Number::Int(4))), Since::Grown(0.0));
        assert_eq!(Number::Int(3).since(&Number::Int(4)), Since::Grown(-1.0));
    }
}
