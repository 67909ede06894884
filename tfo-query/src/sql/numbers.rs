//! Text compared with numbers: read as a number, null where it is none.
//!
//! Attributes are text in SQL whatever they were when they were sent, and the engine casts text to the type of the
//! number: one record with `5.0` or `n/a` would fail the query for all. A `CAST` that the user writes stays one, and
//! so do literals, where text that is no number is a slip of the pen.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ExprSchemable, Operator, try_cast};

/// Beyond this, doubles do not tell integers apart.
const EXACT: i64 = 1 << f64::MANTISSA_DIGITS;

/// The rewrite of such comparisons, before the engine settles types.
#[derive(Debug)]
pub(crate) struct TextAsNumber;

impl FunctionRewrite for TextAsNumber {
    fn name(&self) -> &str {
        "text_as_number"
    }

    fn rewrite(&self, mut expr: Expr, schema: &DFSchema, _: &ConfigOptions) -> Result<Transformed<Expr>> {
        let mut operands = operands(&mut expr);
        // What has no type is an error that the engine tells better.
        let types: Result<Vec<_>> = operands.iter().map(|operand| operand.get_type(schema)).collect();
        let types = types.unwrap_or_default();
        let Some(number) = common_number(&operands, &types) else {
            return Ok(Transformed::no(expr));
        };
        let mut changed = false;
        for (operand, kind) in operands.iter_mut().zip(&types) {
            if kind.is_string() && !matches!(operand, Expr::Literal(..)) {
                **operand = try_cast(std::mem::take(*operand), number.clone());
                changed = true;
            }
        }
        drop(operands);
        Ok(if changed { Transformed::yes(expr) } else { Transformed::no(expr) })
    }
}

/// What an expression compares.
fn operands(expr: &mut Expr) -> Vec<&mut Expr> {
    use Operator::{Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq};
    match expr {
        Expr::BinaryExpr(binary)
            if matches!(
                binary.op,
                Eq | NotEq | Lt | LtEq | Gt | GtEq | IsDistinctFrom | IsNotDistinctFrom
            ) =>
        {
            vec![&mut binary.left, &mut binary.right]
        }
        Expr::Between(between) => vec![&mut between.expr, &mut between.low, &mut between.high],
        Expr::InList(list) => std::iter::once(list.expr.as_mut()).chain(&mut list.list).collect(),
        Expr::Case(case) => match &mut case.expr {
            Some(base) => {
                let whens = case.when_then_expr.iter_mut().map(|(when, _)| when.as_mut());
                std::iter::once(base.as_mut()).chain(whens).collect()
            }
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The type to read text as: doubles, so that 5.0 is 5, unless an integer among the operands is too large for them.
fn common_number(operands: &[&mut Expr], types: &[DataType]) -> Option<DataType> {
    let large = operands.iter().zip(types).find(|(operand, _)| match operand {
        Expr::Literal(ScalarValue::Int64(Some(value)), _) => !(-EXACT..=EXACT).contains(value),
        Expr::Literal(ScalarValue::UInt64(Some(value)), _) => *value > EXACT.unsigned_abs(),
        _ => false,
    });
    match large {
        Some((_, kind)) => Some(kind.clone()),
        None => types.iter().any(DataType::is_numeric).then_some(DataType::Float64),
    }
}
