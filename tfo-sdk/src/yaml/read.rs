//! Typed reading: a value as a Rust type, and what is wrong with it in the words of people who write YAML.
//!
//! Serde stops at the first error. It is asked again without the field that was refused, so that a person sees all
//! mistakes at once; an error that may only be there because a field was taken away is not told.
//!
//! Trap: with `flatten`, untagged and internally tagged enums serde forgets where it was, and the error points to the
//! map around it. Read the field that decides first, and then the one type that it asks for.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::Diagnostic;
use super::document::Document;
use super::scalar;
use super::suggest::nearest;
use super::tree::Content;
use super::visible::quoted;

/// How many mistakes of one value are looked for.
const ROUNDS: usize = 100;

/// What is wrong with a value: what a [`Diagnostic`] says of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// JSON Pointer of the field. One that is missing is a mistake of the map that it is missing in.
    pub pointer: String,
    /// `unknown-field`, `missing-field`, `invalid-type`, `unknown-value`, `invalid-value`, or the type's own.
    pub code: Cow<'static, str>,
    /// What it is.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// The message of a `Deserialize` that gives its error a code of its own: `[invalid-duration] expected …`.
pub fn coded(code: &str, message: impl std::fmt::Display) -> String {
    format!("[{code}] {message}")
}

/// Reads a value that stands at this JSON Pointer, or says everything that is wrong with it, in the order of the
/// pointers.
pub fn read_value<T: DeserializeOwned>(pointer: &str, value: &Value) -> Result<T, Vec<Mistake>> {
    read(pointer, value, &|_| None)
}

impl Document {
    /// Reads the value at a JSON Pointer (the whole document at `""`), or says everything that is wrong with it.
    pub fn read<T: DeserializeOwned>(&self, pointer: &str) -> Result<T, Vec<Diagnostic>> {
        let read = match self.get(pointer) {
            Some(value) => read(pointer, value, &|pointer| self.spelling(pointer)),
            None => {
                let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
                Err(vec![Mistake {
                    pointer: parent.to_owned(),
                    code: Cow::Borrowed("missing-field"),
                    message: format!("missing field `{}`", unescape(name)),
                    help: None,
                }])
            }
        };
        read.map_err(|mistakes| {
            let mut diagnostics: Vec<_> = mistakes.into_iter().map(|mistake| self.mistake(mistake)).collect();
            diagnostics.sort();
            diagnostics
        })
    }

    fn mistake(&self, mistake: Mistake) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(mistake.code, mistake.message);
        diagnostic.help = mistake.help;
        self.diagnostic(&mistake.pointer, diagnostic)
    }

    /// How a scalar is spelled.
    fn spelling(&self, pointer: &str) -> Option<Spelling> {
        let found = self.find(pointer).filter(|found| found.place.is_exact)?;
        let Content::Scalar { plain, .. } = &found.child.node.content else { return None };
        // Neither an alias nor what has a tag or an anchor before it.
        let text = self.source().text_of(found.place.value).map(short);
        let text = text.filter(|text| !text.is_empty() && !text.starts_with(['*', '!', '&']));
        Some(Spelling { is_plain: *plain, text })
    }
}

/// How a scalar stands in its source.
struct Spelling {
    /// Without quotes.
    is_plain: bool,
    text: Option<String>,
}

fn read<T: DeserializeOwned>(
    at: &str,
    value: &Value,
    spelling: &dyn Fn(&str) -> Option<Spelling>,
) -> Result<T, Vec<Mistake>> {
    let mut error = match serde_path_to_error::deserialize::<_, T>(value) {
        Ok(read) => return Ok(read),
        Err(error) => error,
    };
    let mut mistakes = Mistakes { at, spelling, rest: value.clone(), taken: Vec::new(), found: Vec::new() };
    while mistakes.take(error.path(), &error.inner().to_string()) && mistakes.found.len() < ROUNDS {
        match serde_path_to_error::deserialize::<_, T>(&mistakes.rest) {
            Ok(_) => break,
            Err(next) => error = next,
        }
    }
    mistakes.found.sort();
    Err(mistakes.found)
}

/// Mistakes of one value, as they are found.
struct Mistakes<'a> {
    /// Where the value stands.
    at: &'a str,
    spelling: &'a dyn Fn(&str) -> Option<Spelling>,
    /// What is left of it.
    rest: Value,
    /// Fields that were taken away though the type has them.
    taken: Vec<String>,
    found: Vec<Mistake>,
}

impl Mistakes<'_> {
    /// Notes an error, and takes away the field that it is about; whether it makes sense to go on.
    fn take(&mut self, path: &Path, message: &str) -> bool {
        let pointer = pointer_of(path);
        let is_unknown = message.starts_with("unknown field ");
        if is_unknown || !self.follows(&pointer, message) {
            let whole = format!("{}{pointer}", self.at);
            let spelling = (self.spelling)(&whole);
            let value = self.rest.pointer(&pointer).unwrap_or(&Value::Null);
            self.found.push(explain(&whole, value, spelling.as_ref(), message));
        }
        self.take_away(&pointer, is_unknown)
    }

    /// Whether an error may be there only because something was taken away.
    fn follows(&self, pointer: &str, message: &str) -> bool {
        if let [missing, ..] = in_backticks(message).as_slice()
            && message.starts_with("missing field ")
        {
            return self.taken.contains(&format!("{pointer}/{}", escape(missing)));
        }
        let is_below = |taken: &String| {
            taken.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.taken.iter().any(is_below)
    }

    /// Takes away a field, or the list that it stands in: the other items of a list would change their numbers.
    fn take_away(&mut self, pointer: &str, is_unknown: bool) -> bool {
        let mut rest = pointer;
        while let Some((parent, name)) = rest.rsplit_once('/') {
            if let Some(Value::Object(fields)) = self.rest.pointer_mut(parent)
                && fields.remove(&unescape(name)).is_some()
            {
                if !is_unknown {
                    self.taken.push(rest.to_owned());
                }
                return true;
            }
            rest = parent;
        }
        false
    }
}

