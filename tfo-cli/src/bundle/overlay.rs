//! What `tfo.yaml` adds to documents: labels, annotations, patches, and where they stand.

use serde_json::{Map, Value};
use tfo_sdk::resource::kind::{find, find_exactly};
use tfo_sdk::resource::problem::below;
use tfo_sdk::resource::{Level, Scope};
use tfo_sdk::yaml::{Diagnostic, nearest};

use super::entry::{Entry, Origin};
use super::settings::Settings;

/// The documents with what is added to them, and what is wrong with the patches.
pub(super) fn apply(settings: &Settings, mut entries: Vec<Entry>) -> (Vec<Entry>, Vec<Diagnostic>) {
    for entry in &mut entries {
        for (field, added) in [("labels", &settings.labels), ("annotations", &settings.annotations)] {
            add(entry, settings, field, added);
        }
    }
    let mut diagnostics = Vec::new();
    for (at, patch) in settings.patches.iter().enumerate() {
        let mut is_used = false;
        for entry in &mut entries {
            let is_meant = entry.kind().is_some_and(|kind| *kind == patch.kind)
                && patch.name.as_ref().is_none_or(|name| entry.name() == Some(name.as_str()));
            if is_meant {
                is_used = true;
                let mut merge = Merge { settings, origins: &mut entry.origins };
                merge.object(&mut entry.value, &patch.patch, "", &format!("/patches/{at}/patch"));
            }
        }
        if !is_used {
            diagnostics.push(unused(settings, at, &entries));
        }
    }
    (entries, diagnostics)
}

/// Writes the default place into the documents that do not say where they stand, and complains of those in which it
/// cannot be said.
pub(super) fn settle(settings: &Settings, entries: &mut [Entry]) -> Vec<Diagnostic> {
    let Some(default) = &settings.default_scope else { return Vec::new() };
    let mut diagnostics = Vec::new();
    for entry in entries {
        let Some(kind) = entry.kind().and_then(|kind| find_exactly(kind)) else { continue };
        let Some(Value::Object(metadata)) = entry.value.get_mut("metadata") else { continue };
        if Level::ALL.iter().any(|level| metadata.contains_key(level.as_str())) {
            continue;
        }
        match kind.scope_in(default) {
            Some(scope) if scope != Scope::PLATFORM => {
                let key = scope.level().as_str();
                metadata.insert(key.to_owned(), Value::String(scope.to_string()));
                entry.origins.push(Origin {
                    pointer: format!("/metadata/{key}"),
                    document: settings.document.clone(),
                    at: format!("/defaults/{}", default.level().as_str()),
                });
            }
            // It stands there wherever it is looked from.
            Some(_) if kind.levels == [Level::Platform] => {}
            _ => {
                let message = format!("the default place of its folder, {default}, cannot be said in it");
                let finding = Diagnostic::error("missing-scope", message)
                    .with_help("say in its metadata where it stands, or apply its folder without the others");
                diagnostics.push(entry.diagnostic("/metadata", finding));
            }
        }
    }
    diagnostics
}

/// Adds labels, or annotations, that a document does not have.
fn add(
    entry: &mut Entry,
    settings: &Settings,
    field: &str,
    added: &std::collections::BTreeMap<String, String>,
) {
    let Some(Value::Object(metadata)) = entry.value.get_mut("metadata") else { return };
    if added.is_empty() {
        return;
    }
    let fields = metadata.entry(field).or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(fields) = fields else { return };
    for (key, value) in added {
        if !fields.contains_key(key) {
            fields.insert(key.clone(), Value::String(value.clone()));
            let pointer = below(&format!("/metadata/{field}"), key);
            let at = below(&format!("/defaults/{field}"), key);
            entry.origins.push(Origin { pointer, document: settings.document.clone(), at });
        }
    }
}

struct Merge<'a> {
    settings: &'a Settings,
    origins: &'a mut Vec<Origin>,
}

impl Merge<'_> {
    fn object(&mut self, target: &mut Value, patch: &Map<String, Value>, pointer: &str, at: &str) {
        if !target.is_object() {
            *target = Value::Object(Map::new());
            self.note(pointer, at);
        }
        let Value::Object(fields) = target else { return };
        for (key, value) in patch {
            let (pointer, at) = (below(pointer, key), below(at, key));
            match value {
                Value::Null => {
                    fields.remove(key);
                    self.note(&pointer, &at);
                }
                Value::Object(inner) => {
                    if !fields.get(key).is_some_and(Value::is_object) {
                        self.note(&pointer, &at);
                    }
                    self.object(fields.entry(key.clone()).or_insert(Value::Null), inner, &pointer, &at);
                }
                value => {
                    fields.insert(key.clone(), value.clone());
                    self.note(&pointer, &at);
                }
            }
        }
    }

    fn note(&mut self, pointer: &str, at: &str) {
        let is_below = |origin: &Origin| {
            origin.pointer.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        // A later patch is what stands in the end.
        self.origins.retain(|origin| !is_below(origin));
        self.origins.push(Origin {
            pointer: pointer.to_owned(),
            document: self.settings.document.clone(),
            at: at.to_owned(),
        });
    }
}

fn unused(settings: &Settings, at: usize, entries: &[Entry]) -> Diagnostic {
    let patch = &settings.patches[at];
    let kind: String = patch.kind.chars().take(64).collect();
    let names = || entries.iter().filter(|entry| entry.kind() == Some(&patch.kind)).filter_map(Entry::name);
    let (field, message) = match (&patch.name, find(&patch.kind)) {
        (_, None) => ("kind", format!("there is no kind {kind:?}")),
        (_, Some(known)) if known.name != patch.kind => {
            ("kind", format!("there is no kind {kind:?}, did you mean {:?}?", known.name))
        }
        (Some(name), _) => {
            let meant = nearest(name.as_str(), names());
            let meant = meant.map(|near| format!(", did you mean {near:?}?")).unwrap_or_default();
            ("name", format!("no document is a {kind} of the name {:?}{meant}", name.as_str()))
        }
        (None, _) => ("kind", format!("no document is a {kind}")),
    };
    let finding =
        Diagnostic::error("unused-patch", message).with_help("remove the patch, or add the document");
    settings.document.diagnostic(&format!("/patches/{at}/{field}"), finding)
}
