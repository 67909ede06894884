//! The map of services, against calls found one by one in memory.

use std::collections::{BTreeMap, HashMap, HashSet};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status, span::Link};
use prost::Message as _;
use rand::Rng;
use rand::seq::IndexedRandom;
use tfo_query::Selection;
use tfo_sdk::api::{MapEdge, NodeKind, NodeRef, ServiceMap};
use tfo_sdk::filter;
use tfo_sdk::{Signal, TimeRange};

use crate::world::{SECOND, World, pair, range, text};

const SERVER: i32 = 2;
const CLIENT: i32 = 3;
const PRODUCER: i32 = 4;
const CONSUMER: i32 = 5;

/// A span of a service.
#[derive(Clone)]
struct Sent {
    service: &'static str,
    span: Span,
}

fn span(trace: u8, id: u64, parent: u64, kind: i32, start: u64) -> Span {
    Span {
        trace_id: vec![trace; 16],
        span_id: id.to_be_bytes().to_vec(),
        parent_span_id: if parent == 0 { vec![] } else { parent.to_be_bytes().to_vec() },
        kind,
        start_time_unix_nano: start,
        end_time_unix_nano: start + (id % 900 + 1) * 1_000_000,
        ..Default::default()
    }
}

fn with(mut span: Span, key: &str, value: &str) -> Span {
    span.attributes.push(pair(key, text(value)));
    span
}

fn linked(mut span: Span, trace: u8, id: u64) -> Span {
    span.links.push(Link {
        trace_id: vec![trace; 16],
        span_id: id.to_be_bytes().to_vec(),
        ..Default::default()
    });
    span
}

async fn send(world: &World, spans: &[Sent]) {
    let resource_spans = spans
        .iter()
        .map(|sent| {
            let service = (!sent.service.is_empty()).then(|| pair("service.name", text(sent.service)));
            ResourceSpans {
                resource: Some(Resource { attributes: service.into_iter().collect(), ..Default::default() }),
                scope_spans: vec![ScopeSpans { spans: vec![sent.span.clone()], ..Default::default() }],
                ..Default::default()
            }
        })
        .collect();
    world.append(Signal::Spans, ExportTraceServiceRequest { resource_spans }.encode_to_vec()).await;
}

fn all() -> Selection {
    Selection { range: TimeRange::ALL, filter: filter::parse("").unwrap() }
}

fn end(node: &NodeRef) -> String {
    match node.kind {
        NodeKind::Service => node.name.clone(),
        other => format!("{} ({other:?})", node.name),
    }
}

/// Each edge as `client → server: calls/errors`.
fn edges(map: &ServiceMap) -> Vec<String> {
    let edge = |edge: &MapEdge| {
        format!(
            "{} → {}: {}/{}",
            end(&edge.client),
            end(&edge.server),
            edge.calls.requests,
            edge.calls.errors
        )
    };
    map.edges.iter().map(edge).collect()
}

