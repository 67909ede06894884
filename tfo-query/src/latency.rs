//! Durations over time, as the cells of a heat map.
//!
//! The bands of durations are fixed, so that the columns of two answers can be laid side by side.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use datafusion::arrow::array::{Array as _, AsArray as _, BooleanArray, PrimitiveArray};
use datafusion::arrow::datatypes::{Int64Type, TimestampNanosecondType};
use tfo_sdk::api::{LatencyColumn, LatencyHeatMap};
use tfo_sdk::{Signal, Timestamp};
use tfo_store::schema::TIMESTAMP;
use tfo_store::{Store, TenantScope};

use crate::engine::Engine;
use crate::error::{QueryError, of_plan};
use crate::newest;
use crate::plan::column;
use crate::read::Answer;
use crate::selection::{Selection, Steps, narrowed};
use crate::tables::Tables;
use crate::traces::{is_entry, is_error};
use crate::until::Until;

/// Columns of one answer.
const MAX_COLUMNS: usize = 1_000;

/// Bands that double a duration.
const BANDS_OF_A_DOUBLING: i32 = 4;

/// Where the second band begins, in nanoseconds; the first has everything below.
const SHORTEST: f64 = 1_000.0;

/// Where each band begins, in nanoseconds, ascending.
static BOUNDS: LazyLock<Vec<i64>> = LazyLock::new(|| {
    let bound = |index: i32| SHORTEST * 2f64.powf(f64::from(index) / f64::from(BANDS_OF_A_DOUBLING));
    let bounds = (0..).map(bound).take_while(|bound| *bound < i64::MAX as f64).map(|bound| bound as i64);
    std::iter::once(0).chain(bounds).collect()
});

/// Which spans a heat map shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spans {
    /// Those that say what a service was asked for: of kind SERVER or CONSUMER, or roots.
    Entry,
    /// All of them.
    All,
}

impl Engine {
    /// Spans counted by start and duration, in steps of this length, or of one that suits the range. Spans without a
    /// duration are left out.
    pub async fn latency(
        &self,
        scope: &TenantScope,
        selection: &Selection,
        spans: Spans,
        step: Option<Duration>,
    ) -> Result<LatencyHeatMap, QueryError> {
        let (tables, until) = (self.tables(), self.until());
        let count = count(tables, self.store.clone(), scope.clone(), selection.clone(), spans, step, until);
        self.runtime.run(count).await
    }
}

async fn count(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    selection: Selection,
    spans: Spans,
    step: Option<Duration>,
    until: Until,
) -> Result<LatencyHeatMap, QueryError> {
    let snapshot = store.snapshot(&scope, Signal::Spans, selection.range);
    let steps = match step {
        Some(length) => Steps::of(length)?,
        None => Steps::for_range(selection.range, &snapshot, store.now(), MAX_COLUMNS),
    };
    let mut conditions = vec![column("duration_ns").is_not_null()];
    if spans == Spans::Entry {
        conditions.push(is_entry());
    }
    let columns = |frame| {
        narrowed(frame, conditions.clone())?
            .select(vec![column(TIMESTAMP), column("duration_ns"), is_error().alias("failed")])
            .map_err(of_plan)
    };
    let mut cells = Cells { steps, columns: BTreeMap::new() };
    let looked = newest::each(&tables, Signal::Spans, &snapshot, &selection, until, columns, |batch| {
        let answer = Answer(&batch);
        let failed = batch.column_by_name("failed").and_then(|column| column.as_boolean_opt());
        let failed = failed.ok_or_else(|| QueryError::Internal("the plan gave no failures".to_owned()))?;
        cells.add(answer.numbers(TIMESTAMP)?, answer.numbers("duration_ns")?, failed)
    })
    .await?;
    Ok(cells.answer(looked.scan(&tables)))
}

/// The spans of one band, and those of them that failed.
type Cell = (u64, u64);

