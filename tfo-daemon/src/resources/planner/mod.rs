//! The one planner: what an apply does, or would do.
//!
//! A plain function of the world, the documents and the caller. `diff` is a plan that is not committed, so that what it
//! prints is what an apply does. Nothing here writes: [`Planned::writes`] is what a commit has to write, in order.
//!
//! Invariants:
//! - a plan is whole or refused: with an error or a conflict in it there is nothing to write;
//! - the world that the writes lead to is sound: every place is there, every reference resolves, every spec is valid;
//! - what is as it is wanted is not written.

mod delete;
mod difference;
mod edit;
mod merge;
mod prune;
mod sets;
#[cfg(test)]
pub(super) mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use tfo_sdk::Timestamp;
use tfo_sdk::resource::plan::{
    Action, Change, Conflict, Expectation, FORMAT_VERSION, Plan, PlanDiagnostic, PlanRequest, PlanSeverity,
    Source, Summary,
};
use tfo_sdk::resource::{Manifest, Name, ResourceRef, Scope, SetRef, SpecProblem};
use uuid::Uuid;

use super::record::{Record, Stored};
use super::world::{Draft, Key, World};
pub(crate) use delete::delete;
pub(crate) use difference::difference;
pub(crate) use edit::{Edit, edit};
pub(crate) use sets::{end_set, move_to_set};

/// The most bytes that the content of one resource has as JSON: of each change, the journal keeps what was and what is.
const MAX_CONTENT_BYTES: usize = 1 << 20;

/// Who asks, and what a plan needs beside the world.
pub(crate) struct Caller<'a> {
    pub(crate) principal: &'a str,
    /// By what: `apply`, `edit`, `rest`.
    pub(crate) via: &'a str,
    pub(crate) now: Timestamp,
    /// Whether the caller has a permission in a place.
    pub(crate) may: &'a (dyn Fn(&str, &Scope) -> bool + Sync),
    pub(crate) new_uid: &'a (dyn Fn() -> Uuid + Sync),
}

/// What happens to a stored resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WriteKind {
    Create,
    Update,
    /// Nothing that acts changes, only who owns it.
    Own,
    /// A place around it was renamed.
    Move,
    /// It goes, and can be had back for a time.
    SoftDelete,
    Delete,
    Restore,
}

impl WriteKind {
    /// As the journal says it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Own => "own",
            Self::Move => "move",
            Self::SoftDelete => "delete",
            Self::Delete => "remove",
            Self::Restore => "restore",
        }
    }
}

/// One thing to be written.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(crate) kind: WriteKind,
    pub(crate) before: Option<Arc<Stored>>,
    pub(crate) after: Option<Arc<Stored>>,
}

/// A plan, and what is to be written for it.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) plan: Plan,
    pub(crate) writes: Vec<Write>,
    /// Permissions that the caller lacks, with the place where.
    pub(crate) denied: BTreeSet<(String, Scope)>,
}

/// The state of a plan in the making.
struct Planner<'a> {
    caller: &'a Caller<'a>,
    world: &'a World,
    draft: Draft<'a>,
    changes: Vec<Change>,
    writes: Vec<Write>,
    conflicts: Vec<Conflict>,
    diagnostics: Vec<PlanDiagnostic>,
    denied: BTreeSet<(String, Scope)>,
    /// The document that a resource comes from, by uid.
    documents: BTreeMap<Uuid, usize>,
    sources: Vec<Option<Source>>,
    drift: u64,
    /// Whether what is deleted cannot be had back.
    erases: bool,
}

/// A document on its way.
struct Item {
    document: usize,
    manifest: Manifest,
}

/// Plans many documents.
pub(crate) fn plan(world: &World, request: &PlanRequest, caller: &Caller<'_>) -> Planned {
    let sources = request.documents.iter().map(|document| document.source.clone()).collect();
    let mut planner = Planner::new(world, caller, sources);
    let items = planner.read(request);
    if request.documents.is_empty() && !request.prune.as_ref().is_some_and(|prune| prune.allow_empty) {
        let message = "there is no document; --prune with --allow-empty deletes all that the set has";
        planner.error("empty-input", message, None, "");
    }
    let asked: BTreeSet<Key> = items.iter().map(|item| Key::from(&item.manifest.reference())).collect();
    for item in &items {
        planner.merge(item, request, &asked);
    }
    if request.prune.is_some() && planner.diagnostics.is_empty() {
        planner.prune(request, &items);
    }
    planner.expect(request);
    planner.check();
    planner.finish(request.set.clone(), request.commit)
}

