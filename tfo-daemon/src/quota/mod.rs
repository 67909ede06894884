//! Quotas hold: how much telemetry a tenant, and all tenants of a workspace together, may send.
//!
//! Every request is charged to all quotas of its tenant before it is written, and what was not written after all is
//! given back. A request that is over a quota is refused whole, in the way that makes senders wait and try again.
//!
//! - Bytes of a day (UTC) are counted by tenant whether or not there is a quota, and written to the database every
//!   [`ROUND`]: daemons that share a database share the count, and one that is killed forgets that much of it.
//! - Bytes a second and active series are what this daemon has seen since it started, and since the quota stands.

mod meter;
mod repo;
mod routes;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arrow::array::{AsArray as _, RecordBatch};
use tfo_sdk::api::{Limit, LimitUsage, Usage};
use tfo_sdk::resource::values::Size;
use tfo_sdk::resource::{Kind as _, Scope, kinds};
use tfo_sdk::{TenantId, Timestamp};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::platform::db::DbResult;
use crate::resources::{Resources, World};
use meter::{Rate, Series, WINDOW};
pub(crate) use routes::routes;

/// How often what came in is written to the database.
const ROUND: Duration = Duration::from_secs(10);
/// The longest that a sender is told to wait: somebody may raise the quota meanwhile.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
const DAY: i64 = 86_400_000_000_000;

/// Keeps account of what comes in, and says what is too much. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Quotas(Arc<Inner>);

struct Inner {
    resources: Resources,
    /// Rates and series go by a clock that nobody sets.
    started: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The revision of the resources that `rules` were made from.
    revision: Option<i64>,
    rules: HashMap<TenantId, Vec<Arc<Rule>>>,
    /// By the quota's uid.
    meters: HashMap<Uuid, Meter>,
    /// The day of `today`, counted from 1970.
    day: i64,
    today: HashMap<TenantId, u64>,
    unsaved: HashMap<(i64, TenantId), u64>,
}

/// A quota, and whom it is for.
struct Rule {
    uid: Uuid,
    name: String,
    scope: Scope,
    spec: kinds::Quota,
    tenants: Vec<TenantId>,
}

#[derive(Default)]
struct Meter {
    rate: Rate,
    series: Series,
}

/// Why a request is too much.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("over the quota {quota} of {scope}: {detail}")]
pub(crate) struct OverQuota {
    quota: String,
    scope: String,
    detail: String,
    /// When there may be room.
    pub(crate) retry_after: Duration,
}

impl OverQuota {
    #[cfg(test)]
    pub(crate) fn for_test(seconds: u64) -> Self {
        let retry_after = Duration::from_secs(seconds);
        Self { quota: "q".to_owned(), scope: "eu/acme".to_owned(), detail: "much".to_owned(), retry_after }
    }
}

/// Bytes that were charged. They are given back when it is dropped without [`Charge::keep`].
#[must_use = "dropping it gives the bytes back"]
pub(crate) struct Charge {
    quotas: Quotas,
    tenant: TenantId,
    bytes: u64,
    day: i64,
    second: u64,
    is_kept: bool,
}

impl Charge {
    /// The request was written.
    pub(crate) fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        if !self.is_kept {
            self.quotas.give_back(self);
        }
    }
}

impl Quotas {
    pub(crate) fn new(resources: Resources) -> Self {
        Self(Arc::new(Inner { resources, started: Instant::now(), state: Mutex::default() }))
    }

    /// Refuses a tenant that has nothing left, before its request is read.
    pub(crate) fn check(&self, tenant: TenantId, now: Timestamp) -> Result<(), OverQuota> {
        let second = self.second();
        let state = &mut *self.state(now);
        for rule in state.rules.get(&tenant).into_iter().flatten() {
            rule.check_bytes(&state.today, state.meters.get(&rule.uid), second, now)?;
        }
        Ok(())
    }

    /// Charges a request to all quotas of its tenant, or to none.
    pub(crate) fn charge(
        &self,
        tenant: TenantId,
        bytes: u64,
        batch: &RecordBatch,
        now: Timestamp,
    ) -> Result<Charge, OverQuota> {
        let second = self.second();
        let state = &mut *self.state(now);
        let rules = state.rules.get(&tenant).map_or(&[][..], Vec::as_slice);
        for rule in rules {
            rule.check_bytes(&state.today, state.meters.get(&rule.uid), second, now)?;
        }
        let limits_series = rules.iter().any(|rule| rule.spec.active_series.is_some());
        let ids = if limits_series { series_of(batch) } else { Vec::new() };
        for rule in rules {
            rule.check_series(&mut state.meters.entry(rule.uid).or_default().series, &ids, second)?;
        }
        for rule in rules {
            let meter = state.meters.entry(rule.uid).or_default();
            meter.rate.add(second, bytes);
            if rule.spec.active_series.is_some() {
                meter.series.see(&ids, minute(second));
            }
        }
        let day = state.day;
        state.count(day, tenant, bytes);
        Ok(Charge { quotas: self.clone(), tenant, bytes, day, second, is_kept: false })
    }

