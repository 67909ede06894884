//! The HTTP client of the REST interface: one method an endpoint, answers in the types of [`crate::api`].
//!
//! It retries nothing, but for live tails, which connect again, and hides nothing: what went wrong is a [`ClientError`], and whether another try may
//! help is [`ClientError::is_temporary`]. Kept out: who asks (terminal, script) and how answers are shown.

mod error;
mod live;
mod metrics;
mod place;
mod read;
mod reads;
mod resources;
mod sql;
#[cfg(test)]
mod tests;
mod watch;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::{Host, Url};

use crate::api::{
    LogRecord, MetricName, MetricPoint, Page, Problem, ServiceSummary, Span, Stats, Status, TraceSummary,
    Usage,
};
use crate::resource::Scope;
pub use error::ClientError;
pub use live::{Follow, Live, Update};
pub use place::{DAEMON_FILE, DEFAULT_URL, DaemonFile, default_data_dir};
pub use read::{Order, Read};
pub use reads::{Around, CompletionRead, OperationsRead, Part, Stepped, Within};
pub use resources::{AuditRead, Precondition, ResourceRead};
pub use watch::Watch;

/// Time to make a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest silence while an answer is awaited; a daemon ends every query earlier, unless it is set to let them take longer.
const READ_TIMEOUT: Duration = Duration::from_secs(120);

/// Longest answer that is read, so that a wrong address cannot fill the memory.
const ANSWER_BYTES: usize = 1 << 30;

/// The header by which a request names its tenant, in REST and in OTLP over HTTP and gRPC.
pub const TENANT_HEADER: &str = "x-tfo-tenant";

/// A connection to one daemon. Cheap to clone; connections are kept and used again.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    /// For requests that become WebSockets, which HTTP/2 does not let them.
    upgrading: reqwest::Client,
    base: Url,
    tenant: Option<Scope>,
}

impl Client {
    /// A client of the daemon at this URL, such as `http://127.0.0.1:3100`; `http://` may be left out. Does not
    /// connect yet.
    pub fn new(url: &str) -> Result<Self, ClientError> {
        Self::with_headers(parse_base(url)?, None, &HeaderMap::new())
    }

    /// The same client, whose requests of telemetry are about this tenant instead of the default one.
    pub fn in_tenant(self, tenant: &Scope) -> Result<Self, ClientError> {
        // A path of names is a valid value.
        let value = HeaderValue::from_str(&tenant.to_string())
            .map_err(|error| ClientError::Setup(error.to_string()))?;
        Self::with_headers(
            self.base,
            Some(tenant.clone()),
            &HeaderMap::from_iter([(HeaderName::from_static(TENANT_HEADER), value)]),
        )
    }

    fn with_headers(base: Url, tenant: Option<Scope>, headers: &HeaderMap) -> Result<Self, ClientError> {
        let build = |builder: reqwest::ClientBuilder| {
            let built = builder.default_headers(headers.clone()).build();
            built.map_err(|error| ClientError::setup(&base, &error))
        };
        let http = build(builder(&base)?)?;
        let upgrading = match base.scheme() {
            "https" => build(builder(&base)?.http1_only())?,
            // Without TLS there is no HTTP/2 to choose.
            _ => http.clone(),
        };
        Ok(Self { http, upgrading, base, tenant })
    }

