//! `tfo.yaml`: the set, and what is added to the documents of its folder.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};
use tfo_sdk::resource::{Name, Scope};
use tfo_sdk::yaml::{Diagnostic, Document, Source, load, read_value};

use super::files::{File, matches};
use super::interpolate::{Variables, interpolate};
use super::{SETTINGS_FILE, Surroundings};

/// What a `tfo.yaml` says.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) document: Arc<Document>,
    pub(super) set: Option<Name>,
    pub(super) scope: Option<Scope>,
    /// Where documents stand that do not say so.
    pub(super) default_scope: Option<Scope>,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) annotations: BTreeMap<String, String>,
    pub(super) patches: Vec<Patch>,
    /// With those of the command line, which win.
    pub(super) variables: BTreeMap<String, Value>,
    include: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    set: Option<Name>,
    scope: Option<Scope>,
    #[serde(default)]
    include: Vec<String>,
    #[serde(default)]
    defaults: Defaults,
    #[serde(default)]
    patches: Vec<Patch>,
    #[serde(default)]
    vars: BTreeMap<String, Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Defaults {
    region: Option<Scope>,
    organization: Option<Scope>,
    workspace: Option<Scope>,
    tenant: Option<Scope>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

/// A merge patch (RFC 7396) for the documents of a kind, or for one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Patch {
    pub(super) kind: String,
    pub(super) name: Option<Name>,
    pub(super) patch: Map<String, Value>,
}

impl Settings {
    pub(super) fn read(
        source: &Source,
        folder: &Path,
        given: &BTreeMap<String, Value>,
        surroundings: &dyn Surroundings,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut documents = load(source)?;
        let document = match (documents.pop(), documents.pop()) {
            (Some(document), None) => Arc::new(document),
            (None, _) => {
                let message = format!(
                    "{SETTINGS_FILE} says nothing: expected set, scope, include, defaults, patches or vars"
                );
                return Err(vec![Diagnostic::error("empty-settings", message).of(source.name())]);
            }
            (Some(second), Some(_)) => {
                let message = format!("expected one document in {SETTINGS_FILE}");
                return Err(vec![second.diagnostic("", Diagnostic::error("two-documents", message))]);
            }
        };
        let mut value = document.value().clone();
        let mut diagnostics = Vec::new();
        let mut fill =
            |value: &mut Value, at: &str, own: &BTreeMap<String, Value>| {
                let problems = interpolate(value, &Variables { own, folder, surroundings });
                diagnostics.extend(problems.into_iter().map(|problem| {
                    document.diagnostic(&format!("{at}{}", problem.pointer), problem.diagnostic)
                }));
            };
        // Variables first, so that the rest of the file can use them; those of the command line win.
        let mut variables = BTreeMap::new();
        if let Some(written) = value.get_mut("vars") {
            fill(written, "/vars", given);
            let fields = written.as_object().into_iter().flatten();
            variables.extend(fields.map(|(name, value)| (name.clone(), value.clone())));
        }
        variables.extend(given.clone());
        let mut rest = value.clone();
        if let Some(fields) = rest.as_object_mut() {
            fields.remove("vars");
        }
        fill(&mut rest, "", &variables);
        if let (Some(fields), Some(vars)) = (rest.as_object_mut(), value.get("vars")) {
            fields.insert("vars".to_owned(), vars.clone());
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let written: Written = read_value("", &rest).map_err(|mistakes| {
            let finding = |mistake: tfo_sdk::yaml::Mistake| {
                let mut finding = Diagnostic::error(mistake.code, mistake.message);
                finding.help = mistake.help;
                document.diagnostic(&mistake.pointer, finding)
            };
            mistakes.into_iter().map(finding).collect::<Vec<_>>()
        })?;
        Self::check(document, written, variables)
    }

    fn check(
        document: Arc<Document>,
        written: Written,
        variables: BTreeMap<String, Value>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut diagnostics = Vec::new();
        let mut refuse = |pointer: &str, message: String| {
            diagnostics.push(document.diagnostic(pointer, Diagnostic::error("invalid-value", message)));
        };
        for (name, value) in &written.vars {
            if !matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_)) {
                let message = "expected text, a number, true or false".to_owned();
                refuse(&tfo_sdk::resource::problem::below("/vars", name), message);
            }
        }
        let Defaults { region, organization, workspace, tenant, labels, annotations } = written.defaults;
        let places = [
            ("region", region),
            ("organization", organization),
            ("workspace", workspace),
            ("tenant", tenant),
        ];
        let mut default_scope: Option<Scope> = None;
        for (level, scope) in places {
            let Some(scope) = scope else { continue };
            let pointer = format!("/defaults/{level}");
            if scope.level().as_str() != level {
                refuse(
                    &pointer,
                    format!(
                        "{scope} is a path of the level {}, expected one of the level {level}",
                        scope.level()
                    ),
                );
            } else if default_scope.replace(scope).is_some() {
                refuse(&pointer, "expected one place; the inner one says it all".to_owned());
            }
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        Ok(Self {
            document,
            set: written.set,
            scope: written.scope,
            default_scope,
            labels,
            annotations,
            patches: written.patches,
            variables,
            include: written.include,
        })
    }

    /// The files that `include` names, in their order: all of them where it is not there. `!` leaves out again.
    pub(super) fn included(&self, files: Vec<File>) -> Vec<File> {
        let (without, with): (Vec<&String>, Vec<&String>) =
            self.include.iter().partition(|pattern| pattern.starts_with('!'));
        let is_included = |file: &File| {
            (with.is_empty() || with.iter().any(|pattern| matches(pattern, &file.relative)))
                && !without.iter().any(|pattern| matches(&pattern[1..], &file.relative))
        };
        files.into_iter().filter(is_included).collect()
    }
}
