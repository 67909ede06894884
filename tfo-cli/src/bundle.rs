//! What `-f` names, as documents that are ready to be sent: files, folders, patterns and stdin, with the overlays of
//! `tfo.yaml` and with `${env:…}`, `${file:…}` and `${var:…}` filled in.
//!
//! Every value knows where it was written, also when a patch wrote it, so that whatever is found about it later is shown
//! there. Kept out: what kinds mean, which the SDK knows, and what is stored, which the daemon knows.

mod entry;
mod files;
mod interpolate;
mod overlay;
mod settings;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use tfo_sdk::resource::{Name, Scope};
use tfo_sdk::yaml::{Diagnostic, Document, Source, load_partly};

pub(crate) use entry::Entry;
use files::File;
pub(crate) use files::read as read_file;
use interpolate::Variables;
use settings::Settings;

/// Name of the file with the overlays of a folder.
pub(crate) const SETTINGS_FILE: &str = "tfo.yaml";

/// Bytes of all files together: as much as the daemon takes.
const MAX_BYTES: usize = 64 << 20;

/// What to read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Input {
    /// Files, folders, patterns, and `-` for stdin.
    pub(crate) paths: Vec<String>,
    /// Variables that win over those of `tfo.yaml`.
    pub(crate) variables: BTreeMap<String, Value>,
    /// Where documents stand that do not say so, whatever `tfo.yaml` says.
    pub(crate) scope: Option<Scope>,
}

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Bundle {
    /// The set that `tfo.yaml` names.
    pub(crate) set: Option<Name>,
    /// Where the set stands, by `tfo.yaml`.
    pub(crate) scope: Option<Scope>,
    /// Where documents stand that do not say so, by `tfo.yaml`, where that holds for all of them. It is written into them
    /// as far as it can be said there.
    pub(crate) default_scope: Option<Scope>,
    /// The documents.
    pub(crate) entries: Vec<Entry>,
    /// Files with documents that were read.
    pub(crate) files: usize,
    /// Whether files were named one by one, so that what is absent may just not have been named.
    pub(crate) is_partial: bool,
    /// The texts, to show places in them. Secrets are blotted out.
    pub(crate) sources: Vec<Source>,
}

/// Why nothing can be done with what was read.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// What is wrong, by file and place.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The texts, to show places in them. Secrets are blotted out.
    pub(crate) sources: Vec<Source>,
    /// Whether what was named is not there.
    pub(crate) is_missing: bool,
}

/// Where values come from that files ask for.
pub(crate) trait Surroundings {
    /// A variable of the environment.
    fn variable(&self, name: &str) -> Option<String>;
    /// What comes on stdin.
    fn stdin(&self) -> std::io::Result<Vec<u8>>;
}

/// Those of this process.
pub(crate) struct Process;

impl Surroundings for Process {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn stdin(&self) -> std::io::Result<Vec<u8>> {
        use std::io::Read as _;
        let mut bytes = Vec::new();
        // One byte more than is read, so that too much is seen to be too much.
        std::io::stdin().take(tfo_sdk::yaml::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Reads what is named, or says everything that is wrong with it.
pub(crate) fn load(input: &Input, surroundings: &dyn Surroundings) -> Result<Bundle, Faults> {
    let mut loader = Loader { surroundings, bundle: Bundle::default(), faults: Faults::default(), bytes: 0 };
    loader.read(input);
    let Loader { mut bundle, mut faults, .. } = loader;
    let sources = entry::blotted(&bundle.entries, std::mem::take(&mut bundle.sources));
    if faults.diagnostics.is_empty() {
        bundle.sources = sources;
        return Ok(bundle);
    }
    faults.diagnostics.sort();
    // Not all of it could be read as a document.
    faults.sources = sources.iter().map(entry::blotted_by_name).collect();
    Err(faults)
}

struct Loader<'a> {
    surroundings: &'a dyn Surroundings,
    bundle: Bundle,
    faults: Faults,
    bytes: usize,
}

impl Loader<'_> {
    fn read(&mut self, input: &Input) {
        let found = files::find(&input.paths);
        self.faults.is_missing = found.is_missing;
        self.faults.diagnostics.extend(found.diagnostics);
        self.bundle.is_partial = found.is_partial;
        let mut groups: Vec<(Option<Arc<Settings>>, Vec<File>)> = Vec::new();
        for group in found.groups {
            let settings = match &group.settings {
                // Without what it says, the files are not what is meant: only their overlays' mistakes are told.
                Some(file) => match self.settings(file, input) {
                    Some(settings) => Some(settings),
                    None => continue,
                },
                None => None,
            };
            let files = match &settings {
                Some(settings) => settings.included(group.files),
                None => group.files,
            };
            self.refuse_settings_within(&files);
            groups.push((settings, files));
        }
        let with_documents = groups.iter().filter(|(_, files)| !files.is_empty());
        let mut defaults = with_documents
            .map(|(settings, _)| settings.as_ref().and_then(|found| found.default_scope.clone()));
        let first = defaults.next().flatten();
        let is_for_all = defaults.all(|default| default == first);
        self.bundle.default_scope = first.filter(|_| is_for_all);
        for (settings, files) in groups {
            let entries = self.entries(&files, settings.as_deref(), input);
            match &settings {
                Some(settings) => {
                    let (mut entries, diagnostics) = overlay::apply(settings, entries);
                    self.faults.diagnostics.extend(diagnostics);
                    if input.scope.is_none() {
                        let unsaid = overlay::settle(settings, &mut entries);
                        // Where it holds for all of them, it need not be said.
                        self.faults.diagnostics.extend(unsaid.into_iter().filter(|_| !is_for_all));
                    }
                    self.bundle.entries.extend(entries);
                }
                None => self.bundle.entries.extend(entries),
            }
        }
    }

