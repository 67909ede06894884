//! The daemon's own log.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use super::section::section;
use super::unit::{Text, Word};

section! {
    /// How the daemon speaks of itself, on stderr.
    LogConfig in "log" {
        /// What is told: a level, or directives of Rust's `tracing` such as `info,tfo_store=debug`.
        level: String = "info".to_owned(), Text(is_level, LEVELS);
        /// The form of a line: for people, or one JSON object.
        format: LogFormat = LogFormat::Text, Word(&[("text", LogFormat::Text), ("json", LogFormat::Json)]);
    }
}

/// The form of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

const LEVELS: &str = "error, warn, info, debug, trace or directives like info,tfo_store=debug";

fn is_level(text: &str) -> bool {
    // Alone, a word that is no level would be a directive for a module of that name, and silence all others.
    let directives = text.contains(['=', ',']) && EnvFilter::try_new(text).is_ok();
    directives || text.parse::<LevelFilter>().is_ok()
}
