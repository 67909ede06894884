//! Columns by name, in the types of the schema whatever types they came in.

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, ListArray, MapArray, PrimitiveArray,
    StringArray, StructArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Fields, TimestampNanosecondType};
use arrow::record_batch::RecordBatch;
use tfo_sdk::{Signal, Timestamp};

use super::ViewError;
use crate::schema;

/// The columns of a batch, or of the items of a nested list.
pub(super) struct Table {
    batch: RecordBatch,
    expected: Fields,
}

impl Table {
    pub(super) fn new(signal: Signal, batch: &RecordBatch) -> Self {
        Self { batch: batch.clone(), expected: schema::schema(signal).fields().clone() }
    }

    /// The items of a list column.
    pub(super) fn of_items(items: &StructArray, expected: Fields) -> Result<Self, ViewError> {
        let batch = RecordBatch::try_new(
            std::sync::Arc::new(arrow::datatypes::Schema::new(items.fields().clone())),
            items.columns().to_vec(),
        );
        Ok(Self { batch: batch.map_err(|error| ViewError(error.to_string()))?, expected })
    }

    pub(super) fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// Names of the columns, in their order.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.batch.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>().into_iter()
    }

    /// The type of a column, where the batch has it.
    pub(super) fn data_type(&self, name: &str) -> Option<DataType> {
        self.batch.column_by_name(name).map(|column| column.data_type().clone())
    }

    fn column(&self, name: &str, data_type: &DataType) -> Result<Option<ArrayRef>, ViewError> {
        let Some(column) = self.batch.column_by_name(name) else { return Ok(None) };
        if column.data_type() == data_type {
            return Ok(Some(column.clone()));
        }
        let cast = cast(column, data_type);
        cast.map(Some).map_err(|error| ViewError(format!("column {name}: {error}")))
    }

    /// A column in the type that the schema says.
    fn known_column(&self, name: &str) -> Result<Option<ArrayRef>, ViewError> {
        match self.expected.find(name) {
            Some((_, field)) => self.column(name, field.data_type()),
            None => Err(ViewError(format!("there is no column {name}"))),
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<Text, ViewError> {
        Ok(Text(self.column(name, &DataType::Utf8)?.map(|column| column.as_string().clone())))
    }

    pub(super) fn numbers<T: ArrowPrimitiveType>(&self, name: &str) -> Result<Numbers<T>, ViewError> {
        let column = match T::DATA_TYPE {
            DataType::Timestamp(..) => self.column(name, &schema::timestamp_type())?,
            data_type => self.column(name, &data_type)?,
        };
        Ok(Numbers(column.map(|column| column.as_primitive().clone())))
    }

    pub(super) fn times(&self, name: &str) -> Result<Numbers<TimestampNanosecondType>, ViewError> {
        self.numbers(name)
    }

    pub(super) fn booleans(&self, name: &str) -> Result<Booleans, ViewError> {
        Ok(Booleans(self.column(name, &DataType::Boolean)?.map(|column| column.as_boolean().clone())))
    }

    pub(super) fn maps(&self, name: &str) -> Result<Option<MapArray>, ViewError> {
        Ok(self.known_column(name)?.map(|column| column.as_map().clone()))
    }

    pub(super) fn lists(&self, name: &str) -> Result<Option<ListArray>, ViewError> {
        Ok(self.known_column(name)?.map(|column| column.as_list().clone()))
    }
}

/// A column of text, or of nothing.
pub(super) struct Text(Option<StringArray>);

impl Text {
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        let column = self.0.as_ref()?;
        column.is_valid(row).then(|| column.value(row))
    }

    pub(super) fn owned(&self, row: usize) -> Option<String> {
        self.get(row).map(str::to_owned)
    }

    /// An id, which is hex of a fixed length.
    pub(super) fn id<I: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        row: usize,
    ) -> Result<Option<I>, ViewError> {
        self.get(row).map(str::parse).transpose().map_err(|error| ViewError(format!("{error}")))
    }
}

/// A column of numbers, or of nothing.
pub(super) struct Numbers<T: ArrowPrimitiveType>(Option<PrimitiveArray<T>>);

impl<T: ArrowPrimitiveType> Numbers<T> {
    pub(super) fn get(&self, row: usize) -> Option<T::Native> {
        let column = self.0.as_ref()?;
        column.is_valid(row).then(|| column.value(row))
    }
}

impl Numbers<TimestampNanosecondType> {
    pub(super) fn time(&self, row: usize) -> Option<Timestamp> {
        self.get(row).map(Timestamp)
    }
}

/// A column of booleans, or of nothing.
pub(super) struct Booleans(Option<BooleanArray>);

impl Booleans {
    pub(super) fn get(&self, row: usize) -> Option<bool> {
        let column = self.0.as_ref()?;
        column.is_valid(row).then(|| column.value(row))
    }
}

/// A value that every row must have.
pub(super) fn required<T>(name: &str, value: Option<T>) -> Result<T, ViewError> {
    value.ok_or_else(|| ViewError(format!("column {name} is missing or null")))
}

/// The rows of the items that a list column has in a row; `None` where it is null.
pub(super) fn item_rows(lists: Option<&ListArray>, row: usize) -> Option<std::ops::Range<usize>> {
    let lists = lists.filter(|lists| lists.is_valid(row))?;
    let offsets = lists.value_offsets();
    let offset = |row: usize| offsets.get(row).and_then(|offset| usize::try_from(*offset).ok());
    Some(offset(row)?..offset(row + 1)?)
}

/// The items of a list column of structs, as a table of their own.
pub(super) fn items(lists: Option<&ListArray>, expected: Fields) -> Result<Table, ViewError> {
    match lists.map(|lists| lists.values().as_struct_opt()) {
        Some(Some(items)) => Table::of_items(items, expected),
        Some(None) => Err(ViewError("a list of something else than structs".into())),
        None => Ok(Table {
            batch: RecordBatch::new_empty(std::sync::Arc::new(arrow::datatypes::Schema::empty())),
            expected,
        }),
    }
}
