//! The terminal interface.
//!
//! An Elm-like loop: [`model`] is the whole state, `update` takes a message and gives back [`screen::Effect`]s, [`view`]
//! draws, [`driver`] waits, asks and writes. Everything but the driver and [`terminal`] is pure, so tests play whole
//! sessions without either.
//!
//! Invariants: nothing is drawn that has not been made harmless ([`paper`]); only what can be seen is drawn; nothing waits
//! for the network; no single key changes anything on the daemon.

mod bars;
mod driver;
mod filter_bar;
mod frame;
mod highlight;
mod input;
mod keys;
mod link;
mod list;
mod model;
mod overlay;
mod paper;
#[cfg(test)]
mod play;
mod range;
mod request;
mod screen;
mod screens;
mod settings;
mod split;
mod terminal;
#[cfg(test)]
mod tests;
mod theme;
mod tree;
mod view;
mod weight;
mod words;

use std::io::IsTerminal as _;

use clap::Args;
use tfo_sdk::Timestamp;

use self::link::Link;
use self::model::Model;
use self::screen::Shared;
use self::settings::SettingsFile;
use self::theme::Depth;
use crate::connection::Place;
use crate::contexts::{self, Contexts};
use crate::exit::Exit;
use crate::output::Printer;
use crate::output::style::{ColorChoice, Paint};

/// Open the terminal interface
///
/// What `tfo` alone does on a terminal. `?` shows the keys of where one is, `:` every command by name.
#[derive(Debug, Default, Args)]
#[command(before_long_help = "\
Examples:
  tfo tui                                     logs, as they come
  tfo tui --open trace/4bf92f3577b34da6a3ce929d0e0e4736
  tfo tui --open 'logs?filter=severity:error+&range=6h'
  tfo tui --read-only --theme light
  tfo tui --keys                              print the key map")]
pub(crate) struct TuiArgs {
    /// Where to begin: a link, as `y u` copies one
    #[arg(long, value_name = "LINK")]
    open: Option<String>,
    /// Change nothing: no edits, no rollbacks, no saved views
    #[arg(long)]
    read_only: bool,
    /// Colours: ansi (those of the terminal), dark, light, contrast, cvd (blue and orange), mono
    #[arg(long, value_name = "THEME")]
    theme: Option<String>,
    /// Draw with ASCII characters
    #[arg(long)]
    ascii: bool,
    /// Leave the mouse to the terminal
    #[arg(long)]
    no_mouse: bool,
    /// Show times in this zone, like Europe/Berlin or UTC [default: that of this machine]
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// When it ends, write what drawing has cost into this file: `tests/tui-figures` reads it
    #[arg(long, value_name = "FILE", hide = true)]
    figures: Option<std::path::PathBuf>,
    /// Print all keys with the names that tui.yaml binds them by
    #[arg(long)]
    keys: bool,
}

/// Runs it.
pub(crate) async fn run(
    args: TuiArgs,
    place: &Place,
    color: ColorChoice,
    out: &mut Printer,
) -> anyhow::Result<Exit> {
    let folder = contexts::folder(|name| std::env::var(name).ok());
    let mut file = SettingsFile::read(&folder)?;
    file.theme = args.theme.or(file.theme);
    file.time_zone = args.time_zone.or(file.time_zone);
    if args.ascii {
        file.ascii = Some(true);
    }
    if args.no_mouse {
        file.mouse = Some(false);
    }
    let is_terminal = std::io::stdout().is_terminal();
    let depth = match Paint::choose(color, is_terminal, |name| std::env::var(name).ok()) {
        Paint::Plain => Depth::Mono,
        Paint::Sixteen => Depth::Sixteen,
        Paint::Many => Depth::Many,
    };
    let settings = file.settings(depth)?;
    if args.keys {
        out.write(&key_list(&settings))?;
        out.flush()?;
        return Ok(Exit::Done);
    }
    anyhow::ensure!(
        is_terminal && std::io::stdin().is_terminal(),
        "the interface needs a terminal; `tfo logs`, `tfo traces` and the other commands print the same data"
    );
    let scope = place.scope(None)?;
    let url = place.connect().map(|client| client.url().to_owned()).unwrap_or_default();
    let known = Contexts::read(&folder).unwrap_or_default();
    let shared = Shared {
        now: Timestamp(0),
        range: range::START,
        zone: settings.local_zone.clone(),
        time_style: model::START_STYLE,
        scope,
        otlp: None,
        is_read_only: args.read_only,
        highlight: None,
        reach: screen::Reach::Connecting,
    };
    let mut model = Model::new(settings, shared, url, known.contexts.into_keys().collect());
    let mut place = place.clone();
    let link = match &args.open {
        Some(text) => Link::parse(text)?,
        None => Link::to("logs"),
    };
    let tenant = link.get("tenant");
    if !tenant.is_empty() {
        let tenant: tfo_sdk::resource::Scope =
            tenant.parse().map_err(|error| anyhow::anyhow!("tenant: {error}"))?;
        place.tenant = Some(tenant.clone());
        model.shared.scope = tenant;
    }
    let effects = model.open_first(&link).map_err(|error| anyhow::anyhow!(error))?;
    let summary = driver::run(model, effects, place).await?;
    if let Some(path) = args.figures {
        std::fs::write(path, serde_json::to_string(&summary)?)?;
    }
    Ok(Exit::Done)
}

/// All keys, a line each: the name in `tui.yaml`, the keys, what they do.
fn key_list(settings: &settings::Settings) -> String {
    let mut out = String::new();
    for table in settings::tables() {
        out.push_str(&format!("# {}\n", table.title));
        for binding in table.bindings {
            let keys = settings.keys.shown(&table, binding.action).join(" ");
            let name = format!("{}.{}", table.name, binding.action.0);
            out.push_str(&format!("{name:<26} {keys:<20} {}\n", binding.help));
        }
        out.push('\n');
    }
    out
}
