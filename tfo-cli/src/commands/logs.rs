//! `tfo logs`.

use tfo_sdk::Signal;
use tfo_sdk::filter::Filter;

use super::around::{self, AroundArgs};
use super::{follow, hint_at_empty, histogram};
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::Printer;
use crate::selection::{Limit, Selection, latest, severity};

/// Show the latest log records, oldest first
#[derive(Debug, clap::Args)]
#[command(before_long_help = "\
Examples:
  tfo logs                                    the last 100 of the last hour
  tfo logs timeout service:checkout           a word, and a field
  tfo logs --severity error+ --since 15m
  tfo logs -f --service cart -o jsonl         follow, a JSON record a line
  tfo logs trace:4bf92f3577b34da6a3ce929d0e0e4736
  tfo logs -o wide                            with ids, trace ids and attributes
  tfo logs --histogram --since 24h            how many there were, by severity
  tfo logs --around 42.7 -C 20                what happened around one of them
  tfo logs --filter 'http.response.status_code>=500 OR \"timed out\"'")]
pub(crate) struct LogsArgs {
    #[command(flatten)]
    selection: Selection,
    /// Only this severity (error), or this one and upwards (error+)
    #[arg(long, value_name = "SEVERITY", help_heading = "Selection")]
    severity: Option<String>,
    #[command(flatten)]
    limit: Limit,
    /// Go on with what arrives from now on, until Ctrl-C
    #[arg(short, long, conflicts_with = "until")]
    follow: bool,
    /// Show how many records there were, over time and by severity
    #[arg(long, conflicts_with_all = ["follow", "limit"])]
    histogram: bool,
    /// How long a row of the histogram is, like 30s or 1h [default: what suits the range]
    #[arg(long, value_name = "DURATION", requires = "histogram")]
    step: Option<String>,
    #[command(flatten)]
    around: AroundArgs,
}

/// Lists logs, and follows them.
pub(crate) async fn run(args: LogsArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let further: Vec<Filter> = args.severity.as_deref().map(severity).transpose()?.into_iter().collect();
    let read = args.selection.read(further)?;
    let client = place.connect()?;
    if let Some(id) = args.around.around {
        return around::run(id, &args.around, read.filter, &client, out).await;
    }
    if args.histogram {
        return histogram::run(read, args.step, &client, out).await;
    }
    if args.follow {
        return follow::logs(&read, args.limit.records(), place, out).await;
    }
    let page = latest(&read, args.limit.records(), async |read| client.logs(read).await).await?;
    out.list(&page)?;
    if page.items.is_empty() {
        hint_at_empty(&client, &[Signal::Logs], "log records", out).await;
    }
    Ok(Exit::Done)
}
