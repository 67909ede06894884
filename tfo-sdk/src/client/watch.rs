//! Changes of resources as they are made: server-sent events.

use serde::Serialize;

use super::{Client, ClientError};
use crate::api::WatchEvent;
use crate::resource::{KindInfo, Scope};

/// The longest event that is read: a resource may have two mebibytes.
const EVENT_BYTES: usize = 16 << 20;

/// Which changes to watch.
#[derive(Debug, Serialize)]
struct Query<'a> {
    scope: &'a Scope,
    kind: &'a str,
    since: i64,
}

/// A watch that is open.
#[derive(Debug)]
pub struct Watch {
    client: Client,
    response: reqwest::Response,
    events: Events,
}

impl Client {
    /// Changes of resources of a kind after this revision, as they are made: `GET /api/v2/watch`.
    ///
    /// A revision that is too old, or of another database, is a problem with status 410: list again, and watch from there.
    pub async fn watch(&self, kind: &KindInfo, scope: &Scope, since: i64) -> Result<Watch, ClientError> {
        let request =
            self.http.get(self.endpoint(&["watch"])).query(&Query { scope, kind: kind.name, since });
        let response = request.send().await.map_err(|error| ClientError::transport(self.url(), &error))?;
        let status = response.status();
        if !status.is_success() {
            let body = self.read_body(response).await?;
            return Err(self.failure(status, &body));
        }
        Ok(Watch { client: self.clone(), response, events: Events::default() })
    }
}

impl Watch {
    /// The next change; `None` when the daemon has ended the watch. Another watch goes on behind the last revision.
    pub async fn next(&mut self) -> Result<Option<WatchEvent>, ClientError> {
        loop {
            if let Some(data) = self.events.next() {
                return serde_json::from_str(&data)
                    .map(Some)
                    .map_err(|error| self.unreadable(&error.to_string()));
            }
            if self.events.rest.len() > EVENT_BYTES {
                return Err(self.unreadable("an event without an end"));
            }
            let chunk = self.response.chunk().await;
            match chunk.map_err(|error| ClientError::transport(self.client.url(), &error))? {
                Some(chunk) => self.events.rest.extend_from_slice(&chunk),
                None => return Ok(None),
            }
        }
    }

    fn unreadable(&self, reason: &str) -> ClientError {
        ClientError::Decode { url: self.client.url().to_owned(), reason: reason.to_owned() }
    }
}

/// Server-sent events, cut out of what comes.
#[derive(Debug, Default)]
struct Events {
    rest: Vec<u8>,
}

impl Events {
    /// The data of the next whole event named `change`. Comments, which keep the connection alive, are skipped.
    fn next(&mut self) -> Option<String> {
        loop {
            let end = self.rest.windows(2).position(|bytes| bytes == b"\n\n")?;
            let event: Vec<u8> = self.rest.drain(..end + 2).collect();
            let event = String::from_utf8_lossy(&event);
            let field = |name: &str| {
                let values = event.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                values.map(|value| value.strip_prefix(' ').unwrap_or(value)).collect::<Vec<_>>()
            };
            if field("event").contains(&"change") {
                return Some(field("data").join("\n"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_cut_out_of_what_comes_bit_by_bit() {
        let stream = ":\n\nevent: change\nid: 7\ndata: {\"a\":\ndata:1}\n\nevent: other\ndata: x\n\nevent: change\ndata: 2\n\n";
        let mut events = Events::default();
        let mut found = Vec::new();
        for byte in stream.bytes() {
            events.rest.push(byte);
            found.extend(events.next());
        }
        assert_eq!(found, ["{\"a\":\n1}", "2"]);
        assert!(events.rest.is_empty());
    }
}
