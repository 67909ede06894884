//! What runs beside the loop: requests, live tails, files.

use std::collections::HashMap;
use std::time::Duration;

use tfo_sdk::client::{Client, ClientError, Live, Update};
use tfo_sdk::resource::{KindInfo, Scope};
use tokio::sync::mpsc::Sender;
use tokio::task::AbortHandle;

use crate::connection::Place;
use crate::tui::model::Message;
use crate::tui::request::{Answer, Failure};
use crate::tui::screen::{ALL_SLOTS, Connect, Effect, News, ScreenId, Slot, Tail};

/// From one try of a watch that has ended to the next.
const WATCH_PAUSE: Duration = Duration::from_secs(1);

/// How long a question rests that comes before the answer to the one in its place: whoever holds a key down is not where
/// they are going yet.
const REPEAT_PAUSE: Duration = Duration::from_millis(80);

/// What a task brings to the loop.
#[derive(Debug)]
pub(super) enum Arrival {
    /// The answer of a request, with its ticket: an old one is not wanted any more.
    Answer { screen: ScreenId, slot: Slot, ticket: u64, answer: Result<Answer, Failure> },
    /// Of a live tail.
    News { screen: ScreenId, ticket: u64, news: News },
    /// The process was stopped, and goes on.
    GoesOn,
    /// Anything else.
    Message(Message),
    /// A daemon that answers, in place of the one before.
    Client { client: Client, place: Place, url: String, scope: Scope },
}

/// A request that is under way.
struct Asked {
    ticket: u64,
    task: AbortHandle,
    is_change: bool,
}

impl Asked {
    /// Its answer is not wanted any more. What changes something is never cut off in the middle.
    fn give_up(&self) {
        if !self.is_change {
            self.task.abort();
        }
    }
}

/// What is under way.
pub(super) struct Tasks {
    place: Place,
    /// None while there is no address to ask.
    client: Result<Client, String>,
    sender: Sender<Arrival>,
    requests: HashMap<(ScreenId, Slot), Asked>,
    tails: HashMap<ScreenId, (u64, AbortHandle)>,
    next_ticket: u64,
}

impl Tasks {
    pub(super) fn new(place: Place, sender: Sender<Arrival>) -> Self {
        let client = place.connect().map_err(|error| error.to_string());
        Self { place, client, sender, requests: HashMap::new(), tails: HashMap::new(), next_ticket: 0 }
    }

    /// The message of an arrival; none where it is not wanted any more.
    pub(super) fn accept(&mut self, arrival: Arrival) -> Option<Message> {
        match arrival {
            Arrival::Answer { screen, slot, ticket, answer } => {
                // A change has been made, whoever has asked for what since.
                let is_change = matches!(answer, Ok(Answer::Changed(_)));
                match self.requests.get(&(screen, slot)) {
                    Some(asked) if asked.ticket == ticket => {
                        self.requests.remove(&(screen, slot));
                    }
                    _ if is_change => {}
                    _ => return None,
                }
                if answer.as_ref().is_err_and(|failure| failure.is_lost) {
                    self.locate();
                }
                Some(Message::Answer { screen, slot, answer })
            }
            Arrival::News { screen, ticket, news } => {
                let is_current = self.tails.get(&screen).is_some_and(|(current, _)| *current == ticket);
                is_current.then_some(Message::News { screen, news })
            }
            Arrival::Message(message) => Some(message),
            // The loop's own.
            Arrival::GoesOn => None,
            Arrival::Client { client, place, url, scope } => {
                self.client = Ok(client);
                self.place = place;
                Some(Message::Connected { url, scope })
            }
        }
    }

    /// A daemon that was started again may listen on another port.
    fn locate(&mut self) {
        if let Ok(client) = self.place.connect() {
            self.client = Ok(client);
        }
    }

