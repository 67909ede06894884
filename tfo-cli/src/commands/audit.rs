//! `tfo audit`.

use std::time::Duration;

use clap::{Args, Subcommand};
use tfo_sdk::api::{AuditEntry, AuditReport};
use tfo_sdk::client::{AuditRead, Client, Part};
use tfo_sdk::resource::{Name, Scope};

use super::follow::interrupted;
use super::target::ScopeArgs;
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::table::{Cell, Column, Growing};
use crate::output::{CsvField, Format, Printer};
use crate::selection::moment;
use crate::views::time;

/// How often it is looked for more.
const PERIOD: Duration = Duration::from_secs(1);
/// Entries of a page.
const PAGE: usize = 1000;

/// Show the journal: who did what, when, from where
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo audit list --since 7d --scope eu/acme
  tfo audit tail
  tfo audit verify                        whether the journal is whole")]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// List entries: the latest, oldest first
    #[command(before_long_help = "\
Examples:
  tfo audit list
  tfo audit list --since 7d --name ingest -o jsonl")]
    List {
        #[command(flatten)]
        which: WhichArgs,
    },
    /// Show the latest entries, and then what is added, until Ctrl-C
    #[command(before_long_help = "\
Examples:
  tfo audit tail
  tfo audit tail --scope eu/acme -o jsonl")]
    Tail {
        #[command(flatten)]
        which: WhichArgs,
    },
    /// Check that no entry was changed or taken out
    ///
    /// Keep the last number and hash elsewhere: they show whether the end was cut off later.
    #[command(before_long_help = "\
Examples:
  tfo audit verify
  tfo audit verify -o json >> anchors.jsonl")]
    Verify,
}

#[derive(Debug, Args)]
struct WhichArgs {
    /// Start of the range: a duration ago like 7d, a time like 2026-11-25T08:00:00Z, or a date, which begins in UTC
    #[arg(long, value_name = "WHEN", value_parser = moment, allow_hyphen_values = true)]
    since: Option<String>,
    /// End of the range
    #[arg(long, value_name = "WHEN", value_parser = moment, allow_hyphen_values = true)]
    until: Option<String>,
    /// Only of resources of this name
    #[arg(long, value_name = "NAME")]
    name: Option<Name>,
    /// At most so many entries
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    limit: u64,
    #[command(flatten)]
    scope: ScopeArgs,
}

const COLUMNS: &[Column<AuditEntry>] = &[
    Column::number("NO", |entry| Cell::new(entry.seq.to_string())),
    Column::whole("TIME", |entry| Cell::time(entry.at)),
    Column::text("BY", |entry| Cell::new(&entry.principal)),
    Column::goes(1, Column::text("VIA", |entry| Cell::new(&entry.via))),
    Column::text("ACTION", |entry| Cell::new(&entry.action)),
    Column::text("RESOURCE", |entry| Cell::new(resource(entry))),
    Column::wide_text("FROM", |entry| Cell::new(entry.address.as_deref().unwrap_or_default())),
    Column::wide_text("SET", |entry| Cell::new(entry.set.as_deref().unwrap_or_default())),
    Column::wide_text("HASH", |entry| Cell::new(&entry.hash)),
];

/// `Quota/ingest in eu/acme/shop`
fn resource(entry: &AuditEntry) -> String {
    let name = entry.name.as_ref().map(|name| format!("/{name}")).unwrap_or_default();
    let place = entry.scope.as_ref().filter(|scope| **scope != Scope::PLATFORM);
    let place = place.map(|scope| format!(" in {scope}")).unwrap_or_default();
    format!("{}{name}{place}", entry.kind.as_deref().unwrap_or_default())
}

const REPORT: &[CsvField<AuditReport>] = &[
    ("entries", |report| report.entries.to_string()),
    ("erased", |report| report.erased.to_string()),
    ("last", |report| report.last.to_string()),
    ("hash", |report| report.hash.clone()),
    ("findings", |report| report.findings.join("; ")),
];

