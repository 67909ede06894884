//! The columns of `metric_points`, with the lists of buckets, quantiles and exemplars.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, Float64Array, PrimitiveArray};
use arrow::datatypes::{Float64Type, UInt64Type};
use arrow::record_batch::RecordBatch;
use tfo_sdk::{Signal, Timestamp};

use super::attributes::AttributeColumns;
use super::cell::{
    BoolColumn, DoubleColumn, Int32Column, Int64Column, Nulls, TextColumn, TimeColumn, UInt32Column,
    UInt64Column,
};
use super::list::ListOffsets;
use super::{Frame, enum_name, structs};
use crate::otlp::DecodeError;
use crate::otlp::metrics::MetricRef;
use crate::otlp::origin::Origin;
use crate::otlp::points::{BucketsRef, DataRef, ExemplarRef, MetricKind, Number, PointRef, ValidPoint};
use crate::schema;

/// The table of metric points, while it is built.
pub(crate) struct MetricColumns {
    frame: Frame,
    start_timestamp: TimeColumn,
    metric: MetricFields,
    series_id: TextColumn,
    value: DoubleColumn,
    value_int: Int64Column,
    count: UInt64Column,
    sum: DoubleColumn,
    min: DoubleColumn,
    max: DoubleColumn,
    bounds: NumberLists<Float64Type>,
    bucket_counts: NumberLists<UInt64Type>,
    scale: Int32Column,
    zero_count: UInt64Column,
    zero_threshold: DoubleColumn,
    positive: BucketColumns,
    negative: BucketColumns,
    quantiles: QuantileColumns,
    exemplars: ExemplarColumns,
    flags: UInt32Column,
}

/// What the points of one metric share.
struct MetricFields {
    name: TextColumn,
    unit: TextColumn,
    description: TextColumn,
    metadata: AttributeColumns,
    kind: TextColumn,
    temporality: TextColumn,
    is_monotonic: BoolColumn,
    /// Rows that have their metric.
    filled: usize,
}

impl MetricColumns {
    pub(crate) fn new() -> Self {
        Self {
            frame: Frame::new(Signal::MetricPoints),
            start_timestamp: TimeColumn::default(),
            metric: MetricFields {
                name: TextColumn::default(),
                unit: TextColumn::default(),
                description: TextColumn::default(),
                metadata: AttributeColumns::new(schema::metric_metadata()),
                kind: TextColumn::default(),
                temporality: TextColumn::default(),
                is_monotonic: BoolColumn::default(),
                filled: 0,
            },
            series_id: TextColumn::default(),
            value: DoubleColumn::default(),
            value_int: Int64Column::default(),
            count: UInt64Column::default(),
            sum: DoubleColumn::default(),
            min: DoubleColumn::default(),
            max: DoubleColumn::default(),
            bounds: NumberLists::default(),
            bucket_counts: NumberLists::default(),
            scale: Int32Column::default(),
            zero_count: UInt64Column::default(),
            zero_threshold: DoubleColumn::default(),
            positive: BucketColumns::default(),
            negative: BucketColumns::default(),
            quantiles: QuantileColumns::default(),
            exemplars: ExemplarColumns::new(),
            flags: UInt32Column::default(),
        }
    }

