//! SQL.

use super::{Client, ClientError};
use crate::api::{SqlAnswer, SqlExplainRequest, SqlPlan, SqlRequest};

impl Client {
    /// Runs one SELECT: `POST /api/v2/query/sql`.
    pub async fn sql(&self, sql: &str) -> Result<SqlAnswer, ClientError> {
        let url = self.endpoint(&["query", "sql"]);
        self.send(self.http.post(url).json(&SqlRequest { sql: sql.to_owned() })).await
    }

    /// Asks how one SELECT is answered, and runs it if `analyze` says so: `POST /api/v2/query/sql/explain`.
    pub async fn explain_sql(&self, sql: &str, analyze: bool) -> Result<SqlPlan, ClientError> {
        let url = self.endpoint(&["query", "sql", "explain"]);
        self.send(self.http.post(url).json(&SqlExplainRequest { sql: sql.to_owned(), analyze })).await
    }
}
