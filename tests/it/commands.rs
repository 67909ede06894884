//! `tfo` at a prompt and in a script: formats, exit codes, pipes, and telemetry that would like to act on terminals.

use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use serde_json::Value;
use tfo_tests::cli::{command, run};
use tfo_tests::generate::{key_value, now};
use tfo_tests::{Daemon, Encoding, Setup};

/// What telemetry may contain and a terminal must not see: a title, a colour, a C1 control, a bell, a right-to-left
/// override, a carriage return, a backspace.
const EVIL: &str = "\u{1b}]0;owned\u{7}\u{1b}[31mred\u{9b}2J\u{202e}gnp\r\u{8}end";
const TRACE: &str = "0102030405060708090a0b0c0d0e0f10";

async fn send_log(daemon: &Daemon, service: &str, severity: i32, body: &str) {
    let record = LogRecord {
        time_unix_nano: now(),
        severity_number: severity,
        severity_text: if severity >= 17 { "ERROR" } else { "INFO" }.to_owned(),
        body: Some(AnyValue { value: Some(Any::StringValue(body.to_owned())) }),
        attributes: vec![key_value("k,1", Any::StringValue("a \"quoted\" value,\nin two lines".to_owned()))],
        ..LogRecord::default()
    };
    let resource = Resource {
        attributes: vec![key_value("service.name", Any::StringValue(service.to_owned()))],
        ..Resource::default()
    };
    let scope_logs = vec![ScopeLogs { log_records: vec![record], ..ScopeLogs::default() }];
    let request = ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs { resource: Some(resource), scope_logs, ..ResourceLogs::default() }],
    };
    assert_eq!(daemon.sender().post_request(Encoding::Protobuf, &request).await.unwrap().status, 200);
}

async fn send_evil_span(daemon: &Daemon) {
    let span = Span {
        trace_id: (1..=16).collect(),
        span_id: (1..=8).collect(),
        name: EVIL.to_owned(),
        kind: 2,
        start_time_unix_nano: now() - 1_000_000,
        end_time_unix_nano: now(),
        attributes: vec![key_value(EVIL, Any::StringValue(EVIL.to_owned()))],
        ..Span::default()
    };
    let resource = Resource {
        attributes: vec![key_value("service.name", Any::StringValue(EVIL.to_owned()))],
        ..Resource::default()
    };
    let scope_spans = vec![ScopeSpans { spans: vec![span], ..ScopeSpans::default() }];
    let request = ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource),
            scope_spans,
            ..ResourceSpans::default()
        }],
    };
    assert_eq!(daemon.sender().post_request(Encoding::Protobuf, &request).await.unwrap().status, 200);
}

#[tokio::test]
async fn every_format_is_what_it_says() {
    let daemon = Daemon::start().await.unwrap();
    for (severity, body) in [(9, "first"), (17, "second, with a comma"), (21, "third\nin two lines")] {
        send_log(&daemon, "checkout", severity, body).await;
    }
    let logs = |format: &str| daemon.tfo(&["logs", "-o", format]).unwrap().expect_code(0);
    let document = logs("json").json().unwrap();
    let items = document["items"].as_array().unwrap();
    // As a log reads: oldest first.
    let bodies: Vec<&str> = items.iter().map(|item| item["body"].as_str().unwrap()).collect();
    assert_eq!(bodies, ["first", "second, with a comma", "third\nin two lines"]);
    assert_eq!(&logs("jsonl").json_lines().unwrap(), items);

    let yaml: Value = serde_saphyr::from_str(&logs("yaml").stdout).unwrap();
    assert_eq!(yaml["items"][2]["body"], "third\nin two lines");
    assert_eq!(yaml["items"][0]["attributes"], items[0]["attributes"]);

    let text = logs("csv").stdout;
    let mut csv = csv::Reader::from_reader(text.as_bytes());
    let column = csv.headers().unwrap().iter().position(|name| name == "body").unwrap();
    let rows: Vec<String> = csv.records().map(|row| row.unwrap()[column].to_owned()).collect();
    assert_eq!(rows, bodies);

    let table = logs("table").stdout;
    assert!(table.contains("second, with a comma"), "{table}");
    assert!(logs("wide").stdout.len() > table.len());

    for command in
        [&["services"][..], &["traces"], &["status"], &["metrics", "list"], &["sql", "SELECT 1 AS one"]]
    {
        let ran = daemon.tfo(&[command, &["-o", "json"]].concat()).unwrap().expect_code(0);
        assert!(ran.json().unwrap().is_object(), "{command:?}");
        let ran = daemon.tfo(&[command, &["-o", "yaml"]].concat()).unwrap().expect_code(0);
        serde_saphyr::from_str::<Value>(&ran.stdout).unwrap();
    }
    let ran = daemon.tfo(&["sql", "SELECT 1 AS one, 'a' AS two", "-o", "csv"]).unwrap().expect_code(0);
    assert_eq!(ran.stdout.lines().collect::<Vec<_>>(), ["one,two", "1,a"]);
    let ran = daemon.tfo(&["sql", "SELECT 1 AS one, 'a' AS two", "-o", "jsonl"]).unwrap().expect_code(0);
    assert_eq!(ran.json_lines().unwrap(), [serde_json::json!({"one": 1, "two": "a"})]);
}