/// Each node as `name: requests/errors`.
fn nodes(map: &ServiceMap) -> Vec<String> {
    map.nodes
        .iter()
        .map(|node| format!("{}: {}/{}", end(&node.node), node.calls.requests, node.calls.errors))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_lead_to_services_databases_and_consumers() {
    let world = World::new();
    let at = world.now() - 600 * SECOND;
    let of = |service, span| Sent { service, span };
    let failed = |span| Span { status: Some(Status { code: 2, ..Default::default() }), ..span };
    // Part in a file, part in memory, children before their parents.
    send(
        &world,
        &[
            of("cart", failed(span(1, 3, 2, SERVER, at + 2))),
            of(
                "cart",
                with(
                    with(span(1, 4, 3, CLIENT, at + 3), "db.system.name", "postgresql"),
                    "server.address",
                    "db-1",
                ),
            ),
            // An HTTP client in a gRPC client: one call.
            of("shop", with(span(1, 5, 1, CLIENT, at + 4), "server.address", "bank.example")),
            of("shop", with(span(1, 6, 5, CLIENT, at + 5), "server.address", "bank.example")),
        ],
    )
    .await;
    world.flush().await;
    send(
        &world,
        &[
            of("shop", span(1, 1, 0, SERVER, at)),
            of("shop", with(span(1, 2, 1, CLIENT, at + 1), "server.address", "cart.internal")),
            // A message that two consumers get, one by its parent and its link, one by a link from a trace of its own.
            of("shop", with(span(1, 7, 1, PRODUCER, at + 6), "messaging.system", "kafka")),
            of("mail", linked(span(1, 8, 7, CONSUMER, at + 7), 1, 7)),
            of("stock", linked(linked(span(2, 9, 0, CONSUMER, at + 8), 1, 7), 1, 7)),
            // A message that nobody got, and a call of a service that is known but missed it.
            of("stock", with(span(2, 10, 9, PRODUCER, at + 9), "messaging.system", "kafka")),
            of("stock", with(span(2, 11, 9, CLIENT, at + 9), "peer.service", "cart")),
            of("stock", with(span(2, 12, 9, CLIENT, at + 9), "peer.service", "legacy")),
            // Whose parent is not there, who has no service, who is its own parent.
            of("mail", span(1, 13, 99, SERVER, at + 9)),
            of("", with(span(1, 14, 1, CLIENT, at + 9), "db.system", "redis")),
            of("mail", span(1, 15, 15, SERVER, at + 9)),
        ],
    )
    .await;
    let map = world.engine.service_map(&world.scope, &all()).await.unwrap();
    assert_eq!(
        edges(&map),
        [
            "cart → postgresql (Database): 1/0",
            "shop → cart: 1/1",
            "shop → mail: 1/0",
            "shop → stock: 1/0",
            "shop → bank.example (Other): 1/0",
            "stock → cart: 1/0",
            "stock → kafka (Messaging): 1/0",
            "stock → legacy (Other): 1/0",
        ]
    );
    assert_eq!(
        nodes(&map),
        [
            "cart: 1/1",
            "mail: 3/0",
            "shop: 1/0",
            "stock: 1/0",
            "postgresql (Database): 1/0",
            "kafka (Messaging): 1/0",
            "bank.example (Other): 1/0",
            "legacy (Other): 1/0",
        ]
    );
    assert!(map.scan.complete && map.scan.rows > 0);

    // The filter chooses the calls; who calls is found all the same.
    let cart = Selection { filter: filter::parse("service=cart").unwrap(), ..all() };
    let map = world.engine.service_map(&world.scope, &cart).await.unwrap();
    assert_eq!(edges(&map), ["cart → postgresql (Database): 1/0", "shop → cart: 1/1"]);
    assert_eq!(nodes(&map), ["cart: 1/1", "shop: 0/0", "postgresql (Database): 1/0"]);

    // A caller from before the range is found, and does not count itself.
    let late = Selection { range: range(at + 2, at + 3), ..all() };
    let map = world.engine.service_map(&world.scope, &late).await.unwrap();
    assert_eq!(
        (edges(&map), nodes(&map)),
        (vec!["shop → cart: 1/1".into()], vec!["cart: 1/1".into(), "shop: 0/0".into()])
    );
}

/// Services, and how often they are called by others, found by comparing each span with each.
fn naive(sent: &[Sent]) -> BTreeMap<(String, String), u64> {
    let mut edges = BTreeMap::new();
    let by_id: HashMap<(&[u8], &[u8]), &Sent> =
        sent.iter().map(|sent| ((&sent.span.trace_id[..], &sent.span.span_id[..]), sent)).collect();
    let attribute = |span: &Span, key: &str| {
        let found = span.attributes.iter().find(|attribute| attribute.key == key)?;
        match found.value.as_ref()?.value.as_ref()? {
            opentelemetry_proto::tonic::common::v1::any_value::Value::StringValue(text) => Some(text.clone()),
            _ => None,
        }
    };
    let services: HashSet<&str> = sent.iter().map(|sent| sent.service).collect();
    for one in sent.iter().filter(|one| !one.service.is_empty()) {
        let parent = by_id.get(&(&one.span.trace_id[..], &one.span.parent_span_id[..]));
        let mut callers: HashSet<&str> = parent.map(|parent| parent.service).into_iter().collect();
        if one.span.kind == CONSUMER {
            for link in &one.span.links {
                let producer = by_id.get(&(&link.trace_id[..], &link.span_id[..]));
                callers.extend(producer.filter(|sent| sent.span.kind == PRODUCER).map(|sent| sent.service));
            }
        }
        for caller in callers.into_iter().filter(|caller| !caller.is_empty() && *caller != one.service) {
            *edges.entry((caller.to_owned(), one.service.to_owned())).or_default() += 1;
        }
        let is_answered = sent.iter().any(|other| {
            let is_child = other.span.trace_id == one.span.trace_id
                && other.span.parent_span_id == one.span.span_id
                && (other.service != one.service || matches!(other.span.kind, CLIENT | PRODUCER));
            let is_linked = other.span.kind == CONSUMER
                && other
                    .span
                    .links
                    .iter()
                    .any(|link| link.trace_id == one.span.trace_id && link.span_id == one.span.span_id);
            is_child || is_linked
        });
        let peer = ["peer.service", "db.system.name", "db.system", "messaging.system", "server.address"]
            .iter()
            .find_map(|key| attribute(&one.span, key));
        if let (CLIENT | PRODUCER, Some(peer), false) = (one.span.kind, peer, is_answered)
            && peer != one.service
        {
            let known = services.contains(peer.as_str());
            let peer = if known { peer } else { format!("{peer}*") };
            *edges.entry((one.service.to_owned(), peer)).or_default() += 1;
        }
    }
    edges
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_maps_are_those_found_one_by_one() {
    let mut seen = 0;
    for round in 0..12 {
        let mut world = World::new();
        let at = world.now() - 600 * SECOND;
        let mut sent: Vec<Sent> = Vec::new();
        for id in 1..=80u64 {
            let random = &mut world.random;
            let service = *["shop", "cart", "mail", "stock", ""].choose(random).unwrap();
            let (trace, parent) = match random.random_range(0..6) {
                0 => (random.random_range(1..4), 0),
                1 => (random.random_range(1..4), random.random_range(1..100)),
                _ => match sent.choose(random) {
                    Some(other) => {
                        let id = <[u8; 8]>::try_from(&other.span.span_id[..]).unwrap();
                        (other.span.trace_id[0], u64::from_be_bytes(id))
                    }
                    None => (1, 0),
                },
            };
            let kind = *[1, SERVER, CLIENT, CLIENT, PRODUCER, CONSUMER].choose(random).unwrap();
            let mut span = span(trace, id, parent, kind, at + id);
            for (key, values) in [
                ("peer.service", &["cart", "legacy"][..]),
                ("db.system.name", &["postgresql"]),
                ("db.system", &["redis"]),
                ("messaging.system", &["kafka"]),
                ("server.address", &["a.example", "b.example"]),
            ] {
                if random.random_bool(0.2) {
                    span = with(span, key, values.choose(random).unwrap());
                }
            }
            for _ in 0..random.random_range(0..3) {
                if let Some(other) = sent.choose(random) {
                    let id = <[u8; 8]>::try_from(&other.span.span_id[..]).unwrap();
                    span = linked(span, other.span.trace_id[0], u64::from_be_bytes(id));
                }
            }
            sent.push(Sent { service, span });
        }
        let expected = naive(&sent);
        for chunk in sent.chunks(27) {
            send(&world, chunk).await;
            // As exporters do that got no answer.
            if round % 3 == 0 {
                send(&world, chunk).await;
            }
            if round % 2 == 0 {
                world.flush().await;
            }
        }
        let map = world.engine.service_map(&world.scope, &all()).await.unwrap();
        let name = |node: &NodeRef| match node.kind {
            NodeKind::Service => node.name.clone(),
            _ => format!("{}*", node.name),
        };
        let mut found: BTreeMap<(String, String), u64> = BTreeMap::new();
        for edge in &map.edges {
            *found.entry((name(&edge.client), name(&edge.server))).or_default() += edge.calls.requests;
        }
        assert_eq!(found, expected);
        seen += found.len();
    }
    assert!(seen > 100, "{seen}");
}
