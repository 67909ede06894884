//! What both engines promise alike.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::migrate::{MIGRATIONS, run};
use super::testing::{TestDatabase, repo_suite};
use super::*;

repo_suite!(
    migrations_run_once,
    two_daemons_that_start_at_once_both_come_up,
    a_dry_run_tells_what_is_pending_and_writes_nothing,
    a_failing_migration_leaves_nothing_behind,
    a_database_of_a_newer_binary_is_refused,
    a_migration_that_was_changed_later_is_refused,
    changes_can_be_added_but_not_deleted,
    of_a_change_only_its_records_can_be_taken_out,
    a_second_row_of_one_name_is_a_duplicate,
    one_writer_at_a_time_whoever_opened_the_database,
    a_reader_sees_no_half_transaction,
    a_reader_sees_one_state_as_long_as_it_reads,
    a_transaction_that_is_dropped_has_never_been,
    a_transaction_whose_connection_dies_has_never_been,
    a_transaction_in_which_something_failed_is_not_committed_as_if_nothing_had,
    nothing_is_written_without_the_turn_of_the_writer,
    work_that_fails_is_undone_and_its_error_handed_on,
    a_write_can_be_a_task_of_its_own,
    text_is_compared_and_ordered_by_its_bytes,
    every_type_comes_back_as_it_was,
);

/// A row of `meta`.
async fn put(tx: &mut WriteTx, key: &str, value: &str) -> DbResult<()> {
    on_engine!(tx, |connection| {
        sqlx::query("insert into meta (key, value) values ($1, $2)")
            .bind(key)
            .bind(value)
            .execute(connection)
            .await?;
    });
    Ok(())
}

async fn keys(db: &Db) -> Vec<String> {
    let rows: DbResult<Vec<(String,)>> = async {
        Ok(on_engine!(db, |pool| sqlx::query_as("select key from meta order by key").fetch_all(pool).await?))
    }
    .await;
    rows.unwrap().into_iter().map(|(key,)| key).collect()
}

async fn execute(tx: &mut WriteTx, sql: &'static str) -> DbResult<u64> {
    Ok(on_engine!(tx, |connection| sqlx::query(sql).execute(connection).await?.rows_affected()))
}

/// Runs one statement in a write transaction of its own.
async fn execute_alone(db: &Db, sql: &'static str) -> DbResult<u64> {
    db.write(async |tx| execute(tx, sql).await).await
}

async fn migrations_run_once(database: TestDatabase) {
    let db = database.open().await;
    assert_eq!(run(&db, MIGRATIONS).await, Ok(vec![]));
    execute_alone(&db, "insert into meta (key, value) values ('kept', '')").await.unwrap();
    db.close().await;
    let db = database.open().await;
    assert_eq!(keys(&db).await, ["kept"]);
    db.close().await;
}

async fn two_daemons_that_start_at_once_both_come_up(database: TestDatabase) {
    let opening: Vec<_> = (0..4)
        .map(|_| {
            let target = database.target.clone();
            tokio::spawn(async move { Db::open(&target).await })
        })
        .collect();
    for opened in opening {
        let db = opened.await.unwrap().unwrap();
        assert!(keys(&db).await.is_empty());
        db.close().await;
    }
}

async fn a_dry_run_tells_what_is_pending_and_writes_nothing(database: TestDatabase) {
    let all: Vec<_> = MIGRATIONS.iter().collect();
    for _ in 0..2 {
        assert_eq!(migrate(&database.target, true).await.as_ref(), Ok(&all));
    }
    if let Target::Sqlite(path) = &database.target {
        assert!(!path.exists());
    }
    assert_eq!(migrate(&database.target, false).await, Ok(all));
    assert_eq!(migrate(&database.target, true).await, Ok(vec![]));
}

const FAILING: &[Migration] = &[
    Migration {
        version: 1,
        name: "1",
        sqlite: "create table one (a text)",
        postgres: "create table one (a text)",
    },
    Migration { version: 2, name: "2", sqlite: "create tabel two", postgres: "create tabel two" },
];

