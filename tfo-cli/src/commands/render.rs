//! `tfo render`.

use clap::Args;
use tfo_sdk::yaml;

use super::input::InputArgs;
use crate::exit::Exit;
use crate::output::{Format, Output, Printer};
use crate::text;

/// Print documents as they would be applied: with overlays and variables
///
/// Secrets stay as they are written (`${env:NAME}`); one that stands in the file prints as `<set>`. In a document that is
/// not valid, everything that is to be filled in stays as it is written.
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo render -f ./observability
  tfo render -f ./observability --var stage=staging
  tfo render -f ./observability -o json")]
pub(crate) struct RenderArgs {
    #[command(flatten)]
    input: InputArgs,
}

/// Prints documents.
pub(crate) fn run(args: &RenderArgs, out: &mut Printer) -> anyhow::Result<Exit> {
    anyhow::ensure!(!args.input.is_empty(), "expected files: tfo render -f PATH");
    let bundle = match args.input.load(None) {
        Ok(bundle) => bundle,
        Err(faults) => return args.input.errors.faults(&faults, Output::Table, out),
    };
    let values: Vec<_> = bundle.entries.iter().map(crate::bundle::Entry::value_without_secrets).collect();
    match out.format() {
        Format::Json => out.document(&serde_json::json!({"items": values}))?,
        Format::Jsonl => out.json_lines(&values)?,
        _ => {
            for (entry, value) in bundle.entries.iter().zip(&values) {
                out.write(&format!("---\n# from {}\n", text::row(&entry.place().to_string())))?;
                out.write(&yaml::to_yaml(value)?)?;
            }
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}
