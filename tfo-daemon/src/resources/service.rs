//! The resources of an installation: read from memory, changed by plans, kept in the database.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde_json::{Value, json};
use tfo_sdk::api::{SetDelete, SetMove, SetSummary};
use tfo_sdk::resource::plan::{Plan, PlanDiagnostic, PlanRequest, PlanSeverity};
use tfo_sdk::resource::{BUILT_IN_ROLES, Manifest, Name, Scope, SetRef, SpecProblem, kind::find_exactly};
use tfo_sdk::{TenantId, Timestamp};
use tokio::sync::watch;
use uuid::Uuid;

use super::journal::{Entry, Placed};
use super::planner::{self, Caller, Edit, Planned, Write, WriteKind};
use super::record::{Record, Stored};
use super::repo;
use super::secrets::{Found, KeyError, Sealer, sealed_fields, unknown_secret};
use super::world::{Key, World};
use crate::identity::Principal;
use crate::platform::db::{Db, DbError, DbResult, Target, Tx, WriteTx};

/// Entries of the journal that are read at a time.
const PAGE: i64 = 1000;
/// How often a daemon looks for what others have changed, and for a commit of its own whose caller has left meanwhile.
const LOOK: Duration = Duration::from_secs(1);

/// All resources. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Resources(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    sealer: Sealer,
    world: RwLock<Arc<World>>,
    /// The last entry of the journal that this daemon knows of.
    revision: watch::Sender<i64>,
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChangeError {
    /// The database's.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The keys that secrets are sealed with.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// There is no such resource.
    #[error("there is no {0}")]
    NotFound(String),
    /// It has another generation than the caller counts on.
    #[error("{0}")]
    Stale(String),
    /// What is wrong with it, by field.
    #[error("it is not valid")]
    Invalid(Vec<SpecProblem>),
    /// The state of other resources does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// The caller lacks these permissions.
    #[error("not allowed")]
    Denied(Vec<(String, Scope)>),
    /// A fault of ours.
    #[error("{0}")]
    Fault(String),
}

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
}

