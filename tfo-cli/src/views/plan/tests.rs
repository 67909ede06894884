//! The forms of a plan.

use serde_json::{Value, json};

use super::*;
use crate::output::Look;
use crate::output::style::Paint;

const NOW: &str = "2026-11-28T12:00:00Z";

fn shown() -> Shown {
    Shown { defaults: false, full: false, now: NOW.parse().unwrap() }
}

fn look(width: Option<usize>) -> Look {
    Look { width, wide: false, paint: Paint::Plain, now: tfo_sdk::Timestamp::MIN }
}

fn reference(kind: &str, name: &str) -> Value {
    json!({"kind": kind, "scope": "eu/acme/shop/production", "name": name})
}

/// A plan with one of everything.
fn everything() -> Plan {
    let expression =
        "sum(rate(http_errors{svc=\"checkout\"}[5m]))\n  / sum(rate(http_requests[5m])) > 0.02\n";
    let changed = expression.replace("svc=\"checkout\"", "svc=\"checkout\",code=~\"5..\"");
    let source = |line: u32| json!({"file": "alerts.yaml", "line": line, "column": 1});
    let plan = json!({
        "formatVersion": "1.0",
        "set": {"name": "shop", "scope": "eu/acme/shop/production"},
        "committed": false,
        "summary": {"create": 1, "update": 2, "delete": 1, "adopt": 0, "rename": 1, "restore": 0, "keep": 1,
            "unchanged": 9, "drift": 1, "conflict": 1},
        "changes": [
            {"action": "update", "ref": reference("SavedQuery", "checkout-errors"), "baseGeneration": 7, "source": source(3),
                "reasons": ["field-changed", "drift"], "fields": [
                {"path": "/spec/since", "op": "replace", "before": "5m", "after": "10m"},
                {"path": "/spec/signal", "op": "replace", "before": "metrics", "after": "logs",
                    "drift": {"by": "alice", "via": "edit", "at": "2026-11-28T10:00:00Z"}},
                {"path": "/spec/sql", "op": "replace", "before": expression, "after": changed},
                {"path": "/metadata/labels/example.com~1team", "op": "add", "after": "no"},
                {"path": "/spec/columns", "op": "remove", "before": ["a", "b"]},
                {"path": "/spec/limit", "op": "add", "after": 100, "default": true}]},
            {"action": "create", "ref": reference("ApiKey", "pager"), "baseGeneration": 0, "source": source(12),
                "reasons": ["new"], "fields": [
                {"path": "/spec/description", "op": "add", "after": "a long text ".repeat(20)},
                {"path": "/spec/secret", "op": "add", "after": "hunter2", "sensitive": true}]},
            {"action": "update", "ref": {"kind": "Role", "scope": "eu/acme", "name": "oncall"}, "baseGeneration": 2,
                "renamedFrom": "on-call", "reasons": ["renamed"], "fields": [
                {"path": "/spec/secret", "op": "replace", "before": "<set>", "after": "<changed>", "sensitive": true}]},
            {"action": "delete", "ref": reference("Quota", "old"), "baseGeneration": 1, "reasons": ["pruned"], "fields": [
                {"path": "/spec/activeSeries", "op": "remove", "before": 5}]},
            {"action": "keep", "ref": reference("Quota", "kept"), "baseGeneration": 1, "reasons": ["protected"]},
            {"action": "unchanged", "ref": reference("Quota", "same"), "baseGeneration": 1},
        ],
        "conflicts": [
            {"ref": reference("Quota", "ingest"), "path": "/spec/activeSeries", "owners": [], "wanted": 5, "source": source(31),
                "message": "set platform owns it with 9 (ci-bot, 3d ago), you want 5"},
        ],
        "diagnostics": [],
    });
    serde_json::from_value(plan).unwrap()
}