#[tokio::test]
async fn logs_are_selected_by_flags_and_by_the_filter_grammar() {
    let daemon = Daemon::start().await.unwrap();
    send_log(&daemon, "checkout", 9, "order placed").await;
    send_log(&daemon, "checkout", 17, "card timed out").await;
    send_log(&daemon, "cart", 21, "cart lost").await;
    let bodies = |args: &[&str]| -> Vec<String> {
        let ran = daemon.tfo(&[&["logs", "-o", "jsonl"], args].concat()).unwrap().expect_code(0);
        ran.json_lines().unwrap().iter().map(|log| log["body"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(bodies(&["--severity", "error"]), ["card timed out"]);
    assert_eq!(bodies(&["--severity", "error+"]), ["card timed out", "cart lost"]);
    assert_eq!(bodies(&["--service", "cart"]), ["cart lost"]);
    assert_eq!(bodies(&["--grep", "placed"]), ["order placed"]);
    assert_eq!(bodies(&["service:checkout", "severity:error+"]), ["card timed out"]);
    assert_eq!(bodies(&["--filter", "service=cart OR \"order placed\""]), ["order placed", "cart lost"]);
    assert_eq!(bodies(&["!card", "service:checkout"]), ["order placed"]);
    assert_eq!(bodies(&["-n", "1"]), ["cart lost"]);
    assert_eq!(bodies(&["--since", "2h", "--until", "1h"]), Vec::<String>::new());
    let ran = daemon.tfo(&["logs", "servise:cart"]).unwrap().expect_code(2);
    assert!(ran.stderr.contains("service"), "{}", ran.stderr);
    assert!(ran.stdout.is_empty());
}

#[tokio::test]
async fn only_one_select_is_run() {
    let daemon = Daemon::start().await.unwrap();
    for sql in [
        "DROP TABLE logs",
        "CREATE TABLE x AS SELECT 1",
        "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'",
        "INSERT INTO logs VALUES (1)",
        "DELETE FROM logs",
        "UPDATE logs SET body = 'x'",
        "SET datafusion.execution.batch_size = 1",
        "COPY logs TO '/tmp/x.csv'",
        "SELECT 1; SELECT 2",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SHOW TABLES; DROP TABLE logs",
        "WITH x AS (DELETE FROM logs) SELECT 1",
    ] {
        let ran = daemon.tfo(&["sql", sql]).unwrap().expect_code(2);
        assert!(ran.stdout.is_empty(), "{sql}: {}", ran.stdout);
        assert!(ran.stderr.starts_with("error: "), "{sql}: {}", ran.stderr);
        assert!(!ran.stderr.contains("root:"), "{sql}: {}", ran.stderr);
    }
    let ran = daemon.tfo(&["sql", "DROP TABLE logs"]).unwrap();
    assert!(ran.stderr.contains("SELECT"), "{}", ran.stderr);
    let ran = daemon.tfo(&["sql", "SELECT boddy FROM logs"]).unwrap().expect_code(2);
    assert!(ran.stderr.contains("body"), "{}", ran.stderr);
}

#[tokio::test]
async fn exit_codes_and_messages_say_what_to_do() {
    let daemon = Daemon::start().await.unwrap();
    let ran = daemon.tfo(&["trace", "ffffffffffffffffffffffffffffffff"]).unwrap().expect_code(5);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("no span of trace"), "{ran:?}");
    assert!(daemon.tfo(&["trace", "xyz"]).unwrap().expect_code(2).stderr.contains("32 hex digits"));
    daemon.tfo(&["nonsense"]).unwrap().expect_code(2);
    daemon.tfo(&["logs", "--limit", "0"]).unwrap().expect_code(2);
    let ran = daemon.tfo(&["logs", "--since", "yesterday"]).unwrap().expect_code(2);
    assert!(ran.stderr.contains("its date, like 2026-"), "{}", ran.stderr);
    daemon.tfo(&["--help"]).unwrap().expect_code(0);
    for shell in ["bash", "zsh", "fish"] {
        assert!(daemon.tfo(&["completions", shell]).unwrap().expect_code(0).stdout.contains("tfo"));
    }
    // Nobody listens there.
    let setup = Setup::new().unwrap();
    let ran = run(setup.folder(), "http://127.0.0.1:9", &["logs"]).unwrap().expect_code(2);
    assert!(ran.stderr.contains("tfo up"), "{}", ran.stderr);
    assert!(ran.stdout.is_empty());
}

/// What a shell is told for the last of these words; the script that `tfo completions fish` prints calls it so.
fn offered(home: &Path, url: &str, words: &[&str]) -> String {
    let mut command = command(home, url, &["--", "tfo"]);
    // On a busy machine the daemon may take its time.
    command.args(words).env("TFO_COMPLETE", "fish").env("TFO_COMPLETE_DEADLINE", "5m");
    let output = command.output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn tab_offers_what_the_daemon_has() {
    let daemon = Daemon::start().await.unwrap();
    send_log(&daemon, "checkout", 9, "a").await;
    send_log(&daemon, "$(reboot)", 9, "a").await;
    let home = daemon.setup().folder();
    let url = daemon.addresses().url();
    let tenant = "default/default/default/default\n";
    for (words, wanted) in [
        (["get", "tenant", "d"], "default\n"),
        (["logs", "--tenant", "d"], tenant),
        (["get", "--scope", "default/default/default/"], tenant),
        (["logs", "--service", ""], "checkout\n"),
        (["metrics", "query", "no"], ""),
        (["apply", "--set", "no"], ""),
    ] {
        assert_eq!(offered(home, &url, &words), wanted, "{words:?}");
        assert_eq!(offered(home, "http://127.0.0.1:9", &words), "", "{words:?}");
    }
    run(home, &url, &["context", "set", "prod", "--url", &url]).unwrap().expect_code(0);
    assert_eq!(offered(home, "http://127.0.0.1:9", &["context", "use", "p"]), "prod\n");
    let by_context = ["--context", "prod", "get", "tenant", "d"];
    assert_eq!(offered(home, "http://127.0.0.1:9", &by_context), "default\n");
}

#[tokio::test]
async fn a_reader_that_has_enough_ends_the_writer_quietly() {
    let daemon = Daemon::start().await.unwrap();
    let body = "x".repeat(2_000);
    for _ in 0..200 {
        send_log(&daemon, "checkout", 9, &body).await;
    }
    let url = daemon.addresses().url();
    for format in ["table", "jsonl", "json", "csv", "yaml"] {
        let mut command = command(daemon.setup().folder(), &url, &["logs", "-n", "10000", "-o", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        let status = tfo_tests::daemon::wait(&mut child).unwrap();
        assert_eq!((status.code(), stderr.as_str()), (Some(0), ""), "{format}");
    }
}

/// Characters that act on a terminal or hide in it.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c)
}

#[tokio::test]
async fn telemetry_never_acts_on_the_terminal() {
    let daemon = Daemon::start().await.unwrap();
    send_log(&daemon, EVIL, 17, EVIL).await;
    send_evil_span(&daemon).await;
    for command in [
        &["logs"][..],
        &["traces"],
        &["trace", TRACE],
        &["services"],
        &["sql", "SELECT body, service_name FROM logs"],
        &["sql", "SELECT name AS \"\u{1b}[31m\" FROM spans"],
        &["logs", "service:\u{1b}[31m", "("],
        &["sql", "SELECT \u{1b}[31m"],
        &["trace", "\u{1b}[31m"],
    ] {
        for format in ["table", "wide", "json", "jsonl", "yaml"] {
            let ran = daemon.tfo(&[command, &["-o", format]].concat()).unwrap();
            // What says nothing is harmless, and proves nothing.
            assert!(ran.stdout.len() + ran.stderr.len() > 10, "{command:?} -o {format}: {ran:?}");
            for (stream, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
                let found: Vec<char> = text.chars().filter(|c| acts(*c)).collect();
                assert!(found.is_empty(), "{command:?} -o {format}, {stream}: {found:?} in {text:?}");
            }
        }
    }
    // And nothing of it is lost where a program reads.
    let logs = daemon.tfo(&["logs", "-o", "jsonl"]).unwrap().expect_code(0).json_lines().unwrap();
    assert_eq!(logs[0]["body"], EVIL);
    assert_eq!(logs[0]["serviceName"], EVIL);
}

#[tokio::test]
async fn colours_are_for_terminals_unless_asked_for() {
    let daemon = Daemon::start().await.unwrap();
    send_log(&daemon, "checkout", 17, "it broke").await;
    assert!(!daemon.tfo(&["logs"]).unwrap().expect_code(0).stdout.contains('\u{1b}'));
    let ran = daemon.tfo(&["logs", "--color", "always"]).unwrap().expect_code(0);
    assert!(ran.stdout.contains("\u{1b}["), "{:?}", ran.stdout);
}

#[tokio::test]
async fn the_daemon_is_found_by_its_data_folder() {
    let daemon = Daemon::start().await.unwrap();
    let mut command = tfo_tests::daemon::tfo_command(daemon.setup().folder());
    let output = command
        .args(["status", "-o", "json", "--data-dir"])
        .arg(daemon.setup().data_path())
        .output()
        .unwrap();
    let status: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(status["pid"], daemon.pid());
    assert_eq!(status["retentionDays"], 30);
    assert_eq!(status["http"], daemon.addresses().http);
}
