//! Which attributes there are and what values they have, for completion.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::page::Scan;
use crate::value::AnyValue;

/// The keys of attributes, the most frequent first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttributeKeys {
    /// The keys; those of one count by place and key.
    pub items: Vec<AttributeKey>,
    /// How many keys there are in all, at least: with more than a limit allows, narrow the prefix.
    pub distinct: u64,
    /// What was read to answer: when there is a lot, only the newest records.
    pub scan: Scan,
}

/// Where an attribute stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AttributePlace {
    /// On the record itself.
    Record,
    /// On the resource.
    Resource,
    /// On the scope.
    Scope,
}

/// A key of attributes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttributeKey {
    /// The key.
    pub key: String,
    /// Where it stands.
    pub place: AttributePlace,
    /// What it is called in filters, and as `key` of `/attributes/values`: `http.route`, `resource.host.name`.
    pub field: String,
    /// How often it stands there.
    pub count: u64,
    /// How often with each type of value: `string`, `int`, `double`, `bool`, `bytes`, `array`, `map`, `empty`.
    pub types: BTreeMap<String, u64>,
}

/// The values of a field, the most frequent first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttributeValues {
    /// The field, as filters write it.
    pub field: String,
    /// The values; those of one count by text.
    pub items: Vec<AttributeValue>,
    /// How many values there are in all, at least: with more than a limit allows, narrow the prefix.
    pub distinct: u64,
    /// Records whose value is too long to be offered.
    pub too_long: u64,
    /// What was read to answer: when there is a lot, only the newest records.
    pub scan: Scan,
}

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttributeValue {
    /// The value.
    pub value: AnyValue,
    /// Its type: `string`, `int`, `double`, `bool`, `bytes`, `array`, `map`, `empty`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How many records have it.
    pub count: u64,
}
