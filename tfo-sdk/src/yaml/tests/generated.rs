//! Laws, over whatever is generated.

use proptest::prelude::*;
use serde_json::{Map, Number};

use super::*;

/// Texts that a writer of YAML gets wrong.
const NASTY: [&str; 48] = [
    "",
    " ",
    "  x  ",
    "no",
    "yes",
    "on",
    "y",
    "~",
    "null",
    "true",
    "TRUE",
    "012",
    "0x1F",
    "1_000",
    "1e3",
    "12:30",
    "2024-01-01",
    ".inf",
    ".nan",
    "-",
    "- a",
    "? a",
    ": a",
    "a: b",
    "a:",
    "#",
    "a # b",
    "a#b",
    "&a",
    "*a",
    "!a",
    "!!str",
    "|",
    ">",
    "%a",
    "@a",
    "`a",
    "---",
    "--- a",
    "...",
    "<<",
    "=",
    "'",
    "\"",
    "\\",
    "[a",
    "{a",
    ",",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(&NASTY[..]).prop_map(ToOwned::to_owned),
        any::<String>(),
        proptest::collection::vec(
            prop_oneof![
                proptest::sample::select(&NASTY[..]).prop_map(ToOwned::to_owned),
                proptest::sample::select(
                    &[
                        "\n",
                        "\r",
                        "\r\n",
                        "\t",
                        " ",
                        "\n\n",
                        "\n ",
                        "\0",
                        "\u{7f}",
                        "\u{85}",
                        "\u{2028}",
                        "\u{feff}",
                        "\u{202e}",
                        "\u{200d}",
                        "\u{ad}",
                        "\u{e0041}",
                        "😀",
                        "\u{fffe}",
                        "\u{ffff}"
                    ][..]
                )
                .prop_map(ToOwned::to_owned),
                "[a-z]{1,3}",
            ],
            0..6
        )
        .prop_map(|parts| parts.concat()),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("finite", |double| Some(Value::Number(Number::from_f64(double)?))),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((text(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_back(value in value()) {
        let yaml = to_yaml(&value).unwrap();
        let read = load(&Source::new("a.yaml", yaml.as_str()));
        let read: Vec<Value> = read
            .map_err(|found| TestCaseError::fail(format!("{yaml}\n{}", render_all(&found, Format::Concise, &[], 9))))?
            .iter()
            .map(|document| document.value().clone())
            .collect();
        prop_assert_eq!(read, [value], "{}", yaml);
        prop_assert!(!yaml.chars().any(|c| !"\n\t".contains(c) && (c.is_control() || visible::is_invisible(c))), "{yaml:?}");
    }

    #[test]
    fn json_reads_as_json(value in value(), is_pretty in any::<bool>()) {
        let json = if is_pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let documents = load(&Source::new("a.json", json.as_str())).unwrap();
        prop_assert_eq!(documents.len(), 1);
        prop_assert_eq!(documents[0].value(), &value);
    }

    #[test]
    fn any_text_is_read_or_refused_with_its_place(text in any::<String>()) {
        laws(&text)?;
    }

    #[test]
    fn any_pieces_of_yaml_are_read_or_refused_with_their_place(
        parts in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..40)
    ) {
        laws(&parts.concat())?;
    }
}

const PIECES: [&str; 40] = [
    "a",
    "b",
    ": ",
    ":",
    "- ",
    "-",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "\n",
    "\n  ",
    "\n    ",
    "\n---\n",
    "\n...\n",
    "--- ",
    "&a ",
    "*a",
    "<<",
    "\"",
    "'",
    "|",
    ">",
    "|-\n ",
    "\\",
    "#",
    " # ",
    "!!str ",
    "!x ",
    "1",
    "1.5",
    "no",
    "~",
    "\t",
    "\r\n",
    "\u{feff}",
    "é",
    "%YAML 1.2\n",
];

/// Every error lies in the text, every value has a place in it, and each document is written so that it reads back.
fn laws(text: &str) -> Result<(), TestCaseError> {
    let source = Source::new("a.yaml", text);
    let loaded = load_partly(&source);
    for found in &loaded.diagnostics {
        let span = found.span.expect("a place");
        prop_assert!(source.line(span.line).is_some() && span.start() <= span.end(), "{found:?}");
        let columns = source.line(span.line).map_or(0, |line| line.chars().count());
        prop_assert!(span.column as usize <= columns + 1, "{found:?} in {columns} columns of {text:?}");
    }
    for document in &loaded.documents {
        prop_assert!(source.line(document.span().line).is_some());
        let again = to_yaml(document.value()).unwrap();
        let read = load(&Source::new("again.yaml", again.as_str()));
        let read = read.map_err(|found| TestCaseError::fail(format!("{again:?} {found:?}")))?;
        prop_assert_eq!(read.first().map(Document::value), Some(document.value()));
    }
    Ok(())
}
