//! `tfo bench`.

use std::time::Duration;

use clap::{Args, ValueEnum};
use http::{HeaderName, HeaderValue};
use tfo_sdk::client::Client;
use tfo_sdk::time::{parse_duration, parse_moment};
use tfo_sdk::{Signal, Timestamp};

use crate::bench::report::Report;
use crate::bench::{Bench, Compression, Endpoint, Length, Protocol, Recipe, Server, Times, now};
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::{Format, Printer};

/// Send invented telemetry and measure how it is taken
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo bench                                    logs, as fast as the daemon takes them, for 10 s
  tfo bench --signals logs,spans,metrics --duration 1m --settle 1m
  tfo bench --rate 20000 --protocol grpc --compression gzip
  tfo bench --records 1000000 --spread 24h --seed 7
  tfo bench --endpoint http://127.0.0.1:9428/insert/opentelemetry")]
pub(crate) struct BenchArgs {
    /// What to send; several in turns
    #[arg(long, value_enum, value_delimiter = ',', default_value = "logs", value_name = "SIGNALS")]
    signals: Vec<SignalName>,
    /// Records a second, sent whether or not the receiver keeps up [default: as fast as they are taken]
    #[arg(long, value_name = "R", value_parser = rate)]
    rate: Option<f64>,
    /// How long to send
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = some_time, conflicts_with = "records")]
    duration: Duration,
    /// Send so many records instead, rounded up to whole requests
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    records: Option<u64>,
    /// Connections, each with one request in flight
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1024))]
    connections: u16,
    #[command(flatten)]
    telemetry: TelemetryArgs,
    #[command(flatten)]
    receiver: ReceiverArgs,
    /// Wait afterwards until the daemon is done with its work in the background, at most so long, and count it
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = parse_duration)]
    settle: Duration,
}

/// What the telemetry is like.
#[derive(Debug, Args)]
#[command(next_help_heading = "Telemetry")]
struct TelemetryArgs {
    /// Records of a request
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    batch: u32,
    /// Bytes of a record as OTLP [default: what it takes, some 200 to 400]
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    size: Option<u32>,
    /// Number of services
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    services: u64,
    /// Number of values of an attribute such as the user's id
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    values: u64,
    /// Number of series of metrics, rounded up to whole requests
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    series: u64,
    /// The same seed makes the same telemetry
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Spread times over so long in mixed order, which is harder than live telemetry [default: live]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    spread: Option<Duration>,
    /// The newest time with --spread, like 2026-11-25T08:00:00Z [default: now]
    #[arg(long, value_name = "WHEN", requires = "spread", value_parser = moment)]
    at: Option<Timestamp>,
}

/// Who takes it, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Receiver")]
struct ReceiverArgs {
    /// Any receiver of OTLP, by the URL in front of /v1/logs [default: the daemon that other commands ask]
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// A header that the receiver wants; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = header)]
    header: Vec<(HeaderName, HeaderValue)>,
    /// OTLP over what
    #[arg(long, value_enum, default_value = "http", value_name = "PROTOCOL")]
    protocol: Protocol,
    /// Compression of requests; its cost is the generator's as well
    #[arg(long, value_enum, default_value = "none", value_name = "KIND")]
    compression: Compression,
}

/// A signal as people call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SignalName {
    Logs,
    Spans,
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

/// Sends, measures, reports.
pub(crate) async fn run(args: BenchArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let (endpoint, client) = receiver(args.receiver, place).await?;
    let length = args.records.map_or(Length::Duration(args.duration), Length::Records);
    let recipe = args.telemetry.recipe(args.signals.iter().map(|name| Signal::from(*name)).collect());
    let connections = usize::from(args.connections);
    let to = format!("{}{}", endpoint.authority, endpoint.path);
    out.say(&format!(
        "sending to {to}, {}, over {connections} connections; Ctrl-C ends it early",
        length.describe()
    ));
    let bench = Bench { recipe, endpoint, connections, rate: args.rate, length, settle: args.settle };
    let report = bench.run(Server::new(client), tokio::signal::ctrl_c()).await?;
    print(&report, out)?;
    if !report.is_whole() {
        out.warn("not everything that was to be sent was acknowledged");
    }
    Ok(Exit::Done)
}

impl TelemetryArgs {
    fn recipe(&self, signals: Vec<Signal>) -> Recipe {
        let now = now();
        let times = match self.spread {
            None => Times::Live { began: now },
            Some(spread) => Times::Spread {
                until: self.at.unwrap_or(now),
                nanos: i64::try_from(spread.as_nanos()).unwrap_or(i64::MAX),
            },
        };
        Recipe {
            signals,
            batch: self.batch as usize,
            size: self.size.map(|size| size as usize),
            services: self.services,
            values: self.values,
            series: self.series,
            seed: self.seed,
            times,
        }
    }
}

/// Where to send, and whom to ask what it cost.
async fn receiver(args: ReceiverArgs, place: &Place) -> anyhow::Result<(Endpoint, Option<Client>)> {
    let (url, client) = match args.endpoint {
        Some(url) => (url, None),
        None => {
            let (client, url) = place.receiver(args.protocol).await?;
            (url, Some(client))
        }
    };
    let mut endpoint = Endpoint::parse(&url, args.protocol, args.compression)?;
    endpoint.headers = args.header;
    endpoint.name_tenant(place.tenant()?.as_ref())?;
    Ok((endpoint, client))
}

fn print(report: &Report, out: &mut Printer) -> anyhow::Result<()> {
    match out.format() {
        Format::Table | Format::Wide => out.write(&report.page())?,
        Format::Json | Format::Yaml => out.document(report)?,
        Format::Jsonl => out.json_lines(&[report])?,
        Format::Csv => {
            let header = Report::CSV.iter().map(|(name, _)| (*name).to_owned()).collect();
            let row = Report::CSV.iter().map(|(_, field)| field(report)).collect();
            out.csv(&[header, row])?;
        }
    }
    Ok(out.flush()?)
}

/// How long to send: a run of no time would be a success that shows nothing.
fn some_time(text: &str) -> Result<Duration, String> {
    match parse_duration(text) {
        Ok(Duration::ZERO) => Err("expected a duration above 0".to_owned()),
        duration => duration.map_err(|error| error.to_string()),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (1.0..=1e9).contains(&rate) => Ok(rate),
        _ => Err("expected a number of records a second, at least 1".to_owned()),
    }
}

fn moment(text: &str) -> Result<Timestamp, tfo_sdk::time::TimeError> {
    parse_moment(text, now())
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((
        name.parse().map_err(|_| format!("{name:?} is no name of a header"))?,
        value.parse().map_err(|_| "the value has characters that headers may not have".to_owned())?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_takes_some_time() {
        assert_eq!(some_time("2s"), Ok(Duration::from_secs(2)));
        assert_eq!(some_time("0s"), Err("expected a duration above 0".to_owned()));
        assert!(some_time("soon").unwrap_err().starts_with("expected a duration like"));
    }
}
