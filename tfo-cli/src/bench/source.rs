//! Where requests come from: the templates of a run, and which request has which services, series and time.

use tfo_sdk::{Signal, Timestamp};

use super::fill::Filling;
use super::piece::Piece;
use super::random::Random;
use super::template::{self, Shape};

/// What telemetry is made.
#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    /// The signals, a request each in turn.
    pub(crate) signals: Vec<Signal>,
    /// Records of a request.
    pub(crate) batch: usize,
    /// Bytes of a record; it has more where it needs them.
    pub(crate) size: Option<usize>,
    /// Number of services.
    pub(crate) services: u64,
    /// Number of values of an attribute such as the user.
    pub(crate) values: u64,
    /// Number of series.
    pub(crate) series: u64,
    /// The same seed makes the same telemetry.
    pub(crate) seed: u64,
    /// When it is said to be of.
    pub(crate) times: Times,
}

/// The times of records.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Times {
    /// The second before they are sent; the run began then.
    Live { began: Timestamp },
    /// All over the time before a moment, in no order.
    Spread { until: Timestamp, nanos: i64 },
}

/// Records of all templates of a signal together.
const VARIETY: usize = 32_768;

/// Resources of a request, at most.
const RESOURCES: usize = 4;

/// Makes the requests of a run. The same number gives the same request, but for the time of live ones.
#[derive(Debug)]
pub(crate) struct Source {
    recipe: Recipe,
    templates: Vec<Templates>,
}

/// The templates of one signal.
#[derive(Debug)]
struct Templates {
    signal: Signal,
    pieces: Vec<Piece>,
    records: usize,
    resources: usize,
    /// After so many requests the same services and series come again.
    classes: u64,
}

/// What is sent, not yet compressed.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Its signal.
    pub(crate) signal: Signal,
    /// How many records it has.
    pub(crate) records: u64,
    /// OTLP as protobuf.
    pub(crate) body: Vec<u8>,
}

impl Source {
    /// Makes the templates.
    pub(crate) fn new(recipe: Recipe) -> Self {
        let templates = recipe.signals.iter().map(|signal| Templates::new(*signal, &recipe)).collect();
        Self { recipe, templates }
    }

    /// A request by its number in the run.
    pub(crate) fn request(&self, number: u64, now: Timestamp) -> Request {
        let signals = self.templates.len() as u64;
        let templates = &self.templates[(number % signals) as usize];
        let number = number / signals;
        let class = number % templates.classes;
        let (time, start) = self.times(number / templates.classes, templates, number, now);
        let filling = Filling {
            seed: self.recipe.seed,
            number,
            class,
            points: templates.records as u64,
            resources: templates.resources as u64,
            services: self.recipe.services,
            values: self.recipe.values,
            time,
            start,
        };
        let piece = &templates.pieces[(number % templates.pieces.len() as u64) as usize];
        Request { signal: templates.signal, records: templates.records as u64, body: filling.of(piece) }
    }

    /// Records that a request has on average.
    pub(crate) fn mean_records(&self) -> f64 {
        let all: usize = self.templates.iter().map(|templates| templates.records).sum();
        all as f64 / self.templates.len() as f64
    }

    /// How many requests have at least so many records.
    pub(crate) fn requests_for(&self, records: u64) -> u64 {
        (records as f64 / self.mean_records()).ceil() as u64
    }

    /// The time of a request, and of when its series began.
    fn times(&self, scrape: u64, templates: &Templates, number: u64, now: Timestamp) -> (i64, i64) {
        match self.recipe.times {
            Times::Live { began } => (now.0, began.0),
            Times::Spread { until, nanos } => {
                // All series of a scrape have one time, as a collector would have it.
                let step = if templates.signal == Signal::MetricPoints { scrape } else { number };
                (until.0 - (golden(step) * nanos as f64) as i64, until.0 - nanos)
            }
        }
    }
}

impl Templates {
    fn new(signal: Signal, recipe: &Recipe) -> Self {
        let is_metrics = signal == Signal::MetricPoints;
        let series = usize::try_from(recipe.series).unwrap_or(usize::MAX);
        let records = if is_metrics { recipe.batch.min(series) } else { recipe.batch };
        let resources = RESOURCES.min(records).min(usize::try_from(recipe.services).unwrap_or(RESOURCES));
        // What a point is called does not vary from request to request, only its series does.
        let count = if is_metrics { 1 } else { (VARIETY / records).clamp(4, 256) };
        let classes = if is_metrics { series.div_ceil(records) as u64 } else { u64::MAX };
        let make = |padding, count: usize| -> Vec<Piece> {
            let shape = Shape { records, resources, padding };
            let place = |number: usize| [6, signal as u64, number as u64];
            let make = |number| {
                let mut random = Random::new(recipe.seed, &place(number));
                match signal {
                    Signal::Logs => template::logs(shape, &mut random),
                    Signal::Spans => template::spans(shape, &mut random),
                    Signal::MetricPoints => template::points(shape, &mut random),
                }
            };
            (0..count).map(make).collect()
        };
        let natural: usize = make(0, 1).iter().map(|piece| piece.bytes.len()).sum::<usize>() / records;
        let padding = recipe.size.unwrap_or(0).saturating_sub(natural);
        Self { signal, pieces: make(padding, count), records, resources, classes }
    }
}

/// Numbers from 0 to 1, each as far as can be from those before it: multiples of the golden ratio.
fn golden(step: u64) -> f64 {
    // In integers, which are exact however long a run is.
    let fraction = step.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (fraction >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
#[path = "source_tests.rs"]
pub(super) mod tests;
