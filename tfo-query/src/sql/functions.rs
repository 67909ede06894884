//! The functions that SQL has: the engine's own, without those that make large values out of nothing.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use datafusion::execution::SessionStateDefaults;
use datafusion::logical_expr::planner::ExprPlanner;
use datafusion::logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, WindowUDF};

use super::attributes::AttributePlanner;
use super::bounded;
use super::map_entries::MapEntries;
use super::refused::REFUSED;

static SCALAR: LazyLock<Vec<Arc<ScalarUDF>>> = LazyLock::new(|| {
    let refused: HashSet<&str> = REFUSED.iter().map(|(name, _)| *name).collect();
    SessionStateDefaults::default_scalar_functions()
        .into_iter()
        .filter(|function| !refused.contains(function.name()))
        .map(MapEntries::instead)
        .map(bounded::bounded)
        .collect()
});

/// Functions of one row.
pub(crate) fn scalar() -> Vec<Arc<ScalarUDF>> {
    SCALAR.clone()
}

/// Functions that take functions.
pub(crate) fn higher_order() -> Vec<Arc<HigherOrderUDF>> {
    SessionStateDefaults::default_higher_order_functions()
}

/// Functions of many rows.
pub(crate) fn aggregate() -> Vec<Arc<AggregateUDF>> {
    SessionStateDefaults::default_aggregate_functions()
}

/// Functions of a window of rows.
pub(crate) fn window() -> Vec<Arc<WindowUDF>> {
    SessionStateDefaults::default_window_functions()
}

/// What gives syntax its functions; ours come first.
pub(crate) fn planners() -> Vec<Arc<dyn ExprPlanner>> {
    let mut planners: Vec<Arc<dyn ExprPlanner>> =
        vec![Arc::new(AttributePlanner), Arc::new(bounded::ConcatPlanner)];
    planners.extend(SessionStateDefaults::default_expr_planners());
    planners
}
