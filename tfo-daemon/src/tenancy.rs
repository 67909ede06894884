//! The hierarchy acts: a deleted tenant is closed at once and erased after its grace time, and telemetry is kept as long as
//! the policy says that stands nearest to its tenant.
//!
//! It follows the resources and keeps no state of its own: a deleted tenant whose grace time is over is there until its
//! telemetry is gone, so that whatever ends the daemon in between, the next start goes on. Of daemons that share a database,
//! only one that serves a tenant's region erases it: where the others have nothing of it, it is not gone.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tfo_sdk::resource::kind::find_exactly;
use tfo_sdk::resource::{Kind as _, Name, Scope, kinds};
use tfo_sdk::{Signal, TenantId, Timestamp};
use tfo_store::{RetentionTable, Store};
use tokio_util::sync::CancellationToken;

use crate::quota::Quotas;
use crate::resources::{Resources, Stored, World};

/// How often it looks for tenants whose grace time is over, and for what other daemons have changed.
const ROUND: Duration = Duration::from_secs(5);

/// What follows the resources on behalf of the store.
#[derive(Clone)]
pub(crate) struct Tenancy {
    store: Store,
    resources: Resources,
    quotas: Quotas,
    /// The regions that this daemon serves; all of them where none is named.
    regions: Vec<Name>,
    /// What the store was told last.
    told: Arc<Mutex<Option<RetentionTable>>>,
}

impl Tenancy {
    pub(crate) fn new(store: Store, resources: Resources, quotas: Quotas, regions: Vec<Name>) -> Self {
        Self { store, resources, quotas, regions, told: Arc::default() }
    }

    /// Tells the store which tenants are closed, and how long telemetry is kept. Blocks.
    ///
    /// # Errors
    /// When the disk fails: what it was told before holds.
    pub(crate) fn tell(&self) -> std::io::Result<()> {
        let world = self.resources.world();
        for tenant in tenants(&world) {
            let id = TenantId::from_uuid(tenant.record.uid);
            if tenant.record.deleted_at.is_some() {
                self.store.close_tenant(&id);
            } else {
                self.store.open_tenant(&id);
            }
        }
        let table = retention(&world);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.as_ref() != Some(&table) {
            self.store.set_retention(table.clone())?;
            *told = Some(table);
        }
        Ok(())
    }

    /// Follows the resources until it is stopped.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut revisions = self.resources.revisions();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                changed = revisions.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(ROUND) => {}
            }
            if let Err(error) = self.resources.refresh().await {
                tracing::warn!(%error, "what other daemons have configured is not known for now");
            }
            let tenancy = self.clone();
            let told = tokio::task::spawn_blocking(move || tenancy.tell()).await;
            if let Ok(Err(error)) = told {
                tracing::warn!(%error, "how long telemetry is kept could not be written down; it is tried again");
            }
            self.erase_what_is_over().await;
        }
    }

    /// Erases the tenants of this daemon's regions whose grace time is over.
    async fn erase_what_is_over(&self) {
        let now = self.store.now();
        let world = self.resources.world();
        let is_served = |tenant: &&Arc<Stored>| {
            tenant.record.scope.parts().first().is_some_and(|region| serves(&self.regions, region))
        };
        for tenant in tenants(&world).filter(is_served).filter(|tenant| is_over(tenant, now)) {
            let (id, store) = (TenantId::from_uuid(tenant.record.uid), self.store.clone());
            let path = tenant.record.reference();
            let erased = tokio::task::spawn_blocking(move || store.erase(&id)).await;
            match erased {
                Ok(Ok(erased)) => {
                    tracing::info!(%path, tenant = %id, ?erased, "a tenant's telemetry is erased");
                }
                Ok(Err(error)) => {
                    tracing::warn!(%path, tenant = %id, %error, "a tenant is not erased yet; it is tried again");
                    continue;
                }
                Err(_) => return,
            }
            if let Err(error) = self.quotas.forget(id).await {
                tracing::warn!(%path, %error, "an erased tenant is not forgotten yet; it is tried again");
                continue;
            }
            if let Err(error) = self.resources.forget(tenant.record.uid, now).await {
                tracing::warn!(%path, %error, "an erased tenant is not forgotten yet; it is tried again");
            }
        }
    }
}

/// Whether a daemon that serves these regions, all where none is named, serves one.
pub(crate) fn serves(regions: &[Name], region: &Name) -> bool {
    regions.is_empty() || regions.contains(region)
}

fn tenants(world: &World) -> impl Iterator<Item = &Arc<Stored>> {
    world.all().filter(|stored| stored.record.kind == kinds::Tenant::NAME)
}

fn is_over(stored: &Stored, now: Timestamp) -> bool {
    if stored.record.erased {
        return true;
    }
    let grace = find_exactly(&stored.record.kind).and_then(|kind| kind.grace).unwrap_or_default();
    stored.record.deleted_at.is_some_and(|deleted_at| deleted_at.plus(grace) <= now)
}

