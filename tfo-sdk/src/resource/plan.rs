//! Plans: what an apply would do, or has done. The JSON form is stable: new keys may appear, known ones keep their meaning.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::document::{ResourceRef, SetRef};
use super::name::{Name, Scope};
use crate::time::Timestamp;

/// The version of the JSON form.
pub const FORMAT_VERSION: &str = "1.0";

/// Many documents to be planned, and to be committed or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanRequest {
    /// The set that the documents are of.
    pub set: SetRef,
    /// Where documents stand that do not say so; the place of the set by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_scope: Option<Scope>,
    /// The documents.
    pub documents: Vec<SourceDocument>,
    /// Whether to do it, or only to say what would be done.
    #[serde(default)]
    pub commit: bool,
    /// Deletes the set's members that are not among the documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prune: Option<Prune>,
    /// Takes fields over from other sets.
    #[serde(default)]
    pub force_conflicts: bool,
    /// Takes resources in that were made outside of any set.
    #[serde(default)]
    pub adopt: bool,
    /// Takes resources over from this set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopt_from: Option<Name>,
    /// Leaves fields as they are that somebody has changed by hand.
    #[serde(default)]
    pub keep_drift: bool,
    /// What must still be as it was when a plan was made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expect: Vec<Expectation>,
}

/// A document, and where it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SourceDocument {
    /// The resource.
    pub document: Value,
    /// Where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Source {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// How far pruning may go.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Prune {
    /// How many resources may be deleted; without it, at most 10 or 30 % of the set, whatever is more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Kinds that hold data or access and may be deleted all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Whether there may be no document at all.
    #[serde(default)]
    pub allow_empty: bool,
}

/// What a resource was when a plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Expectation {
    /// The resource.
    #[serde(rename = "ref")]
    pub reference: ResourceRef,
    /// Its generation; 0 where there was none.
    pub generation: u64,
}

/// What an apply does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The version of this form.
    pub format_version: String,
    /// The set.
    pub set: SetRef,
    /// Whether it was done.
    pub committed: bool,
    /// How much of what.
    pub summary: Summary,
    /// What is done, in the order in which it is done.
    pub changes: Vec<Change>,
    /// Fields that other sets own; where there are any, nothing is done.
    pub conflicts: Vec<Conflict>,
    /// What else there is to say.
    pub diagnostics: Vec<PlanDiagnostic>,
    /// Fields that this version does not know; they are written as they came.
    #[serde(flatten)]
    #[schemars(skip)]
    pub other: Map<String, Value>,
}

/// How many resources of which action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Made.
    pub create: u64,
    /// Changed, renamed ones and adopted ones among them.
    pub update: u64,
    /// Deleted.
    pub delete: u64,
    /// Taken into the set.
    pub adopt: u64,
    /// Renamed.
    pub rename: u64,
    /// Had back after they were deleted.
    pub restore: u64,
    /// Not deleted, for they are protected.
    pub keep: u64,
    /// As they are wanted.
    pub unchanged: u64,
    /// Fields that somebody has changed by hand.
    pub drift: u64,
    /// Fields that other sets own.
    pub conflict: u64,
}

/// What happens to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is deleted.
    Delete,
    /// It is had back after it was deleted.
    Restore,
    /// It is not deleted, for it is protected.
    Keep,
    /// It is as it is wanted.
    Unchanged,
}

/// What happens to one resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// What happens.
    pub action: Action,
    /// To which resource, by its name afterwards.
    #[serde(rename = "ref")]
    pub reference: ResourceRef,
    /// Its identity, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Its generation before; 0 where there was none.
    pub base_generation: u64,
    /// Where its document was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Why: `new`, `field-changed`, `drift`, `pruned`, `renamed`, `adopted`, `taken-over`, `owned`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// Permissions that it takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
    /// Its name before, where it is renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<Name>,
    /// The fields that change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
    /// Fields that this version does not know; they are written as they came.
    #[serde(flatten)]
    #[schemars(skip)]
    pub other: Map<String, Value>,
}

/// What happens to one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// JSON Pointer from the root of the resource.
    pub path: String,
    /// Whether it comes, goes, or changes.
    pub op: FieldOp,
    /// What it was; a secret says `<set>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What it will be; a secret says `<set>` or `<changed>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// Whether it is a secret.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// Whether the daemon fills it in, and nobody has asked for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
    /// Who changed it by hand, where somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
}

/// What happens to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FieldOp {
    /// It comes.
    Add,
    /// It goes.
    Remove,
    /// It changes.
    Replace,
}

/// Who changed a field by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    /// Who.
    pub by: String,
    /// By what: `edit`, `rest`.
    pub via: String,
    /// When.
    pub at: Timestamp,
    /// Whether it stays as it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
}

/// A field that another set owns, with another value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    /// The resource.
    #[serde(rename = "ref")]
    pub reference: ResourceRef,
    /// JSON Pointer to the field; empty where it is the whole resource.
    pub path: String,
    /// Who owns it.
    pub owners: Vec<Owner>,
    /// What was wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Value>,
    /// Where the document was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What it is about, in words, and what to do.
    pub message: String,
}

/// Who owns a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Owner {
    /// The set.
    pub set: SetRef,
    /// The value that it wants.
    pub value: Value,
    /// Who applied it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// Something to be said about a plan, or a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanDiagnostic {
    /// How bad it is.
    pub severity: PlanSeverity,
    /// What kind of thing, for programs.
    pub code: String,
    /// What it is.
    pub message: String,
    /// The document, by its place among those that were sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<usize>,
    /// JSON Pointer into it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pointer: String,
    /// Where the document was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PlanSeverity {
    /// Nothing is done because of it.
    Error,
    /// It is done, and should be looked at.
    Warning,
}

impl Plan {
    /// Whether anything would change.
    pub fn is_empty(&self) -> bool {
        let Summary { create, update, delete, restore, .. } = self.summary;
        create + update + delete + restore == 0
    }

    /// Whether something keeps it from being done.
    pub fn is_refused(&self) -> bool {
        !self.conflicts.is_empty()
            || self.diagnostics.iter().any(|diagnostic| diagnostic.severity == PlanSeverity::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_newer_daemon_says_of_a_plan_is_written_as_it_came() {
        let newer = serde_json::json!({
            "formatVersion": "1.1",
            "set": {"name": "shop", "scope": "eu/acme"},
            "committed": false,
            "summary": Summary::default(),
            "changes": [{
                "action": "create",
                "ref": {"kind": "Quota", "scope": "eu/acme", "name": "q"},
                "baseGeneration": 0,
                "cost": {"euros": 5},
            }],
            "conflicts": [],
            "diagnostics": [],
            "approvals": ["two"],
        });
        let read: Plan = serde_json::from_value(newer.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), newer);
    }
}
