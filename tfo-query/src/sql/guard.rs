//! What SQL is accepted at all, decided on its text and its syntax tree, before anything is planned.
//!
//! One statement, a query, that reads tables and nothing else. And a size that planning can bear: the planner
//! follows expressions, set operations and joins down the stack, and puts each use of a common table expression
//! in full into the plan, so that twenty short ones that use each other twice would make a million.
//!
//! It needs nothing but the parser, so that it can be fuzzed without the engine (`fuzz/`).

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, ObjectName, Query, Select, SetExpr, Statement, TableFactor, Visit, Visitor,
};
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use super::dialect::Counted;
use super::refused::REFUSED;
use crate::error::QueryError;

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
    let dialect = Counted::default();
    let tokens = Tokenizer::new(&dialect, sql)
        .tokenize_with_location()
        .map_err(|error| QueryError::Invalid(error.to_string()))?;
    let words: Vec<&Token> = tokens
        .iter()
        .map(|token| &token.token)
        .filter(|token| !matches!(token, Token::Whitespace(_)))
        .collect();
    check_words(&words)?;
    let mut parser = Parser::new(&dialect).with_recursion_limit(NESTING).with_tokens_with_locations(tokens);
    let statement = only_statement(&mut parser);
    if dialect.ran_out() {
        return Err(refused("the statement can be read in too many ways; nest less in it".to_owned()));
    }
    let statement = statement.map_err(|error| invalid(&error))?;
    check(&statement)?;
    Ok(statement)
}

/// The statement, with nothing but semicolons around it: its words were seen to be one, but the parser may take it
/// to end earlier.
fn only_statement(parser: &mut Parser<'_>) -> Result<Statement, ParserError> {
    while parser.consume_token(&Token::SemiColon) {}
    let statement = parser.parse_statement()?;
    while parser.consume_token(&Token::SemiColon) {}
    match parser.peek_token() {
        end if end.token == Token::EOF => Ok(statement),
        more => parser.expected("end of statement", more),
    }
}

fn invalid(error: &ParserError) -> QueryError {
    match error {
        // The parser's own prefix says what kind of error of the parser it is, which helps nobody.
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => {
            QueryError::Invalid(message.clone())
        }
        ParserError::RecursionLimitExceeded => {
            refused(format!("the statement nests deeper than {NESTING} levels"))
        }
    }
}

/// What the words show already. The parser follows nested types and `EXPLAIN EXPLAIN` down without counting, so
/// those may not reach it.
fn check_words(words: &[&Token]) -> Result<(), QueryError> {
    if words.len() > MAX_TOKENS {
        let count = words.len();
        return Err(refused(format!("the statement has {count} words, at most {MAX_TOKENS} are accepted")));
    }
    let words = words.split(|word| matches!(word, Token::SemiColon)).filter(|words| !words.is_empty());
    let statements: Vec<_> = words.collect();
    let words = match statements.as_slice() {
        [] => return Err(QueryError::Invalid("there is no statement; write one SELECT".to_owned())),
        [words] => *words,
        _ => return Err(refused("one statement at a time".to_owned())),
    };
    let first = words.iter().find(|word| !matches!(word, Token::LParen));
    match first {
        Some(Token::Word(word))
            if ["SELECT", "WITH", "VALUES"].contains(&word.value.to_uppercase().as_str()) => {}
        Some(Token::Word(word)) if word.value.eq_ignore_ascii_case("explain") => {
            return Err(refused(
                "only SELECT is accepted, got EXPLAIN; POST /api/v2/query/sql/explain and tfo sql --explain show plans"
                    .to_owned(),
            ));
        }
        Some(Token::Word(word)) => {
            return Err(refused(format!("only SELECT is accepted, got {}", word.value.to_uppercase())));
        }
        _ => return Err(refused("only SELECT is accepted, and a statement begins with it".to_owned())),
    }
    let (mut open, mut types) = (0usize, 0usize);
    for (at, word) in words.iter().enumerate() {
        match word {
            Token::LBracket if matches!(words.get(at + 1), Some(Token::RBracket)) => {
                open += 1;
                types += 1;
            }
            Token::LParen | Token::LBracket | Token::LBrace => open += 1,
            Token::RParen | Token::RBracket | Token::RBrace => open = open.saturating_sub(1),
            Token::Lt => {
                let before = at.checked_sub(1).and_then(|before| words.get(before));
                let begins_type =
                    |name: &str| ["ARRAY", "STRUCT", "MAP"].contains(&name.to_uppercase().as_str());
                if matches!(before, Some(Token::Word(word)) if begins_type(&word.value)) {
                    types += 1;
                }
            }
            Token::Word(word) if word.value.eq_ignore_ascii_case("interval") => {
                let next = words.get(at + 1);
                if matches!(next, Some(Token::Word(word)) if word.value.eq_ignore_ascii_case("interval")) {
                    types += 1;
                }
            }
            _ => {}
        }
        if open > 2 * NESTING || types > NESTING {
            return Err(refused(format!("the statement nests deeper than {NESTING} levels")));
        }
    }
    Ok(())
}

/// Whether lists become rows in the statement, or may: the word is in it.
pub(crate) fn unnests(sql: &str) -> bool {
    sql.to_lowercase().contains("unnest")
}

fn refused(message: String) -> QueryError {
    QueryError::Refused(message)
}

fn check(statement: &Statement) -> Result<(), QueryError> {
    let other = || refused("only SELECT is accepted".to_owned());
    let Statement::Query(query) = statement else { return Err(other()) };
    let mut walk = Walk::default();
    if let ControlFlow::Break(error) = query.visit(&mut walk) {
        return Err(error);
    }
    if relations(query, &HashMap::new()) > MAX_RELATIONS { Err(too_many_relations()) } else { Ok(()) }
}

fn too_many_relations() -> QueryError {
    refused(format!(
        "the query reads tables and sub-queries more than {MAX_RELATIONS} times, counted as often as they are used"
    ))
}

/// Walks the tree once; stops at the first thing that is not accepted.
#[derive(Default)]
struct Walk {
    depth: usize,
    /// Queries, and tables that they define.
    queries: u64,
}

impl Visitor for Walk {
    type Break = QueryError;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<QueryError> {
        self.queries += 1 + query.with.as_ref().map_or(0, |with| with.cte_tables.len() as u64);
        // Each is a relation, or more; counted exactly they take longer.
        if self.queries > MAX_RELATIONS {
            return ControlFlow::Break(too_many_relations());
        }
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
    let name = plain(name);
    match REFUSED.iter().find(|(refused, _)| *refused == name) {
        Some((name, why)) => stop(format!("the function {name} is not accepted: {why}")),
        None => ControlFlow::Continue(()),
    }
}

/// The last part of a name, as functions and tables are found by it.
fn plain(name: &ObjectName) -> String {
    let part = name.0.last().and_then(|part| part.as_ident());
    part.map_or_else(|| name.to_string(), |ident| ident.value.clone()).to_lowercase()
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
            let weight = self.known.get(&plain(name)).copied().unwrap_or(1);
            self.sum = self.sum.saturating_add(weight);
        }
        ControlFlow::Continue(())
    }
}
