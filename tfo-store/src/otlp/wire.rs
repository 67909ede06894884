//! The protobuf wire format: fields of a message, one after the other, without a copy and without recursion.
//!
//! Everything malformed is an error that names the message, and the field where it is known. Groups, which OTLP
//! does not use, are skipped like any unknown field, to a bounded depth.

use super::DecodeError;

/// How deep values and groups may nest; a deeper request is refused whole.
pub(crate) const MAX_DEPTH: usize = 64;

/// How often a field that holds one message may occur; senders write it once, the format merges repetitions.
const MAX_PIECES: usize = 1024;

/// The fields of one message, read one by one.
pub(crate) struct Fields<'a> {
    message: &'static str,
    rest: &'a [u8],
}

/// One field: its number and what the wire said.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    message: &'static str,
    pub(crate) number: u32,
    value: Value<'a>,
}

#[derive(Clone, Copy)]
enum Value<'a> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'a [u8]),
    Group,
    Fixed32(u32),
}

impl Value<'_> {
    fn name(self) -> &'static str {
        match self {
            Value::Varint(_) => "a varint",
            Value::Fixed64(_) => "a 64-bit value",
            Value::Bytes(_) => "a length-delimited value",
            Value::Group => "a group",
            Value::Fixed32(_) => "a 32-bit value",
        }
    }
}

#[cold]
fn error(message: &str, what: impl std::fmt::Display) -> DecodeError {
    DecodeError(format!("{message}: {what}"))
}

/// Takes a varint off the front; `None` when it is cut short or longer than 64 bits.
#[inline]
fn take_varint(rest: &mut &[u8]) -> Option<u64> {
    let (&first, tail) = rest.split_first()?;
    if first < 0x80 {
        *rest = tail;
        return Some(u64::from(first));
    }
    let mut value = u64::from(first & 0x7f);
    let mut tail = tail;
    for shift in (7..64).step_by(7) {
        let (&byte, next) = tail.split_first()?;
        tail = next;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            // The tenth byte holds only bit 63.
            if shift == 63 && byte > 1 {
                return None;
            }
            *rest = tail;
            return Some(value);
        }
    }
    None
}

#[inline]
fn take_array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (array, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(*array)
}

#[inline]
fn take_bytes<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let mut tail = *rest;
    let len = usize::try_from(take_varint(&mut tail)?).ok()?;
    let (bytes, tail) = tail.split_at_checked(len)?;
    *rest = tail;
    Some(bytes)
}

impl<'a> Fields<'a> {
    /// The fields of a message with this name.
    pub(crate) fn new(message: &'static str, bytes: &'a [u8]) -> Self {
        Self { message, rest: bytes }
    }

    /// The next field, `None` at the end of the message.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Option<Field<'a>>, DecodeError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let (number, wire_type) = self.tag()?;
        let value = self.value(number, wire_type)?;
        Ok(Some(Field { message: self.message, number, value }))
    }

    #[inline]
    fn tag(&mut self) -> Result<(u32, u8), DecodeError> {
        let tag = take_varint(&mut self.rest)
            .and_then(|tag| u32::try_from(tag).ok())
            .ok_or_else(|| error(self.message, "a field's tag is cut short or too large"))?;
        let number = tag >> 3;
        if number == 0 {
            return Err(error(self.message, "field number 0"));
        }
        Ok((number, (tag & 7) as u8))
    }

    #[inline]
    fn value(&mut self, number: u32, wire_type: u8) -> Result<Value<'a>, DecodeError> {
        let value = match wire_type {
            0 => take_varint(&mut self.rest).map(Value::Varint),
            1 => take_array(&mut self.rest).map(|bytes| Value::Fixed64(u64::from_le_bytes(bytes))),
            2 => take_bytes(&mut self.rest).map(Value::Bytes),
            3 => return self.skip_group(number).map(|()| Value::Group),
            4 => {
                return Err(error(
                    self.message,
                    format_args!("field {number} ends a group that did not begin"),
                ));
            }
            5 => take_array(&mut self.rest).map(|bytes| Value::Fixed32(u32::from_le_bytes(bytes))),
            _ => return Err(error(self.message, format_args!("field {number} has wire type {wire_type}"))),
        };
        value.ok_or_else(|| {
            error(self.message, format_args!("field {number} is cut short, or longer than its message"))
        })
    }

    /// Skips to behind the end of the group that has just begun.
    fn skip_group(&mut self, number: u32) -> Result<(), DecodeError> {
        let mut open = vec![number];
        while let Some(&innermost) = open.last() {
            if self.rest.is_empty() {
                return Err(error(self.message, format_args!("the group of field {innermost} does not end")));
            }
            match self.tag()? {
                (number, 3) if open.len() == MAX_DEPTH => {
                    let what =
                        format_args!("the group of field {number} nests deeper than {MAX_DEPTH} levels");
                    return Err(error(self.message, what));
                }
                (number, 3) => open.push(number),
                (number, 4) if number == innermost => {
                    open.pop();
                }
                (number, wire_type) => {
                    self.value(number, wire_type)?;
                }
            }
        }
        Ok(())
    }
}

