//! Memory, time, rows: what one query may take, and that others do not notice.

use std::time::Duration;

use tfo_query::{Limits, QueryError, Read};
use tfo_sdk::AnyValue;

use crate::world::{World, everything, limits};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_cut_says_so() {
    let mut world = World::with(|folder| Limits { sql_rows: 10, ..limits(folder) });
    world.append_logs(30).await;
    let answer = world.engine.sql(&world.scope, "SELECT body FROM logs").await.unwrap();
    assert_eq!((answer.rows.len(), answer.scan.complete), (10, false));
    assert!(answer.scan.incomplete_because.unwrap().contains("at most 10 rows"));
    let answer = world.engine.sql(&world.scope, "SELECT body FROM logs LIMIT 10").await.unwrap();
    assert_eq!((answer.rows.len(), answer.scan.complete), (10, true));
}

/// Queries that would take hours: rows out of few rows, a condition that none of many pairs meet, and no end at all.
const ENDLESS: [&str; 4] = [
    "SELECT max(a.body || b.body || c.body || d.body) FROM logs a, logs b, logs c, logs d",
    "SELECT count(*) FROM (SELECT a.ingest_row AS x FROM logs a, logs b) l, \
     (SELECT c.ingest_row AS y FROM logs c, logs d) r WHERE l.x + r.y < 0 OR l.x * r.y < 0",
    "SELECT count(*) FROM (SELECT a.ingest_row AS x, a.body FROM logs a, logs b) l \
     JOIN (SELECT c.ingest_row AS y, cast(c.ingest_row AS text) AS s FROM logs c, logs d) r \
     ON length(l.body) * 0 = length(r.s) * 0 AND l.x + r.y < 0",
    "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_that_takes_too_long_is_ended() {
    let mut world = World::with(|folder| Limits { deadline: Duration::from_secs(1), ..limits(folder) });
    world.append_logs(1_000).await;
    for sql in ENDLESS {
        let answer = world.engine.sql(&world.scope, sql).await;
        assert!(
            matches!(answer, Err(QueryError::Deadline { seconds: 1 } | QueryError::Memory)),
            "{sql}: {answer:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_that_are_given_up_make_way_for_others() {
    let mut world = World::new();
    world.append_logs(1_000).await;
    // More often than there are turns: one that went on after its caller has gone would keep its turn.
    for _ in 0..10 {
        for sql in ENDLESS {
            let endless = world.engine.sql(&world.scope, sql);
            let answer = tokio::time::timeout(Duration::from_millis(100), endless).await;
            assert!(matches!(answer, Err(_) | Ok(Err(QueryError::Memory))), "{sql}: {answer:?}");
        }
    }
    let count = world.engine.sql(&world.scope, "SELECT count(*) FROM logs").await.unwrap();
    assert_eq!(count.rows, [[AnyValue::Int(1_000)]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_that_needs_too_much_memory_fails_alone() {
    let mut world = World::with(|folder| Limits { memory_bytes: 4 << 20, ..limits(folder) });
    world.append_logs(1_000).await;
    let sql = "SELECT array_agg(a.body || b.body || a.attributes['user']) FROM logs a, logs b";
    let answer = world.engine.sql(&world.scope, sql).await;
    assert!(matches!(answer, Err(QueryError::Memory)), "{:?}", answer.map(|answer| answer.rows.len()));
    let count = world.engine.sql(&world.scope, "SELECT count(*) FROM logs").await.unwrap();
    assert_eq!(count.rows, [[AnyValue::Int(1_000)]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_large_records_takes_the_memory_of_its_records_alone() {
    // Beside the records of a page, a batch of a file is there: up to ten of them.
    let mut world = World::with(|folder| Limits { memory_bytes: 24 << 20, ..limits(folder) });
    for round in 0..45 {
        world.append_text((round % 10).to_string().repeat(1 << 20)).await;
        if round % 10 == 9 {
            world.flush().await;
        }
    }
    let page = |limit| Read { limit, ..everything("") };
    let answer = world.engine.logs(&world.scope, &page(5)).await.unwrap();
    assert_eq!(answer.items.len(), 5);
    let answer = world.engine.logs(&world.scope, &page(30)).await;
    assert!(matches!(answer, Err(QueryError::Memory)), "{:?}", answer.map(|page| page.items.len()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn small_things_of_large_records_can_be_counted_and_sorted() {
    let mut world = World::with(|folder| Limits { memory_bytes: 8 << 20, ..limits(folder) });
    for round in 0..2 {
        world.append_text(round.to_string().repeat(1 << 20)).await;
        world.append_logs(600).await;
        world.flush().await;
    }
    let sql =
        "SELECT ingest_seq, ingest_row, service_name, count(*) FROM logs GROUP BY 1, 2, 3 ORDER BY 1, 2";
    let answer = world.engine.sql(&world.scope, sql).await.unwrap();
    assert_eq!(answer.rows.len(), 1_202);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_of_a_file_counts_as_memory() {
    let mut world = World::with(|folder| Limits { memory_bytes: 4 << 20, ..limits(folder) });
    world.append_text("x".repeat(8 << 20)).await;
    world.flush().await;
    let sql = "SELECT max(length(body)) FROM logs";
    let answer = world.engine.sql(&world.scope, sql).await;
    assert!(matches!(answer, Err(QueryError::Memory)), "{answer:?}");
    // The other columns are small.
    let count = world.engine.sql(&world.scope, "SELECT count(service_name) FROM logs").await.unwrap();
    assert_eq!(count.rows, [[AnyValue::Int(1)]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expressions_as_long_as_are_accepted_can_be_planned() {
    let mut world = World::new();
    world.append_logs(10).await;
    let chain = vec!["severity_number = 1"; 500].join(" OR ");
    let list = (0..9_000).map(|number| number.to_string()).collect::<Vec<_>>().join(", ");
    let nested = format!("SELECT {}1{}", "abs(".repeat(20), ")".repeat(20));
    let unions = vec!["SELECT body FROM logs"; 50].join(" UNION ALL ");
    let within =
        (0..15).fold("SELECT * FROM logs".to_owned(), |sql, _| format!("SELECT * FROM ({sql}) AS t"));
    for sql in [
        format!("SELECT count(*) FROM logs WHERE {chain}"),
        format!("SELECT count(*) FROM logs WHERE severity_number IN ({list})"),
        nested,
        unions,
        within,
    ] {
        let answer = world.engine.sql(&world.scope, &sql).await;
        assert!(answer.is_ok(), "{}: {:?}", &sql[..60], answer.map(|_| ()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_engine_may_go_inside_a_task() {
    let world = World::new();
    let engine = world.engine.clone();
    drop(world);
    tokio::spawn(async move { drop(engine) }).await.unwrap();
}

/// Small to write, huge to make: each level is twice or four times the one below.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_value_that_doubles_with_each_level_is_refused() {
    let mut world = World::new();
    world.append_logs(1_000).await;
    let nested = |levels: usize, level: &str| {
        let inner = "(SELECT ingest_seq AS a FROM logs)".to_owned();
        let sql = (0..levels).fold(inner, |inner, _| format!("(SELECT {level} AS a FROM {inner} t)"));
        format!("SELECT a FROM {sql} t")
    };
    for (level, told) in [
        ("[a, a, a, a]", "would make"),
        ("make_array(a, a, a, a)", "would make"),
        ("array_concat([a], [a], [a])", "would make"),
        ("[a] || [a] || [a]", "would make"),
        ("MAP {'k': a, 'l': a, 'm': a}", "would make"),
        ("struct(a, a, a)", "nested too deep"),
        ("named_struct('x', a, 'y', a)", "nested too deep"),
        ("{'x': a, 'y': a}", "nested too deep"),
    ] {
        let answer = world.engine.sql(&world.scope, &nested(14, level)).await;
        let refused = answer.map(|answer| answer.rows.len()).unwrap_err().to_string();
        assert!(refused.contains(told), "{level}: {refused}");
        let answer = world.engine.sql(&world.scope, &nested(2, level)).await.unwrap();
        assert_eq!(answer.rows.len(), 1_000, "{level}");
    }
}
