//! One reader's connection: what was before, then what arrives, until either side ends it.
//!
//! A reader that is gone is noticed by a write that does not end or a ping that is not answered. The last frame says
//! why the daemon ends a tail, and that the reader may connect again.

use std::time::{Duration, Instant};

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use tfo_query::QueryError;
use tfo_sdk::RecordId;
use tfo_sdk::api::LiveMessage;
use tfo_sdk::filter::Filter;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::feed::Feed;
use super::queue::{Loss, News};
use super::record::{Line, Tailed, lines};
use super::source::Source;
use super::{Held, Live};
use crate::platform::answer::BUSY;

/// Records of one message, at most.
const MESSAGE_LINES: usize = 1000;
/// Bytes of one message, unless one record has more.
const MESSAGE_BYTES: usize = 1 << 20;
/// A reader hears how far the tail has come at the latest after this long, when it moved and nothing matched.
const PROGRESS: Duration = Duration::from_secs(5);
/// Between two pings.
const PING: Duration = Duration::from_secs(10);
/// A ping must be answered within this time; a slow reader has to read what was sent before it.
const ANSWER: Duration = Duration::from_secs(120);
/// A message must be taken within this time.
const WRITE: Duration = Duration::from_secs(60);
/// Saying good-bye takes at most this long.
const CLOSE: Duration = Duration::from_secs(2);

/// What a connection is to carry.
pub(super) struct Session {
    pub(super) live: Live,
    pub(super) source: Source,
    pub(super) filter: Filter,
    /// What is sent first, when it is not just what arrived after `place`.
    pub(super) tail: Option<Held>,
    /// The tail goes on behind this.
    pub(super) place: RecordId,
}

/// Why a connection ends.
#[derive(Debug)]
enum End {
    /// The reader has gone.
    Gone,
    /// The daemon stops.
    Stopping,
    /// The reader does not take what is sent, or does not answer.
    Silent(&'static str),
    /// Too much waits for others.
    Busy,
    /// There is nothing more to give.
    Failed(String),
}

/// Carries a tail until it ends.
pub(super) async fn serve<T: Tailed>(socket: WebSocket, session: Session) {
    let mut ticks = interval(PING);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stop = session.live.0.stop.clone();
    let mut peer = Peer { socket, stop, ticks, unanswered: None };
    let end = match follow::<T>(&mut peer, session).await {
        Err(end) => end,
        Ok(never) => match never {},
    };
    tracing::debug!(?end, "a live tail ends");
    peer.close(end).await;
}

async fn follow<T: Tailed>(peer: &mut Peer, session: Session) -> Result<std::convert::Infallible, End> {
    let Session { live, source, filter, tail, mut place } = session;
    if let Some(tail) = tail {
        peer.send_lines(&tail.lines, place).await?;
    }
    // What is stored, at the reader's pace; then there is little left to do at once.
    loop {
        let piece = peer.wait(source.after::<T>(place, &filter)).await?.map_err(unreadable)?;
        let lines = peer.wait(lines(piece.records)).await?.map_err(End::Failed)?;
        source.heed_size_of(&lines);
        place = piece.end;
        if !lines.is_empty() {
            let held = live.hold(lines).ok_or(End::Busy)?;
            peer.send_lines(&held.lines, place).await?;
        }
        if piece.is_last {
            break;
        }
    }
    let membership = Feed::join::<T>(&live, &source, &filter, place);
    while place < membership.since {
        let piece = peer.wait(source.after::<T>(place, &filter)).await?.map_err(unreadable)?;
        place = piece.end.min(membership.since);
        let records = piece.records.into_iter().filter(|record| record.id() <= place).collect();
        let lines = peer.wait(lines::<T>(records)).await?.map_err(End::Failed)?;
        source.heed_size_of(&lines);
        if !lines.is_empty() {
            let held = live.hold(lines).ok_or(End::Busy)?;
            peer.send_lines(&held.lines, place).await?;
        }
    }
    peer.send_lines(&[], place).await?;
    let queue = &membership.follower.queue;
    loop {
        match peer.wait(timeout(PROGRESS, queue.next(MESSAGE_LINES, MESSAGE_BYTES))).await? {
            Ok(News::Lines(lines, end)) => {
                place = end;
                peer.send(records(&lines, place)).await?;
            }
            Ok(News::Lost(loss)) => peer.send(dropped(loss)).await?,
            Ok(News::Failed(reason)) => return Err(End::Failed(reason)),
            Err(_) => {
                if let Some(end) = queue.place().filter(|end| *end > place) {
                    place = end;
                    peer.send(records(&[], place)).await?;
                }
            }
        }
    }
}

fn unreadable(error: QueryError) -> End {
    match error {
        QueryError::Internal(cause) => {
            tracing::error!(cause, "what arrived cannot be read");
            End::Failed("the daemon could not read what arrived; connect again".to_owned())
        }
        other => End::Failed(other.to_string()),
    }
}

fn records(lines: &[Line], last_id: RecordId) -> String {
    let length: usize = lines.iter().map(|line| line.json.len() + 1).sum();
    let mut message = String::with_capacity(length + 80);
    message.push_str(r#"{"type":"records","items":["#);
    for (place, line) in lines.iter().enumerate() {
        if place > 0 {
            message.push(',');
        }
        message.push_str(&line.json);
    }
    message.push_str(&format!(r#"],"lastId":"{last_id}"}}"#));
    message
}

fn dropped(Loss { count, from, to }: Loss) -> String {
    // A message of numbers and texts always serialises.
    serde_json::to_string(&LiveMessage::<()>::Dropped { count, from, to }).unwrap_or_default()
}

/// The reader, as far as a connection knows it.
struct Peer {
    socket: WebSocket,
    stop: CancellationToken,
    ticks: Interval,
    /// When the first ping was sent that is not answered yet.
    unanswered: Option<Instant>,
}

impl Peer {
    /// Waits for something, and looks after the connection meanwhile.
    async fn wait<O>(&mut self, future: impl Future<Output = O>) -> Result<O, End> {
        let mut future = std::pin::pin!(future);
        loop {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return Err(End::Stopping),
                frame = self.socket.recv() => match frame {
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Gone),
                    // Pings are answered by the library; what else a reader says has no meaning here.
                    Some(Ok(_)) => self.unanswered = None,
                },
                output = &mut future => return Ok(output),
                _ = self.ticks.tick() => {
                    if self.unanswered.is_some_and(|since| since.elapsed() > ANSWER) {
                        return Err(End::Silent("a ping was not answered"));
                    }
                    self.unanswered.get_or_insert_with(Instant::now);
                    self.send_frame(Message::Ping(Default::default())).await?;
                }
            }
        }
    }

    /// Sends lines in as many messages as they take; with the last of them the tail has come to `end`.
    async fn send_lines(&mut self, lines: &[Line], end: RecordId) -> Result<(), End> {
        let mut rest = lines;
        loop {
            let mut bytes = 0;
            let fits = |line: &&Line| {
                bytes += line.json.len();
                bytes <= MESSAGE_BYTES
            };
            let count = rest.iter().take(MESSAGE_LINES).take_while(fits).count().max(1).min(rest.len());
            let (now, later) = rest.split_at(count);
            let place = if later.is_empty() { Some(end) } else { now.last().map(|line| line.id) };
            self.send(records(now, place.unwrap_or(end))).await?;
            if later.is_empty() {
                return Ok(());
            }
            rest = later;
        }
    }

    async fn send(&mut self, text: String) -> Result<(), End> {
        self.send_frame(Message::Text(text.into())).await
    }

    async fn send_frame(&mut self, frame: Message) -> Result<(), End> {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Err(End::Stopping),
            sent = timeout(WRITE, self.socket.send(frame)) => match sent {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) => Err(End::Gone),
                Err(_) => Err(End::Silent("nothing was read for a minute")),
            },
        }
    }

