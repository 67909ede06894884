//! The heat map's arithmetic.

use tfo_sdk::Timestamp;
use tfo_sdk::api::{LatencyColumn, LatencyHeatMap, Scan};

use super::heat::{cells, durations};

fn latency() -> LatencyHeatMap {
    let column = |second: i64, counts: &[u64]| LatencyColumn {
        timestamp: Timestamp(second * 1_000_000_000),
        counts: counts.to_vec(),
        errors: vec![0, 0, 0, 1],
    };
    LatencyHeatMap {
        step_ns: 1_000_000_000,
        bounds_ns: vec![0, 1_000, 2_000, 4_000, 8_000],
        columns: vec![column(0, &[5, 0, 0, 0]), column(9, &[0, 0, 0, 2])],
        scan: Scan::default(),
    }
}

#[test]
fn long_durations_are_on_top() {
    let cells = cells(&latency(), (Timestamp(0), Timestamp(10_000_000_000)), 10, 4);
    assert_eq!((cells[3][0].count, cells[0][9].count, cells[0][9].errors), (5, 2, 1));
    assert_eq!(cells.iter().flatten().map(|cell| cell.count).sum::<u64>(), 7);
}

#[test]
fn a_stretch_of_rows_is_a_stretch_of_durations() {
    assert_eq!(durations(&latency(), 4, 0, 3), Some((0, 8_000)));
    assert_eq!(durations(&latency(), 4, 3, 3), Some((0, 1_000)));
    assert_eq!(durations(&latency(), 4, 1, 0), Some((2_000, 8_000)));
    assert_eq!(durations(&latency(), 0, 9, 9), Some((0, 8_000)));
    assert_eq!(durations(&LatencyHeatMap { bounds_ns: vec![], ..latency() }, 4, 0, 1), None);
}

#[test]
fn odd_maps_do_no_harm() {
    for bounds_ns in [vec![], vec![0], vec![0, 1]] {
        for (width, rows) in [(0, 0), (1, 1), (300, 6)] {
            cells(
                &LatencyHeatMap { bounds_ns: bounds_ns.clone(), ..latency() },
                (Timestamp(5), Timestamp(5)),
                width,
                rows,
            );
        }
    }
}
