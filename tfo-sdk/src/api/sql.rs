//! SQL over REST.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::page::Scan;
use crate::value::AnyValue;

/// Body of `POST /api/v2/query/sql`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SqlRequest {
    /// One SELECT.
    pub sql: String,
}

/// Answer of `POST /api/v2/query/sql`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SqlAnswer {
    /// The columns, in order.
    pub columns: Vec<SqlColumn>,
    /// The rows: a value a column.
    pub rows: Vec<Vec<AnyValue>>,
    /// What was read to answer.
    pub scan: Scan,
}

/// A column of an SQL answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SqlColumn {
    /// Its name or alias.
    pub name: String,
    /// Its SQL type in lower case, such as `bigint`.
    #[serde(rename = "type")]
    pub kind: String,
}
