//! Points from the columns of a batch.

use datafusion::arrow::array::{Array, ArrowPrimitiveType, AsArray, ListArray, PrimitiveArray};
use datafusion::arrow::datatypes::{
    Float64Type, Int32Type, Int64Type, TimestampNanosecondType, UInt32Type, UInt64Type,
};
use datafusion::arrow::record_batch::RecordBatch;
use tfo_sdk::Timestamp;
use tfo_sdk::api::Aggregation;
use tfo_store::schema::TIMESTAMP;

use super::evaluate::distribution::{Buckets, Distribution};
use super::evaluate::explicit::Explicit;
use super::evaluate::exponential::Exponential;
use super::evaluate::number::Number;
use super::evaluate::quantile::Extremes;
use super::evaluate::series::{Measured, Sample, Temporality};
use crate::error::QueryError;
use crate::read::Answer;

/// The type of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Gauge,
    Sum,
    Histogram,
    ExponentialHistogram,
    Summary,
}

impl Kind {
    /// The type with this name in the column `type`.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "gauge" => Self::Gauge,
            "sum" => Self::Sum,
            "histogram" => Self::Histogram,
            "exponential_histogram" => Self::ExponentialHistogram,
            "summary" => Self::Summary,
            _ => return None,
        })
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gauge => "gauge",
            Self::Sum => "sum",
            Self::Histogram => "histogram",
            Self::ExponentialHistogram => "exponential_histogram",
            Self::Summary => "summary",
        }
    }

    /// Whether its points sum up many measurements.
    pub(super) fn is_distribution(self) -> bool {
        matches!(self, Self::Histogram | Self::ExponentialHistogram | Self::Summary)
    }

    /// Whether an aggregation compares points with those before them, which may lie before the range.
    pub(super) fn looks_back(self, aggregation: Aggregation) -> bool {
        match self {
            Self::Gauge => false,
            Self::Sum => matches!(aggregation, Aggregation::Rate | Aggregation::Increase),
            Self::Summary => {
                !matches!(aggregation, Aggregation::Min | Aggregation::Max | Aggregation::Percentile)
            }
            Self::Histogram | Self::ExponentialHistogram => true,
        }
    }

    /// The columns of its values that an aggregation needs. Of cumulative histograms it needs the buckets too, whatever
    /// is asked: a series that began anew may have a larger count than before, and only its buckets tell.
    pub(super) fn columns(self, aggregation: Aggregation, is_cumulative: bool) -> Vec<&'static str> {
        let explicit = &["bounds", "bucket_counts"][..];
        let exponential = &[
            "scale",
            "zero_count",
            "zero_threshold",
            "positive_offset",
            "positive_counts",
            "negative_offset",
            "negative_counts",
        ][..];
        let of_buckets = match self {
            Self::Histogram => explicit,
            Self::ExponentialHistogram => exponential,
            _ => &[],
        };
        let in_buckets = matches!(aggregation, Aggregation::Min | Aggregation::Max | Aggregation::Percentile);
        let parts: &[&[&str]] = match self {
            Self::Gauge | Self::Sum => &[&["value", "value_int"]],
            Self::Summary if in_buckets => &[&["quantiles"]],
            _ if in_buckets => &[&["count", "min", "max"], of_buckets],
            _ if is_cumulative => &[&["count", "sum"], of_buckets],
            _ => &[&["count", "sum"]],
        };
        parts.concat()
    }
}

/// Reads points row by row. Columns that a question does not need are not there.
pub(super) struct Points<'a> {
    kinds: &'a datafusion::arrow::array::StringArray,
    timestamps: &'a PrimitiveArray<TimestampNanosecondType>,
    starts: &'a PrimitiveArray<TimestampNanosecondType>,
    temporalities: &'a datafusion::arrow::array::StringArray,
    flags: &'a PrimitiveArray<UInt32Type>,
    values: Numbers<'a, Float64Type>,
    integers: Numbers<'a, Int64Type>,
    counts: Numbers<'a, UInt64Type>,
    sums: Numbers<'a, Float64Type>,
    mins: Numbers<'a, Float64Type>,
    maxes: Numbers<'a, Float64Type>,
    bounds: Lists<'a>,
    bucket_counts: Lists<'a>,
    scales: Numbers<'a, Int32Type>,
    zero_counts: Numbers<'a, UInt64Type>,
    zero_thresholds: Numbers<'a, Float64Type>,
    positive: (Numbers<'a, Int32Type>, Lists<'a>),
    negative: (Numbers<'a, Int32Type>, Lists<'a>),
    quantiles: Lists<'a>,
}

