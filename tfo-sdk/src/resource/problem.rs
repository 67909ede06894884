//! What is wrong with a resource, and where: by JSON Pointer, so that it can be found in a file and in a request alike.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::yaml::{Mistake, nearest};

/// One mistake in a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SpecProblem {
    /// JSON Pointer (RFC 6901) from the root of the resource: `/spec/days`.
    pub pointer: String,
    /// What kind of mistake, for programs: `invalid-value`.
    pub code: String,
    /// What is wrong and what was expected.
    pub message: String,
    /// What to do, where there is more to say than that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl SpecProblem {
    /// A mistake at this place.
    pub fn new(pointer: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.to_owned(), message: message.into(), help: None }
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

/// A field that there is none of, with the name that was meant or those that there are.
pub(super) fn unknown_field(pointer: &str, key: &str, known: &[&str]) -> SpecProblem {
    let shown: String = key.chars().take(64).collect();
    let (meant, help) = match nearest(key, known.iter().copied()) {
        Some(near) => (format!(", did you mean `{near}`?"), None),
        None => (String::new(), Some(format!("known fields are `{}`", known.join("`, `")))),
    };
    let message = format!("unknown field `{shown}`{meant}");
    SpecProblem { help, ..SpecProblem::new(below(pointer, key), "unknown-field", message) }
}

/// Reads a type from a value that stands at this pointer.
///
/// # Errors
/// Every mistake, at its own place, in the words of [`crate::yaml`].
pub fn read<T: DeserializeOwned>(pointer: &str, value: &Value) -> Result<T, Vec<SpecProblem>> {
    crate::yaml::read_value(pointer, value)
        .map_err(|mistakes| mistakes.into_iter().map(SpecProblem::from).collect())
}

impl From<Mistake> for SpecProblem {
    fn from(mistake: Mistake) -> Self {
        let Mistake { pointer, code, message, help } = mistake;
        Self { pointer, code: code.into_owned(), message, help }
    }
}
