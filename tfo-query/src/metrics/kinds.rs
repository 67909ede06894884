//! Which kinds of points a metric has: a question is about one of them, never about a mixture.

use std::collections::BTreeSet;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::functions_aggregate::expr_fn::{count, max, min, sum};
use datafusion::logical_expr::{cast, lit};
use tfo_sdk::api::Aggregation;
use tfo_store::schema::TIMESTAMP;

use super::points::Kind;
use super::question::MetricQuestion;
use crate::error::{QueryError, of_plan};
use crate::plan::{self, column};
use crate::read::Answer;
use crate::tables::Tables;

/// What tells kinds of points apart; one row of the first pass.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) kind: Kind,
    /// Empty without one.
    pub(super) unit: String,
    pub(super) temporality: Option<String>,
    pub(super) is_monotonic: bool,
    /// Seconds from the first to the last point, of all series together.
    pub(super) seconds: f64,
    /// Times from one point of a series to the next.
    pub(super) intervals: f64,
}

/// The kind of points that a question is about.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chosen {
    pub(super) kind: Kind,
    /// Empty without one.
    pub(super) unit: String,
    /// Whether any of its points count from the start of their series.
    pub(super) is_cumulative: bool,
    /// Seconds from one point of a series to the next, on average; 0 when every series has but one.
    pub(super) interval: f64,
}

/// The kinds that these points are of.
pub(super) async fn find(points: DataFrame, tables: &Tables) -> Result<Vec<Found>, QueryError> {
    let frame = grouped(points).map_err(of_plan)?;
    let rows = plan::rows(frame, tables).await?;
    (0..rows.num_rows()).map(|row| found(&rows, row)).collect()
}

fn grouped(points: DataFrame) -> Result<DataFrame, DataFusionError> {
    let kind = ["type", "unit", "temporality", "is_monotonic"].map(column).to_vec();
    let mut series = kind.clone();
    series.push(column("series_id"));
    let unit = coalesce(vec![column("unit"), lit("")]).alias("unit");
    let columns = ["type", "temporality", "is_monotonic", "series_id", TIMESTAMP].map(column);
    let nanos = |name| cast(cast(column(name), DataType::Int64), DataType::Float64);
    points
        .select(columns.into_iter().chain([unit]).collect::<Vec<_>>())?
        .aggregate(
            series,
            vec![
                count(lit(1)).alias("points"),
                min(column(TIMESTAMP)).alias("first"),
                max(column(TIMESTAMP)).alias("last"),
            ],
        )?
        .aggregate(
            kind,
            vec![
                sum(nanos("last") - nanos("first")).alias("nanos"),
                sum(cast(column("points"), DataType::Float64) - lit(1.0)).alias("intervals"),
            ],
        )
}

fn found(rows: &RecordBatch, row: usize) -> Result<Found, QueryError> {
    let answer = Answer(rows);
    let kind = answer.text("type", row)?.unwrap_or_default();
    let number = |name: &str| {
        let column = rows.column_by_name(name).and_then(|column| column.as_primitive_opt::<Float64Type>());
        column.map(|column| column.value(row)).ok_or_else(|| QueryError::Internal(format!("no {name}")))
    };
    Ok(Found {
        kind: Kind::named(&kind).ok_or_else(|| QueryError::Internal(format!("a metric of type {kind:?}")))?,
        unit: answer.text("unit", row)?.unwrap_or_default(),
        temporality: answer.text("temporality", row)?,
        is_monotonic: answer.is("is_monotonic", row)?,
        seconds: number("nanos")? / 1e9,
        intervals: number("intervals")?,
    })
}

