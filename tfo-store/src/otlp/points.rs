//! The data points of the five metric types on the wire, and what makes one acceptable.

use std::ops::Range;

use tfo_sdk::Timestamp;

use super::DecodeError;
use super::tally::{NESTED_BYTES, NUMBER_BYTES, Reason, Tally, Times, optional_id, time_or_reason};
use super::value::measure;
use super::wire::{Field, Fields, Merged};

/// The type of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MetricKind {
    Gauge,
    Sum,
    Histogram,
    ExponentialHistogram,
    Summary,
}

impl MetricKind {
    /// Its name in the column `type`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gauge => "gauge",
            Self::Sum => "sum",
            Self::Histogram => "histogram",
            Self::ExponentialHistogram => "exponential_histogram",
            Self::Summary => "summary",
        }
    }

    /// The message of its data.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Gauge => "Gauge",
            Self::Sum => "Sum",
            Self::Histogram => "Histogram",
            Self::ExponentialHistogram => "ExponentialHistogram",
            Self::Summary => "Summary",
        }
    }

    fn point_message(self) -> &'static str {
        match self {
            Self::Gauge | Self::Sum => "NumberDataPoint",
            Self::Histogram => "HistogramDataPoint",
            Self::ExponentialHistogram => "ExponentialHistogramDataPoint",
            Self::Summary => "SummaryDataPoint",
        }
    }
}

/// The value of a gauge, a sum or an exemplar.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Number {
    Int(i64),
    Double(f64),
}

/// A data point as it stands on the wire; `None` is a field that was not sent, or that its type lacks.
#[derive(Default)]
pub(crate) struct PointRef<'a> {
    start_time: Option<u64>,
    time: Option<u64>,
    pub(crate) attributes: Vec<&'a [u8]>,
    pub(crate) value: Option<Number>,
    pub(crate) count: Option<u64>,
    pub(crate) sum: Option<f64>,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    pub(crate) bounds: Vec<f64>,
    pub(crate) bucket_counts: Vec<u64>,
    pub(crate) scale: Option<i32>,
    pub(crate) zero_count: Option<u64>,
    pub(crate) zero_threshold: Option<f64>,
    pub(crate) positive: BucketsRef,
    pub(crate) negative: BucketsRef,
    pub(crate) quantiles: Vec<(f64, f64)>,
    pub(crate) exemplars: Vec<ExemplarRef<'a>>,
    pub(crate) flags: Option<u32>,
    /// Attributes of all exemplars; each knows its range.
    exemplar_attributes: Vec<&'a [u8]>,
}

/// Buckets of an exponential histogram on one side of zero.
#[derive(Default)]
pub(crate) struct BucketsRef {
    pub(crate) present: bool,
    pub(crate) offset: Option<i32>,
    pub(crate) counts: Vec<u64>,
}

/// An exemplar of a point.
#[derive(Default)]
pub(crate) struct ExemplarRef<'a> {
    pub(crate) time: Option<u64>,
    pub(crate) value: Option<Number>,
    pub(crate) trace_id: Option<&'a [u8]>,
    pub(crate) span_id: Option<&'a [u8]>,
    /// Asked for with [`PointRef::nested`].
    pub(crate) attributes: Range<usize>,
}

/// What of a point had to be checked.
pub(crate) struct ValidPoint {
    pub(crate) times: Times,
    pub(crate) start_timestamp: Option<Timestamp>,
}

/// Gives a list back, emptied, so that its room is used again.
fn emptied<T>(list: &mut Vec<T>) -> Vec<T> {
    let mut list = std::mem::take(list);
    list.clear();
    list
}

impl<'a> PointRef<'a> {
    /// Reads the next point into this one, whose room is used again.
    pub(crate) fn read(
        &mut self,
        kind: MetricKind,
        bytes: &'a [u8],
        tally: &mut Tally,
    ) -> Result<(), DecodeError> {
        *self = Self {
            attributes: emptied(&mut self.attributes),
            bounds: emptied(&mut self.bounds),
            bucket_counts: emptied(&mut self.bucket_counts),
            positive: BucketsRef { counts: emptied(&mut self.positive.counts), ..BucketsRef::default() },
            negative: BucketsRef { counts: emptied(&mut self.negative.counts), ..BucketsRef::default() },
            quantiles: emptied(&mut self.quantiles),
            exemplars: emptied(&mut self.exemplars),
            exemplar_attributes: emptied(&mut self.exemplar_attributes),
            ..Self::default()
        };
        let mut fields = Fields::new(kind.point_message(), bytes);
        while let Some(field) = fields.next()? {
            match field.number {
                2 => self.start_time = Some(field.fixed64("start_time_unix_nano")?),
                3 => self.time = Some(field.fixed64("time_unix_nano")?),
                _ => match kind {
                    MetricKind::Gauge | MetricKind::Sum => self.number_field(&field, tally)?,
                    MetricKind::Histogram => self.histogram_field(&field, tally)?,
                    MetricKind::ExponentialHistogram => self.exponential_field(&field, tally)?,
                    MetricKind::Summary => self.summary_field(&field, tally)?,
                },
            }
        }
        Ok(())
    }