impl Resources {
    /// Opens the database, reads all resources, and makes what every installation has.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn open(target: &Target, sealer: Sealer, now: Timestamp) -> DbResult<Self> {
        let db = Db::open(target).await?;
        let inner =
            Inner { db: db.clone(), sealer, world: RwLock::default(), revision: watch::Sender::new(0) };
        let resources = Self(Arc::new(inner));
        match resources.start(now).await {
            Ok(()) => {
                resources.follow();
                Ok(resources)
            }
            Err(error) => {
                db.close().await;
                Err(error)
            }
        }
    }

    /// Keeps up with the journal while anybody has these resources.
    fn follow(&self) {
        let resources = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(LOOK).await;
                let Some(inner) = resources.upgrade() else { return };
                if let Err(error) = Self(inner).refresh().await {
                    // Whoever needs the database is told so; here it is tried again.
                    tracing::debug!(%error, "the journal cannot be read");
                }
            }
        });
    }

    async fn start(&self, now: Timestamp) -> DbResult<()> {
        let mut tx = self.0.db.begin_write().await?;
        let mut world = read_world(&mut tx).await?;
        let missing: Vec<Write> =
            built_in(now).into_iter().filter_map(|stored| bring_up(&world, stored, now)).collect();
        if missing.is_empty() {
            tx.rollback().await?;
        } else {
            let who = Who { principal: "system", via: "start", now, set: None };
            self.write(&mut tx, &mut world, missing, &BTreeMap::new(), &who).await?;
            tx.commit().await?;
        }
        self.install(world);
        Ok(())
    }

    /// All resources, as they are now.
    pub(crate) fn world(&self) -> Arc<World> {
        self.0.world.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells when the journal has grown.
    pub(crate) fn revisions(&self) -> watch::Receiver<i64> {
        self.0.revision.subscribe()
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    /// Takes over a world that was read or made, unless a later one is here by now; gives the one that it was.
    fn install(&self, world: World) -> Arc<World> {
        let world = Arc::new(world);
        let mut known = self.0.world.write().unwrap_or_else(PoisonError::into_inner);
        if world.revision > known.revision {
            *known = world.clone();
            self.0.revision.send_replace(world.revision);
        }
        world
    }

    /// Takes in what other daemons have changed.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn refresh(&self) -> DbResult<()> {
        let mut tx = self.0.db.begin_read().await?;
        let known = self.world();
        if repo::last(&mut tx).await?.0 != known.revision {
            let world = catch_up(&mut tx, &known).await?;
            self.install(world);
        }
        Ok(())
    }

    /// Plans many documents, and does it if that is asked for and nothing is against it.
    ///
    /// # Errors
    /// The database's, and missing permissions. What is wrong with the documents stands in the plan.
    pub(crate) async fn apply(
        &self,
        mut request: PlanRequest,
        caller: &Principal,
        now: Timestamp,
    ) -> Result<Plan, ChangeError> {
        let mut secrets = BTreeMap::new();
        let mut wrong = Vec::new();
        for (at, document) in request.documents.iter_mut().enumerate() {
            for problem in self.seal(&mut document.document, &mut secrets)? {
                wrong.push(PlanDiagnostic {
                    severity: PlanSeverity::Error,
                    code: problem.code,
                    message: problem.message,
                    document: Some(at),
                    pointer: problem.pointer,
                    source: document.source.clone(),
                });
            }
        }
        let make = |world: &World, caller: &Caller<'_>| {
            let mut planned = planner::plan(world, &request, caller);
            refuse(&mut planned, wrong);
            planned
        };
        let who = Who { principal: caller.name(), via: "apply", now, set: Some(request.set.to_string()) };
        let planned = if request.commit {
            self.commit(make, &secrets, &who, caller).await?
        } else {
            self.refresh().await?;
            let world = self.world();
            let mut planned = with_caller(caller, &who, |caller| make(&world, caller));
            let mut tx = self.0.db.begin_read().await?;
            check_secrets(&mut tx, &mut planned, &secrets).await?;
            planned
        };
        if planned.denied.is_empty() {
            Ok(planned.plan)
        } else {
            Err(ChangeError::Denied(planned.denied.into_iter().collect()))
        }
    }

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
        let who = Who { principal: caller.name(), via, now, set: None };
        let mut refusal = None;
        let make = |world: &World, caller: &Caller<'_>| {
            let stored = world.get(&key).cloned();
            let live = stored.clone().filter(|stored| stored.record.deleted_at.is_none());
            let generation = live.as_ref().map_or(0, |stored| stored.record.generation);
            if expected.is_some_and(|expected| expected != generation) {
                refusal = Some(ChangeError::Stale(format!(
                    "{}/{} has generation {generation} by now; read it again",
                    key.kind, key.name
                )));
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
                (Prepared::Delete, _, Some(live)) => Some(planner::delete(world, &live, none, caller)),
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
            HandChange::Delete(key) => (key, Prepared::Delete),
        })
    }

    /// What a resource was at a generation.
    async fn content_of(&self, record: &Record, generation: u64) -> Result<Value, ChangeError> {
        let mut tx = self.0.db.begin_read().await?;
        let mut before = i64::MAX;
        loop {
            let page = repo::changes_of(&mut tx, &record.uid.to_string(), before, PAGE).await?;
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

    fn seal(
        &self,
        document: &mut Value,
        secrets: &mut BTreeMap<String, Found>,
    ) -> Result<Vec<SpecProblem>, KeyError> {
        match document.get("kind").and_then(Value::as_str).and_then(find_exactly) {
            Some(kind) => self.0.sealer.seal(kind, document, secrets),
            None => Ok(Vec::new()),
        }
    }

    async fn commit(
        &self,
        make: impl FnOnce(&World, &Caller<'_>) -> Planned,
        secrets: &BTreeMap<String, Found>,
        who: &Who<'_>,
        caller: &Principal,
    ) -> Result<Planned, ChangeError> {
        let planned = self.commit_if(|world, caller| Some(make(world, caller)), secrets, who, caller).await?;
        let (planned, _) = planned.ok_or_else(|| ChangeError::Fault("no plan was made".to_owned()))?;
        Ok(planned)
    }

    /// Makes a plan from the latest world, with the one write transaction held, and does it; gives the world as it is then.
    async fn commit_if(
        &self,
        make: impl FnOnce(&World, &Caller<'_>) -> Option<Planned>,
        secrets: &BTreeMap<String, Found>,
        who: &Who<'_>,
        caller: &Principal,
    ) -> Result<Option<(Planned, Arc<World>)>, ChangeError> {
        let mut tx = self.0.db.begin_write().await?;
        let known = self.world();
        let mut world = if repo::last(&mut tx).await?.0 == known.revision {
            (*known).clone()
        } else {
            catch_up(&mut tx, &known).await?
        };
        let Some(mut planned) = with_caller(caller, who, |caller| make(&world, caller)) else {
            tx.rollback().await?;
            return Ok(None);
        };
        check_secrets(&mut tx, &mut planned, secrets).await?;
        if planned.writes.is_empty() {
            tx.rollback().await?;
            return Ok(Some((planned, self.install(world))));
        }
        self.write(&mut tx, &mut world, planned.writes.clone(), secrets, who).await?;
        tx.commit().await?;
        Ok(Some((planned, self.install(world))))
    }

    /// Writes what a plan says, into the database and into the world.
    async fn write(
        &self,
        tx: &mut WriteTx,
        world: &mut World,
        writes: Vec<Write>,
        secrets: &BTreeMap<String, Found>,
        who: &Who<'_>,
    ) -> DbResult<()> {
        let (mut seq, mut hash) = repo::last(tx).await?;
        // A resource may be written more than once, as one that moves with its place and goes then: the journal has each
        // step, its row the last.
        let mut last: BTreeMap<Uuid, Option<Arc<Stored>>> = BTreeMap::new();
        for write in writes {
            seq += 1;
            let after = write.after.map(|after| {
                let mut after = Arc::unwrap_or_clone(after);
                after.record.revision = seq;
                Arc::new(after)
            });
            let placed =
                Placed::new(seq, entry(write.kind, write.before.as_deref(), after.as_deref(), who)?, &hash);
            repo::append(tx, &placed).await?;
            hash = placed.hash;
            if let Some(before) = &write.before {
                world.remove(&before.record);
            }
            let uid = after.as_ref().or(write.before.as_ref()).map(|stored| stored.record.uid);
            if let Some(after) = &after {
                world.put(after.clone());
            }
            last.extend(uid.map(|uid| (uid, after)));
        }
        // A name that one resource gives up is free before another takes it.
        for uid in last.iter().filter(|(_, after)| after.is_none()).map(|(uid, _)| uid) {
            repo::remove(tx, &uid.to_string()).await?;
        }
        for after in last.values().flatten() {
            repo::put(tx, &after.record).await?;
            self.keep_secrets(tx, &after.record, secrets, who.now).await?;
        }
        world.revision = seq;
        Ok(())
    }

    async fn keep_secrets(
        &self,
        tx: &mut WriteTx,
        record: &Record,
        secrets: &BTreeMap<String, Found>,
        now: Timestamp,
    ) -> DbResult<()> {
        let Some(kind) = find_exactly(&record.kind).filter(|_| !secrets.is_empty()) else { return Ok(()) };
        let uid = record.uid.to_string();
        for (pointer, fingerprint) in sealed_fields(kind, &record.content) {
            let Some(found) = secrets.get(&fingerprint) else { continue };
            if repo::has_secret(tx, &uid, &pointer, &fingerprint).await? {
                continue;
            }
            let kept = self.0.sealer.encrypt(&uid, &pointer, &found.text);
            let kept = kept.map_err(|error| DbError::Other { cause: error.to_string() })?;
            let id = Uuid::now_v7().to_string();
            repo::put_secret(tx, &id, &uid, &pointer, &found.fingerprint, &kept, now.nanos()).await?;
        }
        Ok(())
    }

    /// Gives a resource to another set.
    ///
    /// # Errors
    /// Everything that is against it.
    pub(crate) async fn move_to_set(
        &self,
        request: &SetMove,
        caller: &Principal,
        now: Timestamp,
    ) -> Result<(), ChangeError> {
        let key = Key::from(&request.reference);
        let make = |world: &World, caller: &Caller<'_>| {
            let stored = world.get(&key)?;
            Some(planner::move_to_set(world, stored, request.to.clone(), caller))
        };
        let who = Who { principal: caller.name(), via: "sets", now, set: Some(request.to.to_string()) };
        let made = self.commit_if(make, &BTreeMap::new(), &who, caller).await?;
        let (planned, _) = made.ok_or_else(|| ChangeError::NotFound(request.reference.to_string()))?;
        done(planned)
    }

    /// Ends a set.
    ///
    /// # Errors
    /// Everything that is against it.
    pub(crate) async fn end_set(
        &self,
        request: &SetDelete,
        caller: &Principal,
        now: Timestamp,
    ) -> Result<(), ChangeError> {
        let make = |world: &World, caller: &Caller<'_>| {
            planner::end_set(world, request.set.clone(), request.members, caller)
        };
        let who = Who { principal: caller.name(), via: "sets", now, set: Some(request.set.to_string()) };
        done(self.commit(make, &BTreeMap::new(), &who, caller).await?)
    }

    /// Forgets a deleted resource whose grace time is over.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn forget(&self, key: &Key, now: Timestamp) -> DbResult<()> {
        let mut tx = self.0.db.begin_write().await?;
        let mut world = catch_up(&mut tx, &self.world()).await?;
        let Some(stored) = world.get(key).filter(|stored| stored.record.deleted_at.is_some()).cloned() else {
            return tx.rollback().await;
        };
        let write = Write { kind: WriteKind::Delete, before: Some(stored), after: None };
        let who = Who { principal: "system", via: "erasure", now, set: None };
        self.write(&mut tx, &mut world, vec![write], &BTreeMap::new(), &who).await?;
        tx.commit().await?;
        self.install(world);
        Ok(())
    }

    /// All sets, by place and name.
    pub(crate) fn sets(&self) -> Vec<SetSummary> {
        let world = self.world();
        let mut sets: BTreeMap<(Scope, Name), SetSummary> = BTreeMap::new();
        for stored in world.all().filter(|stored| stored.record.deleted_at.is_none()) {
            for intent in &stored.record.intents {
                let summary =
                    sets.entry((intent.set.scope.clone(), intent.set.name.clone())).or_insert_with(|| {
                        SetSummary {
                            set: intent.set.clone(),
                            members: 0,
                            shared: 0,
                            applied_at: intent.at,
                            by: intent.by.clone(),
                        }
                    });
                if stored.record.home.as_ref() == Some(&intent.set) {
                    summary.members += 1;
                } else {
                    summary.shared += 1;
                }
                if intent.at > summary.applied_at {
                    summary.applied_at = intent.at;
                    summary.by.clone_from(&intent.by);
                }
            }
        }
        sets.into_values().collect()
    }
}

