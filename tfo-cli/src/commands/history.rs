//! `tfo history` and `tfo rollback`.

use clap::Args;
use tfo_sdk::api::Revision;
use tfo_sdk::client::{Part, Precondition};

use super::target::{Found, TargetArgs};
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::table::{Cell, Column, table as table_of};
use crate::output::{Format, Look, Printer};
use crate::views::plan::changed_fields;
use crate::views::time;

/// Show the changes of a resource, newest first
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo history quota ingest
  tfo history SavedQuery/errors --scope eu/acme/shop -o json")]
pub(crate) struct HistoryArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// At most so many changes
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    limit: u64,
}

/// Return a resource to what it was
///
/// It gets a new generation; nothing of its history is lost. What a set of files owns is put back by the next apply.
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo history quota ingest
  tfo rollback quota ingest --to 6")]
pub(crate) struct RollbackArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Generation to return to, as `tfo history` shows it
    #[arg(long, value_name = "GENERATION")]
    to: u64,
}

const COLUMNS: &[Column<Revision>] = &[
    Column::number("GENERATION", |revision| Cell::new(revision.generation.to_string())),
    Column::whole("TIME", |revision| Cell::time(revision.at)),
    Column::text("BY", |revision| Cell::new(&revision.by)),
    Column::text("VIA", |revision| {
        Cell::new(match &revision.set {
            Some(set) => format!("{} ({set})", revision.via),
            None => revision.via.clone(),
        })
    }),
    Column::text("ACTION", |revision| Cell::new(&revision.action)),
    Column::text("CHANGES", |revision| Cell::new(changed_fields(&revision.fields))),
];

/// Changes as lines.
pub(super) fn table(items: &[Revision], look: &Look) -> String {
    table_of(COLUMNS, items, look)
}

/// Shows changes.
pub(crate) async fn run_history(args: HistoryArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let client = place.connect()?;
    let (resource, kind, scope) = match args.target.find(&client, place).await? {
        Found::Resource(resource, kind, scope) => (resource, kind, scope),
        Found::Nothing(message) => {
            out.say(&message);
            return Ok(Exit::NotFound);
        }
    };
    let part = Part { limit: usize::try_from(args.limit).ok(), page_token: None };
    let page = client.history(kind, &scope, &resource.metadata.name, &part).await?;
    match out.format() {
        Format::Table | Format::Wide => {
            let lines = table(&page.items, &out.look());
            out.write(&lines)?;
        }
        Format::Json | Format::Yaml => out.document(&page)?,
        Format::Jsonl => out.json_lines(&page.items)?,
        Format::Csv => {
            let row = |revision: &Revision| {
                let fields = changed_fields(&revision.fields);
                let set = revision.set.clone().unwrap_or_default();
                vec![
                    revision.generation.to_string(),
                    time(revision.at),
                    revision.by.clone(),
                    revision.via.clone(),
                    set,
                    revision.action.clone(),
                    fields,
                ]
            };
            let header =
                ["generation", "time", "by", "via", "set", "action", "changes"].map(str::to_owned).to_vec();
            out.csv(&std::iter::once(header).chain(page.items.iter().map(row)).collect::<Vec<_>>())?;
        }
    }
    out.flush()?;
    if page.next_page_token.is_some() {
        out.hint("there are more changes before these: a larger --limit shows them");
    }
    Ok(Exit::Done)
}

/// Returns to an earlier generation.
pub(crate) async fn run_rollback(
    args: RollbackArgs,
    place: &Place,
    out: &mut Printer,
) -> anyhow::Result<Exit> {
    let client = place.connect()?;
    let (before, kind, scope) = match args.target.find(&client, place).await? {
        Found::Resource(resource, kind, scope) => (resource, kind, scope),
        Found::Nothing(message) => {
            out.say(&message);
            return Ok(Exit::NotFound);
        }
    };
    let name = &before.metadata.name;
    let after = client.rollback(kind, &scope, name, args.to, Precondition::None).await?;
    let was = before.metadata.generation.unwrap_or_default();
    let is = after.metadata.generation.unwrap_or_default();
    if was == is {
        out.say(&format!("{}/{name} is as it was at generation {} already", kind.name, args.to));
        return Ok(Exit::Done);
    }
    out.say(&format!(
        "{0}/{name} is as it was at generation {1}, by a new generation {is}",
        kind.name, args.to
    ));
    out.say(&format!("undo it with: tfo rollback {}/{name} --scope {scope} --to {was}", kind.name));
    if let Some(set) = after.metadata.managed_by.first() {
        out.warn(&format!(
            "set {set} owns fields of it: its next apply puts them back, unless the files change too"
        ));
    }
    Ok(Exit::Done)
}
