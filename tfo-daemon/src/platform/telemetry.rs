//! The daemon's own log: structured events on stderr, as text for people or JSON for machines, and in its own store
//! where it was told to keep them there.

use std::io::IsTerminal as _;

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

use super::own_log::{OwnLog, own_log};
use crate::config::{Config, LogFormat};

/// Starts the log of this process. Only the first call of a process has an effect. Gives what
/// [`Running::record`](crate::Running::record) takes, where the daemon is to record itself.
pub fn init(config: &Config) -> Option<OwnLog> {
    // The level was checked when the configuration was read.
    let filter = EnvFilter::try_new(&config.log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match config.log.format {
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal() && config.colour).boxed(),
    };
    let (layer, own_log) = config.self_telemetry.then(own_log).unzip();
    let _already_started = registry().with(filter).with(lines).with(layer).try_init();
    own_log
}
