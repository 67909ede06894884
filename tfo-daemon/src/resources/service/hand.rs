//! Changes of one resource by hand: all of it, some of it, back to what it was, its end.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use tfo_sdk::Timestamp;
use tfo_sdk::resource::kind::find_exactly;
use tfo_sdk::resource::{Manifest, Scope, SetRef, SpecProblem};
use uuid::Uuid;

use super::{ChangeError, PAGE, Resources, Who, done};
use crate::identity::Principal;
use crate::resources::planner::{self, Caller, Edit, WriteKind};
use crate::resources::record::{Record, Stored};
use crate::resources::repo;
use crate::resources::secrets::Found;
use crate::resources::world::{Key, World};

/// A change by hand, as a caller asks for it.
pub(crate) enum HandChange {
    /// All of a resource.
    Put(Value),
    /// Some of a resource.
    Patch(Key, Value),
    /// Back to what it was.
    Rollback(Key, u64),
    /// Its end.
    Delete(Key),
    /// Its end at once and for good, also where it is deleted already.
    Erase(Key),
}

/// What a caller asks for, read.
enum Prepared {
    Put(Box<Manifest>),
    Patch(Value),
    Return(Uuid, Value),
    Delete(bool),
}

impl Resources {
    /// Makes a change by hand; gives the resource as it is afterwards, and whether it was made new.
    ///
    /// # Errors
    /// Everything that is against it.
    pub(crate) async fn change(
        &self,
        change: HandChange,
        via: &str,
        expected: Option<u64>,
        caller: &Principal,
        now: Timestamp,
    ) -> Result<(Option<Arc<Stored>>, bool), ChangeError> {
        let mut secrets = BTreeMap::new();
        let (key, change) = self.prepare(change, &mut secrets).await?;
        let is_return = matches!(change, Prepared::Return(..));
        let who = Who { principal: caller.name(), address: caller.address(), via, now, set: None };
        let mut refusal = None;
        let make = |world: &World, caller: &Caller<'_>| {
            let stored = world.get(&key).cloned();
            let live = stored.clone().filter(|stored| stored.record.deleted_at.is_none());
            let generation = live.as_ref().map_or(0, |stored| stored.record.generation);
            if expected.is_some_and(|expected| expected != generation) {
                refusal = Some(ChangeError::Stale(stale(&key, stored.as_deref())));
                return None;
            }
            let none = SetRef { name: key.name.clone(), scope: key.scope.clone() };
            match (change, stored, live) {
                (Prepared::Put(manifest), ..) => {
                    Some(planner::edit(world, Edit::Replace(manifest), none, caller))
                }
                (Prepared::Patch(patch), _, Some(live)) => {
                    Some(planner::edit(world, Edit::Patch(live, patch), none, caller))
                }
                // Another one of its name has another history.
                (Prepared::Return(uid, content), Some(stored), _) if stored.record.uid == uid => {
                    Some(planner::edit(world, Edit::Return(stored, content), none, caller))
                }
                (Prepared::Delete(false), _, Some(live)) => {
                    Some(planner::delete(world, &live, false, none, caller))
                }
                (Prepared::Delete(true), Some(stored), _) => {
                    Some(planner::delete(world, &stored, true, none, caller))
                }
                _ => {
                    refusal = Some(ChangeError::NotFound(format!(
                        "{} {:?} in {}",
                        key.kind,
                        key.name.as_str(),
                        key.scope
                    )));
                    None
                }
            }
        };
        let made = self.commit_if(make, &secrets, &who, caller).await?;
        let Some((planned, world)) = made else {
            return Err(refusal.unwrap_or_else(|| ChangeError::Fault("no plan was made".to_owned())));
        };
        let is_new = planned.writes.first().is_some_and(|write| write.kind == WriteKind::Create);
        match done(planned) {
            // Nothing that the caller sent is wrong: the rest of the world is no longer what it was.
            Err(ChangeError::Invalid(problems)) if is_return => {
                let messages: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
                return Err(ChangeError::Conflict(messages.join("; ")));
            }
            outcome => outcome?,
        }
        // As this change has left it, whatever others do meanwhile.
        Ok((world.get(&key).cloned(), is_new))
    }

    /// Reads what a caller asks for, outside of the transaction.
    async fn prepare(
        &self,
        change: HandChange,
        secrets: &mut BTreeMap<String, Found>,
    ) -> Result<(Key, Prepared), ChangeError> {
        Ok(match change {
            HandChange::Put(mut document) => {
                sound(self.seal(&mut document, secrets)?)?;
                let manifest = Manifest::read(&document, &Scope::PLATFORM).map_err(ChangeError::Invalid)?;
                (Key::from(&manifest.reference()), Prepared::Put(Box::new(manifest)))
            }
            HandChange::Patch(key, mut patch) => {
                if let Some(kind) = find_exactly(&key.kind) {
                    sound(self.0.sealer.seal(kind, &mut patch, secrets)?)?;
                }
                (key, Prepared::Patch(only_wishes(patch)?))
            }
            HandChange::Rollback(key, generation) => {
                self.refresh().await?;
                let stored = self.world().get(&key).cloned();
                let stored = stored
                    .ok_or_else(|| ChangeError::NotFound(format!("{} {:?}", key.kind, key.name.as_str())))?;
                let content = self.content_of(&stored.record, generation).await?;
                (key, Prepared::Return(stored.record.uid, content))
            }
            HandChange::Delete(key) => (key, Prepared::Delete(false)),
            HandChange::Erase(key) => (key, Prepared::Delete(true)),
        })
    }

    /// What a resource was at a generation.
    async fn content_of(&self, record: &Record, generation: u64) -> Result<Value, ChangeError> {
        let mut tx = self.0.db.begin_read().await?;
        let mut before = i64::MAX;
        loop {
            let (page, _) = repo::changes_of(&mut tx, &record.uid.to_string(), before, PAGE).await?;
            let Some(oldest) = page.last().map(|placed| placed.seq) else {
                let message = format!("generation {generation} of {}", record.reference());
                return Err(ChangeError::NotFound(message));
            };
            before = oldest;
            let found = page.into_iter().find(|placed| {
                placed.entry.generation.is_some_and(|known| known.unsigned_abs() == generation)
                    && placed.entry.after.is_some()
            });
            if let Some(after) = found.and_then(|placed| placed.entry.after) {
                let record: Record = serde_json::from_str(&after).map_err(|error| {
                    ChangeError::Fault(format!("an entry of the journal cannot be read: {error}"))
                })?;
                return Ok(record.content);
            }
        }
    }
}

