//! Values as YAML that reads back as what it was, here and by readers of YAML 1.1, and that is safe to look at.

use std::fmt::Write as _;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Number, Value};

use super::visible::is_invisible;

/// A value that YAML cannot say, such as a map whose keys are not text.
#[derive(Debug, thiserror::Error)]
#[error("cannot be written as YAML: {0}")]
pub struct WriteError(String);

/// Put behind each character that the writer would let pass: it is always written as [`ESCAPED_MARK`], and a text with it
/// in double quotes.
const MARK: char = '\u{ffff}';
const ESCAPED_MARK: &str = "\\uFFFF";

/// Writes a value as one YAML document, without the `---` before it. Everything invisible is written as an escape.
pub fn to_yaml<T: Serialize + ?Sized>(value: &T) -> Result<String, WriteError> {
    // By way of JSON, because that is what reads back: serde's enums would become tags.
    let json = serde_json::to_string(value).map_err(|error| WriteError(error.to_string()))?;
    let tree = |json: &str| serde_json::from_str::<Tree>(json).map_err(|error| WriteError(error.to_string()));
    let write = |tree: &Tree| serde_saphyr::to_string(tree).map_err(|error| WriteError(error.to_string()));
    if !json.contains(passes) {
        return write(&tree(&json)?);
    }
    // Such characters stand in texts alone, in JSON as in what it is made to.
    let mut marked = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        marked.push(c);
        if passes(c) {
            marked.push(MARK);
        }
    }
    Ok(escaped(&write(&tree(&marked)?)?))
}

/// Invisible, and written as it is all the same.
fn passes(c: char) -> bool {
    is_invisible(c) && !c.is_control() && !matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}')
}

/// Writes out what passed. All of it stands in double quotes, and has a mark behind it.
fn escaped(yaml: &str) -> String {
    let mut out = String::with_capacity(yaml.len());
    let mut rest = yaml.chars();
    while let Some(c) = rest.next() {
        if !passes(c) {
            out.push(c);
            continue;
        }
        let code = u32::from(c);
        let _ = if code > 0xffff { write!(out, "\\U{code:08X}") } else { write!(out, "\\u{code:04X}") };
        if let Some(behind) = rest.as_str().strip_prefix(ESCAPED_MARK) {
            rest = behind.chars();
        }
    }
    out
}

/// A JSON value with its fields in their order.
enum Tree {
    Scalar(Value),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Scalar(value) => value.serialize(serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Map(fields) => serializer.collect_map(fields.iter().map(|(key, value)| (key, value))),
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Scalar(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Tree, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("a number that JSON does not have"))?;
        Ok(Tree::Scalar(number.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Scalar(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Tree, A::Error> {
        let mut map = Vec::new();
        while let Some(field) = fields.next_entry()? {
            map.push(field);
        }
        Ok(Tree::Map(map))
    }
}
