//! `tfo metrics`.

use clap::{Args, Subcommand};
use tfo_sdk::Signal;
use tfo_sdk::client::{Client, Read};

use super::hint_at_empty;
use crate::exit::Exit;
use crate::output::Printer;
use crate::selection::{Limit, Selection, everything, latest};

/// Show metrics
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo metrics list                            every metric of the last hour
  tfo metrics list --service cart
  tfo metrics points queue.length --since 5m")]
pub(crate) struct MetricsArgs {
    #[command(subcommand)]
    command: MetricsCommand,
}

#[derive(Debug, Subcommand)]
enum MetricsCommand {
    /// List the metrics: name, type, unit, who sends them
    #[command(before_long_help = "\
Examples:
  tfo metrics list
  tfo metrics list http --since 15m           with \"http\" in the name
  tfo metrics list -o wide                    with descriptions")]
    List {
        #[command(flatten)]
        selection: Selection,
    },
    /// Show the latest points of a metric, oldest first
    #[command(before_long_help = "\
Examples:
  tfo metrics points queue.length
  tfo metrics points http.server.request.duration --service cart -o jsonl")]
    Points {
        /// Name of the metric
        #[arg(value_name = "METRIC")]
        metric: String,
        #[command(flatten)]
        selection: Selection,
        #[command(flatten)]
        limit: Limit,
    },
}

/// Lists metrics or their points.
pub(crate) async fn run(args: MetricsArgs, client: &Client, out: &mut Printer) -> anyhow::Result<Exit> {
    let is_empty = match args.command {
        MetricsCommand::List { selection } => {
            let read = selection.read(Vec::new())?;
            let page = everything(&read, async |read| client.metric_names(read).await).await?;
            out.list(&page)?;
            page.items.is_empty()
        }
        MetricsCommand::Points { metric, selection, limit } => {
            let read = Read { name: Some(metric), ..selection.read(Vec::new())? };
            let page = latest(&read, limit.records(), async |read| client.metric_points(read).await).await?;
            out.list(&page)?;
            page.items.is_empty()
        }
    };
    if is_empty {
        hint_at_empty(client, &[Signal::MetricPoints], "metrics", out).await;
    }
    Ok(Exit::Done)
}
