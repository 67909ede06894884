//! Where the fields of the filter grammar stand in the tables.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::functions::string::expr_fn::lower;
use datafusion::logical_expr::{Expr, cast, lit};
use tfo_sdk::Signal;
use tfo_sdk::filter::{Compare, Field, Literal, Number, Pattern, Test};
use tfo_store::schema::{SERVICE_NAME, TRACE_ID, record_attributes, resource_attributes, scope_attributes};

use super::attribute::Attribute;
use super::functions;
use crate::plan::column;

/// Where a field stands.
pub(super) enum Place {
    /// Nowhere: the signal has no such field.
    Missing,
    /// In a column of text.
    Text(Expr),
    /// In the body of a log record, which is text as a person reads it.
    Body,
    /// In a column of integers.
    Number(Expr),
    /// Among attributes.
    Attribute(Box<Attribute>),
}

impl Place {
    /// The place of a field in the table of a signal.
    pub(super) fn of(signal: Signal, field: &Field) -> Self {
        let text = |name: &str| Self::Text(column(name));
        // Names from a short list; their literals are lower case, the parser has seen to that.
        let name = |name: &str| Self::Text(lower(column(name)));
        let attribute = |set, key| Self::Attribute(Box::new(Attribute::new(set, key)));
        match (field, signal) {
            (Field::Severity, Signal::Logs) => Self::Number(column("severity_number")),
            (Field::Body, Signal::Logs) => Self::Body,
            (Field::Event, Signal::Logs) => text("event_name"),
            (Field::Service, _) => text(SERVICE_NAME),
            (Field::Trace, Signal::Logs | Signal::Spans) => text(TRACE_ID),
            (Field::Span, Signal::Logs | Signal::Spans) => text("span_id"),
            (Field::Name, Signal::Spans) => text("name"),
            (Field::Name, Signal::MetricPoints) => text("metric_name"),
            (Field::Kind, Signal::Spans) => name("kind"),
            (Field::Kind, Signal::MetricPoints) => name("type"),
            (Field::Status, Signal::Spans) => name("status_code"),
            (Field::Duration, Signal::Spans) => Self::Number(column("duration_ns")),
            (Field::Attribute(key), signal) => attribute(record_attributes(signal), key),
            (Field::ResourceAttribute(key), _) => attribute(resource_attributes(), key),
            (Field::ScopeAttribute(key), _) => match key.as_str() {
                "name" => text("scope_name"),
                "version" => text("scope_version"),
                key => attribute(scope_attributes(), key),
            },
            _ => Self::Missing,
        }
    }

    /// The condition that the field is there and passes a plain test; null or false when it does not.
    pub(super) fn passes(&self, test: &Test) -> Expr {
        match self {
            Self::Missing => lit(false),
            Self::Text(column) => text_passes(column, test),
            Self::Body => {
                let (body, kind) = (column("body"), column("body_type"));
                let other =
                    kind.clone().is_not_null().and(functions::body_passes(body.clone(), kind.clone(), test));
                text_passes(&body, test).and(kind.is_null()).or(other)
            }
            Self::Number(column) => number_passes(column, test),
            Self::Attribute(attribute) => attribute.passes(test),
        }
    }
}

/// The condition that the text of a record has a pattern in it.
pub(super) fn text(signal: Signal, pattern: &Pattern) -> Expr {
    match signal {
        Signal::Logs => functions::body_has(column("body"), column("body_type"), pattern),
        Signal::Spans => functions::finds(column("name"), pattern),
        Signal::MetricPoints => functions::finds(column("metric_name"), pattern),
    }
}

/// A plain test of a column of text, in the engine's own words where they can prune.
pub(super) fn text_passes(column: &Expr, test: &Test) -> Expr {
    let column = column.clone();
    match test {
        Test::Exists => column.is_not_null(),
        Test::Equals(literal) => column.eq(lit(literal.text.clone())),
        Test::Compare(compare, literal) => match literal.number {
            Some(_) => lit(false),
            None => compared(column, *compare, lit(literal.text.clone())),
        },
        Test::Between(from, to) => between(&column, from.as_ref(), to.as_ref(), |compare, literal| {
            text_passes(&column, &Test::Compare(compare, literal.clone()))
        }),
        Test::Matches(pattern) => functions::finds(column, pattern),
        Test::NotEquals(_) | Test::AnyOf(_) => super::lower_test(&Place::Text(column), test, true),
    }
}

/// A plain test of a column of integers.
pub(super) fn number_passes(column: &Expr, test: &Test) -> Expr {
    let column = column.clone();
    match test {
        Test::Exists => column.is_not_null(),
        Test::Equals(literal) => match literal.number {
            None => lit(false),
            Some(Number::Int(number)) => column.eq(lit(number)),
            Some(number) => integers(&column, Compare::GreaterOrEqual, number).and(integers(
                &column,
                Compare::LessOrEqual,
                number,
            )),
        },
        Test::Compare(compare, literal) => match literal.number {
            None => lit(false),
            Some(number) => integers(&column, *compare, number),
        },
        Test::Between(from, to) => between(&column, from.as_ref(), to.as_ref(), |compare, literal| {
            number_passes(&column, &Test::Compare(compare, literal.clone()))
        }),
        Test::Matches(pattern) => functions::finds(cast(column, DataType::Utf8), pattern),
        Test::NotEquals(_) | Test::AnyOf(_) => super::lower_test(&Place::Number(column), test, true),
    }
}

fn between(
    column: &Expr,
    from: Option<&Literal>,
    to: Option<&Literal>,
    end: impl Fn(Compare, &Literal) -> Expr,
) -> Expr {
    let from = from.map(|literal| end(Compare::GreaterOrEqual, literal));
    let to = to.map(|literal| end(Compare::LessOrEqual, literal));
    match (from, to) {
        (Some(from), Some(to)) => from.and(to),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => column.clone().is_not_null(),
    }
}

fn compared(column: Expr, compare: Compare, value: Expr) -> Expr {
    match compare {
        Compare::Less => column.lt(value),
        Compare::LessOrEqual => column.lt_eq(value),
        Compare::Greater => column.gt(value),
        Compare::GreaterOrEqual => column.gt_eq(value),
    }
}

/// A comparison of integers with any number, as one with an integer: exact, and good for pruning.
fn integers(column: &Expr, compare: Compare, number: Number) -> Expr {
    let bound = match number {
        Number::Int(number) => return compared(column.clone(), compare, lit(number)),
        Number::Double(bound) => bound,
    };
    // An integer is less than 1.5 when it is less than 2, and greater when it is greater than 1.
    let (compare, whole) = match compare {
        Compare::Less => (Compare::Less, bound.ceil()),
        Compare::LessOrEqual => (Compare::LessOrEqual, bound.floor()),
        Compare::Greater => (Compare::Greater, bound.floor()),
        Compare::GreaterOrEqual => (Compare::GreaterOrEqual, bound.ceil()),
    };
    let everything = || column.clone().is_not_null();
    let upwards = matches!(compare, Compare::Greater | Compare::GreaterOrEqual);
    if whole.is_nan() {
        lit(false)
    } else if whole >= 9_223_372_036_854_775_808.0 {
        if upwards { lit(false) } else { everything() }
    } else if whole < -9_223_372_036_854_775_808.0 {
        if upwards { everything() } else { lit(false) }
    } else {
        compared(column.clone(), compare, lit(ScalarValue::Int64(Some(whole as i64))))
    }
}
