//! What scalars mean: cases 9, 12 and 30 of the edge cases.

use serde_json::json;

use super::*;

#[test]
fn a_plain_scalar_is_a_number_exactly_when_json_says_so() {
    // Cases 9 and 12.
    for text in [
        "no",
        "No",
        "NO",
        "yes",
        "on",
        "off",
        "y",
        "n",
        "Y",
        "012",
        "-012",
        "1_000",
        "0x1F",
        "0o7",
        "0b1",
        "+5",
        ".5",
        "5.",
        "12:30",
        "12:30:45",
        "2024-01-01",
        "2024-01-01T00:00:00Z",
        "1e",
        "1e+",
        "--1",
        "1.2.3",
        ".inf",
        "-.inf",
        ".Inf",
        ".nan",
        ".NaN",
        "NaN",
        "Infinity",
        "nULL",
        "tRUE",
        "5m",
        "١",
        "1 000",
        "=",
        "<<",
        "0x",
        "1,5",
    ] {
        assert_eq!(values(&format!("- {text}")), [json!([text])], "{text}");
    }
    for (text, value) in [
        ("0", json!(0)),
        ("-1", json!(-1)),
        ("18446744073709551615", json!(u64::MAX)),
        ("-9223372036854775808", json!(i64::MIN)),
        ("9007199254740993", json!(9_007_199_254_740_993_u64)),
        ("1e3", json!(1000.0)),
        ("1E+3", json!(1000.0)),
        ("22.10", json!(22.1)),
        ("0.1", json!(0.1)),
        // Of two shortest decimals, Rust and JSON print one each.
        ("1244342833702114.2", json!(1_244_342_833_702_114.2)),
        ("1244342833702114.3", json!(1_244_342_833_702_114.2)),
        ("5.0", json!(5.0)),
        ("1.7976931348623157e308", json!(f64::MAX)),
        ("5e-324", json!(5e-324)),
        ("0e9999999999999999999999", json!(0.0)),
        ("true", json!(true)),
        ("False", json!(false)),
        ("~", json!(null)),
        ("Null", json!(null)),
        ("", json!(null)),
    ] {
        assert_eq!(values(&format!("a: {text}")), [json!({"a": value})], "{text}");
    }
    for text in ["no", "1", "1.5", "true", "null", "~", ""] {
        assert_eq!(
            values(&format!("[\"{text}\", '{text}']")),
            [json!([text, text])],
            "what has quotes is text"
        );
    }
}

#[test]
fn minus_zero_stays_what_it_is() {
    for text in ["-0", "-0.0"] {
        let value = values(text).remove(0).as_f64().unwrap();
        assert!(value == 0.0 && value.is_sign_negative(), "{text}");
    }
}

#[test]
fn a_number_that_would_not_come_back_is_an_error() {
    // Case 12.
    for text in
        ["18446744073709551616", "-9223372036854775809", "1e999", "-1e309", "9e99999999999999999999999"]
    {
        assert_eq!(code(text), "number-out-of-range", "{text}");
    }
    for text in [
        "9007199254740993.0",
        "0.1000000000000000055511151231257827",
        "1e-999",
        "3.14159265358979323846",
        "2.5e-324",
    ] {
        assert_eq!(code(text), "number-not-exact", "{text}");
        assert_eq!(code(format!("{{\"a\": {text}}}")), "number-not-exact", "{text} in JSON");
    }
    assert_eq!(code("1".repeat(100_000)), "number-out-of-range");
    assert_eq!(
        errors("a: 0.1000000000000000055\n"),
        "a.yaml:1:4: error[number-not-exact] a: the number 0.1000000000000000055 would be kept as 0.1\n"
    );
}

#[test]
fn text_of_many_lines_is_kept_to_the_last_blank() {
    // Case 30.
    for (text, value) in [
        ("a: |\n  x\n  y\n", "x\ny\n"),
        ("a: |-\n  x\n  y\n", "x\ny"),
        ("a: |+\n  x\n\n\n", "x\n\n\n"),
        ("a: |\n  x  \n   y\t\n", "x  \n y\t\n"),
        ("a: |2\n    x\n", "  x\n"),
        ("a: >\n  x\n  y\n\n  z\n", "x y\nz\n"),
        ("a: |\r\n  x\r\n  y\r\n", "x\ny\n"),
        ("a: \"x\\r\\ny\"\n", "x\r\ny"),
        ("a: 'x\n  y'\n", "x y"),
        ("a: x\n  y\n\n  z\n", "x y\nz"),
        ("a: |\n  no: not a key\n  # not a comment\n", "no: not a key\n# not a comment\n"),
    ] {
        assert_eq!(values(text), [json!({"a": value})], "{text:?}");
    }
}

#[test]
fn null_nothing_empty_text_and_empty_list_are_four_things() {
    assert_eq!(
        values("a: null\nb: ''\nc: []\nd: {}\ne:\n"),
        [json!({"a": null, "b": "", "c": [], "d": {}, "e": null})]
    );
}
