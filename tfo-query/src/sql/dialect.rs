//! The dialect that SQL is read in: the parser's generic one, with an end to the steps that reading may take.
//!
//! Where the parser cannot tell what comes, it tries one way and then another, and within the second tries all again
//! that it tried within the first. So a statement of some hundred characters, nested a few dozen deep, would keep it
//! busy for hours. It asks its dialect before it reads any expression: there the steps are counted, and the error
//! that it takes for final ends it.

use std::any::TypeId;
use std::cell::Cell;

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::dialect::{Dialect, GenericDialect};
use datafusion::sql::sqlparser::parser::{Parser, ParserError};

/// How often the parser may begin to read an expression: some three times for each word of the longest statement.
const MAX_STEPS: u32 = 100_000;

/// The generic dialect, for one statement.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    steps: Cell<u32>,
}

impl Counted {
    /// Whether reading was ended because it took too many steps.
    pub(crate) fn ran_out(&self) -> bool {
        self.steps.get() > MAX_STEPS
    }
}

/// What the generic dialect has and others may lack.
macro_rules! has {
    ($($feature:ident)*) => {
        $(fn $feature(&self) -> bool {
            GenericDialect.$feature()
        })*
    };
}

impl Dialect for Counted {
    fn dialect(&self) -> TypeId {
        TypeId::of::<GenericDialect>()
    }

    fn parse_prefix(&self, _: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
        self.steps.set(self.steps.get().saturating_add(1));
        self.ran_out().then_some(Err(ParserError::RecursionLimitExceeded))
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        GenericDialect.is_delimited_identifier_start(ch)
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        GenericDialect.is_identifier_start(ch)
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        GenericDialect.is_identifier_part(ch)
    }

    // All that a query can meet.
    has! {
        supports_unicode_string_literal
        supports_partition_by_after_order_by
        supports_array_join_syntax
        supports_group_by_expr
        supports_group_by_with_modifier
        supports_left_associative_joins_without_parens
        supports_connect_by
        supports_match_recognize
        supports_pipe_operator
        supports_window_function_null_treatment_arg
        supports_dictionary_syntax
        supports_window_clause_named_window_reference
        supports_select_wildcard_except
        support_map_literal_syntax
        allow_extract_custom
        allow_extract_single_quotes
        supports_extract_comma_syntax
        supports_parens_around_table_factor
        supports_values_as_table_factor
        supports_limit_comma
        supports_from_first_select
        supports_projection_trailing_commas
        supports_try_convert
        supports_bitwise_shift_operators
        supports_named_fn_args_with_assignment_operator
        supports_struct_literal
        supports_empty_projections
        supports_nested_comments
        supports_multiline_comment_hints
        supports_string_escape_constant
        supports_array_typedef_with_brackets
        supports_match_against
        supports_filter_during_aggregation
        supports_select_wildcard_exclude
        supports_data_type_signed_suffix
        supports_interval_options
        supports_quote_delimited_string
        supports_select_wildcard_replace
        supports_select_wildcard_ilike
        supports_select_wildcard_rename
        supports_prewhere
        supports_with_fill
        supports_limit_by
        supports_interpolate
        supports_settings
        supports_select_format
        supports_comment_optimizer_hint
        supports_comma_separated_trim
        supports_cte_without_as
        supports_select_item_multi_column_alias
        supports_xml_expressions
    }
}
