//! Values of attributes and log bodies: OpenTelemetry's `AnyValue`, and its two JSON forms.
//!
//! *Native* JSON is what people read: integers as numbers, doubles always recognisable as such (`5.0`), empty
//! as `null`, bytes as `{"$bytes": "base64"}`, NaN and the infinities as `{"$double": "NaN"}`. It loses nothing:
//! a map that happens to look like one of the two marks has its key's `$` doubled. *OTLP* JSON is the
//! specification's own (`{"intValue": "5"}`).

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One value as OpenTelemetry defines it (common/v1 `AnyValue`).
#[derive(Debug, Clone, Default)]
pub enum AnyValue {
    /// No value at all.
    #[default]
    Empty,
    /// Text.
    String(String),
    /// True or false.
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// A 64-bit floating-point number, NaN and infinities included.
    Double(f64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list, of mixed types if the sender likes.
    Array(Vec<AnyValue>),
    /// Keys and values in the sender's order; a key sent twice stands twice.
    Map(Attributes),
}

/// Keys and values in the sender's order; a key sent twice stands twice.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attributes(pub Vec<(String, AnyValue)>);

impl Attributes {
    /// The value of the first attribute with this key.
    pub fn get(&self, key: &str) -> Option<&AnyValue> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Equality of what was sent: a NaN equals a NaN, 0.0 does not equal -0.0, the integer 5 is not the double 5.0.
impl PartialEq for AnyValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Empty, Self::Empty) => true,
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Double(a), Self::Double(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a == b,
            _ => false,
        }
    }
}

impl fmt::Display for AnyValue {
    /// As a person reads it: text as it is, everything else as native JSON, empty as nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::String(text) => f.write_str(text),
            other => f.write_str(&serde_json::to_string(other).map_err(|_| fmt::Error)?),
        }
    }
}

const BYTES: &str = "$bytes";
const DOUBLE: &str = "$double";

/// Whether a map with this single key would be read as one of our marks (or as an escaped one).
pub fn is_mark(key: &str) -> bool {
    let name = key.trim_start_matches('$');
    name.len() < key.len() && (name == "bytes" || name == "double")
}

/// The name of a double that JSON has no number for.
pub fn non_finite_name(value: f64) -> Option<&'static str> {
    match value {
        v if v.is_nan() => Some("NaN"),
        f64::INFINITY => Some("Infinity"),
        f64::NEG_INFINITY => Some("-Infinity"),
        _ => None,
    }
}

/// The double with one of the names of [`non_finite_name`].
pub fn non_finite_from_name(name: &str) -> Option<f64> {
    match name {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

struct Mark<'a>(&'a str, &'a str);

impl Serialize for Mark<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.0, self.1)?;
        map.end()
    }
}

impl Serialize for AnyValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_unit(),
            Self::String(text) => serializer.serialize_str(text),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Double(value) => match non_finite_name(*value) {
                Some(name) => Mark(DOUBLE, name).serialize(serializer),
                None => serializer.serialize_f64(*value),
            },
            Self::Bytes(bytes) => Mark(BYTES, &BASE64.encode(bytes)).serialize(serializer),
            Self::Array(values) => {
                let mut seq = serializer.serialize_seq(Some(values.len()))?;
                values.iter().try_for_each(|value| seq.serialize_element(value))?;
                seq.end()
            }
            Self::Map(entries) => match entries.0.as_slice() {
                [(key, value)] if is_mark(key) => {
                    let mut map = serializer.serialize_map(Some(1))?;
                    map.serialize_entry(&format!("${key}"), value)?;
                    map.end()
                }
                _ => entries.serialize(serializer),
            },
        }
    }
}

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

struct AnyValueVisitor;

impl<'de> Visitor<'de> for AnyValueVisitor {
    type Value = AnyValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<AnyValue, E> {
        Ok(AnyValue::Empty)
    }