async fn a_failing_migration_leaves_nothing_behind(database: TestDatabase) {
    let db = Db::connect(&database.target).await.unwrap();
    assert!(matches!(run(&db, FAILING).await, Err(DbError::Other { .. })));
    assert_eq!(run(&db, &FAILING[..1]).await.map(|ran| ran.len()), Ok(1));
    db.close().await;
}

async fn a_database_of_a_newer_binary_is_refused(database: TestDatabase) {
    let db = database.open().await;
    execute_alone(&db, "insert into migration (version, name, digest, applied_at) values (999, 'x', 'x', 0)")
        .await
        .unwrap();
    db.close().await;
    let known = MIGRATIONS.len() as i64;
    let error = Db::open(&database.target).await.unwrap_err();
    assert_eq!(error, DbError::Newer { found: 999, known });
    assert!(error.to_string().contains("start a newer tfo"), "{error}");
    assert_eq!(migrate(&database.target, true).await, Err(error));
}

async fn a_migration_that_was_changed_later_is_refused(database: TestDatabase) {
    let db = database.open().await;
    execute_alone(&db, "update migration set digest = 'of another text' where version = 1").await.unwrap();
    db.close().await;
    assert_eq!(Db::open(&database.target).await.unwrap_err(), DbError::Differs { version: 1 });
}

const CHANGE: &str = "insert into change (seq, at, principal, via, action, before_record, after_record, digest, hash) \
                      values (1, 1, 'local', 'rest', 'create', 'b', 'a', 'd', 'h')";

/// Whether a rule of the schema refused it, and not for being there already.
fn is_refused(done: &DbResult<u64>) -> bool {
    matches!(done, Err(DbError::Constraint { kind: ConstraintKind::Rule, .. }))
}

async fn changes_can_be_added_but_not_deleted(database: TestDatabase) {
    let db = database.open().await;
    execute_alone(&db, CHANGE).await.unwrap();
    assert!(is_refused(&execute_alone(&db, "delete from change").await));
    assert!(is_refused(&execute_alone(&db, "delete from change where seq = 1").await));
    assert!(execute_alone(&db, CHANGE).await.is_err());
    // What the engines have beside.
    match &database.target {
        Target::Postgres(_) => assert!(is_refused(&execute_alone(&db, "truncate change").await)),
        Target::Sqlite(_) => {
            const REPLACE: &str = "insert or replace into change (seq, at, principal, via, action, digest, hash) \
                                   values (1, 1, 'x', 'x', 'x', 'x', 'x')";
            assert!(is_refused(&execute_alone(&db, REPLACE).await));
        }
    }
    let held: DbResult<(i64, String)> = async {
        Ok(on_engine!(db, |pool| sqlx::query_as("select count(*), max(principal) from change")
            .fetch_one(pool)
            .await?))
    }
    .await;
    assert_eq!(held, Ok((1, "local".to_owned())));
    db.close().await;
}

async fn of_a_change_only_its_records_can_be_taken_out(database: TestDatabase) {
    let db = database.open().await;
    execute_alone(&db, CHANGE).await.unwrap();
    for refused in [
        "update change set principal = 'me'",
        "update change set address = '::1'",
        "update change set after_record = 'other'",
        "update change set after_record = null, hash = 'other'",
        "update change set seq = 2",
        "insert into change (seq, at, principal, via, action, digest, hash) values (1, 1, 'x', 'x', 'x', 'x', 'x') \
         on conflict (seq) do update set principal = 'me'",
    ] {
        assert!(execute_alone(&db, refused).await.is_err(), "{refused}");
    }
    assert_eq!(execute_alone(&db, "update change set before_record = null").await, Ok(1));
    assert_eq!(
        execute_alone(&db, "update change set before_record = null, after_record = null").await,
        Ok(1)
    );
    // What is out stays out.
    assert!(is_refused(&execute_alone(&db, "update change set after_record = 'a'").await));
    db.close().await;
}

