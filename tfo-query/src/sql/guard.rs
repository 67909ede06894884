//! What SQL is accepted at all, decided on its text and its syntax tree, before anything is planned.
//!
//! One statement, a query, that reads tables and nothing else. And a size that planning can bear: the planner
//! follows expressions, set operations and joins down the stack, and puts each use of a common table expression
//! in full into the plan, so that twenty short ones that use each other twice would make a million.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::{
    self, Expr, ObjectName, Query, Select, SetExpr, TableFactor, Visit, Visitor,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use super::functions::REFUSED;
use crate::error::{QueryError, of_sql};

/// How deep parentheses, sub-queries and function calls may nest.
pub(crate) const NESTING: usize = 50;
const MAX_BYTES: usize = 256 << 10;
const MAX_TOKENS: usize = 30_000;
/// How long a chain such as `a OR b OR c` may be, counted from any expression in it to its innermost part.
const MAX_CHAIN: usize = 600;
/// Tables, sub-queries and common table expressions, each counted as often as it is used.
const MAX_RELATIONS: u64 = 200;
const MAX_SET_OPERATIONS: usize = 100;

/// Reads the one query that the text is.
pub(crate) fn parse(sql: &str) -> Result<Statement, QueryError> {
    if sql.len() > MAX_BYTES {
        return Err(refused(format!(
            "the statement has {} bytes, at most {MAX_BYTES} are accepted",
            sql.len()
        )));
    }
    let dialect = GenericDialect {};
    let tokens = Tokenizer::new(&dialect, sql)
        .tokenize_with_location()
        .map_err(|error| QueryError::Invalid(error.to_string()))?;
    let count = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).count();
    if count > MAX_TOKENS {
        return Err(refused(format!("the statement has {count} words, at most {MAX_TOKENS} are accepted")));
    }
    let mut parser = DFParserBuilder::new(tokens)
        .with_dialect(&dialect)
        .with_recursion_limit(NESTING)
        .build()
        .map_err(of_sql)?;
    let mut statements = parser.parse_statements().map_err(of_sql)?;
    let statement = match (statements.pop_front(), statements.is_empty()) {
        (None, _) => return Err(QueryError::Invalid("there is no statement; write one SELECT".to_owned())),
        (Some(_), false) => return Err(refused("one statement at a time".to_owned())),
        (Some(statement), true) => statement,
    };
    check(&statement, sql)?;
    Ok(statement)
}

/// The tables that a query names.
pub(crate) fn table_names(statement: &Statement) -> Result<Vec<String>, QueryError> {
    let (tables, _) = resolve_table_references(statement, true).map_err(of_sql)?;
    Ok(tables.iter().map(|table| table.table().to_owned()).collect())
}

fn refused(message: String) -> QueryError {
    QueryError::Refused(message)
}

fn check(statement: &Statement, sql: &str) -> Result<(), QueryError> {
    let Statement::Statement(inner) = statement else { return Err(only_select(sql)) };
    let ast::Statement::Query(query) = inner.as_ref() else { return Err(only_select(sql)) };
    let mut walk = Walk::default();
    if let ControlFlow::Break(error) = inner.visit(&mut walk) {
        return Err(error);
    }
    if relations(query, &HashMap::new()) > MAX_RELATIONS {
        return Err(refused(format!(
            "the query reads tables and sub-queries more than {MAX_RELATIONS} times, counted as often as they are used"
        )));
    }
    Ok(())
}

fn only_select(sql: &str) -> QueryError {
    let word = sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').find(|word| !word.is_empty());
    refused(format!("only SELECT is accepted, got {}", word.unwrap_or("something else").to_uppercase()))
}

/// Walks the tree once; stops at the first thing that is not accepted.
#[derive(Default)]
struct Walk {
    depth: usize,
}

