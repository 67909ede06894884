//! Traces in a list, by their start.
//!
//! A trace is on the list when one of its spans in the range passes the filter. Its start, its place in the list
//! and its figures are made of its spans from an hour before the range to an hour after it, of the snapshot of the
//! list's first page: a page stays what it is while spans arrive. A span that was sent twice counts once.
//!
//! When the time is over, a list that is newest first is that of a newest part of its range. Oldest first there is no
//! such part: the span that passes may come long after the trace has begun.

use std::time::Duration;

use datafusion::common::JoinType;
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::functions::core::expr_fn::{coalesce, greatest};
use datafusion::functions_aggregate::array_agg::array_agg_udaf;
use datafusion::functions_aggregate::bool_and_or::bool_or;
use datafusion::functions_aggregate::count::{count, count_distinct};
use datafusion::functions_aggregate::first_last::first_value;
use datafusion::functions_aggregate::min_max::{max, min};
use datafusion::logical_expr::{Expr, ExprFunctionExt, lit};
use tfo_sdk::api::{Page, TraceSummary};
use tfo_sdk::filter::Filter;
use tfo_sdk::{Signal, TimeRange, Timestamp, TraceId};
use tfo_store::schema::{INGEST_ROW, INGEST_SEQ, SERVICE_NAME, TIMESTAMP, TRACE_ID};
use tfo_store::{Store, TenantScope};

use crate::cursor::Cursor;
use crate::engine::{Order, Read};
use crate::error::{QueryError, of_plan};
use crate::filter;
use crate::newest::{Looked, or_newest};
use crate::plan::{self, column};
use crate::read::Answer;
use crate::tables::Tables;
use crate::until::Until;

const LIST: &str = "traces";
/// How far beyond the range the spans of a trace are looked for.
const MARGIN: Duration = Duration::from_secs(3600);

/// The condition that a span has no parent; some senders say so with zeros.
pub(crate) fn is_root() -> Expr {
    let parent = column("parent_span_id");
    parent.clone().is_null().or(parent.eq(lit("0000000000000000")))
}

/// The condition that a span is an entry: what its service was asked for.
pub(crate) fn is_entry() -> Expr {
    column("kind").in_list(vec![lit("SERVER"), lit("CONSUMER")], false).or(is_root())
}

/// The condition that a span failed.
pub(crate) fn is_error() -> Expr {
    column("status_code").eq(lit("ERROR"))
}

/// One page of the list.
pub(crate) async fn page(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    read: Read,
    until: Until,
) -> Result<Page<TraceSummary>, QueryError> {
    let cursor = Cursor::of(LIST, &read)?;
    let range = cursor.as_ref().map_or(read.range, |cursor| cursor.range);
    let snapshot = store.snapshot(&scope, Signal::Spans, around(range));
    let sequence = cursor.as_ref().map_or(snapshot.sequence, |cursor| cursor.snapshot);
    let spans_in = |range: TimeRange| -> Result<DataFrame, QueryError> {
        let window = around(range);
        let mut frame = tables.frame(Signal::Spans, snapshot.clone())?;
        let conditions = plan::in_range(window).into_iter().chain([column(INGEST_SEQ).lt_eq(lit(sequence))]);
        for condition in conditions {
            frame = frame.filter(condition).map_err(of_plan)?;
        }
        Ok(frame)
    };
    let find = async |range| {
        let starts = starts(spans_in(range)?, spans_in(range)?, range, &read, cursor.as_ref())?;
        plan::rows(starts.map_err(of_plan)?, &tables).await
    };
    let (found, looked) = match read.order {
        Order::Asc => (find(range).await?, Looked(None)),
        Order::Desc => {
            let from = cursor.as_ref().map(|cursor| cursor.timestamp.plus(Duration::from_nanos(1)));
            let end = from.map_or(range.until, |from| from.min(range.until));
            or_newest(range, end, &snapshot, until, find).await?
        }
    };
    let looked = looked.of_page(cursor.as_ref());
    // The pages that follow are of the same part.
    let range = TimeRange { since: looked.0.unwrap_or(range.since), until: range.until };
    let found = Answer(&found);
    let count = found.0.num_rows();
    let ids = found.texts(TRACE_ID)?;
    let wanted: Vec<&str> = ids.iter().flatten().take(read.limit).collect();
    let (mut first, mut last) = (Timestamp::MAX, Timestamp::MIN);
    for row in 0..wanted.len() {
        first = first.min(found.time("start", row)?);
        last = last.max(found.time("last", row)?);
    }
    let items = if wanted.is_empty() {
        Vec::new()
    } else {
        let exactly = TimeRange { since: first, until: last.plus(Duration::from_nanos(1)) };
        let summaries = summaries(spans_in(range)?, &wanted, exactly, read.order).map_err(of_plan)?;
        let summaries = plan::rows(summaries, &tables).await?;
        (0..summaries.num_rows())
            .map(|row| summary(&Answer(&summaries), row))
            .collect::<Result<Vec<_>, _>>()?
    };
    let next_page_token = items.last().filter(|_| count > read.limit).map(|last: &TraceSummary| {
        let key = last.trace_id.as_bytes().to_vec();
        Cursor { range, is_part: looked.0.is_some(), snapshot: sequence, timestamp: last.timestamp, key }
            .token(LIST, &read)
    });
    Ok(Page { items, next_page_token, scan: looked.scan(&tables) })
}

