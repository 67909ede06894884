//! Documents in the repository that are made from the code: `TFO_TEST_UPDATE=1` makes them again.

use std::path::Path;

use tfo_daemon::Config;

use crate::harness::Daemon;

/// Holds a document against what it should be.
fn is_fresh(name: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    if std::env::var_os("TFO_TEST_UPDATE").is_some_and(|value| value == "1") {
        std::fs::write(&path, expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/{name} is not what the code says; run\n\
         TFO_TEST_UPDATE=1 cargo test -p tfo-daemon --test it documents\n\
         and look at what changes for users"
    );
}

#[test]
fn documents_of_the_configuration_are_fresh() {
    is_fresh("configuration.md", &Config::documentation());
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_of_the_rest_interface_are_fresh() {
    let daemon = Daemon::new().await;
    let document = daemon.get("/api/v2/openapi.json").await.json();
    is_fresh("openapi.json", &format!("{}\n", serde_json::to_string_pretty(&document).unwrap()));
}
