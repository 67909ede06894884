//! Who calls whom: the map of services.
//!
//! A call is a span whose parent is of another service, or a consumer's span that links to the span of a producer of
//! another service. Where a client's or a producer's span leads to none, what it calls sends no spans, and its own
//! attributes name it: `peer.service`, else `db.system.name` (or `db.system`), else `messaging.system`, else
//! `server.address`.
//!
//! A parent may stand in any file, so the spans of the range are all kept in mind, a few dozen bytes each; when there
//! are too many, the newest. A caller is also looked for a little before the range.

mod calls;
mod facts;

use std::collections::HashSet;
use std::time::Duration;

use datafusion::functions::core::expr_fn::coalesce;
use datafusion::logical_expr::{Expr, lit, when};
use tfo_sdk::api::{Calls, Incomplete, MapEdge, MapNode, NodeKind, NodeRef, ServiceMap};
use tfo_sdk::filter::Filter;
use tfo_sdk::{Signal, TimeRange};
use tfo_store::schema::{SERVICE_NAME, TIMESTAMP, TRACE_ID};
use tfo_store::{Snapshot, Store, TenantScope};

use self::calls::{Found, Tally};
use self::facts::Facts;
use crate::engine::Engine;
use crate::error::{QueryError, of_plan};
use crate::filter;
use crate::plan::{self, column};
use crate::recent::Recent;
use crate::selection::{Selection, narrowed};
use crate::tables::Tables;
use crate::traces::{is_error, is_root};
use crate::until::Until;

/// How long before the range the span of a caller may have started.
const MARGIN: Duration = Duration::from_secs(600);
/// Spans that one map is made of.
const MAX_SPANS: u64 = 1_000_000;
/// Nodes of one map.
const MAX_NODES: usize = 2_000;
/// Edges of one map.
const MAX_EDGES: usize = 10_000;

impl Engine {
    /// The map of services. The filter chooses the spans that count as requests and calls; who calls and who is
    /// called is found among all.
    pub async fn service_map(
        &self,
        scope: &TenantScope,
        selection: &Selection,
    ) -> Result<ServiceMap, QueryError> {
        let until = self.until_half();
        self.runtime
            .run(map(self.tables(), self.store.clone(), scope.clone(), selection.clone(), until))
            .await
    }
}

async fn map(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    selection: Selection,
    until: Until,
) -> Result<ServiceMap, QueryError> {
    let range = TimeRange { since: selection.range.since.minus(MARGIN), until: selection.range.until };
    let window = Selection { range, filter: Filter::All(Vec::new()) };
    let snapshot = store.snapshot(&scope, Signal::Spans, range);
    let recent = Recent::of(&tables, Signal::Spans, &snapshot, &window, MAX_SPANS, until).await?;
    let window = &recent.selection;
    let since = selection.range.since.max(window.range.since);
    let counts =
        filter::lower(Signal::Spans, &selection.filter).and(column(TIMESTAMP).gt_eq(plan::time(since)));

    let mut facts = Facts::new(tables.hold("service map"));
    let frame = window
        .frame(&tables, Signal::Spans, snapshot.clone())?
        .select(columns(counts).map_err(of_plan)?)
        .map_err(of_plan)?;
    plan::each(frame, &tables, |batch| facts.add(&batch)).await?;
    facts.index()?;
    if facts.has_consumers() {
        links(&tables, window, snapshot, &mut facts).await?;
    }
    let found = Found::of(&facts);
    let mut map = assemble(&found, &facts);
    map.scan = recent.scan(&tables);
    map.scan.searched_since = map.scan.searched_since.map(|looked| looked.max(selection.range.since));
    bound(&mut map);
    Ok(map)
}

