//! SQL over a real store.

use tfo_query::QueryError;
use tfo_sdk::AnyValue;

use crate::world::{World, everything};

async fn filled() -> World {
    let mut world = World::new();
    for round in 0..4 {
        world.append_logs(50).await;
        world.append_points(50).await;
        let spans = (0..50).map(|_| world.span()).collect();
        world.append_spans(spans).await;
        if round < 2 {
            world.flush().await;
        }
    }
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sql_sees_what_the_lists_see() {
    let world = filled().await;
    let logs = world.engine.logs(&world.scope, &everything("")).await.unwrap().items;
    let sql = "SELECT ingest_seq, ingest_row, timestamp, service_name, attributes['user'] FROM logs \
               ORDER BY timestamp DESC, ingest_seq DESC, ingest_row DESC";
    let answer = world.engine.sql(&world.scope, sql).await.unwrap();
    assert_eq!(answer.rows.len(), logs.len());
    for (row, log) in answer.rows.iter().zip(&logs) {
        let id = (AnyValue::Int(log.id.sequence as i64), AnyValue::Int(log.id.row.into()));
        assert_eq!((&row[0], &row[1]), (&id.0, &id.1));
        assert_eq!(row[2], AnyValue::String(log.timestamp.to_string()));
        assert_eq!(row[3], log.service_name.clone().map_or(AnyValue::Empty, AnyValue::String));
        assert_eq!(row[4] == AnyValue::Empty, log.attributes.get("user").is_none());
    }
    let kinds: Vec<_> = answer.columns.iter().map(|column| column.kind.as_str()).collect();
    assert_eq!(kinds, ["bigint unsigned", "bigint", "timestamp", "text", "text"]);
    assert!(answer.scan.complete && answer.scan.files > 0 && answer.scan.bytes > 0);
    assert!(answer.scan.rows >= 200, "{:?}", answer.scan);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whole_tables_and_derived_ones_can_be_selected() {
    let world = filled().await;
    for (table, rows) in [("logs", 200), ("spans", 200), ("metric_points", 200)] {
        let answer = world.engine.sql(&world.scope, &format!("SELECT * FROM {table}")).await.unwrap();
        assert_eq!(answer.rows.len(), rows, "{table}");
        assert!(answer.columns.iter().any(|column| column.name == "attributes" && column.kind == "map"));
    }
    let services =
        world.engine.sql(&world.scope, "SELECT * FROM services ORDER BY service_name").await.unwrap();
    assert_eq!(services.columns.len(), 5);
    assert!(!services.rows.is_empty());
    let series =
        world.engine.sql(&world.scope, "SELECT sum(points), count(*) > 1 FROM metric_series").await.unwrap();
    assert_eq!(series.rows, [[AnyValue::Int(200), AnyValue::Bool(true)]]);
    let attributes = "SELECT attributes['http.route'] FROM metric_series WHERE metric_name = 'requests'";
    assert!(!world.engine.sql(&world.scope, attributes).await.unwrap().rows.is_empty());
    let joined = "SELECT count(*) FROM logs JOIN spans ON logs.trace_id = spans.trace_id";
    assert!(world.engine.sql(&world.scope, joined).await.is_ok());
    let window =
        "SELECT service_name, row_number() OVER (PARTITION BY service_name ORDER BY timestamp) FROM logs";
    assert_eq!(world.engine.sql(&world.scope, window).await.unwrap().rows.len(), 200);
    let minutes = "SELECT date_bin(INTERVAL '1 minute', timestamp) AS minute, round(avg(duration_ns) / 1e6, 1), \
                   approx_percentile_cont(duration_ns, 0.95) FROM spans GROUP BY minute ORDER BY minute";
    assert!(!world.engine.sql(&world.scope, minutes).await.unwrap().rows.is_empty());
    let events = "SELECT spans.name, unnest(events) AS event FROM spans";
    assert!(world.engine.sql(&world.scope, events).await.is_ok());
    for time in ["'2020-01-01T00:00:00Z'", "'2020-01-01'", "to_timestamp_seconds(0)"] {
        let since = format!("SELECT count(*) FROM logs WHERE timestamp >= {time}");
        assert_eq!(
            world.engine.sql(&world.scope, &since).await.unwrap().rows,
            [[AnyValue::Int(200)]],
            "{time}"
        );
    }
    let recent = "SELECT count(*) FROM logs WHERE timestamp > now() - INTERVAL '4 hours'";
    assert_eq!(world.engine.sql(&world.scope, recent).await.unwrap().rows, [[AnyValue::Int(200)]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_have_the_types_that_they_have_in_json() {
    let world = World::new();
    let sql = "SELECT 1, 1.5, 'a', true, NULL, CAST(18446744073709551615 AS BIGINT UNSIGNED), \
               TIMESTAMP '2026-11-25T08:00:00Z', INTERVAL '1 hour', [1, 2], {'k': 1}, MAP {'a': 'b'}, X'0102', \
               DATE '2026-11-25', to_timestamp_seconds(1)";
    let answer = world.engine.sql(&world.scope, sql).await.unwrap();
    let text: Vec<_> = answer.rows[0].iter().map(|value| serde_json::to_string(value).unwrap()).collect();
    assert_eq!(
        text,
        [
            "1",
            "1.5",
            "\"a\"",
            "true",
            "null",
            "\"18446744073709551615\"",
            "\"2026-11-25T08:00:00Z\"",
            "\"1 hours\"",
            "[1,2]",
            "{\"k\":1}",
            "{\"a\":\"b\"}",
            "{\"$bytes\":\"AQI=\"}",
            "\"2026-11-25\"",
            "\"1970-01-01T00:00:01Z\""
        ]
    );
    let kinds: Vec<_> = answer.columns.iter().map(|column| column.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "bigint",
            "double",
            "text",
            "boolean",
            "null",
            "bigint unsigned",
            "timestamp",
            "interval",
            "list",
            "struct",
            "map",
            "binary",
            "date",
            "timestamp"
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mistakes_are_told_in_the_users_words() {
    let world = filled().await;
    for (sql, expected) in [
        ("SELECT bod FROM logs", "bod"),
        ("SELECT * FROM log", "log"),
        ("SELECT nothing(1)", "nothing"),
        ("SELECT body + 1 FROM logs", "Cannot coerce"),
        ("SELECT 1 / 0", "Divide by zero"),
        ("SELECT CAST('x' AS INT)", "x"),
        ("SELECT FROM", "Expected"),
        ("SELECT * FROM logs WHERE body ~ '('", "regex"),
        ("SELECT * FROM 'x.parquet'", "x.parquet"),
        ("SELECT * FROM \"/etc/passwd\"", "/etc/passwd"),
        ("SELECT * FROM information_schema.tables", "information_schema"),
        ("SELECT * FROM \"attr.http.route\"", "attr.http.route"),
        ("SELECT \"attr.http.route\" FROM logs", "attr.http.route"),
        ("SELECT $1", "laceholder"),
        ("SELECT @@version", "version"),
        ("SELECT max(attributes) FROM logs", "not implemented for type Map"),
        ("SELECT max(resource_attributes) FROM logs", "not implemented for type Map"),
        (
            "SELECT row_number() OVER (ORDER BY attributes) FROM logs",
            "not supported: Cannot run range queries",
        ),
        ("SELECT min([attributes]) FROM logs", "Uncomparable values"),
        ("SELECT sum(body) FROM logs", "Function 'sum' failed to match any signature"),
        ("SELECT map_extract(body, 'k') FROM logs", "Expected a Map type"),
        ("SELECT map_entries(body) FROM logs", "map_entries"),
        ("SELECT from_unixtime(9223372036854775807)", "Failed to convert"),
        ("SELECT [to_timestamp_millis(9223372036854775807)]", "Failed to convert"),
    ] {
        match world.engine.sql(&world.scope, sql).await {
            Err(QueryError::Invalid(message)) => {
                assert!(message.contains(expected), "{sql}: {message}");
                let internal = ["DataFusion", "datafusion", "backtrace", "telemetry.", "nternal", "bug"];
                assert!(!internal.iter().any(|word| message.contains(word)), "{sql}: {message}");
            }
            other => panic!("{sql}: {other:?}"),
        }
    }
    let refused = world.engine.sql(&world.scope, "DROP TABLE logs").await;
    assert!(matches!(refused, Err(QueryError::Refused(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mistake_that_shows_while_a_file_is_read_is_still_the_users() {
    let mut world = World::new();
    world.append_logs(50).await;
    world.flush().await;
    for (sql, expected) in [
        ("SELECT 1 FROM logs WHERE CAST(body AS INT) = 1", "Cannot cast string"),
        ("SELECT 1 FROM logs WHERE body ~ '('", "regex"),
        ("SELECT 1 FROM logs WHERE 1 / (severity_number - severity_number) = 1", "Divide by zero"),
    ] {
        match world.engine.sql(&world.scope, sql).await {
            Err(QueryError::Invalid(message)) => assert!(message.contains(expected), "{sql}: {message}"),
            other => panic!("{sql}: {other:?}"),
        }
    }
}
