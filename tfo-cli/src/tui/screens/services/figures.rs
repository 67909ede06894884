//! Rates, shares of errors and durations, how they change against the hour before, and what lists of them are sorted
//! by: what the list of services, one service and its operations have in common.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::time::Duration;

use serde_json::json;
use tfo_sdk::Timestamp;
use tfo_sdk::api::{Calls, NodeKind, Operation, ServiceSummary};
use tfo_sdk::client::Read;
use tfo_sdk::time::{exact_duration, format_duration};

use crate::tui::paper::{Piece, piece};
use crate::tui::range::Range;
use crate::tui::theme::Role;
use crate::tui::words::short;

/// How far back the figures lie that those of now are compared with.
const HOUR: Duration = Duration::from_secs(3600);
/// A change of more than this share is worth a colour.
const NOTABLE: f64 = 0.2;

/// What something was asked for in a range, and how that went.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::tui) struct Figures {
    /// The name of the service or operation.
    pub(in crate::tui) name: String,
    /// How often it was asked.
    pub(in crate::tui) requests: u64,
    /// The same, a second.
    pub(in crate::tui) rate: f64,
    /// How often that failed.
    pub(in crate::tui) errors: u64,
    /// Median duration in nanoseconds.
    pub(in crate::tui) p50_ns: Option<i64>,
    /// 95th percentile.
    pub(in crate::tui) p95_ns: Option<i64>,
    /// 99th percentile; not known of calls.
    pub(in crate::tui) p99_ns: Option<i64>,
}

impl Figures {
    /// Those of a service.
    pub(in crate::tui) fn of_service(service: &ServiceSummary) -> Self {
        Self {
            name: service.service_name.clone(),
            requests: service.requests,
            rate: service.rate,
            errors: service.errors,
            p50_ns: service.p50_ns,
            p95_ns: service.p95_ns,
            p99_ns: service.p99_ns,
        }
    }

    /// Those of an operation.
    pub(in crate::tui) fn of_operation(operation: &Operation) -> Self {
        Self {
            name: operation.name.clone().unwrap_or_else(|| "-".to_owned()),
            requests: operation.requests,
            rate: operation.rate,
            errors: operation.errors,
            p50_ns: operation.p50_ns,
            p95_ns: operation.p95_ns,
            p99_ns: operation.p99_ns,
        }
    }

    /// Those of calls within so many seconds.
    pub(in crate::tui) fn of_calls(name: &str, calls: &Calls, seconds: f64) -> Self {
        Self {
            name: name.to_owned(),
            requests: calls.requests,
            rate: calls.requests as f64 / seconds.max(1.0),
            errors: calls.errors,
            p50_ns: calls.p50_ns,
            p95_ns: calls.p95_ns,
            p99_ns: None,
        }
    }

    /// The share of errors, 0 to 1.
    pub(in crate::tui) fn error_ratio(&self) -> f64 {
        self.errors as f64 / self.requests.max(1) as f64
    }

    /// Red where anything failed.
    pub(in crate::tui) fn error_role(&self) -> Role {
        if self.errors > 0 { Role::Error } else { Role::Dim }
    }

    /// In one line.
    pub(in crate::tui) fn line(&self) -> String {
        format!(
            "{} {} {} errors p50 {} p95 {} p99 {}",
            self.name,
            rate_text(self.rate),
            percent(self.error_ratio()),
            duration_text(self.p50_ns),
            duration_text(self.p95_ns),
            duration_text(self.p99_ns),
        )
    }

    /// As JSON, with the names that the daemon has for them.
    pub(in crate::tui) fn json(&self) -> Option<String> {
        let value = json!({
            "name": self.name,
            "requests": self.requests,
            "rate": self.rate,
            "errors": self.errors,
            "errorRatio": self.error_ratio(),
            "p50Ns": self.p50_ns,
            "p95Ns": self.p95_ns,
            "p99Ns": self.p99_ns,
        });
        serde_json::to_string_pretty(&value).ok()
    }

    /// Rate, share of errors and durations as cells of a table.
    pub(in crate::tui) fn cells(&self) -> [Piece; 5] {
        let duration = |nanos: Option<i64>| {
            piece(duration_text(nanos), if nanos.is_some() { Role::Text } else { Role::Dim })
        };
        [
            piece(rate_cell(self.rate), Role::Text),
            piece(format!("{:.2}", self.error_ratio() * 100.0), self.error_role()),
            duration(self.p50_ns),
            duration(self.p95_ns),
            duration(self.p99_ns),
        ]
    }
}

/// How a figure is against what it was before.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::tui) enum Change {
    /// There is nothing to compare.
    #[default]
    Unknown,
    /// There was none before.
    New,
    /// By this share: 0.2 is a fifth more.
    By(f64),
}