/// The one kind that a question is about; `None` when there are no points.
pub(super) fn choose(found: &[Found], question: &MetricQuestion) -> Result<Option<Chosen>, QueryError> {
    let wanted = |found: &&Found| {
        question.kind.as_ref().is_none_or(|kind| kind == found.kind.name())
            && question.unit.as_ref().is_none_or(|unit| *unit == found.unit)
    };
    let found: Vec<&Found> = found.iter().filter(wanted).collect();
    let Some(first) = found.first() else { return Ok(None) };
    let refuse = |message: String| Err(QueryError::Invalid(message));
    let metric = &question.metric;
    let shapes: BTreeSet<(Kind, &str)> =
        found.iter().map(|found| (found.kind, found.unit.as_str())).collect();
    if shapes.len() > 1 {
        let shapes: Vec<String> = shapes.iter().take(10).map(|(kind, unit)| shape(*kind, unit)).collect();
        return refuse(format!(
            "{metric:?} is sent as {}, which do not go together: say which with type or unit, or narrow the filter",
            shapes.join(" and as ")
        ));
    }
    if found.iter().any(|other| other.is_monotonic != first.is_monotonic) {
        return refuse(format!(
            "{metric:?} is sent both as a sum that only grows and as one that goes up and down, which do not go \
             together: narrow the filter to one of them"
        ));
    }
    possible(metric, first.kind, question.aggregation)?;
    let of_levels = matches!(
        question.aggregation,
        Aggregation::Avg | Aggregation::Sum | Aggregation::Min | Aggregation::Max
    );
    let is_delta = |found: &Found| found.temporality.as_deref() == Some("DELTA");
    if first.kind == Kind::Sum && of_levels && found.iter().any(|other| is_delta(other) != is_delta(first)) {
        return refuse(format!(
            "some points of {metric:?} say how much came since the one before (delta) and some how much there is \
             (cumulative), whose {} means nothing: ask for rate or increase, or narrow the filter to one of them",
            question.aggregation.name()
        ));
    }
    let seconds: f64 = found.iter().map(|found| found.seconds).sum();
    let intervals: f64 = found.iter().map(|found| found.intervals).sum();
    let interval = if intervals > 0.0 { seconds / intervals } else { 0.0 };
    let is_cumulative = found.iter().any(|found| !is_delta(found));
    Ok(Some(Chosen { kind: first.kind, unit: first.unit.clone(), is_cumulative, interval }))
}

fn possible(metric: &str, kind: Kind, aggregation: Aggregation) -> Result<(), QueryError> {
    let refuse = |message: String| Err(QueryError::Invalid(message));
    match (kind, aggregation) {
        (Kind::Gauge, Aggregation::Rate | Aggregation::Increase) => refuse(format!(
            "{metric:?} is a gauge: it says how much there is and not how much came, so it has no {}; ask for avg, \
             min, max or sum",
            aggregation.name()
        )),
        (Kind::Gauge | Kind::Sum, Aggregation::Percentile) => refuse(format!(
            "{metric:?} is a {}, and percentiles are of histograms and summaries; ask for avg, min or max",
            kind.name()
        )),
        _ => Ok(()),
    }
}

fn shape(kind: Kind, unit: &str) -> String {
    let unit = if unit.is_empty() { "no unit".to_owned() } else { format!("unit {unit:?}") };
    format!("{} in {unit}", kind.name())
}

#[cfg(test)]
mod tests {
    use tfo_sdk::TimeRange;
    use tfo_sdk::filter::Filter;

    use super::*;

    fn found(kind: Kind, unit: &str, temporality: &str, is_monotonic: bool) -> Found {
        let temporality = Some(temporality.to_owned());
        Found { kind, unit: unit.to_owned(), temporality, is_monotonic, seconds: 600.0, intervals: 10.0 }
    }

    fn question(aggregation: Aggregation) -> MetricQuestion {
        MetricQuestion {
            metric: "m".to_owned(),
            kind: None,
            unit: None,
            range: TimeRange::ALL,
            filter: Filter::All(Vec::new()),
            step: None,
            aggregation,
            quantile: 0.5,
            group_by: Vec::new(),
            limit: 10,
            exemplars: false,
        }
    }

    fn refusal(found: &[Found], aggregation: Aggregation) -> String {
        choose(found, &question(aggregation)).unwrap_err().to_string()
    }

    #[test]
    fn points_of_several_kinds_are_never_mixed() {
        use Aggregation::{Avg, Rate};
        let gauge = found(Kind::Gauge, "By", "", false);
        let sum = found(Kind::Sum, "", "DELTA", true);
        let refused = refusal(&[gauge.clone(), sum.clone()], Avg);
        assert!(refused.contains("gauge in unit \"By\" and as sum in no unit"), "{refused}");
        let upwards = found(Kind::Sum, "", "CUMULATIVE", false);
        assert!(refusal(&[sum.clone(), upwards], Rate).contains("only grows"));
        let cumulative = found(Kind::Sum, "", "CUMULATIVE", true);
        assert!(refusal(&[sum.clone(), cumulative.clone()], Avg).contains("(delta)"));
        assert!(choose(&[sum.clone(), cumulative], &question(Rate)).is_ok());
        let asked = MetricQuestion { unit: Some(String::new()), ..question(Rate) };
        let chosen = choose(&[gauge, sum], &asked).unwrap().unwrap();
        assert_eq!((chosen.kind, chosen.interval), (Kind::Sum, 60.0));
    }

    #[test]
    fn what_a_type_does_not_have_is_refused_with_what_it_has() {
        let gauge = [found(Kind::Gauge, "", "", false)];
        assert!(refusal(&gauge, Aggregation::Rate).contains("ask for avg"));
        assert!(refusal(&gauge, Aggregation::Percentile).contains("histograms"));
        assert_eq!(choose(&[], &question(Aggregation::Rate)).unwrap(), None);
    }
}
