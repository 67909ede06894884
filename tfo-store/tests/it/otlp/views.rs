//! Views of batches as a query engine gives them: fewer columns, and other types for the same values.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use tfo_sdk::Signal;
use tfo_store::otlp::json::to_protobuf;
use tfo_store::view;

use super::helpers::decode_bytes;

fn example() -> RecordBatch {
    let json = include_str!("../../../../tests/data/otlp/logs.json");
    let raw = to_protobuf(Signal::Logs, json.as_bytes()).unwrap();
    decode_bytes(Signal::Logs, &raw).unwrap().batch
}

/// The batch with another type for its columns of text.
fn with_text_as(batch: &RecordBatch, text: &DataType) -> RecordBatch {
    let columns = batch.columns().iter().map(|column| match column.data_type() {
        DataType::Utf8 => cast(column, text).unwrap(),
        _ => column.clone(),
    });
    let columns: Vec<ArrayRef> = columns.collect();
    let fields = batch
        .schema()
        .fields()
        .iter()
        .zip(&columns)
        .map(|(field, column)| Field::new(field.name(), column.data_type().clone(), field.is_nullable()))
        .collect::<Vec<_>>();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

#[test]
fn text_may_have_any_of_arrows_types() {
    let batch = example();
    let expected = view::log_records(&batch).unwrap();
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    for text in [DataType::Utf8View, DataType::LargeUtf8, dictionary] {
        assert_eq!(view::log_records(&with_text_as(&batch, &text)).unwrap(), expected, "{text}");
    }
}

#[test]
fn a_column_that_is_missing_is_null() {
    let batch = example();
    let kept: Vec<usize> = (0..batch.num_columns())
        .filter(|column| {
            let name = batch.schema().field(*column).name().clone();
            ["timestamp", "ingest_seq", "ingest_row", "body", "attr.http.route"].contains(&name.as_str())
        })
        .collect();
    let records = view::log_records(&batch.project(&kept).unwrap()).unwrap();
    assert_eq!(
        serde_json::to_string(&records[0]).unwrap(),
        r#"{"id":"0.0","timestamp":"2018-12-13T14:51:00.3Z","body":"Example log record","attributes":{}}"#
    );
    let error = view::log_records(&batch.project(&kept[..1]).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "column ingest_seq is missing or null");
}

#[test]
fn a_part_of_a_batch_is_read_alone() {
    let json = include_str!("../../../../tests/data/otlp/metrics.json");
    let raw = to_protobuf(Signal::MetricPoints, json.as_bytes()).unwrap();
    let batch = decode_bytes(Signal::MetricPoints, &raw).unwrap().batch;
    let whole = view::metric_points(&batch).unwrap();
    for row in 0..batch.num_rows() {
        assert_eq!(view::metric_points(&batch.slice(row, 1)).unwrap(), whole[row..=row]);
    }
}
