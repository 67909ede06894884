//! Reading the columns of a plan's answer, by name.

use datafusion::arrow::array::{Array, AsArray, PrimitiveArray, StringArray};
use datafusion::arrow::datatypes::{
    ArrowPrimitiveType, Int64Type, TimestampNanosecondType, UInt32Type, UInt64Type,
};
use datafusion::arrow::record_batch::RecordBatch;
use tfo_sdk::{RecordId, Timestamp};
use tfo_store::schema::{INGEST_ROW, INGEST_SEQ};

use crate::error::QueryError;

/// The rows of an answer of a plan of ours.
pub(crate) struct Answer<'a>(pub(crate) &'a RecordBatch);

impl<'a> Answer<'a> {
    fn column(&self, name: &str) -> Result<&'a dyn Array, QueryError> {
        let column = self.0.column_by_name(name);
        column
            .map(AsRef::as_ref)
            .ok_or_else(|| QueryError::Internal(format!("the plan gave no column {name}")))
    }

    /// Numbers or times; null where there is none.
    pub(crate) fn numbers<T: ArrowPrimitiveType>(
        &self,
        name: &str,
    ) -> Result<&'a PrimitiveArray<T>, QueryError> {
        let column = self.column(name)?;
        let wrong = || QueryError::Internal(format!("the column {name} is of {}", column.data_type()));
        column.as_primitive_opt().ok_or_else(wrong)
    }

    /// Texts; null where there is none.
    pub(crate) fn texts(&self, name: &str) -> Result<&'a StringArray, QueryError> {
        let column = self.column(name)?;
        let wrong = || QueryError::Internal(format!("the column {name} is of {}", column.data_type()));
        column.as_string_opt().ok_or_else(wrong)
    }

    /// A text of a row.
    pub(crate) fn text(&self, name: &str, row: usize) -> Result<Option<String>, QueryError> {
        let texts = self.texts(name)?;
        Ok(texts.is_valid(row).then(|| texts.value(row).to_owned()))
    }

    /// An integer of a row.
    pub(crate) fn integer(&self, name: &str, row: usize) -> Result<Option<i64>, QueryError> {
        let numbers = self.numbers::<Int64Type>(name)?;
        Ok(numbers.is_valid(row).then(|| numbers.value(row)))
    }

    /// A count of a row; 0 where it is null.
    pub(crate) fn count(&self, name: &str, row: usize) -> Result<u64, QueryError> {
        Ok(self.integer(name, row)?.map_or(0, |count| u64::try_from(count).unwrap_or(0)))
    }

    /// A time of a row; the start of 1970 where it is null.
    pub(crate) fn time(&self, name: &str, row: usize) -> Result<Timestamp, QueryError> {
        let times = self.numbers::<TimestampNanosecondType>(name)?;
        Ok(Timestamp(if times.is_valid(row) { times.value(row) } else { 0 }))
    }

    /// Whether a row has a boolean that is true.
    pub(crate) fn is(&self, name: &str, row: usize) -> Result<bool, QueryError> {
        let column = self.column(name)?;
        let wrong = || QueryError::Internal(format!("the column {name} is of {}", column.data_type()));
        let booleans = column.as_boolean_opt().ok_or_else(wrong)?;
        Ok(booleans.is_valid(row) && booleans.value(row))
    }

    /// The ids of all rows, row by row.
    pub(crate) fn ids_in_order(&self) -> Result<impl Iterator<Item = RecordId> + use<'a>, QueryError> {
        let sequences = self.numbers::<UInt64Type>(INGEST_SEQ)?.values().iter().copied();
        let rows = self.numbers::<UInt32Type>(INGEST_ROW)?.values().iter().copied();
        Ok(sequences.zip(rows).map(|(sequence, row)| RecordId { sequence, row }))
    }

    /// The texts in a list of a row, sorted.
    pub(crate) fn sorted_list(&self, name: &str, row: usize) -> Result<Vec<String>, QueryError> {
        let column = self.column(name)?;
        let wrong = || QueryError::Internal(format!("the column {name} is of {}", column.data_type()));
        let lists = column.as_list_opt::<i32>().ok_or_else(wrong)?;
        if lists.is_null(row) {
            return Ok(Vec::new());
        }
        let items = lists.value(row);
        let texts = items.as_string_opt::<i32>().ok_or_else(wrong)?;
        let mut texts: Vec<String> = texts.iter().flatten().map(str::to_owned).collect();
        texts.sort_unstable();
        Ok(texts)
    }
}
