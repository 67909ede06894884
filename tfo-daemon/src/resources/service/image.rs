//! The world as the image of the database: read whole, and kept up by the journal.

use std::sync::Arc;

use super::PAGE;
use crate::platform::db::{DbError, DbResult, Tx};
use crate::resources::journal::Placed;
use crate::resources::record::{Record, Stored};
use crate::resources::repo;
use crate::resources::world::World;

pub(super) fn stored(record: Record) -> DbResult<Arc<Stored>> {
    let name = record.reference();
    let stored = Stored::new(record).map_err(|problems| {
        let problems: Vec<String> =
            problems.into_iter().map(|problem| format!("{}: {}", problem.pointer, problem.message)).collect();
        DbError::Corrupt { cause: format!("{name}: {}", problems.join("; ")) }
    })?;
    Ok(Arc::new(stored))
}

pub(super) async fn read_world(tx: &mut Tx) -> DbResult<World> {
    let (records, revision) = repo::load(tx).await?;
    let mut world = World::default();
    world.revision = revision;
    for record in records {
        world.put(stored(record)?);
    }
    Ok(world)
}

/// The world with what the journal has behind it.
pub(super) async fn catch_up(tx: &mut Tx, known: &World) -> DbResult<World> {
    let mut world = known.clone();
    loop {
        let page = repo::changes_after(tx, world.revision, PAGE).await?;
        if page.is_empty() {
            return Ok(world);
        }
        for Placed { seq, entry, .. } in page {
            let read = |record: Option<String>| {
                record.map(|record| serde_json::from_str::<Record>(&record)).transpose()
            };
            let (Ok(before), Ok(after)) = (read(entry.before), read(entry.after)) else {
                return read_world(tx).await;
            };
            let is_whole = match entry.action.as_str() {
                "create" => after.is_some(),
                "remove" => before.is_some(),
                _ => before.is_some() && after.is_some(),
            };
            if !is_whole && entry.uid.is_some() {
                // Its records were taken out: what stands tells.
                return read_world(tx).await;
            }
            if let Some(before) = before {
                world.remove(&before);
            }
            if let Some(after) = after {
                world.put(stored(after)?);
            }
            world.revision = seq;
        }
    }
}