/// What a caller asks for, read.
enum Prepared {
    Put(Box<Manifest>),
    Patch(Value),
    Return(Uuid, Value),
    Delete,
}

/// Who does something, as the journal says it.
struct Who<'a> {
    principal: &'a str,
    via: &'a str,
    now: Timestamp,
    set: Option<String>,
}

fn with_caller<T>(principal: &Principal, who: &Who<'_>, act: impl FnOnce(&Caller<'_>) -> T) -> T {
    let may = |permission: &str, scope: &Scope| principal.may(permission, scope);
    act(&Caller { principal: who.principal, via: who.via, now: who.now, may: &may, new_uid: &Uuid::now_v7 })
}

fn entry(kind: WriteKind, before: Option<&Stored>, after: Option<&Stored>, who: &Who<'_>) -> DbResult<Entry> {
    let text = |stored: Option<&Stored>| {
        let text = stored.map(|stored| serde_json::to_string(&stored.record)).transpose();
        text.map_err(|error| DbError::Other { cause: error.to_string() })
    };
    let record = after.or(before).map(|stored| &stored.record);
    Ok(Entry {
        at: who.now.nanos(),
        principal: who.principal.to_owned(),
        via: who.via.to_owned(),
        address: None,
        action: kind.as_str().to_owned(),
        kind: record.map(|record| record.kind.clone()),
        scope: record.map(|record| record.scope.to_string()),
        name: record.map(|record| record.name.to_string()),
        uid: record.map(|record| record.uid.to_string()),
        generation: record.and_then(|record| i64::try_from(record.generation).ok()),
        set: who.set.clone(),
        before: text(before)?,
        after: text(after)?,
    })
}

