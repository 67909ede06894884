//! The daemon's own metrics: families of samples, made when somebody asks, and their text form.
//!
//! Labels never hold what a caller chose (paths, names, tenants): each has a bounded set of values.

pub(crate) mod http;
pub(crate) mod process;
mod text;

pub(crate) use text::text;

use tfo_store::figures::Durations;

/// A metric: one name, one meaning, a sample for each set of labels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Family {
    /// By the conventions of Prometheus: with its unit, and `_total` for a counter.
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) kind: Kind,
    pub(crate) samples: Vec<Sample>,
}

/// What a metric's values do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// They only grow, until the daemon starts again.
    Counter,
    /// They go up and down.
    Gauge,
    /// Durations, in buckets.
    Histogram,
}

/// A value with its labels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(crate) labels: Labels,
    pub(crate) value: Value,
}

/// Names and values.
pub(crate) type Labels = Vec<(&'static str, String)>;

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// A number.
    Number(f64),
    /// Durations in the buckets of [`tfo_store::figures::BOUNDS`].
    Durations(Durations),
}

impl Family {
    /// A metric without samples yet.
    pub(crate) fn new(kind: Kind, name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind, samples: Vec::new() }
    }

    /// A counter of one value.
    pub(crate) fn counter(name: &'static str, help: &'static str, value: u64) -> Self {
        Self::new(Kind::Counter, name, help).with(&[], value as f64)
    }

    /// A gauge of one value.
    pub(crate) fn gauge(name: &'static str, help: &'static str, value: u64) -> Self {
        Self::new(Kind::Gauge, name, help).with(&[], value as f64)
    }

    /// A histogram of one set of durations.
    pub(crate) fn durations(name: &'static str, help: &'static str, durations: Durations) -> Self {
        let mut family = Self::new(Kind::Histogram, name, help);
        family.push(&[], Value::Durations(durations));
        family
    }

    /// With one more number.
    pub(crate) fn with(mut self, labels: &[(&'static str, &str)], value: f64) -> Self {
        self.push(labels, Value::Number(value));
        self
    }

    /// Adds a sample.
    pub(crate) fn push(&mut self, labels: &[(&'static str, &str)], value: Value) {
        let labels = labels.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.samples.push(Sample { labels, value });
    }
}
