//! A resource as documents, requests and answers have it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::kind::{KindInfo, find, find_exactly};
use super::name::{Level, Name, Scope};
use super::problem::{Problems, SpecProblem, read};
use crate::time::Timestamp;

/// The version of all kinds.
pub const API_VERSION: &str = "tfo/v1";

/// A resource, as a daemon answers it.
// What a newer daemon says beyond this is kept, and written as it came: a command must not lose what it does not know.
// Documents are read by `Manifest::read`, which refuses what is not known. Users of the REST interface read the line above.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ConfiguredResource", deny_unknown_fields)]
pub struct Resource {
    /// `tfo/v1`
    pub api_version: String,
    /// What it is.
    pub kind: String,
    /// What it is called, where it stands, and what is known about it.
    #[serde(with = "of_any_version")]
    #[schemars(with = "Metadata")]
    pub metadata: Metadata,
    /// What is wanted; each kind has its own fields.
    #[serde(default)]
    pub spec: Map<String, Value>,
    /// How it is; the daemon says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Map<String, Value>>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    #[schemars(skip)]
    pub other: Map<String, Value>,
}

/// What is known about a resource, whatever its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Metadata {
    /// Its name, of which there is one of its kind in a place.
    pub name: Name,
    /// The region that it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Scope>,
    /// The organization that it stands in: `eu/acme`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<Scope>,
    /// The workspace that it stands in: `eu/acme/shop`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<Scope>,
    /// The tenant that it stands in: `eu/acme/shop/production`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Scope>,
    /// For people and selectors to find it by.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Anything else that somebody wants to remember with it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Refuses its deletion.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deletion_protection: bool,
    /// Fields that an apply does not put back for a time, for what is switched by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<Hold>,
    /// Its name so far: it is renamed, and keeps its identity and its history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<Name>,
    /// Its identity, for good. The daemon says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// How often it was changed. The daemon says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
    /// When it was made. The daemon says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When it was changed. The daemon says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// Since when it is deleted, where it can still be had back. The daemon says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// The sets that own fields of it, its home first. The daemon says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub managed_by: Vec<SetRef>,
    /// Whether every installation has it, and nobody can change it. The daemon says so.
    #[serde(default, skip_serializing_if = "is_false")]
    pub built_in: bool,
    /// Fields of an answer that this version does not know.
    #[serde(skip)]
    pub other: Map<String, Value>,
}

/// The fields of [`Metadata`].
const METADATA: [&str; 17] = [
    "name",
    "region",
    "organization",
    "workspace",
    "tenant",
    "labels",
    "annotations",
    "deletionProtection",
    "holds",
    "renamedFrom",
    "uid",
    "generation",
    "createdAt",
    "updatedAt",
    "deletedAt",
    "managedBy",
    "builtIn",
];

/// Metadata as a daemon of any version has it: what is not known is kept.
mod of_any_version {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};
    use serde_json::{Map, Value};

    use super::{METADATA, Metadata};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Metadata, D::Error> {
        let fields = Map::<String, Value>::deserialize(deserializer)?;
        let (known, other): (Map<_, _>, Map<_, _>) =
            fields.into_iter().partition(|(key, _)| METADATA.contains(&key.as_str()));
        let metadata: Metadata = serde_json::from_value(Value::Object(known)).map_err(D::Error::custom)?;
        Ok(Metadata { other, ..metadata })
    }

    pub(super) fn serialize<S: Serializer>(metadata: &Metadata, serializer: S) -> Result<S::Ok, S::Error> {
        if metadata.other.is_empty() {
            return metadata.serialize(serializer);
        }
        let mut fields = serde_json::to_value(metadata).map_err(serde::ser::Error::custom)?;
        if let Value::Object(fields) = &mut fields {
            fields.extend(metadata.other.clone());
        }
        fields.serialize(serializer)
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A field that an apply leaves as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Hold {
    /// The field, like `spec.disabled`.
    pub path: String,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A set: what one bundle of files owns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetRef {
    /// Its name.
    pub name: Name,
    /// Where it holds: all its members stand there or below.
    pub scope: Scope,
}

impl std::fmt::Display for SetRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.scope == Scope::PLATFORM {
            return self.name.fmt(f);
        }
        write!(f, "{} ({})", self.name, self.scope)
    }
}