    /// Adds a point; gives the bytes of text that its attributes took, and those of its exemplars.
    pub(crate) fn append(
        &mut self,
        kind: MetricKind,
        point: &PointRef<'_>,
        valid: &ValidPoint,
        series: u64,
        ingest_row: u32,
    ) -> Result<usize, DecodeError> {
        let row = self.frame.begin(valid.times, ingest_row);
        self.start_timestamp.set_option(row, valid.start_timestamp.map(Timestamp::nanos));
        self.series_id.set(row, super::hex(&series.to_be_bytes(), &mut [0; 32]));
        self.set_value(row, point.value);
        self.count.set_option(row, point.count);
        self.sum.set_option(row, point.sum);
        self.min.set_option(row, point.min);
        self.max.set_option(row, point.max);
        match kind {
            MetricKind::Histogram => {
                self.bounds.set(row, &point.bounds);
                self.bucket_counts.set(row, &point.bucket_counts);
            }
            MetricKind::Summary => self.quantiles.set(row, &point.quantiles),
            MetricKind::Gauge | MetricKind::Sum | MetricKind::ExponentialHistogram => {}
        }
        self.scale.set_option(row, point.scale);
        self.zero_count.set_option(row, point.zero_count);
        self.zero_threshold.set_option(row, point.zero_threshold);
        self.positive.set(row, &point.positive);
        self.negative.set(row, &point.negative);
        self.flags.set_option(row, point.flags);
        let mut written = self.frame.attributes.append(row, &point.attributes)?;
        for exemplar in &point.exemplars {
            written += self.exemplars.append(exemplar, point.nested(&exemplar.attributes))?;
        }
        self.exemplars.lists.set(row, self.exemplars.count);
        Ok(written)
    }

    /// An integer stands in both columns, so that a query need not ask which it is.
    #[expect(clippy::cast_precision_loss, reason = "the exact integer stands beside it")]
    fn set_value(&mut self, row: usize, value: Option<Number>) {
        match value {
            Some(Number::Int(value)) => {
                self.value.set(row, value as f64);
                self.value_int.set(row, value);
            }
            Some(Number::Double(value)) => self.value.set(row, value),
            None => {}
        }
    }

    /// Gives this metric to the points that have none yet.
    pub(crate) fn fill_metric(
        &mut self,
        kind: MetricKind,
        metric: &MetricRef<'_>,
        data: &DataRef<'_>,
    ) -> Result<(), DecodeError> {
        let columns = &mut self.metric;
        let row = columns.filled;
        let Some(count @ 1..) = self.frame.rows().checked_sub(row) else { return Ok(()) };
        columns.filled += count;
        columns.name.set_all(row, count, metric.name);
        columns.unit.set_all(row, count, metric.unit);
        columns.description.set_all(row, count, metric.description);
        columns.metadata.append(row, &metric.metadata)?;
        columns.metadata.repeat(row, count - 1);
        columns.kind.set_all(row, count, Some(kind.name()));
        if let Some(temporality) = data.temporality {
            let name = enum_name(temporality, &["UNSPECIFIED", "DELTA", "CUMULATIVE"]);
            columns.temporality.set_all(row, count, Some(&name));
        }
        columns.is_monotonic.set_all(row, count, data.is_monotonic);
        Ok(())
    }

    /// Gives this origin to the points that have none yet.
    pub(crate) fn fill_origin(&mut self, origin: &Origin<'_>) -> Result<(), DecodeError> {
        self.frame.fill_origin(origin)
    }

    /// The finished table.
    pub(crate) fn finish(self) -> Result<RecordBatch, DecodeError> {
        let nulls = &mut Nulls::new(self.frame.rows());
        let metric = self.metric;
        let mut own = vec![
            self.start_timestamp.finish(nulls),
            metric.name.finish(nulls),
            metric.unit.finish(nulls),
            metric.description.finish(nulls),
        ];
        own.extend(metric.metadata.finish(nulls));
        own.extend([
            metric.kind.finish(nulls),
            metric.temporality.finish(nulls),
            metric.is_monotonic.finish(nulls),
            self.series_id.finish(nulls),
            self.value.finish(nulls),
            self.value_int.finish(nulls),
            self.count.finish(nulls),
            self.sum.finish(nulls),
            self.min.finish(nulls),
            self.max.finish(nulls),
            self.bounds.finish(nulls),
            self.bucket_counts.finish(nulls),
            self.scale.finish(nulls),
            self.zero_count.finish(nulls),
            self.zero_threshold.finish(nulls),
        ]);
        own.extend(self.positive.finish(nulls));
        own.extend(self.negative.finish(nulls));
        own.extend([self.quantiles.finish(nulls), self.exemplars.finish(nulls), self.flags.finish(nulls)]);
        self.frame.finish(nulls, own)
    }
}

/// A column of lists of numbers.
struct NumberLists<T: ArrowPrimitiveType> {
    lists: ListOffsets,
    numbers: Vec<T::Native>,
}

