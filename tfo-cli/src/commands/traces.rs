//! `tfo traces`.

use tfo_sdk::Signal;
use tfo_sdk::client::Client;

use super::hint_at_empty;
use crate::exit::Exit;
use crate::output::Printer;
use crate::selection::{Limit, Selection, latest};

/// Show the latest traces, oldest first
///
/// A trace matches when any of its spans does; its figures are those of the whole trace.
#[derive(Debug, clap::Args)]
#[command(before_long_help = "\
Examples:
  tfo traces                                  the last 100 of the last hour
  tfo traces status:error                     with an error
  tfo traces duration:500ms.. service:cart    with a slow span of the cart
  tfo traces --attr http.route=/pay --since 6h
  tfo traces -o wide                          with the services that took part")]
pub(crate) struct TracesArgs {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    limit: Limit,
}

/// Lists traces.
pub(crate) async fn run(args: TracesArgs, client: &Client, out: &mut Printer) -> anyhow::Result<Exit> {
    let read = args.selection.read(Vec::new())?;
    let page = latest(&read, args.limit.records(), async |read| client.traces(read).await).await?;
    out.list(&page)?;
    if page.items.is_empty() {
        hint_at_empty(client, &[Signal::Spans], "traces", out).await;
    }
    Ok(Exit::Done)
}
