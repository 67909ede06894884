//! `tfo operations`.

use clap::ValueEnum;
use tfo_sdk::Signal;
use tfo_sdk::client::{Client, OperationsRead};

use super::hint_at_empty;
use crate::complete::Names;
use crate::exit::Exit;
use crate::output::Printer;
use crate::selection::Range;

/// Show rate, errors and durations of what services are asked for
///
/// An operation is made of the entry spans (SERVER, CONSUMER, or root) of one service and name.
#[derive(Debug, clap::Args)]
#[command(before_long_help = "\
Examples:
  tfo operations                     the busiest of the last hour
  tfo operations checkout            of one service
  tfo operations --sort p95 -n 10    the slowest ten
  tfo operations -o wide             with kinds, requests, errors and P99")]
pub(crate) struct OperationsArgs {
    /// Only of this service
    #[arg(value_name = "SERVICE", add = Names::Services)]
    service: Option<String>,
    /// A filter that the spans must pass
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    #[command(flatten)]
    range: Range,
    /// What they are sorted by
    #[arg(long, value_enum, default_value_t)]
    sort: Sort,
    /// Show the first this many
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    limit: u64,
}

/// What operations are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Sort {
    /// The busiest first
    #[default]
    Requests,
    /// The most errors first
    Errors,
    /// The largest share of errors first
    ErrorRatio,
    /// The slowest by median first
    P50,
    /// The slowest by the 95th percentile first
    P95,
    /// The slowest by the 99th percentile first
    P99,
    /// By service and name
    Name,
}

impl Sort {
    /// Its word in the interface.
    fn word(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Errors => "errors",
            Self::ErrorRatio => "errorRatio",
            Self::P50 => "p50",
            Self::P95 => "p95",
            Self::P99 => "p99",
            Self::Name => "name",
        }
    }
}

/// Lists operations.
pub(crate) async fn run(args: OperationsArgs, client: &Client, out: &mut Printer) -> anyhow::Result<Exit> {
    let mut read = args.range.read();
    read.service = args.service;
    read.filter = args.filter;
    read.limit = usize::try_from(args.limit).ok();
    let page = client.operations(&OperationsRead { read, sort: Some(args.sort.word().to_owned()) }).await?;
    out.list(&page)?;
    if page.items.is_empty() {
        hint_at_empty(client, &[Signal::Spans], "operations", out).await;
    } else if page.next_page_token.is_some() {
        out.hint(&format!("there are more than {}: -n shows more", page.items.len()));
    }
    Ok(Exit::Done)
}
