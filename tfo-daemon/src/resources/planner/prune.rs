//! Deleting what a set has made and no longer has, with the guards around it.

use std::collections::BTreeSet;
use std::sync::Arc;

use tfo_sdk::resource::kind::find;
use tfo_sdk::resource::plan::{Action, Change, PlanRequest, Prune};
use tfo_sdk::resource::{Level, Name};
use uuid::Uuid;

use super::difference::difference;
use super::{Item, Planner};
use crate::resources::record::{Record, Stored};

/// So many may go without being asked for, or this part of the set, whatever is more.
const MOST: u64 = 10;
const MOST_PERCENT: u64 = 30;

impl Planner<'_> {
    /// Deletes the members of the set that are not among the documents.
    pub(super) fn prune(&mut self, request: &PlanRequest, items: &[Item]) {
        let Some(prune) = &request.prune else { return };
        let kept: BTreeSet<Uuid> = self.documents.keys().copied().collect();
        let is_member = |stored: &&Arc<Stored>| {
            stored.record.home.as_ref() == Some(&request.set) && stored.record.deleted_at.is_none()
        };
        // Of what stood before: what this plan makes does not allow more to go.
        let members = self.world.all().filter(is_member).count();
        let is_doomed = |stored: &&Arc<Stored>| is_member(stored) && !kept.contains(&stored.record.uid);
        let mut doomed: Vec<Arc<Stored>> = self.draft.all().filter(is_doomed).cloned().collect();
        // What stands in a place goes before the place, what names another before that.
        doomed.sort_by_key(|stored| std::cmp::Reverse(depth(&stored.record)));
        let doomed = self.keep_protected(doomed);
        self.guard(prune, &doomed, members, items.len());
        for stored in doomed {
            self.end(&stored, &["pruned"]);
        }
    }

    /// Keeps what is protected, and the places in which something that is protected stands.
    pub(super) fn keep_protected(&mut self, doomed: Vec<Arc<Stored>>) -> Vec<Arc<Stored>> {
        let mut kept: Vec<Arc<Stored>> = Vec::new();
        let mut going = Vec::new();
        for stored in doomed {
            let holds_kept = stored
                .record
                .place()
                .is_some_and(|place| kept.iter().any(|kept| place.contains(&kept.record.scope)));
            if stored.record.is_protected() || holds_kept {
                let reason = if stored.record.is_protected() { "protected" } else { "holds-protected" };
                self.changes.push(Change {
                    action: Action::Keep,
                    reference: stored.record.reference(),
                    uid: Some(stored.record.uid.to_string()),
                    base_generation: stored.record.generation,
                    source: None,
                    reasons: vec![reason.to_owned()],
                    requires: Vec::new(),
                    renamed_from: None,
                    fields: Vec::new(),
                    other: serde_json::Map::new(),
                });
                kept.push(stored);
            } else {
                going.push(stored);
            }
        }
        going
    }

    fn guard(&mut self, prune: &Prune, doomed: &[Arc<Stored>], members: usize, documents: usize) {
        let (count, members) = (doomed.len() as u64, members as u64);
        let most = prune.limit.unwrap_or_else(|| MOST.max(members * MOST_PERCENT / 100));
        let is_all_meant = documents == 0 && prune.allow_empty && prune.limit.is_none();
        if count > most && !is_all_meant {
            let message = format!(
                "{count} of the set's {members} resources would be deleted, and at most {most} may be; is this the right \
                 folder? --prune-limit {count} allows it"
            );
            self.error("prune-limit", message, None, "");
        }
        let allowed: BTreeSet<&str> = prune.kinds.iter().filter_map(|kind| Some(find(kind)?.name)).collect();
        for unknown in prune.kinds.iter().filter(|kind| find(kind).is_none()) {
            let shown: String = unknown.chars().take(64).collect();
            self.error("unknown-kind", format!("--prune-kinds: there is no kind {shown:?}"), None, "");
        }
        let mut precious: BTreeSet<&str> = BTreeSet::new();
        for stored in doomed {
            if let Ok(kind) = stored.record.kind()
                && kind.is_precious
                && !allowed.contains(kind.name)
            {
                precious.insert(kind.name);
            }
        }
        if !precious.is_empty() {
            let kinds: Vec<&str> = precious.into_iter().collect();
            let names: Vec<String> = doomed
                .iter()
                .filter(|stored| kinds.contains(&stored.record.kind.as_str()))
                .map(|stored| stored.record.reference().to_string())
                .collect();
            let message = format!(
                "{} would be deleted, which hold data or access; --prune-kinds {} allows it",
                shortened(&names),
                kinds.join(",")
            );
            self.error("prune-kinds", message, None, "");
        }
    }

    /// Takes down the deletion of a resource.
    pub(super) fn end(&mut self, stored: &Arc<Stored>, reasons: &[&str]) {
        let Ok(kind) = stored.record.kind() else { return };
        let requires = self.require(kind, "delete", &stored.record.scope);
        self.changes.push(Change {
            action: Action::Delete,
            reference: stored.record.reference(),
            uid: Some(stored.record.uid.to_string()),
            base_generation: stored.record.generation,
            source: None,
            reasons: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
            requires,
            renamed_from: None,
            fields: difference(Some(stored), None),
            other: serde_json::Map::new(),
        });
        self.remove(stored);
    }
}

/// How deep a resource stands, and how late its kind comes: the largest goes first.
pub(super) fn depth(record: &Record) -> (Level, usize, Name) {
    let order = tfo_sdk::resource::kinds::ALL.iter().take_while(|kind| kind.name != record.kind).count();
    (record.scope.level(), order, record.name.clone())
}

/// The first few, and how many more there are.
fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}
