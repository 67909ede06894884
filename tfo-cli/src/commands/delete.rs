//! `tfo delete`.

use clap::Args;
use tfo_sdk::client::{Client, Precondition};
use tfo_sdk::resource::kind::find_exactly;
use tfo_sdk::resource::{KindInfo, Manifest, ResourceRef, Scope};

use super::input::InputArgs;
use super::target::{self, Found, ScopeArgs, find_one};
use crate::complete::Names;
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::{Output, Printer};

/// Delete resources: one, or those of files
///
/// What is protected, named by others, or has others in it is not deleted. Of several, those inside go first; each is a
/// change of its own, and what was done is said. To delete what is no longer in your files, use `tfo apply --prune`.
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo delete quota ingest
  tfo delete SavedQuery/errors --scope eu/acme/shop
  tfo delete -f ./old --yes
  tfo delete tenant staging --scope eu/acme/shop --erase")]
pub(crate) struct DeleteArgs {
    /// Kind, or KIND/NAME
    #[arg(value_name = "KIND", required_unless_present = "files", conflicts_with = "files", add = Names::KindsOrResources)]
    kind: Option<String>,
    /// Name of the resource
    #[arg(value_name = "NAME", add = Names::Resources)]
    name: Option<String>,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    scope: ScopeArgs,
    /// Erase a tenant at once with its telemetry, also one that is deleted already: it cannot be had back
    #[arg(long, conflicts_with = "files", requires = "kind")]
    erase: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// What is not there is no error
    #[arg(long)]
    ignore_not_found: bool,
}

/// Deletes.
pub(crate) async fn run(args: DeleteArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let client = place.connect()?;
    let mut missing = false;
    let targets: Vec<ResourceRef> = match &args.kind {
        Some(kind) => {
            let (kind, name) = target::kind_and_name(kind, args.name.as_deref())?;
            let Some(name) = name else {
                anyhow::bail!("expected the name of a resource: {} NAME", kind.name)
            };
            anyhow::ensure!(
                !args.erase || kind.grace.is_some(),
                "{} cannot be erased: it has no telemetry",
                kind.name
            );
            let scope = place.scope(args.scope.scope.as_ref())?;
            // What is deleted is found by its very place alone.
            if args.erase && scope.level() != tfo_sdk::resource::Level::Platform {
                let target = ResourceRef { kind: kind.name.to_owned(), scope, name };
                return erase(&client, kind, &target, args.yes, out).await;
            }
            anyhow::ensure!(!args.erase, "say with --scope which workspace the tenant is in");
            match find_one(&client, kind, &name, &scope).await? {
                Found::Resource(_, kind, scope) => {
                    vec![ResourceRef { kind: kind.name.to_owned(), scope, name }]
                }
                Found::Nothing(message) => {
                    missing = true;
                    out.say(&message);
                    Vec::new()
                }
            }
        }
        None => {
            let bundle = match args.input.load(args.scope.scope.as_ref()) {
                Ok(bundle) => bundle,
                Err(faults) => return args.input.errors.faults(&faults, Output::Table, out),
            };
            let said = args.scope.scope.as_ref().or(bundle.default_scope.as_ref()).or(bundle.scope.as_ref());
            match references(&bundle, &place.scope(said)?) {
                Ok(references) => references,
                Err(findings) => {
                    args.input.errors.show(&findings, &bundle.sources, Output::Table, out)?;
                    return Ok(Exit::Failed);
                }
            }
        }
    };
    if !args.yes && !targets.is_empty() && super::is_interactive() {
        let question = match targets.as_slice() {
            [one] => format!("delete {one}?"),
            many => format!("delete {} resources?", many.len()),
        };
        if !super::confirm(&question, out)? {
            out.say("nothing was done");
            return Ok(Exit::Failed);
        }
    }
    for target in &targets {
        let Some(kind) = find_exactly(&target.kind) else { continue };
        match client.delete_resource(kind, &target.scope, &target.name, Precondition::None, "delete").await {
            Ok(()) => {
                let kept = if kind.grace.is_some() {
                    "; it can be had back for a time by applying it again"
                } else {
                    ""
                };
                out.say(&format!("{target} is deleted{kept}"));
            }
            Err(error) if error.is_not_found() => {
                missing = true;
                out.say(&format!("{target} is not there"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(if missing && !args.ignore_not_found { Exit::NotFound } else { Exit::Done })
}

/// Erases a tenant.
async fn erase(
    client: &Client,
    kind: &KindInfo,
    target: &ResourceRef,
    yes: bool,
    out: &mut Printer,
) -> anyhow::Result<Exit> {
    if !yes && super::is_interactive() {
        let question = format!("erase {target} with all of its telemetry, for good?");
        if !super::confirm(&question, out)? {
            out.say("nothing was done");
            return Ok(Exit::Failed);
        }
    }
    match client.erase_resource(kind, &target.scope, &target.name, "delete").await {
        Ok(()) => {
            out.say(&format!("{target} is deleted, and its telemetry is being erased"));
            Ok(Exit::Done)
        }
        Err(error) if error.is_not_found() => {
            out.say(&format!("{target} is not there"));
            Ok(Exit::NotFound)
        }
        Err(error) => Err(error.into()),
    }
}

/// What the documents of a bundle name, those inside of others first.
fn references(
    bundle: &crate::bundle::Bundle,
    default: &Scope,
) -> Result<Vec<ResourceRef>, Vec<tfo_sdk::yaml::Diagnostic>> {
    let mut findings = Vec::new();
    let mut references = Vec::new();
    for entry in &bundle.entries {
        match Manifest::read(&entry.value, default) {
            Ok(manifest) => references.push(manifest.reference()),
            Err(problems) => findings.extend(problems.iter().map(|problem| entry.problem(problem))),
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let rank = |reference: &ResourceRef| {
        // In the registry, what others stand in or refer to comes first.
        let at = tfo_sdk::resource::kinds::ALL.iter().position(|kind| kind.name == reference.kind);
        std::cmp::Reverse((at, reference.scope.level()))
    };
    references.sort_by_key(|reference| (rank(reference), reference.clone()));
    references.dedup();
    Ok(references)
}
