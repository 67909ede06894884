//! What cannot be read, where and why.

use crate::filter::{FilterError, parse, parse_term};

fn message(result: Result<impl std::fmt::Debug, FilterError>) -> String {
    let error = result.unwrap_err();
    format!("{}..{} {}", error.span.start, error.span.end, error.message)
}

#[test]
fn errors_say_where_what_and_what_was_expected() {
    for (text, expected) in [
        (
            "servce=x",
            "0..6 no field `servce`: did you mean `service`? The attribute is `attr.servce`; to find text, put it in quotes",
        ),
        (
            "a user=x",
            "2..6 no field `user`: the fields are severity, body, service, event, trace, span, name, kind, status and \
             duration. The attribute is `attr.user`; to find text, put it in quotes",
        ),
        (
            "a,b=1",
            "0..3 `,` cannot stand in a name: write attr.\"a,b\" for the attribute, or put the text in quotes",
        ),
        ("attr.=1", "0..5 expected a key after `attr.`"),
        ("attr.\"x\" a", "8..9 expected an operator after the field, such as = or :*"),
        (
            "\"x\"=1",
            "3..4 unexpected `=` after quotes; an attribute with such a name is attr.\"x\", text goes in quotes as a whole",
        ),
        ("severity >= error", "9..10 expected a field before `>=`, without a space; text goes in quotes"),
        ("service== a", "7..9 no operator `==`: expected : = != < <= > >= or ~/regular expression/"),
        ("service=~/a/", "7..9 no operator `=~`: expected : = != < <= > >= or ~/regular expression/"),
        (
            "service= a",
            "8..9 expected a value right after `=`; the empty text is \"\", a value with spaces or parentheses goes in quotes",
        ),
        ("status=eror", "7..11 no status `eror`: expected unset, ok, error"),
        (
            "status>=500",
            "8..11 the status of a span is unset, ok or error and has no order; that of HTTP is an attribute, as in \
             http.response.status_code>=500",
        ),
        (
            "kind:servr",
            "5..10 no kind `servr`: expected internal, server, client, producer, consumer, unspecified, gauge, sum, \
             histogram, exponential_histogram, summary",
        ),
        ("trace<4bf", "6..9 `trace` has no order: use = or :"),
        (
            "severity=bad",
            "9..12 no severity `bad`: expected trace, debug, info, warn, error or fatal, each also with 2, 3 or 4 like \
             error2, or a number from 1 to 24",
        ),
        ("severity:error..info", "9..20 the range is empty: its start is above its end"),
        ("severity~/x/", "9..10 `severity` is a number: compare it with = < <= > >= or a range a..b"),
        ("duration>250", "9..12 say the unit of the duration, as in 250ms"),
        ("duration>soon", "9..13 expected a duration like 5m, 1h30m or 250ms, got \"soon\""),
        ("duration>150000d", "9..16 a duration is at most 292 years"),
        ("duration:2s..1s", "9..15 the range is empty: its start is above its end"),
        ("x.y:5..a", "4..8 a range is between two numbers or two texts, not one of each"),
        ("x.y:{a,}", "4..8 empty element in the list; the empty text is \"\""),
        ("x.y:a||b", "4..8 empty element in the list; the empty text is \"\""),
        ("x.y:{a b", "4..5 no closing } for this list"),
        (
            "x.y:{a}b",
            "7..8 expected a space before this; text with quotes, slashes or parentheses goes in quotes",
        ),
        ("x.y:*\"*\"", "4..8 a quoted * beside one that stands for any text: use ~/re/"),
        ("x.y~abc", "4..5 expected a regular expression in slashes, as in ~/time(d )?out/"),
        ("x.y~/a(/", "4..8 the regular expression is not valid: unclosed group"),
        ("/\\w{1000}{1000}/", "0..16 the regular expression is too large; repeat less in it"),
        ("/api", "0..1 no closing / for this regular expression; text with a / goes in quotes"),
        (
            "/api/v1",
            "5..6 expected a space before this; text with quotes, slashes or parentheses goes in quotes",
        ),
        ("a \"b", "2..3 no closing \" for this one; inside quotes write \\\" for a \""),
        ("trace=abc", "6..9 expected 32 hex digits; `trace:` finds a part of an id"),
        ("span=abc", "5..8 expected 16 hex digits; `span:` finds a part of an id"),
        ("(a", "0..1 no closing ) for this one"),
        ("a)", "1..2 no ( for this ); text with parentheses goes in quotes"),
        ("()", "1..2 expected a term here: text, or field=value"),
        (
            "f(x)",
            "1..2 expected a space before this; text with quotes, slashes or parentheses goes in quotes",
        ),
        ("OR a", "0..1 expected a term here: text, or field=value"),
        ("a OR", "4..4 expected a term here: text, or field=value"),
        ("a AND", "5..5 expected a term here: text, or field=value"),
        ("a AND OR b", "6..7 expected a term here: text, or field=value"),
        ("a AND AND b", "6..7 expected a term here: text, or field=value"),
        ("a - b", "2..3 nothing to negate here; text with - or ! goes in quotes"),
        ("NOT", "0..3 nothing to negate here; text with - or ! goes in quotes"),
        ("--a", "1..2 negated twice; text that begins with -- goes in quotes"),
    ] {
        assert_eq!(message(parse(text)), expected, "{text}");
    }
    assert_eq!(parse("ä servce=x").unwrap_err().to_string().split(':').next(), Some("filter, column 3"));
}