    /// The URL that this client asks, without a path of the interface.
    pub fn url(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The host that it asks, as it stands in the URL.
    pub fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    /// The tenant whose telemetry it asks for, where that is not the default one.
    pub fn tenant(&self) -> Option<&Scope> {
        self.tenant.as_ref()
    }

    /// Log records: `GET /api/v2/logs`.
    pub async fn logs(&self, read: &Read) -> Result<Page<LogRecord>, ClientError> {
        self.get(&["logs"], read).await
    }

    /// Spans of any trace: `GET /api/v2/spans`.
    pub async fn spans(&self, read: &Read) -> Result<Page<Span>, ClientError> {
        self.get(&["spans"], read).await
    }

    /// Data points of metrics: `GET /api/v2/metrics/points`.
    pub async fn metric_points(&self, read: &Read) -> Result<Page<MetricPoint>, ClientError> {
        self.get(&["metrics", "points"], read).await
    }

    /// Names and shapes of metrics: `GET /api/v2/metrics/names`.
    pub async fn metric_names(&self, read: &Read) -> Result<Page<MetricName>, ClientError> {
        self.get(&["metrics", "names"], read).await
    }

    /// Traces in a list: `GET /api/v2/traces`.
    pub async fn traces(&self, read: &Read) -> Result<Page<TraceSummary>, ClientError> {
        self.get(&["traces"], read).await
    }

    /// Rate, errors and durations of the services: `GET /api/v2/services`.
    pub async fn services(&self, read: &Read) -> Result<Page<ServiceSummary>, ClientError> {
        self.get(&["services"], read).await
    }

    /// How the daemon does: `GET /api/v2/status`.
    pub async fn status(&self) -> Result<Status, ClientError> {
        self.get(&["status"], &()).await
    }

    /// What the daemon stores, how it comes in, and how far behind it is: `GET /api/v2/stats`.
    pub async fn stats(&self) -> Result<Stats, ClientError> {
        self.get(&["stats"], &()).await
    }

    /// What the tenant has used of its quotas: `GET /api/v2/usage`.
    pub async fn usage(&self) -> Result<Usage, ClientError> {
        self.get(&["usage"], &()).await
    }

    async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &impl Serialize,
    ) -> Result<T, ClientError> {
        self.send(self.http.get(self.endpoint(path)).query(query)).await
    }

    fn endpoint(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        // `parse_base` admits http and https only, whose URLs all have a path.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "v2"]).extend(path);
        }
        url
    }

    async fn send<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<T, ClientError> {
        let response = request.send().await.map_err(|error| ClientError::transport(self.url(), &error))?;
        let status = response.status();
        let body = self.read_body(response).await?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|error| ClientError::Decode {
                url: self.url().to_owned(),
                reason: error.to_string(),
            });
        }
        Err(self.failure(status, &body))
    }

    /// What an answer that is no success says.
    fn failure(&self, status: reqwest::StatusCode, body: &[u8]) -> ClientError {
        match serde_json::from_slice::<Problem>(body) {
            Ok(problem) => ClientError::Problem(Box::new(problem)),
            Err(_) => ClientError::Status {
                url: self.url().to_owned(),
                status: status.as_u16(),
                body: excerpt(&String::from_utf8_lossy(body)),
            },
        }
    }

    async fn read_body(&self, mut response: reqwest::Response) -> Result<Vec<u8>, ClientError> {
        let mut body = Vec::new();
        while let Some(chunk) =
            response.chunk().await.map_err(|error| ClientError::transport(self.url(), &error))?
        {
            if body.len() + chunk.len() > ANSWER_BYTES {
                let reason = format!("longer than {ANSWER_BYTES} bytes");
                return Err(ClientError::Decode { url: self.url().to_owned(), reason });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// What all requests to a daemon have alike.
fn builder(base: &Url) -> Result<reqwest::ClientBuilder, ClientError> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("tfo/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none());
    if is_loopback(base) {
        // A proxy could not reach this machine's own daemon.
        builder = builder.no_proxy();
    }
    if base.scheme() == "https" {
        // Fails when the program has chosen a provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        return Ok(builder);
    }
    // Without TLS nobody needs the system's certificates: a machine without any is fine, and reading them would take
    // longer than most answers.
    Ok(builder.tls_backend_preconfigured(tls_without_certificates()?))
}

fn parse_base(url: &str) -> Result<Url, ClientError> {
    let invalid = |reason: String| ClientError::InvalidUrl { url: url.to_owned(), reason };
    let with_scheme = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    let mut base = Url::parse(&with_scheme).map_err(|error| invalid(error.to_string()))?;
    if !matches!(base.scheme(), "http" | "https") {
        return Err(invalid(format!("{} is not http or https", base.scheme())));
    }
    base.set_query(None);
    base.set_fragment(None);
    Ok(base)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

fn tls_without_certificates() -> Result<rustls::ClientConfig, ClientError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ClientError::Setup(error.to_string()))?;
    Ok(config.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
}

/// The start of a text that is not what was expected, for a message.
fn excerpt(text: &str) -> String {
    const CHARS: usize = 200;
    let mut excerpt: String = text.trim().chars().take(CHARS).collect();
    if text.trim().chars().nth(CHARS).is_some() {
        excerpt.push('…');
    }
    excerpt
}