    pub(super) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Ask { screen, slot, request, pause } => {
                let ticket = self.ticket();
                let client = self.client.clone();
                let sender = self.sender.clone();
                let is_change = request.is_change();
                let is_repeated = !is_change && self.requests.contains_key(&(screen, slot));
                let pause = if is_repeated { pause.max(REPEAT_PAUSE) } else { pause };
                let task = tokio::spawn(async move {
                    if !pause.is_zero() {
                        tokio::time::sleep(pause).await;
                    }
                    let answer = match client {
                        Ok(client) => request.send(&client).await,
                        Err(text) => Err(Failure { text, is_lost: true, is_refused: false }),
                    };
                    // Nobody is there to hear it when the interface has ended.
                    let _ = sender.send(Arrival::Answer { screen, slot, ticket, answer }).await;
                });
                let asked = Asked { ticket, task: task.abort_handle(), is_change };
                if let Some(old) = self.requests.insert((screen, slot), asked) {
                    old.give_up();
                }
            }
            Effect::Forget { screen, slot } => {
                let is_meant =
                    |known: &(ScreenId, Slot)| known.0 == screen && (slot == ALL_SLOTS || known.1 == slot);
                self.requests.retain(|known, asked| {
                    if is_meant(known) {
                        asked.give_up();
                    }
                    !is_meant(known)
                });
            }
            Effect::Follow { screen, tail } => {
                let ticket = self.ticket();
                let sender = TailSender { screen, ticket, sender: self.sender.clone() };
                let task = match (&self.client, tail) {
                    (Err(_), _) => return,
                    (Ok(client), Tail::Logs(follow)) => {
                        let place = self.place.clone();
                        let live = client.live_logs(&follow).locating(move || place.connect().ok());
                        tokio::spawn(follow_logs(live, sender))
                    }
                    (Ok(client), Tail::Resources { kind, scope, since }) => {
                        tokio::spawn(watch(client.clone(), kind, scope, since, sender))
                    }
                };
                if let Some((_, old)) = self.tails.insert(screen, (ticket, task.abort_handle())) {
                    old.abort();
                }
            }
            Effect::Unfollow { screen } => {
                if let Some((_, old)) = self.tails.remove(&screen) {
                    old.abort();
                }
            }
            Effect::Write { path, text } => {
                let sender = self.sender.clone();
                tokio::task::spawn_blocking(move || {
                    let said = write(&path, &text);
                    let _ = sender.blocking_send(Arrival::Message(Message::Said(said)));
                });
            }
            Effect::Connect(connect) => self.connect(connect),
            // The rest is the model's and the loop's.
            _ => {}
        }
    }

    fn connect(&mut self, connect: Connect) {
        let mut place = self.place.clone();
        match connect {
            Connect::Context(name) => {
                place.context = Some(name);
                place.url = None;
                place.data_dir = None;
                place.tenant = None;
            }
            Connect::Scope(scope) => place.tenant = Some(scope),
        }
        let connected = place.connect().and_then(|client| {
            let scope = place.scope(None)?;
            let url = client.url().to_owned();
            Ok(Arrival::Client { client, place, url, scope })
        });
        let arrival =
            connected.unwrap_or_else(|error| Arrival::Message(Message::Said(Err(error.to_string()))));
        let sender = self.sender.clone();
        tokio::spawn(async move {
            let _ = sender.send(arrival).await;
        });
    }

    fn ticket(&mut self) -> u64 {
        self.next_ticket += 1;
        self.next_ticket
    }
}

struct TailSender {
    screen: ScreenId,
    ticket: u64,
    sender: Sender<Arrival>,
}

impl TailSender {
    /// Hands news over. While the loop is busy this waits, and the daemon leaves records out and says so: nothing here
    /// grows without a bound. False when nobody listens any more.
    async fn send(&self, news: News) -> bool {
        let arrival = Arrival::News { screen: self.screen, ticket: self.ticket, news };
        self.sender.send(arrival).await.is_ok()
    }
}

async fn follow_logs(mut live: Live<tfo_sdk::api::LogRecord>, sender: TailSender) {
    loop {
        let news = match live.next().await {
            Ok(Update::Connected) => News::Connected,
            Ok(Update::Records(records)) => News::Logs(records),
            Ok(Update::Dropped { count, .. }) => News::Dropped { count },
            Ok(Update::Disconnected(error)) => News::Lost(error.into()),
            Ok(Update::Restarted) => News::Restarted,
            Err(error) if error.is_temporary() => {
                if !sender.send(News::Lost(error.into())).await {
                    return;
                }
                tokio::time::sleep(WATCH_PAUSE).await;
                continue;
            }
            Err(error) => {
                sender.send(News::Refused(error.into())).await;
                return;
            }
        };
        if !sender.send(news).await {
            return;
        }
    }
}

async fn watch(client: Client, kind: &'static KindInfo, scope: Scope, since: i64, sender: TailSender) {
    let mut since = since;
    loop {
        let mut watch = match client.watch(kind, &scope, since).await {
            Ok(watch) => watch,
            // The list is asked for again, and a watch from there.
            Err(ClientError::Problem(problem)) if problem.status == 410 => {
                sender.send(News::Restarted).await;
                return;
            }
            Err(error) if error.is_temporary() => {
                if !sender.send(News::Lost(error.into())).await {
                    return;
                }
                tokio::time::sleep(WATCH_PAUSE).await;
                continue;
            }
            Err(error) => {
                sender.send(News::Refused(error.into())).await;
                return;
            }
        };
        if !sender.send(News::Connected).await {
            return;
        }
        while let Ok(Some(event)) = watch.next().await {
            since = event.revision;
            if !sender.send(News::Resource(Box::new(event))).await {
                return;
            }
        }
        tokio::time::sleep(WATCH_PAUSE).await;
    }
}

/// Writes a new file; one that is there is not written over.
fn write(path: &str, text: &str) -> Result<String, String> {
    use std::io::Write as _;
    let told = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => format!("{path} exists; choose another name"),
        _ => format!("{path}: {error}"),
    };
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path).map_err(told)?;
    file.write_all(text.as_bytes()).map_err(told)?;
    Ok(format!("{} lines are in {path}", text.lines().count()))
}
