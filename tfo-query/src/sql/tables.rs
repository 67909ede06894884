//! The tables that SQL has: the three signals as users know them, and what is derived from them.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
use tfo_sdk::Signal;
use tfo_store::Snapshot;
use tfo_store::schema::{metric_metadata, record_attributes, resource_attributes, scope_attributes};

use super::attributes::merged;
use crate::error::{QueryError, of_sql};
use crate::plan::column;
use crate::scan::SnapshotTable;
use crate::session::session;
use crate::tables::Tables;

/// Services by name: how many spans and log records, how many spans with an error, when last seen.
const SERVICES: &str = "\
SELECT service_name, CAST(sum(spans) AS BIGINT) AS spans, CAST(sum(errors) AS BIGINT) AS errors, \
    CAST(sum(logs) AS BIGINT) AS logs, max(last_timestamp) AS last_timestamp \
FROM (\
    SELECT service_name, count(*) AS spans, count(*) FILTER (WHERE status_code = 'ERROR') AS errors, 0 AS logs, \
        max(timestamp) AS last_timestamp \
    FROM spans WHERE service_name IS NOT NULL GROUP BY service_name \
    UNION ALL \
    SELECT service_name, 0 AS spans, 0 AS errors, count(*) AS logs, max(timestamp) AS last_timestamp \
    FROM logs WHERE service_name IS NOT NULL GROUP BY service_name\
) AS seen GROUP BY service_name";

/// Series by id: what they are told apart by, how many points, when last seen.
const METRIC_SERIES: &str = "\
SELECT series_id, first_value(metric_name) AS metric_name, first_value(type) AS type, first_value(unit) AS unit, \
    first_value(service_name) AS service_name, first_value(attributes) AS attributes, count(*) AS points, \
    max(timestamp) AS last_timestamp \
FROM metric_points GROUP BY series_id";

/// Derived tables: name, definition, and the signals that it reads.
const DERIVED: [(&str, &str, &[Signal]); 2] = [
    ("services", SERVICES, &[Signal::Logs, Signal::Spans]),
    ("metric_series", METRIC_SERIES, &[Signal::MetricPoints]),
];

/// The names of all tables, for people.
pub(crate) fn table_list() -> String {
    let signals = Signal::ALL.iter().map(|signal| signal.table());
    signals.chain(DERIVED.iter().map(|(name, ..)| *name)).collect::<Vec<_>>().join(", ")
}

/// Makes the tables that a query names, or that those are derived from; takes a snapshot of those only.
pub(super) async fn tables(
    query: &Tables,
    names: &[String],
    snapshot: impl Fn(Signal) -> Snapshot,
) -> Result<Vec<(String, Arc<dyn TableProvider>)>, QueryError> {
    let base = |signal: Signal| -> Result<Arc<dyn TableProvider>, DataFusionError> {
        shown(signal, query.table(signal, snapshot(signal)))
    };
    make(query, names, base).await.map_err(of_sql)
}

async fn make(
    query: &Tables,
    names: &[String],
    base: impl Fn(Signal) -> Result<Arc<dyn TableProvider>, DataFusionError>,
) -> Result<Vec<(String, Arc<dyn TableProvider>)>, DataFusionError> {
    let derived: Vec<_> =
        DERIVED.iter().filter(|(name, ..)| names.iter().any(|named| named == name)).collect();
    let needed: BTreeSet<Signal> = Signal::ALL
        .into_iter()
        .filter(|signal| {
            names.iter().any(|name| name == signal.table())
                || derived.iter().any(|(_, _, signals)| signals.contains(signal))
        })
        .collect();
    let mut tables = Vec::new();
    for signal in needed {
        tables.push((signal.table().to_owned(), base(signal)?));
    }
    let context = session(query.environment(), tables.clone())?;
    for (name, sql, _) in derived {
        let plan = context.state().create_logical_plan(sql).await?;
        tables.push(((*name).to_owned(), Arc::new(ViewTable::new(plan, None))));
    }
    Ok(tables)
}

/// The table of a signal as users know it: attributes merged, columns in the order of the documentation.
pub(super) fn shown(signal: Signal, table: SnapshotTable) -> Result<Arc<dyn TableProvider>, DataFusionError> {
    let columns = columns(signal);
    let scan = LogicalPlanBuilder::scan(signal.table(), provider_as_source(Arc::new(table)), None)?;
    Ok(Arc::new(ViewTable::new(scan.project(columns)?.build()?, None)))
}

fn columns(signal: Signal) -> Vec<Expr> {
    let sets = [record_attributes(signal), resource_attributes(), scope_attributes(), metric_metadata()];
    let schema = tfo_store::schema::schema(signal);
    let is_promoted = |name: &str| {
        sets.iter().any(|set| set.promoted.iter().any(|(key, _)| name.strip_prefix(set.prefix) == Some(key)))
    };
    let mut names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    names.retain(|name| !is_promoted(name));
    // What only tells how a value was sent stands at the end, out of the way.
    names.sort_by_key(|name| (is_aside(name), place(signal, name)));
    names
        .into_iter()
        .map(|name| match sets.iter().find(|set| set.map == name) {
            Some(set) => merged(set).alias(name),
            None => column(name),
        })
        .collect()
}

fn is_aside(name: &str) -> bool {
    name.ends_with("_types") || name == "body_type" || name == "sent_timestamp"
}

/// The place of a column in the documented order; the others follow in the order of the store.
fn place(signal: Signal, name: &str) -> usize {
    let order: &[&str] = match signal {
        Signal::Logs => &[
            "timestamp",
            "observed_timestamp",
            "severity_number",
            "severity_text",
            "service_name",
            "body",
            "trace_id",
            "span_id",
            "flags",
            "event_name",
            "attributes",
            "dropped_attributes_count",
        ],
        Signal::Spans => &[
            "timestamp",
            "end_timestamp",
            "duration_ns",
            "trace_id",
            "span_id",
            "parent_span_id",
            "trace_state",
            "flags",
            "name",
            "kind",
            "service_name",
            "status_code",
            "status_message",
            "attributes",
            "dropped_attributes_count",
            "dropped_events_count",
            "dropped_links_count",
        ],
        Signal::MetricPoints => &[
            "timestamp",
            "start_timestamp",
            "metric_name",
            "unit",
            "description",
            "metadata",
            "type",
            "temporality",
            "is_monotonic",
            "service_name",
            "series_id",
            "attributes",
        ],
    };
    const ORIGIN: &[&str] = &[
        "resource_attributes",
        "resource_dropped_attributes_count",
        "resource_entity_refs",
        "resource_schema_url",
        "scope_name",
        "scope_version",
        "scope_attributes",
        "scope_dropped_attributes_count",
        "scope_schema_url",
    ];
    const LAST: &[&str] = &["events", "links", "ingest_seq", "ingest_row"];
    let found =
        |names: &[&str], offset: usize| names.iter().position(|other| *other == name).map(|at| offset + at);
    // Columns of values, which only metric points have, stand between origin and identity.
    found(order, 0).or_else(|| found(ORIGIN, 100)).or_else(|| found(LAST, 300)).unwrap_or(200)
}
