//! The SQL guard, with the parser under the name that the engine hands it on by.

pub use sqlparser;

#[path = "../../../tfo-query/src/sql/dialect.rs"]
pub(crate) mod dialect;
#[path = "../../../tfo-query/src/sql/guard.rs"]
pub(crate) mod guard;
#[path = "../../../tfo-query/src/sql/refused.rs"]
pub(crate) mod refused;