impl<'a> Planner<'a> {
    fn new(world: &'a World, caller: &'a Caller<'a>, sources: Vec<Option<Source>>) -> Self {
        Self {
            caller,
            world,
            draft: Draft::new(world),
            changes: Vec::new(),
            writes: Vec::new(),
            conflicts: Vec::new(),
            diagnostics: Vec::new(),
            denied: BTreeSet::new(),
            documents: BTreeMap::new(),
            sources,
            drift: 0,
            erases: false,
        }
    }

    /// Reads all documents; outer places come first, then what stands in them, in the order of the kinds.
    fn read(&mut self, request: &PlanRequest) -> Vec<Item> {
        let default = request.default_scope.as_ref().unwrap_or(&request.set.scope);
        let mut items: Vec<Item> = Vec::new();
        let mut seen: BTreeMap<Key, usize> = BTreeMap::new();
        for (document, source) in request.documents.iter().enumerate() {
            let manifest = match Manifest::read(&source.document, default) {
                Ok(manifest) => manifest,
                Err(problems) => {
                    self.problems(problems, Some(document));
                    continue;
                }
            };
            if !request.set.scope.contains(&manifest.scope) {
                let message = format!(
                    "{} stands outside of the set {}; apply it with a set of a wider place (--scope)",
                    manifest.reference(),
                    request.set
                );
                self.error("outside-of-set", message, Some(document), "/metadata");
                continue;
            }
            if let Some(first) = seen.insert(Key::from(&manifest.reference()), document) {
                let place = self.sources.get(first).cloned().flatten();
                let place =
                    place.map_or_else(|| format!("document {}", first + 1), |place| place.to_string());
                let message = format!("{} stands at {place} already", manifest.reference());
                self.error("duplicate-resource", message, Some(document), "/metadata/name");
                continue;
            }
            items.push(Item { document, manifest });
        }
        let rank = |item: &Item| {
            let kinds = tfo_sdk::resource::kinds::ALL.iter();
            let order = kinds.take_while(|kind| kind.name != item.manifest.kind.name).count();
            (!item.manifest.kind.is_place, item.manifest.scope.level(), order)
        };
        // Their own order counts only where nothing else does.
        items.sort_by(|a, b| {
            rank(a)
                .cmp(&rank(b))
                .then_with(|| a.manifest.scope.cmp(&b.manifest.scope))
                .then_with(|| a.manifest.metadata.name.cmp(&b.manifest.metadata.name))
        });
        items
    }

    fn error(&mut self, code: &str, message: impl Into<String>, document: Option<usize>, pointer: &str) {
        self.say(PlanSeverity::Error, code, message.into(), document, pointer);
    }

    fn say(
        &mut self,
        severity: PlanSeverity,
        code: &str,
        message: String,
        document: Option<usize>,
        pointer: &str,
    ) {
        let source = document.and_then(|document| self.sources.get(document).cloned().flatten());
        self.diagnostics.push(PlanDiagnostic {
            severity,
            code: code.to_owned(),
            message,
            document,
            pointer: pointer.to_owned(),
            source,
        });
    }

    fn problems(&mut self, problems: Vec<SpecProblem>, document: Option<usize>) {
        for problem in problems {
            self.error(&problem.code, problem.message, document, &problem.pointer);
        }
    }

    /// Takes down a write, and what it does to the draft.
    fn write(&mut self, kind: WriteKind, before: Option<Arc<Stored>>, after: Option<Arc<Stored>>) {
        if let Some(before) = &before
            && after.as_ref().is_none_or(|after| Key::from(&**after) != Key::from(&**before))
        {
            self.draft.remove(Key::from(&**before));
        }
        if let Some(after) = &after {
            self.draft.put(after.clone());
        }
        self.writes.push(Write { kind, before, after });
    }

    /// The permission for a change, asked for.
    fn require(&mut self, kind: &tfo_sdk::resource::KindInfo, verb: &str, scope: &Scope) -> Vec<String> {
        let permission = kind.permission(verb);
        if !(self.caller.may)(&permission, scope) {
            self.denied.insert((permission.clone(), scope.clone()));
        }
        vec![permission]
    }

