//! Colours by meaning: red error, yellow warning, dim noise, a stable hue a service.
//!
//! Colour never stands alone: whatever it says, a word or a sign beside it says too.

use clap::ValueEnum;

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The colours that a stream may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    /// None at all, and no other escape sequence either.
    Plain,
    /// The sixteen of the user's theme.
    Sixteen,
    /// 256 of them, for the hues of services.
    Many,
}

/// How a text is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// As everything else.
    Normal,
    /// A heading.
    Title,
    /// Less important.
    Dim,
    /// An error.
    Error,
    /// A warning.
    Warning,
    /// Good news.
    Good,
    /// Information.
    Info,
    /// An id, to be copied.
    Id,
    /// The hue of a service; see [`Style::service`].
    Hue(u64),
}

/// Hues that are neither red nor yellow, for 256 colours and for sixteen.
const MANY: [u8; 12] = [33, 36, 38, 63, 67, 71, 73, 99, 105, 109, 134, 141];
const SIXTEEN: [u8; 6] = [34, 35, 36, 32, 94, 96];

impl Style {
    /// The hue of this service, the same in every list and every run.
    pub(crate) fn service(name: &str) -> Self {
        // FNV-1a: the standard library's hasher may differ between releases.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        Self::Hue(hash)
    }
}

impl Paint {
    /// What a stream gets, by the user's choice, the environment and whether it is a terminal.
    pub(crate) fn choose(
        choice: ColorChoice,
        is_terminal: bool,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        let forced = set("CLICOLOR_FORCE") && variable("CLICOLOR_FORCE").as_deref() != Some("0");
        let dumb = variable("TERM").as_deref() == Some("dumb");
        let on = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => !set("NO_COLOR") && (forced || (is_terminal && !dumb)),
        };
        let many = set("COLORTERM") || variable("TERM").is_some_and(|term| term.contains("256color"));
        match (on, many) {
            (false, _) => Self::Plain,
            (true, false) => Self::Sixteen,
            (true, true) => Self::Many,
        }
    }

    /// The text in this style. The text must be clean.
    pub(crate) fn apply(self, style: Style, text: &str) -> String {
        if self == Self::Plain || style == Style::Normal || text.is_empty() {
            return text.to_owned();
        }
        let code = match style {
            Style::Normal => return text.to_owned(),
            Style::Title => "1".to_owned(),
            Style::Dim => "2".to_owned(),
            Style::Error => "1;31".to_owned(),
            Style::Warning => "33".to_owned(),
            Style::Good => "32".to_owned(),
            Style::Info => "34".to_owned(),
            Style::Id => "36".to_owned(),
            Style::Hue(hash) if self == Self::Many => format!("38;5;{}", pick(&MANY, hash)),
            Style::Hue(hash) => pick(&SIXTEEN, hash).to_string(),
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

fn pick(hues: &[u8], hash: u64) -> u8 {
    hues[(hash % hues.len() as u64) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paint(choice: ColorChoice, is_terminal: bool, variables: &[(&str, &str)]) -> Paint {
        Paint::choose(choice, is_terminal, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn colours_follow_the_flag_then_the_environment_then_the_terminal() {
        use ColorChoice::{Always, Auto, Never};
        assert_eq!(paint(Auto, true, &[]), Paint::Sixteen);
        assert_eq!(paint(Auto, true, &[("COLORTERM", "truecolor")]), Paint::Many);
        assert_eq!(paint(Auto, true, &[("TERM", "xterm-256color")]), Paint::Many);
        assert_eq!(paint(Auto, false, &[]), Paint::Plain);
        assert_eq!(paint(Auto, true, &[("NO_COLOR", "1")]), Paint::Plain);
        assert_eq!(paint(Auto, true, &[("NO_COLOR", "")]), Paint::Sixteen);
        assert_eq!(paint(Auto, true, &[("TERM", "dumb")]), Paint::Plain);
        assert_eq!(paint(Auto, false, &[("CLICOLOR_FORCE", "1")]), Paint::Sixteen);
        assert_eq!(paint(Auto, false, &[("CLICOLOR_FORCE", "0")]), Paint::Plain);
        assert_eq!(paint(Auto, false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), Paint::Plain);
        assert_eq!(paint(Always, false, &[("NO_COLOR", "1")]), Paint::Sixteen);
        assert_eq!(paint(Never, true, &[("CLICOLOR_FORCE", "1")]), Paint::Plain);
    }

    #[test]
    fn a_service_keeps_its_hue() {
        assert_eq!(
            Paint::Many.apply(Style::service("cart"), "cart"),
            Paint::Many.apply(Style::service("cart"), "cart")
        );
        assert_ne!(Style::service("cart"), Style::service("checkout"));
        assert_eq!(Paint::Plain.apply(Style::service("cart"), "cart"), "cart");
    }
}