/// What is read of a span, computed where the rows are read.
fn columns(counts: Expr) -> datafusion::error::Result<Vec<Expr>> {
    let attribute = |key: &str| column(&format!("attr.{key}"));
    let peer = |kind: Expr| kind.in_list(vec![lit("CLIENT"), lit("PRODUCER")], false);
    let of_calls = |value: Expr, name: &str| {
        Ok::<_, datafusion::error::DataFusionError>(when(peer(column("kind")), value).end()?.alias(name))
    };
    let database = coalesce(vec![attribute("db.system.name"), attribute("db.system")]);
    Ok(vec![
        column(TRACE_ID),
        column("span_id"),
        column("parent_span_id"),
        column(SERVICE_NAME),
        column("kind"),
        column("duration_ns"),
        is_error().alias("failed"),
        is_root().alias("root"),
        counts.alias("counts"),
        of_calls(attribute("peer.service"), "peer")?,
        of_calls(database, "database")?,
        of_calls(attribute("messaging.system"), "broker")?,
        of_calls(attribute("server.address"), "address")?,
    ])
}

/// Reads the links of consumers, which few spans are.
async fn links(
    tables: &Tables,
    window: &Selection,
    snapshot: Snapshot,
    facts: &mut Facts,
) -> Result<(), QueryError> {
    let frame = window.frame(tables, Signal::Spans, snapshot)?;
    let frame = narrowed(frame, [column("kind").eq(lit("CONSUMER"))])?
        .select(vec![column(TRACE_ID), column("span_id"), column("links")])
        .map_err(of_plan)?;
    plan::each(frame, tables, |batch| facts.add_links(&batch)).await
}

fn assemble(found: &Found, facts: &Facts) -> ServiceMap {
    let figures = |tally: &Tally| Calls {
        requests: tally.requests,
        errors: tally.errors,
        p50_ns: tally.durations.percentile(0.5),
        p95_ns: tally.durations.percentile(0.95),
    };
    let node = |index: u32| facts.node(index);
    let mut nodes: Vec<MapNode> = found
        .nodes
        .iter()
        .map(|(index, tally)| MapNode { node: node(*index), calls: figures(tally) })
        .collect();
    nodes.sort_by(|a, b| a.node.cmp(&b.node));
    let mut edges: Vec<MapEdge> = found
        .edges
        .iter()
        .map(|((client, server), tally)| MapEdge {
            client: node(*client),
            server: node(*server),
            calls: figures(tally),
        })
        .collect();
    edges.sort_by(|a, b| (&a.client, &a.server).cmp(&(&b.client, &b.server)));
    ServiceMap { nodes, edges, scan: tfo_sdk::api::Scan::default() }
}

/// Leaves out the nodes and edges with the fewest calls, when there are more than anybody can look at.
fn bound(map: &mut ServiceMap) {
    let mut is_cut = false;
    if map.nodes.len() > MAX_NODES {
        is_cut = true;
        map.nodes.sort_by_key(|node| std::cmp::Reverse(node.calls.requests));
        map.nodes.truncate(MAX_NODES);
        map.nodes.sort_by(|a, b| a.node.cmp(&b.node));
        let kept: HashSet<&NodeRef> = map.nodes.iter().map(|node| &node.node).collect();
        map.edges.retain(|edge| kept.contains(&edge.client) && kept.contains(&edge.server));
    }
    if map.edges.len() > MAX_EDGES {
        is_cut = true;
        map.edges.sort_by_key(|edge| std::cmp::Reverse(edge.calls.requests));
        map.edges.truncate(MAX_EDGES);
        map.edges.sort_by(|a, b| (&a.client, &a.server).cmp(&(&b.client, &b.server)));
    }
    if is_cut && map.scan.complete {
        let because = format!(
            "the map has more than {MAX_NODES} nodes or {MAX_EDGES} edges; these have the most calls"
        );
        map.scan.end_early(Incomplete::RowLimit, because);
    }
}

/// A service, by its name.
fn service(name: &str) -> NodeRef {
    NodeRef { kind: NodeKind::Service, name: name.to_owned() }
}
