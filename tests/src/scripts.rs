//! Clients in other languages, in the private folders that `tests/run` installs them into.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use crate::{Daemon, seed};

fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

fn prepared(variable: &str) -> anyhow::Result<Option<PathBuf>> {
    match std::env::var_os(variable) {
        Some(path) => Ok(Some(PathBuf::from(path))),
        None if seed::is_complete() => bail!("tests/run did not set {variable}"),
        None => Ok(None),
    }
}

/// What sends with the OpenTelemetry SDK for Python; `None` where its packages are not installed.
pub fn python(daemon: &Daemon, protocol: &str) -> anyhow::Result<Option<Value>> {
    let Some(python) = prepared("TFO_TEST_PYTHON")? else { return Ok(None) };
    let endpoint = match protocol {
        "grpc" => format!("http://{}", daemon.addresses().otlp_grpc),
        _ => format!("http://{}", daemon.addresses().otlp_http),
    };
    let mut command = Command::new(python);
    command.arg(clients().join("python/send.py")).args([protocol, &endpoint]);
    run(command).map(Some)
}

/// What sends metrics with the OpenTelemetry SDK for Python, as two processes of one program; `None` where its packages
/// are not installed.
pub fn python_stream(daemon: &Daemon, temporality: &str) -> anyhow::Result<Option<Value>> {
    let Some(python) = prepared("TFO_TEST_PYTHON")? else { return Ok(None) };
    let endpoint = format!("http://{}", daemon.addresses().otlp_http);
    let mut command = Command::new(python);
    command.arg(clients().join("python/stream.py")).args([&endpoint, temporality]);
    run(command).map(Some)
}

/// What sends with the OpenTelemetry SDK for JavaScript; `None` where its packages are not installed.
pub fn node(daemon: &Daemon) -> anyhow::Result<Option<Value>> {
    let Some(folder) = prepared("TFO_TEST_NODE_DIR")? else { return Ok(None) };
    let mut command = Command::new("node");
    // Packages are found from the script's own folder, so the script runs from a copy beside them.
    let script = folder.join("send.mjs");
    std::fs::copy(clients().join("node/send.mjs"), &script)?;
    command.arg(script).arg(format!("http://{}", daemon.addresses().otlp_http));
    run(command).map(Some)
}

/// What holds the daemon's OpenAPI document and metrics page against what they claim to be; `None` where its packages
/// are not installed.
pub fn document(daemon: &Daemon) -> anyhow::Result<Option<Value>> {
    let Some(python) = prepared("TFO_TEST_PYTHON")? else { return Ok(None) };
    let mut command = Command::new(python);
    command.arg(clients().join("python/document.py")).arg(daemon.addresses().url());
    run(command).map(Some)
}

/// What a fuzzer may find; `positive_data_acceptance` is left out, since the grammar of filters, times and page tokens
/// is more than a schema can say.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance,negative_data_rejection,unsupported_method,\
                      allow_header_conformance";

/// Runs the fuzzer over every operation of the daemon's document, with this seed; whether its packages are installed.
///
/// # Errors
/// What it found.
pub fn schemathesis(daemon: &Daemon, number: u64) -> anyhow::Result<bool> {
    let Some(python) = prepared("TFO_TEST_PYTHON")? else { return Ok(false) };
    let folder = daemon.setup().folder();
    let mut command = Command::new(python);
    command.args(["-m", "schemathesis.cli", "run"]);
    command.arg(format!("{}/api/v2/openapi.json", daemon.addresses().url()));
    // Every operation either way: the short length leaves out the hundreds of cases at the bounds of each parameter.
    let (phases, examples) =
        if seed::is_long() { ("examples,coverage,fuzzing", "500") } else { ("examples,fuzzing", "15") };
    command.args(["--checks", CHECKS, "--phases", phases, "--max-examples", examples]);
    command.args(["--seed", &number.to_string(), "--workers", "2"]);
    command.args(["--generation-database", "none", "--suppress-health-check", "all", "--no-color"]);
    command.args(["--warnings", "off", "--continue-on-failure"]);
    // The answer of a watch has no end.
    command.args(["--exclude-path", "/api/v2/watch"]);
    let output = command.current_dir(folder).env("HOME", folder).output()?;
    if !output.status.success() {
        let [stdout, stderr] =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        bail!("the fuzzer ended with {}:\n{stdout}\n{stderr}", output.status);
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let line = |what: &str| {
        said.lines().map(str::trim).find(|line| line.contains(what)).unwrap_or_default().to_owned()
    };
    let selected = line("Selected:");
    let number = selected.split(|char: char| !char.is_ascii_digit()).find(|digits| !digits.is_empty());
    let operations: usize =
        number.unwrap_or_default().parse().with_context(|| format!("no figures in {said}"))?;
    ensure!(operations > 100, "only {operations} operations were looked at: {said}");
    seed::note(&format!("fuzzer of REST: {} operations; {}", selected, line("generated,")));
    Ok(true)
}

/// Runs a client; it prints what it sent and cannot be known beforehand (its ids) as JSON.
fn run(mut command: Command) -> anyhow::Result<Value> {
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("OTEL_")) {
        command.env_remove(name);
    }
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("the client failed with {}: {stderr}", output.status);
    }
    serde_json::from_slice(&output.stdout)
        .with_context(|| format!("{}\n{stderr}", String::from_utf8_lossy(&output.stdout)))
}
