//! Limits: cases 10, 16 and 17 of the edge cases.

use std::time::{Duration, Instant};

use serde_json::json;

use super::*;

/// Far above what it takes in an unoptimised build on a busy machine, and far below what a bomb would take.
const SOON: Duration = Duration::from_secs(60);

fn soon<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = run();
    assert!(start.elapsed() < SOON, "{what} took {:?}", start.elapsed());
    result
}

#[test]
fn depth_ends_at_64_however_it_is_written() {
    // Case 10.
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(values(&nested(64)).len(), 1);
    assert_eq!(code(nested(65)), "too-deep");
    for deep in [
        nested(10_000),
        "[".repeat(1_000_000),
        "{a: ".repeat(10_000),
        "{\"a\": ".repeat(100) + "1" + &"}".repeat(100),
        "- ".repeat(100_000),
        (0..500).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect(),
    ] {
        assert_eq!(soon("a deep file", || code(deep.clone())), "too-deep", "{deep:.20}");
    }
    assert_eq!(code("? ".repeat(100_000)), "key-not-text too-deep");
    // By aliases: each level is shallow where it is written.
    let aliases: String = (0..100).fold("a0: &a0 [1]\n".to_owned(), |text, level| {
        format!("{text}a{next}: &a{next} [*a{level}]\n", next = level + 1)
    });
    assert_eq!(code(aliases), "too-deep");
}

#[test]
fn alias_bombs_are_refused_before_they_grow() {
    // Case 10.
    let bomb = (1..60).fold("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned(), |text, level| {
        let before = level - 1;
        format!("{text}a{level}: &a{level} [*a{before}, *a{before}, *a{before}, *a{before}, *a{before}]\n")
    });
    assert_eq!(soon("a bomb", || code(bomb)), "too-many-values");
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), "*a, ".repeat(1000));
    assert_eq!(soon("a bomb of text", || code(long)), "too-much-text");
    let keys = format!("a: &a {{{}: 1}}\nb: [{}]\n", "x".repeat(1000), "*a, ".repeat(10_000));
    assert_eq!(soon("a bomb of keys", || code(keys)), "too-much-text");
    // Many documents, each within its own limit.
    let one = format!("---\na: &a [{}]\nb: [{}]\n", "x,".repeat(900), "*a, ".repeat(100));
    assert_eq!(soon("many bombs", || code(one.repeat(100))), "too-many-values");
}

#[test]
fn a_file_has_so_many_bytes_values_and_documents() {
    // Case 17.
    let text = format!("a: \"{}\"\n", "x".repeat(MAX_BYTES - 6));
    assert_eq!(text.len(), MAX_BYTES);
    assert_eq!(values(&text), [json!({"a": "x".repeat(MAX_BYTES - 6)})]);
    assert_eq!(errors(text + "\n"), "a.yaml: error[file-too-large] 4194305 bytes, at most 4 MiB are read\n");
    assert_eq!(values(&format!("[{}]", "1,".repeat(MAX_NODES - 1))).len(), 1);
    assert_eq!(code(format!("[{}]", "1,".repeat(MAX_NODES))), "too-many-values");
    assert_eq!(values(&"---\na: 1\n".repeat(MAX_DOCUMENTS)).len(), MAX_DOCUMENTS);
    assert_eq!(code("---\na: 1\n".repeat(MAX_DOCUMENTS + 1)), "too-many-documents");
}

#[test]
fn ten_thousand_resources_are_read_with_every_place() {
    // Case 17.
    let one = |at: usize| {
        format!(
            "---\nkind: Quota\nmetadata:\n  name: q{at}\n  labels: {{team: shop}}\nspec:\n  ingest: 5\n  for: 5m\n"
        )
    };
    let text: String = (0..MAX_DOCUMENTS).map(one).collect();
    let documents = soon("ten thousand resources", || load(&Source::new("a.yaml", text))).unwrap();
    let last = documents.last().unwrap();
    assert_eq!(last.get("/metadata/name"), Some(&json!("q9999")));
    assert_eq!(last.locate("/spec/for").map(|span| (span.line, span.column)), Some((79_999 + 1, 8)));
}

#[test]
fn one_text_of_a_mebibyte_is_read_and_shown_in_part() {
    // Case 17.
    let text = format!("a: {}\nb: \"{}\nb: 1\n", "x".repeat(1 << 20), "y".repeat(1 << 20));
    let source = Source::new("a.yaml", text);
    let shown = render_all(&load(&source).unwrap_err(), Format::Full, &[source], 25);
    assert!(shown.len() < 1000, "{} bytes", shown.len());
}

#[test]
fn errors_of_many_files_have_one_order_and_an_end() {
    // Case 16.
    let text: String = (0..10).map(|at| format!("a{at}: 1\na{at}: 2\n")).collect();
    let mut all: Vec<Diagnostic> = Vec::new();
    for file in (0..20).rev() {
        all.extend(load(&Source::new(format!("{file:02}.yaml"), text.as_str())).unwrap_err());
    }
    all.sort();
    assert_eq!(all.len(), 200);
    let places: Vec<_> = all.iter().map(|found| (found.file.clone(), found.span.map(Span::start))).collect();
    assert!(places.is_sorted());
    let shown = render_all(&all, Format::Concise, &[], 25);
    assert_eq!(shown.lines().count(), 26);
    assert_eq!(shown.lines().last(), Some("and 175 more"));
    let endless = "---\na: *b\n".repeat(100_000);
    let found = soon("a hundred thousand errors", || load(&Source::new("a.yaml", endless)).unwrap_err());
    assert_eq!(found.len(), MAX_DIAGNOSTICS + 1);
    assert_eq!(found.last().unwrap().code, "too-many-errors");
    let wide = format!("{{{}}}", "a: 1,".repeat(50_000));
    let found = soon("many errors of one document", || load(&Source::new("a.yaml", wide)).unwrap_err());
    assert!(found.len() <= MAX_DIAGNOSTICS + 1, "{}", found.len());
}
