//! A column of maps from text to text.

use std::sync::Arc;

use arrow::array::NullBufferBuilder;
use arrow::array::{ArrayRef, MapArray, StringBuilder, StructArray};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::DataType;

use super::cell::Nulls;
use crate::schema;

/// A column of maps; rows are begun in order, those left out are null.
///
/// Nothing is allocated before the first row: the maps of types are mostly null throughout.
pub(super) struct MapColumn {
    /// Ends of the rows, behind a 0; empty while nothing was set.
    offsets: Vec<i32>,
    keys: StringBuilder,
    values: StringBuilder,
    nulls: NullBufferBuilder,
}

impl Default for MapColumn {
    fn default() -> Self {
        Self {
            offsets: Vec::new(),
            keys: StringBuilder::with_capacity(0, 0),
            values: StringBuilder::with_capacity(0, 0),
            nulls: NullBufferBuilder::new(0),
        }
    }
}

impl MapColumn {
    fn rows(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    fn end(&self) -> i32 {
        self.offsets.last().copied().unwrap_or_default()
    }

    fn fill_to(&mut self, rows: usize) {
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        let missing = rows.saturating_sub(self.rows());
        if missing > 0 {
            self.nulls.append_n_nulls(missing);
            self.offsets.resize(rows + 1, self.end());
        }
    }

    /// Makes the row a map, empty at first; entries are added to the row begun last.
    pub(super) fn begin(&mut self, row: usize) {
        self.fill_to(row);
        if self.rows() == row {
            self.nulls.append_non_null();
            self.offsets.push(self.end());
        }
    }

    /// Adds an entry to the row that was begun last.
    pub(super) fn entry(&mut self, key: &str, value: &str) {
        self.keys.append_value(key);
        self.values.append_value(value);
        if let Some(end) = self.offsets.last_mut() {
            // The text of a batch is bounded far below 2^31 bytes, and an entry takes more than one.
            *end += 1;
        }
    }

    /// How many entries there are in all rows.
    pub(super) fn entries(&self) -> usize {
        usize::try_from(self.end()).unwrap_or_default()
    }

    /// How many of the entries from this one on have the key.
    pub(super) fn count_key(&self, key: &str, from: usize) -> usize {
        (from..self.entries()).filter(|entry| bytes_of(&self.keys, *entry) == key.as_bytes()).count()
    }

    /// Gives the row's map, where it is the last, to so many rows behind it.
    pub(super) fn repeat(&mut self, row: usize, times: usize) {
        if self.offsets.is_empty() || self.rows() != row + 1 {
            return;
        }
        let start = self.offsets.get(row).copied().unwrap_or_default();
        let start = usize::try_from(start).unwrap_or_default();
        let text = |builder, entry| String::from_utf8_lossy(bytes_of(builder, entry)).into_owned();
        let entries: Vec<(String, String)> = (start..self.entries())
            .map(|entry| (text(&self.keys, entry), text(&self.values, entry)))
            .collect();
        for next in row + 1..=row + times {
            self.begin(next);
            for (key, value) in &entries {
                self.entry(key, value);
            }
        }
    }

    /// The finished column.
    pub(super) fn finish(mut self, nulls: &mut Nulls) -> ArrayRef {
        if self.offsets.is_empty() && nulls.rows() > 0 {
            return nulls.get(schema::map_type());
        }
        self.fill_to(nulls.rows());
        let entries = schema::map_entries();
        let DataType::Struct(fields) = entries.data_type() else { return nulls.get(schema::map_type()) };
        let pairs = StructArray::new(
            fields.clone(),
            vec![Arc::new(self.keys.finish()), Arc::new(self.values.finish())],
            None,
        );
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.offsets));
        Arc::new(MapArray::new(entries, offsets, pairs, self.nulls.finish(), false))
    }
}

/// The bytes of one value of a builder.
fn bytes_of(builder: &StringBuilder, entry: usize) -> &[u8] {
    let offset =
        |entry: usize| builder.offsets_slice().get(entry).and_then(|offset| usize::try_from(*offset).ok());
    let (Some(start), Some(end)) = (offset(entry), offset(entry + 1)) else { return &[] };
    builder.values_slice().get(start..end).unwrap_or_default()
}
