//! Filters that the test makes, prints and evaluates by itself: it shares nothing with the product's grammar and predicate.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use tfo_sdk::api::{LogRecord, Span};
use tfo_sdk::{AnyValue, Attributes};

/// A filter.
pub(crate) enum Plain {
    SeverityAtLeast(&'static str, i32),
    Service(&'static str),
    /// In the body, whatever the case.
    Body(&'static str),
    /// In the name of a span, whatever the case.
    Name(&'static str),
    LongerThan(i64),
    Exists(&'static str),
    Equals(&'static str, i64),
    AtLeast(&'static str, i64),
    Text(&'static str, &'static str),
    Not(Box<Plain>),
    And(Box<Plain>, Box<Plain>),
    Or(Box<Plain>, Box<Plain>),
}

/// What a filter is asked about of a record.
pub(crate) struct Asked<'a> {
    severity: Option<i32>,
    service: Option<&'a str>,
    body: Option<String>,
    name: Option<&'a str>,
    duration: Option<i64>,
    attributes: &'a Attributes,
}

impl<'a> From<&'a LogRecord> for Asked<'a> {
    fn from(log: &'a LogRecord) -> Self {
        Self {
            severity: log.severity_number,
            service: log.service_name.as_deref(),
            body: log.body.as_ref().map(|body| format!("{body:?}").to_lowercase()),
            name: None,
            duration: None,
            attributes: &log.attributes,
        }
    }
}

impl<'a> From<&'a Span> for Asked<'a> {
    fn from(span: &'a Span) -> Self {
        Self {
            severity: None,
            service: span.service_name.as_deref(),
            body: None,
            name: span.name.as_deref(),
            duration: span.duration_ns,
            attributes: &span.attributes,
        }
    }
}

impl Plain {
    /// Some filter.
    pub(crate) fn random(random: &mut StdRng, depth: usize) -> Self {
        const KEYS: [&str; 4] = ["http.route", "http.response.status_code", "user", "size"];
        const NUMBERS: [i64; 6] = [5, 200, 404, 500, -5, 9_007_199_254_740_993];
        if depth > 0 {
            let mut deeper = || Box::new(Self::random(random, depth - 1));
            let (left, right) = (deeper(), deeper());
            match random.random_range(0..4) {
                0 => return Self::Not(left),
                1 => return Self::And(left, right),
                2 => return Self::Or(left, right),
                _ => {}
            }
        }
        let key = *KEYS.choose(random).unwrap();
        let number = *NUMBERS.choose(random).unwrap();
        match random.random_range(0..9) {
            0 => {
                let (name, least) = *[("info", 9), ("warn", 13), ("error", 17)].choose(random).unwrap();
                Self::SeverityAtLeast(name, least)
            }
            1 => Self::Service(["checkout", "Cart", "payment service"].choose(random).unwrap()),
            2 => Self::Body(["payment", "timed", "slow", "über", "платёж"].choose(random).unwrap()),
            3 => Self::Name(["cart", "select", "pay"].choose(random).unwrap()),
            4 => Self::LongerThan(random.random_range(0..2_000)),
            5 => Self::Exists(key),
            6 => Self::Equals(key, number),
            7 => Self::AtLeast(key, number),
            _ => Self::Text(key, ["/cart", "500", "ann", "Köln", ""].choose(random).unwrap()),
        }
    }

    /// As it is written.
    pub(crate) fn print(&self) -> String {
        match self {
            Self::SeverityAtLeast(name, _) => format!("severity>={name}"),
            Self::Service(name) => format!("service=\"{name}\""),
            Self::Body(text) => format!("body:{text}"),
            Self::Name(text) => format!("name:{text}"),
            Self::LongerThan(millis) => format!("duration>{millis}ms"),
            Self::Exists(key) => format!("attr.{key}:*"),
            Self::Equals(key, number) => format!("attr.{key}={number}"),
            Self::AtLeast(key, number) => format!("attr.{key}>={number}"),
            Self::Text(key, text) => format!("attr.{key}=\"{text}\""),
            Self::Not(inner) => format!("NOT ({})", inner.print()),
            Self::And(left, right) => format!("({} {})", left.print(), right.print()),
            Self::Or(left, right) => format!("({} OR {})", left.print(), right.print()),
        }
    }

    /// Whether a record passes.
    pub(crate) fn passes(&self, asked: &Asked<'_>) -> bool {
        let has =
            |text: Option<&str>, part: &str| text.is_some_and(|text| text.to_lowercase().contains(part));
        match self {
            Self::SeverityAtLeast(_, least) => asked.severity.is_some_and(|severity| severity >= *least),
            Self::Service(name) => asked.service == Some(name),
            Self::Body(text) => has(asked.body.as_deref(), text),
            Self::Name(text) => has(asked.name, text),
            Self::LongerThan(millis) => asked.duration.is_some_and(|nanos| nanos > millis * 1_000_000),
            Self::Exists(key) => asked.attributes.get(key).is_some(),
            Self::Equals(key, number) => match asked.attributes.get(key) {
                Some(AnyValue::Int(value)) => value == number,
                // As exact as a double is.
                Some(AnyValue::Double(value)) => {
                    value.fract() == 0.0 && *value as i128 == i128::from(*number)
                }
                Some(AnyValue::String(value)) => *value == number.to_string(),
                _ => false,
            },
            Self::AtLeast(key, number) => match asked.attributes.get(key) {
                Some(AnyValue::Int(value)) => value >= number,
                Some(AnyValue::Double(value)) => *value >= *number as f64,
                _ => false,
            },
            Self::Text(key, text) => match asked.attributes.get(key) {
                Some(AnyValue::String(value)) => value == text,
                Some(AnyValue::Empty) => text.is_empty(),
                _ => false,
            },
            Self::Not(inner) => !inner.passes(asked),
            Self::And(left, right) => left.passes(asked) && right.passes(asked),
            Self::Or(left, right) => left.passes(asked) || right.passes(asked),
        }
    }
}
