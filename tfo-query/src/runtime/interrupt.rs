//! Plans that can be stopped: the last change to each before it runs, but for how many rows it handles at once.
//!
//! A task is only stopped where it waits, and much of the engine waits only for its input. A join makes of a few
//! rows of input as many as it likes, or looks at as many and finds that none of them match, all without a pause.
//! So whoever reads from a join pauses now and then, and the condition of a join fails once its query is over.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::DataType;
use datafusion::catalog::Session;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::{
    ColumnarValue, LogicalPlan, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner};

use super::rows;
use super::threads::is_over;

/// The engine's own planner, with plans that can be stopped.
#[derive(Debug)]
pub(crate) struct Planner;

#[async_trait]
impl QueryPlanner for Planner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let plan = plan.clone().transform_up_with_subqueries(|plan| Ok(with_conditions_that_end(plan)))?.data;
        let plan = DefaultPhysicalPlanner::default().create_physical_plan(&plan, session).await?;
        rows::sized(plan.transform_up(|plan| Ok(with_pauses(plan)))?.data, session)
    }
}

/// The plan is optimized already, so that no rule is kept from looking into the condition.
fn with_conditions_that_end(plan: LogicalPlan) -> Transformed<LogicalPlan> {
    match plan {
        LogicalPlan::Join(mut join) => {
            let changed = join.filter.is_some();
            let function = ScalarUDF::new_from_impl(UntilOver::default());
            join.filter = join.filter.map(|condition| function.call(vec![condition]));
            Transformed::new_transformed(LogicalPlan::Join(join), changed)
        }
        other => Transformed::no(other),
    }
}

fn with_pauses(plan: Arc<dyn ExecutionPlan>) -> Transformed<Arc<dyn ExecutionPlan>> {
    if plan.children().len() > 1 {
        Transformed::yes(Arc::new(CooperativeExec::new(plan)))
    } else {
        Transformed::no(plan)
    }
}

/// Its argument, as long as the query is not over.
#[derive(Debug, PartialEq, Eq, Hash)]
struct UntilOver {
    signature: Signature,
}

impl Default for UntilOver {
    fn default() -> Self {
        Self { signature: Signature::any(1, Volatility::Stable) }
    }
}

impl ScalarUDFImpl for UntilOver {
    fn name(&self) -> &str {
        "until_over"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [condition] => Ok(condition.clone()),
            _ => Err(DataFusionError::Plan("until_over takes one condition".to_owned())),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if is_over() {
            return Err(DataFusionError::Execution("the query is over".to_owned()));
        }
        let mut arguments = arguments.args;
        arguments.pop().ok_or_else(|| DataFusionError::Plan("until_over takes one condition".to_owned()))
    }
}
