//! `tfo edit`.

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use serde_json::Value;
use tfo_sdk::client::{Client, ClientError, Precondition};
use tfo_sdk::resource::{KindInfo, Manifest, Name, Resource, Scope};
use tfo_sdk::yaml::{self, Diagnostic, Document, Source, load};

use super::export::cleaned;
use super::target::{Found, TargetArgs};
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::Printer;

/// The lines at the top that are no part of the resource.
const MARK: &str = "# tfo: ";
/// The longest file that is read back.
const MAX_BYTES: u64 = yaml::MAX_BYTES as u64 + 1;

/// Edit a resource in $VISUAL or $EDITOR
///
/// A file with a mistake is opened again, with the message at its top; an empty file gives up. What sets of files own is
/// put back by their next apply.
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo edit quota ingest
  EDITOR='code --wait' tfo edit SavedQuery/errors")]
pub(crate) struct EditArgs {
    #[command(flatten)]
    target: TargetArgs,
}

/// Edits a resource.
pub(crate) async fn run(args: EditArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let client = place.connect()?;
    let (resource, kind, scope) = match args.target.find(&client, place).await? {
        Found::Resource(resource, kind, scope) => (resource, kind, scope),
        Found::Nothing(message) => {
            out.say(&message);
            return Ok(Exit::NotFound);
        }
    };
    anyhow::ensure!(
        !resource.metadata.built_in,
        "{}/{} is built in and cannot be changed",
        kind.name,
        resource.metadata.name
    );
    for set in &resource.metadata.managed_by {
        out.warn(&format!(
            "set {set} owns fields of it: its next apply puts them back, unless the files change too"
        ));
    }
    let generation = resource.metadata.generation.unwrap_or_default();
    let name = resource.metadata.name.clone();
    let original = yaml::to_yaml(&cleaned(*resource))?;
    let file = Draft::new(kind, &name, &original)?;
    let mut before = original.clone();
    let mut saved = Precondition::Generation(generation);
    loop {
        open(&file.0)?;
        let text = file.read()?;
        if text.trim().is_empty() {
            out.say("nothing was changed");
            return Ok(Exit::Done);
        }
        if text == original {
            out.say("nothing was changed");
            return Ok(Exit::Done);
        }
        let is_again = text == before && before != original;
        before.clone_from(&text);
        let message = match check(&text, kind, &name, &scope) {
            Ok(document) => match put(&client, kind, &scope, &name, document.value(), saved).await {
                Ok(after) => {
                    done(&after, kind, &scope, saved, generation, out);
                    return Ok(Exit::Done);
                }
                Err(PutError::Mistakes(found)) => {
                    let found: Vec<Diagnostic> = found
                        .into_iter()
                        .map(|(pointer, message)| {
                            document.diagnostic(&pointer, Diagnostic::error("invalid-value", message))
                        })
                        .collect();
                    rendered(&found, document.source())
                }
                Err(PutError::Stale(message)) => {
                    // Saving once more is meant: over what somebody else has done.
                    match client.find_resource(kind, &scope, &name).await {
                        Ok(now) => saved = counting_on(now.as_ref()),
                        Err(error) => return Err(file.kept(error, out)),
                    }
                    let again = match saved {
                        Precondition::Absent => "It is deleted by now. Save it again to make it anew",
                        _ => "Save it again to write over that",
                    };
                    format!("{message}\n{again}, or empty the file to give up.")
                }
                Err(PutError::Other(error)) => return Err(file.kept(error, out)),
            },
            Err(message) => message,
        };
        if is_again {
            let kept = file.keep();
            out.talk(&crate::text::lines(&message));
            out.say(&format!(
                "\nthis is what it was before: giving up; what you wrote is in {}",
                kept.display()
            ));
            return Ok(Exit::Failed);
        }
        file.write(&message, &text)?;
    }
}

fn done(
    after: &Resource,
    kind: &KindInfo,
    scope: &Scope,
    saved: Precondition,
    before: u64,
    out: &mut Printer,
) {
    let name = &after.metadata.name;
    if saved == Precondition::Absent {
        out.say(&format!("{}/{name} is made anew", kind.name));
        return;
    }
    if after.metadata.generation == Some(before) {
        out.say(&format!("{}/{name} means the same as before: nothing was changed", kind.name));
        return;
    }
    out.say(&format!(
        "{}/{name} is changed; undo it with: tfo rollback {0}/{name} --scope {scope} --to {before}",
        kind.name
    ));
}

