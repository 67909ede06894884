//! What Tab offers, on lines that are not finished, with a daemon of canned answers.

use std::net::TcpListener;

use serde_json::{Value, json};

use super::line::Line;
use super::*;
use crate::connection::tests::daemon;

/// What is offered for the last of these words, in its order.
fn offered(line: &[&str]) -> Vec<String> {
    let words: Arc<[OsString]> = std::iter::once(&"tfo").chain(line).map(OsString::from).collect();
    let last = words.len() - 1;
    let candidates =
        clap_complete::engine::complete(&mut command(&words), words.to_vec(), last, None).unwrap();
    candidates.iter().map(|candidate| candidate.get_value().to_string_lossy().into_owned()).collect()
}

fn resources(kind: &str, names: &[(&str, &str, &str)]) -> Value {
    let item = |&(level, place, name): &(&str, &str, &str)| {
        let mut metadata = json!({"name": name});
        if !level.is_empty() {
            metadata[level] = json!(place);
        }
        json!({"apiVersion": "tfo/v1", "kind": kind, "metadata": metadata, "spec": {}})
    };
    json!({"items": names.iter().map(item).collect::<Vec<_>>(), "revision": 1})
}

/// What a small installation answers.
fn installation(path: &str) -> Option<Value> {
    let service = |name: &str| json!({"serviceName": name, "requests": 0, "rate": 0.0, "errors": 0, "errorRatio": 0.0, "spans": 0, "logs": 1});
    let page = |items: Value| {
        let scan = json!({"filesConsidered": 0, "files": 0, "rows": 0, "bytes": 0, "complete": true});
        json!({"items": items, "scan": scan})
    };
    let set = json!({"set": {"name": "shop", "scope": "eu"}, "members": 1, "shared": 0,
        "appliedAt": "2026-11-25T08:00:00Z", "by": "local"});
    let metric = json!({"name": "queue.length", "type": "gauge", "services": [], "series": 1, "points": 1, "lastTimestamp": "2026-11-25T08:00:00Z"});
    let tenants =
        [("workspace", "eu/acme/shop", "staging"), ("workspace", "eu/acme/shop", "production")].as_slice();
    let quotas = [("workspace", "eu/acme/shop", "ingest"), ("tenant", "eu/acme/shop/production", "ingest")];
    Some(match path.split_once('?').unwrap_or((path, "")) {
        ("/tenants", query) if query.starts_with("scope=platform&") => resources("Tenant", tenants),
        ("/tenants", query) if query.starts_with("scope=eu%2Facme%2Fshop&") => {
            resources("Tenant", &tenants[..1])
        }
        ("/workspaces", _) => resources("Workspace", &[("organization", "eu/acme", "shop")]),
        ("/organizations", _) => resources("Organization", &[("region", "eu", "acme")]),
        ("/regions", _) => resources("Region", &[("", "", "eu")]),
        ("/quotas", _) => resources("Quota", &quotas),
        ("/sets", _) => json!({"items": [set]}),
        ("/services", "") => {
            page(json!([service("cart"), service("checkout"), service("$(reboot)"), service("-f")]))
        }
        ("/metrics/names", _) => page(json!([metric])),
        _ => return None,
    })
}

/// What is offered, asked of this daemon.
fn offered_by(url: &str, line: &str) -> Vec<String> {
    let mut words = vec!["--url", url];
    words.extend(line.split(' '));
    offered(&words)
}

#[test]
fn each_kind_of_name_is_offered() {
    let url = daemon(installation);
    let offered = |line: &str| offered_by(&url, line).join(" ");
    assert_eq!(offered("get tenant "), "production staging");
    assert_eq!(offered("get tenants p"), "production");
    assert_eq!(offered("describe tenant/st"), "tenant/staging");
    assert_eq!(offered("wait quota "), "ingest", "one of two places is enough");
    assert_eq!(offered("delete tenants --scope eu/acme/shop "), "staging");
    assert_eq!(offered("logs --tenant eu"), "eu/acme/shop/production eu/acme/shop/staging");
    assert_eq!(
        offered("get quotas --scope "),
        "eu eu/acme eu/acme/shop eu/acme/shop/production eu/acme/shop/staging platform"
    );
    assert_eq!(offered("apply --set "), "shop");
    assert_eq!(offered("logs --service c"), "cart checkout");
    assert_eq!(offered("operations ch"), "checkout");
    assert_eq!(offered("metrics query "), "queue.length");
}

