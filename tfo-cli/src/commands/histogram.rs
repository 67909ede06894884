//! `tfo logs --histogram`: how many records there were, over time.

use tfo_sdk::Signal;
use tfo_sdk::client::{Client, Read, Stepped};

use super::hint_at_empty;
use crate::exit::Exit;
use crate::output::{Format, Printer};
use crate::views::histogram::{CSV, draw};

/// Draws the histogram of the records that a read asks for.
pub(crate) async fn run(
    read: Read,
    step: Option<String>,
    client: &Client,
    out: &mut Printer,
) -> anyhow::Result<Exit> {
    let histogram = client.log_histogram(&Stepped { read, step }).await?;
    match out.format() {
        Format::Table | Format::Wide => {
            let drawing = draw(&histogram, out.canvas(), &out.look());
            out.write(&drawing)?;
        }
        Format::Json | Format::Yaml => out.document(&histogram)?,
        Format::Jsonl => out.json_lines(&histogram.buckets)?,
        Format::Csv => out.csv_of(CSV, &histogram.buckets)?,
    }
    out.flush()?;
    out.incomplete(&histogram.scan);
    if histogram.buckets.is_empty() {
        hint_at_empty(client, &[Signal::Logs], "log records", out).await;
    }
    Ok(Exit::Done)
}