/// What a change of a resource counts on that was looked at: that it is as it was then, or that there is none.
pub(crate) fn counting_on(resource: Option<&Resource>) -> Precondition {
    match resource {
        // One that can be had back is there no more.
        Some(resource) if resource.metadata.deleted_at.is_none() => {
            Precondition::Generation(resource.metadata.generation.unwrap_or_default())
        }
        _ => Precondition::Absent,
    }
}

/// Opens a text in the user's editor, in a file of this name that nobody else can look into; gives what became of it.
///
/// # Errors
/// There is no editor, it failed, or what it left cannot be read: then the message says where that is.
pub(crate) fn edit_text(name: &str, text: &str) -> anyhow::Result<String> {
    let draft = Draft::named(&file_name(name), text)?;
    open(&draft.0)?;
    let reason = match draft.contents() {
        Ok(text) if (text.len() as u64) < MAX_BYTES => return Ok(text),
        Ok(_) => "it has more than 4 MiB".to_owned(),
        Err(error) => format!("{error:#}"),
    };
    anyhow::bail!("{reason}; what you wrote is in {}", draft.keep().display())
}

/// A name as that of a file that stands where it is put.
fn file_name(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '-' }).take(100).collect();
    let plain = plain.trim_start_matches('.');
    if plain.is_empty() { "text".to_owned() } else { plain.to_owned() }
}

/// Reads what was written, or says what is wrong with it.
///
/// # Errors
/// All mistakes, each with its line.
pub(crate) fn check(text: &str, kind: &KindInfo, name: &Name, scope: &Scope) -> Result<Document, String> {
    let source = Source::new("edit.yaml", text.as_bytes());
    let mut documents = load(&source).map_err(|found| rendered(&found, &source))?;
    let document = match (documents.pop(), documents.len()) {
        (Some(document), 0) => document,
        (_, more) => {
            return Err(format!("expected one document, got {}", if more > 0 { more + 1 } else { 0 }));
        }
    };
    let located = |problems: Vec<tfo_sdk::resource::SpecProblem>| {
        let finding = |problem: tfo_sdk::resource::SpecProblem| {
            let mut finding = Diagnostic::error(problem.code, problem.message);
            finding.help = problem.help;
            document.diagnostic(&problem.pointer, finding)
        };
        rendered(&problems.into_iter().map(finding).collect::<Vec<_>>(), &source)
    };
    let manifest = Manifest::read(document.value(), scope).map_err(located)?;
    if manifest.kind.name != kind.name || manifest.metadata.name != *name || manifest.scope != *scope {
        return Err(format!(
            "kind, name and place stay what they are: {}/{name} in {scope}. A rename is a matter of `tfo apply` with \
             metadata.renamedFrom",
            kind.name
        ));
    }
    kind.canonical(&manifest.content["spec"]).map_err(located)?;
    Ok(document)
}

fn rendered(found: &[Diagnostic], source: &Source) -> String {
    yaml::render_all(found, yaml::Format::Concise, std::slice::from_ref(source), 25)
}

/// Why it was not taken.
enum PutError {
    Mistakes(Vec<(String, String)>),
    Stale(String),
    Other(ClientError),
}

async fn put(
    client: &Client,
    kind: &KindInfo,
    scope: &Scope,
    name: &Name,
    document: &Value,
    counting_on: Precondition,
) -> Result<Resource, PutError> {
    match client.put_resource(kind, scope, name, document, counting_on, "edit").await {
        Ok(resource) => Ok(resource),
        Err(ClientError::Problem(problem)) if problem.status == 400 && !problem.errors.is_empty() => Err(
            PutError::Mistakes(problem.errors.into_iter().map(|error| (error.path, error.message)).collect()),
        ),
        Err(ClientError::Problem(problem)) if matches!(problem.status, 409 | 412) => {
            Err(PutError::Stale(problem.detail))
        }
        Err(error) => Err(PutError::Other(error)),
    }
}

/// The file that is edited. It goes away in the end, unless it is kept.
struct Draft(PathBuf, std::cell::Cell<bool>);

impl Draft {
    fn new(kind: &KindInfo, name: &Name, text: &str) -> anyhow::Result<Self> {
        Self::named(&format!("{}-{name}.yaml", kind.name), text)
    }

    /// A file of this name with a text.
    fn named(name: &str, text: &str) -> anyhow::Result<Self> {
        // A folder of its own that nobody else can look into: what is edited may be anybody's business, or not.
        let mut folder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        let unique =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_nanos();
        let path = std::env::temp_dir().join(format!("tfo-edit-{}-{unique}", std::process::id()));
        folder.create(&path)?;
        let draft = Self(path.join(name), std::cell::Cell::new(false));
        std::fs::write(&draft.0, text)?;
        Ok(draft)
    }