fn pointer_of(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                pointer.push('/');
                pointer.push_str(&escape(key));
            }
            Segment::Unknown => break,
        }
    }
    pointer
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// Serde's message in our words.
fn explain(pointer: &str, value: &Value, spelling: Option<&Spelling>, message: &str) -> Mistake {
    let is_about = |start: &str| message.starts_with(start);
    let (_, expected) = message.rsplit_once(", expected ").unwrap_or_default();
    let mistake = |code: &'static str, message: String, help: Option<String>| Mistake {
        pointer: pointer.to_owned(),
        code: Cow::Borrowed(code),
        message,
        help,
    };
    if is_about("unknown field ") {
        let known =
            if message.ends_with("there are no fields") { Vec::new() } else { in_backticks(expected) };
        let name = pointer.rsplit('/').next().map(unescape).unwrap_or_default();
        let (message, help) = suggest(format!("unknown field `{}`", short(&name)), &name, &known, "fields");
        mistake("unknown-field", message, help)
    } else if is_about("missing field ") {
        mistake("missing-field", message.to_owned(), None)
    } else if let (true, Some(text)) = (is_about("unknown variant "), value.as_str()) {
        let known = in_backticks(expected);
        let (message, help) = suggest(format!("unknown value {}", quoted(text)), text, &known, "values");
        mistake("unknown-value", message, help)
    } else if (is_about("invalid type: ") || is_about("invalid value: ")) && !expected.is_empty() {
        let code = if is_about("invalid type: ") { "invalid-type" } else { "invalid-value" };
        let expected_words = in_our_words(expected);
        let message = match expected.starts_with("a secret") {
            // Whatever stands in its place may be one.
            true => format!("expected {expected_words}"),
            false => format!("expected {expected_words}, got {}", written(value, spelling)),
        };
        mistake(code, message, help(value, spelling, expected))
    } else {
        match message.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            Some((code, message)) if is_code(code) => {
                Mistake { code: Cow::Owned(code.to_owned()), ..mistake("", message.to_owned(), None) }
            }
            _ => mistake("invalid-value", message.to_owned(), None),
        }
    }
}

/// The message with the name that was meant, or with help that lists what there is.
fn suggest(message: String, name: &str, known: &[&str], what: &str) -> (String, Option<String>) {
    if let Some(near) = nearest(name, known.iter().copied()) {
        return (format!("{message}, did you mean `{near}`?"), None);
    }
    match known {
        [] => (message, Some(format!("there are no {what} here"))),
        known => (message, Some(format!("known {what} are `{}`", known.join("`, `")))),
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

/// What stands there: a number as it is spelled.
fn written(value: &Value, spelling: Option<&Spelling>) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Null => "null".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a map".to_owned(),
        Value::Bool(_) | Value::Number(_) => {
            spelling.and_then(|spelling| spelling.text.clone()).unwrap_or_else(|| value.to_string())
        }
    }
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
        "string or map" => "a known value",
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
fn help(value: &Value, spelling: Option<&Spelling>, expected: &str) -> Option<String> {
    let is_plain = spelling.is_none_or(|spelling| spelling.is_plain);
    match value {
        Value::Null => Some("leave the field out, or give it a value".to_owned()),
        Value::Bool(_) | Value::Number(_) if expected == "a string" => {
            Some(format!("put it in quotes: {}", quoted(&written(value, spelling))))
        }
        Value::Number(number) if is_number(expected) => {
            let whole = number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15)?;
            (!number.is_i64() && !number.is_u64()).then(|| format!("write it in digits: {whole}"))
        }
        Value::String(text) if expected == "a boolean" => help_for_boolean(text, is_plain),
        Value::String(text) if is_number(expected) => help_for_number(text, is_plain),
        _ => None,
    }
}

fn help_for_boolean(text: &str, plain: bool) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        // Without quotes it would be none of text.
        "true" | "false" if !plain || lower == text => Some(format!("leave the quotes out: {lower}")),
        "yes" | "y" | "on" => Some(format!("`{text}` is text in YAML 1.2, write `true`")),
        "no" | "n" | "off" => Some(format!("`{text}` is text in YAML 1.2, write `false`")),
        _ => None,
    }
}

fn help_for_number(text: &str, plain: bool) -> Option<String> {
    // Without quotes it would be a number.
    if !plain || scalar::is_json_number(text) {
        return scalar::is_json_number(text).then(|| format!("leave the quotes out: {}", short(text)));
    }
    let digits = text.strip_prefix('+').unwrap_or(text).replace('_', "");
    let radix = |prefix: &str, radix| u64::from_str_radix(digits.strip_prefix(prefix)?, radix).ok();
    let number = radix("0x", 16)
        .or_else(|| radix("0o", 8))
        .or_else(|| radix("0b", 2))
        .or_else(|| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?);
    let text = short(text);
    match number {
        Some(number) => Some(format!("`{text}` is text, write {number}")),
        None if digits.starts_with(|c: char| matches!(c, '-' | '.') || c.is_ascii_digit()) => {
            Some(format!("`{text}` is text, numbers are written as in JSON"))
        }
        None => None,
    }
}
