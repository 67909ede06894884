//! Since when requests fail.
//!
//! "Since the first error" would be a poor answer: most services fail now and then. What is looked for is the moment that
//! parts the range best into a time with few errors and one with many.

use tfo_sdk::Timestamp;

use crate::tui::bars::{Bar, Bars};

/// How much better two shares of errors must explain what is seen than one (as a difference of log likelihoods) to be
/// believed: chance alone does so about once in a thousand ranges of a hundred columns.
const CONVINCING: f64 = 10.0;
/// How many times more errors there must be behind the moment than before it.
const WORSE: f64 = 2.0;
/// So many columns without an error at the end say that it is over.
const QUIET: usize = 3;

/// Since when there are errors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Onset {
    /// There are none.
    #[default]
    Never,
    /// From a moment on, until now.
    Since(Timestamp),
    /// From one moment to another.
    Between(Timestamp, Timestamp),
    /// Now and then; the first at this time.
    NowAndThen(Timestamp),
    /// All the time: it began before the range.
    Throughout,
}

/// What is seen in columns of requests and errors.
pub(super) fn onset(bars: &Bars) -> Onset {
    let failed = |bar: &Bar| bar.errors > 0;
    let Some(first) = bars.bars.iter().position(failed) else { return Onset::Never };
    let last = bars.bars.iter().rposition(failed).unwrap_or(first);
    let time = |column: usize| {
        let steps = i64::try_from(column).unwrap_or(i64::MAX);
        Timestamp(bars.from.0.saturating_add(bars.step_ns.saturating_mul(steps)))
    };
    let asked = |from: usize, to: usize| {
        let columns = bars.bars.get(from..to).unwrap_or_default();
        columns.iter().filter(|bar| bar.total > 0).count()
    };
    // What has not been asked since cannot have recovered.
    let is_over = asked(last + 1, bars.bars.len()) >= QUIET;
    let until = |from: usize| {
        if is_over { Onset::Between(time(from), time(last + 1)) } else { Onset::Since(time(from)) }
    };
    match split(&bars.bars) {
        Some(column) => until(column),
        None if is_over && asked(0, first) == 0 => Onset::Between(time(first), time(last + 1)),
        None if asked(0, first) == 0 => Onset::Throughout,
        None => Onset::NowAndThen(time(first)),
    }
}

/// The first column of the time with many errors.
fn split(bars: &[Bar]) -> Option<usize> {
    let all = bars.iter().fold((0.0, 0.0), add);
    let mut before = (0.0, 0.0);
    let mut best: Option<(f64, usize)> = None;
    for (column, bar) in bars.iter().enumerate() {
        let after = (all.0 - before.0, all.1 - before.1);
        let is_worse = before.0 > 0.0 && after.0 > 0.0 && after.1 * before.0 > WORSE * before.1 * after.0;
        if is_worse && bar.errors > 0 {
            let gain = likelihood(before) + likelihood(after) - likelihood(all);
            if gain >= CONVINCING && best.is_none_or(|(known, _)| gain > known) {
                best = Some((gain, column));
            }
        }
        before = add(before, bar);
    }
    best.map(|(_, column)| column)
}

fn add((total, errors): (f64, f64), bar: &Bar) -> (f64, f64) {
    (total + bar.total as f64, errors + bar.errors.min(bar.total) as f64)
}

/// The logarithm of how likely so many errors among so many requests are, at the share that they have.
fn likelihood((total, errors): (f64, f64)) -> f64 {
    let part = |count: f64| if count > 0.0 && total > 0.0 { count * (count / total).ln() } else { 0.0 };
    part(errors) + part(total - errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(columns: &[(u64, u64)]) -> Onset {
        let bar = |(total, errors): &(u64, u64)| Bar { total: *total, warnings: 0, errors: *errors };
        let bars = columns.iter().map(bar).collect();
        onset(&Bars { from: Timestamp(1_000), step_ns: 10, bars })
    }

    #[test]
    fn a_rise_is_found_above_what_fails_now_and_then() {
        let mut columns = vec![(1_000, 1); 60];
        columns.extend([(1_000, 80); 30]);
        assert_eq!(seen(&columns), Onset::Since(Timestamp(1_000 + 600)));
        columns.extend([(1_000, 0); 10]);
        assert_eq!(seen(&columns), Onset::Between(Timestamp(1_600), Timestamp(1_900)));
        // Nobody asks any more: that is no recovery.
        columns.truncate(90);
        columns.extend([(0, 0); 10]);
        assert_eq!(seen(&columns), Onset::Since(Timestamp(1_600)));
    }

    #[test]
    fn without_a_rise_there_is_no_moment() {
        assert_eq!(seen(&[]), Onset::Never);
        assert_eq!(seen(&[(5, 0), (7, 0)]), Onset::Never);
        assert_eq!(seen(&[(100, 50); 40]), Onset::Throughout);
        let mut rare = vec![(100, 0); 40];
        rare[20] = (100, 1);
        rare[39] = (100, 1);
        assert_eq!(seen(&rare), Onset::NowAndThen(Timestamp(1_200)));
    }

    #[test]
    fn errors_of_the_start_that_ended_have_an_end() {
        let mut columns = vec![(100, 50); 5];
        columns.extend([(100, 0); 5]);
        assert_eq!(seen(&columns), Onset::Between(Timestamp(1_000), Timestamp(1_050)));
    }

    #[test]
    fn the_first_error_of_many_is_the_moment() {
        let mut columns = vec![(100, 0); 10];
        columns.extend([(100, 30); 10]);
        assert_eq!(seen(&columns), Onset::Since(Timestamp(1_100)));
    }

    #[test]
    fn odd_counts_do_no_harm() {
        seen(&[(0, 5), (u64::MAX, u64::MAX), (1, u64::MAX)]);
        let bars = vec![Bar { total: 1, warnings: 0, errors: 1 }; 3];
        onset(&Bars { from: Timestamp::MAX, step_ns: i64::MAX, bars });
    }
}