    /// What stands in it.
    fn contents(&self) -> anyhow::Result<String> {
        let bytes = crate::bundle::read_file(&self.0, MAX_BYTES)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// What stands in it, without the messages at its top.
    fn read(&self) -> anyhow::Result<String> {
        let text = self.contents()?;
        Ok(text.split_inclusive('\n').filter(|line| !line.starts_with(MARK.trim_end())).collect())
    }

    /// Puts a message on top. The lines that it names are those of the text without it.
    fn write(&self, message: &str, text: &str) -> std::io::Result<()> {
        let count = message.lines().count() + 1;
        let mut head: String =
            message.lines().map(|line| format!("{MARK}{}\n", crate::text::row(line))).collect();
        head.push_str(&format!(
            "{MARK}(lines are counted from below these {count} lines, which are left out again)\n"
        ));
        std::fs::write(&self.0, head + text)
    }

    /// Leaves it where it is after an error, and says so.
    fn kept(&self, error: ClientError, out: &mut Printer) -> anyhow::Error {
        out.say(&format!("what you wrote is in {}", self.keep().display()));
        error.into()
    }

    /// Leaves it where it is.
    fn keep(&self) -> &Path {
        self.1.set(true);
        &self.0
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.1.get()
            && let Some(folder) = self.0.parent()
        {
            // That a temporary file stays behind is no reason to fail.
            let _ = std::fs::remove_file(&self.0);
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// Opens a file in the user's editor and waits for it to be closed.
fn open(file: &Path) -> anyhow::Result<()> {
    let said = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let default = if cfg!(windows) { "notepad" } else { "vi" };
    let editor = said("VISUAL").or_else(|| said("EDITOR")).unwrap_or_else(|| default.to_owned());
    // As git does it: what is said there may have options.
    let status = if cfg!(windows) {
        let mut words = editor.split_whitespace();
        Command::new(words.next().unwrap_or(default)).args(words).arg(file).status()
    } else {
        Command::new("sh").arg("-c").arg(format!("{editor} \"$@\"")).arg(&editor).arg(file).status()
    };
    let status =
        status.map_err(|error| anyhow::anyhow!("the editor {editor:?} cannot be started: {error}"))?;
    anyhow::ensure!(status.success(), "the editor {editor:?} ended with {status}; nothing was changed");
    Ok(())
}

#[cfg(test)]
mod tests {
    use tfo_sdk::resource::kind::find_exactly;

    use super::*;

    fn checked(text: &str) -> Result<(), String> {
        let kind = find_exactly("Quota").unwrap();
        check(text, kind, &"ingest".parse().unwrap(), &"eu/acme/shop".parse().unwrap()).map(|_| ())
    }

    const GOOD: &str = "apiVersion: tfo/v1\nkind: Quota\nmetadata: {name: ingest, workspace: eu/acme/shop}\nspec: {activeSeries: 5}\n";

    #[test]
    fn what_was_edited_is_checked_before_it_is_sent() {
        checked(GOOD).unwrap();
        assert!(checked(&GOOD.replace("name: ingest", "name: other")).unwrap_err().contains("renamedFrom"));
        insta::assert_snapshot!(checked(&GOOD.replace("activeSeries: 5", "activeSerie: 5")).unwrap_err());
        assert!(checked("").unwrap_err().contains("expected one document, got 0"));
        assert!(checked(&format!("{GOOD}---\n{GOOD}")).unwrap_err().contains("got 2"));
    }

    #[test]
    fn messages_on_top_are_no_part_of_the_file() {
        let draft = Draft::new(find_exactly("Quota").unwrap(), &"ingest".parse().unwrap(), GOOD).unwrap();
        draft.write("edit.yaml:4: wrong\nand more\u{1b}[2J", GOOD).unwrap();
        let raw = std::fs::read_to_string(&draft.0).unwrap();
        assert!(
            raw.starts_with("# tfo: edit.yaml:4: wrong\n# tfo: and more␛[2J\n# tfo: (lines are counted"),
            "{raw}"
        );
        assert_eq!(draft.read().unwrap(), GOOD);
        let folder = draft.0.parent().unwrap().to_owned();
        drop(draft);
        assert!(!folder.exists());
    }

    #[test]
    fn a_file_stands_in_its_own_folder_whatever_it_is_called() {
        for (name, file) in [
            ("Quota-ingest.yaml", "Quota-ingest.yaml"),
            ("../../etc/passwd", "-..-etc-passwd"),
            ("a b\n", "a-b-"),
            ("..", "text"),
            ("", "text"),
        ] {
            assert_eq!(file_name(name), file);
        }
        let draft = Draft::named(&file_name("/a"), "one").unwrap();
        assert_eq!(draft.contents().unwrap(), "one");
    }
}
