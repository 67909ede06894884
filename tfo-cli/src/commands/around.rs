//! `tfo logs --around`: what happened around one record.

use clap::{Args, ValueEnum};
use tfo_sdk::RecordId;
use tfo_sdk::api::{LogContext, LogRecord};
use tfo_sdk::client::{Around, Client, Within};

use crate::exit::Exit;
use crate::output::{Format, Look, Printer};
use crate::views::log::LogLines;

/// Which records around which.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Around a record")]
pub(crate) struct AroundArgs {
    /// Show the records before and after the one with this id (-o wide shows ids)
    #[arg(long, value_name = "ID", conflicts_with_all = ["follow", "since", "until", "limit", "histogram"])]
    pub(crate) around: Option<RecordId>,
    /// So many before it [default: 10]
    #[arg(short = 'B', long, value_name = "N", requires = "around")]
    before: Option<usize>,
    /// So many after it [default: 10]
    #[arg(short = 'A', long, value_name = "N", requires = "around")]
    after: Option<usize>,
    /// So many before and after it
    #[arg(short = 'C', long, value_name = "N", requires = "around")]
    lines: Option<usize>,
    /// Whose records
    #[arg(long, value_enum, default_value_t, requires = "around", hide_default_value = true)]
    within: WithinName,
}

/// Whose records stand around one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum WithinName {
    /// Of the same service, instance, host, pod, container and file
    #[default]
    Source,
    /// Of the same service
    Service,
    /// Of all
    All,
}

/// Shows the record and those around it that pass the filter.
pub(crate) async fn run(
    id: RecordId,
    args: &AroundArgs,
    filter: Option<String>,
    client: &Client,
    out: &mut Printer,
) -> anyhow::Result<Exit> {
    let within = match args.within {
        WithinName::Source => Within::Source,
        WithinName::Service => Within::Service,
        WithinName::All => Within::All,
    };
    let around = Around {
        before: args.before.or(args.lines),
        after: args.after.or(args.lines),
        within: Some(within),
        filter,
    };
    let Some(context) = client.find_log_context(id, &around).await? else {
        out.say(&format!("error: no log record {id} is stored"));
        out.hint("`tfo logs -o wide` shows the ids of records; old ones are gone after the retention");
        return Ok(Exit::NotFound);
    };
    match out.format() {
        Format::Table | Format::Wide => {
            let lines = draw(&context, &out.look());
            out.write(&lines)?;
        }
        Format::Json | Format::Yaml => out.document(&context)?,
        Format::Jsonl => {
            out.json_lines(&context.before)?;
            out.json_lines(std::slice::from_ref(&context.record))?;
            out.json_lines(&context.after)?;
        }
        Format::Csv => {
            out.csv_header::<LogRecord>()?;
            out.csv_rows(&context.before)?;
            out.csv_rows(std::slice::from_ref(&context.record))?;
            out.csv_rows(&context.after)?;
        }
    }
    out.flush()?;
    if out.is_terminal() {
        hint_at_more(&context, out);
    }
    out.incomplete(&context.scan);
    Ok(Exit::Done)
}

/// The lines of the log; the record's own begins with `>`.
fn draw(context: &LogContext, look: &Look) -> String {
    const MARK: usize = 2;
    let look = Look { width: look.width.map(|width| width.saturating_sub(MARK)), ..*look };
    let mut lines = LogLines::default();
    // All at once, so that the columns of all of them are the same.
    let all: Vec<LogRecord> =
        context.before.iter().chain([&context.record]).chain(&context.after).cloned().collect();
    let drawn = lines.lines(&all, &look);
    let mark = |(row, line): (usize, &str)| {
        let mark = if row == context.before.len() { "> " } else { "  " };
        format!("{mark}{line}\n")
    };
    drawn.lines().enumerate().map(mark).collect()
}

fn hint_at_more(context: &LogContext, out: &mut Printer) {
    let first = context.before.first().unwrap_or(&context.record).id;
    let last = context.after.last().unwrap_or(&context.record).id;
    if context.more_before {
        out.hint(&format!("there are more before: --around {first} -A 0"));
    }
    if context.more_after {
        out.hint(&format!("there are more after: --around {last} -B 0"));
    }
}
