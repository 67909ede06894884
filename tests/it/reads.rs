//! Reads that sum up, over REST and in a terminal: a small shop whose telemetry is known.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use serde_json::{Value, json};
use tfo_tests::generate::{key_value, now};
use tfo_tests::{Daemon, Encoding};

const MINUTE: u64 = 60_000_000_000;

fn resource(service: &str, host: &str) -> Option<Resource> {
    let attributes = [("service.name", service), ("host.name", host)]
        .map(|(key, value)| key_value(key, Any::StringValue(value.to_owned())));
    Some(Resource { attributes: attributes.into(), ..Resource::default() })
}

/// Log records of a service on a host: a severity, a time and a text each.
async fn send_logs(daemon: &Daemon, service: &str, host: &str, records: &[(i32, u64, &str)]) {
    let record = |(severity, time, body): &(i32, u64, &str)| LogRecord {
        time_unix_nano: *time,
        severity_number: *severity,
        body: Some(AnyValue { value: Some(Any::StringValue((*body).to_owned())) }),
        attributes: vec![key_value("user", Any::IntValue(5))],
        ..LogRecord::default()
    };
    let scope_logs =
        vec![ScopeLogs { log_records: records.iter().map(record).collect(), ..ScopeLogs::default() }];
    let resource = resource(service, host);
    let request = ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs { resource, scope_logs, ..ResourceLogs::default() }],
    };
    assert_eq!(daemon.sender().post_request(Encoding::Protobuf, &request).await.unwrap().status, 200);
}

async fn send_spans(daemon: &Daemon, service: &str, spans: Vec<Span>) {
    let request = ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: resource(service, "node-1"),
            scope_spans: vec![ScopeSpans { spans, ..ScopeSpans::default() }],
            ..ResourceSpans::default()
        }],
    };
    assert_eq!(daemon.sender().post_request(Encoding::Protobuf, &request).await.unwrap().status, 200);
}

const TRACE: &str = "07070707070707070707070707070707";

fn span(id: u32, parent: u32, kind: i32, name: &str, millis: u64) -> Span {
    let bytes = |id: u32| u64::from(id).to_be_bytes().to_vec();
    let start = now() - MINUTE;
    Span {
        trace_id: vec![7; 16],
        span_id: bytes(id),
        parent_span_id: if parent == 0 { vec![] } else { bytes(parent) },
        name: name.to_owned(),
        kind,
        start_time_unix_nano: start,
        end_time_unix_nano: start + millis * 1_000_000,
        ..Span::default()
    }
}

/// A shop that calls a cart, which calls a database and fails.
async fn send_call(daemon: &Daemon) {
    let mut query = span(4, 3, 3, "SELECT", 5);
    query.attributes.push(key_value("db.system.name", Any::StringValue("postgresql".to_owned())));
    let failed = Some(Status { code: 2, ..Status::default() });
    send_spans(daemon, "shop", vec![span(1, 0, 2, "GET /", 100), span(2, 1, 3, "GET cart", 50)]).await;
    send_spans(daemon, "cart", vec![Span { status: failed, ..span(3, 2, 2, "GET /cart", 40) }, query]).await;
}

