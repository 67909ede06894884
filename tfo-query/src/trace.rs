//! One whole trace, in pages.
//!
//! First the few columns are read that its outline needs, of all its spans, and then the spans of the page alone: a
//! trace of a hundred thousand spans takes the memory of their stubs, not that of their contents. A span that was
//! received twice counts once, as it first came.
//!
//! A part of a trace looks like a broken one, so a trace that is not found in time is an error, not a partial answer.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use datafusion::arrow::array::Array as _;
use datafusion::arrow::datatypes::TimestampNanosecondType;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::lit;
use tfo_sdk::api::{Incomplete, Span, Trace, TraceSpan};
use tfo_sdk::filter::{Field, Filter, Literal, Term, TermKind, Test};
use tfo_sdk::trace::{Outline, Place, Role, Stub, outline};
use tfo_sdk::{RecordId, Signal, SpanId, TimeRange, Timestamp, TraceId};
use tfo_store::schema::{INGEST_ROW, INGEST_SEQ, SERVICE_NAME, TIMESTAMP, TRACE_ID};
use tfo_store::{Store, TenantScope, view};

use crate::by_id;
use crate::cursor::{Cursor, take};
use crate::engine::{Engine, Order, Read};
use crate::error::{QueryError, of_plan};
use crate::plan::{self, column};
use crate::read::Answer;
use crate::selection::{narrowed, until_sequence};
use crate::tables::Tables;

const LIST: &str = "trace";
/// Spans that one trace is shown with, repetitions counted.
const MAX_SPANS: usize = 250_000;
/// Memory that a span takes while its trace is put in order, about.
const STUB_BYTES: usize = 300;

/// Which spans of a trace to show.
#[derive(Debug, Clone)]
pub struct TracePage {
    /// At most this many.
    pub limit: usize,
    /// From where an earlier page ended.
    pub page_token: Option<String>,
}

impl Engine {
    /// A page of one whole trace, over all retention; `None` when no span of it is stored.
    pub async fn trace(
        &self,
        scope: &TenantScope,
        id: TraceId,
        page: &TracePage,
    ) -> Result<Option<Trace>, QueryError> {
        self.runtime.run(page_of(self.tables(), self.store.clone(), scope.clone(), id, page.clone())).await
    }
}

/// The page as a list is asked for, which is what tokens are made for.
fn as_read(id: TraceId, page: TracePage) -> Read {
    let literal = Literal { text: id.to_string(), number: None };
    let kind = TermKind::Field(Field::Trace, Test::Equals(literal));
    Read {
        range: TimeRange::ALL,
        filter: Filter::Term(Term { span: 0..0, kind }),
        order: Order::Asc,
        limit: page.limit,
        page_token: page.page_token,
        after: None,
    }
}

async fn page_of(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    id: TraceId,
    page: TracePage,
) -> Result<Option<Trace>, QueryError> {
    let read = as_read(id, page);
    let cursor = Cursor::of(LIST, &read)?;
    let snapshot = store.snapshot(&scope, Signal::Spans, TimeRange::ALL);
    let sequence = cursor.as_ref().map_or(snapshot.sequence, |cursor| cursor.snapshot);
    let skip = cursor.map_or(Ok(0), |cursor| place_of(&cursor.key))?;
    let is_of_it = column(TRACE_ID).eq(lit(id.to_string()));
    let spans = narrowed(tables.frame(Signal::Spans, snapshot)?, [is_of_it, until_sequence(sequence)])?;
    let held = tables.hold("trace");
    let mut stubs = stubs(&tables, spans.clone()).await?;
    held.try_grow(stubs.len() * STUB_BYTES).map_err(of_plan)?;
    let is_cut = stubs.len() > MAX_SPANS;
    stubs.truncate(MAX_SPANS);
    let stubs = without_repeats(&tables, &spans, stubs).await?;
    let Some(outline) = outline(stubs) else { return Ok(None) };

    let shown: Vec<Place> = outline.places.iter().skip(skip).take(read.limit).cloned().collect();
    let end = skip.saturating_add(shown.len());
    let next_page_token = (end < outline.places.len() && !shown.is_empty()).then(|| {
        let key = (end as u64).to_be_bytes().to_vec();
        Cursor { range: TimeRange::ALL, is_part: false, snapshot: sequence, timestamp: Timestamp(0), key }
            .token(LIST, &read)
    });
    let spans = whole(&tables, spans, shown).await?;
    let mut scan = tables.figures().scan();
    if is_cut {
        let because = format!("the trace has more than {MAX_SPANS} spans; these are the first");
        scan.end_early(Incomplete::RowLimit, because);
    }
    let Outline { timestamp, duration_ns, error_count, services, missing_parents, critical_path, places } =
        outline;
    let span_count = places.len() as u64;
    Ok(Some(Trace {
        trace_id: id,
        timestamp,
        duration_ns,
        span_count,
        error_count,
        services,
        missing_parents,
        critical_path,
        spans,
        next_page_token,
        scan,
    }))
}

/// How many spans stand before the page.
fn place_of(mut key: &[u8]) -> Result<usize, QueryError> {
    let place = u64::from_be_bytes(take(&mut key)?);
    usize::try_from(place).map_err(|_| QueryError::PageToken)
}