#[test]
fn errors_of_arguments_point_into_the_argument() {
    for (argument, expected) in [
        (
            "NOT",
            "0..3 NOT stands before a term of the same filter: write !term, or the whole filter as one text, with --filter",
        ),
        ("OR", "0..2 OR joins terms of one filter: write the whole filter as one text, with --filter"),
        ("\"a\" b", "3..5 text after the closing \": quote all of it, or nothing"),
        (
            "(a) b",
            "3..4 text after the end of the term; text with quotes, slashes or parentheses goes in quotes",
        ),
        (
            "/a/b",
            "3..4 text after the end of the term; text with quotes, slashes or parentheses goes in quotes",
        ),
        ("x.y={a} b", "4..9 expected } at the end of the list that { begins"),
        (
            "svc=",
            "4..4 expected a value right after `=`; the empty text is \"\", a value with spaces or parentheses goes in quotes",
        ),
    ] {
        assert_eq!(message(parse_term(argument)), expected, "{argument}");
    }
}

#[test]
fn hostile_texts_are_refused_and_not_followed() {
    let deep = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    parse(&deep(64)).unwrap();
    assert_eq!(message(parse(&deep(65))), "64..65 parentheses nest deeper than 64");
    assert_eq!(message(parse(&"NOT (".repeat(3000))), "324..325 parentheses nest deeper than 64");
    assert_eq!(message(parse(&"-(".repeat(8000))), "129..130 parentheses nest deeper than 64");
    let long = "a".repeat(16 * 1024 + 1);
    assert_eq!(message(parse(&long)), "0..16385 the filter has 16385 bytes: at most 16384 are read");
    assert_eq!(message(parse_term(&long)), "0..16385 the filter has 16385 bytes: at most 16384 are read");
    assert_eq!(
        message(parse(&"/a/ ".repeat(33))),
        "128..131 more than 32 regular expressions: join some with |"
    );
    parse(&"a OR ".repeat(3000)).unwrap_err();
    parse(&format!("{}a", "a OR ".repeat(3000))).unwrap();
    parse(&format!("{}=1", "x".repeat(16_000))).unwrap_err();
    for text in [
        "\"\\", "/\\", "x.y~", "attr.\"", "x.y:{", "x.y:}", "{", "}", "|", "..", "*", "\u{0}", "!", "-", "~",
        "(((", ")))",
    ] {
        let _ = parse(text);
        let _ = parse_term(text);
    }
}
