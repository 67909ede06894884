//! SQL over hand-made snapshots: what is accepted, what is pushed down, what attributes look like.

use std::sync::Arc;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::execution::context::SessionContext;
use tfo_sdk::Signal;

use super::guard;
use crate::error::QueryError;
use crate::testing::{MemoryFile, Pairs, Rows, context, on_a_query_stack, query, table};

fn refusal(sql: &str) -> String {
    match guard::parse(sql) {
        Err(QueryError::Refused(message) | QueryError::Invalid(message)) => message,
        Err(other) => panic!("{sql}: {other}"),
        Ok(_) => panic!("accepted: {sql}"),
    }
}

#[test]
fn only_one_query_is_accepted() {
    for (sql, expected) in [
        ("INSERT INTO logs VALUES (1)", "only SELECT is accepted, got INSERT"),
        ("  -- why\nUPDATE logs SET body = ''", "only SELECT is accepted, got UPDATE"),
        ("DELETE FROM logs", "only SELECT is accepted, got DELETE"),
        ("DROP TABLE logs", "only SELECT is accepted, got DROP"),
        ("CREATE TABLE x (a INT)", "only SELECT is accepted, got CREATE"),
        ("CREATE VIEW x AS SELECT 1", "only SELECT is accepted, got CREATE"),
        ("CREATE EXTERNAL TABLE x STORED AS PARQUET LOCATION '/etc'", "only SELECT is accepted, got CREATE"),
        ("COPY logs TO '/tmp/x' STORED AS CSV", "only SELECT is accepted, got COPY"),
        ("SET datafusion.execution.batch_size = 1", "only SELECT is accepted, got SET"),
        ("RESET datafusion.execution.batch_size", "only SELECT is accepted, got RESET"),
        ("SHOW TABLES", "only SELECT is accepted, got SHOW"),
        ("DESCRIBE logs", "only SELECT is accepted, got DESCRIBE"),
        ("EXPLAIN SELECT 1", "only SELECT is accepted, got EXPLAIN"),
        ("EXPLAIN ANALYZE SELECT 1", "only SELECT is accepted, got EXPLAIN"),
        ("PREPARE x AS SELECT 1", "only SELECT is accepted, got PREPARE"),
        ("BEGIN", "only SELECT is accepted, got BEGIN"),
        ("WITH x AS (SELECT 1) INSERT INTO logs SELECT * FROM x", "only SELECT is accepted, got INSERT"),
        ("SELECT 1; SELECT 2", "one statement at a time"),
        ("SELECT 1; DROP TABLE logs", "one statement at a time"),
        ("SELECT * INTO copy FROM logs", "SELECT INTO is not accepted"),
        ("SELECT * FROM (SELECT 1 AS a INTO x) AS y", "SELECT INTO is not accepted"),
        ("", "there is no statement"),
        (" ; ", "there is no statement"),
        ("SELEC 1", "only SELECT is accepted, got SELEC"),
        ("SELECT 1 FROM WHERE x = = 1", "Expected"),
    ] {
        let message = refusal(sql);
        assert!(
            message.contains(expected) || expected == "only SELECT is accepted, got SELEC",
            "{sql}: {message}"
        );
    }
    for sql in [
        "SELECT 1;",
        "WITH x AS (SELECT 1 AS a) SELECT a FROM x",
        "VALUES (1), (2)",
        "SELECT 1 UNION ALL SELECT 2 ORDER BY 1 LIMIT 1",
        "(SELECT 1)",
        "SELECT a.body FROM logs a JOIN spans b ON a.trace_id = b.trace_id, unnest(b.events) AS e",
    ] {
        assert!(guard::parse(sql).is_ok(), "{sql}: {}", refusal(sql));
    }
}

