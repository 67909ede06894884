//! Every read whose time is over, deterministically: no time is left for looking from the start, and what is looked at
//! all the same is counted.

use std::sync::Arc;
use std::time::Duration;

use tfo_sdk::api::{Incomplete, Scan};
use tfo_sdk::filter::{self, Field, Filter};
use tfo_sdk::{Signal, TimeRange, Timestamp};

use crate::lists::tests::{FILES, HOUR, RECORDS, World};
use crate::{Around, Completion, Engine, Limits, OperationSort, Order, Read, Selection, Spans, Within};

/// Records in memory and in the newest file.
const NEWEST: u64 = 2 * RECORDS;

impl World {
    /// An engine that has no time for looking, or all there is.
    fn engine(&self, in_a_hurry: bool) -> Engine {
        let limits = Limits {
            memory_bytes: 64 << 20,
            spill_dir: self.folder.path().join(if in_a_hurry { "hurried" } else { "spill" }),
            deadline: Duration::from_secs(3600),
            sql_rows: 10,
        };
        let mut engine = Engine::new(self.store.clone(), limits).unwrap();
        if in_a_hurry {
            Arc::get_mut(&mut engine.runtime).unwrap().looking = Duration::ZERO;
        }
        engine
    }

    /// That the newest file was looked at, and what is in memory, and that the answer says so.
    fn assert_ended(&self, scan: &Scan) {
        assert_eq!((scan.complete, scan.incomplete_code), (false, Some(Incomplete::Deadline)), "{scan:?}");
        assert_eq!(scan.searched_since, Some(Timestamp((self.newest - HOUR) as i64)), "{scan:?}");
        assert_eq!((scan.files, scan.files_considered), (1, FILES), "{scan:?}");
        assert!(scan.rows >= NEWEST && scan.incomplete_because.is_some(), "{scan:?}");
    }
}

fn everything() -> Selection {
    Selection { range: TimeRange::ALL, filter: Filter::All(Vec::new()) }
}