/// Columns that points are read by, whatever is asked.
pub(super) const COMMON: [&str; 5] = ["type", TIMESTAMP, "start_timestamp", "temporality", "flags"];

/// The flag of a point that says that there is no value.
const NO_RECORDED_VALUE: u32 = 1;

impl<'a> Points<'a> {
    pub(super) fn new(batch: &'a RecordBatch) -> Result<Self, QueryError> {
        let answer = Answer(batch);
        let side =
            |offset, counts| Ok::<_, QueryError>((Numbers::new(batch, offset)?, Lists::new(batch, counts)?));
        Ok(Self {
            kinds: answer.texts("type")?,
            timestamps: answer.numbers(TIMESTAMP)?,
            starts: answer.numbers("start_timestamp")?,
            temporalities: answer.texts("temporality")?,
            flags: answer.numbers("flags")?,
            values: Numbers::new(batch, "value")?,
            integers: Numbers::new(batch, "value_int")?,
            counts: Numbers::new(batch, "count")?,
            sums: Numbers::new(batch, "sum")?,
            mins: Numbers::new(batch, "min")?,
            maxes: Numbers::new(batch, "max")?,
            bounds: Lists::new(batch, "bounds")?,
            bucket_counts: Lists::new(batch, "bucket_counts")?,
            scales: Numbers::new(batch, "scale")?,
            zero_counts: Numbers::new(batch, "zero_count")?,
            zero_thresholds: Numbers::new(batch, "zero_threshold")?,
            positive: side("positive_offset", "positive_counts")?,
            negative: side("negative_offset", "negative_counts")?,
            quantiles: Lists::new(batch, "quantiles")?,
        })
    }

    /// The type of a row; the store has no others.
    pub(super) fn kind(&self, row: usize) -> Result<Kind, QueryError> {
        let name = self.kinds.value(row);
        Kind::named(name).ok_or_else(|| QueryError::Internal(format!("a metric of type {name:?}")))
    }

    /// The point of a row.
    pub(super) fn sample(&self, row: usize) -> Result<Sample, QueryError> {
        let flags = if self.flags.is_valid(row) { self.flags.value(row) } else { 0 };
        let temporality = match self.temporalities.is_valid(row).then(|| self.temporalities.value(row)) {
            Some("DELTA") => Temporality::Delta,
            Some("CUMULATIVE") => Temporality::Cumulative,
            _ => Temporality::Unknown,
        };
        Ok(Sample {
            timestamp: Timestamp(self.timestamps.value(row)),
            start: self.starts.is_valid(row).then(|| Timestamp(self.starts.value(row))),
            temporality,
            value: if flags & NO_RECORDED_VALUE == 0 { self.measured(row)? } else { None },
        })
    }

    fn measured(&self, row: usize) -> Result<Option<Measured>, QueryError> {
        Ok(match self.kind(row)? {
            Kind::Gauge => self.number(row).map(Measured::Gauge),
            Kind::Sum => self.number(row).map(Measured::Sum),
            Kind::Histogram => Some(Measured::Histogram(self.distribution(row, self.explicit(row)))),
            Kind::ExponentialHistogram => {
                Some(Measured::Histogram(self.distribution(row, self.exponential(row))))
            }
            Kind::Summary => {
                Some(Measured::Summary(self.distribution(row, Buckets::None), self.quantiles(row)))
            }
        })
    }

