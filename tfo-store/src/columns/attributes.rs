//! The columns of one set of attributes, by the rule at the head of [`crate::schema`].

use arrow::array::ArrayRef;

use super::cell::{Int64Column, Nulls, TextColumn};
use super::map::MapColumn;
use crate::otlp::DecodeError;
use crate::otlp::value::{AnyValueRef, KeyValueRef};
use crate::schema::{AttributeSet, PromotedType, TEXT_TYPE};

/// Attributes of a message whose keys are remembered, and the longest key that is.
const MOST_KNOWN: usize = 64;
const LONGEST_KNOWN: usize = 64;

/// The map, the types and the promoted columns.
pub(super) struct AttributeColumns {
    set: &'static AttributeSet,
    map: MapColumn,
    types: MapColumn,
    promoted: Vec<Promoted>,
    /// The keys of the message before, and their promoted columns: the next one mostly has the same.
    known: Vec<(String, Option<usize>)>,
    scratch: String,
}

enum Promoted {
    Text(TextColumn),
    Int(Int64Column),
}

impl AttributeColumns {
    pub(super) fn new(set: &'static AttributeSet) -> Self {
        let promoted = set
            .promoted
            .iter()
            .map(|(_, kind)| match kind {
                PromotedType::Text => Promoted::Text(TextColumn::default()),
                PromotedType::Int => Promoted::Int(Int64Column::default()),
            })
            .collect();
        Self {
            set,
            map: MapColumn::default(),
            types: MapColumn::default(),
            promoted,
            known: Vec::new(),
            scratch: String::new(),
        }
    }

    /// Sets a row to the attributes of a message; gives the bytes of text that it took.
    pub(super) fn append(&mut self, row: usize, attributes: &[&[u8]]) -> Result<usize, DecodeError> {
        self.map.begin(row);
        let mut written = 0;
        // The entries of the map up to here are behind what the map of types says.
        let mut typed_to = self.map.entries();
        for (number, bytes) in attributes.iter().enumerate() {
            let KeyValueRef { key, value } = KeyValueRef::parse(bytes)?;
            let place = self.place(number, key);
            if let Some(bytes) = place.and_then(|place| self.promote(row, place, &value)) {
                written += bytes;
                continue;
            }
            let text = value.text(&mut self.scratch)?;
            written += key.len() + text.len();
            if let Some(code) = value.type_code() {
                self.types.begin(row);
                for _ in 0..self.map.count_key(key, typed_to) {
                    self.types.entry(key, TEXT_TYPE);
                }
                self.types.entry(key, code);
                typed_to = self.map.entries() + 1;
            }
            self.map.entry(key, text);
        }
        Ok(written)
    }

    /// Which promoted column a key has, if it has one; the key of the so-manyth attribute of a message.
    fn place(&mut self, number: usize, key: &str) -> Option<usize> {
        if let Some((known, place)) = self.known.get(number)
            && known == key
        {
            return *place;
        }
        let place = self.set.promoted.binary_search_by(|(name, _)| (*name).cmp(key)).ok();
        if key.len() <= LONGEST_KNOWN {
            if let Some((known, known_place)) = self.known.get_mut(number) {
                known.clear();
                known.push_str(key);
                *known_place = place;
            } else if number == self.known.len() && number < MOST_KNOWN {
                self.known.push((key.to_owned(), place));
            }
        }
        place
    }

    /// Puts a value into its promoted column, if it is of its type and the row does not have a value there yet; gives
    /// the bytes that it took.
    fn promote(&mut self, row: usize, place: usize, value: &AnyValueRef<'_>) -> Option<usize> {
        match (self.promoted.get_mut(place)?, value) {
            (Promoted::Text(column), AnyValueRef::String(text)) if !column.is_set(row) => {
                column.set(row, text);
                Some(text.len())
            }
            (Promoted::Int(column), AnyValueRef::Int(value)) if !column.is_set(row) => {
                column.set(row, *value);
                Some(0)
            }
            _ => None,
        }
    }

    /// Gives the row, where it is the last, to so many rows behind it.
    pub(super) fn repeat(&mut self, row: usize, times: usize) {
        if times == 0 {
            return;
        }
        self.map.repeat(row, times);
        self.types.repeat(row, times);
        for column in &mut self.promoted {
            match column {
                Promoted::Text(column) => column.repeat(row, times),
                Promoted::Int(column) => column.repeat(row, times),
            }
        }
    }

    /// The finished columns in the order of the schema: map, types, promoted ones.
    pub(super) fn finish(self, nulls: &mut Nulls) -> impl Iterator<Item = ArrayRef> + use<> {
        let mut columns = vec![self.map.finish(nulls), self.types.finish(nulls)];
        columns.extend(self.promoted.into_iter().map(|column| match column {
            Promoted::Text(column) => column.finish(nulls),
            Promoted::Int(column) => column.finish(nulls),
        }));
        columns.into_iter()
    }
}