fn stored(record: Record) -> DbResult<Arc<Stored>> {
    let name = record.reference();
    let stored = Stored::new(record).map_err(|problems| {
        let problems: Vec<String> =
            problems.into_iter().map(|problem| format!("{}: {}", problem.pointer, problem.message)).collect();
        DbError::Corrupt { cause: format!("{name}: {}", problems.join("; ")) }
    })?;
    Ok(Arc::new(stored))
}

async fn read_world(tx: &mut Tx) -> DbResult<World> {
    let (records, revision) = repo::load(tx).await?;
    let mut world = World::default();
    world.revision = revision;
    for record in records {
        world.put(stored(record)?);
    }
    Ok(world)
}

/// The world with what the journal has behind it.
async fn catch_up(tx: &mut Tx, known: &World) -> DbResult<World> {
    let mut world = known.clone();
    loop {
        let page = repo::changes_after(tx, world.revision, PAGE).await?;
        if page.is_empty() {
            return Ok(world);
        }
        for Placed { seq, entry, .. } in page {
            let read = |record: Option<String>| {
                record.map(|record| serde_json::from_str::<Record>(&record)).transpose()
            };
            let (Ok(before), Ok(after)) = (read(entry.before), read(entry.after)) else {
                return read_world(tx).await;
            };
            let is_whole = match entry.action.as_str() {
                "create" => after.is_some(),
                "remove" => before.is_some(),
                _ => before.is_some() && after.is_some(),
            };
            if !is_whole && entry.uid.is_some() {
                // Its records were taken out: what stands tells.
                return read_world(tx).await;
            }
            if let Some(before) = before {
                world.remove(&before);
            }
            if let Some(after) = after {
                world.put(stored(after)?);
            }
            world.revision = seq;
        }
    }
}

