//! How each kind of record looks: its columns, its line, its row of CSV. Nothing here reads or writes.

pub(crate) mod attribute;
pub(crate) mod histogram;
pub(crate) mod log;
pub(crate) mod map;
pub(crate) mod metric;
pub(crate) mod operation;
pub(crate) mod plan;
pub(crate) mod quota;
pub(crate) mod resource;
pub(crate) mod service;
pub(crate) mod span;
pub(crate) mod sql;
pub(crate) mod sql_plan;
pub(crate) mod status;
pub(crate) mod trace;

use tfo_sdk::Timestamp;
use tfo_sdk::time::format_duration;
use tfo_sdk::value::{AnyValue, Attributes};

use crate::output::style::Style;
use crate::output::table::Cell;

/// A time to the millisecond, which `--since` and `--until` read back.
pub(crate) fn time(timestamp: Timestamp) -> String {
    format!("{timestamp:.3}")
}

/// The time of day alone, to the millisecond.
pub(crate) fn time_of_day(timestamp: Timestamp) -> String {
    time(timestamp).get(11..23).unwrap_or_default().to_owned()
}

/// A time in few columns: of today the time of day, else the date and what there is room for.
pub(crate) fn short_time(timestamp: Timestamp, now: Timestamp) -> String {
    let (full, now) = (time(timestamp), time(now));
    let is_same = |part: std::ops::RangeTo<usize>| full.get(part) == now.get(part);
    if is_same(..10) {
        time_of_day(timestamp)
    } else if is_same(..4) {
        full.get(5..16).unwrap_or_default().replace('T', " ")
    } else {
        full.get(..10).unwrap_or_default().to_owned()
    }
}

fn duration_cell(nanos: Option<i64>) -> Cell {
    nanos.map_or_else(Cell::absent, |nanos| Cell::new(format_duration(nanos)))
}

/// A number of errors: red when there are any.
fn error_cell(count: u64, text: String) -> Cell {
    Cell::new(text).style(if count == 0 { Style::Normal } else { Style::Error })
}

/// A field that may be absent, as CSV has it.
fn optional<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// Attributes as JSON, as CSV has them.
fn json<T: serde::Serialize>(value: &T) -> String {
    // Serialising values of the interface to a string has no way to fail.
    serde_json::to_string(value).unwrap_or_default()
}

/// Attributes as `key=value`; a text with blanks stands in quotes.
pub(crate) fn pairs(attributes: &Attributes) -> Vec<String> {
    attributes
        .0
        .iter()
        .map(|(key, value)| match value {
            AnyValue::String(text) if text.is_empty() || text.contains([' ', '"', '=']) => {
                format!("{key}={}", json(text))
            }
            value => format!("{key}={value}"),
        })
        .collect()
}