impl<'a> Field<'a> {
    #[cold]
    fn wrong(&self, name: &str, expected: &str) -> DecodeError {
        let got = self.value.name();
        DecodeError(format!("{}.{name}: expected {expected}, got {got}", self.message))
    }

    #[cold]
    fn cut(&self, name: &str) -> DecodeError {
        DecodeError(format!("{}.{name}: the packed numbers are cut short", self.message))
    }

    /// Bytes of a byte string, of packed numbers, or of one number that is not packed.
    pub(crate) fn len(&self) -> usize {
        match self.value {
            Value::Bytes(bytes) => bytes.len(),
            _ => 8,
        }
    }

    #[inline]
    pub(crate) fn varint(&self, name: &str) -> Result<u64, DecodeError> {
        match self.value {
            Value::Varint(value) => Ok(value),
            _ => Err(self.wrong(name, "a varint")),
        }
    }

    #[inline]
    pub(crate) fn fixed64(&self, name: &str) -> Result<u64, DecodeError> {
        match self.value {
            Value::Fixed64(value) => Ok(value),
            _ => Err(self.wrong(name, "a 64-bit value")),
        }
    }

    #[inline]
    pub(crate) fn fixed32(&self, name: &str) -> Result<u32, DecodeError> {
        match self.value {
            Value::Fixed32(value) => Ok(value),
            _ => Err(self.wrong(name, "a 32-bit value")),
        }
    }

