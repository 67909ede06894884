//! What handlers share, and the routers of the three listeners. `router` serves the daemon and tests alike.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use tfo_query::Engine;
use tfo_sdk::Timestamp;
use tfo_store::clock::SystemClock;
use tfo_store::disk::{Disk as _, LocalDisk};
use tfo_store::rng::SystemRng;
use tfo_store::{ScopeMinter, Store};

use crate::StartError;
use crate::config::Config;
use crate::identity::Identity;
use crate::identity::cors::Origins;
use crate::identity::guard::guarded;
use crate::ingest::{self, Ingest};
use crate::live::Live;
use crate::metrics;
use crate::platform::budget::Budget;
use crate::platform::daemon_file::Addresses;
use crate::platform::db::Db;
use crate::platform::metrics::http::HttpMetrics;
use crate::platform::openapi::Routes;
use crate::platform::problem::{ApiError, Code};
use crate::platform::request::{Shared, traced};
use crate::query;
use crate::quota::{self, Quotas};
use crate::reference;
use crate::resources::{self, Resources, Sealer};
use crate::stats;
use crate::status::{self, About};
use crate::tenancy::Tenancy;

/// A daemon that is ready: its parts. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    tenancy: Tenancy,
    quotas: Quotas,
    resources: Resources,
    store: Store,
    engine: Engine,
    identity: Identity,
    ingest: Ingest,
    live: Live,
    about: About,
    http_metrics: HttpMetrics,
    answers: Arc<Budget>,
}

impl App {
    /// Opens the store on a folder whose lock is held, and the metadata database.
    ///
    /// # Errors
    /// What keeps the store, the query engine or the database from opening.
    pub async fn open(config: &Config, disk: LocalDisk, addresses: Addresses) -> Result<Self, StartError> {
        let settings = config.clone();
        let opened = tokio::task::spawn_blocking(move || Telemetry::open(&settings, disk, addresses)).await;
        let Telemetry { store, minter, engine, about } =
            opened.map_err(|error| StartError::Other(error.to_string()))??;
        // Second, so that no schema is changed in a folder that the store refuses.
        let target = config.database.target(&config.data_dir);
        let sealer = Sealer::new(config.secrets_keys.clone());
        let resources = match Resources::open(&target, sealer, store.now()).await {
            Ok(resources) => resources,
            Err(cause) => {
                let _ = tokio::task::spawn_blocking(move || store.close()).await;
                return Err(StartError::Database { database: target.to_string(), cause });
            }
        };
        let quotas = Quotas::new(resources.clone());
        let tenancy = Tenancy::new(store.clone(), resources.clone(), quotas.clone(), config.regions.clone());
        let told = tenancy.clone();
        let told = tokio::task::spawn_blocking(move || told.tell()).await;
        told.map_err(|error| StartError::Other(error.to_string()))?
            .map_err(|cause| StartError::Disk { folder: config.data_dir.clone(), cause })?;
        // What came in before a restart counts, too.
        if let Err(cause) = quotas.save(store.now()).await {
            return Err(StartError::Database { database: target.to_string(), cause });
        }
        let answers = Arc::new(Budget::new(config.query.answer_memory_bytes));
        Ok(Self(Arc::new(Parts {
            tenancy,
            live: Live::new(store.clone(), engine.clone(), answers.clone()),
            engine,
            identity: Identity::new(minter, resources.clone(), config.regions.clone()),
            ingest: Ingest::new(store.clone(), quotas.clone(), &config.ingest),
            quotas,
            resources,
            store,
            about,
            http_metrics: HttpMetrics::default(),
            answers,
        })))
    }

    pub(crate) fn db(&self) -> &Db {
        self.0.resources.db()
    }

    pub(crate) fn tenancy(&self) -> &Tenancy {
        &self.0.tenancy
    }

    pub(crate) fn quotas(&self) -> &Quotas {
        &self.0.quotas
    }