#[test]
fn lines_for_people_fit_wide_and_narrow_terminals_and_pipes() {
    let plan = everything();
    for (name, width) in [("wide", Some(100)), ("narrow", Some(40)), ("pipe", None)] {
        let text =
            text::text(&plan, "tfo diff  set shop  →  eu/acme/shop/production", &look(width), &shown());
        insta::assert_snapshot!(name, text);
    }
    insta::assert_snapshot!(summary(&plan), @"1 to create, 2 to change (1 renamed, 1 drift), 1 to delete, 1 kept, 1 conflict, 9 unchanged");
}

#[test]
fn other_forms_say_the_same() {
    let plan = everything();
    insta::assert_snapshot!("markdown", markdown::markdown(&plan, &shown()));
    insta::assert_snapshot!("github", github::annotations(&plan, &shown()));
    insta::assert_snapshot!("yaml_diff", yaml_diff::yaml_diff(&plan, &shown()));
}

#[test]
fn no_secret_is_in_any_form() {
    let plan = everything();
    let full = Shown { defaults: true, full: true, ..shown() };
    let all = [
        text::text(&plan, "", &look(None), &full),
        markdown::markdown(&plan, &full),
        github::annotations(&plan, &full),
        yaml_diff::yaml_diff(&plan, &full),
        plan.changes.iter().map(|change| changed_fields(&change.fields)).collect(),
    ];
    for form in all {
        assert!(!form.contains("hunter2") && form.contains("<set>"), "{form}");
    }
}

#[test]
fn a_plan_without_differences_is_silent() {
    let mut plan = everything();
    plan.changes.retain(|change| change.action == Action::Unchanged);
    plan.conflicts.clear();
    plan.summary = Summary { unchanged: 9, ..Summary::default() };
    assert_eq!(text::text(&plan, "head", &look(None), &shown()), "");
    assert_eq!(markdown::markdown(&plan, &shown()), "");
    assert_eq!(github::annotations(&plan, &shown()), "");
    assert_eq!(yaml_diff::yaml_diff(&plan, &shown()), "");
    assert_eq!(summary(&plan), "no differences, 9 unchanged");
    assert!(markdown::nothing(&plan).ends_with("(set `shop`)\nno differences, 9 unchanged\n"));
    plan.summary.create = 2;
    plan.committed = true;
    assert_eq!(summary(&plan), "2 created, 9 unchanged");
}

#[test]
fn what_acts_on_a_terminal_or_in_a_comment_is_made_visible() {
    let mut plan = everything();
    let hostile = json!("\u{1b}[2J\u{202e} @everyone | ``` <img> \n```\n@here\n");
    plan.changes.truncate(1);
    plan.changes[0].fields.truncate(1);
    plan.changes[0].fields[0].after = Some(hostile);
    plan.conflicts[0].message = "@here | <b> `x` \u{1b}[31m".to_owned();
    let text = text::text(&plan, "", &look(Some(80)), &shown());
    let comment = markdown::markdown(&plan, &shown());
    for form in [&text, &comment] {
        assert!(!form.contains(['\u{1b}', '\u{202e}']), "{form}");
    }
    insta::assert_snapshot!("hostile", comment);
}

#[test]
fn a_large_plan_fits_into_a_comment_and_says_what_is_missing() {
    let mut plan = everything();
    let one = plan.changes[0].clone();
    let deletion = plan.changes[3].clone();
    plan.changes = (0..2000)
        .map(|at| {
            let mut change = one.clone();
            change.reference.name = format!("query-{at}").parse().unwrap();
            change
        })
        .collect();
    plan.changes.push(deletion);
    let comment = markdown::markdown(&plan, &shown());
    assert!(comment.chars().count() <= 60_000, "{}", comment.chars().count());
    // What destroys is there all the same.
    assert!(
        comment.contains("Quota/old") && comment.contains("more resources; `tfo diff` shows them."),
        "{}",
        &comment[comment.len() - 200..]
    );
    plan.changes.truncate(100);
    let comment = markdown::markdown(&plan, &shown());
    assert!(comment.chars().count() <= 60_000);
    assert!(comment.contains("query-99") && comment.ends_with("`tfo diff` shows them.\n"));
}
