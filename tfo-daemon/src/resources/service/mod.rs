//! The resources of an installation: read from memory, changed by plans, kept in the database.

mod built_in;
mod hand;
mod image;
mod sets;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde_json::Value;
use tfo_sdk::Timestamp;
use tfo_sdk::resource::kind::find_exactly;
use tfo_sdk::resource::plan::{Plan, PlanDiagnostic, PlanRequest, PlanSeverity};
use tfo_sdk::resource::{Scope, SpecProblem};
use tokio::sync::watch;
use uuid::Uuid;

use crate::identity::Principal;
use crate::platform::db::{Db, DbError, DbResult, Target, Tx, WriteTx};
use crate::resources::body::Turns;
use crate::resources::journal::{Entry, Placed};
use crate::resources::planner::{self, Caller, Planned, Write, WriteKind};
use crate::resources::record::{Record, Stored};
use crate::resources::repo;
use crate::resources::secrets::{Found, KeyError, Sealer, sealed_fields, unknown_secret};
use crate::resources::world::World;

use built_in::{bring_up, built_in};
pub(crate) use hand::HandChange;
use image::{catch_up, read_world};

/// Entries of the journal that are read at a time, at most.
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
    turns: Turns,
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

impl Resources {
    /// Opens the database, reads all resources, and makes what every installation has.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn open(target: &Target, sealer: Sealer, now: Timestamp) -> DbResult<Self> {
        let db = Db::open(target).await?;
        let inner = Inner {
            db: db.clone(),
            sealer,
            turns: Turns::new(),
            world: RwLock::default(),
            revision: watch::Sender::new(0),
        };
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
            let who = Who { principal: "system", address: None, via: "start", now, set: None };
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

    /// The turns of bodies that hold documents.
    pub(in crate::resources) fn turns(&self) -> &Turns {
        &self.0.turns
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
        let who = Who {
            principal: caller.name(),
            address: caller.address(),
            via: "apply",
            now,
            set: Some(request.set.to_string()),
        };
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
            let mut after = write.after.map(Arc::unwrap_or_clone);
            if let Some(Stored { record, .. }) = &mut after {
                record.revision = seq;
                if write.kind == WriteKind::Create {
                    // It goes on counting where the last one of its name has ended: who has read that one does not take it
                    // for the same.
                    record.generation += repo::last_generation(tx, record).await?;
                }
            }
            let after = after.map(Arc::new);
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

    /// Forgets a deleted resource whose grace time is over.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn forget(&self, uid: Uuid, now: Timestamp) -> DbResult<()> {
        let mut tx = self.0.db.begin_write().await?;
        let mut world = catch_up(&mut tx, &self.world()).await?;
        let is_it = |stored: &&Arc<Stored>| stored.record.uid == uid && stored.record.deleted_at.is_some();
        let Some(stored) = world.all().find(is_it).cloned() else {
            return tx.rollback().await;
        };
        let write = Write { kind: WriteKind::Delete, before: Some(stored), after: None };
        let who = Who { principal: "system", address: None, via: "erasure", now, set: None };
        self.write(&mut tx, &mut world, vec![write], &BTreeMap::new(), &who).await?;
        tx.commit().await?;
        self.install(world);
        Ok(())
    }
}

/// Who does something, as the journal says it.
struct Who<'a> {
    principal: &'a str,
    address: Option<IpAddr>,
    via: &'a str,
    now: Timestamp,
    set: Option<String>,
}

/// Plans something. That may take a while, in which the runtime's thread does nothing else: its other work goes elsewhere.
fn with_caller<T>(principal: &Principal, who: &Who<'_>, act: impl FnOnce(&Caller<'_>) -> T) -> T {
    let may = |permission: &str, scope: &Scope| principal.may(permission, scope);
    let caller =
        Caller { principal: who.principal, via: who.via, now: who.now, may: &may, new_uid: &Uuid::now_v7 };
    tokio::task::block_in_place(|| act(&caller))
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
        address: who.address.map(|address| address.to_string()),
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
