//! Opening a database of PostgreSQL.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool};

use super::{DbError, DbResult, PATIENCE, PostgresUrl};

/// A server has some hundred for all its clients.
const CONNECTIONS: u32 = 8;

/// A handler that waits for a server that is gone holds its caller up for so long.
const REACHED_WITHIN: Duration = Duration::from_secs(5);

/// Read-only is what a transaction is that does not say otherwise: nothing writes beside the one writer. No statement
/// and no lock is waited for without end, and who dies in a transaction is not waited for either.
const SESSION: &str = "\
    set session characteristics as transaction read only; \
    set lock_timeout = '10s'; \
    set statement_timeout = '30s'; \
    set idle_in_transaction_session_timeout = '60s'";

pub(super) async fn open(url: &PostgresUrl) -> DbResult<PgPool> {
    let options = url.options()?;
    let options =
        if options.get_application_name().is_none() { options.application_name("tfo") } else { options };
    look_at(&options).await?;
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(REACHED_WITHIN);
    Ok(pool
        .after_connect(|connection, _| {
            Box::pin(async move { sqlx::raw_sql(SESSION).execute(connection).await.map(|_| ()) })
        })
        .connect_lazy_with(options))
}

/// Connects once by itself: a pool would try a wrong address until its time is over and not say why.
async fn look_at(options: &PgConnectOptions) -> DbResult<()> {
    let looking = async {
        let mut connection: PgConnection = options.connect().await?;
        let number: (i32,) = sqlx::query_as("select current_setting('server_version_num')::int")
            .fetch_one(&mut connection)
            .await?;
        let version: (String,) =
            sqlx::query_as("select current_setting('server_version')").fetch_one(&mut connection).await?;
        connection.close().await?;
        if number.0 < 150_000 { Err(DbError::TooOld { version: version.0 }) } else { Ok(()) }
    };
    match tokio::time::timeout(PATIENCE, looking).await {
        Ok(done) => done,
        Err(_) => Err(DbError::Unavailable { cause: format!("no answer within {} s", PATIENCE.as_secs()) }),
    }
}
