//! The order of numbers, whole or not.

use std::cmp::Ordering;

use super::ast::Number;

/// 2^63, the first double above every `i64`.
const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;

impl Number {
    /// The order by value, without rounding: 2^53 + 1 is not the double 2^53. None where either is NaN.
    pub fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(&b)),
            (Self::Double(a), Self::Double(b)) => a.partial_cmp(&b),
            (Self::Int(a), Self::Double(b)) => int_with_double(a, b),
            (Self::Double(a), Self::Int(b)) => int_with_double(b, a).map(Ordering::reverse),
        }
    }
}

fn int_with_double(int: i64, double: f64) -> Option<Ordering> {
    if double.is_nan() {
        None
    } else if double >= TWO_TO_63 {
        Some(Ordering::Less)
    } else if double < -TWO_TO_63 {
        Some(Ordering::Greater)
    } else {
        // In range, so cutting off the fraction gives exactly the whole part.
        let whole = double.trunc();
        Some(int.cmp(&(whole as i64)).then(whole.partial_cmp(&double)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_and_doubles_compare_without_rounding() {
        let (less, equal, greater) = (Some(Ordering::Less), Some(Ordering::Equal), Some(Ordering::Greater));
        for (int, double, expected) in [
            (5, 5.0, equal),
            (5, 5.5, less),
            (-5, -5.5, greater),
            (0, -0.0, equal),
            ((1 << 53) + 1, 9_007_199_254_740_992.0, greater),
            (i64::MAX, 9_223_372_036_854_775_808.0, less),
            (i64::MIN, -9_223_372_036_854_775_808.0, equal),
            (i64::MIN, f64::NEG_INFINITY, greater),
            (i64::MAX, f64::INFINITY, less),
            (0, f64::NAN, None),
        ] {
            assert_eq!(Number::Int(int).compare(Number::Double(double)), expected, "{int} {double}");
            let reversed = expected.map(Ordering::reverse);
            assert_eq!(Number::Double(double).compare(Number::Int(int)), reversed, "{double} {int}");
        }
    }
}
