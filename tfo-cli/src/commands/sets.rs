//! `tfo sets`.

use clap::{Args, Subcommand};
use tfo_sdk::api::{MembersFate, SetDelete, SetMove, SetSummary};
use tfo_sdk::resource::{Name, ResourceRef, Scope, SetRef};

use super::target::{self, Found, ScopeArgs, find_one};
use crate::complete::Names;
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::table::{Cell, Column, table};
use crate::output::{Format, Printer};
use crate::views::time;

/// Show and change what bundles of files own
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo sets list
  tfo sets move Quota/ingest --to platform-team
  tfo sets delete shop --keep-members")]
pub(crate) struct SetsArgs {
    #[command(subcommand)]
    command: SetsCommand,
}

#[derive(Debug, Subcommand)]
enum SetsCommand {
    /// List sets: what each has, and who applied it last
    #[command(before_long_help = "\
Examples:
  tfo sets list
  tfo sets list --scope eu/acme -o json")]
    List {
        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// Give a resource to another set, with everything that its home has asked of it
    #[command(before_long_help = "\
Examples:
  tfo sets move Quota/ingest --to platform-team
  tfo sets move Quota/ingest --to shop --to-scope eu/acme/shop")]
    Move {
        /// The resource: KIND/NAME
        #[arg(value_name = "KIND/NAME", add = Names::KindsOrResources)]
        resource: String,
        /// Set that it goes to
        #[arg(long, value_name = "SET", add = Names::Sets)]
        to: Name,
        /// Place of that set [default: that of the resource's set]
        #[arg(long, value_name = "PLACE", add = Names::Places)]
        to_scope: Option<Scope>,
        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// End a set; its members stay, or are deleted with it
    #[command(before_long_help = "\
Examples:
  tfo sets delete shop --keep-members
  tfo sets delete shop --cascade --scope eu/acme/shop")]
    Delete(DeleteSetArgs),
}

#[derive(Debug, Args)]
struct DeleteSetArgs {
    /// The set
    #[arg(value_name = "SET", add = Names::Sets)]
    set: Name,
    #[command(flatten)]
    scope: ScopeArgs,
    /// Its members stay, and belong to nobody
    #[arg(long, conflicts_with = "cascade", required_unless_present = "cascade")]
    keep_members: bool,
    /// Its members are deleted with it, but for those that are protected
    #[arg(long)]
    cascade: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

const COLUMNS: &[Column<SetSummary>] = &[
    Column::text("SET", |summary| Cell::new(summary.set.name.as_str())),
    Column::text("PLACE", |summary| Cell::new(summary.set.scope.to_string())),
    Column::number("MEMBERS", |summary| Cell::new(summary.members.to_string())),
    Column::number("SHARED", |summary| Cell::new(summary.shared.to_string())),
    Column::whole("APPLIED", |summary| Cell::time(summary.applied_at)),
    Column::text("BY", |summary| Cell::new(&summary.by)),
];

/// Shows and changes sets.
pub(crate) async fn run(args: SetsArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let client = place.connect()?;
    match args.command {
        SetsCommand::List { scope } => {
            let page = client.sets(&scope.scope.unwrap_or_default()).await?;
            match out.format() {
                Format::Table | Format::Wide => {
                    let lines = table(COLUMNS, &page.items, &out.look());
                    out.write(&lines)?;
                }
                Format::Json | Format::Yaml => out.document(&page)?,
                Format::Jsonl => out.json_lines(&page.items)?,
                Format::Csv => {
                    let row = |summary: &SetSummary| {
                        let set = &summary.set;
                        vec![
                            set.name.to_string(),
                            set.scope.to_string(),
                            summary.members.to_string(),
                            summary.shared.to_string(),
                            time(summary.applied_at),
                            summary.by.clone(),
                        ]
                    };
                    let header =
                        ["set", "place", "members", "shared", "appliedAt", "by"].map(str::to_owned).to_vec();
                    out.csv(&std::iter::once(header).chain(page.items.iter().map(row)).collect::<Vec<_>>())?;
                }
            }
            out.flush()?;
            if page.items.is_empty() {
                out.hint("there are no sets yet; `tfo apply -f PATH --set NAME` makes one");
            }
        }
        SetsCommand::Move { resource, to, to_scope, scope } => {
            let (kind, name) = target::kind_and_name(&resource, None)?;
            let Some(name) = name else { anyhow::bail!("expected KIND/NAME") };
            let found = find_one(&client, kind, &name, &place.scope(scope.scope.as_ref())?).await?;
            let (resource, scope) = match found {
                Found::Resource(resource, _, scope) => (resource, scope),
                Found::Nothing(message) => {
                    out.say(&message);
                    return Ok(Exit::NotFound);
                }
            };
            let home = resource.metadata.managed_by.first();
            let set_scope =
                to_scope.or_else(|| home.map(|home| home.scope.clone())).unwrap_or_else(|| scope.clone());
            let to = SetRef { name: to, scope: set_scope };
            let reference = ResourceRef { kind: kind.name.to_owned(), scope, name };
            out.say(&format!("{reference} goes to set {to}"));
            client.move_to_set(&SetMove { reference, to }).await?;
        }
        SetsCommand::Delete(args) => {
            let set = SetRef { name: args.set, scope: place.scope(args.scope.scope.as_ref())? };
            let (members, question) = match args.cascade {
                true => (MembersFate::Cascade, format!("delete set {set} and all that it has?")),
                false => (MembersFate::Keep, format!("end set {set}? Its members stay")),
            };
            if !args.yes && super::is_interactive() && !super::confirm(&question, out)? {
                out.say("nothing was done");
                return Ok(Exit::Failed);
            }
            client.delete_set(&SetDelete { set: set.clone(), members }).await?;
            out.say(&format!("set {set} has ended"));
        }
    }
    Ok(Exit::Done)
}
