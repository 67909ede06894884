//! What commands with `-f` have alike: what to read, in which set, and how mistakes are shown.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};
use serde_json::Value;
use tfo_sdk::resource::{Name, Scope, SetRef};
use tfo_sdk::yaml::{self, Diagnostic, Source};

use crate::bundle::{self, Bundle, Faults, Input, Process};
use crate::complete::Names;
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::{Output, Printer};

/// Findings that are shown; the others are counted.
const MOST: usize = 25;

/// What to read.
#[derive(Debug, Clone, Args)]
pub(crate) struct InputArgs {
    /// File, folder or pattern (in quotes), - for stdin; may be given several times
    #[arg(short, long = "file", value_name = "PATH", help_heading = "Input", add = Names::Files)]
    pub(crate) files: Vec<String>,
    /// A variable for ${var:NAME}; may be given several times. true, false and numbers are what they are
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable, help_heading = "Input")]
    variables: Vec<(String, Value)>,
    #[command(flatten)]
    pub(crate) errors: ErrorArgs,
}

/// How mistakes are shown.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ErrorArgs {
    /// How mistakes in files are shown
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    error_format: ErrorFormat,
}

/// How mistakes are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum ErrorFormat {
    /// With the line of the file, and what to do
    #[default]
    Full,
    /// A line each
    Concise,
    /// One JSON document
    Json,
    /// Annotations of GitHub Actions
    Github,
}

/// Which set, and where.
#[derive(Debug, Clone, Args)]
pub(crate) struct SetArgs {
    /// Set that the files are of [default: that of tfo.yaml, else default]
    #[arg(long, value_name = "NAME", help_heading = "Set", add = Names::Sets)]
    pub(crate) set: Option<Name>,
    /// Place of the set, and of documents that name none: platform, or a path like eu/acme/shop/production
    /// [default: that of tfo.yaml, TFO_TENANT, or that of the context]
    #[arg(long, value_name = "PLACE", help_heading = "Set", add = Names::Places)]
    pub(crate) scope: Option<Scope>,
}

fn variable(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    if name.is_empty() {
        return Err("expected NAME=VALUE".to_owned());
    }
    let typed = match serde_json::from_str(value) {
        Ok(typed @ (Value::Bool(_) | Value::Number(_))) => typed,
        _ => Value::String(value.to_owned()),
    };
    Ok((name.to_owned(), typed))
}

impl InputArgs {
    /// Whether nothing was named.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The paths and the variables, as they were given.
    pub(crate) fn named(&self) -> (Vec<String>, BTreeMap<String, Value>) {
        (self.files.clone(), self.variables.iter().cloned().collect())
    }

    /// Reads what was named. A place is where documents stand that do not say so, whatever `tfo.yaml` says.
    pub(crate) fn load(&self, scope: Option<&Scope>) -> Result<Bundle, Faults> {
        let (paths, variables) = self.named();
        bundle::load(&Input { paths, variables, scope: scope.cloned() }, &Process)
    }
}

impl SetArgs {
    /// The set, and where documents stand that do not say so.
    pub(crate) fn resolve(&self, bundle: &Bundle, place: &Place) -> anyhow::Result<(SetRef, Scope)> {
        let name = self.set.clone().or_else(|| bundle.set.clone());
        let name = name.map_or_else(|| "default".parse(), Ok)?;
        let scope = place.scope(self.scope.as_ref().or(bundle.scope.as_ref()))?;
        let default =
            self.scope.clone().or_else(|| bundle.default_scope.clone()).unwrap_or_else(|| scope.clone());
        Ok((SetRef { name, scope }, default))
    }

    /// Whether somebody has said which set is meant.
    pub(crate) fn is_named(&self, bundle: &Bundle) -> bool {
        self.set.is_some() || bundle.set.is_some()
    }
}

impl ErrorArgs {
    /// Shows what is wrong with what was read, and gives the exit code.
    pub(crate) fn faults(self, faults: &Faults, output: Output, out: &mut Printer) -> anyhow::Result<Exit> {
        self.show(&faults.diagnostics, &faults.sources, output, out)?;
        Ok(exit(faults))
    }

    /// Shows findings: on stderr, for programs that asked for it on stdout.
    pub(crate) fn show(
        self,
        findings: &[Diagnostic],
        sources: &[Source],
        output: Output,
        out: &mut Printer,
    ) -> anyhow::Result<()> {
        if findings.is_empty() {
            return Ok(());
        }
        let format = match (self.error_format, output) {
            (ErrorFormat::Github, _) | (ErrorFormat::Full, Output::Github) => yaml::Format::Github,
            (ErrorFormat::Full, _) => yaml::Format::Full,
            (ErrorFormat::Concise, _) => yaml::Format::Concise,
            (ErrorFormat::Json, _) => yaml::Format::Json,
        };
        let text = yaml::render_all(findings, format, sources, MOST);
        // Annotations are read from stdout alone.
        if format == yaml::Format::Github {
            out.write(&text)?;
            return Ok(out.flush()?);
        }
        out.talk(&text);
        let count = findings.len();
        if format == yaml::Format::Full {
            out.talk(&format!("\n{count} {}\n", if count == 1 { "finding" } else { "findings" }));
        }
        Ok(())
    }
}

/// How a run ends that could not read what it was told to.
pub(crate) fn exit(faults: &Faults) -> Exit {
    if faults.is_missing { Exit::NotFound } else { Exit::Failed }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn variables_have_types_and_may_hold_anything() {
        for (text, name, value) in [
            ("a=b", "a", json!("b")),
            ("a=5", "a", json!(5)),
            ("a=true", "a", json!(true)),
            ("a=\"5\"", "a", json!("\"5\"")),
            ("a=b=c", "a", json!("b=c")),
            ("a=", "a", json!("")),
        ] {
            assert_eq!(variable(text), Ok((name.to_owned(), value)), "{text}");
        }
        assert!(variable("a").is_err() && variable("=b").is_err());
    }
}
