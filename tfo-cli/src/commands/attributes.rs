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

impl From<SignalName> for Signal {
    fn from(name: SignalName) -> Self {
        match name {
            SignalName::Logs => Self::Logs,
            SignalName::Spans => Self::Spans,
            SignalName::Metrics => Self::MetricPoints,
        }
    }
}

impl Options {
    fn read(&self, key: Option<String>, prefix: Option<String>) -> CompletionRead {
        let mut read = self.range.read();
        read.service.clone_from(&self.service);
        read.limit = usize::try_from(self.limit).ok();
        CompletionRead { read, signal: self.signal.into(), prefix, key }
    }
}

/// Lists keys or values.
pub(crate) async fn run(args: AttributesArgs, client: &Client, out: &mut Printer) -> anyhow::Result<Exit> {
    match args.command {
        AttributesCommand::Keys { prefix, options } => {
            let read = options.read(None, prefix);
            let keys = client.attribute_keys(&read).await?;
            let has_any = async |signal| {
                let found = client.attribute_keys(&a_first(&read, signal)).await;
                found.is_ok_and(|keys| !keys.items.is_empty())
            };
            if matches!(out.format(), Format::Json | Format::Yaml) {
                out.document(&keys)?;
                out.flush()?;
            } else if list(keys.items, keys.distinct, keys.scan, out)? {
                hint_at_signal(options.signal, has_any, client, out).await;
            }
        }
        AttributesCommand::Values { key, prefix, options } => {
            let read = options.read(Some(key), prefix);
            let values = client.attribute_values(&read).await?;
            let has_any = async |signal| {
                let found = client.attribute_values(&a_first(&read, signal)).await;
                found.is_ok_and(|values| !values.items.is_empty())
            };
            if matches!(out.format(), Format::Json | Format::Yaml) {
                out.document(&values)?;
                out.flush()?;
            } else if list(values.items, values.distinct, values.scan, out)? {
                hint_at_signal(options.signal, has_any, client, out).await;
            }
        }
    }
    Ok(Exit::Done)
}

/// Prints them; true when there are none.
fn list<T: Listed>(items: Vec<T>, distinct: u64, scan: Scan, out: &mut Printer) -> anyhow::Result<bool> {
    let page = Page { items, next_page_token: None, scan };
    out.list(&page)?;
    let shown = page.items.len() as u64;
    if distinct > shown && shown > 0 {
        out.hint(&format!("these are {shown} of {distinct}: narrow the prefix, or -n shows more"));
    }
    Ok(shown == 0)
}

/// The same question of another signal, of which one answer is enough.
fn a_first(read: &CompletionRead, signal: Signal) -> CompletionRead {
    let mut read = CompletionRead { signal, ..read.clone() };
    read.read.limit = Some(1);
    read
}

/// Leads to the first other signal that has what one has not; where none has, to what there is.
async fn hint_at_signal(
    empty: SignalName,
    has_any: impl AsyncFn(Signal) -> bool,
    client: &Client,
    out: &mut Printer,
) {
    for other in SignalName::value_variants().iter().filter(|other| **other != empty) {
        if has_any(Signal::from(*other)).await {
            let (empty, other) = (name(empty), name(*other));
            out.hint(&format!("none of these in {empty}, but in {other}: --signal {other}"));
            return;
        }
    }
    hint_at_empty(client, &[empty.into()], "attributes", out).await;
}

fn name(signal: SignalName) -> String {
    signal.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::tests::{daemon, empty};
    use crate::output::tests::printer;

    #[tokio::test]
    async fn what_one_signal_has_not_leads_to_one_that_has() {
        let client = Client::new(&daemon(empty)).unwrap();
        let hint = async |has: Option<Signal>| {
            let (mut out, _, err) = printer(Format::Table, None);
            hint_at_signal(SignalName::Logs, async |signal| has == Some(signal), &client, &mut out).await;
            err.text()
        };
        assert_eq!(
            hint(Some(Signal::Spans)).await,
            "hint: none of these in logs, but in spans: --signal spans\n"
        );
        assert!(hint(None).await.starts_with("hint: no attributes yet"));
    }
}
