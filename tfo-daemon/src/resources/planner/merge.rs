//! One document of a set, merged with what stands.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use tfo_sdk::resource::SetRef;
use tfo_sdk::resource::plan::{Action, Change, Conflict, Drift, FieldOp, Owner, PlanRequest};

use super::difference::difference;
use super::{Item, Planner, WriteKind, blank};
use crate::resources::pointer::{Leaves, collide, colliding, document, leaves, remove, set};
use crate::resources::record::{Intent, Override, Record, Stored};
use crate::resources::world::Key;

/// Fields that an apply found changed by hand.
type Drifts = Vec<(String, Drift)>;

impl Planner<'_> {
    /// Plans one document, of those that ask for these resources.
    pub(super) fn merge(&mut self, item: &Item, request: &PlanRequest, asked: &BTreeSet<Key>) {
        let reference = item.manifest.reference();
        let document = Some(item.document);
        let found = self.draft.get(&Key::from(&reference)).cloned();
        let (before, is_rename) = match self.renamed(item, found.as_ref(), asked) {
            Ok(Some(old)) => (Some(old), true),
            Ok(None) => (found, false),
            Err(message) => {
                return self.error("rename-onto-existing", message, document, "/metadata/renamedFrom");
            }
        };
        let mut record = match &before {
            Some(before) => before.record.clone(),
            None => blank(self.caller, &item.manifest),
        };
        self.documents.insert(record.uid, item.document);
        if is_rename && self.is_named_by_another(item, request, &record) {
            return;
        }
        let restores = record.deleted_at.is_some();
        if record.erased {
            return self.erasing(&reference, document);
        }
        if restores {
            // Its identity and what it held come back; what sets had asked for is over.
            record = Record {
                deleted_at: None,
                content: json!({"spec": {}}),
                home: None,
                intents: Vec::new(),
                overrides: std::collections::BTreeMap::new(),
                ..record
            };
        }
        let is_stray = before.is_some() && !restores && record.home.is_none() && record.intents.is_empty();
        let mut reasons = Vec::new();
        // Before anything is compared: what its home has asked for is this set's from here on, to be left out as well.
        if record.home.as_ref().is_some_and(|home| is_adopted_from(request, home)) {
            record.move_home(&request.set);
            for intent in record.intents.iter_mut().filter(|intent| intent.set == request.set) {
                self.caller.principal.clone_into(&mut intent.by);
                intent.at = self.caller.now;
                intent.source = self.sources.get(item.document).cloned().flatten();
            }
            reasons.push("adopted");
        }
        let conflicts_before = self.conflicts.len();
        let drifts = self.merge_fields(item, request, &mut record, &mut reasons);
        if self.conflicts.len() > conflicts_before {
            return;
        }
        record.name = item.manifest.metadata.name.clone();
        let after = match Stored::new(record) {
            Ok(after) => after,
            Err(problems) => return self.problems(problems, document),
        };
        let fields = difference(before.as_deref().filter(|_| !restores), Some(&after));
        let changes = !fields.is_empty() || is_rename;
        let created = before.is_none();
        if before.as_ref().is_some_and(|before| before.record.built_in) && changes {
            let message = format!("{reference} is built in and cannot be changed; make one of another name");
            return self.error("built-in", message, document, "/metadata/name");
        }
        let mut after = after;
        if is_stray {
            if !changes && !request.adopt {
                return self.unchanged(item, before.as_deref(), &Drifts::new());
            }
            if !request.adopt {
                self.conflicts.push(Conflict {
                    message: format!(
                        "{reference} belongs to no set and is another; take it with --adopt, or delete it first"
                    ),
                    reference,
                    path: String::new(),
                    owners: Vec::new(),
                    wanted: None,
                    source: self.sources.get(item.document).cloned().flatten(),
                });
                return;
            }
            reasons.push("adopted");
        }
        if after.record.home.is_none() && !after.record.built_in {
            after.record.home = Some(request.set.clone());
        }
        let owned = before.as_ref().is_none_or(|before| {
            before.record.home != after.record.home || before.record.intents != after.record.intents
        });
        self.put_drift(&drifts);
        if !created && !restores && !changes {
            let with_drift = !drifts.is_empty();
            if after.record.built_in
                || (!owned && before.as_ref().is_some_and(|b| b.record.overrides == after.record.overrides))
            {
                return self.unchanged(item, before.as_deref(), &drifts);
            }
            if !with_drift {
                reasons.push("owned");
            }
            let verbs = self.require(item.manifest.kind, "update", &item.manifest.scope);
            self.change(
                item,
                Action::Unchanged,
                before.as_deref(),
                reasons,
                verbs,
                Vec::new(),
                &drifts,
                false,
            );
            return self.write(WriteKind::Own, before, Some(Arc::new(after)));
        }
        let (action, verb, kind) = if created {
            reasons.push("new");
            (Action::Create, "create", WriteKind::Create)
        } else if restores {
            reasons.push("restored");
            (Action::Restore, "create", WriteKind::Restore)
        } else {
            if !fields.is_empty() {
                reasons.push("field-changed");
            }
            (Action::Update, "update", WriteKind::Update)
        };
        if is_rename {
            reasons.push("renamed");
        }
        if !created {
            after.record.generation += 1;
            after.record.updated_at = self.caller.now;
        }
        let verbs = self.require(item.manifest.kind, verb, &item.manifest.scope);
        self.change(item, action, before.as_deref(), reasons, verbs, fields, &drifts, is_rename);
        let after = Arc::new(after);
        self.write(kind, before.clone(), Some(after.clone()));
        if let Some(before) = before.filter(|_| is_rename) {
            self.move_what_stands_in(&before, &after);
        }
    }

    /// The resource that gets a new name, where one does.
    fn renamed(
        &self,
        item: &Item,
        found: Option<&Arc<Stored>>,
        asked: &BTreeSet<Key>,
    ) -> Result<Option<Arc<Stored>>, String> {
        let Some(old) = &item.manifest.metadata.renamed_from else { return Ok(None) };
        let reference = item.manifest.reference();
        let key = Key { name: old.clone(), ..Key::from(&reference) };
        // Done twice it would be another outcome: the second apply finds both. Two names are swapped in steps.
        if *old != reference.name && asked.contains(&key) {
            return Err(format!(
                "{old} cannot get the name {}: a document asks for {old} too; leave renamedFrom out",
                reference.name
            ));
        }
        match (self.draft.live(&key), found) {
            (Some(_), Some(_)) => Err(format!(
                "{old} cannot get the name {}: both are there; delete one, or leave renamedFrom out",
                reference.name
            )),
            (Some(old), None) => Ok(Some(old.clone())),
            // It has its new name already.
            (None, _) => Ok(None),
        }
    }

    /// A name is its home's to give: under another one, the home would make the resource once more.
    fn is_named_by_another(&mut self, item: &Item, request: &PlanRequest, record: &Record) -> bool {
        let is_other = |home: &&SetRef| **home != request.set && !is_adopted_from(request, home);
        let Some(home) = record.home.as_ref().filter(is_other).filter(|_| !request.force_conflicts) else {
            return false;
        };
        self.conflicts.push(Conflict {
            message: format!(
                "{} gets its name from the set {home}; leave renamedFrom out here, or take it with --force-conflicts",
                record.reference()
            ),
            reference: item.manifest.reference(),
            path: "/metadata/renamedFrom".to_owned(),
            owners: Vec::new(),
            wanted: Some(json!(record.name)),
            source: self.sources.get(item.document).cloned().flatten(),
        });
        true
    }

    /// Merges the fields of a document into a record; finds conflicts and drift.
    fn merge_fields(
        &mut self,
        item: &Item,
        request: &PlanRequest,
        record: &mut Record,
        reasons: &mut Vec<&'static str>,
    ) -> Drifts {
        let wanted = leaves(&item.manifest.content);
        let owned = record.intent(&request.set).map(|intent| leaves(&intent.content)).unwrap_or_default();
        let held = record.held(self.caller.now);
        let mut content = record.content.clone();
        let mut drifts = Drifts::new();
        let same = |pointer: &str, a: &Value, b: &Value| a == b || means_the_same(record, pointer, a, b);
        // Once, not for each field: there may be tens of thousands.
        let others = record.intents.iter().filter(|intent| intent.set != request.set);
        let others: Vec<(&Intent, Leaves)> = others.map(|intent| (intent, leaves(&intent.content))).collect();
        let is_of_others = |pointer: &String| others.iter().any(|(_, theirs)| theirs.contains_key(pointer));
        let is_held = |pointer: &String| {
            record.overrides.contains_key(pointer) && held.iter().any(|held| collide(held, pointer))
        };
        for (pointer, asked) in owned.iter().filter(|(pointer, _)| !wanted.contains_key(*pointer)) {
            if is_of_others(pointer) {
                continue;
            }
            // What was changed by hand does not go without a word, nor while it is held.
            let stands = leaf(&record.content, pointer);
            if stands.is_some_and(|stands| !same(pointer, stands, asked)) {
                let kept = request.keep_drift || is_held(pointer);
                drifts.push((pointer.clone(), drift(record.overrides.get(pointer), kept, self.caller.now)));
                if kept {
                    continue;
                }
            }
            remove(&mut content, pointer);
        }
        let mut lost: Vec<(SetRef, String)> = Vec::new();
        let mut settled: Vec<String> = Vec::new();
        for (pointer, value) in &wanted {
            for (intent, leaves) in &others {
                for (theirs, their_value) in colliding(leaves, pointer) {
                    if theirs == pointer && same(pointer, their_value, value) {
                        continue;
                    }
                    if request.force_conflicts {
                        lost.push((intent.set.clone(), theirs.clone()));
                        reasons.push("taken-over");
                        continue;
                    }
                    let shown = |value: &Value| masked(value);
                    self.conflicts.push(Conflict {
                        message: format!(
                            "{}: the set {} owns it; leave it out here, or take it with --force-conflicts",
                            pointer.trim_start_matches('/').replace('/', "."),
                            intent.set
                        ),
                        reference: item.manifest.reference(),
                        path: pointer.clone(),
                        owners: vec![Owner {
                            set: intent.set.clone(),
                            value: shown(their_value),
                            by: intent.by.clone(),
                            at: intent.at,
                            source: intent.source.clone(),
                        }],
                        wanted: Some(shown(value)),
                        source: self.sources.get(item.document).cloned().flatten(),
                    });
                }
            }
            let stands = leaf(&record.content, pointer);
            let is_as_wanted = stands.is_some_and(|stands| same(pointer, stands, value));
            if is_as_wanted {
                // The set asks for what was changed by hand: nobody differs any more.
                settled.push(pointer.clone());
            }
            let drifted = !is_as_wanted
                && owned
                    .get(pointer)
                    .is_some_and(|asked| !stands.is_some_and(|stands| same(pointer, stands, asked)));
            if drifted {
                let kept = request.keep_drift || is_held(pointer);
                drifts.push((pointer.clone(), drift(record.overrides.get(pointer), kept, self.caller.now)));
                if kept {
                    continue;
                }
            }
            // Of sets that own it together, none respells what another has written.
            if !is_of_others(pointer) || !is_as_wanted {
                set(&mut content, pointer, value.clone());
            }
        }
        reasons.dedup();
        let put_back = drifts.iter().filter(|(_, drift)| !drift.kept).map(|(pointer, _)| pointer);
        let put_back: Vec<String> = put_back.cloned().chain(settled).collect();
        self.own(item, request, record, &wanted, &owned, &lost);
        for pointer in put_back {
            record.overrides.remove(&pointer);
        }
        let asked: Vec<Leaves> = record.intents.iter().map(|intent| leaves(&intent.content)).collect();
        record.overrides.retain(|pointer, _| asked.iter().any(|asked| asked.contains_key(pointer)));
        if content.get("spec").is_none() {
            set(&mut content, "/spec", json!({}));
        }
        record.content = content;
        drifts
    }

    /// Writes down what the set owns now, and what others have lost.
    fn own(
        &self,
        item: &Item,
        request: &PlanRequest,
        record: &mut Record,
        wanted: &Leaves,
        owned: &Leaves,
        lost: &[(SetRef, String)],
    ) {
        for intent in &mut record.intents {
            for (_, pointer) in lost.iter().filter(|(set, _)| *set == intent.set) {
                remove(&mut intent.content, pointer);
            }
        }
        record.intents.retain(|intent| intent.set == request.set || !leaves(&intent.content).is_empty());
        let is_same = wanted == owned;
        if is_same && record.intent(&request.set).is_some() {
            return;
        }
        let intent = Intent {
            set: request.set.clone(),
            content: document(wanted),
            by: self.caller.principal.to_owned(),
            at: self.caller.now,
            source: self.sources.get(item.document).cloned().flatten(),
        };
        match record.intents.iter_mut().find(|known| known.set == request.set) {
            Some(known) => *known = intent,
            None => record.intents.push(intent),
        }
    }

    fn put_drift(&mut self, drifts: &Drifts) {
        self.drift += drifts.len() as u64;
    }

    fn unchanged(&mut self, item: &Item, before: Option<&Stored>, drifts: &Drifts) {
        self.change(item, Action::Unchanged, before, Vec::new(), Vec::new(), Vec::new(), drifts, false);
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of a change, each once")]
    fn change(
        &mut self,
        item: &Item,
        action: Action,
        before: Option<&Stored>,
        mut reasons: Vec<&'static str>,
        requires: Vec<String>,
        mut fields: Vec<tfo_sdk::resource::plan::FieldChange>,
        drifts: &Drifts,
        is_rename: bool,
    ) {
        if !drifts.is_empty() {
            reasons.push("drift");
        }
        let changed = fields.len();
        for (pointer, drift) in drifts {
            // They come by their paths.
            match fields[..changed].binary_search_by(|field| field.path.cmp(pointer)) {
                Ok(at) => fields[at].drift = Some(drift.clone()),
                Err(_) => {
                    let asked = leaf(&item.manifest.content, pointer).map(masked);
                    let op = if asked.is_some() { FieldOp::Replace } else { FieldOp::Remove };
                    let stands = before.and_then(|before| leaf(&before.record.content, pointer)).map(masked);
                    fields.push(tfo_sdk::resource::plan::FieldChange {
                        path: pointer.clone(),
                        op,
                        before: stands,
                        after: asked,
                        sensitive: false,
                        default: false,
                        drift: Some(drift.clone()),
                    });
                }
            }
        }
        self.changes.push(Change {
            action,
            reference: item.manifest.reference(),
            uid: before.map(|before| before.record.uid.to_string()),
            base_generation: before.map_or(0, |before| before.record.generation),
            source: self.sources.get(item.document).cloned().flatten(),
            reasons: reasons.into_iter().map(str::to_owned).collect(),
            requires,
            renamed_from: before.filter(|_| is_rename).map(|before| before.record.name.clone()),
            fields,
            other: serde_json::Map::new(),
        });
    }

    /// What stands in a place that gets a new name stands at a new path.
    fn move_what_stands_in(&mut self, before: &Stored, after: &Stored) {
        let Some(old) = before.record.place() else { return };
        let moved: Vec<Arc<Stored>> =
            self.draft.all().filter(|stored| old.contains(&stored.record.scope)).cloned().collect();
        for stored in moved {
            let name = &after.record.name;
            let rename = |scope: &mut tfo_sdk::resource::Scope| {
                if let Some(renamed) = scope.with_renamed(&old, name) {
                    *scope = renamed;
                }
            };
            let mut inner = (*stored).clone();
            rename(&mut inner.record.scope);
            for set in
                inner.record.intents.iter_mut().map(|intent| &mut intent.set).chain(&mut inner.record.home)
            {
                rename(&mut set.scope);
            }
            let taken =
                self.draft.get(&Key::from(&inner)).filter(|taken| taken.record.uid != inner.record.uid);
            if let Some(taken) = taken {
                let message = format!("{} is there already", taken.record.reference());
                self.error("rename-onto-existing", message, None, "");
                continue;
            }
            self.write(WriteKind::Move, Some(stored), Some(Arc::new(inner)));
        }
    }
}

