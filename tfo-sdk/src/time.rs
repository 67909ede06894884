//! Times and durations: nanoseconds since 1970 UTC inside, RFC 3339 and `15m` outside.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A point in time: nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The earliest that can be told.
    pub const MIN: Self = Self(i64::MIN);
    /// The latest that can be told, in the year 2262.
    pub const MAX: Self = Self(i64::MAX);

    /// Nanoseconds since 1970.
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// This much earlier; stops at the ends of what can be told.
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)))
    }

    /// This much later; stops at the ends of what can be told.
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, with as many digits as needed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Every i64 of nanoseconds lies between the years 1677 and 2262, which jiff can write.
        match jiff::Timestamp::from_nanosecond(i128::from(self.0)) {
            Ok(time) => time.fmt(f),
            Err(_) => write!(f, "{} ns", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    /// RFC 3339, with any offset.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let error =
            || TimeError(format!("expected an RFC 3339 time like 2026-11-25T08:00:00Z, got {text:?}"));
        let time: jiff::Timestamp = text.parse().map_err(|_| error())?;
        i64::try_from(time.as_nanosecond()).map(Self).map_err(|_| error())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A time, RFC 3339: UTC with up to nine digits of a second in answers, any offset in \
                            questions.",
            "type": "string",
            "format": "date-time",
            "examples": ["2026-11-25T08:00:00.000000001Z"],
        })
    }
}

/// A text that is no time or no duration; the message says what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TimeError(String);

/// A stretch of time, `[since, until)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// The first nanosecond in it.
    pub since: Timestamp,
    /// The first nanosecond after it.
    pub until: Timestamp,
}

impl TimeRange {
    /// Everything that can be told.
    pub const ALL: Self = Self { since: Timestamp::MIN, until: Timestamp::MAX };

    /// Whether a time lies in it.
    pub fn contains(&self, time: Timestamp) -> bool {
        self.since <= time && time < self.until
    }

    /// Whether any time between `first` and `last`, both included, may lie in it.
    pub fn overlaps(&self, first: Timestamp, last: Timestamp) -> bool {
        self.since <= last && first < self.until
    }
}

const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

/// How far back people look; durations that are stored have no weeks.
const WEEK: (&str, u64) = ("w", 7 * 86_400_000_000_000);

/// A duration like `250ms`, `5m`, `1h30m`, `1.5s` or `7d`.
pub fn parse_duration(text: &str) -> Result<Duration, TimeError> {
    read_duration(text, None)
}

fn read_duration(text: &str, another_unit: Option<(&str, u64)>) -> Result<Duration, TimeError> {
    let error = || TimeError(format!("expected a duration like 5m, 1h30m or 250ms, got {text:?}"));
    let mut rest = text;
    let mut nanos = 0.0f64;
    let mut whole = 0u64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(error)?;
        let (number, tail) = rest.split_at(digits);
        let letters = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let mut units = UNITS.iter().copied().chain(another_unit);
        let (_, factor) = units.find(|(name, _)| *name == unit).ok_or_else(error)?;
        match number.parse::<u64>() {
            Ok(number) => {
                let part = number.checked_mul(factor).ok_or_else(error)?;
                whole = whole.checked_add(part).ok_or_else(error)?;
            }
            Err(_) => nanos += number.parse::<f64>().map_err(|_| error())? * factor as f64,
        }
        rest = tail;
    }
    if text.is_empty() || nanos > u64::MAX as f64 / 2.0 {
        return Err(error());
    }
    Ok(Duration::from_nanos(whole.checked_add(nanos as u64).ok_or_else(error)?))
}

