//! The axis of time, with labels in the zone of whoever looks.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tfo_sdk::api::MetricAnswer;

const SECOND: i128 = 1_000_000_000;
/// A minute in nanoseconds.
const MINUTE: i128 = 60_000_000_000;
const DAY: i128 = 86_400 * SECOND;

/// Distances between labels that people think in, in seconds.
const ROUND: [i128; 22] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800,
    604_800, 1_209_600, 2_592_000,
];

/// Columns from one label to the next, beside the label itself.
const GAP: usize = 4;

/// When an answer begins, in full.
pub(super) fn beginning(answer: &MetricAnswer, zone: &TimeZone) -> Option<String> {
    let time = Timestamp::from_nanosecond(answer.timestamps.first()?.nanos().into()).ok()?;
    Some(time.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M (%:z)").to_string())
}

/// The axis under a chart.
pub(super) struct TimeAxis {
    width: usize,
    labels: Vec<(usize, String)>,
}

impl TimeAxis {
    /// The axis of an answer, in so many columns.
    pub(super) fn of(answer: &MetricAnswer, width: usize, zone: &TimeZone) -> Self {
        let start = answer.timestamps.first().map_or(0, |start| i128::from(start.nanos()));
        let length = i128::from(answer.step_ns) * answer.timestamps.len() as i128;
        let zoned =
            |nanos: i128| Timestamp::from_nanosecond(nanos).map(|time| time.to_zoned_datetime(zone.clone()));
        let offset = zoned(start).map_or(0, |time| i128::from(time.offset().seconds()) * SECOND);
        let per_column = (length / width.max(1) as i128).max(1);
        let fits = |distance: &i128| *distance >= per_column * (label_width(*distance) + GAP) as i128;
        let years = (length / 4 / (365 * DAY) + 1) * 365 * DAY;
        let distance = ROUND.into_iter().map(|seconds| seconds * SECOND).find(fits).unwrap_or(years);
        let format = format(distance);
        let mut labels: Vec<(usize, String)> = Vec::new();
        // Labels are round on the clock of the zone.
        let mut time = (start + offset).div_euclid(distance) * distance - offset;
        while time < start + length && labels.len() <= width {
            if time >= start
                && let Ok(zoned) = zoned(time)
            {
                let column = usize::try_from((time - start) / per_column).unwrap_or(width);
                labels.push((column, zoned.strftime(format).to_string()));
            }
            time += distance;
        }
        Self { width, labels }
    }

    /// The line and the labels below it.
    pub(super) fn rows(&self) -> [String; 2] {
        let mut line: Vec<char> = vec!['─'; self.width];
        let mut row = String::new();
        let mut used = 0;
        for (column, label) in &self.labels {
            let length = label.chars().count();
            // A label stands under its tick, and at the right end before it.
            let place = (column + 1).min((self.width + 1).saturating_sub(length));
            if place < used + usize::from(used > 0) {
                continue;
            }
            if let Some(tick) = line.get_mut(*column) {
                *tick = '┬';
            }
            row.push_str(&" ".repeat(place - used));
            row.push_str(label);
            used = place + length;
        }
        [format!("└{}", line.into_iter().collect::<String>()), row]
    }
}

fn format(distance: i128) -> &'static str {
    match distance {
        ..MINUTE => "%H:%M:%S",
        MINUTE..DAY => "%H:%M",
        _ => "%b %d",
    }
}

fn label_width(distance: i128) -> usize {
    match distance {
        ..MINUTE => 8,
        MINUTE..DAY => 5,
        _ => 6,
    }
}