/// How long the telemetry of each tenant is kept, where a policy says so.
fn retention(world: &World) -> RetentionTable {
    let policies: Vec<(&Scope, kinds::RetentionPolicy)> = world
        .all()
        .filter(|stored| stored.record.kind == kinds::RetentionPolicy::NAME)
        .filter_map(|stored| Some((&stored.record.scope, serde_json::from_value(stored.spec.clone()).ok()?)))
        .collect();
    let mut table = RetentionTable::default();
    for tenant in tenants(world) {
        let Some(place) = tenant.record.place() else { continue };
        let id = TenantId::from_uuid(tenant.record.uid);
        for signal in Signal::ALL {
            let says = |policy: &kinds::RetentionPolicy| match signal {
                Signal::Logs => policy.logs,
                Signal::Spans => policy.spans,
                Signal::MetricPoints => policy.metrics,
            };
            // Of several in one place the longest holds: nothing is deleted that somebody wants.
            let nearest = place.outwards().find_map(|scope| {
                let here = policies.iter().filter(|(standing, _)| **standing == scope);
                here.filter_map(|(_, policy)| says(policy)).max()
            });
            if let Some(period) = nearest {
                table.keep(id, signal, period.0);
            }
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tempfile::TempDir;
    use tfo_sdk::resource::plan::PlanRequest;
    use tfo_store::clock::SystemClock;
    use tfo_store::disk::{Disk as _, LocalDisk};
    use tfo_store::rng::SystemRng;

    use super::*;
    use crate::config::{Config, Environment, KeyPlace, Overrides};
    use crate::identity::Principal;
    use crate::platform::db::testing::{TestDatabase, repo_suite};
    use crate::resources::{HandChange, Key, Sealer};

    repo_suite!(a_tenant_is_erased_where_its_region_is_served);

    struct Folder(String);

    impl Environment for Folder {
        fn get(&self, name: &str) -> Option<String> {
            match name {
                "TFO_DATA_DIR" => Some(self.0.clone()),
                "TFO_STORE_RESERVE_BYTES" => Some("0".to_owned()),
                _ => None,
            }
        }
    }

    /// A daemon that serves these regions, with a store of its own on a database that others have too.
    async fn daemon(database: &TestDatabase, folder: &TempDir, regions: &[&str]) -> Tenancy {
        let path = folder.path().join(format!("of {}", regions.join(" ")));
        let config = Config::load_from(&Overrides::default(), &Folder(path.to_string_lossy().into_owned()));
        let disk = LocalDisk::open(&path).unwrap();
        let options = config.unwrap().store.options(disk.space().unwrap());
        let (store, _) =
            Store::open(options, Arc::new(disk), Arc::new(SystemClock), Arc::new(SystemRng)).unwrap();
        let sealer = Sealer::new(KeyPlace::File(folder.path().join("secrets.key")));
        let resources = Resources::open(&database.target, sealer, store.now()).await.unwrap();
        let regions = regions.iter().map(|region| region.parse().unwrap()).collect();
        Tenancy::new(store, resources.clone(), Quotas::new(resources), regions)
    }

    #[expect(clippy::needless_pass_by_value, reason = "tests read better without &json!")]
    fn document(kind: &str, metadata: Value) -> Value {
        json!({"document": {"apiVersion": "tfo/v1", "kind": kind, "metadata": metadata, "spec": {}}})
    }

    async fn a_tenant_is_erased_where_its_region_is_served(database: TestDatabase) {
        let folder = tempfile::tempdir().unwrap();
        let (eu, us) = (daemon(&database, &folder, &["eu"]).await, daemon(&database, &folder, &["us"]).await);
        let places = [
            document("Region", json!({"name": "eu"})),
            document("Organization", json!({"name": "acme", "region": "eu"})),
            document("Workspace", json!({"name": "shop", "organization": "eu/acme"})),
            document("Tenant", json!({"name": "staging", "workspace": "eu/acme/shop"})),
        ];
        let request = json!({"set": {"name": "a", "scope": "platform"}, "documents": places, "commit": true});
        let request: PlanRequest = serde_json::from_value(request).unwrap();
        let (caller, now) = (Principal::for_test("ada"), eu.store.now());
        assert!(us.resources.apply(request, &caller, now).await.unwrap().committed);
        let key = Key {
            scope: "eu/acme/shop".parse().unwrap(),
            kind: "Tenant".to_owned(),
            name: "staging".parse().unwrap(),
        };
        us.resources.change(HandChange::Erase(key.clone()), "rest", None, &caller, now).await.unwrap();
        let is_there = async |daemon: &Tenancy| {
            daemon.erase_what_is_over().await;
            daemon.resources.refresh().await.unwrap();
            daemon.resources.world().get(&key).is_some()
        };
        assert!(is_there(&us).await, "what another daemon has of it would stay for good");
        eu.resources.refresh().await.unwrap();
        assert!(!is_there(&eu).await);
        assert!(!is_there(&us).await);
    }
}
