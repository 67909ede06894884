//! What is wrong with a resource, and where: by JSON Pointer, so that it can be found in a file and in a request alike.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One mistake in a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SpecProblem {
    /// JSON Pointer (RFC 6901) from the root of the resource: `/spec/days`.
    pub pointer: String,
    /// What kind of mistake, for programs: `invalid-value`.
    pub code: String,
    /// What is wrong and what was expected.
    pub message: String,
}

impl SpecProblem {
    /// A mistake at this place.
    pub fn new(pointer: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.to_owned(), message: message.into() }
    }
}

/// Mistakes as they are found.
#[derive(Debug, Default)]
pub struct Problems(Vec<SpecProblem>);

impl Problems {
    /// Remembers a mistake in the value of a field.
    pub fn value(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.0.push(SpecProblem::new(pointer, "invalid-value", message));
    }

    /// Refuses `null` anywhere in it: leaving a field out is the one way to say nothing.
    pub fn refuse_nulls(&mut self, pointer: &str, value: &Value) {
        match value {
            Value::Null => {
                self.value(pointer, "expected a value, got null; leave the field out to say nothing");
            }
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.refuse_nulls(&below(pointer, key), value);
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.refuse_nulls(&format!("{pointer}/{at}"), item);
                }
            }
            _ => {}
        }
    }

    /// All mistakes, where there are any.
    ///
    /// # Errors
    /// The mistakes.
    pub fn into_result(self) -> Result<(), Vec<SpecProblem>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

/// The pointer to a field below another one.
pub fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Reads a type from a value that stands at this pointer.
///
/// # Errors
/// The first mistake, at its own place.
pub fn read<T: DeserializeOwned>(pointer: &str, value: &Value) -> Result<T, SpecProblem> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let mut place = pointer.to_owned();
        for segment in error.path() {
            match segment {
                serde_path_to_error::Segment::Seq { index } => place.push_str(&format!("/{index}")),
                serde_path_to_error::Segment::Map { key } => place = below(&place, key),
                _ => {}
            }
        }
        let message = error.inner().to_string();
        let code = if message.starts_with("unknown field") {
            "unknown-field"
        } else if message.starts_with("missing field") {
            "missing-field"
        } else if message.starts_with("invalid type") {
            "invalid-type"
        } else {
            "invalid-value"
        };
        SpecProblem::new(place, code, message)
    })
}