#[tokio::test]
async fn a_histogram_counts_by_time_and_severity() {
    let daemon = Daemon::start().await.unwrap();
    let at = now() / (10 * MINUTE) * (10 * MINUTE) - 20 * MINUTE;
    send_logs(&daemon, "shop", "node-1", &[(9, at, "a"), (17, at + 1, "b"), (17, at + MINUTE, "c")]).await;
    send_logs(&daemon, "cart", "node-1", &[(0, at + MINUTE, "d")]).await;
    let rest = daemon.rest();
    let minutes = [("step", "1m"), ("since", "2h")];
    let histogram = rest.get("/logs/histogram", &minutes).await.unwrap();
    assert_eq!(histogram["stepNs"], MINUTE);
    let totals = |histogram: &Value, field: &str| -> Vec<u64> {
        let buckets = histogram["buckets"].as_array().unwrap();
        buckets.iter().map(|bucket| bucket[field].as_u64().unwrap()).collect()
    };
    assert_eq!(totals(&histogram, "total"), [2, 2]);
    assert_eq!((totals(&histogram, "error"), totals(&histogram, "unset")), (vec![1, 1], vec![0, 1]));
    let errors = [minutes[0], minutes[1], ("severity", "error+"), ("service", "shop"), ("filter", "-c")];
    assert_eq!(totals(&rest.get("/logs/histogram", &errors).await.unwrap(), "total"), [1]);
    for wrong in [[("step", "0s"), minutes[1]], [("step", "-1m"), minutes[1]], [("setp", "1m"), minutes[1]]] {
        assert_eq!(rest.answer("/api/v2/logs/histogram", &wrong).await.unwrap().status, 400, "{wrong:?}");
    }

    let tfo =
        |args: &[&str]| daemon.tfo(&[&["logs", "--histogram", "--since", "2h"], args].concat()).unwrap();
    let drawing = tfo(&["--step", "1m"]).expect_code(0).stdout;
    assert_eq!(drawing.lines().filter(|line| line.contains('█')).count(), 3, "{drawing}");
    let rows = tfo(&["--step", "1m", "-o", "csv"]).expect_code(0).stdout;
    assert!(rows.starts_with("timestamp,total,trace,debug,info,warn,error,fatal,unset\n"), "{rows}");
    assert_eq!(tfo(&["-o", "json"]).expect_code(0).json().unwrap()["scan"]["complete"], true);
    assert!(tfo(&["service:nobody"]).expect_code(0).stderr.contains("hint"), "an empty one says why");
}

#[tokio::test]
async fn a_record_is_shown_with_those_around_it() {
    let daemon = Daemon::start().await.unwrap();
    let at = now() - 5 * MINUTE;
    let lines: Vec<(i32, u64, String)> = (0..50).map(|n| (9, at + n, format!("line {n}"))).collect();
    let lines: Vec<(i32, u64, &str)> = lines.iter().map(|(s, t, body)| (*s, *t, body.as_str())).collect();
    send_logs(&daemon, "shop", "node-1", &lines).await;
    send_logs(&daemon, "shop", "node-2", &[(9, at + 25, "elsewhere")]).await;
    send_logs(&daemon, "cart", "node-1", &[(9, at + 25, "another")]).await;
    let rest = daemon.rest();
    let logs = rest.items("/logs", &[("filter", "\"line 25\"")]).await.unwrap();
    let id = logs[0]["id"].as_str().unwrap();
    let path = format!("/logs/{id}/context");
    let bodies = |context: &Value, side: &str| -> Vec<String> {
        let side = context[side].as_array().unwrap();
        side.iter().map(|log| log["body"].as_str().unwrap().to_owned()).collect()
    };
    let context = rest.get(&path, &[("before", "2"), ("after", "3")]).await.unwrap();
    assert_eq!(context["record"]["body"], "line 25");
    assert_eq!(bodies(&context, "before"), ["line 23", "line 24"]);
    assert_eq!(bodies(&context, "after"), ["line 26", "line 27", "line 28"]);
    assert_eq!((&context["moreBefore"], &context["moreAfter"]), (&json!(true), &json!(true)));
    let context = rest.get(&path, &[("before", "0"), ("after", "2"), ("within", "service")]).await.unwrap();
    assert_eq!(bodies(&context, "after"), ["elsewhere", "line 26"]);
    let context = rest.get(&path, &[("before", "0"), ("after", "3"), ("within", "all")]).await.unwrap();
    assert_eq!(bodies(&context, "after"), ["elsewhere", "another", "line 26"]);
    for (id, status) in [("999999.0", 404), ("x", 400), ("1", 400)] {
        let answer = rest.answer(&format!("/api/v2/logs/{id}/context"), &[]).await.unwrap();
        assert_eq!(answer.status, status, "{id}: {}", answer.body);
    }

    let shown = daemon.tfo(&["logs", "--around", id, "-C", "1"]).unwrap().expect_code(0).stdout;
    let shown: Vec<&str> = shown.lines().collect();
    assert!(shown[0].starts_with("  ") && shown[0].ends_with("line 24"), "{shown:?}");
    assert!(shown[1].starts_with("> ") && shown[1].ends_with("line 25"), "{shown:?}");
    assert!(shown[2].ends_with("line 26") && shown.len() == 3, "{shown:?}");
    let shown = daemon.tfo(&["logs", "--around", id, "-B", "3", "-A", "0", "-o", "jsonl"]).unwrap();
    assert_eq!(shown.expect_code(0).json_lines().unwrap().len(), 4);
    daemon.tfo(&["logs", "--around", "999999.0"]).unwrap().expect_code(5);
    daemon.tfo(&["logs", "--around", id, "--follow"]).unwrap().expect_code(2);
    daemon.tfo(&["logs", "-C", "5"]).unwrap().expect_code(2);
}

