//! `tfo trace`.

use tfo_sdk::TraceId;
use tfo_sdk::client::Client;

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
  tfo trace 4bf92f3577b34da6a3ce929d0e0e4736 -o json | jq '.spans[].name'")]
pub(crate) struct TraceArgs {
    /// Trace id: 32 hex digits
    #[arg(value_name = "ID")]
    trace_id: TraceId,
    /// Draw with ASCII characters
    #[arg(long)]
    ascii: bool,
}

/// Shows the trace.
pub(crate) async fn run(args: TraceArgs, client: &Client, out: &mut Printer) -> anyhow::Result<Exit> {
    let Some(trace) = client.find_trace(args.trace_id).await? else {
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
        Format::Csv => {
            let header = CSV.iter().map(|(name, _)| (*name).to_owned()).collect();
            let rows = trace.spans.iter().map(|span| CSV.iter().map(|(_, field)| field(span)).collect());
            out.csv(&std::iter::once(header).chain(rows).collect::<Vec<_>>())?;
        }
    }
    out.flush()?;
    out.incomplete(&trace.scan);
    Ok(Exit::Done)
}