#[test]
fn functions_that_read_files_or_make_much_of_nothing_are_refused_by_name() {
    for (sql, expected) in [
        ("SELECT * FROM read_parquet('/etc/passwd')", "table functions are not accepted, got read_parquet"),
        ("SELECT * FROM generate_series(1, 10)", "table functions are not accepted, got generate_series"),
        ("SELECT * FROM range(1000000000000)", "table functions are not accepted, got range"),
        ("SELECT * FROM logs, LATERAL range(1) AS r", "table functions are not accepted, got range"),
        ("SELECT * FROM TABLE(read_csv('x'))", "table functions are not accepted"),
        ("SELECT * FROM (SELECT * FROM parquet_metadata('x')) AS t", "got parquet_metadata"),
        ("SELECT repeat('x', 1000000000000)", "the function repeat is not accepted"),
        ("SELECT 1 WHERE 'a' = (SELECT LPAD('x', 2000000000))", "the function lpad is not accepted"),
        ("SELECT range(1000000000000)", "the function range is not accepted"),
        ("SELECT array_repeat(1, 1000000000)", "the function array_repeat is not accepted"),
        ("SELECT \"arrow_cast\"(body, 'LargeUtf8') FROM logs", "the function arrow_cast is not accepted"),
    ] {
        let message = refusal(sql);
        assert!(message.contains(expected), "{sql}: {message}");
    }
}

#[test]
fn statements_that_planning_cannot_bear_are_refused() {
    let nested = format!("SELECT {}1{}", "(".repeat(100_000), ")".repeat(100_000));
    let few_nested = format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000));
    let chain = format!("SELECT 1 WHERE {}", vec!["1 = 1"; 9_000].join(" OR "));
    let long_chain = format!("SELECT 1 WHERE {}", vec!["a = 1"; 20_000].join(" OR "));
    let minus = format!("SELECT {}1", "- ".repeat(10_000));
    let casts = format!("SELECT 1{}", "::int".repeat(9_000));
    let subscripts = format!("SELECT a{}", "['k']".repeat(2_000));
    let unions = vec!["SELECT 1"; 5_000].join(" UNION ");
    let joins = format!("SELECT 1 FROM {}", vec!["logs"; 5_000].join(", "));
    let doubled: String =
        (1..30).map(|at| format!(", t{at} AS (SELECT * FROM t{0} a, t{0} b)", at - 1)).collect();
    let doubled = format!("WITH t0 AS (SELECT 1 AS a){doubled} SELECT count(*) FROM t29");
    let inner = format!("SELECT {}1{}", "(SELECT ".repeat(3_000), ")".repeat(3_000));
    let types = format!("SELECT CAST(1 AS {}INT{})", "ARRAY<".repeat(5_000), ">".repeat(5_000));
    let calls = format!("SELECT {}1{}", "abs(".repeat(5_000), ")".repeat(5_000));
    let cases = format!("SELECT {}1{}", "CASE WHEN 1=1 THEN ".repeat(3_000), " END".repeat(3_000));
    // On a stack as large as that of the threads of queries.
    let run = std::thread::Builder::new().stack_size(64 << 20);
    let check = move || {
        let others = [
            format!("{}SELECT 1", "EXPLAIN ".repeat(20_000)),
            format!("SELECT {}'1 day'", "INTERVAL ".repeat(20_000)),
            format!("SELECT {}1", "PRIOR ".repeat(20_000)),
            format!("SELECT {}1", "NOT ".repeat(20_000)),
            format!("SELECT {}1{}", "[".repeat(5_000), "]".repeat(5_000)),
            format!("SELECT {}1{}", "ARRAY[".repeat(5_000), "]".repeat(5_000)),
            format!("SELECT * FROM {}logs{}", "(".repeat(5_000), ")".repeat(5_000)),
            format!("SELECT x{}", "->x".repeat(9_000)),
            format!("SELECT CAST(1 AS INT{})", "[]".repeat(9_000)),
            format!("SELECT a{}", ".b".repeat(9_000)),
            format!("SELECT 1{}", " IS NULL".repeat(9_000)),
            format!("SELECT 1 {}", "UNION (SELECT 1 ".repeat(5_000)),
            format!("SELECT ts{}", " AT TIME ZONE 'UTC'".repeat(5_000)),
            format!("SELECT 1 FROM logs {}", "JOIN logs ".repeat(5_000)),
            format!("{}SELECT 1", "WITH a AS (".repeat(5_000)),
        ];
        for sql in others {
            // Some are no SQL at all; what matters is that there is an answer.
            eprintln!("{}", &sql[..30]);
            let _ = guard::parse(&sql);
        }
        for sql in [
            nested, few_nested, chain, long_chain, minus, casts, subscripts, unions, joins, doubled, inner,
            types, calls, cases,
        ] {
            let message = refusal(&sql);
            assert!(message.len() < 300, "{message}");
        }
        refusal(&"x".repeat(1 << 20));
    };
    run.spawn(check).unwrap().join().unwrap();
}

