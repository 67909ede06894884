//! `tfo explain`.

use std::fmt::Write as _;

use clap::Args;
use serde_json::Value;
use tfo_sdk::resource::schema::{Field, explain};
use tfo_sdk::resource::{KindInfo, kinds};

use super::target;
use crate::complete::Names;
use crate::exit::Exit;
use crate::output::Printer;
use crate::output::style::{Paint, Style};
use crate::text;

/// Explain a kind or one of its fields: type, default, examples
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo explain                             which kinds there are
  tfo explain SavedQuery
  tfo explain RoleBinding.spec.subjects
  tfo explain quota.spec.ingestBytesPerDay")]
pub(crate) struct ExplainArgs {
    /// KIND, or KIND.FIELD.FIELD
    #[arg(value_name = "KIND.FIELD", add = Names::Fields)]
    path: Option<String>,
}

/// Explains.
pub(crate) fn run(args: &ExplainArgs, out: &mut Printer) -> anyhow::Result<Exit> {
    let look = out.look();
    let text = match &args.path {
        None => all_kinds(),
        Some(path) => {
            let mut parts = path.split('.');
            let kind = target::kind(parts.next().unwrap_or_default())?;
            let rest: Vec<&str> = parts.collect();
            let field = explain(kind, &rest)?;
            describe(kind, &rest, &field, look.paint)
        }
    };
    out.write(&text)?;
    out.flush()?;
    Ok(Exit::Done)
}

fn all_kinds() -> String {
    let widest = kinds::ALL.iter().map(|kind| kind.name.len()).max().unwrap_or_default();
    kinds::ALL.iter().map(|kind| format!("{:widest$}  {}\n", kind.name, kind.about)).collect()
}

fn describe(kind: &KindInfo, path: &[&str], field: &Field, paint: Paint) -> String {
    let title = std::iter::once(kind.name).chain(path.iter().copied()).collect::<Vec<_>>().join(".");
    let mut out = format!("{}\n", paint.apply(Style::Title, &text::row(&title)));
    let mut line = |name: &str, content: &str| {
        if !content.is_empty() {
            let _ = writeln!(out, "  {name:9} {content}");
        }
    };
    if path.is_empty() {
        let levels: Vec<&str> = kind.levels.iter().map(|level| level.as_str()).collect();
        line("is", kind.about);
        line("stands at", &levels.join(", "));
        line("also", &[&[kind.plural], kind.short].concat().join(", "));
    } else {
        line("is", &field.about);
        line("type", &field.type_name);
        line("required", if field.is_required { "yes" } else { "" });
        line("default", &field.default.as_ref().map(shown).unwrap_or_default());
        line("one of", &field.values.iter().map(shown).collect::<Vec<_>>().join(", "));
        line("like", &field.examples.iter().map(shown).collect::<Vec<_>>().join(", "));
        for condition in &field.conditions {
            line("must be", condition);
        }
        line("secret", if field.is_secret { "yes: it never comes back out" } else { "" });
    }
    if !field.fields.is_empty() {
        out.push('\n');
        push_fields(&mut out, &field.fields, 1);
    }
    out
}

/// The fields, and what is in them, a line each.
fn push_fields(out: &mut String, fields: &[Field], depth: usize) {
    let head = |field: &Field| {
        let mark = if field.is_required { "*" } else { "" };
        format!("{}{}{mark}", "  ".repeat(depth), field.name)
    };
    let widest = fields.iter().map(|field| head(field).len()).max().unwrap_or_default();
    let widest_type = fields.iter().map(|field| field.type_name.len()).max().unwrap_or_default();
    for field in fields {
        let line = format!("{:widest$}  {:widest_type$}  {}", head(field), field.type_name, field.about);
        let _ = writeln!(out, "{}", text::row(line.trim_end()));
        push_fields(out, &field.fields, depth + 1);
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(path: &str) -> String {
        let mut parts = path.split('.');
        let kind = target::kind(parts.next().unwrap()).unwrap();
        let rest: Vec<&str> = parts.collect();
        describe(kind, &rest, &explain(kind, &rest).unwrap(), Paint::Plain)
    }

    #[test]
    fn kinds_and_fields_are_explained() {
        insta::assert_snapshot!(all_kinds());
        insta::assert_snapshot!(explained("saved-queries"));
        insta::assert_snapshot!(explained("SavedQuery.spec.since"));
        insta::assert_snapshot!(explained("rb.spec.subjects.kind"));
        insta::assert_snapshot!(explained("ApiKey.spec.secret"));
    }
}
