//! The schema, step by step: `migrations/{sqlite,postgres}/`, the same steps for both engines.
//!
//! What is pending runs in one write transaction, all or nothing, so that of two daemons that start at once one runs
//! it and the other finds it done. A step that was released is never changed: the database keeps its digest.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use tfo_store::clock::{Clock as _, SystemClock};

use super::{Db, DbError, DbResult, Engine, Tx, on_engine};

/// One step of the schema.
#[derive(Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its number; they count from 1 without gaps.
    pub version: i64,
    /// What it is about.
    pub name: &'static str,
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

/// Declares the steps; each has a file `NAME.sql` for each engine.
macro_rules! migrations {
    ($($version:literal $name:literal),+ $(,)?) => {
        &[$(Migration {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../../../../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../../../migrations/postgres/", $name, ".sql")),
        }),+]
    };
}

/// All steps, in their order; a new one is a line at the end.
pub(super) const MIGRATIONS: &[Migration] = migrations![1 "0001_resources", 2 "0002_ingest_days"];

const LEDGER: &str = "create table if not exists migration (version bigint not null primary key, \
                      name text not null, digest text not null, applied_at bigint not null)";

impl Migration {
    fn sql<S, P>(&self, engine: &Engine<S, P>) -> &'static str {
        match engine {
            Engine::Sqlite(_) => self.sqlite,
            Engine::Postgres(_) => self.postgres,
        }
    }
}

const DONE: &str = "insert into migration (version, name, digest, applied_at) values ($1, $2, $3, $4)";

/// Runs what is pending; gives what it ran.
pub(super) async fn run<'a>(db: &Db, known: &'a [Migration]) -> DbResult<Vec<&'a Migration>> {
    // Most starts have nothing to run, and need not wait for a writer.
    if pending(db, known).await?.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = db.begin_write().await?;
    on_engine!(tx, |connection| {
        sqlx::query(LEDGER).execute(connection).await?;
    });
    if let Engine::Postgres(connection) = tx.engine() {
        // A table that is rewritten takes as long as it takes.
        sqlx::query("set local statement_timeout = 0").execute(connection).await?;
    }
    // Another daemon may have run them meanwhile.
    let pending = pending_in(&mut tx, known).await?;
    for migration in &pending {
        let sql = migration.sql(&tx.engine());
        on_engine!(tx, |connection| {
            sqlx::raw_sql(sql).execute(connection).await?;
        });
        on_engine!(tx, |connection| {
            sqlx::query(DONE)
                .bind(migration.version)
                .bind(migration.name)
                .bind(digest(sql))
                .bind(SystemClock.now().nanos())
                .execute(connection)
                .await?;
        });
        tracing::info!(migration = migration.name, "the metadata database has a new schema");
    }
    tx.commit().await?;
    Ok(pending)
}

/// What would be run.
pub(super) async fn pending<'a>(db: &Db, known: &'a [Migration]) -> DbResult<Vec<&'a Migration>> {
    pending_in(&mut db.begin_read().await?, known).await
}

async fn pending_in<'a>(tx: &mut Tx, known: &'a [Migration]) -> DbResult<Vec<&'a Migration>> {
    let applied = applied(tx).await?;
    let last_known = known.last().map_or(0, |migration| migration.version);
    if let Some((&found, _)) = applied.last_key_value().filter(|(version, _)| **version > last_known) {
        return Err(DbError::Newer { found, known: last_known });
    }
    let mut pending = Vec::new();
    for migration in known {
        match applied.get(&migration.version) {
            None => pending.push(migration),
            Some(found) if *found != digest(migration.sql(&tx.engine())) => {
                return Err(DbError::Differs { version: migration.version });
            }
            Some(_) => {}
        }
    }
    Ok(pending)
}

/// Digests of what was run, by version.
async fn applied(tx: &mut Tx) -> DbResult<BTreeMap<i64, String>> {
    let ledgers: (i64,) = match tx.engine() {
        Engine::Sqlite(connection) => {
            sqlx::query_as("select count(*) from sqlite_schema where type = 'table' and name = 'migration'")
                .fetch_one(connection)
                .await?
        }
        Engine::Postgres(connection) => {
            sqlx::query_as("select count(to_regclass('migration'))").fetch_one(connection).await?
        }
    };
    if ledgers.0 == 0 {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(i64, String)> = on_engine!(tx, |connection| {
        sqlx::query_as("select version, digest from migration order by version").fetch_all(connection).await?
    });
    Ok(rows.into_iter().collect())
}

fn digest(sql: &str) -> String {
    Sha256::digest(sql.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