    /// Says why, as far as the reader listens.
    async fn close(mut self, end: End) {
        let frame = match end {
            End::Gone => None,
            End::Stopping => Some((close_code::AWAY, "the daemon is stopping".to_owned())),
            End::Silent(reason) => Some((close_code::POLICY, reason.to_owned())),
            End::Busy => Some((close_code::AGAIN, BUSY.to_owned())),
            End::Failed(reason) => Some((close_code::ERROR, reason)),
        };
        let good_bye = async {
            if let Some((code, mut reason)) = frame {
                // A close frame has room for so much.
                reason.truncate((0..=123).rev().find(|&at| reason.is_char_boundary(at)).unwrap_or(0));
                let frame = CloseFrame { code, reason: reason.into() };
                self.socket.send(Message::Close(Some(frame))).await.ok()?;
            }
            // Bytes that nobody has read would make the system throw away what was sent last.
            while let Some(Ok(_)) = self.socket.recv().await {}
            Some(())
        };
        // Who does not listen is hung up on.
        let _ = timeout(CLOSE, good_bye).await;
    }
}

#[cfg(test)]
mod tests {
    use tfo_sdk::api::LogRecord;

    use super::*;

    #[test]
    fn messages_are_what_the_interface_says() {
        let line = |row| Line {
            id: RecordId { sequence: 7, row },
            json: format!(r#"{{"id":"7.{row}","timestamp":"2026-11-25T09:16:23Z","attributes":{{}}}}"#)
                .into(),
        };
        for count in 0..3 {
            let lines: Vec<Line> = (0..count).map(line).collect();
            let message = records(&lines, RecordId { sequence: 8, row: 0 });
            let message: LiveMessage<LogRecord> = serde_json::from_str(&message).unwrap();
            let LiveMessage::Records { items, last_id } = message else { panic!("{message:?}") };
            assert_eq!((items.len() as u32, last_id.to_string().as_str()), (count, "8.0"));
        }
        let id = |sequence| RecordId { sequence, row: 1 };
        let loss = dropped(Loss { count: 3, from: id(1), to: id(4) });
        assert_eq!(loss, r#"{"type":"dropped","count":3,"from":"1.1","to":"4.1"}"#);
    }
}