impl<T: ArrowPrimitiveType> Default for NumberLists<T> {
    fn default() -> Self {
        Self { lists: ListOffsets::default(), numbers: Vec::new() }
    }
}

impl<T: ArrowPrimitiveType> NumberLists<T> {
    fn set(&mut self, row: usize, numbers: &[T::Native]) {
        self.numbers.extend_from_slice(numbers);
        self.lists.set(row, self.numbers.len());
    }

    fn finish(self, nulls: &mut Nulls) -> ArrayRef {
        self.lists.finish(Arc::new(PrimitiveArray::<T>::from_iter_values(self.numbers)), nulls)
    }
}

#[derive(Default)]
struct BucketColumns {
    offset: Int32Column,
    counts: NumberLists<UInt64Type>,
}

impl BucketColumns {
    fn set(&mut self, row: usize, buckets: &BucketsRef) {
        if buckets.present {
            self.offset.set_option(row, buckets.offset);
            self.counts.set(row, &buckets.counts);
        }
    }

    fn finish(self, nulls: &mut Nulls) -> [ArrayRef; 2] {
        [self.offset.finish(nulls), self.counts.finish(nulls)]
    }
}

#[derive(Default)]
struct QuantileColumns {
    lists: ListOffsets,
    quantiles: Vec<f64>,
    values: Vec<f64>,
}

impl QuantileColumns {
    fn set(&mut self, row: usize, quantiles: &[(f64, f64)]) {
        self.quantiles.extend(quantiles.iter().map(|(quantile, _)| quantile));
        self.values.extend(quantiles.iter().map(|(_, value)| value));
        self.lists.set(row, self.values.len());
    }

    fn finish(self, nulls: &mut Nulls) -> ArrayRef {
        let columns: Vec<ArrayRef> =
            vec![Arc::new(Float64Array::from(self.quantiles)), Arc::new(Float64Array::from(self.values))];
        self.lists.finish(structs(schema::quantile_fields(), columns), nulls)
    }
}

struct ExemplarColumns {
    lists: ListOffsets,
    count: usize,
    timestamp: TimeColumn,
    value: DoubleColumn,
    value_int: Int64Column,
    trace_id: TextColumn,
    span_id: TextColumn,
    attributes: AttributeColumns,
}

impl ExemplarColumns {
    fn new() -> Self {
        Self {
            lists: ListOffsets::default(),
            count: 0,
            timestamp: TimeColumn::default(),
            value: DoubleColumn::default(),
            value_int: Int64Column::default(),
            trace_id: TextColumn::default(),
            span_id: TextColumn::default(),
            attributes: AttributeColumns::new(&schema::NESTED),
        }
    }

    fn append(&mut self, exemplar: &ExemplarRef<'_>, attributes: &[&[u8]]) -> Result<usize, DecodeError> {
        let row = self.count;
        self.count += 1;
        // A time beyond 2^63 has been rejected with its point, and so has an id of a wrong length.
        self.timestamp.set_option(row, exemplar.time.map(u64::cast_signed));
        match exemplar.value {
            Some(Number::Int(value)) => self.value_int.set(row, value),
            Some(Number::Double(value)) => self.value.set(row, value),
            None => {}
        }
        let buffer = &mut [0; 32];
        for (column, id) in [(&mut self.trace_id, exemplar.trace_id), (&mut self.span_id, exemplar.span_id)] {
            if let Some(id) = id.filter(|id| !id.is_empty()) {
                column.set(row, super::hex(id, buffer));
            }
        }
        self.attributes.append(row, attributes)
    }

    fn finish(self, nulls: &mut Nulls) -> ArrayRef {
        let own = &mut Nulls::new(self.count);
        let mut columns = vec![
            self.timestamp.finish(own),
            self.value.finish(own),
            self.value_int.finish(own),
            self.trace_id.finish(own),
            self.span_id.finish(own),
        ];
        columns.extend(self.attributes.finish(own));
        self.lists.finish(structs(schema::exemplar_fields(), columns), nulls)
    }
}