/// What is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) enum Worse {
    /// More of it: durations, errors.
    More,
    /// Less of it: requests.
    Less,
}

impl Change {
    /// From what was before to what is now.
    pub(in crate::tui) fn between(now: Option<f64>, before: Option<f64>) -> Self {
        match (now, before) {
            (Some(now), Some(before)) if before > 0.0 => {
                let share = now / before - 1.0;
                if share.is_finite() { Self::By(share) } else { Self::Unknown }
            }
            (Some(now), _) if now > 0.0 => Self::New,
            _ => Self::Unknown,
        }
    }

    /// As people read it: `+212 %`, `−3 %`, `×31`, `new`; nothing where it is not known.
    pub(in crate::tui) fn text(self) -> String {
        match self {
            Self::Unknown => String::new(),
            Self::New => "new".to_owned(),
            Self::By(share) if share >= 9.995 => format!("×{}", short(share + 1.0)),
            Self::By(share) => {
                let percent = (share * 100.0).round();
                if percent > 0.0 {
                    format!("+{percent:.0} %")
                } else if percent < 0.0 {
                    format!("−{:.0} %", -percent)
                } else {
                    "0 %".to_owned()
                }
            }
        }
    }

    /// Red where it is worse by more than a fifth.
    pub(in crate::tui) fn role(self, worse: Worse) -> Role {
        match (self, worse) {
            (Self::By(share), Worse::More) if share > NOTABLE => Role::Error,
            (Self::By(share), Worse::Less) if share < -NOTABLE => Role::Error,
            (Self::New, Worse::Less) => Role::Good,
            (Self::New, Worse::More) => Role::Text,
            (Self::By(share), _) if share.abs() > NOTABLE => Role::Text,
            _ => Role::Dim,
        }
    }

    /// As a cell of a table.
    pub(in crate::tui) fn cell(self, worse: Worse) -> Piece {
        piece(self.text(), self.role(worse))
    }

    fn value(self) -> Option<f64> {
        match self {
            Self::Unknown => None,
            Self::New => Some(f64::INFINITY),
            Self::By(share) => Some(share),
        }
    }
}

/// What has changed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::tui) struct Changes {
    /// The requests a second.
    pub(in crate::tui) rate: Change,
    /// The 95th percentile of durations.
    pub(in crate::tui) p95: Change,
}

impl Changes {
    /// From the figures before to those of now.
    pub(in crate::tui) fn between(now: &Figures, before: &Figures) -> Self {
        Self {
            rate: Change::between(Some(now.rate), Some(before.rate)),
            p95: Change::between(nanos(now.p95_ns), nanos(before.p95_ns)),
        }
    }
}

/// A duration as a number to compare.
pub(in crate::tui) fn nanos(duration: Option<i64>) -> Option<f64> {
    duration.map(|nanos| nanos as f64)
}

/// A column that a list is sorted by, in the order of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) enum By {
    Name,
    Rate,
    Errors,
    P50,
    P95,
    P99,
    P95Change,
    RateChange,
}

/// All of them, as the columns of services stand.
pub(in crate::tui) const BY: [By; 8] =
    [By::Name, By::Rate, By::Errors, By::P50, By::P95, By::P99, By::P95Change, By::RateChange];

impl By {
    /// Its name in links.
    pub(in crate::tui) fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Rate => "rate",
            Self::Errors => "errors",
            Self::P50 => "p50",
            Self::P95 => "p95",
            Self::P99 => "p99",
            Self::P95Change => "p95-change",
            Self::RateChange => "rate-change",
        }
    }
}

/// What a list is sorted by, and which way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) struct Sort {
    /// The column.
    pub(in crate::tui) by: By,
    /// Whether the largest stands first.
    pub(in crate::tui) is_descending: bool,
}

impl Sort {
    /// By a column, as one wants it first: names ascend, figures descend.
    pub(in crate::tui) fn by(by: By) -> Self {
        Self { by, is_descending: by != By::Name }
    }

    /// As a link has it; the busiest first where it says nothing that is known.
    pub(in crate::tui) fn parse(name: &str, order: &str) -> Self {
        let by = BY.into_iter().find(|by| by.name() == name).unwrap_or(By::Rate);
        match order {
            "asc" => Self { by, is_descending: false },
            "desc" => Self { by, is_descending: true },
            _ => Self::by(by),
        }
    }

    /// Its parameters of a link: column and order; empty ones for the default.
    pub(in crate::tui) fn parameters(self) -> (&'static str, &'static str) {
        let name = if self.by == By::Rate { "" } else { self.by.name() };
        let order = match self.is_descending {
            _ if self == Self::by(self.by) => "",
            true => "desc",
            false => "asc",
        };
        (name, order)
    }

