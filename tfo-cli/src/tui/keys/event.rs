//! One key, from a terminal or from the configuration.

use std::fmt;
use std::str::FromStr;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// Which.
    pub(crate) code: KeyCode,
    /// With what held down.
    pub(crate) modifiers: KeyModifiers,
}

impl Key {
    /// A key by its character or name, as the tables write it. For keys that are known to be right.
    #[cfg(test)]
    pub(crate) fn of(text: &str) -> Self {
        text.parse().unwrap()
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        let mut modifiers =
            event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let code = match event.code {
            // Terminals differ in whether they say Shift beside what it makes.
            KeyCode::Char(character) => {
                modifiers -= KeyModifiers::SHIFT;
                KeyCode::Char(character)
            }
            KeyCode::BackTab => {
                modifiers |= KeyModifiers::SHIFT;
                KeyCode::Tab
            }
            code => code,
        };
        Self { code, modifiers }
    }
}

/// A key that is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no key {0:?}: expected a character, or a name like enter, esc, tab, space, up, pageup, home, f2, with ctrl-, alt- or shift- before it"
)]
pub(crate) struct KeyError(String);

const NAMES: [(&str, KeyCode, &str); 16] = [
    ("enter", KeyCode::Enter, "⏎"),
    ("esc", KeyCode::Esc, "Esc"),
    ("tab", KeyCode::Tab, "Tab"),
    ("space", KeyCode::Char(' '), "Space"),
    ("backspace", KeyCode::Backspace, "⌫"),
    ("delete", KeyCode::Delete, "Del"),
    ("insert", KeyCode::Insert, "Ins"),
    ("up", KeyCode::Up, "↑"),
    ("down", KeyCode::Down, "↓"),
    ("left", KeyCode::Left, "←"),
    ("right", KeyCode::Right, "→"),
    ("home", KeyCode::Home, "Home"),
    ("end", KeyCode::End, "End"),
    ("pageup", KeyCode::PageUp, "PgUp"),
    ("pagedown", KeyCode::PageDown, "PgDn"),
    ("minus", KeyCode::Char('-'), "-"),
];

const MODIFIERS: [(&str, KeyModifiers, &str); 3] = [
    ("ctrl-", KeyModifiers::CONTROL, "Ctrl-"),
    ("alt-", KeyModifiers::ALT, "Alt-"),
    ("shift-", KeyModifiers::SHIFT, "Shift-"),
];

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut rest = text;
        let mut modifiers = KeyModifiers::NONE;
        while let Some((prefix, modifier, _)) =
            MODIFIERS.iter().find(|(prefix, ..)| rest.len() > prefix.len() && rest.starts_with(prefix))
        {
            rest = &rest[prefix.len()..];
            modifiers |= *modifier;
        }
        let mut characters = rest.chars();
        let code = match (characters.next(), characters.next()) {
            (Some(character), None) => KeyCode::Char(character),
            _ => match NAMES.iter().find(|(name, ..)| *name == rest) {
                Some((_, code, _)) => *code,
                None => {
                    let number = rest.strip_prefix('f').and_then(|number| number.parse().ok());
                    let number = number.filter(|number| (1..=12).contains(number));
                    KeyCode::F(number.ok_or_else(|| KeyError(text.to_owned()))?)
                }
            },
        };
        Ok(Self { code, modifiers })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (_, modifier, shown) in MODIFIERS {
            if self.modifiers.contains(modifier) {
                f.write_str(shown)?;
            }
        }
        match self.code {
            KeyCode::F(number) => write!(f, "F{number}"),
            code => match NAMES.iter().find(|(_, known, _)| *known == code) {
                Some((_, _, shown)) => f.write_str(shown),
                None => match code {
                    KeyCode::Char(character) => write!(f, "{character}"),
                    other => write!(f, "{other}"),
                },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_shown() {
        for (text, shown) in [
            ("g", "g"),
            ("G", "G"),
            ("ctrl-d", "Ctrl-d"),
            ("shift-tab", "Shift-Tab"),
            ("ctrl-right", "Ctrl-→"),
            ("f2", "F2"),
            ("space", "Space"),
            ("minus", "-"),
            ("-", "-"),
            ("é", "é"),
        ] {
            assert_eq!(Key::of(text).to_string(), shown);
        }
        assert!("f13".parse::<Key>().is_err());
        assert!("".parse::<Key>().is_err());
        assert!("hyper-x".parse::<Key>().is_err());
    }

    #[test]
    fn terminals_that_say_shift_and_those_that_do_not_mean_the_same() {
        let with = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        let without = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::NONE);
        assert_eq!(Key::from(with), Key::from(without));
        assert_eq!(Key::from(KeyEvent::new(KeyCode::BackTab, KeyModifiers::NONE)), Key::of("shift-tab"));
    }
}
