//! Random metrics of every type and temporality, as awkward as they come: resets, gaps, late points, points sent
//! twice, markers of staleness, changing bounds and scales.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint, Metric,
    NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint, metric::Data,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message as _;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{Rng as _, SeedableRng as _};

use crate::world::{SECOND, int, pair, text};

/// The metrics that questions are about.
pub(super) const METRICS: [&str; 6] = ["temperature", "requests", "queue", "latency", "size", "pause"];

/// Series of each metric.
const SERIES: usize = 6;

const DELTA: i32 = 1;
const CUMULATIVE: i32 = 2;

/// One series and what it has counted so far.
struct Series {
    metric: &'static str,
    service: &'static str,
    attributes: Vec<KeyValue>,
    temporality: i32,
    /// 0 where the sender does not say.
    start: u64,
    says_start: bool,
    level: i64,
    bounds: Vec<f64>,
    buckets: Vec<u64>,
    scale: i32,
    /// Of values above zero, and of those below.
    exponential: [std::collections::BTreeMap<i32, u64>; 2],
    zeros: u64,
    sum: f64,
    min: f64,
    max: f64,
}

/// Requests with about this many points of each metric in the hour before `now`, in the order of their arrival.
pub(super) fn requests(seed: u64, now: u64, points: usize) -> Vec<Vec<u8>> {
    let random = &mut StdRng::seed_from_u64(seed);
    let mut sent = Vec::new();
    for metric in METRICS {
        for number in 0..SERIES {
            let mut series = Series::new(random, metric, number, now - 3600 * SECOND);
            let mut time = now - 3600 * SECOND + random.random_range(0..300 * SECOND);
            for _ in 0..points / SERIES {
                time += match random.random_range(0..20) {
                    0 => random.random_range(200..900) * SECOND,
                    1 => SECOND / 3,
                    _ => random.random_range(5..60) * SECOND,
                };
                if time >= now {
                    break;
                }
                if random.random_bool(0.06) {
                    series.reset(random, time);
                }
                series.measure(random);
                let point = series.point(random, time);
                // A few come twice, with another value the second time.
                if random.random_bool(0.05) {
                    series.measure(random);
                    sent.push(series.point(random, time));
                }
                sent.push(point);
                if series.temporality == DELTA {
                    series.forget(time);
                }
            }
        }
    }
    // Late ones come after much younger ones.
    let places = sent.len();
    for place in 0..places {
        if random.random_bool(0.1) {
            let other = random.random_range(place..places);
            sent.swap(place, other);
        }
    }
    sent[..].partial_shuffle(random, places / 20);
    sent.chunks(17).map(|chunk| encode(chunk.to_vec())).collect()
}

/// A point of each metric from a service that no question is about.
pub(super) fn noise(seed: u64, now: u64) -> Vec<u8> {
    let random = &mut StdRng::seed_from_u64(seed);
    let points = METRICS.map(|metric| {
        let mut series =
            Series { service: super::NOISE, ..Series::new(random, metric, 0, now - 3600 * SECOND) };
        series.measure(random);
        let time = now - random.random_range(1..3600) * SECOND;
        series.point(random, time)
    });
    encode(points.into())
}

