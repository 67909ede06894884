//! The journal: every change of state, in its order, each chained to the one before.
//!
//! It is history, audit and watch in one. `digest` is the SHA-256 of what was and what is; `hash` is that of the hash before,
//! of everything else that the entry says, and of the digest. So a change of an entry shows, and yet what it held of a person
//! can be taken out: the digest stays.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tfo_sdk::Timestamp;
use tfo_sdk::api::AuditEntry;

/// An entry before it has its place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entry {
    pub(crate) at: i64,
    pub(crate) principal: String,
    pub(crate) via: String,
    pub(crate) address: Option<String>,
    pub(crate) action: String,
    pub(crate) kind: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) uid: Option<String>,
    pub(crate) generation: Option<i64>,
    pub(crate) set: Option<String>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// An entry that has its place.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) seq: i64,
    pub(crate) entry: Entry,
    pub(crate) digest: String,
    pub(crate) hash: String,
}

/// What stands before the first entry.
pub(crate) const ORIGIN: &str = "";

impl Placed {
    /// Puts an entry behind the one with this hash.
    pub(crate) fn new(seq: i64, entry: Entry, previous: &str) -> Self {
        let digest = digest(&entry);
        let hash = hash(seq, &entry, previous, &digest);
        Self { seq, entry, digest, hash }
    }

    /// What is wrong with it behind the entry with this hash; `Ok(true)` when its records were taken out.
    pub(crate) fn check(&self, previous: &str) -> Result<bool, String> {
        if hash(self.seq, &self.entry, previous, &self.digest) != self.hash {
            return Err(format!("entry {} is not what it was, or the one before it is not", self.seq));
        }
        let is_whole = digest(&self.entry) == self.digest;
        // Both go at once: of one that is left alone nobody could tell whether it is what it was.
        let is_taken_out = self.entry.before.is_none() && self.entry.after.is_none();
        match (is_whole, is_taken_out) {
            (true, _) => Ok(false),
            (false, true) => Ok(true),
            (false, false) => Err(format!("the records of entry {} are not what they were", self.seq)),
        }
    }

    /// As REST shows it.
    pub(crate) fn view(self) -> AuditEntry {
        let Self { seq, entry, digest, hash } = self;
        let parse =
            |record: Option<String>| record.and_then(|record| serde_json::from_str::<Value>(&record).ok());
        AuditEntry {
            seq,
            at: Timestamp(entry.at),
            principal: entry.principal,
            via: entry.via,
            address: entry.address,
            action: entry.action,
            kind: entry.kind,
            scope: entry.scope.and_then(|scope| scope.parse().ok()),
            name: entry.name.and_then(|name| name.parse().ok()),
            uid: entry.uid,
            generation: entry.generation.and_then(|generation| u64::try_from(generation).ok()),
            set: entry.set,
            before: parse(entry.before),
            after: parse(entry.after),
            digest,
            hash,
        }
    }
}

fn digest(entry: &Entry) -> String {
    sha256(&json!([entry.before, entry.after]))
}

fn hash(seq: i64, entry: &Entry, previous: &str, digest: &str) -> String {
    sha256(&json!([
        previous,
        seq,
        entry.at,
        entry.principal,
        entry.via,
        entry.address,
        entry.action,
        entry.kind,
        entry.scope,
        entry.name,
        entry.uid,
        entry.generation,
        entry.set,
        digest,
    ]))
}

fn sha256(value: &Value) -> String {
    let digest = Sha256::digest(value.to_string().as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Vec<Placed> {
        let entry = |name: &str| Entry {
            at: 5,
            principal: "ada".into(),
            via: "rest".into(),
            action: "create".into(),
            name: Some(name.into()),
            after: Some(format!("{{\"name\":\"{name}\"}}")),
            ..Entry::default()
        };
        let mut chain: Vec<Placed> = Vec::new();
        for (at, name) in ["a", "b", "c"].into_iter().enumerate() {
            let previous = chain.last().map_or(ORIGIN.to_owned(), |placed| placed.hash.clone());
            chain.push(Placed::new(at as i64 + 1, entry(name), &previous));
        }
        chain
    }

    fn findings(chain: &[Placed]) -> (usize, usize) {
        let previous = [ORIGIN.to_owned()].into_iter().chain(chain.iter().map(|placed| placed.hash.clone()));
        let checks: Vec<_> =
            chain.iter().zip(previous).map(|(placed, previous)| placed.check(&previous)).collect();
        (
            checks.iter().filter(|check| check.is_err()).count(),
            checks.iter().filter(|check| **check == Ok(true)).count(),
        )
    }

    #[test]
    fn a_change_of_an_entry_shows() {
        assert_eq!(findings(&chain()), (0, 0));
        let mut changed = chain();
        changed[1].entry.principal = "eve".into();
        assert_eq!(findings(&changed), (1, 0));
        let mut changed = chain();
        changed[1].entry.after = Some("{}".into());
        changed[1].entry.before = Some("{}".into());
        assert_eq!(findings(&changed), (1, 0));
        let mut changed = chain();
        changed[1].entry.after = Some("{}".into());
        assert_eq!(findings(&changed), (1, 0));
        let mut removed = chain();
        removed.remove(1);
        assert_eq!(findings(&removed), (1, 0));
    }

    #[test]
    fn records_can_be_taken_out() {
        let mut erased = chain();
        erased[1].entry.after = None;
        assert_eq!(findings(&erased), (0, 1));
    }
}
