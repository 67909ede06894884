//! A daemon's routers over a store in a temporary folder, and the requests that tests send to them.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use serde_json::Value as Json;
use tempfile::TempDir;
use tfo_daemon::app::{App, http_router, otlp_grpc_router, otlp_http_router};
use tfo_daemon::config::{Config, Environment, Overrides};
use tfo_store::disk::LocalDisk;
use tower::ServiceExt as _;

/// Settings of a test, as variables.
struct Settings<'a>(&'a str, &'a [(&'a str, &'a str)]);

impl Environment for Settings<'_> {
    fn get(&self, name: &str) -> Option<String> {
        let listens = name.starts_with("TFO_LISTEN_").then(|| "127.0.0.1:0".to_owned());
        let folder = (name == "TFO_DATA_DIR").then(|| self.0.to_owned());
        let keys = (name == "TFO_SECRETS_KEYS").then(|| format!("{}/secrets.key", self.0));
        // The disk of a test machine may be nearly full.
        let reserve = (name == "TFO_STORE_RESERVE_BYTES").then(|| "0".to_owned());
        let said = self.1.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        said.or(listens).or(folder).or(keys).or(reserve)
    }
}

/// A configuration on free ports of this machine, in this folder.
pub(crate) fn config(folder: &TempDir, settings: &[(&str, &str)]) -> Config {
    let path = folder.path().to_string_lossy().into_owned();
    Config::load_from(&Overrides::default(), &Settings(&path, settings)).unwrap()
}

/// The three routers of a daemon that is ready.
pub(crate) struct Daemon {
    pub(crate) http: Router,
    pub(crate) otlp_http: Router,
    pub(crate) otlp_grpc: Router,
    _folder: TempDir,
}

impl Daemon {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = config(&folder, settings);
        let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let addresses =
            tfo_daemon::Addresses { http: address(3100), otlp_grpc: address(4317), otlp_http: address(4318) };
        let disk = LocalDisk::open(folder.path()).unwrap();
        let app = App::open(&config, disk, addresses).await.unwrap();
        Self {
            http: http_router(&app),
            otlp_http: otlp_http_router(&app),
            otlp_grpc: otlp_grpc_router(&app),
            _folder: folder,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        send(&self.http, call(Method::GET, path), Body::empty()).await
    }

    /// Posts logs as protobuf to the main port.
    pub(crate) async fn post_logs(&self, request: &ExportLogsServiceRequest) -> Reply {
        let call = call(Method::POST, "/v1/logs").header(header::CONTENT_TYPE, "application/x-protobuf");
        send(&self.http, call, Body::from(prost::Message::encode_to_vec(request))).await
    }

    pub(crate) async fn sql(&self, sql: &str) -> Reply {
        let call = call(Method::POST, "/api/v2/query/sql").header(header::CONTENT_TYPE, "application/json");
        send(&self.http, call, Body::from(serde_json::json!({"sql": sql}).to_string())).await
    }
}

/// The head of a request to this machine.
pub(crate) fn call(method: Method, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, "localhost:3100")
}

pub(crate) async fn send(router: &Router, call: http::request::Builder, body: Body) -> Reply {
    let response = router.clone().oneshot(call.body(body).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let collected = body.collect().await.unwrap();
    let trailers = collected.trailers().cloned().unwrap_or_default();
    Reply { status: parts.status, headers: parts.headers, trailers, body: collected.to_bytes().to_vec() }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) trailers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Status and code of problem details, whose form is checked.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let body = self.json();
        assert_eq!(body["status"], self.status.as_u16());
        assert_eq!(body["requestId"].as_str().unwrap(), self.header("x-request-id"));
        assert!(!body["title"].as_str().unwrap().is_empty() && !body["detail"].as_str().unwrap().is_empty());
        (self.status.as_u16(), body["code"].as_str().unwrap().to_owned())
    }
}

/// A request with log records of the service `shop`, one a body text.
pub(crate) fn logs(bodies: &[&str]) -> ExportLogsServiceRequest {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64;
    let text = |text: &str| Some(AnyValue { value: Some(Value::StringValue(text.to_owned())) });
    let log_records = bodies.iter().map(|body| LogRecord {
        time_unix_nano: now,
        severity_number: 17,
        body: text(body),
        ..LogRecord::default()
    });
    let service = KeyValue { key: "service.name".into(), value: text("shop"), ..KeyValue::default() };
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: Some(Resource { attributes: vec![service], ..Resource::default() }),
            scope_logs: vec![ScopeLogs { log_records: log_records.collect(), ..ScopeLogs::default() }],
            ..ResourceLogs::default()
        }],
    }
}
