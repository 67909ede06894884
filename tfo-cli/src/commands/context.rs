//! `tfo context`.

use clap::{Args, Subcommand};
use tfo_sdk::resource::Scope;

use crate::complete::Names;
use crate::connection::Place;
use crate::contexts::{Context, Contexts, folder};
use crate::exit::Exit;
use crate::output::style::Style;
use crate::output::table::{Align, Cell, Head, render};
use crate::output::{Format, Printer};

/// Choose which daemon and which place commands are for
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo context set prod --url https://tfo.example.com --tenant eu/acme/shop/production
  tfo context use prod
  tfo context list")]
pub(crate) struct ContextArgs {
    #[command(subcommand)]
    command: ContextCommand,
}

#[derive(Debug, Subcommand)]
enum ContextCommand {
    /// List contexts; the one in use has a star
    #[command(before_long_help = "\
Examples:
  tfo context list
  tfo context list -o json")]
    List,
    /// Use a context when none is named
    #[command(before_long_help = "\
Examples:
  tfo context use prod
  tfo context use -                       none: the daemon of this machine")]
    Use {
        /// Its name, or - for none
        #[arg(value_name = "NAME", add = Names::Contexts)]
        name: String,
    },
    /// Make a context, or change it
    #[command(before_long_help = "\
Examples:
  tfo context set prod --url https://tfo.example.com --tenant eu/acme/shop/production
  tfo context set acme --scope eu/acme")]
    Set(SetContextArgs),
}

#[derive(Debug, Args)]
struct SetContextArgs {
    /// Its name
    #[arg(value_name = "NAME", add = Names::Contexts)]
    name: String,
    /// Place that one works in, where that is no tenant
    #[arg(long, value_name = "PLACE", conflicts_with = "tenant", add = Names::Places)]
    scope: Option<Scope>,
}

/// Shows and changes contexts.
pub(crate) fn run(args: ContextArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let folder = folder(|name| std::env::var(name).ok());
    let mut contexts = Contexts::read(&folder)?;
    match args.command {
        ContextCommand::List => {
            list(&contexts, out)?;
            out.flush()?;
            if contexts.contexts.is_empty() {
                out.hint("there are none yet; `tfo context set NAME --url URL` makes one");
            }
        }
        ContextCommand::Use { name } => {
            contexts.current = (name != "-").then(|| name.clone());
            contexts.choose(None)?;
            contexts.write(&folder)?;
            out.say(&match contexts.current {
                Some(name) => format!("commands are for {name} from now on"),
                None => "no context is in use".to_owned(),
            });
        }
        ContextCommand::Set(set) => {
            anyhow::ensure!(!set.name.is_empty() && set.name != "-", "expected a name");
            let context = contexts.contexts.entry(set.name.clone()).or_default();
            if let Some(url) = &place.url {
                // What is no URL is said now, and not at the first command.
                context.url = Some(tfo_sdk::client::Client::new(url)?.url().to_owned());
            }
            if place.tenant.is_some() || set.scope.is_some() {
                (context.tenant, context.scope) = (place.tenant.clone(), set.scope);
            }
            contexts.write(&folder)?;
            out.say(&format!("context {0} is there; `tfo context use {0}` takes it up", set.name));
        }
    }
    Ok(Exit::Done)
}

fn list(contexts: &Contexts, out: &mut Printer) -> anyhow::Result<()> {
    match out.format() {
        Format::Json | Format::Yaml => return out.document(contexts),
        Format::Jsonl => return contexts.contexts.iter().try_for_each(|pair| out.json_lines(&[pair])),
        Format::Table | Format::Wide | Format::Csv => {}
    }
    let is_current = |name: &String| contexts.current.as_ref() == Some(name);
    let place = |context: &Context| context.place().map(ToString::to_string).unwrap_or_default();
    let url = |context: &Context| context.url.clone().unwrap_or_default();
    if out.format() == Format::Csv {
        let row = |(name, context): (&String, &Context)| {
            vec![name.clone(), url(context), place(context), is_current(name).to_string()]
        };
        let header = ["name", "url", "place", "current"].map(str::to_owned).to_vec();
        return out
            .csv(&std::iter::once(header).chain(contexts.contexts.iter().map(row)).collect::<Vec<_>>());
    }
    let heads = ["", "NAME", "URL", "PLACE"].map(|title| Head::new(title, Align::Left));
    let cell = |text: String| if text.is_empty() { Cell::absent() } else { Cell::new(text) };
    let rows = contexts.contexts.iter().map(|(name, context)| {
        let mark = if is_current(name) { "*" } else { "" };
        vec![Cell::new(mark).style(Style::Good), Cell::new(name), cell(url(context)), cell(place(context))]
    });
    let lines = render(&heads, rows.collect(), &out.look());
    Ok(out.write(&lines)?)
}
