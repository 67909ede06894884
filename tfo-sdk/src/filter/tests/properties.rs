//! Laws that hold for every text.

use proptest::prelude::*;

use crate::filter::{Filter, parse, parse_term};

/// The same tree, with all places at 0.
fn without_places(filter: Filter) -> Filter {
    match filter {
        Filter::All(filters) => Filter::All(filters.into_iter().map(without_places).collect()),
        Filter::Any(filters) => Filter::Any(filters.into_iter().map(without_places).collect()),
        Filter::Not(filter) => Filter::Not(Box::new(without_places(*filter))),
        Filter::Term(mut term) => {
            term.span = 0..0;
            Filter::Term(term)
        }
    }
}

fn check_round_trip(filter: Filter) {
    let text = filter.to_string();
    let again = parse(&text).unwrap_or_else(|error| panic!("{text}: {error}; {filter:?}"));
    assert_eq!(without_places(again), without_places(filter), "{text}");
}

/// Pieces that the grammar is made of, so that random texts come near to its rules.
fn token() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        " ",
        " ",
        " ",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        "-",
        "!",
        "\"",
        "\\",
        "/",
        "/i",
        "|",
        "{",
        "}",
        ",",
        "..",
        "...",
        "*",
        "+",
        ":",
        "=",
        "!=",
        ">",
        ">=",
        "<",
        "<=",
        "~",
        "severity",
        "error",
        "warn2",
        "17",
        "duration",
        "250ms",
        "5MiB",
        "http.route",
        "attr.",
        "scope.",
        "resource.",
        "trace",
        "kind",
        "SERVER",
        "é",
        "ǅ",
        "abc",
        "Abc",
        "5.5",
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "00f067aa0ba902b7",
        "\n",
        ".",
    ]);
    prop_oneof![4 => fixed.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)]
}

/// A value, quoted or not, of any field.
fn value() -> impl Strategy<Value = String> {
    let quoted =
        ".{0,8}".prop_map(|text: String| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")));
    let bare = "[a-zA-Z0-9_./@*+-]{1,8}";
    let word = prop_oneof![bare, quoted];
    prop_oneof![
        4 => word.clone(),
        1 => (word.clone(), word.clone()).prop_map(|(a, b)| format!("{a}{b}")),
        1 => (word.clone(), word.clone()).prop_map(|(a, b)| format!("{a}..{b}")),
        1 => prop::collection::vec(word.clone(), 1..4).prop_map(|words| format!("{{{}}}", words.join(", "))),
        1 => prop::collection::vec(word, 2..4).prop_map(|words| words.join("|")),
        1 => "-?[0-9]{1,20}(\\.[0-9]{1,3})?(kB|MiB)?",
        1 => "(trace|debug|info|warn|error|fatal)[2-4]?\\+?",
        1 => "[0-9]{1,4}(ns|us|ms|s|m|h)(\\.\\.)?",
        1 => "[0-9a-fA-F]{32}|[0-9a-fA-F]{16}",
    ]
}

fn term() -> impl Strategy<Value = String> {
    let field = prop::sample::select(vec![
        "severity",
        "body",
        "service",
        "trace",
        "span",
        "kind",
        "status",
        "duration",
        "a.b",
        "attr.a",
        "attr.\"a b\"",
        "resource.host",
        "scope.name",
        "attr.scope.x",
    ]);
    let operator = prop::sample::select(vec![":", "=", "!=", ">", ">=", "<", "<="]);
    let regex = prop::sample::select(vec!["/a b/", "/a\\/b\\\\/i", "/\\d+\\./", "/[\\/]/", "/\\\\\\//"]);
    prop_oneof![
        6 => (field.clone(), operator, value()).prop_map(|(field, operator, value)| format!("{field}{operator}{value}")),
        1 => (field, regex.clone()).prop_map(|(field, regex)| format!("{field}~{regex}")),
        1 => regex.prop_map(str::to_owned),
        2 => value(),
    ]
}

fn query() -> impl Strategy<Value = String> {
    term().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|terms| format!("({})", terms.join(" "))),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|terms| terms.join(" OR ")),
            inner.clone().prop_map(|term| format!("NOT ({term})")),
            inner.prop_map(|term| format!("-{term}")),
        ]
    })
}

#[test]
fn a_star_that_is_a_pattern_is_not_written_as_the_question_whether_there_is_any() {
    for text in [r#"body:*"""#, r#"NOT (attr.x:""*)"#, r#"body:{*"",a}"#] {
        check_round_trip(parse(text).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn reading_never_panics_and_faults_lie_in_the_text(text in ".{0,60}") {
        for result in [parse(&text), parse_term(&text)] {
            match result {
                Ok(filter) => check_round_trip(filter),
                Err(error) => prop_assert!(text.get(error.span).is_some()),
            }
        }
    }

    #[test]
    fn any_mixture_of_tokens_is_read_or_refused(tokens in prop::collection::vec(token(), 0..16)) {
        let text = tokens.concat();
        for result in [parse(&text), parse_term(&text)] {
            match result {
                Ok(filter) => check_round_trip(filter),
                Err(error) => prop_assert!(text.get(error.span).is_some()),
            }
        }
    }

    #[test]
    fn what_is_written_reads_as_the_same_tree(text in query()) {
        if let Ok(filter) = parse(&text) {
            check_round_trip(filter);
        }
    }

    #[test]
    fn most_terms_are_good_arguments(text in term()) {
        if let Ok(filter) = parse_term(&text) {
            check_round_trip(filter);
        }
    }
}
