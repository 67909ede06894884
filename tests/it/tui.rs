//! The terminal interface in a real terminal, against a real daemon with the demo's telemetry.

use tfo_tests::terminal::is_possible;
use tfo_tests::{Daemon, Setup, Terminal};

const SIZE: (u16, u16) = (120, 35);

/// A daemon with the demo's shop, and the interface in a terminal, once errors and metrics have come; `None` without tmux.
async fn shop(args: &[&str]) -> Option<(Daemon, Terminal)> {
    if !is_possible().unwrap() {
        return None;
    }
    let daemon = Setup::new().unwrap().arg("--demo").start().await.unwrap();
    tfo_tests::rest::eventually("an error of a trace with its slow part", || async {
        let sql = "SELECT count(*) FROM logs WHERE severity_number >= 17 AND trace_id IS NOT NULL";
        Ok((daemon.rest().sql_number(sql).await? >= 5).then_some(()))
    })
    .await
    .unwrap();
    // Metrics come more seldom than the rest.
    tfo_tests::rest::eventually("metrics of the service that fails", || async {
        let sql = "SELECT count(*) FROM metric_points WHERE service_name = 'gateway'";
        Ok((daemon.rest().sql_number(sql).await? > 0).then_some(()))
    })
    .await
    .unwrap();
    let terminal = Terminal::open(&daemon, SIZE, args).unwrap();
    terminal.wait_for(&["live", "lines"]).unwrap();
    Some((daemon, terminal))
}

/// A log record of now.
async fn say(daemon: &Daemon, text: &str) {
    let now = tfo_tests::generate::now().to_string();
    let body = serde_json::json!({ "resourceLogs": [{ "scopeLogs": [{ "logRecords": [
        { "timeUnixNano": now, "severityNumber": 9, "body": { "stringValue": text } }
    ] }] }] });
    let url = format!("http://{}/v1/logs", daemon.addresses().otlp_http);
    let reply = daemon
        .sender()
        .post(&url, &[("content-type", "application/json")], body.to_string().into_bytes())
        .await
        .unwrap();
    assert_eq!(reply.status, 200);
}

/// Waits until the cursor is on an error.
fn on_an_error(terminal: &Terminal) {
    let is_error = |line: &str| line.starts_with('▎') && line.contains(" E ");
    let is_held = |screen: &str| screen.contains("Logs scrolled") && screen.lines().any(is_error);
    terminal.wait_until("the cursor on an error", is_held).unwrap();
}

fn first_word_of_bar(screen: &str) -> &str {
    screen.lines().next().unwrap_or_default().trim()
}

#[tokio::test]
async fn from_an_error_to_its_trace_its_metric_and_back() {
    let Some((_daemon, terminal)) = shop(&[]).await else { return };
    // Filter for errors; the list has nothing else.
    terminal.press(&["/"]).unwrap();
    terminal.type_in("severity:error").unwrap();
    terminal.press(&["Enter"]).unwrap();
    terminal
        .wait_until("nothing but errors", |screen| {
            let rows: Vec<&str> = screen.lines().skip(6).filter(|line| line.contains(':')).collect();
            rows.len() > 3
                && rows
                    .iter()
                    .all(|row| row.contains(" E ") || row.contains("/") || row.contains("new below"))
        })
        .unwrap();
    // The trace behind the last error, and its critical path.
    terminal.press(&["k", "o", "t"]).unwrap();
    let trace = terminal.wait_for(&["critical path", "SPAN", "✖"]).unwrap();
    assert!(trace.contains('%'), "{trace}");
    terminal.press(&["S"]).unwrap();
    terminal.wait_for(&["on the path"]).unwrap();
    terminal.keep("trace").unwrap();
    // Its service, and that one's metric.
    terminal.press(&["o", "s"]).unwrap();
    terminal.wait_for(&["Service"]).unwrap();
    terminal.press(&["o", "m"]).unwrap();
    terminal.wait_for(&["Metrics", "TYPE"]).unwrap();
    terminal.press(&["Enter"]).unwrap();
    terminal
        .wait_until("a chart", |screen| screen.chars().any(|c| ('\u{2801}'..='\u{28ff}').contains(&c)))
        .unwrap();
    terminal.keep("metric").unwrap();
    // And all the way back.
    terminal.press(&["H", "H", "H", "H"]).unwrap();
    let back = terminal.wait_for(&["severity:error"]).unwrap();
    assert!(first_word_of_bar(&back).contains("Logs"), "{back}");
}

