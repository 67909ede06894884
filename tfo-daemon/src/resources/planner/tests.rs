//! The contract of apply and diff, on plans alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use tfo_sdk::Timestamp;
use tfo_sdk::resource::plan::{
    Action, Change, Expectation, Plan, PlanRequest, Prune, Source, SourceDocument,
};
use tfo_sdk::resource::{Manifest, Scope, SetRef};
use uuid::Uuid;

use super::*;
use crate::resources::record::Stored;
use crate::resources::world::World;

const NOW: i64 = 1_800_000_000_000_000_000;

/// A world that is changed by plans.
pub(in crate::resources) struct Test {
    pub(in crate::resources) world: World,
    now: Timestamp,
}

pub(in crate::resources) fn set(name: &str) -> SetRef {
    SetRef { name: name.parse().unwrap(), scope: Scope::PLATFORM }
}

pub(in crate::resources) fn request(set_name: &str, documents: Vec<Value>) -> PlanRequest {
    let source = |at: usize| Source { file: format!("{set_name}.yaml"), line: at as u32 + 1, column: 1 };
    let documents = documents.into_iter().enumerate();
    let documents =
        documents.map(|(at, document)| SourceDocument { document, source: Some(source(at)) }).collect();
    PlanRequest {
        set: set(set_name),
        default_scope: None,
        documents,
        commit: true,
        prune: None,
        force_conflicts: false,
        adopt: false,
        adopt_from: None,
        keep_drift: false,
        expect: Vec::new(),
    }
}

pub(in crate::resources) fn pruned(set_name: &str, documents: Vec<Value>) -> PlanRequest {
    let kinds = tfo_sdk::resource::kinds::ALL.iter().map(|kind| kind.name.to_owned()).collect();
    let prune = Prune { limit: Some(1000), kinds, allow_empty: true };
    PlanRequest { prune: Some(prune), ..request(set_name, documents) }
}

impl Test {
    pub(in crate::resources) fn new() -> Self {
        Self { world: World::default(), now: Timestamp(NOW) }
    }

    fn with_caller<T>(&self, act: impl FnOnce(&Caller<'_>) -> T) -> T {
        let may = |_: &str, _: &Scope| true;
        act(&Caller { principal: "ada", via: "edit", now: self.now, may: &may, new_uid: &Uuid::now_v7 })
    }

    /// Takes over what a plan writes.
    fn take(&mut self, planned: Planned) -> Plan {
        for write in planned.writes {
            if let Some(before) = write.before {
                self.world.remove(&before.record);
            }
            if let Some(after) = write.after {
                self.world.put(after);
            }
        }
        self.now = Timestamp(self.now.nanos() + 1);
        planned.plan
    }

    pub(in crate::resources) fn apply(&mut self, request: &PlanRequest) -> Plan {
        let planned = self.with_caller(|caller| plan(&self.world, request, caller));
        self.take(planned)
    }

    fn diff(&self, request: &PlanRequest) -> Planned {
        self.with_caller(|caller| plan(&self.world, request, caller))
    }

    /// A change by hand.
    fn patch(&mut self, kind: &str, name: &str, patch: Value) -> Plan {
        let stored = self.find(kind, name).expect("it is there");
        let edited =
            self.with_caller(|caller| edit(&self.world, Edit::Patch(stored, patch), set("none"), caller));
        self.take(edited)
    }

    fn find(&self, kind: &str, name: &str) -> Option<Arc<Stored>> {
        let is_it = |stored: &&Arc<Stored>| stored.record.kind == kind && stored.record.name.as_str() == name;
        self.world.all().find(is_it).cloned()
    }

    fn spec(&self, kind: &str, name: &str) -> Value {
        self.find(kind, name).expect("it is there").spec.clone()
    }

    fn state(&self) -> BTreeMap<String, Value> {
        state(&self.world)
    }
}

/// What there is, without what differs from world to world.
pub(in crate::resources) fn state(world: &World) -> BTreeMap<String, Value> {
    let shown = |stored: &Arc<Stored>| {
        let record = &stored.record;
        let intents: BTreeMap<String, &Value> =
            record.intents.iter().map(|intent| (intent.set.to_string(), &intent.content)).collect();
        let home = record.home.as_ref().map(SetRef::to_string);
        (record.reference().to_string(), json!({"effect": stored.effect(), "intents": intents, "home": home}))
    };
    world.all().filter(|stored| stored.record.deleted_at.is_none()).map(shown).collect()
}

pub(in crate::resources) fn region(name: &str) -> Value {
    json!({"apiVersion": "tfo/v1", "kind": "Region", "metadata": {"name": name}, "spec": {}})
}

pub(in crate::resources) fn organization(name: &str) -> Value {
    json!({"apiVersion": "tfo/v1", "kind": "Organization", "metadata": {"name": name, "region": "eu"}, "spec": {}})
}

#[expect(clippy::needless_pass_by_value, reason = "tests read better without &json!")]
pub(in crate::resources) fn retention(name: &str, spec: Value) -> Value {
    json!({
        "apiVersion": "tfo/v1", "kind": "RetentionPolicy",
        "metadata": {"name": name, "organization": "eu/acme"}, "spec": spec,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "tests read better without &json!")]
pub(in crate::resources) fn user(name: &str, spec: Value) -> Value {
    let mut whole = json!({"email": format!("{name}@example.com")});
    whole.as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
    json!({"apiVersion": "tfo/v1", "kind": "User", "metadata": {"name": name}, "spec": whole})
}

pub(in crate::resources) fn labelled(mut document: Value, labels: Value) -> Value {
    document["metadata"]["labels"] = labels;
    document
}

pub(in crate::resources) fn place(scope: &str) -> Vec<Value> {
    let names: Vec<&str> = scope.split('/').collect();
    let kinds = ["Region", "Organization", "Workspace", "Tenant"];
    let levels = ["region", "organization", "workspace"];
    let mut documents = Vec::new();
    for (depth, name) in names.iter().enumerate() {
        let mut metadata = json!({"name": name});
        if depth > 0 {
            metadata[levels[depth - 1]] = json!(names[..depth].join("/"));
        }
        documents
            .push(json!({"apiVersion": "tfo/v1", "kind": kinds[depth], "metadata": metadata, "spec": {}}));
    }
    documents
}

pub(in crate::resources) fn messages(plan: &Plan) -> Vec<String> {
    let conflicts = plan.conflicts.iter().map(|conflict| format!("conflict: {}", conflict.message));
    let diagnostics = plan.diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message));
    conflicts.chain(diagnostics).collect()
}

