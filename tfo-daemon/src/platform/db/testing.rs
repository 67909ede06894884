//! Databases for tests: each test on both engines, with a database of its own.
//!
//! SQLite is a file in a temporary folder, PostgreSQL a new database of the server that `TFO_TEST_POSTGRES` names
//! (`tests/services start postgres`); both are gone afterwards. Without a server the tests on PostgreSQL say that they
//! are skipped, and fail where `tests/run` has prepared everything.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures::FutureExt as _;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;

use super::{Db, PostgresUrl, Target};

/// Runs each of these tests on SQLite and on PostgreSQL. A test is `async fn name(database: TestDatabase)`, and becomes
/// `sqlite::name` and `postgres::name`; one that is forgotten here is dead code. Once a module.
macro_rules! repo_suite {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    $crate::platform::db::testing::on_sqlite(super::$test).await;
                }
            )+
        }

        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    $crate::platform::db::testing::on_postgres(super::$test).await;
                }
            )+
        }
    };
}
pub(crate) use repo_suite;

/// An empty database, not opened.
#[derive(Debug, Clone)]
pub(crate) struct TestDatabase {
    pub(crate) target: Target,
}

impl TestDatabase {
    /// Opens it, with the schema of this binary: each time as another daemon would.
    pub(crate) async fn open(&self) -> Db {
        Db::open(&self.target).await.unwrap()
    }
}

/// Runs a test on SQLite.
pub(crate) async fn on_sqlite(test: impl AsyncFnOnce(TestDatabase)) {
    let folder: TempDir = tempfile::tempdir().unwrap();
    test(TestDatabase { target: Target::Sqlite(folder.path().join("tfo.db")) }).await;
}

/// Runs a test on PostgreSQL.
pub(crate) async fn on_postgres(test: impl AsyncFnOnce(TestDatabase)) {
    let Ok(server) = std::env::var("TFO_TEST_POSTGRES") else {
        let complete = std::env::var("TFO_TEST_COMPLETE").is_ok_and(|value| value == "1");
        assert!(!complete, "TFO_TEST_POSTGRES is not set, and nothing may be skipped");
        eprintln!("skipped: no TFO_TEST_POSTGRES; eval \"$(tests/services start postgres)\"");
        return;
    };
    let name = format!("test_{}", uuid::Uuid::now_v7().simple());
    run_on(&server, format!("create database {name}")).await;
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    let target = Target::Postgres(url.as_str().parse::<PostgresUrl>().unwrap());
    let outcome = AssertUnwindSafe(test(TestDatabase { target })).catch_unwind().await;
    // Connections that the test has left are ended by it.
    run_on(&server, format!("drop database {name} with (force)")).await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

async fn run_on(server: &str, sql: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    // Ours alone: the name is hexadecimal.
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}
