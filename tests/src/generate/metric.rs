//! Random metrics.

use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint,
    Metric, NumberDataPoint, Sum, Summary, SummaryDataPoint, exemplar, number_data_point,
};
use rand::Rng as _;

use super::Generator;

impl Generator<'_> {
    pub(super) fn metric(&mut self) -> Metric {
        let temporality = self.rng.random_range(0..3);
        let data = match self.rng.random_range(0..6) {
            0 => None,
            1 => Some(Data::Gauge(Gauge { data_points: self.some(3, Self::number_point) })),
            2 => Some(Data::Sum(Sum {
                data_points: self.some(3, Self::number_point),
                aggregation_temporality: temporality,
                is_monotonic: self.rng.random(),
            })),
            3 => Some(Data::Histogram(Histogram {
                data_points: self.some(3, Self::histogram_point),
                aggregation_temporality: temporality,
            })),
            4 => Some(Data::ExponentialHistogram(ExponentialHistogram {
                data_points: self.some(3, Self::exponential_point),
                aggregation_temporality: temporality,
            })),
            _ => Some(Data::Summary(Summary { data_points: self.some(3, Self::summary_point) })),
        };
        Metric {
            name: self.text(),
            description: self.text(),
            unit: self.text(),
            metadata: self.attributes(0),
            data,
        }
    }

    fn number_point(&mut self) -> NumberDataPoint {
        let value = if self.rng.random() {
            number_data_point::Value::AsInt(self.integer())
        } else {
            number_data_point::Value::AsDouble(self.double())
        };
        NumberDataPoint {
            attributes: self.marked_attributes(),
            start_time_unix_nano: self.maybe(Self::time).unwrap_or_default(),
            time_unix_nano: self.time(),
            exemplars: self.some(2, Self::exemplar),
            flags: self.number(),
            value: self.maybe(|_| value),
        }
    }

    fn histogram_point(&mut self) -> HistogramDataPoint {
        let bounds = self.some(4, Self::double);
        HistogramDataPoint {
            attributes: self.marked_attributes(),
            start_time_unix_nano: self.maybe(Self::time).unwrap_or_default(),
            time_unix_nano: self.time(),
            count: self.big(),
            sum: self.maybe(Self::double),
            bucket_counts: if bounds.is_empty() {
                Vec::new()
            } else {
                (0..=bounds.len()).map(|_| self.big()).collect()
            },
            explicit_bounds: bounds,
            exemplars: self.some(2, Self::exemplar),
            flags: self.number(),
            min: self.maybe(Self::double),
            max: self.maybe(Self::double),
        }
    }

    fn exponential_point(&mut self) -> ExponentialHistogramDataPoint {
        let buckets = |own: &mut Self| Buckets {
            offset: own.rng.random_range(-3..3),
            bucket_counts: own.some(4, Self::big),
        };
        ExponentialHistogramDataPoint {
            attributes: self.marked_attributes(),
            start_time_unix_nano: self.maybe(Self::time).unwrap_or_default(),
            time_unix_nano: self.time(),
            count: self.big(),
            sum: self.maybe(Self::double),
            scale: self.rng.random_range(-10..21),
            zero_count: self.big(),
            positive: self.maybe(buckets),
            negative: self.maybe(buckets),
            flags: self.number(),
            exemplars: self.some(2, Self::exemplar),
            min: self.maybe(Self::double),
            max: self.maybe(Self::double),
            zero_threshold: self.double(),
        }
    }

    fn summary_point(&mut self) -> SummaryDataPoint {
        SummaryDataPoint {
            attributes: self.marked_attributes(),
            start_time_unix_nano: self.maybe(Self::time).unwrap_or_default(),
            time_unix_nano: self.time(),
            count: self.big(),
            sum: self.double(),
            quantile_values: self
                .some(3, |own| ValueAtQuantile { quantile: own.rng.random(), value: own.double() }),
            flags: self.number(),
        }
    }

    fn exemplar(&mut self) -> Exemplar {
        let value = if self.rng.random() {
            exemplar::Value::AsInt(self.integer())
        } else {
            exemplar::Value::AsDouble(self.double())
        };
        Exemplar {
            filtered_attributes: self.attributes(0),
            time_unix_nano: self.maybe(Self::time).unwrap_or_default(),
            span_id: self.maybe(Self::span_id).unwrap_or_default(),
            trace_id: self.maybe(Self::trace_id).unwrap_or_default(),
            value: self.maybe(|_| value),
        }
    }

    fn big(&mut self) -> u64 {
        *[0, 1, 17, (1 << 53) + 1, i64::MAX as u64, u64::MAX].get(self.rng.random_range(0..6)).unwrap_or(&0)
    }
}
