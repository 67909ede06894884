//! A file that is not what was written: whoever needs it is told so, and all others are answered.

use std::path::PathBuf;
use std::time::Duration;

use tfo_query::{QueryError, Read};
use tfo_sdk::{Signal, TimeRange};

use crate::world::{World, everything};

/// Says which file it was, or that there was an answer.
async fn outcomes(world: &World, range: TimeRange) -> Vec<Result<(), QueryError>> {
    let read = Read { range, ..everything("") };
    let sql = format!("SELECT max(body) FROM logs WHERE timestamp >= TIMESTAMP '{}'", range.since);
    vec![
        world.engine.logs(&world.scope, &read).await.map(drop),
        world.engine.services(&world.scope, range).await.map(drop),
        world.engine.sql(&world.scope, &sql).await.map(drop),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_file_is_named_to_whoever_needs_it() {
    let mut world = World::new();
    world.append_logs(200).await;
    world.flush().await;
    let files = world.store.snapshot(&world.scope, Signal::Logs, TimeRange::ALL).files;
    let newest = files.iter().map(|file| file.max()).max().unwrap();
    let oldest = files.iter().map(|file| file.min()).min().unwrap();
    let all = TimeRange { since: oldest, ..TimeRange::ALL };
    let paths: Vec<PathBuf> = files.iter().map(|file| world.folder.path().join(file.path())).collect();
    let contents: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).unwrap()).collect();
    // In a page, in the footer, and its end is missing.
    type Harm = fn(&mut Vec<u8>);
    let harms: [Harm; 3] = [
        |bytes| bytes.iter_mut().take(2000).for_each(|byte| *byte ^= 1),
        |bytes| {
            let at = bytes.len() - 20;
            bytes[at] ^= 1;
        },
        |bytes| bytes.truncate(bytes.len() / 2),
    ];
    for harm in harms {
        for (path, content) in paths.iter().zip(&contents) {
            let mut content = content.clone();
            harm(&mut content);
            std::fs::write(path, content).unwrap();
        }
        // What is read once is remembered, so each time anew.
        let engine = tfo_query::Engine::new(world.store.clone(), crate::world::limits(world.folder.path()));
        world.engine = engine.unwrap();
        for outcome in outcomes(&world, all).await {
            let Err(QueryError::Unreadable(which)) = outcome else { panic!("{outcome:?}") };
            assert!(files.iter().any(|file| which.starts_with(file.path())), "{which}");
        }
        let elsewhere = TimeRange { since: newest.plus(Duration::from_nanos(1)), ..all };
        for outcome in outcomes(&world, elsewhere).await {
            outcome.unwrap();
        }
    }
}
