//! Deleting one resource by hand.

use std::sync::Arc;

use tfo_sdk::resource::{ResourceRef, SetRef};

use super::{Caller, Planned, Planner, WriteKind};
use crate::resources::record::{Record, Stored};
use crate::resources::world::World;

/// Plans the deletion of a resource that is there, or one that is deleted and could still be had back if it is to be
/// `erased`.
pub(crate) fn delete(
    world: &World,
    stored: &Arc<Stored>,
    erased: bool,
    set: SetRef,
    caller: &Caller<'_>,
) -> Planned {
    let mut planner = Planner::new(world, caller, Vec::new());
    planner.erases = erased;
    let reference = stored.record.reference();
    if stored.record.built_in {
        planner.error("built-in", format!("{reference} is built in and cannot be deleted"), None, "");
    } else if stored.record.is_protected() {
        let message = format!("{reference} is protected: set metadata.deletionProtection to false first");
        planner.error("protected", message, None, "");
    } else {
        planner.end(stored, &[if erased { "erased" } else { "deleted" }]);
    }
    planner.check();
    planner.finish(set, true)
}

impl Planner<'_> {
    /// Says that what is to be had back is on its way out for good.
    pub(super) fn erasing(&mut self, reference: &ResourceRef, document: Option<usize>) {
        let message =
            format!("{reference} is being erased; its name is free when that is done, in some seconds");
        self.error("erasing", message, document, "/metadata/name");
    }

    /// Writes down that a resource goes, for good or for its grace time.
    pub(super) fn remove(&mut self, stored: &Arc<Stored>) {
        let has_grace = stored.record.kind().is_ok_and(|kind| kind.grace.is_some());
        if has_grace {
            let record = Record {
                deleted_at: stored.record.deleted_at.or(Some(self.caller.now)),
                erased: self.erases,
                updated_at: self.caller.now,
                generation: stored.record.generation + 1,
                ..stored.record.clone()
            };
            let after = Arc::new(Stored { record, ..(**stored).clone() });
            self.write(WriteKind::SoftDelete, Some(stored.clone()), Some(after));
        } else {
            self.write(WriteKind::Delete, Some(stored.clone()), None);
        }
    }
}
