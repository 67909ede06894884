//! Functions whose result can be much larger than their arguments, kept to a size.
//!
//! The memory pool counts what operators hold, not what a function makes of one batch. `concat(x, x)` of itself,
//! thirty levels deep, makes a gigabyte of one letter, as does a list of lists; so these functions are asked first how
//! large their result would be, and how deep its type.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, StringArray, StringBuilder};
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::DFSchema;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, LogicalPlan, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility,
};
use datafusion::sql::sqlparser::ast::BinaryOperator;

/// Bytes that a function may make of one batch.
const BATCH_BYTES: usize = 256 << 20;
/// Bytes of a single value: constants are computed while planning, and are copied.
const VALUE_BYTES: usize = 1 << 20;
/// Parts of a type: a structure of two structures of two … doubles with each level.
const TYPE_PARTS: usize = 1000;

/// How the size of a result follows from the arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Growth {
    /// All arguments one behind the other, the first also between all others.
    Joined,
    /// Each byte of the first argument may become the whole last one.
    Replaced,
}

/// A plan whose functions that grow are bounded: lists and maps that are written as such (`[a, b]`) come with functions
/// of the engine's own. A value whose type has too many parts is refused before anything compares or prints the type.
pub(super) fn bound(plan: LogicalPlan) -> Result<LogicalPlan> {
    let plan = plan.transform_up_with_subqueries(|node| {
        for field in node.schema().fields() {
            check_type(field.name(), field.data_type())?;
        }
        node.map_expressions(|expr| {
            expr.transform_up(|expr| match expr {
                Expr::ScalarFunction(mut function) if !function.func.inner().is::<Bounded>() => {
                    function.func = bounded(function.func);
                    Ok(Transformed::yes(Expr::ScalarFunction(function)))
                }
                expr => Ok(Transformed::no(expr)),
            })
        })
    })?;
    Ok(plan.data)
}

/// Refuses a type with too many parts.
fn check_type(name: &str, data_type: &DataType) -> Result<()> {
    fn count(data_type: &DataType, left: &mut usize) -> bool {
        *left = left.saturating_sub(1);
        if *left == 0 {
            return false;
        }
        match data_type {
            DataType::Struct(fields) => fields.iter().all(|field| count(field.data_type(), left)),
            DataType::List(field)
            | DataType::LargeList(field)
            | DataType::FixedSizeList(field, _)
            | DataType::Map(field, _) => count(field.data_type(), left),
            _ => true,
        }
    }
    if count(data_type, &mut { TYPE_PARTS }) {
        return Ok(());
    }
    Err(DataFusionError::Plan(format!(
        "{name} is nested too deep: its type has more than {TYPE_PARTS} parts"
    )))
}

