//! The daemon's own log.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use super::source::Source;

/// How the daemon speaks of itself, on stderr.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// `log.level`, `TFO_LOG_LEVEL`, `--log-level`: `error`, `warn`, `info`, `debug`, `trace`, or directives of
    /// `tracing` such as `info,tfo_store=debug`. Default `info`.
    pub level: String,
    /// `log.format`, `TFO_LOG_FORMAT`, `--log-format`: `text` or `json`. Default `text`.
    pub format: LogFormat,
    /// False when `NO_COLOR` is set. Colours stand in text on a terminal only.
    pub colour: bool,
}

/// The form of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl LogConfig {
    pub(super) fn read(source: &mut Source<'_>) -> Self {
        let no_color = source.environment().get("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            level: source.or("log.level", "info".to_owned(), level),
            format: source.or("log.format", LogFormat::Text, format),
            colour: !no_color,
        }
    }
}

fn level(text: &str) -> Result<String, String> {
    // Alone, a word that is no level would be a directive for a module of that name, and silence all others.
    let directives = text.contains(['=', ',']) && EnvFilter::try_new(text).is_ok();
    if directives || text.parse::<LevelFilter>().is_ok() {
        return Ok(text.to_owned());
    }
    Err(format!(
        "expected error, warn, info, debug, trace or directives like info,tfo_store=debug, got {text:?}"
    ))
}

fn format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        other => Err(format!("expected text or json, got {other:?}")),
    }
}