/// What has become of what a caller counts on.
fn stale(key: &Key, stored: Option<&Stored>) -> String {
    let Key { kind, name, .. } = key;
    match stored.map(|stored| &stored.record) {
        None => format!("{kind}/{name} is gone by now; a put without If-Match makes it anew"),
        Some(record) if record.erased => format!("{kind}/{name} is being erased by now"),
        Some(record) if record.deleted_at.is_some() => {
            format!("{kind}/{name} is deleted by now; a put without If-Match has it back")
        }
        Some(record) => {
            format!("{kind}/{name} has generation {} by now; read it again", record.generation)
        }
    }
}

/// The parts of a patch that can be wished for.
fn only_wishes(patch: Value) -> Result<Value, ChangeError> {
    const KNOWN: [&str; 4] = ["labels", "annotations", "deletionProtection", "holds"];
    let wrong = |pointer: String| {
        ChangeError::Invalid(vec![SpecProblem::new(
            pointer,
            "invalid-value",
            format!("a patch changes spec and, of metadata, {}", KNOWN.join(", ")),
        )])
    };
    let Value::Object(fields) = &patch else { return Err(wrong(String::new())) };
    for (key, value) in fields {
        match (key.as_str(), value) {
            ("spec", Value::Object(_)) => {}
            ("metadata", Value::Object(metadata)) => {
                if let Some(key) = metadata.keys().find(|key| !KNOWN.contains(&key.as_str())) {
                    return Err(wrong(tfo_sdk::resource::problem::below("/metadata", key)));
                }
            }
            _ => return Err(wrong(tfo_sdk::resource::problem::below("", key))),
        }
    }
    Ok(patch)
}

fn sound(problems: Vec<SpecProblem>) -> Result<(), ChangeError> {
    if problems.is_empty() { Ok(()) } else { Err(ChangeError::Invalid(problems)) }
}
