//! One question about the points of a metric, answered.

use std::time::Duration;

use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::lit;
use tfo_sdk::api::{Aggregation, Incomplete, MetricAnswer};
use tfo_sdk::filter::{Field, Filter};
use tfo_sdk::{Signal, TimeRange};
use tfo_store::{Snapshot, Store, TenantScope};

use super::evaluate::grid::{Grid, usual_step};
use super::evaluate::group::Question;
use super::key::Key;
use super::kinds::{self, Chosen};
use super::lines::Lines;
use super::points::Kind;
use super::walk::{Seen, Walk};
use crate::error::QueryError;
use crate::filter;
use crate::plan::{self, column};
use crate::selection::narrowed;
use crate::tables::Tables;

/// How far before a range a series is looked for that goes on in it; a step, if that is longer.
const LOOK_BACK: Duration = Duration::from_secs(300);

/// Most values of one answer: with more steps there are fewer groups.
const MOST_VALUES: usize = 500_000;

/// What is asked of the points of a metric.
#[derive(Debug, Clone)]
pub struct MetricQuestion {
    /// Name of the metric, exactly; the empty text for metrics without one.
    pub metric: String,
    /// Only points of this type.
    pub kind: Option<String>,
    /// Only points of this unit; the empty text for those without one.
    pub unit: Option<String>,
    /// From when to when; must not be empty.
    pub range: TimeRange,
    /// Points that pass this filter.
    pub filter: Filter,
    /// Length of a step, or one that suits range and points.
    pub step: Option<Duration>,
    /// What to compute.
    pub aggregation: Aggregation,
    /// For percentiles: of which share, 0 to 1.
    pub quantile: f64,
    /// What to tell groups apart by.
    pub group_by: Vec<GroupField>,
    /// At most this many groups.
    pub limit: usize,
    /// Whether to answer exemplars.
    pub exemplars: bool,
}

/// A field to group by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupField {
    /// Its name in the answer.
    pub name: String,
    /// The field.
    pub field: Field,
}

/// Answers a question.
pub(super) async fn answer(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    question: MetricQuestion,
) -> Result<MetricAnswer, QueryError> {
    let keys = question.group_by.iter().map(|by| Key::of(&by.field)).collect::<Result<Vec<_>, _>>()?;
    // A step that cannot be is refused whatever is stored.
    let asked = question.step.map(|step| steps(&question, step)).transpose()?;
    let snapshot = store.snapshot(&scope, Signal::MetricPoints, farthest(&question));
    let found = kinds::find(points(&tables, snapshot.clone(), &question, question.range)?, &tables).await?;
    let chosen = kinds::choose(&found, &question)?;
    let interval = chosen.as_ref().map_or(0.0, |chosen| chosen.interval);
    let grid = match asked {
        Some(grid) => grid,
        None => steps(&question, usual_step(question.range, interval))?,
    };
    let mut lines = Lines::new(question.aggregation, question.limit.min(MOST_VALUES / grid.len()));
    let mut seen = Seen::default();
    if let Some(chosen) = &chosen {
        let since = match chosen.kind.looks_back(question.aggregation) {
            true => question.range.since.minus(grid.step().max(LOOK_BACK)),
            false => question.range.since,
        };
        let range = TimeRange { since, ..question.range };
        let frame = points(&tables, snapshot, &question, range)?;
        let frame = narrowed(frame, [column("type").eq(lit(chosen.kind.name())), has_unit(&chosen.unit)])?;
        let walk = Walk {
            keys,
            columns: chosen.kind.columns(question.aggregation, chosen.is_cumulative),
            grid,
            seen_since: since,
            exemplars: question.exemplars,
        };
        let asked = Question { aggregation: question.aggregation, share: question.quantile };
        let done = |group: super::walk::Group| {
            lines.add(group.key, group.values, group.exemplars);
            lines.bytes()
        };
        seen = walk.run(frame, &tables, |_, _| asked, done).await?;
    }
    let names: Vec<String> = question.group_by.iter().map(|by| by.name.clone()).collect();
    let groups = lines.seen();
    let series = lines.finish(&names);
    let mut scan = tables.figures().scan();
    if groups > series.len() as u64 {
        scan.end_early(
            Incomplete::RowLimit,
            format!(
                "there are {groups} groups, and these are the {} largest: narrow the filter, group by less, or raise \
                 limit (or step)",
                series.len()
            ),
        );
    }
    let unit = chosen.as_ref().map(|chosen| chosen.unit.clone()).filter(|unit| !unit.is_empty());
    Ok(MetricAnswer {
        value_unit: chosen
            .as_ref()
            .and_then(|chosen| value_unit(chosen.kind, &chosen.unit, question.aggregation)),
        kind: chosen.as_ref().map(|chosen| chosen.kind.name().to_owned()),
        warnings: warnings(&seen, chosen.as_ref(), &grid, &question),
        metric: question.metric,
        unit,
        aggregation: question.aggregation,
        quantile: (question.aggregation == Aggregation::Percentile).then_some(question.quantile),
        since: question.range.since,
        until: question.range.until,
        step_ns: i64::try_from(grid.step().as_nanos()).unwrap_or(i64::MAX),
        timestamps: grid.starts().collect(),
        partial_steps: grid.partial(),
        series,
        groups,
        scan,
    })
}

