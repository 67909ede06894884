//! Metrics by name: what there is to ask for. A name that is sent with several types or units stands once for each.

use datafusion::error::DataFusionError;
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::functions_aggregate::array_agg::array_agg_udaf;
use datafusion::functions_aggregate::count::count_distinct;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::functions_aggregate::first_last::last_value;
use datafusion::functions_aggregate::min_max::max;
use datafusion::logical_expr::{Expr, ExprFunctionExt, lit};
use tfo_sdk::api::{MetricName, Page};
use tfo_sdk::{Signal, Timestamp};
use tfo_store::schema::{INGEST_SEQ, SERVICE_NAME, TIMESTAMP};
use tfo_store::{Store, TenantScope};

use crate::cursor::Cursor;
use crate::engine::Read;
use crate::error::{QueryError, of_plan};
use crate::filter;
use crate::plan::{self, column};
use crate::read::Answer;
use crate::tables::Tables;

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
) -> Result<Page<MetricName>, QueryError> {
    let cursor = Cursor::of(LIST, &read)?;
    let range = cursor.as_ref().map_or(read.range, |cursor| cursor.range);
    let snapshot = store.snapshot(&scope, Signal::MetricPoints, range);
    let sequence = cursor.as_ref().map_or(snapshot.sequence, |cursor| cursor.snapshot);
    let mut frame = tables.frame(Signal::MetricPoints, snapshot)?;
    let conditions = plan::in_range(range)
        .into_iter()
        .chain([filter::lower(Signal::MetricPoints, &read.filter), column(INGEST_SEQ).lt_eq(lit(sequence))]);
    for condition in conditions {
        frame = frame.filter(condition).map_err(of_plan)?;
    }
    // A metric that was sent without a name is listed under the empty one.
    let key =
        vec![coalesce(vec![column("metric_name"), lit("")]).alias("name"), column("type"), column("unit")];
    frame = frame.aggregate(key, figures().map_err(of_plan)?).map_err(of_plan)?;
    if let Some(cursor) = &cursor {
        let key: Key = serde_json::from_slice(&cursor.key).map_err(|_| QueryError::PageToken)?;
        frame = frame.filter(beyond(key)).map_err(of_plan)?;
    }
    let order = ["name", "type", "unit"].map(|name| column(name).sort(true, true)).into();
    let fetch = read.limit.saturating_add(1);
    let frame = frame.sort(order).and_then(|frame| frame.limit(0, Some(fetch))).map_err(of_plan)?;
    let rows = plan::rows(frame, &tables).await?;
    let shown = rows.num_rows().min(read.limit);
    let items = (0..shown).map(|row| name(&Answer(&rows), row)).collect::<Result<Vec<_>, _>>()?;
    let next_page_token = items.last().filter(|_| rows.num_rows() > read.limit).map(|last| {
        let key = serde_json::to_vec(&(&last.name, &last.kind, &last.unit)).unwrap_or_default();
        Cursor { range, snapshot: sequence, timestamp: Timestamp(0), key }.token(LIST, &read)
    });
    Ok(Page { items, next_page_token, scan: tables.figures().scan() })
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
