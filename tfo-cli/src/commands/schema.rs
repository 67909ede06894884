//! `tfo schema`.

use clap::Args;
use tfo_sdk::resource::schema::{document_schema, kind_schema};

use super::target;
use crate::complete::Names;
use crate::exit::Exit;
use crate::output::{Format, Printer};

/// Print the JSON Schema of resources, for editors
///
/// An editor with the YAML language server completes and checks documents with this line above them, each of a file for
/// itself: `# yaml-language-server: $schema=tfo.schema.json`
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo schema > tfo.schema.json            all kinds: what an editor wants
  tfo schema SavedQuery                   one kind")]
pub(crate) struct SchemaArgs {
    /// Kind; all of them in one without it
    #[arg(value_name = "KIND", add = Names::Kinds)]
    kind: Option<String>,
}

/// Prints a schema.
pub(crate) fn run(args: &SchemaArgs, out: &mut Printer) -> anyhow::Result<Exit> {
    let schema = match &args.kind {
        Some(kind) => kind_schema(target::kind(kind)?),
        None => document_schema(),
    };
    match out.format() {
        Format::Jsonl => out.json_lines(&[schema])?,
        // JSON, as long as nothing else is asked for.
        _ => out.document(&schema)?,
    }
    out.flush()?;
    Ok(Exit::Done)
}
