//! Attributes as SQL shows them: one map of text, whichever columns they stand in.
//!
//! `attributes` is [`Merge`], a function of the map and of all promoted columns: what `SELECT attributes` costs is
//! reading them all. `attributes['k']` is [`Entry`], which at planning time sees through [`Merge`] and reads only
//! the promoted column of `k` and the map.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, MapBuilder, MapFieldNames, StringBuilder};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::{DataFusionError, Result};
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr, RawFieldAccessExpr};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, ExpressionPlacement, GetFieldAccess, ReturnFieldArgs,
    ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, cast, lit, try_cast,
};
use datafusion::sql::sqlparser::ast::BinaryOperator;
use tfo_store::schema::{AttributeSet, PromotedType, map_type};

use crate::entries::{Entries, as_map};
use crate::error::fault;
use crate::plan::column;

/// The merged map of a set of attributes.
pub(super) fn merged(set: &'static AttributeSet) -> Expr {
    let mut columns = vec![column(set.map)];
    columns.extend(set.promoted.iter().map(|(key, _)| column(&format!("{}{key}", set.prefix))));
    let signature = Signature::any(columns.len(), Volatility::Immutable);
    ScalarUDF::new_from_impl(Merge { set, signature }).call(columns)
}

/// All attributes of a set in one map.
#[derive(Debug)]
struct Merge {
    set: &'static AttributeSet,
    signature: Signature,
}

impl PartialEq for Merge {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.set, other.set)
    }
}

impl Eq for Merge {}

impl Hash for Merge {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.set.map.hash(state);
    }
}

impl ScalarUDFImpl for Merge {
    fn name(&self) -> &str {
        "merged_attributes"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(map_type())
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        let nullable = arguments.arg_fields.first().is_none_or(|map| map.is_nullable());
        Ok(Arc::new(Field::new(self.name(), map_type(), nullable)))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&arguments.args)?;
        let [map, promoted @ ..] = columns.as_slice() else {
            return Err(fault("merged_attributes without a map"));
        };
        merge(self.set, map, promoted).map(ColumnarValue::Array)
    }
}

fn merge(set: &AttributeSet, map: &ArrayRef, promoted: &[ArrayRef]) -> Result<ArrayRef> {
    // Most promoted columns are null throughout; those need not be looked at row by row.
    let filled: Vec<_> = set
        .promoted
        .iter()
        .zip(promoted)
        .filter(|(_, column)| column.null_count() < column.len())
        .map(|((key, kind), column)| (*key, *kind, column))
        .collect();
    let maps = as_map(map)?;
    if filled.is_empty() {
        return Ok(map.clone());
    }
    let entries = Entries::new(maps)?;
    let names =
        MapFieldNames { entry: "entries".to_owned(), key: "key".to_owned(), value: "value".to_owned() };
    let mut builder =
        MapBuilder::with_capacity(Some(names), StringBuilder::new(), StringBuilder::new(), maps.len())
            .with_values_field(Field::new("value", DataType::Utf8, false));
    for row in 0..maps.len() {
        for (key, kind, column) in filled.iter().filter(|(_, _, column)| column.is_valid(row)) {
            builder.keys().append_value(key);
            match kind {
                PromotedType::Text => builder.values().append_value(column.as_string::<i32>().value(row)),
                PromotedType::Int => {
                    builder.values().append_value(column.as_primitive::<Int64Type>().value(row).to_string());
                }
            }
        }
        for (key, value) in entries.places(row).map(|place| entries.entry(place)) {
            builder.keys().append_value(key);
            builder.values().append_value(value);
        }
        builder.append(maps.is_valid(row))?;
    }
    Ok(Arc::new(builder.finish()))
}

/// Plans `m['k']` of a map of text as [`Entry`].
#[derive(Debug)]
pub(super) struct AttributePlanner;