    /// By the next of the first so many columns.
    pub(in crate::tui) fn next(self, columns: usize) -> Self {
        Self::by(BY[(self.column() + 1) % columns.clamp(1, BY.len())])
    }

    /// By a column that was clicked: again is the other way round. `None` where nothing is sorted by it.
    pub(in crate::tui) fn clicked(self, column: usize, columns: usize) -> Option<Self> {
        let by = BY.into_iter().take(columns).nth(column)?;
        Some(if by == self.by { self.turned() } else { Self::by(by) })
    }

    /// The other way round.
    pub(in crate::tui) fn turned(self) -> Self {
        Self { is_descending: !self.is_descending, ..self }
    }

    /// The index of its column.
    pub(in crate::tui) fn column(self) -> usize {
        BY.iter().position(|by| *by == self.by).unwrap_or(0)
    }

    /// How two rows stand. Equal ones stand by name, and what has no figure stands last, whichever way round.
    pub(in crate::tui) fn compare(self, a: (&Figures, Changes), b: (&Figures, Changes)) -> Ordering {
        let by_name = a.0.name.cmp(&b.0.name);
        let order = match (self.value(a), self.value(b)) {
            (Some(a), Some(b)) if self.is_descending => b.total_cmp(&a),
            (Some(a), Some(b)) => a.total_cmp(&b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) if self.by == By::Name && self.is_descending => by_name.reverse(),
            (None, None) => Ordering::Equal,
        };
        order.then(by_name)
    }

    fn value(self, (figures, changes): (&Figures, Changes)) -> Option<f64> {
        match self.by {
            By::Name => None,
            By::Rate => Some(figures.rate),
            By::Errors => Some(figures.error_ratio()),
            By::P50 => nanos(figures.p50_ns),
            By::P95 => nanos(figures.p95_ns),
            By::P99 => nanos(figures.p99_ns),
            By::P95Change => changes.p95.value(),
            By::RateChange => changes.rate.value(),
        }
    }
}

/// The sign of what sends no spans itself; nothing for a service.
pub(in crate::tui) fn sign(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Service => "",
        NodeKind::Database => "db",
        NodeKind::Messaging => "mq",
        NodeKind::Other => "ext",
    }
}

/// Requests a second; of rare ones a minute or an hour.
pub(in crate::tui) fn rate_text(rate: f64) -> String {
    if rate.is_nan() || rate <= 0.0 {
        "0/s".to_owned()
    } else if rate >= 0.095 {
        format!("{}/s", short(rate))
    } else if rate * 60.0 >= 0.95 {
        format!("{}/min", short(rate * 60.0))
    } else {
        format!("{}/h", short(rate * 3600.0))
    }
}

/// Requests a second as a cell of a column that says so: the same unit in every row.
fn rate_cell(rate: f64) -> String {
    if rate >= 100.0 { short(rate) } else { format!("{:.2}", if rate.is_nan() { 0.0 } else { rate }) }
}

/// A share as people read it; what is there is never `0 %`.
pub(in crate::tui) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent.is_nan() || percent <= 0.0 {
        "0 %".to_owned()
    } else if percent < 0.1 {
        "<0.1 %".to_owned()
    } else if percent < 9.95 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    }
}

/// A duration as people read it.
pub(in crate::tui) fn duration_text(nanos: Option<i64>) -> String {
    nanos.map_or_else(|| "-".to_owned(), format_duration)
}

/// How much earlier a range is compared with: an hour, or its own length where that is longer, so that it is never
/// compared with itself.
pub(in crate::tui) fn earlier(range: Range) -> Duration {
    HOUR.max(Duration::from_nanos(range.length().max(0).unsigned_abs()))
}

/// What a range is compared with, in words.
pub(in crate::tui) fn against(range: Range) -> String {
    let earlier = earlier(range);
    if earlier == HOUR {
        "against the hour before".to_owned()
    } else {
        format!("against {} before", exact_duration(earlier))
    }
}

/// A read of as long a time as the range, so much earlier.
pub(in crate::tui) fn hour_before(range: Range) -> Read {
    let by = earlier(range);
    let (since, until) = match range {
        // Ago is by the daemon's clock, as it is of the range itself.
        Range::Last(duration) => (exact_duration(duration.saturating_add(by)), exact_duration(by)),
        Range::Between(from, to) => (from.minus(by).to_string(), to.minus(by).to_string()),
    };
    Read { since: Some(since), until: Some(until), ..Read::default() }
}

/// The seconds that a rate is taken over where only counts are known: those of the range that were looked at and are
/// past.
pub(in crate::tui) fn seconds(range: Range, now: Timestamp, searched_since: Option<Timestamp>) -> f64 {
    let (from, to) = range.bounds(now);
    let from = searched_since.map_or(from, |since| since.max(from));
    (to.min(now).0.saturating_sub(from.0) as f64 / 1e9).max(1.0)
}
