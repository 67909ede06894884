//! `tfo get`.

use std::time::Duration;

use clap::Args;
use tfo_sdk::api::WatchEvent;
use tfo_sdk::client::{Client, ResourceRead, Watch};
use tfo_sdk::resource::{KindInfo, Resource, Scope, Selector, kinds};

use super::target::{self, Found, ScopeArgs, find_one, list_scope, scope_of};
use crate::complete::Names;
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::{Format, Output, Printer};
use crate::views::resource::{csv, table};

/// How long it takes until a connection that has ended is made again.
const PAUSE: Duration = Duration::from_secs(1);

/// List resources, or show one
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo get tenants                         those of the context's place and below it
  tfo get quotas -A                       everywhere
  tfo get quota ingest -o yaml            one resource
  tfo get roles,role-bindings -l team=checkout
  tfo get all -o name
  tfo get saved-queries -w                changes, as they are made")]
pub(crate) struct GetArgs {
    /// Kind, plural or short name; several with commas; all; or KIND/NAME
    #[arg(value_name = "KIND", add = Names::KindsOrResources)]
    kind: String,
    /// Name of the resource
    #[arg(value_name = "NAME", add = Names::Resources)]
    name: Option<String>,
    /// Only with these labels: team=checkout,tier!=web,env in (a, b),owner,!legacy
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    labels: Option<String>,
    /// Go on with changes as they are made, until Ctrl-C
    #[arg(short, long)]
    watch: bool,
    /// Everywhere
    #[arg(short = 'A', long, conflicts_with = "scope", help_heading = "Place")]
    all_places: bool,
    #[command(flatten)]
    scope: ScopeArgs,
    /// Those too that are deleted and can be had back
    #[arg(long)]
    deleted: bool,
}

/// Lists resources.
pub(crate) async fn run(
    args: GetArgs,
    place: &Place,
    output: Output,
    out: &mut Printer,
) -> anyhow::Result<Exit> {
    let scope = if args.all_places { Scope::PLATFORM } else { place.scope(args.scope.scope.as_ref())? };
    let client = place.connect()?;
    if args.name.is_some() || args.kind.contains('/') {
        let (kind, name) = target::kind_and_name(&args.kind, args.name.as_deref())?;
        let Some(name) = name else { anyhow::bail!("expected the name of a resource: KIND/NAME") };
        return match find_one(&client, kind, &name, &scope).await? {
            Found::Resource(resource, ..) => {
                one(kind, &resource, output, out)?;
                out.flush()?;
                Ok(Exit::Done)
            }
            Found::Nothing(message) => {
                out.say(&message);
                Ok(Exit::NotFound)
            }
        };
    }
    let kinds = kinds_of(&args.kind)?;
    let mut lists = Vec::new();
    for kind in kinds {
        let read = ResourceRead {
            scope: if args.all_places { Scope::PLATFORM } else { list_scope(kind, &scope) },
            labels: args.labels.clone(),
            deleted: args.deleted,
            ..ResourceRead::default()
        };
        let page = client.all_resources(kind, &read).await?;
        lists.push((kind, read.scope, page.items, page.revision));
    }
    print(&lists, output, out)?;
    out.flush()?;
    if args.watch {
        let [(kind, scope, _, revision)] = lists.as_slice() else { anyhow::bail!("--watch is for one kind") };
        let labels: Selector = args.labels.as_deref().map(str::parse).transpose()?.unwrap_or_default();
        let watching = Watching { client: &client, kind, scope, labels, output };
        return watching.run(*revision, out).await;
    }
    if lists.iter().all(|(_, _, items, _)| items.is_empty()) {
        let what = if let [(kind, ..)] = lists.as_slice() { kind.plural } else { "resources" };
        out.hint(&format!(
            "no {what} in {scope} or below; -A looks everywhere, `tfo explain` says what there can be"
        ));
    }
    Ok(Exit::Done)
}

fn kinds_of(text: &str) -> anyhow::Result<Vec<&'static KindInfo>> {
    if text == "all" {
        return Ok(kinds::ALL.iter().collect());
    }
    text.split(',').map(target::kind).collect()
}