impl ExprPlanner for AttributePlanner {
    /// An attribute that is added to a number, or to another attribute, is a number itself, or null; comparisons
    /// are left to [`super::numbers`].
    fn plan_binary_op(
        &self,
        mut expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        use BinaryOperator::{Divide, Minus, Modulo, Multiply, Plus};
        let (left, right) = (is_entry(&expr.left), is_entry(&expr.right));
        if matches!(expr.op, Plus | Minus | Multiply | Divide | Modulo) && (left || right) {
            let is_number = |expr: &Expr| Ok::<_, DataFusionError>(expr.get_type(schema)?.is_numeric());
            if left && (right || is_number(&expr.right)?) {
                expr.left = try_cast(expr.left, DataType::Float64);
            }
            if right && (left || is_number(&expr.left)?) {
                expr.right = try_cast(expr.right, DataType::Float64);
            }
        }
        Ok(PlannerResult::Original(expr))
    }

    fn plan_field_access(
        &self,
        access: RawFieldAccessExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawFieldAccessExpr>> {
        if access.expr.get_type(schema)? != map_type() {
            return Ok(PlannerResult::Original(access));
        }
        let key = match access.field_access {
            GetFieldAccess::NamedStructField { name: ScalarValue::Utf8(Some(key)) } => key,
            GetFieldAccess::ListIndex { key } => match *key {
                Expr::Literal(ScalarValue::Utf8(Some(key)), _) => key,
                other => {
                    let field_access = GetFieldAccess::ListIndex { key: Box::new(other) };
                    return Ok(PlannerResult::Original(RawFieldAccessExpr {
                        field_access,
                        expr: access.expr,
                    }));
                }
            },
            field_access => {
                return Ok(PlannerResult::Original(RawFieldAccessExpr { field_access, expr: access.expr }));
            }
        };
        Ok(PlannerResult::Planned(entry(access.expr, &key)))
    }
}

fn is_entry(expr: &Expr) -> bool {
    matches!(expr, Expr::ScalarFunction(function) if function.func.inner().is::<Entry>())
}

/// The value of a key in a map of text; null when there is none.
fn entry(map: Expr, key: &str) -> Expr {
    let signature = Signature::any(2, Volatility::Immutable);
    ScalarUDF::new_from_impl(Entry { signature }).call(vec![map, lit(key)])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Entry {
    signature: Signature,
}

impl ScalarUDFImpl for Entry {
    fn name(&self) -> &str {
        "map_entry"
    }

    /// The name of the column, `attributes[http.route]`.
    fn schema_name(&self, arguments: &[Expr]) -> Result<String> {
        match arguments {
            [map, Expr::Literal(key, _)] => Ok(format!("{}[{key}]", map.schema_name())),
            _ => Err(fault("map_entry takes a map and a key")),
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn simplify(&self, arguments: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        if let [Expr::ScalarFunction(ScalarFunction { func, args }), Expr::Literal(key, _)] =
            arguments.as_slice()
            && let Some(merge) = func.inner().downcast_ref::<Merge>()
            && let Some(key) = key.try_as_str().flatten()
            && let Some(map) = args.first()
        {
            let in_map = entry(map.clone(), key);
            let place = merge.set.promoted.binary_search_by_key(&key, |(name, _)| name).ok();
            let simple = match place.and_then(|place| args.get(place + 1)) {
                Some(promoted) => coalesce(vec![cast(promoted.clone(), DataType::Utf8), in_map]),
                None => in_map,
            };
            return Ok(ExprSimplifyResult::Simplified(simple));
        }
        Ok(ExprSimplifyResult::Original(arguments))
    }

    /// Towards the tables, so that it meets the [`Merge`] that it sees through, and no join carries whole maps.
    fn placement(&self, arguments: &[ExpressionPlacement]) -> ExpressionPlacement {
        match arguments {
            [
                ExpressionPlacement::Column | ExpressionPlacement::MoveTowardsLeafNodes,
                ExpressionPlacement::Literal,
            ] => ExpressionPlacement::MoveTowardsLeafNodes,
            _ => ExpressionPlacement::KeepInPlace,
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [map, ColumnarValue::Scalar(key)] = arguments.args.as_slice() else {
            return Err(fault("map_entry takes a map and a constant key"));
        };
        let map = map.to_array(arguments.number_rows)?;
        let map = map.as_map_opt().ok_or_else(|| fault("map_entry of no map"))?;
        let entries = Entries::new(map)?;
        let key = key.try_as_str().flatten().unwrap_or_default();
        let mut values = StringBuilder::new();
        for row in 0..map.len() {
            values.append_option(entries.get(row, key));
        }
        Ok(ColumnarValue::Array(Arc::new(values.finish())))
    }
}