#[test]
fn statements_that_can_be_read_in_many_ways_are_refused_soon() {
    on_a_query_stack(|| async {
        // Each level is tried as one thing, and again as another: a million ways for twenty.
        for n in [12, 16, 24] {
            let sql = format!("SELECT {}", "POSITION((".repeat(n));
            let _ = guard::parse(&sql);
        }
        let message = refusal(&format!("SELECT {}", "POSITION((".repeat(16)));
        assert!(message.contains("too many ways"), "{message}");
    });
}

#[test]
fn sql_is_read_as_the_generic_dialect_reads_it() {
    use datafusion::sql::sqlparser::dialect::GenericDialect;
    use datafusion::sql::sqlparser::parser::Parser;
    for sql in [
        "SELECT {'a': 1}, MAP {'a': 1}, [1, 2], STRUCT(1 AS a), x -> x + 1, `a`, #a, @b FROM logs",
        "SELECT * EXCLUDE (a) FROM logs GROUP BY ALL",
        "SELECT count(*) FILTER (WHERE a), first_value(a) IGNORE NULLS OVER w FROM logs WINDOW w AS (ORDER BY b)",
        "SELECT EXTRACT('hour' FROM a), TRIM(a, 'x'), INTERVAL '1' DAY, E'\\n', U&'\\0041', 1 << 2 FROM logs LIMIT 1, 2",
        "SELECT a FROM (VALUES (1)) AS t GROUP BY ROLLUP (a), a WITH CUBE /* a /* b */ */",
        "WITH t (SELECT 1) SELECT a, FROM (t JOIN u USING (a))",
    ] {
        let theirs = Parser::parse_sql(&GenericDialect {}, sql).map_err(|error| error.to_string());
        match guard::parse(sql) {
            Ok(ours) => assert_eq!(theirs, Ok(vec![ours]), "{sql}"),
            Err(error) => assert!(theirs.is_err(), "{sql}: {error}, {theirs:?}"),
        }
    }
}