#[test]
fn kinds_are_offered_without_a_daemon() {
    assert_eq!(offered(&["get", "te"]), ["tenants"]);
    assert_eq!(offered(&["get", "Ten"]), ["Tenant"], "who begins another name of it gets that");
    assert_eq!(offered(&["get", "quotas,te"]), ["quotas,tenants"]);
    assert_eq!(offered(&["explain", "Quota.spec.ingestBytesPerD"]), ["Quota.spec.ingestBytesPerDay"]);
    let kinds = offered(&["get", ""]);
    assert!(kinds.contains(&"saved-queries".to_owned()), "{kinds:?}");
    assert!(kinds.iter().all(|kind| !kind.starts_with('-')), "options wait for a dash: {kinds:?}");
    assert!(offered(&["get", "--"]).contains(&"--watch".to_owned()));
    assert!(offered(&["get", "--"]).contains(&"--tenant".to_owned()));
}

#[test]
fn contexts_are_those_of_the_file() {
    let folder = std::env::temp_dir().join(format!("tfo-complete-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    assert!(names::contexts(&folder).is_empty());
    std::fs::write(folder.join("contexts.yaml"), "contexts: {prod: {}, dev: {url: 'http://h:1'}}\n").unwrap();
    assert_eq!(names::contexts(&folder), ["dev", "prod"]);
    std::fs::write(folder.join("contexts.yaml"), "nonsense\n").unwrap();
    assert!(names::contexts(&folder).is_empty());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn files_are_offered_and_folders_with_a_slash() {
    let folder = std::env::temp_dir().join(format!("tfo-complete-files-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("roles")).unwrap();
    std::fs::write(folder.join("rules.yaml"), "").unwrap();
    let word = format!("{}/r", folder.display());
    let found: Vec<String> = offered(&["apply", "-f", &word]);
    let wanted = ["roles/", "rules.yaml"].map(|name| folder.join(name).to_string_lossy().into_owned());
    assert_eq!(found, wanted);
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Bash puts what is offered into the line without quotes.
#[test]
fn what_a_shell_would_run_or_a_command_take_for_an_option_is_not_offered() {
    let bad = ["$(reboot)", "a;b", "a b", "`x`", "a\nb", "--url=http://h", "~", "*", "a\u{202e}b", "@x", ""];
    assert_eq!(names::named(bad.map(str::to_owned).to_vec()), []);
    let good = ["cart", "shop/cart", "Zahlung-2", "a.b_c:d@e", "支払い"];
    assert_eq!(names::named(good.map(str::to_owned).to_vec()).len(), good.len());
}

#[test]
fn a_daemon_that_is_not_there_or_refuses_offers_nothing() {
    let refusing = daemon(|_| None);
    for url in ["http://127.0.0.1:9", "no url", &refusing] {
        for line in ["get quota i", "logs --tenant e", "logs --service c", "apply --set s"] {
            assert_eq!(offered_by(url, line), [""; 0], "{url} {line}");
        }
    }
}

/// Time stands still but for those who wait for it, so this one waits for nothing but the deadline.
#[tokio::test(start_paused = true)]
async fn a_daemon_that_says_nothing_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let words = ["tfo", "--url", &url, "get", "tenant", ""].map(OsString::from);
    assert!(Names::Resources.names(&Line::read(&words), "").await.is_empty());
}

/// An argument whose values have names says which.
#[test]
fn every_argument_that_takes_a_name_says_where_names_are_found() {
    const NAMED: [&str; 10] =
        ["KIND", "NAME", "KIND/NAME", "KIND.FIELD", "PLACE", "SET", "SERVICE", "METRIC", "PATH", "KINDS"];
    fn check(command: &clap::Command) {
        for arg in command.get_arguments().filter(|arg| arg.get_long() != Some("name")) {
            let is_free = arg.get_possible_values().is_empty();
            let value = arg.get_value_names().and_then(|names| names.first());
            if value.is_some_and(|value| NAMED.contains(&value.as_str())) && is_free {
                assert!(arg.get::<Names>().is_some(), "{} {arg}", command.get_name());
            }
        }
        command.get_subcommands().for_each(check);
    }
    check(&Cli::command());
}
