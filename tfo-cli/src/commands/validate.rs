//! `tfo validate`.

use std::collections::BTreeMap;

use clap::Args;
use tfo_sdk::resource::{Manifest, ResourceRef, Scope};
use tfo_sdk::yaml::{Diagnostic, Format, render_all};

use super::input::{InputArgs, SetArgs, exit};
use crate::bundle::{Bundle, Entry};
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::{Output, Printer};
use crate::text::counted;

/// Check files without a daemon
///
/// Everything that can be known from the files alone: syntax, fields, values, names, and resources that are there twice.
/// Whether what they refer to exists, only a daemon knows: `tfo diff`.
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo validate -f ./observability
  tfo validate -f alerts.yaml -f roles/ --error-format concise
  helm template chart | tfo validate -f -
  tfo validate -f . -o github              annotations in a pull request
  tfo validate -f . -o json | jq '.diagnostics[].message'")]
pub(crate) struct ValidateArgs {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    set: SetArgs,
    /// Treat warnings as errors: secrets that stand in a file
    #[arg(long, help_heading = "Input")]
    strict: bool,
}

/// Checks files.
pub(crate) fn run(
    args: &ValidateArgs,
    place: &Place,
    output: Output,
    out: &mut Printer,
) -> anyhow::Result<Exit> {
    anyhow::ensure!(!args.input.is_empty(), "expected files: tfo validate -f PATH");
    let bundle = match args.input.load(args.set.scope.as_ref()) {
        Ok(bundle) => bundle,
        Err(faults) if output == Output::Json => {
            out.write(&render_all(&faults.diagnostics, Format::Json, &faults.sources, usize::MAX))?;
            out.flush()?;
            return Ok(exit(&faults));
        }
        Err(faults) => return args.input.errors.faults(&faults, output, out),
    };
    let (_, default) = args.set.resolve(&bundle, place)?;
    let mut findings = check(&bundle, &default);
    let has_errors = !findings.is_empty();
    let warnings = literal_secrets(&bundle);
    let is_refused = has_errors || (args.strict && !warnings.is_empty());
    findings.extend(warnings);
    findings.sort();
    if output == Output::Json {
        out.write(&render_all(&findings, Format::Json, &bundle.sources, usize::MAX))?;
        out.flush()?;
        return Ok(if is_refused { Exit::Failed } else { Exit::Done });
    }
    args.input.errors.show(&findings, &bundle.sources, output, out)?;
    if is_refused {
        return Ok(Exit::Failed);
    }
    if bundle.entries.is_empty() {
        out.warn("there are no documents in what was named");
    } else {
        out.say(&format!("{} are valid", size(&bundle)));
    }
    Ok(Exit::Done)
}

/// `14 resources in 2 files`
pub(crate) fn size(bundle: &Bundle) -> String {
    format!("{} in {}", counted(bundle.entries.len(), "resource"), counted(bundle.files, "file"))
}

/// Everything that is wrong with the documents of a bundle.
pub(crate) fn check(bundle: &Bundle, default: &Scope) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut seen: BTreeMap<ResourceRef, &Entry> = BTreeMap::new();
    for entry in &bundle.entries {
        let manifest = match Manifest::read(&entry.value, default) {
            Ok(manifest) => manifest,
            Err(problems) => {
                findings.extend(problems.iter().map(|problem| entry.problem(problem)));
                // The spec is looked at all the same, where it is known what it should be.
                let kind = entry.kind().and_then(|kind| tfo_sdk::resource::kind::find_exactly(kind));
                if let (Some(kind), Some(spec)) =
                    (kind, entry.value.get("spec").filter(|spec| spec.is_object()))
                {
                    let problems = kind.canonical(spec).err().unwrap_or_default();
                    findings.extend(problems.iter().map(|problem| entry.problem(problem)));
                }
                continue;
            }
        };
        if let Err(problems) = manifest.kind.canonical(&manifest.content["spec"]) {
            findings.extend(problems.iter().map(|problem| entry.problem(problem)));
        }
        let reference = manifest.reference();
        match seen.get(&reference) {
            Some(first) => {
                let message = format!("{reference} stands here twice");
                let finding =
                    Diagnostic::error("duplicate-resource", message).with_help("keep one of the two");
                findings.push(related(entry.diagnostic("/metadata/name", finding), first));
            }
            None => {
                seen.insert(reference, entry);
            }
        }
    }
    findings.sort();
    findings.dedup();
    findings
}