fn actions(plan: &Plan) -> Vec<(Action, String)> {
    plan.changes.iter().map(|change| (change.action, change.reference.name.to_string())).collect()
}

#[test]
fn a_second_apply_changes_nothing_and_writes_nothing() {
    let mut test = Test::new();
    let documents =
        [place("eu/acme/shop/production"), vec![retention("keep", json!({"logs": "7d"}))]].concat();
    let first = test.apply(&request("shop", documents.clone()));
    assert!(messages(&first).is_empty(), "{:?}", messages(&first));
    assert_eq!(first.summary.create, 5);
    let again = test.diff(&request("shop", documents));
    assert!(again.plan.is_empty() && again.writes.is_empty(), "{:?}", again.plan);
    assert_eq!(again.plan.summary.unchanged, 5);
}

#[test]
fn what_stands_in_one_another_may_come_in_any_order() {
    let mut documents =
        [place("eu/acme/shop/production"), vec![retention("keep", json!({"logs": "7d"}))]].concat();
    documents.reverse();
    let mut test = Test::new();
    let plan = test.apply(&request("shop", documents));
    assert!(plan.committed, "{:?}", messages(&plan));
    let order: Vec<String> = actions(&plan).into_iter().map(|(_, name)| name).collect();
    assert_eq!(order, ["eu", "acme", "shop", "production", "keep"]);
}

#[test]
fn nothing_is_done_when_one_document_is_wrong() {
    let mut test = Test::new();
    let documents = vec![region("eu"), user("ada", json!({"disabled": "no"})), organization("acme")];
    let plan = test.apply(&request("shop", documents));
    assert!(!plan.committed && test.world.all().next().is_none());
    let error = &plan.diagnostics[0];
    assert_eq!((error.document, error.pointer.as_str()), (Some(1), "/spec/disabled"));
    assert_eq!(error.source.as_ref().map(|source| source.line), Some(2));
}

#[test]
fn an_explicit_default_and_another_spelling_are_no_difference() {
    let mut test = Test::new();
    test.apply(&request("a", vec![region("eu"), organization("acme")]));
    test.apply(&request("a", vec![retention("keep", json!({"logs": "24h"})), user("ada", json!({}))]));
    let spelled = request(
        "a",
        vec![
            retention("keep", json!({"logs": "1440m"})),
            labelled(user("ada", json!({"disabled": false})), json!({})),
        ],
    );
    let plan = test.apply(&spelled);
    assert!(plan.is_empty(), "{plan:?}");
    assert!(test.diff(&spelled).writes.is_empty());
    assert_eq!(test.spec("RetentionPolicy", "keep"), json!({"logs": "1d"}));
}

#[test]
fn a_field_that_is_left_out_goes_unless_another_set_has_it() {
    let mut test = Test::new();
    test.apply(&request("a", vec![user("ada", json!({"displayName": "Ada", "disabled": true}))]));
    test.apply(&request("b", vec![user("ada", json!({"displayName": "Ada"}))]));
    let plan = test.apply(&request("a", vec![user("ada", json!({}))]));
    assert!(plan.committed, "{:?}", messages(&plan));
    let spec = test.spec("User", "ada");
    assert_eq!((&spec["displayName"], &spec["disabled"]), (&json!("Ada"), &json!(false)));
    test.apply(&request("b", vec![user("ada", json!({}))]));
    assert_eq!(test.spec("User", "ada").get("displayName"), None);
}

#[test]
fn another_sets_value_is_a_conflict_until_it_is_taken_over() {
    let mut test = Test::new();
    test.apply(&request("a", vec![user("ada", json!({"displayName": "Ada"}))]));
    let theirs = request("b", vec![user("ada", json!({"displayName": "Countess"}))]);
    let refused = test.apply(&theirs);
    assert!(!refused.committed);
    assert_eq!(refused.conflicts[0].path, "/spec/displayName");
    assert_eq!(refused.conflicts[0].owners[0].set, set("a"));
    assert_eq!(test.spec("User", "ada")["displayName"], "Ada");
    let forced = test.apply(&PlanRequest { force_conflicts: true, ..theirs });
    assert!(forced.committed, "{:?}", messages(&forced));
    assert_eq!(test.spec("User", "ada")["displayName"], "Countess");
    // The loser's next apply is the conflict now.
    let loser = test.apply(&request("a", vec![user("ada", json!({"displayName": "Ada"}))]));
    assert_eq!(loser.conflicts.len(), 1);
}

#[test]
fn a_change_by_hand_is_drift_and_put_back() {
    let mut test = Test::new();
    let mine = request("a", vec![user("ada", json!({"displayName": "Ada"}))]);
    test.apply(&mine);
    let edited = test.patch("User", "ada", json!({"spec": {"displayName": "Lovelace"}}));
    assert!(edited.committed && edited.conflicts.is_empty());
    let plan = test.diff(&mine).plan;
    let field = &plan.changes[0].fields[0];
    assert_eq!((plan.summary.drift, plan.summary.update), (1, 1));
    assert_eq!(
        field.drift.as_ref().map(|drift| (drift.by.as_str(), drift.via.as_str())),
        Some(("ada", "edit"))
    );
    let kept = test.apply(&PlanRequest { keep_drift: true, ..mine.clone() });
    assert!(kept.is_empty() && kept.summary.drift == 1, "{kept:?}");
    assert_eq!(test.spec("User", "ada")["displayName"], "Lovelace");
    test.apply(&mine);
    assert_eq!(test.spec("User", "ada")["displayName"], "Ada");
    assert_eq!(test.diff(&mine).plan.summary.drift, 0);
}

