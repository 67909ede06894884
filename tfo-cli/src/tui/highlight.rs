//! A text or a regular expression to highlight.

use regex::{Regex, RegexBuilder};

/// What is highlighted wherever it stands. Nothing is hidden by it.
#[derive(Debug, Clone)]
pub(crate) struct Highlight {
    /// As it was typed.
    pub(crate) text: String,
    regex: Regex,
}

/// Memory that an expression may take.
const SIZE: usize = 1 << 20;

impl Highlight {
    /// A text in smart case, or a `/regex/`.
    ///
    /// # Errors
    /// What is wrong with the expression.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let inner = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
        let pattern = inner.map_or_else(|| regex::escape(text), str::to_owned);
        let regex = RegexBuilder::new(&pattern)
            .case_insensitive(!text.chars().any(char::is_uppercase))
            .size_limit(SIZE)
            .build()
            .map_err(|error| error.to_string().lines().last().unwrap_or_default().trim().to_owned())?;
        Ok(Self { text: text.to_owned(), regex })
    }

    /// Whether a text has it.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Where it stands in a text, in bytes.
    pub(crate) fn places<'t>(&'t self, text: &'t str) -> impl Iterator<Item = std::ops::Range<usize>> + 't {
        self.regex.find_iter(text).map(|found| found.range()).filter(|range| !range.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_expressions_are_found() {
        let places = |what: &str, text: &str| Highlight::new(what).unwrap().places(text).collect::<Vec<_>>();
        assert_eq!(places("err.", "an ERR. err?"), vec![3..7]);
        assert_eq!(places("/err./", "err1 Err2"), [0..4, 5..9]);
        assert_eq!(places("Err", "err Err"), vec![4..7]);
        assert_eq!(places("/x*/", "axa"), vec![1..2]);
        assert!(Highlight::new("/(/").is_err());
    }
}
