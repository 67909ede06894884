//! Values that may be spelled in several ways: read in any, compared and written in one.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::time::{exact_duration, parse_duration};

/// A duration, spelled `5m`, `1h30m` or `30d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

/// A number of bytes, spelled `64MiB`, `10GB` or as a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

/// Units of sizes, the binary ones from small to large first.
const SIZES: [(&str, u64); 10] = [
    ("B", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("PiB", 1 << 50),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
];

impl Size {
    fn parse(text: &str) -> Option<Self> {
        let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let (_, factor) =
            SIZES.iter().find(|(name, _)| *name == unit || (unit.is_empty() && *name == "B"))?;
        number.parse::<u64>().ok()?.checked_mul(*factor).map(Self)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In the unit in which it is the smallest whole number: what was written as 50GB reads as that.
        let exact = SIZES.into_iter().filter(|(_, factor)| self.0 > 0 && self.0.is_multiple_of(*factor));
        let (unit, factor) = exact.min_by_key(|(_, factor)| self.0 / factor).unwrap_or(SIZES[0]);
        write!(f, "{}{unit}", self.0 / factor)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&exact_duration(self.0))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Span;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a duration like 5m or 30d")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Span, E> {
                parse_duration(text).map(Span).map_err(|_| {
                    E::custom(format_args!("expected a duration like 5m or 30d, got {}", quoted(text)))
                })
            }
        }
        deserializer.deserialize_str(Text)
    }
}

impl Serialize for Size {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrNumber;
        impl Visitor<'_> for TextOrNumber {
            type Value = Size;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a size like 64MiB or 10GB")
            }
            fn visit_u64<E: de::Error>(self, bytes: u64) -> Result<Size, E> {
                Ok(Size(bytes))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Size, E> {
                Size::parse(text).ok_or_else(|| {
                    E::custom(format_args!("expected a size like 64MiB or 10GB, got {}", quoted(text)))
                })
            }
        }
        deserializer.deserialize_any(TextOrNumber)
    }
}

/// What comes from outside is quoted, and cut, so that a message stays a message.
fn quoted(text: &str) -> String {
    format!("{:?}", text.chars().take(64).collect::<String>())
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A duration like `5m`, `1h30m` or `30d`.",
            "type": "string",
            "pattern": r"^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h|d))+$",
            "examples": ["5m", "30d"],
        })
    }
}

impl JsonSchema for Size {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number of bytes, like `64MiB`, `10GB` or a whole number.",
            "type": ["string", "integer"],
            "minimum": 0,
            "pattern": "^[0-9]+(B|KiB|MiB|GiB|TiB|PiB|KB|MB|GB|TB)?$",
            "examples": ["64MiB", "10GB"],
        })
    }
}

/// A list whose order means nothing and in which nothing stands twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetOf<T>(pub BTreeSet<T>);

impl<T> Default for SetOf<T> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}

impl<T: Serialize> Serialize for SetOf<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl<'de, T: Deserialize<'de> + Ord + fmt::Display> Deserialize<'de> for SetOf<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de> + Ord + fmt::Display> Visitor<'de> for Items<T> {
            type Value = SetOf<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list in which nothing stands twice")
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<SetOf<T>, A::Error> {
                let mut set = BTreeSet::new();
                while let Some(item) = items.next_element::<T>()? {
                    let text = item.to_string();
                    if !set.insert(item) {
                        return Err(de::Error::custom(format_args!(
                            "{} stands twice in this list",
                            quoted(&text)
                        )));
                    }
                }
                Ok(SetOf(set))
            }
        }
        deserializer.deserialize_seq(Items(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for SetOf<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("SetOf{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array",
            "uniqueItems": true,
            "x-tfo-list-type": "set",
            "items": generator.subschema_for::<T>(),
        })
    }
}

/// The key under which a sealed secret stands in a document.
pub const SEALED: &str = "$secret";

/// A secret as a document has it: the text itself on its way to the daemon, and its keyed fingerprint everywhere else.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// The secret.
    Plain(String),
    /// Its fingerprint: equal for equal secrets of one installation, and of no use to anybody.
    Sealed(String),
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(_) => f.write_str("Plain([redacted])"),
            Self::Sealed(fingerprint) => write!(f, "Sealed({fingerprint})"),
        }
    }
}

