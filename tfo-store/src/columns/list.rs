//! A column of lists, built around the columns of their items.

use std::sync::Arc;

use arrow::array::NullBufferBuilder;
use arrow::array::{Array, ArrayRef, ListArray};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::Field;

use super::cell::Nulls;
use crate::schema;

/// Where the lists of a column end; the items stand elsewhere. Rows are set in order, those left out are null.
pub(super) struct ListOffsets {
    offsets: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl Default for ListOffsets {
    fn default() -> Self {
        Self { offsets: vec![0], nulls: NullBufferBuilder::new(0) }
    }
}

impl ListOffsets {
    fn fill_to(&mut self, rows: usize) {
        let missing = (rows + 1).saturating_sub(self.offsets.len());
        if missing > 0 {
            self.nulls.append_n_nulls(missing);
            self.offsets.resize(rows + 1, self.end());
        }
    }

    fn end(&self) -> i32 {
        self.offsets.last().copied().unwrap_or_default()
    }

    /// Ends the list of a row where there are so many items in all.
    pub(super) fn set(&mut self, row: usize, items: usize) {
        self.fill_to(row);
        self.nulls.append_non_null();
        // What a request may take when decoded keeps the items of a batch far below 2^31.
        self.offsets.push(i32::try_from(items).unwrap_or(i32::MAX));
    }

    /// The finished column around its items.
    pub(super) fn finish(mut self, items: ArrayRef, nulls: &mut Nulls) -> ArrayRef {
        if self.offsets.len() == 1 && nulls.rows() > 0 {
            return nulls.get(schema::list_type(items.data_type().clone()));
        }
        self.fill_to(nulls.rows());
        let field = Arc::new(Field::new("item", items.data_type().clone(), false));
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.offsets));
        Arc::new(ListArray::new(field, offsets, items, self.nulls.finish()))
    }
}
