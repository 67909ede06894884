//! All resources in memory: what a plan is made from, and what the daemon acts by.
//!
//! The database is the truth; this is its image, kept up by the journal. A few thousand resources are a few MiB, and with
//! them here a plan needs no database, so that it is a plain function.

use std::collections::BTreeMap;
use std::sync::Arc;

use tfo_sdk::resource::kind::Reference;
use tfo_sdk::resource::{Name, ResourceRef, Scope};

use super::record::{Record, Stored};

/// A resource's place, kind and name: one resource has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) scope: Scope,
    pub(crate) kind: String,
    pub(crate) name: Name,
}

impl From<&ResourceRef> for Key {
    fn from(reference: &ResourceRef) -> Self {
        Self { scope: reference.scope.clone(), kind: reference.kind.clone(), name: reference.name.clone() }
    }
}

impl From<&Stored> for Key {
    fn from(stored: &Stored) -> Self {
        Self::from(&stored.record.reference())
    }
}

/// All resources, by place.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    resources: BTreeMap<Key, Arc<Stored>>,
    /// The last entry of the journal that is in it.
    pub(crate) revision: i64,
}

impl World {
    pub(crate) fn get(&self, key: &Key) -> Option<&Arc<Stored>> {
        self.resources.get(key)
    }

    pub(crate) fn put(&mut self, stored: Arc<Stored>) {
        self.resources.insert(Key::from(&*stored), stored);
    }

    /// Removes a resource; another one that has its place by now stays.
    pub(crate) fn remove(&mut self, record: &Record) {
        let key = Key::from(&record.reference());
        if self.resources.get(&key).is_some_and(|found| found.record.uid == record.uid) {
            self.resources.remove(&key);
        }
    }

    /// All, by place, kind and name.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Stored>> {
        self.resources.values()
    }
}

/// A world with changes on top of it, before they are made.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    base: &'a World,
    changed: BTreeMap<Key, Option<Arc<Stored>>>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(base: &'a World) -> Self {
        Self { base, changed: BTreeMap::new() }
    }

    pub(crate) fn get(&self, key: &Key) -> Option<&Arc<Stored>> {
        match self.changed.get(key) {
            Some(changed) => changed.as_ref(),
            None => self.base.get(key),
        }
    }

    /// A resource that is there, and not deleted.
    pub(crate) fn live(&self, key: &Key) -> Option<&Arc<Stored>> {
        self.get(key).filter(|stored| stored.record.deleted_at.is_none())
    }

    pub(crate) fn put(&mut self, stored: Arc<Stored>) {
        self.changed.insert(Key::from(&*stored), Some(stored));
    }

    pub(crate) fn remove(&mut self, key: Key) {
        self.changed.insert(key, None);
    }

    /// All, in no order that means anything.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Stored>> {
        let unchanged = self.base.resources.iter().filter(|(key, _)| !self.changed.contains_key(*key));
        unchanged.map(|(_, stored)| stored).chain(self.changed.values().flatten())
    }

    /// Whether a place is there, so that something can stand in it.
    pub(crate) fn has_place(&self, scope: &Scope) -> bool {
        const KINDS: [&str; 4] = ["Region", "Organization", "Workspace", "Tenant"];
        let (Some(parent), Some(name)) = (scope.parent(), scope.name()) else { return true };
        let Some(kind) = KINDS.get(parent.parts().len()) else { return false };
        self.live(&Key { scope: parent, kind: (*kind).to_owned(), name: name.clone() }).is_some()
    }

    /// Whom somebody in this place names: the nearest of that kind and name, looking outwards.
    pub(crate) fn resolve(&self, from: &Scope, reference: &Reference) -> Option<&Arc<Stored>> {
        from.outwards().find_map(|scope| {
            self.live(&Key { scope, kind: reference.kind.to_owned(), name: reference.name.clone() })
        })
    }
}