    fn number_field(&mut self, field: &Field<'a>, tally: &mut Tally) -> Result<(), DecodeError> {
        match field.number {
            4 => self.value = Some(Number::Double(field.double("as_double")?)),
            5 => self.add_exemplar(field, tally)?,
            6 => self.value = Some(Number::Int(field.sfixed64("as_int")?)),
            7 => tally.keep_attribute(&mut self.attributes, field.bytes("attributes")?)?,
            8 => self.flags = Some(field.uint32("flags")?),
            _ => {}
        }
        Ok(())
    }

    fn histogram_field(&mut self, field: &Field<'a>, tally: &mut Tally) -> Result<(), DecodeError> {
        match field.number {
            4 => self.count = Some(field.fixed64("count")?),
            5 => self.sum = Some(field.double("sum")?),
            6 => {
                tally.charge(NUMBER_BYTES * (field.len() / 8))?;
                field.push_fixed64("bucket_counts", &mut self.bucket_counts, |count| count)?;
            }
            7 => {
                tally.charge(NUMBER_BYTES * (field.len() / 8))?;
                field.push_fixed64("explicit_bounds", &mut self.bounds, f64::from_bits)?;
            }
            8 => self.add_exemplar(field, tally)?,
            9 => tally.keep_attribute(&mut self.attributes, field.bytes("attributes")?)?,
            10 => self.flags = Some(field.uint32("flags")?),
            11 => self.min = Some(field.double("min")?),
            12 => self.max = Some(field.double("max")?),
            _ => {}
        }
        Ok(())
    }

    fn exponential_field(&mut self, field: &Field<'a>, tally: &mut Tally) -> Result<(), DecodeError> {
        match field.number {
            1 => tally.keep_attribute(&mut self.attributes, field.bytes("attributes")?)?,
            4 => self.count = Some(field.fixed64("count")?),
            5 => self.sum = Some(field.double("sum")?),
            6 => self.scale = Some(field.sint32("scale")?),
            7 => self.zero_count = Some(field.fixed64("zero_count")?),
            8 => self.positive.merge(field.bytes("positive")?, tally)?,
            9 => self.negative.merge(field.bytes("negative")?, tally)?,
            10 => self.flags = Some(field.uint32("flags")?),
            11 => self.add_exemplar(field, tally)?,
            12 => self.min = Some(field.double("min")?),
            13 => self.max = Some(field.double("max")?),
            14 => self.zero_threshold = Some(field.double("zero_threshold")?),
            _ => {}
        }
        Ok(())
    }

    fn summary_field(&mut self, field: &Field<'a>, tally: &mut Tally) -> Result<(), DecodeError> {
        match field.number {
            4 => self.count = Some(field.fixed64("count")?),
            5 => self.sum = Some(field.double("sum")?),
            6 => {
                tally.charge(2 * NUMBER_BYTES)?;
                self.quantiles.push(quantile(field.bytes("quantile_values")?)?);
            }
            7 => tally.keep_attribute(&mut self.attributes, field.bytes("attributes")?)?,
            8 => self.flags = Some(field.uint32("flags")?),
            _ => {}
        }
        Ok(())
    }

    fn add_exemplar(&mut self, field: &Field<'a>, tally: &mut Tally) -> Result<(), DecodeError> {
        tally.charge(NESTED_BYTES)?;
        let bytes = field.bytes("exemplars")?;
        let exemplar = ExemplarRef::parse(bytes, &mut self.exemplar_attributes, tally)?;
        self.exemplars.push(exemplar);
        Ok(())
    }

    /// The attributes of one of its exemplars.
    pub(crate) fn nested(&self, attributes: &Range<usize>) -> &[&'a [u8]] {
        self.exemplar_attributes.get(attributes.clone()).unwrap_or_default()
    }