/// Shows the journal.
pub(crate) async fn run(args: AuditArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let client = place.connect()?;
    match args.command {
        AuditCommand::List { which } => {
            let items = latest(&client, &which, place).await?;
            Sheet::default().show(&items, out)?;
            if items.is_empty() {
                out.hint("no entries here; a wider --since, or --scope platform, shows more");
            }
            Ok(Exit::Done)
        }
        AuditCommand::Tail { which } => tail(&client, &which, place, out).await,
        AuditCommand::Verify => {
            let report = client.verify_audit().await?;
            match out.format() {
                Format::Table | Format::Wide => {
                    let erased = if report.erased > 0 {
                        format!(", {} of them erased", report.erased)
                    } else {
                        String::new()
                    };
                    out.write(&format!(
                        "{} entries{erased}, the last is {} {}\n",
                        report.entries,
                        report.last,
                        crate::text::row(&report.hash)
                    ))?;
                    for finding in &report.findings {
                        out.write(&format!("{}\n", crate::text::row(finding)))?;
                    }
                }
                Format::Jsonl => out.json_lines(std::slice::from_ref(&report))?,
                Format::Csv => out.csv_of(REPORT, std::slice::from_ref(&report))?,
                _ => out.document(&report)?,
            }
            out.flush()?;
            out.say(if report.findings.is_empty() {
                "the journal is whole"
            } else {
                "the journal is not whole"
            });
            Ok(if report.findings.is_empty() { Exit::Done } else { Exit::Differences })
        }
    }
}

/// The latest entries, oldest first.
async fn latest(client: &Client, which: &WhichArgs, place: &Place) -> anyhow::Result<Vec<AuditEntry>> {
    let read = which.read(place)?;
    let mut items = client.audit(&read).await?.items;
    items.reverse();
    Ok(items)
}

impl WhichArgs {
    fn read(&self, place: &Place) -> anyhow::Result<AuditRead> {
        Ok(AuditRead {
            scope: place.scope(self.scope.scope.as_ref())?,
            since: self.since.clone(),
            until: self.until.clone(),
            name: self.name.clone(),
            part: Part { limit: usize::try_from(self.limit).ok(), page_token: None },
        })
    }
}

async fn tail(client: &Client, which: &WhichArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let mut interrupted = std::pin::pin!(interrupted());
    let mut sheet = Sheet::default();
    let items = latest(client, which, place).await?;
    let mut last = items.last().map_or(0, |entry| entry.seq);
    sheet.show(&items, out)?;
    let mut is_lost = false;
    loop {
        tokio::select! {
            () = tokio::time::sleep(PERIOD) => {}
            () = &mut interrupted => return Ok(Exit::Done),
        }
        match after(client, which, place, last).await {
            Ok(items) => {
                if std::mem::take(&mut is_lost) {
                    out.say(&format!("{} is back", client.url()));
                }
                last = items.last().map_or(last, |entry| entry.seq);
                sheet.show(&items, out)?;
            }
            Err(error) if error.is_temporary() => {
                if !std::mem::replace(&mut is_lost, true) {
                    out.say(&format!("{error}; trying again, nothing is lost"));
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Entries after one, oldest first: page by page back to it.
async fn after(
    client: &Client,
    which: &WhichArgs,
    place: &Place,
    last: i64,
) -> Result<Vec<AuditEntry>, tfo_sdk::client::ClientError> {
    let mut read = which.read(place).unwrap_or_default();
    read.part.limit = Some(PAGE);
    let mut found = Vec::new();
    loop {
        let page = client.audit(&read).await?;
        let is_all = page.items.iter().any(|entry| entry.seq <= last) || page.next_page_token.is_none();
        found.extend(page.items.into_iter().filter(|entry| entry.seq > last));
        if is_all {
            found.reverse();
            return Ok(found);
        }
        read.part.page_token = page.next_page_token;
    }
}

/// Entries as they come, in every format.
#[derive(Default)]
struct Sheet {
    table: Growing,
    has_header: bool,
}

impl Sheet {
    fn show(&mut self, items: &[AuditEntry], out: &mut Printer) -> anyhow::Result<()> {
        match out.format() {
            Format::Table | Format::Wide => {
                let lines = self.table.rows(COLUMNS, items, &out.look());
                out.write(&lines)?;
            }
            Format::Json if !self.has_header => out.document(&serde_json::json!({"items": items}))?,
            Format::Json | Format::Jsonl => out.json_lines(items)?,
            Format::Yaml => items.iter().try_for_each(|entry| {
                out.write("---\n")?;
                out.document(entry)
            })?,
            Format::Csv => {
                let row = |entry: &AuditEntry| {
                    vec![
                        entry.seq.to_string(),
                        time(entry.at),
                        entry.principal.clone(),
                        entry.via.clone(),
                        entry.action.clone(),
                        resource(entry),
                        entry.hash.clone(),
                    ]
                };
                let header =
                    ["no", "time", "by", "via", "action", "resource", "hash"].map(str::to_owned).to_vec();
                let header = (!self.has_header).then_some(header);
                out.csv(&header.into_iter().chain(items.iter().map(row)).collect::<Vec<_>>())?;
            }
        }
        self.has_header = true;
        Ok(out.flush()?)
    }
}
