//! The contract of apply and diff on a database: what is there afterwards, whatever comes in between.

mod repo;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tempfile::TempDir;
use tfo_sdk::Timestamp;
use tfo_sdk::api::{MembersFate, SetDelete, SetMove};
use tfo_sdk::resource::Scope;
use tfo_sdk::resource::plan::{Plan, PlanRequest};

use super::audit::examine;
use super::journal::{Entry, Placed};
use super::planner::tests::{
    Test as Simulated, bundles, messages, organization, place, pruned, region, request, retention, set,
    state, user,
};
use super::record::Stored;
use super::repo as journal;
use super::service::{ChangeError, HandChange};
use super::world::{Key, World};
use super::{Resources, Sealer};
use crate::config::KeyPlace;
use crate::identity::Principal;
use crate::platform::db::DbResult;
use crate::platform::db::testing::{TestDatabase, on_postgres, on_sqlite, repo_suite};
use repo::{Dump, dump};

repo_suite!(
    a_second_apply_writes_no_row,
    a_failing_document_leaves_nothing_behind,
    applying_a_and_then_b_is_applying_b,
    two_daemons_see_what_the_other_has_changed,
    a_daemon_follows_without_being_asked,
    parallel_appliers_end_in_a_serial_outcome,
    a_commit_that_is_given_up_is_whole_or_has_never_been,
    a_name_can_be_given_again_but_not_swapped,
    a_resource_that_moves_with_its_place_and_goes_is_gone,
    a_secret_is_compared_and_never_shown,
    what_is_no_secret_is_in_no_answer,
    a_patch_that_removes_a_field_has_its_secret_checked,
    a_fingerprint_without_its_secret_is_refused,
    a_resource_returns_to_what_it_was,
    a_state_whose_reference_is_gone_is_a_conflict,
    a_patch_makes_no_metadata_that_a_document_could_not_have,
    a_tenant_that_is_had_back_belongs_to_nobody,
    sets_move_and_end,
    a_journal_that_was_changed_shows_it,
    what_was_taken_out_of_the_journal_is_counted,
    a_page_of_the_journal_ends_where_it_is_large,
    a_resource_that_is_too_large_is_refused,
    what_is_built_in_is_there_once,
    what_is_built_in_is_what_this_version_has,
);

const NOW: i64 = 1_800_000_000_000_000_000;
const NOBODY: &str = "rest";

/// The resources of a daemon.
struct Test {
    database: TestDatabase,
    folder: TempDir,
    resources: Resources,
}

impl Test {
    async fn new(database: TestDatabase) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let resources = open(&database, &folder).await.unwrap();
        Self { database, folder, resources }
    }

    /// The resources of another daemon on the same database.
    async fn another(&self) -> Resources {
        open(&self.database, &self.folder).await.unwrap()
    }

    async fn apply(&self, request: PlanRequest) -> Plan {
        apply(&self.resources, request).await.unwrap()
    }

    /// As [`Test::apply`], where nothing may be against it.
    async fn make(&self, documents: Vec<Value>) {
        let plan = self.apply(request("made", documents)).await;
        assert!(plan.committed && messages(&plan).is_empty(), "{:?}", messages(&plan));
    }

    async fn change(&self, change: HandChange) -> Result<Option<Arc<Stored>>, ChangeError> {
        let changed = self.resources.change(change, NOBODY, None, &caller(), Timestamp(NOW)).await;
        changed.map(|(stored, _)| stored)
    }

    fn find(&self, kind: &str, name: &str) -> Option<Arc<Stored>> {
        find(&self.resources.world(), kind, name)
    }

    async fn dump(&self) -> Dump {
        dump(self.resources.db()).await
    }

    /// Everything holds together: the journal, and what is in memory with what a new daemon reads.
    async fn is_sound(&self) {
        let report = examine(self.resources.db()).await.unwrap();
        assert_eq!((report.findings, report.erased), (Vec::new(), 0));
        self.resources.refresh().await.unwrap();
        let (known, read) = (self.resources.world(), self.another().await.world());
        assert_eq!(known.all().collect::<Vec<_>>(), read.all().collect::<Vec<_>>());
        assert_eq!(known.revision, read.revision);
    }
}

fn caller() -> Principal {
    Principal::for_test("ada")
}

async fn open(database: &TestDatabase, folder: &TempDir) -> DbResult<Resources> {
    let sealer = Sealer::new(KeyPlace::File(folder.path().join("secrets.key")));
    Resources::open(&database.target, sealer, Timestamp(NOW)).await
}

async fn apply(resources: &Resources, request: PlanRequest) -> Result<Plan, ChangeError> {
    resources.apply(request, &caller(), Timestamp(NOW)).await
}

fn find(world: &World, kind: &str, name: &str) -> Option<Arc<Stored>> {
    let is_it = |stored: &&Arc<Stored>| stored.record.kind == kind && stored.record.name.as_str() == name;
    world.all().find(is_it).cloned()
}

