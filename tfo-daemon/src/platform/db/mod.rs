//! The metadata database: SQLite in the data folder, or a PostgreSQL that is named by a URL.
//!
//! Invariants:
//! - one writer at a time a database ([`Db::begin_write`]), and nothing is written without a [`WriteTx`]: other
//!   connections are read-only on both engines;
//! - one SQL text serves both engines (`on_engine!`), with parameters as `$1`, the types TEXT, BIGINT and
//!   BLOB/BYTEA, and text that is ordered by its bytes;
//! - the schema is what the migrations of this binary make, or the database is not opened;
//! - the URL's password stands in no error and in no log.
//!
//! PostgreSQL keeps no U+0000 in text: what comes from outside is checked for it before it comes here.

mod error;
mod migrate;
mod postgres;
mod postgres_url;
mod problem;
mod sqlite;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod transaction;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sqlx::{PgPool, SqlitePool};
use tokio::sync::Semaphore;

pub use error::{ConstraintKind, DbError, DbResult};
pub use migrate::Migration;
pub use postgres_url::PostgresUrl;
pub use transaction::{Tx, WriteTx};

/// How long a caller waits for its turn: for the one writer, for a lock, for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which database, before it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file, made if it is missing.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server, which is there.
    Postgres(PostgresUrl),
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => write!(f, "{url}"),
        }
    }
}

/// Either engine's form of something; `on_engine!` takes it apart.
#[derive(Debug)]
pub enum Engine<S, P> {
    /// Of SQLite.
    Sqlite(S),
    /// Of PostgreSQL.
    Postgres(P),
}

/// The database, open. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    pool: Pool,
    /// The turn of the one writer of this process. Others wait here and hold no connection meanwhile.
    writer_turn: Arc<Semaphore>,
}

#[derive(Debug, Clone)]
enum Pool {
    Sqlite { readers: SqlitePool, writer: SqlitePool },
    Postgres(PgPool),
}

impl Db {
    /// Opens a database and brings its schema up to date.
    ///
    /// # Errors
    /// What keeps it from opening; a schema that is newer than this binary.
    pub async fn open(target: &Target) -> DbResult<Self> {
        let db = Self::connect(target).await?;
        match migrate::run(&db, migrate::MIGRATIONS).await {
            Ok(_) => Ok(db),
            Err(error) => {
                db.close().await;
                Err(error)
            }
        }
    }

    /// Opens a database as it is.
    async fn connect(target: &Target) -> DbResult<Self> {
        let pool = match target {
            Target::Sqlite(path) => {
                let (readers, writer) = sqlite::open(path).await?;
                Pool::Sqlite { readers, writer }
            }
            Target::Postgres(url) => Pool::Postgres(postgres::open(url).await?),
        };
        Ok(Self { pool, writer_turn: Arc::new(Semaphore::new(1)) })
    }

    /// Connections that read, for `on_engine!`: each statement by itself. What has to fit together is read in one
    /// [`Db::begin_read`].
    pub fn engine(&self) -> Engine<&SqlitePool, &PgPool> {
        match &self.pool {
            Pool::Sqlite { readers, .. } => Engine::Sqlite(readers),
            Pool::Postgres(pool) => Engine::Postgres(pool),
        }
    }

    /// Ends all connections; transactions that are not committed are undone.
    pub async fn close(&self) {
        match &self.pool {
            // The last to go writes the log of SQLite back into its file and removes it; only a writer can.
            Pool::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}

/// Brings the schema of a database up to date, as every start does: gives what was run. With `dry_run` nothing is
/// written, and what would be run is given; a file that is missing is not made.
///
/// # Errors
/// As [`Db::open`].
pub async fn migrate(target: &Target, dry_run: bool) -> DbResult<Vec<&'static Migration>> {
    if let (Target::Sqlite(path), true) = (target, dry_run)
        && !path.exists()
    {
        return Ok(migrate::MIGRATIONS.iter().collect());
    }
    let db = Db::connect(target).await?;
    let ran = if dry_run {
        migrate::pending(&db, migrate::MIGRATIONS).await
    } else {
        migrate::run(&db, migrate::MIGRATIONS).await
    };
    db.close().await;
    ran
}

/// Runs an expression on whichever engine there is: `on_engine!(db, |connection| …)`, where `db` is a [`Db`], a
/// [`Tx`] or a [`WriteTx`]. The expression is compiled once an engine, so it takes both kinds of connection:
///
/// ```ignore
/// let found: Option<(String,)> = on_engine!(self.db, |connection| {
///     sqlx::query_as("select value from meta where key = $1").bind(key).fetch_optional(connection).await?
/// });
/// ```
///
/// A transaction's connection that is used more than once is lent each time: `&mut *connection`.
macro_rules! on_engine {
    ($database:expr, |$connection:ident| $body:expr) => {
        match $database.engine() {
            $crate::platform::db::Engine::Sqlite($connection) => $body,
            $crate::platform::db::Engine::Postgres($connection) => $body,
        }
    };
}
pub(crate) use on_engine;