fn steps(question: &MetricQuestion, step: Duration) -> Result<Grid, QueryError> {
    Grid::new(question.range, step).map_err(QueryError::Invalid)
}

/// The range, and as much before it as may have to be looked back: a usual step is at most as long as the range, or
/// the next longer one that people think in.
fn farthest(question: &MetricQuestion) -> TimeRange {
    let TimeRange { since, until } = question.range;
    let length = i128::from(until.nanos()) - i128::from(since.nanos());
    let usual = Duration::from_nanos(u64::try_from(length.saturating_mul(4)).unwrap_or(u64::MAX));
    TimeRange { since: since.minus(question.step.unwrap_or(usual).max(LOOK_BACK)), until }
}

/// The points of the metric in a range that pass the filter.
fn points(
    tables: &Tables,
    snapshot: Snapshot,
    question: &MetricQuestion,
    range: TimeRange,
) -> Result<DataFrame, QueryError> {
    let name = column("metric_name");
    let named = match question.metric.as_str() {
        "" => name.clone().is_null().or(name.eq(lit(""))),
        metric => name.eq(lit(metric)),
    };
    let passes = filter::lower(Signal::MetricPoints, &question.filter);
    let conditions = plan::in_range(range).into_iter().chain([named, passes]);
    narrowed(tables.frame(Signal::MetricPoints, snapshot)?, conditions)
}

fn has_unit(unit: &str) -> datafusion::logical_expr::Expr {
    match unit {
        "" => column("unit").is_null().or(column("unit").eq(lit(""))),
        unit => column("unit").eq(lit(unit)),
    }
}

/// The unit of what an aggregation gives.
pub(super) fn value_unit(kind: Kind, unit: &str, aggregation: Aggregation) -> Option<String> {
    let counted = if kind.is_distribution() { "{measurement}" } else { "{point}" };
    let of_measurements = kind.is_distribution();
    match aggregation {
        Aggregation::Count => Some(counted.to_owned()),
        Aggregation::Increase if of_measurements => Some(counted.to_owned()),
        Aggregation::Rate if of_measurements => Some(format!("{counted}/s")),
        Aggregation::Rate if unit.is_empty() => Some("1/s".to_owned()),
        Aggregation::Rate => Some(format!("{unit}/s")),
        _ => Some(unit.to_owned()).filter(|unit| !unit.is_empty()),
    }
}

fn warnings(seen: &Seen, chosen: Option<&Chosen>, grid: &Grid, question: &MetricQuestion) -> Vec<String> {
    let mut warnings = Vec::new();
    let interval = chosen.map_or(0.0, |chosen| chosen.interval);
    if question.step.is_some() && grid.seconds() < 0.9 * interval {
        let usual = usual_step(question.range, interval);
        warnings.push(format!(
            "points come every {interval:.1} s on average, and a step is shorter: most steps have no value, and those \
             that have one are not of all series; ask for steps of {} or longer",
            tfo_sdk::time::exact_duration(usual)
        ));
    }
    if seen.mixed_bounds {
        warnings.push(
            "histograms with different bounds of buckets were merged by the bounds that all of them have, which makes \
             percentiles coarser"
                .to_owned(),
        );
    }
    let notes = &seen.notes;
    if notes.without_percentile > 0 {
        let sent: Vec<String> = notes.percentiles_sent.iter().map(f64::to_string).collect();
        warnings.push(format!(
            "{} points of summaries are left out: a summary has the percentiles that its sender computed and no others, \
             here {}",
            notes.without_percentile,
            if sent.is_empty() { "none".to_owned() } else { sent.join(", ") }
        ));
    }
    let counted = [
        (notes.without_buckets, "points have measurements and no buckets: percentiles leave them out"),
        (
            notes.changed_buckets,
            "points have other buckets than the one before them: what was measured in between is left out",
        ),
        (notes.unknown_temporality, "points do not say what they count (no temporality): they are left out"),
        (
            notes.starts_back,
            "points began before the one before them did: several senders seem to write one series, and its growth is wrong; \
             give each a service.instance.id of its own",
        ),
        (notes.not_finite, "points are no finite number: a growth leaves them out"),
    ];
    warnings.extend(
        counted.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")),
    );
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_of_a_value_follows_from_what_is_computed() {
        use Aggregation::{Avg, Count, Increase, Percentile, Rate};
        let unit = |kind, unit, aggregation| value_unit(kind, unit, aggregation).unwrap_or_default();
        assert_eq!(unit(Kind::Gauge, "By", Avg), "By");
        assert_eq!(unit(Kind::Gauge, "", Avg), "");
        assert_eq!(unit(Kind::Sum, "{request}", Rate), "{request}/s");
        assert_eq!(unit(Kind::Sum, "", Rate), "1/s");
        assert_eq!(unit(Kind::Sum, "By", Increase), "By");
        assert_eq!(unit(Kind::Sum, "By", Count), "{point}");
        assert_eq!(unit(Kind::Histogram, "s", Rate), "{measurement}/s");
        assert_eq!(unit(Kind::Summary, "s", Increase), "{measurement}");
        assert_eq!(unit(Kind::ExponentialHistogram, "s", Percentile), "s");
    }
}
