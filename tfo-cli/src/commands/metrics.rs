//! `tfo metrics`.

use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use tfo_sdk::Signal;
use tfo_sdk::api::{Aggregation, MetricName, MetricRequest, Page};
use tfo_sdk::client::{Client, ClientError, Read};
use tfo_sdk::time::parse_duration;

use super::hint_at_empty;
use crate::chart::chart;
use crate::complete::Names;
use crate::exit::Exit;
use crate::output::{Format, Printer};
use crate::selection::{Limit, Selection, everything, latest};
use crate::views::metric::{exemplars, values_csv, values_json};

/// Values of a sparkline.
const SPARKLINE: usize = 20;

/// Show metrics
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo metrics list                            every metric of the last hour
  tfo metrics query http.server.request.duration --agg p95 --by http.route
  tfo metrics series queue.length             what its points can be told apart by
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
    /// Draw a metric over time
    ///
    /// A chart on a terminal and in a pipe; -o csv and -o jsonl have a row for every value, -o json the whole answer.
    #[command(before_long_help = "\
Examples:
  tfo metrics query queue.length              what suits its type: here the mean
  tfo metrics query http.server.request.duration --agg p95 --by http.route
  tfo metrics query http.server.request.duration --agg rate --by service --since 6h --step 5m
  tfo metrics query system.cpu.time service:cart --by system.cpu.state
  tfo metrics query http.server.request.duration --agg p99 --exemplars
  tfo metrics query queue.length -o csv --since 24h > queue.csv")]
    Query(QueryArgs),
    /// List the series of a metric
    #[command(before_long_help = "\
Examples:
  tfo metrics series http.server.request.duration
  tfo metrics series queue.length -o wide     with resource attributes")]
    Series {
        /// Name of the metric
        #[arg(value_name = "METRIC", add = Names::Metrics)]
        metric: String,
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
        #[arg(value_name = "METRIC", add = Names::Metrics)]
        metric: String,
        #[command(flatten)]
        selection: Selection,
        #[command(flatten)]
        limit: Limit,
    },
}

/// What to draw.
#[derive(Debug, Args)]
struct QueryArgs {
    /// Name of the metric
    #[arg(value_name = "METRIC", add = Names::Metrics)]
    metric: String,
    #[command(flatten)]
    selection: Selection,
    /// What to compute: avg, sum, min, max, count, rate, increase, or a percentile like p95 [default: what suits the
    /// type: avg, sum, rate or p95]
    #[arg(long, value_name = "WHAT", value_parser = computed, help_heading = "Values")]
    agg: Option<Computed>,
    /// A line for every value of this field; may be given several times (service, http.route, attr.user,
    /// resource.host.name)
    #[arg(long, value_name = "FIELD", value_delimiter = ',', help_heading = "Values")]
    by: Vec<String>,
    /// How long a step is, like 1m [default: what suits the range and the points]
    #[arg(long, value_name = "DURATION", value_parser = step, help_heading = "Values")]
    step: Option<String>,
    /// At most this many lines: the largest [default: 100]
    #[arg(short = 'n', long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000), help_heading = "Values")]
    limit: Option<u64>,
    /// Only points of this type, where the name has several: gauge, sum, histogram, exponential_histogram or summary
    #[arg(long = "type", value_name = "TYPE", help_heading = "Values")]
    kind: Option<String>,
    /// Only points of this unit, where the name has several
    #[arg(long, value_name = "UNIT", help_heading = "Values")]
    unit: Option<String>,
    /// Show examples of measurements, with the traces that they were made in
    #[arg(long, help_heading = "Values")]
    exemplars: bool,
}

/// What is computed: an aggregation, and the share of a percentile.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Computed {
    aggregation: Aggregation,
    quantile: Option<f64>,
}

impl From<Aggregation> for Computed {
    fn from(aggregation: Aggregation) -> Self {
        Self { aggregation, quantile: None }
    }
}

fn computed(text: &str) -> Result<Computed, String> {
    use Aggregation::{Avg, Count, Increase, Max, Min, Rate, Sum};
    let known = [Avg, Sum, Min, Max, Count, Rate, Increase];
    if let Some(found) = known.into_iter().find(|aggregation| aggregation.name() == text) {
        return Ok(found.into());
    }
    let percent = text.strip_prefix('p').and_then(|percent| percent.parse::<f64>().ok());
    match percent.filter(|percent| (0.0..=100.0).contains(percent)) {
        Some(percent) => {
            Ok(Computed { aggregation: Aggregation::Percentile, quantile: Some(share(percent)) })
        }
        None => {
            Err("expected avg, sum, min, max, count, rate, increase, or a percentile like p95".to_owned())
        }
    }
}

/// A percentage as a share; 99.9 is 0.999 and nothing more.
fn share(percent: f64) -> f64 {
    (percent * 1e8).round() / 1e10
}

fn step(text: &str) -> Result<String, String> {
    match parse_duration(text) {
        Ok(step) if !step.is_zero() => Ok(text.to_owned()),
        _ => Err("expected a duration like 30s or 5m".to_owned()),
    }
}

