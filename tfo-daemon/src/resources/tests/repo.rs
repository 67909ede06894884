//! What tests look at behind the back of the service, and what they break there.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;

use crate::platform::db::{Db, DbError, Engine, WriteTx, on_engine};

/// Every row of every table, as text.
pub(super) type Dump = BTreeMap<String, Vec<String>>;

pub(super) async fn dump(db: &Db) -> Dump {
    let mut dump = Dump::new();
    let tables = "select name from sqlite_master where type = 'table'";
    let tables = ask(db, tables, "select tablename::text from pg_tables where schemaname = 'public'").await;
    for table in tables {
        let columns = format!("select 'quote(\"' || name || '\")' from pragma_table_info('{table}')");
        let columns = ask(db, &columns, "select ''").await.join(" || ' ' || ");
        let rows = format!("select {columns} from \"{table}\"");
        let mut rows = ask(db, &rows, &format!("select r::text from \"{table}\" r")).await;
        rows.sort();
        dump.insert(table, rows);
    }
    for table in ["resource", "change", "secret", "meta"] {
        assert!(dump.contains_key(table), "{:?}", dump.keys());
    }
    dump
}

/// A column of text, by the SQL of either engine.
async fn ask(db: &Db, sqlite: &str, postgres: &str) -> Vec<String> {
    match db.engine() {
        Engine::Sqlite(pool) => {
            sqlx::query_scalar(AssertSqlSafe(sqlite.to_owned())).fetch_all(pool).await.unwrap()
        }
        Engine::Postgres(pool) => {
            sqlx::query_scalar(AssertSqlSafe(postgres.to_owned())).fetch_all(pool).await.unwrap()
        }
    }
}

/// Ends the connections that others have to this database of PostgreSQL.
pub(super) async fn end_other_connections(db: &Db) {
    let end = "select count(pg_terminate_backend(pid))::text from pg_stat_activity \
               where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";
    ask(db, "", end).await;
}

/// Runs statements in one transaction; gives how many rows the last one has changed.
async fn execute(db: &Db, statements: &[String]) -> u64 {
    let work = async |tx: &mut WriteTx| {
        let mut rows = 0;
        for sql in statements {
            let sql = AssertSqlSafe(sql.clone());
            rows = on_engine!(tx, |connection| sqlx::query(sql).execute(connection).await?.rows_affected());
        }
        Ok::<_, DbError>(rows)
    };
    db.write(work).await.unwrap()
}

pub(super) async fn drop_guards(db: &Db) {
    let on = if matches!(db.engine(), Engine::Postgres(_)) { " on change" } else { "" };
    let guards = ask(
        db,
        "select name from sqlite_master where type = 'trigger' and tbl_name = 'change'",
        "select tgname::text from pg_trigger where tgrelid = 'change'::regclass and not tgisinternal",
    );
    let drops: Vec<String> = guards.await.iter().map(|guard| format!("drop trigger {guard}{on}")).collect();
    assert!(!drops.is_empty());
    execute(db, &drops).await;
}

pub(super) async fn change_a_record(db: &Db, name: &str) {
    let changed =
        execute(db, &[format!("update change set after_record = '{{}}' where name = '{name}'")]).await;
    assert_eq!(changed, 1);
}

pub(super) async fn change_a_principal(db: &Db, name: &str) {
    let changed = execute(db, &[format!("update change set principal = 'eve' where name = '{name}'")]).await;
    assert_eq!(changed, 1);
}

pub(super) async fn delete_entries(db: &Db, name: &str) {
    assert_eq!(execute(db, &[format!("delete from change where name = '{name}'")]).await, 1);
}

pub(super) async fn take_records_out(db: &Db, name: &str) {
    let sql = format!("update change set before_record = null, after_record = null where name = '{name}'");
    assert!(execute(db, &[sql]).await > 0);
}

pub(super) async fn describe_as_an_earlier_version(db: &Db, role: &str) {
    let sql = format!(
        "update resource set record = replace(record, '\"description\":\"', '\"description\":\"Old: ') \
         where kind = 'Role' and name = '{role}'"
    );
    assert_eq!(execute(db, &[sql]).await, 1);
}