/// The stubs of these spans, at most one more than there may be: the first by time.
async fn stubs(tables: &Tables, spans: DataFrame) -> Result<Vec<Stub>, QueryError> {
    let columns = [
        TIMESTAMP,
        INGEST_SEQ,
        INGEST_ROW,
        "span_id",
        "parent_span_id",
        "end_timestamp",
        "kind",
        SERVICE_NAME,
        "status_code",
    ];
    let frame = spans
        .select(columns.map(column).to_vec())
        .and_then(|frame| frame.sort(plan::by_time(Order::Asc)))
        .and_then(|frame| frame.limit(0, Some(MAX_SPANS + 1)))
        .map_err(of_plan)?;
    let mut services: HashMap<String, Arc<str>> = HashMap::new();
    let mut stubs = Vec::new();
    plan::each(frame, tables, |batch| read_stubs(&batch, &mut services, &mut stubs)).await?;
    Ok(stubs)
}

fn read_stubs(
    batch: &RecordBatch,
    services: &mut HashMap<String, Arc<str>>,
    stubs: &mut Vec<Stub>,
) -> Result<(), QueryError> {
    let answer = Answer(batch);
    let ids = answer.ids_in_order()?;
    let (span_ids, parents) = (answer.texts("span_id")?, answer.texts("parent_span_id")?);
    let (kinds, status) = (answer.texts("kind")?, answer.texts("status_code")?);
    let names = answer.texts(SERVICE_NAME)?;
    let starts = answer.numbers::<TimestampNanosecondType>(TIMESTAMP)?;
    let ends = answer.numbers::<TimestampNanosecondType>("end_timestamp")?;
    for (row, id) in ids.enumerate() {
        let service_name = names.is_valid(row).then(|| {
            let name = names.value(row);
            services.entry(name.to_owned()).or_insert_with(|| Arc::from(name)).clone()
        });
        stubs.push(Stub {
            id,
            span_id: span_id(span_ids.value(row))?,
            parent_span_id: parents.is_valid(row).then(|| span_id(parents.value(row))).transpose()?,
            timestamp: Timestamp(starts.value(row)),
            end_timestamp: ends.is_valid(row).then(|| Timestamp(ends.value(row))),
            service_name,
            role: Role::of(kinds.is_valid(row).then(|| kinds.value(row))),
            is_error: status.is_valid(row) && status.value(row) == "ERROR",
        });
    }
    Ok(())
}

fn span_id(text: &str) -> Result<SpanId, QueryError> {
    text.parse().map_err(|error| QueryError::Internal(format!("stored span id {text:?}: {error}")))
}

/// Leaves out spans that were received before, comparing all that they say. Only those that share an id are read.
async fn without_repeats(
    tables: &Tables,
    spans: &DataFrame,
    mut stubs: Vec<Stub>,
) -> Result<Vec<Stub>, QueryError> {
    stubs.sort_by_key(|stub| (stub.span_id, stub.id));
    let of_one_id = || stubs.chunk_by(|a, b| a.span_id == b.span_id).filter(|same| same.len() > 1).flatten();
    let (Some(first), Some(last)) =
        (of_one_id().map(|stub| stub.timestamp).min(), of_one_id().map(|stub| stub.timestamp).max())
    else {
        return Ok(stubs);
    };
    let ids: HashSet<RecordId> = of_one_id().map(|stub| stub.id).collect();
    let mut contents: HashMap<RecordId, u64> = HashMap::with_capacity(ids.len());
    let hashes = RandomState::new();
    let frame = narrowed(spans.clone(), by_id::conditions(ids, first, last))?;
    plan::each(frame, tables, |batch| {
        for span in read_spans(&batch)? {
            let id = span.id;
            let anonymous = Span { id: RecordId { sequence: 0, row: 0 }, ..span };
            let said = serde_json::to_string(&anonymous)
                .map_err(|error| QueryError::Internal(format!("a span as text: {error}")))?;
            contents.insert(id, hashes.hash_one(said));
        }
        Ok(())
    })
    .await?;
    let mut seen: HashSet<(SpanId, u64)> = HashSet::with_capacity(contents.len());
    stubs.retain(|stub| contents.get(&stub.id).is_none_or(|said| seen.insert((stub.span_id, *said))));
    Ok(stubs)
}

/// The spans of these places, in their order.
async fn whole(tables: &Tables, spans: DataFrame, places: Vec<Place>) -> Result<Vec<TraceSpan>, QueryError> {
    let times = || places.iter().map(|place| place.timestamp);
    let (Some(first), Some(last)) = (times().min(), times().max()) else { return Ok(Vec::new()) };
    let ids: HashSet<RecordId> = places.iter().map(|place| place.id).collect();
    let batch = plan::rows(narrowed(spans, by_id::conditions(ids, first, last))?, tables).await?;
    let mut spans: HashMap<RecordId, Span> =
        read_spans(&batch)?.into_iter().map(|span| (span.id, span)).collect();
    let span = |place: Place| {
        let span = spans
            .remove(&place.id)
            .ok_or_else(|| QueryError::Internal(format!("span {} is in the outline alone", place.id)))?;
        Ok(TraceSpan {
            depth: place.depth,
            parent_missing: place.parent_missing,
            critical_path: place.critical_path,
            span,
        })
    };
    places.into_iter().map(span).collect()
}

fn read_spans(batch: &RecordBatch) -> Result<Vec<Span>, QueryError> {
    view::spans(batch).map_err(|error| QueryError::Internal(error.to_string()))
}
