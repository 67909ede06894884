//! The OpenAPI 3.1 document of all operations.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::operation::{Answer, Content};
use super::{Operation, schema_of};
use crate::platform::problem::Code;
use tfo_sdk::api::Problem;

/// The document; `about` introduces the whole in Markdown.
pub(crate) fn document(title: &str, version: &str, about: &str, operations: &[Arc<Operation>]) -> Value {
    let mut writer = Writer::new();
    let mut paths = Map::new();
    let mut tags: Vec<Value> = Vec::new();
    for operation in operations {
        let tag = json!({ "name": operation.tag.name, "description": operation.tag.about });
        if !tags.contains(&tag) {
            tags.push(tag);
        }
        let path = paths.entry(operation.path.clone()).or_insert_with(|| json!({}));
        path[operation.method.as_str().to_ascii_lowercase()] = writer.operation(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": title, "version": version, "description": about },
        "servers": [{ "url": "/" }],
        "tags": tags,
        "paths": paths,
        "components": { "schemas": writer.schemas() },
    })
}

/// Writes operations, and gathers the schemas that they refer to: a type may be read other than it is written, in
/// what is optional, so requests and answers have a generator each.
struct Writer {
    requests: SchemaGenerator,
    answers: SchemaGenerator,
}

impl Writer {
    fn new() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        });
        Self {
            requests: settings.clone().for_deserialize().into_generator(),
            answers: settings.for_serialize().into_generator(),
        }
    }

    fn operation(&mut self, operation: &Operation) -> Value {
        let params: Vec<Value> =
            operation.params.iter().map(|param| param.describe(&mut self.requests)).collect();
        let mut described = json!({
            "operationId": operation.id,
            "tags": [operation.tag.name],
            "summary": operation.summary,
            "parameters": params,
            "responses": self.responses(operation),
        });
        if !operation.about.is_empty() {
            described["description"] = operation.about.into();
        }
        if let Some(body) = &operation.body {
            let mut contents = contents(&body.contents, &mut self.requests);
            if let Some(example) = &body.example {
                contents["application/json"]["example"] = example.clone();
            }
            described["requestBody"] = json!({ "required": true, "content": contents });
            if !body.about.is_empty() {
                described["requestBody"]["description"] = body.about.into();
            }
        }
        described
    }

    fn responses(&mut self, operation: &Operation) -> Value {
        let mut responses = BTreeMap::new();
        for Answer { status, about, contents: made_of } in &operation.answers {
            let mut response = json!({ "description": about });
            if !made_of.is_empty() {
                response["content"] = contents(made_of, &mut self.answers);
            }
            responses.insert(status.to_string(), response);
        }
        let mut failures: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
        for code in Code::ALL.into_iter().filter(|code| operation.errors.contains(code)) {
            failures.entry(code.status().as_u16()).or_default().push(code);
        }
        for (status, codes) in failures {
            responses.insert(status.to_string(), self.failure(&codes));
        }
        json!(responses)
    }

    /// Problem details with one of these codes.
    fn failure(&mut self, codes: &[Code]) -> Value {
        let mut schema = schema_of::<Problem>(&mut self.answers);
        let names: Vec<_> = codes.iter().map(|code| code.as_str()).collect();
        schema.insert("properties".to_owned(), json!({ "code": { "enum": names } }));
        let told = codes.iter().map(|code| format!("`{}`: {}", code.as_str(), code.about()));
        json!({
            "description": told.collect::<Vec<_>>().join("\n\n"),
            "content": { "application/problem+json": { "schema": schema } },
        })
    }

    fn schemas(mut self) -> Map<String, Value> {
        let mut schemas = self.answers.take_definitions(true);
        for schema in schemas.values_mut() {
            leave_out_instead_of_null(schema);
        }
        for (name, schema) in self.requests.take_definitions(true) {
            let there = schemas.entry(name).or_insert_with(|| schema.clone());
            debug_assert_eq!(
                *there, schema,
                "a type is read other than it is written: give the body its own"
            );
        }
        schemas
    }
}

fn contents(contents: &[Content], generator: &mut SchemaGenerator) -> Value {
    let described = contents.iter().map(|content| match content {
        Content::Json(schema) => ("application/json", json!({ "schema": schema(generator) })),
        Content::Text(media_type) => (*media_type, json!({ "schema": { "type": "string" } })),
        Content::Bytes(media_type) => (*media_type, json!({})),
    });
    Value::Object(described.map(|(media_type, content)| (media_type.to_owned(), content)).collect())
}

/// An optional field of an answer is left out when it has no value: where the schema lets it be left out, it need
/// not let it be null, nor tell a default.
fn leave_out_instead_of_null(schema: &mut Value) {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    let optional = properties.iter_mut().filter(|(name, _)| !required.contains(&Value::from(name.as_str())));
    for property in optional.filter_map(|(_, property)| property.as_object_mut()) {
        property.remove("default");
        if let Some(Value::Array(types)) = property.get_mut("type") {
            types.retain(|kind| kind != "null");
            if let [kind] = types.as_slice() {
                let kind = kind.clone();
                property.insert("type".to_owned(), kind);
            }
        }
        let null = json!({ "type": "null" });
        if let Some(Value::Array(any)) = property.get("anyOf")
            && let [Value::Object(one), other] = any.as_slice()
            && *other == null
        {
            let one = one.clone();
            property.remove("anyOf");
            property.extend(one);
        }
    }
}
