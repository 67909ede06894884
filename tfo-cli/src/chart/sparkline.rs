//! A line as high as a row.

use tfo_sdk::api::Double;

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Values as blocks, from the smallest to the largest of them, or from zero when all are above; a gap is a blank.
pub(crate) fn sparkline(values: &[Option<Double>]) -> String {
    let finite = |value: &Option<Double>| value.map(|value| value.0).filter(|value| value.is_finite());
    let present = || values.iter().filter_map(finite);
    let least = present().fold(0.0, f64::min);
    let most = present().fold(least, f64::max);
    let block = |value: &Option<Double>| match finite(value) {
        None => ' ',
        // Halves, because the difference of two doubles may be infinite.
        Some(value) if most > least => {
            let share = (value / 2.0 - least / 2.0) / (most / 2.0 - least / 2.0);
            let block = (share * (BLOCKS.len() - 1) as f64).round() as usize;
            BLOCKS[block.min(BLOCKS.len() - 1)]
        }
        Some(_) => BLOCKS[0],
    };
    values.iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparkline_rises_from_zero_and_leaves_gaps_open() {
        let line = |values: &[Option<f64>]| {
            sparkline(&values.iter().map(|value| value.map(Double)).collect::<Vec<_>>())
        };
        assert_eq!(line(&[Some(0.0), Some(1.0), None, Some(3.5), Some(7.0)]), "▁▂ ▅█");
        assert_eq!(line(&[Some(90.0), Some(100.0), Some(f64::NAN)]), "▇█ ");
        assert_eq!(line(&[Some(-7.0), Some(0.0)]), "▁█");
        assert_eq!(line(&[Some(0.0), Some(0.0), None]), "▁▁ ");
        assert_eq!(line(&[Some(f64::MIN), Some(f64::MAX)]), "▁█");
        assert_eq!(line(&[]), "");
    }
}
