//! A JSON scalar as a value on the wire.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use tfo_sdk::value::non_finite_from_name;

use super::tables::Kind;

/// A JSON value that is no array and no object.
#[derive(Clone, Copy)]
pub(super) enum Scalar<'a> {
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    /// A number with a fraction or an exponent, or beyond 64 bits.
    Double(f64),
    Text(&'a str),
}

/// What a field of this kind takes, for messages.
pub(super) fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Message(_) => "expected an object",
        Kind::String => "expected a string",
        Kind::Bytes => "expected a string of base64",
        Kind::Id => "expected a string of hex digits",
        Kind::Bool => "expected true or false",
        Kind::Double => "expected a number, or one of the strings NaN, Infinity and -Infinity",
        Kind::Int64 | Kind::SFixed64 => "expected a 64-bit integer",
        Kind::Fixed64 | Kind::UInt64 => "expected an unsigned 64-bit integer",
        Kind::Fixed32 | Kind::UInt32 => "expected an unsigned 32-bit integer",
        Kind::SInt32 => "expected a 32-bit integer",
        Kind::Enum(_) => "expected a 32-bit integer, or one of the enum's names",
    }
}

/// The wire type of a kind.
pub(super) fn wire_type(kind: Kind) -> u32 {
    match kind {
        Kind::Bool | Kind::Int64 | Kind::UInt64 | Kind::UInt32 | Kind::SInt32 | Kind::Enum(_) => 0,
        Kind::Double | Kind::SFixed64 | Kind::Fixed64 => 1,
        Kind::Message(_) | Kind::String | Kind::Bytes | Kind::Id => 2,
        Kind::Fixed32 => 5,
    }
}

/// Appends a varint.
#[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
pub(super) fn put_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    put_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// Appends the value without its tag; `None` when the scalar is none of the kind.
pub(super) fn put(kind: Kind, scalar: Scalar<'_>, out: &mut Vec<u8>) -> Option<()> {
    match (kind, scalar) {
        (Kind::String, Scalar::Text(text)) => put_bytes(text.as_bytes(), out),
        (Kind::Bytes, Scalar::Text(text)) => put_bytes(&base64(text)?, out),
        (Kind::Id, Scalar::Text(text)) => put_bytes(&id(text)?, out),
        (Kind::Bool, Scalar::Bool(value)) => out.push(u8::from(value)),
        (Kind::Double, scalar) => out.extend(double(scalar)?.to_le_bytes()),
        (Kind::Int64, scalar) => put_varint(signed(scalar)?.cast_unsigned(), out),
        (Kind::SFixed64, scalar) => out.extend(signed(scalar)?.to_le_bytes()),
        (Kind::Fixed64, scalar) => out.extend(unsigned(scalar)?.to_le_bytes()),
        (Kind::UInt64, scalar) => put_varint(unsigned(scalar)?, out),
        (Kind::Fixed32, scalar) => out.extend(u32::try_from(unsigned(scalar)?).ok()?.to_le_bytes()),
        (Kind::UInt32, scalar) => put_varint(u32::try_from(unsigned(scalar)?).ok()?.into(), out),
        (Kind::SInt32, scalar) => {
            let value = i32::try_from(signed(scalar)?).ok()?;
            put_varint(((value << 1) ^ (value >> 31)).cast_unsigned().into(), out);
        }
        (Kind::Enum(names), scalar) => {
            let value = match scalar {
                Scalar::Text(text) => named(names, text).or_else(|| signed(scalar))?,
                scalar => signed(scalar)?,
            };
            put_varint(i64::from(i32::try_from(value).ok()?).cast_unsigned(), out);
        }
        (Kind::Message(_) | Kind::String | Kind::Bytes | Kind::Id | Kind::Bool, _) => return None,
    }
    Some(())
}

fn named(names: &[&str], text: &str) -> Option<i64> {
    names.iter().position(|name| *name == text).and_then(|value| i64::try_from(value).ok())
}

/// A double that is a whole number, in `[from, to)`, as that number.
#[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
fn whole(value: f64, from: f64, to: f64) -> Option<i128> {
    (value.fract() == 0.0 && from <= value && value < to).then_some(value as i128)
}

const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;

fn signed(scalar: Scalar<'_>) -> Option<i64> {
    match scalar {
        Scalar::Signed(value) => Some(value),
        Scalar::Unsigned(value) => i64::try_from(value).ok(),
        Scalar::Double(value) => {
            whole(value, -TWO_TO_63, TWO_TO_63).and_then(|value| i64::try_from(value).ok())
        }
        Scalar::Text(text) => text.parse().ok().or_else(|| signed(Scalar::Double(decimal(text)?))),
        Scalar::Bool(_) => None,
    }
}