struct Cells {
    steps: Steps,
    /// By the start of the step, then by band.
    columns: BTreeMap<i64, BTreeMap<usize, Cell>>,
}

impl Cells {
    fn add(
        &mut self,
        times: &PrimitiveArray<TimestampNanosecondType>,
        durations: &PrimitiveArray<Int64Type>,
        failed: &BooleanArray,
    ) -> Result<(), QueryError> {
        for (row, (time, nanos)) in times.values().iter().zip(durations.values()).enumerate() {
            let (start, _) = self.steps.around(*time);
            let cell = self.columns.entry(start).or_default().entry(band(*nanos)).or_default();
            cell.0 += 1;
            cell.1 += u64::from(failed.is_valid(row) && failed.value(row));
            if self.columns.len() > MAX_COLUMNS {
                return Err(self.steps.too_many(MAX_COLUMNS));
            }
        }
        Ok(())
    }

    fn answer(self, scan: tfo_sdk::api::Scan) -> LatencyHeatMap {
        let bands = || self.columns.values().flat_map(BTreeMap::keys).copied();
        let (Some(first), Some(last)) = (bands().min(), bands().max()) else {
            return LatencyHeatMap {
                step_ns: self.steps.nanos,
                bounds_ns: Vec::new(),
                columns: Vec::new(),
                scan,
            };
        };
        let end = |band: usize| BOUNDS.get(band + 1).copied().unwrap_or(i64::MAX);
        let bounds_ns = BOUNDS[first..=last].iter().copied().chain([end(last)]).collect();
        let column = |(start, cells): (&i64, &BTreeMap<usize, Cell>)| {
            let cells = (first..=last).map(|band| cells.get(&band).copied().unwrap_or_default());
            let (counts, errors) = cells.unzip();
            LatencyColumn { timestamp: Timestamp(*start), counts, errors }
        };
        let columns = self.columns.iter().map(column).collect();
        LatencyHeatMap { step_ns: self.steps.nanos, bounds_ns, columns, scan }
    }
}

/// The band of a duration; one below zero is none at all.
fn band(nanos: i64) -> usize {
    BOUNDS.partition_point(|bound| *bound <= nanos).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_bands_double_a_duration() {
        assert!(BOUNDS.is_sorted_by(|a, b| a < b));
        assert_eq!(BOUNDS[..4], [0, 1_000, 1_189, 1_414]);
        assert_eq!((BOUNDS[5], BOUNDS[9]), (2_000, 4_000));
        for (nanos, expected) in [(-5, 0), (0, 0), (999, 0), (1_000, 1), (1_188, 1), (1_189, 2), (2_000, 5)] {
            assert_eq!(band(nanos), expected, "{nanos}");
        }
        assert_eq!(band(i64::MAX), BOUNDS.len() - 1);
    }

    #[test]
    fn bands_that_nothing_is_in_at_the_ends_are_left_out() {
        let mut cells = Cells { steps: Steps { nanos: 10 }, columns: BTreeMap::new() };
        let failed = BooleanArray::from(vec![None, Some(true), Some(false)]);
        cells.add(&vec![5, 25, 25].into(), &vec![1_500, 2_100, i64::MAX].into(), &failed).unwrap();
        let map = cells.answer(tfo_sdk::api::Scan::default());
        assert_eq!((map.bounds_ns[0], *map.bounds_ns.last().unwrap()), (1_414, i64::MAX));
        let bands = map.bounds_ns.len() - 1;
        let [first, second] = map.columns.as_slice() else { panic!("{:?}", map.columns) };
        assert_eq!((first.timestamp, second.timestamp), (Timestamp(0), Timestamp(20)));
        assert_eq!((first.counts.len(), second.counts.len()), (bands, bands));
        assert_eq!((first.counts[0], first.errors[0]), (1, 0));
        assert_eq!((second.counts[2], second.errors[2]), (1, 1));
        assert_eq!((second.counts[bands - 1], second.errors[bands - 1]), (1, 0));
    }
}