fn key(kind: &str, scope: &str, name: &str) -> Key {
    Key { scope: scope.parse().unwrap(), kind: kind.to_owned(), name: name.parse().unwrap() }
}

/// What there is beside what every installation has.
fn made(world: &World) -> BTreeMap<String, Value> {
    let mut made = World::default();
    for stored in world.all().filter(|stored| !stored.record.built_in) {
        made.put(stored.clone());
    }
    state(&made)
}

/// A plan without what differs from run to run.
fn plain(mut plan: Plan) -> Plan {
    for change in &mut plan.changes {
        change.uid = None;
    }
    plan
}

fn tree() -> Vec<Value> {
    [place("eu/acme/shop/production"), vec![retention("keep", json!({"logs": "7d"})), user("ada", json!({}))]]
        .concat()
}

fn role(name: &str) -> Value {
    json!({"apiVersion": "tfo/v1", "kind": "Role", "metadata": {"name": name}, "spec": {"permissions": ["telemetry:read"]}})
}

fn binding(role: &str) -> Value {
    json!({"apiVersion": "tfo/v1", "kind": "RoleBinding", "metadata": {"name": "readers"},
        "spec": {"role": role, "subjects": [{"kind": "User", "name": "ada"}]}})
}

#[expect(clippy::needless_pass_by_value, reason = "tests read better without &json!")]
fn api_key(spec: Value) -> Value {
    json!({"apiVersion": "tfo/v1", "kind": "ApiKey", "metadata": {"name": "exporter", "tenant": "eu/acme/shop/production"},
        "spec": spec})
}

/// Secrets that are valid, and in no other text.
fn secret(seed: u8) -> String {
    format!("tfs_{}", format!("{seed:02x}7d").repeat(16))
}

async fn a_second_apply_writes_no_row(database: TestDatabase) {
    let test = Test::new(database).await;
    let documents = [tree(), vec![api_key(json!({"secret": secret(1)}))]].concat();
    test.make(documents.clone()).await;
    let before = test.dump().await;
    let again = test.apply(pruned("made", documents.clone())).await;
    assert!(again.committed && again.is_empty(), "{again:?}");
    let diff = test.apply(PlanRequest { commit: false, ..request("made", documents) }).await;
    assert!(!diff.committed && diff.is_empty(), "{diff:?}");
    assert_eq!(test.dump().await, before);
    test.is_sound().await;
}

async fn a_failing_document_leaves_nothing_behind(database: TestDatabase) {
    let test = Test::new(database).await;
    test.make(tree()).await;
    let before = test.dump().await;
    let wrong = [
        user("bob", json!({"disabled": "no"})),
        json!({"apiVersion": "tfo/v1", "kind": "Usr", "metadata": {"name": "bob"}}),
        binding("nobody"),
        json!({"apiVersion": "tfo/v1", "kind": "Region", "metadata": {"name": "default"}, "spec": {"description": "Mine."}}),
        json!([]),
    ];
    for wrong in wrong {
        let documents = vec![user("eve", json!({})), region("us"), wrong.clone()];
        let plan = test.apply(request("made", documents)).await;
        assert!(!plan.committed && !messages(&plan).is_empty(), "{wrong}");
        assert_eq!(test.dump().await, before, "{wrong}");
        assert!(test.find("User", "eve").is_none(), "{wrong}");
    }
    let other =
        request("other", vec![user("eve", json!({})), user("ada", json!({"email": "eve@example.com"}))]);
    assert_eq!(test.apply(other).await.conflicts.len(), 1);
    assert_eq!(test.dump().await, before);
}

