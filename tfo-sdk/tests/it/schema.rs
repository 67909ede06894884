//! The JSON Schemas against the documents of the golden files: what the daemon takes they take, and what they take that
//! the daemon refuses is known.
//!
//! The evaluator has what our schemas use and nothing else; a word that it does not know fails the test.

use regex::Regex;
use serde_json::Value;
use tfo_sdk::resource::kinds;
use tfo_sdk::resource::schema::{document_schema, kind_schema};

use crate::golden::documents;

/// Words that say nothing about what is valid.
const REMARKS: [&str; 11] = [
    "$schema",
    "$defs",
    "title",
    "description",
    "examples",
    "default",
    "format",
    "x-tfo-secret",
    "x-tfo-ref",
    "x-tfo-list-type",
    "then",
];

struct Schema(Value);

impl Schema {
    fn accepts(&self, value: &Value) -> bool {
        self.holds(&self.0, value)
    }

    fn holds(&self, schema: &Value, value: &Value) -> bool {
        let Some(words) = schema.as_object() else { return schema.as_bool().unwrap() };
        words.iter().all(|(word, wanted)| self.word(words, word, wanted, value))
    }

    fn word(
        &self,
        words: &serde_json::Map<String, Value>,
        word: &str,
        wanted: &Value,
        value: &Value,
    ) -> bool {
        let all = |holds: &dyn Fn(&Value) -> bool| {
            wanted.as_array().unwrap().iter().filter(|one| holds(one)).count()
        };
        let (fields, items) = (value.as_object(), value.as_array());
        let length = value.as_str().map(|text| text.chars().count() as f64);
        let most = |number: Option<f64>| number.is_none_or(|number| number <= wanted.as_f64().unwrap());
        let least = |number: Option<f64>| number.is_none_or(|number| number >= wanted.as_f64().unwrap());
        match word {
            word if REMARKS.contains(&word) => true,
            "$ref" => {
                let name = wanted.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                self.holds(&self.0["$defs"][name], value)
            }
            "const" => value == wanted,
            "enum" => wanted.as_array().unwrap().contains(value),
            "allOf" => all(&|one| self.holds(one, value)) == wanted.as_array().unwrap().len(),
            "anyOf" => all(&|one| self.holds(one, value)) > 0,
            "oneOf" => all(&|one| self.holds(one, value)) == 1,
            "if" => !self.holds(wanted, value) || self.holds(&words["then"], value),
            "type" => {
                let is = |name: &Value| match name.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_i64() || value.is_u64(),
                    other => panic!("the type {other} is not known here"),
                };
                wanted.as_array().map_or_else(|| is(wanted), |types| types.iter().any(is))
            }
            "properties" => wanted.as_object().unwrap().iter().all(|(key, schema)| {
                fields.and_then(|fields| fields.get(key)).is_none_or(|value| self.holds(schema, value))
            }),
            "required" => fields.is_none_or(|fields| {
                all(&|key| fields.contains_key(key.as_str().unwrap())) == wanted.as_array().unwrap().len()
            }),
            "additionalProperties" => fields.into_iter().flatten().all(|(key, value)| {
                words.get("properties").is_some_and(|known| known.get(key).is_some())
                    || self.holds(wanted, value)
            }),
            "items" => items.is_none_or(|items| items.iter().all(|item| self.holds(wanted, item))),
            "uniqueItems" => items
                .is_none_or(|items| items.iter().enumerate().all(|(at, item)| !items[..at].contains(item))),
            "pattern" => {
                value.as_str().is_none_or(|text| Regex::new(wanted.as_str().unwrap()).unwrap().is_match(text))
            }
            "minLength" => least(length),
            "maxLength" => most(length),
            "minimum" => least(value.as_f64()),
            "maximum" => most(value.as_f64()),
            other => panic!("the word {other} is not known here"),
        }
    }
}

#[test]
fn a_schema_takes_what_is_valid_and_what_else_it_takes_is_known() {
    let whole = Schema(document_schema());
    let mut taken = String::new();
    for kind in &kinds::ALL {
        let own = Schema(kind_schema(kind));
        for file in ["valid.yaml", "minimal.yaml"] {
            for document in documents(kind.name, file) {
                assert!(whole.accepts(document.value()), "{}", document.value());
                assert!(own.accepts(document.value()), "{}", document.value());
            }
        }
        for document in documents(kind.name, "invalid.yaml") {
            let value = document.value();
            assert_eq!(whole.accepts(value), own.accepts(value), "{value}");
            if own.accepts(value) {
                taken += &format!("{value}\n");
            }
        }
    }
    // Sums of fields, addresses, labels and the like: what a schema cannot say, or ours does not.
    insta::assert_snapshot!(taken);
}
