//! What goes wrong in a database, in the words of neither engine.

use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::postgres::PgDatabaseError;
use sqlx::sqlite::SqliteError;

/// What the database gives.
pub type DbResult<T> = Result<T, DbError>;

/// Why the database did not do it. The causes are for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DbError {
    /// It cannot be reached, or not now.
    #[error("it cannot be reached: {cause}")]
    Unavailable {
        /// What happened.
        cause: String,
    },
    /// Others held it for too long; or two got into each other's way, and this one was undone.
    #[error("it is busy: {cause}; try again")]
    Busy {
        /// What happened.
        cause: String,
    },
    /// There is no room.
    #[error("its disk is full: {cause}")]
    Full {
        /// What happened.
        cause: String,
    },
    /// It takes no writes: the disk, the server, or a write outside of a write transaction.
    #[error("it is read-only: {cause}")]
    ReadOnly {
        /// What happened.
        cause: String,
    },
    /// A rule of the schema refused a row.
    #[error("a rule of the schema refused it: {cause}")]
    Constraint {
        /// Which kind of rule.
        kind: ConstraintKind,
        /// Which one.
        cause: String,
    },
    /// It is damaged, or no database.
    #[error("it is damaged: {cause}; put a backup in its place")]
    Corrupt {
        /// What happened.
        cause: String,
    },
    /// A newer binary has made it.
    #[error(
        "its schema has version {found}, and this binary knows versions up to {known}: start a newer tfo, or put \
         back a backup from before the upgrade"
    )]
    Newer {
        /// The version of the database.
        found: i64,
        /// The last that this binary has.
        known: i64,
    },
    /// A migration is not what was run.
    #[error(
        "its schema was made by another migration {version} than this binary has: start the binary that made it"
    )]
    Differs {
        /// Its version.
        version: i64,
    },
    /// The server is too old.
    #[error("PostgreSQL {version} is too old: version 15 or newer is needed")]
    TooOld {
        /// Of the server.
        version: String,
    },
    /// Anything else: a fault of ours.
    #[error("{cause}")]
    Other {
        /// What happened.
        cause: String,
    },
}

/// What kind of rule refused a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstraintKind {
    /// There is one already.
    Unique,
    /// Another row that it names is missing, or names it.
    Reference,
    /// A value is missing.
    NotNull,
    /// A check or a trigger: of `change`, which is append-only.
    Rule,
}

impl DbError {
    /// Whether a row of that name is there already.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Constraint { kind: ConstraintKind::Unique, .. })
    }

    /// Whether the same may work in a moment. Nothing was written then, unless it was the commit that failed: a
    /// connection that is lost in a commit leaves open whether it took place.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::Busy { .. } | Self::Full { .. } | Self::ReadOnly { .. } => true,
            Self::Constraint { .. }
            | Self::Corrupt { .. }
            | Self::Newer { .. }
            | Self::Differs { .. }
            | Self::TooOld { .. }
            | Self::Other { .. } => false,
        }
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        let cause = error.to_string();
        match error {
            sqlx::Error::Database(error) => of_database(error.as_ref()),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable { cause },
            _ => Self::Other { cause },
        }
    }
}

impl From<std::io::Error> for DbError {
    fn from(error: std::io::Error) -> Self {
        let cause = error.to_string();
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full { cause },
            std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { cause },
            _ => Self::Unavailable { cause },
        }
    }
}

fn of_database(error: &dyn DatabaseError) -> DbError {
    let cause = error.message().to_owned();
    let code = error.code().unwrap_or_default();
    if error.try_downcast_ref::<SqliteError>().is_some() {
        // The low byte is the kind; what stands above it tells more than is needed here.
        return match code.parse::<i32>().unwrap_or_default() & 0xff {
            5 | 6 => DbError::Busy { cause },
            8 => DbError::ReadOnly { cause },
            10 | 14 => DbError::Unavailable { cause },
            11 | 26 => DbError::Corrupt { cause },
            13 => DbError::Full { cause },
            19 => DbError::Constraint { kind: constraint_kind(error), cause },
            _ => DbError::Other { cause },
        };
    }
    if error.try_downcast_ref::<PgDatabaseError>().is_none() {
        return DbError::Other { cause };
    }
    match (code.get(..2).unwrap_or_default(), &*code) {
        ("23", _) => DbError::Constraint { kind: constraint_kind(error), cause },
        // Deadlock, serialisation; a lock, a statement or a transaction that took too long.
        ("40", _) | (_, "55P03" | "57014" | "25P03") => DbError::Busy { cause },
        (_, "25006") => DbError::ReadOnly { cause },
        (_, "53100") => DbError::Full { cause },
        (_, "XX001" | "XX002") => DbError::Corrupt { cause },
        // Connections, credentials, a database that is not there, resources, a server that stops.
        ("08" | "28" | "3D" | "53" | "57" | "58", _) => DbError::Unavailable { cause },
        _ => DbError::Other { cause },
    }
}

fn constraint_kind(error: &dyn DatabaseError) -> ConstraintKind {
    match error.kind() {
        ErrorKind::UniqueViolation => ConstraintKind::Unique,
        ErrorKind::ForeignKeyViolation => ConstraintKind::Reference,
        ErrorKind::NotNullViolation => ConstraintKind::NotNull,
        _ => ConstraintKind::Rule,
    }
}
