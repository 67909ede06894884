//! The newest part of a selection, where the whole of it would be too much.
//!
//! Only times are read for it. The selection is cut at a moment, so that an answer can say how far back it looked, and
//! everything newer is in it.

use datafusion::arrow::array::PrimitiveArray;
use datafusion::arrow::datatypes::TimestampNanosecondType;
use tfo_sdk::api::{Incomplete, Scan};
use tfo_sdk::{Signal, TimeRange, Timestamp};
use tfo_store::Snapshot;
use tfo_store::schema::TIMESTAMP;

use crate::error::{QueryError, of_plan};
use crate::newest::Looked;
use crate::plan::{self, column};
use crate::read::Answer;
use crate::request::Order;
use crate::selection::{Selection, extent};
use crate::slices::{extents, slices};
use crate::tables::Tables;
use crate::until::Until;

/// Slices that a stretch of time is cut into, to find the one in which the limit lies.
const SLICES: i128 = 1024;

/// A part of a selection that ends where the selection does.
#[derive(Debug, Clone)]
pub(crate) struct Recent {
    pub(crate) selection: Selection,
    /// Why it is not the whole.
    cut: Option<Cut>,
}

#[derive(Debug, Clone, Copy)]
enum Cut {
    /// There are more records than this.
    Rows(u64),
    /// The time for looking was over.
    Time,
}

impl Recent {
    /// The newest rows of a selection, about `most` of them and hardly more: more only when they are of one nanosecond.
    /// When the time is over before so many were found, those that were found up to then.
    pub(crate) async fn of(
        tables: &Tables,
        signal: Signal,
        snapshot: &Snapshot,
        selection: &Selection,
        most: u64,
        until: Until,
    ) -> Result<Self, QueryError> {
        let ended = |since, cut| {
            let range = TimeRange { since, until: selection.range.until };
            Self { selection: Selection { range, filter: selection.filter.clone() }, cut: Some(cut) }
        };
        let mut taken = 0;
        for (at, piece) in slices(selection.range, Order::Desc, extents(snapshot)).into_iter().enumerate() {
            if at > 0 && until.is_over() {
                return Ok(ended(piece.until, Cut::Time));
            }
            let full = Self::full(tables, signal, snapshot, selection, piece, most, &mut taken).await?;
            if let Some(since) = full {
                return Ok(ended(since, Cut::Rows(most)));
            }
        }
        Ok(Self { selection: selection.clone(), cut: None })
    }

    /// Since when the rows of a piece, with those that were taken before, are not too many; `None` when all of it may be
    /// taken.
    async fn full(
        tables: &Tables,
        signal: Signal,
        snapshot: &Snapshot,
        selection: &Selection,
        piece: TimeRange,
        most: u64,
        taken: &mut u64,
    ) -> Result<Option<Timestamp>, QueryError> {
        let Some((oldest, newest)) = extent(snapshot) else { return Ok(None) };
        let mut from = i128::from(piece.since.max(oldest).nanos());
        let mut to = i128::from(piece.until.nanos()).min(i128::from(newest.nanos()) + 1);
        while from < to {
            let slice = ((to - from) / SLICES).max(1);
            let part = TimeRange { since: timestamp(from), until: timestamp(to) };
            let counts = Self::count(tables, signal, snapshot, selection, part, from, slice).await?;
            let full = (0..counts.len()).rev().find(|at| {
                let fits = *taken + counts[*at] <= most;
                *taken += if fits { counts[*at] } else { 0 };
                !fits
            });
            let Some(full) = full else { break };
            // What is newer than this slice is in, and of the slice itself some.
            (from, to) = (from + full as i128 * slice, from + (full as i128 + 1) * slice);
            let is_moment = slice == 1;
            if is_moment || *taken > most / 2 {
                return Ok(Some(timestamp(if is_moment && *taken == 0 { from } else { to })));
            }
        }
        Ok(None)
    }

    /// Rows by slice of the part, which begins at `from`.
    async fn count(
        tables: &Tables,
        signal: Signal,
        snapshot: &Snapshot,
        selection: &Selection,
        part: TimeRange,
        from: i128,
        slice: i128,
    ) -> Result<Vec<u64>, QueryError> {
        let selection = Selection { range: part, filter: selection.filter.clone() };
        let frame = selection
            .frame(tables, signal, snapshot.clone())?
            .select(vec![column(TIMESTAMP)])
            .map_err(of_plan)?;
        // Times are not before the part, so that their distance from its start is a positive number of 64 bits.
        let from = timestamp(from).nanos();
        let slice = u64::try_from(slice).unwrap_or(u64::MAX);
        let mut counts = Vec::new();
        plan::each(frame, tables, |batch| {
            let times: &PrimitiveArray<TimestampNanosecondType> = Answer(&batch).numbers(TIMESTAMP)?;
            for time in times.values() {
                let at = usize::try_from(time.wrapping_sub(from).cast_unsigned() / slice).unwrap_or(0);
                if at >= counts.len() {
                    counts.resize(at + 1, 0);
                }
                counts[at] += 1;
            }
            Ok(())
        })
        .await?;
        Ok(counts)
    }

