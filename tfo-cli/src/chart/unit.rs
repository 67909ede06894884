//! Units (UCUM) as people read them: durations and bytes in the size that suits the number, all others as they are.

use crate::text;

/// What a number is of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unit {
    kind: Kind,
    per_second: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    /// Nanoseconds in one.
    Time(f64),
    /// Bytes in one.
    Bytes(f64),
    /// Anything else, by its clean name; empty where it has none.
    Other(String),
}

const TIMES: [(&str, f64); 8] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("min", 60e9),
    ("h", 3600e9),
    ("d", 86_400e9),
    ("wk", 604_800e9),
];

const BYTES: [(&str, f64); 9] = [
    ("By", 1.0),
    ("kBy", 1e3),
    ("MBy", 1e6),
    ("GBy", 1e9),
    ("KiBy", 1024.0),
    ("MiBy", 1_048_576.0),
    ("GiBy", 1_073_741_824.0),
    ("TiBy", 1_099_511_627_776.0),
    ("bit", 0.125),
];

/// Sizes of durations: from how many nanoseconds on, and the nanoseconds in one.
const TIME_SIZES: [(f64, f64, &str); 7] = [
    (1.0, 1.0, "ns"),
    (1e3, 1e3, "µs"),
    (1e6, 1e6, "ms"),
    (1e9, 1e9, "s"),
    (120e9, 60e9, "min"),
    (7200e9, 3600e9, "h"),
    (172_800e9, 86_400e9, "d"),
];

const BYTE_SIZES: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const NUMBER_SIZES: [&str; 6] = ["", "k", "M", "G", "T", "P"];

impl Unit {
    /// A unit from its UCUM code, which may say anything.
    pub(crate) fn parse(code: &str) -> Self {
        let (base, per_second) = match code.strip_suffix("/s") {
            Some(base) => (base, true),
            None => (code, false),
        };
        let find =
            |known: &[(&str, f64)]| known.iter().find(|(name, _)| *name == base).map(|(_, size)| *size);
        // Seconds a second are a share, not a duration.
        let time = find(&TIMES).filter(|_| !per_second).map(Kind::Time);
        let kind = time.or_else(|| find(&BYTES).map(Kind::Bytes)).unwrap_or_else(|| {
            let name = base.trim_start_matches('{').trim_end_matches('}');
            Kind::Other(if name == "1" { String::new() } else { text::row(name).into_owned() })
        });
        Self { kind, per_second }
    }

    /// What a heading says that numbers are of; `None` where every number says it.
    pub(crate) fn heading(&self) -> Option<String> {
        match &self.kind {
            Kind::Time(_) | Kind::Bytes(_) => None,
            Kind::Other(name) if name.is_empty() => self.per_second.then(|| "1/s".to_owned()),
            Kind::Other(name) => Some(format!("{name}{}", self.suffix())),
        }
    }

    /// A value in three significant digits, with its unit where that is of a size: `1.25 s`, `3.4 MiB/s`, `12k`.
    pub(crate) fn show(&self, value: f64) -> String {
        if !value.is_finite() {
            return if value.is_nan() {
                "NaN"
            } else if value > 0.0 {
                "∞"
            } else {
                "-∞"
            }
            .to_owned();
        }
        match &self.kind {
            Kind::Time(nanos) => {
                let value = value * nanos;
                let fits = TIME_SIZES.iter().rev().find(|(least, ..)| value.abs() >= *least * 0.9995);
                let (_, size, name) = fits.unwrap_or(&TIME_SIZES[if value == 0.0 { 3 } else { 0 }]);
                format!("{} {name}", digits(value / size))
            }
            Kind::Bytes(bytes) => {
                let (number, size) = sized(value * bytes, 1024.0, BYTE_SIZES.len());
                format!("{} {}{}", digits(number), BYTE_SIZES[size], self.suffix())
            }
            Kind::Other(_) if value.abs() >= 1e18 => digits(value),
            Kind::Other(_) => {
                let (number, size) = sized(value, 1000.0, NUMBER_SIZES.len());
                format!("{}{}", digits(number), NUMBER_SIZES[size])
            }
        }
    }

