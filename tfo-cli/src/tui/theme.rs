//! Colours by meaning.
//!
//! Colour never stands alone: what it says, a letter or a sign beside it says too, so that `mono` loses nothing.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};

use crate::output::style::Style as Meaning;

/// How something is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// As everything else.
    Text,
    /// Less important.
    Dim,
    /// A heading.
    Title,
    /// An error.
    Error,
    /// A warning.
    Warning,
    /// Good news; live.
    Good,
    /// Information; a link.
    Info,
    /// An id.
    Id,
    /// A frame, an axis.
    Frame,
    /// A key in a hint.
    Key,
    /// What a search found.
    Match,
    /// The row of the cursor, in the part that has it.
    Cursor,
    /// The row of the cursor, in a part that does not.
    Selected,
    /// The bar at the top.
    Bar,
    /// What is on the critical path.
    Critical,
    /// The hue of a service or of a line of a chart.
    Hue(u64),
    /// A cell of a heat map, 0 to 7.
    Heat(u8),
}

impl Role {
    /// The hue of this service, the same on every screen and in every run.
    pub(crate) fn service(name: &str) -> Self {
        match Meaning::service(name) {
            Meaning::Hue(hash) => Self::Hue(hash),
            _ => Self::Text,
        }
    }

    /// The role of a severity number.
    pub(crate) fn severity(number: Option<i32>) -> Self {
        match number {
            Some(17..=24) => Self::Error,
            Some(13..=16) => Self::Warning,
            Some(9..=12) => Self::Text,
            _ => Self::Dim,
        }
    }
}

/// How many colours the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depth {
    /// None: bold, dim, underline and reverse alone.
    Mono,
    /// The sixteen of the user's theme.
    Sixteen,
    /// 256 of them.
    Many,
}

/// A set of colours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Theme {
    name: &'static str,
    depth: Depth,
    changes: BTreeMap<String, Color>,
}

/// Names of the themes.
pub(crate) const THEMES: [&str; 6] = ["ansi", "dark", "light", "contrast", "cvd", "mono"];

/// The roles that the configuration can give another colour.
const NAMES: [(&str, Role); 14] = [
    ("text", Role::Text),
    ("dim", Role::Dim),
    ("title", Role::Title),
    ("error", Role::Error),
    ("warning", Role::Warning),
    ("good", Role::Good),
    ("info", Role::Info),
    ("id", Role::Id),
    ("frame", Role::Frame),
    ("key", Role::Key),
    ("match", Role::Match),
    ("cursor", Role::Cursor),
    ("selected", Role::Selected),
    ("critical", Role::Critical),
];

/// Hues that are neither red nor yellow.
const DARK_HUES: [u8; 12] = [39, 43, 75, 79, 111, 114, 141, 147, 150, 176, 183, 186];
const LIGHT_HUES: [u8; 12] = [18, 22, 24, 25, 28, 30, 54, 55, 61, 90, 92, 94];
const SIXTEEN_HUES: [Color; 6] =
    [Color::Blue, Color::Magenta, Color::Cyan, Color::Green, Color::LightBlue, Color::LightCyan];
const HEAT: [u8; 8] = [17, 18, 54, 90, 126, 162, 202, 220];
const LIGHT_HEAT: [u8; 8] = [189, 153, 117, 75, 69, 63, 57, 54];
const SIXTEEN_HEAT: [Color; 8] = [
    Color::DarkGray,
    Color::Blue,
    Color::Blue,
    Color::Cyan,
    Color::Green,
    Color::Yellow,
    Color::LightRed,
    Color::Red,
];

impl Theme {
    /// A theme by its name, for a terminal with so many colours, with the user's changes: `error: "#ff5f5f"`.
    ///
    /// # Errors
    /// All mistakes, a line each.
    pub(crate) fn new(
        name: &str,
        depth: Depth,
        changes: &BTreeMap<String, String>,
    ) -> Result<Self, Vec<String>> {
        let mut mistakes = Vec::new();
        let known = THEMES.into_iter().find(|known| *known == name);
        if known.is_none() {
            mistakes.push(format!("theme: expected one of {}, got {name:?}", THEMES.join(", ")));
        }
        let mut colours = BTreeMap::new();
        for (role, colour) in changes {
            if !NAMES.iter().any(|(known, _)| known == role) {
                let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
                mistakes.push(format!("colors.{role}: expected one of {}", names.join(", ")));
            }
            match colour.parse() {
                Ok(colour) => {
                    colours.insert(role.clone(), colour);
                }
                Err(_) => mistakes.push(format!(
                    "colors.{role}: expected a colour like red, lightblue, 208 or #ff8700, got {colour:?}"
                )),
            }
        }
        match known {
            Some(name) if mistakes.is_empty() => {
                let depth = if name == "mono" { Depth::Mono } else { depth };
                Ok(Self { name, depth, changes: colours })
            }
            _ => Err(mistakes),
        }
    }

