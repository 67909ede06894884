//! The key map: which keys do what, where.
//!
//! Every key stands in a table of [`Binding`]s, the one of this file or that of a screen. Dispatch, the hints of the last
//! line, the help, the palette, the user's remapping and the page of the manual are all made from these tables, so none
//! of them can say something else than the others.

mod event;
mod table;

use std::collections::BTreeMap;

pub(crate) use self::event::{Key, KeyError};
pub(crate) use self::table::{COMMON, act};

/// What a key asks for, by the name that the configuration uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Action(pub(crate) &'static str);

/// An action, with the keys that it has when nobody says otherwise.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binding {
    /// What is done.
    pub(crate) action: Action,
    /// Its keys, each a chord of one or more: `g g`.
    pub(crate) keys: &'static [&'static str],
    /// What it does, in few words, for the last line.
    pub(crate) short: &'static str,
    /// What it does, for the help.
    pub(crate) help: &'static str,
}

/// A row of a table of bindings.
pub(crate) const fn bind(
    action: Action,
    keys: &'static [&'static str],
    short: &'static str,
    help: &'static str,
) -> Binding {
    Binding { action, keys, short, help }
}

/// A table of bindings, and where it holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    /// Its name in the configuration, before the point: `logs` in `logs.freeze`.
    pub(crate) name: &'static str,
    /// What it is called in the help.
    pub(crate) title: &'static str,
    /// Its rows.
    pub(crate) bindings: &'static [Binding],
}

/// What a sequence of keys leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// This.
    Action(Action),
    /// More keys are needed.
    Prefix,
    /// Nothing.
    Nothing,
}

/// The keys of all tables, as the user has them.
#[derive(Debug, Clone)]
pub(crate) struct KeyMap {
    /// By table and action; an action without keys is not bound.
    chords: BTreeMap<(&'static str, Action), Vec<Vec<Key>>>,
}

impl KeyMap {
    /// The keys of these tables, with the user's changes: `logs.freeze` or `freeze` to the keys that it has instead.
    ///
    /// # Errors
    /// All mistakes of the changes, a line each.
    pub(crate) fn new(
        tables: &[Table],
        changes: &BTreeMap<String, Vec<String>>,
    ) -> Result<Self, Vec<String>> {
        let mut chords = BTreeMap::new();
        let mut mistakes = Vec::new();
        for table in tables {
            for binding in table.bindings {
                let read = binding.keys.iter().filter_map(|keys| chord(keys).ok()).collect();
                chords.insert((table.name, binding.action), read);
            }
        }
        for (name, keys) in changes {
            let (table, action) = match name.split_once('.') {
                Some((table, action)) => (Some(table), action),
                None => (None, name.as_str()),
            };
            let meant: Vec<_> = chords
                .keys()
                .filter(|(known, of)| of.0 == action && table.is_none_or(|table| table == *known))
                .copied()
                .collect();
            if meant.is_empty() {
                mistakes.push(format!("keys.{name}: there is no such action; `tfo tui --keys` lists them"));
            }
            let read: Result<Vec<_>, _> = keys.iter().map(|keys| chord(keys)).collect();
            match read {
                Ok(read) => chords.extend(meant.into_iter().map(|place| (place, read.clone()))),
                Err(error) => mistakes.push(format!("keys.{name}: {error}")),
            }
        }
        if mistakes.is_empty() { Ok(Self { chords }) } else { Err(mistakes) }
    }

    /// What these keys lead to where these tables hold, the first of them first.
    pub(crate) fn find(&self, tables: &[Table], pressed: &[Key]) -> Found {
        let mut found = Found::Nothing;
        for table in tables {
            for binding in table.bindings {
                for chord in self.chords(table, binding.action) {
                    if chord.as_slice() == pressed && found == Found::Nothing {
                        found = Found::Action(binding.action);
                    } else if chord.len() > pressed.len() && chord.starts_with(pressed) {
                        // A chord of an inner table hides a key of an outer one.
                        if found == Found::Nothing {
                            found = Found::Prefix;
                        }
                    }
                }
            }
            if found != Found::Nothing {
                return found;
            }
        }
        found
    }

