//! "Did you mean": the known name that is closest to one that is not known.

/// The known name nearest to `name`, when one is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).max(2);
    known
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// `unknown X "NAME"`, with the nearest known one, else with all of them.
pub(crate) fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    // What is quoted comes from outside: it is cut, so that a message stays a message.
    let shown: String = name.chars().take(64).collect();
    match nearest(&shown, known.iter().copied()) {
        Some(near) => format!("unknown {what} {shown:?}; did you mean {near:?}?"),
        None if known.is_empty() => format!("unknown {what} {shown:?}; none is known here"),
        None => format!("unknown {what} {shown:?}; known are {}", known.join(", ")),
    }
}

/// Levenshtein distance without regard to case, with `-` and `_` the same.
fn distance(a: &str, b: &str) -> usize {
    let fold = |text: &str| -> Vec<char> {
        text.chars().map(|c| if c == '-' { '_' } else { c.to_ascii_lowercase() }).collect()
    };
    let (a, b) = (fold(a), fold(b));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (j, to) in b.iter().enumerate() {
            let up = row.get(j + 1).copied().unwrap_or(0);
            let cost = (diagonal + usize::from(from != to)).min(up + 1).min(left + 1);
            diagonal = up;
            left = cost;
            if let Some(cell) = row.get_mut(j + 1) {
                *cell = cost;
            }
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_edits() {
        for (a, b, edits) in
            [("", "", 0), ("abc", "", 3), ("", "abc", 3), ("limit", "limt", 1), ("kitten", "sitting", 3)]
        {
            assert_eq!(distance(a, b), edits, "{a} {b}");
        }
        assert_eq!(distance("page-Token", "page_token"), 0);
    }

    #[test]
    fn a_near_name_is_offered_and_a_far_one_is_not() {
        assert_eq!(
            unknown("parameter", "limt", &["limit", "since"]),
            r#"unknown parameter "limt"; did you mean "limit"?"#
        );
        assert_eq!(
            unknown("parameter", "colour", &["limit"]),
            r#"unknown parameter "colour"; known are limit"#
        );
    }
}
