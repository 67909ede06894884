//! Batches that share what is null: most of a table's hundred columns have no value in most batches.

use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, RecordBatch, new_null_array};
use arrow::compute::concat;
use arrow::error::ArrowError;

/// Bytes in memory; an array that several columns share counts once.
pub(crate) fn bytes(batch: &RecordBatch) -> u64 {
    let mut shared: Vec<&ArrayRef> = Vec::new();
    let mut bytes = 0;
    for column in batch.columns() {
        // Only columns without a value are shared, and by type, so that there are few different ones.
        if column.null_count() == column.len() {
            if shared.iter().any(|seen| Arc::ptr_eq(seen, column)) {
                continue;
            }
            shared.push(column);
        }
        bytes += column.get_array_memory_size() as u64;
    }
    bytes
}

/// The rows of batches of one schema, in their order. Columns without a value are shared again.
///
/// # Errors
/// When a column would be too large for its type.
pub(crate) fn joined(parts: &[RecordBatch]) -> Result<RecordBatch, ArrowError> {
    let Some(first) = parts.first() else {
        return Err(ArrowError::InvalidArgumentError("no batch to join".to_owned()));
    };
    let rows = parts.iter().map(RecordBatch::num_rows).sum();
    let mut nulls: Vec<ArrayRef> = Vec::new();
    let columns = (0..first.num_columns()).map(|place| {
        let arrays: Vec<_> = parts.iter().map(|part| part.column(place).as_ref()).collect();
        if arrays.iter().any(|array| array.null_count() < array.len()) {
            return concat(&arrays);
        }
        let data_type = first.column(place).data_type();
        if let Some(null) = nulls.iter().find(|null| null.data_type() == data_type) {
            return Ok(null.clone());
        }
        let null = new_null_array(data_type, rows);
        nulls.push(null.clone());
        Ok(null)
    });
    RecordBatch::try_new(first.schema(), columns.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};
    use arrow::compute::concat_batches;
    use arrow::datatypes::{DataType, Field, Schema};

    use super::*;

    fn batch(texts: &[Option<&str>], number: Option<i64>) -> RecordBatch {
        let field = |name: &str, data_type| Field::new(name, data_type, true);
        let schema = Schema::new(vec![
            field("text", DataType::Utf8),
            field("a", DataType::Utf8),
            field("b", DataType::Utf8),
            field("number", DataType::Int64),
        ]);
        let null = new_null_array(&DataType::Utf8, texts.len());
        let text: ArrayRef = Arc::new(StringArray::from(texts.to_vec()));
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![number; texts.len()]));
        RecordBatch::try_new(Arc::new(schema), vec![text, null.clone(), null, numbers]).unwrap()
    }

    #[test]
    fn batches_are_joined_as_arrow_joins_them_and_share_what_is_null() {
        let parts = [batch(&[Some("x"), None], None), batch(&[None], Some(7)), batch(&[], None)];
        let joined = joined(&parts).unwrap();
        assert_eq!(joined, concat_batches(&parts[0].schema(), &parts).unwrap());
        assert!(Arc::ptr_eq(joined.column(1), joined.column(2)));
        assert_eq!(joined.column(3).null_count(), 2);
    }

    #[test]
    fn an_array_that_columns_share_counts_once() {
        let batch = batch(&[Some("x"); 1000], Some(1));
        let columns = batch.columns().iter().map(|column| column.get_array_memory_size() as u64);
        let all: u64 = columns.sum();
        assert_eq!(bytes(&batch), all - batch.column(1).get_array_memory_size() as u64);
    }
}
