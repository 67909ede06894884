//! What is computed of the points of a metric: one figure a step, or three percentiles at once.

use tfo_sdk::api::{Aggregation, Double};

use crate::chart::percentile;

/// The percentiles that are drawn together.
const QUANTILES: [f64; 3] = [0.5, 0.95, 0.99];
/// Their name in links.
const TOGETHER: &str = "quantiles";

/// What can be chosen, and what each is.
pub(super) const CHOICES: [(&str, &str); 11] = [
    ("avg", "the mean"),
    ("sum", "the sum"),
    ("min", "the smallest"),
    ("max", "the largest"),
    ("count", "how many points or measurements"),
    ("rate", "the growth a second"),
    ("increase", "the growth a step"),
    ("p50", "half of the measurements are at or below"),
    ("p90", "nine in ten are at or below"),
    ("p95", "19 in 20 are at or below"),
    ("p99", "99 in 100 are at or below"),
];

/// What is computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::tui) enum Computed {
    /// This; never a percentile, which has a share.
    Of(Aggregation),
    /// The percentile of this share.
    Percentile(f64),
    /// Half, 95 and 99 percent, each as lines of its own.
    Quantiles,
}

/// One question of what is computed.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) struct Part {
    /// What of the points.
    pub(in crate::tui) aggregation: Aggregation,
    /// Of a percentile, its share.
    pub(in crate::tui) quantile: Option<f64>,
    /// What tells its lines from those of the other parts; none where there is one part.
    pub(in crate::tui) label: Option<String>,
}

impl Computed {
    /// Reads what links and the menu say: `avg`, `p95`, `quantiles`.
    pub(in crate::tui) fn parse(text: &str) -> Option<Self> {
        use Aggregation::{Avg, Count, Increase, Max, Min, Rate, Sum};
        if text == TOGETHER {
            return Some(Self::Quantiles);
        }
        let known = [Avg, Sum, Min, Max, Count, Rate, Increase];
        if let Some(found) = known.into_iter().find(|aggregation| aggregation.name() == text) {
            return Some(Self::Of(found));
        }
        let percent: f64 = text.strip_prefix('p')?.parse().ok()?;
        // A percentage as a share; 99.9 is 0.999 and nothing more.
        (0.0..=100.0).contains(&percent).then(|| Self::Percentile((percent * 1e8).round() / 1e10))
    }

    /// Its name in links, as it is read again.
    pub(in crate::tui) fn name(self) -> String {
        match self {
            Self::Of(aggregation) => aggregation.name().to_owned(),
            Self::Percentile(share) => percentile(share),
            Self::Quantiles => TOGETHER.to_owned(),
        }
    }

    /// As a heading has it.
    pub(in crate::tui) fn title(self) -> String {
        match self {
            Self::Quantiles => QUANTILES.map(percentile).join(" "),
            other => other.name(),
        }
    }

    /// As an option of the command line, which draws one percentile at a time.
    pub(super) fn option(self) -> String {
        match self {
            Self::Quantiles => percentile(QUANTILES[1]),
            other => other.name(),
        }
    }

    /// The questions that it takes.
    pub(in crate::tui) fn parts(self) -> Vec<Part> {
        match self {
            Self::Of(aggregation) => vec![Part { aggregation, quantile: None, label: None }],
            Self::Percentile(share) => {
                vec![Part { aggregation: Aggregation::Percentile, quantile: Some(share), label: None }]
            }
            Self::Quantiles => QUANTILES
                .into_iter()
                .map(|share| Part {
                    aggregation: Aggregation::Percentile,
                    quantile: Some(share),
                    label: Some(percentile(share)),
                })
                .collect(),
        }
    }

    /// What suits a type of metric: the mean of a level, the speed of what grows, a percentile of measurements.
    pub(in crate::tui) fn suiting(kind: &str) -> Self {
        match kind {
            "histogram" | "exponential_histogram" => Self::Percentile(0.95),
            "sum" | "summary" => Self::Of(Aggregation::Rate),
            _ => Self::Of(Aggregation::Avg),
        }
    }

    /// Whether its values are of the size of single measurements, so that examples of those can stand beside them.
    pub(in crate::tui) fn is_of_measurements(self) -> bool {
        match self {
            Self::Percentile(_) | Self::Quantiles => true,
            Self::Of(aggregation) => {
                matches!(aggregation, Aggregation::Avg | Aggregation::Min | Aggregation::Max)
            }
        }
    }
}

/// Whether a metric of this type has percentiles.
pub(super) fn has_percentiles(kind: &str) -> bool {
    matches!(kind, "histogram" | "exponential_histogram")
}

/// Whether a sum goes up and down, by how it grows and by its course in the list of metrics.
///
/// What only grows never grows by less than nothing; and where nothing grows, the course of what only grows is
/// nothing too, while that of a level is the level.
pub(in crate::tui) fn is_level(growth: impl Iterator<Item = f64>, course: Option<&[Option<Double>]>) -> bool {
    let mut grows = false;
    for value in growth {
        if value < 0.0 {
            return true;
        }
        grows |= value > 0.0;
    }
    let stands = |value: &Double| value.0.is_finite() && value.0 != 0.0;
    !grows && course.is_some_and(|course| course.iter().flatten().any(stands))
}