    /// The keys of an action, as people read them; empty when it is not bound.
    pub(crate) fn shown(&self, table: &Table, action: Action) -> Vec<String> {
        self.chords(table, action).iter().map(|chord| show(chord)).collect()
    }

    /// What can follow these keys: the rest of each chord, and what it does.
    pub(crate) fn following(&self, tables: &[Table], pressed: &[Key]) -> Vec<(String, &'static str)> {
        let mut following: Vec<(String, &'static str)> = Vec::new();
        for table in tables {
            for binding in table.bindings {
                for chord in self.chords(table, binding.action) {
                    if chord.len() > pressed.len() && chord.starts_with(pressed) {
                        let rest = show(&chord[pressed.len()..]);
                        if !following.iter().any(|(known, _)| *known == rest) {
                            following.push((rest, binding.help));
                        }
                    }
                }
            }
        }
        following
    }

    fn chords(&self, table: &Table, action: Action) -> &[Vec<Key>] {
        self.chords.get(&(table.name, action)).map_or(&[], Vec::as_slice)
    }
}

/// The keys of a chord: `g g`, `ctrl-d`.
fn chord(text: &str) -> Result<Vec<Key>, KeyError> {
    text.split_whitespace().map(str::parse).collect()
}

/// A chord as people read it.
pub(crate) fn show(chord: &[Key]) -> String {
    let keys: Vec<String> = chord.iter().map(ToString::to_string).collect();
    // Letters run together, as one types them; names do not.
    if keys.iter().all(|key| key.chars().count() == 1) { keys.concat() } else { keys.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INNER: Table = Table {
        name: "inner",
        title: "Inner",
        bindings: &[
            bind(Action("fold"), &["h", "left"], "fold", "Fold"),
            bind(Action("logs"), &["o l"], "logs", "Logs"),
        ],
    };
    const OUTER: Table = Table {
        name: "outer",
        title: "Outer",
        bindings: &[
            bind(Action("top"), &["g g"], "top", "Top"),
            bind(Action("open"), &["o"], "open", "Open"),
            bind(Action("left"), &["left"], "left", "Left"),
        ],
    };

    fn keys(text: &str) -> Vec<Key> {
        chord(text).unwrap()
    }

    fn map(changes: &[(&str, &[&str])]) -> Result<KeyMap, Vec<String>> {
        let changes = changes
            .iter()
            .map(|(name, keys)| ((*name).to_owned(), keys.iter().map(|key| (*key).to_owned()).collect()));
        KeyMap::new(&[INNER, OUTER], &changes.collect())
    }

    #[test]
    fn inner_tables_come_first_and_chords_wait() {
        let map = map(&[]).unwrap();
        let find = |text| map.find(&[INNER, OUTER], &keys(text));
        assert_eq!(find("left"), Found::Action(Action("fold")));
        assert_eq!(find("g"), Found::Prefix);
        assert_eq!(find("g g"), Found::Action(Action("top")));
        assert_eq!(find("o"), Found::Prefix);
        assert_eq!(find("o l"), Found::Action(Action("logs")));
        assert_eq!(find("o x"), Found::Nothing);
        assert_eq!(map.find(&[OUTER], &keys("o")), Found::Action(Action("open")));
        assert_eq!(map.following(&[INNER, OUTER], &keys("o")), [("l".to_owned(), "Logs")]);
    }

    #[test]
    fn keys_are_moved_and_taken_away() {
        let map = map(&[("inner.fold", &["ctrl-f"]), ("top", &[])]).unwrap();
        let find = |text| map.find(&[INNER, OUTER], &keys(text));
        assert_eq!(find("ctrl-f"), Found::Action(Action("fold")));
        assert_eq!(find("h"), Found::Nothing);
        assert_eq!(find("left"), Found::Action(Action("left")));
        assert_eq!(find("g g"), Found::Nothing);
        assert_eq!(map.shown(&INNER, Action("fold")), ["Ctrl-f"]);
    }

    #[test]
    fn mistakes_are_all_told() {
        let mistakes = map(&[("inner.nothing", &["x"]), ("top", &["hyper-x"])]).unwrap_err();
        insta::assert_snapshot!(mistakes.join("\n"));
    }
}
