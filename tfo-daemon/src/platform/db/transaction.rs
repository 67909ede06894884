//! Transactions: many that read, one that writes.

use std::ops::{Deref, DerefMut};

use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};
use tokio::sync::OwnedSemaphorePermit;

use super::{Db, DbError, DbResult, Engine, PATIENCE, Pool};

/// The lock of the one writer among all daemons on a database of PostgreSQL: `tfometa`.
const WRITER_LOCK: i64 = 0x74_66_6f_6d_65_74_61;

/// One state of the database, for everything that is read in it. Dropped, it is undone.
#[derive(Debug)]
pub struct Tx(Open);

#[derive(Debug)]
enum Open {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// The one transaction that writes now: while it is held, nobody else changes anything. It reads too, what it wrote
/// included. Dropped without [`WriteTx::commit`], or with its process, it has never been.
///
/// Whoever gets an error out of it lets it go: PostgreSQL does nothing more in such a transaction.
#[derive(Debug)]
pub struct WriteTx {
    tx: Tx,
    // Let go after the transaction.
    _turn: OwnedSemaphorePermit,
}

impl Tx {
    /// Its connection, for `on_engine!`.
    pub fn engine(&mut self) -> Engine<&mut SqliteConnection, &mut PgConnection> {
        match &mut self.0 {
            Open::Sqlite(transaction) => Engine::Sqlite(transaction),
            Open::Postgres(transaction) => Engine::Postgres(transaction),
        }
    }
}

impl Deref for WriteTx {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl DerefMut for WriteTx {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.tx
    }
}

impl WriteTx {
    /// Makes it durable. A connection that is lost meanwhile leaves open whether it took place.
    ///
    /// # Errors
    /// The database's; also when a statement of this transaction failed before.
    pub async fn commit(mut self) -> DbResult<()> {
        // PostgreSQL answers the commit of a transaction in which something failed by undoing it, and calls that
        // success. A statement before it fails as it should.
        if let Engine::Postgres(connection) = self.engine() {
            sqlx::query("select 1").execute(connection).await?;
        }
        match self.tx.0 {
            Open::Sqlite(transaction) => transaction.commit().await?,
            Open::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }

    /// Undoes it, and waits until it is undone.
    ///
    /// # Errors
    /// The database's; it is undone all the same.
    pub async fn rollback(self) -> DbResult<()> {
        match self.tx.0 {
            Open::Sqlite(transaction) => transaction.rollback().await?,
            Open::Postgres(transaction) => transaction.rollback().await?,
        }
        Ok(())
    }
}

impl Db {
    /// Begins to read one state of the database.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin_read(&self) -> DbResult<Tx> {
        Ok(Tx(match &self.pool {
            Pool::Sqlite { readers, .. } => Open::Sqlite(readers.begin_with("BEGIN").await?),
            Pool::Postgres(pool) => {
                Open::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        }))
    }

    /// Begins the one transaction that writes: waits for its turn among all tasks and all daemons.
    ///
    /// # Errors
    /// [`DbError::Busy`] when its turn does not come, and the database's.
    pub async fn begin_write(&self) -> DbResult<WriteTx> {
        let busy = || DbError::Busy { cause: format!("other writers took {} s", PATIENCE.as_secs()) };
        let turn = tokio::time::timeout(PATIENCE, self.writer_turn.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| busy())?.map_err(|error| DbError::Other { cause: error.to_string() })?;
        let open = match &self.pool {
            // Taken at once: a transaction that reads first and then writes could not, after another's write.
            Pool::Sqlite { writer, .. } => Open::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Pool::Postgres(pool) => {
                // Each statement sees what is committed, and after the lock nobody else commits.
                let mut transaction =
                    pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE").await?;
                sqlx::query("select pg_advisory_xact_lock($1)")
                    .bind(WRITER_LOCK)
                    .execute(&mut *transaction)
                    .await?;
                Open::Postgres(transaction)
            }
        };
        Ok(WriteTx { tx: Tx(open), _turn: turn })
    }

    /// Does some work in a write transaction and commits it; undoes it when the work fails.
    ///
    /// # Errors
    /// The work's, and the database's.
    pub async fn write<T, E: From<DbError>>(
        &self,
        work: impl AsyncFnOnce(&mut WriteTx) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut tx = self.begin_write().await?;
        match work(&mut tx).await {
            Ok(done) => {
                tx.commit().await?;
                Ok(done)
            }
            Err(error) => {
                // What is dropped is undone too; so the next writer need not wait for it.
                let _ = tx.rollback().await;
                Err(error)
            }
        }
    }
}