#[tokio::test]
async fn a_large_trace_is_read_in_pages() {
    let daemon = Daemon::start().await.unwrap();
    for chunk in 0..6 {
        let spans = (1..=500).map(|n| chunk * 500 + n).map(|id| span(id, id / 2, 1, "step", 5)).collect();
        send_spans(&daemon, "shop", spans).await;
    }
    let rest = daemon.rest();
    let path = format!("/traces/{TRACE}");
    let whole = rest.get(&path, &[]).await.unwrap();
    assert_eq!((whole["spanCount"].as_u64(), whole["nextPageToken"].as_str()), (Some(3_000), None));
    let page = rest.get(&path, &[("limit", "1000")]).await.unwrap();
    assert_eq!(page["spans"].as_array().unwrap()[..], whole["spans"].as_array().unwrap()[..1000]);
    assert_eq!(page["criticalPath"], whole["criticalPath"]);
    let token = page["nextPageToken"].as_str().unwrap();
    let next = rest.get(&path, &[("limit", "1000"), ("pageToken", token)]).await.unwrap();
    assert_eq!(next["spans"][0], whole["spans"][1000]);
    let other = format!("/api/v2/traces/{}", "08".repeat(16));
    assert_eq!(rest.answer(&other, &[("pageToken", token)]).await.unwrap().status, 400);

    let ids = daemon.tfo(&["trace", TRACE, "-o", "jsonl"]).unwrap().expect_code(0).json_lines().unwrap();
    assert_eq!(ids.len(), 3_000);
    let some = daemon.tfo(&["trace", TRACE, "-n", "10", "-o", "json"]).unwrap().expect_code(0);
    assert!(some.stderr.contains("the first 10 of 3000 spans"), "{}", some.stderr);
    let some = some.json().unwrap();
    assert_eq!((some["spans"].as_array().unwrap().len(), some["spanCount"].as_u64()), (10, Some(3_000)));
    // A pipe gets everything.
    let drawing = daemon.tfo(&["trace", TRACE]).unwrap().expect_code(0).stdout;
    assert!(drawing.lines().count() > 3_000 && drawing.contains("3000 spans"));
}

