//! `tfo status`.

use serde::Serialize;
use tfo_sdk::api::{Stats, Status};
use tfo_sdk::client::Client;

use crate::exit::Exit;
use crate::output::{Format, Printer};
use crate::views::status::{CSV, page};

/// Show what the daemon is, where it listens, what it holds and how it keeps up
#[derive(Debug, clap::Args)]
#[command(before_long_help = "\
Examples:
  tfo status
  tfo status -o json")]
pub(crate) struct StatusArgs {}

/// What machines read.
#[derive(Serialize)]
struct Document {
    #[serde(flatten)]
    status: Status,
    stats: Stats,
}

/// Shows the status.
pub(crate) async fn run(_args: StatusArgs, client: &Client, out: &mut Printer) -> anyhow::Result<Exit> {
    let status = client.status().await?;
    let stats = client.stats().await?;
    match out.format() {
        Format::Table | Format::Wide => {
            let page = page(&status, &stats, &out.look());
            out.write(&page)?;
        }
        Format::Json | Format::Yaml => out.document(&Document { status, stats })?,
        Format::Jsonl => out.json_lines(&[Document { status, stats }])?,
        Format::Csv => {
            let header = CSV.iter().map(|(name, _)| (*name).to_owned()).collect();
            let rows =
                stats.signals.iter().map(|signal| CSV.iter().map(|(_, field)| field(signal)).collect());
            out.csv(&std::iter::once(header).chain(rows).collect::<Vec<_>>())?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}
