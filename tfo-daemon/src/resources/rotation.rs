//! A new key for secrets: those that are kept get one in front, and everything that is kept is encrypted with it.
//!
//! The keys come first. Whatever ends the rotation after that, all secrets can still be read, and the next one encrypts
//! them anew. Older keys stay: copies of the database need them, and the oldest makes the fingerprints.

use super::repo;
use super::secrets::{KeyError, Sealer};
use crate::platform::db::{Db, DbError, Target};

/// Why a rotation did not come to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RotationError {
    /// The keys.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// Secrets whose key is not there.
    #[error("{count} secrets cannot be read, the first of them encrypted with {key_id}; put that key back")]
    Unreadable { count: usize, key_id: String },
}

/// Makes a new key and encrypts all secrets with it; gives its name, and how many secrets there are.
///
/// # Errors
/// What ended it; secrets can be read as before.
pub(crate) async fn rotate(target: &Target, sealer: &Sealer) -> Result<(String, usize), RotationError> {
    let db = Db::open(target).await?;
    let rotated = rotate_in(&db, sealer).await;
    db.close().await;
    rotated
}

async fn rotate_in(db: &Db, sealer: &Sealer) -> Result<(String, usize), RotationError> {
    let mut tx = db.begin_write().await?;
    let mut texts = Vec::new();
    let mut unreadable = Vec::new();
    for repo::Secret { id, uid, pointer, kept } in repo::secrets(&mut tx).await? {
        match sealer.decrypt(&uid, &pointer, &kept)? {
            Some(text) => texts.push((id, uid, pointer, text)),
            None => unreadable.push(kept.key_id),
        }
    }
    if let Some(key_id) = unreadable.first() {
        return Err(RotationError::Unreadable { count: unreadable.len(), key_id: key_id.clone() });
    }
    let key = sealer.add_key()?;
    // Another reads the keys with the new one in front.
    let sealer = sealer.reopened();
    let count = texts.len();
    for (id, uid, pointer, text) in texts {
        let kept = sealer.encrypt(&uid, &pointer, &text)?;
        repo::replace_secret(&mut tx, &id, &kept).await?;
    }
    tx.commit().await?;
    Ok((key, count))
}

#[cfg(test)]
mod tests {
    use super::super::secrets::Kept;
    use super::*;
    use crate::config::KeyPlace;
    use crate::platform::db::testing::{TestDatabase, repo_suite};

    repo_suite!(every_secret_is_encrypted_with_the_new_key, a_secret_whose_key_is_gone_stops_it);

    async fn put(db: &Db, uid: &str, kept: &Kept) {
        let mut tx = db.begin_write().await.unwrap();
        repo::put_secret(&mut tx, uid, uid, "/spec/secret", "print", kept, 1).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn kept(db: &Db) -> Vec<(String, Kept)> {
        let mut tx = db.begin_read().await.unwrap();
        let mut kept: Vec<_> = repo::secrets(&mut tx).await.unwrap();
        kept.sort_by(|one, other| one.id.cmp(&other.id));
        kept.into_iter().map(|secret| (secret.id, secret.kept)).collect()
    }

    async fn every_secret_is_encrypted_with_the_new_key(database: TestDatabase) {
        let folder = tempfile::tempdir().unwrap();
        let place = KeyPlace::File(folder.path().join("secrets.key"));
        let sealer = Sealer::new(place.clone());
        let db = database.open().await;
        let print = sealer.fingerprint("text of one").unwrap();
        for uid in ["one", "two"] {
            put(&db, uid, &sealer.encrypt(uid, "/spec/secret", &format!("text of {uid}")).unwrap()).await;
        }
        let before = kept(&db).await;
        assert_eq!(rotate(&database.target, &sealer).await.unwrap(), ("key-2".to_owned(), 2));
        assert_eq!(rotate(&database.target, &sealer.reopened()).await.unwrap(), ("key-3".to_owned(), 2));
        let after = kept(&db).await;
        let sealer = Sealer::new(place);
        for ((id, old), (_, new)) in before.iter().zip(&after) {
            assert_eq!((old.key_id.as_str(), new.key_id.as_str()), ("key-1", "key-3"));
            assert_ne!(old.ciphertext, new.ciphertext);
            for kept in [old, new] {
                let text = sealer.decrypt(id, "/spec/secret", kept).unwrap();
                assert_eq!(text, Some(format!("text of {id}")));
            }
        }
        // An apply of the same secret is no change.
        assert_eq!(sealer.fingerprint("text of one").unwrap(), print);
    }

    async fn a_secret_whose_key_is_gone_stops_it(database: TestDatabase) {
        let folder = tempfile::tempdir().unwrap();
        let (ours, theirs) = (folder.path().join("ours"), folder.path().join("theirs"));
        let foreign = Sealer::new(KeyPlace::File(theirs)).encrypt("one", "/spec/secret", "x").unwrap();
        let db = database.open().await;
        put(&db, "one", &Kept { key_id: "key-9".to_owned(), ..foreign.clone() }).await;
        let sealer = Sealer::new(KeyPlace::File(ours.clone()));
        let refused = rotate(&database.target, &sealer).await.unwrap_err();
        assert!(refused.to_string().contains("key-9"), "{refused}");
        assert_eq!(std::fs::read_to_string(ours).unwrap().matches("key-").count(), 1);
    }
}
