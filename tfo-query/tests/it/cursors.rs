//! Every list, walked page by page to its end while more of the same arrives, is flushed and compacted: what there was
//! when it began comes once, in its order and as it was, and nothing else.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use tfo_query::{Around, OperationSort, Order, Read, TracePage, Within};
use tfo_sdk::api::Page;
use tfo_sdk::{RecordId, Signal, TraceId};

use crate::world::{World, everything};

/// A list that has pages.
#[derive(Debug, Clone, Copy)]
enum List {
    Logs,
    Spans,
    Points,
    Traces,
    Trace,
    MetricNames,
    MetricSeries,
    Operations,
}

impl List {
    const ALL: [Self; 8] = [
        Self::Logs,
        Self::Spans,
        Self::Points,
        Self::Traces,
        Self::Trace,
        Self::MetricNames,
        Self::MetricSeries,
        Self::Operations,
    ];

    /// The items of a page as text, whole, and the token of the next one.
    async fn page(self, world: &World, read: &Read) -> (Vec<String>, Option<String>) {
        let (engine, scope) = (&world.engine, &world.scope);
        match self {
            Self::Logs => texts(engine.logs(scope, read).await.unwrap()),
            Self::Spans => texts(engine.spans(scope, read).await.unwrap()),
            Self::Points => texts(engine.metric_points(scope, read).await.unwrap()),
            Self::Traces => texts(engine.traces(scope, read).await.unwrap()),
            Self::MetricNames => texts(engine.metric_names(scope, read).await.unwrap()),
            Self::MetricSeries => texts(engine.metric_series(scope, read).await.unwrap()),
            Self::Trace => {
                let page = TracePage { limit: read.limit, page_token: read.page_token.clone() };
                let id = TraceId::from_bytes([2; 16]);
                let trace = engine.trace(scope, id, &page).await.unwrap().unwrap();
                (trace.spans.iter().map(text).collect(), trace.next_page_token)
            }
            Self::Operations => {
                let mut page = engine.operations(scope, read, OperationSort::P95).await.unwrap();
                // A rate is taken over the time up to now.
                page.items.iter_mut().for_each(|operation| operation.rate = 0.0);
                texts(page)
            }
        }
    }
}

fn text(item: &impl Serialize) -> String {
    serde_json::to_string(item).unwrap()
}

fn texts<T: Serialize>(page: Page<T>) -> (Vec<String>, Option<String>) {
    (page.items.iter().map(text).collect(), page.next_page_token)
}

/// Some of everything.
async fn append(world: &mut World, count: usize) {
    world.append_logs(count).await;
    world.append_points(count).await;
    let spans = (0..count).map(|_| world.span()).collect();
    world.append_spans(spans).await;
}

async fn filled() -> World {
    let mut world = World::compacting();
    for round in 0..8 {
        append(&mut world, 30).await;
        if round % 2 == 0 && round < 6 {
            world.flush().await;
        }
    }
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_walk_through_the_pages_of_any_list_shows_what_there_was_once() {
    let mut world = filled().await;
    let mut rewritten = 0;
    for list in List::ALL {
        for order in [Order::Desc, Order::Asc] {
            let (all, rest) = list.page(&world, &Read { order, ..everything("") }).await;
            assert!(all.len() > 4 && rest.is_none(), "{list:?}: {} items", all.len());
            // A few pages, the last of which is not full.
            let limit = all.len() / 5 + 1;
            let mut read = Read { order, limit, ..everything("") };
            let (mut seen, mut files) = (Vec::new(), world.file_names(Signal::Logs));
            for page in 0.. {
                let (items, token) = list.page(&world, &read).await;
                assert!(items.len() <= limit);
                seen.extend(items);
                read.page_token = token;
                if read.page_token.is_none() {
                    break;
                }
                append(&mut world, 3).await;
                if page % 2 == 1 {
                    world.flush().await;
                }
                let now = world.file_names(Signal::Logs);
                rewritten += usize::from(!files.iter().all(|name| now.contains(name)));
                files = now;
            }
            assert_eq!(seen, all, "{list:?} {order:?}");
        }
    }
    // Compaction takes its time, and need not have come within a walk; without any, none would have been met.
    for round in 0.. {
        if rewritten > 0 {
            break;
        }
        assert!(round < 1_000, "nothing is ever compacted");
        let files = world.file_names(Signal::Logs);
        append(&mut world, 3).await;
        world.flush().await;
        let now = world.file_names(Signal::Logs);
        rewritten += usize::from(!files.iter().all(|name| now.contains(name)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_walk_from_context_to_context_passes_every_record_once() {
    let mut world = filled().await;
    let read = Read { order: Order::Asc, ..everything("") };
    let logs = world.engine.logs(&world.scope, &read).await.unwrap().items;
    let start = logs[logs.len() / 2].id;
    let mut seen: BTreeMap<RecordId, usize> = BTreeMap::from([(start, 1)]);
    for (before, after) in [(9, 0), (0, 9)] {
        let mut edge = start;
        loop {
            let around = Around { before, after, within: Within::All, filter: everything("").filter };
            let page = world.engine.log_context(&world.scope, edge, &around).await.unwrap().unwrap();
            let records = page.before.iter().chain(&page.after).map(|log| log.id);
            records.for_each(|id| *seen.entry(id).or_default() += 1);
            let (next, more) = match after {
                0 => (page.before.first(), page.more_before),
                _ => (page.after.last(), page.more_after),
            };
            let Some(next) = next.filter(|_| more) else { break };
            edge = next.id;
            append(&mut world, 2).await;
            if edge.row % 3 == 0 {
                world.flush().await;
            }
        }
    }
    assert!(seen.values().all(|times| *times == 1), "a record comes twice");
    // What arrived meanwhile is met or not.
    let seen: HashSet<_> = seen.into_keys().collect();
    assert!(logs.iter().all(|log| seen.contains(&log.id)), "a record is passed over");
}
