//! JSON Schemas of documents, made from the registry: for editors, for `tfo explain`, and for whoever makes documents.
//!
//! What a schema accepts the daemon accepts, as far as a schema can say it; sums of fields and references are beyond it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::document::{API_VERSION, Metadata};
use super::kind::KindInfo;
use super::kinds;
use super::name::Level;
use super::problem::below;

/// Levels of `$ref` that are followed; no schema of ours comes near.
const MAX_DEPTH: usize = 32;

/// The schema of a document of any kind.
///
/// One schema with a condition a kind, because an editor applies one schema to all documents of a file, and because
/// `oneOf` would tell a person that the document is none of twelve things.
pub fn document_schema() -> Value {
    schema_of(&kinds::ALL.iter().collect::<Vec<_>>())
}

/// The schema of a document of one kind.
pub fn kind_schema(kind: &KindInfo) -> Value {
    schema_of(&[kind])
}

fn schema_of(kinds: &[&KindInfo]) -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let metadata = generator.subschema_for::<Metadata>();
    let conditions: Vec<Value> = kinds.iter().map(|kind| condition(kind, &mut generator)).collect();
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": match names.as_slice() {
            [name] => name,
            _ => "TelemetryFlow resource",
        },
        "type": "object",
        "properties": {
            "apiVersion": {"description": "The version of all kinds.", "const": API_VERSION},
            "kind": {"description": "What it is.", "enum": names},
            "metadata": metadata,
            "spec": {"description": "What is wanted; each kind has its own fields.", "type": "object"},
            "status": {"description": "How it is; the daemon says so.", "type": "object"},
        },
        "required": ["apiVersion", "kind", "metadata"],
        "additionalProperties": false,
    });
    if let ([kind], [condition]) = (kinds, conditions.as_slice()) {
        schema["description"] = json!(kind.about);
        schema["properties"]["spec"] = condition["then"]["properties"]["spec"].clone();
        schema["allOf"] = json!([condition["then"]]);
    } else {
        schema["allOf"] = Value::Array(conditions);
    }
    schema["$defs"] = Value::Object(generator.take_definitions(true));
    refuse_nulls(&mut schema);
    schema
}

/// What holds for the documents of one kind: its spec, and the places where it may stand.
fn condition(kind: &KindInfo, generator: &mut SchemaGenerator) -> Value {
    let spec = kind.schema(generator).to_value();
    let wants_spec = resolve(&spec, generator.definitions())
        .get("required")
        .and_then(Value::as_array)
        .is_some_and(|required| !required.is_empty());
    let elsewhere: Map<String, Value> = Level::ALL
        .into_iter()
        .filter(|level| *level != Level::Platform && !kind.levels.contains(level))
        .map(|level| (level.as_str().to_owned(), json!(false)))
        .collect();
    let mut then = json!({"properties": {"spec": spec, "metadata": {"properties": elsewhere}}});
    if wants_spec {
        then["required"] = json!(["spec"]);
    }
    json!({"if": {"properties": {"kind": {"const": kind.name}}, "required": ["kind"]}, "then": then})
}

