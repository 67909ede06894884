//! The commands: a file each, with its arguments and what it does.

pub(crate) mod around;
pub(crate) mod attributes;
pub(crate) mod bench;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod follow;
pub(crate) mod histogram;
pub(crate) mod logs;
pub(crate) mod map;
pub(crate) mod metrics;
pub(crate) mod operations;
pub(crate) mod services;
pub(crate) mod sql;
pub(crate) mod status;
pub(crate) mod trace;
pub(crate) mod traces;
#[cfg(feature = "up")]
pub(crate) mod up;

use tfo_sdk::Signal;
use tfo_sdk::client::Client;

use crate::cli::{Cli, Command};
use crate::exit::Exit;
use crate::output::Printer;
use crate::views;

/// Runs a command line.
pub(crate) fn run(cli: Cli) -> anyhow::Result<Exit> {
    let mut printer = Printer::new(cli.print.output, cli.print.color);
    let out = &mut printer;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let place = &cli.place;
    let result = runtime.block_on(async {
        match cli.command {
            #[cfg(feature = "up")]
            Command::Up(args) => up::run(args, place, out).await,
            Command::Status(args) => status::run(args, &place.connect()?, out).await,
            Command::Logs(args) => logs::run(args, place, out).await,
            Command::Traces(args) => traces::run(args, place, out).await,
            Command::Trace(args) => trace::run(args, &place.connect()?, out).await,
            Command::Services(args) => services::run(args, &place.connect()?, out).await,
            Command::Map(args) => map::run(args, &place.connect()?, out).await,
            Command::Operations(args) => operations::run(args, &place.connect()?, out).await,
            Command::Attributes(args) => attributes::run(args, &place.connect()?, out).await,
            Command::Metrics(args) => metrics::run(args, &place.connect()?, out).await,
            Command::Sql(args) => sql::run(args, &place.connect()?, out).await,
            Command::Demo(args) => demo::run(args, place, out).await,
            Command::Bench(args) => bench::run(args, place, out).await,
            Command::Completions(args) => completions::run(args, out),
        }
    });
    // Whoever asked to stop at once does not wait for what still runs.
    runtime.shutdown_background();
    result
}

/// Says why a list may be empty and what to try: nothing is stored yet, or nothing matches.
async fn hint_at_empty(client: &Client, signals: &[Signal], what: &str, out: &mut Printer) {
    // Without these there is less to say, and the empty list is still the answer.
    let (Ok(status), Ok(stats)) = (client.status().await, client.stats().await) else { return };
    let stored =
        stats.signals.iter().filter(|stored| signals.iter().any(|signal| stored.signal == signal.table()));
    if let Some(newest) = stored.filter_map(|stored| stored.newest).max() {
        let newest = views::time(newest);
        out.hint(&format!(
            "no {what} here; the newest is of {newest}. Try a wider range (--since 24h) or fewer terms"
        ));
    } else {
        out.hint(&format!(
            "no {what} yet. Set OTEL_EXPORTER_OTLP_ENDPOINT=http://{} in a program with an OpenTelemetry SDK, or try \
             `tfo demo`",
            status.otlp_http
        ));
    }
}
