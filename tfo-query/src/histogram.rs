//! Log records counted by time and severity.
//!
//! Two columns are read, and counted as they come: records that follow each other in a file are mostly of one bucket,
//! so the next bucket is looked up once in a while.

use std::collections::BTreeMap;
use std::time::Duration;

use datafusion::arrow::array::{Array as _, PrimitiveArray};
use datafusion::arrow::datatypes::{Int32Type, TimestampNanosecondType};
use datafusion::dataframe::DataFrame;
use tfo_sdk::api::{LogBucket, LogHistogram};
use tfo_sdk::{Signal, Timestamp};
use tfo_store::schema::TIMESTAMP;
use tfo_store::{Store, TenantScope};

use crate::engine::Engine;
use crate::error::{QueryError, of_plan};
use crate::newest;
use crate::plan::column;
use crate::read::Answer;
use crate::selection::{Selection, Steps};
use crate::tables::Tables;
use crate::until::Until;

/// Buckets of one answer.
const MAX_BUCKETS: usize = 10_000;

/// Levels of severity, and one for records that have none.
const LEVELS: usize = 7;

impl Engine {
    /// Log records counted by time and severity, in steps of this length, or of one that suits the range.
    pub async fn log_histogram(
        &self,
        scope: &TenantScope,
        selection: &Selection,
        step: Option<Duration>,
    ) -> Result<LogHistogram, QueryError> {
        let until = self.until();
        let count = count(self.tables(), self.store.clone(), scope.clone(), selection.clone(), step, until);
        self.runtime.run(count).await
    }
}

async fn count(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    selection: Selection,
    step: Option<Duration>,
    until: Until,
) -> Result<LogHistogram, QueryError> {
    let snapshot = store.snapshot(&scope, Signal::Logs, selection.range);
    let steps = match step {
        Some(length) => Steps::of(length)?,
        None => Steps::for_range(selection.range, &snapshot, store.now(), MAX_BUCKETS),
    };
    let columns =
        |frame: DataFrame| frame.select(vec![column(TIMESTAMP), column("severity_number")]).map_err(of_plan);
    let mut counts = Counts { steps, buckets: BTreeMap::new() };
    let looked = newest::each(&tables, Signal::Logs, &snapshot, &selection, until, columns, |batch| {
        let answer = Answer(&batch);
        counts.add(answer.numbers(TIMESTAMP)?, answer.numbers("severity_number")?)
    })
    .await?;
    let buckets =
        counts.buckets.into_iter().map(|(start, counts)| bucket(Timestamp(start), counts)).collect();
    Ok(LogHistogram { step_ns: steps.nanos, buckets, scan: looked.scan(&tables) })
}

struct Counts {
    steps: Steps,
    /// By the start of the bucket; by level, the last one for records without.
    buckets: BTreeMap<i64, [u64; LEVELS]>,
}

impl Counts {
    fn add(
        &mut self,
        times: &PrimitiveArray<TimestampNanosecondType>,
        severities: &PrimitiveArray<Int32Type>,
    ) -> Result<(), QueryError> {
        let (mut start, mut end) = (i64::MAX, i64::MIN);
        let mut counts = [0; LEVELS];
        for (row, time) in times.values().iter().enumerate() {
            if *time < start || *time >= end {
                self.put(start, std::mem::take(&mut counts))?;
                (start, end) = self.steps.around(*time);
            }
            let severity = if severities.is_valid(row) { severities.value(row) } else { 0 };
            counts[level(severity)] += 1;
        }
        self.put(start, counts)
    }

    fn put(&mut self, start: i64, counts: [u64; LEVELS]) -> Result<(), QueryError> {
        if counts == [0; LEVELS] {
            return Ok(());
        }
        let bucket = self.buckets.entry(start).or_default();
        for (sum, count) in bucket.iter_mut().zip(counts) {
            *sum += count;
        }
        if self.buckets.len() > MAX_BUCKETS {
            return Err(self.steps.too_many(MAX_BUCKETS));
        }
        Ok(())
    }
}

/// The place of a severity number among the counts.
fn level(severity: i32) -> usize {
    match severity {
        1..=24 => (severity as usize - 1) / 4,
        _ => LEVELS - 1,
    }
}

fn bucket(timestamp: Timestamp, counts: [u64; LEVELS]) -> LogBucket {
    let [trace, debug, info, warn, error, fatal, unset] = counts;
    LogBucket { timestamp, total: counts.iter().sum(), trace, debug, info, warn, error, fatal, unset }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_counted_in_their_bucket_whatever_their_order() {
        let mut counts = Counts { steps: Steps { nanos: 10 }, buckets: BTreeMap::new() };
        let times = vec![i64::MIN, 25, i64::MAX, 20, 29, -1, 30, i64::MIN + 1];
        let severities = vec![Some(0), Some(1), Some(24), None, Some(25), Some(17), Some(9), Some(-3)];
        counts.add(&times.into(), &severities.into()).unwrap();
        let buckets: Vec<_> =
            counts.buckets.into_iter().map(|(start, counts)| bucket(Timestamp(start), counts)).collect();
        let empty = |start| LogBucket { timestamp: Timestamp(start), ..LogBucket::default() };
        assert_eq!(
            buckets,
            [
                LogBucket { total: 2, unset: 2, ..empty(i64::MIN) },
                LogBucket { total: 1, error: 1, ..empty(-10) },
                LogBucket { total: 3, trace: 1, unset: 2, ..empty(20) },
                LogBucket { total: 1, info: 1, ..empty(30) },
                LogBucket { total: 1, fatal: 1, ..empty(i64::MAX - 7) },
            ]
        );
    }

    #[test]
    fn more_buckets_than_an_answer_may_have_are_an_error() {
        let mut counts = Counts { steps: Steps { nanos: 1 }, buckets: BTreeMap::new() };
        let times: Vec<i64> = (0..=MAX_BUCKETS as i64).collect();
        let severities = vec![None; times.len()];
        let error = counts.add(&times.into(), &severities.into()).unwrap_err();
        assert!(
            error.to_string().contains("a step of 1 ns cuts the records into more than 10000"),
            "{error}"
        );
    }
}
