//! `tfo diff` and `tfo apply`: one planner, on the daemon, and what it says, shown here.

mod plan_file;
mod report;
#[cfg(test)]
mod tests;

use clap::Args;
use serde_json::Value;
use tfo_sdk::client::{Client, ClientError};
use tfo_sdk::resource::Name;
use tfo_sdk::resource::kind::find_exactly;
use tfo_sdk::resource::plan::{Action, Expectation, FieldOp, Plan, PlanRequest, Prune};
use tfo_sdk::resource::schema::secret_pointers;

use super::input::{InputArgs, SetArgs};
use super::{validate, wait};
use crate::bundle::Bundle;
use crate::complete::Names;
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::{Output, Printer};
use plan_file::PlanFile;
use report::{FailOn, Report};

/// What is applied, and how.
#[derive(Debug, Clone, Args)]
struct PlanArgs {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    set: SetArgs,
    /// Delete the set's resources that are not among the files; needs a set that was named
    #[arg(long, help_heading = "Prune")]
    prune: bool,
    /// Delete at most so many [default: 10, or 30 % of the set]
    #[arg(long, value_name = "N", requires = "prune", help_heading = "Prune")]
    prune_limit: Option<u64>,
    /// Kinds that hold data or access and may be deleted all the same
    #[arg(long, value_name = "KINDS", value_delimiter = ',', requires = "prune", help_heading = "Prune", add = Names::Kinds)]
    prune_kinds: Vec<String>,
    /// Delete everything that the set has, when there are no files
    #[arg(long, requires = "prune", help_heading = "Prune")]
    allow_empty: bool,
    /// Take fields over from other sets
    #[arg(long, help_heading = "Set")]
    force_conflicts: bool,
    /// Take resources in that were made outside of any set
    #[arg(long, help_heading = "Set")]
    adopt: bool,
    /// Take resources over from this set
    #[arg(long, value_name = "SET", help_heading = "Set", add = Names::Sets)]
    adopt_from: Option<Name>,
    /// Leave fields as they are that somebody has changed by hand
    #[arg(long, help_heading = "Set")]
    keep_drift: bool,
    #[command(flatten)]
    look: LookArgs,
}

/// How the plan is shown.
#[derive(Debug, Clone, Copy, Args)]
struct LookArgs {
    /// Show fields too that the daemon fills in
    #[arg(long, help_heading = "Output")]
    show_defaults: bool,
    /// Cut nothing
    #[arg(long, help_heading = "Output")]
    full: bool,
    /// Print nothing on stdout where nothing differs
    #[arg(short, long, help_heading = "Output")]
    quiet: bool,
}

/// Show what applying files would change
///
/// Exits with 0 without differences, 1 with some, 2 after an error, 3 with a conflict, 4 when something is not allowed,
/// 5 when a file or a place is not there.
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo diff -f ./observability
  tfo diff -f ./observability --set shop --prune
  tfo diff -f . -o markdown > comment.md           for a pull request
  tfo diff -f . --live                             only what was changed by hand: drift
  tfo diff -f . --out plan.json                    to be applied later: tfo apply plan.json
  tfo diff -f . -o yaml-diff | delta")]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    plan: PlanArgs,
    /// Exit with 0 also when something differs
    #[arg(long, help_heading = "Exit code")]
    exit_zero: bool,
    /// Exit with 1 only for these differences
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',', help_heading = "Exit code")]
    fail_on: Vec<FailOn>,
    /// Show only what was changed by hand since it was applied
    #[arg(long, help_heading = "Output")]
    live: bool,
    /// Write the plan into a file
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    out: Option<std::path::PathBuf>,
}

/// Apply files: make what is new, change what differs, all or nothing
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo apply -f ./observability
  tfo apply -f ./observability --set shop --prune
  tfo apply plan.json                              what `tfo diff --out plan.json` has shown
  tfo apply -f . --force-conflicts --yes           take over what other sets own
  cat quota.yaml | tfo apply -f -")]
pub(crate) struct ApplyArgs {
    /// Plan file of `tfo diff --out`
    #[arg(value_name = "PLAN", conflicts_with = "files")]
    plan_file: Option<std::path::PathBuf>,
    #[command(flatten)]
    plan: PlanArgs,
    /// Do not ask before something is deleted or taken over
    #[arg(short, long, help_heading = "Running")]
    yes: bool,
    /// Wait until what was applied is ready
    #[arg(long, help_heading = "Running")]
    wait: bool,
    /// How long to wait
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = wait::duration, help_heading = "Running")]
    timeout: std::time::Duration,
}

