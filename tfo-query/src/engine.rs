//! The engine: what the daemon asks.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tfo_sdk::TimeRange;
use tfo_sdk::api::{
    LogRecord, MetricName, MetricPoint, Page, ServiceSummary, Span, SqlAnswer, SqlPlan, TraceSummary,
};
use tfo_store::{Store, TenantScope};

use crate::error::QueryError;
use crate::lists::{self, Listed};
pub use crate::request::{Order, Read};
use crate::runtime::QueryRuntime;
use crate::tables::Tables;
use crate::until::Until;
use crate::{metric_names, services, sql, traces};

/// What queries may use.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Memory of all queries together.
    pub memory_bytes: usize,
    /// Folder for what does not fit in memory; made if it is missing, emptied at start.
    pub spill_dir: PathBuf,
    /// How long one query may take.
    pub deadline: Duration,
    /// Rows that an SQL answer has at most; beyond, it says that it is not complete.
    pub sql_rows: usize,
}

/// Runs queries. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(crate) store: Store,
    pub(crate) runtime: Arc<QueryRuntime>,
    /// Held while the rows of files are counted in the background.
    pub(crate) counting: Arc<tokio::sync::Mutex<()>>,
    sql_rows: usize,
}

impl Engine {
    /// An engine over a store, with threads of its own.
    pub fn new(store: Store, limits: Limits) -> Result<Self, QueryError> {
        let sql_rows = limits.sql_rows;
        let runtime = Arc::new(QueryRuntime::new(limits)?);
        Ok(Self { store, runtime, counting: Arc::default(), sql_rows })
    }

    pub(crate) fn tables(&self) -> Tables {
        Tables::new(self.runtime.environment())
    }

    /// Runs one SELECT over the tenant's tables.
    pub async fn sql(&self, scope: &TenantScope, sql: &str) -> Result<SqlAnswer, QueryError> {
        let query = sql::run(self.tables(), self.store.clone(), scope.clone(), sql.to_owned(), self.sql_rows);
        self.runtime.run(query).await
    }

    /// Says how one SELECT is answered; `analyze` runs it too, for the figures of what it did.
    pub async fn explain_sql(
        &self,
        scope: &TenantScope,
        sql: &str,
        analyze: bool,
    ) -> Result<SqlPlan, QueryError> {
        let (tables, store) = (self.tables().with_plans(), self.store.clone());
        let query = sql::explain(tables, store, scope.clone(), sql.to_owned(), self.sql_rows, analyze);
        self.runtime.run(query).await
    }

    /// Until when a read may look that begins now.
    pub(crate) fn until(&self) -> Until {
        Until::within(self.runtime.looking)
    }

    /// The same of a read that reads once more all that it has found.
    pub(crate) fn until_half(&self) -> Until {
        Until::within(self.runtime.looking / 2)
    }

    async fn page<T: Listed>(&self, scope: &TenantScope, read: &Read) -> Result<Page<T>, QueryError> {
        let until = self.until();
        let page = lists::page(self.tables(), self.store.clone(), scope.clone(), read.clone(), until);
        self.runtime.run(page).await
    }

    /// Log records.
    pub async fn logs(&self, scope: &TenantScope, read: &Read) -> Result<Page<LogRecord>, QueryError> {
        self.page(scope, read).await
    }

    /// Spans, of any trace.
    pub async fn spans(&self, scope: &TenantScope, read: &Read) -> Result<Page<Span>, QueryError> {
        self.page(scope, read).await
    }

    /// Metric points.
    pub async fn metric_points(
        &self,
        scope: &TenantScope,
        read: &Read,
    ) -> Result<Page<MetricPoint>, QueryError> {
        self.page(scope, read).await
    }

    /// Traces with a span in the range that passes the filter, by the start of the trace.
    ///
    /// The figures of a trace cover its spans from an hour before the range to an hour after it.
    pub async fn traces(&self, scope: &TenantScope, read: &Read) -> Result<Page<TraceSummary>, QueryError> {
        let (tables, until) = (self.tables(), self.until_half());
        let page = traces::page(tables, self.store.clone(), scope.clone(), read.clone(), until);
        self.runtime.run(page).await
    }

    /// Rate, errors and durations of every service seen in the range, by name.
    pub async fn services(
        &self,
        scope: &TenantScope,
        range: TimeRange,
    ) -> Result<Page<ServiceSummary>, QueryError> {
        let (tables, until) = (self.tables(), self.until());
        self.runtime.run(services::all(tables, self.store.clone(), scope.clone(), range, until)).await
    }

    /// Metrics with points in the range that pass the filter, by name.
    pub async fn metric_names(
        &self,
        scope: &TenantScope,
        read: &Read,
    ) -> Result<Page<MetricName>, QueryError> {
        let (tables, until) = (self.tables(), self.until_half());
        let page = metric_names::page(tables, self.store.clone(), scope.clone(), read.clone(), until);
        self.runtime.run(page).await
    }
}
