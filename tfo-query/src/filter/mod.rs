//! A filter of the filter grammar as a condition of a plan, over the columns of the store.
//!
//! `Filter::matches` of `tfo-sdk` is the definition; this agrees with it on every record, by property test. Two
//! things make it more than a translation:
//! - SQL's conditions are true, false or null, those of a filter true or false: NOT is pushed down to the leaves,
//!   where a leaf that is null (its field is missing) has not passed;
//! - an attribute stands in a promoted column or in a map, and the map only counts where the column is null.

mod attribute;
mod check;
mod fields;
mod functions;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use tfo_sdk::Signal;
use tfo_sdk::filter::{Filter, TermKind, Test};

use crate::error::QueryError;
use fields::Place;

pub(crate) use functions::Entries;

/// The condition that a record of the signal passes the filter. It is true, or it is false or null.
pub(crate) fn lower(signal: Signal, filter: &Filter) -> Result<Expr, QueryError> {
    lower_as(signal, filter, true)
}

/// The condition that the filter's answer is `wanted`.
fn lower_as(signal: Signal, filter: &Filter, wanted: bool) -> Result<Expr, QueryError> {
    match filter {
        Filter::Not(inner) => lower_as(signal, inner, !wanted),
        // De Morgan: not all pass when any does not.
        Filter::All(parts) if wanted => Ok(joined(lower_each(signal, parts, wanted)?, Expr::and, true)),
        Filter::All(parts) => Ok(joined(lower_each(signal, parts, wanted)?, Expr::or, false)),
        Filter::Any(parts) if wanted => Ok(joined(lower_each(signal, parts, wanted)?, Expr::or, false)),
        Filter::Any(parts) => Ok(joined(lower_each(signal, parts, wanted)?, Expr::and, true)),
        Filter::Term(term) => match &term.kind {
            TermKind::Text(pattern) => Ok(answer(fields::text(signal, pattern)?, wanted)),
            TermKind::Field(field, test) => lower_test(&Place::of(signal, field), test, wanted),
        },
    }
}

fn lower_each(signal: Signal, parts: &[Filter], wanted: bool) -> Result<Vec<Expr>, QueryError> {
    parts.iter().map(|part| lower_as(signal, part, wanted)).collect()
}

/// Tests that are opposites or lists of others come apart here, so that a place knows only plain ones.
fn lower_test(place: &Place, test: &Test, wanted: bool) -> Result<Expr, QueryError> {
    match test {
        Test::NotEquals(literal) => lower_test(place, &Test::Equals(literal.clone()), !wanted),
        Test::AnyOf(tests) => {
            let each: Vec<_> =
                tests.iter().map(|test| lower_test(place, test, wanted)).collect::<Result<_, _>>()?;
            Ok(if wanted { joined(each, Expr::or, false) } else { joined(each, Expr::and, true) })
        }
        plain => Ok(answer(place.passes(plain)?, wanted)),
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

/// All parts joined as a balanced tree: as deep as the number of digits of their count, not as the count.
fn joined(mut parts: Vec<Expr>, join: fn(Expr, Expr) -> Expr, of_none: bool) -> Expr {
    let parts_behind = if parts.len() > 1 { parts.split_off(parts.len() / 2) } else { Vec::new() };
    match (parts.pop(), parts_behind.is_empty()) {
        (None, _) => lit(of_none),
        (Some(only), true) => only,
        (Some(last), false) => {
            parts.push(last);
            join(joined(parts, join, of_none), joined(parts_behind, join, of_none))
        }
    }
}