impl PlanArgs {
    /// The request that these make of a bundle.
    fn request(&self, bundle: &Bundle, place: &Place) -> anyhow::Result<PlanRequest> {
        let (set, default) = self.set.resolve(bundle, place)?;
        if self.prune {
            anyhow::ensure!(
                self.set.is_named(bundle),
                "--prune needs a set that was named, with --set or in tfo.yaml: it deletes what the set has and the \
                 files lack"
            );
            anyhow::ensure!(
                !bundle.is_partial,
                "--prune wants whole folders: what is not in a single file may stand in another one"
            );
        }
        Ok(PlanRequest {
            set,
            default_scope: Some(default),
            documents: bundle.entries.iter().map(crate::bundle::Entry::to_source_document).collect(),
            commit: false,
            prune: self.prune.then(|| Prune {
                limit: self.prune_limit,
                kinds: self.prune_kinds.clone(),
                allow_empty: self.allow_empty,
            }),
            force_conflicts: self.force_conflicts,
            adopt: self.adopt,
            adopt_from: self.adopt_from.clone(),
            keep_drift: self.keep_drift,
            expect: Vec::new(),
        })
    }
}

/// A bundle with what to ask of the daemon, or the exit code where it is none.
fn prepare(
    plan: &PlanArgs,
    place: &Place,
    output: Output,
    out: &mut Printer,
) -> anyhow::Result<Result<(Bundle, PlanRequest), Exit>> {
    anyhow::ensure!(!plan.input.is_empty(), "expected files: -f PATH");
    let bundle = match plan.input.load(plan.set.scope.as_ref()) {
        Ok(bundle) => bundle,
        Err(faults) => return Ok(Err(plan.input.errors.faults(&faults, output, out)?)),
    };
    let request = plan.request(&bundle, place)?;
    if bundle.entries.is_empty() && !plan.allow_empty {
        anyhow::bail!(
            "there are no documents in what was named; where all that the set has is to be deleted, say --prune \
             --allow-empty"
        );
    }
    plan.input.errors.show(&validate::literal_secrets(&bundle), &bundle.sources, output, out)?;
    Ok(Ok((bundle, request)))
}

/// Shows what would change.
pub(crate) async fn run_diff(
    args: DiffArgs,
    place: &Place,
    output: Output,
    out: &mut Printer,
) -> anyhow::Result<Exit> {
    let (bundle, request) = match prepare(&args.plan, place, output, out)? {
        Ok(prepared) => prepared,
        Err(exit) => return Ok(exit),
    };
    let client = place.connect()?;
    let mut plan = ask(&client, &request, out).await?;
    if args.live {
        only_drift(&mut plan);
    }
    let report = Report {
        bundle: &bundle,
        output,
        look: args.plan.look,
        errors: args.plan.input.errors,
        verb: "diff",
    };
    report.show(&plan, out)?;
    let refused = report.refusal(&plan);
    if let Some(path) = &args.out {
        match refused {
            None => {
                PlanFile::new(&args.plan, &request, &bundle, &plan).write(path)?;
                out.say(&format!("the plan is in {0}: tfo apply {0}", path.display()));
            }
            Some(_) => out.warn("a plan that is refused is not written"),
        }
    }
    if let Some(exit) = refused {
        return Ok(exit);
    }
    let differs =
        if args.fail_on.is_empty() { !plan.is_empty() } else { report::matches(&plan, &args.fail_on) };
    let differs = if args.live { plan.summary.drift > 0 } else { differs };
    Ok(if differs && !args.exit_zero { Exit::Differences } else { Exit::Done })
}

