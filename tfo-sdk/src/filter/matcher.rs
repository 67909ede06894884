//! A pattern on one text. Public, so that other evaluators of filters find the same.

use regex::Regex;

use super::ast::Pattern;
use super::parse::compile;

/// A pattern made ready for many texts.
#[derive(Debug, Clone)]
pub struct Matcher {
    search: Search,
    /// Whether the text is made lower case first. A regular expression looks to that itself.
    ignore_case: bool,
}

#[derive(Debug, Clone)]
enum Search {
    Contains(String),
    /// What stands between the stars of a glob.
    Glob(Vec<String>),
    /// None for an expression that does not compile, which no parsed filter has: it finds nothing.
    Regex(Option<Regex>),
}

impl Matcher {
    /// Makes a pattern ready.
    pub fn new(pattern: &Pattern) -> Self {
        match pattern {
            Pattern::Contains { text, ignore_case } => {
                Self { search: Search::Contains(text.clone()), ignore_case: *ignore_case }
            }
            Pattern::Glob { glob, ignore_case } => {
                let parts = glob.split('*').map(str::to_owned).collect();
                Self { search: Search::Glob(parts), ignore_case: *ignore_case }
            }
            Pattern::Regex { regex, ignore_case } => {
                Self { search: Search::Regex(compile(regex, *ignore_case).ok()), ignore_case: false }
            }
        }
    }

    /// Whether a text has the pattern in it (a glob: is as the pattern says).
    pub fn finds(&self, text: &str) -> bool {
        if self.ignore_case { self.finds_exactly(&text.to_lowercase()) } else { self.finds_exactly(text) }
    }

    fn finds_exactly(&self, text: &str) -> bool {
        match &self.search {
            Search::Contains(part) => text.contains(part.as_str()),
            Search::Glob(parts) => glob_matches(parts, text),
            Search::Regex(regex) => regex.as_ref().is_some_and(|regex| regex.is_match(text)),
        }
    }
}

/// Whether a text is these parts with anything between them. Taking the first place for each part in turn finds
/// a way if there is one, so nothing is tried twice.
fn glob_matches(parts: &[String], text: &str) -> bool {
    let (first, middle, last) = match parts {
        [] => return text.is_empty(),
        [only] => return text == only,
        [first, middle @ .., last] => (first, middle, last),
    };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for part in middle {
        match rest.split_once(part.as_str()) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last.as_str())
}
