//! Quotas, and what is used of them.

use tfo_sdk::api::{Limit, LimitUsage, Usage};

use super::status::bytes;
use super::time;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, table};
use crate::output::{CsvField, Look};

const LIMITS: &[Column<LimitUsage>] = &[
    Column::text("QUOTA", |limit| Cell::new(&limit.quota)),
    Column::text("PLACE", |limit| Cell::new(&limit.scope)),
    Column::text("LIMIT", |limit| Cell::new(what(limit.limit))),
    Column::number("USED", |limit| Cell::new(amount(limit.limit, limit.used))),
    Column::number("OF", |limit| Cell::new(amount(limit.limit, limit.most))),
    Column::number("SHARE", share),
];

/// Fields of a limit.
pub(crate) const CSV: &[CsvField<LimitUsage>] = &[
    ("quota", |limit| limit.quota.clone()),
    ("scope", |limit| limit.scope.clone()),
    ("limit", |limit| what(limit.limit).to_owned()),
    ("used", |limit| limit.used.to_string()),
    ("most", |limit| limit.most.to_string()),
];

const fn what(limit: Limit) -> &'static str {
    match limit {
        Limit::IngestBytesPerDay => "bytes a day",
        Limit::IngestBytesPerSecond => "bytes a second",
        Limit::ActiveSeries => "active series",
    }
}

fn amount(limit: Limit, count: u64) -> String {
    match limit {
        Limit::IngestBytesPerDay | Limit::IngestBytesPerSecond => bytes(count),
        Limit::ActiveSeries => count.to_string(),
    }
}

/// How much of it is used; what is used up refuses telemetry.
fn share(limit: &LimitUsage) -> Cell {
    // A limit of nothing is used up from the start.
    let percent = limit.used.saturating_mul(100).checked_div(limit.most).unwrap_or(100);
    let style = match percent {
        0..80 => Style::Normal,
        80..100 => Style::Warning,
        _ => Style::Error,
    };
    Cell::new(format!("{percent} %")).style(style)
}

/// What came in today, and every limit.
pub(crate) fn page(usage: &Usage, look: &Look) -> String {
    let today = bytes(usage.ingest_bytes_today);
    let mut page = format!("Today: {today} came in; the day ends at {}\n", time(usage.day_ends_at));
    if usage.limits.is_empty() {
        page.push_str("No quota holds for this tenant.\n");
    } else {
        page.push('\n');
        page.push_str(&table(LIMITS, &usage.limits, look));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::style::Paint;

    #[test]
    fn a_page_says_what_is_used_of_what() {
        let look = Look { width: None, wide: false, paint: Paint::Plain, now: tfo_sdk::Timestamp::MIN };
        let limit = |quota: &str, limit, used, most| LimitUsage {
            quota: quota.to_owned(),
            scope: "eu/acme/shop".to_owned(),
            limit,
            used,
            most,
        };
        let mut usage = Usage {
            now: "2026-11-28T12:00:00Z".parse().unwrap(),
            ingest_bytes_today: 5 << 20,
            day_ends_at: "2026-11-29T00:00:00Z".parse().unwrap(),
            limits: vec![
                limit("day", Limit::IngestBytesPerDay, 5 << 20, 10 << 20),
                limit("day", Limit::ActiveSeries, 90, 100),
                limit("none", Limit::IngestBytesPerSecond, 0, 0),
            ],
        };
        insta::assert_snapshot!(page(&usage, &look), @"
        Today: 5.00 MiB came in; the day ends at 2026-11-29T00:00:00.000Z

        QUOTA  PLACE         LIMIT               USED        OF  SHARE
        day    eu/acme/shop  bytes a day     5.00 MiB  10.0 MiB   50 %
        day    eu/acme/shop  active series         90       100   90 %
        none   eu/acme/shop  bytes a second       0 B       0 B  100 %
        ");
        usage.limits.clear();
        insta::assert_snapshot!(page(&usage, &look), @"
        Today: 5.00 MiB came in; the day ends at 2026-11-29T00:00:00.000Z
        No quota holds for this tenant.
        ");
    }
}
