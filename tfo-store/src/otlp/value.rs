//! `KeyValue` and `AnyValue` on the wire, and the text that a value has in a column.

use std::fmt::Write;
use std::io;

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD as BASE64;
use tfo_sdk::value::{is_mark, non_finite_name};

use super::DecodeError;
use super::wire::{Fields, MAX_DEPTH, Merged};

/// One attribute, as it stands on the wire.
pub(crate) struct KeyValueRef<'a> {
    pub(crate) key: &'a str,
    pub(crate) value: AnyValueRef<'a>,
}

/// A value, as it stands on the wire. What an array or a map holds is not yet looked at.
#[derive(Default)]
pub(crate) enum AnyValueRef<'a> {
    #[default]
    Empty,
    String(&'a str),
    Bool(bool),
    Int(i64),
    Double(f64),
    Bytes(&'a [u8]),
    Array(Merged<'a>),
    Map(Merged<'a>),
}

impl<'a> KeyValueRef<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        Self::parse_at(1, bytes)
    }

    /// `depth` is the level of its value.
    fn parse_at(depth: usize, bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut key = "";
        let mut value = AnyValueRef::Empty;
        let mut fields = Fields::new("KeyValue", bytes);
        while let Some(field) = fields.next()? {
            match field.number {
                1 => key = field.string("key")?,
                2 => value.merge(depth, field.bytes("value")?)?,
                // 3 is key_strindex, which has a meaning in profiles only.
                _ => {}
            }
        }
        Ok(Self { key, value })
    }
}

impl<'a> AnyValueRef<'a> {
    pub(crate) fn parse(message: &Merged<'a>) -> Result<Self, DecodeError> {
        let mut value = Self::Empty;
        for piece in message.pieces() {
            value.merge(1, piece)?;
        }
        Ok(value)
    }

    /// Reads on: the last alternative wins, and one that is itself a message merges with what it had. `depth` is its own
    /// level.
    fn merge(&mut self, depth: usize, bytes: &'a [u8]) -> Result<(), DecodeError> {
        let mut fields = Fields::new("AnyValue", bytes);
        while let Some(field) = fields.next()? {
            match (field.number, &mut *self) {
                (1, _) => self.replace(depth, Self::String(field.string("string_value")?))?,
                (2, _) => self.replace(depth, Self::Bool(field.bool("bool_value")?))?,
                (3, _) => self.replace(depth, Self::Int(field.int64("int_value")?))?,
                (4, _) => self.replace(depth, Self::Double(field.double("double_value")?))?,
                (5, Self::Array(array)) => field.merge_more("array_value", array)?,
                (5, _) => self.replace(depth, Self::Array(Merged::new(field.bytes("array_value")?)))?,
                (6, Self::Map(map)) => field.merge_more("kvlist_value", map)?,
                (6, _) => self.replace(depth, Self::Map(Merged::new(field.bytes("kvlist_value")?)))?,
                (7, _) => self.replace(depth, Self::Bytes(field.bytes("bytes_value")?))?,
                // 8 is string_value_strindex, which has a meaning in profiles only.
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes another alternative's place; what is malformed in an array or a map is found even so.
    fn replace(&mut self, depth: usize, next: Self) -> Result<(), DecodeError> {
        if matches!(self, Self::Array(_) | Self::Map(_)) {
            self.write_native(&mut Count(0), depth)?;
        }
        *self = next;
        Ok(())
    }

    /// The name of its type in the columns of types; `None` for text.
    pub(crate) fn type_code(&self) -> Option<&'static str> {
        Some(match self {
            Self::String(_) => return None,
            Self::Empty => "empty",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Double(_) => "double",
            Self::Bytes(_) => "bytes",
            Self::Array(_) => "array",
            Self::Map(_) => "map",
        })
    }

    /// Its text in a column: the text itself where it is one, else written to the scratch.
    pub(crate) fn text<'b>(&self, scratch: &'b mut String) -> Result<&'b str, DecodeError>
    where
        'a: 'b,
    {
        if let Self::String(text) = self {
            return Ok(text);
        }
        scratch.clear();
        self.write_text(scratch)?;
        Ok(scratch)
    }

    /// How long its text is, found without taking memory for it.
    pub(crate) fn text_bytes(&self) -> Result<usize, DecodeError> {
        let mut count = Count(0);
        self.write_text(&mut count)?;
        Ok(count.0)
    }

    fn write_text(&self, out: &mut impl Write) -> Result<(), DecodeError> {
        // Writing to memory does not fail.
        let _ = match self {
            Self::String(text) => out.write_str(text),
            Self::Empty => Ok(()),
            Self::Bool(value) => write!(out, "{value}"),
            Self::Int(value) => write!(out, "{value}"),
            Self::Double(value) => match non_finite_name(*value) {
                Some(name) => out.write_str(name),
                None => {
                    write_json(value, out);
                    Ok(())
                }
            },
            Self::Bytes(bytes) => write!(out, "{}", Base64Display::new(bytes, &BASE64)),
            Self::Array(_) | Self::Map(_) => {
                self.write_native(out, 1)?;
                Ok(())
            }
        };
        Ok(())
    }

    /// Appends its native JSON, as `tfo_sdk::AnyValue` writes it. `depth` is its own level.
    fn write_native<W: Write>(&self, out: &mut W, depth: usize) -> Result<(), DecodeError> {
        let push = |out: &mut W, text: &str| {
            let _ = out.write_str(text);
        };
        if depth > MAX_DEPTH {
            return Err(DecodeError(format!("AnyValue: nests deeper than {MAX_DEPTH} levels")));
        }
        match self {
            Self::Empty => push(out, "null"),
            Self::String(text) => write_json(text, out),
            Self::Bool(value) => write_json(value, out),
            Self::Int(value) => write_json(value, out),
            Self::Double(value) => match non_finite_name(*value) {
                Some(name) => {
                    let _ = write!(out, r#"{{"$double":"{name}"}}"#);
                }
                None => write_json(value, out),
            },
            Self::Bytes(bytes) => {
                let _ = write!(out, r#"{{"$bytes":"{}"}}"#, Base64Display::new(bytes, &BASE64));
            }
            Self::Array(message) => {
                push(out, "[");
                for_each_item("ArrayValue", message, |item, first| {
                    if !first {
                        push(out, ",");
                    }
                    let mut value = Self::Empty;
                    value.merge(depth + 1, item)?;
                    value.write_native(out, depth + 1)
                })?;
                push(out, "]");
            }
            Self::Map(message) => {
                push(out, "{");
                let single = is_single(message)?;
                for_each_item("KeyValueList", message, |item, first| {
                    if !first {
                        push(out, ",");
                    }
                    let KeyValueRef { key, value } = KeyValueRef::parse_at(depth + 1, item)?;
                    if single && is_mark(key) {
                        write_json(&format_args!("${key}"), out);
                    } else {
                        write_json(key, out);
                    }
                    push(out, ":");
                    value.write_native(out, depth + 1)
                })?;
                push(out, "}");
            }
        }
        Ok(())
    }
}

/// Whether the list has exactly one entry: only then can a map be mistaken for a mark.
fn is_single(message: &Merged<'_>) -> Result<bool, DecodeError> {
    let mut count = 0u64;
    for_each_item("KeyValueList", message, |_, _| {
        count += 1;
        Ok(())
    })?;
    Ok(count == 1)
}

/// Calls with each of the `values` of an `ArrayValue` or `KeyValueList`, and whether it is the first.
fn for_each_item<'a>(
    name: &'static str,
    message: &Merged<'a>,
    mut call: impl FnMut(&'a [u8], bool) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    let mut first = true;
    for piece in message.pieces() {
        let mut fields = Fields::new(name, piece);
        while let Some(field) = fields.next()? {
            if field.number == 1 {
                call(field.bytes("values")?, first)?;
                first = false;
            }
        }
    }
    Ok(())
}

/// Counts the bytes of a text instead of keeping it.
struct Count(usize);

impl Write for Count {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 = self.0.saturating_add(text.len());
        Ok(())
    }
}

/// Appends JSON to a text: what serde_json writes is made of whole pieces of UTF-8.
struct Utf8<'a, W>(&'a mut W);

impl<W: Write> io::Write for Utf8<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        self.0.write_str(text).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write_json<T: serde::Serialize + ?Sized>(value: &T, out: &mut impl Write) {
    // Numbers, booleans and text always have a JSON form, and `Utf8` takes it.
    let written = serde_json::to_writer(Utf8(out), value);
    debug_assert!(written.is_ok(), "{written:?}");
}

/// Reads attributes to their end and gives the bytes that they take as columns, without taking them. It is what is done
/// with attributes whose record is not kept, so that a malformed one is found all the same.
pub(crate) fn measure(attributes: &[&[u8]]) -> Result<usize, DecodeError> {
    let mut total = 0usize;
    for bytes in attributes {
        let KeyValueRef { key, value } = KeyValueRef::parse(bytes)?;
        total = total.saturating_add(key.len()).saturating_add(value.text_bytes()?);
    }
    Ok(total)
}
