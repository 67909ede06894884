//! The body of the fuzz target `sql_guard`.

use datafusion::sql::sqlparser::ast::{Expr, Query, Statement, Visit, Visitor};
use std::ops::ControlFlow;

use crate::sql::guard::{NESTING, parse, unnests};
use crate::sql::refused::REFUSED;

/// Any text is refused, or is one query that calls nothing of what is refused, reads tables only, and nests as
/// little as planning can bear.
pub(crate) fn sql_guard(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(statement) = parse(text) else { return };
    let Statement::Query(query) = &statement else { panic!("no query: {statement}") };
    let mut depth = Depth::default();
    assert!(query.visit(&mut depth).is_continue(), "nests too deep: {text}");
    // How the tree prints does not depend on what the parser lets a visitor see.
    let tree = format!("{statement:?}");
    for called in calls(&tree) {
        let called = called.to_lowercase();
        assert!(REFUSED.iter().all(|(name, _)| *name != called), "calls {called}: {text}");
    }
    for node in ["Insert(", "Update(", "Delete(", "Merge(", "into: Some(", "args: Some(", "TableFunction {"] {
        assert!(!nodes(&tree, node), "has {node}: {text}");
    }
    assert!(unnests(text) || !nodes(&tree, "UNNEST {"), "unnests unseen: {text}");
}

/// Counts how deep expressions and queries nest, in levels of either.
#[derive(Default)]
struct Depth {
    expressions: usize,
    queries: usize,
}

impl Visitor for Depth {
    type Break = ();

    fn pre_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        self.expressions += 1;
        if self.expressions > 600 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        self.expressions -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.queries += 1;
        if self.queries > NESTING { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.queries -= 1;
        ControlFlow::Continue(())
    }
}

/// The names of all functions that a printed tree calls.
fn calls(tree: &str) -> impl Iterator<Item = &str> {
    tree.split("Function { name: ObjectName([").skip(1).filter_map(|call| {
        let name = call.split_once("])").map_or(call, |(name, _)| name);
        name.rsplit_once("value: \"")?.1.split('"').next()
    })
}

/// Whether a printed tree has a node, outside of the texts in it.
fn nodes(tree: &str, node: &str) -> bool {
    tree.match_indices(node).any(|(at, _)| {
        let before = tree[..at].chars().next_back();
        let inside = tree[..at].replace("\\\\", "").replace("\\\"", "").matches('"').count() % 2 == 1;
        !inside && before.is_none_or(|before| !before.is_alphanumeric())
    })
}
