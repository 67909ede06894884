//! `tfo trace`.

use tfo_sdk::TraceId;
use tfo_sdk::api::Trace;
use tfo_sdk::client::{Client, ClientError, Part};

use crate::exit::Exit;
use crate::output::{Format, Printer};
use crate::views::span::CSV;
use crate::waterfall::{Glyphs, draw};

/// Show one trace as a waterfall
///
/// The critical path is drawn double: what the trace waited for, from its start to its end. A trace is looked for
/// in all that is kept, however old.
#[derive(Debug, clap::Args)]
#[command(before_long_help = "\
Examples:
  tfo trace 4bf92f3577b34da6a3ce929d0e0e4736
  tfo trace 4bf92f3577b34da6a3ce929d0e0e4736 -o wide      with kinds and span ids
  tfo trace 4bf92f3577b34da6a3ce929d0e0e4736 -n 100000    also what a terminal is spared
  tfo trace 4bf92f3577b34da6a3ce929d0e0e4736 -o json | jq '.spans[].name'")]
pub(crate) struct TraceArgs {
    /// Trace id: 32 hex digits
    #[arg(value_name = "ID")]
    trace_id: TraceId,
    /// Show the first this many spans [default: 1000 on a terminal, else all]
    #[arg(short = 'n', long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Draw with ASCII characters
    #[arg(long)]
    ascii: bool,
}

/// Spans of one page of the interface, at most.
const PAGE: usize = 10_000;

/// Spans that are drawn on a terminal when nobody says how many.
const ON_A_TERMINAL: usize = 1000;

/// Shows the trace.
pub(crate) async fn run(args: TraceArgs, client: &Client, out: &mut Printer) -> anyhow::Result<Exit> {
    let is_drawn = matches!(out.format(), Format::Table | Format::Wide);
    let default = if is_drawn && out.is_terminal() { ON_A_TERMINAL } else { usize::MAX };
    let limit = args.limit.map_or(default, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let Some(trace) = find(args.trace_id, limit, client).await? else {
        out.say(&format!("error: no span of trace {} is stored", args.trace_id));
        out.hint("`tfo traces` lists the latest traces; a span may still be in its program's queue");
        return Ok(Exit::NotFound);
    };
    match out.format() {
        Format::Table | Format::Wide => {
            let glyphs = if args.ascii { Glyphs::ASCII } else { Glyphs::UNICODE };
            let drawing = draw(&trace, out.canvas(), &out.look(), &glyphs);
            out.write(&drawing)?;
        }
        Format::Json | Format::Yaml => out.document(&trace)?,
        Format::Jsonl => out.json_lines(&trace.spans)?,
        Format::Csv => out.csv_of(CSV, &trace.spans)?,
    }
    out.flush()?;
    let (shown, count) = (trace.spans.len(), trace.span_count);
    if trace.next_page_token.is_some() {
        out.hint(&format!("these are the first {shown} of {count} spans; -n {count} shows all"));
    }
    out.incomplete(&trace.scan);
    Ok(Exit::Done)
}

/// The trace with its first spans, in as many pages as it takes.
async fn find(id: TraceId, limit: usize, client: &Client) -> Result<Option<Trace>, ClientError> {
    let mut part = Part { limit: Some(limit.min(PAGE)), page_token: None };
    let Some(mut trace) = client.find_trace(id, &part).await? else { return Ok(None) };
    while trace.spans.len() < limit
        && let Some(token) = trace.next_page_token.take()
    {
        part = Part { limit: Some((limit - trace.spans.len()).min(PAGE)), page_token: Some(token) };
        // Retention may have taken the rest meanwhile.
        let Some(page) = client.find_trace(id, &part).await? else { break };
        trace.spans.extend(page.spans);
        trace.next_page_token = page.next_page_token;
        trace.scan.files += page.scan.files;
        trace.scan.rows += page.scan.rows;
        trace.scan.bytes += page.scan.bytes;
    }
    Ok(Some(trace))
}
