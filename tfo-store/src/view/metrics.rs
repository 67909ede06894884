//! Metric points, with their buckets, quantiles and exemplars.

use arrow::array::{ArrowPrimitiveType, AsArray, ListArray};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type, TimestampNanosecondType, UInt32Type, UInt64Type};
use arrow::record_batch::RecordBatch;
use tfo_sdk::api::{Buckets, Exemplar, MetricPoint, Quantile};
use tfo_sdk::{AnyValue, Signal};

use super::ViewError;
use super::attributes::AttributeReader;
use super::origin::{IdReader, OriginReader};
use super::table::{Numbers, Table, Text, item_rows, items, required};
use crate::schema;

/// The metric points of a batch.
pub fn metric_points(batch: &RecordBatch) -> Result<Vec<MetricPoint>, ViewError> {
    let table = &Table::new(Signal::MetricPoints, batch);
    let id = IdReader::new(table)?;
    let timestamp = table.times(schema::TIMESTAMP)?;
    let sent_timestamp = table.times("sent_timestamp")?;
    let start_timestamp = table.times("start_timestamp")?;
    let metric_name = table.text("metric_name")?;
    let unit = table.text("unit")?;
    let description = table.text("description")?;
    let metadata = AttributeReader::new(table, schema::metric_metadata())?;
    let kind = table.text("type")?;
    let temporality = table.text("temporality")?;
    let is_monotonic = table.booleans("is_monotonic")?;
    let service_name = table.text(schema::SERVICE_NAME)?;
    let series_id = table.text("series_id")?;
    let attributes = AttributeReader::new(table, schema::record_attributes(Signal::MetricPoints))?;
    let value = ValueReader::new(table)?;
    let count = table.numbers::<UInt64Type>("count")?;
    let sum = table.numbers::<Float64Type>("sum")?;
    let min = table.numbers::<Float64Type>("min")?;
    let max = table.numbers::<Float64Type>("max")?;
    let bounds = table.lists("bounds")?;
    let bucket_counts = table.lists("bucket_counts")?;
    let scale = table.numbers::<Int32Type>("scale")?;
    let zero_count = table.numbers::<UInt64Type>("zero_count")?;
    let zero_threshold = table.numbers::<Float64Type>("zero_threshold")?;
    let positive = BucketReader::new(table, "positive_offset", "positive_counts")?;
    let negative = BucketReader::new(table, "negative_offset", "negative_counts")?;
    let quantiles = QuantileReader::new(table)?;
    let exemplars = ExemplarReader::new(table)?;
    let flags = table.numbers::<UInt32Type>("flags")?;
    let origin = OriginReader::new(table)?;
    let point = |row: usize| {
        Ok(MetricPoint {
            id: id.get(row)?,
            timestamp: required(schema::TIMESTAMP, timestamp.time(row))?,
            sent_timestamp: sent_timestamp.time(row),
            start_timestamp: start_timestamp.time(row),
            metric_name: metric_name.owned(row),
            unit: unit.owned(row),
            description: description.owned(row),
            metadata: metadata.get(row)?.unwrap_or_default(),
            kind: required("type", kind.owned(row))?,
            temporality: temporality.owned(row),
            is_monotonic: is_monotonic.get(row),
            service_name: service_name.owned(row),
            series_id: required("series_id", series_id.owned(row))?,
            attributes: attributes.get(row)?.unwrap_or_default(),
            value: value.get(row),
            count: count.get(row),
            sum: sum.get(row).map(AnyValue::Double),
            min: min.get(row).map(AnyValue::Double),
            max: max.get(row).map(AnyValue::Double),
            bounds: numbers::<Float64Type>(bounds.as_ref(), row)
                .map(|bounds| bounds.into_iter().map(AnyValue::Double).collect()),
            bucket_counts: numbers::<UInt64Type>(bucket_counts.as_ref(), row),
            scale: scale.get(row),
            zero_count: zero_count.get(row),
            zero_threshold: zero_threshold.get(row).map(AnyValue::Double),
            positive: positive.get(row),
            negative: negative.get(row),
            quantiles: quantiles.get(row)?,
            exemplars: exemplars.get(row)?,
            flags: flags.get(row),
            origin: origin.get(row)?,
        })
    };
    (0..table.rows()).map(point).collect()
}

