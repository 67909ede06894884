//! `tfo quota`.

use tfo_sdk::client::Client;

use crate::exit::Exit;
use crate::output::{Format, Printer};
use crate::views::quota::{CSV, page};

/// Show what a tenant has sent today, and what its quotas allow
#[derive(Debug, clap::Args)]
#[command(before_long_help = "\
Examples:
  tfo quota
  tfo quota --tenant eu/acme/shop/production
  tfo quota -o json")]
pub(crate) struct QuotaArgs {}

/// Shows what is used.
pub(crate) async fn run(_args: QuotaArgs, client: &Client, out: &mut Printer) -> anyhow::Result<Exit> {
    let usage = client.usage().await?;
    match out.format() {
        Format::Table | Format::Wide => {
            let page = page(&usage, &out.look());
            out.write(&page)?;
        }
        Format::Json | Format::Yaml => out.document(&usage)?,
        Format::Jsonl => out.json_lines(&usage.limits)?,
        Format::Csv => {
            let header = CSV.iter().map(|(name, _)| (*name).to_owned()).collect();
            let rows = usage.limits.iter().map(|limit| CSV.iter().map(|(_, field)| field(limit)).collect());
            out.csv(&std::iter::once(header).chain(rows).collect::<Vec<_>>())?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}
