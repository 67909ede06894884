//! How diagnostics are written.

use super::*;

/// A finding in a file whose name and text are hostile.
fn hostile() -> (Diagnostic, Source) {
    let text = "k\u{202e}ey: \"\u{9b}x\"\nk\u{202e}ey: '\tvalue'\n";
    let source = Source::new("a,b:%\u{1b}[2J.yaml", text.replace('\u{9b}', "\\x9b"));
    let found = load(&source).unwrap_err().remove(0).with_help("two\nlines, 100%");
    (found, source)
}

#[test]
fn every_format_is_as_it_was() {
    let text = "kind: A\nspec:\n  for: 5 min\n  日本: [1, e\u{301}, x]\n";
    let source = Source::new("alerts.yaml", text);
    let document = load(&source).unwrap().remove(0);
    let duration = Diagnostic::error("invalid-duration", "expected a duration like 5m, got \"5 min\"")
        .with_help("write 5m");
    let wide = Diagnostic::warning("odd", "a wide name");
    let found = [
        document.diagnostic("/spec/for", duration),
        document.diagnostic("/spec/日本/2", wide).related_to("b.yaml", document.span(), "and here"),
        Diagnostic::error("file-too-large", "5000000 bytes").of("c.yaml"),
    ];
    let sources = [source];
    let mut all = String::new();
    for format in [Format::Full, Format::Concise, Format::Json, Format::Github] {
        for most in [25, 2] {
            all += &format!("{format:?}, {most}\n{}\n", render_all(&found, format, &sources, most));
        }
    }
    insta::assert_snapshot!(all);
}

#[test]
fn nothing_hostile_passes_in_any_format() {
    let (found, source) = hostile();
    let mut all = String::new();
    for format in [Format::Full, Format::Concise, Format::Json, Format::Github] {
        let shown = render_all(&[found.clone(), found.clone()], format, std::slice::from_ref(&source), 1);
        let raw = shown.chars().filter(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{202e}'));
        assert_eq!(raw.count(), 0, "{shown:?}");
        all += &shown;
    }
    insta::assert_snapshot!(all);
}

#[test]
fn json_reads_back_as_it_was() {
    let (found, source) = hostile();
    let shown = render(&found, Format::Json, &[source]);
    assert_eq!(serde_json::from_str::<Diagnostic>(&shown).unwrap(), found);
    let bare = Diagnostic::warning("odd", "without a place");
    assert_eq!(serde_json::from_str::<Diagnostic>(&render(&bare, Format::Json, &[])).unwrap(), bare);
}

#[test]
fn marks_stand_under_what_they_mean() {
    for (line, column, end, marks) in [
        ("a: 日本 x", 4, 6, "   ^^^^"),
        ("a: 日本 x", 7, 8, "        ^"),
        ("a: e\u{301}x", 6, 7, "    ^"),
        ("a: \u{202e}x", 5, 6, "           ^"),
        ("a:\tx", 4, 5, "   ^"),
        ("a: x", 5, 5, "    ^"),
        ("", 1, 1, "^"),
    ] {
        let source = Source::new("a.yaml", line);
        let span = Span { line: 1, column, end_line: 1, end_column: end };
        let found = Diagnostic::error("x", "y").of("a.yaml").at(span);
        let shown = render(&found, Format::Full, &[source]);
        assert_eq!(shown.lines().nth(3).unwrap().strip_prefix("  | "), Some(marks), "{line}: {shown}");
    }
}

#[test]
fn a_long_line_is_shown_around_its_mark() {
    let line = format!("a: {}HERE{}", "x".repeat(5000), "y".repeat(5000));
    let source = Source::new("a.yaml", line);
    let span = Span { line: 1, column: 5004, end_line: 1, end_column: 5008 };
    let shown = render(&Diagnostic::error("x", "y").of("a.yaml").at(span), Format::Full, &[source]);
    let lines: Vec<&str> = shown.lines().collect();
    let at = lines[2].find("HERE").unwrap();
    // The dots take three bytes and one column.
    assert_eq!(lines[3].find("^^^^"), Some(at - 2), "{shown}");
    assert!(shown.len() < 500);
}
