//! Identities: tenants, traces, spans, records, and the three signals.
//!
//! Each is parsed once at the edge; a value of one of these types is valid.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A tenant: an environment whose telemetry is kept apart from every other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TenantId(Uuid);

impl TenantId {
    /// The tenant `default/default/default/default`, the same on every installation.
    pub const DEFAULT: Self = Self(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));

    /// The tenant with this id.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The 16 bytes of the id.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The tenant whose id has these 16 bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl JsonSchema for TenantId {
    fn schema_name() -> Cow<'static, str> {
        "TenantId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "A tenant.", "type": "string", "format": "uuid" })
    }
}

impl FromStr for TenantId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Uuid::parse_str(text).map(Self).map_err(|_| IdError { what: "tenant id", expected: "a UUID" })
    }
}

/// What kind of telemetry: each signal has one table and one folder of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Log records.
    Logs,
    /// Spans of traces.
    Spans,
    /// Data points of metrics.
    MetricPoints,
}

impl Signal {
    /// All three, in the order in which they are listed everywhere.
    pub const ALL: [Self; 3] = [Self::Logs, Self::Spans, Self::MetricPoints];

    /// The name of its SQL table and of its folder.
    pub const fn table(self) -> &'static str {
        match self {
            Self::Logs => "logs",
            Self::Spans => "spans",
            Self::MetricPoints => "metric_points",
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.table())
    }
}

/// A text that is not the id it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what}: expected {expected}")]
pub struct IdError {
    what: &'static str,
    expected: &'static str,
}

macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal, $what:literal, $expected:literal, $example:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// The id with these bytes.
            pub const fn from_bytes(bytes: [u8; $bytes]) -> Self {
                Self(bytes)
            }

            /// The bytes of the id.
            pub const fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let mut bytes = [0; $bytes];
                let digits = text.as_bytes();
                if digits.len() != 2 * $bytes || !digits.iter().all(u8::is_ascii_hexdigit) {
                    return Err(IdError { what: $what, expected: $expected });
                }
                for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
                    let value = |digit: u8| (digit as char).to_digit(16).unwrap_or(0) as u8;
                    *byte = value(pair[0]) << 4 | value(pair[1]);
                }
                Ok(Self(bytes))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "description": concat!("A ", $what, ": ", $expected, ", lower-case in answers."),
                    "type": "string",
                    "pattern": format!("^[0-9A-Fa-f]{{{}}}$", 2 * $bytes),
                    "examples": [$example],
                })
            }
        }
    };
}

hex_id!(
    /// A trace: 16 bytes, written as 32 lower-case hex digits.
    TraceId,
    16,
    "trace id",
    "32 hex digits",
    "5b8efff798038103d269b633813fc60c"
);
hex_id!(
    /// A span: 8 bytes, written as 16 lower-case hex digits.
    SpanId,
    8,
    "span id",
    "16 hex digits",
    "eee19b7ec3c1b174"
);

/// A record's identity for life: the sequence of the request that brought it, and its place in that request.
///
/// Written `sequence.row`; ordered by arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId {
    /// Sequence of the request in the write-ahead log.
    pub sequence: u64,
    /// Place of the record among all records of its request, counted from 0.
    pub row: u32,
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.sequence, self.row)
    }
}

impl FromStr for RecordId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let error = IdError { what: "record id", expected: "two numbers like 42.7" };
        let (sequence, row) = text.split_once('.').ok_or(error)?;
        Ok(Self { sequence: sequence.parse().map_err(|_| error)?, row: row.parse().map_err(|_| error)? })
    }
}

impl Serialize for RecordId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RecordId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for RecordId {
    fn schema_name() -> Cow<'static, str> {
        "RecordId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A record's identity for life: the sequence of the request that brought it, and its \
                            place in that request. Records with higher sequences arrived later.",
            "type": "string",
            "pattern": r"^[0-9]{1,20}\.[0-9]{1,10}$",
            "examples": ["42.7"],
        })
    }
}