    /// What was counted on when the plan was made must hold, and nothing may go that was not counted on.
    fn expect(&mut self, request: &PlanRequest) {
        if request.expect.is_empty() {
            return;
        }
        let mut stale: Vec<(ResourceRef, String)> = Vec::new();
        let mut expected = BTreeSet::new();
        let moved = self.moved();
        for Expectation { reference, generation } in &request.expect {
            let key = Key::from(reference);
            let found = self.world.get(&key).or_else(|| moved.get(&key).copied());
            let is_deleted = found.is_some_and(|stored| stored.record.deleted_at.is_some());
            let found = found.map_or(0, |stored| stored.record.generation);
            expected.insert(key);
            // One that is deleted and would be had back counts as it is, and for those who do not see it, as none.
            if found == *generation || (is_deleted && *generation == 0) {
                continue;
            }
            let message = match (*generation, found) {
                (0, _) => format!("the plan is stale: {reference} is there by now"),
                (_, found) if found == 0 || is_deleted => {
                    format!("the plan is stale: {reference} is gone by now")
                }
                (was, is) => format!(
                    "the plan is stale: {reference} has generation {is} by now, it was {was}; make a new one with tfo diff"
                ),
            };
            stale.push((reference.clone(), message));
        }
        let deleted = self.changes.iter().filter(|change| change.action == Action::Delete);
        for reference in deleted.map(|change| &change.reference) {
            if !expected.contains(&Key::from(reference)) {
                let message = format!(
                    "the plan is stale: {reference} would be deleted too by now; make a new one with tfo diff"
                );
                stale.push((reference.clone(), message));
            }
        }
        self.conflicts.extend(stale.into_iter().map(|(reference, message)| Conflict {
            reference,
            path: String::new(),
            owners: Vec::new(),
            wanted: None,
            source: None,
            message,
        }));
    }

    /// What a plan calls by a new path, because a place around it gets another name, as it stands.
    fn moved(&self) -> BTreeMap<Key, &Arc<Stored>> {
        let mut stood: BTreeMap<String, &Arc<Stored>> = BTreeMap::new();
        for before in self.writes.iter().filter_map(|write| write.before.as_ref()) {
            stood.entry(before.record.uid.to_string()).or_insert(before);
        }
        let named = |change: &Change| {
            let stored = stood.get(change.uid.as_deref()?).copied()?;
            (Key::from(&**stored) != Key::from(&change.reference))
                .then(|| (Key::from(&change.reference), stored))
        };
        self.changes.iter().filter_map(named).collect()
    }

    /// Looks whether the world that the writes lead to is sound, as far as they change it.
    fn check(&mut self) {
        let mut problems: Vec<(&str, String, Option<usize>, String)> = Vec::new();
        let document = |uid: &Uuid| self.documents.get(uid).copied();
        let mut ended: Vec<&Arc<Stored>> = Vec::new();
        for write in &self.writes {
            let gone = |after: &Arc<Stored>| {
                after.record.deleted_at.is_some()
                    || write.before.as_ref().is_some_and(|before| Key::from(&**before) != Key::from(&**after))
            };
            if let Some(before) = &write.before
                && write.after.as_ref().is_none_or(gone)
            {
                ended.push(before);
            }
            let Some(after) = write.after.as_ref().filter(|after| after.record.deleted_at.is_none()) else {
                continue;
            };
            let record = &after.record;
            let writes_content =
                matches!(write.kind, WriteKind::Create | WriteKind::Update | WriteKind::Restore);
            if let Some((pointer, bytes)) = too_large(&record.content).filter(|_| writes_content) {
                let message =
                    format!("expected at most 1 MiB of metadata and spec, got {bytes} bytes of JSON");
                problems.push(("too-large", message, document(&record.uid), pointer.to_owned()));
            }
            if !self.draft.has_place(&record.scope) {
                let message = format!(
                    "there is no {} {}; add its document, or apply it first",
                    record.scope.level(),
                    record.scope
                );
                problems.push(("missing-place", message, document(&record.uid), "/metadata".to_owned()));
                continue;
            }
            for reference in &after.references {
                if self.draft.resolve(&record.scope, reference).is_none() {
                    let message = format!(
                        "there is no {} {:?} in {} or around it",
                        reference.kind,
                        reference.name.as_str(),
                        record.scope
                    );
                    let document = document(&record.uid);
                    problems.push(("missing-reference", message, document, reference.pointer.clone()));
                }
            }
        }
        if !ended.is_empty() {
            problems.extend(self.left_behind(&ended));
        }
        for (code, message, document, pointer) in problems {
            self.error(code, message, document, &pointer);
        }
    }

