//! `tfo logs --follow`: the latest records, then every one that arrives.
//!
//! It continues after the id of the last record that it has seen, in the order of arrival. So nothing is missing
//! and nothing comes twice, also when the daemon was away meanwhile. `--since` slides along: it counts from the last
//! answer, so that an absence does not move it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tfo_sdk::api::{LogRecord, Page};
use tfo_sdk::client::{Client, ClientError, Read};
use tfo_sdk::time::parse_moment;
use tfo_sdk::{RecordId, Timestamp};

use crate::connection::Place;
use crate::exit::Exit;
use crate::output::{Format, Printer};
use crate::selection::latest;
use crate::views::log::LogLines;

/// How often it asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// While all is well.
    pub(crate) pause: Duration,
    /// At most, while the daemon is away; each wait is twice the one before.
    pub(crate) longest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { pause: Duration::from_millis(300), longest: Duration::from_secs(5) }
    }
}

/// Records of one answer: a burst is read in pieces.
const PIECE: usize = 1000;

/// What the daemon takes for `since` when nothing is said.
const DEFAULT_SINCE: &str = "1h";

/// Before the first record.
const NOTHING: RecordId = RecordId { sequence: 0, row: 0 };

/// Shows the latest records and then what arrives, until Ctrl-C or until nobody reads any more.
pub(crate) async fn follow(
    read: &Read,
    limit: usize,
    place: &Place,
    pace: Pace,
    out: &mut Printer,
) -> anyhow::Result<Exit> {
    let client = place.connect()?;
    let mut tail = Tail { lines: LogLines::default(), after: NOTHING, heard_at: now(), has_header: false };
    tokio::select! {
        result = tail.run(read, limit, client, place, pace, out) => result?,
        _ = tokio::signal::ctrl_c() => out.flush()?,
    }
    Ok(Exit::Done)
}

struct Tail {
    lines: LogLines,
    /// The newest record that was shown.
    after: RecordId,
    /// When the daemon last answered.
    heard_at: Timestamp,
    has_header: bool,
}

impl Tail {
    async fn run(
        &mut self,
        read: &Read,
        limit: usize,
        mut client: Client,
        place: &Place,
        pace: Pace,
        out: &mut Printer,
    ) -> anyhow::Result<()> {
        let first = latest(read, limit, async |read| client.logs(read).await).await?;
        self.show(&first, out)?;
        let mut pause = pace.pause;
        let mut is_away = false;
        loop {
            match self.next(read, &client).await {
                Ok(page) => {
                    if std::mem::take(&mut is_away) {
                        out.say(&format!("{} is back", client.url()));
                    }
                    self.show(&page, out)?;
                    pause = pace.pause;
                    if page.items.len() >= PIECE {
                        continue;
                    }
                }
                Err(error) if error.is_temporary() => {
                    if !std::mem::replace(&mut is_away, true) {
                        out.say(&format!("{error}; trying again, nothing is lost"));
                    }
                    // A daemon that was started again may listen on another port.
                    client = place.connect().unwrap_or(client);
                    pause = (pause * 2).min(pace.longest);
                }
                Err(error) => return Err(error.into()),
            }
            tokio::time::sleep(pause).await;
        }
    }

    async fn next(&mut self, read: &Read, client: &Client) -> Result<Page<LogRecord>, ClientError> {
        let since = read.since.as_deref().unwrap_or(DEFAULT_SINCE);
        // The command line has checked the form of `since`.
        let since =
            parse_moment(since, self.heard_at).map_or_else(|_| since.to_owned(), |time| time.to_string());
        let read = Read { after: Some(self.after), limit: Some(PIECE), since: Some(since), ..read.clone() };
        let asked_at = now();
        let page = client.logs(&read).await?;
        self.heard_at = asked_at;
        Ok(page)
    }

