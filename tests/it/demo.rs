//! The first minute of a newcomer: `tfo up --demo`, and the three commands of the README.

use serde_json::Value;
use tfo_tests::rest::eventually;
use tfo_tests::{Daemon, Setup};

async fn demo() -> Daemon {
    Setup::new().unwrap().arg("--demo").start().await.unwrap()
}

#[tokio::test]
async fn the_demo_answers_the_three_commands_of_the_readme() {
    let daemon = demo().await;
    let errors = ["logs", "--severity", "error", "-o", "jsonl"];
    // The trace of an error log, once both have come.
    let (log, trace) = eventually("an error with its trace", || async {
        let logs = daemon.tfo(&errors)?.expect_code(0).json_lines()?;
        let Some(log) = logs.into_iter().find(|log| log["traceId"].is_string()) else { return Ok(None) };
        let shown = daemon.tfo(&["trace", log["traceId"].as_str().unwrap_or_default(), "-o", "json"])?;
        let trace = if shown.code == 0 { shown.json()? } else { return Ok(None) };
        let whole = trace["missingParents"] == 0 && trace["errorCount"].as_u64() > Some(0);
        Ok(whole.then_some((log, trace)))
    })
    .await
    .unwrap();
    assert_eq!(log["severityText"], "ERROR");
    let has_span = |span: &&Value| span["spanId"] == log["spanId"];
    let span = trace["spans"].as_array().unwrap().iter().find(has_span).expect("the log's span");
    assert_eq!(span["serviceName"], log["serviceName"]);
    assert_eq!(span["statusCode"], "ERROR");

    let services = daemon.tfo(&["services", "-o", "json"]).unwrap().expect_code(0).json().unwrap();
    let of = |service: &Value| service["serviceName"].as_str().unwrap_or_default().to_owned();
    let names: Vec<String> = services["items"].as_array().unwrap().iter().map(of).collect();
    for name in ["frontend", "checkout", "payment"] {
        assert!(names.iter().any(|found| found == name), "{names:?}");
    }
    let table = daemon.tfo(&["services"]).unwrap().expect_code(0).stdout;
    assert!(table.contains("checkout"), "{table}");
    let waterfall = daemon.tfo(&["trace", log["traceId"].as_str().unwrap()]).unwrap().expect_code(0).stdout;
    assert!(waterfall.contains("POST /"), "{waterfall}");
    let exit = daemon.terminate().unwrap();
    assert_eq!(exit.code, Some(0), "{exit:?}");
}

#[tokio::test]
async fn a_dozen_services_send_traces_logs_and_metrics_with_enough_errors() {
    let daemon = demo().await;
    let rest = daemon.rest();
    eventually("every service and every metric", || async {
        let services = rest.sql_number("SELECT count(DISTINCT service_name) FROM spans").await?;
        let metrics = rest.sql_number("SELECT count(DISTINCT metric_name) FROM metric_points").await?;
        let traces = rest.sql_number("SELECT count(DISTINCT trace_id) FROM spans").await?;
        Ok((services == 12 && metrics >= 10 && traces > 100).then_some(()))
    })
    .await
    .unwrap();
    let traces = rest.sql_number("SELECT count(DISTINCT trace_id) FROM spans").await.unwrap();
    let failed = "SELECT count(DISTINCT trace_id) FROM spans WHERE status_code = 'ERROR'";
    let failed = rest.sql_number(failed).await.unwrap();
    assert!(failed * 100 >= traces, "{failed} of {traces} traces failed");
    let types = rest.sql("SELECT DISTINCT type FROM metric_points ORDER BY 1").await.unwrap();
    assert_eq!(types, [["gauge"], ["histogram"], ["sum"]].map(|row| row.map(Value::from).to_vec()));
    let kinds = rest.sql("SELECT DISTINCT kind FROM spans ORDER BY 1").await.unwrap();
    assert_eq!(kinds.len(), 5, "{kinds:?}");
    let names = daemon.tfo(&["metrics", "list"]).unwrap().expect_code(0).stdout;
    assert!(names.contains("http.server.request.duration"), "{names}");
}

#[tokio::test]
async fn the_demo_alone_outlives_a_daemon_and_says_when_its_telemetry_does_not_arrive() {
    let setup = Setup::new().unwrap();
    let first = setup.start().await.unwrap();
    let grpc = first.addresses().otlp_grpc.clone();
    let talk = setup.folder().join("demo.stderr");
    let mut command = tfo_tests::daemon::tfo_command(setup.folder());
    command.args(["demo", "--rate", "30", "--services", "3", "--endpoint", &format!("http://{grpc}")]);
    command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null());
    let mut demo = Killed(command.stderr(std::fs::File::create(&talk).unwrap()).spawn().unwrap());
    let says = async |what: &str| {
        eventually(what, || async { Ok(std::fs::read_to_string(&talk)?.contains(what).then_some(())) })
            .await
            .unwrap();
    };
    says(&grpc).await;
    assert_eq!(first.terminate().unwrap().code, Some(0));
    says("telemetry does not arrive: ").await;
    let second = setup.arg("--otlp-grpc").arg(grpc).start().await.unwrap();
    says("telemetry arrives again").await;
    eventually("telemetry of the demo", || async {
        Ok((second.rest().sql_number("SELECT count(DISTINCT service_name) FROM spans").await? == 3)
            .then_some(()))
    })
    .await
    .unwrap();
    assert!(demo.0.try_wait().unwrap().is_none(), "the demo ended by itself");
}

/// A process that ends with its test.
struct Killed(std::process::Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
