//! One resource, changed by hand: the whole of it, a merge patch, or back to what it was.

use std::sync::Arc;

use serde_json::{Value, json};
use tfo_sdk::resource::plan::{Action, Change};
use tfo_sdk::resource::{API_VERSION, Manifest, SetRef, SpecProblem};

use super::difference::difference;
use super::{Caller, Planned, Planner, WriteKind, blank};
use crate::resources::pointer::{leaves, merge_patch, set};
use crate::resources::record::{Override, Record, Stored};
use crate::resources::world::{Key, World};

/// What is changed by hand.
pub(crate) enum Edit {
    /// All of it.
    Replace(Box<Manifest>),
    /// Some of it (RFC 7396): labels, annotations, protection, holds, spec.
    Patch(Arc<Stored>, Value),
    /// Back to this content.
    Return(Arc<Stored>, Value),
}

/// Plans a change by hand. It is nobody's: what sets own stays theirs, and shows as drift until they put it back.
pub(crate) fn edit(world: &World, edit: Edit, set_ref: SetRef, caller: &Caller<'_>) -> Planned {
    let mut planner = Planner::new(world, caller, Vec::new());
    let (before, record) = match edit {
        Edit::Replace(manifest) => {
            let before = world.get(&Key::from(&manifest.reference())).cloned();
            let blank = || blank(caller, &manifest);
            let record = before.as_ref().map_or_else(blank, |before| before.record.clone());
            (before, Record { content: manifest.content, ..record })
        }
        Edit::Patch(before, patch) => {
            let mut content = before.record.content.clone();
            merge_patch(&mut content, &patch);
            match read_again(&before.record, &content) {
                Ok(content) => (Some(before.clone()), Record { content, ..before.record.clone() }),
                Err(problems) => {
                    planner.problems(problems, None);
                    return planner.finish(set_ref, true);
                }
            }
        }
        Edit::Return(before, content) => (Some(before.clone()), Record { content, ..before.record.clone() }),
    };
    planner.edit(before, record);
    planner.check();
    planner.finish(set_ref, true)
}

impl Planner<'_> {
    fn edit(&mut self, before: Option<Arc<Stored>>, mut record: Record) {
        let reference = record.reference();
        let restores = record.deleted_at.is_some();
        if record.erased {
            return self.erasing(&reference, None);
        }
        if restores {
            // What sets had asked for is over: the next apply of one that lacks it would delete it again.
            record.deleted_at = None;
            record.home = None;
            record.intents.clear();
            record.overrides.clear();
        }
        if record.content.get("spec").is_none() {
            set(&mut record.content, "/spec", json!({}));
        }
        self.take_down_overrides(before.as_deref(), &mut record);
        let mut after = match Stored::new(record) {
            Ok(after) => after,
            Err(problems) => return self.problems(problems, None),
        };
        let kind = match after.record.kind() {
            Ok(kind) => kind,
            Err(problems) => return self.problems(problems, None),
        };
        let fields = difference(before.as_deref(), Some(&after));
        let is_new = before.is_none();
        if !is_new && fields.is_empty() && !restores {
            self.changes.push(hand_change(Action::Unchanged, before.as_deref(), &after, Vec::new()));
            return;
        }
        if before.as_ref().is_some_and(|before| before.record.built_in) {
            return self.error(
                "built-in",
                format!("{reference} is built in and cannot be changed"),
                None,
                "",
            );
        }
        if !is_new {
            after.record.generation += 1;
            after.record.updated_at = self.caller.now;
        }
        let (action, verb, write) = match (is_new, restores) {
            (true, _) => (Action::Create, "create", WriteKind::Create),
            (false, true) => (Action::Restore, "create", WriteKind::Restore),
            (false, false) => (Action::Update, "update", WriteKind::Update),
        };
        let mut change =
            hand_change(action, before.as_deref(), &after, self.require(kind, verb, &after.record.scope));
        change.fields = fields;
        self.changes.push(change);
        self.write(write, before, Some(Arc::new(after)));
    }

    /// Remembers who changed what a set has asked for.
    fn take_down_overrides(&self, before: Option<&Stored>, record: &mut Record) {
        let stands = leaves(&record.content);
        let stood = before.map(|before| leaves(&before.record.content)).unwrap_or_default();
        let asked: Vec<_> = record.intents.iter().map(|intent| leaves(&intent.content)).collect();
        for (pointer, wanted) in asked.iter().flatten() {
            if stands.get(pointer) == Some(wanted) {
                record.overrides.remove(pointer);
            } else if stands.get(pointer) != stood.get(pointer) {
                let by_hand = Override {
                    by: self.caller.principal.to_owned(),
                    via: self.caller.via.to_owned(),
                    at: self.caller.now,
                };
                record.overrides.insert(pointer.clone(), by_hand);
            }
        }
    }
}

/// What a patch has made, read as a document is: its metadata may be none by now.
fn read_again(record: &Record, content: &Value) -> Result<Value, Vec<SpecProblem>> {
    let mut document = content.clone();
    for (pointer, value) in [
        ("/apiVersion", json!(API_VERSION)),
        ("/kind", json!(record.kind)),
        ("/metadata/name", json!(record.name)),
    ] {
        set(&mut document, pointer, value);
    }
    Manifest::read(&document, &record.scope).map(|manifest| manifest.content)
}

fn hand_change(action: Action, before: Option<&Stored>, after: &Stored, requires: Vec<String>) -> Change {
    Change {
        action,
        reference: after.record.reference(),
        uid: Some(after.record.uid.to_string()),
        base_generation: before.map_or(0, |before| before.record.generation),
        source: None,
        reasons: Vec::new(),
        requires,
        renamed_from: None,
        fields: Vec::new(),
        other: serde_json::Map::new(),
    }
}
