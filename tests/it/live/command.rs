//! `tfo logs --follow` and `tfo traces --follow`, as a user has them.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Stdio};
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use serde_json::Value;
use tfo_tests::daemon::{tfo_command, wait};
use tfo_tests::generate::{key_value, now};
use tfo_tests::{Daemon, Encoding, Setup};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::send;

/// A hang is a failure, and slow machines are not.
const PATIENCE: Duration = Duration::from_secs(60);

/// A command that runs until it is stopped, with its lines as they come.
struct Running {
    child: Child,
    stdout: UnboundedReceiver<String>,
    stderr: UnboundedReceiver<String>,
}

fn lines(pipe: impl Read + Send + 'static) -> UnboundedReceiver<String> {
    let (sender, receiver) = unbounded_channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    receiver
}

impl Running {
    fn start(setup: &Setup, args: &[&str]) -> Self {
        let mut command = tfo_command(setup.folder());
        command.args(args).arg("--data-dir").arg(setup.data_path()).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (stdout, stderr) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
        Self { child, stdout, stderr }
    }

    async fn line(&mut self) -> String {
        tokio::time::timeout(PATIENCE, self.stdout.recv()).await.unwrap().unwrap()
    }

    async fn json(&mut self) -> Value {
        serde_json::from_str(&self.line().await).unwrap()
    }

    async fn talk(&mut self) -> String {
        tokio::time::timeout(PATIENCE, self.stderr.recv()).await.unwrap().unwrap()
    }

    /// Presses Ctrl-C; gives the exit code.
    fn interrupt(&mut self) -> Option<i32> {
        let pid = rustix::process::Pid::from_raw(self.child.id() as i32).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        wait(&mut self.child).unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn following_goes_on_when_the_daemon_was_killed_and_ends_with_ctrl_c() {
    let setup = Setup::new().unwrap();
    let mut daemon = setup.start().await.unwrap();
    send(&daemon, "cart", ["before".to_owned()]).await;
    let mut follower = Running::start(&setup, &["logs", "--follow", "-o", "jsonl", "service:cart"]);
    assert_eq!(follower.json().await["body"], "before");
    for round in 0..3 {
        send(&daemon, "mail", [format!("other {round}")]).await;
        send(&daemon, "cart", [format!("live {round}")]).await;
        assert_eq!(follower.json().await["body"], format!("live {round}"));
        daemon.kill().unwrap();
        let talk = follower.talk().await;
        assert!(talk.contains("trying again"), "{talk}");
        // It listens elsewhere, and something comes before the follower is back.
        daemon = setup.start().await.unwrap();
        send(&daemon, "cart", [format!("missed {round}")]).await;
        assert_eq!(follower.json().await["body"], format!("missed {round}"));
        let talk = follower.talk().await;
        assert!(talk.ends_with("is back"), "{talk}");
    }
    assert_eq!(follower.interrupt(), Some(0));
    assert_eq!(follower.stdout.recv().await, None, "nothing else was printed");
    assert_eq!(follower.stderr.recv().await, None, "nothing else was said");
}

#[tokio::test]
async fn a_follower_whose_reader_has_enough_ends_quietly() {
    let setup = Setup::new().unwrap();
    let daemon = setup.start().await.unwrap();
    send(&daemon, "cart", ["first".to_owned()]).await;
    for format in ["table", "jsonl", "json", "csv", "yaml"] {
        let mut command = tfo_command(setup.folder());
        command.args(["logs", "-f", "-o", format, "--data-dir"]).arg(setup.data_path());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert!(!line.is_empty());
        drop(stdout);
        // It notices with the next record.
        send(&daemon, "cart", ["more".to_owned()]).await;
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!((wait(&mut child).unwrap().code(), stderr.as_str()), (Some(0), ""), "{format}");
    }
}

#[tokio::test]
async fn a_mistake_in_the_selection_is_said_at_once() {
    let daemon = Daemon::start().await.unwrap();
    for command in [["logs", "-f"], ["traces", "-f"]] {
        let ran = daemon.tfo(&[&command[..], &["servise:cart"]].concat()).unwrap().expect_code(2);
        assert!(ran.stderr.contains("service"), "{}", ran.stderr);
    }
    let url = tfo_tests::cli::run(daemon.setup().folder(), "http://127.0.0.1:9", &["logs", "-f"]);
    assert!(url.unwrap().expect_code(2).stderr.contains("tfo up"));
}

/// Sends the spans of a trace with these names; the first is the root, and is sent last.
async fn send_trace(daemon: &Daemon, trace: u8, names: &[&str]) {
    for (index, name) in names.iter().enumerate().rev() {
        let span = Span {
            trace_id: vec![trace; 16],
            span_id: vec![index as u8 + 1; 8],
            parent_span_id: if index == 0 { Vec::new() } else { vec![1; 8] },
            name: (*name).to_owned(),
            kind: 2,
            start_time_unix_nano: now(),
            end_time_unix_nano: now() + 1_000_000,
            ..Span::default()
        };
        let attributes = vec![key_value("service.name", Any::StringValue("shop".to_owned()))];
        let resource = Some(Resource { attributes, ..Resource::default() });
        let scope_spans = vec![ScopeSpans { spans: vec![span], ..ScopeSpans::default() }];
        let resource_spans = vec![ResourceSpans { resource, scope_spans, ..ResourceSpans::default() }];
        let request = ExportTraceServiceRequest { resource_spans };
        assert_eq!(daemon.sender().post_request(Encoding::Protobuf, &request).await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn following_traces_shows_each_once_with_the_figures_of_the_whole() {
    let setup = Setup::new().unwrap();
    let mut daemon = setup.start().await.unwrap();
    send_trace(&daemon, 1, &["GET /before", "find"]).await;
    let mut all = Running::start(&setup, &["traces", "--follow", "-o", "jsonl"]);
    let filter = "name:charge OR name:before";
    let mut some = Running::start(&setup, &["traces", "-f", "--filter", filter]);
    assert_eq!(all.json().await["rootName"], "GET /before");
    let (header, line) = (some.line().await, some.line().await);
    assert!(header.starts_with("TIME") && line.ends_with("GET /before"), "{header}\n{line}");
    send_trace(&daemon, 2, &["GET /cart", "find"]).await;
    let trace = all.json().await;
    assert_eq!((&trace["rootName"], &trace["spanCount"]), (&"GET /cart".into(), &2.into()), "{trace}");
    daemon.kill().unwrap();
    daemon = setup.start().await.unwrap();
    // Of this one only a span without a parent of its own matches; it is shown when it has been quiet.
    send_trace(&daemon, 3, &["POST /pay", "charge", "notify"]).await;
    let trace = all.json().await;
    assert_eq!((&trace["rootName"], &trace["spanCount"]), (&"POST /pay".into(), &3.into()), "{trace}");
    let line = some.line().await;
    assert!(line.ends_with("POST /pay"), "{line}");
    assert_eq!((all.interrupt(), some.interrupt()), (Some(0), Some(0)));
    assert_eq!(all.stdout.recv().await, None);
    assert_eq!(some.stdout.recv().await, None);
}
