//! Typed reading: a part of a document as a Rust type, and what is wrong with it in the words of people who write
//! YAML.
//!
//! Serde stops at the first error. It is asked again without the field that was refused, so that a person sees all
//! mistakes at once; an error that may only be there because a field was taken away is not told.
//!
//! Trap: with `flatten`, untagged and internally tagged enums serde forgets where it was, and the error points to the
//! map around it. Read the field that decides first, and then the one type that it asks for.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::document::{Document, Found};
use super::suggest::nearest;
use super::tree::Content;
use super::visible::quoted;
use super::{Diagnostic, scalar};

/// How many mistakes of one part are looked for.
const ROUNDS: usize = 100;

/// The message of a `Deserialize` that gives its error a code of its own: `[invalid-duration] expected …`.
pub fn coded(code: &str, message: impl std::fmt::Display) -> String {
    format!("[{code}] {message}")
}

impl Document {
    /// Reads the value at a JSON Pointer (the whole document at `""`), or says everything that is wrong with it.
    pub fn read<T: DeserializeOwned>(&self, pointer: &str) -> Result<T, Vec<Diagnostic>> {
        let Some(value) = self.get(pointer) else {
            let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
            let error = Diagnostic::error("missing-field", format!("missing field `{}`", unescape(name)));
            return Err(vec![self.diagnostic(parent, error)]);
        };
        let error = match serde_path_to_error::deserialize::<_, T>(value) {
            Ok(read) => return Ok(read),
            Err(error) => error,
        };
        let mut errors =
            Errors { document: self, at: pointer, rest: value.clone(), taken: Vec::new(), found: Vec::new() };
        let mut next = errors.take(error.path(), &error.inner().to_string());
        while next && errors.found.len() < ROUNDS {
            let Err(error) = serde_path_to_error::deserialize::<_, T>(&errors.rest) else { break };
            next = errors.take(error.path(), &error.inner().to_string());
        }
        errors.found.sort();
        Err(errors.found)
    }
}

/// The errors of one part, as they are found.
struct Errors<'a> {
    document: &'a Document,
    /// Where the part stands.
    at: &'a str,
    /// What is left of it.
    rest: Value,
    /// Fields that were taken away though the type has them.
    taken: Vec<String>,
    found: Vec<Diagnostic>,
}

impl Errors<'_> {
    /// Notes an error, and takes away the field that it is about; whether it makes sense to go on.
    fn take(&mut self, path: &Path, message: &str) -> bool {
        let pointer = pointer_of(path);
        let is_unknown = message.starts_with("unknown field ");
        let follows = |taken: &String| {
            taken.strip_prefix(pointer.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if !is_unknown && self.taken.iter().any(follows) {
            return false;
        }
        let whole = format!("{}{pointer}", self.at);
        self.found.push(explain(self.document, &whole, message));
        let Some((parent, name)) = pointer.rsplit_once('/') else { return false };
        let Some(Value::Object(fields)) = self.rest.pointer_mut(parent) else { return false };
        let is_gone = fields.remove(&unescape(name)).is_some();
        if !is_unknown {
            self.taken.push(pointer);
        }
        is_gone
    }
}

fn pointer_of(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Unknown => break,
        }
    }
    pointer
}

fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// Serde's message in our words, at its place.
fn explain(document: &Document, pointer: &str, message: &str) -> Diagnostic {
    let Some(found) = document.find(pointer) else {
        return document.diagnostic("", Diagnostic::error("invalid-value", message));
    };
    let (before, expected) = message.rsplit_once(", expected ").unwrap_or((message, ""));
    let is_about = |start: &str| message.starts_with(start);
    if is_about("unknown field ") {
        let name = pointer.rsplit('/').next().map(unescape).unwrap_or_default();
        let known =
            if message.ends_with("there are no fields") { Vec::new() } else { in_backticks(expected) };
        let error = with_suggestion(
            "unknown-field",
            format!("unknown field `{}`", short(&name)),
            &name,
            &known,
            "fields",
        );
        let span = found.place.key.unwrap_or(found.place.value);
        return error.of(document.source().name()).at(span).about(found.path);
    }
    let error = if is_about("missing field ") {
        // The field in which it is missing is named, not its value, which may go over many lines.
        let span = found.place.key.unwrap_or(found.place.value);
        let error = Diagnostic::error("missing-field", message);
        return error.of(document.source().name()).at(span).about(found.path);
    } else if is_about("unknown variant ") {
        let written = text_of(&found)
            .map_or_else(|| before.to_owned(), |text| format!("unknown value {}", quoted(text)));
        with_suggestion(
            "unknown-value",
            written,
            text_of(&found).unwrap_or_default(),
            &in_backticks(expected),
            "values",
        )
    } else if (is_about("invalid type: ") || is_about("invalid value: "))
        && !expected.is_empty()
        && found.place.is_exact
    {
        let code = if is_about("invalid type: ") { "wrong-type" } else { "invalid-value" };
        let error = Diagnostic::error(
            code,
            format!("expected {}, got {}", in_our_words(expected), written(document, &found)),
        );
        match help(document, &found, expected) {
            Some(help) => error.with_help(help),
            None => error,
        }
    } else {
        match message.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            Some((code, message)) if is_code(code) => Diagnostic::error(code.to_owned(), message),
            _ => Diagnostic::error("invalid-value", message),
        }
    };
    error.of(document.source().name()).at(found.place.span()).about(found.path)
}