/// Names one resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResourceRef {
    /// Its kind.
    pub kind: String,
    /// Where it stands.
    pub scope: Scope,
    /// Its name.
    pub name: Name,
}

impl std::fmt::Display for ResourceRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)?;
        if self.scope == Scope::PLATFORM { Ok(()) } else { write!(f, " in {}", self.scope) }
    }
}

/// A document that was read: what it is, where it stands, and what it asks for.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Its kind.
    pub kind: &'static KindInfo,
    /// Where it stands.
    pub scope: Scope,
    /// Its metadata.
    pub metadata: Metadata,
    /// What it asks for and nothing else: labels, annotations, protection, holds and spec, as they are spelled.
    pub content: Value,
}

impl Manifest {
    /// Its name and place.
    pub fn reference(&self) -> ResourceRef {
        ResourceRef {
            kind: self.kind.name.to_owned(),
            scope: self.scope.clone(),
            name: self.metadata.name.clone(),
        }
    }

    /// Reads a document. One that does not say where it stands stands in the default place, or as far up from there as its
    /// kind asks.
    ///
    /// # Errors
    /// Everything that is wrong with it but for its spec, which may be a part of a whole.
    pub fn read(document: &Value, default: &Scope) -> Result<Self, Vec<SpecProblem>> {
        let Some(fields) = document.as_object() else {
            return Err(vec![SpecProblem::new(
                "",
                "invalid-type",
                "expected a resource: apiVersion, kind, metadata and spec",
            )]);
        };
        let kind = kind_of(fields)?;
        let mut problems = Vec::new();
        const KNOWN: [&str; 5] = ["apiVersion", "kind", "metadata", "spec", "status"];
        for key in fields.keys().filter(|key| !KNOWN.contains(&key.as_str())) {
            problems.push(super::problem::unknown_field("", key, &KNOWN));
        }
        let spec = fields.get("spec").cloned().unwrap_or_else(|| Value::Object(Map::new()));
        if !spec.is_object() {
            problems.push(SpecProblem::new("/spec", "invalid-type", "expected the fields of the spec"));
        }
        let metadata = fields.get("metadata").ok_or_else(|| {
            vec![SpecProblem::new(
                "",
                "missing-field",
                "missing field `metadata`: expected at least its name",
            )]
        })?;
        let mut nulls = Problems::default();
        nulls.refuse_nulls("/metadata", metadata);
        nulls.into_result()?;
        let read: Metadata = match read("/metadata", metadata) {
            Ok(read) => read,
            Err(mistakes) => {
                problems.extend(mistakes);
                return Err(problems);
            }
        };
        check_labels(&read, &mut problems);
        let scope = match scope_of(kind, &read, default) {
            Ok(scope) => Some(scope),
            Err(problem) => {
                problems.push(problem);
                None
            }
        };
        if kind.is_place && scope.as_ref().is_some_and(|scope| scope.child(&read.name).is_none()) {
            let message = format!("{} is the place above all regions, and no name for one", read.name);
            problems.push(SpecProblem::new("/metadata/name", "invalid-value", message));
        }
        match scope {
            Some(scope) if problems.is_empty() => {
                let content = content_of(metadata, spec);
                Ok(Self { kind, scope, metadata: read, content })
            }
            _ => Err(problems),
        }
    }
}

/// What an owner may own of a resource: the parts of its metadata that are wishes, and its spec.
const OWNABLE: [&str; 4] = ["labels", "annotations", "deletionProtection", "holds"];

