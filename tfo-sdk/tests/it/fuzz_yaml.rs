//! The body of the fuzz target `yaml`.

use serde_json::Value;
use tfo_sdk::yaml::{Document, Format, Loaded, Source, load, load_partly, render_all, to_yaml};

/// Any bytes are read or refused: every error has a place in the text, no format of it has anything raw of it, every
/// value has a place, and what was read is written so that it reads back. What is JSON means what JSON says.
pub(crate) fn yaml(data: &[u8]) {
    let source = Source::new("a.yaml", data);
    let Loaded { documents, diagnostics } = load_partly(&source);
    let lines = source.text().split(['\n', '\r']).count();
    for found in &diagnostics {
        let span = found.span.expect("only a file that is too large has no place");
        assert!(span.line as usize <= lines, "{found:?}");
        assert!((span.line, span.column) <= (span.end_line, span.end_column), "{found:?}");
    }
    for format in [Format::Full, Format::Concise, Format::Json, Format::Github] {
        let shown = render_all(&diagnostics, format, std::slice::from_ref(&source), 5);
        let raw = |c: char| {
            (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!shown.contains(raw), "{shown:?}");
    }
    for document in &documents {
        check_places(document, "", document.value());
        let written = to_yaml(document.value()).unwrap();
        let read = load(&Source::new("again.yaml", written.as_str()));
        let values: Vec<&Value> = read.iter().flatten().map(Document::value).collect();
        assert_eq!(values, [document.value()], "{written:?}: {read:?}");
    }
    if diagnostics.is_empty()
        && source.text().starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str::<Value>(source.text())
    {
        assert_eq!(documents.first().map(Document::value), Some(&value));
    }
}

fn check_places(document: &Document, pointer: &str, value: &Value) {
    let place = document.place(pointer).unwrap();
    assert!(place.is_exact, "{pointer}");
    let below = |key: &str, value: &Value| {
        let key = key.replace('~', "~0").replace('/', "~1");
        check_places(document, &format!("{pointer}/{key}"), value);
    };
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(at, item)| below(&at.to_string(), item)),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| below(key, value)),
        _ => {}
    }
}
