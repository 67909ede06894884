//! Protobuf that is written once and sent often: bytes with slots, which are filled anew for every request.
//!
//! Everything that differs between two requests of one template has a fixed width, so that no length in front of it
//! ever changes. So a request costs a copy and some stores, and not an encoding.

use super::fill::Fill;

/// A place in a [`Piece`] that each request fills.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// Where it starts.
    pub(super) at: usize,
    /// What goes in.
    pub(super) fill: Fill,
}

/// A part of a message: text or fields.
#[derive(Debug, Clone, Default)]
pub(super) struct Piece {
    /// The bytes; zero in the slots.
    pub(super) bytes: Vec<u8>,
    /// The slots, in order.
    pub(super) slots: Vec<Slot>,
}

const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const LENGTH: u64 = 2;
const FIXED32: u64 = 5;

impl Piece {
    /// A text without slots.
    pub(super) fn text(text: &str) -> Self {
        Self { bytes: text.as_bytes().to_vec(), slots: Vec::new() }
    }

    /// Adds text.
    pub(super) fn push(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Adds a slot.
    pub(super) fn slot(&mut self, fill: Fill) {
        let at = self.bytes.len();
        self.bytes.resize(at + fill.width(), 0);
        self.slots.push(Slot { at, fill });
    }

    /// A field that is a varint.
    pub(super) fn varint(&mut self, field: u64, value: u64) {
        self.tag(field, VARINT);
        self.bare_varint(value);
    }

    /// A field of eight bytes that each request fills.
    pub(super) fn fixed64_slot(&mut self, field: u64, fill: Fill) {
        self.tag(field, FIXED64);
        self.slot(fill);
    }

    /// A field of four bytes.
    pub(super) fn fixed32(&mut self, field: u64, value: u32) {
        self.tag(field, FIXED32);
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// A field with a length: a text, bytes, packed numbers or a message.
    pub(super) fn nested(&mut self, field: u64, inner: &Self) {
        self.tag(field, LENGTH);
        self.bare_varint(inner.bytes.len() as u64);
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&inner.bytes);
        self.slots.extend(inner.slots.iter().map(|slot| Slot { at: start + slot.at, fill: slot.fill }));
    }

    /// A field of bytes that each request fills, such as an id.
    pub(super) fn nested_slot(&mut self, field: u64, fill: Fill) {
        let mut inner = Self::default();
        inner.slot(fill);
        self.nested(field, &inner);
    }

    /// An attribute with a text: a `KeyValue` in this field.
    pub(super) fn attribute(&mut self, field: u64, key: &str, value: &Self) {
        self.key_value(field, key, &any_text(value));
    }

    /// An attribute with a number.
    pub(super) fn number_attribute(&mut self, field: u64, key: &str, value: u64) {
        let mut any = Self::default();
        any.varint(3, value);
        self.key_value(field, key, &any);
    }

    fn key_value(&mut self, field: u64, key: &str, any: &Self) {
        let mut pair = Self::default();
        pair.nested(1, &Self::text(key));
        pair.nested(2, any);
        self.nested(field, &pair);
    }

    fn tag(&mut self, field: u64, kind: u64) {
        self.bare_varint(field << 3 | kind);
    }

    fn bare_varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }
}

/// An `AnyValue` with a text.
pub(super) fn any_text(text: &Piece) -> Piece {
    let mut any = Piece::default();
    any.nested(1, text);
    any
}