    /// What would be left without its place, or without what it names.
    fn left_behind(&self, ended: &[&Arc<Stored>]) -> Vec<(&'static str, String, Option<usize>, String)> {
        let mut problems = Vec::new();
        let places: Vec<(Scope, &Arc<Stored>)> =
            ended.iter().filter_map(|stored| Some((stored.record.place()?, *stored))).collect();
        let mut names: BTreeMap<(&str, &Name), &Arc<Stored>> = BTreeMap::new();
        for stored in ended {
            names.insert((&stored.record.kind, &stored.record.name), stored);
        }
        let written: BTreeSet<Uuid> =
            self.writes.iter().filter_map(|write| Some(write.after.as_ref()?.record.uid)).collect();
        for stored in self.draft.all().filter(|stored| stored.record.deleted_at.is_none()) {
            let record = &stored.record;
            let lost =
                places.iter().find(|(place, _)| *place == record.scope && !self.draft.has_place(place));
            if let Some((_, place)) = lost {
                let message = format!(
                    "{} cannot go while {} stands in it",
                    place.record.reference(),
                    record.reference()
                );
                problems.push((
                    "not-empty",
                    message,
                    self.documents.get(&place.record.uid).copied(),
                    String::new(),
                ));
                continue;
            }
            // Those that are written have been looked at.
            for reference in stored.references.iter().filter(|_| !written.contains(&record.uid)) {
                if let Some(target) = names.get(&(reference.kind, &reference.name))
                    && self.draft.resolve(&record.scope, reference).is_none()
                {
                    let message = format!(
                        "{} cannot go while {} names it ({})",
                        target.record.reference(),
                        record.reference(),
                        reference.pointer.trim_start_matches('/').replace('/', ".")
                    );
                    problems.push(("still-referenced", message, None, String::new()));
                }
            }
        }
        problems
    }

    fn finish(mut self, set: SetRef, commit: bool) -> Planned {
        let refused = !self.conflicts.is_empty()
            || !self.denied.is_empty()
            || self.diagnostics.iter().any(|diagnostic| diagnostic.severity == PlanSeverity::Error);
        if refused {
            self.writes.clear();
        }
        self.diagnostics.sort_by(|a, b| {
            (a.document.unwrap_or(usize::MAX), &a.pointer, &a.code, &a.message).cmp(&(
                b.document.unwrap_or(usize::MAX),
                &b.pointer,
                &b.code,
                &b.message,
            ))
        });
        self.diagnostics.dedup();
        let summary = self.summary();
        let plan = Plan {
            format_version: FORMAT_VERSION.to_owned(),
            set,
            committed: commit && !refused,
            summary,
            changes: self.changes,
            conflicts: self.conflicts,
            diagnostics: self.diagnostics,
            other: serde_json::Map::new(),
        };
        Planned { plan, writes: self.writes, denied: self.denied }
    }

    fn summary(&self) -> Summary {
        let mut summary =
            Summary { drift: self.drift, conflict: self.conflicts.len() as u64, ..Summary::default() };
        for change in &self.changes {
            let count = match change.action {
                Action::Create => &mut summary.create,
                Action::Update => &mut summary.update,
                Action::Delete => &mut summary.delete,
                Action::Restore => &mut summary.restore,
                Action::Keep => &mut summary.keep,
                Action::Unchanged => &mut summary.unchanged,
            };
            *count += 1;
            let has = |reason: &str| change.reasons.iter().any(|known| known == reason);
            summary.adopt += u64::from(has("adopted"));
            summary.rename += u64::from(change.renamed_from.is_some());
        }
        summary
    }
}

/// The larger part of what is larger than it may be, and how many bytes all of it has.
fn too_large(content: &Value) -> Option<(&'static str, usize)> {
    let bytes = |value: &Value| value.to_string().len();
    let all = bytes(content);
    let part = if content.get("spec").map_or(0, bytes) > all / 2 { "/spec" } else { "/metadata" };
    (all > MAX_CONTENT_BYTES).then_some((part, all))
}

/// A resource that is not there yet.
fn blank(caller: &Caller<'_>, manifest: &Manifest) -> Record {
    Record {
        uid: (caller.new_uid)(),
        kind: manifest.kind.name.to_owned(),
        scope: manifest.scope.clone(),
        name: manifest.metadata.name.clone(),
        generation: 1,
        revision: 0,
        created_at: caller.now,
        updated_at: caller.now,
        deleted_at: None,
        erased: false,
        built_in: false,
        content: json!({"spec": {}}),
        home: None,
        intents: Vec::new(),
        overrides: BTreeMap::new(),
    }
}
