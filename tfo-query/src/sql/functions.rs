//! The functions that SQL has: the engine's own, without those that make large values out of nothing.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use datafusion::execution::SessionStateDefaults;
use datafusion::logical_expr::planner::ExprPlanner;
use datafusion::logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, WindowUDF};

use super::attributes::AttributePlanner;
use super::bounded;
use super::map_entries::MapEntries;

const ANY_SIZE: &str = "it can make values of any size";
const INTERNAL: &str = "it shows how data is stored, which may change";

/// Functions that are not accepted, with the reason.
pub(crate) const REFUSED: &[(&str, &str)] = &[
    ("repeat", ANY_SIZE),
    ("lpad", ANY_SIZE),
    ("rpad", ANY_SIZE),
    ("range", ANY_SIZE),
    ("generate_series", ANY_SIZE),
    ("array_repeat", ANY_SIZE),
    ("list_repeat", ANY_SIZE),
    ("array_resize", ANY_SIZE),
    ("list_resize", ANY_SIZE),
    ("arrow_cast", INTERNAL),
    ("arrow_try_cast", INTERNAL),
    ("arrow_field", INTERNAL),
    ("arrow_metadata", INTERNAL),
    ("with_metadata", INTERNAL),
    ("cast_to_type", INTERNAL),
    ("try_cast_to_type", INTERNAL),
    ("input_file_name", INTERNAL),
    ("file_row_index", INTERNAL),
];

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
