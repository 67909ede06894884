//! Metrics by name: what there is to ask for. A name that is sent with several types or units stands once for each.

use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::functions_aggregate::array_agg::array_agg_udaf;
use datafusion::functions_aggregate::count::count_distinct;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::functions_aggregate::first_last::last_value;
use datafusion::functions_aggregate::min_max::max;
use datafusion::logical_expr::{Expr, ExprFunctionExt, lit};
use tfo_sdk::api::{MetricName, Page};
use tfo_sdk::{Signal, TimeRange, Timestamp};
use tfo_store::schema::{SERVICE_NAME, TIMESTAMP};
use tfo_store::{Store, TenantScope};

use crate::cursor::Cursor;
use crate::engine::Read;
use crate::error::{QueryError, of_plan};
use crate::filter;
use crate::newest;
use crate::plan::{self, column};
use crate::read::Answer;
use crate::selection::{narrowed, until_sequence};
use crate::tables::Tables;
use crate::until::Until;

/// The list that page tokens belong to.
pub(crate) const LIST: &str = "metric_names";

/// What metrics are told apart by.
type Key = (String, String, Option<String>);

/// One page of metrics, by name.
pub(crate) async fn page(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    read: Read,
    until: Until,
) -> Result<Page<MetricName>, QueryError> {
    let cursor = Cursor::of(LIST, &read)?;
    let range = cursor.as_ref().map_or(read.range, |cursor| cursor.range);
    let snapshot = store.snapshot(&scope, Signal::MetricPoints, range);
    let sequence = cursor.as_ref().map_or(snapshot.sequence, |cursor| cursor.snapshot);
    let after: Option<Key> = match &cursor {
        Some(cursor) => Some(serde_json::from_slice(&cursor.key).map_err(|_| QueryError::PageToken)?),
        None => None,
    };
    let found = async |range| {
        let frame = tables.frame(Signal::MetricPoints, snapshot.clone())?;
        let passes = filter::lower(Signal::MetricPoints, &read.filter);
        let conditions = plan::in_range(range).into_iter().chain([passes, until_sequence(sequence)]);
        let frame = listed(narrowed(frame, conditions)?, after.clone(), read.limit.saturating_add(1));
        plan::rows(frame.map_err(of_plan)?, &tables).await
    };
    let (rows, looked) = newest::or_newest(range, range.until, &snapshot, until, found).await?;
    let looked = looked.of_page(cursor.as_ref());
    // The pages that follow are of the same part.
    let range = TimeRange { since: looked.0.unwrap_or(range.since), until: range.until };
    let shown = rows.num_rows().min(read.limit);
    let items = (0..shown).map(|row| name(&Answer(&rows), row)).collect::<Result<Vec<_>, _>>()?;
    let next_page_token = items.last().filter(|_| rows.num_rows() > read.limit).map(|last| {
        let key = serde_json::to_vec(&(&last.name, &last.kind, &last.unit)).unwrap_or_default();
        Cursor { range, is_part: looked.0.is_some(), snapshot: sequence, timestamp: Timestamp(0), key }
            .token(LIST, &read)
    });
    Ok(Page { items, next_page_token, scan: looked.scan(&tables) })
}

fn listed(frame: DataFrame, after: Option<Key>, fetch: usize) -> Result<DataFrame, DataFusionError> {
    // A metric that was sent without a name is listed under the empty one.
    let key =
        vec![coalesce(vec![column("metric_name"), lit("")]).alias("name"), column("type"), column("unit")];
    let mut frame = frame.aggregate(key, figures()?)?;
    if let Some(after) = after {
        frame = frame.filter(beyond(after))?;
    }
    let order = ["name", "type", "unit"].map(|name| column(name).sort(true, true)).into();
    frame.sort(order)?.limit(0, Some(fetch))
}

fn figures() -> Result<Vec<Expr>, DataFusionError> {
    let services = array_agg_udaf()
        .call(vec![column(SERVICE_NAME)])
        .distinct()
        .filter(column(SERVICE_NAME).is_not_null())
        .build()?;
    let latest = vec![column(TIMESTAMP).sort(true, true)];
    Ok(vec![
        last_value(column("description"), latest).alias("description"),
        services.alias("services"),
        count_distinct(column("series_id")).alias("series"),
        count(lit(1)).alias("points"),
        max(column(TIMESTAMP)).alias("last"),
    ])
}

/// Metrics that come after this one; a metric without a unit comes before those of its name with one.
fn beyond((name, kind, unit): Key) -> Expr {
    let unit = match unit {
        None => column("unit").is_not_null(),
        Some(unit) => column("unit").gt(lit(unit)),
    };
    let kind = column("type").gt(lit(kind.clone())).or(column("type").eq(lit(kind)).and(unit));
    column("name").gt(lit(name.clone())).or(column("name").eq(lit(name)).and(kind))
}

fn name(answer: &Answer<'_>, row: usize) -> Result<MetricName, QueryError> {
    Ok(MetricName {
        name: answer.text("name", row)?.unwrap_or_default(),
        kind: answer.text("type", row)?.unwrap_or_default(),
        unit: answer.text("unit", row)?,
        description: answer.text("description", row)?,
        services: answer.sorted_list("services", row)?,
        series: answer.count("series", row)?,
        points: answer.count("points", row)?,
        last_timestamp: answer.time("last", row)?,
        sparkline: None,
    })
}