    pub(crate) fn resources(&self) -> &Resources {
        &self.0.resources
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn ingest(&self) -> &Ingest {
        &self.0.ingest
    }

    pub(crate) fn live(&self) -> &Live {
        &self.0.live
    }

    pub(crate) fn about(&self) -> &About {
        &self.0.about
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    pub(crate) fn http_metrics(&self) -> &HttpMetrics {
        &self.0.http_metrics
    }

    /// Memory of large answers that callers have not taken yet.
    pub(crate) fn answers(&self) -> &Budget {
        &self.0.answers
    }

    fn shared(&self) -> Shared {
        Shared { metrics: Some(self.0.http_metrics.clone()), answers: Some(self.0.answers.clone()) }
    }

    /// The pages that may ask from a browser.
    pub(crate) fn origins(&self) -> Origins {
        Origins::of(self.0.resources.clone())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.store.now()
    }
}

/// The store and what asks it.
struct Telemetry {
    store: Store,
    minter: ScopeMinter,
    engine: Engine,
    about: About,
}

impl Telemetry {
    /// Replays the store's log, so it blocks.
    fn open(config: &Config, disk: LocalDisk, addresses: Addresses) -> Result<Self, StartError> {
        let space =
            disk.space().map_err(|cause| StartError::Disk { folder: config.data_dir.clone(), cause })?;
        let options = config.store.options(space);
        let disk_reserve_bytes = options.reserve_bytes;
        let (store, minter) =
            Store::open(options, Arc::new(disk), Arc::new(SystemClock), Arc::new(SystemRng))?;
        let about = About {
            started_at: store.now(),
            addresses,
            data_dir: config.data_dir.clone(),
            retention_days: config.store.retention_days,
            disk_reserve_bytes,
            query_memory_bytes: config.query.memory_bytes,
        };
        // A store that nobody will ask has threads all the same.
        let engine = Engine::new(store.clone(), config.query.limits(&config.data_dir))
            .inspect_err(|_| store.close())?;
        Ok(Self { store, minter, engine, about })
    }
}

impl FromRef<App> for Identity {
    fn from_ref(app: &App) -> Self {
        app.0.identity.clone()
    }
}

/// REST, with its documentation.
pub(crate) fn rest() -> Routes<App> {
    query::routes()
        .merge(resources::routes())
        .merge(status::routes())
        .merge(stats::routes())
        .merge(quota::routes())
        .merge(metrics::routes())
        .merge(reference::routes())
}

/// REST, and OTLP/HTTP beside it.
pub fn http_router(app: &App) -> Router {
    let rest = rest().into_router().with_state(app.clone());
    let router = with_fallbacks(rest, app.origins()).merge(ingest::http_router(app.clone()));
    traced(router, app.shared())
}

/// OTLP/HTTP alone.
pub fn otlp_http_router(app: &App) -> Router {
    let router = with_fallbacks(Router::new(), app.origins()).merge(ingest::http_router(app.clone()));
    traced(router, app.shared())
}

/// OTLP/gRPC.
pub fn otlp_grpc_router(app: &App) -> Router {
    traced(ingest::grpc_routes(app.clone()), Shared::default())
}

/// What both HTTP listeners serve while the store opens.
pub(crate) fn starting_http_router() -> Router {
    let probes = status::starting_probes().fallback(|| async { ApiError::starting() });
    traced(guarded(probes, Origins::default()).merge(ingest::starting_http_routes()), Shared::default())
}

/// What the gRPC listener serves while the store opens.
pub(crate) fn starting_grpc_router() -> Router {
    traced(ingest::starting_grpc_routes(), Shared::default())
}

/// Guards a router, and answers with problem details where it has no route or no method.
fn with_fallbacks(router: Router, origins: Origins) -> Router {
    let not_found = || async {
        let detail = "there is no such path; GET / on the REST port says what there is, and OTLP is taken at \
                      /v1/logs, /v1/traces and /v1/metrics";
        ApiError::new(Code::UnknownPath, detail)
    };
    let wrong_method = || async {
        ApiError::new(Code::MethodNotAllowed, "this path does not take this method; see the Allow header")
    };
    guarded(router.fallback(not_found).method_not_allowed_fallback(wrong_method), origins)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::response::Response;
    use http::{Request, header};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(router: Router, method: &str, path: &str) -> Response {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        let request = request.header(header::CONTENT_TYPE, "application/json").body(Body::empty()).unwrap();
        router.oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn while_it_starts_a_daemon_lives_and_asks_for_patience() {
        assert_eq!(ask(starting_http_router(), "GET", "/health").await.status(), 200);
        for (method, path, code) in [
            ("GET", "/health/ready", "\"starting\""),
            ("GET", "/api/v2/logs", "\"starting\""),
            ("POST", "/v1/logs", "\"code\":14"),
            ("POST", "/api/v2/otlp/traces", "\"code\":14"),
        ] {
            let answer = ask(starting_http_router(), method, path).await;
            assert_eq!(answer.status(), 503, "{path}");
            assert_eq!(answer.headers()[header::RETRY_AFTER], "1", "{path}");
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            assert!(String::from_utf8_lossy(&body).contains(code), "{path}: {body:?}");
        }
        let answer = ask(starting_grpc_router(), "POST", "/any/Method").await;
        assert_eq!(answer.headers()["grpc-status"], "14");
        assert!(answer.headers().contains_key("grpc-status-details-bin"));
    }
}
