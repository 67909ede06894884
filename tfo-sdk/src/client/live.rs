//! Live tails: a WebSocket that is made again whenever it breaks, and goes on where it was.
//!
//! The handshake goes through the HTTP client, so that addresses, TLS, proxies and problem details are those of all
//! other requests; only the frames are a matter of their own.

mod backoff;
mod socket;

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use self::backoff::Backoff;
use self::socket::Socket;
use super::{Client, ClientError};
use crate::api::{LiveMessage, LogRecord, MetricPoint, Span};
use crate::ids::{RecordId, TraceId};

/// The code of the problem that a daemon reports when it has not yet given the id to go on after.
const UNKNOWN_POSITION: &str = "unknown_position";

/// What to follow. Every field is optional: the default is every record that arrives from now on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Follow {
    /// A filter in the grammar of [`crate::filter`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Only records of this service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Only logs of this severity (`error`), or this one and upwards (`error+`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// Only spans, or points of metrics, of this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Only logs and spans of this trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceId>,
    /// First everything that arrived after this record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<RecordId>,
    /// First the latest this many, 1 to 10,000; not together with `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tail: Option<usize>,
    /// How far back the latest are looked for: a duration ago (`15m`) or an RFC 3339 time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

/// What happens on a live tail.
#[derive(Debug)]
pub enum Update<T> {
    /// The daemon answers: for the first time, or again.
    Connected,
    /// Records, in the order of their arrival.
    Records(Vec<T>),
    /// This reader was too slow: so many records that matched were not sent.
    Dropped {
        /// How many.
        count: u64,
        /// The first of them.
        from: RecordId,
        /// The last of them.
        to: RecordId,
    },
    /// The connection is lost, and is tried again; nothing is lost with it.
    Disconnected(ClientError),
    /// The daemon has another store than before, so there is nothing to go on after: the tail begins anew.
    Restarted,
}

/// Finds the daemon again; `None` where it was.
type Locate = Box<dyn Fn() -> Option<Client> + Send + Sync>;

/// A live tail of records of one signal. It ends when it is dropped.
///
/// It connects again by itself, with growing pauses, and goes on after the last record that it gave: none is missing
/// and none comes twice.
pub struct Live<T> {
    client: Client,
    signal: &'static str,
    follow: Follow,
    locate: Option<Locate>,
    /// Where to go on, once a message has told.
    last_id: Option<RecordId>,
    state: State,
    backoff: Backoff,
    was_connected: bool,
    /// What came with the first message of a connection, and waits behind the news of the connection.
    waiting: Option<Update<T>>,
}

enum State {
    /// No connection; the next is tried then.
    Pausing(Instant),
    /// A connection that has not said anything yet.
    Opened(Box<Socket>),
    /// A connection that works.
    Open(Box<Socket>),
}

impl Client {
    /// Log records as they arrive: `GET /api/v2/live/logs`.
    pub fn live_logs(&self, follow: &Follow) -> Live<LogRecord> {
        Live::new(self.clone(), "logs", follow.clone())
    }

    /// Spans as they arrive: `GET /api/v2/live/spans`.
    pub fn live_spans(&self, follow: &Follow) -> Live<Span> {
        Live::new(self.clone(), "spans", follow.clone())
    }

    /// Data points of metrics as they arrive: `GET /api/v2/live/metrics`.
    pub fn live_metrics(&self, follow: &Follow) -> Live<MetricPoint> {
        Live::new(self.clone(), "metrics", follow.clone())
    }
}

impl<T: DeserializeOwned> Live<T> {
    fn new(client: Client, signal: &'static str, follow: Follow) -> Self {
        Self {
            client,
            signal,
            follow,
            locate: None,
            last_id: None,
            state: State::Pausing(Instant::now()),
            backoff: Backoff::default(),
            was_connected: false,
            waiting: None,
        }
    }

    /// Asks this, before each further try to connect, where the daemon is now: one that was started again may listen
    /// on another port.
    #[must_use]
    pub fn locating(mut self, locate: impl Fn() -> Option<Client> + Send + Sync + 'static) -> Self {
        self.locate = Some(Box::new(locate));
        self
    }

