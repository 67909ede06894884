//! `tfo attributes`.

use clap::{Args, Subcommand, ValueEnum};
use tfo_sdk::Signal;
use tfo_sdk::api::{Page, Scan};
use tfo_sdk::client::{Client, CompletionRead};

use super::hint_at_empty;
use crate::complete::Names;
use crate::exit::Exit;
use crate::output::{Format, Listed, Printer};
use crate::selection::Range;

/// Show which attributes there are, and which values
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo attributes keys                         of the log records of the last hour
  tfo attributes keys http. --signal spans
  tfo attributes values http.route --signal spans
  tfo attributes values service")]
pub(crate) struct AttributesArgs {
    #[command(subcommand)]
    command: AttributesCommand,
}

#[derive(Debug, Subcommand)]
enum AttributesCommand {
    /// List the keys, the most frequent first
    #[command(before_long_help = "\
Examples:
  tfo attributes keys
  tfo attributes keys resource.k8s            those of resources that begin with k8s
  tfo attributes keys --signal spans --service cart")]
    Keys {
        /// Only keys that begin with this
        #[arg(value_name = "PREFIX")]
        prefix: Option<String>,
        #[command(flatten)]
        options: Options,
    },
    /// List the values of a field, the most frequent first
    #[command(before_long_help = "\
Examples:
  tfo attributes values severity
  tfo attributes values resource.host.name
  tfo attributes values http.route /api --signal spans --since 24h")]
    Values {
        /// The field, as filters write it: http.route, attr.user, resource.host.name, service, severity, name
        #[arg(value_name = "FIELD")]
        key: String,
        /// Only values that begin with this
        #[arg(value_name = "PREFIX")]
        prefix: Option<String>,
        #[command(flatten)]
        options: Options,
    },
}

#[derive(Debug, Args)]
struct Options {
    /// Whose attributes
    #[arg(long, value_enum, default_value_t)]
    signal: SignalName,
    /// Only of this service
    #[arg(long, value_name = "SERVICE", add = Names::Services)]
    service: Option<String>,
    #[command(flatten)]
    range: Range,
    /// Show the first this many
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    limit: u64,
}

/// A signal by its name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum SignalName {
    /// Log records
    #[default]
    Logs,
    /// Spans
    Spans,
    /// Points of metrics
    Metrics,
}

impl Options {
    fn signal(&self) -> Signal {
        match self.signal {
            SignalName::Logs => Signal::Logs,
            SignalName::Spans => Signal::Spans,
            SignalName::Metrics => Signal::MetricPoints,
        }
    }

    fn read(&self, key: Option<String>, prefix: Option<String>) -> CompletionRead {
        let mut read = self.range.read();
        read.service.clone_from(&self.service);
        read.limit = usize::try_from(self.limit).ok();
        CompletionRead { read, signal: self.signal(), prefix, key }
    }
}

/// Lists keys or values.
pub(crate) async fn run(args: AttributesArgs, client: &Client, out: &mut Printer) -> anyhow::Result<Exit> {
    match args.command {
        AttributesCommand::Keys { prefix, options } => {
            let keys = client.attribute_keys(&options.read(None, prefix)).await?;
            if matches!(out.format(), Format::Json | Format::Yaml) {
                out.document(&keys)?;
                out.flush()?;
            } else {
                list(keys.items, keys.distinct, keys.scan, &options, client, out).await?;
            }
        }
        AttributesCommand::Values { key, prefix, options } => {
            let values = client.attribute_values(&options.read(Some(key), prefix)).await?;
            if matches!(out.format(), Format::Json | Format::Yaml) {
                out.document(&values)?;
                out.flush()?;
            } else {
                list(values.items, values.distinct, values.scan, &options, client, out).await?;
            }
        }
    }
    Ok(Exit::Done)
}

async fn list<T: Listed>(
    items: Vec<T>,
    distinct: u64,
    scan: Scan,
    options: &Options,
    client: &Client,
    out: &mut Printer,
) -> anyhow::Result<()> {
    let page = Page { items, next_page_token: None, scan };
    out.list(&page)?;
    let shown = page.items.len() as u64;
    if shown == 0 {
        hint_at_empty(client, &[options.signal()], "attributes", out).await;
    } else if distinct > shown {
        out.hint(&format!("these are {shown} of {distinct}: narrow the prefix, or -n shows more"));
    }
    Ok(())
}
