//! The order of the list of metrics, and the list as a file.

use std::cmp::Ordering;

use tfo_sdk::api::MetricName;

use crate::output::Listed;
use crate::tui::screens::metric::csv_text;

/// The columns, by the index that they have in the list, with their names in links.
pub(super) const COLUMNS: [&str; 7] = ["name", "type", "unit", "series", "seen", "course", "services"];
pub(super) const SERIES: usize = 3;
pub(super) const SEEN: usize = 4;
pub(super) const LAST: usize = 5;

/// What tells metrics apart: their names, types and units.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    name: String,
    kind: String,
    unit: Option<String>,
}

/// The key of a metric.
pub(super) fn key_of(name: &MetricName) -> Key {
    Key { name: name.name.clone(), kind: name.kind.clone(), unit: name.unit.clone() }
}

impl Key {
    /// As a text, of which no two are the same.
    pub(super) fn text(&self) -> String {
        format!("{:?}", (&self.name, &self.kind, &self.unit))
    }
}

/// By which column, and in which direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sort {
    pub(super) column: usize,
    pub(super) is_falling: bool,
}

impl Sort {
    /// By a column, in the direction that one would expect: the largest number first, but texts from a on.
    fn of(column: usize) -> Self {
        Self { column, is_falling: matches!(column, SERIES | SEEN | LAST) }
    }

    /// What a link says: `name`, `-series`; by name where it says nothing that is known.
    pub(super) fn parse(text: &str) -> Self {
        let (name, is_falling) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text, false),
        };
        match COLUMNS.iter().position(|known| *known == name) {
            Some(column) => Self { column, is_falling },
            None => Self::of(0),
        }
    }

    /// As links have it; nothing for the order that a list has by itself.
    pub(super) fn text(self) -> String {
        if self == Self::of(0) {
            return String::new();
        }
        let name = COLUMNS.get(self.column).copied().unwrap_or_default();
        format!("{}{name}", if self.is_falling { "-" } else { "" })
    }

    /// By the next of these columns.
    pub(super) fn next(self, columns: &[usize]) -> Self {
        let next = columns.iter().find(|column| **column > self.column).or(columns.first());
        Self::of(next.copied().unwrap_or(0))
    }

    /// By this column; where it is by that already, the other way round.
    pub(super) fn by(self, column: usize) -> Self {
        if self.column == column { self.turned() } else { Self::of(column) }
    }

    /// The other way round.
    pub(super) fn turned(self) -> Self {
        Self { is_falling: !self.is_falling, ..self }
    }

    /// Which of two metrics comes first. Those that are equal are in the order of their names.
    pub(super) fn compare(self, a: &MetricName, b: &MetricName) -> Ordering {
        let by_column = match self.column {
            1 => a.kind.cmp(&b.kind),
            2 => a.unit.cmp(&b.unit),
            SERIES => a.series.cmp(&b.series),
            SEEN => a.last_timestamp.cmp(&b.last_timestamp),
            LAST => latest(a).total_cmp(&latest(b)),
            6 => a.services.cmp(&b.services),
            _ => a.name.cmp(&b.name),
        };
        let by_column = if self.is_falling { by_column.reverse() } else { by_column };
        let by_name = || (&a.name, &a.kind, &a.unit).cmp(&(&b.name, &b.kind, &b.unit));
        by_column.then_with(by_name)
    }
}

/// The newest value of the course; below all others where there is none.
fn latest(name: &MetricName) -> f64 {
    let mut values = name.sparkline.iter().flatten().flatten().map(|value| value.0);
    values.rfind(|value| value.is_finite()).unwrap_or(f64::NEG_INFINITY)
}

/// The list as a file of this name has it: CSV by its ending, else JSON lines.
pub(super) fn exported(names: &[MetricName], path: &str) -> String {
    if !path.ends_with(".csv") {
        let lines = names.iter().filter_map(|name| serde_json::to_string(name).ok());
        return lines.map(|line| format!("{line}\n")).collect();
    }
    let heading: Vec<String> = MetricName::CSV.iter().map(|(name, _)| (*name).to_owned()).collect();
    let row =
        |name: &MetricName| -> Vec<String> { MetricName::CSV.iter().map(|(_, field)| field(name)).collect() };
    let rows: Vec<Vec<String>> = std::iter::once(heading).chain(names.iter().map(row)).collect();
    csv_text(&rows)
}
