//! Values as YAML that reads back as what it was, here and by readers of YAML 1.1.

use serde::Serialize;

/// A value that YAML cannot say, such as a map whose keys are not text.
#[derive(Debug, thiserror::Error)]
#[error("cannot be written as YAML: {0}")]
pub struct WriteError(String);

/// Writes a value as one YAML document, without the `---` before it.
pub fn to_yaml<T: Serialize + ?Sized>(value: &T) -> Result<String, WriteError> {
    // By way of JSON, because that is what reads back: serde's enums would become tags.
    let value = serde_json::to_value(value).map_err(|error| WriteError(error.to_string()))?;
    serde_saphyr::to_string(&value).map_err(|error| WriteError(error.to_string()))
}