#[test]
fn a_field_on_hold_is_left_until_the_hold_ends() {
    let mut test = Test::new();
    let mine = request("a", vec![user("ada", json!({"disabled": false}))]);
    test.apply(&mine);
    let until = Timestamp(NOW + 1_000_000);
    let hold = json!([{"path": "spec.disabled", "until": until}]);
    test.patch("User", "ada", json!({"spec": {"disabled": true}, "metadata": {"holds": hold}}));
    let plan = test.apply(&mine);
    assert!(
        plan.is_empty() && plan.changes[0].fields[0].drift.as_ref().is_some_and(|drift| drift.kept),
        "{plan:?}"
    );
    test.now = Timestamp(until.nanos() + 1);
    test.apply(&mine);
    assert_eq!(test.spec("User", "ada")["disabled"], json!(false));
}

#[test]
fn what_belongs_to_no_set_is_taken_in_only_when_asked() {
    let mut test = Test::new();
    test.put_by_hand(&user("ada", json!({"displayName": "Ada"})));
    let same = request("a", vec![user("ada", json!({"displayName": "Ada"}))]);
    let plan = test.diff(&same);
    assert!(plan.plan.is_empty() && plan.writes.is_empty() && plan.plan.conflicts.is_empty());
    let other = request("a", vec![user("ada", json!({"displayName": "Countess"}))]);
    assert_eq!(test.apply(&other).conflicts.len(), 1);
    let adopted = test.apply(&PlanRequest { adopt: true, ..other });
    assert!(adopted.committed && adopted.summary.adopt == 1, "{:?}", messages(&adopted));
    assert_eq!(test.find("User", "ada").unwrap().record.home, Some(set("a")));
}

#[test]
fn a_resource_keeps_its_identity_under_a_new_name() {
    let mut test = Test::new();
    test.apply(&request("a", [place("eu/acme/shop/production"), vec![user("ada", json!({}))]].concat()));
    let uid = test.find("Tenant", "production").unwrap().record.uid;
    let mut renamed = organization("apex");
    renamed["metadata"]["renamedFrom"] = json!("acme");
    let plan = test.apply(&request("a", vec![renamed.clone()]));
    assert!(plan.committed && plan.summary.rename == 1, "{:?}", messages(&plan));
    let tenant = test.find("Tenant", "production").unwrap();
    assert_eq!((tenant.record.uid, tenant.record.scope.to_string().as_str()), (uid, "eu/apex/shop"));
    // Again, it has its new name already.
    assert!(test.diff(&request("a", vec![renamed])).plan.is_empty());
    let mut onto = user("bob", json!({}));
    test.apply(&request("a", vec![onto.clone()]));
    onto["metadata"]["renamedFrom"] = json!("ada");
    assert!(messages(&test.apply(&request("a", vec![onto])))[0].starts_with("rename-onto-existing"));
}

#[test]
fn pruning_deletes_what_this_set_made_and_nothing_else() {
    let mut test = Test::new();
    test.apply(&request("a", vec![user("ada", json!({})), user("bob", json!({}))]));
    test.apply(&request("b", vec![user("eve", json!({})), user("ada", json!({}))]));
    let plan = test.apply(&pruned("a", vec![user("ada", json!({}))]));
    assert!(plan.committed, "{:?}", messages(&plan));
    assert_eq!(actions(&plan), [(Action::Unchanged, "ada".into()), (Action::Delete, "bob".into())]);
    assert!(test.find("User", "eve").is_some() && test.find("User", "bob").is_none());
}

#[test]
fn pruning_is_guarded() {
    let mut test = Test::new();
    let all: Vec<Value> = (0..40).map(|at| retention(&format!("r{at}"), json!({"logs": "7d"}))).collect();
    test.apply(&request("a", [vec![region("eu"), organization("acme")], all.clone()].concat()));
    let prune =
        |documents: Vec<Value>, prune: Prune| PlanRequest { prune: Some(prune), ..request("a", documents) };
    let places = || vec![region("eu"), organization("acme")];
    let few = prune([places(), all[..20].to_vec()].concat(), Prune::default());
    assert!(messages(&test.diff(&few).plan)[0].starts_with("prune-limit: 20 of the set's 42"));
    let limit = prune([places(), all[..20].to_vec()].concat(), Prune { limit: Some(20), ..Prune::default() });
    assert!(messages(&test.diff(&limit).plan).is_empty());
    let precious = prune(all.clone(), Prune::default());
    assert!(messages(&test.diff(&precious).plan).iter().any(|message| message.starts_with("prune-kinds")));
    let empty = prune(Vec::new(), Prune::default());
    assert!(messages(&test.diff(&empty).plan)[0].starts_with("empty-input"));
    assert!(messages(&test.diff(&request("a", Vec::new())).plan)[0].starts_with("empty-input"));
    // However much comes in the same plan.
    let others = (0..70).map(|at| retention(&format!("other{at}"), json!({"logs": "7d"}))).collect();
    let wrong = prune([places(), others].concat(), Prune::default());
    assert!(messages(&test.diff(&wrong).plan)[0].starts_with("prune-limit: 40 of the set's 42"));
    // A typo in the name of the set finds nothing to delete.
    assert_eq!(test.diff(&pruned("typo", vec![user("ada", json!({}))])).plan.summary.delete, 0);
}

#[test]
fn what_is_protected_is_kept_with_the_places_around_it() {
    let mut test = Test::new();
    let mut documents = place("eu/acme/shop/production");
    documents[3]["metadata"]["deletionProtection"] = json!(true);
    documents.push(user("ada", json!({})));
    test.apply(&request("a", documents));
    let plan = test.apply(&pruned("a", vec![user("eve", json!({}))]));
    assert!(plan.committed, "{:?}", messages(&plan));
    assert_eq!((plan.summary.keep, plan.summary.delete), (4, 1));
    assert!(test.find("User", "ada").is_none() && test.find("Tenant", "production").is_some());
}

