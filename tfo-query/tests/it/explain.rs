//! What is told about how a statement is answered.

use tfo_query::QueryError;
use tfo_sdk::api::{SqlPlan, SqlStep};

use crate::world::World;

async fn explain(world: &World, sql: &str, analyze: bool) -> SqlPlan {
    world.engine.explain_sql(&world.scope, sql, analyze).await.unwrap()
}

/// A store with two files of logs, and some in memory.
async fn world() -> World {
    let mut world = World::new();
    for _ in 0..2 {
        world.append_logs(100).await;
        world.flush().await;
    }
    world.append_logs(7).await;
    world
}

fn names(plan: &SqlPlan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.name.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_says_what_is_read_of_which_table_and_reads_nothing() {
    let world = world().await;
    let sql =
        "SELECT attributes['http.route'] AS route, count(*) FROM logs WHERE severity_number >= 17 GROUP BY 1";
    let plan = explain(&world, sql, false).await;
    let [logs] = plan.tables.as_slice() else { panic!("{plan:?}") };
    assert_eq!((logs.table.as_str(), logs.memory_rows, logs.estimated_rows), ("logs", 7, 207));
    assert!(logs.files_left == logs.files && logs.files >= 2 && logs.bytes_left > 0, "{logs:?}");
    assert_eq!(logs.promoted_attributes, ["attributes['http.route']"]);
    assert!(logs.columns.contains(&"severity_number".to_owned()) && logs.columns.len() < 6, "{logs:?}");
    assert_eq!(logs.filters.len(), 1, "{logs:?}");
    assert!(logs.filters[0].contains("severity_number >= 17"), "{logs:?}");
    assert!(names(&plan).contains(&"Files") && names(&plan).contains(&"Memory"), "{plan:?}");
    assert_eq!(plan.scan, None);
    assert!(plan.steps.iter().all(|step| step.rows.is_none() && step.pruned.is_none()));
    assert_eq!(plan.steps[0].depth, 0);
    assert!(plan.steps[1..].iter().all(|step| step.depth > 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_their_times_rule_out_are_not_left() {
    let world = world().await;
    let future = "SELECT body FROM logs WHERE timestamp > now() + INTERVAL '2 days'";
    let plan = explain(&world, future, false).await;
    let [logs] = plan.tables.as_slice() else { panic!("{plan:?}") };
    assert!(logs.files >= 2, "{logs:?}");
    assert_eq!((logs.files_left, logs.bytes_left, logs.estimated_rows), (0, 0, 7));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_analyzed_plan_says_what_each_step_did() {
    let world = world().await;
    let sql = "SELECT l.body FROM logs l JOIN logs m ON l.ingest_seq = m.ingest_seq AND l.ingest_row = m.ingest_row";
    let plan = explain(&world, sql, true).await;
    assert_eq!(plan.tables.len(), 2, "{plan:?}");
    let scan = plan.scan.as_ref().unwrap();
    assert!(scan.complete && scan.rows > 0 && scan.files >= 2, "{scan:?}");
    let steps = |name: &str| plan.steps.iter().filter(|step| step.name == name).collect::<Vec<&SqlStep>>();
    let (files, memory) = (steps("Files"), steps("Memory"));
    assert_eq!((files.len(), memory.len()), (2, 2), "{plan:?}");
    assert!(memory.iter().all(|step| step.rows == Some(7)), "{memory:?}");
    assert!(files.iter().all(|step| step.rows == Some(200)), "{files:?}");
    assert!(files.iter().all(|step| step.pruned.as_ref().unwrap().row_groups_read > 0), "{files:?}");
    // What the steps read is all that was read, in files and in memory.
    let bytes: u64 = files.iter().map(|step| step.pruned.as_ref().unwrap().bytes_read).sum();
    assert!(bytes > 0);
    assert_eq!((scan.bytes, scan.rows), (bytes, 2 * 207));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_of_memory_says_how_many_rows_it_gave_before_a_limit_ended_it() {
    let mut world = World::new();
    world.append_logs(7).await;
    let plan = explain(&world, "SELECT body FROM logs LIMIT 3", true).await;
    let memory = plan.steps.iter().find(|step| step.name == "Memory").unwrap();
    assert!(memory.rows.is_some_and(|rows| (3..=7).contains(&rows)), "{plan:?}");
    assert!(plan.steps.iter().all(|step| !step.detail.contains(&usize::MAX.to_string())), "{plan:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_is_shown_of_what_would_be_run_and_of_nothing_else() {
    let world = World::new();
    for sql in ["EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1"] {
        let answer = world.engine.sql(&world.scope, sql).await;
        assert!(matches!(&answer, Err(QueryError::Refused(why)) if why.contains("--explain")), "{answer:?}");
        let answer = world.engine.explain_sql(&world.scope, sql, false).await;
        assert!(matches!(answer, Err(QueryError::Refused(_))));
    }
    let answer = world.engine.explain_sql(&world.scope, "DROP TABLE logs", true).await;
    assert!(matches!(answer, Err(QueryError::Refused(_))));
}
