//! Lists: their order, their pages, and what they say that they read.

use std::collections::HashSet;

use tfo_query::{Order, QueryError, Read};
use tfo_sdk::{TenantId, TimeRange};

use crate::world::{SECOND, World, everything, range};

fn pages_of(limit: usize, order: Order) -> Read {
    Read { limit, order, ..everything("-attr.nothing=1") }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_show_every_record_once_while_others_arrive() {
    for order in [Order::Desc, Order::Asc] {
        let mut world = World::new();
        for _ in 0..4 {
            world.append_logs(50).await;
        }
        world.flush().await;
        world.append_logs(50).await;
        let before: Vec<_> = world
            .engine
            .logs(&world.scope, &pages_of(1_000, order))
            .await
            .unwrap()
            .items
            .iter()
            .map(|log| log.id)
            .collect();
        assert_eq!(before.len(), 250);
        let mut read = pages_of(35, order);
        let mut seen = Vec::new();
        loop {
            let page = world.engine.logs(&world.scope, &read).await.unwrap();
            assert!(page.items.len() <= 35);
            seen.extend(page.items.iter().map(|log| log.id));
            let Some(token) = page.next_page_token else { break };
            read.page_token = Some(token);
            world.append_logs(5).await;
            if seen.len() % 3 == 0 {
                world.flush().await;
            }
        }
        assert_eq!(seen, before);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_ordered_by_time_then_by_arrival() {
    let mut world = World::new();
    world.append_logs(300).await;
    world.flush().await;
    world.append_logs(300).await;
    let read = Read { order: Order::Asc, ..everything("") };
    let logs = world.engine.logs(&world.scope, &read).await.unwrap().items;
    assert!(logs.is_sorted_by_key(|log| (log.timestamp, log.id)));
    assert_eq!(logs.len(), 600);
    let mut backwards = world.engine.logs(&world.scope, &everything("")).await.unwrap().items;
    backwards.reverse();
    assert_eq!(logs, backwards);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_range_has_its_start_and_not_its_end() {
    let mut world = World::new();
    world.append_logs(500).await;
    world.flush().await;
    world.append_logs(500).await;
    let all = world.engine.logs(&world.scope, &everything("")).await.unwrap().items;
    let (since, until) = (all[700].timestamp, all[100].timestamp);
    let read = Read { range: TimeRange { since, until }, ..everything("") };
    let page = world.engine.logs(&world.scope, &read).await.unwrap();
    let expected: Vec<_> = all.iter().filter(|log| log.timestamp >= since && log.timestamp < until).collect();
    assert_eq!(page.items.iter().collect::<Vec<_>>(), expected);
    assert!(page.scan.files > 0 && page.scan.bytes > 0 && page.scan.complete);
    let now = world.now();
    let nothing =
        Read { range: range(now - 100 * 86_400 * SECOND, now - 99 * 86_400 * SECOND), ..everything("") };
    let page = world.engine.logs(&world.scope, &nothing).await.unwrap();
    assert_eq!((page.items.len(), page.scan.files), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_arrived_after_a_record_comes_in_the_order_of_arrival() {
    let mut world = World::new();
    let mut ids = HashSet::new();
    let mut last = None;
    for round in 0..6 {
        world.append_logs(20).await;
        if round % 2 == 0 {
            world.flush().await;
        }
        let read = Read { after: last, ..everything("") };
        let news = world.engine.logs(&world.scope, &read).await.unwrap();
        assert_eq!(news.next_page_token, None);
        let mut fresh: Vec<_> = news.items.iter().map(|log| log.id).collect();
        if last.is_some() {
            assert!(fresh.is_sorted());
            assert_eq!(fresh.len(), 20);
        }
        ids.extend(fresh.iter().copied());
        fresh.sort_unstable();
        last = fresh.last().copied();
    }
    assert_eq!(ids.len(), 120);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_of_another_query_and_no_token_at_all_are_refused() {
    let mut world = World::new();
    world.append_logs(50).await;
    let spans = (0..50).map(|_| world.span()).collect();
    world.append_spans(spans).await;
    let token = world.engine.logs(&world.scope, &pages_of(10, Order::Desc)).await.unwrap().next_page_token;
    assert!(token.is_some());
    let wrong = [
        Read { page_token: token.clone(), ..pages_of(10, Order::Asc) },
        Read { page_token: token.clone(), ..everything("severity>=error") },
        Read { page_token: Some("not a token".to_owned()), ..pages_of(10, Order::Desc) },
        Read { page_token: Some(String::new()), ..pages_of(10, Order::Desc) },
    ];
    for read in wrong {
        let answer = world.engine.logs(&world.scope, &read).await;
        assert!(matches!(answer, Err(QueryError::PageToken)), "{read:?}");
    }
    let read = Read { page_token: token, ..pages_of(10, Order::Desc) };
    assert!(matches!(world.engine.spans(&world.scope, &read).await, Err(QueryError::PageToken)));
    assert!(matches!(world.engine.traces(&world.scope, &read).await, Err(QueryError::PageToken)));
    assert!(matches!(world.engine.metric_names(&world.scope, &read).await, Err(QueryError::PageToken)));
    assert!(world.engine.logs(&world.scope, &read).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_tenant_sees_nothing() {
    let mut world = World::new();
    world.append_logs(50).await;
    world.flush().await;
    world.append_logs(50).await;
    let other = world.minter.mint(TenantId::from_bytes([9; 16]));
    assert!(world.engine.logs(&other, &everything("")).await.unwrap().items.is_empty());
    let count = world.engine.sql(&other, "SELECT count(*) FROM logs").await.unwrap();
    assert_eq!(count.rows[0][0], tfo_sdk::AnyValue::Int(0));
    assert!(world.engine.signals(&other).await.iter().all(|signal| signal.rows == 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signals_are_counted_in_files_and_in_memory() {
    let mut world = World::new();
    world.append_logs(50).await;
    world.flush().await;
    world.append_logs(30).await;
    let all = world.engine.logs(&world.scope, &everything("")).await.unwrap().items;
    let signals = world.engine.signals(&world.scope).await;
    let names: Vec<_> = signals.iter().map(|signal| (signal.signal.as_str(), signal.rows)).collect();
    assert_eq!(names, [("logs", 80), ("spans", 0), ("metric_points", 0)]);
    assert!(signals[0].files > 0 && signals[0].bytes > 0);
    assert_eq!(signals[0].newest, all.first().map(|log| log.timestamp));
    assert_eq!(signals[0].oldest, all.last().map(|log| log.timestamp));
    assert_eq!(signals[1].oldest, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metric_names_page_by_name_type_and_unit() {
    let mut world = World::new();
    for _ in 0..3 {
        world.append_points(100).await;
        world.flush().await;
    }
    let all = world.engine.metric_names(&world.scope, &everything("")).await.unwrap();
    assert_eq!(all.items.len(), 9);
    assert!(all.items.is_sorted_by_key(|name| (name.name.clone(), name.unit.clone())));
    assert_eq!(all.items.iter().map(|name| name.points).sum::<u64>(), 300);
    let mut read = Read { limit: 2, ..everything("") };
    let mut seen = Vec::new();
    loop {
        let page = world.engine.metric_names(&world.scope, &read).await.unwrap();
        seen.extend(page.items);
        read.page_token = page.next_page_token;
        if read.page_token.is_none() {
            break;
        }
    }
    assert_eq!(seen, all.items);
}