#[test]
fn what_others_need_does_not_go() {
    let mut test = Test::new();
    let role = json!({"apiVersion": "tfo/v1", "kind": "Role", "metadata": {"name": "reader"},
        "spec": {"permissions": ["telemetry:read"]}});
    let binding = json!({"apiVersion": "tfo/v1", "kind": "RoleBinding", "metadata": {"name": "readers"},
        "spec": {"role": "reader", "subjects": [{"kind": "User", "name": "ada"}]}});
    let plan = test.apply(&request("a", vec![binding.clone()]));
    assert_eq!(plan.diagnostics.len(), 2, "{:?}", messages(&plan));
    test.apply(&request(
        "a",
        vec![binding.clone(), user("ada", json!({}))].into_iter().chain([role]).collect(),
    ));
    test.apply(&request("b", vec![binding]));
    let stored = test.find("User", "ada").unwrap();
    let refused = test.with_caller(|caller| delete(&test.world, &stored, false, set("none"), caller));
    assert!(messages(&refused.plan)[0].starts_with("still-referenced"), "{:?}", messages(&refused.plan));
    assert!(refused.writes.is_empty());
    test.apply(&request("a", place("eu/acme")));
    let stored = test.find("Region", "eu").unwrap();
    let refused = test.with_caller(|caller| delete(&test.world, &stored, false, set("none"), caller));
    assert!(messages(&refused.plan)[0].starts_with("not-empty"), "{:?}", messages(&refused.plan));
}

#[test]
fn a_deleted_tenant_can_be_had_back_with_its_identity() {
    let mut test = Test::new();
    test.apply(&request("a", place("eu/acme/shop/production")));
    let uid = test.find("Tenant", "production").unwrap().record.uid;
    let plan = test.apply(&pruned("a", place("eu/acme/shop")));
    assert_eq!(plan.summary.delete, 1, "{:?}", messages(&plan));
    assert!(test.find("Tenant", "production").unwrap().record.deleted_at.is_some());
    let back = test.apply(&request("a", place("eu/acme/shop/production")));
    assert_eq!(back.summary.restore, 1, "{:?}", messages(&back));
    let tenant = test.find("Tenant", "production").unwrap();
    assert_eq!((tenant.record.uid, tenant.record.deleted_at), (uid, None));
}

#[test]
fn a_stale_plan_is_refused() {
    let mut test = Test::new();
    test.apply(&request("a", vec![user("ada", json!({}))]));
    let reference = test.find("User", "ada").unwrap().record.reference();
    let expect = |generation| vec![Expectation { reference: reference.clone(), generation }];
    let ask = |generation| PlanRequest {
        expect: expect(generation),
        ..request("a", vec![user("ada", json!({"disabled": true}))])
    };
    assert!(messages(&test.diff(&ask(0)).plan)[0].contains("is there by now"));
    assert!(messages(&test.diff(&ask(7)).plan)[0].contains("has generation 1 by now"));
    assert!(messages(&test.diff(&ask(1)).plan).is_empty());
}

#[test]
fn permissions_are_asked_for_before_anything_is_done() {
    let test = Test::new();
    let may = |permission: &str, _: &Scope| permission != "users:create";
    let caller = Caller { principal: "eve", via: "apply", now: test.now, may: &may, new_uid: &Uuid::now_v7 };
    let planned = plan(&test.world, &request("a", vec![region("eu"), user("ada", json!({}))]), &caller);
    assert!(planned.writes.is_empty() && !planned.plan.committed);
    assert_eq!(
        planned.denied.into_iter().collect::<Vec<_>>(),
        [("users:create".to_owned(), Scope::PLATFORM)]
    );
}

#[test]
fn one_resource_twice_names_the_first() {
    let mut test = Test::new();
    let plan = test.apply(&request("a", vec![user("ada", json!({})), user("ada", json!({}))]));
    assert_eq!(messages(&plan), ["duplicate-resource: User/ada stands at a.yaml:1 already"]);
}

#[test]
fn a_set_moves_and_ends() {
    let mut test = Test::new();
    test.apply(&request("a", vec![user("ada", json!({})), user("bob", json!({}))]));
    let ada = test.find("User", "ada").unwrap();
    let moved = test.with_caller(|caller| move_to_set(&test.world, &ada, set("b"), caller));
    test.take(moved);
    let plan = test.apply(&pruned("a", vec![user("bob", json!({}))]));
    assert_eq!(plan.summary.delete, 0);
    let ended =
        test.with_caller(|caller| end_set(&test.world, set("a"), tfo_sdk::api::MembersFate::Cascade, caller));
    test.take(ended);
    let kept =
        test.with_caller(|caller| end_set(&test.world, set("b"), tfo_sdk::api::MembersFate::Keep, caller));
    test.take(kept);
    assert!(test.find("User", "bob").is_none());
    let ada = test.find("User", "ada").unwrap();
    assert!(ada.record.home.is_none() && ada.record.intents.is_empty());
}

/// What a caller who has seen a plan counts on.
fn counted_on(plan: &Plan) -> Vec<Expectation> {
    let expectation = |change: &Change| {
        let mut reference = change.reference.clone();
        if let Some(name) = &change.renamed_from {
            reference.name = name.clone();
        }
        Expectation { reference, generation: change.base_generation }
    };
    plan.changes.iter().map(expectation).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "tests read better without &json!")]
fn role(name: &str, permissions: Value) -> Value {
    json!({"apiVersion": "tfo/v1", "kind": "Role", "metadata": {"name": name}, "spec": {"permissions": permissions}})
}

fn binding(role: &str, user: &str) -> Value {
    json!({"apiVersion": "tfo/v1", "kind": "RoleBinding", "metadata": {"name": "readers"},
        "spec": {"role": role, "subjects": [{"kind": "User", "name": user}]}})
}

fn quota(tenant: &str) -> Value {
    json!({"apiVersion": "tfo/v1", "kind": "Quota", "metadata": {"name": "ingest", "tenant": tenant},
        "spec": {"activeSeries": 5}})
}

#[expect(clippy::needless_pass_by_value, reason = "tests read better without &json!")]
fn query(fields: Value) -> Value {
    let mut spec = json!({"signal": "logs", "filter": "severity>=error"});
    spec.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json!({"apiVersion": "tfo/v1", "kind": "SavedQuery",
        "metadata": {"name": "errors", "workspace": "eu/acme/shop"}, "spec": spec})
}