/// The numbers that a list column has in a row.
fn numbers<T: ArrowPrimitiveType>(lists: Option<&ListArray>, row: usize) -> Option<Vec<T::Native>> {
    let rows = item_rows(lists, row)?;
    lists?.values().as_primitive_opt::<T>()?.values().get(rows).map(<[_]>::to_vec)
}

/// An integer or a double, as sent.
struct ValueReader {
    double: Numbers<Float64Type>,
    int: Numbers<Int64Type>,
}

impl ValueReader {
    fn new(table: &Table) -> Result<Self, ViewError> {
        Ok(Self { double: table.numbers("value")?, int: table.numbers("value_int")? })
    }

    fn get(&self, row: usize) -> Option<AnyValue> {
        self.int.get(row).map(AnyValue::Int).or_else(|| self.double.get(row).map(AnyValue::Double))
    }
}

struct BucketReader {
    offset: Numbers<Int32Type>,
    counts: Option<ListArray>,
}

impl BucketReader {
    fn new(table: &Table, offset: &str, counts: &str) -> Result<Self, ViewError> {
        Ok(Self { offset: table.numbers(offset)?, counts: table.lists(counts)? })
    }

    fn get(&self, row: usize) -> Option<Buckets> {
        let counts = numbers::<UInt64Type>(self.counts.as_ref(), row)?;
        Some(Buckets { offset: self.offset.get(row), counts })
    }
}

struct QuantileReader {
    lists: Option<ListArray>,
    quantile: Numbers<Float64Type>,
    value: Numbers<Float64Type>,
}

impl QuantileReader {
    fn new(table: &Table) -> Result<Self, ViewError> {
        let lists = table.lists("quantiles")?;
        let quantiles = items(lists.as_ref(), schema::quantile_fields())?;
        Ok(Self { lists, quantile: quantiles.numbers("quantile")?, value: quantiles.numbers("value")? })
    }

    fn get(&self, row: usize) -> Result<Option<Vec<Quantile>>, ViewError> {
        let Some(rows) = item_rows(self.lists.as_ref(), row) else { return Ok(None) };
        let quantile = |row: usize| {
            Ok(Quantile {
                quantile: AnyValue::Double(required("quantiles.quantile", self.quantile.get(row))?),
                value: AnyValue::Double(required("quantiles.value", self.value.get(row))?),
            })
        };
        rows.map(quantile).collect::<Result<_, _>>().map(Some)
    }
}

struct ExemplarReader {
    lists: Option<ListArray>,
    timestamp: Numbers<TimestampNanosecondType>,
    value: ValueReader,
    trace_id: Text,
    span_id: Text,
    attributes: AttributeReader,
}

impl ExemplarReader {
    fn new(table: &Table) -> Result<Self, ViewError> {
        let lists = table.lists("exemplars")?;
        let exemplars = items(lists.as_ref(), schema::exemplar_fields())?;
        Ok(Self {
            lists,
            timestamp: exemplars.times("timestamp")?,
            value: ValueReader::new(&exemplars)?,
            trace_id: exemplars.text("trace_id")?,
            span_id: exemplars.text("span_id")?,
            attributes: AttributeReader::new(&exemplars, &schema::NESTED)?,
        })
    }

    fn get(&self, row: usize) -> Result<Vec<Exemplar>, ViewError> {
        let exemplar = |row: usize| {
            Ok(Exemplar {
                timestamp: self.timestamp.time(row),
                value: self.value.get(row),
                trace_id: self.trace_id.id(row)?,
                span_id: self.span_id.id(row)?,
                filtered_attributes: self.attributes.get(row)?.unwrap_or_default(),
            })
        };
        item_rows(self.lists.as_ref(), row).unwrap_or_default().map(exemplar).collect()
    }
}
