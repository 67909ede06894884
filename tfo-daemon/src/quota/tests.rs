//! Quotas on both databases.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use serde_json::{Value, json};
use tempfile::TempDir;
use tfo_sdk::resource::plan::PlanRequest;

use super::*;
use crate::config::KeyPlace;
use crate::identity::Principal;
use crate::platform::db::testing::{TestDatabase, repo_suite};
use crate::resources::Sealer;

repo_suite!(
    what_is_not_kept_is_given_back,
    a_day_outlives_the_daemon_and_is_shared_by_all,
    a_workspace_shares_its_quota,
    the_smallest_quota_holds,
    series_are_counted_once,
    a_failed_save_loses_nothing,
);

/// Half a day after midnight.
const NOON: Timestamp = Timestamp(20_000 * DAY + DAY / 2);

async fn quotas(database: &TestDatabase, folder: &TempDir) -> Quotas {
    let sealer = Sealer::new(KeyPlace::File(folder.path().join("secrets.key")));
    let quotas = Quotas::new(Resources::open(&database.target, sealer, NOON).await.unwrap());
    quotas.save(NOON).await.unwrap();
    quotas
}

async fn apply(quotas: &Quotas, name: &str, document: Value) {
    let request = json!({
        "set": {"name": name, "scope": "platform"}, "documents": [{"document": document}], "commit": true,
    });
    let request: PlanRequest = serde_json::from_value(request).unwrap();
    let plan = quotas.0.resources.apply(request, &Principal::for_test("ada"), NOON).await.unwrap();
    assert!(plan.committed, "{plan:?}");
}

async fn limit(quotas: &Quotas, name: &str, level: &str, place: &str, spec: Value) {
    let metadata = json!({"name": name, level: place});
    let document = json!({"apiVersion": "tfo/v1", "kind": "Quota", "metadata": metadata, "spec": spec});
    apply(quotas, name, document).await;
}

async fn tenant(quotas: &Quotas, name: &str) -> TenantId {
    let metadata = json!({"name": name, "workspace": "default/default/default"});
    let document = json!({"apiVersion": "tfo/v1", "kind": "Tenant", "metadata": metadata, "spec": {}});
    apply(quotas, name, document).await;
    let world = quotas.0.resources.world();
    let mut tenants = world.all().filter(|stored| stored.record.kind == "Tenant");
    TenantId::from_uuid(tenants.find(|stored| stored.record.name.as_str() == name).unwrap().record.uid)
}

fn series(ids: &[&str]) -> RecordBatch {
    let column: ArrayRef = Arc::new(StringArray::from(ids.to_vec()));
    RecordBatch::try_from_iter([("series_id", column)]).unwrap()
}

fn send(quotas: &Quotas, tenant: TenantId, bytes: u64, now: Timestamp) -> Result<(), OverQuota> {
    quotas.check(tenant, now)?;
    quotas.charge(tenant, bytes, &series(&[]), now).map(Charge::keep)
}

const DEFAULT: TenantId = TenantId::DEFAULT;
const HERE: &str = "default/default/default/default";

async fn what_is_not_kept_is_given_back(database: TestDatabase) {
    let folder = tempfile::tempdir().unwrap();
    let quotas = quotas(&database, &folder).await;
    limit(&quotas, "all", "tenant", HERE, json!({"ingestBytesPerDay": "100B", "ingestBytesPerSecond": "9B"}))
        .await;
    let charge = quotas.charge(DEFAULT, 100, &series(&[]), NOON).unwrap();
    assert!(quotas.check(DEFAULT, NOON).is_err());
    drop(charge);
    quotas.check(DEFAULT, NOON).unwrap();
    let usage = quotas.usage(DEFAULT, NOON);
    assert_eq!(usage.limits.iter().map(|limit| limit.used).collect::<Vec<_>>(), [0, 0]);
    assert_eq!(usage.ingest_bytes_today, 0);
}

