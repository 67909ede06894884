//! An attribute: in its promoted column if it is there, else in the map.

use datafusion::logical_expr::Expr;
use tfo_sdk::filter::Test;
use tfo_store::schema::{AttributeSet, PromotedType};

use super::fields::{number_passes, text_passes};
use super::functions;
use crate::plan::column;

/// Where one attribute stands.
pub(super) struct Attribute {
    key: String,
    map: Expr,
    types: Expr,
    promoted: Option<(Expr, PromotedType)>,
}

impl Attribute {
    /// The attribute with this key of a set.
    pub(super) fn new(set: &'static AttributeSet, key: &str) -> Self {
        let promoted = set.promoted_column(key).map(|(name, kind)| (column(&name), kind));
        Self { key: key.to_owned(), map: column(set.map), types: column(set.types), promoted }
    }

    /// The condition that the attribute is there and passes a plain test.
    pub(super) fn passes(&self, test: &Test) -> Expr {
        let in_map = functions::attribute_passes(self.map.clone(), self.types.clone(), &self.key, test);
        let Some((promoted, kind)) = &self.promoted else { return in_map };
        let in_column = match kind {
            PromotedType::Text => text_passes(promoted, test),
            PromotedType::Int => number_passes(promoted, test),
        };
        // The first condition follows from the second. It is there because files can apply it to rows before
        // they decode anything else, which they cannot do with a map.
        let may = in_column.clone().or(promoted.clone().is_null());
        may.and(in_column.or(promoted.clone().is_null().and(in_map)))
    }
}
