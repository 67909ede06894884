//! A daemon's life: take the folder, listen, open the store and the metadata database, serve, stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tfo_query::QueryError;
use tfo_store::OpenError;
use tfo_store::disk::LocalDisk;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::{self, App};
use crate::config::{Config, ConfigErrors};
use crate::platform::daemon_file::{Addresses, DaemonFile};
use crate::platform::db::{self, DbError, Migration, Target};
use crate::platform::own_log::OwnLog;
use crate::platform::server::{Gate, Protocol, serve};
use crate::platform::signals::StopSignals;
use crate::platform::telemetry;
use crate::resources::{Sealer, rotate};
use crate::self_telemetry;

/// Requests in flight have this long to finish when the daemon stops.
const GRACE: Duration = Duration::from_secs(10);

/// Why a daemon does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// The data folder.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The disk under the data folder.
    #[error("data folder {}: {cause}", folder.display())]
    Disk {
        /// The folder.
        folder: PathBuf,
        /// What the disk said.
        cause: std::io::Error,
    },
    /// The metadata database.
    #[error("metadata database {database}: {cause}")]
    Database {
        /// Its file or its URL, without the password.
        database: String,
        /// What is wrong with it.
        cause: DbError,
    },
    /// An address.
    #[error(
        "{what} cannot listen on {address}: {cause}; stop what listens there, or choose another address ({flag})"
    )]
    Bind {
        /// Which listener.
        what: &'static str,
        /// Where.
        address: SocketAddr,
        /// What the system said.
        cause: std::io::Error,
        /// The flag that chooses another.
        flag: &'static str,
    },
    /// The query engine.
    #[error("the query engine does not start: {0}")]
    Query(#[from] QueryError),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// Runs a daemon until a signal stops it: what `tfo-daemon` does.
///
/// # Errors
/// What keeps it from starting.
pub async fn run(config: Config) -> Result<(), StartError> {
    let own_log = telemetry::init(&config);
    let signals = StopSignals::catch().map_err(|error| StartError::Other(format!("signals: {error}")))?;
    let mut running = Daemon::start(config).await?;
    running.record(own_log);
    running.until_stopped(signals).await
}

/// Brings the schema of the metadata database up to date, as every start does; with `dry_run` it only tells.
/// Gives what was run, or would be.
///
/// # Errors
/// What keeps the database from opening.
pub async fn migrate(config: &Config, dry_run: bool) -> Result<Vec<&'static Migration>, StartError> {
    let target = config.database.target(&config.data_dir);
    // A daemon that runs has done it, and is not surprised by another's.
    let folder = config.data_dir.clone();
    let _held = match &target {
        Target::Sqlite(_) if !dry_run => Some(blocking(move || LocalDisk::open(&folder)).await??),
        Target::Sqlite(_) | Target::Postgres(_) => None,
    };
    db::migrate(&target, dry_run)
        .await
        .map_err(|cause| StartError::Database { database: target.to_string(), cause })
}

/// Makes a new key for secrets, and encrypts all that are kept with it: no daemon may run on the folder meanwhile. Gives
/// the name of the key, and how many secrets there are.
///
/// # Errors
/// A daemon that runs, and what is wrong with the keys or the database: secrets can be read as before.
pub async fn rotate_secrets(config: &Config) -> Result<(String, usize), StartError> {
    let target = config.database.target(&config.data_dir);
    let folder = config.data_dir.clone();
    // It would go on with the keys that it has read.
    let _held = blocking(move || LocalDisk::open(&folder)).await??;
    let sealer = Sealer::new(config.secrets_keys.clone());
    rotate(&target, &sealer).await.map_err(|error| StartError::Other(error.to_string()))
}

/// The way to a [`Running`] daemon.
#[derive(Debug)]
pub struct Daemon;

impl Daemon {
    /// Takes the data folder, binds the listeners, writes `daemon.json`, and begins to open the store and the
    /// metadata database. Returns as soon as the listeners answer; [`Running::ready`] waits for both.
    ///
    /// # Errors
    /// A folder that another daemon holds, or an address that cannot be bound.
    pub async fn start(config: Config) -> Result<Running, StartError> {
        let folder = config.data_dir.clone();
        let disk = blocking(move || LocalDisk::open(&folder)).await??;
        let listeners = Listeners::bind(&config).await?;
        let addresses = listeners.addresses;
        let file = DaemonFile::write(&config.data_dir, addresses);

        let gates = Gates::new();
        let stop = CancellationToken::new();
        let servers = listeners.serve(&gates, &stop);
        tracing::info!(http = %addresses.http, otlp_grpc = %addresses.otlp_grpc, otlp_http = %addresses.otlp_http,
            data_dir = %config.data_dir.display(), "listening");
        let follow = stop.clone();
        let opening = tokio::spawn(async move {
            let app = App::open(&config, disk, addresses).await?;
            tokio::spawn(app.tenancy().clone().run(follow.clone()));
            let store = app.store().clone();
            tokio::spawn(app.quotas().clone().run(move || store.now(), follow));
            gates.open(&app);
            tracing::info!("ready");
            Ok(app)
        });
        Ok(Running {
            addresses,
            file,
            stop,
            servers,
            opening: Some(opening),
            app: None,
            own_log: None,
            recorder: None,
        })
    }
}

