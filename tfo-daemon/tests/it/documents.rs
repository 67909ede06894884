//! Documents in the repository that are made from the code: `TFO_TEST_UPDATE=1` makes them again.

use std::collections::BTreeMap;
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

/// Each test that `gitops-cases.md` names is there, and each case has its row.
#[test]
fn tests_that_documents_name_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join("docs/gitops-cases.md")).unwrap();
    let mut files = BTreeMap::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("- `")) {
        let (name, path) = line.split_once("`: `").unwrap();
        let path = path.strip_suffix('`').unwrap();
        files.insert(name, std::fs::read_to_string(root.join(path)).unwrap_or_else(|_| panic!("no {path}")));
    }
    let named = text.split('`').skip(1).step_by(2).filter_map(|code| code.split_once("::"));
    for (file, test) in named {
        let there = files.get(file).is_some_and(|text| text.contains(&format!("fn {test}(")));
        assert!(there, "docs/gitops-cases.md names {file}::{test}, and there is none");
    }
    let rows =
        text.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse::<u32>().ok());
    assert_eq!(rows.collect::<Vec<_>>(), (1..=70).collect::<Vec<_>>());
}
