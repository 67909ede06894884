//! Where a record came from: resource and scope.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::value::Attributes;

/// Who produced a record: OpenTelemetry's `Resource`, with the schema of the message around it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// The resource's attributes; `service.name` stands here too.
    #[serde(default)]
    pub attributes: Attributes,
    /// Attributes that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_attributes_count: Option<u32>,
    /// Entities that the resource refers to, as OTLP's JSON.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub entity_refs: Vec<EntityRef>,
}

/// OpenTelemetry's `EntityRef` (common/v1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntityRef {
    /// Schema of the entity's attributes.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub schema_url: String,
    /// Type of the entity, such as `host`.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty", default)]
    pub kind: String,
    /// Keys of the resource attributes that identify it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub id_keys: Vec<String>,
    /// Keys of the resource attributes that describe it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub description_keys: Vec<String>,
}

/// What code produced a record: OpenTelemetry's `InstrumentationScope`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Scope {
    /// Name of the library or logger.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<String>,
    /// Its attributes.
    #[serde(skip_serializing_if = "Attributes::is_empty", default)]
    pub attributes: Attributes,
    /// Attributes that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_attributes_count: Option<u32>,
}

/// Where a record came from; the same four fields stand in every record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// The resource, absent when the message had none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resource: Option<Resource>,
    /// Schema of the resource's message.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resource_schema_url: Option<String>,
    /// The scope, absent when the message had none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scope: Option<Scope>,
    /// Schema of the scope's message.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scope_schema_url: Option<String>,
}