type List = (&'static KindInfo, Scope, Vec<Resource>, i64);

fn print(lists: &[List], output: Output, out: &mut Printer) -> anyhow::Result<()> {
    let all = || lists.iter().flat_map(|(_, _, items, _)| items);
    if output == Output::Name {
        return all().try_for_each(|resource| name(resource, out));
    }
    match out.format() {
        Format::Json => {
            let items: Vec<&Resource> = all().collect();
            out.document(&serde_json::json!({"items": items}))
        }
        Format::Jsonl => all().try_for_each(|resource| out.json_lines(std::slice::from_ref(resource))),
        Format::Yaml => all().try_for_each(|resource| {
            out.write("---\n")?;
            out.document(resource)
        }),
        Format::Csv => lists.iter().try_for_each(|(kind, _, items, _)| out.csv(&csv(kind, items, true))),
        Format::Table | Format::Wide => {
            let filled: Vec<&List> = lists.iter().filter(|(_, _, items, _)| !items.is_empty()).collect();
            for (at, (kind, scope, items, _)) in filled.iter().enumerate() {
                if filled.len() > 1 {
                    out.write(&format!("{}{}\n", if at > 0 { "\n" } else { "" }, kind.name))?;
                }
                let with_place = items.iter().any(|resource| scope_of(resource) != *scope);
                let lines = table(kind, items, with_place, &out.look());
                out.write(&lines)?;
            }
            Ok(())
        }
    }
}

fn name(resource: &Resource, out: &mut Printer) -> anyhow::Result<()> {
    Ok(out.write(&format!("{}/{}\n", crate::text::row(&resource.kind), resource.metadata.name))?)
}

fn one(kind: &KindInfo, resource: &Resource, output: Output, out: &mut Printer) -> anyhow::Result<()> {
    if output == Output::Name {
        return name(resource, out);
    }
    match out.format() {
        Format::Json | Format::Yaml => out.document(resource),
        Format::Jsonl => out.json_lines(std::slice::from_ref(resource)),
        Format::Csv => out.csv(&csv(kind, std::slice::from_ref(resource), true)),
        Format::Table | Format::Wide => {
            let lines = table(kind, std::slice::from_ref(resource), true, &out.look());
            Ok(out.write(&lines)?)
        }
    }
}

/// Whose changes are shown, and how.
struct Watching<'a> {
    client: &'a Client,
    kind: &'static KindInfo,
    scope: &'a Scope,
    labels: Selector,
    output: Output,
}

impl Watching<'_> {
    /// Prints changes as they are made; goes on behind the last one when the connection ends.
    async fn run(&self, revision: i64, out: &mut Printer) -> anyhow::Result<Exit> {
        let mut since = revision;
        let mut is_lost = false;
        loop {
            match self.client.watch(self.kind, self.scope, since).await {
                Ok(events) => {
                    if std::mem::take(&mut is_lost) {
                        out.say(&format!("{} is back", self.client.url()));
                    }
                    if let Some(exit) = self.follow(events, &mut since, out).await? {
                        return Ok(exit);
                    }
                }
                Err(error) if error.is_temporary() => {
                    if !std::mem::replace(&mut is_lost, true) {
                        out.say(&format!("{error}; trying again, nothing is lost"));
                    }
                }
                Err(error) => return Err(error.into()),
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                _ = tokio::signal::ctrl_c() => return Ok(Exit::Done),
            }
        }
    }

    /// Prints the changes of one connection; `None` when it has ended and another one may go on.
    async fn follow(
        &self,
        mut events: Watch,
        since: &mut i64,
        out: &mut Printer,
    ) -> anyhow::Result<Option<Exit>> {
        loop {
            let event = tokio::select! {
                event = events.next() => event,
                _ = tokio::signal::ctrl_c() => return Ok(Some(Exit::Done)),
            };
            match event {
                Ok(Some(event)) => {
                    *since = event.revision;
                    // What is gone has no labels any more, and is told to everybody.
                    let labels = event.resource.as_ref().map(|resource| &resource.metadata.labels);
                    if labels.is_none_or(|labels| self.labels.matches(labels)) {
                        show(self.kind, &event, self.output, out)?;
                    }
                }
                Ok(None) => return Ok(None),
                Err(error) if error.is_temporary() => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn show(kind: &KindInfo, event: &WatchEvent, output: Output, out: &mut Printer) -> anyhow::Result<()> {
    match (out.format(), output, &event.resource) {
        (Format::Json | Format::Jsonl, ..) => out.json_lines(std::slice::from_ref(event))?,
        (Format::Yaml, ..) => {
            out.write("---\n")?;
            out.document(event)?;
        }
        (Format::Csv, _, Some(resource)) => out.csv(&csv(kind, std::slice::from_ref(resource), false))?,
        _ => {
            let line = format!("{:8} {}\n", crate::text::row(&event.action), event.reference);
            out.write(&line)?;
        }
    }
    Ok(out.flush()?)
}
