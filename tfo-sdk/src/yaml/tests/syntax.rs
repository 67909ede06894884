//! Documents, line breaks, tabs, keys, anchors and tags: cases 1 to 6, 10 and 11 of the edge cases.

use serde_json::json;

use super::*;

#[test]
fn empty_files_and_documents_are_skipped() {
    // Cases 1 to 3.
    for text in [
        "",
        "\n",
        "  \n\n",
        "# only a comment\n",
        "---\n",
        "---\n---\n",
        "---\n...\n",
        "\u{feff}",
        "\u{feff}# x",
    ] {
        assert_eq!(values(text), Vec::<Value>::new(), "{text:?}");
    }
    let three = "---\na: 1\n---\n---\n# nothing\n---\nb: 2\n...\n---\nc: 3\n---\n";
    assert_eq!(values(three), [json!({"a": 1}), json!({"b": 2}), json!({"c": 3})]);
    assert_eq!(values("--- a\n--- b"), [json!("a"), json!("b")]);
    assert_eq!(values("--- null\n--- ''\n"), [Value::Null, json!("")], "what is written is not empty");
}

#[test]
fn a_mark_at_the_start_and_any_line_breaks_change_nothing() {
    // Case 4.
    let expected = [json!({"a": {"b": "c"}, "d": [1]})];
    for text in
        ["a:\n  b: c\nd: [1]\n", "a:\n  b: c\nd: [1]", "a:\r\n  b: c\r\nd: [1]\r\n", "a:\r  b: c\rd: [1]\r"]
    {
        assert_eq!(values(text), expected, "{text:?}");
        assert_eq!(values(&format!("\u{feff}{text}")), expected, "{text:?}");
    }
    assert_eq!(
        errors("\u{feff}a: 1\r\na: 2"),
        "a.yaml:2:1: error[duplicate-key] a: the key \"a\" stands here twice (first here: a.yaml:1:1)\n"
    );
    assert_eq!(errors("a: 1\rb: 1\ra: 2"), errors("a: 1\nb: 1\na: 2"), "a carriage return is a line break");
}

#[test]
fn tabs_separate_and_do_not_indent() {
    // Case 5.
    assert_eq!(errors("a:\n\tb: 1\n"), "a.yaml:2:1: error[tab-indentation] a tab cannot indent\n");
    assert_eq!(errors("a:\n  \tb: 1\n"), "a.yaml:2:4: error[tab-indentation] a: a tab cannot indent\n");
    assert_eq!(errors("a:\n    b: 1\n  \t c: 1\n").lines().count(), 1);
    assert_eq!(
        values("{\n\tb: 1,\n  \tc: [\n\t2], d: e}\n"),
        [json!({"b": 1, "c": [2], "d": "e"})],
        "brackets need no indent"
    );
    assert_eq!(code("a:\t1\n"), "invalid-yaml", "the parser wants a space");
    assert_eq!(values("a: \t1\nb: 'x\ty'\n"), [json!({"a": 1, "b": "x\ty"})]);
    assert_eq!(
        values("{\n\t\"a\":\t[\n\t\t1\n\t]\n}\n"),
        [json!({"a": [1]})],
        "JSON is indented by anything"
    );
}

#[test]
fn two_equal_keys_are_an_error_with_both_places() {
    // Case 6.
    for text in [
        "m: {a: 1, b: 2, \"a\": 3}",
        "m:\n  a: 1\n  'a': 2\n",
        "m: {a: 1, !!str a: 2}",
        "m: {&x a: 1, *x : 2}",
    ] {
        assert_eq!(code(text), "duplicate-key", "{text}");
    }
    assert_eq!(code("{\"m\": {\"a\": 1, \"\\u0061\": 2}}"), "duplicate-key");
    assert_eq!(
        errors("m:\n  a: 1\n  a: 2\n  a: {b: no, b: yes}\n"),
        "a.yaml:3:3: error[duplicate-key] m.a: the key \"a\" stands here twice (first here: a.yaml:2:3)\n\
         a.yaml:4:3: error[duplicate-key] m.a: the key \"a\" stands here twice (first here: a.yaml:2:3)\n\
         a.yaml:4:14: error[duplicate-key] m.b: the key \"b\" stands here twice (first here: a.yaml:4:7)\n"
    );
    assert_eq!(
        values("a: {b: 1}\nc: {b: 1}\nA: 1\n").len(),
        1,
        "equal keys of two maps, and other case, are fine"
    );
}

#[test]
fn anchors_serve_within_their_document() {
    // Case 10.
    assert_eq!(
        values("a: &x {b: [1, &y two]}\nc: *x\nd: *y\n*y : e\n"),
        [json!({"a": {"b": [1, "two"]}, "c": {"b": [1, "two"]}, "d": "two", "two": "e"})]
    );
    assert_eq!(values("- &a 1\n- *a\n- &a 2\n- *a\n"), [json!([1, 1, 2, 2])], "an anchor may be set again");
    assert_eq!(code("a: *x\n"), "unknown-anchor");
    assert_eq!(code("a: &x 1\n---\nb: *x\n"), "unknown-anchor");
    assert_eq!(code("a: &x [1, *x]\n"), "recursive-alias");
    assert_eq!(code("&x a: {b: *y}\nc: &y {d: *y}\n").split(' ').next(), Some("unknown-anchor"));
    assert_eq!(code("a: &x {<<: *x}\n"), "merge-key recursive-alias");
}

