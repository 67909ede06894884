//! A live tail by hand: the frames as they are, and readers that do not read.

use std::marker::PhantomData;
use std::time::Duration;

use anyhow::{Context as _, bail};
use futures::{SinkExt as _, StreamExt as _};
use serde::de::DeserializeOwned;
use tfo_sdk::RecordId;
use tfo_sdk::api::LiveMessage;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::Daemon;

/// How long a tail may be silent, its pings apart. A hang is a failure, and slow machines are not.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a reader lets the system keep for it, when it is to be slow.
const NARROW: u32 = 4096;

/// A tail of records of type `T`.
#[derive(Debug)]
pub struct Tail<T> {
    frames: WebSocketStream<TcpStream>,
    kind: PhantomData<T>,
}

impl<T: DeserializeOwned> Tail<T> {
    /// Follows `/live/{signal}`.
    pub async fn open(daemon: &Daemon, signal: &str, parameters: &[(&str, &str)]) -> anyhow::Result<Self> {
        Self::connect(daemon, signal, parameters, TcpSocket::new_v4()?).await
    }

    /// Follows, with as little room for what is not read yet as the system allows.
    pub async fn open_narrow(
        daemon: &Daemon,
        signal: &str,
        parameters: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(NARROW)?;
        Self::connect(daemon, signal, parameters, socket).await
    }

    async fn connect(
        daemon: &Daemon,
        signal: &str,
        parameters: &[(&str, &str)],
        socket: TcpSocket,
    ) -> anyhow::Result<Self> {
        let address = &daemon.addresses().http;
        let url = format!("ws://{address}/api/v2/live/{signal}");
        let url = reqwest::Url::parse_with_params(&url, parameters)?;
        let stream = socket.connect(address.parse()?).await?;
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let (frames, _) = client_async_with_config(url.as_str(), stream, Some(config)).await?;
        Ok(Self { frames, kind: PhantomData })
    }

    /// The next message.
    pub async fn next(&mut self) -> anyhow::Result<LiveMessage<T>> {
        loop {
            match self.frame().await? {
                Message::Text(text) => {
                    return serde_json::from_str(&text).with_context(|| format!("{text:.500}"));
                }
                Message::Close(frame) => bail!("closed: {frame:?}"),
                _ => {}
            }
        }
    }

    /// Sends a close frame.
    pub async fn say_good_bye(&mut self) -> anyhow::Result<()> {
        Ok(self.frames.send(Message::Close(None)).await?)
    }

    /// Reads to the end; gives the frame that says why.
    pub async fn closed(&mut self) -> anyhow::Result<Option<CloseFrame>> {
        loop {
            if let Message::Close(frame) = self.frame().await? {
                return Ok(frame);
            }
        }
    }

    async fn frame(&mut self) -> anyhow::Result<Message> {
        let frame = tokio::time::timeout(PATIENCE, self.frames.next()).await.context("silence")?;
        Ok(frame.context("the connection ended without a word")??)
    }

    /// Waits until the tail says where it is: what arrives from then on is behind that.
    pub async fn begun(mut self) -> anyhow::Result<(Self, RecordId)> {
        match self.next().await? {
            LiveMessage::Records { items, last_id } if items.is_empty() => Ok((self, last_id)),
            _ => bail!("a tail that begins now begins with records"),
        }
    }

    /// Everything up to a place.
    pub async fn up_to(&mut self, place: RecordId) -> anyhow::Result<Read<T>> {
        let mut read = Read { records: Vec::new(), dropped: 0, losses: Vec::new(), last_id: place };
        loop {
            match self.next().await? {
                LiveMessage::Records { items, last_id } => {
                    read.records.extend(items);
                    read.last_id = last_id;
                    if last_id >= place {
                        return Ok(read);
                    }
                }
                LiveMessage::Dropped { count, from, to } => {
                    read.dropped += count;
                    read.losses.push((from, to));
                }
            }
        }
    }
}

/// What came on a tail.
#[derive(Debug)]
pub struct Read<T> {
    /// The records, in the order in which they came.
    pub records: Vec<T>,
    /// How many were reported as dropped.
    pub dropped: u64,
    /// The first and the last record of each report.
    pub losses: Vec<(RecordId, RecordId)>,
    /// How far the tail had come.
    pub last_id: RecordId,
}
