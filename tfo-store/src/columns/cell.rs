//! A column of single values that may be null.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    ArrayBuilder, ArrayRef, ArrowPrimitiveType, BooleanBuilder, PrimitiveBuilder, StringBuilder,
    new_null_array,
};
use arrow::datatypes::{
    DataType, Float64Type, Int32Type, Int64Type, TimestampNanosecondType, UInt32Type, UInt64Type,
};

use crate::schema;

/// What a column is built with.
pub(super) trait Cells {
    type Value<'a>: Copy;
    fn data_type() -> DataType;
    fn with_capacity(rows: usize) -> Self;
    fn len(&self) -> usize;
    fn push(&mut self, value: Self::Value<'_>);
    fn push_nulls(&mut self, count: usize);
    fn finish(self) -> ArrayRef;
}

impl Cells for StringBuilder {
    type Value<'a> = &'a str;

    fn data_type() -> DataType {
        DataType::Utf8
    }

    fn with_capacity(rows: usize) -> Self {
        // Room for the rows before, which have no text, and for some text.
        Self::with_capacity(rows, 256)
    }

    fn len(&self) -> usize {
        ArrayBuilder::len(self)
    }

    fn push(&mut self, value: &str) {
        self.append_value(value);
    }

    fn push_nulls(&mut self, count: usize) {
        self.append_nulls(count);
    }

    fn finish(mut self) -> ArrayRef {
        Arc::new(Self::finish(&mut self))
    }
}

impl<T: ArrowPrimitiveType> Cells for PrimitiveBuilder<T> {
    type Value<'a> = T::Native;

    fn data_type() -> DataType {
        match T::DATA_TYPE {
            DataType::Timestamp(..) => schema::timestamp_type(),
            other => other,
        }
    }

    fn with_capacity(rows: usize) -> Self {
        Self::with_capacity(rows).with_data_type(Self::data_type())
    }

    fn len(&self) -> usize {
        ArrayBuilder::len(self)
    }

    fn push(&mut self, value: T::Native) {
        self.append_value(value);
    }

    fn push_nulls(&mut self, count: usize) {
        self.append_nulls(count);
    }

    fn finish(mut self) -> ArrayRef {
        Arc::new(Self::finish(&mut self))
    }
}

impl Cells for BooleanBuilder {
    type Value<'a> = bool;

    fn data_type() -> DataType {
        DataType::Boolean
    }

    fn with_capacity(rows: usize) -> Self {
        Self::with_capacity(rows)
    }

    fn len(&self) -> usize {
        ArrayBuilder::len(self)
    }

    fn push(&mut self, value: bool) {
        self.append_value(value);
    }

    fn push_nulls(&mut self, count: usize) {
        self.append_nulls(count);
    }

    fn finish(mut self) -> ArrayRef {
        Arc::new(Self::finish(&mut self))
    }
}

/// A column of values that may be null; rows are set in order, those left out are null.
pub(super) struct Column<C> {
    cells: Option<C>,
}

/// A column of text.
pub(super) type TextColumn = Column<StringBuilder>;
/// A column of booleans.
pub(super) type BoolColumn = Column<BooleanBuilder>;
/// A column of times in nanoseconds.
pub(super) type TimeColumn = Column<PrimitiveBuilder<TimestampNanosecondType>>;
/// A column of 32-bit integers.
pub(super) type Int32Column = Column<PrimitiveBuilder<Int32Type>>;
/// A column of 64-bit integers.
pub(super) type Int64Column = Column<PrimitiveBuilder<Int64Type>>;
/// A column of unsigned 32-bit integers.
pub(super) type UInt32Column = Column<PrimitiveBuilder<UInt32Type>>;
/// A column of unsigned 64-bit integers.
pub(super) type UInt64Column = Column<PrimitiveBuilder<UInt64Type>>;
/// A column of doubles.
pub(super) type DoubleColumn = Column<PrimitiveBuilder<Float64Type>>;

impl<C> Default for Column<C> {
    fn default() -> Self {
        Self { cells: None }
    }
}

impl<C: Cells> Column<C> {
    fn filled_to(&mut self, row: usize) -> &mut C {
        let cells = self.cells.get_or_insert_with(|| C::with_capacity((row + 1).next_power_of_two().max(16)));
        let missing = row.saturating_sub(cells.len());
        if missing > 0 {
            cells.push_nulls(missing);
        }
        cells
    }

    /// Whether the row was set.
    pub(super) fn is_set(&self, row: usize) -> bool {
        self.cells.as_ref().is_some_and(|cells| cells.len() > row)
    }

    /// Sets a row behind those already set.
    #[inline]
    pub(super) fn set(&mut self, row: usize, value: C::Value<'_>) {
        self.filled_to(row).push(value);
    }

    /// Sets a row, if there is a value.
    #[inline]
    pub(super) fn set_option(&mut self, row: usize, value: Option<C::Value<'_>>) {
        if let Some(value) = value {
            self.set(row, value);
        }
    }

    /// Sets so many rows alike, if there is a value.
    pub(super) fn set_all(&mut self, row: usize, count: usize, value: Option<C::Value<'_>>) {
        let Some(value) = value else { return };
        let cells = self.filled_to(row);
        for _ in 0..count {
            cells.push(value);
        }
    }

    /// The finished column.
    pub(super) fn finish(self, nulls: &mut Nulls) -> ArrayRef {
        match self.cells {
            None => nulls.get(C::data_type()),
            Some(mut cells) => {
                cells.push_nulls(nulls.rows.saturating_sub(cells.len()));
                cells.finish()
            }
        }
    }
}

impl TextColumn {
    /// Gives the row's value, where it is the last that is set, to so many rows behind it.
    pub(super) fn repeat(&mut self, row: usize, times: usize) {
        let Some(cells) = &mut self.cells else { return };
        let start = match cells.offsets_slice() {
            [.., start, _] if Cells::len(cells) == row + 1 => usize::try_from(*start).unwrap_or_default(),
            _ => return,
        };
        let value = cells.values_slice().get(start..).unwrap_or_default();
        let value = String::from_utf8_lossy(value).into_owned();
        cells.append_value_n(value, times);
    }
}

impl Int64Column {
    /// Gives the row's value, where it is the last that is set, to so many rows behind it.
    pub(super) fn repeat(&mut self, row: usize, times: usize) {
        let Some(cells) = &mut self.cells else { return };
        if let [.., value] = *cells.values_slice()
            && Cells::len(cells) == row + 1
        {
            cells.append_value_n(value, times);
        }
    }
}

/// Columns that are null in every row: one a type, shared.
pub(super) struct Nulls {
    rows: usize,
    arrays: HashMap<DataType, ArrayRef>,
}

impl Nulls {
    /// For tables of so many rows.
    pub(super) fn new(rows: usize) -> Self {
        Self { rows, arrays: HashMap::new() }
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// A column of this type.
    pub(super) fn get(&mut self, data_type: DataType) -> ArrayRef {
        let rows = self.rows;
        self.arrays.entry(data_type).or_insert_with_key(|data_type| new_null_array(data_type, rows)).clone()
    }
}