    /// The same colours under another name of a theme.
    pub(crate) fn named(&self, name: &str) -> Option<Self> {
        let name = THEMES.into_iter().find(|known| *known == name)?;
        let depth = if name == "mono" { Depth::Mono } else { self.depth.max(Depth::Sixteen) };
        Some(Self { name, depth, changes: self.changes.clone() })
    }

    /// How a role looks.
    pub(crate) fn style(&self, role: Role) -> Style {
        let style = match self.depth {
            Depth::Mono => mono(role),
            Depth::Sixteen => sixteen(role, self.name),
            Depth::Many => many(role, self.name),
        };
        let name = NAMES.iter().find(|(_, known)| *known == role).map(|(name, _)| *name);
        match name.and_then(|name| self.changes.get(name)) {
            Some(colour) if self.depth != Depth::Mono => match role {
                Role::Cursor | Role::Selected => style.bg(*colour),
                _ => style.fg(*colour),
            },
            _ => style,
        }
    }
}

fn mono(role: Role) -> Style {
    let style = Style::new();
    match role {
        Role::Text | Role::Hue(_) | Role::Info | Role::Id | Role::Heat(_) | Role::Good => style,
        Role::Dim | Role::Frame => style.add_modifier(Modifier::DIM),
        Role::Title | Role::Key | Role::Warning | Role::Critical => style.add_modifier(Modifier::BOLD),
        Role::Error => style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
        Role::Match => style.add_modifier(Modifier::UNDERLINED),
        Role::Cursor | Role::Bar => style.add_modifier(Modifier::REVERSED),
        Role::Selected => style.add_modifier(Modifier::BOLD),
    }
}

fn sixteen(role: Role, theme: &str) -> Style {
    let style = Style::new();
    let (yellow, cursor) = match theme {
        "light" => (Color::Magenta, style.bg(Color::Gray).fg(Color::Black)),
        "contrast" => (Color::LightYellow, style.bg(Color::White).fg(Color::Black)),
        _ => (Color::Yellow, style.bg(Color::DarkGray).fg(Color::White)),
    };
    let red = match theme {
        "cvd" => Color::LightYellow,
        "contrast" => Color::LightRed,
        _ => Color::Red,
    };
    match role {
        Role::Text => style,
        Role::Dim | Role::Frame if theme == "contrast" => style.fg(Color::Gray),
        Role::Dim | Role::Frame => style.fg(Color::DarkGray),
        Role::Title => style.add_modifier(Modifier::BOLD),
        Role::Error => style.fg(red).add_modifier(Modifier::BOLD),
        Role::Warning if theme == "cvd" => style.fg(Color::LightBlue),
        Role::Warning => style.fg(yellow),
        Role::Good => style.fg(Color::Green),
        Role::Info => style.fg(Color::Blue),
        Role::Id => style.fg(Color::Cyan),
        Role::Key => style.fg(Color::Cyan).add_modifier(Modifier::BOLD),
        Role::Match => style.fg(Color::Black).bg(Color::Yellow),
        Role::Cursor => cursor,
        Role::Selected => style.add_modifier(Modifier::BOLD),
        Role::Bar => style.add_modifier(Modifier::REVERSED),
        Role::Critical => style.fg(Color::Magenta).add_modifier(Modifier::BOLD),
        Role::Hue(hash) => style.fg(SIXTEEN_HUES[(hash % SIXTEEN_HUES.len() as u64) as usize]),
        Role::Heat(level) => style.fg(SIXTEEN_HEAT[usize::from(level.min(7))]),
    }
}

