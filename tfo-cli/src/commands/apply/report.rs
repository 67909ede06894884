//! What is said about a plan, in every form, and which exit code it means.

use std::time::{SystemTime, UNIX_EPOCH};

use clap::ValueEnum;
use tfo_sdk::Timestamp;
use tfo_sdk::resource::plan::{Action, Plan, PlanDiagnostic, PlanSeverity};
use tfo_sdk::yaml::Diagnostic;

use super::LookArgs;
use crate::bundle::Bundle;
use crate::commands::input::ErrorArgs;
use crate::commands::validate::size;
use crate::exit::Exit;
use crate::output::{Format, Output, Printer};
use crate::views::plan::{Shown, github, markdown, summary, text, yaml_diff};

/// A difference that matters to whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Something is deleted
    Delete,
    /// Something was changed by hand
    Drift,
    /// Another set owns a field
    Conflict,
}

/// Whether a plan has one of these differences.
pub(super) fn matches(plan: &Plan, fail_on: &[FailOn]) -> bool {
    fail_on.iter().any(|what| match what {
        FailOn::Delete => plan.summary.delete > 0,
        FailOn::Drift => plan.summary.drift > 0,
        FailOn::Conflict => plan.summary.conflict > 0,
    })
}

/// How plans of a bundle are shown.
pub(super) struct Report<'a> {
    pub(super) bundle: &'a Bundle,
    pub(super) output: Output,
    pub(super) look: LookArgs,
    pub(super) errors: ErrorArgs,
    pub(super) verb: &'static str,
}

impl Report<'_> {
    /// Shows a plan: itself on stdout, what is wrong with the files on stderr.
    pub(super) fn show(&self, plan: &Plan, out: &mut Printer) -> anyhow::Result<()> {
        let shown = Shown { defaults: self.look.show_defaults, full: self.look.full, now: now() };
        let (located, others): (Vec<_>, Vec<_>) =
            plan.diagnostics.iter().partition(|diagnostic| self.locate(diagnostic).is_some());
        let findings: Vec<Diagnostic> = located.into_iter().filter_map(|found| self.locate(found)).collect();
        match self.output {
            Output::Markdown => {
                let text = markdown::markdown(plan, &shown);
                // A comment that is there already is brought up to date with this; --quiet leaves it alone.
                let is_silent = text.is_empty() && !self.look.quiet;
                out.write(&if is_silent { markdown::nothing(plan) } else { text })?;
            }
            Output::Github => out.write(&github::annotations(plan, &shown))?,
            Output::YamlDiff => out.write(&yaml_diff::yaml_diff(plan, &shown))?,
            _ => match out.format() {
                Format::Json | Format::Yaml => out.document(plan)?,
                Format::Jsonl => out.json_lines(&plan.changes)?,
                Format::Csv => anyhow::bail!("-o csv is not for plans; -o json has everything"),
                Format::Table | Format::Wide => {
                    let look = out.look();
                    let lines = text::text(plan, &self.head(plan), &look, &shown);
                    out.write(&lines)?;
                    if out.is_terminal() || !self.look.quiet || !plan.is_empty() {
                        let gap = if lines.is_empty() { "" } else { "\n" };
                        out.write(&format!("{gap}{}\n", summary(plan)))?;
                    }
                }
            },
        }
        out.flush()?;
        self.errors.show(&findings, &self.bundle.sources, self.output, out)?;
        let look = out.look();
        for diagnostic in others {
            out.talk(&text::remark(diagnostic, look.paint));
        }
        // Where the plan goes to a file or a program, a person sees at least what it comes to.
        if !out.is_terminal() && !self.look.quiet {
            out.say(&format!("tfo {}: {}", self.verb, summary(plan)));
        }
        if plan.conflicts.iter().any(|conflict| !conflict.path.is_empty()) {
            out.hint("leave the fields out of your files, or take them over with --force-conflicts");
        }
        Ok(())
    }

    /// `tfo diff  set shop  →  eu/acme/shop/production   14 resources in 2 files`
    fn head(&self, plan: &Plan) -> String {
        let set = &plan.set;
        format!("tfo {}  set {}  →  {}    {}", self.verb, set.name, set.scope, size(self.bundle))
    }

    /// What the daemon says about a document, at the line that it is about.
    fn locate(&self, diagnostic: &PlanDiagnostic) -> Option<Diagnostic> {
        let entry = self.bundle.entries.get(diagnostic.document?)?;
        let finding = match diagnostic.severity {
            PlanSeverity::Error => Diagnostic::error(diagnostic.code.clone(), diagnostic.message.clone()),
            PlanSeverity::Warning => Diagnostic::warning(diagnostic.code.clone(), diagnostic.message.clone()),
        };
        Some(entry.diagnostic(&diagnostic.pointer, finding))
    }

    /// The exit code of a plan that cannot be done.
    pub(super) fn refusal(&self, plan: &Plan) -> Option<Exit> {
        let errors: Vec<&PlanDiagnostic> =
            plan.diagnostics.iter().filter(|found| found.severity == PlanSeverity::Error).collect();
        if !errors.is_empty() {
            let is_missing = errors.iter().all(|error| error.code == "missing-place");
            return Some(if is_missing { Exit::NotFound } else { Exit::Failed });
        }
        (!plan.conflicts.is_empty()).then_some(Exit::Conflict)
    }
}

/// Now, for how long ago something was.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}

/// Whether two plans do the same, whatever their documents' lines are.
pub(super) fn does_the_same(one: &Plan, other: &Plan) -> bool {
    let actions = |plan: &Plan| {
        let changes = plan.changes.iter().filter(|change| change.action != Action::Unchanged);
        let bare = changes.cloned().map(|mut change| {
            change.source = None;
            change
        });
        bare.collect::<Vec<_>>()
    };
    one.set == other.set && actions(one) == actions(other)
}
