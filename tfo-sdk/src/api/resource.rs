//! Resources over REST: lists, history, sets, the journal.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::plan::FieldChange;
use crate::resource::{Name, Resource, ResourceRef, Scope, SetRef};
use crate::time::Timestamp;

/// One page of resources.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResourcePage {
    /// The resources, by place and name.
    pub items: Vec<Resource>,
    /// Given back as `pageToken`, it continues where this page ends; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_page_token: Option<String>,
    /// Where a watch goes on that is to see all changes since this list.
    pub revision: i64,
}

/// One change of a resource in its history.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// Its place in the journal.
    pub revision: i64,
    /// The generation that it made.
    pub generation: u64,
    /// What was done: `create`, `update`, `own`, `move`, `delete`, `remove`, `restore`.
    pub action: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// By what: `apply`, `edit`, `rest`.
    pub via: String,
    /// The set that was applied.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub set: Option<String>,
    /// The fields that changed.
    pub fields: Vec<FieldChange>,
}

/// The history of a resource, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevisionPage {
    /// Its changes.
    pub items: Vec<Revision>,
    /// Given back as `pageToken`, it continues where this page ends; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_page_token: Option<String>,
}

/// Back to what a resource was.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RollbackRequest {
    /// The generation to return to.
    pub generation: u64,
}

/// What a watch tells.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WatchEvent {
    /// Its place in the journal: a watch goes on behind it.
    pub revision: i64,
    /// What was done: `create`, `update`, `own`, `move`, `delete`, `remove`, `restore`.
    pub action: String,
    /// To which resource.
    #[serde(rename = "ref")]
    pub reference: ResourceRef,
    /// As it is now; absent when it is gone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resource: Option<Resource>,
}

/// A set and what it has.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetSummary {
    /// The set.
    pub set: SetRef,
    /// Resources that it may prune.
    pub members: u64,
    /// Resources of other sets, or of none, of which it owns fields.
    pub shared: u64,
    /// When it was last applied with a change.
    pub applied_at: Timestamp,
    /// By whom.
    pub by: String,
}

/// All sets.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetPage {
    /// By place and name.
    pub items: Vec<SetSummary>,
}

/// Resources that go from one set to another.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetMove {
    /// The resource.
    #[serde(rename = "ref")]
    pub reference: ResourceRef,
    /// The set that it goes to.
    pub to: SetRef,
}

/// The end of a set.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetDelete {
    /// The set.
    pub set: SetRef,
    /// What becomes of its members.
    pub members: MembersFate,
}

/// What becomes of the members of a set that ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MembersFate {
    /// They stay, and belong to nobody.
    Keep,
    /// They are deleted.
    Cascade,
}

/// An entry of the journal.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Its place in the journal.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub principal: String,
    /// By what.
    pub via: String,
    /// From where.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<String>,
    /// What was done.
    pub action: String,
    /// To what kind of thing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<String>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scope: Option<Scope>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<Name>,
    /// Its identity.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub uid: Option<String>,
    /// The generation that it made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub generation: Option<u64>,
    /// The set that was applied.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub set: Option<String>,
    /// As it was; secrets are sealed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<serde_json::Value>,
    /// As it is; secrets are sealed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<serde_json::Value>,
    /// SHA-256 of what was and is.
    pub digest: String,
    /// SHA-256 of the entry before, this one, and its digest.
    pub hash: String,
}

/// One page of the journal.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditPage {
    /// Newest first.
    pub items: Vec<AuditEntry>,
    /// Given back as `pageToken`, it continues where this page ends; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_page_token: Option<String>,
}

/// Whether the journal is whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditReport {
    /// Entries looked at.
    pub entries: u64,
    /// Entries whose records were taken out, as may be.
    pub erased: u64,
    /// The last entry, and its hash: kept elsewhere, they show whether the end was cut off later.
    pub last: i64,
    /// The hash of the last entry.
    pub hash: String,
    /// What is wrong, by entry.
    pub findings: Vec<String>,
}
