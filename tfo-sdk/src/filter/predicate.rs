//! A filter on one record in memory.
//!
//! A [`Predicate`] is a filter made ready for many records: its regular expressions are compiled and its globs
//! cut into parts.

use std::cmp::Ordering;

use super::ast::{Compare, Field, Filter, Literal, Number, TermKind, Test};
use super::matcher::Matcher;
use crate::value::AnyValue;

/// A record that a filter can look at.
pub trait Record {
    /// The text that a bare word searches: the leaves of the body, or the name.
    fn text(&self) -> Vec<String>;
    /// The value of a field; `None` when it is missing.
    fn field(&self, field: &Field) -> Option<AnyValue>;
}

impl Filter {
    /// Whether a record passes. For many records, [`Filter::compile`] once.
    pub fn matches(&self, record: &impl Record) -> bool {
        self.compile().matches(record)
    }

    /// Makes the filter ready for many records.
    pub fn compile(&self) -> Predicate {
        Predicate(Node::new(self))
    }
}

/// A filter made ready for many records.
#[derive(Debug, Clone)]
pub struct Predicate(Node);

/// As [`Filter`], with what it needs at hand.
#[derive(Debug, Clone)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Text(Matcher),
    Field(Field, Check),
}

impl Predicate {
    /// Whether a record passes.
    pub fn matches(&self, record: &impl Record) -> bool {
        self.0.matches(record)
    }
}

impl Node {
    fn new(filter: &Filter) -> Self {
        match filter {
            Filter::All(filters) => Self::All(filters.iter().map(Self::new).collect()),
            Filter::Any(filters) => Self::Any(filters.iter().map(Self::new).collect()),
            Filter::Not(filter) => Self::Not(Box::new(Self::new(filter))),
            Filter::Term(term) => match &term.kind {
                TermKind::Text(pattern) => Self::Text(Matcher::new(pattern)),
                TermKind::Field(field, test) => Self::Field(field.clone(), Check::new(test)),
            },
        }
    }

    fn matches(&self, record: &impl Record) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|node| node.matches(record)),
            Self::Any(nodes) => nodes.iter().any(|node| node.matches(record)),
            Self::Not(node) => !node.matches(record),
            Self::Text(matcher) => record.text().iter().any(|text| matcher.finds(text)),
            Self::Field(field, check) => match record.field(field) {
                Some(AnyValue::String(text)) if matches!(field, Field::Kind | Field::Status) => {
                    // Their literals are lower case: the parser has seen to that.
                    check.matches(&AnyValue::String(text.to_lowercase()))
                }
                Some(value) => check.matches(&value),
                None => check.passes_missing(),
            },
        }
    }
}

/// As [`Test`], with patterns made ready.
#[derive(Debug, Clone)]
enum Check {
    Exists,
    Equals(Literal),
    NotEquals(Literal),
    Compare(Compare, Literal),
    Between(Option<Literal>, Option<Literal>),
    Matches(Matcher),
    AnyOf(Vec<Check>),
}

impl Check {
    fn new(test: &Test) -> Self {
        match test {
            Test::Exists => Self::Exists,
            Test::Equals(literal) => Self::Equals(literal.clone()),
            Test::NotEquals(literal) => Self::NotEquals(literal.clone()),
            Test::Compare(compare, literal) => Self::Compare(*compare, literal.clone()),
            Test::Between(from, to) => Self::Between(from.clone(), to.clone()),
            Test::Matches(pattern) => Self::Matches(Matcher::new(pattern)),
            Test::AnyOf(tests) => Self::AnyOf(tests.iter().map(Self::new).collect()),
        }
    }

    fn passes_missing(&self) -> bool {
        match self {
            Self::NotEquals(_) => true,
            Self::AnyOf(checks) => checks.iter().any(Self::passes_missing),
            _ => false,
        }
    }

    fn matches(&self, value: &AnyValue) -> bool {
        match self {
            Self::Exists => true,
            Self::Equals(literal) => equals(value, literal),
            Self::NotEquals(literal) => !equals(value, literal),
            Self::Compare(compare, literal) => holds(*compare, value, literal),
            Self::Between(from, to) => {
                from.as_ref().is_none_or(|from| holds(Compare::GreaterOrEqual, value, from))
                    && to.as_ref().is_none_or(|to| holds(Compare::LessOrEqual, value, to))
            }
            Self::Matches(matcher) => match value {
                AnyValue::String(text) => matcher.finds(text),
                other => matcher.finds(&other.to_string()),
            },
            Self::AnyOf(checks) => checks.iter().any(|check| check.matches(value)),
        }
    }
}

fn number_of(value: &AnyValue) -> Option<Number> {
    match value {
        AnyValue::Int(value) => Some(Number::Int(*value)),
        AnyValue::Double(value) => Some(Number::Double(*value)),
        _ => None,
    }
}

/// Numbers equal by value, text by letter, everything else (`true`, a list as JSON) by how it is written.
fn equals(value: &AnyValue, literal: &Literal) -> bool {
    match value {
        AnyValue::String(text) => *text == literal.text,
        AnyValue::Int(_) | AnyValue::Double(_) => order(value, literal) == Some(Ordering::Equal),
        other => other.to_string() == literal.text,
    }
}

/// The order of a number with a number, or of a text with a text; none of anything else.
fn order(value: &AnyValue, literal: &Literal) -> Option<Ordering> {
    match (value, literal.number) {
        (AnyValue::String(text), None) => Some(text.as_str().cmp(&literal.text)),
        (value, Some(number)) => number_of(value)?.compare(number),
        _ => None,
    }
}

fn holds(compare: Compare, value: &AnyValue, literal: &Literal) -> bool {
    order(value, literal).is_some_and(|order| match compare {
        Compare::Less => order.is_lt(),
        Compare::LessOrEqual => order.is_le(),
        Compare::Greater => order.is_gt(),
        Compare::GreaterOrEqual => order.is_ge(),
    })
}
