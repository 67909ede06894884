//! The one filter grammar of TelemetryFlow: REST's `?filter=`, the command line, live tail and saved queries.
//!
//! ```text
//! query := and ("OR" and)* ;   and := term (["AND"] term)* ;   term := ["-"|"!"|"NOT"] ( "(" query ")" | pred | text )
//! pred  := field ":" val | field ("="|"!="|">"|">="|"<"|"<=") val | field "~" /re/[i] | field ":*" (exists)
//! val   := word | glob* | "quoted" | {a,b} or a|b | 250ms | 5MiB | 100ms.. | a..b | error+
//! text  := word | "phrase" | /re/[i]
//! ```
//!
//! Fields are `severity`, `body`, `service`, `event`, `trace`, `span`, `name`, `kind`, `status`, `duration`; a name
//! with a dot is an attribute, as are `attr.k` and `attr."any key"`; `resource.k` and `scope.k` likewise. A word
//! may mix quotes and stars (`*"timed out"*`). `..` is a range on severity, duration and attributes, text
//! elsewhere.
//!
//! [`parse`] gives a tree whose nodes know their place in the text. The daemon lowers the tree to its query
//! plan; [`Filter::matches`] evaluates it on one record. Both agree on every record. `to_string` gives a text that
//! parses to the same tree.

mod ast;
mod display;
mod field;
mod matcher;
mod number;
mod parse;
mod predicate;
mod record;
#[cfg(test)]
mod tests;
mod value;
mod word;

pub use ast::{Compare, Field, Filter, Literal, Number, Pattern, Term, TermKind, Test};
pub use matcher::Matcher;
pub use parse::{FilterError, parse, parse_term};
pub use predicate::{Predicate, Record};