/// Refuses fingerprints that stand for no secret which is here.
async fn check_secrets(
    tx: &mut Tx,
    planned: &mut Planned,
    secrets: &BTreeMap<String, Found>,
) -> DbResult<()> {
    let mut problems = Vec::new();
    for write in &planned.writes {
        let Some(after) = &write.after else { continue };
        let Some(kind) = find_exactly(&after.record.kind) else { continue };
        for (pointer, fingerprint) in sealed_fields(kind, &after.record.content) {
            let uid = after.record.uid.to_string();
            if !secrets.contains_key(&fingerprint)
                && !repo::has_secret(tx, &uid, &pointer, &fingerprint).await?
            {
                let reference = after.record.reference();
                let change = planned.plan.changes.iter().find(|change| change.reference == reference);
                problems.push(PlanDiagnostic {
                    severity: PlanSeverity::Error,
                    code: "unknown-secret".to_owned(),
                    message: unknown_secret(&pointer).message,
                    document: None,
                    pointer,
                    source: change.and_then(|change| change.source.clone()),
                });
            }
        }
    }
    refuse(planned, problems);
    Ok(())
}

/// Takes a plan back for these errors, where there are any.
fn refuse(planned: &mut Planned, errors: Vec<PlanDiagnostic>) {
    if !errors.is_empty() {
        planned.plan.diagnostics.extend(errors);
        planned.plan.committed = false;
        planned.writes.clear();
    }
}

