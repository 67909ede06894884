//! Pages of lists, and what a read did to answer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

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
    /// Files that there are to look at: of a list those of its range, of SQL all of the tables that it names.
    #[serde(default)]
    pub files_considered: u64,
    /// Files opened: the others were ruled out by their times, or not come to.
    pub files: u64,
    /// Rows looked at, in files and in memory.
    pub rows: u64,
    /// Bytes read from files.
    pub bytes: u64,
    /// False when a limit ended the read before everything that was asked for had been looked at. A page that ends
    /// because it is full is complete.
    pub complete: bool,
    /// Why it is not complete.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub incomplete_code: Option<Incomplete>,
    /// Why it is not complete, in words, with what to do about it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub incomplete_because: Option<String>,
    /// How far back it looked, where that is not to the start of its range. A list that is newest first ended there,
    /// because the page is full or the answer not complete: all of its records from this time on are in this page and
    /// those before it. An answer that sums records up is made of those from this time on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub searched_since: Option<Timestamp>,
    /// The same of a list that is oldest first: all of its records before this time are in this page and those before
    /// it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub searched_until: Option<Timestamp>,
}

/// Why an answer is not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Incomplete {
    /// The time for one query was over, and this is what was found up to then. What has no part that is right (one
    /// trace, a list of traces that is oldest first, questions of metrics, SQL) fails with `query_deadline` instead.
    Deadline,
    /// The answer has as many rows, spans or values as an answer may have.
    RowLimit,
}

impl Scan {
    /// Says that the answer is not complete, and why.
    pub fn end_early(&mut self, code: Incomplete, because: impl Into<String>) {
        self.complete = false;
        self.incomplete_code = Some(code);
        self.incomplete_because = Some(because.into());
    }

    /// Adds what a later page of the same list says: figures add up, and the list reaches as far as that page does.
    pub fn add(&mut self, next: Self) {
        // Pages look at the same files: as many as the one that had most before it.
        self.files_considered = self.files_considered.max(next.files_considered);
        self.files += next.files;
        self.rows += next.rows;
        self.bytes += next.bytes;
        self.complete &= next.complete;
        self.incomplete_code = self.incomplete_code.or(next.incomplete_code);
        self.incomplete_because = self.incomplete_because.take().or(next.incomplete_because);
        self.searched_since = next.searched_since;
        self.searched_until = next.searched_until;
    }
}