fn assert_whole(scan: &Scan, files: u64) {
    assert!(scan.complete && scan.incomplete_code.is_none() && scan.searched_since.is_none(), "{scan:?}");
    assert_eq!((scan.files, scan.files_considered), (files, files), "{scan:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sums_over_time_are_of_the_newest_records_and_say_since_when() {
    let world = World::new().await;
    for (hurry, records) in [(true, NEWEST), (false, (FILES + 1) * RECORDS)] {
        let engine = world.engine(hurry);
        let logs = engine.log_histogram(&world.scope, &everything(), None).await.unwrap();
        assert_eq!(logs.buckets.iter().map(|bucket| bucket.total).sum::<u64>(), records);
        let spans = engine.latency(&world.scope, &everything(), Spans::All, None).await.unwrap();
        assert_eq!(spans.columns.iter().flat_map(|column| &column.counts).sum::<u64>(), records);
        for scan in [logs.scan, spans.scan] {
            if hurry { world.assert_ended(&scan) } else { assert_whole(&scan, FILES) }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_operations_and_the_map_are_of_the_newest_spans_and_say_since_when() {
    let world = World::new().await;
    let read = Read {
        range: TimeRange::ALL,
        filter: Filter::All(Vec::new()),
        order: Order::Desc,
        limit: 10,
        page_token: None,
        after: None,
    };
    for (hurry, records) in [(true, NEWEST), (false, (FILES + 1) * RECORDS)] {
        let engine = world.engine(hurry);
        let operations = engine.operations(&world.scope, &read, OperationSort::Requests).await.unwrap();
        assert_eq!(operations.items[0].requests, records);
        let services = engine.services(&world.scope, TimeRange::ALL).await.unwrap();
        let [shop] = services.items.as_slice() else { panic!("{services:?}") };
        assert_eq!((shop.requests, shop.spans, shop.logs), (records, records, records));
        let map = engine.service_map(&world.scope, &everything()).await.unwrap();
        assert_eq!(map.nodes[0].calls.requests, records);
        if hurry {
            // A rate is taken over what was looked at: two hours at most, as far as the clock has come.
            assert!(operations.items[0].rate > records as f64 / 3.0 / 3600.0, "{operations:?}");
            assert_eq!(shop.rate.partial_cmp(&operations.items[0].rate).map(|_| ()), Some(()));
            world.assert_ended(&operations.scan);
            world.assert_ended(&map.scan);
            // Of two signals.
            let scan = Scan { files: 1, files_considered: FILES, ..services.scan.clone() };
            assert_eq!(services.scan.files, 2);
            world.assert_ended(&scan);
        } else {
            assert_whole(&operations.scan, FILES);
            assert_whole(&map.scan, FILES);
            assert_whole(&services.scan, 2 * FILES);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_that_have_to_see_everything_are_of_the_newest_part_and_so_are_their_pages() {
    let world = World::new().await;
    let read = Read {
        range: TimeRange::ALL,
        filter: Filter::All(Vec::new()),
        order: Order::Desc,
        limit: 3,
        page_token: None,
        after: None,
    };
    let engine = world.engine(true);
    let since = Timestamp((world.newest - HOUR) as i64);
    let mut traces = Vec::new();
    let mut page = read.clone();
    loop {
        let answer = engine.traces(&world.scope, &page).await.unwrap();
        // The last pages are of so little that there is time for it: the list is cut all the same.
        let scan = &answer.scan;
        assert!(!scan.complete && scan.searched_since.is_some_and(|at| at >= since), "{scan:?}");
        traces.extend(answer.items.into_iter().map(|trace| trace.timestamp));
        page.page_token = answer.next_page_token;
        if page.page_token.is_none() {
            break;
        }
    }
    assert_eq!(traces.len() as u64, NEWEST);
    assert!(traces.is_sorted_by(|a, b| a > b) && traces.iter().all(|start| *start >= since));
    let first = engine.traces(&world.scope, &read).await.unwrap().scan;
    assert_eq!((first.complete, first.incomplete_code), (false, Some(Incomplete::Deadline)));
    assert_eq!(first.searched_since, Some(since));

    let names = engine.metric_names(&world.scope, &read).await.unwrap();
    assert_eq!((names.items.len(), names.items[0].points), (1, NEWEST));
    world.assert_ended(&names.scan);
    let series = engine.metric_series(&world.scope, &read).await.unwrap();
    assert_eq!((series.items.len(), series.items[0].points), (1, NEWEST));
    world.assert_ended(&series.scan);
    let engine = world.engine(false);
    let names = engine.metric_names(&world.scope, &read).await.unwrap();
    assert_eq!(names.items[0].points, (FILES + 1) * RECORDS);
    assert_whole(&names.scan, FILES);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn completion_is_made_of_the_newest_records_and_says_since_when() {
    let world = World::new().await;
    for (hurry, records) in [(true, NEWEST), (false, (FILES + 1) * RECORDS)] {
        let engine = world.engine(hurry);
        let completion =
            Completion { signal: Signal::Logs, selection: everything(), prefix: String::new(), limit: 10 };
        let keys = engine.attribute_keys(&world.scope, &completion).await.unwrap();
        assert_eq!(keys.items[0].count, records);
        let values = engine.attribute_values(&world.scope, &Field::Service, &completion).await.unwrap();
        assert_eq!(values.items[0].count, records);
        for scan in [keys.scan, values.scan] {
            if hurry { world.assert_ended(&scan) } else { assert_whole(&scan, FILES) }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_context_says_how_far_it_looked_on_either_side_and_offers_no_more_than_it_knows_of() {
    let world = World::new().await;
    let read = |order| Read {
        range: TimeRange::ALL,
        filter: Filter::All(Vec::new()),
        order,
        limit: 1,
        page_token: None,
        after: None,
    };
    let engine = world.engine(true);
    let newest = engine.logs(&world.scope, &read(Order::Desc)).await.unwrap().items.remove(0);
    let around = |filter| Around { before: 100, after: 5, within: Within::All, filter };
    let context = async |engine: &Engine, filter: &str| {
        let around = around(filter::parse(filter).unwrap());
        engine.log_context(&world.scope, newest.id, &around).await.unwrap().unwrap()
    };
    // A minute around is always looked at.
    let hurried = context(&engine, "").await;
    assert_eq!((hurried.before.len() as u64, hurried.more_before), (RECORDS - 1, false));
    assert_eq!((hurried.after.len(), hurried.more_after), (0, false));
    let scan = &hurried.scan;
    assert_eq!((scan.complete, scan.incomplete_code), (false, Some(Incomplete::Deadline)));
    let minute = Duration::from_secs(60);
    assert_eq!(scan.searched_since, Some(newest.timestamp.minus(minute)));
    assert_eq!(scan.searched_until, Some(newest.timestamp.plus(minute)));

    // With time, the end of what is kept is an end, whether something is found up to there or nothing.
    let engine = world.engine(false);
    let whole = context(&engine, "").await;
    assert_eq!((whole.before.len() as u64, whole.more_before), ((FILES + 1) * RECORDS - 1, false));
    let silent = context(&engine, "nothing").await;
    assert_eq!((silent.before.len(), silent.more_before, silent.more_after), (0, false, false));
    for scan in [whole.scan, silent.scan] {
        assert_eq!((scan.complete, scan.searched_since, scan.searched_until), (true, None, None), "{scan:?}");
    }
}
