//! What a scalar means: text, number, boolean or null.

use std::borrow::Cow;

use serde_json::{Number, Value};

use super::Diagnostic;
use super::visible::quoted;

/// The tags that a node may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// `!`: as if it were quoted.
    NonSpecific,
    Str,
    Int,
    Float,
    Bool,
    Null,
    Map,
    Seq,
}

impl Tag {
    /// A core tag by its name in full; `!` alone says that nothing is to be guessed.
    pub(super) fn parse(name: &str) -> Result<Self, Box<Diagnostic>> {
        let known = match name.strip_prefix("tag:yaml.org,2002:") {
            None if name == "!" => Some(Self::NonSpecific),
            None => None,
            Some("str") => Some(Self::Str),
            Some("int") => Some(Self::Int),
            Some("float") => Some(Self::Float),
            Some("bool") => Some(Self::Bool),
            Some("null") => Some(Self::Null),
            Some("map") => Some(Self::Map),
            Some("seq") => Some(Self::Seq),
            Some(_) => None,
        };
        known.ok_or_else(|| {
            let short = match name.strip_prefix("tag:yaml.org,2002:") {
                Some(suffix) => Cow::Owned(format!("!!{suffix}")),
                None => Cow::Borrowed(name),
            };
            refused(
                "unknown-tag",
                format!("the tag {} is not known here", quoted(&short)),
                "leave it out; `!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!map` and `!!seq` are known",
            )
        })
    }
}

/// The value of a scalar. One that is not plain (quoted, or a block) is text.
pub(super) fn resolve(text: Cow<'_, str>, plain: bool, tag: Option<Tag>) -> Result<Value, Box<Diagnostic>> {
    let Some(tag) = tag else {
        return if plain { plain_value(text) } else { Ok(Value::String(text.into_owned())) };
    };
    let value = match tag {
        Tag::NonSpecific | Tag::Str => return Ok(Value::String(text.into_owned())),
        Tag::Map | Tag::Seq => None,
        Tag::Int | Tag::Float | Tag::Bool | Tag::Null => Some(plain_value(Cow::Borrowed(&text))?),
    };
    let fits = value.filter(|value| match tag {
        Tag::Int => value.is_u64() || value.is_i64(),
        Tag::Float => value.is_number(),
        Tag::Bool => value.is_boolean(),
        Tag::Null => value.is_null(),
        Tag::NonSpecific | Tag::Str | Tag::Map | Tag::Seq => false,
    });
    fits.ok_or_else(|| {
        refused("tag-mismatch", format!("{} is not what its tag says", quoted(&text)), "leave the tag out")
    })
}

/// YAML's core schema, of whose numbers those are taken that JSON has.
fn plain_value(text: Cow<'_, str>) -> Result<Value, Box<Diagnostic>> {
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Ok(Value::Null),
        "true" | "True" | "TRUE" => Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => Ok(Value::Bool(false)),
        number if is_json_number(number) => parse_number(number),
        _ => Ok(Value::String(text.into_owned())),
    }
}

/// `-? (0 | [1-9][0-9]*) (\. [0-9]+)? ([eE] [+-]? [0-9]+)?`
pub(super) fn is_json_number(text: &str) -> bool {
    let digits = |text: &str| -> usize { text.bytes().take_while(u8::is_ascii_digit).count() };
    let rest = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.starts_with('0')) {
        return false;
    }
    let mut rest = rest.get(whole..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = fraction.get(length..).unwrap_or_default();
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

fn parse_number(text: &str) -> Result<Value, Box<Diagnostic>> {
    let too_large =
        |message: String| refused("number-out-of-range", message, "put it in quotes if it is text");
    let name = quoted(text).replace('"', "");
    if !text.contains(['.', 'e', 'E']) && text != "-0" {
        let whole = text.parse::<u64>().map(Value::from).or_else(|_| text.parse::<i64>().map(Value::from));
        return whole.map_err(|_| {
            let (least, most) = (i64::MIN, u64::MAX);
            too_large(format!("the whole number {name} does not fit, the range is {least} to {most}"))
        });
    }
    let double = text.parse::<f64>().unwrap_or(f64::INFINITY);
    let Some(number) = Number::from_f64(double) else {
        return Err(too_large(format!("the number {name} is too large")));
    };
    // What Rust and JSON print are the shortest decimals that give the same double; where there are two, they may choose
    // differently.
    let kept = [format!("{double:e}"), number.to_string()];
    let is_kept = |written| kept.iter().any(|kept| decimal(kept).as_ref() == Some(&written));
    if !decimal(text).is_some_and(is_kept) {
        return Err(refused(
            "number-not-exact",
            format!("the number {name} would be kept as {number}"),
            "write it as it is kept, or put it in quotes if it is text",
        ));
    }
    Ok(Value::Number(number))
}

fn refused(code: &'static str, message: String, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code, message).with_help(help))
}

/// The digits of a number without zeros at either end, and the power of ten of the last of them.
fn decimal(text: &str) -> Option<(String, i64)> {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()),
        None => (text, Some(0)),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let kept = digits.trim_end_matches('0');
    let dropped = i64::try_from(digits.len() - kept.len()).ok()?;
    let kept = kept.trim_start_matches('0');
    if kept.is_empty() {
        return Some((String::new(), 0));
    }
    let fraction = i64::try_from(fraction.len()).ok()?;
    Some((kept.to_owned(), exponent?.checked_sub(fraction)?.checked_add(dropped)?))
}
