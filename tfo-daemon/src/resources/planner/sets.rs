//! Sets as a whole: a member that goes to another one, a set that ends.

use std::sync::Arc;

use tfo_sdk::api::MembersFate;
use tfo_sdk::resource::SetRef;
use tfo_sdk::resource::plan::{Action, Change};

use super::{Caller, Planned, Planner, WriteKind};
use crate::resources::record::Stored;
use crate::resources::world::World;

/// Plans that a resource, with all that its home has asked of it, belongs to another set.
pub(crate) fn move_to_set(world: &World, stored: &Arc<Stored>, to: SetRef, caller: &Caller<'_>) -> Planned {
    let mut planner = Planner::new(world, caller, Vec::new());
    let mut after = (**stored).clone();
    match &after.record.home {
        None => {
            let message =
                format!("{} belongs to no set; take it in with tfo apply --adopt", stored.record.reference());
            planner.error("no-member", message, None, "");
        }
        Some(_) if !to.scope.contains(&stored.record.scope) => {
            let message = format!("{} stands outside of the set {to}", stored.record.reference());
            planner.error("outside-of-set", message, None, "");
        }
        Some(home) if *home == to => {}
        Some(_) => {
            after.record.move_home(&to);
            planner.own_as(stored, after, "moved");
        }
    }
    planner.finish(to, true)
}

/// Plans the end of a set.
pub(crate) fn end_set(world: &World, set: SetRef, fate: MembersFate, caller: &Caller<'_>) -> Planned {
    let mut planner = Planner::new(world, caller, Vec::new());
    let owned = |stored: &&Arc<Stored>| {
        let record = &stored.record;
        record.home.as_ref() == Some(&set) || record.intent(&set).is_some()
    };
    let owned: Vec<Arc<Stored>> = world.all().filter(owned).cloned().collect();
    if owned.is_empty() {
        planner.error("no-set", format!("there is no set {set}"), None, "");
    }
    let mut doomed = Vec::new();
    for stored in owned {
        let is_member = stored.record.home.as_ref() == Some(&set);
        if is_member && fate == MembersFate::Cascade && stored.record.deleted_at.is_none() {
            doomed.push(stored);
            continue;
        }
        let mut after = (*stored).clone();
        after.record.home = after.record.home.filter(|home| *home != set);
        after.record.intents.retain(|intent| intent.set != set);
        planner.own_as(&stored, after, "released");
    }
    doomed.sort_by_key(|stored| std::cmp::Reverse(super::prune::depth(&stored.record)));
    for stored in planner.keep_protected(doomed) {
        planner.end(&stored, &["pruned"]);
    }
    planner.check();
    planner.finish(set, true)
}

impl Planner<'_> {
    /// Writes down that a resource has other owners, and nothing else.
    fn own_as(&mut self, before: &Arc<Stored>, after: Stored, reason: &str) {
        let Ok(kind) = before.record.kind() else { return };
        let requires = self.require(kind, "update", &before.record.scope);
        self.changes.push(Change {
            action: Action::Unchanged,
            reference: before.record.reference(),
            uid: Some(before.record.uid.to_string()),
            base_generation: before.record.generation,
            source: None,
            reasons: vec![reason.to_owned()],
            requires,
            renamed_from: None,
            fields: Vec::new(),
            other: serde_json::Map::new(),
        });
        self.write(WriteKind::Own, Some(before.clone()), Some(Arc::new(after)));
    }
}