async fn applying_a_and_then_b_is_applying_b(database: TestDatabase) {
    let test = Test::new(database).await;
    let mut runner = TestRunner::deterministic();
    for _ in 0..40 {
        let documents = bundles().new_tree(&mut runner).unwrap().current();
        let plan = test.apply(pruned("s", documents.clone())).await;
        assert!(plan.committed, "{:?}", messages(&plan));
        let mut alone = Simulated::new();
        alone.apply(&pruned("s", documents.clone()));
        assert_eq!(made(&test.resources.world()), state(&alone.world));
        let before = test.dump().await;
        assert!(test.apply(pruned("s", documents)).await.is_empty());
        assert_eq!(test.dump().await, before);
    }
    test.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_engines_give_the_same_plans() {
    on_postgres(async |postgres| {
        on_sqlite(async |sqlite| {
            let (one, other) = (Test::new(sqlite).await, Test::new(postgres).await);
            let mut runner = TestRunner::deterministic();
            let mut simulated = Simulated::new();
            for stored in one.resources.world().all() {
                simulated.world.put(stored.clone());
            }
            for at in 0..20 {
                let documents = bundles().new_tree(&mut runner).unwrap().current();
                let asked = if at % 3 == 0 { request("t", documents) } else { pruned("s", documents) };
                let plans = [one.apply(asked.clone()).await, other.apply(asked.clone()).await].map(plain);
                assert_eq!(plans[0], plans[1]);
                assert_eq!(plans[0].summary, simulated.apply(&asked).summary);
                assert_eq!(made(&one.resources.world()), made(&other.resources.world()));
            }
        })
        .await;
    })
    .await;
}

async fn two_daemons_see_what_the_other_has_changed(database: TestDatabase) {
    let test = Test::new(database).await;
    let other = test.another().await;
    let seen = async || {
        other.refresh().await.unwrap();
        let (mine, theirs) = (test.resources.world(), other.world());
        assert_eq!(mine.all().collect::<Vec<_>>(), theirs.all().collect::<Vec<_>>());
        theirs
    };
    test.make(tree()).await;
    assert!(find(&*seen().await, "Tenant", "production").is_some());
    let mut renamed = organization("apex");
    renamed["metadata"]["renamedFrom"] = json!("acme");
    test.make(vec![renamed]).await;
    let tenant = find(&*seen().await, "Tenant", "production").unwrap();
    assert_eq!(tenant.record.scope.to_string(), "eu/apex/shop");
    test.change(HandChange::Delete(key("RetentionPolicy", "eu/apex", "keep"))).await.unwrap();
    test.change(HandChange::Delete(key("Tenant", "eu/apex/shop", "production"))).await.unwrap();
    let theirs = seen().await;
    assert!(find(&theirs, "RetentionPolicy", "keep").is_none());
    assert!(find(&theirs, "Tenant", "production").unwrap().record.deleted_at.is_some());
    // The other one changes what it has not read yet.
    test.make(vec![user("eve", json!({"displayName": "Eve"}))]).await;
    let patch = HandChange::Patch(key("User", "platform", "eve"), json!({"spec": {"disabled": true}}));
    let (stored, _) = other.change(patch, NOBODY, None, &caller(), Timestamp(NOW)).await.unwrap();
    assert_eq!(stored.unwrap().spec["displayName"], "Eve");
    test.is_sound().await;
}

async fn a_daemon_follows_without_being_asked(database: TestDatabase) {
    let test = Test::new(database).await;
    let other = test.another().await;
    let mut revisions = other.revisions();
    revisions.borrow_and_update();
    test.make(vec![user("eve", json!({}))]).await;
    tokio::time::timeout(Duration::from_secs(20), revisions.changed()).await.unwrap().unwrap();
    assert!(find(&other.world(), "User", "eve").is_some());
}

async fn parallel_appliers_end_in_a_serial_outcome(database: TestDatabase) {
    const APPLIERS: usize = 16;
    let test = Test::new(database).await;
    let daemons = [test.resources.clone(), test.another().await];
    let mut start = Simulated::new();
    for stored in test.resources.world().all() {
        start.world.put(stored.clone());
    }
    let bundle = |at: usize| {
        let shared = (0..6).map(|number| {
            let spec = if (at + number).is_multiple_of(3) {
                json!({})
            } else {
                json!({"displayName": format!("of {}", at % 4)})
            };
            user(&format!("u{number}"), spec)
        });
        let own = user(&format!("own-{at}"), json!({"displayName": format!("{at}")}));
        request(&format!("s{}", at % 4), shared.skip(at % 5).chain([own]).collect())
    };
    let running: Vec<_> = (0..APPLIERS)
        .map(|at| {
            let (resources, request) = (daemons[at % 2].clone(), bundle(at));
            tokio::spawn(async move { apply(&resources, request).await.unwrap() })
        })
        .collect();
    let mut plans = Vec::new();
    for task in running {
        plans.push(task.await.unwrap());
    }
    test.resources.refresh().await.unwrap();
    let world = test.resources.world();
    let revision =
        |at: usize| find(&world, "User", &format!("own-{at}")).map(|stored| stored.record.revision);
    let mut committed: Vec<(i64, usize)> = Vec::new();
    for (at, plan) in plans.iter().enumerate() {
        assert_eq!(plan.committed, revision(at).is_some());
        assert_eq!(plan.committed, plan.conflicts.is_empty(), "{:?}", messages(plan));
        committed.extend(revision(at).map(|revision| (revision, at)));
    }
    committed.sort_unstable();
    for (_, at) in &committed {
        assert!(start.apply(&bundle(*at)).committed);
    }
    assert_eq!(made(&world), made(&start.world), "in the order of their commits they make the same");
    assert!(!committed.is_empty() && committed.len() < APPLIERS, "{committed:?}");
    test.is_sound().await;
}

async fn a_commit_that_is_given_up_is_whole_or_has_never_been(database: TestDatabase) {
    let test = Test::new(database).await;
    let users = |round: u32| {
        (0..60).map(|at| user(&format!("u{at}"), json!({"displayName": format!("{round}")}))).collect()
    };
    test.make(users(0)).await;
    for round in 1..12 {
        let (resources, request) = (test.resources.clone(), request("made", users(round)));
        let task = tokio::spawn(async move { apply(&resources, request).await });
        tokio::time::sleep(Duration::from_millis(u64::from(round) * 3)).await;
        task.abort();
        let _ = task.await;
        let shown = |world: &World| {
            let users = world.all().filter(|stored| stored.record.kind == "User");
            let mut shown: Vec<String> = users.map(|stored| stored.spec["displayName"].to_string()).collect();
            shown.dedup();
            shown
        };
        assert_eq!(shown(&test.another().await.world()).len(), 1, "round {round}");
    }
    test.make(users(99)).await;
    test.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_connection_is_lost_is_whole_or_has_never_been() {
    on_postgres(async |database| {
        let test = Test::new(database).await;
        let killer = test.database.open().await;
        let mut failed = 0;
        for round in 0..8 {
            let users = (0..60).map(|at| user(&format!("u{at}"), json!({"displayName": format!("{round}")})));
            let (resources, request) = (test.resources.clone(), request("made", users.collect()));
            let task = tokio::spawn(async move { apply(&resources, request).await });
            tokio::time::sleep(Duration::from_millis(round * 4)).await;
            repo::end_other_connections(&killer).await;
            failed += usize::from(task.await.unwrap().is_err());
            let read = open(&test.database, &test.folder).await.unwrap().world();
            let users = read.all().filter(|stored| stored.record.kind == "User");
            let mut shown: Vec<String> = users.map(|stored| stored.spec["displayName"].to_string()).collect();
            shown.dedup();
            assert!(shown.len() <= 1, "round {round}: {shown:?}");
        }
        assert!(failed > 0, "no connection was lost while it was needed");
        test.make(vec![user("after", json!({}))]).await;
        test.is_sound().await;
    })
    .await;
}

async fn a_name_can_be_given_again_but_not_swapped(database: TestDatabase) {
    let test = Test::new(database).await;
    test.make(vec![user("ada", json!({})), user("bob", json!({}))]).await;
    let first = test.find("User", "ada").unwrap().record.uid;
    test.change(HandChange::Delete(key("User", "platform", "ada"))).await.unwrap();
    test.make(vec![user("ada", json!({}))]).await;
    let second = test.find("User", "ada").unwrap().record.clone();
    assert!(second.uid != first && second.generation == 2);
    // Applied twice it would be undone: so it takes a third name, and three steps.
    let named = |name: &str, from: &str| {
        let mut document = user(name, json!({}));
        document["metadata"]["renamedFrom"] = json!(from);
        document["spec"]["email"] = json!("one@example.com");
        document
    };
    let before = test.dump().await;
    let swap = test.apply(request("made", vec![named("ada", "bob"), named("bob", "ada")])).await;
    assert!(
        !swap.committed && messages(&swap)[0].starts_with("rename-onto-existing"),
        "{:?}",
        messages(&swap)
    );
    let beside = test.apply(request("made", vec![named("eve", "bob"), user("bob", json!({}))])).await;
    assert!(
        !beside.committed && messages(&beside)[0].contains("asks for bob too"),
        "{:?}",
        messages(&beside)
    );
    assert_eq!(test.dump().await, before);
    for (name, from) in [("third", "ada"), ("ada", "bob"), ("bob", "third")] {
        test.make(vec![named(name, from)]).await;
    }
    assert_eq!(test.find("User", "bob").unwrap().record.uid, second.uid);
    test.is_sound().await;
}

async fn a_resource_that_moves_with_its_place_and_goes_is_gone(database: TestDatabase) {
    let test = Test::new(database).await;
    test.make(tree()).await;
    let mut documents = tree();
    documents.retain(|document| {
        !["Organization", "RetentionPolicy"].contains(&document["kind"].as_str().unwrap())
    });
    for document in &mut documents {
        for key in ["organization", "workspace"] {
            if let Some(path) = document["metadata"].get_mut(key) {
                *path = json!(path.as_str().unwrap().replace("eu/acme", "eu/apex"));
            }
        }
    }
    let mut renamed = organization("apex");
    renamed["metadata"]["renamedFrom"] = json!("acme");
    documents.push(renamed);
    let plan = test.apply(pruned("made", documents)).await;
    assert!(plan.committed && plan.summary.delete == 1, "{:?}", messages(&plan));
    assert!(test.find("RetentionPolicy", "keep").is_none());
    test.is_sound().await;
}

async fn a_secret_is_compared_and_never_shown(database: TestDatabase) {
    let test = Test::new(database).await;
    test.make(place("eu/acme/shop/production")).await;
    let (old, new) = (secret(1), secret(2));
    test.make(vec![api_key(json!({"secret": old}))]).await;
    let mut seen = String::new();
    let mut see = |plan: &Plan| seen.push_str(&serde_json::to_string(plan).unwrap());
    let equal = test.apply(request("made", vec![api_key(json!({"secret": old}))])).await;
    assert!(equal.is_empty(), "{equal:?}");
    let changed = test.apply(request("made", vec![api_key(json!({"secret": new}))])).await;
    see(&changed);
    let field = &changed.changes[0].fields[0];
    assert!(field.sensitive && changed.committed);
    assert_eq!(
        (field.before.as_ref(), field.after.as_ref()),
        (Some(&json!("<set>")), Some(&json!("<changed>")))
    );
    // What is read back applies back, with no secret in it.
    let read = serde_json::to_value(test.find("ApiKey", "exporter").unwrap().resource()).unwrap();
    assert!(test.apply(request("made", vec![read.clone()])).await.is_empty());
    seen.push_str(&read.to_string());
    let other = test.apply(request("other", vec![api_key(json!({"secret": old}))])).await;
    assert_eq!(other.conflicts[0].path, "/spec/secret");
    seen.push_str(&serde_json::to_string(&other).unwrap());
    let patch = |secret: Value| {
        HandChange::Patch(
            key("ApiKey", "eu/acme/shop/production", "exporter"),
            json!({"spec": {"secret": secret}}),
        )
    };
    test.change(patch(json!(old))).await.unwrap();
    let drift = test
        .apply(PlanRequest { commit: false, ..request("made", vec![api_key(json!({"secret": new}))]) })
        .await;
    assert_eq!(drift.summary.drift, 1);
    seen.push_str(&serde_json::to_string(&drift).unwrap());
    test.change(patch(Value::Null)).await.unwrap();
    assert_eq!(test.find("ApiKey", "exporter").unwrap().spec.get("secret"), None);
    let removed = test.apply(request("made", vec![api_key(json!({}))])).await;
    assert!(removed.committed, "{:?}", messages(&removed));
    let mut tx = test.resources.db().begin_read().await.unwrap();
    for placed in journal::changes_after(&mut tx, 0, 1000).await.unwrap() {
        seen.push_str(&serde_json::to_string(&placed.view()).unwrap());
    }
    drop(tx);
    is_nowhere(&test, &seen, &[&old, &new]).await;
    test.change(HandChange::Delete(key("ApiKey", "eu/acme/shop/production", "exporter"))).await.unwrap();
    assert_eq!(test.dump().await["secret"], [""; 0]);
    test.is_sound().await;
}

/// That secrets are neither in what was seen nor in any column of any table, in any form that is easily read.
async fn is_nowhere(test: &Test, seen: &str, secrets: &[&str]) {
    let all = format!("{seen}{:?}{:?}", test.dump().await, test.resources).to_lowercase();
    for secret in secrets {
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!all.contains(*secret) && !all.contains(&hex), "{secret}");
    }
}

async fn what_is_no_secret_is_in_no_answer(database: TestDatabase) {
    let test = Test::new(database).await;
    test.make(place("eu/acme/shop/production")).await;
    let before = test.dump().await;
    for wrong in [json!("hunter2"), json!(4711), json!(["hunter2", 4711]), json!({"hunter2": 4711})] {
        let document = api_key(json!({"secret": wrong}));
        let plan = test.apply(request("made", vec![document.clone()])).await;
        assert!(!plan.committed && plan.diagnostics[0].pointer == "/spec/secret", "{plan:?}");
        assert_eq!((plan.diagnostics[0].document, plan.diagnostics.len()), (Some(0), 1), "{plan:?}");
        let put = test.change(HandChange::Put(document)).await.unwrap_err();
        let patch = HandChange::Patch(
            key("ApiKey", "eu/acme/shop/production", "x"),
            json!({"spec": {"secret": wrong}}),
        );
        let patch = test.change(patch).await.unwrap_err();
        let seen = format!("{plan:?} {put:?} {patch:?}");
        assert!(!seen.contains("hunter2") && !seen.contains("4711"), "{seen}");
    }
    assert_eq!(test.dump().await, before);
}

async fn a_patch_that_removes_a_field_has_its_secret_checked(database: TestDatabase) {
    let test = Test::new(database).await;
    let spec = json!({"secret": secret(1), "expiresAt": "2030-01-01T00:00:00Z"});
    test.make([place("eu/acme/shop/production"), vec![api_key(spec)]].concat()).await;
    let patch = |secret: &str| {
        let exporter = key("ApiKey", "eu/acme/shop/production", "exporter");
        HandChange::Patch(exporter, json!({"spec": {"expiresAt": null, "secret": secret}}))
    };
    let refused = test.change(patch("hunter2")).await;
    assert!(matches!(&refused, Err(ChangeError::Invalid(problems)) if problems[0].pointer == "/spec/secret"));
    let changed = test.change(patch(&secret(2))).await.unwrap().unwrap();
    assert_eq!(changed.spec.get("expiresAt"), None);
}

async fn a_fingerprint_without_its_secret_is_refused(database: TestDatabase) {
    let test = Test::new(database).await;
    test.make(place("eu/acme/shop/production")).await;
    let stray = api_key(json!({"secret": {"$secret": "bm90IGhlcmUgYXQgYWxsIC4u"}}));
    for commit in [true, false] {
        let plan = test.apply(PlanRequest { commit, ..request("made", vec![stray.clone()]) }).await;
        assert!(!plan.committed && messages(&plan)[0].starts_with("unknown-secret"), "{:?}", messages(&plan));
        assert!(plan.diagnostics[0].source.is_some());
    }
    assert!(matches!(test.change(HandChange::Put(stray)).await, Err(ChangeError::Invalid(_))));
    // Another resource's fingerprint is of no use either.
    test.make(vec![api_key(json!({"secret": secret(1)}))]).await;
    let mut other = api_key(json!({"secret": test.find("ApiKey", "exporter").unwrap().spec["secret"]}));
    other["metadata"]["name"] = json!("thief");
    let plan = test.apply(request("made", vec![other])).await;
    assert!(messages(&plan)[0].starts_with("unknown-secret"), "{:?}", messages(&plan));
}

async fn a_resource_returns_to_what_it_was(database: TestDatabase) {
    let test = Test::new(database).await;
    for name in ["One", "Two", "Three"] {
        test.make(vec![user("ada", json!({"displayName": name}))]).await;
    }
    let ada = || key("User", "platform", "ada");
    let back = test.change(HandChange::Rollback(ada(), 1)).await.unwrap().unwrap();
    assert_eq!((&back.spec["displayName"], back.record.generation), (&json!("One"), 4));
    assert!(matches!(test.change(HandChange::Rollback(ada(), 77)).await, Err(ChangeError::NotFound(_))));
    let same = test.change(HandChange::Rollback(ada(), 4)).await.unwrap().unwrap();
    assert_eq!(same.record.generation, 4);
    // The secret of an earlier state is still there.
    test.make(place("eu/acme/shop/production")).await;
    test.make(vec![api_key(json!({"secret": secret(1)}))]).await;
    test.make(vec![api_key(json!({"secret": secret(2)}))]).await;
    let exporter = key("ApiKey", "eu/acme/shop/production", "exporter");
    test.change(HandChange::Rollback(exporter, 1)).await.unwrap();
    // A set that asks for what was returned to by hand agrees with it.
    let agreed = test.apply(request("made", vec![api_key(json!({"secret": secret(1)}))])).await;
    assert!(agreed.is_empty() && agreed.summary.drift == 0 && agreed.committed, "{agreed:?}");
    assert!(test.find("ApiKey", "exporter").unwrap().record.overrides.is_empty());
    test.is_sound().await;
}

async fn a_state_whose_reference_is_gone_is_a_conflict(database: TestDatabase) {
    let test = Test::new(database).await;
    test.make(vec![role("one"), role("two"), user("ada", json!({})), binding("one")]).await;
    test.make(vec![binding("two")]).await;
    test.change(HandChange::Delete(key("Role", "platform", "one"))).await.unwrap();
    let before = test.dump().await;
    let refused = test.change(HandChange::Rollback(key("RoleBinding", "platform", "readers"), 1)).await;
    assert!(
        matches!(&refused, Err(ChangeError::Conflict(message)) if message.contains("no Role \"one\"")),
        "{refused:?}"
    );
    let refused = test.change(HandChange::Delete(key("Role", "platform", "two"))).await;
    assert!(
        matches!(&refused, Err(ChangeError::Conflict(message)) if message.contains("names it")),
        "{refused:?}"
    );
    assert_eq!(test.dump().await, before);
}

async fn a_patch_makes_no_metadata_that_a_document_could_not_have(database: TestDatabase) {
    let test = Test::new(database).await;
    test.make(vec![user("ada", json!({}))]).await;
    let before = test.dump().await;
    let wrong = [
        json!({"metadata": {"labels": {"team": 5}}}),
        json!({"metadata": {"labels": {"not a key": "x"}}}),
        json!({"metadata": {"deletionProtection": "yes"}}),
        json!({"metadata": {"name": "eve"}}),
        json!({"spec": {"disabled": [true]}}),
        json!({"kind": "Role"}),
        json!([]),
    ];
    for patch in wrong {
        let refused = test.change(HandChange::Patch(key("User", "platform", "ada"), patch.clone())).await;
        assert!(matches!(refused, Err(ChangeError::Invalid(_))), "{patch}: {refused:?}");
    }
    assert_eq!(test.dump().await, before);
    let patch = json!({"metadata": {"labels": {"team": "a"}, "deletionProtection": true}, "spec": {"disabled": true}});
    let patched =
        test.change(HandChange::Patch(key("User", "platform", "ada"), patch)).await.unwrap().unwrap();
    assert!(patched.record.is_protected() && patched.spec["disabled"] == true);
    let refused = test.change(HandChange::Delete(key("User", "platform", "ada"))).await;
    assert!(matches!(refused, Err(ChangeError::Conflict(_))), "{refused:?}");
}

async fn a_tenant_that_is_had_back_belongs_to_nobody(database: TestDatabase) {
    let test = Test::new(database).await;
    test.make(place("eu/acme/shop/production")).await;
    let uid = test.find("Tenant", "production").unwrap().record.uid;
    let production = || key("Tenant", "eu/acme/shop", "production");
    let plan = test.apply(pruned("made", place("eu/acme/shop"))).await;
    assert_eq!(plan.summary.delete, 1, "{:?}", messages(&plan));
    assert!(matches!(test.change(HandChange::Delete(production())).await, Err(ChangeError::NotFound(_))));
    let back = test.change(HandChange::Rollback(production(), 1)).await.unwrap().unwrap();
    assert_eq!((back.record.uid, back.record.deleted_at), (uid, None));
    // It is not deleted again by those who know nothing of it.
    let plan = test.apply(pruned("made", place("eu/acme/shop"))).await;
    assert!(plan.is_empty(), "{plan:?}");
    test.is_sound().await;
}

async fn sets_move_and_end(database: TestDatabase) {
    let test = Test::new(database).await;
    test.make(vec![user("ada", json!({"displayName": "Ada"})), user("bob", json!({}))]).await;
    test.apply(request("other", vec![user("ada", json!({"disabled": true}))])).await;
    let reference = test.find("User", "ada").unwrap().record.reference();
    for to in ["made", "other", "other"] {
        let moving = SetMove { reference: reference.clone(), to: set(to) };
        test.resources.move_to_set(&moving, &caller(), Timestamp(NOW)).await.unwrap();
    }
    // It owns both now: what it leaves out goes.
    let ada = test.find("User", "ada").unwrap();
    assert_eq!((ada.record.home.clone(), ada.record.intents.len()), (Some(set("other")), 1));
    let plan = test.apply(request("other", vec![user("ada", json!({}))])).await;
    assert_eq!(plan.changes[0].fields.len(), 2, "{plan:?}");
    let summaries: Vec<(String, u64)> =
        test.resources.sets().into_iter().map(|summary| (summary.set.to_string(), summary.members)).collect();
    assert_eq!(summaries, [("made".to_owned(), 1), ("other".to_owned(), 1)]);
    let end = async |name: &str, members: MembersFate| {
        test.resources.end_set(&SetDelete { set: set(name), members }, &caller(), Timestamp(NOW)).await
    };
    end("made", MembersFate::Cascade).await.unwrap();
    end("other", MembersFate::Keep).await.unwrap();
    assert!(matches!(end("other", MembersFate::Keep).await, Err(ChangeError::Conflict(_))));
    assert!(test.find("User", "bob").is_none() && test.find("User", "ada").is_some());
    assert!(test.resources.sets().is_empty());
    test.is_sound().await;
}

async fn a_journal_that_was_changed_shows_it(database: TestDatabase) {
    let test = Test::new(database).await;
    test.make(vec![user("ada", json!({})), user("bob", json!({}))]).await;
    test.is_sound().await;
    let db = test.resources.db();
    // Whoever owns the database can take its guards away first.
    repo::drop_guards(db).await;
    repo::change_a_record(db, "ada").await;
    let report = examine(db).await.unwrap();
    assert!(report.findings.len() == 1 && report.erased == 0, "{report:?}");
    repo::change_a_principal(db, "bob").await;
    assert_eq!(examine(db).await.unwrap().findings.len(), 2);
    repo::delete_entries(db, "ada").await;
    let report = examine(db).await.unwrap();
    assert!(report.findings[0].contains("missing"), "{report:?}");
}

async fn what_was_taken_out_of_the_journal_is_counted(database: TestDatabase) {
    let test = Test::new(database).await;
    let other = test.another().await;
    test.make(vec![user("ada", json!({}))]).await;
    test.change(HandChange::Delete(key("User", "platform", "ada"))).await.unwrap();
    repo::take_records_out(test.resources.db(), "ada").await;
    let report = examine(test.resources.db()).await.unwrap();
    assert_eq!((report.erased, report.findings), (2, Vec::new()));
    // A daemon that had not read it reads what stands.
    other.refresh().await.unwrap();
    assert_eq!(made(&other.world()), BTreeMap::new());
    assert_eq!(other.world().revision, test.resources.world().revision);
}

/// A region with a description of this length.
fn described(length: usize) -> HandChange {
    let mut region = region("eu");
    region["spec"]["description"] = json!("x".repeat(length));
    HandChange::Put(region)
}

async fn a_page_of_the_journal_ends_where_it_is_large(database: TestDatabase) {
    const ENTRIES: usize = 10;
    let test = Test::new(database).await;
    let db = test.resources.db();
    let mut tx = db.begin_write().await.unwrap();
    let (first, hash) = journal::last(&mut tx).await.unwrap();
    for seq in (first + 1..).take(ENTRIES) {
        let entry = Entry { uid: Some("large".into()), after: Some("x".repeat(2 << 20)), ..Entry::default() };
        // Nobody looks at its hash here.
        let placed = Placed { seq, entry, digest: String::new(), hash: hash.clone() };
        journal::append(&mut tx, &placed).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = db.begin_read().await.unwrap();
    let is_page = |page: &[Placed]| {
        let bytes: usize = page.iter().map(|placed| placed.entry.after.as_ref().unwrap().len()).sum();
        bytes as i64 <= journal::PAGE_BYTES && (1..ENTRIES).contains(&page.len())
    };
    let (newest, is_more) = journal::changes_of(&mut tx, "large", i64::MAX, 1000).await.unwrap();
    assert!(is_page(&newest) && is_more);
    let behind = newest[newest.len() - 1].seq;
    let (oldest, is_more) = journal::changes_of(&mut tx, "large", behind, 1000).await.unwrap();
    assert!(is_page(&oldest) && !is_more && newest.len() + oldest.len() == ENTRIES);
    let (from, to, platform) = (i64::MIN, i64::MAX, Scope::PLATFORM);
    for limit in [1000, 2] {
        let page = journal::changes_before(&mut tx, i64::MAX, from, to, &platform, None, limit).await;
        let (page, is_more) = page.unwrap();
        assert!(is_page(&page) && is_more && page.len() as i64 <= limit);
        assert_eq!(page[0].seq, newest[0].seq);
    }
    let page = journal::changes_after(&mut tx, first, 1000).await.unwrap();
    assert!(is_page(&page) && page[0].seq == first + 1);
}

async fn a_resource_that_is_too_large_is_refused(database: TestDatabase) {
    let test = Test::new(database).await;
    test.change(described(1)).await.unwrap();
    let before = test.dump().await;
    let long = "x".repeat(1 << 20);
    let patch = HandChange::Patch(key("Region", "platform", "eu"), json!({"spec": {"description": long}}));
    for change in [described(1 << 20), patch] {
        let refused = test.change(change).await;
        let Err(ChangeError::Invalid(problems)) = refused else { panic!("{refused:?}") };
        assert_eq!((problems[0].code.as_str(), problems[0].pointer.as_str()), ("too-large", "/spec"));
    }
    let mut labels = serde_json::Map::new();
    labels.extend((0..20_000).map(|at| (format!("label-{at}"), json!("x".repeat(50)))));
    let mut document = region("us");
    document["metadata"]["labels"] = Value::Object(labels);
    let plan = test.apply(request("made", vec![region("ap"), document])).await;
    assert!(!plan.committed);
    let problem = &plan.diagnostics[0];
    assert_eq!((problem.code.as_str(), problem.document), ("too-large", Some(1)));
    assert_eq!((problem.pointer.as_str(), problem.source.is_some()), ("/metadata", true));
    assert_eq!(test.dump().await, before);
}

async fn what_is_built_in_is_there_once(database: TestDatabase) {
    let folder = tempfile::tempdir().unwrap();
    // A new file of SQLite is made by one; a folder has one daemon anyway.
    let first = database.open().await;
    let (one, other) = tokio::join!(open(&database, &folder), open(&database, &folder));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.world().all().collect::<Vec<_>>(), other.world().all().collect::<Vec<_>>());
    first.close().await;
    let rows = dump(one.db()).await;
    let count = 4 + tfo_sdk::resource::BUILT_IN_ROLES.len();
    assert_eq!((rows["resource"].len(), rows["change"].len()), (count, count));
    let tenant = find(&one.world(), "Tenant", "default").unwrap();
    assert_eq!(tenant.record.uid.as_bytes(), tfo_sdk::TenantId::DEFAULT.as_bytes());
    for (kind, scope) in [("Region", Scope::PLATFORM), ("Tenant", tenant.record.scope.clone())] {
        let change =
            HandChange::Delete(Key { scope, kind: kind.to_owned(), name: "default".parse().unwrap() });
        let refused = one.change(change, NOBODY, None, &caller(), Timestamp(NOW)).await;
        assert!(matches!(refused, Err(ChangeError::Conflict(_))), "{refused:?}");
    }
}

async fn what_is_built_in_is_what_this_version_has(database: TestDatabase) {
    let test = Test::new(database).await;
    let before = find(&test.resources.world(), "Role", "viewer").unwrap();
    repo::describe_as_an_earlier_version(test.resources.db(), "viewer").await;
    let started = test.another().await;
    let after = find(&started.world(), "Role", "viewer").unwrap();
    assert_eq!((&after.spec, after.record.uid), (&before.spec, before.record.uid));
    assert_eq!(after.record.generation, before.record.generation + 1);
    assert_eq!(test.another().await.world().revision, started.world().revision);
}