#[tokio::test]
async fn a_resource_is_edited_with_its_diff_first() {
    if !is_possible().unwrap() {
        return;
    }
    let daemon = Setup::new().unwrap().start().await.unwrap();
    let home = daemon.setup().folder().to_owned();
    let file = home.join("query.yaml");
    std::fs::write(
        &file,
        "apiVersion: tfo/v1\nkind: SavedQuery\nmetadata: {name: errors, tenant: default/default/default/default}\n\
         spec: {signal: logs, filter: 'severity:error'}\n",
    )
    .unwrap();
    daemon.tfo(&["apply", "-f", file.to_str().unwrap(), "--set", "shop"]).unwrap().expect_code(0);
    let editor = home.join("editor");
    std::fs::write(&editor, "#!/bin/sh\nsed -i 's/severity:error/severity:warn+/' \"$1\"\n").unwrap();
    std::fs::set_permissions(&editor, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let line = format!(
        "EDITOR='{}' '{}' --data-dir '{}' tui --open resource/SavedQuery/errors?scope=default/default/default/default",
        editor.display(),
        tfo_tests::daemon::tfo_binary().display(),
        daemon.setup().data_path().display()
    );
    let terminal = Terminal::run(SIZE, &line).unwrap();
    terminal.wait_for(&["severity:error"]).unwrap();
    terminal.press(&["e"]).unwrap();
    let diff = terminal.wait_for(&["severity:warn+", "applies it"]).unwrap();
    assert!(diff.contains("- ") && diff.contains("+ "), "{diff}");
    let shown = daemon.tfo(&["get", "SavedQuery", "errors", "-A", "-o", "json"]).unwrap().stdout;
    assert!(!shown.contains("warn+"), "{shown}");
    terminal.press(&["Enter"]).unwrap();
    terminal
        .wait_until("the new filter", |screen| {
            screen.contains("severity:warn+") && !screen.contains("applies it")
        })
        .unwrap();
    let history = daemon
        .tfo(&["history", "SavedQuery", "errors", "--scope", "default/default/default/default", "-o", "json"])
        .unwrap()
        .expect_code(0)
        .stdout;
    assert!(history.contains("\"edit\""), "{history}");
}

#[tokio::test]
async fn a_daemon_is_lost_and_found_and_no_line_with_it() {
    if !is_possible().unwrap() {
        return;
    }
    let setup = Setup::new().unwrap();
    let mut daemon = setup.start().await.unwrap();
    say(&daemon, "before the fall").await;
    let terminal = Terminal::open(&daemon, SIZE, &[]).unwrap();
    terminal.wait_for(&["before the fall"]).unwrap();
    daemon.kill().unwrap();
    terminal.wait_for(&["LOST", "no daemon"]).unwrap();
    // Keys still do what they can.
    terminal.press(&["?"]).unwrap();
    terminal.wait_for(&["Keys"]).unwrap();
    terminal.press(&["Escape"]).unwrap();
    let daemon = setup.start().await.unwrap();
    say(&daemon, "after the fall").await;
    let screen = terminal.wait_for(&["before the fall", "after the fall"]).unwrap();
    assert_eq!(screen.matches("after the fall").count(), 1, "{screen}");
    terminal.wait_until("a daemon that is back", |screen| !screen.contains("LOST")).unwrap();
}

#[tokio::test]
async fn the_terminal_is_left_as_it_was() {
    if !is_possible().unwrap() {
        return;
    }
    let daemon = Setup::new().unwrap().start().await.unwrap();
    let line = format!(
        "'{}' --data-dir '{}' tui; echo left; exec cat",
        tfo_tests::daemon::tfo_binary().display(),
        daemon.setup().data_path().display()
    );
    for (key, signal) in [(Some("q"), None), (None, Some("TERM")), (None, Some("HUP"))] {
        let terminal = Terminal::run(SIZE, &line).unwrap();
        terminal.wait_for(&["Logs"]).unwrap();
        assert!(terminal.modes().unwrap().starts_with("1 0 1"), "{:?}", terminal.modes());
        if let Some(key) = key {
            terminal.press(&[key]).unwrap();
        }
        if let Some(signal) = signal {
            let shell = terminal.pid().unwrap();
            let children = std::fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).unwrap();
            let kill = std::process::Command::new("kill").args(["-s", signal, children.trim()]).status();
            assert!(kill.unwrap().success());
        }
        terminal.wait_for(&["left"]).unwrap();
        assert_eq!(terminal.modes().unwrap(), "0 1 0 0", "{key:?} {signal:?}");
    }
}