/// Where the spans of the traces of a range are looked for.
fn around(range: TimeRange) -> TimeRange {
    TimeRange { since: range.since.minus(MARGIN), until: range.until.plus(MARGIN) }
}

/// Ids of the page's traces, with the times of their first and last span; one more than asked for if there is one.
fn starts(
    spans: DataFrame,
    candidates: DataFrame,
    range: TimeRange,
    read: &Read,
    cursor: Option<&Cursor>,
) -> Result<Result<DataFrame, DataFusionError>, QueryError> {
    let beyond = cursor.map(|cursor| beyond(cursor, read.order)).transpose()?;
    let in_range = plan::in_range(range).unwrap_or_else(|| lit(true));
    let all_pass = matches!(&read.filter, Filter::All(parts) if parts.is_empty());
    let condition = in_range.and(filter::lower(Signal::Spans, &read.filter));
    let times = vec![min(column(TIMESTAMP)).alias("start"), max(column(TIMESTAMP)).alias("last")];
    let grouped = || {
        if all_pass {
            // Nearly every trace in the window is on the list: one scan tells which are not.
            let mut aggregates = times;
            aggregates.push(bool_or(condition).alias("matches"));
            return spans.aggregate(vec![column(TRACE_ID)], aggregates)?.filter(column("matches"));
        }
        let matching =
            candidates.filter(condition)?.select(vec![column(TRACE_ID).alias("matching")])?.distinct()?;
        matching
            .join(spans, JoinType::RightSemi, &["matching"], &[TRACE_ID], None)?
            .aggregate(vec![column(TRACE_ID)], times)
    };
    let page = |traces: DataFrame| {
        let traces = match beyond {
            Some(beyond) => traces.filter(beyond)?,
            None => traces,
        };
        traces.sort(by_start(read.order))?.limit(0, Some(read.limit.saturating_add(1)))
    };
    Ok(grouped().and_then(page))
}

fn by_start(order: Order) -> Vec<datafusion::logical_expr::expr::Sort> {
    ["start", TRACE_ID].map(|name| column(name).sort(order == Order::Asc, false)).into()
}

/// Traces that come after the cursor's.
fn beyond(cursor: &Cursor, order: Order) -> Result<Expr, QueryError> {
    let id = <[u8; 16]>::try_from(cursor.key.as_slice()).map_err(|_| QueryError::PageToken)?;
    let (start, id) = (plan::time(cursor.timestamp), lit(TraceId::from_bytes(id).to_string()));
    let further = |column: Expr, value: Expr| match order {
        Order::Desc => column.lt(value),
        Order::Asc => column.gt(value),
    };
    let same = column("start").eq(start.clone()).and(further(column(TRACE_ID), id));
    Ok(further(column("start"), start).or(same))
}

/// The figures of these traces, whose spans all start in the range.
fn summaries(
    spans: DataFrame,
    ids: &[&str],
    range: TimeRange,
    order: Order,
) -> Result<DataFrame, DataFusionError> {
    let ids: Vec<Expr> = ids.iter().map(|id| lit(*id)).collect();
    let ended = greatest(vec![coalesce(vec![column("end_timestamp"), column(TIMESTAMP)]), column(TIMESTAMP)]);
    // The root, the earliest if there are several; without one, the earliest span.
    let root_first = || {
        let mut order = vec![is_root().sort(false, false)];
        order.extend(
            [TIMESTAMP, "span_id", INGEST_SEQ, INGEST_ROW].map(|name| column(name).sort(true, false)),
        );
        order
    };
    let services = array_agg_udaf()
        .call(vec![column(SERVICE_NAME)])
        .distinct()
        .filter(column(SERVICE_NAME).is_not_null())
        .build()?;
    let aggregates = vec![
        min(column(TIMESTAMP)).alias("start"),
        max(ended).alias("end"),
        first_value(column(SERVICE_NAME), root_first()).alias("root_service"),
        first_value(column("name"), root_first()).alias("root_name"),
        bool_or(is_root()).alias("has_root"),
        count_distinct(column("span_id")).alias("spans"),
        count(column("span_id")).distinct().filter(is_error()).build()?.alias("errors"),
        services.alias("services"),
    ];
    let mut spans = spans.filter(column(TRACE_ID).in_list(ids, false))?;
    if let Some(in_range) = plan::in_range(range) {
        spans = spans.filter(in_range)?;
    }
    spans.aggregate(vec![column(TRACE_ID)], aggregates)?.sort(by_start(order))
}

fn summary(answer: &Answer<'_>, row: usize) -> Result<TraceSummary, QueryError> {
    let id = answer.text(TRACE_ID, row)?.unwrap_or_default();
    let timestamp = answer.time("start", row)?;
    Ok(TraceSummary {
        trace_id: id
            .parse()
            .map_err(|error| QueryError::Internal(format!("stored trace id {id:?}: {error}")))?,
        root_service: answer.text("root_service", row)?,
        root_name: answer.text("root_name", row)?,
        has_root: answer.is("has_root", row)?,
        timestamp,
        duration_ns: answer.time("end", row)?.nanos().saturating_sub(timestamp.nanos()),
        span_count: answer.count("spans", row)?,
        error_count: answer.count("errors", row)?,
        services: answer.sorted_list("services", row)?,
    })
}