#[test]
fn one_name_in_two_places_is_two_resources() {
    let mut test = Test::new();
    let tenants = ["eu/acme/shop/production", "eu/acme/shop/staging"];
    let mut documents = place(tenants[0]);
    documents.extend(place(tenants[1]).pop());
    documents.extend(tenants.map(quota));
    let plan = test.apply(&request("a", documents.clone()));
    assert!(plan.committed && plan.summary.create == 7, "{:?}", messages(&plan));
    documents.push(quota(tenants[0]));
    let twice = test.diff(&request("a", documents)).plan;
    assert_eq!(
        messages(&twice),
        ["duplicate-resource: Quota/ingest in eu/acme/shop/production stands at a.yaml:6 already"]
    );
    assert_eq!(twice.diagnostics[0].source.as_ref().map(|source| source.line), Some(8));
}

#[test]
fn ten_thousand_resources_are_planned_in_one_run() {
    let users = |shown: &str| {
        let all = (0..10_000).map(|at| user(&format!("u{at}"), json!({"displayName": shown})));
        pruned("a", all.collect())
    };
    // Far above what it takes in an unoptimised build on a busy machine, and far below what squares would take.
    let start = std::time::Instant::now();
    let mut test = Test::new();
    assert_eq!(test.apply(&users("A")).summary.create, 10_000);
    let plan = test.diff(&users("B")).plan;
    assert_eq!(plan.summary.update, 10_000);
    let counted = PlanRequest { expect: counted_on(&plan), ..users("B") };
    assert!(test.apply(&counted).committed);
    assert!(test.diff(&users("B")).writes.is_empty());
    assert!(start.elapsed().as_secs() < 120, "{:?}", start.elapsed());
}

#[test]
fn ten_thousand_fields_of_two_sets_are_planned_in_one_run() {
    let annotated = |shown: &str, count: usize| {
        let all = (0..count).map(|at| (format!("a{at}"), json!(shown)));
        let mut document = user("ada", json!({}));
        document["metadata"]["annotations"] = Value::Object(all.collect());
        vec![document]
    };
    // Squares would not end before the time of a test is over.
    let mut test = Test::new();
    assert!(test.apply(&request("a", annotated("A", 10_000))).committed);
    assert!(test.apply(&request("b", annotated("A", 10_000))).committed);
    assert_eq!(test.diff(&request("c", annotated("C", 10_000))).plan.conflicts.len(), 20_000);
    let taken = PlanRequest { force_conflicts: true, ..request("b", annotated("B", 10_000)) };
    assert!(test.apply(&taken).committed);
    let by_hand: serde_json::Map<_, _> = (0..10_000).map(|at| (format!("a{at}"), json!("H"))).collect();
    test.patch("User", "ada", json!({"metadata": {"annotations": by_hand}}));
    assert_eq!(test.apply(&request("b", annotated("B", 10_000))).summary.drift, 10_000);
    assert!(test.apply(&request("b", annotated("B", 0))).committed);
}

#[test]
fn a_place_does_not_go_while_another_set_has_something_in_it() {
    let mut test = Test::new();
    test.apply(&request("a", place("eu/acme/shop")));
    test.apply(&request("b", vec![retention("keep", json!({"logs": "7d"}))]));
    let before = test.state();
    let plan = test.apply(&pruned("a", vec![region("eu")]));
    assert_eq!(
        messages(&plan),
        ["not-empty: Organization/acme in eu cannot go while RetentionPolicy/keep in eu/acme stands in it"]
    );
    assert_eq!(test.state(), before);
}

#[test]
fn another_kind_under_the_name_is_another_resource() {
    let mut test = Test::new();
    test.apply(&request("a", vec![user("reader", json!({}))]));
    let plan = test.apply(&pruned("a", vec![role("reader", json!(["telemetry:read"]))]));
    assert!(plan.committed, "{:?}", messages(&plan));
    assert_eq!(actions(&plan), [(Action::Create, "reader".into()), (Action::Delete, "reader".into())]);
    assert!(test.find("User", "reader").is_none() && test.find("Role", "reader").is_some());
}

#[test]
fn what_nobody_asked_for_is_not_stored() {
    // Another version of the daemon may have other defaults: they are on both sides of a comparison then.
    let mut test = Test::new();
    test.apply(&request(
        "a",
        [place("eu/acme/shop"), vec![user("ada", json!({})), query(json!({}))]].concat(),
    ));
    let stored = |kind: &str, name: &str| test.find(kind, name).unwrap().record.content.clone();
    assert_eq!(stored("User", "ada"), json!({"spec": {"email": "ada@example.com"}}));
    assert_eq!(
        stored("SavedQuery", "errors"),
        json!({"spec": {"signal": "logs", "filter": "severity>=error"}})
    );
    assert_eq!(test.spec("SavedQuery", "errors")["since"], "1h");
}

#[test]
fn the_order_of_a_set_means_nothing_and_that_of_a_list_does() {
    let mut test = Test::new();
    let documents = |permissions: Value, columns: Value| {
        [place("eu/acme/shop"), vec![role("reader", permissions), query(json!({"columns": columns}))]]
            .concat()
    };
    test.apply(&request("a", documents(json!(["quotas:read", "roles:read"]), json!(["body", "service"]))));
    let turned = documents(json!(["roles:read", "quotas:read"]), json!(["service", "body"]));
    let plan = test.apply(&request("a", turned.clone()));
    let changed: Vec<&str> =
        plan.changes.iter().flat_map(|change| &change.fields).map(|field| field.path.as_str()).collect();
    assert_eq!(changed, ["/spec/columns"]);
    let twice = test.diff(&request("a", vec![role("reader", json!(["roles:read", "roles:read"]))])).plan;
    assert_eq!(messages(&twice), ["invalid-value: \"roles:read\" stands twice in this list"]);
    // Another set that has it the other way round wants the same.
    let shared = test.apply(&request("b", vec![role("reader", json!(["quotas:read", "roles:read"]))]));
    assert!(shared.committed && shared.is_empty(), "{:?}", messages(&shared));
}

