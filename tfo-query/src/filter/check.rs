//! One plain test, made ready to be asked of many values.

use std::cmp::Ordering;

use regex::{Regex, RegexBuilder};
use tfo_sdk::filter::{Compare, Literal, Number, Pattern, Test};
use tfo_sdk::value::non_finite_from_name;

use crate::error::QueryError;

/// A value of a field, as a column holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    /// Text.
    Text(&'a str),
    /// An integer.
    Int(i64),
    /// A double.
    Double(f64),
    /// A value of any other type, with the text that it has in its column.
    Other(&'a str),
}

impl<'a> Value<'a> {
    /// The value of an entry of a map: its text and the type that stands beside it.
    pub(super) fn typed(text: &'a str, kind: Option<&str>) -> Self {
        match kind {
            None => Self::Text(text),
            Some("int") => text.parse().map_or(Self::Other(text), Self::Int),
            Some("double") => non_finite_from_name(text)
                .or_else(|| text.parse().ok())
                .map_or(Self::Other(text), Self::Double),
            Some(_) => Self::Other(text),
        }
    }
}

/// A test of a value that is there, ready to run.
#[derive(Debug)]
pub(super) enum Check {
    /// Any value.
    Exists,
    /// This text or this number.
    Equals(Literal),
    /// Between or beyond; an end that is left out is open.
    Within(Option<Bound>, Option<Bound>),
    /// Text that has this in it.
    Matches(Matcher),
}

/// An end of a range.
#[derive(Debug)]
pub(super) struct Bound {
    literal: Literal,
    inclusive: bool,
}

impl Check {
    /// Makes a test ready. Lists and opposites are taken apart before.
    pub(super) fn new(test: &Test) -> Result<Self, QueryError> {
        let bound = |literal: &Literal, inclusive| Some(Bound { literal: literal.clone(), inclusive });
        Ok(match test {
            Test::Exists => Self::Exists,
            Test::Equals(literal) => Self::Equals(literal.clone()),
            Test::Compare(Compare::Less, literal) => Self::Within(None, bound(literal, false)),
            Test::Compare(Compare::LessOrEqual, literal) => Self::Within(None, bound(literal, true)),
            Test::Compare(Compare::Greater, literal) => Self::Within(bound(literal, false), None),
            Test::Compare(Compare::GreaterOrEqual, literal) => Self::Within(bound(literal, true), None),
            Test::Between(from, to) => Self::Within(
                from.as_ref().and_then(|from| bound(from, true)),
                to.as_ref().and_then(|to| bound(to, true)),
            ),
            Test::Matches(pattern) => Self::Matches(Matcher::new(pattern)?),
            Test::NotEquals(_) | Test::AnyOf(_) => {
                return Err(QueryError::Internal(format!("a test that is not plain: {test:?}")));
            }
        })
    }

    /// Whether a value passes.
    pub(super) fn passes(&self, value: Value<'_>) -> bool {
        match self {
            Self::Exists => true,
            Self::Equals(literal) => match value {
                Value::Text(text) | Value::Other(text) => text == literal.text,
                number => order(number, literal) == Some(Ordering::Equal),
            },
            Self::Within(from, to) => {
                let beyond = |bound: &Option<Bound>, wrong: Ordering| match bound {
                    None => true,
                    Some(bound) => order(value, &bound.literal).is_some_and(|order| {
                        order == wrong.reverse() || (bound.inclusive && order == Ordering::Equal)
                    }),
                };
                beyond(from, Ordering::Less) && beyond(to, Ordering::Greater)
            }
            Self::Matches(matcher) => match value {
                Value::Text(text) | Value::Other(text) => matcher.finds(text),
                Value::Int(number) => matcher.finds(&number.to_string()),
                Value::Double(number) => matcher.finds(&number.to_string()),
            },
        }
    }
}

/// How a value stands to a literal; `None` when they cannot be compared: one is a number and the other is none.
fn order(value: Value<'_>, literal: &Literal) -> Option<Ordering> {
    match (value, literal.number) {
        (Value::Text(text), None) => Some(text.cmp(&literal.text)),
        (Value::Int(value), Some(Number::Int(number))) => Some(value.cmp(&number)),
        (Value::Int(value), Some(Number::Double(number))) => (value as f64).partial_cmp(&number),
        (Value::Double(value), Some(Number::Int(number))) => value.partial_cmp(&(number as f64)),
        (Value::Double(value), Some(Number::Double(number))) => value.partial_cmp(&number),
        _ => None,
    }
}

/// A pattern, ready to be looked for.
#[derive(Debug)]
pub(super) enum Matcher {
    /// This text, somewhere.
    Contains(String),
    /// This expression, somewhere.
    Regex(Regex),
}

impl Matcher {
    /// Makes a pattern ready.
    pub(super) fn new(pattern: &Pattern) -> Result<Self, QueryError> {
        let (source, ignore_case) = match pattern {
            Pattern::Contains { text, ignore_case: false } => return Ok(Self::Contains(text.clone())),
            Pattern::Contains { text, ignore_case: true } => (regex::escape(text), true),
            Pattern::Glob { glob, ignore_case } => {
                let parts: Vec<String> = glob.split('*').map(regex::escape).collect();
                (format!("(?s)^{}$", parts.join(".*")), *ignore_case)
            }
            Pattern::Regex { regex, ignore_case } => (regex.clone(), *ignore_case),
        };
        let regex = RegexBuilder::new(&source).case_insensitive(ignore_case).build();
        regex.map(Self::Regex).map_err(|error| QueryError::Invalid(format!("filter: {error}")))
    }

    /// Whether a text has the pattern in it.
    pub(super) fn finds(&self, text: &str) -> bool {
        match self {
            Self::Contains(part) => text.contains(part.as_str()),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}
