//! What differs between two texts, by line.

/// Equal lines that are shown around those that differ.
pub(crate) const CONTEXT: usize = 3;
/// Pairs of lines that are compared; beyond, all of one text goes and all of the other one comes.
const MOST_PAIRS: usize = 4_000_000;

/// A line of the difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LineChange {
    /// It is in both.
    Same(String),
    /// It is in the first one alone.
    Gone(String),
    /// It is in the second one alone.
    Come(String),
    /// So many equal lines are not shown.
    Skipped(usize),
}

/// The difference with so many lines around it. A text that is not there has no lines.
pub(crate) fn changes(before: Option<&str>, after: Option<&str>, context: usize) -> Vec<LineChange> {
    let (before, after) = (lines(before), lines(after));
    let all = compare(&before, &after);
    let is_near = |at: usize| {
        let from = at.saturating_sub(context);
        let to = (at + context + 1).min(all.len());
        all[from..to].iter().any(|change| !matches!(change, LineChange::Same(_)))
    };
    let mut out = Vec::new();
    for (at, change) in all.iter().enumerate() {
        match (change, out.last_mut()) {
            _ if is_near(at) => out.push(change.clone()),
            (_, Some(LineChange::Skipped(count))) => *count += 1,
            _ => out.push(LineChange::Skipped(1)),
        }
    }
    out
}

/// The lines, with a mark where the last one has no end: that is a difference too.
fn lines(text: Option<&str>) -> Vec<String> {
    let Some(text) = text else { return Vec::new() };
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    match lines.last_mut() {
        Some(last) if last.is_empty() => {
            lines.pop();
        }
        Some(last) => last.push_str(" (no line break at the end)"),
        None => {}
    }
    lines
}

fn compare(before: &[String], after: &[String]) -> Vec<LineChange> {
    let head = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (rest, other) = (&before[head..], &after[head..]);
    let tail = rest.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let (middle, new) = (&rest[..rest.len() - tail], &other[..other.len() - tail]);
    let same = |lines: &[String]| lines.iter().cloned().map(LineChange::Same).collect::<Vec<_>>();
    let mut out = same(&before[..head]);
    out.extend(common(middle, new));
    out.extend(same(&before[before.len() - tail..]));
    out
}

/// By the longest common subsequence.
fn common(before: &[String], after: &[String]) -> Vec<LineChange> {
    let (rows, columns) = (before.len(), after.len());
    let gone = |line: &String| LineChange::Gone(line.clone());
    let come = |line: &String| LineChange::Come(line.clone());
    if rows == 0 || columns == 0 || rows.saturating_mul(columns) > MOST_PAIRS {
        return before.iter().map(gone).chain(after.iter().map(come)).collect();
    }
    let at = |row: usize, column: usize| row * (columns + 1) + column;
    let mut longest = vec![0_u32; (rows + 1) * (columns + 1)];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            longest[at(row, column)] = if before[row] == after[column] {
                longest[at(row + 1, column + 1)] + 1
            } else {
                longest[at(row + 1, column)].max(longest[at(row, column + 1)])
            };
        }
    }
    let (mut row, mut column, mut out) = (0, 0, Vec::new());
    while row < rows && column < columns {
        if before[row] == after[column] {
            out.push(LineChange::Same(before[row].clone()));
            (row, column) = (row + 1, column + 1);
        } else if longest[at(row + 1, column)] >= longest[at(row, column + 1)] {
            out.push(gone(&before[row]));
            row += 1;
        } else {
            out.push(come(&after[column]));
            column += 1;
        }
    }
    out.extend(before[row..].iter().map(gone));
    out.extend(after[column..].iter().map(come));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str, context: usize) -> String {
        let line = |change: LineChange| match change {
            LineChange::Same(line) => format!(" {line}"),
            LineChange::Gone(line) => format!("-{line}"),
            LineChange::Come(line) => format!("+{line}"),
            LineChange::Skipped(count) => format!("@{count}"),
        };
        changes(Some(before), Some(after), context).into_iter().map(line).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn lines_that_differ_are_shown_with_their_neighbours() {
        assert_eq!(shown("a\nb\nc\n", "a\nx\nc\n", 3), " a|-b|+x| c");
        assert_eq!(shown("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\n5\n7\n", 1), "@4| 5|-6|+7");
        assert_eq!(shown("a\nb\n", "b\nc\n", 3), "-a| b|+c");
        assert_eq!(shown("a\n", "a", 3), "-a|+a (no line break at the end)");
        assert_eq!(changes(None, Some("a\n"), 3), [LineChange::Come("a".into())]);
        assert_eq!(shown("a\n", "a\n", 3), "@1");
    }

    #[test]
    fn a_long_text_is_compared_in_bounded_memory() {
        let text = |from: usize| (from..from + 5000).map(|line| format!("{line}\n")).collect::<String>();
        let found = changes(Some(&text(0)), Some(&text(100_000)), 3);
        assert_eq!(found.len(), 10_000);
    }
}