    /// The shortest distance between ticks that is round in this unit and not shorter than this.
    pub(super) fn round_up(&self, distance: f64) -> f64 {
        const MINUTES: [f64; 13] = [
            60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 10_800.0, 21_600.0, 43_200.0, 86_400.0,
            172_800.0,
        ];
        match self.kind {
            Kind::Time(nanos) => {
                let wanted = distance * nanos;
                let decimal = decimal(wanted);
                let round = MINUTES.iter().map(|seconds| seconds * 1e9).find(|round| *round >= wanted);
                match round {
                    // Below a minute the decimal steps end at 50 s.
                    Some(round) if decimal > 50e9 * 1.001 => round / nanos,
                    _ => decimal / nanos,
                }
            }
            Kind::Bytes(bytes) => {
                let wanted = distance * bytes;
                if wanted < 1024.0 { decimal(wanted) / bytes } else { wanted.log2().ceil().exp2() / bytes }
            }
            Kind::Other(_) => decimal(distance),
        }
    }

    fn suffix(&self) -> &'static str {
        if self.per_second { "/s" } else { "" }
    }
}

/// The next of 1, 2, 5, 10, … times a power of ten.
fn decimal(wanted: f64) -> f64 {
    let power = 10f64.powf(wanted.log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power);
    // A little less will do: 0.3 / 3 is not quite 0.1.
    round.into_iter().find(|round| *round >= wanted * 0.999_999).unwrap_or(10.0 * power)
}

/// A number made smaller by a factor as often as it takes, and how often that was.
fn sized(value: f64, factor: f64, sizes: usize) -> (f64, usize) {
    let mut number = value;
    let mut size = 0;
    while number.abs() >= factor * 0.9995 && size + 1 < sizes {
        number /= factor;
        size += 1;
    }
    (number, size)
}

/// Three significant digits, without zeros that say nothing.
fn digits(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e6).contains(&size) {
        return format!("{value:.2e}");
    }
    let decimals = (2.0 - size.log10().floor()).clamp(0.0, 6.0) as usize;
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(code: &str, value: f64) -> String {
        Unit::parse(code).show(value)
    }

    #[test]
    fn numbers_are_shown_in_the_size_that_suits_them() {
        for (code, value, shown) in [
            ("s", 0.0, "0 s"),
            ("s", 0.000_25, "250 µs"),
            ("s", 0.999_9, "1 s"),
            ("ms", 1_250.0, "1.25 s"),
            ("s", 5_400.0, "90 min"),
            ("s", -0.02, "-20 ms"),
            ("d", 3.0, "3 d"),
            ("ns", 0.5, "0.5 ns"),
            ("By", 1_536.0, "1.5 KiB"),
            ("By", 1023.9, "1 KiB"),
            ("By/s", 3_565_158.0, "3.4 MiB/s"),
            ("MiBy", 2.0, "2 MiB"),
            ("1", 0.25, "0.25"),
            ("%", 12.345, "12.3"),
            ("{request}/s", 12_345.0, "12.3k"),
            ("", 1e-9, "1.00e-9"),
            ("", 1e30, "1.00e30"),
            ("", f64::NAN, "NaN"),
            ("", f64::NEG_INFINITY, "-∞"),
            ("s/s", 0.5, "0.5"),
        ] {
            assert_eq!(show(code, value), shown, "{value} {code}");
        }
    }

    #[test]
    fn a_heading_names_the_unit_that_numbers_do_not() {
        let heading = |code| Unit::parse(code).heading().unwrap_or_default();
        assert_eq!(heading("{request}/s"), "request/s");
        assert_eq!(heading("1/s"), "1/s");
        assert_eq!(heading("1"), "");
        assert_eq!(heading("%"), "%");
        assert_eq!(heading("s/s"), "s/s");
        assert_eq!(heading("By/s"), "");
        assert_eq!(heading("\u{1b}[2J"), "␛[2J");
    }

    #[test]
    fn distances_of_ticks_are_round_in_their_unit() {
        let round = |code: &str, distance| Unit::parse(code).round_up(distance);
        assert!((round("", 0.3 / 3.0) - 0.1).abs() < 1e-12);
        assert_eq!(round("", 34.0), 50.0);
        assert_eq!(round("By", 3_000.0), 4_096.0);
        assert_eq!(round("By", 300.0), 500.0);
        assert!((round("s", 0.03) - 0.05).abs() < 1e-12);
        assert!((round("s", 55.0) - 60.0).abs() < 1e-9);
        assert!((round("s", 4_000.0) - 7_200.0).abs() < 1e-9);
    }
}
