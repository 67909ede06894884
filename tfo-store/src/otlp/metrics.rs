//! `Metric` on the wire: what stands around its points.

use arrow::record_batch::RecordBatch;

use super::DecodeError;
use super::origin::Origin;
use super::points::{DataRef, MetricKind, PointRef};
use super::series::{MetricIdentity, SeriesHasher};
use super::tally::{NESTED_BYTES, Tally};
use super::value::measure;
use super::walk::Records;
use super::wire::{Fields, Merged};
use crate::columns::MetricColumns;

/// A metric as it stands on the wire; `None` is a field that was not sent.
#[derive(Default)]
pub(crate) struct MetricRef<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) description: Option<&'a str>,
    pub(crate) unit: Option<&'a str>,
    pub(crate) metadata: Vec<&'a [u8]>,
    data: Option<(MetricKind, Merged<'a>)>,
    /// Data that other data took the place of: not kept, but not malformed either.
    replaced: Vec<(MetricKind, Merged<'a>)>,
}

impl<'a> MetricRef<'a> {
    fn parse(bytes: &'a [u8], tally: &mut Tally) -> Result<Self, DecodeError> {
        let mut metric = Self::default();
        let mut fields = Fields::new("Metric", bytes);
        while let Some(field) = fields.next()? {
            let (kind, name) = match field.number {
                1 => {
                    metric.name = Some(field.string("name")?);
                    continue;
                }
                2 => {
                    metric.description = Some(field.string("description")?);
                    continue;
                }
                3 => {
                    metric.unit = Some(field.string("unit")?);
                    continue;
                }
                12 => {
                    tally.keep_attribute(&mut metric.metadata, field.bytes("metadata")?)?;
                    continue;
                }
                5 => (MetricKind::Gauge, "gauge"),
                7 => (MetricKind::Sum, "sum"),
                9 => (MetricKind::Histogram, "histogram"),
                10 => (MetricKind::ExponentialHistogram, "exponential_histogram"),
                11 => (MetricKind::Summary, "summary"),
                _ => continue,
            };
            match &mut metric.data {
                Some((known, message)) if *known == kind => field.merge_more(name, message)?,
                data => {
                    let next = (kind, Merged::new(field.bytes(name)?));
                    if let Some(former) = data.replace(next) {
                        tally.charge(NESTED_BYTES)?;
                        metric.replaced.push(former);
                    }
                }
            }
        }
        Ok(metric)
    }
}

/// Decodes the points of a request.
pub(super) struct MetricDecoder<'a> {
    point: PointRef<'a>,
    columns: MetricColumns,
    hasher: SeriesHasher,
    /// Hash of the resource's attributes that are being read.
    resource: u64,
    /// Hash of the resource and scope that are being read.
    origin: u64,
}

impl MetricDecoder<'_> {
    pub(super) fn new() -> Self {
        Self {
            point: PointRef::default(),
            columns: MetricColumns::new(),
            hasher: SeriesHasher::default(),
            resource: 0,
            origin: 0,
        }
    }

    pub(super) fn finish(self) -> Result<RecordBatch, DecodeError> {
        self.columns.finish()
    }
}

impl<'a> Records<'a> for MetricDecoder<'a> {
    fn begin_resource(&mut self, origin: &Origin<'a>) -> Result<(), DecodeError> {
        self.resource = self.hasher.resource(origin)?;
        Ok(())
    }

    fn begin_scope(&mut self, origin: &Origin<'a>) -> Result<(), DecodeError> {
        self.origin = self.hasher.origin(self.resource, origin)?;
        Ok(())
    }

    fn record(&mut self, bytes: &'a [u8], origin: &Origin<'a>, tally: &mut Tally) -> Result<(), DecodeError> {
        let metric = MetricRef::parse(bytes, tally)?;
        for (kind, message) in &metric.replaced {
            DataRef::parse(*kind, message)?.for_each_point(*kind, |bytes| {
                self.point.read(*kind, bytes, tally)?;
                self.point.text_bytes().map(drop)
            })?;
        }
        let metadata = measure(&metric.metadata)?;
        tally.charge_large(metadata)?;
        let row_bytes = origin.row_bytes()
            + metadata
            + metric.name.map_or(0, str::len)
            + metric.description.map_or(0, str::len)
            + metric.unit.map_or(0, str::len);
        let Some((kind, message)) = &metric.data else { return Ok(()) };
        let kind = *kind;
        let data = DataRef::parse(kind, message)?;
        let identity = MetricIdentity {
            name: metric.name.unwrap_or_default(),
            unit: metric.unit.unwrap_or_default(),
            kind: kind.name(),
            temporality: data.temporality.unwrap_or_default(),
            is_monotonic: data.is_monotonic.unwrap_or_default(),
        };
        let identity = self.hasher.metric(self.origin, &identity);
        data.for_each_point(kind, |bytes| {
            let row = tally.begin_record(bytes.len().saturating_add(row_bytes))?;
            self.point.read(kind, bytes, tally)?;
            match self.point.validate(tally) {
                Ok(valid) => {
                    let ahead = tally.charge_ahead(bytes, || self.point.text_bytes())?;
                    let series = self.hasher.series(identity, &self.point.attributes)?;
                    let written = self.columns.append(kind, &self.point, &valid, series, row)?;
                    tally.charge(written.saturating_sub(ahead))
                }
                Err(reason) => {
                    self.point.text_bytes()?;
                    tally.reject(reason);
                    Ok(())
                }
            }
        })?;
        self.columns.fill_metric(kind, &metric, &data)
    }

    fn end_scope(&mut self, origin: &Origin<'a>) -> Result<(), DecodeError> {
        self.columns.fill_origin(origin)
    }
}
