//! Typed reading: what people are told.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::*;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "what matters is what cannot be read")]
struct Rule {
    name: String,
    severity: Severity,
    #[serde(default, rename = "for")]
    wait: Option<Wait>,
    #[serde(default)]
    enabled: bool,
    #[serde(default)]
    max_items: u8,
    #[serde(default)]
    threshold: f64,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Info,
    Warning,
    Critical,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "what matters is what cannot be read")]
struct Step {
    n: u64,
}

/// A type with a grammar of its own.
#[derive(Debug)]
struct Wait;

impl<'de> Deserialize<'de> for Wait {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.strip_suffix('m').is_some_and(|minutes| minutes.parse::<u32>().is_ok()) {
            return Ok(Self);
        }
        let message = format!("expected a duration like 5m, got {text:?}");
        Err(serde::de::Error::custom(coded("invalid-duration", message)))
    }
}

/// What is wrong with the `spec` of a document, with the lines of the source.
fn told(text: &str) -> String {
    let document = document(text);
    let found = document.read::<Rule>("/spec").unwrap_err();
    render_all(&found, Format::Full, std::slice::from_ref(document.source()), 25)
}

#[test]
fn a_good_document_is_read() {
    let text =
        "name: a\nseverity: critical\nfor: 5m\nenabled: true\nmaxItems: 5\nthreshold: 5\nsteps: [{n: 1}]\n";
    let rule = document(text).read::<Rule>("").unwrap();
    assert_eq!((rule.name.as_str(), rule.max_items, rule.enabled), ("a", 5, true));
    assert!(matches!(rule.severity, Severity::Critical));
}

#[test]
fn all_mistakes_of_a_document_are_told_at_once() {
    insta::assert_snapshot!(told(
        "\
kind: AlertRule
spec:
  name: 22.10
  severty: critical
  severity: criticle
  for: 5 min
  enabled: no
  max_items: 3
  maxItems: 300
  threshold: 1_000
  colour: red
  labels: {team: no, version: 1.10, since: 2024-01-01, paged: yes, on: true}
  tags: nothing
  steps:
    - n: 1
    - n: 0x1F
      m: 2
"
    ));
}

#[test]
fn what_yaml_1_1_took_for_booleans_and_numbers_is_explained() {
    // Case 9, in fields that are no text.
    let fields = [
        ("enabled", "yes"),
        ("enabled", "Off"),
        ("enabled", "'true'"),
        ("enabled", "1"),
        ("enabled", "\"no\""),
        ("enabled", ""),
        ("maxItems", "012"),
        ("maxItems", "0o7"),
        ("maxItems", "1e3"),
        ("maxItems", "+5"),
        ("maxItems", "'5'"),
        ("maxItems", "-1"),
        ("maxItems", "12:30"),
        ("maxItems", "1.5"),
        ("threshold", ".inf"),
        ("threshold", "-.5"),
        ("threshold", "five"),
        ("name", "no"),
        ("name", "true"),
        ("name", "1e3"),
        ("name", "~"),
        ("name", "{}"),
        ("name", "[a]"),
        ("labels", "[a]"),
        ("steps", "{n: 1}"),
        ("steps", "[5]"),
        ("steps", "[{}]"),
        ("severity", "5"),
        ("severity", "{info: 1}"),
    ];
    let mut told = String::new();
    for (field, value) in fields {
        let base = ["name: a\n", "severity: info\n"].into_iter().filter(|line| !line.starts_with(field));
        let text = format!("{}{field}: {value}\n", base.collect::<String>());
        told += &format!("{field}: {value}\n");
        for found in document(&text).read::<Rule>("").err().unwrap_or_default() {
            told += &format!(
                "    {}",
                render(&Diagnostic { file: None, span: None, ..found.clone() }, Format::Concise, &[])
            );
            told += &found.help.map_or(String::new(), |help| format!("    help: {help}\n"));
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_missing_field_is_told_where_it_is_missing() {
    insta::assert_snapshot!(told("kind: AlertRule\nspec:\n  severity: info\n  steps: [{n: 1}, {}]\n"));
    let document = document("kind: AlertRule\n");
    let found = document.read::<Rule>("/spec").unwrap_err();
    assert_eq!(
        render_all(&found, Format::Concise, &[], 25),
        "a.yaml:1:1: error[missing-field] missing field `spec`\n"
    );
}

#[test]
fn an_error_that_follows_from_another_is_not_told() {
    let found = document("name: [a]\nseverity: info\n").read::<Rule>("").unwrap_err();
    assert_eq!(found.len(), 1, "without `name` it would be missing: {found:?}");
}

#[test]
fn values_from_elsewhere_are_told_by_pointer() {
    let value = serde_json::json!({"name": "a", "severity": "info", "labels": {"a/b": 5}, "max-items": 1});
    let found = read_value::<Rule>("/spec", &value).unwrap_err();
    let told: Vec<_> =
        found.iter().map(|found| format!("{} {} {}", found.pointer, found.code, found.message)).collect();
    assert_eq!(
        told,
        [
            "/spec/labels/a~1b invalid-type expected text, got 5",
            "/spec/max-items unknown-field unknown field `max-items`, did you mean `maxItems`?",
        ]
    );
}

#[test]
fn names_are_suggested_when_they_are_near() {
    let known = ["severity", "deletionProtection", "for", "labels"];
    for (name, near) in [
        ("severty", Some("severity")),
        ("deletion_protection", Some("deletionProtection")),
        ("DELETION-PROTECTION", Some("deletionProtection")),
        ("fro", Some("for")),
        ("lables", Some("labels")),
        ("colour", None),
        ("x", None),
    ] {
        assert_eq!(nearest(name, known), near, "{name}");
    }
    assert_eq!(nearest(&"x".repeat(1 << 20), known), None);
}