/// Applies files.
pub(crate) async fn run_apply(
    args: ApplyArgs,
    place: &Place,
    output: Output,
    out: &mut Printer,
) -> anyhow::Result<Exit> {
    let client = place.connect()?;
    let (bundle, mut request, planned) = match &args.plan_file {
        Some(path) => {
            let file = PlanFile::read(path)?;
            match file.input.load(&args.plan.input) {
                Ok(bundle) => {
                    let request = file.request(&bundle)?;
                    (bundle, request, Some(file.plan))
                }
                Err(faults) => return args.plan.input.errors.faults(&faults, output, out),
            }
        }
        None => match prepare(&args.plan, place, output, out)? {
            Ok((bundle, request)) => (bundle, request, None),
            Err(exit) => return Ok(exit),
        },
    };
    let report = Report {
        bundle: &bundle,
        output,
        look: args.plan.look,
        errors: args.plan.input.errors,
        verb: "apply",
    };
    let may_destroy = request.prune.is_some() || request.force_conflicts || request.adopt_from.is_some();
    let asks = may_destroy && !args.yes && planned.is_none() && super::is_interactive();
    // What is asked about, or was planned before, is looked at first, and then done exactly so.
    if asks || planned.is_some() {
        let plan = ask(&client, &request, out).await?;
        if let Some(exit) = report.refusal(&plan) {
            report.show(&plan, out)?;
            return Ok(exit);
        }
        if let Some(planned) = &planned
            && !plan_file::is_same(planned, &plan)
        {
            report.show(&plan, out)?;
            out.say("the plan is stale: this is not what it showed; make a new one with tfo diff --out");
            return Ok(Exit::Conflict);
        }
        if asks && destroys(&plan) {
            report.show(&plan, out)?;
            let question = format!("{}: go on?", crate::views::plan::summary(&plan));
            if !super::confirm(&question, out)? {
                out.say("nothing was done");
                return Ok(Exit::Failed);
            }
        }
        request.expect = expectations(&plan);
    }
    request.commit = true;
    let plan = tokio::select! {
        plan = ask(&client, &request, out) => plan?,
        _ = tokio::signal::ctrl_c() => {
            eprintln!("interrupted while the daemon was at it: `tfo diff` shows whether it was done");
            return Ok(Exit::Interrupted);
        }
    };
    report.show(&plan, out)?;
    if let Some(exit) = report.refusal(&plan) {
        return Ok(exit);
    }
    if args.wait {
        return wait::for_changes(&client, &plan, args.timeout, out).await;
    }
    Ok(Exit::Done)
}

/// Sends a plan; a large one is announced.
async fn ask(client: &Client, request: &PlanRequest, out: &mut Printer) -> Result<Plan, ClientError> {
    /// So many documents take long enough to be wondered at.
    const MANY: usize = 500;
    if request.documents.len() >= MANY && super::is_interactive() {
        out.say(&format!("planning {} resources …", request.documents.len()));
    }
    let mut plan = client.plan(request).await?;
    hide_secrets(&mut plan);
    Ok(plan)
}

/// The daemon sends no secrets. Should one come all the same, it goes no further than here.
fn hide_secrets(plan: &mut Plan) {
    let hide = |value: &mut Option<Value>, mark: &str| {
        if let Some(value) = value
            && !matches!(value.as_str(), Some("<set>" | "<changed>" | "<unset>"))
        {
            *value = Value::from(mark);
        }
    };
    let is_secret = |kind: &str, path: &str| {
        let pointers = find_exactly(kind).map(secret_pointers).unwrap_or_default();
        pointers.iter().any(|pointer| path.starts_with(pointer.as_str()))
    };
    for change in &mut plan.changes {
        let kind = change.reference.kind.clone();
        for field in change.fields.iter_mut().filter(|field| field.sensitive || is_secret(&kind, &field.path))
        {
            field.sensitive = true;
            hide(&mut field.before, "<set>");
            // A change must not look like none.
            hide(&mut field.after, if field.op == FieldOp::Replace { "<changed>" } else { "<set>" });
        }
    }
    for conflict in plan.conflicts.iter_mut().filter(|found| is_secret(&found.reference.kind, &found.path)) {
        hide(&mut conflict.wanted, "<set>");
        for owner in &mut conflict.owners {
            owner.value = Value::from("<set>");
        }
    }
}

/// Whether something goes away, or is taken from somebody.
fn destroys(plan: &Plan) -> bool {
    let is_taken = |reason: &String| reason == "taken-over";
    plan.changes.iter().any(|change| change.action == Action::Delete || change.reasons.iter().any(is_taken))
}

/// Each resource must be as it was when the plan was made.
fn expectations(plan: &Plan) -> Vec<Expectation> {
    let expectation = |change: &tfo_sdk::resource::plan::Change| {
        let mut reference = change.reference.clone();
        // What is renamed is still called by its old name.
        if let Some(name) = &change.renamed_from {
            reference.name = name.clone();
        }
        Expectation { reference, generation: change.base_generation }
    };
    plan.changes.iter().map(expectation).collect()
}

/// Leaves of a plan what was changed by hand.
fn only_drift(plan: &mut Plan) {
    for change in &mut plan.changes {
        change.fields.retain(|field| field.drift.is_some());
    }
    plan.changes.retain(|change| !change.fields.is_empty());
}
