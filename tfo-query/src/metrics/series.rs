//! Series by metric, service and id: what there is to ask for below a metric.
//!
//! A page is found by what is small, and one point of each of its series is then read for what all of them share.

use std::collections::{HashMap, HashSet};

use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::functions_aggregate::expr_fn::{count, max, min};
use datafusion::functions_aggregate::first_last::last_value;
use datafusion::logical_expr::{Expr, lit};
use tfo_sdk::api::{MetricPoint, MetricSeries, Page};
use tfo_sdk::{RecordId, Signal, TimeRange, Timestamp};
use tfo_store::schema::{INGEST_ROW, INGEST_SEQ, SERVICE_NAME, TIMESTAMP, metric_metadata};
use tfo_store::schema::{record_attributes, resource_attributes, scope_attributes};
use tfo_store::{Store, TenantScope, view};

use crate::by_id;
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

const LIST: &str = "metric_series";

/// What the list is ordered by: metric, service, series.
type Place = (String, String, String);

/// A series as it was found: how many points it has, and one of them.
struct Found {
    place: Place,
    points: u64,
    first: Timestamp,
    last: Timestamp,
    newest: RecordId,
}

/// One page of series.
pub(super) async fn page(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    read: Read,
    until: Until,
) -> Result<Page<MetricSeries>, QueryError> {
    let cursor = Cursor::of(LIST, &read)?;
    let range = cursor.as_ref().map_or(read.range, |cursor| cursor.range);
    let snapshot = store.snapshot(&scope, Signal::MetricPoints, range);
    let sequence = cursor.as_ref().map_or(snapshot.sequence, |cursor| cursor.snapshot);
    let after: Option<Place> = match &cursor {
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
    let ids: Vec<RecordId> = Answer(&rows).ids_in_order()?.collect();
    let mut series = Vec::with_capacity(ids.len());
    for (row, newest) in ids.into_iter().enumerate().take(read.limit) {
        let answer = Answer(&rows);
        let text = |name| Ok::<_, QueryError>(answer.text(name, row)?.unwrap_or_default());
        series.push(Found {
            place: (text("name")?, text("service")?, text("series_id")?),
            points: answer.count("points", row)?,
            first: answer.time("first", row)?,
            last: answer.time("last", row)?,
            newest,
        });
    }
    let next_page_token = series.last().filter(|_| rows.num_rows() > read.limit).map(|last| {
        let key = serde_json::to_vec(&last.place).unwrap_or_default();
        Cursor { range, is_part: looked.0.is_some(), snapshot: sequence, timestamp: Timestamp(0), key }
            .token(LIST, &read)
    });
    let mut newest = newest_points(&tables, tables.frame(Signal::MetricPoints, snapshot)?, &series).await?;
    let whole = |found: Found| {
        let point = newest.remove(&found.newest);
        point
            .map(|point| shown(found, point))
            .ok_or_else(|| QueryError::Internal("a point is gone".to_owned()))
    };
    let items = series.into_iter().map(whole).collect::<Result<_, _>>()?;
    Ok(Page { items, next_page_token, scan: looked.scan(&tables) })
}

fn listed(frame: DataFrame, after: Option<Place>, fetch: usize) -> Result<DataFrame, DataFusionError> {
    let or_empty = |name| coalesce(vec![column(name), lit("")]);
    // A metric that was sent without a name is listed under the empty one, as is a service.
    let place = vec![
        or_empty("metric_name").alias("name"),
        or_empty(SERVICE_NAME).alias("service"),
        column("series_id"),
    ];
    let newest = |name| {
        last_value(
            column(name),
            [TIMESTAMP, INGEST_SEQ, INGEST_ROW].map(|by| column(by).sort(true, true)).into(),
        )
    };
    let figures = vec![
        count(lit(1)).alias("points"),
        min(column(TIMESTAMP)).alias("first"),
        max(column(TIMESTAMP)).alias("last"),
        newest(INGEST_SEQ).alias(INGEST_SEQ),
        newest(INGEST_ROW).alias(INGEST_ROW),
    ];
    let mut frame = frame.aggregate(place, figures)?;
    if let Some(after) = after {
        frame = frame.filter(beyond(after))?;
    }
    let order = ["name", "service", "series_id"].map(|name| column(name).sort(true, true)).into();
    frame.sort(order)?.limit(0, Some(fetch))
}

/// Series that come after this one.
fn beyond((name, service, series): Place) -> Expr {
    let (at_name, at_service) = (column("name"), column("service"));
    let series = at_service.clone().eq(lit(service.clone())).and(column("series_id").gt(lit(series)));
    let service = at_service.gt(lit(service)).or(series);
    at_name.clone().gt(lit(name.clone())).or(at_name.eq(lit(name)).and(service))
}

/// One point of each of these series, with what all points of a series share.
async fn newest_points(
    tables: &Tables,
    frame: DataFrame,
    series: &[Found],
) -> Result<HashMap<RecordId, MetricPoint>, QueryError> {
    let ids: HashSet<RecordId> = series.iter().map(|found| found.newest).collect();
    let times = series.iter().map(|found| found.last);
    let (Some(first), Some(last)) = (times.clone().min(), times.max()) else { return Ok(HashMap::new()) };
    let frame = narrowed(frame, by_id::conditions(ids, first, last))?;
    let frame = frame.select(shared_columns()).map_err(of_plan)?;
    let rows = plan::rows(frame, tables).await?;
    let points = view::metric_points(&rows).map_err(|error| QueryError::Internal(error.to_string()))?;
    Ok(points.into_iter().map(|point| (point.id, point)).collect())
}

/// All columns but those of values.
fn shared_columns() -> Vec<Expr> {
    let mut columns: Vec<String> =
        [TIMESTAMP, INGEST_SEQ, INGEST_ROW, SERVICE_NAME].map(str::to_owned).into();
    let own = ["metric_name", "unit", "type", "temporality", "is_monotonic", "series_id"];
    columns.extend(own.map(str::to_owned));
    let sets = [record_attributes(Signal::MetricPoints), resource_attributes(), scope_attributes()];
    let schema = tfo_store::schema::schema(Signal::MetricPoints);
    let names = schema.fields().iter().map(|field| field.name());
    let is_of = |name: &str| {
        let in_set = |set: &&tfo_store::schema::AttributeSet| {
            name == set.map || name == set.types || name.starts_with(set.prefix)
        };
        let metadata = metric_metadata();
        let of_origin = name.starts_with("resource_") || name.starts_with("scope_");
        !in_set(&metadata) && (sets.iter().any(in_set) || of_origin)
    };
    columns.extend(names.filter(|name| is_of(name)).cloned());
    columns.iter().map(|name| column(name)).collect()
}

fn shown(found: Found, point: MetricPoint) -> MetricSeries {
    MetricSeries {
        metric_name: found.place.0,
        kind: point.kind,
        unit: point.unit,
        temporality: point.temporality,
        is_monotonic: point.is_monotonic,
        service_name: point.service_name,
        series_id: point.series_id,
        attributes: point.attributes,
        points: found.points,
        first_timestamp: found.first,
        last_timestamp: found.last,
        origin: point.origin,
    }
}
