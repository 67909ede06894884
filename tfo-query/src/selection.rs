//! Which records a read is about that sums them up, and how their times are cut into equal steps.

use std::time::Duration;

use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::{Expr, lit};
use tfo_sdk::filter::Filter;
use tfo_sdk::time::format_duration;
use tfo_sdk::{Signal, TimeRange, Timestamp};
use tfo_store::Snapshot;
use tfo_store::schema::INGEST_SEQ;

use crate::error::{QueryError, of_plan};
use crate::filter;
use crate::plan;
use crate::tables::Tables;

/// Records by their time and a filter.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Records with a timestamp in this range.
    pub range: TimeRange,
    /// Records that pass this filter.
    pub filter: Filter,
}

impl Selection {
    /// The selected rows of a snapshot.
    pub(crate) fn frame(
        &self,
        tables: &Tables,
        signal: Signal,
        snapshot: Snapshot,
    ) -> Result<DataFrame, QueryError> {
        let conditions = plan::in_range(self.range).into_iter().chain([filter::lower(signal, &self.filter)]);
        narrowed(tables.frame(signal, snapshot)?, conditions)
    }
}

/// The rows that pass all the conditions.
pub(crate) fn narrowed(
    frame: DataFrame,
    conditions: impl IntoIterator<Item = Expr>,
) -> Result<DataFrame, QueryError> {
    conditions.into_iter().try_fold(frame, DataFrame::filter).map_err(of_plan)
}

/// The condition that a record was there when a list's first page was made.
pub(crate) fn until_sequence(sequence: u64) -> Expr {
    plan::column(INGEST_SEQ).lt_eq(lit(sequence))
}

/// The time of the oldest and the newest record in a snapshot, at the least.
pub(crate) fn extent(snapshot: &Snapshot) -> Option<(Timestamp, Timestamp)> {
    let in_files = snapshot.files.iter().map(|file| (file.min(), file.max()));
    let in_memory = crate::signals::times(&snapshot.batches);
    in_files.chain(in_memory).reduce(|(oldest, newest), (low, high)| (oldest.min(low), newest.max(high)))
}

/// Steps that people can read on an axis, in seconds; shorter and longer ones are powers of ten of a second, and days.
const NICE_SECONDS: [u64; 20] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800,
    2_592_000,
];
/// How many steps there are about, when nobody says how long one is.
const STEPS: u64 = 100;

/// Time cut into equal steps, which begin at multiples of their length since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Steps {
    /// Length in nanoseconds, positive.
    pub(crate) nanos: i64,
}

impl Steps {
    /// Steps of this length.
    pub(crate) fn of(length: Duration) -> Result<Self, QueryError> {
        match i64::try_from(length.as_nanos()) {
            Ok(nanos) if nanos > 0 => Ok(Self { nanos }),
            _ => Err(QueryError::Invalid("a step lasts at least 1ns and at most 292 years".to_owned())),
        }
    }

    /// Steps of a length that suits a range: it ends now, or at its own end, and begins with the oldest record at the
    /// earliest. Those that senders have written with a time to come, as a wrong clock does, need no more than `most`
    /// steps, all in all.
    pub(crate) fn for_range(range: TimeRange, snapshot: &Snapshot, now: Timestamp, most: usize) -> Self {
        let (oldest, newest) = extent(snapshot).unwrap_or((range.since, range.since));
        let since = range.since.max(oldest);
        let until = range.until.min(if since < now { now } else { newest });
        let nanos = |until: Timestamp| {
            let nanos = i128::from(until.nanos()) - i128::from(since.nanos());
            u64::try_from(nanos.max(0)).unwrap_or(u64::MAX)
        };
        // The first and the last step may lie within the range only in part.
        let beyond = nanos(range.until.min(newest)) / (most as u64).saturating_sub(2).max(1);
        let least = (nanos(until) / STEPS).max(beyond);
        let second = 1_000_000_000;
        let mut step = 1;
        while step < least && step < second {
            step *= 10;
        }
        if step >= second {
            let nice = NICE_SECONDS.iter().map(|seconds| seconds * second).find(|step| *step >= least);
            let year = 365 * 86_400 * second;
            step = nice.unwrap_or_else(|| least.div_ceil(year) * year);
        }
        Self { nanos: i64::try_from(step).unwrap_or(i64::MAX) }
    }

