//! The load generator behind `tfo bench`: sends telemetry as fast as it is taken or at a fixed rate, and says what
//! became of it and what it cost.
//!
//! - [`source`] makes requests out of templates ([`template`], [`words`]): text and protobuf once, then only the
//!   slots of a [`piece`] are filled ([`fill`]), so that making a request costs little beside taking it.
//! - [`pace`] says when a request is due, [`worker`] sends it over its [`connection`] and reads the [`answer`].
//! - [`tally`] counts, [`process`] looks at CPU time and memory, [`report`] is what a user gets to see.
//!
//! Only acknowledged records count, and a request whose fate is unknown is not sent again.

mod answer;
mod connection;
mod fill;
mod pace;
mod piece;
mod process;
mod random;
pub(crate) mod report;
mod server;
mod source;
mod tally;
mod template;
mod words;
mod worker;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;

pub(crate) use self::connection::{Compression, Endpoint, Protocol};
pub(crate) use self::pace::End;
pub(crate) use self::server::Server;
pub(crate) use self::source::{Recipe, Times};
pub(crate) use self::worker::now;

use self::connection::Connection;
use self::pace::Pace;
use self::process::Process;
use self::report::{Generator, Report};
use self::source::Source;
use self::tally::Tally;

/// A run.
#[derive(Debug)]
pub(crate) struct Bench {
    /// What is sent.
    pub(crate) recipe: Recipe,
    /// Where to.
    pub(crate) endpoint: Endpoint,
    /// Over how many connections.
    pub(crate) connections: usize,
    /// Records a second; as fast as they are taken, when none is named.
    pub(crate) rate: Option<f64>,
    /// Until when.
    pub(crate) length: Length,
    /// How long to wait afterwards until the daemon is done with what it does in the background.
    pub(crate) settle: Duration,
}

/// How long a run is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Length {
    /// At least so many records, in whole requests.
    Records(u64),
    /// So long.
    Duration(Duration),
}

/// After Ctrl-C, for the answers to what is on its way.
const FAREWELL: Duration = Duration::from_secs(1);

impl Bench {
    /// Runs until its end, or until `stop`; then the report is of what there was until then.
    pub(crate) async fn run(
        self,
        mut server: Server,
        stop: impl Future<Output = std::io::Result<()>>,
    ) -> anyhow::Result<Report> {
        let source = Arc::new(Source::new(self.recipe.clone()));
        self.endpoint.probe(&self.recipe.signals).await?;
        let interval = self.rate.map(|rate| Duration::from_secs_f64(source.mean_records() / rate));
        let end = match self.length {
            Length::Records(records) => End::Requests(source.requests_for(records)),
            Length::Duration(duration) => End::After(duration),
        };
        server.begin().await;
        let own = Process::own().cpu();
        let pace = Arc::new(Pace::new(interval, end));
        let mut tallies = Vec::new();
        let mut workers = JoinSet::new();
        for _ in 0..self.connections {
            let tally = Arc::new(Mutex::new(Tally::new()?));
            tallies.push(Arc::clone(&tally));
            let connection = Connection::new(self.endpoint.clone());
            workers.spawn(worker::work(connection, Arc::clone(&source), Arc::clone(&pace), tally));
        }
        let was_interrupted = tokio::select! {
            () = all(&mut workers) => false,
            _ = stop => true,
        };
        if was_interrupted {
            pace.stop();
            let _ = tokio::time::timeout(FAREWELL, all(&mut workers)).await;
            workers.shutdown().await;
        }
        let mut tally = Tally::new()?;
        for part in tallies {
            tally.add(&part.lock().unwrap_or_else(PoisonError::into_inner))?;
        }
        let generator = Generator::new(own, Process::own().cpu(), pace.elapsed());
        let unsent = pace.unsent();
        let settle = if was_interrupted { Duration::ZERO } else { self.settle };
        let costs = server.end(&tally, settle).await;
        Ok(Report::new(&self, &tally, unsent, was_interrupted, generator, costs))
    }
}

async fn all(workers: &mut JoinSet<()>) {
    // A worker that panicked has said so; what the others saw still counts.
    while workers.join_next().await.is_some() {}
}
