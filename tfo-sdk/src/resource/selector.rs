//! Selecting resources by their labels, as `kubectl` does: `team=checkout,tier!=web,env in (a, b),owner,!legacy`.

use std::collections::BTreeMap;
use std::str::FromStr;

/// Which labels a resource must have: all conditions hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selector(Vec<Condition>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    Is(String, String),
    IsNot(String, String),
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Has(String),
    HasNot(String),
}

/// Why a text is no selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected labels like team=checkout,tier!=web,env in (a, b),owner,!legacy, got {0:?}")]
pub struct SelectorError(String);

impl Selector {
    /// Whether these labels are as it says.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.0.iter().all(|condition| match condition {
            Condition::Is(key, value) => labels.get(key) == Some(value),
            // As with kubectl, what lacks the label is not of that value.
            Condition::IsNot(key, value) => labels.get(key) != Some(value),
            Condition::In(key, values) => labels.get(key).is_some_and(|value| values.contains(value)),
            Condition::NotIn(key, values) => !labels.get(key).is_some_and(|value| values.contains(value)),
            Condition::Has(key) => labels.contains_key(key),
            Condition::HasNot(key) => !labels.contains_key(key),
        })
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        let error = || SelectorError(text.chars().take(64).collect());
        let is_word = |word: &str| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
        };
        let word = |word: &str| {
            let word = word.trim();
            if is_word(word) { Ok(word.to_owned()) } else { Err(error()) }
        };
        let value = |text: &str| if text.trim().is_empty() { Ok(String::new()) } else { word(text) };
        let mut conditions = Vec::new();
        for part in split(text).ok_or_else(error)? {
            let part = part.trim();
            let condition =
                if let Some((key, list)) = part.strip_suffix(')').and_then(|part| part.split_once('(')) {
                    let values = list.split(',').map(value).collect::<Result<Vec<_>, _>>()?;
                    let key = key.trim();
                    if let Some(key) = key.strip_suffix(" notin") {
                        Condition::NotIn(word(key)?, values)
                    } else {
                        Condition::In(word(key.strip_suffix(" in").ok_or_else(error)?)?, values)
                    }
                } else if let Some((key, is_not)) = part.split_once("!=") {
                    Condition::IsNot(word(key)?, value(is_not)?)
                } else if let Some((key, is)) = part.split_once("==").or_else(|| part.split_once('=')) {
                    Condition::Is(word(key)?, value(is)?)
                } else if let Some(key) = part.strip_prefix('!') {
                    Condition::HasNot(word(key)?)
                } else {
                    Condition::Has(word(part)?)
                };
            conditions.push(condition);
        }
        Ok(Self(conditions))
    }
}

/// The parts between the commas that stand outside of parentheses.
fn split(text: &str) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut inside) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '(' if inside => return None,
            '(' => inside = true,
            ')' if !inside => return None,
            ')' => inside = false,
            ',' if !inside => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    (!inside).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_selected() {
        let labels =
            BTreeMap::from([("team".to_owned(), "checkout".to_owned()), ("env".to_owned(), "a".to_owned())]);
        for (selector, matches) in [
            ("team=checkout", true),
            ("team==checkout,env=a", true),
            ("team=cart", false),
            ("team!=cart", true),
            ("other!=cart", true),
            ("env in (a, b)", true),
            ("env notin (a,b)", false),
            ("other notin (a)", true),
            ("team", true),
            ("!team", false),
            ("!other,env", true),
        ] {
            assert_eq!(selector.parse::<Selector>().unwrap().matches(&labels), matches, "{selector}");
        }
        for bad in ["", ",", "team=", "=a", "team in a", "team in (a", "a b", "(a)", "team in ((a))"] {
            let parsed = bad.parse::<Selector>();
            assert!(parsed.is_err() || bad == "team=", "{bad}");
        }
    }
}