fn content_of(metadata: &Value, spec: Value) -> Value {
    let mut wishes = Map::new();
    for key in OWNABLE {
        if let Some(value) = metadata.get(key) {
            wishes.insert(key.to_owned(), value.clone());
        }
    }
    let mut content = Map::new();
    if !wishes.is_empty() {
        content.insert("metadata".to_owned(), Value::Object(wishes));
    }
    content.insert("spec".to_owned(), spec);
    Value::Object(content)
}

fn kind_of(fields: &Map<String, Value>) -> Result<&'static KindInfo, Vec<SpecProblem>> {
    let mut problems = Vec::new();
    match fields.get("apiVersion").map(Value::as_str) {
        Some(Some(API_VERSION)) => {}
        Some(version) => {
            let shown: String = version.unwrap_or("something else").chars().take(64).collect();
            let message = format!("unknown apiVersion {shown:?}, expected {API_VERSION:?}");
            problems.push(SpecProblem::new("/apiVersion", "unknown-api-version", message));
        }
        None => {
            let message = format!("missing field `apiVersion`: expected {API_VERSION:?}");
            problems.push(SpecProblem::new("", "missing-field", message));
        }
    }
    let kind = match fields.get("kind").map(Value::as_str) {
        Some(Some(name)) => find_exactly(name).ok_or_else(|| {
            let shown: String = name.chars().take(64).collect();
            let known: Vec<&str> = super::kinds::ALL.iter().map(|kind| kind.name).collect();
            let message = match find(name) {
                Some(meant) => format!("unknown kind {shown:?}, did you mean {:?}?", meant.name),
                None => format!("unknown kind {shown:?}, expected one of {}", known.join(", ")),
            };
            SpecProblem::new("/kind", "unknown-kind", message)
        }),
        Some(None) => Err(SpecProblem::new("/kind", "invalid-type", "expected the name of a kind")),
        None => Err(SpecProblem::new("", "missing-field", "missing field `kind`")),
    };
    match kind {
        Ok(kind) if problems.is_empty() => Ok(kind),
        Ok(_) => Err(problems),
        Err(problem) => {
            problems.push(problem);
            Err(problems)
        }
    }
}

fn scope_of(kind: &KindInfo, metadata: &Metadata, default: &Scope) -> Result<Scope, SpecProblem> {
    let said = [
        ("region", Level::Region, &metadata.region),
        ("organization", Level::Organization, &metadata.organization),
        ("workspace", Level::Workspace, &metadata.workspace),
        ("tenant", Level::Tenant, &metadata.tenant),
    ];
    let mut said = said.into_iter().filter_map(|(key, level, scope)| Some((key, level, scope.as_ref()?)));
    let levels: Vec<&str> = kind.levels.iter().map(|level| level.as_str()).collect();
    let Some((key, level, scope)) = said.next() else {
        return kind.scope_in(default).ok_or_else(|| {
            let message = format!(
                "{} stands in a place of the level {}; say which, like `{}: …`, or give a default with --scope",
                kind.name,
                levels.join(" or "),
                levels.last().copied().unwrap_or_default()
            );
            SpecProblem::new("/metadata", "missing-scope", message)
        });
    };
    let pointer = format!("/metadata/{key}");
    if let Some((other, ..)) = said.next() {
        let message = format!("expected one place, got `{key}` and `{other}`; the inner one says it all");
        return Err(SpecProblem::new(format!("/metadata/{other}"), "invalid-value", message));
    }
    if scope.level() != level {
        let message =
            format!("{scope} is a path of the level {}, expected one of the level {level}", scope.level());
        return Err(SpecProblem::new(pointer, "invalid-value", message));
    }
    if !kind.levels.contains(&level) {
        let message = format!("{} stands at the level {}, not at {level}", kind.name, levels.join(" or "));
        return Err(SpecProblem::new(pointer, "invalid-value", message));
    }
    Ok(scope.clone())
}

