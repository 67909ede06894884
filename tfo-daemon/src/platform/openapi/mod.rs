//! Routes that are documented where they are made: one call gives the router its route and the OpenAPI document
//! its operation, so there is none without the other.
//!
//! What a handler does is held against what its operation says: in a debug build, parameters that are read but not
//! declared (or declared and not read), and answers that are not documented, are failures of the request. Every
//! test that calls a route thereby checks its documentation.

mod document;
mod operation;
mod page;
mod param;
mod routes;

pub(crate) use document::document;
pub(crate) use operation::{Content, Operation, Tag};
pub(crate) use page::{STYLE, page};
pub(crate) use param::Param;
pub(crate) use routes::{Matched, Routes};

/// Writes the schema of a type, or a reference to it.
pub(crate) type SchemaOf = fn(&mut schemars::SchemaGenerator) -> schemars::Schema;

/// The schema of `T`.
pub(crate) fn schema_of<T: schemars::JsonSchema>(
    generator: &mut schemars::SchemaGenerator,
) -> schemars::Schema {
    generator.subschema_for::<T>()
}