/// The function, bounded if it is one of those that grow.
pub(super) fn bounded(function: Arc<ScalarUDF>) -> Arc<ScalarUDF> {
    let growth = match function.name() {
        "concat" | "concat_ws" | "array_append" | "array_prepend" | "array_concat" | "overlay"
        | "make_array" | "struct" | "named_struct" | "map" | "arrays_zip" => Growth::Joined,
        "replace" | "regexp_replace" | "array_to_string" | "to_char" => Growth::Replaced,
        _ => return function,
    };
    Arc::new(ScalarUDF::new_from_impl(Bounded { inner: function, growth }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Bounded {
    inner: Arc<ScalarUDF>,
    growth: Growth,
}

impl Bounded {
    fn result_bytes(&self, arguments: &ScalarFunctionArgs) -> usize {
        let rows = arguments.number_rows;
        let all: usize = arguments.args.iter().map(|value| bytes(value, rows)).fold(0, usize::saturating_add);
        match self.growth {
            Growth::Joined => {
                let first = arguments.args.first().map_or(0, |value| bytes(value, rows));
                all.saturating_add(first.saturating_mul(arguments.args.len().saturating_sub(2)))
            }
            Growth::Replaced => {
                let first = arguments.args.first().map_or(0, |value| bytes(value, rows));
                let longest = arguments.args.iter().skip(1).map(longest).max().unwrap_or(0);
                all.saturating_add(first.saturating_add(rows).saturating_mul(longest))
            }
        }
    }
}

/// Bytes of a value in all rows.
fn bytes(value: &ColumnarValue, rows: usize) -> usize {
    match value {
        ColumnarValue::Array(array) => data_bytes(array.as_ref()),
        ColumnarValue::Scalar(scalar) => {
            scalar.size().saturating_sub(size_of_val(scalar)).saturating_mul(rows.max(1))
        }
    }
}

/// Bytes of the longest text of an argument; 0 where it is none.
fn longest(value: &ColumnarValue) -> usize {
    match value {
        ColumnarValue::Scalar(scalar) => scalar.try_as_str().flatten().map_or(0, str::len),
        ColumnarValue::Array(array) => match array.as_string_opt::<i32>() {
            Some(texts) => texts.iter().flatten().map(str::len).max().unwrap_or(0),
            None => match array.as_string_view_opt() {
                Some(texts) => texts.iter().flatten().map(str::len).max().unwrap_or(0),
                None => 0,
            },
        },
    }
}

fn data_bytes(array: &dyn Array) -> usize {
    // A slice shares its buffers; what counts is its own part of them.
    match array.as_string_opt::<i32>() {
        Some(texts) => {
            let offsets = texts.value_offsets();
            offsets.last().zip(offsets.first()).map_or(0, |(end, start)| (end - start).max(0) as usize)
        }
        None => array.to_data().get_slice_memory_size().unwrap_or_else(|_| array.get_array_memory_size()),
    }
}

fn check(name: &str, bytes: usize, rows: usize) -> Result<()> {
    let limit = if rows <= 1 { VALUE_BYTES } else { BATCH_BYTES };
    if bytes <= limit {
        return Ok(());
    }
    Err(DataFusionError::Execution(format!(
        "{name} would make {bytes} bytes at once, at most {limit} are accepted"
    )))
}

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.inner.return_type(arguments)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        self.inner.return_field_from_args(arguments)
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(arguments)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        check(self.name(), self.result_bytes(&arguments), arguments.number_rows)?;
        self.inner.invoke_with_args(arguments)
    }
}

/// Plans `a || b` of texts as a function of ours: as an operator nobody could bound it.
#[derive(Debug)]
pub(super) struct ConcatPlanner;

impl ExprPlanner for ConcatPlanner {
    fn plan_binary_op(&self, expr: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        let is_list = |data_type: &DataType| {
            matches!(data_type, DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..))
        };
        if expr.op != BinaryOperator::StringConcat {
            return Ok(PlannerResult::Original(expr));
        }
        // A chain is one call. A call in a call in a call would be asked for its type by each that is around it.
        let mut expr = expr;
        if let Expr::ScalarFunction(function) = &mut expr.left
            && function.func.inner().is::<Concat>()
            && !is_list(&expr.right.get_type(schema)?)
        {
            function.args.push(expr.right);
            return Ok(PlannerResult::Planned(expr.left));
        }
        if is_list(&expr.left.get_type(schema)?) || is_list(&expr.right.get_type(schema)?) {
            return Ok(PlannerResult::Original(expr));
        }
        let concat =
            ScalarUDF::new_from_impl(Concat { signature: Signature::user_defined(Volatility::Immutable) });
        Ok(PlannerResult::Planned(concat.call(vec![expr.left, expr.right])))
    }
}

/// `a || b || …`: null when one of them is.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Concat {
    signature: Signature,
}

impl ScalarUDFImpl for Concat {
    fn name(&self) -> &str {
        "||"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        Ok(vec![DataType::Utf8; arguments.len()])
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let size = arguments.args.iter().map(|value| bytes(value, rows)).fold(0, usize::saturating_add);
        check("||", size, rows)?;
        let is_constant = arguments.args.iter().all(|value| matches!(value, ColumnarValue::Scalar(_)));
        let columns = ColumnarValue::values_to_arrays(&arguments.args)?;
        let texts: Vec<&StringArray> = columns.iter().map(AsArray::as_string::<i32>).collect();
        let length = columns.first().map_or(0, Array::len);
        let mut builder = StringBuilder::with_capacity(length, size);
        for row in 0..length {
            let parts = texts.iter().map(|text| text.is_valid(row).then(|| text.value(row)));
            builder.append_option(parts.collect::<Option<Vec<_>>>().map(|parts| parts.concat()));
        }
        let joined = builder.finish();
        Ok(if is_constant {
            ColumnarValue::Scalar(datafusion::common::ScalarValue::try_from_array(&joined, 0)?)
        } else {
            ColumnarValue::Array(Arc::new(joined))
        })
    }
}