/// The value of a leaf.
fn leaf<'v>(content: &'v Value, pointer: &str) -> Option<&'v Value> {
    content.pointer(pointer)
}

/// A value as it may be shown.
fn masked(value: &Value) -> Value {
    if tfo_sdk::resource::values::sealed(value).is_some() { json!("<set>") } else { value.clone() }
}

/// Whether what has this home is taken over from it.
fn is_adopted_from(request: &PlanRequest, home: &SetRef) -> bool {
    *home != request.set && request.adopt_from.as_ref() == Some(&home.name)
}

fn drift(by_hand: Option<&Override>, kept: bool, now: tfo_sdk::Timestamp) -> Drift {
    match by_hand {
        Some(Override { by, via, at }) => Drift { by: by.clone(), via: via.clone(), at: *at, kept },
        None => Drift { by: "somebody".to_owned(), via: "unknown".to_owned(), at: now, kept },
    }
}

/// Whether two values of a field are two spellings of one, as `5m` and `300s`.
fn means_the_same(record: &Record, pointer: &str, a: &Value, b: &Value) -> bool {
    if !pointer.starts_with("/spec/") {
        return false;
    }
    let Ok(kind) = record.kind() else { return false };
    let with = |value: &Value| {
        let mut content = record.content.clone();
        set(&mut content, pointer, value.clone());
        kind.canonical(content.get("spec")?).ok().map(|canonical| canonical.spec)
    };
    matches!((with(a), with(b)), (Some(a), Some(b)) if a == b)
}