    /// The client of the daemon that it follows now.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// How far it has come: everything up to this was given, was dropped, or did not match.
    pub fn last_id(&self) -> Option<RecordId> {
        self.last_id
    }

    /// Waits for what happens next. May be given up at any time without losing anything.
    ///
    /// # Errors
    /// Those that do not pass by themselves (a filter that is not valid, say); until it was connected for the first
    /// time, every error. Calling again tries again.
    pub async fn next(&mut self) -> Result<Update<T>, ClientError> {
        loop {
            if let Some(update) = self.waiting.take() {
                return Ok(update);
            }
            match &mut self.state {
                State::Pausing(until) => {
                    let until = *until;
                    tokio::time::sleep_until(until).await;
                    if self.was_connected
                        && let Some(client) = self.locate.as_ref().and_then(|locate| locate())
                    {
                        self.client = client;
                    }
                    // Not a method on all of `self`: a connection can be sent to another thread, and not shared.
                    let follow = self.next_follow();
                    match Socket::open(&self.client, self.signal, &follow).await {
                        Ok(socket) => self.state = State::Opened(Box::new(socket)),
                        Err(error) => {
                            if let Some(update) = self.failed(error)? {
                                return Ok(update);
                            }
                        }
                    }
                }
                State::Opened(socket) => match socket.next(&self.client).await {
                    Ok(message) => {
                        if let State::Opened(socket) =
                            std::mem::replace(&mut self.state, State::Pausing(Instant::now()))
                        {
                            self.state = State::Open(socket);
                        }
                        self.backoff = Backoff::default();
                        self.was_connected = true;
                        self.waiting = self.take_in(message);
                        return Ok(Update::Connected);
                    }
                    Err(error) => {
                        if let Some(update) = self.failed(error)? {
                            return Ok(update);
                        }
                    }
                },
                State::Open(socket) => match socket.next(&self.client).await {
                    Ok(message) => {
                        if let Some(update) = self.take_in(message) {
                            return Ok(update);
                        }
                    }
                    Err(error) => {
                        // The first of a row of failures is news; those of further tries are not.
                        self.state = State::Pausing(Instant::now() + self.backoff.next());
                        if !error.is_temporary() {
                            return Err(error);
                        }
                        return Ok(Update::Disconnected(error));
                    }
                },
            }
        }
    }

    /// What to ask for now: to go on, or to begin.
    fn next_follow(&self) -> Follow {
        match self.last_id {
            Some(last_id) => Follow { after: Some(last_id), tail: None, since: None, ..self.follow.clone() },
            None => self.follow.clone(),
        }
    }

    /// After a try to connect that failed: an error that stays, or maybe something to tell.
    fn failed(&mut self, error: ClientError) -> Result<Option<Update<T>>, ClientError> {
        self.state = State::Pausing(Instant::now() + self.backoff.next());
        if matches!(&error, ClientError::Problem(problem) if problem.code == UNKNOWN_POSITION)
            && self.last_id.take().is_some()
        {
            self.state = State::Pausing(Instant::now());
            return Ok(Some(Update::Restarted));
        }
        if self.was_connected && error.is_temporary() { Ok(None) } else { Err(error) }
    }

    fn take_in(&mut self, message: LiveMessage<T>) -> Option<Update<T>> {
        match message {
            LiveMessage::Records { items, last_id } => {
                self.last_id = Some(last_id);
                (!items.is_empty()).then_some(Update::Records(items))
            }
            LiveMessage::Dropped { count, from, to } => {
                self.last_id = Some(to);
                Some(Update::Dropped { count, from, to })
            }
        }
    }
}

impl<T> std::fmt::Debug for Live<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fields = (self.signal, self.client.url(), self.last_id);
        f.debug_tuple("Live").field(&fields).finish()
    }
}

/// A daemon that is silent for this long is gone: it pings six times as often.
const SILENCE: Duration = Duration::from_secs(60);
