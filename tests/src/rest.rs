//! Reading over REST, as JSON and as the SDK's types.

use std::sync::Once;

use anyhow::{Context as _, bail};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// An HTTP client; TLS comes with it, unused.
pub fn http_client() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::builder().no_proxy().build().expect("an HTTP client")
}

/// The range that holds every record.
pub const EVERYTHING: [(&str, &str); 2] =
    [("since", "1970-01-01T00:00:00Z"), ("until", "2262-01-01T00:00:00Z")];

/// The REST interface of a daemon.
#[derive(Debug, Clone)]
pub struct Rest {
    base: String,
    http: reqwest::Client,
}

/// An answer, whatever it is.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body as JSON; null when it is none.
    pub body: Value,
}

impl Answer {
    /// A header as text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Rest {
    /// The interface at this URL.
    pub fn new(base: &str) -> Self {
        Self { base: base.to_owned(), http: http_client() }
    }

    /// The same interface, asked about this tenant.
    pub fn in_tenant(&self, tenant: &str) -> anyhow::Result<Self> {
        let headers = [("x-tfo-tenant".parse()?, tenant.parse()?)].into_iter().collect();
        let http = reqwest::Client::builder().no_proxy().default_headers(headers).build()?;
        Ok(Self { base: self.base.clone(), http })
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// GET, whatever the answer is. The path starts with `/`.
    pub async fn answer(&self, path: &str, parameters: &[(&str, &str)]) -> anyhow::Result<Answer> {
        Self::read(self.http.get(self.url(path)).query(parameters)).await
    }

    /// Sends a request and reads what comes back.
    pub async fn read(request: reqwest::RequestBuilder) -> anyhow::Result<Answer> {
        let reply = request.send().await?;
        let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
        let bytes = reply.bytes().await?;
        Ok(Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or_default() })
    }

    /// GET below `/api/v2`, which must succeed.
    pub async fn get(&self, path: &str, parameters: &[(&str, &str)]) -> anyhow::Result<Value> {
        let answer = self.answer(&format!("/api/v2{path}"), parameters).await?;
        if answer.status != 200 {
            bail!("GET {path} {parameters:?}: {} {}", answer.status, answer.body);
        }
        Ok(answer.body)
    }

    /// GET below `/api/v2` as one of the SDK's types.
    pub async fn get_as<T: DeserializeOwned>(
        &self,
        path: &str,
        parameters: &[(&str, &str)],
    ) -> anyhow::Result<T> {
        let body = self.get(path, parameters).await?;
        serde_json::from_value(body).with_context(|| format!("GET {path}"))
    }

    /// The items of one page, as JSON.
    pub async fn items(&self, path: &str, parameters: &[(&str, &str)]) -> anyhow::Result<Vec<Value>> {
        match self.get(path, parameters).await?["items"].take() {
            Value::Array(items) => Ok(items),
            other => bail!("GET {path}: items is {other}"),
        }
    }

    /// Every item of a list, page by page. The text is parsed by the SDK's types, so that doubles and integers,
    /// repeated keys and their order stay as they were sent.
    pub async fn walk<T: DeserializeOwned>(
        &self,
        path: &str,
        parameters: &[(&str, &str)],
        limit: usize,
    ) -> anyhow::Result<Vec<T>> {
        let limit = limit.to_string();
        let mut items = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let mut request = self.http.get(self.url(&format!("/api/v2{path}"))).query(parameters);
            request = request.query(&[("limit", &limit)]);
            if let Some(token) = &token {
                request = request.query(&[("pageToken", token)]);
            }
            let reply = request.send().await?;
            let status = reply.status();
            let text = reply.text().await?;
            if status != 200 {
                bail!("GET {path} {parameters:?}: {status} {text}");
            }
            let page: tfo_sdk::api::Page<T> =
                serde_json::from_str(&text).with_context(|| format!("GET {path}: {text:.500}"))?;
            items.extend(page.items);
            token = page.next_page_token;
            if token.is_none() {
                return Ok(items);
            }
        }
    }

    /// Runs SQL, whatever the answer is.
    pub async fn sql_answer(&self, sql: &str) -> anyhow::Result<Answer> {
        Self::read(self.http.post(self.url("/api/v2/query/sql")).json(&json!({ "sql": sql }))).await
    }

    /// The rows of an SQL query, which must succeed.
    pub async fn sql(&self, sql: &str) -> anyhow::Result<Vec<Vec<Value>>> {
        let answer = self.sql_answer(sql).await?;
        if answer.status != 200 {
            bail!("{sql}: {} {}", answer.status, answer.body);
        }
        serde_json::from_value(answer.body["rows"].clone()).context("rows")
    }

    /// The number that an SQL query answers with.
    pub async fn sql_number(&self, sql: &str) -> anyhow::Result<u64> {
        let rows = self.sql(sql).await?;
        rows.first()
            .and_then(|row| row.first())
            .and_then(Value::as_u64)
            .with_context(|| format!("{sql}: {rows:?}"))
    }
}

/// Asks again until the answer is `Some`, for what comes about by itself (a demo that sends, a flush that ends).
pub async fn eventually<T, F>(what: &str, mut ask: impl FnMut() -> F) -> anyhow::Result<T>
where
    F: Future<Output = anyhow::Result<Option<T>>>,
{
    const PATIENCE: std::time::Duration = std::time::Duration::from_secs(300);
    let start = std::time::Instant::now();
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if start.elapsed() > PATIENCE {
            bail!("{what} did not come about within {PATIENCE:?}");
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