/// Lists metrics, series and points, and draws values.
pub(crate) async fn run(args: MetricsArgs, client: &Client, out: &mut Printer) -> anyhow::Result<Exit> {
    let name = match &args.command {
        MetricsCommand::List { .. } => None,
        MetricsCommand::Query(QueryArgs { metric, .. })
        | MetricsCommand::Series { metric, .. }
        | MetricsCommand::Points { metric, .. } => Some(metric.clone()),
    };
    let is_empty = match args.command {
        MetricsCommand::List { selection } => {
            let read = selection.read(Vec::new())?;
            let page = names(&read, client, out).await?;
            out.list(&page)?;
            page.items.is_empty()
        }
        MetricsCommand::Query(args) => query(args, client, out).await?,
        MetricsCommand::Series { metric, selection } => {
            let read = Read { name: Some(metric), ..selection.read(Vec::new())? };
            let page = everything(&read, async |read| client.metric_series(read).await).await?;
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
        if let Some(name) = name {
            out.hint(&format!("`tfo metrics list` says which there are; you asked for {name:?}"));
        }
    }
    Ok(Exit::Done)
}

/// All metrics, with sparklines where people look at them.
async fn names(read: &Read, client: &Client, out: &mut Printer) -> anyhow::Result<Page<MetricName>> {
    if matches!(out.format(), Format::Table | Format::Wide) {
        let drawn = everything(read, async |read| client.metric_names_drawn(read, SPARKLINE).await).await;
        match drawn {
            // The list costs little, and the lines read every point: where that is too much, the list is left.
            Err(ClientError::Problem(problem)) if problem.status == 422 => {
                out.hint(&format!("without lines: {}", problem.detail));
            }
            drawn => return Ok(drawn?),
        }
    }
    Ok(everything(read, async |read| client.metric_names(read).await).await?)
}

/// Draws values; true when there are none.
async fn query(args: QueryArgs, client: &Client, out: &mut Printer) -> anyhow::Result<bool> {
    let read = args.selection.read(Vec::new())?;
    let computed = match args.agg {
        Some(computed) => computed,
        None => suitable(&args, &read, client).await?,
    };
    let request = MetricRequest {
        kind: args.kind,
        unit: args.unit,
        filter: read.filter,
        since: read.since,
        until: read.until,
        step: args.step,
        quantile: computed.quantile,
        group_by: args.by,
        limit: args.limit.and_then(|limit| usize::try_from(limit).ok()),
        exemplars: args.exemplars,
        ..MetricRequest::new(args.metric, computed.aggregation)
    };
    let answer = client.metric_values(&request).await?;
    match out.format() {
        Format::Table | Format::Wide => {
            let look = out.look();
            let drawn = chart(&answer, out.canvas(), &TimeZone::system(), &look);
            out.write(&drawn)?;
            out.write(&exemplars(&answer, &look))?;
        }
        Format::Json | Format::Yaml => out.document(&answer)?,
        Format::Jsonl => out.json_lines(&values_json(&answer))?,
        Format::Csv => out.csv(&values_csv(&answer, &request.group_by))?,
    }
    out.flush()?;
    for warning in &answer.warnings {
        out.warn(warning);
    }
    out.incomplete(&answer.scan);
    Ok(answer.series.is_empty())
}

/// What suits the type of a metric.
async fn suitable(args: &QueryArgs, read: &Read, client: &Client) -> Result<Computed, ClientError> {
    let names = Read { name: Some(args.metric.clone()), limit: Some(100), ..read.clone() };
    let names = client.metric_names(&names).await?.items;
    let wanted = |name: &&MetricName| args.kind.as_ref().is_none_or(|kind| *kind == name.kind);
    let kind = names.iter().find(wanted).map(|name| name.kind.clone());
    Ok(match kind.as_deref() {
        Some("histogram" | "exponential_histogram") => {
            Computed { aggregation: Aggregation::Percentile, quantile: Some(0.95) }
        }
        Some("sum") => {
            // A sum that goes up and down is a level, and what only grows is seen by its speed.
            let series = Read { name: Some(args.metric.clone()), limit: Some(1), ..read.clone() };
            let series = client.metric_series(&series).await?.items;
            match series.first() {
                Some(series)
                    if series.is_monotonic != Some(true)
                        && series.temporality.as_deref() != Some("DELTA") =>
                {
                    Aggregation::Sum.into()
                }
                _ => Aggregation::Rate.into(),
            }
        }
        Some("summary") => Aggregation::Rate.into(),
        _ => Aggregation::Avg.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_compute_is_named_as_people_say_it() {
        assert_eq!(computed("rate"), Ok(Aggregation::Rate.into()));
        for (text, quantile) in [("p95", 0.95), ("p99.9", 0.999), ("p0", 0.0), ("p100", 1.0)] {
            let percentile = Computed { aggregation: Aggregation::Percentile, quantile: Some(quantile) };
            assert_eq!(computed(text), Ok(percentile), "{text}");
        }
        for text in ["", "p", "p101", "p-1", "median", "percentile", "pNaN"] {
            assert!(computed(text).is_err(), "{text}");
        }
    }
}
