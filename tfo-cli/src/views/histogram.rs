//! Log records over time: a row a bucket, with a bar of their severities.

use tfo_sdk::api::{LogBucket, LogHistogram};
use tfo_sdk::time::format_duration;

use super::time;
use crate::output::style::Style;
use crate::output::{CsvField, Look};

/// Fields of a bucket.
pub(crate) const CSV: &[CsvField<LogBucket>] = &[
    ("timestamp", |bucket| bucket.timestamp.to_string()),
    ("total", |bucket| bucket.total.to_string()),
    ("trace", |bucket| bucket.trace.to_string()),
    ("debug", |bucket| bucket.debug.to_string()),
    ("info", |bucket| bucket.info.to_string()),
    ("warn", |bucket| bucket.warn.to_string()),
    ("error", |bucket| bucket.error.to_string()),
    ("fatal", |bucket| bucket.fatal.to_string()),
    ("unset", |bucket| bucket.unset.to_string()),
];

/// A part of a bar.
struct Part {
    sign: char,
    style: Style,
    name: &'static str,
    count: fn(&LogBucket) -> u64,
}

/// Parts of a bar from the left.
const PARTS: [Part; 4] = [
    Part {
        sign: '█',
        style: Style::Error,
        name: "error and fatal",
        count: |bucket| bucket.error + bucket.fatal,
    },
    Part { sign: '▓', style: Style::Warning, name: "warn", count: |bucket| bucket.warn },
    Part { sign: '▒', style: Style::Good, name: "info", count: |bucket| bucket.info },
    Part {
        sign: '░',
        style: Style::Dim,
        name: "less, or none",
        count: |bucket| bucket.debug + bucket.trace + bucket.unset,
    },
];

/// Empty buckets in a row that are drawn; of more, the number is told.
const EMPTY: i128 = 3;

/// The drawing, in this many columns.
pub(crate) fn draw(histogram: &LogHistogram, columns: usize, look: &Look) -> String {
    let mut out = String::new();
    let Some(most) = histogram.buckets.iter().map(|bucket| bucket.total).max() else { return out };
    let digits = most.to_string().len().max("RECORDS".len());
    let errors = histogram.buckets.iter().map(|bucket| bucket.error + bucket.fatal).max().unwrap_or(0);
    let error_digits = errors.to_string().len().max("ERRORS".len());
    let width = columns.saturating_sub(24 + 2 + digits + 2 + error_digits + 2).max(10);
    let title = format!("{:24}  {:>digits$}  {:>error_digits$}", "TIME", "RECORDS", "ERRORS");
    out.push_str(&format!("{}\n", look.paint.apply(Style::Title, &title)));
    let mut next: Option<i128> = None;
    for bucket in &histogram.buckets {
        let at = i128::from(bucket.timestamp.nanos());
        let step = i128::from(histogram.step_ns.max(1));
        let missing = next.map_or(0, |next| (at - next) / step);
        next = Some(at + step);
        if missing > EMPTY {
            out.push_str(
                &look
                    .paint
                    .apply(Style::Dim, &format!("⋮ {missing} times {}", format_duration(histogram.step_ns))),
            );
            out.push('\n');
        } else {
            for empty in (1..=missing).rev() {
                let at = i64::try_from(at - empty * step).unwrap_or(i64::MIN);
                let bucket = LogBucket { timestamp: tfo_sdk::Timestamp(at), ..LogBucket::default() };
                push(&mut out, &bucket, (digits, error_digits, width), most, look);
            }
        }
        push(&mut out, bucket, (digits, error_digits, width), most, look);
    }
    let sign = |part: &Part| look.paint.apply(part.style, &part.sign.to_string());
    let legend: Vec<String> = PARTS.iter().map(|part| format!("{} {}", sign(part), part.name)).collect();
    out.push_str(&format!("\n{}   a row is {}\n", legend.join("   "), format_duration(histogram.step_ns)));
    out
}

fn push(
    out: &mut String,
    bucket: &LogBucket,
    (digits, error_digits, width): (usize, usize, usize),
    most: u64,
    look: &Look,
) {
    let errors = bucket.error + bucket.fatal;
    let style = if errors == 0 { Style::Normal } else { Style::Error };
    let when = look.paint.apply(Style::Dim, &time(bucket.timestamp));
    let errors = look.paint.apply(style, &format!("{errors:>error_digits$}"));
    out.push_str(&format!("{when}  {:>digits$}  {errors}  {}", bucket.total, bar(bucket, width, most, look)));
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}

/// A bar as long as the bucket has records, beside the fullest one; what is there at all has a cell.
fn bar(bucket: &LogBucket, width: usize, most: u64, look: &Look) -> String {
    let (mut bar, mut drawn, mut seen) = (String::new(), 0, 0);
    for part in &PARTS {
        let count = (part.count)(bucket);
        seen += count;
        // Where the part ends, to the nearest cell.
        let end = (u128::from(seen) * width as u128 * 2 + u128::from(most)) / (u128::from(most.max(1)) * 2);
        let end = usize::try_from(end).unwrap_or(width).max(drawn + usize::from(count > 0)).min(width);
        bar.push_str(&look.paint.apply(part.style, &part.sign.to_string().repeat(end - drawn)));
        drawn = end;
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::style::Paint;

    #[test]
    fn buckets_have_bars_by_severity_and_gaps_are_told() {
        let json = r#"{"stepNs":60000000000,"buckets":[
          {"timestamp":"2026-11-25T09:00:00Z","total":100,"trace":0,"debug":20,"info":60,"warn":10,"error":9,"fatal":1,"unset":0},
          {"timestamp":"2026-11-25T09:02:00Z","total":1,"trace":0,"debug":0,"info":0,"warn":0,"error":1,"fatal":0,"unset":0},
          {"timestamp":"2026-11-25T09:12:00Z","total":50,"trace":0,"debug":0,"info":50,"warn":0,"error":0,"fatal":0,"unset":0}],
          "scan":{"files":0,"rows":0,"bytes":0,"complete":true}}"#;
        let histogram: LogHistogram = serde_json::from_str(json).unwrap();
        let look = Look { width: Some(80), wide: false, paint: Paint::Plain, now: tfo_sdk::Timestamp::MIN };
        insta::assert_snapshot!(draw(&histogram, 75, &look), @r"
        TIME                      RECORDS  ERRORS
        2026-11-25T09:00:00.000Z      100      10  ███▓▓▓▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░
        2026-11-25T09:01:00.000Z        0       0
        2026-11-25T09:02:00.000Z        1       1  █
        ⋮ 9 times 1m00s
        2026-11-25T09:12:00.000Z       50       0  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒

        █ error and fatal   ▓ warn   ▒ info   ░ less, or none   a row is 1m00s
        ");
        assert_eq!(draw(&LogHistogram { buckets: vec![], ..histogram }, 75, &look), "");
    }
}
