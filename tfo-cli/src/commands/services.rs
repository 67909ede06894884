//! `tfo services`.

use tfo_sdk::Signal;
use tfo_sdk::client::Client;

use super::hint_at_empty;
use crate::exit::Exit;
use crate::output::Printer;
use crate::selection::Range;

/// Show rate, errors and durations of every service
///
/// Requests are entry spans: those of kind SERVER or CONSUMER, and roots.
#[derive(Debug, clap::Args)]
#[command(before_long_help = "\
Examples:
  tfo services                the last hour
  tfo services --since 15m
  tfo services -o wide        with requests, errors, spans and logs")]
pub(crate) struct ServicesArgs {
    #[command(flatten)]
    range: Range,
}

/// Lists services.
pub(crate) async fn run(args: ServicesArgs, client: &Client, out: &mut Printer) -> anyhow::Result<Exit> {
    let page = client.services(&args.range.read()).await?;
    out.list(&page)?;
    if page.items.is_empty() {
        hint_at_empty(client, &[Signal::Spans, Signal::Logs], "services", out).await;
    }
    Ok(Exit::Done)
}