    /// What an answer says that is made of this part.
    pub(crate) fn scan(&self, tables: &Tables) -> Scan {
        let since = self.selection.range.since;
        match self.cut {
            None => tables.figures().scan(),
            Some(Cut::Time) => Looked(Some(since)).scan(tables),
            Some(Cut::Rows(most)) => {
                let mut scan = tables.figures().scan();
                let because =
                    format!("there are more than {most} records; it is made of the newest, since {since}");
                scan.end_early(Incomplete::RowLimit, because);
                scan.searched_since = Some(since);
                scan
            }
        }
    }
}

fn timestamp(nanos: i128) -> Timestamp {
    Timestamp(i64::try_from(nanos).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use tfo_sdk::filter::{self, Filter};

    use super::*;
    use crate::testing::Rows;

    async fn newest(times: &[i64], range: TimeRange, filter: &str, most: u64) -> (Timestamp, bool) {
        let services: Vec<Option<&str>> =
            times.iter().map(|time| (time % 2 == 0).then_some("even")).collect();
        let batch = Rows::at(Signal::Logs, 1, times).text("service_name", &services).batch();
        let snapshot = Snapshot { sequence: 1, files: Vec::new(), batches: vec![batch] };
        let tables = Tables::new(&crate::runtime::environment_for_tests());
        let filter = if filter.is_empty() { Filter::All(vec![]) } else { filter::parse(filter).unwrap() };
        let selection = Selection { range, filter };
        let recent =
            Recent::of(&tables, Signal::Logs, &snapshot, &selection, most, Until::passed()).await.unwrap();
        assert_eq!(recent.selection.range.until, range.until);
        (recent.selection.range.since, recent.scan(&tables).complete)
    }

    #[tokio::test]
    async fn what_is_not_too_much_is_taken_whole() {
        let times: Vec<i64> = (0..100).collect();
        assert_eq!(newest(&times, TimeRange::ALL, "", 100).await, (Timestamp::MIN, true));
        assert_eq!(newest(&[], TimeRange::ALL, "", 0).await, (Timestamp::MIN, true));
        // Fifty pass the filter.
        assert_eq!(newest(&times, TimeRange::ALL, "service=even", 50).await, (Timestamp::MIN, true));
    }

    #[tokio::test]
    async fn of_more_the_newest_are_taken_and_hardly_fewer_than_may_be() {
        let times: Vec<i64> = (0..10_000).map(|at| at * 1_000).collect();
        for most in [1, 10, 999, 5_000, 9_999] {
            let (Timestamp(since), complete) = newest(&times, TimeRange::ALL, "", most).await;
            let taken = times.iter().filter(|time| **time >= since).count() as u64;
            assert!(!complete && taken <= most && taken > most / 2, "{taken} of {most}");
        }
        let range = TimeRange { since: Timestamp(2_000_000), until: Timestamp(4_000_000) };
        let (Timestamp(since), _) = newest(&times, range, "", 100).await;
        assert!((3_900_000..3_950_000).contains(&since), "{since}");
    }

    #[tokio::test]
    async fn a_wrong_clock_does_not_hide_the_others() {
        let mut times: Vec<i64> =
            (0..1_000).map(|at| 1_700_000_000_000_000_000 + at * 1_000_000_000).collect();
        times.extend([i64::MAX - 1, 0]);
        let (Timestamp(since), _) = newest(&times, TimeRange::ALL, "", 100).await;
        let taken = times.iter().filter(|time| **time >= since).count();
        assert!((51..=100).contains(&taken), "{taken}");
    }

    #[tokio::test]
    async fn records_of_one_moment_are_taken_together() {
        let times = vec![7; 50];
        assert_eq!(newest(&times, TimeRange::ALL, "", 10).await, (Timestamp(7), false));
        let times: Vec<i64> = (0..50).map(|at| if at < 45 { 7 } else { 8 }).collect();
        assert_eq!(newest(&times, TimeRange::ALL, "", 10).await, (Timestamp(8), false));
    }
}