#[test]
fn nothing_empty_and_absent_are_told_apart() {
    let mut test = Test::new();
    test.apply(&request("a", vec![user("ada", json!({"displayName": ""})), role("none", json!([]))]));
    assert_eq!(test.spec("User", "ada")["displayName"], "");
    // A list that is empty anyway is as good as none; a text that is empty is a text.
    let mut absent = role("none", json!([]));
    absent["spec"] = json!({});
    let plan = test.diff(&request("a", vec![user("ada", json!({})), absent])).plan;
    let fields: Vec<_> = plan.changes.iter().flat_map(|change| &change.fields).collect();
    assert_eq!(fields.len(), 1, "{fields:?}");
    assert_eq!(
        (fields[0].path.as_str(), &fields[0].before, &fields[0].after),
        ("/spec/displayName", &Some(json!("")), &None)
    );
    for (pointer, document) in [
        ("/spec/displayName", user("ada", json!({"displayName": null}))),
        ("/spec/permissions", role("none", json!(null))),
        ("/metadata/labels", labelled(user("ada", json!({})), json!(null))),
    ] {
        let plan = test.diff(&request("a", vec![document])).plan;
        assert_eq!(
            (plan.diagnostics.len(), plan.diagnostics[0].pointer.as_str()),
            (1, pointer),
            "{:?}",
            messages(&plan)
        );
        assert!(plan.diagnostics[0].message.contains("got null"), "{:?}", messages(&plan));
    }
}

#[test]
fn a_time_may_be_written_in_any_zone() {
    let mut test = Test::new();
    let key = |at: &str| {
        json!({"apiVersion": "tfo/v1", "kind": "ApiKey", "metadata": {"name": "ci", "workspace": "eu/acme/shop"},
            "spec": {"expiresAt": at}})
    };
    test.apply(&request("a", [place("eu/acme/shop"), vec![key("2030-01-01T00:00:00Z")]].concat()));
    let plan = test.diff(&request("a", vec![key("2030-01-01T01:00:00+01:00")])).plan;
    assert!(plan.is_empty() && messages(&plan).is_empty(), "{:?} {:?}", plan.changes, messages(&plan));
}

#[test]
fn what_is_left_out_while_it_is_held_stays_as_it_was_switched() {
    let mut test = Test::new();
    test.apply(&request("a", vec![user("ada", json!({"disabled": false, "displayName": "Ada"}))]));
    let hold = json!([{"path": "spec.disabled"}]);
    let by_hand = json!({"spec": {"disabled": true, "displayName": "Countess"}, "metadata": {"holds": hold}});
    test.patch("User", "ada", by_hand);
    let without = request("a", vec![user("ada", json!({}))]);
    let both = test.diff(&PlanRequest { keep_drift: true, ..without.clone() }).plan;
    assert_eq!((both.is_empty(), both.summary.drift), (true, 2));
    let plan = test.apply(&without);
    let fields: Vec<_> = plan.changes[0]
        .fields
        .iter()
        .map(|field| (field.path.as_str(), field.drift.as_ref().unwrap().kept))
        .collect();
    assert_eq!(fields, [("/spec/displayName", false), ("/spec/disabled", true)]);
    assert_eq!(test.spec("User", "ada")["disabled"], true);
    assert_eq!(test.spec("User", "ada").get("displayName"), None);
    assert!(test.diff(&without).writes.is_empty());
}

#[test]
fn what_is_as_it_is_wanted_becomes_a_member_only_when_asked() {
    let mut test = Test::new();
    test.put_by_hand(&user("ada", json!({})));
    let same = request("a", vec![user("ada", json!({}))]);
    test.apply(&same);
    assert_eq!(test.find("User", "ada").unwrap().record.home, None);
    let adopted = test.apply(&PlanRequest { adopt: true, ..same.clone() });
    assert_eq!((adopted.is_empty(), adopted.summary.adopt), (true, 1));
    let ada = test.find("User", "ada").unwrap();
    assert_eq!((ada.record.home.clone(), ada.record.generation), (Some(set("a")), 1));
    assert!(test.diff(&PlanRequest { adopt: true, ..same }).writes.is_empty());
}

#[test]
fn what_is_adopted_from_a_set_belongs_to_the_new_one_with_all_its_fields() {
    let mut test = Test::new();
    test.apply(&request(
        "a",
        vec![user("ada", json!({"displayName": "Ada", "disabled": true})), user("bob", json!({}))],
    ));
    let mine = request("b", vec![user("ada", json!({"displayName": "Countess"}))]);
    assert_eq!(test.diff(&mine).plan.conflicts.len(), 1);
    let plan = test.apply(&PlanRequest { adopt_from: Some("a".parse().unwrap()), ..mine.clone() });
    assert!(plan.committed && plan.summary.adopt == 1, "{:?}", messages(&plan));
    let ada = test.find("User", "ada").unwrap();
    assert_eq!((ada.record.home.clone(), ada.record.intents.len()), (Some(set("b")), 1));
    assert_eq!(ada.record.intents[0].source.as_ref().map(|source| source.file.as_str()), Some("b.yaml"));
    // What the old set had asked for and the new one does not is left out.
    assert_eq!((&ada.spec["displayName"], &ada.spec["disabled"]), (&json!("Countess"), &json!(false)));
    assert!(test.diff(&mine).writes.is_empty());
    let pruned = test.apply(&pruned("a", vec![user("bob", json!({}))]));
    assert!(pruned.is_empty() && test.find("User", "ada").is_some());
}

#[test]
fn nothing_is_adopted_from_a_set_that_is_not_the_home() {
    let mut test = Test::new();
    test.apply(&request("home", vec![user("ada", json!({}))]));
    test.apply(&request("a", vec![user("ada", json!({"displayName": "Ada"}))]));
    let mine = request("b", vec![user("ada", json!({"displayName": "Countess"}))]);
    let plan = test.apply(&PlanRequest { adopt_from: Some("a".parse().unwrap()), ..mine });
    assert_eq!((plan.committed, plan.conflicts.len()), (false, 1));
    assert_eq!(test.spec("User", "ada")["displayName"], "Ada");
}