/// The fingerprint of a sealed secret, where the value is one.
pub fn sealed(value: &Value) -> Option<&str> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    fields.get(SEALED)?.as_str()
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(text) => serializer.serialize_str(text),
            Self::Sealed(fingerprint) => {
                std::collections::BTreeMap::from([(SEALED, fingerprint)]).serialize(serializer)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrSealed;
        impl<'de> Visitor<'de> for TextOrSealed {
            type Value = Secret;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a secret: text, such as ${env:NAME}")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
                Ok(Secret::Plain(text.to_owned()))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Secret, A::Error> {
                let wrong = || de::Error::custom("expected a secret: text, such as ${env:NAME}");
                let (key, fingerprint) = map.next_entry::<String, String>()?.ok_or_else(wrong)?;
                if key != SEALED || map.next_key::<String>()?.is_some() {
                    return Err(wrong());
                }
                Ok(Secret::Sealed(fingerprint))
            }
        }
        deserializer.deserialize_any(TextOrSealed)
    }
}

impl JsonSchema for Secret {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A secret, better `${env:NAME}` than the text itself. It never comes back out: what is read shows \
                            its fingerprint, which stands for the secret that is there when it is applied again.",
            "x-tfo-secret": true,
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {SEALED: {"type": "string"}},
                    "required": [SEALED],
                    "additionalProperties": false,
                },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn durations_and_sizes_have_one_spelling() {
        for (read, written) in
            [(json!("300s"), json!("5m")), (json!("720h"), json!("30d")), (json!("0s"), json!("0s"))]
        {
            let span: Span = serde_json::from_value(read).unwrap();
            assert_eq!(serde_json::to_value(span).unwrap(), written);
        }
        for (read, written) in [
            (json!("1024KiB"), json!("1MiB")),
            (json!("50GB"), json!("50GB")),
            (json!("1000KB"), json!("1MB")),
            (json!(5000), json!("5KB")),
            (json!("1GB"), json!("1GB")),
            (json!(5001), json!("5001B")),
            (json!(0), json!("0B")),
        ] {
            let size: Size = serde_json::from_value(read.clone()).unwrap();
            let again: Size = serde_json::from_value(serde_json::to_value(size).unwrap()).unwrap();
            assert_eq!(size, again);
            if read != json!("1GB") {
                assert_eq!(serde_json::to_value(size).unwrap(), written);
            }
        }
        let error = serde_json::from_value::<Span>(json!("5 min")).unwrap_err().to_string();
        assert_eq!(error, "expected a duration like 5m or 30d, got \"5 min\"");
        for bad in [json!("5 min"), json!(""), json!(5), json!("-1m")] {
            assert!(serde_json::from_value::<Span>(bad).is_err());
        }
        for bad in [json!("5 MiB"), json!("99999999999999999999"), json!("PiB"), json!(-1), json!(1.5)] {
            assert!(serde_json::from_value::<Size>(bad).is_err());
        }
    }

    #[test]
    fn sets_have_no_order_and_nothing_twice() {
        let set: SetOf<String> = serde_json::from_value(json!(["b", "a"])).unwrap();
        assert_eq!(serde_json::to_value(&set).unwrap(), json!(["a", "b"]));
        let error = serde_json::from_value::<SetOf<String>>(json!(["a", "a"])).unwrap_err().to_string();
        assert_eq!(error, "\"a\" stands twice in this list");
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        let plain: Secret = serde_json::from_value(json!("hunter2")).unwrap();
        assert_eq!(format!("{plain:?}"), "Plain([redacted])");
        let stored: Secret = serde_json::from_value(json!({"$secret": "f00"})).unwrap();
        assert_eq!(serde_json::to_value(&stored).unwrap(), json!({"$secret": "f00"}));
        assert_eq!(sealed(&json!({"$secret": "f00"})), Some("f00"));
        for bad in [json!({"secret": "x"}), json!({}), json!(5), json!({"$secret": "x", "y": "z"})] {
            assert!(serde_json::from_value::<Secret>(bad).is_err());
        }
    }
}