fn encode(metrics: Vec<(&'static str, Metric)>) -> Vec<u8> {
    let resource_metrics = metrics
        .into_iter()
        .map(|(service, metric)| ResourceMetrics {
            resource: Some(Resource {
                attributes: vec![pair("service.name", text(service)), pair("host.name", text("node-1"))],
                ..Default::default()
            }),
            scope_metrics: vec![ScopeMetrics { metrics: vec![metric], ..Default::default() }],
            ..Default::default()
        })
        .collect();
    ExportMetricsServiceRequest { resource_metrics }.encode_to_vec()
}

impl Series {
    fn new(random: &mut StdRng, metric: &'static str, number: usize, begin: u64) -> Self {
        let mut attributes = vec![pair("number", int(number as i64))];
        // Promoted and not, of usual and of other types, or not there at all.
        match number % 4 {
            0 => attributes.push(pair("http.route", text("/cart"))),
            1 => attributes.extend([pair("http.route", text("/pay")), pair("user", text("5"))]),
            2 => attributes.extend([pair("http.route", int(5)), pair("user", int(5))]),
            _ => {}
        }
        // The levels of delta and cumulative sums do not go together, so the queue has one kind only.
        let temporality = match metric {
            "queue" => CUMULATIVE,
            _ => *[DELTA, CUMULATIVE].choose(random).unwrap(),
        };
        let bounds = match random.random_range(0..4) {
            0 => vec![1.0, 2.0, 5.0, 10.0, 50.0],
            1 => vec![-1.0, 0.0, 5.0, 10.0],
            _ => vec![1.0, 2.5, 5.0, 10.0],
        };
        let start = begin - random.random_range(0..900) * SECOND;
        let mut series = Self {
            metric,
            service: if number.is_multiple_of(2) { "checkout" } else { "Cart" },
            attributes,
            temporality,
            start,
            says_start: random.random_bool(0.7),
            level: 0,
            buckets: Vec::new(),
            bounds,
            scale: random.random_range(0..4),
            exponential: Default::default(),
            zeros: 0,
            sum: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
        };
        series.forget(start);
        for _ in 0..random.random_range(0..4) {
            series.measure(random);
        }
        series
    }

    /// Begins again from nothing.
    fn forget(&mut self, start: u64) {
        self.start = start;
        self.level = 0;
        self.buckets = vec![0; self.bounds.len() + 1];
        self.exponential = Default::default();
        (self.zeros, self.sum, self.min, self.max) = (0, 0.0, f64::INFINITY, f64::NEG_INFINITY);
    }

    fn reset(&mut self, random: &mut StdRng, time: u64) {
        let start = time - SECOND;
        self.forget(if random.random_bool(0.7) { start } else { self.start });
        if random.random_bool(0.2) {
            // A new version of the program, with other buckets.
            self.bounds.pop();
            self.scale = random.random_range(0..4);
            self.forget(start);
        }
        if random.random_bool(0.3) {
            // So much at once that the value is larger than before.
            for _ in 0..20 {
                self.measure(random);
            }
        }
    }

    fn measure(&mut self, random: &mut StdRng) {
        self.level += match self.metric {
            "queue" => random.random_range(-5..6),
            _ => random.random_range(0..9),
        };
        for _ in 0..random.random_range(0..4) {
            let value = match random.random_range(0..8) {
                0 => 0.0,
                1 => -random.random_range(0.1..3.0),
                _ => random.random_range(0.1f64..4.0).exp(),
            };
            let bucket = self.bounds.iter().filter(|bound| **bound < value).count();
            self.buckets[bucket] += 1;
            if value == 0.0 {
                self.zeros += 1;
            } else {
                let index = (value.abs().log2() * f64::from(1 << self.scale)).ceil() as i32 - 1;
                *self.exponential[usize::from(value < 0.0)].entry(index).or_default() += 1;
            }
            self.sum += value;
            (self.min, self.max) = (self.min.min(value), self.max.max(value));
        }
        // An exponential histogram that meets a wider range of values lowers its scale.
        if self.scale > 0 && random.random_bool(0.05) {
            self.scale -= 1;
            for coarser in &mut self.exponential {
                for (index, count) in std::mem::take(coarser) {
                    *coarser.entry(index >> 1).or_default() += count;
                }
            }
        }
    }

    fn point(&self, random: &mut StdRng, time: u64) -> (&'static str, Metric) {
        let stale = random.random_bool(0.03);
        let flags = u32::from(stale);
        let start = if self.says_start { self.start } else { 0 };
        let attributes = self.attributes.clone();
        let count = self.buckets.iter().sum::<u64>();
        let says_extremes = count > 0 && self.bounds.len().is_multiple_of(2);
        let (min, max) = (says_extremes.then_some(self.min), says_extremes.then_some(self.max));
        let number = |value: Option<Number>| NumberDataPoint {
            start_time_unix_nano: start,
            time_unix_nano: time,
            attributes: attributes.clone(),
            value: value.filter(|_| !stale),
            flags,
            ..Default::default()
        };
        let level = if self.attributes.len() == 2 {
            Number::AsDouble(self.level as f64 / 2.0)
        } else {
            Number::AsInt(self.level)
        };
        let (unit, data) = match self.metric {
            "temperature" => {
                let value = match random.random_range(0..30) {
                    0 => None,
                    1 => Some(Number::AsDouble(f64::NAN)),
                    2 => Some(Number::AsDouble(f64::INFINITY)),
                    3..=15 => Some(Number::AsInt(random.random_range(-20..40))),
                    _ => Some(Number::AsDouble(random.random_range(-20.0..40.0))),
                };
                ("Cel", Data::Gauge(Gauge { data_points: vec![number(value)] }))
            }
            "requests" => {
                let value = if random.random_bool(0.02) { Number::AsDouble(f64::NAN) } else { level };
                let data_points = vec![number(Some(value))];
                let aggregation_temporality = self.temporality;
                ("{request}", Data::Sum(Sum { data_points, aggregation_temporality, is_monotonic: true }))
            }
            "queue" => {
                let data_points = vec![number(Some(level))];
                let aggregation_temporality = self.temporality;
                ("", Data::Sum(Sum { data_points, aggregation_temporality, is_monotonic: false }))
            }
            "latency" => {
                let point = HistogramDataPoint {
                    attributes,
                    start_time_unix_nano: start,
                    time_unix_nano: time,
                    count,
                    sum: (self.bounds.len() > 3).then_some(self.sum),
                    bucket_counts: self.buckets.clone(),
                    explicit_bounds: self.bounds.clone(),
                    min,
                    max,
                    flags,
                    ..Default::default()
                };
                let data_points = vec![point];
                ("s", Data::Histogram(Histogram { data_points, aggregation_temporality: self.temporality }))
            }
            "size" => {
                let [positive, negative] = self.exponential.each_ref().map(|counts| {
                    let offset = counts.keys().next().copied().unwrap_or(0);
                    let end = counts.keys().last().map_or(offset, |last| last + 1);
                    let all = (offset..end).map(|index| counts.get(&index).copied().unwrap_or(0));
                    Some(Buckets { offset, bucket_counts: all.collect() })
                });
                let point = ExponentialHistogramDataPoint {
                    attributes,
                    start_time_unix_nano: start,
                    time_unix_nano: time,
                    count,
                    sum: Some(self.sum),
                    scale: self.scale,
                    zero_count: self.zeros,
                    positive,
                    negative,
                    min,
                    max,
                    flags,
                    ..Default::default()
                };
                let data_points = vec![point];
                let aggregation_temporality = self.temporality;
                (
                    "By",
                    Data::ExponentialHistogram(ExponentialHistogram { data_points, aggregation_temporality }),
                )
            }
            _ => {
                let quantiles = [(0.0, self.min), (0.5, self.sum), (1.0, self.max)];
                let quantile_values = quantiles.map(|(quantile, value)| ValueAtQuantile {
                    quantile,
                    value: if count == 0 { f64::NAN } else { value },
                });
                let point = SummaryDataPoint {
                    attributes,
                    start_time_unix_nano: start,
                    time_unix_nano: time,
                    count,
                    sum: self.sum,
                    quantile_values: quantile_values.into(),
                    flags,
                };
                ("ms", Data::Summary(Summary { data_points: vec![point] }))
            }
        };
        let metric = Metric {
            name: self.metric.to_owned(),
            unit: unit.to_owned(),
            data: Some(data),
            ..Default::default()
        };
        (self.service, metric)
    }
}