    fn give_back(&self, charge: &Charge) {
        // Not by way of `state()`: whatever the time is now, this goes to where it came from.
        let state = &mut *self.lock();
        for rule in state.rules.get(&charge.tenant).into_iter().flatten() {
            if let Some(meter) = state.meters.get_mut(&rule.uid) {
                meter.rate.take_back(charge.second, charge.bytes);
            }
        }
        if state.day == charge.day
            && let Some(bytes) = state.today.get_mut(&charge.tenant)
        {
            *bytes = bytes.saturating_sub(charge.bytes);
        }
        // What was saved meanwhile stays counted.
        if let Some(bytes) = state.unsaved.get_mut(&(charge.day, charge.tenant)) {
            *bytes = bytes.saturating_sub(charge.bytes);
        }
    }

    /// What a tenant has used.
    pub(crate) fn usage(&self, tenant: TenantId, now: Timestamp) -> Usage {
        let second = self.second();
        let state = &mut *self.state(now);
        let mut limits = Vec::new();
        for rule in state.rules.get(&tenant).into_iter().flatten() {
            let meter = state.meters.entry(rule.uid).or_default();
            let mut put = |limit, used, most| {
                limits.push(LimitUsage {
                    quota: rule.name.clone(),
                    scope: rule.scope.to_string(),
                    limit,
                    used,
                    most,
                });
            };
            if let Some(Size(most)) = rule.spec.ingest_bytes_per_day {
                put(Limit::IngestBytesPerDay, rule.today(&state.today), most);
            }
            if let Some(Size(most)) = rule.spec.ingest_bytes_per_second {
                put(Limit::IngestBytesPerSecond, meter.rate.sum(second) / WINDOW, most);
            }
            if let Some(most) = rule.spec.active_series {
                put(Limit::ActiveSeries, meter.series.active(minute(second)), most);
            }
        }
        Usage {
            now,
            ingest_bytes_today: state.today.get(&tenant).copied().unwrap_or_default(),
            day_ends_at: Timestamp((state.day + 1).saturating_mul(DAY)),
            limits,
        }
    }

    /// Writes what came in to the database, and reads what came in elsewhere.
    ///
    /// # Errors
    /// The database's: nothing is lost, and it is tried again.
    pub(crate) async fn save(&self, now: Timestamp) -> DbResult<()> {
        let unsaved = std::mem::take(&mut self.state(now).unsaved);
        let saved = self.exchange(&unsaved, day_of(now)).await;
        let state = &mut *self.state(now);
        match saved {
            Ok(day) if state.day == day_of(now) => {
                state.today = day;
                let pending = state.unsaved.iter().filter(|((day, _), _)| *day == state.day);
                for ((_, tenant), bytes) in pending {
                    *state.today.entry(*tenant).or_default() += bytes;
                }
                Ok(())
            }
            Ok(_) => Ok(()), // midnight came in between
            Err(error) => {
                for (place, bytes) in unsaved {
                    *state.unsaved.entry(place).or_default() += bytes;
                }
                Err(error)
            }
        }
    }

    async fn exchange(
        &self,
        unsaved: &HashMap<(i64, TenantId), u64>,
        day: i64,
    ) -> DbResult<HashMap<TenantId, u64>> {
        let db = self.0.resources.db();
        if unsaved.is_empty() {
            return repo::of_day(&mut db.begin_read().await?, day).await;
        }
        let mut tx = db.begin_write().await?;
        for ((day, tenant), bytes) in unsaved {
            repo::add(&mut tx, *day, *tenant, *bytes).await?;
        }
        let found = repo::of_day(&mut tx, day).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Forgets what an erased tenant has sent.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn forget(&self, tenant: TenantId) -> DbResult<()> {
        {
            let state = &mut *self.lock();
            state.today.remove(&tenant);
            state.unsaved.retain(|(_, other), _| *other != tenant);
        }
        let mut tx = self.0.resources.db().begin_write().await?;
        repo::forget(&mut tx, tenant).await?;
        tx.commit().await
    }

    /// Saves what comes in until it is stopped.
    pub(crate) async fn run(self, now: impl Fn() -> Timestamp, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(ROUND) => {}
            }
            if let Err(error) = self.save(now()).await {
                tracing::warn!(%error, "how much came in today could not be written down; it is tried again");
            }
        }
    }

    fn second(&self) -> u64 {
        // Not from zero, which is where an empty window stands.
        self.0.started.elapsed().as_secs() + WINDOW
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Whoever panicked here left counters, which are whole at any moment.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state as it is now: by the quotas that stand, on the day that it is.
    fn state(&self, now: Timestamp) -> MutexGuard<'_, State> {
        let world = self.0.resources.world();
        let mut state = self.lock();
        if state.revision != Some(world.revision) {
            state.take_over(&world);
        }
        let day = day_of(now);
        if state.day != day {
            state.day = day;
            // Of another day that was here already, what was saved comes back with the next round.
            state.today = state.unsaved_of(day);
        }
        state
    }
}

