//! Sets as a whole: what each has, a member that moves, a set that ends.

use std::collections::BTreeMap;

use tfo_sdk::Timestamp;
use tfo_sdk::api::{SetDelete, SetMove, SetSummary};
use tfo_sdk::resource::{Name, Scope};

use super::{ChangeError, Resources, Who, done};
use crate::identity::Principal;
use crate::resources::planner::{self, Caller};
use crate::resources::world::{Key, World};

impl Resources {
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
        let who = Who {
            principal: caller.name(),
            address: caller.address(),
            via: "sets",
            now,
            set: Some(request.to.to_string()),
        };
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
        let who = Who {
            principal: caller.name(),
            address: caller.address(),
            via: "sets",
            now,
            set: Some(request.set.to_string()),
        };
        done(self.commit(make, &BTreeMap::new(), &who, caller).await?)
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