    fn visit_bool<E>(self, value: bool) -> Result<AnyValue, E> {
        Ok(AnyValue::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<AnyValue, E> {
        Ok(AnyValue::Int(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<AnyValue, E> {
        i64::try_from(value).map(AnyValue::Int).map_err(|_| E::custom("an integer beyond 64 bits"))
    }

    fn visit_f64<E>(self, value: f64) -> Result<AnyValue, E> {
        Ok(AnyValue::Double(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<AnyValue, E> {
        Ok(AnyValue::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<AnyValue, E> {
        Ok(AnyValue::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<AnyValue, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(AnyValue::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AnyValue, A::Error> {
        let mut entries: Vec<(String, AnyValue)> = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        if let [(key, value)] = entries.as_mut_slice()
            && is_mark(key)
        {
            if let Some(value) = marked(key, value) {
                return value.map_err(serde::de::Error::custom);
            }
            key.remove(0);
        }
        Ok(AnyValue::Map(Attributes(entries)))
    }
}

/// The value behind a mark; `None` when the key is an escaped one.
fn marked(key: &str, value: &AnyValue) -> Option<Result<AnyValue, String>> {
    let AnyValue::String(text) = value else { return None };
    match key {
        BYTES => Some(BASE64.decode(text).map(AnyValue::Bytes).map_err(|error| format!("$bytes: {error}"))),
        DOUBLE => Some(
            non_finite_from_name(text).map(AnyValue::Double).ok_or(format!("$double: no such name {text:?}")),
        ),
        _ => None,
    }
}

impl<'de> Deserialize<'de> for AnyValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValueVisitor)
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AttributesVisitor;
        impl<'de> Visitor<'de> for AttributesVisitor {
            type Value = Attributes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Attributes(entries))
            }
        }
        deserializer.deserialize_map(AttributesVisitor)
    }
}

impl JsonSchema for AnyValue {
    fn schema_name() -> Cow<'static, str> {
        "AnyValue".into()
    }

    /// Any JSON: the native form loses nothing, and so leaves nothing out that JSON can say.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A value as OpenTelemetry knows it, in native JSON: an integer is a number without a \
                            point, a double one with a point (`5.0`), an empty value `null`, bytes \
                            `{\"$bytes\": \"base64\"}`, NaN and the infinities `{\"$double\": \"NaN\"}` (`Infinity`, \
                            `-Infinity`); a list is an array, a map an object. With `encoding=otlp` it is OTLP's \
                            own form, such as `{\"intValue\": \"5\"}`.",
            "type": ["null", "boolean", "integer", "number", "string", "array", "object"],
            "examples": ["GET", 200, 0.25, { "$bytes": "AQID" }],
        })
    }
}

impl JsonSchema for Attributes {
    fn schema_name() -> Cow<'static, str> {
        "Attributes".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<AnyValue>();
        json_schema!({
            "description": "Keys and values, in the order in which they were sent; a key that was sent twice \
                            stands twice. With `encoding=otlp` a list of `key` and `value`.",
            "anyOf": [
                { "type": "object", "additionalProperties": value },
                {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": { "key": { "type": "string" }, "value": value },
                        "required": ["key", "value"],
                    },
                },
            ],
            "examples": [{ "http.request.method": "GET", "http.response.status_code": 200 }],
        })
    }
}

/// A value in OTLP's own JSON form, such as `{"intValue": "5"}`; see [`AnyValue::as_otlp`].
pub struct Otlp<'a, T>(&'a T);

impl AnyValue {
    /// The same value, to be serialised in OTLP's own JSON form.
    pub fn as_otlp(&self) -> Otlp<'_, Self> {
        Otlp(self)
    }
}

impl Attributes {
    /// The same attributes, to be serialised as OTLP's list of `{"key", "value"}`.
    pub fn as_otlp(&self) -> Otlp<'_, Self> {
        Otlp(self)
    }
}

impl Serialize for Otlp<'_, AnyValue> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            AnyValue::Empty => {}
            AnyValue::String(text) => map.serialize_entry("stringValue", text)?,
            AnyValue::Bool(value) => map.serialize_entry("boolValue", value)?,
            AnyValue::Int(value) => map.serialize_entry("intValue", &value.to_string())?,
            AnyValue::Double(value) => match non_finite_name(*value) {
                Some(name) => map.serialize_entry("doubleValue", name)?,
                None => map.serialize_entry("doubleValue", value)?,
            },
            AnyValue::Bytes(bytes) => map.serialize_entry("bytesValue", &BASE64.encode(bytes))?,
            AnyValue::Array(values) => {
                let values: Vec<_> = values.iter().map(Self).collect();
                map.serialize_entry("arrayValue", &OtlpValues { values })?;
            }
            AnyValue::Map(entries) => {
                map.serialize_entry("kvlistValue", &OtlpValues { values: entries.as_otlp() })?;
            }
        }
        map.end()
    }
}

#[derive(Serialize)]
struct OtlpValues<T> {
    values: T,
}

#[derive(Serialize)]
struct OtlpKeyValue<'a> {
    key: &'a str,
    value: Otlp<'a, AnyValue>,
}

impl Serialize for Otlp<'_, Attributes> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.0.iter().map(|(key, value)| OtlpKeyValue { key, value: Otlp(value) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(key: &str, value: AnyValue) -> AnyValue {
        AnyValue::Map(Attributes(vec![(key.to_owned(), value)]))
    }

    #[test]
    fn every_value_survives_native_json_with_its_type() {
        let values = [
            (AnyValue::Int(5), "5"),
            (AnyValue::Double(5.0), "5.0"),
            (AnyValue::String("5".into()), "\"5\""),
            (AnyValue::Empty, "null"),
            (AnyValue::Bytes(vec![1, 2, 3]), r#"{"$bytes":"AQID"}"#),
            (AnyValue::Double(f64::NAN), r#"{"$double":"NaN"}"#),
            (map("$bytes", AnyValue::String("AQID".into())), r#"{"$$bytes":"AQID"}"#),
            (map("$$double", AnyValue::Int(1)), r#"{"$$$double":1}"#),
            (map("$other", AnyValue::Int(1)), r#"{"$other":1}"#),
            (AnyValue::Array(vec![AnyValue::Int(1), AnyValue::Empty]), "[1,null]"),
        ];
        for (value, json) in values {
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
            assert_eq!(serde_json::from_str::<AnyValue>(json).unwrap(), value, "{json}");
        }
    }

    #[test]
    fn a_key_sent_twice_stands_twice() {
        let json = r#"{"a":1,"a":2}"#;
        let attributes: Attributes = serde_json::from_str(json).unwrap();
        assert_eq!(attributes.0.len(), 2);
        assert_eq!(serde_json::to_string(&attributes).unwrap(), json);
    }

    #[test]
    fn the_otlp_form_is_the_specifications() {
        let value = map("k", AnyValue::Array(vec![AnyValue::Int(5), AnyValue::Empty]));
        assert_eq!(
            serde_json::to_string(&value.as_otlp()).unwrap(),
            r#"{"kvlistValue":{"values":[{"key":"k","value":{"arrayValue":{"values":[{"intValue":"5"},{}]}}}]}}"#
        );
    }
}