fn unsigned(scalar: Scalar<'_>) -> Option<u64> {
    match scalar {
        Scalar::Signed(value) => u64::try_from(value).ok(),
        Scalar::Unsigned(value) => Some(value),
        Scalar::Double(value) => {
            whole(value, 0.0, 2.0 * TWO_TO_63).and_then(|value| u64::try_from(value).ok())
        }
        Scalar::Text(text) => text.parse().ok().or_else(|| unsigned(Scalar::Double(decimal(text)?))),
        Scalar::Bool(_) => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a double is what the field has")]
fn double(scalar: Scalar<'_>) -> Option<f64> {
    match scalar {
        Scalar::Signed(value) => Some(value as f64),
        Scalar::Unsigned(value) => Some(value as f64),
        Scalar::Double(value) => Some(value),
        Scalar::Text(text) => non_finite_from_name(text).or_else(|| decimal(text)),
        Scalar::Bool(_) => None,
    }
}

/// A decimal number in a string. Names such as `inf`, which Rust would read too, are none, and neither are
/// numbers beyond what a double can hold.
fn decimal(text: &str) -> Option<f64> {
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    text.chars().all(digits).then(|| text.parse().ok()).flatten().filter(|value: &f64| value.is_finite())
}

/// Both alphabets, with and without padding.
fn base64(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    if text.contains(['-', '_']) {
        LENIENT.decode(text.replace('-', "+").replace('_', "/")).ok()
    } else {
        LENIENT.decode(text).ok()
    }
}

/// The bytes of an id of any length. An odd number of digits is no whole number of bytes: it becomes one byte
/// more, or one less where that would be the length of an id, so that the record is rejected for its length.
fn id(text: &str) -> Option<Vec<u8>> {
    if !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let value = |digit: &u8| (*digit as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(text.len().div_ceil(2));
    for pair in text.as_bytes().chunks(2) {
        match pair {
            [high, low] => bytes.push((value(high)? << 4) | value(low)?),
            [high] => bytes.push(value(high)? << 4),
            _ => {}
        }
    }
    if text.len() % 2 == 1 && matches!(bytes.len(), 8 | 16) {
        bytes.pop();
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_numbers_strings_and_whole_exponents() {
        for scalar in [Scalar::Unsigned(1000), Scalar::Double(1e3), Scalar::Text("1000"), Scalar::Text("1e3")]
        {
            assert_eq!(signed(scalar), Some(1000));
            assert_eq!(unsigned(scalar), Some(1000));
        }
        assert_eq!(signed(Scalar::Text("-9223372036854775808")), Some(i64::MIN));
        assert_eq!(unsigned(Scalar::Text("18446744073709551615")), Some(u64::MAX));
        for wrong in [
            Scalar::Double(1.5),
            Scalar::Double(1e30),
            Scalar::Text(""),
            Scalar::Text("abc"),
            Scalar::Text("1e30"),
            Scalar::Bool(true),
        ] {
            assert_eq!(signed(wrong), None);
            assert_eq!(unsigned(wrong), None);
        }
        assert_eq!(unsigned(Scalar::Signed(-1)), None);
        assert_eq!(signed(Scalar::Unsigned(1 << 63)), None);
    }

    #[test]
    fn doubles_have_names_for_what_json_has_no_number_for() {
        assert_eq!(double(Scalar::Text("Infinity")), Some(f64::INFINITY));
        assert_eq!(double(Scalar::Text("-Infinity")), Some(f64::NEG_INFINITY));
        assert!(double(Scalar::Text("NaN")).is_some_and(f64::is_nan));
        assert_eq!(double(Scalar::Text("-0.5e1")), Some(-5.0));
        assert_eq!(double(Scalar::Unsigned(5)), Some(5.0));
        for wrong in ["inf", "nan", "infinity", "", "1e999", "5 "] {
            assert_eq!(double(Scalar::Text(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn base64_is_read_in_both_alphabets_with_or_without_padding() {
        for text in ["+/8=", "+/8", "-_8=", "-_8", "-/8"] {
            assert_eq!(base64(text), Some(vec![0xfb, 0xff]), "{text}");
        }
        assert_eq!(base64(""), Some(vec![]));
        assert_eq!(base64("?"), None);
    }

    #[test]
    fn an_id_with_half_a_byte_never_has_the_length_of_an_id() {
        assert_eq!(id("0aF0"), Some(vec![0x0a, 0xf0]));
        assert_eq!(id("0g"), None);
        for digits in (1..40).step_by(2) {
            let bytes = id(&"a".repeat(digits)).unwrap().len();
            assert!(!matches!(bytes, 0 | 8 | 16), "{digits} digits");
        }
    }
}
