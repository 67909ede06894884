//! The decoder's targets, and what its tests say that it must answer.

#[path = "../../../tfo-store/tests/it/otlp/expected.rs"]
mod expected;
#[path = "../../../tfo-store/tests/it/otlp/fuzz.rs"]
pub(crate) mod fuzz;
#[path = "../../../tfo-store/tests/it/otlp/helpers.rs"]
mod helpers;
#[path = "../../../tfo-store/tests/it/otlp/json_writer.rs"]
mod json_writer;
