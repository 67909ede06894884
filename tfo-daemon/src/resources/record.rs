//! A resource as it is kept: what stands, and what each set has asked for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tfo_sdk::Timestamp;
use tfo_sdk::resource::document::API_VERSION;
use tfo_sdk::resource::kind::find_exactly;
use tfo_sdk::resource::plan::Source;
use tfo_sdk::resource::{
    Hold, KindInfo, Level, Metadata, Name, Reference, Resource, ResourceRef, Scope, SetRef, SpecProblem,
};
use uuid::Uuid;

use super::pointer::{document, leaves};

/// A resource as the database and the journal have it. Secrets are sealed in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    pub(crate) uid: Uuid,
    pub(crate) kind: String,
    pub(crate) scope: Scope,
    pub(crate) name: Name,
    /// How often what stands has changed; one whose name another had before goes on counting.
    pub(crate) generation: u64,
    /// The place in the journal of its last change.
    pub(crate) revision: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deleted_at: Option<Timestamp>,
    /// It is deleted for good: nobody waits for its grace time, and it cannot be had back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) erased: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) built_in: bool,
    /// What stands, as it was spelled, without defaults: `metadata` (labels, …) and `spec`.
    pub(crate) content: Value,
    /// The set that alone may prune it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) home: Option<SetRef>,
    /// What sets have asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) intents: Vec<Intent>,
    /// Who changed what a set has asked for, by pointer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) overrides: BTreeMap<String, Override>,
}

/// What one set has asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Intent {
    pub(crate) set: SetRef,
    /// The fields that it owns, with the values that it wants.
    pub(crate) content: Value,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<Source>,
}

/// A change by hand of what a set owns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Override {
    pub(crate) by: String,
    pub(crate) via: String,
    pub(crate) at: Timestamp,
}

/// A record that was read, with what follows from it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stored {
    pub(crate) record: Record,
    /// Its spec with defaults, in one spelling.
    pub(crate) spec: Value,
    pub(crate) references: Vec<Reference>,
}

impl Stored {
    /// # Errors
    /// What is wrong with the record's spec, by pointer.
    pub(crate) fn new(record: Record) -> Result<Self, Vec<SpecProblem>> {
        let kind = record.kind()?;
        let canonical = kind.canonical(record.content.get("spec").unwrap_or(&json!({})))?;
        Ok(Self { record, spec: canonical.spec, references: canonical.references })
    }

    /// Metadata and spec as they act: what two resources are compared by.
    pub(crate) fn effect(&self) -> Value {
        let metadata = self.record.content.get("metadata").cloned().unwrap_or_else(|| json!({}));
        json!({"metadata": metadata, "spec": self.spec})
    }

    /// As REST shows it.
    pub(crate) fn resource(&self) -> Resource {
        let record = &self.record;
        let spec = self.spec.as_object().cloned().unwrap_or_default();
        let ready = json!({
            "type": "Ready",
            "status": if record.deleted_at.is_none() { "True" } else { "False" },
            "observedGeneration": record.generation,
        });
        let status = Map::from_iter([("conditions".to_owned(), json!([ready]))]);
        Resource {
            api_version: API_VERSION.to_owned(),
            kind: record.kind.clone(),
            metadata: record.metadata(),
            spec,
            status: Some(status),
            other: Map::new(),
        }
    }
}

impl Record {
    pub(crate) fn kind(&self) -> Result<&'static KindInfo, Vec<SpecProblem>> {
        find_exactly(&self.kind).ok_or_else(|| {
            let message = format!("this version knows no kind {:?}", self.kind);
            vec![SpecProblem::new("/kind", "unknown-kind", message)]
        })
    }

    pub(crate) fn reference(&self) -> ResourceRef {
        ResourceRef { kind: self.kind.clone(), scope: self.scope.clone(), name: self.name.clone() }
    }

    pub(crate) fn is_protected(&self) -> bool {
        self.content.pointer("/metadata/deletionProtection") == Some(&Value::Bool(true))
    }

    pub(crate) fn intent(&self, set: &SetRef) -> Option<&Intent> {
        self.intents.iter().find(|intent| intent.set == *set)
    }

    /// Gives it another home, and to that all that the one so far has asked of it. What it asks for already stays its own.
    pub(crate) fn move_home(&mut self, to: &SetRef) {
        let Some(home) = self.home.replace(to.clone()).filter(|home| home != to) else { return };
        // Others may have taken all its fields over.
        if self.intent(&home).is_none() {
            return;
        }
        let own = self.intent(to).map(|intent| leaves(&intent.content)).unwrap_or_default();
        self.intents.retain(|intent| intent.set != *to);
        for intent in self.intents.iter_mut().filter(|intent| intent.set == home) {
            let mut all = own.clone();
            all.extend(leaves(&intent.content));
            intent.content = document(&all);
            intent.set = to.clone();
        }
    }

    /// The fields that an apply leaves as they are now, by pointer.
    pub(crate) fn held(&self, now: Timestamp) -> Vec<String> {
        let holds = self.content.pointer("/metadata/holds").cloned();
        let holds: Vec<Hold> = holds.and_then(|holds| serde_json::from_value(holds).ok()).unwrap_or_default();
        let active = holds.into_iter().filter(|hold| hold.until.is_none_or(|until| now < until));
        active.map(|hold| format!("/{}", hold.path.replace('.', "/"))).collect()
    }

    /// The place that it is, for what stands in it.
    pub(crate) fn place(&self) -> Option<Scope> {
        self.kind().ok().filter(|kind| kind.is_place)?;
        self.scope.child(&self.name)
    }

    fn metadata(&self) -> Metadata {
        let wishes = self.content.get("metadata").cloned().unwrap_or_else(|| json!({}));
        let read = |key: &str| wishes.get(key).cloned();
        let level = |level: Level| (self.scope.level() == level).then(|| self.scope.clone());
        let parse_map = |value: Option<Value>| value.and_then(|value| serde_json::from_value(value).ok());
        let home = self.home.iter().cloned();
        let others = self
            .intents
            .iter()
            .map(|intent| intent.set.clone())
            .filter(|set| Some(set) != self.home.as_ref());
        Metadata {
            name: self.name.clone(),
            region: level(Level::Region),
            organization: level(Level::Organization),
            workspace: level(Level::Workspace),
            tenant: level(Level::Tenant),
            labels: parse_map(read("labels")).unwrap_or_default(),
            annotations: parse_map(read("annotations")).unwrap_or_default(),
            deletion_protection: self.is_protected(),
            holds: read("holds").and_then(|holds| serde_json::from_value(holds).ok()).unwrap_or_default(),
            renamed_from: None,
            uid: Some(self.uid.to_string()),
            generation: Some(self.generation),
            created_at: Some(self.created_at),
            updated_at: Some(self.updated_at),
            deleted_at: self.deleted_at,
            managed_by: home.chain(others).collect(),
            built_in: self.built_in,
            other: Map::new(),
        }
    }
}
