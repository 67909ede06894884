//! Errors.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An error, as RFC 9457 says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// What kind of error, for people.
    pub title: String,
    /// What happened, where, and what to do.
    pub detail: String,
    /// What kind of error, for programs; never changes its meaning.
    pub code: String,
    /// The request that failed, as the daemon's log names it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request_id: Option<String>,
    /// Each mistake of an invalid request.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub errors: Vec<FieldError>,
}

/// One mistake in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldError {
    /// The parameter or the JSON path.
    pub path: String,
    /// What is wrong and what was expected.
    pub message: String,
}