impl Visitor for Walk {
    type Break = QueryError;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<QueryError> {
        let mut operations = 0;
        let mut bodies = vec![query.body.as_ref()];
        while let Some(body) = bodies.pop() {
            match body {
                SetExpr::Select(_) | SetExpr::Query(_) | SetExpr::Values(_) => {}
                SetExpr::SetOperation { left, right, .. } => {
                    operations += 1;
                    bodies.extend([left.as_ref(), right.as_ref()]);
                }
                SetExpr::Insert(_) => return stop("only SELECT is accepted, got INSERT"),
                SetExpr::Update(_) => return stop("only SELECT is accepted, got UPDATE"),
                SetExpr::Delete(_) => return stop("only SELECT is accepted, got DELETE"),
                SetExpr::Merge(_) => return stop("only SELECT is accepted, got MERGE"),
                SetExpr::Table(_) => return stop("only SELECT is accepted, got TABLE; write SELECT * FROM"),
            }
        }
        if operations > MAX_SET_OPERATIONS {
            return stop(format!(
                "the query has {operations} set operations, at most {MAX_SET_OPERATIONS} are accepted"
            ));
        }
        if !query.locks.is_empty() {
            return stop("SELECT … FOR UPDATE or FOR SHARE is not accepted: queries lock nothing");
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<QueryError> {
        match &select.into {
            Some(_) => stop("SELECT INTO is not accepted: queries write nothing"),
            None => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<QueryError> {
        match factor {
            TableFactor::Table { name, args: Some(_), .. } | TableFactor::Function { name, .. } => {
                table_function(&name.to_string())
            }
            TableFactor::TableFunction { expr, .. } => table_function(&expr.to_string()),
            TableFactor::Table { .. }
            | TableFactor::Derived { .. }
            | TableFactor::UNNEST { .. }
            | TableFactor::NestedJoin { .. } => ControlFlow::Continue(()),
            other => stop(format!("not accepted in FROM: {other}")),
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<QueryError> {
        self.depth += 1;
        if self.depth > MAX_CHAIN {
            return stop(format!(
                "an expression of more than {MAX_CHAIN} steps; write x IN (…) for a chain of OR"
            ));
        }
        match expr {
            Expr::Function(function) => refused_function(&function.name),
            Expr::CompoundFieldAccess { access_chain, .. } if access_chain.len() > NESTING => {
                stop(format!("more than {NESTING} subscripts in a row"))
            }
            _ => ControlFlow::Continue(()),
        }
    }

    fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<QueryError> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }
}

fn stop(message: impl Into<String>) -> ControlFlow<QueryError> {
    ControlFlow::Break(refused(message.into()))
}

fn table_function(name: &str) -> ControlFlow<QueryError> {
    stop(format!("table functions are not accepted, got {name}: queries read the tenant's tables only"))
}

fn refused_function(name: &ObjectName) -> ControlFlow<QueryError> {
    let name = name.to_string().to_lowercase();
    match REFUSED.iter().find(|(refused, _)| *refused == name) {
        Some((name, why)) => stop(format!("the function {name} is not accepted: {why}")),
        None => ControlFlow::Continue(()),
    }
}

/// How many relations a query puts into its plan, with common table expressions as often as they are used.
fn relations(query: &Query, known: &HashMap<String, u64>) -> u64 {
    let mut known = known.clone();
    if let Some(with) = &query.with {
        for table in &with.cte_tables {
            let weight = relations(&table.query, &known);
            known.insert(table.alias.name.value.to_lowercase(), weight);
        }
    }
    let mut count = Count { known: &known, sum: 1, inside: 0 };
    let _ = query.visit(&mut count);
    count.sum
}

/// Counts what a query reads; queries in it count for themselves.
struct Count<'a> {
    known: &'a HashMap<String, u64>,
    sum: u64,
    inside: usize,
}

impl Visitor for Count<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.inside += 1;
        // The query itself is the first; one directly inside it is counted by a walk of its own.
        if self.inside == 2 {
            self.sum = self.sum.saturating_add(relations(query, self.known));
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.inside -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<()> {
        if self.inside == 1 {
            let weight = self.known.get(&name.to_string().to_lowercase()).copied().unwrap_or(1);
            self.sum = self.sum.saturating_add(weight);
        }
        ControlFlow::Continue(())
    }
}