    fn settings(&mut self, file: &File, input: &Input) -> Option<Arc<Settings>> {
        let source = self.source(file)?;
        match Settings::read(&source, &file.folder(), &input.variables, self.surroundings) {
            Ok(settings) => {
                let bundle = &mut self.bundle;
                let mut differs = |name: &'static str| {
                    let message = format!("another {SETTINGS_FILE} says another `{name}`");
                    let help = "apply the folders one by one, or say it with the flag for all of them";
                    let finding = Diagnostic::error("two-bundles", message).with_help(help);
                    self.faults.diagnostics.push(settings.document.diagnostic(&format!("/{name}"), finding));
                };
                if !agree(&mut bundle.set, settings.set.as_ref()) {
                    differs("set");
                }
                if !agree(&mut bundle.scope, settings.scope.as_ref()) {
                    differs("scope");
                }
                Some(Arc::new(settings))
            }
            Err(diagnostics) => {
                self.faults.diagnostics.extend(diagnostics);
                None
            }
        }
    }

    /// The overlays of a folder are for that folder, and would be left out in silence.
    fn refuse_settings_within(&mut self, files: &[File]) {
        for file in files.iter().filter(|file| file.is_settings()) {
            let message = "a bundle within a bundle".to_owned();
            let help = "apply it by its own -f, or leave its folder out with `include` of the outer one";
            let finding = Diagnostic::error("nested-bundle", message).of(&file.name).with_help(help);
            self.faults.diagnostics.push(finding);
        }
    }

    fn source(&mut self, file: &File) -> Option<Source> {
        let bytes = match &file.path {
            None => self.surroundings.stdin(),
            Some(path) => files::read(path, tfo_sdk::yaml::MAX_BYTES as u64 + 1),
        };
        let finding = match bytes {
            Ok(bytes) if self.bytes + bytes.len() <= MAX_BYTES => {
                self.bytes += bytes.len();
                let source = Source::new(&file.name, bytes);
                self.bundle.sources.push(source.clone());
                return Some(source);
            }
            Ok(_) => Diagnostic::error("too-much", "all files together have more than 64 MiB")
                .with_help("apply them in several sets"),
            Err(error) => Diagnostic::error("unreadable", format!("cannot be read: {error}")),
        };
        self.faults.diagnostics.push(finding.of(&file.name));
        None
    }

    fn entries(&mut self, files: &[File], settings: Option<&Settings>, input: &Input) -> Vec<Entry> {
        let own = settings.map_or_else(|| input.variables.clone(), |settings| settings.variables.clone());
        let mut entries = Vec::new();
        for file in files.iter().filter(|file| !file.is_settings()) {
            let Some(source) = self.source(file) else { continue };
            self.bundle.files += 1;
            let loaded = load_partly(&source);
            self.faults.diagnostics.extend(loaded.diagnostics);
            let folder = file.folder();
            let variables = Variables { own: &own, folder: &folder, surroundings: self.surroundings };
            for document in loaded.documents {
                self.document(document, &variables, &mut entries);
            }
        }
        entries
    }

    fn document(&mut self, document: Document, variables: &Variables<'_>, entries: &mut Vec<Entry>) {
        let mut value = document.value().clone();
        let problems = interpolate::interpolate(&mut value, variables);
        let document = Arc::new(document);
        self.faults.diagnostics.extend(
            problems.into_iter().map(|problem| document.diagnostic(&problem.pointer, problem.diagnostic)),
        );
        match entry::split(&document, value) {
            Ok(found) => entries.extend(found),
            Err(diagnostic) => self.faults.diagnostics.push(*diagnostic),
        }
    }
}

/// Takes a value in, unless there is another one already.
fn agree<T: Clone + PartialEq>(known: &mut Option<T>, said: Option<&T>) -> bool {
    match (&known, said) {
        (Some(known), Some(said)) => known == said,
        (None, Some(said)) => {
            *known = Some(said.clone());
            true
        }
        (_, None) => true,
    }
}

/// A path as messages name it.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    match text.strip_prefix("./") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => text.into_owned(),
    }
}