fn check_labels(metadata: &Metadata, problems: &mut Vec<SpecProblem>) {
    let is_part = |text: &str| {
        text.len() <= 63
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.ends_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    let is_key = |key: &str| match key.split_once('/') {
        Some((prefix, name)) => prefix.len() <= 253 && prefix.split('.').all(is_part) && is_part(name),
        None => is_part(key),
    };
    for (key, value) in &metadata.labels {
        let pointer = super::problem::below("/metadata/labels", key);
        let shown: String = key.chars().take(64).collect();
        if !is_key(key) {
            let message = format!("expected a label like team or example.com/team, got {shown:?}");
            problems.push(SpecProblem::new(pointer, "invalid-value", message));
        } else if !value.is_empty() && !is_part(value) {
            let shown: String = value.chars().take(64).collect();
            let message = format!("expected at most 63 letters, digits, '-', '_' and '.', got {shown:?}");
            problems.push(SpecProblem::new(pointer, "invalid-value", message));
        }
    }
    let bytes: usize = metadata.annotations.iter().map(|(key, value)| key.len() + value.len()).sum();
    if bytes > 256 << 10 {
        let message = format!("expected at most 256 KiB of annotations, got {bytes} bytes");
        problems.push(SpecProblem::new("/metadata/annotations", "invalid-value", message));
    }
    for (at, hold) in metadata.holds.iter().enumerate() {
        if !hold.path.starts_with("spec.") {
            let message = "expected a field of the spec, like spec.disabled".to_owned();
            problems.push(SpecProblem::new(format!("/metadata/holds/{at}/path"), "invalid-value", message));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_in(document: &Value, default: &str) -> Result<Manifest, Vec<String>> {
        let problems = |problems: Vec<SpecProblem>| {
            problems.into_iter().map(|problem| format!("{}: {}", problem.pointer, problem.message)).collect()
        };
        Manifest::read(document, &default.parse().unwrap()).map_err(problems)
    }

    fn document(kind: &str, metadata: &Value) -> Value {
        json!({"apiVersion": "tfo/v1", "kind": kind, "metadata": metadata, "spec": {}})
    }

    #[test]
    fn what_a_newer_daemon_says_is_kept_and_a_document_that_says_it_is_refused() {
        let newer = json!({
            "apiVersion": "tfo/v1",
            "kind": "Quota",
            "metadata": {"name": "q", "tenant": "eu/acme/shop/production", "tier": {"gold": [1, 2]}},
            "spec": {"activeSeries": 5, "burst": 7},
            "insights": {"used": 0.5},
        });
        let read: Resource = serde_json::from_value(newer.clone()).unwrap();
        assert_eq!(read.metadata.name.as_str(), "q");
        assert_eq!(serde_json::to_value(&read).unwrap(), newer);
        let refused = read_in(&newer, "platform").unwrap_err().join("\n");
        assert!(refused.contains("unknown field `insights`"), "{refused}");
        assert!(refused.contains("unknown field `tier`"), "{refused}");
    }

    #[test]
    fn every_field_of_the_metadata_is_known() {
        let schema = schemars::schema_for!(Metadata).to_value();
        let known: std::collections::BTreeSet<&str> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(known, METADATA.into_iter().collect());
    }

    #[test]
    fn a_resource_stands_where_it_says_or_where_its_kind_does() {
        let place = |kind: &str, metadata: Value, default: &str| {
            read_in(&document(kind, &metadata), default).map(|manifest| manifest.scope.to_string())
        };
        let tenant = "eu/acme/shop/production";
        assert_eq!(place("Quota", json!({"name": "q"}), tenant).unwrap(), tenant);
        assert_eq!(place("Tenant", json!({"name": "q"}), tenant).unwrap(), "eu/acme/shop");
        assert_eq!(place("Region", json!({"name": "q"}), tenant).unwrap(), "platform");
        assert_eq!(
            place("Quota", json!({"name": "q", "workspace": "eu/acme/shop"}), tenant).unwrap(),
            "eu/acme/shop"
        );
        assert!(place("Quota", json!({"name": "q"}), "eu").unwrap_err()[0].contains("workspace or tenant"));
        assert!(place("Quota", json!({"name": "q", "workspace": "eu/acme"}), tenant).is_err());
        assert!(place("Quota", json!({"name": "q", "region": "eu"}), tenant).is_err());
        assert!(place("Quota", json!({"name": "q", "region": "eu", "tenant": tenant}), tenant).is_err());
        assert!(place("Region", json!({"name": "platform"}), tenant).is_err());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let wrong = |document: Value| read_in(&document, "platform").unwrap_err();
        assert_eq!(wrong(json!([])), [": expected a resource: apiVersion, kind, metadata and spec"]);
        assert_eq!(
            wrong(json!({"apiVersion": "tfo/v2", "kind": "region", "metadata": {"name": "a"}})),
            [
                "/apiVersion: unknown apiVersion \"tfo/v2\", expected \"tfo/v1\"",
                "/kind: unknown kind \"region\", did you mean \"Region\"?"
            ]
        );
        assert!(
            wrong(document("Region", &json!({"name": "A"})))[0]
                .starts_with("/metadata/name: expected a name")
        );
        assert!(
            wrong(document("Region", &json!({"name": "a", "lables": {}})))[0]
                .starts_with("/metadata/lables: unknown field")
        );
        assert!(
            wrong(document("Region", &json!({"name": "a", "labels": null})))[0]
                .starts_with("/metadata/labels: expected a value, got null")
        );
        assert!(
            wrong(document("Region", &json!({"name": "a", "labels": {"a b": "c"}})))[0]
                .starts_with("/metadata/labels/a b: expected a label")
        );
    }

    #[test]
    fn an_unknown_field_is_found_at_every_level() {
        let found = |mut document: Value| {
            document["apiVersion"] = json!("tfo/v1");
            let manifest = Manifest::read(&document, &Scope::PLATFORM);
            let problems = manifest.and_then(|manifest| manifest.kind.canonical(&manifest.content["spec"]));
            let told =
                |problem: SpecProblem| format!("{}: {} {}", problem.pointer, problem.code, problem.message);
            problems.unwrap_err().into_iter().map(told).collect::<Vec<_>>()
        };
        let user = json!({"email": "ada@example.com"});
        for (document, told) in [
            (
                json!({"kind": "User", "metadata": {"name": "a"}, "spce": user}),
                "/spce: unknown-field unknown field `spce`, did you mean `spec`?",
            ),
            (
                json!({"kind": "User", "metadata": {"name": "a", "lables": {}}, "spec": user}),
                "/metadata/lables: unknown-field unknown field `lables`, did you mean `labels`?",
            ),
            (
                json!({"kind": "User", "metadata": {"name": "a", "holds": [{"path": "spec.disabled", "untill": 1}]}, "spec": user}),
                "/metadata/holds/0/untill: unknown-field unknown field `untill`, did you mean `until`?",
            ),
            (
                json!({"kind": "User", "metadata": {"name": "a"}, "spec": {"email": "ada@example.com", "dissabled": true}}),
                "/spec/dissabled: unknown-field unknown field `dissabled`, did you mean `disabled`?",
            ),
            (
                json!({"kind": "RoleBinding", "metadata": {"name": "a"},
                    "spec": {"role": "viewer", "subjects": [{"kind": "User", "name": "a", "nmae": "b"}]}}),
                "/spec/subjects/0/nmae: unknown-field unknown field `nmae`, did you mean `name`?",
            ),
        ] {
            assert_eq!(found(document), [told]);
        }
    }

    #[test]
    fn what_the_daemon_says_is_no_wish() {
        let metadata = json!({"name": "a", "uid": "x", "generation": 7, "labels": {"team": "a"}});
        let manifest = read_in(&document("Region", &metadata), "platform").unwrap();
        assert_eq!(manifest.content, json!({"metadata": {"labels": {"team": "a"}}, "spec": {}}));
    }
}