/// A duration exactly, as [`parse_duration`] reads it: `1h30m`, `250ms`, `1s500ms`.
pub fn exact_duration(duration: Duration) -> String {
    let mut rest = duration.as_nanos();
    let mut text = String::new();
    for (name, nanos) in UNITS.iter().rev().filter(|(name, _)| *name != "µs") {
        let count = rest / u128::from(*nanos);
        if count > 0 {
            text.push_str(&format!("{count}{name}"));
            rest %= u128::from(*nanos);
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// A point in time as a user names it: RFC 3339, a duration ago (`15m`, `now-15m`, also in weeks), a date, which is its
/// first moment in UTC, or `now`.
pub fn parse_moment(text: &str, now: Timestamp) -> Result<Timestamp, TimeError> {
    if text == "now" {
        return Ok(now);
    }
    if let Ok(time) = text.parse() {
        return Ok(time);
    }
    if is_date(text)
        && let Ok(time) = format!("{text}T00:00:00Z").parse()
    {
        return Ok(time);
    }
    let ago = text.strip_prefix("now-").unwrap_or(text);
    let ago = read_duration(ago, Some(WEEK)).map(|ago| now.minus(ago));
    ago.map_err(|_| TimeError(format!("{}, got {text:?}", missing_in_moment(text))))
}

/// Whether it is written as `2026-11-25`.
fn is_date(text: &str) -> bool {
    let is_like = |(byte, like): (u8, u8)| if like == b'0' { byte.is_ascii_digit() } else { byte == like };
    text.len() == 10 && text.bytes().zip(*b"0000-00-00").all(is_like)
}

/// What must be added to what was meant as a point in time.
fn missing_in_moment(text: &str) -> String {
    if let Ok(time) = text.parse::<jiff::civil::DateTime>()
        && text.contains(':')
    {
        return format!("the offset is missing: {time}Z, or {time}+02:00");
    }
    if text.contains(':') && text.parse::<jiff::civil::Time>().is_ok() {
        return "the day and the offset are missing, as in 2026-11-25T08:00:00Z".to_owned();
    }
    if matches!(text, "today" | "yesterday" | "tomorrow") {
        return "a day is named by its date, like 2026-11-25, which begins in UTC".to_owned();
    }
    if !text.is_empty() && text.len() < 6 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("the unit is missing, as in {text}m");
    }
    if let Some(ago) = text.strip_prefix('-').filter(|ago| read_duration(ago, Some(WEEK)).is_ok()) {
        return format!("a duration counts back from now by itself: {ago}");
    }
    "expected a duration ago like 15m or a time like 2026-11-25T08:00:00Z".to_owned()
}

/// A duration as people read it, in three significant figures: `850 µs`, `12.3 ms`, `4.10 s`, `2m05s`, `1h02m`.
pub fn format_duration(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let value = nanos.unsigned_abs();
    let scaled = |unit: u64, name: &str| {
        let number = value as f64 / unit as f64;
        let decimals = if number < 9.995 {
            2
        } else if number < 99.95 {
            1
        } else {
            0
        };
        format!("{sign}{number:.decimals$} {name}")
    };
    match value {
        0..1_000 => format!("{sign}{value} ns"),
        // From the half below on, rounding would give a thousand of the smaller unit.
        1_000..999_500 => scaled(1_000, "µs"),
        999_500..999_500_000 => scaled(1_000_000, "ms"),
        999_500_000..60_000_000_000 => scaled(1_000_000_000, "s"),
        60_000_000_000..3_600_000_000_000 => {
            let seconds = value / 1_000_000_000;
            format!("{sign}{}m{:02}s", seconds / 60, seconds % 60)
        }
        _ => {
            let minutes = value / 60_000_000_000;
            format!("{sign}{}h{:02}m", minutes / 60, minutes % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_their_nanoseconds() {
        for (nanos, text) in [
            (1_544_712_660_300_000_001, "2018-12-13T14:51:00.300000001Z"),
            (0, "1970-01-01T00:00:00Z"),
            (i64::MAX, "2262-04-11T23:47:16.854775807Z"),
        ] {
            assert_eq!(Timestamp(nanos).to_string(), text);
            assert_eq!(text.parse(), Ok(Timestamp(nanos)));
        }
        assert_eq!(
            "2018-12-13T15:51:00+01:00".parse::<Timestamp>().unwrap().to_string(),
            "2018-12-13T14:51:00Z"
        );
        assert!("2999-01-01T00:00:00Z".parse::<Timestamp>().is_err());
    }

    #[test]
    fn durations_are_read_and_written() {
        assert_eq!(parse_duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(parse_duration("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(parse_duration("250µs"), Ok(Duration::from_micros(250)));
        for wrong in ["", "5", "m", "5 min", "-5m", "99999999999d", "1..5s"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
        for (nanos, text) in [(0, "0s"), (5_400_000_000_000, "1h30m"), (1_500_250_001, "1s500ms250us1ns")] {
            assert_eq!(exact_duration(Duration::from_nanos(nanos)), text);
            assert_eq!(parse_duration(text), Ok(Duration::from_nanos(nanos)));
        }
        let written: Vec<_> =
            [850_000, 12_300_000, 4_100_000_000, 125_000_000_000, 3_720_000_000_000, -1_500_000]
                .map(format_duration)
                .into();
        assert_eq!(written, ["850 µs", "12.3 ms", "4.10 s", "2m05s", "1h02m", "-1.50 ms"]);
    }

    #[test]
    fn a_moment_is_a_time_or_a_duration_ago() {
        let now = Timestamp(1_000_000_000_000_000_000);
        assert_eq!(parse_moment("now", now), Ok(now));
        for ago in ["1s", "now-1s"] {
            assert_eq!(parse_moment(ago, now), Ok(Timestamp(999_999_999_000_000_000)), "{ago}");
        }
        assert_eq!(parse_moment("1w1d", now), Ok(now.minus(Duration::from_secs(8 * 86_400))));
        assert!(parse_duration("1w").is_err(), "a duration that is stored has no weeks");
    }

    #[test]
    fn a_date_is_its_first_moment_in_utc() {
        let now = Timestamp(1_000_000_000_000_000_000);
        assert_eq!(parse_moment("2026-11-29", now), "2026-11-29T00:00:00Z".parse());
        for wrong in ["2026-11-31", "2026-1-29", "20261129", "2999-01-01"] {
            assert!(parse_moment(wrong, now).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_moment_is_told_what_it_lacks() {
        let lacks = |text: &str| parse_moment(text, Timestamp(0)).unwrap_err().to_string();
        for (text, message) in [
            (
                "2026-11-29T13:38:00",
                "the offset is missing: 2026-11-29T13:38:00Z, or 2026-11-29T13:38:00+02:00",
            ),
            ("2026-11-29 13:38", "the offset is missing: 2026-11-29T13:38:00Z, or 2026-11-29T13:38:00+02:00"),
            ("13:38", "the day and the offset are missing, as in 2026-11-25T08:00:00Z"),
            ("today", "a day is named by its date, like 2026-11-25, which begins in UTC"),
            ("15", "the unit is missing, as in 15m"),
            ("-5m", "a duration counts back from now by itself: 5m"),
            ("soon", "expected a duration ago like 15m or a time like 2026-11-25T08:00:00Z"),
            ("", "expected a duration ago like 15m or a time like 2026-11-25T08:00:00Z"),
        ] {
            assert_eq!(lacks(text), format!("{message}, got {text:?}"));
        }
    }
}
