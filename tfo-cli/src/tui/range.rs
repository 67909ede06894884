//! The stretch of time that all screens look at.

use std::fmt;
use std::time::Duration;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _};
use tfo_sdk::Timestamp;
use tfo_sdk::client::Read;
use tfo_sdk::time::{exact_duration, parse_duration};

/// A range of time. Its end does not belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Range {
    /// The last so long, up to now.
    Last(Duration),
    /// From one time to another.
    Between(Timestamp, Timestamp),
}

/// The range that the interface starts with.
pub(crate) const START: Range = Range::Last(Duration::from_secs(15 * 60));

/// The shortest range that one can zoom into.
const SHORTEST: i64 = 1_000_000;
/// The longest that one can zoom out to: a hundred years.
const LONGEST: i64 = 100 * 365 * 86_400 * 1_000_000_000;

/// A text that is no range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct RangeError(String);

impl Range {
    /// Its ends.
    pub(crate) fn bounds(self, now: Timestamp) -> (Timestamp, Timestamp) {
        match self {
            Self::Last(duration) => (now.minus(duration), now),
            Self::Between(from, to) => (from, to),
        }
    }

    /// How long it is, in nanoseconds.
    pub(crate) fn length(self) -> i64 {
        match self {
            Self::Last(duration) => i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX),
            Self::Between(from, to) => to.0.saturating_sub(from.0),
        }
    }

    /// Whether it ends now, so that what arrives belongs to it.
    pub(crate) fn is_live(self) -> bool {
        matches!(self, Self::Last(_))
    }

    /// Start and end as the interface of the daemon takes them. "Ago" is by the daemon's clock, not by this machine's.
    pub(crate) fn said(self) -> (Option<String>, Option<String>) {
        match self {
            Self::Last(duration) => (Some(exact_duration(duration)), None),
            Self::Between(from, to) => (Some(from.to_string()), Some(to.to_string())),
        }
    }

    /// A read of it.
    pub(crate) fn read(self) -> Read {
        let (since, until) = self.said();
        Read { since, until, ..Read::default() }
    }

    /// As options of a command line: `--since 15m`.
    pub(crate) fn options(self) -> String {
        match self.said() {
            (Some(since), Some(until)) => format!("--since {since} --until {until}"),
            (Some(since), None) => format!("--since {since}"),
            _ => String::new(),
        }
    }

    /// Scaled around its middle, or, where it ends now, with its end kept: 0.5 zooms in.
    pub(crate) fn scaled(self, factor: f64) -> Self {
        let length = ((self.length() as f64 * factor) as i64).clamp(SHORTEST, LONGEST);
        match self {
            Self::Last(_) => Self::Last(Duration::from_nanos(length.unsigned_abs())),
            Self::Between(from, to) => {
                let middle = from.0 / 2 + to.0 / 2;
                let from = middle.saturating_sub(length / 2);
                Self::Between(Timestamp(from), Timestamp(from.saturating_add(length)))
            }
        }
    }

    /// Half its length earlier (-1) or later (1); a range that ends now stays where later would be.
    pub(crate) fn moved(self, direction: i64, now: Timestamp) -> Self {
        let by = (self.length() / 2).saturating_mul(direction);
        let (from, to) = self.bounds(now);
        if direction > 0 && (self.is_live() || to.0.saturating_add(by) >= now.0) {
            return Self::Last(Duration::from_nanos(self.length().max(SHORTEST).unsigned_abs()));
        }
        Self::Between(Timestamp(from.0.saturating_add(by)), Timestamp(to.0.saturating_add(by)))
    }

    /// Around a moment, from so long before it to so long after it.
    pub(crate) fn around(moment: Timestamp, duration: Duration) -> Self {
        Self::Between(moment.minus(duration), moment.plus(duration))
    }

    /// A range from two times in any order, at least as long as can be looked at.
    pub(crate) fn between(a: Timestamp, b: Timestamp) -> Self {
        let (from, to) = (a.min(b), a.max(b));
        Self::Between(from, Timestamp(to.0.max(from.0.saturating_add(SHORTEST))))
    }

    /// Reads what people type: `30m` (the last), `12:04..12:09`, `yesterday`, `yesterday 14:00` (from then on),
    /// `2026-11-25 14:00..15:00`, `2026-11-25T14:00:00Z..`. Times without an offset are of this zone.
    pub(crate) fn parse(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Self, RangeError> {
        let text = text.trim();
        let refused = || {
            RangeError(format!(
                "expected a range like 30m, 12:04..12:09, yesterday, yesterday 14:00 or 2026-11-25..2026-11-26, got {text:?}"
            ))
        };
        if let Ok(duration) = parse_duration(text) {
            if duration.is_zero() {
                return Err(refused());
            }
            return Ok(Self::Last(duration.min(Duration::from_nanos(LONGEST.unsigned_abs()))));
        }
        let (from, to) = match text.split_once("..") {
            Some((from, to)) => {
                let (from, day) = moment(from, now, zone, None).ok_or_else(refused)?;
                let mut to = match to.trim() {
                    "" | "now" => (now, None),
                    to => moment(to, now, zone, day).ok_or_else(refused)?,
                };
                // 23:50..00:10 goes over midnight.
                if to.0 <= from
                    && let Some(tomorrow) = day.and_then(|day| day.tomorrow().ok())
                {
                    let said = text.rsplit("..").next().unwrap_or_default();
                    to = moment(said, now, zone, Some(tomorrow)).unwrap_or(to);
                }
                // The end of a day is the end of it.
                let to =
                    to.1.filter(|_| is_day(text.rsplit("..").next().unwrap_or_default()))
                        .map_or(to.0, |day| {
                            day.tomorrow().ok().and_then(|day| start_of(day, zone)).unwrap_or(to.0)
                        });
                (from, to)
            }
            None => {
                let (from, day) = moment(text, now, zone, None).ok_or_else(refused)?;
                match day.filter(|_| is_day(text)) {
                    Some(day) => {
                        let next = day.tomorrow().ok().and_then(|day| start_of(day, zone));
                        (from, next.ok_or_else(refused)?)
                    }
                    None => (from, now),
                }
            }
        };
        if from >= to {
            return Err(RangeError(format!("{from} is not before {to}")));
        }
        Ok(Self::Between(from, to))
    }

    /// As people read it, in this zone.
    pub(crate) fn shown(self, now: Timestamp, zone: &TimeZone) -> String {
        match self {
            Self::Last(duration) => format!("last {}", exact_duration(duration)),
            Self::Between(from, to) => {
                let (from, to, today) = (civil(from, zone), civil(to, zone), civil(now, zone));
                let time = |at: jiff::civil::DateTime| {
                    if at.subsec_nanosecond() != 0 {
                        format!("{:.3}", at.time())
                    } else if at.second() != 0 {
                        format!("{}", at.time())
                    } else {
                        at.strftime("%H:%M").to_string()
                    }
                };
                let day = |at: jiff::civil::DateTime| {
                    if at.date() == today.date() { String::new() } else { at.strftime("%m-%d ").to_string() }
                };
                let end =
                    if from.date() == to.date() { time(to) } else { format!("{}{}", day(to), time(to)) };
                format!("{}{} – {end}", day(from), time(from))
            }
        }
    }
}