impl State {
    fn take_over(&mut self, world: &World) {
        let tenants: Vec<(Scope, TenantId)> = world
            .all()
            .filter(|stored| stored.record.kind == kinds::Tenant::NAME)
            .filter_map(|stored| Some((stored.record.place()?, TenantId::from_uuid(stored.record.uid))))
            .collect();
        self.rules = HashMap::new();
        let mut uids = HashSet::new();
        for stored in world.all().filter(|stored| stored.record.kind == kinds::Quota::NAME) {
            let record = &stored.record;
            let Ok(spec) = serde_json::from_value::<kinds::Quota>(stored.spec.clone()) else { continue };
            let inside = |place: &Scope| place.outwards().any(|scope| scope == record.scope);
            let held: Vec<TenantId> =
                tenants.iter().filter(|(place, _)| inside(place)).map(|(_, id)| *id).collect();
            let rule = Arc::new(Rule {
                uid: record.uid,
                name: record.name.to_string(),
                scope: record.scope.clone(),
                spec,
                tenants: held,
            });
            uids.insert(rule.uid);
            for tenant in &rule.tenants {
                self.rules.entry(*tenant).or_default().push(rule.clone());
            }
        }
        self.meters.retain(|uid, _| uids.contains(uid));
        self.revision = Some(world.revision);
    }

    fn count(&mut self, day: i64, tenant: TenantId, bytes: u64) {
        for counted in [self.today.entry(tenant).or_default(), self.unsaved.entry((day, tenant)).or_default()]
        {
            *counted = counted.saturating_add(bytes);
        }
    }

    fn unsaved_of(&self, day: i64) -> HashMap<TenantId, u64> {
        let of_day = self.unsaved.iter().filter(|((other, _), _)| *other == day);
        of_day.map(|((_, tenant), bytes)| (*tenant, *bytes)).collect()
    }
}

impl Rule {
    /// What all its tenants sent today.
    fn today(&self, today: &HashMap<TenantId, u64>) -> u64 {
        self.tenants.iter().filter_map(|tenant| today.get(tenant)).sum()
    }

    fn check_bytes(
        &self,
        today: &HashMap<TenantId, u64>,
        meter: Option<&Meter>,
        second: u64,
        now: Timestamp,
    ) -> Result<(), OverQuota> {
        if let Some(most) = self.spec.ingest_bytes_per_day
            && self.today(today) >= most.0
        {
            let left = DAY - now.nanos().rem_euclid(DAY);
            let detail = format!("the {most} of today are used up; the next day begins at midnight UTC");
            return Err(self.over(detail, Duration::from_nanos(left.unsigned_abs())));
        }
        if let (Some(most), Some(meter)) = (self.spec.ingest_bytes_per_second, meter) {
            let room = most.0.saturating_mul(WINDOW);
            if meter.rate.sum(second) >= room {
                let detail = format!("more than {most} a second came over the last {WINDOW} seconds");
                return Err(self.over(detail, Duration::from_secs(meter.rate.wait(second, room))));
            }
        }
        Ok(())
    }

    fn check_series(&self, series: &mut Series, ids: &[u64], second: u64) -> Result<(), OverQuota> {
        let Some(most) = self.spec.active_series else { return Ok(()) };
        series.check(ids, minute(second), most).map_err(|there| {
            let detail = format!(
                "{most} series may be active, and with this request they would be {there}; a series without a point \
                 for an hour makes room"
            );
            self.over(detail, Duration::from_secs(60))
        })
    }

    fn over(&self, detail: String, wait: Duration) -> OverQuota {
        OverQuota {
            quota: self.name.clone(),
            scope: self.scope.to_string(),
            detail,
            retry_after: wait.clamp(Duration::from_secs(1), LONGEST_WAIT),
        }
    }
}

/// The series of a request, each once.
fn series_of(batch: &RecordBatch) -> Vec<u64> {
    let Some(column) = batch.column_by_name("series_id") else { return Vec::new() };
    let Some(ids) = column.as_string_opt::<i32>() else { return Vec::new() };
    // Ids are hashes in hexadecimal.
    let mut ids: Vec<u64> = ids.iter().flatten().filter_map(|id| u64::from_str_radix(id, 16).ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn day_of(now: Timestamp) -> i64 {
    now.nanos().div_euclid(DAY)
}

fn minute(second: u64) -> u64 {
    second / 60
}
