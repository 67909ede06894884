//! One connection of a live tail: handshake, frames, silence.

use futures::StreamExt as _;
use reqwest::{StatusCode, Upgraded, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};

use super::SILENCE;
use crate::api::LiveMessage;
use crate::client::{ANSWER_BYTES, Client, ClientError};

/// An open connection.
pub(super) struct Socket {
    frames: WebSocketStream<Upgraded>,
    /// When the daemon was last heard.
    heard: Instant,
}

impl Socket {
    /// Asks for a live tail.
    pub(super) async fn open(
        client: &Client,
        signal: &str,
        query: &impl Serialize,
    ) -> Result<Self, ClientError> {
        let key = generate_key();
        let request = client
            .upgrading
            .get(client.endpoint(&["live", signal]))
            .query(query)
            .header(header::CONNECTION, "upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_VERSION, "13")
            .header(header::SEC_WEBSOCKET_KEY, &key);
        let response = request.send().await.map_err(|error| ClientError::transport(client.url(), &error))?;
        let status = response.status();
        if status != StatusCode::SWITCHING_PROTOCOLS {
            let body = client.read_body(response).await?;
            return Err(client.failure(status, &body));
        }
        let accepted =
            response.headers().get(header::SEC_WEBSOCKET_ACCEPT).map(header::HeaderValue::as_bytes);
        if accepted != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
            return Err(undecodable(client, "it does not accept the WebSocket handshake"));
        }
        let stream = response.upgrade().await;
        let stream = stream.map_err(|error| ClientError::transport(client.url(), &error))?;
        // A record may be as large as a request.
        let config = WebSocketConfig::default()
            .max_message_size(Some(ANSWER_BYTES))
            .max_frame_size(Some(ANSWER_BYTES));
        let frames = WebSocketStream::from_raw_socket(stream, Role::Client, Some(config)).await;
        Ok(Self { frames, heard: Instant::now() })
    }

    /// The next message. Every error ends the connection. May be given up at any time.
    pub(super) async fn next<T: DeserializeOwned>(
        &mut self,
        client: &Client,
    ) -> Result<LiveMessage<T>, ClientError> {
        loop {
            let Ok(frame) = timeout_at(self.heard + SILENCE, self.frames.next()).await else {
                return Err(unreachable(client, format!("it was silent for {} s", SILENCE.as_secs())));
            };
            self.heard = Instant::now();
            match frame {
                Some(Ok(Message::Text(text))) => {
                    let message = serde_json::from_str(&text);
                    return message.map_err(|error| undecodable(client, &error.to_string()));
                }
                Some(Ok(Message::Close(frame))) => {
                    return Err(unreachable(client, closed(frame.as_ref())));
                }
                // Pings, which are answered by themselves, are signs of life.
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(unreachable(client, error.to_string())),
                None => return Err(unreachable(client, closed(None))),
            }
        }
    }
}

fn closed(frame: Option<&CloseFrame>) -> String {
    match frame {
        Some(frame) if !frame.reason.is_empty() => frame.reason.to_string(),
        _ => "the connection was closed".to_owned(),
    }
}

fn unreachable(client: &Client, reason: String) -> ClientError {
    ClientError::Unreachable { url: client.url().to_owned(), reason }
}

fn undecodable(client: &Client, reason: &str) -> ClientError {
    ClientError::Decode { url: client.url().to_owned(), reason: reason.to_owned() }
}
