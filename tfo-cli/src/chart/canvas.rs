//! A canvas of braille dots, two columns and four rows of them in each character.

/// The bit of each dot, by its row and column inside a character.
const DOTS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// Lines, drawn.
pub(crate) struct Canvas {
    columns: usize,
    rows: usize,
    /// The dots of each character, and the line that was drawn there last.
    cells: Vec<(u8, Option<usize>)>,
    /// The row where each line ends.
    ends: Vec<(usize, usize)>,
}

impl Canvas {
    /// An empty canvas of so many characters.
    pub(crate) fn new(columns: usize, rows: usize) -> Self {
        Self { columns, rows, cells: vec![(0, None); columns * rows], ends: Vec::new() }
    }

    /// Draws a line of so many steps, each a share (0 to 1, from the bottom) of the height, or a gap.
    pub(crate) fn draw(&mut self, line: usize, steps: impl Iterator<Item = Option<f64>>, count: usize) {
        let mut before: Option<(usize, usize)> = None;
        let mut end = None;
        for (index, share) in steps.enumerate() {
            let Some(share) = share else {
                before = None;
                continue;
            };
            let here = (self.across(index, count), self.up(share));
            self.connect(line, before.unwrap_or(here), here);
            before = Some(here);
            end = Some(here.1 / 4);
        }
        self.ends.extend(end.map(|row| (line, row)));
    }

    /// The characters of a row, in runs of one line each.
    pub(crate) fn row(&self, row: usize) -> Vec<(Option<usize>, String)> {
        let mut runs: Vec<(Option<usize>, String)> = Vec::new();
        let cells = self.cells.iter().skip(row * self.columns).take(self.columns);
        for (dots, owner) in cells {
            let character = match dots {
                0 => ' ',
                dots => char::from_u32(0x2800 + u32::from(*dots)).unwrap_or(' '),
            };
            match runs.last_mut() {
                Some((last, run)) if last == owner => run.push(character),
                _ => runs.push((*owner, character.to_string())),
            }
        }
        runs
    }

    /// The lines that end in a row.
    pub(crate) fn ends(&self, row: usize) -> Vec<usize> {
        let mut ends: Vec<usize> =
            self.ends.iter().filter(|(_, end)| *end == row).map(|(line, _)| *line).collect();
        ends.sort_unstable();
        ends
    }

    /// How many lines were drawn.
    pub(crate) fn lines(&self) -> usize {
        self.ends.len()
    }

    /// The column of dots in which the middle of a step lies.
    fn across(&self, index: usize, count: usize) -> usize {
        let dots = self.columns * 2;
        ((index as f64 + 0.5) / count.max(1) as f64 * dots as f64) as usize
    }

    /// The row of dots, from the top, of a share of the height.
    fn up(&self, share: f64) -> usize {
        let dots = self.rows * 4 - 1;
        dots - (share.clamp(0.0, 1.0) * dots as f64).round() as usize
    }

    /// Dots from one place to another, both included.
    fn connect(&mut self, line: usize, from: (usize, usize), to: (usize, usize)) {
        let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1));
        let between = |from: usize, to: usize, step: usize| {
            let share = if steps == 0 { 0.0 } else { step as f64 / steps as f64 };
            (from as f64 + (to as f64 - from as f64) * share).round() as usize
        };
        for step in 0..=steps {
            self.dot(line, between(from.0, to.0, step), between(from.1, to.1, step));
        }
    }

    fn dot(&mut self, line: usize, across: usize, down: usize) {
        let place = down / 4 * self.columns + across / 2;
        if across / 2 < self.columns
            && let Some(cell) = self.cells.get_mut(place)
        {
            cell.0 |= DOTS[down % 4][across % 2];
            cell.1 = Some(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(canvas: &Canvas) -> String {
        let row = |row| canvas.row(row).into_iter().map(|(_, run)| run).collect::<String>();
        (0..canvas.rows).map(row).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_line_rises_and_a_gap_stays_open() {
        let mut canvas = Canvas::new(8, 2);
        let steps = [Some(0.0), Some(0.3), Some(0.6), None, None, Some(1.0), Some(1.0), Some(0.5)];
        canvas.draw(0, steps.into_iter(), 8);
        assert_eq!(shown(&canvas), "  ⢀  ⠈⠉⢆\n⢀⠔⠁     ");
        assert_eq!(canvas.ends(0), [0]);
    }

    #[test]
    fn more_steps_than_dots_share_them() {
        let mut canvas = Canvas::new(2, 1);
        canvas.draw(3, (0..100).map(|step| Some(f64::from(step % 2))), 100);
        assert_eq!(shown(&canvas), "⣿⣿");
        assert_eq!(canvas.row(0), [(Some(3), "⣿⣿".to_owned())]);
    }
}