impl fmt::Display for Range {
    /// As links have it: `15m` or `FROM..TO`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Last(duration) => f.write_str(&exact_duration(*duration)),
            Self::Between(from, to) => write!(f, "{from}..{to}"),
        }
    }
}

/// A time of this zone's clock.
pub(crate) fn civil(time: Timestamp, zone: &TimeZone) -> jiff::civil::DateTime {
    let time = jiff::Timestamp::from_nanosecond(i128::from(time.0)).unwrap_or_default();
    zone.to_datetime(time)
}

fn is_day(text: &str) -> bool {
    let text = text.trim();
    matches!(text, "today" | "yesterday") || text.parse::<Date>().is_ok() && text.len() <= 10
}

/// A moment, and the day that it is of where it names one.
fn moment(
    text: &str,
    now: Timestamp,
    zone: &TimeZone,
    default_day: Option<Date>,
) -> Option<(Timestamp, Option<Date>)> {
    let text = text.trim();
    if text == "now" {
        return Some((now, None));
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some((time, None));
    }
    if let Ok(ago) = parse_duration(text.trim_end_matches(" ago")) {
        return Some((now.minus(ago), None));
    }
    let today = civil(now, zone).date();
    let (day, time) = match text.split_once([' ', 'T']) {
        Some((day, time)) => (named_day(day, today)?, time.trim().parse::<Time>().ok()?),
        None => match named_day(text, today) {
            Some(day) => (day, Time::midnight()),
            None => {
                let time = text.parse::<Time>().ok()?;
                let day = match default_day {
                    Some(day) => day,
                    // 23:50 at five past midnight is that of yesterday.
                    None => {
                        let at = zone.to_timestamp(today.to_datetime(time)).ok()?;
                        let ahead = at.as_nanosecond() - i128::from(now.0);
                        if ahead > SignedDuration::from_hours(1).as_nanos() {
                            today.checked_sub(1.day()).ok()?
                        } else {
                            today
                        }
                    }
                };
                (day, time)
            }
        },
    };
    let at = zone.to_timestamp(day.to_datetime(time)).ok()?;
    Some((Timestamp(i64::try_from(at.as_nanosecond()).ok()?), Some(day)))
}

