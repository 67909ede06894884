//! The course of many metrics at a glance, in one walk over their points.

use std::collections::HashMap;
use std::time::Duration;

use datafusion::logical_expr::lit;
use tfo_sdk::api::{Aggregation, Double, MetricName, Scan};
use tfo_sdk::{AnyValue, Signal, TimeRange, Timestamp};
use tfo_store::{Store, TenantScope};

use super::evaluate::grid::Grid;
use super::evaluate::group::Question;
use super::key::Key;
use super::points::Kind;
use super::walk::{Group, Walk};
use crate::cursor::Cursor;
use crate::engine::Read;
use crate::error::QueryError;
use crate::filter;
use crate::metric_names;
use crate::plan::{self, column};
use crate::selection::narrowed;
use crate::tables::Tables;

/// The same metrics with their sparklines, and what was read for those.
pub(super) async fn draw(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    read: Read,
    mut names: Vec<MetricName>,
    values: usize,
) -> Result<(Vec<MetricName>, Scan), QueryError> {
    let cursor = Cursor::of(metric_names::LIST, &read)?;
    let range = ending(cursor.map_or(read.range, |cursor| cursor.range), store.now());
    let Some(grid) = cut(range, values) else { return Ok((names, tables.figures().scan())) };
    let snapshot = store.snapshot(&scope, Signal::MetricPoints, range);
    let passes = filter::lower(Signal::MetricPoints, &read.filter);
    let mut conditions: Vec<_> = plan::in_range(range).into_iter().chain([passes]).collect();
    // A whole list has all names, and then nothing is gained by naming them.
    if read.page_token.is_some() || names.len() >= read.limit {
        let listed = names.iter().map(|name| lit(name.name.clone())).collect();
        conditions.push(column("metric_name").in_list(listed, false));
    }
    let frame = narrowed(tables.frame(Signal::MetricPoints, snapshot)?, conditions)?;
    let walk = Walk {
        keys: ["metric_name", "type", "unit"].map(|name| Key::text(column(name))).into(),
        columns: vec!["value", "value_int", "count"],
        grid,
        seen_since: range.since,
        exemplars: false,
    };
    let mut drawn: HashMap<[Option<String>; 3], Vec<Option<f64>>> = HashMap::new();
    let each = grid.len() * size_of::<Option<f64>>() + size_of::<MetricName>();
    let done = |group: Group| {
        let mut key = group.key.into_iter().map(|value| match value {
            Some(AnyValue::String(text)) => Some(text),
            _ => None,
        });
        let key = [key.next().flatten(), key.next().flatten(), key.next().flatten()];
        drawn.insert(key, group.values);
        drawn.len() * each
    };
    walk.run(frame, &tables, question, done).await?;
    for name in &mut names {
        // A metric that was sent without a name is listed under the empty one.
        let named = |metric_name| [metric_name, Some(name.kind.clone()), name.unit.clone()];
        let without_name = || if name.name.is_empty() { drawn.get(&named(None)) } else { None };
        let line = drawn.get(&named(Some(name.name.clone()))).or_else(without_name);
        let line = line.map_or_else(|| vec![None; values], |line| last(line, values));
        name.sparkline = Some(line.into_iter().map(|value| value.map(Double)).collect());
    }
    Ok((names, tables.figures().scan()))
}

fn question(kind: Kind, is_monotonic: bool) -> Question {
    let aggregation = match kind {
        Kind::Gauge => Aggregation::Avg,
        Kind::Sum if !is_monotonic => Aggregation::Sum,
        _ => Aggregation::Rate,
    };
    Question { aggregation, share: 0.0 }
}

/// A range without an end ends now, or with its start.
fn ending(range: TimeRange, now: Timestamp) -> TimeRange {
    let until = if range.until == Timestamp::MAX {
        now.max(range.since.plus(Duration::from_nanos(1)))
    } else {
        range.until
    };
    TimeRange { until, ..range }
}

/// A range in this many steps, or one more: they begin at multiples of their length.
fn cut(range: TimeRange, values: usize) -> Option<Grid> {
    let length = u128::try_from(i128::from(range.until.nanos()) - i128::from(range.since.nanos())).ok()?;
    let step = length.div_ceil(values.max(1) as u128).max(1);
    Grid::new(range, Duration::from_nanos(u64::try_from(step).ok()?)).ok()
}

/// The last of the values, with nothing before them where there are fewer.
fn last(line: &[Option<f64>], values: usize) -> Vec<Option<f64>> {
    let missing = values.saturating_sub(line.len());
    let kept = line.get(line.len().saturating_sub(values)..).unwrap_or_default();
    std::iter::repeat_n(None, missing).chain(kept.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_cut_into_as_many_values_as_were_asked_for() {
        for (since, until) in [(0, 3_600_000_000_000), (17, 3_600_000_000_017), (-5, 1), (0, 7)] {
            let range = TimeRange { since: Timestamp(since), until: Timestamp(until) };
            let grid = cut(range, 20).unwrap();
            assert!(grid.len() <= 21, "{since} {until}: {}", grid.len());
            assert_eq!(last(&vec![Some(1.0); grid.len()], 20).len(), 20);
        }
        let open = TimeRange { since: Timestamp(5), until: Timestamp::MAX };
        assert_eq!(ending(open, Timestamp(9)).until, Timestamp(9));
        assert_eq!(ending(open, Timestamp(3)).until, Timestamp(6));
    }
}
