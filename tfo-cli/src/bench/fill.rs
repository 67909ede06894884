//! What a request puts into the slots of its template: times, ids, numbers and words.
//!
//! All of it follows from the seed, the number of the request and its time. Logs and spans of the same number share
//! their trace ids, so that a mix has logs that belong to traces.

use super::piece::Piece;
use super::random::Random;

/// What goes into a slot.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fill {
    /// Nanoseconds since 1970: the time of the request, this much later, and up to `jitter` further away from it.
    Time { offset: i64, jitter: i64 },
    /// The id of a trace of the request.
    TraceId(u32),
    /// The id of a span of the request.
    SpanId(u32),
    /// Decimal digits.
    Digits(u8),
    /// Hexadecimal digits.
    Hex(u8),
    /// A word of eight letters out of a hundred million, most of which are rare.
    Word,
    /// A number of six digits below the number of attribute values.
    Value,
    /// Four digits: the service of this resource of the request.
    Service(u32),
    /// Six digits: the series of this point of the request.
    Series(u32),
    /// When the series began.
    Start,
    /// A value that goes up and down.
    Gauge(u32),
    /// An integer that only grows.
    Count(u32),
    /// A double that only grows.
    Total(u32),
    /// How many values a histogram has seen.
    HistogramCount(u32),
    /// Their sum.
    HistogramSum(u32),
    /// How many of them in this bucket.
    HistogramBucket(u32, u8),
}

/// Shares of the buckets of a histogram, in thousandths.
pub(super) const BUCKETS: [u64; 8] = [80, 240, 310, 190, 100, 50, 20, 10];

/// Mean of a histogram's values.
const MEAN: f64 = 0.042;

const NANOS: f64 = 1e9;

impl Fill {
    /// Bytes that it takes.
    pub(super) fn width(self) -> usize {
        match self {
            Self::TraceId(_) => 16,
            Self::Digits(width) | Self::Hex(width) => usize::from(width),
            Self::Value | Self::Series(_) => 6,
            Self::Service(_) => 4,
            _ => 8,
        }
    }
}

/// One request of a template.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filling {
    /// The seed of the run.
    pub(super) seed: u64,
    /// Which request of its signal.
    pub(super) number: u64,
    /// What numbers its services and series: the same ones come again where this does.
    pub(super) class: u64,
    /// Points of a request, resources of a request.
    pub(super) points: u64,
    pub(super) resources: u64,
    /// How many services and values of an attribute there are.
    pub(super) services: u64,
    pub(super) values: u64,
    /// Nanoseconds since 1970: of the request, and of when its series began.
    pub(super) time: i64,
    pub(super) start: i64,
}

impl Filling {
    /// The bytes of this request.
    pub(super) fn of(&self, template: &Piece) -> Vec<u8> {
        let mut bytes = template.bytes.clone();
        let mut random = Random::new(self.seed, &[0, self.number]);
        for slot in &template.slots {
            self.write(slot.fill, &mut random, &mut bytes[slot.at..slot.at + slot.fill.width()]);
        }
        bytes
    }

    fn write(&self, fill: Fill, random: &mut Random, to: &mut [u8]) {
        match fill {
            Fill::Time { offset, jitter } => {
                let further = random.below(jitter.unsigned_abs() + 1) as i64 * jitter.signum();
                to.copy_from_slice(&(self.time + offset + further).to_le_bytes());
            }
            Fill::TraceId(trace) => {
                let mut id = Random::new(self.seed, &[1, self.number, trace.into()]);
                to[..8].copy_from_slice(&id.bits().to_be_bytes());
                to[8..].copy_from_slice(&id.bits().to_be_bytes());
            }
            Fill::SpanId(span) => {
                let id = Random::new(self.seed, &[2, self.number, span.into()]).bits();
                to.copy_from_slice(&id.to_be_bytes());
            }
            Fill::Digits(_) => decimal(random.bits() >> 1, to),
            Fill::Hex(_) => hexadecimal(random, to),
            Fill::Word => word(random.skewed(100_000_000), to),
            Fill::Value => decimal(random.below(self.values), to),
            Fill::Service(resource) => {
                decimal((self.class * self.resources + u64::from(resource)) % self.services, to);
            }
            Fill::Series(point) => decimal(self.series(point), to),
            Fill::Start => to.copy_from_slice(&self.start.to_le_bytes()),
            Fill::Gauge(point) => {
                let mut own = self.own(point);
                let (base, phase) = (own.below(1000) as f64, own.unit() * 6.0);
                let wave = (self.seconds() / 1800.0 + phase).sin();
                let value = base * (1.0 + 0.3 * wave) + random.unit();
                // Three digits behind the point, as a program rounds what it measures.
                to.copy_from_slice(&((value * 1000.0).round() / 1000.0).to_le_bytes());
            }
            Fill::Count(point) => to.copy_from_slice(&(self.total(point) as u64).to_le_bytes()),
            Fill::Total(point) => {
                to.copy_from_slice(&((self.total(point) * 100.0).round() / 100.0).to_le_bytes());
            }
            Fill::HistogramCount(point) => {
                let count: u64 = (0..BUCKETS.len()).map(|bucket| self.bucket(point, bucket)).sum();
                to.copy_from_slice(&count.to_le_bytes());
            }
            Fill::HistogramSum(point) => to.copy_from_slice(&(self.total(point) * MEAN).to_le_bytes()),
            Fill::HistogramBucket(point, bucket) => {
                to.copy_from_slice(&self.bucket(point, usize::from(bucket)).to_le_bytes());
            }
        }
    }

    fn series(&self, point: u32) -> u64 {
        self.class * self.points + u64::from(point)
    }

    /// What a series has of its own, at all times.
    fn own(&self, point: u32) -> Random {
        Random::new(self.seed, &[3, self.series(point)])
    }

    fn seconds(&self) -> f64 {
        (self.time - self.start).max(0) as f64 / NANOS
    }

    /// What a series has counted up to now.
    fn total(&self, point: u32) -> f64 {
        let rate = 0.5 + 200.0 * self.own(point).unit();
        rate * self.seconds()
    }

    fn bucket(&self, point: u32, bucket: usize) -> u64 {
        self.total(point) as u64 * BUCKETS[bucket] / 1000
    }
}

fn decimal(mut number: u64, to: &mut [u8]) {
    for digit in to.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

fn hexadecimal(random: &mut Random, to: &mut [u8]) {
    for chunk in to.chunks_mut(16) {
        let mut bits = random.bits();
        for digit in chunk {
            *digit = b"0123456789abcdef"[(bits & 15) as usize];
            bits >>= 4;
        }
    }
}

/// Letters that make a word one can speak; every number below 20^4 * 5^4 has one of its own.
pub(super) fn word(mut number: u64, to: &mut [u8]) {
    for (place, letter) in to.iter_mut().enumerate() {
        let letters: &[u8] = if place % 2 == 0 { b"tnsrlmkdpbvgzfhjwcqx" } else { b"eaoiu" };
        *letter = letters[(number % letters.len() as u64) as usize];
        number /= letters.len() as u64;
    }
}
