//! "Did you mean": the known name that is closest to one that is not known.

/// Characters of a name that are compared: a longer one is no misspelling of a name of ours.
const LONGEST: usize = 64;

/// The known name nearest to `name`, when one is near enough to be meant. Case, `_` and `-` make no difference, so
/// `deletion_protection` finds `deletionProtection`; two letters swapped are one mistake.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = fold(name)?;
    let limit = (name.chars().count() / 3).max(1);
    known
        .into_iter()
        .filter_map(|candidate| Some((strsim::osa_distance(&name, &fold(candidate)?), candidate)))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

fn fold(name: &str) -> Option<String> {
    let folded: String = name
        .chars()
        .filter(|c| !matches!(c, '_' | '-'))
        .take(LONGEST + 1)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    (folded.chars().count() <= LONGEST).then_some(folded)
}
