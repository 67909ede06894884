//! `tfo map`.

use tfo_sdk::Signal;
use tfo_sdk::client::Client;

use super::hint_at_empty;
use crate::exit::Exit;
use crate::output::{Format, Printer};
use crate::selection::Selection;
use crate::views::map::{CSV, list};

/// Show which services call which
///
/// Each service stands with its entry spans, and below it what it calls: other services, and databases, brokers and
/// hosts that send no spans themselves.
#[derive(Debug, clap::Args)]
#[command(before_long_help = "\
Examples:
  tfo map                      the last hour
  tfo map --since 15m status:error
  tfo map -o csv               a row a call")]
pub(crate) struct MapArgs {
    #[command(flatten)]
    selection: Selection,
}

/// Shows the map.
pub(crate) async fn run(args: MapArgs, client: &Client, out: &mut Printer) -> anyhow::Result<Exit> {
    let read = args.selection.read(Vec::new())?;
    let map = client.service_map(&read).await?;
    match out.format() {
        Format::Table | Format::Wide => {
            let lines = list(&map, &out.look());
            out.write(&lines)?;
        }
        Format::Json | Format::Yaml => out.document(&map)?,
        Format::Jsonl => out.json_lines(&map.edges)?,
        Format::Csv => out.csv_of(CSV, &map.edges)?,
    }
    out.flush()?;
    out.incomplete(&map.scan);
    if map.nodes.is_empty() {
        hint_at_empty(client, &[Signal::Spans], "services", out).await;
    }
    Ok(Exit::Done)
}
