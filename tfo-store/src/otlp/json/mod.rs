//! OTLP/JSON to the protobuf wire format, driven by tables of the messages' fields.
//!
//! Values are written as they are read, without a tree in between. What the sender wrote as 0 or empty is
//! written too, so that it differs from what was left out, as it does in protobuf. Unknown fields are skipped,
//! with their nesting bounded like that of values.

mod scalar;
mod tables;

use std::fmt;
use std::fmt::Write as _;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use tfo_sdk::Signal;

use super::DecodeError;
use super::wire::MAX_DEPTH;
use scalar::{Scalar, expected, put, put_varint, wire_type};
use tables::{Field, Kind, Message};

/// The protobuf form of an `Export…ServiceRequest` in OTLP's JSON encoding.
pub fn to_protobuf(signal: Signal, json: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let json = json.strip_prefix("\u{feff}".as_bytes()).unwrap_or(json);
    if json.iter().all(u8::is_ascii_whitespace) {
        return Err(DecodeError("the request is empty, expected an object".into()));
    }
    let mut writer =
        Writer { out: Vec::with_capacity(json.len() / 2), path: Vec::new(), depth: 0, problem: None };
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    // The writer bounds the depth itself: 64 levels of values are up to 256 of JSON, beyond serde_json's limit.
    deserializer.disable_recursion_limit();
    let read = RequestSeed { writer: &mut writer, message: tables::request(signal) }
        .deserialize(&mut deserializer)
        .and_then(|()| {
            writer.path.clear();
            deserializer.end()
        });
    match read {
        Ok(()) => Ok(writer.out),
        Err(error) => Err(writer.describe(&error)),
    }
}

/// What is written, and where the reader is.
struct Writer {
    out: Vec<u8>,
    path: Vec<Step>,
    /// How many `AnyValue`s are open.
    depth: usize,
    /// What is wrong, where it was found here and not by the JSON reader.
    problem: Option<&'static str>,
}

#[derive(Clone, Copy)]
enum Step {
    Field(&'static str),
    Unknown,
    Item(usize),
}

/// Values deeper than this are written with lengths of a fixed size: making room for a length behind the fact
/// moves what was written, and many levels would move it many times.
const MOVABLE_DEPTH: usize = 4;

impl Writer {
    /// The error of the JSON reader at this place, or of this module.
    fn describe(&self, error: &serde_json::Error) -> DecodeError {
        let mut text = String::new();
        for step in &self.path {
            // Writing to a `String` does not fail.
            let _ = match step {
                Step::Field(name) if text.is_empty() => write!(text, "{name}"),
                Step::Field(name) => write!(text, ".{name}"),
                Step::Unknown if text.is_empty() => write!(text, "an unknown field"),
                Step::Unknown => write!(text, ".(an unknown field)"),
                Step::Item(place) => write!(text, "[{place}]"),
            };
        }
        if text.is_empty() {
            text.push_str("the request");
        }
        let _ = match self.problem {
            Some(problem) => write!(text, ": {problem}"),
            None => write!(text, ": {error}"),
        };
        DecodeError(text)
    }

    fn problem<E: serde::de::Error>(&mut self, problem: &'static str) -> E {
        self.problem = Some(problem);
        E::custom(problem)
    }

    fn tag(&mut self, number: u32, wire_type: u32) {
        put_varint(u64::from(number << 3 | wire_type), &mut self.out);
    }

    /// Leaves room for a length; gives where it is.
    fn begin(&mut self) -> (usize, usize) {
        let room = if self.depth > MOVABLE_DEPTH { 5 } else { 1 };
        let start = self.out.len();
        self.out.resize(start + room, 0);
        (start, room)
    }

    /// Writes the length of what was written since.
    fn end(&mut self, (start, room): (usize, usize)) {
        let len = self.out.len() - start - room;
        if let (1, Ok(len @ ..0x80)) = (room, u8::try_from(len)) {
            self.out[start] = len;
            return;
        }
        let mut varint = Vec::with_capacity(10);
        put_varint(len as u64, &mut varint);
        // A varint may be longer than it need be.
        while varint.len() < room {
            if let Some(last) = varint.last_mut() {
                *last |= 0x80;
            }
            varint.push(0);
        }
        self.out.splice(start..start + room, varint);
    }

