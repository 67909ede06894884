//! Opening a SQLite file: one connection that writes, a few that read beside it.

use std::fs::{File, OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{DbResult, PATIENCE};

/// Each is a thread.
const READERS: u32 = 4;

/// After a large transaction the log is cut back to this.
const LOG_BYTES: &str = "16777216";

/// Gives the readers and the writer.
pub(super) async fn open(path: &Path) -> DbResult<(SqlitePool, SqlitePool)> {
    keep_private(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // In this mode the default would not sync a commit.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .pragma("journal_size_limit", LOG_BYTES)
        // As PostgreSQL compares.
        .pragma("case_sensitive_like", "on")
        // What is deleted is overwritten: secrets, and what is erased for a person.
        .pragma("secure_delete", "on")
        // A file that was tampered with runs no function with side effects out of its schema.
        .pragma("trusted_schema", "off");
    let pool = || SqlitePoolOptions::new().acquire_timeout(PATIENCE).idle_timeout(None).max_lifetime(None);
    // First, for it turns a new file into one with a log.
    let writer = pool().max_connections(1).connect_with(options.clone()).await?;
    let readers = pool().max_connections(READERS).connect_lazy_with(options.pragma("query_only", "on"));
    Ok((readers, writer))
}

/// Makes the file for its owner alone, or takes it from others. SQLite gives what it puts beside it the same mode.
fn keep_private(path: &Path) -> DbResult<()> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    let file = match options.clone().create_new(true).open(path) {
        Ok(file) => {
            // SQLite syncs names that it makes, and this one is made here.
            if let Some(folder) = path.parent() {
                File::open(folder)?.sync_all()?;
            }
            file
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => options.open(path)?,
        Err(error) => return Err(error.into()),
    };
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(())
}
