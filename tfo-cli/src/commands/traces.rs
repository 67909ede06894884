//! `tfo traces`.

use tfo_sdk::Signal;

use super::{follow, hint_at_empty};
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::Printer;
use crate::selection::{Limit, Selection, latest};

/// Show the latest traces, oldest first
///
/// A trace matches when any of its spans does; its figures are made of its spans from an hour before the
/// range to an hour after it.
#[derive(Debug, clap::Args)]
#[command(before_long_help = "\
Examples:
  tfo traces                                  the last 100 of the last hour
  tfo traces status:error                     with an error
  tfo traces duration:500ms.. service:cart    with a slow span of the cart
  tfo traces --attr http.route=/pay --since 6h
  tfo traces -o wide                          with the services that took part
  tfo traces -f status:error                  those with an error, as they come")]
pub(crate) struct TracesArgs {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    limit: Limit,
    /// Go on with what arrives from now on, until Ctrl-C: a line a trace, once, a second after its root has come, or
    /// when it has been quiet for five seconds
    #[arg(short, long, conflicts_with = "until")]
    follow: bool,
}

/// Lists traces.
pub(crate) async fn run(args: TracesArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let read = args.selection.read(Vec::new())?;
    if args.follow {
        return follow::traces(&read, args.limit.records(), place, out).await;
    }
    let client = place.connect()?;
    let page = latest(&read, args.limit.records(), async |read| client.traces(read).await).await?;
    out.list(&page)?;
    if page.items.is_empty() {
        hint_at_empty(&client, &[Signal::Spans], "traces", out).await;
    }
    Ok(Exit::Done)
}