fn with_suggestion(
    code: &'static str,
    message: String,
    name: &str,
    known: &[&str],
    what: &str,
) -> Diagnostic {
    if let Some(near) = nearest(name, known.iter().copied()) {
        return Diagnostic::error(code, format!("{message}, did you mean `{near}`?"));
    }
    let error = Diagnostic::error(code, message);
    match known {
        [] => error.with_help(format!("there are no {what} here")),
        known => error.with_help(format!("known {what} are `{}`", known.join("`, `"))),
    }
}

/// The names that serde lists.
fn in_backticks(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn is_code(code: &str) -> bool {
    !code.is_empty()
        && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn short(name: &str) -> String {
    name.chars().take(60).collect()
}

fn text_of<'a>(found: &Found<'a>) -> Option<&'a str> {
    match &found.child.node.content {
        Content::Scalar { value: Value::String(text), .. } => Some(text),
        _ => None,
    }
}

/// What stands there: a number as it is spelled.
fn written(document: &Document, found: &Found<'_>) -> String {
    match &found.child.node.content {
        Content::Scalar { value: Value::String(text), .. } => quoted(text),
        Content::Scalar { value: Value::Null, .. } => "nothing".to_owned(),
        Content::Scalar { value, .. } => spelled(document, found).unwrap_or_else(|| value.to_string()),
        Content::List(_) => "a list".to_owned(),
        Content::Map(_) => "a map".to_owned(),
    }
}

/// The text of a scalar that stands there itself, not by an alias or behind a tag.
fn spelled(document: &Document, found: &Found<'_>) -> Option<String> {
    let text = document.source().text_of(found.place.value)?;
    (!text.is_empty() && !text.starts_with(['*', '!', '&'])).then(|| short(text))
}

/// What serde expects, without the names of Rust.
fn in_our_words(expected: &str) -> String {
    let words = match expected {
        "a string" | "a borrowed string" | "str" => "text",
        "a boolean" => "true or false",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "u128" | "usize" => "a whole number that is not negative",
        "i8" => "a whole number from -128 to 127",
        "i16" => "a whole number from -32768 to 32767",
        "i32" => "a whole number from -2147483648 to 2147483647",
        "i64" | "i128" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a sequence" => "a list",
        "string or map" => "text or a map",
        "unit" => "nothing",
        other if is_struct(other) => "a map",
        other => match other.strip_prefix("a nonzero ") {
            Some(rest) => return format!("{} and not 0", in_our_words(rest)),
            None => other,
        },
    };
    words.to_owned()
}

fn is_struct(expected: &str) -> bool {
    expected.starts_with("struct ") || expected.starts_with("internally tagged enum ")
}

fn is_number(expected: &str) -> bool {
    let bits = expected.trim_start_matches("a nonzero ").trim_start_matches(['u', 'i', 'f']);
    matches!(bits, "8" | "16" | "32" | "64" | "128" | "size")
}

/// What to write instead, where the trap is a known one of YAML.
fn help(document: &Document, found: &Found<'_>, expected: &str) -> Option<String> {
    let Content::Scalar { value, plain } = &found.child.node.content else { return None };
    match value {
        Value::Null => Some("leave the field out, or give it a value".to_owned()),
        Value::Bool(_) | Value::Number(_) if expected == "a string" => {
            Some(format!("put it in quotes: {}", quoted(&spelled(document, found)?)))
        }
        Value::Number(number) if is_number(expected) => {
            let whole = number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15)?;
            (!number.is_i64() && !number.is_u64()).then(|| format!("write it in digits: {whole}"))
        }
        Value::String(text) if expected == "a boolean" => help_for_boolean(text, *plain),
        Value::String(text) if is_number(expected) => help_for_number(text, *plain),
        _ => None,
    }
}

fn help_for_boolean(text: &str, plain: bool) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "true" | "false" if !plain => Some(format!("leave the quotes out: {lower}")),
        "yes" | "y" | "on" => Some(format!("`{text}` is text in YAML 1.2, write `true`")),
        "no" | "n" | "off" => Some(format!("`{text}` is text in YAML 1.2, write `false`")),
        _ => None,
    }
}

fn help_for_number(text: &str, plain: bool) -> Option<String> {
    if !plain {
        return scalar::is_json_number(text).then(|| format!("leave the quotes out: {}", short(text)));
    }
    let digits = text.strip_prefix('+').unwrap_or(text).replace('_', "");
    let radix = |prefix: &str, radix| u64::from_str_radix(digits.strip_prefix(prefix)?, radix).ok();
    let number = radix("0x", 16)
        .or_else(|| radix("0o", 8))
        .or_else(|| radix("0b", 2))
        .or_else(|| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?);
    let only = "numbers are written as in JSON";
    match number {
        Some(number) => Some(format!("{only}: {number}")),
        None if digits.starts_with(|c: char| matches!(c, '-' | '.') || c.is_ascii_digit()) => {
            Some(only.to_owned())
        }
        None => None,
    }
}