fn sound(problems: Vec<SpecProblem>) -> Result<(), ChangeError> {
    if problems.is_empty() { Ok(()) } else { Err(ChangeError::Invalid(problems)) }
}

/// Whether a plan was done.
fn done(planned: Planned) -> Result<(), ChangeError> {
    if !planned.denied.is_empty() {
        return Err(ChangeError::Denied(planned.denied.into_iter().collect()));
    }
    refused(&planned.plan.diagnostics)
}

/// The errors of a plan of one change by hand.
fn refused(diagnostics: &[PlanDiagnostic]) -> Result<(), ChangeError> {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == PlanSeverity::Error);
    let errors: Vec<&PlanDiagnostic> = errors.collect();
    if errors.is_empty() {
        return Ok(());
    }
    if errors.iter().all(|error| error.pointer.is_empty()) {
        let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
        return Err(ChangeError::Conflict(messages.join("; ")));
    }
    let problem =
        |error: &&PlanDiagnostic| SpecProblem::new(error.pointer.clone(), &error.code, error.message.clone());
    Err(ChangeError::Invalid(errors.iter().map(problem).collect()))
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

/// What makes a built-in resource what this version has; nothing where it is that.
fn bring_up(world: &World, built_in: Arc<Stored>, now: Timestamp) -> Option<Write> {
    let Some(stands) = world.get(&Key::from(&*built_in)) else {
        return Some(Write { kind: WriteKind::Create, before: None, after: Some(built_in) });
    };
    if stands.spec == built_in.spec {
        return None;
    }
    let stored = Arc::unwrap_or_clone(built_in);
    let record = Record {
        uid: stands.record.uid,
        created_at: stands.record.created_at,
        updated_at: now,
        generation: stands.record.generation + 1,
        ..stored.record
    };
    let after = Arc::new(Stored { record, ..stored });
    Some(Write { kind: WriteKind::Update, before: Some(stands.clone()), after: Some(after) })
}

/// What every installation has: the default places, and the built-in roles.
fn built_in(now: Timestamp) -> Vec<Arc<Stored>> {
    let record = |kind: &str, scope: Scope, name: &str, uid: Uuid, spec: Value, built_in: bool| {
        let record = Record {
            uid,
            kind: kind.to_owned(),
            scope,
            name: name.parse().ok()?,
            generation: 1,
            revision: 0,
            created_at: now,
            updated_at: now,
            deleted_at: None,
            built_in,
            content: json!({"spec": spec}),
            home: None,
            intents: Vec::new(),
            overrides: BTreeMap::new(),
        };
        Stored::new(record).ok().map(Arc::new)
    };
    const DEFAULT: &str = "default";
    let place = |depth: usize| -> Scope {
        let path = [DEFAULT; 4][..depth].join("/");
        path.parse().unwrap_or(Scope::PLATFORM)
    };
    let tenant = Uuid::from_bytes(*TenantId::DEFAULT.as_bytes());
    let about = |about: &str| json!({"description": about});
    let places = [
        record("Region", place(0), DEFAULT, Uuid::now_v7(), about("This installation."), true),
        record("Organization", place(1), DEFAULT, Uuid::now_v7(), about("Who runs this installation."), true),
        record("Workspace", place(2), DEFAULT, Uuid::now_v7(), about("The first team."), true),
        record("Tenant", place(3), DEFAULT, tenant, about("Telemetry that names no tenant."), true),
    ];
    let roles = BUILT_IN_ROLES.map(|role| {
        let spec = json!({"description": role.about, "permissions": role.permissions});
        record("Role", Scope::PLATFORM, role.name, Uuid::now_v7(), spec, true)
    });
    places.into_iter().chain(roles).flatten().collect()
}