/// A daemon that listens. Dropping it without [`Running::shutdown`] leaves its log to the next start's replay.
#[must_use = "a daemon runs as long as this value is kept"]
pub struct Running {
    addresses: Addresses,
    file: DaemonFile,
    stop: CancellationToken,
    servers: Vec<JoinHandle<()>>,
    opening: Option<JoinHandle<Result<App, StartError>>>,
    app: Option<App>,
    own_log: Option<OwnLog>,
    recorder: Option<JoinHandle<()>>,
}

impl Running {
    /// Where it listens: the real addresses, also where port 0 was asked for.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Records what the daemon says of itself, and its metrics, in its own store, once that is open.
    pub fn record(&mut self, own_log: Option<OwnLog>) {
        self.own_log = own_log;
        self.start_recorder();
    }

    fn start_recorder(&mut self) {
        if let Some(app) = &self.app
            && let Some(log) = self.own_log.take()
        {
            self.recorder = Some(tokio::spawn(self_telemetry::record(app.clone(), log, self.stop.clone())));
        }
    }

    /// Waits until the store and the metadata database are open and searches are answered.
    ///
    /// # Errors
    /// What keeps one of them from opening; the daemon is of no use then, and [`Running::shutdown`] ends it.
    pub async fn ready(&mut self) -> Result<(), StartError> {
        let Some(opening) = &mut self.opening else { return Ok(()) };
        let opened = opening.await;
        self.opening = None;
        self.app = Some(opened.map_err(|error| StartError::Other(format!("opening the store: {error}")))??);
        self.start_recorder();
        Ok(())
    }

    /// Serves until SIGTERM or SIGINT, then stops cleanly; a second signal ends the process at once.
    async fn until_stopped(mut self, mut signals: StopSignals) -> Result<(), StartError> {
        let opened = tokio::select! {
            _ = signals.next() => None,
            opened = self.ready() => Some(opened),
        };
        let failed = match opened {
            Some(Err(error)) => Some(error),
            Some(Ok(())) => {
                signals.next().await;
                None
            }
            None => None,
        };
        signals.end_at_the_next();
        self.shutdown().await;
        failed.map_or(Ok(()), Err)
    }

    /// Stops: no new connections, requests in flight are finished (within limits), memory is flushed to files.
    pub async fn shutdown(mut self) {
        tracing::info!("stopping");
        self.stop.cancel();
        // Live tails have no end of their own, and the listeners do not wait for them.
        if let Some(app) = &self.app {
            app.live().close().await;
        }
        for server in std::mem::take(&mut self.servers) {
            if let Err(error) = server.await {
                tracing::error!(%error, "a listener failed");
            }
        }
        // A store that is still opening can only be waited for; one that failed to open has nothing to flush.
        if let Err(error) = self.ready().await {
            tracing::debug!(%error, "the store was not open");
        }
        // Its last records go into files with all others.
        if let Some(recorder) = self.recorder.take() {
            let _ = recorder.await;
        }
        if let Some(app) = self.app.take() {
            if let Err(error) = app.quotas().save(app.now()).await {
                tracing::warn!(%error, "how much came in lately is not written down: quotas of a day count without it");
            }
            let db = app.db().clone();
            if let Err(error) = blocking(move || app.store().close()).await {
                tracing::error!(%error, "the store did not close");
            }
            db.close().await;
        }
        self.file.remove();
        tracing::info!("stopped");
    }
}

/// The three listeners, bound.
struct Listeners {
    http: TcpListener,
    otlp_grpc: TcpListener,
    otlp_http: TcpListener,
    addresses: Addresses,
}

impl Listeners {
    async fn bind(config: &Config) -> Result<Self, StartError> {
        let (http, http_address) = bind("REST", config.listen.http, "--listen").await?;
        let (otlp_grpc, grpc_address) = bind("OTLP/gRPC", config.listen.otlp_grpc, "--otlp-grpc").await?;
        let (otlp_http, otlp_address) = bind("OTLP/HTTP", config.listen.otlp_http, "--otlp-http").await?;
        let addresses = Addresses { http: http_address, otlp_grpc: grpc_address, otlp_http: otlp_address };
        Ok(Self { http, otlp_grpc, otlp_http, addresses })
    }

    fn serve(self, gates: &Gates, stop: &CancellationToken) -> Vec<JoinHandle<()>> {
        let start = |listener, protocol, gate: &Gate| {
            tokio::spawn(serve(listener, protocol, gate.clone(), stop.clone(), GRACE))
        };
        vec![
            start(self.http, Protocol::Any, &gates.http),
            start(self.otlp_grpc, Protocol::Http2, &gates.otlp_grpc),
            start(self.otlp_http, Protocol::Any, &gates.otlp_http),
        ]
    }
}

async fn bind(
    what: &'static str,
    address: SocketAddr,
    flag: &'static str,
) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |cause| StartError::Bind { what, address, cause, flag };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// What each listener serves, before and after the store is open.
struct Gates {
    http: Gate,
    otlp_grpc: Gate,
    otlp_http: Gate,
}

impl Gates {
    fn new() -> Self {
        Self {
            http: Gate::new(app::starting_http_router()),
            otlp_grpc: Gate::new(app::starting_grpc_router()),
            otlp_http: Gate::new(app::starting_http_router()),
        }
    }

    fn open(&self, app: &App) {
        self.otlp_grpc.open(app::otlp_grpc_router(app));
        self.otlp_http.open(app::otlp_http_router(app));
        // Last: whoever sees `/health/ready` answer 200 may send to the others.
        self.http.open(app::http_router(app));
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StartError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| StartError::Other(error.to_string()))
}