#[test]
fn who_has_lost_all_fields_of_a_resource_still_gives_it_away_whole() {
    let mut test = Test::new();
    test.apply(&request("a", vec![user("ada", json!({}))]));
    let theirs = request("b", vec![user("ada", json!({"email": "b@example.com"}))]);
    test.apply(&PlanRequest { force_conflicts: true, ..theirs.clone() });
    let ada = test.find("User", "ada").unwrap();
    let moved = test.with_caller(|caller| move_to_set(&test.world, &ada, set("b"), caller));
    test.take(moved);
    let ada = test.find("User", "ada").unwrap();
    assert_eq!((ada.record.home.clone(), ada.record.intents.len()), (Some(set("b")), 1));
    assert!(test.diff(&theirs).writes.is_empty());
}

#[test]
fn a_set_is_the_owner_whoever_applies_it() {
    let mut test = Test::new();
    test.apply(&request("a", vec![user("ada", json!({"displayName": "Ada"}))]));
    let may = |_: &str, _: &Scope| true;
    let other = Caller { principal: "ci", via: "rest", now: test.now, may: &may, new_uid: &Uuid::now_v7 };
    let same = plan(&test.world, &request("a", vec![user("ada", json!({"displayName": "Ada"}))]), &other);
    assert!(same.plan.is_empty() && same.plan.summary.drift == 0 && same.writes.is_empty());
    let changed = plan(&test.world, &request("a", vec![user("ada", json!({"displayName": "A."}))]), &other);
    assert!(changed.plan.committed && changed.plan.summary.drift == 0, "{:?}", messages(&changed.plan));
}

#[test]
fn a_member_that_was_deleted_by_hand_is_none_any_more() {
    let mut test = Test::new();
    let all = [place("eu/acme/shop/production"), vec![user("ada", json!({}))]].concat();
    test.apply(&request("a", all.clone()));
    for (kind, name) in [("User", "ada"), ("Tenant", "production")] {
        let stored = test.find(kind, name).unwrap();
        let deleted = test.with_caller(|caller| delete(&test.world, &stored, false, set("none"), caller));
        test.take(deleted);
    }
    let without = test.diff(&pruned("a", place("eu/acme/shop")));
    assert!(without.plan.is_empty() && without.writes.is_empty(), "{:?}", without.plan.changes);
    let back = test.apply(&request("a", all));
    assert_eq!((back.summary.create, back.summary.restore), (1, 1), "{:?}", messages(&back));
}

#[test]
fn what_another_set_names_is_not_pruned_and_what_it_shares_is() {
    let mut test = Test::new();
    test.apply(&request(
        "a",
        vec![role("reader", json!([])), user("ada", json!({})), user("bob", json!({}))],
    ));
    test.apply(&request("b", vec![binding("reader", "ada"), user("bob", json!({}))]));
    let before = test.state();
    let plan = test.apply(&pruned("a", vec![user("bob", json!({}))]));
    assert_eq!(
        plan.diagnostics.iter().map(|found| found.code.as_str()).collect::<Vec<_>>(),
        ["still-referenced"; 2]
    );
    assert_eq!(test.state(), before);
    // The home alone decides whether a resource goes; a set that had fields of it makes it again.
    let plan = test.apply(&pruned("a", vec![role("reader", json!([])), user("ada", json!({}))]));
    assert_eq!(actions(&plan).last(), Some(&(Action::Delete, "bob".into())), "{:?}", messages(&plan));
    assert_eq!(
        test.diff(&request("b", vec![binding("reader", "ada"), user("bob", json!({}))])).plan.summary.create,
        1
    );
}

#[test]
fn a_plan_that_renames_or_brings_back_is_not_stale_by_that() {
    let mut test = Test::new();
    let all = [place("eu/acme/shop/production"), vec![retention("keep", json!({"logs": "7d"}))]].concat();
    test.apply(&pruned("a", all));
    let mut renamed = organization("apex");
    renamed["metadata"]["renamedFrom"] = json!("acme");
    let tree = |tenant: bool| {
        let mut documents = place(if tenant { "eu/apex/shop/production" } else { "eu/apex/shop" });
        documents[1] = renamed.clone();
        pruned("a", documents)
    };
    for (asked, restored) in [(tree(false), 0), (tree(true), 1)] {
        let seen = test.diff(&asked).plan;
        let plan = test.apply(&PlanRequest { expect: counted_on(&seen), ..asked });
        assert!(plan.committed && plan.summary.restore == restored, "{:?}", messages(&plan));
    }
    let tenant = test.find("Tenant", "production").unwrap().record.reference();
    assert_eq!(tenant.scope.to_string(), "eu/apex/shop");
}

#[test]
fn a_name_is_the_homes_to_give() {
    let mut test = Test::new();
    test.apply(&request("a", vec![user("ada", json!({}))]));
    let mut renamed = user("countess", json!({"email": "ada@example.com"}));
    renamed["metadata"]["renamedFrom"] = json!("ada");
    let theirs = request("b", vec![renamed]);
    let refused = test.apply(&theirs);
    assert!(
        messages(&refused)[0].starts_with("conflict: User/ada gets its name from the set a"),
        "{refused:?}"
    );
    assert!(test.find("User", "ada").is_some());
    for taken in [
        PlanRequest { force_conflicts: true, ..theirs.clone() },
        PlanRequest { adopt_from: Some("a".parse().unwrap()), ..theirs.clone() },
    ] {
        let plan = test.diff(&taken).plan;
        assert!(plan.committed && plan.summary.rename == 1, "{:?}", messages(&plan));
    }
}

