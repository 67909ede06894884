//! Connections: accepting them, HTTP/1.1 and HTTP/2 without TLS on one port, limits, and letting go of them.
//!
//! Every connection costs memory before any request is authorised (HTTP/2 buffers up to its window), so their
//! number is bounded, and one that brings no request in time, or does not take what it asked for, is closed.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::answer::Untaken;

/// Connections that one listener serves at a time; more wait in the kernel's queue.
const MAX_CONNECTIONS: usize = 512;
/// A new connection must bring a whole request head within this time.
const FIRST_REQUEST: Duration = Duration::from_secs(20);
/// HTTP/1: a head must be complete this long after the one before was answered, so it is the time that an idle
/// connection is kept, too. Longer than the usual interval of metric exports (60 s).
const NEXT_REQUEST: Duration = Duration::from_secs(150);
/// HTTP/2: a silent client is asked whether it lives after this time, and cut off if it does not answer.
const PING: Duration = Duration::from_secs(60);
/// HTTP/2: requests in flight on one connection.
const MAX_STREAMS: u32 = 256;
/// Wait after a failed accept (out of file descriptors, say), so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Where a request's connection comes from; it is among the request's extensions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// What a listener serves: one router until the daemon is ready, then another.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    before: Router,
    open: Arc<OnceLock<Router>>,
}

impl Gate {
    pub(crate) fn new(before: Router) -> Self {
        Self { before, open: Arc::new(OnceLock::new()) }
    }

    /// Serves this router from now on.
    pub(crate) fn open(&self, router: Router) {
        // A gate is opened once; a second router would be a mistake and is ignored.
        let _ = self.open.set(router);
    }

    fn router(&self) -> Router {
        self.open.get().unwrap_or(&self.before).clone()
    }
}

/// Which HTTP a listener speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// HTTP/1.1, or HTTP/2 with prior knowledge.
    Any,
    /// HTTP/2 with prior knowledge: gRPC.
    Http2,
}

/// Serves a listener until `stop`, then waits for the requests in flight, at most `grace` long.
pub(crate) async fn serve(
    listener: TcpListener,
    protocol: Protocol,
    gate: Gate,
    stop: CancellationToken,
    grace: Duration,
) {
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    // Dropped when this function returns: connections that outlive the grace are cut.
    let cut = CancellationToken::new();
    let _cut_at_return = cut.clone().drop_guard();
    let builder = builder(protocol);
    while let Some((stream, peer, slot)) = accept(&listener, &slots, &stop).await {
        let seen = Arc::new(AtomicBool::new(false));
        let untaken = Untaken::default();
        let service = service(gate.clone(), peer, Arc::clone(&seen), untaken.clone());
        let stream = TokioIo::new(stream);
        match protocol {
            // A connection that becomes a WebSocket is no longer ours: its slot is free again, and nobody waits for it.
            Protocol::Any => {
                let connection = builder.serve_connection_with_upgrades(stream, service).into_owned();
                tokio::spawn(drive(graceful.watch(connection), seen, untaken, slot, cut.clone()));
            }
            Protocol::Http2 => {
                let connection = builder.serve_connection(stream, service).into_owned();
                tokio::spawn(drive(graceful.watch(connection), seen, untaken, slot, cut.clone()));
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still running when the daemon stopped; they were cut off");
    }
}

fn builder(protocol: Protocol) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(NEXT_REQUEST);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(64 << 10);
    match protocol {
        Protocol::Any => builder,
        Protocol::Http2 => builder.http2_only(),
    }
}

/// The next connection; `None` when it is time to stop.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, Peer, OwnedSemaphorePermit)> {
    let next = async {
        // The semaphore is never closed.
        let slot = Arc::clone(slots).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, address)) => {
                    // Without it, small answers wait for the client's delayed acknowledgement.
                    let _ = stream.set_nodelay(true);
                    return Some((stream, Peer(address.ip()), slot));
                }
                Err(error) => accept_failed(&error).await,
            }
        }
    };
    tokio::select! {
        biased;
        () = stop.cancelled() => None,
        next = next => next,
    }
}

async fn accept_failed(error: &io::Error) {
    // The client of one connection went away before it was accepted: the next may come at once.
    if !matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) {
        tracing::warn!(%error, "a connection could not be accepted");
        tokio::time::sleep(ACCEPT_PAUSE).await;
    }
}

fn service(
    gate: Gate,
    peer: Peer,
    seen: Arc<AtomicBool>,
    untaken: Untaken,
) -> impl hyper::service::Service<
    hyper::Request<Incoming>,
    Response = axum::response::Response,
    Error = Infallible,
    Future = impl Future<Output = Result<axum::response::Response, Infallible>> + Send + 'static,
> + Send
+ 'static {
    service_fn(move |mut request: hyper::Request<Incoming>| {
        seen.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(untaken.clone());
        gate.router().oneshot(request.map(Body::new))
    })
}

/// Runs one connection to its end.
async fn drive<E: std::fmt::Display>(
    connection: impl Future<Output = Result<(), E>>,
    seen: Arc<AtomicBool>,
    untaken: Untaken,
    _slot: OwnedSemaphorePermit,
    cut: CancellationToken,
) {
    let no_request = async {
        tokio::time::sleep(FIRST_REQUEST).await;
        if seen.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        ended = connection => {
            if let Err(error) = ended {
                tracing::debug!(%error, "connection ended");
            }
        }
        () = no_request => tracing::debug!("connection closed: no request in time"),
        () = untaken.run_out_of_patience() => tracing::debug!("connection closed: its answers are not taken"),
        () = cut.cancelled() => tracing::debug!("connection closed: the daemon stops"),
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use http_body_util::BodyExt as _;

    use super::super::answer;
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_does_not_take_its_answers_is_cut() {
        let slots = Arc::new(Semaphore::new(1));
        let driven = |untaken: &Untaken| {
            let slot = Arc::clone(&slots).try_acquire_owned().unwrap();
            let seen = Arc::new(AtomicBool::new(true));
            let connection = pending::<Result<(), io::Error>>();
            let driven = drive(connection, seen, untaken.clone(), slot, CancellationToken::new());
            tokio::time::timeout(Duration::from_secs(3600), driven)
        };
        let untaken = Untaken::default();
        let response = axum::response::Response::new(Body::from("an answer"));
        let mut body = answer::in_pieces(response, untaken.clone(), None).into_body();
        driven(&untaken).await.expect_err("a connection without answers may wait");
        let piece = body.frame().await.unwrap().unwrap();
        driven(&untaken).await.expect("a piece that is not taken ends it");
        assert_eq!(slots.available_permits(), 1);
        drop(piece);
        driven(&untaken).await.expect_err("one that is taken does not");
    }
}
