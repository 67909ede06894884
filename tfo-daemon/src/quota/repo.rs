//! The table `ingest_day`.

use std::collections::HashMap;

use tfo_sdk::TenantId;

use crate::platform::db::{DbResult, Tx, WriteTx, on_engine};

/// Adds bytes to those of a day.
pub(super) async fn add(tx: &mut WriteTx, day: i64, tenant: TenantId, bytes: u64) -> DbResult<()> {
    const SQL: &str = "insert into ingest_day (day, tenant, bytes) values ($1, $2, $3) \
                       on conflict (day, tenant) do update set bytes = ingest_day.bytes + excluded.bytes";
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    on_engine!(tx, |connection| {
        sqlx::query(SQL).bind(day).bind(tenant.to_string()).bind(bytes).execute(connection).await?;
    });
    Ok(())
}

/// What came in on a day, by tenant.
pub(super) async fn of_day(tx: &mut Tx, day: i64) -> DbResult<HashMap<TenantId, u64>> {
    let rows: Vec<(String, i64)> = on_engine!(tx, |connection| {
        sqlx::query_as("select tenant, bytes from ingest_day where day = $1")
            .bind(day)
            .fetch_all(connection)
            .await?
    });
    let read = |(tenant, bytes): (String, i64)| Some((tenant.parse().ok()?, u64::try_from(bytes).ok()?));
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Forgets a tenant.
pub(super) async fn forget(tx: &mut WriteTx, tenant: TenantId) -> DbResult<()> {
    on_engine!(tx, |connection| {
        sqlx::query("delete from ingest_day where tenant = $1")
            .bind(tenant.to_string())
            .execute(connection)
            .await?;
    });
    Ok(())
}