    pub(crate) fn validate(&self, tally: &Tally) -> Result<ValidPoint, Reason> {
        let start_timestamp = time_or_reason("start_time_unix_nano", self.start_time)?;
        for exemplar in &self.exemplars {
            time_or_reason("exemplars.time_unix_nano", exemplar.time)?;
            optional_id::<16>("exemplars.trace_id", exemplar.trace_id)?;
            optional_id::<8>("exemplars.span_id", exemplar.span_id)?;
        }
        Ok(ValidPoint { times: tally.times(&[("time_unix_nano", self.time)])?, start_timestamp })
    }

    /// What all its attributes take as text; finds what is malformed in a point that is not kept.
    pub(crate) fn text_bytes(&self) -> Result<usize, DecodeError> {
        Ok(measure(&self.attributes)?.saturating_add(measure(&self.exemplar_attributes)?))
    }
}

impl BucketsRef {
    fn merge(&mut self, bytes: &[u8], tally: &mut Tally) -> Result<(), DecodeError> {
        self.present = true;
        let mut fields = Fields::new("ExponentialHistogramDataPoint.Buckets", bytes);
        while let Some(field) = fields.next()? {
            match field.number {
                1 => self.offset = Some(field.sint32("offset")?),
                2 => {
                    tally.charge(NUMBER_BYTES * field.len())?;
                    field.push_varints("bucket_counts", &mut self.counts)?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn quantile(bytes: &[u8]) -> Result<(f64, f64), DecodeError> {
    let mut pair = (0.0, 0.0);
    let mut fields = Fields::new("SummaryDataPoint.ValueAtQuantile", bytes);
    while let Some(field) = fields.next()? {
        match field.number {
            1 => pair.0 = field.double("quantile")?,
            2 => pair.1 = field.double("value")?,
            _ => {}
        }
    }
    Ok(pair)
}

impl<'a> ExemplarRef<'a> {
    fn parse(
        bytes: &'a [u8],
        attributes: &mut Vec<&'a [u8]>,
        tally: &mut Tally,
    ) -> Result<Self, DecodeError> {
        let first = attributes.len();
        let mut exemplar = Self::default();
        let mut fields = Fields::new("Exemplar", bytes);
        while let Some(field) = fields.next()? {
            match field.number {
                2 => exemplar.time = Some(field.fixed64("time_unix_nano")?),
                3 => exemplar.value = Some(Number::Double(field.double("as_double")?)),
                4 => exemplar.span_id = Some(field.bytes("span_id")?),
                5 => exemplar.trace_id = Some(field.bytes("trace_id")?),
                6 => exemplar.value = Some(Number::Int(field.sfixed64("as_int")?)),
                7 => tally.keep_attribute(attributes, field.bytes("filtered_attributes")?)?,
                _ => {}
            }
        }
        exemplar.attributes = first..attributes.len();
        Ok(exemplar)
    }
}

/// The data of a metric: its points, and what is said of all of them.
#[derive(Default)]
pub(crate) struct DataRef<'a> {
    points: Merged<'a>,
    pub(crate) temporality: Option<i32>,
    pub(crate) is_monotonic: Option<bool>,
}

impl<'a> DataRef<'a> {
    pub(crate) fn parse(kind: MetricKind, message: &Merged<'a>) -> Result<Self, DecodeError> {
        let mut data = Self { points: message.clone(), ..Self::default() };
        for piece in message.pieces() {
            let mut fields = Fields::new(kind.message(), piece);
            while let Some(field) = fields.next()? {
                match (field.number, kind) {
                    (2, MetricKind::Sum | MetricKind::Histogram | MetricKind::ExponentialHistogram) => {
                        data.temporality = Some(field.int32("aggregation_temporality")?);
                    }
                    (3, MetricKind::Sum) => data.is_monotonic = Some(field.bool("is_monotonic")?),
                    _ => {}
                }
            }
        }
        Ok(data)
    }

    /// Calls with each point.
    pub(crate) fn for_each_point(
        &self,
        kind: MetricKind,
        mut call: impl FnMut(&'a [u8]) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        for piece in self.points.pieces() {
            let mut fields = Fields::new(kind.message(), piece);
            while let Some(field) = fields.next()? {
                if field.number == 1 {
                    call(field.bytes("data_points")?)?;
                }
            }
        }
        Ok(())
    }
}