#[test]
fn nothing_goes_that_was_not_in_the_plan_that_was_seen() {
    let mut test = Test::new();
    test.apply(&request("a", vec![user("ada", json!({})), user("bob", json!({}))]));
    let asked = pruned("a", vec![user("ada", json!({}))]);
    let seen = counted_on(&test.diff(&asked).plan);
    test.apply(&request("a", vec![user("eve", json!({}))]));
    let plan = test.apply(&PlanRequest { expect: seen, ..asked });
    assert_eq!(
        messages(&plan),
        ["conflict: the plan is stale: User/eve would be deleted too by now; make a new one with tfo diff"]
    );
    assert!(test.find("User", "bob").is_some() && test.find("User", "eve").is_some());
}

#[test]
fn a_deleted_one_is_gone_for_a_plan_that_counted_on_it() {
    let mut test = Test::new();
    let all = place("eu/acme/shop/production");
    test.apply(&request("a", all.clone()));
    let seen = counted_on(&test.diff(&request("a", all.clone())).plan);
    let stored = test.find("Tenant", "production").unwrap();
    let deleted = test.with_caller(|caller| delete(&test.world, &stored, false, set("none"), caller));
    test.take(deleted);
    let plan = test.apply(&PlanRequest { expect: seen, ..request("a", all) });
    assert!(
        messages(&plan)[0].ends_with("Tenant/production in eu/acme/shop is gone by now"),
        "{:?}",
        messages(&plan)
    );
}

impl Test {
    fn put_by_hand(&mut self, document: &Value) {
        let manifest = Manifest::read(document, &Scope::PLATFORM).unwrap();
        let planned = self
            .with_caller(|caller| edit(&self.world, Edit::Replace(Box::new(manifest)), set("none"), caller));
        self.take(planned);
    }
}

/// Some of a few resources, each with some of a few fields.
pub(in crate::resources) fn bundles() -> impl Strategy<Value = Vec<Value>> {
    const NAMES: [&str; 3] = ["ada", "bob", "eve"];
    let fields = (any::<Option<bool>>(), proptest::option::of("[a-c]{1,2}"), proptest::option::of("[xy]"));
    let user = (proptest::sample::select(&NAMES[..]), fields).prop_map(|(name, (disabled, shown, team))| {
        let mut spec = json!({});
        if let Some(disabled) = disabled {
            spec["disabled"] = json!(disabled);
        }
        if let Some(shown) = shown {
            spec["displayName"] = json!(shown);
        }
        let document = user(name, spec);
        team.map_or(document.clone(), |team| labelled(document, json!({"team": team})))
    });
    let spans = proptest::sample::select(&["24h", "1d", "7d"][..]);
    let policy = (proptest::sample::select(&["p", "q"][..]), spans)
        .prop_map(|(name, span)| retention(name, json!({"logs": span})));
    let places =
        proptest::bool::ANY.prop_map(|with_region| if with_region { place("eu/acme") } else { vec![] });
    (proptest::collection::vec(user, 0..4), proptest::collection::vec(policy, 0..3), places).prop_map(
        |(users, policies, places)| {
            let mut seen = std::collections::BTreeSet::new();
            let policies = if places.is_empty() { vec![] } else { policies };
            let all = places.into_iter().chain(users).chain(policies);
            let key =
                |document: &Value| (document["kind"].to_string(), document["metadata"]["name"].to_string());
            all.filter(|document| seen.insert(key(document))).collect()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if std::env::var_os("TFO_TEST_LONG").is_some() { 5000 } else { 300 }, ..ProptestConfig::default() })]

    #[test]
    fn apply_a_then_b_is_apply_b(a in bundles(), b in bundles()) {
        let (mut both, mut alone) = (Test::new(), Test::new());
        both.apply(&pruned("s", a));
        let plan = both.apply(&pruned("s", b.clone()));
        prop_assert!(plan.committed, "{:?}", messages(&plan));
        alone.apply(&pruned("s", b.clone()));
        prop_assert_eq!(both.state(), alone.state());
        let again = both.diff(&pruned("s", b));
        prop_assert!(again.plan.is_empty() && again.writes.is_empty());
    }

    #[test]
    fn what_apply_says_is_what_diff_said(a in bundles(), b in bundles()) {
        let mut test = Test::new();
        test.apply(&pruned("s", a));
        let said = test.diff(&pruned("s", b.clone())).plan;
        let done = test.apply(&pruned("s", b));
        let strip = |mut plan: Plan| { for change in &mut plan.changes { change.uid = None; } plan };
        prop_assert_eq!(strip(said), strip(done));
    }

    #[test]
    fn the_order_of_documents_does_not_matter(a in bundles(), seed in any::<u64>()) {
        let mut shuffled = a.clone();
        for at in (1..shuffled.len()).rev() {
            shuffled.swap(at, (seed.rotate_left(at as u32 * 7) % (at as u64 + 1)) as usize);
        }
        let (mut first, mut second) = (Test::new(), Test::new());
        first.apply(&request("s", a));
        second.apply(&request("s", shuffled));
        prop_assert_eq!(first.state(), second.state());
    }

    #[test]
    fn two_sets_lose_no_field_silently(steps in proptest::collection::vec((any::<bool>(), bundles()), 1..6)) {
        let mut test = Test::new();
        for (first, documents) in steps {
            let name = if first { "a" } else { "b" };
            let plan = test.apply(&request(name, documents));
            if !plan.committed {
                continue;
            }
            // Whatever a set owns stands as it wants it.
            for stored in test.world.all() {
                for intent in &stored.record.intents {
                    for (pointer, value) in crate::resources::pointer::leaves(&intent.content) {
                        let stands = stored.record.content.pointer(&pointer);
                        let same = stands == Some(&value) || pointer.starts_with("/spec/logs");
                        prop_assert!(same, "{} {pointer}: {stands:?}, {} wants {value}", stored.record.reference(), intent.set);
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_read_back_applies_back_unchanged(a in bundles()) {
        let mut test = Test::new();
        test.apply(&request("s", a));
        let read: Vec<Value> = test.world.all().map(|stored| serde_json::to_value(stored.resource()).unwrap()).collect();
        if !read.is_empty() {
            let plan = test.diff(&request("s", read)).plan;
            prop_assert!(plan.is_empty() && messages(&plan).is_empty(), "{:?} {:?}", plan.changes, messages(&plan));
        }
    }
}