async fn a_day_outlives_the_daemon_and_is_shared_by_all(database: TestDatabase) {
    let folder = tempfile::tempdir().unwrap();
    let first = quotas(&database, &folder).await;
    limit(&first, "day", "tenant", HERE, json!({"ingestBytesPerDay": "100B"})).await;
    send(&first, DEFAULT, 60, NOON).unwrap();
    first.save(NOON).await.unwrap();
    send(&first, DEFAULT, 1, NOON).unwrap(); // unsaved, and counted where it came in
    assert_eq!(first.usage(DEFAULT, NOON).ingest_bytes_today, 61);

    let second = quotas(&database, &folder).await;
    assert_eq!(second.usage(DEFAULT, NOON).ingest_bytes_today, 60);
    send(&second, DEFAULT, 40, NOON).unwrap();
    let over = send(&second, DEFAULT, 1, NOON).unwrap_err();
    assert_eq!(over.retry_after, LONGEST_WAIT);
    assert!(over.to_string().contains("over the quota day of default/default/default/default"), "{over}");
    second.save(NOON).await.unwrap();
    first.save(NOON).await.unwrap();
    assert_eq!(first.usage(DEFAULT, NOON).ingest_bytes_today, 101);
    assert!(send(&first, DEFAULT, 1, NOON).is_err());

    // A minute before midnight the wait is a minute; after it, there is room.
    let late = Timestamp(20_001 * DAY - 60_000_000_000);
    assert_eq!(send(&first, DEFAULT, 1, late).unwrap_err().retry_after, Duration::from_secs(60));
    let morning = Timestamp(20_001 * DAY);
    send(&first, DEFAULT, 1, morning).unwrap();
    assert_eq!(first.usage(DEFAULT, morning).ingest_bytes_today, 1);
    // A clock that is set back finds the day before as it was.
    first.save(late).await.unwrap();
    assert_eq!(first.usage(DEFAULT, late).ingest_bytes_today, 101);

    first.forget(DEFAULT).await.unwrap();
    let third = quotas(&database, &folder).await;
    assert_eq!(third.usage(DEFAULT, NOON).ingest_bytes_today, 0);
}

async fn a_workspace_shares_its_quota(database: TestDatabase) {
    let folder = tempfile::tempdir().unwrap();
    let quotas = quotas(&database, &folder).await;
    let other = tenant(&quotas, "other").await;
    limit(&quotas, "team", "workspace", "default/default/default", json!({"ingestBytesPerDay": "100B"}))
        .await;
    send(&quotas, DEFAULT, 60, NOON).unwrap();
    send(&quotas, other, 60, NOON).unwrap();
    for tenant in [DEFAULT, other] {
        assert!(send(&quotas, tenant, 1, NOON).is_err());
        let usage = quotas.usage(tenant, NOON);
        assert_eq!((usage.ingest_bytes_today, usage.limits[0].used, usage.limits[0].most), (60, 120, 100));
    }
}

async fn the_smallest_quota_holds(database: TestDatabase) {
    let folder = tempfile::tempdir().unwrap();
    let quotas = quotas(&database, &folder).await;
    limit(&quotas, "team", "workspace", "default/default/default", json!({"ingestBytesPerDay": "10KB"}))
        .await;
    send(&quotas, DEFAULT, 500, NOON).unwrap();
    // It counts what came in before it stood.
    limit(&quotas, "own", "tenant", HERE, json!({"ingestBytesPerDay": "500B"})).await;
    assert!(send(&quotas, DEFAULT, 1, NOON).unwrap_err().to_string().contains("quota own"));
    limit(&quotas, "own", "tenant", HERE, json!({"ingestBytesPerSecond": "50B"})).await;
    send(&quotas, DEFAULT, 499, NOON).unwrap();
    let over = send(&quotas, DEFAULT, 2, NOON).and_then(|()| send(&quotas, DEFAULT, 2, NOON)).unwrap_err();
    assert!(over.retry_after <= Duration::from_secs(WINDOW), "{over:?}");
}

async fn series_are_counted_once(database: TestDatabase) {
    let folder = tempfile::tempdir().unwrap();
    let quotas = quotas(&database, &folder).await;
    limit(&quotas, "few", "tenant", HERE, json!({"activeSeries": 2})).await;
    let charge = |ids: &[&str]| quotas.charge(DEFAULT, 1, &series(ids), NOON).map(Charge::keep);
    charge(&["00000000000000aa", "00000000000000bb", "00000000000000aa"]).unwrap();
    charge(&["00000000000000bb"]).unwrap();
    let over = charge(&["00000000000000aa", "ffffffffffffffff"]).unwrap_err();
    assert!(over.to_string().contains("2 series may be active"), "{over}");
    charge(&["00000000000000aa"]).unwrap();
    assert_eq!(quotas.usage(DEFAULT, NOON).limits[0].used, 2);
    // Logs and spans have none.
    send(&quotas, DEFAULT, 1, NOON).unwrap();
}

async fn a_failed_save_loses_nothing(database: TestDatabase) {
    let folder = tempfile::tempdir().unwrap();
    let quotas = quotas(&database, &folder).await;
    send(&quotas, DEFAULT, 7, NOON).unwrap();
    quotas.0.resources.db().close().await;
    assert!(quotas.save(NOON).await.is_err());
    send(&quotas, DEFAULT, 3, NOON).unwrap();
    assert_eq!(quotas.state(NOON).unsaved[&(20_000, DEFAULT)], 10);
    assert_eq!(quotas.usage(DEFAULT, NOON).ingest_bytes_today, 10);
}
