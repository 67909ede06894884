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

/// Body of `POST /api/v2/query/sql/explain`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SqlExplainRequest {
    /// One SELECT.
    pub sql: String,
    /// Whether the statement is run too, for the figures of what it did. Its rows are not sent.
    #[serde(default)]
    pub analyze: bool,
}

/// Answer of `POST /api/v2/query/sql/explain`: how a statement is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SqlPlan {
    /// The tables that it reads, each as often as it reads it.
    pub tables: Vec<SqlTableRead>,
    /// Its steps, the one that gives the rows first; a step takes what those below it give that are one level deeper.
    pub steps: Vec<SqlStep>,
    /// What was read, when it was run.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scan: Option<Scan>,
}

/// How a statement reads a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SqlTableRead {
    /// `logs`, `spans` or `metric_points`; the other tables are made of these.
    pub table: String,
    /// Files that the table has.
    pub files: u64,
    /// Files that are left when those are ruled out whose times do not fit. What is in these is ruled out while they
    /// are read, in parts: see [`SqlPruned`].
    pub files_left: u64,
    /// Length in bytes of the files that are left.
    pub bytes_left: u64,
    /// Rows in memory.
    pub memory_rows: u64,
    /// Rows in memory and in the files that are left: so many are looked at at most. Estimated where there are many
    /// files.
    pub estimated_rows: u64,
    /// Columns that are read.
    pub columns: Vec<String>,
    /// Attributes that are read from columns of their own, not from the map of all.
    pub promoted_attributes: Vec<String>,
    /// Conditions that files, parts of files and rows are ruled out by as they are read.
    pub filters: Vec<String>,
}

/// A step of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SqlStep {
    /// 0 for the step that gives the rows.
    pub depth: u32,
    /// What it does, such as `Sort` or `Filter`.
    pub name: String,
    /// With what, as the engine writes it.
    pub detail: String,
    /// Rows that it gave, when the statement was run.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rows: Option<u64>,
    /// Nanoseconds that it took, on all threads together and without its inputs, when the statement was run.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub elapsed_ns: Option<u64>,
    /// Of a step that reads files: what it did not read of them, when the statement was run.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pruned: Option<SqlPruned>,
}

/// What was left out when files were read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SqlPruned {
    /// Files not read because nothing in them could be wanted any more.
    pub files: u64,
    /// Groups of rows not read because of their smallest and largest values.
    pub row_groups_by_statistics: u64,
    /// Groups of rows not read because their bloom filters lack the value.
    pub row_groups_by_bloom_filters: u64,
    /// Groups of rows that were read.
    pub row_groups_read: u64,
    /// Rows not read because of the smallest and largest values of their pages.
    pub rows_by_page_index: u64,
    /// Rows whose other columns were not read, because those of the conditions were read first.
    pub rows_by_filters: u64,
    /// Bytes that were read.
    pub bytes_read: u64,
}