#[tokio::test]
async fn services_are_mapped_and_their_operations_listed() {
    let daemon = Daemon::start().await.unwrap();
    send_call(&daemon).await;
    let rest = daemon.rest();
    let map = rest.get("/service-map", &[]).await.unwrap();
    let edges: Vec<String> = map["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| {
            format!(
                "{} {} {} {}",
                edge["client"]["name"].as_str().unwrap(),
                edge["server"]["name"].as_str().unwrap(),
                edge["server"]["kind"].as_str().unwrap(),
                edge["errors"]
            )
        })
        .collect();
    assert_eq!(edges, ["cart postgresql database 0", "shop cart service 1"]);
    assert_eq!(map["nodes"][0]["name"], "cart");
    assert!((39_000_000..41_000_000).contains(&map["nodes"][0]["p50Ns"].as_i64().unwrap()));

    let operations = rest.items("/operations", &[("sort", "p95")]).await.unwrap();
    let names: Vec<&str> = operations.iter().map(|operation| operation["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["GET /", "GET /cart"]);
    assert_eq!(operations[1]["errorRatio"], 1.0);
    assert_eq!(rest.items("/operations", &[("service", "cart")]).await.unwrap().len(), 1);
    assert_eq!(rest.answer("/api/v2/operations", &[("sort", "size")]).await.unwrap().status, 400);

    let cells = rest.get("/traces/latency", &[("spans", "all"), ("step", "1h")]).await.unwrap();
    let spans: u64 = cells["columns"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|column| column["counts"].as_array().unwrap())
        .map(|count| count.as_u64().unwrap())
        .sum();
    assert_eq!(spans, 4);

    let map = daemon.tfo(&["map"]).unwrap().expect_code(0).stdout;
    assert!(map.contains("→ cart") && map.contains("→ postgresql (database)"), "{map}");
    let operations = daemon.tfo(&["operations", "cart"]).unwrap().expect_code(0).stdout;
    assert!(operations.contains("GET /cart") && !operations.contains("shop"), "{operations}");
    let services = daemon.tfo(&["services"]).unwrap().expect_code(0).stdout;
    assert!(services.lines().all(|line| line.chars().count() <= 60), "{services}");
    for command in ["map", "operations"] {
        for format in ["wide", "json", "jsonl", "yaml", "csv"] {
            let ran = daemon.tfo(&[command, "-o", format]).unwrap().expect_code(0);
            assert!(ran.stdout.contains("cart"), "{command} -o {format}: {}", ran.stdout);
        }
    }
}

#[tokio::test]
async fn attributes_are_offered_for_completion() {
    let daemon = Daemon::start().await.unwrap();
    send_logs(&daemon, "shop", "node-1", &[(9, now(), "a"), (17, now(), "b")]).await;
    send_logs(&daemon, "cart", "node-2", &[(9, now(), "c")]).await;
    send_call(&daemon).await;
    let rest = daemon.rest();
    let keys = rest.get("/attributes/keys", &[("prefix", "resource.")]).await.unwrap();
    let fields: Vec<&str> =
        keys["items"].as_array().unwrap().iter().map(|key| key["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["resource.host.name", "resource.service.name"]);
    let keys = rest.get("/attributes/keys", &[("prefix", "user")]).await.unwrap();
    assert_eq!(
        keys["items"][0],
        json!({"key": "user", "place": "record", "field": "attr.user", "count": 3, "types": {"int": 3}})
    );
    let values = |field: &'static str, signal: &'static str| {
        let rest = rest.clone();
        async move {
            let values = rest.get("/attributes/values", &[("key", field), ("signal", signal)]).await.unwrap();
            let items = values["items"].as_array().unwrap().clone();
            items.iter().map(|item| format!("{} {}", item["value"], item["count"])).collect::<Vec<_>>()
        }
    };
    assert_eq!(values("service", "logs").await, ["\"shop\" 2", "\"cart\" 1"]);
    assert_eq!(values("severity", "logs").await, ["\"info\" 2", "\"error\" 1"]);
    assert_eq!(values("attr.user", "logs").await, ["5 3"]);
    assert_eq!(values("db.system.name", "spans").await, ["\"postgresql\" 1"]);
    for wrong in [&[][..], &[("key", "user")], &[("key", "body")], &[("key", "a:b")], &[("key", "name")]] {
        let answer = rest.answer("/api/v2/attributes/values", wrong).await.unwrap();
        assert_eq!(answer.status, 400, "{wrong:?}: {}", answer.body);
    }

    let keys = daemon.tfo(&["attributes", "keys", "host"]).unwrap().expect_code(0).stdout;
    assert!(keys.contains("resource.host.name"), "{keys}");
    let values = daemon.tfo(&["attributes", "values", "service", "-o", "csv"]).unwrap().expect_code(0).stdout;
    assert_eq!(values, "value,type,count\nshop,string,2\ncart,string,1\n");
    let values = daemon.tfo(&["attributes", "values", "service", "-n", "1"]).unwrap().expect_code(0);
    assert!(values.stderr.contains("1 of 2"), "{}", values.stderr);
}
