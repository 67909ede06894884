//! Exemplars of a group: one for each stretch of time, the largest.
//!
//! The cumulative points of a series send the same exemplar again and again, until a new one takes its place. It is
//! always of the same stretch, and so comes once.

use datafusion::arrow::array::AsArray;
use datafusion::arrow::record_batch::RecordBatch;
use tfo_sdk::api::{Exemplar, MetricExemplar};
use tfo_sdk::{AnyValue, Timestamp};
use tfo_store::schema::{INGEST_ROW, INGEST_SEQ, TIMESTAMP};
use tfo_store::view;

use super::evaluate::grid::Grid;
use crate::error::QueryError;

/// The column that they stand in.
pub(super) const COLUMN: &str = "exemplars";

/// Most exemplars of a group.
const MOST: usize = 100;

/// The exemplars of a group that are kept so far.
#[derive(Debug)]
pub(super) struct Exemplars {
    grid: Grid,
    kept: Vec<Option<MetricExemplar>>,
}

impl Exemplars {
    pub(super) fn new(grid: Grid) -> Self {
        Self { grid, kept: vec![None; grid.len().min(MOST)] }
    }

    /// Takes an exemplar of a point of this time.
    pub(super) fn add(&mut self, exemplar: Exemplar, point: Timestamp) {
        let timestamp = exemplar.timestamp.filter(|time| time.nanos() != 0).unwrap_or(point);
        let (Some(index), Some(value)) = (self.grid.index_of(timestamp), exemplar.value) else { return };
        let place = index * self.kept.len() / self.grid.len();
        let Some(kept) = self.kept.get_mut(place) else { return };
        let exemplar = MetricExemplar {
            timestamp,
            value,
            trace_id: exemplar.trace_id,
            span_id: exemplar.span_id,
            attributes: exemplar.filtered_attributes,
        };
        if kept.as_ref().is_none_or(|kept| tells_more(&exemplar, kept)) {
            *kept = Some(exemplar);
        }
    }

    /// All that were kept, oldest first.
    pub(super) fn finish(self) -> Vec<MetricExemplar> {
        let mut exemplars: Vec<_> = self.kept.into_iter().flatten().collect();
        exemplars.sort_by_key(|exemplar| exemplar.timestamp);
        exemplars
    }
}

/// Whether one is rather to be shown: it leads to a trace, or else it is larger, or else older.
fn tells_more(one: &MetricExemplar, other: &MetricExemplar) -> bool {
    let number = |exemplar: &MetricExemplar| match exemplar.value {
        AnyValue::Int(value) => value as f64,
        AnyValue::Double(value) if !value.is_nan() => value,
        _ => f64::NEG_INFINITY,
    };
    let traced = |exemplar: &MetricExemplar| exemplar.trace_id.is_some();
    let order = traced(one).cmp(&traced(other)).then(number(one).total_cmp(&number(other)));
    order.then(other.timestamp.cmp(&one.timestamp)).is_gt()
}

/// The exemplars of every row of a batch; `None` when no row has any.
pub(super) fn of_rows(batch: &RecordBatch) -> Result<Option<Vec<Vec<Exemplar>>>, QueryError> {
    let Some(column) = batch.column_by_name(COLUMN) else { return Ok(None) };
    let lists = column.as_list_opt::<i32>();
    if lists.is_none_or(|lists| lists.value_offsets().first() == lists.value_offsets().last()) {
        return Ok(None);
    }
    // A point is read as one, of the few columns that it must have: the others are absent.
    let needed = [TIMESTAMP, INGEST_SEQ, INGEST_ROW, "type", "series_id", COLUMN];
    let schema = batch.schema();
    let places = needed.iter().map(|name| schema.index_of(name)).collect::<Result<Vec<_>, _>>();
    let internal = |error: String| QueryError::Internal(format!("exemplars: {error}"));
    let places = places.map_err(|error| internal(error.to_string()))?;
    let batch = batch.project(&places).map_err(|error| internal(error.to_string()))?;
    let points = view::metric_points(&batch).map_err(|error| internal(error.to_string()))?;
    Ok(Some(points.into_iter().map(|point| point.exemplars).collect()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tfo_sdk::{TimeRange, TraceId};

    use super::*;

    fn exemplar(second: i64, value: f64, traced: bool) -> Exemplar {
        Exemplar {
            timestamp: Some(Timestamp(second * 1_000_000_000)),
            value: Some(AnyValue::Double(value)),
            trace_id: traced.then(|| TraceId::from_bytes([7; 16])),
            ..Exemplar::default()
        }
    }

    #[test]
    fn each_stretch_keeps_the_largest_that_leads_to_a_trace() {
        let range = TimeRange { since: Timestamp(0), until: Timestamp(200_000_000_000) };
        let mut exemplars = Exemplars::new(Grid::new(range, Duration::from_secs(1)).unwrap());
        for (second, value, traced) in [
            (0, 9.0, false),
            (1, 3.0, true),
            (0, 5.0, true),
            (0, 5.0, true),
            (150, f64::NAN, false),
            (200, 1.0, true),
        ] {
            exemplars.add(exemplar(second, value, traced), Timestamp(0));
        }
        exemplars.add(Exemplar { timestamp: None, ..exemplar(0, 2.0, false) }, Timestamp(20_000_000_000));
        let kept: Vec<_> = exemplars.finish();
        let kept: Vec<_> = kept
            .iter()
            .map(|kept| (kept.timestamp.nanos() / 1_000_000_000, kept.value.to_string()))
            .collect();
        let kept: Vec<_> = kept.iter().map(|(second, value)| (*second, value.as_str())).collect();
        assert_eq!(kept, [(0, "5.0"), (20, "2.0"), (150, r#"{"$double":"NaN"}"#)]);
    }
}
