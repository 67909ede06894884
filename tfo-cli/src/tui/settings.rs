//! What the user chose: `tui.yaml` in the folder of the contexts.
//!
//! ```yaml
//! theme: dark
//! colors: {error: "#ff8700"}
//! keys:
//!   logs.freeze: [p]      # other keys
//!   quit: []              # none
//! timeZone: UTC
//! mouse: false
//! ascii: true
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use jiff::tz::TimeZone;
use serde::Deserialize;
use tfo_sdk::yaml::{self, Source, load};

use super::keys::{COMMON, KeyMap, Table};
use super::paper::Glyphs;
use super::screens;
use super::theme::{Depth, Theme};

/// Name of the file.
pub(crate) const FILE: &str = "tui.yaml";

/// The file as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct SettingsFile {
    /// `ansi`, `dark`, `light`, `contrast`, `cvd` or `mono`.
    pub(crate) theme: Option<String>,
    /// Other colours by role.
    pub(crate) colors: BTreeMap<String, String>,
    /// Other keys by action.
    pub(crate) keys: BTreeMap<String, Vec<String>>,
    /// A zone like `Europe/Berlin`, or `UTC`.
    pub(crate) time_zone: Option<String>,
    /// Whether the mouse is captured.
    pub(crate) mouse: Option<bool>,
    /// Whether drawings are made of ASCII.
    pub(crate) ascii: Option<bool>,
}

/// Keys, colours and glyphs, ready to be used.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) keys: KeyMap,
    pub(crate) theme: Theme,
    pub(crate) glyphs: Glyphs,
    /// The zone of this machine, or the one of the file.
    pub(crate) local_zone: TimeZone,
    pub(crate) has_mouse: bool,
    /// Whether the figures of the last frames are shown.
    pub(crate) shows_figures: bool,
    pub(crate) figures: Figures,
}

/// What drawing costs.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Figures {
    /// Frames drawn so far.
    pub(crate) frames: u64,
    /// How long the last one took.
    pub(crate) last: Duration,
    /// Bytes written to the terminal so far.
    pub(crate) bytes: u64,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each = self.bytes / self.frames.max(1);
        write!(f, "{} frames, last {:.1} ms, {each} B a frame", self.frames, self.last.as_secs_f64() * 1e3)
    }
}

/// All tables of keys.
pub(crate) fn tables() -> Vec<Table> {
    let mut tables: Vec<Table> = screens::ALL.iter().map(|info| *info.table).collect();
    tables.push(COMMON);
    tables.dedup_by_key(|table| table.name);
    tables
}

impl SettingsFile {
    /// That of a folder; the default where there is none.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => anyhow::bail!("{}: {error}", path.display()),
        };
        let source = Source::new(path.display().to_string(), bytes);
        let read = load(&source).and_then(|documents| match documents.first() {
            Some(document) => document.read(""),
            None => Ok(Self::default()),
        });
        read.map_err(|found| {
            let text = yaml::render_all(&found, yaml::Format::Full, std::slice::from_ref(&source), 5);
            anyhow::anyhow!("the settings of the terminal interface cannot be read\n{}", text.trim_end())
        })
    }

    /// Ready to be used, on a terminal with so many colours.
    ///
    /// # Errors
    /// All mistakes.
    pub(crate) fn settings(&self, depth: Depth) -> anyhow::Result<Settings> {
        let mut mistakes = Vec::new();
        let keys = KeyMap::new(&tables(), &self.keys).map_err(|found| mistakes.extend(found)).ok();
        let theme = self.theme.as_deref().unwrap_or("ansi");
        let theme = Theme::new(theme, depth, &self.colors).map_err(|found| mistakes.extend(found)).ok();
        let local_zone = match &self.time_zone {
            None => Some(TimeZone::system()),
            Some(name) => {
                TimeZone::get(name).map_err(|error| mistakes.push(format!("timeZone: {error}"))).ok()
            }
        };
        match (keys, theme, local_zone) {
            (Some(keys), Some(theme), Some(local_zone)) => Ok(Settings {
                keys,
                theme,
                glyphs: if self.ascii == Some(true) { Glyphs::ASCII } else { Glyphs::UNICODE },
                local_zone,
                has_mouse: self.mouse.unwrap_or(true),
                shows_figures: false,
                figures: Figures::default(),
            }),
            _ => anyhow::bail!("{FILE}: {}", mistakes.join("\n  ")),
        }
    }
}