    /// A byte string, or the bytes of a message.
    #[inline]
    pub(crate) fn bytes(&self, name: &str) -> Result<&'a [u8], DecodeError> {
        match self.value {
            Value::Bytes(value) => Ok(value),
            _ => Err(self.wrong(name, "a length-delimited value")),
        }
    }

    #[inline]
    pub(crate) fn string(&self, name: &str) -> Result<&'a str, DecodeError> {
        std::str::from_utf8(self.bytes(name)?)
            .map_err(|_| DecodeError(format!("{}.{name}: the text is not UTF-8", self.message)))
    }

    pub(crate) fn double(&self, name: &str) -> Result<f64, DecodeError> {
        self.fixed64(name).map(f64::from_bits)
    }

    pub(crate) fn sfixed64(&self, name: &str) -> Result<i64, DecodeError> {
        self.fixed64(name).map(u64::cast_signed)
    }

    pub(crate) fn int64(&self, name: &str) -> Result<i64, DecodeError> {
        self.varint(name).map(u64::cast_signed)
    }

    /// The low 32 bits, as protobuf reads a 32-bit field; the same for open enums.
    pub(crate) fn int32(&self, name: &str) -> Result<i32, DecodeError> {
        self.uint32(name).map(u32::cast_signed)
    }

    #[expect(clippy::cast_possible_truncation, reason = "protobuf says that the high bits are cut")]
    pub(crate) fn uint32(&self, name: &str) -> Result<u32, DecodeError> {
        self.varint(name).map(|value| value as u32)
    }

    /// Zigzag.
    pub(crate) fn sint32(&self, name: &str) -> Result<i32, DecodeError> {
        self.uint32(name).map(|value| (value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    pub(crate) fn bool(&self, name: &str) -> Result<bool, DecodeError> {
        self.varint(name).map(|value| value != 0)
    }

    /// Adds to a repeated field of 64-bit values, packed or not.
    pub(crate) fn push_fixed64<T>(
        &self,
        name: &str,
        values: &mut Vec<T>,
        from: impl Fn(u64) -> T,
    ) -> Result<(), DecodeError> {
        match self.value {
            Value::Fixed64(value) => values.push(from(value)),
            Value::Bytes(packed) => {
                let (chunks, rest) = packed.as_chunks::<8>();
                if !rest.is_empty() {
                    return Err(self.cut(name));
                }
                values.extend(chunks.iter().map(|chunk| from(u64::from_le_bytes(*chunk))));
            }
            _ => return Err(self.wrong(name, "64-bit values")),
        }
        Ok(())
    }

    /// Adds to a repeated field of varints, packed or not.
    pub(crate) fn push_varints(&self, name: &str, values: &mut Vec<u64>) -> Result<(), DecodeError> {
        match self.value {
            Value::Varint(value) => values.push(value),
            Value::Bytes(mut packed) => {
                while !packed.is_empty() {
                    values.push(take_varint(&mut packed).ok_or_else(|| self.cut(name))?);
                }
            }
            _ => return Err(self.wrong(name, "varints")),
        }
        Ok(())
    }

    /// Adds an occurrence of a field that holds one message.
    #[inline]
    pub(crate) fn merge_into(&self, name: &str, message: &mut Option<Merged<'a>>) -> Result<(), DecodeError> {
        match message {
            None => *message = Some(Merged::new(self.bytes(name)?)),
            Some(merged) => self.merge_more(name, merged)?,
        }
        Ok(())
    }

    /// Adds a further occurrence of a field that holds one message.
    pub(crate) fn merge_more(&self, name: &str, message: &mut Merged<'a>) -> Result<(), DecodeError> {
        let bytes = self.bytes(name)?;
        if message.rest.len() + 1 >= MAX_PIECES {
            return Err(error(self.message, format_args!("{name} occurs more than {MAX_PIECES} times")));
        }
        message.rest.push(bytes);
        Ok(())
    }
}

/// The bytes of one message, in as many pieces as its field occurred: read one after the other they are the
/// merged message.
#[derive(Debug, Clone, Default)]
pub(crate) struct Merged<'a> {
    first: &'a [u8],
    rest: Vec<&'a [u8]>,
}

impl<'a> Merged<'a> {
    /// A message in one piece.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { first: bytes, rest: Vec::new() }
    }

    /// The pieces in order.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &'a [u8]> {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(bytes: &[u8]) -> Result<Vec<u32>, DecodeError> {
        let mut fields = Fields::new("M", bytes);
        let mut numbers = Vec::new();
        while let Some(field) = fields.next()? {
            numbers.push(field.number);
        }
        Ok(numbers)
    }

    fn refusal(bytes: &[u8]) -> String {
        read_all(bytes).unwrap_err().0
    }

    #[test]
    fn varints_end_after_ten_bytes_and_64_bits() {
        let mut longest = &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01][..];
        assert_eq!(take_varint(&mut longest), Some(u64::MAX));
        assert!(longest.is_empty());
        assert_eq!(take_varint(&mut &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02][..]), None);
        assert_eq!(take_varint(&mut &[0x80; 11][..]), None);
        assert_eq!(take_varint(&mut &[0x80][..]), None);
        // Longer than need be, but within the ten bytes.
        assert_eq!(take_varint(&mut &[0x85, 0x80, 0x00][..]), Some(5));
    }

    #[test]
    fn malformed_fields_are_refused_by_name() {
        assert_eq!(refusal(&[0x00, 0x00]), "M: field number 0");
        assert_eq!(refusal(&[0x80]), "M: a field's tag is cut short or too large");
        assert_eq!(refusal(&[0xf8, 0xff, 0xff, 0xff, 0x1f, 0]), "M: a field's tag is cut short or too large");
        assert_eq!(refusal(&[0x0e]), "M: field 1 has wire type 6");
        assert_eq!(refusal(&[0x0c]), "M: field 1 ends a group that did not begin");
        for cut in [&[0x08][..], &[0x09, 1, 2, 3], &[0x0a, 2, 1], &[0x0d, 1, 2, 3]] {
            assert_eq!(refusal(cut), "M: field 1 is cut short, or longer than its message");
        }
        let huge = [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert_eq!(refusal(&huge), "M: field 1 is cut short, or longer than its message");
    }

    #[test]
    fn unknown_groups_are_skipped_to_64_levels() {
        let nested = |depth: usize| {
            let mut bytes = vec![0x0b; depth];
            bytes.extend(vec![0x0c; depth]);
            bytes.extend([0x10, 1]);
            bytes
        };
        assert_eq!(read_all(&nested(64)), Ok(vec![1, 2]));
        assert_eq!(refusal(&nested(65)), "M: the group of field 1 nests deeper than 64 levels");
        assert_eq!(refusal(&vec![0x0b; 10_000_000]), "M: the group of field 1 nests deeper than 64 levels");
        assert_eq!(refusal(&[0x0b]), "M: the group of field 1 does not end");
        assert_eq!(refusal(&[0x0b, 0x14]), "M: field 2 ends a group that did not begin");
    }

    #[test]
    fn zigzag_reads_both_signs() {
        for (wire, value) in [(0, 0), (1, -1), (2, 1), (u64::from(u32::MAX), i32::MIN)] {
            let field = Field { message: "M", number: 1, value: Value::Varint(wire) };
            assert_eq!(field.sint32("f"), Ok(value));
        }
    }
}
