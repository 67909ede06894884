//! `--follow`: what was last, then everything that arrives, until Ctrl-C or until nobody reads any more.
//!
//! The client goes on behind the last record that it gave, so nothing is missing and nothing comes twice, also when
//! the daemon was away meanwhile. What happens to the connection is said on stderr.

mod gathering;
mod traces;

use tfo_sdk::RecordId;
use tfo_sdk::api::LogRecord;
use tfo_sdk::client::{Client, ClientError, Follow, Read, Update};

use crate::connection::Place;
use crate::exit::Exit;
use crate::output::{Format, Listed, Look, Printer};
use crate::views::log::LogLines;

pub(crate) use traces::traces;

/// Records that a tail begins with, at most.
const MOST: usize = 10_000;

/// A process that was asked to end, and cannot because nobody takes its output, ends all the same after this long.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(500);

/// Shows the latest log records, and then what arrives.
pub(crate) async fn logs(
    read: &Read,
    limit: usize,
    place: &Place,
    out: &mut Printer,
) -> anyhow::Result<Exit> {
    anyhow::ensure!(limit <= MOST, "--follow begins with at most {MOST} records (--limit)");
    let follow = Follow {
        filter: read.filter.clone(),
        since: read.since.clone(),
        tail: Some(limit),
        ..Follow::default()
    };
    let mut live = place.connect()?.live_logs(&follow).locating(locator(place));
    let mut lines = LogLines::default();
    let mut sheet = Sheet::default();
    let mut connection = Connection::default();
    let interrupted = interrupted();
    let mut interrupted = std::pin::pin!(interrupted);
    loop {
        let update = tokio::select! {
            update = live.next() => update?,
            () = &mut interrupted => break,
        };
        match update {
            Update::Records(items) => {
                sheet.show::<LogRecord>(&items, out, |items, look| lines.lines(items, look))?;
            }
            Update::Connected => connection.made(live.client(), out),
            Update::Disconnected(error) => connection.lost(&error, out),
            Update::Dropped { count, from, to } => dropped(count, from, to, out),
            Update::Restarted => restarted(live.client(), out),
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// Finds the daemon again: one that was started again may listen on another port.
fn locator(place: &Place) -> impl Fn() -> Option<Client> + Send + Sync + 'static {
    let place = place.clone();
    move || place.connect().ok()
}

/// Waits for Ctrl-C.
pub(crate) fn interrupted() -> impl Future<Output = ()> {
    heard(tokio::signal::ctrl_c(), || std::process::exit(0))
}

/// Waits for a signal, and gives up after [`PATIENCE`].
///
/// Both happen beside whoever waits for it: that may hang in writing to a pipe that nobody reads, where it would never
/// get to look for the signal.
fn heard(
    signal: impl Future<Output = std::io::Result<()>> + Send + 'static,
    give_up: impl FnOnce() + Send + 'static,
) -> impl Future<Output = ()> {
    let (tell, told) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        // Without the signal there is nothing to wait for: the default ends the process.
        if signal.await.is_err() {
            std::future::pending::<()>().await;
        }
        std::thread::spawn(|| {
            std::thread::sleep(PATIENCE);
            give_up();
        });
        let _ = tell.send(());
    });
    async {
        let _ = told.await;
    }
}

/// What was said about the connection.
#[derive(Debug, Default)]
struct Connection {
    is_lost: bool,
}

impl Connection {
    fn made(&mut self, client: &Client, out: &mut Printer) {
        if std::mem::take(&mut self.is_lost) {
            out.say(&format!("{} is back", client.url()));
        }
    }

    fn lost(&mut self, error: &ClientError, out: &mut Printer) {
        self.is_lost = true;
        out.say(&format!("{error}; trying again, nothing is lost"));
    }
}

fn dropped(count: u64, from: RecordId, to: RecordId, out: &mut Printer) {
    let records = if count == 1 { "record was" } else { "records were" };
    out.warn(&format!(
        "{count} {records} left out, from {from} to {to}: they arrive faster than they are read here"
    ));
}

fn restarted(client: &Client, out: &mut Printer) {
    out.warn(&format!("{} has another data folder than before; following that from now on", client.url()));
}

/// Records that are printed as they come, in every format.
#[derive(Debug, Default)]
struct Sheet {
    has_header: bool,
}

impl Sheet {
    /// Prints records and hands them over; `lines` makes them for people.
    fn show<T: Listed>(
        &mut self,
        items: &[T],
        out: &mut Printer,
        lines: impl FnOnce(&[T], &Look) -> String,
    ) -> anyhow::Result<()> {
        match out.format() {
            Format::Table | Format::Wide => {
                let lines = lines(items, &out.look());
                out.write(&lines)?;
            }
            Format::Jsonl => out.json_lines(items)?,
            Format::Csv => {
                if !std::mem::replace(&mut self.has_header, true) {
                    out.csv_header::<T>()?;
                }
                out.csv_rows(items)?;
            }
            // What has no end cannot be one document: it is one a record, one after the other.
            Format::Json => items.iter().try_for_each(|item| out.document(item))?,
            Format::Yaml => {
                for item in items {
                    out.write("---\n")?;
                    out.document(item)?;
                }
            }
        }
        Ok(out.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::tests::printer;

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_signal_ends_what_hangs_in_writing() {
        let (tell, told) = std::sync::mpsc::channel();
        let _interrupted = heard(async { Ok(()) }, move || tell.send(()).unwrap());
        // As a write to a full pipe does, this holds up the task that would see the signal.
        told.recv_timeout(PATIENCE * 20).unwrap();
    }

    fn shown(format: Format) -> String {
        let (mut out, stdout, _) = printer(format, None);
        let mut sheet = Sheet::default();
        let mut lines = LogLines::default();
        for body in ["one", "two"] {
            let json = format!(
                r#"{{"id":"1.0","timestamp":"2026-11-25T09:16:23Z","body":"{body}","attributes":{{}}}}"#
            );
            let items: Vec<LogRecord> = vec![serde_json::from_str(&json).unwrap()];
            sheet.show(&items, &mut out, |items, look| lines.lines(items, look)).unwrap();
        }
        stdout.text()
    }

    #[test]
    fn what_comes_bit_by_bit_is_whole_in_every_format() {
        insta::assert_snapshot!(shown(Format::Table), @r"
        2026-11-25T09:16:23.000Z -     -      one
        2026-11-25T09:16:23.000Z -     -      two
        ");
        insta::assert_snapshot!(shown(Format::Jsonl), @r#"
        {"id":"1.0","timestamp":"2026-11-25T09:16:23Z","body":"one","attributes":{}}
        {"id":"1.0","timestamp":"2026-11-25T09:16:23Z","body":"two","attributes":{}}
        "#);
        insta::assert_snapshot!(shown(Format::Yaml), @r#"
        ---
        id: "1.0"
        timestamp: "2026-11-25T09:16:23Z"
        body: one
        attributes: {}
        ---
        id: "1.0"
        timestamp: "2026-11-25T09:16:23Z"
        body: two
        attributes: {}
        "#);
        let json = shown(Format::Json);
        let documents = serde_json::Deserializer::from_str(&json).into_iter::<serde_json::Value>();
        assert_eq!(documents.map(Result::unwrap).count(), 2);
        let csv = shown(Format::Csv);
        assert_eq!(csv.lines().filter(|line| line.starts_with("timestamp,")).count(), 1, "{csv}");
        assert_eq!(csv.lines().count(), 3, "{csv}");
    }
}