fn many(role: Role, theme: &str) -> Style {
    let style = Style::new();
    let index = Color::Indexed;
    let pick = |hues: &[u8; 12], hash: u64| index(hues[(hash % 12) as usize]);
    match (theme, role) {
        // The user's own colours, but for hues, which sixteen are too few for.
        ("ansi", Role::Hue(hash)) => style.fg(pick(&DARK_HUES, hash)),
        ("ansi" | "dark" | "contrast" | "cvd", Role::Heat(level)) => {
            style.fg(index(HEAT[usize::from(level.min(7))]))
        }
        ("ansi", role) => sixteen(role, theme),
        ("light", role) => match role {
            Role::Text => style.fg(index(235)),
            Role::Dim | Role::Frame => style.fg(index(245)),
            Role::Title => style.fg(index(232)).add_modifier(Modifier::BOLD),
            Role::Error => style.fg(index(160)).add_modifier(Modifier::BOLD),
            Role::Warning => style.fg(index(130)),
            Role::Good => style.fg(index(28)),
            Role::Info => style.fg(index(26)),
            Role::Id => style.fg(index(30)),
            Role::Key => style.fg(index(25)).add_modifier(Modifier::BOLD),
            Role::Match => style.bg(index(222)).fg(index(232)),
            Role::Cursor => style.bg(index(153)).fg(index(232)),
            Role::Selected => style.bg(index(254)),
            Role::Bar => style.bg(index(252)).fg(index(235)),
            Role::Critical => style.fg(index(127)).add_modifier(Modifier::BOLD),
            Role::Hue(hash) => style.fg(pick(&LIGHT_HUES, hash)),
            Role::Heat(level) => style.fg(index(LIGHT_HEAT[usize::from(level.min(7))])),
        },
        ("contrast", role) => match role {
            Role::Text | Role::Dim => style.fg(index(255)),
            Role::Frame => style.fg(index(250)),
            Role::Title => style.fg(index(231)).add_modifier(Modifier::BOLD),
            Role::Error => style.fg(index(210)).add_modifier(Modifier::BOLD),
            Role::Warning => style.fg(index(227)),
            Role::Good => style.fg(index(120)),
            Role::Info => style.fg(index(117)),
            Role::Id => style.fg(index(123)),
            Role::Key => style.fg(index(123)).add_modifier(Modifier::BOLD),
            Role::Match => style.bg(index(226)).fg(index(16)),
            Role::Cursor => style.bg(index(231)).fg(index(16)),
            Role::Selected => style.bg(index(240)).fg(index(231)),
            Role::Bar => style.bg(index(231)).fg(index(16)),
            Role::Critical => style.fg(index(219)).add_modifier(Modifier::BOLD),
            Role::Hue(hash) => style.fg(pick(&DARK_HUES, hash)),
            Role::Heat(level) => style.fg(index(HEAT[usize::from(level.min(7))])),
        },
        (theme, role) => {
            // Blue and orange are told apart by nearly everybody, red and green are not.
            let (error, warning, good) = if theme == "cvd" { (208, 228, 75) } else { (203, 221, 114) };
            match role {
                Role::Text => style.fg(index(252)),
                Role::Dim | Role::Frame => style.fg(index(243)),
                Role::Title => style.fg(index(255)).add_modifier(Modifier::BOLD),
                Role::Error => style.fg(index(error)).add_modifier(Modifier::BOLD),
                Role::Warning => style.fg(index(warning)),
                Role::Good => style.fg(index(good)),
                Role::Info => style.fg(index(75)),
                Role::Id => style.fg(index(80)),
                Role::Key => style.fg(index(80)).add_modifier(Modifier::BOLD),
                Role::Match => style.bg(index(220)).fg(index(16)),
                Role::Cursor => style.bg(index(238)).fg(index(255)),
                Role::Selected => style.bg(index(235)),
                Role::Bar => style.bg(index(236)).fg(index(252)),
                Role::Critical => style.fg(index(213)).add_modifier(Modifier::BOLD),
                Role::Hue(hash) => style.fg(pick(&DARK_HUES, hash)),
                Role::Heat(level) => style.fg(index(HEAT[usize::from(level.min(7))])),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_theme_of_one_colour_uses_any() {
        let theme = Theme::new("mono", Depth::Many, &BTreeMap::new()).unwrap();
        let roles = NAMES.iter().map(|(_, role)| *role).chain([Role::Hue(7), Role::Heat(3), Role::Bar]);
        for role in roles {
            let style = theme.style(role);
            assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
        }
    }

    #[test]
    fn colours_can_be_changed_and_mistakes_are_told() {
        let change = |role: &str, colour: &str| BTreeMap::from([(role.to_owned(), colour.to_owned())]);
        let theme = Theme::new("dark", Depth::Many, &change("error", "#ff8700")).unwrap();
        assert_eq!(theme.style(Role::Error).fg, Some(Color::Rgb(255, 135, 0)));
        assert!(Theme::new("dark", Depth::Many, &change("eror", "red")).is_err());
        assert!(Theme::new("dark", Depth::Many, &change("error", "redd")).is_err());
        assert!(Theme::new("neon", Depth::Many, &BTreeMap::new()).is_err());
    }
}