    /// The step in which a time lies: where it begins, and where the next one does, as far as that can be told.
    pub(crate) fn around(self, nanos: i64) -> (i64, i64) {
        let into = nanos.rem_euclid(self.nanos);
        (nanos.saturating_sub(into), nanos.saturating_add(self.nanos - into))
    }

    /// What to say when an answer would have more than `most` steps.
    pub(crate) fn too_many(self, most: usize) -> QueryError {
        QueryError::Invalid(format!(
            "a step of {} cuts the records into more than {most} pieces: ask for a longer step or a shorter range",
            format_duration(self.nanos)
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, TimestampNanosecondArray};
    use datafusion::arrow::record_batch::RecordBatch;
    use tfo_store::schema::TIMESTAMP;

    use super::*;

    const SECOND: i64 = 1_000_000_000;

    fn step(range: TimeRange) -> i64 {
        let nothing = Snapshot { sequence: 0, files: Vec::new(), batches: Vec::new() };
        Steps::for_range(range, &nothing, Timestamp(10_000_000 * SECOND), 1000).nanos
    }

    #[test]
    fn a_range_is_cut_into_about_a_hundred_readable_steps() {
        let ago = |seconds: i64| TimeRange {
            since: Timestamp((10_000_000 - seconds) * SECOND),
            until: Timestamp::MAX,
        };
        assert_eq!(step(ago(3600)), 60 * SECOND);
        assert_eq!(step(ago(86_400)), 900 * SECOND);
        assert_eq!(step(ago(7 * 86_400)), 7200 * SECOND);
        assert_eq!(step(ago(90)), SECOND);
        assert_eq!(step(ago(5)), 100_000_000);
        assert_eq!(step(ago(0)), 1);
        let hour = TimeRange { since: Timestamp(0), until: Timestamp(3600 * SECOND) };
        assert_eq!(step(hour), 60 * SECOND);
        assert_eq!(step(TimeRange::ALL) % (365 * 86_400 * SECOND), 0);
    }

    #[test]
    fn records_of_a_time_to_come_fit_into_the_steps_of_an_answer() {
        let (day, most) = (86_400 * SECOND, 1000);
        let times: TimestampNanosecondArray = vec![-5 * SECOND, day].into();
        let batch = RecordBatch::try_from_iter([(TIMESTAMP, Arc::new(times) as ArrayRef)]).unwrap();
        let snapshot = Snapshot { sequence: 0, files: Vec::new(), batches: vec![batch] };
        let range = TimeRange { since: Timestamp(-30 * SECOND), until: Timestamp::MAX };
        let steps = Steps::for_range(range, &snapshot, Timestamp(0), most);
        assert_eq!(steps.nanos, 120 * SECOND);
        assert!(day / steps.nanos < most as i64);
        let past = TimeRange { until: Timestamp(0), ..range };
        assert_eq!(Steps::for_range(past, &snapshot, Timestamp(0), most).nanos, SECOND / 10);
    }

    #[test]
    fn a_step_begins_at_a_multiple_of_its_length() {
        let steps = Steps { nanos: 60 };
        for (nanos, step) in [
            (0, (0, 60)),
            (59, (0, 60)),
            (60, (60, 120)),
            (-1, (-60, 0)),
            (-60, (-60, 0)),
            (i64::MIN, (i64::MIN, i64::MIN + 8)),
            (i64::MAX, (i64::MAX - 7, i64::MAX)),
        ] {
            assert_eq!(steps.around(nanos), step, "{nanos}");
        }
    }
}
