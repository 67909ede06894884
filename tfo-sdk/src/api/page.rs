//! Pages of lists, and what a read did to answer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "{T}Page")]
pub struct Page<T> {
    /// The records, in the order asked for.
    pub items: Vec<T>,
    /// Given back as `pageToken`, it continues where this page ends; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_page_token: Option<String>,
    /// What was read to answer.
    pub scan: Scan,
}

/// What a read touched, and whether its answer is whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Scan {
    /// Files opened.
    pub files: u64,
    /// Rows looked at, in files and in memory.
    pub rows: u64,
    /// Bytes read from files.
    pub bytes: u64,
    /// False when a limit ended the read before everything that was asked for had been looked at.
    pub complete: bool,
    /// Why it is not complete, in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub incomplete_because: Option<String>,
}
