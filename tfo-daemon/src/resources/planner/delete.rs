//! Deleting one resource by hand.

use std::sync::Arc;

use tfo_sdk::resource::SetRef;

use super::{Caller, Planned, Planner, WriteKind};
use crate::resources::record::{Record, Stored};
use crate::resources::world::World;

/// Plans the deletion of a resource that is there.
pub(crate) fn delete(world: &World, stored: &Arc<Stored>, set: SetRef, caller: &Caller<'_>) -> Planned {
    let mut planner = Planner::new(world, caller, Vec::new());
    let reference = stored.record.reference();
    if stored.record.built_in {
        planner.error("built-in", format!("{reference} is built in and cannot be deleted"), None, "");
    } else if stored.record.is_protected() {
        let message = format!("{reference} is protected: set metadata.deletionProtection to false first");
        planner.error("protected", message, None, "");
    } else {
        planner.end(stored, &["deleted"]);
    }
    planner.check();
    planner.finish(set, true)
}

impl Planner<'_> {
    /// Writes down that a resource goes, for good or for its grace time.
    pub(super) fn remove(&mut self, stored: &Arc<Stored>) {
        let has_grace = stored.record.kind().is_ok_and(|kind| kind.grace.is_some());
        if has_grace {
            let record = Record {
                deleted_at: Some(self.caller.now),
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