fn related(finding: Diagnostic, first: &Entry) -> Diagnostic {
    // The place of the other one is that of its name.
    let first = first.diagnostic("/metadata/name", Diagnostic::error("", ""));
    match (first.file, first.span) {
        (Some(file), Some(span)) => finding.related_to(file, span, "first here"),
        _ => finding,
    }
}

/// Secrets that stand in a file, where everybody who sees the file sees them.
pub(crate) fn literal_secrets(bundle: &Bundle) -> Vec<Diagnostic> {
    let finding = |entry: &Entry, pointer: &String| {
        let finding = Diagnostic::warning("literal-secret", "this secret stands in the file");
        entry.diagnostic(
            pointer,
            finding.with_help("write `${env:NAME}`, and set the variable where this is applied"),
        )
    };
    let entries = bundle.entries.iter();
    entries
        .flat_map(|entry| entry.literal_secrets().into_iter().map(move |pointer| finding(entry, &pointer)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser as _;

    use super::*;
    use crate::bundle::{Input, Process, load};
    use crate::cli::{Cli, Command};
    use crate::output::tests::printer;

    fn bundle(paths: &[&Path]) -> Bundle {
        let paths = paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
        let loaded = load(&Input { paths, ..Input::default() }, &Process);
        loaded.unwrap_or_else(|faults| panic!("{:?}", faults.diagnostics))
    }

    #[test]
    fn the_example_of_an_organization_is_valid_without_any_variable() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/gitops");
        let bundle = bundle(&[&folder]);
        assert_eq!(check(&bundle, &Scope::PLATFORM), []);
        assert_eq!(literal_secrets(&bundle), []);
        assert_eq!(bundle.set.as_ref().unwrap().as_str(), "acme");
        let count = |kind: &str| bundle.entries.iter().filter(|entry| entry.kind().unwrap() == kind).count();
        assert_eq!((count("Organization"), count("Workspace"), count("Tenant")), (1, 2, 6));
        for kind in
            ["Role", "RoleBinding", "ApiKey", "Quota", "RetentionPolicy", "SavedQuery", "User", "Region"]
        {
            assert!(count(kind) > 0, "{kind}");
        }
    }

    #[test]
    fn what_a_program_asks_for_is_on_stdout_also_when_nothing_is_wrong() {
        let file = std::env::temp_dir().join(format!("tfo-validate-json-{}.yaml", std::process::id()));
        let validated = |text: &str| {
            std::fs::write(&file, text).unwrap();
            let name = file.to_string_lossy().into_owned();
            let cli = Cli::try_parse_from(["tfo", "validate", "-f", &name, "-o", "json"]).unwrap();
            let Some(Command::Validate(args)) = cli.command else { unreachable!("it is that command") };
            let (mut out, stdout, _) = printer(crate::output::Format::Json, None);
            let exit = run(&args, &cli.place, cli.print.output, &mut out).unwrap();
            let found: serde_json::Value = serde_json::from_str(&stdout.text()).unwrap();
            (exit, found["diagnostics"].as_array().unwrap().len())
        };
        let region = "apiVersion: tfo/v1\nkind: Region\nmetadata: {name: eu}\n";
        assert_eq!(validated(region), (Exit::Done, 0));
        assert_eq!(validated(&format!("{region}spec: {{displayName: 5}}\n")), (Exit::Failed, 1));
        assert_eq!(validated("kind: [").0, Exit::Failed);
        std::fs::remove_file(&file).unwrap();
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let folder = std::env::temp_dir().join(format!("tfo-validate-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let files = [
            (
                "a.yaml",
                "apiVersion: tfo/v1\nkind: Region\nmetadata: {name: eu}\n---\nkind: Quota\nmetadata: {name: Q}\n",
            ),
            (
                "b.yaml",
                "apiVersion: tfo/v1\nkind: Region\nmetadata: {name: eu}\nspec: {displayName: 5}\n---\napiVersion: tfo/v1\nkind: Quota\nmetadata: {name: q, lables: {}}\nspec: {active: 5}\n",
            ),
        ];
        for (name, text) in files {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let bundle = bundle(&[&folder.join("b.yaml"), &folder.join("a.yaml")]);
        let found = check(&bundle, &Scope::PLATFORM);
        let text = render_all(&found, Format::Concise, &bundle.sources, 25);
        insta::assert_snapshot!(text.replace(&format!("{}/", folder.display()), ""));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