    fn show(&mut self, page: &Page<LogRecord>, out: &mut Printer) -> anyhow::Result<()> {
        self.after = page.items.iter().map(|log| log.id).fold(self.after, RecordId::max);
        match out.format() {
            Format::Jsonl => out.json_lines(&page.items)?,
            Format::Csv => {
                if !std::mem::replace(&mut self.has_header, true) {
                    out.csv_header::<LogRecord>()?;
                }
                out.csv_rows(&page.items)?;
            }
            Format::Table | Format::Wide | Format::Json | Format::Yaml => {
                let lines = self.lines.lines(&page.items, &out.look());
                out.write(&lines)?;
            }
        }
        Ok(out.flush()?)
    }
}

fn now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_1970.as_nanos()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::output::tests::printer;

    fn page(records: &[(&str, &str)]) -> String {
        let items: Vec<String> = records
            .iter()
            .map(|(id, body)| {
                format!(
                    r#"{{"id":"{id}","timestamp":"2026-11-25T09:16:23Z","body":"{body}","attributes":{{}}}}"#
                )
            })
            .collect();
        format!(
            r#"{{"items":[{}],"scan":{{"files":0,"rows":0,"bytes":0,"complete":true}}}}"#,
            items.join(",")
        )
    }

    fn answer(status: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
    }

    /// Gives these answers, one a connection; an empty one hangs up. Gives back the paths asked for.
    async fn serve(listener: TcpListener, answers: Vec<String>) -> Vec<String> {
        let mut paths = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
                let mut buffer = [0; 4096];
                let length = stream.read(&mut buffer).await.unwrap();
                request.extend_from_slice(&buffer[..length]);
            }
            let request = String::from_utf8(request).unwrap();
            paths.push(request.split(' ').nth(1).unwrap_or_default().to_owned());
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
        paths
    }

    #[tokio::test]
    async fn a_tail_goes_on_after_the_last_record_however_often_the_daemon_goes_away() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = Place { url: Some(listener.local_addr().unwrap().to_string()), data_dir: None };
        let busy = r#"{"status":503,"title":"t","detail":"replay is not complete","code":"not_ready"}"#;
        let wrong = r#"{"status":400,"title":"t","detail":"enough","code":"stop"}"#;
        let answers = vec![
            answer("200 OK", &page(&[("5.1", "second"), ("7.0", "first")])),
            answer("200 OK", &page(&[])),
            String::new(),
            answer("503 Service Unavailable", busy),
            answer("200 OK", &page(&[("7.1", "third"), ("9.0", "fourth")])),
            answer("400 Bad Request", wrong),
        ];
        let (mut out, stdout, stderr) = printer(Format::Table, None);
        let read =
            Read { since: Some("2026-11-25T08:00:00Z".into()), filter: Some("x".into()), ..Read::default() };
        let pace = Pace { pause: Duration::from_millis(1), longest: Duration::from_millis(1) };
        let (result, paths) =
            tokio::join!(follow(&read, 50, &place, pace, &mut out), serve(listener, answers));
        assert!(result.unwrap_err().to_string().contains("enough"));
        let bodies: Vec<String> = stdout
            .text()
            .lines()
            .map(|line| line.rsplit(' ').next().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(bodies, ["first", "second", "third", "fourth"]);
        assert_eq!(
            paths,
            [
                "/api/v2/logs?since=2026-11-25T08%3A00%3A00Z&order=desc&filter=x&limit=50",
                "/api/v2/logs?since=2026-11-25T08%3A00%3A00Z&filter=x&limit=1000&after=7.0",
                "/api/v2/logs?since=2026-11-25T08%3A00%3A00Z&filter=x&limit=1000&after=7.0",
                "/api/v2/logs?since=2026-11-25T08%3A00%3A00Z&filter=x&limit=1000&after=7.0",
                "/api/v2/logs?since=2026-11-25T08%3A00%3A00Z&filter=x&limit=1000&after=7.0",
                "/api/v2/logs?since=2026-11-25T08%3A00%3A00Z&filter=x&limit=1000&after=9.0",
            ]
        );
        let talk = stderr.text();
        assert_eq!(talk.lines().count(), 2, "{talk}");
        assert!(talk.contains("trying again") && talk.contains("is back"), "{talk}");
    }
}