#[test]
fn merge_keys_are_refused_and_a_key_of_that_name_is_not() {
    assert_eq!(
        errors("a: &x {b: 1}\nc:\n  <<: *x\n  d: 1\n"),
        "a.yaml:3:3: error[merge-key] c: merge keys are not read here\n"
    );
    assert_eq!(values("\"<<\": 1\n"), [json!({"<<": 1})]);
    assert_eq!(values("{\"<<\": 1}"), [json!({"<<": 1})]);
    assert_eq!(values("- <<\n"), [json!(["<<"])]);
}

#[test]
fn a_key_is_text() {
    // Case 11.
    assert_eq!(values("no: a\non: b\n012: c\n'1': d\n!!str 2: e\n? f\n: g\n").len(), 1);
    for text in
        ["1: a", "1.5: a", "true: a", "~: a", "null: a", ": a", "? [a]\n: b", "? {a: b}\n: c", "[{[a]: b}]"]
    {
        assert_eq!(code(text), "key-not-text", "{text:?}");
    }
    assert_eq!(code("a: &x [1]\n*x : b\n"), "key-not-text");
    assert_eq!(
        code("? [a, {b: 1, b: 2}]\n: c\n"),
        "key-not-text duplicate-key",
        "what a key holds is looked at too"
    );
}

#[test]
fn tags_beyond_the_core_ones_are_refused() {
    // Case 11.
    assert_eq!(
        values(
            "[!!str 1, !!int 2, !!float 3, !!bool true, !!null ~, !!map {}, !!seq [], ! 4, !<tag:yaml.org,2002:str> 5]"
        ),
        [json!(["1", 2, 3, true, null, {}, [], "4", "5"])]
    );
    for text in [
        "!!binary aGk=",
        "!!set {a}",
        "!!timestamp 2001-12-14",
        "!foo a",
        "!<x:y> a",
        "!!python/object:os.system [a]",
    ] {
        assert_eq!(code(text), "unknown-tag", "{text}");
    }
    assert_eq!(code("%TAG !! tag:example.com,2000:\n--- !!str a\n"), "unknown-tag");
    for text in [
        "!!int a",
        "!!int 1.5",
        "!!bool yes",
        "!!null 0",
        "!!map a",
        "!!seq {}",
        "!!map []",
        "!!str {}",
        "!!int '0x1F'",
    ] {
        assert_eq!(code(text), "tag-mismatch", "{text}");
    }
}

#[test]
fn what_yaml_has_no_room_for_is_an_error_with_a_place() {
    for (bytes, place) in [
        (&b"a: \xff\n"[..], "a.yaml:1:4: error[not-utf-8] this byte is not UTF-8\n"),
        (b"a: 1\nb: \xc3\xa9\xc3\n", "a.yaml:2:5: error[not-utf-8] this byte is not UTF-8\n"),
        (b"\xff\xfea\0:\0", "a.yaml:1:1: error[not-utf-8] this is UTF-16, not UTF-8\n"),
        (b"a: 1\0b: 2", "a.yaml:1:5: error[control-character] the character U+0000 cannot stand in YAML\n"),
        (b"a: \x1b[2J", "a.yaml:1:4: error[control-character] the character U+001B cannot stand in YAML\n"),
    ] {
        assert_eq!(errors(bytes), place);
    }
    assert_eq!(values(r#"a: "\0\e\x7f\u2028\U0001F600""#), [json!({"a": "\0\u{1b}\u{7f}\u{2028}\u{1f600}"})]);
}

#[test]
fn a_document_that_cannot_be_parsed_hides_nothing_of_the_others() {
    let text = "a: b: c\n---\nk: 1\nk: 2\n---\ntext: |\n  --- not the start of one\n---\nd: [1, 2\n---\ne: \"open\n--- \nf: *g\n---\nfine: 1\n";
    let loaded = load_partly(&Source::new("a.yaml", text));
    let read: Vec<_> = loaded.documents.iter().map(|document| document.value().clone()).collect();
    assert_eq!(read, [json!({"text": "--- not the start of one\n"}), json!({"fine": 1})]);
    let found: Vec<_> = loaded
        .diagnostics
        .iter()
        .map(|diagnostic| (diagnostic.span.unwrap().line, diagnostic.code.as_ref()))
        .collect();
    assert_eq!(
        found,
        [
            (1, "invalid-yaml"),
            (4, "duplicate-key"),
            (10, "invalid-yaml"),
            (11, "invalid-yaml"),
            (13, "unknown-anchor")
        ]
    );
}

#[test]
fn json_is_read_as_json_reads_it() {
    // Case 13, as far as it is the loader's.
    for text in [
        r#"{"a": "\ud83d\ude00 \/ \u0000", "b": [1, -0, 1.5e3, true, null, ""], "": {}}"#,
        "[\r\n\t{\"a\"\t:\t1\t,\"b\":[]}\r\n]\r\n",
        r#""just text""#,
        r#"{"\"\\":"\\\""}"#,
    ] {
        assert_eq!(values(text), [serde_json::from_str::<Value>(text).unwrap()], "{text}");
    }
    assert_eq!(errors(r#"{"a": ["\ud83d"]}"#).split(':').nth(2), Some("8"));
    let long_key = format!("{{\"{}\": 1}}", "k".repeat(5000));
    assert_eq!(values(&long_key), [serde_json::from_str::<Value>(&long_key).unwrap()]);
}
