//! Clients in other languages, in the private folders that `tests/run` installs them into.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::Daemon;

fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

/// Whether `tests/run` has prepared this machine: then nothing that it prepares may be missing.
fn is_complete() -> bool {
    std::env::var_os("TFO_TEST_COMPLETE").is_some_and(|value| value == "1")
}

fn prepared(variable: &str) -> anyhow::Result<Option<PathBuf>> {
    match std::env::var_os(variable) {
        Some(path) => Ok(Some(PathBuf::from(path))),
        None if is_complete() => bail!("tests/run did not set {variable}"),
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