fn named_day(text: &str, today: Date) -> Option<Date> {
    match text {
        "today" => Some(today),
        "yesterday" => today.checked_sub(1.day()).ok(),
        text => text.parse().ok(),
    }
}

fn start_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    let at = zone.to_timestamp(day.to_datetime(Time::midnight())).ok()?;
    i64::try_from(at.as_nanosecond()).ok().map(Timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-25T12:10:00Z".parse().unwrap()
    }

    fn parsed(text: &str) -> String {
        match Range::parse(text, now(), &TimeZone::UTC) {
            Ok(range) => range.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_people_type_is_read() {
        for (text, range) in [
            ("30m", "30m"),
            (" 7d ", "7d"),
            ("12:04..12:09", "2026-11-25T12:04:00Z..2026-11-25T12:09:00Z"),
            ("12:04..", "2026-11-25T12:04:00Z..2026-11-25T12:10:00Z"),
            ("23:50..", "2026-11-24T23:50:00Z..2026-11-25T12:10:00Z"),
            ("yesterday", "2026-11-24T00:00:00Z..2026-11-25T00:00:00Z"),
            ("yesterday 14:00", "2026-11-24T14:00:00Z..2026-11-25T12:10:00Z"),
            ("2026-11-20 14:00..15:00", "2026-11-20T14:00:00Z..2026-11-20T15:00:00Z"),
            ("2026-11-20..2026-11-21", "2026-11-20T00:00:00Z..2026-11-22T00:00:00Z"),
            ("1h..30m", "2026-11-25T11:10:00Z..2026-11-25T11:40:00Z"),
            ("2026-11-20T14:00:00+02:00..now", "2026-11-20T12:00:00Z..2026-11-25T12:10:00Z"),
        ] {
            assert_eq!(parsed(text), range, "{text}");
        }
        for wrong in ["", "soon", "0s", "2026-11-25..2026-11-24", "25:00..", ".."] {
            assert!(Range::parse(wrong, now(), &TimeZone::UTC).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_link_is_read_back() {
        for text in ["15m", "2026-11-25T12:04:00Z..2026-11-25T12:09:00.5Z"] {
            assert_eq!(parsed(text), text);
        }
    }

    #[test]
    fn zooming_and_moving_stay_in_bounds() {
        let range = Range::between(now(), now());
        assert!(range.length() >= SHORTEST);
        assert_eq!(range.scaled(0.001).length(), SHORTEST);
        assert_eq!(
            Range::Last(Duration::from_secs(60)).moved(1, now()),
            Range::Last(Duration::from_secs(60))
        );
        let earlier = Range::Last(Duration::from_secs(60)).moved(-1, now());
        assert_eq!(earlier.to_string(), "2026-11-25T12:08:30Z..2026-11-25T12:09:30Z");
        assert_eq!(earlier.moved(1, now()), Range::Last(Duration::from_secs(60)));
        let far = Range::Between(Timestamp::MIN, Timestamp::MAX);
        assert!(far.scaled(2.0).length() <= LONGEST);
        far.moved(-1, now());
        far.moved(1, now());
    }

    #[test]
    fn a_range_is_shown_shortly() {
        let shown =
            |text: &str| Range::parse(text, now(), &TimeZone::UTC).unwrap().shown(now(), &TimeZone::UTC);
        assert_eq!(shown("15m"), "last 15m");
        assert_eq!(shown("12:04..12:09"), "12:04 – 12:09");
        assert_eq!(shown("yesterday 14:00..15:00"), "11-24 14:00 – 15:00");
        assert_eq!(shown("yesterday 14:00..12:05:30"), "11-24 14:00 – 12:05:30");
    }
}