fn rows() -> RecordBatch {
    let maps: [Option<Pairs<'_>>; 4] = [
        Some(&[("user", "ann"), ("http.status_code", "two hundred")]),
        Some(&[("http.route", "5")]),
        Some(&[("empty", "")]),
        Some(&[]),
    ];
    let types: [Option<Pairs<'_>>; 4] = [None, Some(&[("http.route", "int")]), None, None];
    Rows::at(Signal::Logs, 1, &[10, 20, 30, 40])
        .text("body", &[Some("one"), Some("two"), Some("three"), Some("four")])
        .text("attr.http.route", &[Some("/cart"), None, None, Some("/pay")])
        .int("attr.http.status_code", &[None, Some(200), None, Some(500)])
        .map("attributes", &maps)
        .map("attributes_types", &types)
        .batch()
}

fn logs(files: &[Arc<MemoryFile>], batches: &[RecordBatch]) -> SessionContext {
    let base = table(Signal::Logs, files, batches);
    context(vec![("logs", super::tables::shown(Signal::Logs, base).unwrap())])
}

#[tokio::test]
async fn attributes_are_one_map_wherever_they_stand() {
    for logs in [logs(&[], &[rows()]), logs(&[MemoryFile::new("a", &rows())], &[])] {
        assert_eq!(
            query(&logs, "SELECT attributes FROM logs ORDER BY timestamp").await,
            r#"{"http.route":"/cart","user":"ann","http.status_code":"two hundred"}
{"http.status_code":"200","http.route":"5"}
{"empty":""}
{"http.route":"/pay","http.status_code":"500"}"#
        );
        let keys = "SELECT attributes['http.route'], attributes['http.status_code'], attributes['user'], \
                    attributes['empty'] IS NULL, attributes['nothing'] IS NULL FROM logs ORDER BY timestamp";
        assert_eq!(
            query(&logs, keys).await,
            "/cart | two hundred | ann | true | true\n5 | 200 |  | true | true\n |  |  | false | true\n\
             /pay | 500 |  | true | true"
        );
        let where_text = "SELECT body FROM logs WHERE attributes['http.route'] = '/pay'";
        assert_eq!(query(&logs, where_text).await, "four");
        let grouped = "SELECT attributes['http.status_code'] AS code, count(*) FROM logs \
                       WHERE attributes['http.status_code'] IS NOT NULL GROUP BY 1 ORDER BY 1";
        assert_eq!(query(&logs, grouped).await, "200 | 1\n500 | 1\ntwo hundred | 1");
        let joined = "SELECT a.attributes['user'] FROM logs a JOIN logs b ON a.body = b.body \
                      WHERE b.attributes['http.route'] = '/cart'";
        assert_eq!(query(&logs, joined).await, "ann");
        let dynamic = "SELECT map_keys(attributes) FROM logs WHERE body = 'one'";
        assert_eq!(query(&logs, dynamic).await, r#"["http.route","user","http.status_code"]"#);
    }
}

#[tokio::test]
async fn a_key_reads_its_promoted_column_and_not_the_others() {
    let logs = logs(&[MemoryFile::new("a", &rows())], &[rows()]);
    for sql in [
        "SELECT attributes['http.route'] FROM logs",
        "SELECT attributes['http.route'], attributes['http.status_code'] FROM logs",
        "SELECT body FROM logs WHERE attributes['http.route'] = '/cart'",
        "SELECT attributes['http.route'], count(*) FROM logs GROUP BY 1",
        "SELECT l.attributes['http.route'] FROM logs l JOIN logs m ON l.trace_id = m.trace_id",
        "SELECT max(attributes['http.route']) FROM (SELECT * FROM logs ORDER BY timestamp LIMIT 3) AS t",
    ] {
        let plan = super::plan_for_tests(&logs, sql).await;
        assert!(plan.contains("attr.http.route"), "{sql}\n{plan}");
        assert!(!plan.contains("attr.url.path"), "{sql}\n{plan}");
        assert!(!plan.contains("merged_attributes"), "{sql}\n{plan}");
    }
}

#[tokio::test]
async fn columns_stand_in_the_documented_order_and_no_promoted_one_shows() {
    let logs = logs(&[], &[rows()]);
    let plan = logs.state().create_logical_plan("SELECT * FROM logs").await.unwrap();
    let names: Vec<_> = plan.schema().fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(
        names,
        [
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
            "resource_attributes",
            "resource_dropped_attributes_count",
            "resource_entity_refs",
            "resource_schema_url",
            "scope_name",
            "scope_version",
            "scope_attributes",
            "scope_dropped_attributes_count",
            "scope_schema_url",
            "ingest_seq",
            "ingest_row",
            "sent_timestamp",
            "body_type",
            "attributes_types",
            "resource_attributes_types",
            "scope_attributes_types"
        ]
    );
}

#[tokio::test]
async fn attributes_compared_with_numbers_are_numbers_or_null() {
    let maps: [Option<Pairs<'_>>; 4] =
        [Some(&[("n", "5.0")]), Some(&[("n", "abc")]), Some(&[("n", "9007199254740993")]), Some(&[])];
    let batch = Rows::at(Signal::Logs, 1, &[10, 20, 30, 40])
        .text("body", &[Some("a"), Some("b"), Some("c"), Some("d")])
        .int("severity_number", &[Some(5), Some(6), Some(7), None])
        .int("attr.http.status_code", &[Some(500), None, Some(404), None])
        .map("attributes", &maps)
        .batch();
    for logs in [logs(&[], std::slice::from_ref(&batch)), logs(&[MemoryFile::new("a", &batch)], &[])] {
        for (condition, expected) in [
            ("attributes['n'] = 5", "a"),
            ("5 = attributes['n']", "a"),
            ("attributes['n'] <> 5", "c"),
            ("attributes['n'] = 5.0", "a"),
            ("attributes['n'] = '5.0'", "a"),
            ("attributes['n'] > 4.5", "a\nc"),
            ("attributes['n'] < 9007199254740992", "a"),
            ("attributes['n'] = 9007199254740993", "c"),
            ("attributes['n'] BETWEEN 1 AND 10", "a"),
            ("attributes['n'] NOT BETWEEN 1 AND 10", "c"),
            ("attributes['n'] IN (4, 5)", "a"),
            ("attributes['n'] NOT IN (4, 5)", "c"),
            ("attributes['n'] IS DISTINCT FROM 5", "b\nc\nd"),
            ("CASE attributes['n'] WHEN 5 THEN true END", "a"),
            ("attributes['n'] = severity_number", "a"),
            ("attributes['n'] = (SELECT 5)", "a"),
            ("attributes['n'] + 1 = 6", "a"),
            ("10 - attributes['n'] = 5 OR attributes['n'] * attributes['n'] = 25", "a"),
            ("attributes['http.status_code'] >= 500", "a"),
            ("attributes['http.status_code'] - attributes['n'] = 495", "a"),
            ("body < 1", ""),
            ("TRY_CAST(attributes['n'] AS INT) = 5", ""),
        ] {
            let sql = format!("SELECT body FROM logs WHERE {condition} ORDER BY body");
            assert_eq!(query(&logs, &sql).await, expected, "{condition}");
        }
        let named = "SELECT n FROM (SELECT attributes['n'] AS n FROM logs) AS t WHERE n = 5";
        assert_eq!(query(&logs, named).await, "5.0");
    }
    let plan = logs(&[], &[batch]);
    let plan = plan.state().create_logical_plan("SELECT attributes['n'] = 5 FROM logs").await.unwrap();
    assert_eq!(plan.schema().field(0).name(), "logs.attributes[n] = Int64(5)");
}

#[test]
fn a_long_chain_of_texts_is_one_call_that_is_null_when_a_part_is() {
    on_a_query_stack(|| async {
        let logs = logs(&[], &[rows()]);
        let chain = format!("SELECT body{} FROM logs WHERE body = 'one'", " || 'b'".repeat(500));
        assert_eq!(query(&logs, &chain).await, format!("one{}", "b".repeat(500)));
        let parts = "SELECT body || '-' || attributes['user'] || ('x' || 1), 'a' || NULL || 'b' FROM logs \
                     ORDER BY body";
        let plan = super::plan_for_tests(&logs, parts).await;
        assert!(!plan.contains("||(||"), "{plan}");
        assert_eq!(query(&logs, parts).await, " | \none-annx1 | \n | \n | ");
        assert_eq!(query(&logs, "SELECT ['a'] || ['b'] FROM logs LIMIT 1").await, r#"["a","b"]"#);
    });
}

#[tokio::test]
async fn a_map_can_be_listed() {
    let logs = logs(&[], &[rows()]);
    let entries =
        "SELECT map_entries(attributes) FROM logs WHERE body = 'three' OR body = 'four' ORDER BY body";
    assert_eq!(
        query(&logs, entries).await,
        r#"[{"key":"http.route","value":"/pay"},{"key":"http.status_code","value":"500"}]
[{"key":"empty","value":""}]"#
    );
    let unnested = "SELECT unnest(map_entries(MAP {'a': 1, 'b': NULL}))";
    assert_eq!(query(&logs, unnested).await, "{\"key\":\"a\",\"value\":1}\n{\"key\":\"b\",\"value\":null}");
}

#[test]
fn text_that_grows_without_end_is_stopped() {
    on_a_query_stack(|| async {
        let logs = logs(&[], &[rows()]);
        let mut sql = "SELECT body AS a FROM logs".to_owned();
        for _ in 0..15 {
            sql = format!("SELECT a || a || a || a AS a FROM ({sql}) AS t");
        }
        let plan = logs.state().create_logical_plan(&sql).await.unwrap();
        let frame = datafusion::dataframe::DataFrame::new(logs.state(), plan);
        let error = frame.collect().await.unwrap_err().to_string();
        assert!(error.contains("at most"), "{error}");
    });
}