    fn number(&self, row: usize) -> Option<Number> {
        self.integers.get(row).map(Number::Int).or_else(|| self.values.get(row).map(Number::Double))
    }

    fn distribution(&self, row: usize, buckets: Buckets) -> Distribution {
        Distribution {
            count: self.counts.get(row).unwrap_or(0) as f64,
            sum: self.sums.get(row),
            extremes: Extremes::exactly(self.mins.get(row), self.maxes.get(row)),
            buckets,
        }
    }

    fn explicit(&self, row: usize) -> Buckets {
        let bounds = self.bounds.numbers::<Float64Type>(row).to_vec();
        let counts =
            self.bucket_counts.numbers::<UInt64Type>(row).iter().map(|count| *count as f64).collect();
        Explicit::new(bounds, counts).map_or(Buckets::None, Buckets::Explicit)
    }

    fn exponential(&self, row: usize) -> Buckets {
        if self.zero_counts.0.is_none() {
            return Buckets::None;
        }
        let side = |(offsets, counts): &(Numbers<'a, Int32Type>, Lists<'a>)| {
            let counts = counts.numbers::<UInt64Type>(row).iter().map(|count| *count as f64);
            (offsets.get(row).unwrap_or(0), counts)
        };
        let zero_count = self.zero_counts.get(row).unwrap_or(0) as f64;
        Buckets::Exponential(Exponential::new(
            self.scales.get(row).unwrap_or(0),
            (zero_count, self.zero_thresholds.get(row).unwrap_or(0.0)),
            side(&self.positive),
            side(&self.negative),
        ))
    }

    fn quantiles(&self, row: usize) -> Vec<(f64, f64)> {
        let Some((lists, rows)) = self.quantiles.rows(row) else { return Vec::new() };
        let Some(items) = lists.values().as_struct_opt() else { return Vec::new() };
        let column = |name| items.column_by_name(name)?.as_primitive_opt::<Float64Type>();
        let (Some(shares), Some(values)) = (column("quantile"), column("value")) else { return Vec::new() };
        rows.map(|row| (shares.value(row), values.value(row))).collect()
    }
}

/// A column of numbers that may be missing.
struct Numbers<'a, T: ArrowPrimitiveType>(Option<&'a PrimitiveArray<T>>);

impl<'a, T: ArrowPrimitiveType> Numbers<'a, T> {
    fn new(batch: &'a RecordBatch, name: &str) -> Result<Self, QueryError> {
        let Some(column) = batch.column_by_name(name) else { return Ok(Self(None)) };
        let wrong = || QueryError::Internal(format!("the column {name} is of {}", column.data_type()));
        column.as_primitive_opt().map(|column| Self(Some(column))).ok_or_else(wrong)
    }

    fn get(&self, row: usize) -> Option<T::Native> {
        let column = self.0?;
        column.is_valid(row).then(|| column.value(row))
    }
}

/// A column of lists that may be missing.
struct Lists<'a>(Option<&'a ListArray>);

impl<'a> Lists<'a> {
    fn new(batch: &'a RecordBatch, name: &str) -> Result<Self, QueryError> {
        let Some(column) = batch.column_by_name(name) else { return Ok(Self(None)) };
        let wrong = || QueryError::Internal(format!("the column {name} is of {}", column.data_type()));
        column.as_list_opt().map(|column| Self(Some(column))).ok_or_else(wrong)
    }

    fn rows(&self, row: usize) -> Option<(&'a ListArray, std::ops::Range<usize>)> {
        let lists = self.0.filter(|lists| lists.is_valid(row))?;
        let offset = |row: usize| usize::try_from(*lists.value_offsets().get(row)?).ok();
        Some((lists, offset(row)?..offset(row + 1)?))
    }

    fn numbers<T: ArrowPrimitiveType>(&self, row: usize) -> &'a [T::Native] {
        let numbers = self.rows(row).and_then(|(lists, rows)| {
            let values: &'a PrimitiveArray<T> = lists.values().as_primitive_opt()?;
            values.values().get(rows)
        });
        numbers.unwrap_or_default()
    }
}
