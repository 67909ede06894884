//! Requests and errors over time, from the columns of a heat map: what stands above the lists of a service, and in the
//! rows of all of them.

use tfo_sdk::Timestamp;
use tfo_sdk::api::LatencyHeatMap;

use crate::tui::bars::{Bar, Bars};

/// Counts beyond this are shown as this: columns are summed and scaled, and must not overflow.
const MOST_COUNTED: u64 = 1 << 36;
/// Columns of one drawing: more than any screen has.
const MOST_COLUMNS: usize = 10_000;

/// The requests and errors of each column of a heat map, by the start of the column.
pub(in crate::tui) fn counted(map: &LatencyHeatMap) -> Vec<(Timestamp, Bar)> {
    let sum =
        |counts: &[u64]| counts.iter().fold(0_u64, |sum, count| sum.saturating_add(*count)).min(MOST_COUNTED);
    map.columns
        .iter()
        .map(|column| {
            let total = sum(&column.counts);
            (column.timestamp, Bar { total, warnings: 0, errors: sum(&column.errors).min(total) })
        })
        .collect()
}

/// The same spread over so many columns of a range; nothing counted is 0, not a gap.
pub(in crate::tui) fn spread(
    counted: &[(Timestamp, Bar)],
    step_ns: i64,
    (from, to): (Timestamp, Timestamp),
    columns: u16,
) -> Vec<Bar> {
    let mut spread = vec![Bar::default(); usize::from(columns)];
    let length = to.0.saturating_sub(from.0).max(1) as f64;
    for (start, bar) in counted {
        let middle = start.0.saturating_add(step_ns / 2);
        let share = middle.saturating_sub(from.0) as f64 / length;
        // The first and the last step may reach beyond the range, but count what is in it.
        let column = (share * f64::from(columns)).floor().max(0.0) as usize;
        let column = column.min(spread.len().saturating_sub(1));
        if let Some(sum) = spread.get_mut(column) {
            sum.total = sum.total.saturating_add(bar.total);
            sum.errors = sum.errors.saturating_add(bar.errors);
        }
    }
    spread
}

/// The same as a drawing has them: without a gap from the first column that has something to the last.
pub(in crate::tui) fn over_time(map: &LatencyHeatMap) -> Bars {
    let counted = counted(map);
    let Some((from, _)) = counted.first().copied() else { return Bars::default() };
    if map.step_ns <= 0 {
        return Bars::default();
    }
    let mut bars: Vec<Bar> = Vec::new();
    for (start, bar) in counted {
        let steps = start.0.saturating_sub(from.0) / map.step_ns;
        // A step that does not fit its range is not drawn.
        let Ok(index) = usize::try_from(steps) else { continue };
        if index >= MOST_COLUMNS {
            break;
        }
        if bars.len() <= index {
            bars.resize(index + 1, Bar::default());
        }
        bars[index] = bar;
    }
    Bars { from, step_ns: map.step_ns, bars }
}

#[cfg(test)]
mod tests {
    use tfo_sdk::api::{LatencyColumn, Scan};

    use super::*;

    #[test]
    fn counts_are_summed_and_spread_without_a_loss() {
        let column = |second: i64, counts: &[u64], errors: &[u64]| LatencyColumn {
            timestamp: Timestamp(second * 1_000_000_000),
            counts: counts.to_vec(),
            errors: errors.to_vec(),
        };
        let map = LatencyHeatMap {
            step_ns: 1_000_000_000,
            bounds_ns: vec![0, 1, 2],
            columns: vec![column(-1, &[1, 2], &[0, 1]), column(9, &[4], &[9]), column(50, &[1], &[])],
            scan: Scan::default(),
        };
        let counted = counted(&map);
        assert_eq!(counted[0].1, Bar { total: 3, warnings: 0, errors: 1 });
        assert_eq!(counted[1].1, Bar { total: 4, warnings: 0, errors: 4 });
        let spread =
            |columns| spread(&counted, map.step_ns, (Timestamp(0), Timestamp(10_000_000_000)), columns);
        assert_eq!(spread(5).iter().map(|bar| bar.total).collect::<Vec<_>>(), [3, 0, 0, 0, 5]);
        assert!(spread(0).is_empty());
        let huge =
            LatencyHeatMap { columns: vec![column(0, &[u64::MAX, u64::MAX], &[u64::MAX])], ..map.clone() };
        assert_eq!(super::counted(&huge)[0].1.errors, MOST_COUNTED);
    }

    #[test]
    fn what_has_nothing_is_a_column_too() {
        let column =
            |time: i64| LatencyColumn { timestamp: Timestamp(time), counts: vec![2], errors: vec![1] };
        let map = |step_ns: i64, times: &[i64]| LatencyHeatMap {
            step_ns,
            bounds_ns: vec![0, 1],
            columns: times.iter().copied().map(column).collect(),
            scan: Scan::default(),
        };
        let bars = over_time(&map(10, &[50, 80]));
        assert_eq!((bars.from, bars.step_ns), (Timestamp(50), 10));
        assert_eq!(bars.bars.iter().map(|bar| bar.total).collect::<Vec<_>>(), [2, 0, 0, 2]);
        for odd in
            [map(0, &[1]), map(-1, &[1, 2]), map(1, &[]), map(1, &[0, i64::MAX]), map(1, &[9, i64::MIN])]
        {
            assert!(over_time(&odd).bars.len() <= 1);
        }
    }
}