    /// Writes the fields of a message, without tag and length.
    fn fields<'de, A: MapAccess<'de>>(
        &mut self,
        message: &'static Message,
        mut map: A,
    ) -> Result<(), A::Error> {
        if message.is_any_value {
            if self.depth == MAX_DEPTH {
                return Err(self.problem("values nest deeper than 64 levels"));
            }
            self.depth += 1;
        }
        let mut chosen = None;
        while let Some(field) = map.next_key_seed(KeySeed(message))? {
            match field {
                Some(field) => {
                    self.path.push(Step::Field(field.name));
                    let before = self.out.len();
                    map.next_value_seed(ValueSeed { writer: self, field, in_list: false })?;
                    // `null` wrote nothing: it chooses nothing.
                    if self.out.len() > before
                        && message.one_of.contains(&field.number)
                        && *chosen.get_or_insert(field.number) != field.number
                    {
                        return Err(self.problem("another of the fields that exclude each other is set too"));
                    }
                }
                None => {
                    self.path.push(Step::Unknown);
                    map.next_value_seed(Skip { writer: self, depth: 0 })?;
                }
            }
            self.path.pop();
        }
        self.depth -= usize::from(message.is_any_value);
        Ok(())
    }
}

/// Reads the request itself.
struct RequestSeed<'a> {
    writer: &'a mut Writer,
    message: &'static Message,
}

impl<'de> DeserializeSeed<'de> for RequestSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RequestSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.writer.fields(self.message, map)
    }

    // Without this the whole text would stand in the message.
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        Err(self.writer.problem("expected an object"))
    }
}

/// Reads a key; gives the field, `None` for an unknown one.
struct KeySeed(&'static Message);

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Option<&'static Field>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Option<&'static Field>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.fields.iter().find(|field| field.name == name || field.original_name == name))
    }
}

/// Reads the value of a field, or one item of it, and writes it with its tag.
struct ValueSeed<'a> {
    writer: &'a mut Writer,
    field: &'static Field,
    in_list: bool,
}

impl ValueSeed<'_> {
    fn unexpected<E: serde::de::Error>(self) -> E {
        let expected = if self.field.repeated && !self.in_list {
            "expected an array"
        } else {
            expected(self.field.kind)
        };
        self.writer.problem(expected)
    }

    fn scalar<E: serde::de::Error>(self, scalar: Scalar<'_>) -> Result<(), E> {
        let Self { writer, field, in_list } = &self;
        if field.repeated && !in_list {
            return Err(self.unexpected());
        }
        let (start, wire_type) = (writer.out.len(), wire_type(field.kind));
        // Numbers of a list are packed: the list has the tag.
        if !(field.repeated && wire_type != 2) {
            self.writer.tag(field.number, wire_type);
        }
        if put(self.field.kind, scalar, &mut self.writer.out).is_none() {
            self.writer.out.truncate(start);
            return Err(self.unexpected());
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.scalar(Scalar::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.scalar(Scalar::Signed(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.scalar(Scalar::Unsigned(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.scalar(Scalar::Double(value))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        self.scalar(Scalar::Text(value))
    }

    /// `null` is a field that was left out; a list cannot leave out an item.
    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        if self.in_list { Err(self.unexpected()) } else { Ok(()) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Self { writer, field, in_list } = self;
        if !field.repeated || in_list {
            return Err(ValueSeed { writer, field, in_list }.unexpected());
        }
        let packed = (wire_type(field.kind) != 2).then(|| {
            writer.tag(field.number, 2);
            writer.begin()
        });
        let mut place = 0;
        loop {
            writer.path.push(Step::Item(place));
            if seq.next_element_seed(ValueSeed { writer, field, in_list: true })?.is_none() {
                break;
            }
            writer.path.pop();
            place += 1;
        }
        writer.path.pop();
        if let Some(packed) = packed {
            writer.end(packed);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let Self { writer, field, in_list } = self;
        match field.kind {
            Kind::Message(message) if field.repeated == in_list => {
                writer.tag(field.number, 2);
                let begun = writer.begin();
                writer.fields(message, map)?;
                writer.end(begun);
                Ok(())
            }
            _ => Err(ValueSeed { writer, field, in_list }.unexpected()),
        }
    }
}

/// Skips a value, to a bounded depth.
struct Skip<'a> {
    writer: &'a mut Writer,
    depth: usize,
}

impl<'a> Skip<'a> {
    fn deeper<E: serde::de::Error>(self) -> Result<(&'a mut Writer, usize), E> {
        if self.depth == MAX_DEPTH {
            return Err(self.writer.problem("nests deeper than 64 levels"));
        }
        Ok((self.writer, self.depth + 1))
    }
}

impl<'de> DeserializeSeed<'de> for Skip<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Skip<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let (writer, depth) = self.deeper()?;
        while seq.next_element_seed(Skip { writer, depth })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (writer, depth) = self.deeper()?;
        while map.next_key_seed(Skip { writer, depth })?.is_some() {
            map.next_value_seed(Skip { writer, depth })?;
        }
        Ok(())
    }
}
