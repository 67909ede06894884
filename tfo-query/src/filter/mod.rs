//! A filter of the filter grammar as a condition of a plan, over the columns of the store.
//!
//! `Filter::matches` of `tfo-sdk` is the definition; this agrees with it on every record, by property test. Two
//! things make it more than a translation:
//! - SQL's conditions are true, false or null, those of a filter true or false: NOT is pushed down to the leaves,
//!   where a leaf that is null (its field is missing) has not passed;
//! - an attribute stands in a promoted column or in a map, and the map only counts where the column is null.

mod attribute;
mod fields;
mod functions;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use tfo_sdk::Signal;
use tfo_sdk::filter::{Filter, TermKind, Test};

use fields::Place;

pub(crate) use functions::{is_one_of, value};

/// The condition that a record of the signal passes the filter. It is true, or it is false or null.
pub(crate) fn lower(signal: Signal, filter: &Filter) -> Expr {
    lower_as(signal, filter, true)
}

/// The condition that the filter's answer is `wanted`.
fn lower_as(signal: Signal, filter: &Filter, wanted: bool) -> Expr {
    let each = |parts: &[Filter]| parts.iter().map(|part| lower_as(signal, part, wanted)).collect();
    match filter {
        Filter::Not(inner) => lower_as(signal, inner, !wanted),
        Filter::All(parts) => all_or_any(each(parts), wanted),
        // De Morgan: none passes when all do not.
        Filter::Any(parts) => all_or_any(each(parts), !wanted),
        Filter::Term(term) => match &term.kind {
            TermKind::Text(pattern) => answer(fields::text(signal, pattern), wanted),
            TermKind::Field(field, test) => lower_test(&Place::of(signal, field), test, wanted),
        },
    }
}

/// Tests that are opposites or lists of others come apart here, so that a place knows only plain ones.
fn lower_test(place: &Place, test: &Test, wanted: bool) -> Expr {
    match test {
        Test::NotEquals(literal) => lower_test(place, &Test::Equals(literal.clone()), !wanted),
        Test::AnyOf(tests) => {
            all_or_any(tests.iter().map(|test| lower_test(place, test, wanted)).collect(), !wanted)
        }
        plain => answer(place.passes(plain), wanted),
    }
}

/// A leaf that is wanted, or wanted not to pass: then null is as good as false.
fn answer(leaf: Expr, wanted: bool) -> Expr {
    match (leaf, wanted) {
        (leaf, true) => leaf,
        (Expr::Literal(ScalarValue::Boolean(Some(value)), _), false) => lit(!value),
        (leaf, false) => Expr::IsNotTrue(Box::new(leaf)),
    }
}

/// All of the parts, or any of them, as a balanced tree: its depth is the number of digits of their count.
fn all_or_any(mut parts: Vec<Expr>, all: bool) -> Expr {
    match parts.pop() {
        None => lit(all),
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            let behind = parts.split_off(parts.len() / 2);
            let (front, behind) = (all_or_any(parts, all), all_or_any(behind, all));
            if all { front.and(behind) } else { front.or(behind) }
        }
    }
}
