//! What texts become.

use crate::filter::{
    Compare, Field, Filter, Literal, Number, Pattern, Term, TermKind, Test, parse, parse_term,
};

/// The field and test of a filter that is one predicate.
fn predicate(text: &str) -> (Field, Test) {
    match parse(text).unwrap() {
        Filter::Term(Term { kind: TermKind::Field(field, test), .. }) => (field, test),
        other => panic!("{text}: {other:?}"),
    }
}

fn test(text: &str) -> Test {
    predicate(text).1
}

fn literal(text: &str, number: Option<Number>) -> Literal {
    Literal { text: text.to_owned(), number }
}

fn int(number: i64) -> Literal {
    literal(&number.to_string(), Some(Number::Int(number)))
}

fn contains(text: &str, ignore_case: bool) -> Pattern {
    Pattern::Contains { text: text.to_owned(), ignore_case }
}

fn glob(glob: &str, ignore_case: bool) -> Pattern {
    Pattern::Glob { glob: glob.to_owned(), ignore_case }
}

fn text(pattern: Pattern) -> TermKind {
    TermKind::Text(pattern)
}

fn kind(filter: Filter) -> TermKind {
    match filter {
        Filter::Term(term) => term.kind,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_empty_text_passes_everything() {
    for text in ["", "  \n\t "] {
        assert_eq!(parse(text).unwrap(), Filter::All(vec![]));
        assert_eq!(parse_term(text).unwrap(), Filter::All(vec![]));
    }
}

#[test]
fn every_name_finds_its_field() {
    let attribute = |key: &str| Field::Attribute(key.to_owned());
    for (name, field) in [
        ("severity", Field::Severity),
        ("level", Field::Severity),
        ("body", Field::Body),
        ("msg", Field::Body),
        ("service", Field::Service),
        ("svc", Field::Service),
        ("event", Field::Event),
        ("trace", Field::Trace),
        ("span", Field::Span),
        ("name", Field::Name),
        ("kind", Field::Kind),
        ("type", Field::Kind),
        ("status", Field::Status),
        ("duration", Field::Duration),
        ("dur", Field::Duration),
        ("http.route", attribute("http.route")),
        ("rpc.items[0].x", attribute("rpc.items[0].x")),
        ("attr.user", attribute("user")),
        ("attr.\"user\"", attribute("user")),
        ("attr.\"a \\\"b\\\" c\"", attribute("a \"b\" c")),
        ("attr.service", attribute("service")),
        ("attr.\"resource.x\"", attribute("resource.x")),
        ("resource.host.name", Field::ResourceAttribute("host.name".into())),
        ("resource.\"a b\"", Field::ResourceAttribute("a b".into())),
        ("scope.name", Field::ScopeAttribute("name".into())),
        ("scope.\"x y\"", Field::ScopeAttribute("x y".into())),
    ] {
        assert_eq!(predicate(&format!("{name}:*")), (field, Test::Exists), "{name}");
    }
}

#[test]
fn severities_are_numbers() {
    let compare = |compare, number| Test::Compare(compare, int(number));
    let between = |from: Option<i64>, to: Option<i64>| Test::Between(from.map(int), to.map(int));
    for (text, expected) in [
        ("severity=error", between(Some(17), Some(20))),
        ("severity:error", between(Some(17), Some(20))),
        ("severity=ERROR", between(Some(17), Some(20))),
        ("severity=\"error\"", between(Some(17), Some(20))),
        ("severity=trace", between(Some(1), Some(4))),
        ("severity=fatal", between(Some(21), Some(24))),
        ("severity=error2", Test::Equals(int(18))),
        ("severity:fatal4", Test::Equals(int(24))),
        ("level=17", Test::Equals(int(17))),
        ("severity!=17", Test::NotEquals(int(17))),
        ("severity!=debug3", Test::NotEquals(int(7))),
        ("severity>=error", compare(Compare::GreaterOrEqual, 17)),
        ("severity>error", compare(Compare::Greater, 20)),
        ("severity<=warn", compare(Compare::LessOrEqual, 16)),
        ("severity<warn", compare(Compare::Less, 13)),
        ("severity>error2", compare(Compare::Greater, 18)),
        ("severity:error+", compare(Compare::GreaterOrEqual, 17)),
        ("severity=9+", compare(Compare::GreaterOrEqual, 9)),
        ("severity:info..warn", between(Some(9), Some(16))),
        ("severity:warn..", between(Some(13), None)),
        ("severity:..debug", between(None, Some(8))),
        ("severity:1..24", between(Some(1), Some(24))),
        (
            "severity:debug|error+",
            Test::AnyOf(vec![between(Some(5), Some(8)), compare(Compare::GreaterOrEqual, 17)]),
        ),
    ] {
        assert_eq!(predicate(text), (Field::Severity, expected), "{text}");
    }
    let Filter::Not(inner) = parse("severity!=error").unwrap() else { panic!() };
    let Filter::Term(term) = *inner else { panic!() };
    assert_eq!(term.kind, TermKind::Field(Field::Severity, between(Some(17), Some(20))));
}

#[test]
fn durations_are_nanoseconds() {
    let nanos = |text: &str, nanos| literal(text, Some(Number::Int(nanos)));
    for (text, expected) in [
        ("duration=250ms", Test::Equals(nanos("250ms", 250_000_000))),
        ("duration:250ms", Test::Equals(nanos("250ms", 250_000_000))),
        ("duration!=1s", Test::NotEquals(nanos("1s", 1_000_000_000))),
        ("duration>1.5s", Test::Compare(Compare::Greater, nanos("1.5s", 1_500_000_000))),
        ("duration<=1h30m", Test::Compare(Compare::LessOrEqual, nanos("1h30m", 5_400_000_000_000))),
        ("duration>\"7ns\"", Test::Compare(Compare::Greater, nanos("7ns", 7))),
        ("duration:100ms..", Test::Between(Some(nanos("100ms", 100_000_000)), None)),
        ("duration:..5µs", Test::Between(None, Some(nanos("5µs", 5_000)))),
        ("duration:1ms..2ms", Test::Between(Some(nanos("1ms", 1_000_000)), Some(nanos("2ms", 2_000_000)))),
    ] {
        assert_eq!(predicate(text), (Field::Duration, expected), "{text}");
    }
}

#[test]
fn unquoted_values_of_attributes_are_numbers_too() {
    for (value, number) in [
        ("500", Some(Number::Int(500))),
        ("-5", Some(Number::Int(-5))),
        ("007", Some(Number::Int(7))),
        ("5.0", Some(Number::Double(5.0))),
        ("2e3", Some(Number::Double(2000.0))),
        ("18446744073709551615", Some(Number::Double(18_446_744_073_709_551_615.0))),
        ("5B", Some(Number::Int(5))),
        ("5kB", Some(Number::Int(5_000))),
        ("5MiB", Some(Number::Int(5 << 20))),
        ("1.5KiB", Some(Number::Int(1536))),
        ("1.0001kB", Some(Number::Double(1000.1))),
        ("\"500\"", None),
        ("250ms", None),
        ("1.2.3", None),
        ("1e999", None),
        ("inf", None),
        ("NaN", None),
        ("5.", None),
        ("-", None),
        ("1-2", None),
        ("true", None),
        ("MiB", None),
    ] {
        let text = value.trim_matches('"');
        assert_eq!(test(&format!("x.y={value}")), Test::Equals(literal(text, number)), "{value}");
    }
    assert_eq!(test("service=500"), Test::Equals(literal("500", None)), "a service is always text");
}

#[test]
fn attributes_take_every_operator() {
    let five = || literal("5", Some(Number::Int(5)));
    let word = |text| literal(text, None);
    for (text, expected) in [
        ("x.y=5", Test::Equals(five())),
        ("x.y!=5", Test::NotEquals(five())),
        ("x.y>5", Test::Compare(Compare::Greater, five())),
        ("x.y>=5", Test::Compare(Compare::GreaterOrEqual, five())),
        ("x.y<5", Test::Compare(Compare::Less, five())),
        ("x.y<=5", Test::Compare(Compare::LessOrEqual, five())),
        ("x.y:5", Test::Matches(contains("5", true))),
        ("x.y:*", Test::Exists),
        ("x.y:\"*\"", Test::Matches(contains("*", true))),
        ("x.y=*", Test::Equals(word("*"))),
        ("x.y:Abc", Test::Matches(contains("Abc", false))),
        ("x.y:/api/*", Test::Matches(glob("/api/*", true))),
        ("x.y:/Api/*", Test::Matches(glob("/Api/*", false))),
        ("x.y:*\"a b\"*", Test::Matches(glob("*a b*", true))),
        ("x.y=\"\"", Test::Equals(word(""))),
        ("x.y=\"a \\\"b\\\" \\\\ \\n\"", Test::Equals(word("a \"b\" \\ \\n"))),
        ("x.y=http://h:1/p?a=b", Test::Equals(word("http://h:1/p?a=b"))),
        ("x.y~/a b/", Test::Matches(Pattern::Regex { regex: "a b".into(), ignore_case: false })),
        ("x.y~/a\\/\\d/i", Test::Matches(Pattern::Regex { regex: "a/\\d".into(), ignore_case: true })),
        ("x.y:1..5", Test::Between(Some(literal("1", Some(Number::Int(1)))), Some(five()))),
        ("x.y:5..", Test::Between(Some(five()), None)),
        ("x.y:..5", Test::Between(None, Some(five()))),
        ("x.y=2026-01-01..2026-02-01", Test::Between(Some(word("2026-01-01")), Some(word("2026-02-01")))),
        ("x.y=../a", Test::Equals(word("../a"))),
        ("x.y=..", Test::Equals(word(".."))),
        ("x.y:wait...", Test::Matches(contains("wait...", true))),
        ("x.y=\"1..5\"", Test::Equals(word("1..5"))),
        ("x.y={a}", Test::Equals(word("a"))),
        (
            "x.y={ a , \"b, c\",5 }",
            Test::AnyOf(["a", "b, c"].map(word).into_iter().chain([five()]).map(Test::Equals).collect()),
        ),
        (
            "x.y:a|b*|*",
            Test::AnyOf(vec![
                Test::Matches(contains("a", true)),
                Test::Matches(glob("b*", true)),
                Test::Exists,
            ]),
        ),
        ("x.y=\"a|b\"", Test::Equals(word("a|b"))),
    ] {
        assert_eq!(predicate(text), (Field::Attribute("x.y".into()), expected), "{text}");
    }
    assert_eq!(parse("x.y!={a,b}").unwrap().to_string(), "-x.y={a,b}");
}

#[test]
fn ids_and_enums_are_lower_case() {
    let id = "4BF92F3577B34DA6A3CE929D0E0E4736";
    let equals = |text: &str| Test::Equals(literal(&text.to_lowercase(), None));
    for text in [id.to_owned(), format!("trace={id}"), format!("trace:{id}")] {
        assert_eq!(predicate(&text), (Field::Trace, equals(id)), "{text}");
    }
    assert_eq!(predicate("span=00F067AA0BA902B7"), (Field::Span, equals("00f067aa0ba902b7")));
    assert_eq!(test("trace:4BF"), Test::Matches(contains("4bf", false)));
    assert_eq!(test("kind=SERVER"), equals("server"));
    assert_eq!(test("status:Err"), Test::Matches(contains("err", true)));
    assert_eq!(
        test("status~/ERR/"),
        Test::Matches(Pattern::Regex { regex: "ERR".into(), ignore_case: true })
    );
    assert_eq!(kind(parse(&format!("\"{id}\"")).unwrap()), text(contains(id, false)), "quotes keep it text");
}

#[test]
fn bare_text_is_found_anywhere() {
    for (query, expected) in [
        ("refused", contains("refused", true)),
        ("Refused", contains("Refused", false)),
        ("\"timed out\"", contains("timed out", true)),
        ("10.0.0.1:8080", contains("10.0.0.1:8080", true)),
        ("12:30", contains("12:30", true)),
        ("a|b", contains("a|b", true)),
        ("tim*out", glob("*tim*out*", true)),
        ("*", glob("**", true)),
        ("wow!", contains("wow!", true)),
        ("ÄRGER", contains("ÄRGER", false)),
        ("or", contains("or", true)),
        ("ORDER", contains("ORDER", false)),
        ("\"OR\"", contains("OR", false)),
        ("/a+ b/i", Pattern::Regex { regex: "a+ b".into(), ignore_case: true }),
    ] {
        assert_eq!(kind(parse(query).unwrap()), text(expected), "{query}");
    }
}

#[test]
fn and_binds_closer_than_or() {
    for (query, canonical) in [
        ("a b", "a b"),
        ("a AND b", "a b"),
        ("a AND b OR c d", "a b OR c d"),
        ("a (b OR c)", "a (b OR c)"),
        ("a OR (b OR c)", "a OR (b OR c)"),
        ("a (b c)", "a (b c)"),
        ("((a))", "a"),
        ("(a) OR (b)", "a OR b"),
        ("NOT a", "-a"),
        ("NOT(a b)", "-(a b)"),
        ("!a -b", "-a -b"),
        ("NOT (NOT a)", "-(-a)"),
        ("-severity:error", "-severity:error"),
        ("a\n\tb", "a b"),
        ("svc=\"check out\" level>=error", "service=\"check out\" severity:error+"),
    ] {
        assert_eq!(parse(query).unwrap().to_string(), canonical, "{query}");
    }
}

#[test]
fn an_argument_is_one_term() {
    for (argument, canonical) in [
        ("timed out", "\"timed out\""),
        ("a OR b", "\"a OR b\""),
        ("!timed out", "-\"timed out\""),
        ("-debug", "-debug"),
        ("NOT timed out", "-\"timed out\""),
        ("severity:error+", "severity:error+"),
        ("duration:100ms..", "duration:100ms.."),
        ("service:a|b", "service:{a,b}"),
        ("x.y=v with spaces", "x.y=\"v with spaces\""),
        ("x.y=say \"hi\"", "x.y=\"say \\\"hi\\\"\""),
        ("x.y=\"v with spaces\"", "x.y=\"v with spaces\""),
        ("x.y:{a b, \"c, d\"}", "x.y:{\"a b\",\"c, d\"}"),
        ("x.y:\"a\" | \"b|c\"", "x.y:{a,\"b|c\"}"),
        ("x.y:a b*", "x.y:\"a b\"*"),
        ("!x.y=f(x)", "-x.y=\"f(x)\""),
        ("f(x)", "\"f(x)\""),
        ("(a OR b) AND c", "error"),
        ("(a OR b)", "(a OR b)"),
        ("GET /a?b=c", "\"GET /a?b=c\""),
        ("/a b/i", "/a b/i"),
        ("\"timed out\"", "\"timed out\""),
        ("he said \"x\"", "\"he said \\\"x\\\"\""),
        ("time*d out", "*time*\"d out\"*"),
    ] {
        let read = parse_term(argument).map_or("error".to_owned(), |filter| filter.to_string());
        let read = if argument == "(a OR b)" { format!("({read})") } else { read };
        assert_eq!(read, canonical, "{argument}");
    }
}

#[test]
fn terms_know_their_place() {
    let query = "ä -svc=a OR \"b c\"";
    let Filter::Any(any) = parse(query).unwrap() else { panic!() };
    let Filter::All(all) = &any[0] else { panic!() };
    let (Filter::Term(first), Filter::Not(second), Filter::Term(third)) = (&all[0], &all[1], &any[1]) else {
        panic!()
    };
    let Filter::Term(second) = second.as_ref() else { panic!() };
    let places = [first, second, third].map(|term| &query[term.span.clone()]);
    assert_eq!(places, ["ä", "svc=a", "\"b c\""]);
}

#[test]
fn trees_made_by_hand_are_written_as_texts_that_pass_the_same() {
    let term = |kind| Filter::Term(Term { span: 0..0, kind });
    let attribute = |test| term(TermKind::Field(Field::Attribute("x.y".into()), test));
    let all = || Filter::All(vec![]);
    for (filter, written) in [
        (Filter::All(vec![all(), term(text(contains("a", true)))]), "(severity:* OR -severity:*) a"),
        (Filter::Any(vec![]), "(severity:* -severity:*)"),
        (Filter::All(vec![Filter::Any(vec![term(text(contains("a", true)))])]), "a"),
        (term(text(contains("a/b", false))), "/a\\/b/"),
        (term(text(glob("a*.", true))), "/(?s)^a.*\\.$/i"),
        (attribute(Test::Matches(contains("A", true))), "x.y~/A/i"),
        (attribute(Test::AnyOf(vec![Test::Exists, Test::Equals(int(5))])), "(x.y:* OR x.y=5)"),
        (attribute(Test::Equals(literal("five", Some(Number::Int(5))))), "x.y=5"),
        (attribute(Test::Equals(literal("five", Some(Number::Double(0.5))))), "x.y=0.5"),
    ] {
        assert_eq!(filter.to_string(), written);
        parse(written).unwrap();
    }
}