#[tokio::test]
async fn what_is_copied_reaches_the_clipboard_and_opens_again() {
    let Some((daemon, terminal)) = shop(&[]).await else { return };
    terminal.press(&["E"]).unwrap();
    on_an_error(&terminal);
    terminal.press(&["o", "t"]).unwrap();
    terminal.wait_for(&["critical path"]).unwrap();
    terminal.press(&["y", "u"]).unwrap();
    terminal.wait_for(&["clipboard"]).unwrap();
    let link = terminal.clipboard().unwrap();
    assert!(link.starts_with("tfo://trace/"), "{link}");
    let id = link["tfo://trace/".len()..][..32].to_owned();
    let other = Terminal::open(&daemon, SIZE, &["--open", &link]).unwrap();
    other.wait_for(&["critical path", &id]).unwrap();
    // And the command prints the same trace.
    terminal.press(&["y", "c"]).unwrap();
    terminal.wait_for(&["tfo trace"]).unwrap();
    let command = terminal.clipboard().unwrap();
    let words: Vec<&str> = command.split_whitespace().skip(1).collect();
    let printed = daemon.tfo(&words).unwrap().expect_code(0).stdout;
    assert!(printed.contains(&id), "{printed}");
}

#[tokio::test]
async fn a_small_terminal_and_a_large_one_are_used() {
    let Some((_daemon, terminal)) = shop(&[]).await else { return };
    for (columns, rows) in [(60, 20), (200, 60), (20, 5), (400, 120), (10, 3), (120, 35)] {
        terminal.resize(columns, rows).unwrap();
        let wanted = match columns {
            10 => "too small",
            20 => "open",
            _ => "tfo",
        };
        terminal.wait_until("a screen of this size", |screen| screen.contains(wanted)).unwrap();
    }
    terminal.press(&["2"]).unwrap();
    terminal.wait_for(&["Traces", "DURATION"]).unwrap();
}

/// The tasks of `docs/tui.md`: each begins on the first screen, and takes at most eight keys.
#[tokio::test]
async fn ten_tasks_of_an_on_call_hour_take_at_most_eight_keys() {
    let Some((daemon, terminal)) = shop(&[]).await else { return };
    let document = include_str!("../../docs/tui.md");
    terminal.keep("logs").unwrap();
    let tasks: [(&str, &[&str], &[&str]); 10] = [
        ("Which services fail most?", &["4", "s"], &["Services", "ERR", "▼"]),
        ("What is the last error?", &["E", "Enter"], &["severity", "ERROR"]),
        ("What happened around it?", &["E", "C"], &["around one record"]),
        ("Which trace is behind it?", &["E", "o", "t"], &["critical path", "✖"]),
        ("Which span did it wait for?", &["E", "o", "t", "S"], &["on the path"]),
        ("Who calls that service?", &["E", "o", "s"], &["Service", "called by"]),
        ("Since when does it fail?", &["E", "i", "s", "s", "s"], &["severity:error+", "errors"]),
        ("Which errors are there, by pattern?", &["s", "s", "s", "p"], &["patterns of", "<*>"]),
        ("Which traces are slowest?", &["2", "s", "Enter"], &["critical path"]),
        ("How are its metrics at that moment?", &["E", "o", "m", "Enter"], &["Metric", "step "]),
    ];
    for (task, keys, wanted) in tasks {
        assert!(keys.len() <= 8, "{task}");
        assert!(document.contains(task), "docs/tui.md does not have: {task}");
        // Each begins where the interface does.
        let terminal = Terminal::open(&daemon, SIZE, &[]).unwrap();
        terminal.wait_for(&["live", "lines"]).unwrap();
        // An error may have to be looked for first.
        let (first, rest) = keys.split_first().unwrap();
        terminal.press(&[first]).unwrap();
        if *first == "E" {
            on_an_error(&terminal);
        }
        terminal.press(rest).unwrap();
        terminal.wait_for(wanted).unwrap_or_else(|error| panic!("{task}: {error}"));
        let kept = match keys {
            ["4", "s"] => "services",
            ["E", "Enter"] => "record",
            [.., "p"] => "patterns",
            [.., "o", "s"] => "service",
            _ => "",
        };
        if !kept.is_empty() {
            terminal.keep(kept).unwrap();
        }
    }
}