async fn a_second_row_of_one_name_is_a_duplicate(database: TestDatabase) {
    let db = database.open().await;
    let first = "insert into resource (uid, kind, scope, name, revision, record) values ('1', 'Role', '', 'a', 1, '{}')";
    let second = "insert into resource (uid, kind, scope, name, revision, record) values ('2', 'Role', '', 'a', 2, '{}')";
    execute_alone(&db, first).await.unwrap();
    assert!(execute_alone(&db, first).await.unwrap_err().is_duplicate());
    assert!(execute_alone(&db, second).await.unwrap_err().is_duplicate());
    let missing = "insert into meta (key) values ('a')";
    let error = execute_alone(&db, missing).await.unwrap_err();
    assert!(matches!(error, DbError::Constraint { kind: ConstraintKind::NotNull, .. }), "{error:?}");
    db.close().await;
}

async fn one_writer_at_a_time_whoever_opened_the_database(database: TestDatabase) {
    let daemons = [database.open().await, database.open().await];
    execute_alone(&daemons[0], "insert into meta (key, value) values ('count', '0')").await.unwrap();
    let inside = Arc::new(AtomicU32::new(0));
    let writers: Vec<_> = (0..16)
        .map(|number| {
            let (db, inside) = (daemons[number % 2].clone(), inside.clone());
            tokio::spawn(async move {
                db.write(async |tx| {
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two wrote at once");
                    let (count,): (String,) = on_engine!(tx, |connection| {
                        sqlx::query_as("select value from meta where key = 'count'")
                            .fetch_one(connection)
                            .await?
                    });
                    tokio::task::yield_now().await;
                    let next = (count.parse::<u32>().unwrap() + 1).to_string();
                    on_engine!(tx, |connection| {
                        sqlx::query("update meta set value = $1 where key = 'count'")
                            .bind(&next)
                            .execute(connection)
                            .await?;
                    });
                    inside.fetch_sub(1, Ordering::SeqCst);
                    Ok::<_, DbError>(())
                })
                .await
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    let done = execute_alone(&daemons[1], "update meta set value = 'seen' where value = '16'").await;
    assert_eq!(done, Ok(1));
    for db in daemons {
        db.close().await;
    }
}

async fn a_reader_sees_no_half_transaction(database: TestDatabase) {
    let db = database.open().await;
    let mut tx = db.begin_write().await.unwrap();
    put(&mut tx, "a", "").await.unwrap();
    assert!(keys(&db).await.is_empty());
    put(&mut tx, "b", "").await.unwrap();
    assert!(keys(&db).await.is_empty());
    tx.commit().await.unwrap();
    assert_eq!(keys(&db).await, ["a", "b"]);
    db.close().await;
}

async fn a_reader_sees_one_state_as_long_as_it_reads(database: TestDatabase) {
    let db = database.open().await;
    let count = async |tx: &mut Tx| -> DbResult<i64> {
        let (count,): (i64,) = on_engine!(tx, |connection| {
            sqlx::query_as("select count(*) from meta").fetch_one(connection).await?
        });
        Ok(count)
    };
    let mut reading = db.begin_read().await.unwrap();
    assert_eq!(count(&mut reading).await, Ok(0));
    execute_alone(&db, "insert into meta (key, value) values ('a', '')").await.unwrap();
    assert_eq!(count(&mut reading).await, Ok(0));
    drop(reading);
    let mut writing = db.begin_write().await.unwrap();
    put(&mut writing, "b", "").await.unwrap();
    // What reads, reads in a write transaction too, and sees what it wrote.
    assert_eq!(count(&mut writing).await, Ok(2));
    drop(writing);
    db.close().await;
}

async fn a_transaction_that_is_dropped_has_never_been(database: TestDatabase) {
    let db = database.open().await;
    let mut tx = db.begin_write().await.unwrap();
    put(&mut tx, "a", "").await.unwrap();
    drop(tx);
    let mut tx = db.begin_write().await.unwrap();
    put(&mut tx, "b", "").await.unwrap();
    tx.rollback().await.unwrap();
    // The next writer is not held up, and what comes in between is not in its transaction.
    execute_alone(&db, "insert into meta (key, value) values ('c', '')").await.unwrap();
    assert_eq!(keys(&db).await, ["c"]);
    db.close().await;
}

async fn a_transaction_whose_connection_dies_has_never_been(database: TestDatabase) {
    let (db, other) = (database.open().await, database.open().await);
    let mut tx = db.begin_write().await.unwrap();
    put(&mut tx, "a", "").await.unwrap();
    if let Engine::Postgres(connection) = tx.engine() {
        let (pid,): (i32,) = sqlx::query_as("select pg_backend_pid()").fetch_one(connection).await.unwrap();
        on_engine!(other, |pool| {
            sqlx::raw_sql(sqlx::AssertSqlSafe(format!("select pg_terminate_backend({pid})")))
                .execute(pool)
                .await
                .unwrap();
        });
        let error = tx.commit().await.unwrap_err();
        assert!(matches!(error, DbError::Unavailable { .. }) && error.is_transient(), "{error:?}");
    } else {
        // The runtime of a process that dies drops what it does wherever it stands.
        let task = tokio::spawn(async move {
            put(&mut tx, "b", "").await.unwrap();
            std::future::pending::<()>().await;
        });
        tokio::task::yield_now().await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }
    assert!(keys(&other).await.is_empty());
    execute_alone(&other, "insert into meta (key, value) values ('c', '')").await.unwrap();
    execute_alone(&db, "insert into meta (key, value) values ('d', '')").await.unwrap();
    assert_eq!(keys(&other).await, ["c", "d"]);
    db.close().await;
    other.close().await;
}

async fn a_transaction_in_which_something_failed_is_not_committed_as_if_nothing_had(database: TestDatabase) {
    let db = database.open().await;
    let mut tx = db.begin_write().await.unwrap();
    put(&mut tx, "a", "").await.unwrap();
    assert!(put(&mut tx, "a", "").await.unwrap_err().is_duplicate());
    let committed = tx.commit().await.is_ok();
    assert_eq!(keys(&db).await.len(), usize::from(committed));
    db.close().await;
}

async fn nothing_is_written_without_the_turn_of_the_writer(database: TestDatabase) {
    let db = database.open().await;
    let beside: DbResult<()> = async {
        on_engine!(db, |pool| {
            sqlx::query("insert into meta (key, value) values ('a', '')").execute(pool).await?;
        });
        Ok(())
    }
    .await;
    assert!(matches!(beside, Err(DbError::ReadOnly { .. })), "{beside:?}");
    let mut reading = db.begin_read().await.unwrap();
    let beside: DbResult<()> = async {
        on_engine!(reading, |connection| {
            sqlx::query("insert into meta (key, value) values ('a', '')").execute(connection).await?;
        });
        Ok(())
    }
    .await;
    assert!(matches!(beside, Err(DbError::ReadOnly { .. })), "{beside:?}");
    drop(reading);
    assert!(keys(&db).await.is_empty());
    db.close().await;
}

async fn work_that_fails_is_undone_and_its_error_handed_on(database: TestDatabase) {
    #[derive(Debug, PartialEq)]
    enum Refused {
        Conflict,
        Db(DbError),
    }
    impl From<DbError> for Refused {
        fn from(error: DbError) -> Self {
            Self::Db(error)
        }
    }
    let db = database.open().await;
    let refused = db
        .write(async |tx| {
            put(tx, "a", "").await?;
            Err::<(), _>(Refused::Conflict)
        })
        .await;
    assert_eq!(refused, Err(Refused::Conflict));
    assert!(keys(&db).await.is_empty());
    db.close().await;
}

async fn a_write_can_be_a_task_of_its_own(database: TestDatabase) {
    let db = database.open().await;
    let writer = db.clone();
    let name = "a".to_owned();
    let task = tokio::spawn(async move { writer.write(async |tx| put(tx, &name, "").await).await });
    task.await.unwrap().unwrap();
    assert_eq!(keys(&db).await, ["a"]);
    db.close().await;
}

async fn text_is_compared_and_ordered_by_its_bytes(database: TestDatabase) {
    let db = database.open().await;
    let sorted = ["", "A", "B", "a", "a-b", "aB", "a_", "ab", "b", "ä", "\u{10000}"];
    let mut tx = db.begin_write().await.unwrap();
    for key in sorted.iter().rev() {
        put(&mut tx, key, "").await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(keys(&db).await, sorted);
    let like: DbResult<i64> = async {
        let (count,): (i64,) = on_engine!(db, |pool| {
            sqlx::query_as("select count(*) from meta where key like $1").bind("a%").fetch_one(pool).await?
        });
        Ok(count)
    }
    .await;
    assert_eq!(like, Ok(5));
    db.close().await;
}

async fn every_type_comes_back_as_it_was(database: TestDatabase) {
    type Row = (String, Vec<u8>, i64);
    let db = database.open().await;
    let bytes: Vec<u8> = (0..=255).collect();
    let written: DbResult<()> = db
        .write(async |tx| {
            const SQL: &str = "insert into secret (id, resource_uid, path, key_id, nonce, ciphertext, fingerprint, \
                               created_at) values ($1, '', '', '', $2, $2, '', $3)";
            on_engine!(tx, |connection| {
                sqlx::query(SQL)
                    .bind("ä\n\u{10000}'")
                    .bind(&bytes)
                    .bind(i64::MIN)
                    .execute(connection)
                    .await?;
            });
            Ok(())
        })
        .await;
    written.unwrap();
    let read: DbResult<Row> = async {
        Ok(on_engine!(db, |pool| sqlx::query_as("select id, nonce, created_at from secret")
            .fetch_one(pool)
            .await?))
    }
    .await;
    assert_eq!(read, Ok(("ä\n\u{10000}'".to_owned(), bytes, i64::MIN)));
    // Absent is not empty.
    execute_alone(
        &db,
        "insert into erasure (tenant_id, path, requested_at, stage) values ('t', 'p', 1, 's')",
    )
    .await
    .unwrap();
    let read: DbResult<(Option<i64>,)> = async {
        Ok(on_engine!(db, |pool| sqlx::query_as("select finished_at from erasure").fetch_one(pool).await?))
    }
    .await;
    assert_eq!(read, Ok((None,)));
    db.close().await;
}

// Of one engine alone.

#[tokio::test]
async fn files_of_sqlite_are_their_owners_alone_and_no_log_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tfo.db");
    std::fs::write(&path, "").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let db = Db::open(&Target::Sqlite(path)).await.unwrap();
    let files = || -> Vec<(String, u32)> {
        let mut files: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| {
                (
                    entry.file_name().into_string().unwrap(),
                    entry.metadata().unwrap().permissions().mode() & 0o777,
                )
            })
            .collect();
        files.sort();
        files
    };
    let private = |name: &str| (name.to_owned(), 0o600);
    assert_eq!(files(), [private("tfo.db"), private("tfo.db-shm"), private("tfo.db-wal")]);
    keys(&db).await;
    db.close().await;
    assert_eq!(files(), [private("tfo.db")]);
}

#[tokio::test]
async fn sqlite_syncs_each_commit_and_keeps_its_rules() {
    super::testing::on_sqlite(async |database| {
        let db = database.open().await;
        let mut tx = db.begin_write().await.unwrap();
        let Engine::Sqlite(connection) = tx.engine() else { unreachable!() };
        for (pragma, expected) in
            [("pragma synchronous", 2), ("pragma foreign_keys", 1), ("pragma secure_delete", 1)]
        {
            let (value,): (i64,) = sqlx::query_as(pragma).fetch_one(&mut *connection).await.unwrap();
            assert_eq!(value, expected, "{pragma}");
        }
        let (mode,): (String,) =
            sqlx::query_as("pragma journal_mode").fetch_one(&mut *connection).await.unwrap();
        assert_eq!(mode, "wal");
    })
    .await;
}

#[tokio::test]
async fn a_disk_that_is_full_says_so_and_leaves_what_was_there() {
    super::testing::on_sqlite(async |database| {
        let db = database.open().await;
        let mut tx = db.begin_write().await.unwrap();
        let Engine::Sqlite(connection) = tx.engine() else { unreachable!() };
        sqlx::query("pragma max_page_count = 1").execute(&mut *connection).await.unwrap();
        let error = put(&mut tx, "a", &"x".repeat(1 << 20)).await.unwrap_err();
        assert!(matches!(error, DbError::Full { .. }) && error.is_transient(), "{error:?}");
        drop(tx);
        assert!(keys(&db).await.is_empty());
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_place_where_no_file_can_be_made_is_an_error_that_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "this is no database, but it is long enough to be looked into by one".repeat(100))
        .unwrap();
    // Root may write into any folder, so these are places where nobody can.
    for place in [folder.path().join("missing/tfo.db"), file.join("tfo.db"), folder.path().to_owned()] {
        let error = Db::open(&Target::Sqlite(place.clone())).await.unwrap_err();
        assert!(matches!(error, DbError::Unavailable { .. }), "{}: {error:?}", place.display());
    }
    let error = Db::open(&Target::Sqlite(file)).await.unwrap_err();
    assert!(matches!(error, DbError::Corrupt { .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_said_at_once_and_without_its_password() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let target = Target::Postgres(format!("postgres://tfo:hunter2@{address}/tfo").parse().unwrap());
    let error = Db::open(&target).await.unwrap_err();
    assert!(matches!(&error, DbError::Unavailable { cause } if cause.contains("refused")), "{error:?}");
    assert!(!format!("{target} {error}").contains("hunter2"));
}

#[tokio::test]
async fn a_wrong_password_is_an_error_that_does_not_repeat_it() {
    super::testing::on_postgres(async |_database| {
        let mut url = url::Url::parse(&std::env::var("TFO_TEST_POSTGRES").unwrap()).unwrap();
        url.set_password(Some("hunter2")).unwrap();
        let error = Db::open(&Target::Postgres(url.as_str().parse().unwrap())).await.unwrap_err();
        assert!(matches!(&error, DbError::Unavailable { cause } if cause.contains("password")), "{error:?}");
        assert!(!error.to_string().contains("hunter2"));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_was_gone_for_a_while_is_found_again() {
    super::testing::on_postgres(async |database| {
        let (db, other) = (database.open().await, database.open().await);
        keys(&db).await;
        on_engine!(other, |pool| {
            sqlx::raw_sql("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()")
                .execute(pool)
                .await
                .unwrap();
        });
        assert!(keys(&db).await.is_empty());
        db.close().await;
        other.close().await;
    })
    .await;
}

fn migrations_of(engine: &str) -> BTreeSet<String> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(engine);
    let files = std::fs::read_dir(folder).unwrap();
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn both_engines_have_the_same_migrations_and_all_of_them_are_run() {
    let declared: BTreeSet<_> =
        MIGRATIONS.iter().map(|migration| format!("{}.sql", migration.name)).collect();
    assert_eq!(migrations_of("sqlite"), declared);
    assert_eq!(migrations_of("postgres"), declared);
    for (number, migration) in (1_i64..).zip(MIGRATIONS) {
        assert_eq!(migration.version, number);
        assert!(migration.name.starts_with(&format!("{number:04}_")), "{}", migration.name);
    }
}

#[tokio::test]
async fn who_waits_too_long_for_its_turn_is_told_that_others_write() {
    super::testing::on_sqlite(async |database| {
        let db = database.open().await;
        let _held = db.writer_turn.clone().acquire_owned().await.unwrap();
        // Time leaps when nothing else can happen.
        tokio::time::pause();
        let error = db.begin_write().await.unwrap_err();
        assert!(matches!(error, DbError::Busy { .. }), "{error:?}");
        tokio::time::resume();
        db.close().await;
    })
    .await;
}