/// Follows `$ref`.
fn resolve<'a>(mut schema: &'a Value, definitions: &'a Map<String, Value>) -> &'a Value {
    for _ in 0..MAX_DEPTH {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/"));
        match name.and_then(|name| definitions.get(name)) {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}

/// Serde reads `null` as an absent field, and the daemon refuses it: leaving out is the one way to say nothing.
fn refuse_nulls(schema: &mut Value) {
    let is_null = |value: &Value| value == "null" || value.get("type").is_some_and(|kind| kind == "null");
    match schema {
        Value::Object(fields) => {
            for key in ["type", "anyOf"] {
                if let Some(Value::Array(choices)) = fields.get_mut(key) {
                    choices.retain(|choice| !is_null(choice));
                }
            }
            if let Some(Value::Array(types)) = fields.get_mut("type")
                && types.len() == 1
            {
                fields["type"] = fields["type"][0].take();
            }
            if let Some(Value::Array(choices)) = fields.get_mut("anyOf")
                && choices.len() == 1
                && let Some(Value::Object(only)) = choices.pop()
            {
                fields.remove("anyOf");
                for (key, value) in only {
                    fields.entry(key).or_insert(value);
                }
            }
            if fields.get("default").is_some_and(Value::is_null) {
                fields.remove("default");
            }
            fields.values_mut().for_each(refuse_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(refuse_nulls),
        _ => {}
    }
}

/// What a schema says of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name, or `[]` for the items of a list.
    pub name: String,
    /// Its type in words: `text`, `list of Subject`.
    pub type_name: String,
    /// Whether a document must have it.
    pub is_required: bool,
    /// What it is.
    pub about: String,
    /// What it is when nobody says.
    pub default: Option<Value>,
    /// What it may look like.
    pub examples: Vec<Value>,
    /// The values that it may have, where they are few.
    pub values: Vec<Value>,
    /// Limits and other conditions, in words.
    pub conditions: Vec<String>,
    /// Whether it is a secret, which never comes back out.
    pub is_secret: bool,
    /// The fields in it.
    pub fields: Vec<Field>,
}

/// Why there is no such field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoField(String);

/// What the schema of a kind says of a field, `spec.subjects.name`; of the whole document without a path.
///
/// # Errors
/// There is no such field; the message says which there are.
pub fn explain(kind: &KindInfo, path: &[&str]) -> Result<Field, NoField> {
    let schema = kind_schema(kind);
    let no_definitions = Map::new();
    let definitions = schema.get("$defs").and_then(Value::as_object).unwrap_or(&no_definitions);
    let mut field = describe(kind.name, &schema, true, definitions, 0);
    for (at, name) in path.iter().enumerate() {
        let name = name.trim_end_matches("[]");
        let position = field.fields.iter().position(|field| field.name == name);
        let Some(position) = position else {
            let whole = [&[kind.name], &path[..at]].concat().join(".");
            let shown: String = name.chars().take(64).collect();
            let known: Vec<&str> = field.fields.iter().map(|field| field.name.as_str()).collect();
            let meant = crate::yaml::nearest(name, known.iter().copied());
            return Err(NoField(match (meant, known.as_slice()) {
                (Some(meant), _) => format!("{whole} has no field {shown:?}, did you mean {meant:?}?"),
                (None, []) => format!("{whole} has no fields"),
                (None, known) => format!("{whole} has no field {shown:?}; it has {}", known.join(", ")),
            }));
        };
        field = field.fields.swap_remove(position);
    }
    Ok(field)
}

/// JSON Pointers to the secrets of a kind, from the root of a resource.
pub fn secret_pointers(kind: &KindInfo) -> &'static [String] {
    // Asked for with every document, and a schema takes milliseconds to make.
    static KNOWN: LazyLock<BTreeMap<&str, Vec<String>>> =
        LazyLock::new(|| kinds::ALL.iter().map(|kind| (kind.name, find_secrets(kind))).collect());
    KNOWN.get(kind.name).map_or(&[], Vec::as_slice)
}

fn find_secrets(kind: &KindInfo) -> Vec<String> {
    fn collect(field: &Field, pointer: &str, pointers: &mut Vec<String>) {
        for field in &field.fields {
            let pointer = below(pointer, &field.name);
            if field.is_secret {
                pointers.push(pointer);
            } else {
                collect(field, &pointer, pointers);
            }
        }
    }
    let mut pointers = Vec::new();
    if let Ok(whole) = explain(kind, &[]) {
        collect(&whole, "", &mut pointers);
    }
    pointers
}

fn describe(
    name: &str,
    schema: &Value,
    is_required: bool,
    definitions: &Map<String, Value>,
    depth: usize,
) -> Field {
    let target = resolve(schema, definitions);
    // What stands beside a `$ref` is about this field; what it leads to is about the type.
    let said = |key: &str| schema.get(key).or_else(|| target.get(key));
    let list = |key: &str| said(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let inner = items_of(target, definitions).unwrap_or(target);
    let fields = match inner.get("properties").and_then(Value::as_object) {
        Some(properties) if depth < MAX_DEPTH && said("x-tfo-secret").is_none() => {
            let required = inner.get("required").and_then(Value::as_array);
            let is_required =
                |name: &str| required.is_some_and(|required| required.iter().any(|known| known == name));
            let in_order = properties.iter().filter(|(_, schema)| **schema != json!(false));
            in_order
                .map(|(name, schema)| describe(name, schema, is_required(name), definitions, depth + 1))
                .collect()
        }
        _ => Vec::new(),
    };
    Field {
        name: name.to_owned(),
        type_name: type_name(schema),
        is_required,
        about: said("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " "),
        default: said("default").cloned(),
        examples: list("examples"),
        values: values_of(inner),
        conditions: conditions_of(schema, target),
        is_secret: said("x-tfo-secret").is_some(),
        fields,
    }
}

fn items_of<'a>(schema: &'a Value, definitions: &'a Map<String, Value>) -> Option<&'a Value> {
    Some(resolve(schema.get("items")?, definitions))
}

/// The few values of an enumeration; where each has its own description, they are constants.
fn values_of(schema: &Value) -> Vec<Value> {
    let listed = schema.get("enum").and_then(Value::as_array).cloned();
    let constants = || {
        let choices = schema.get("oneOf")?.as_array()?;
        choices.iter().map(|choice| choice.get("const").cloned()).collect::<Option<Vec<_>>>()
    };
    listed.or_else(constants).or_else(|| Some(vec![schema.get("const")?.clone()])).unwrap_or_default()
}

fn conditions_of(schema: &Value, target: &Value) -> Vec<String> {
    let said = |key: &str| schema.get(key).or_else(|| target.get(key)).filter(|value| !value.is_null());
    let mut conditions = Vec::new();
    for (key, words) in [
        ("minimum", "at least"),
        ("maximum", "at most"),
        ("minLength", "characters, at least"),
        ("maxLength", "characters, at most"),
        ("format", "format"),
        ("pattern", "pattern"),
        ("x-tfo-ref", "the name of a"),
    ] {
        if let Some(value) = said(key) {
            conditions.push(match value {
                Value::String(text) => format!("{words} {text}"),
                value => format!("{words} {value}"),
            });
        }
    }
    if said("x-tfo-list-type").is_some_and(|kind| kind == "set") {
        conditions.push("order means nothing, and nothing stands twice".to_owned());
    }
    conditions
}

fn type_name(schema: &Value) -> String {
    let named = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
    if let Some(name) = named {
        return name.to_owned();
    }
    if schema.get("x-tfo-secret").is_some() {
        return "secret".to_owned();
    }
    if let Some(items) = schema.get("items") {
        return format!("list of {}", type_name(items));
    }
    let word = |kind: &Value| match kind.as_str() {
        Some("string") => "text".to_owned(),
        Some("integer") => "whole number".to_owned(),
        Some("boolean") => "true or false".to_owned(),
        Some("object") => "map".to_owned(),
        Some("array") => "list".to_owned(),
        Some(other) => other.to_owned(),
        None => "value".to_owned(),
    };
    match schema.get("type") {
        Some(Value::Array(types)) => types.iter().map(word).collect::<Vec<_>>().join(" or "),
        Some(kind) => word(kind),
        None if schema.get("const").is_some() || schema.get("enum").is_some() => "text".to_owned(),
        None => "value".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::kind::find_exactly;

    #[test]
    fn a_field_is_found_with_its_type_default_and_examples() {
        let kind = find_exactly("SavedQuery").unwrap();
        let since = explain(kind, &["spec", "since"]).unwrap();
        assert_eq!((since.type_name.as_str(), since.default), ("Duration", Some(json!("1h"))));
        assert_eq!(since.examples, [json!("5m"), json!("30d")]);
        assert!(!since.is_required && explain(kind, &["spec", "signal"]).unwrap().is_required);
        let signal = explain(kind, &["spec", "signal"]).unwrap();
        assert_eq!(signal.values, [json!("logs"), json!("traces"), json!("metrics")]);
        let binding = find_exactly("RoleBinding").unwrap();
        let subject = explain(binding, &["spec", "subjects[]", "kind"]).unwrap();
        assert_eq!(subject.values, [json!("User"), json!("ApiKey")]);
        assert_eq!(explain(binding, &["spec", "subjects"]).unwrap().type_name, "list of Subject");
    }

    #[test]
    fn an_unknown_field_names_those_that_there_are() {
        let kind = find_exactly("Quota").unwrap();
        let error = |path: &[&str]| explain(kind, path).unwrap_err().to_string();
        assert_eq!(
            error(&["spec", "activeSerie"]),
            "Quota.spec has no field \"activeSerie\", did you mean \"activeSeries\"?"
        );
        assert!(
            error(&["spec", "nonsense"]).ends_with("ingestBytesPerDay, ingestBytesPerSecond"),
            "{}",
            error(&["spec", "nonsense"])
        );
        assert_eq!(error(&["spec", "activeSeries", "x"]), "Quota.spec.activeSeries has no fields");
    }

    #[test]
    fn secrets_are_known_by_the_schema() {
        let secrets: Vec<(&str, Vec<String>)> = kinds::ALL
            .iter()
            .map(|kind| (kind.name, secret_pointers(kind).to_vec()))
            .filter(|(_, found)| !found.is_empty())
            .collect();
        assert_eq!(secrets, [("ApiKey", vec!["/spec/secret".to_owned()])]);
    }

    #[test]
    fn no_schema_admits_null() {
        let text = document_schema().to_string();
        assert!(!text.contains("\"null\"") && !text.contains(":null"), "{text}");
        assert_eq!(document_schema()["allOf"].as_array().unwrap().len(), kinds::ALL.len());
    }
}
