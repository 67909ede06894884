//! Where things stand.

use super::*;

const TEXT: &str = "\
# A comment.
kind: AlertRule
metadata: {name: checkout, labels: {\"a/b\": x, a~b: y}}
spec:
  for: 5 min
  panels:
    - name: latency
      unit: ms
    - name: errors
      unit: '%'
  text: |
    one
    two
  empty:
  shared: &x {a: 1}
  again: *x
\u{20} naïve 日本: \t1
";

/// Line, column, end line, end column of what a pointer names, and the text if it is in one line.
fn at(pointer: &str) -> String {
    let document = document(TEXT);
    let span = document.locate(pointer).unwrap();
    let text = document.source().text_of(span).unwrap_or("…");
    format!("{}:{}-{}:{} {text}", span.line, span.column, span.end_line, span.end_column)
}

#[test]
fn every_key_and_value_has_its_place() {
    for (pointer, place) in [
        ("/kind", "2:7-2:16 AlertRule"),
        ("/metadata/name", "3:18-3:26 checkout"),
        ("/metadata/labels/a~1b", "3:44-3:45 x"),
        ("/metadata/labels/a~0b", "3:52-3:53 y"),
        ("/spec", "4:1-4:5 spec"),
        ("/spec/for", "5:8-5:13 5 min"),
        ("/spec/panels/1/unit", "10:13-10:16 '%'"),
        ("/spec/panels/{name=latency}/unit", "8:13-8:15 ms"),
        ("/spec/panels/{name=errors}/unit", "10:13-10:16 '%'"),
        ("/spec/empty", "14:8-14:8 "),
        ("/spec/again", "16:3-16:8 again"),
        ("/spec/again/a", "15:18-15:19 1"),
        ("/spec/naïve 日本", "17:14-17:15 1"),
    ] {
        assert_eq!(at(pointer), place, "{pointer}");
    }
    let document = document(TEXT);
    let text = document.locate("/spec/text").unwrap();
    assert_eq!((text.start(), text.end()), ((12, 5), (14, 1)));
    let spec = document.place("/spec").unwrap();
    assert_eq!((spec.value.start(), spec.is_nested), ((5, 3), true));
    assert_eq!(document.span().start(), (2, 1));
}

#[test]
fn what_is_absent_is_shown_at_the_nearest_above_it() {
    for (pointer, place) in [
        ("", "2:1-17:15 …"),
        ("/nothing", "2:1-17:15 …"),
        ("/metadata/tenant/x/y", "3:1-3:9 metadata"),
        ("/spec/for/inner", "5:3-5:6 for"),
        ("/spec/panels/7/unit", "6:3-6:9 panels"),
        ("/spec/panels/{name=other}/unit", "6:3-6:9 panels"),
        ("/spec/panels/{name", "6:3-6:9 panels"),
        ("/spec/panels/-1", "6:3-6:9 panels"),
    ] {
        assert_eq!(at(pointer), place, "{pointer}");
    }
    let document = document(TEXT);
    assert_eq!(document.locate("spec.for"), None, "no JSON Pointer");
    let place = document.place("/spec/panels/7/unit").unwrap();
    assert!(!place.is_exact);
}

#[test]
fn an_error_of_the_server_lands_on_its_line() {
    let error = Diagnostic::error("invalid-duration", "expected a duration like 5m, got \"5 min\"");
    let document = document(TEXT);
    for (pointer, shown) in [
        ("/spec/for", "a.yaml:5:8: error[invalid-duration] spec.for: expected"),
        (
            "/spec/panels/{name=errors}/for",
            "a.yaml:9:7: error[invalid-duration] spec.panels[1].for: expected",
        ),
        ("/metadata/labels/x.y", "a.yaml:3:28: error[invalid-duration] metadata.labels[\"x.y\"]: expected"),
        ("", "a.yaml:2:1: error[invalid-duration] expected"),
        ("not a pointer", "a.yaml:2:1: error[invalid-duration] not a pointer: expected"),
    ] {
        let line = render(&document.diagnostic(pointer, error.clone()), Format::Concise, &[]);
        assert!(line.starts_with(shown), "{pointer}: {line}");
    }
    let unknown = document.diagnostic("/spec/for", Diagnostic::error("unknown-field", "x"));
    assert_eq!(unknown.span.map(Span::start), Some((5, 3)), "an unknown field is shown by its name");
}
