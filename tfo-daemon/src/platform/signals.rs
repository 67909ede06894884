//! SIGTERM and SIGINT: the first asks the daemon to stop, the second ends it at once.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The two signals that stop a daemon, caught from the moment this is made.
#[derive(Debug)]
pub struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// Catches them.
    pub fn catch() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the next one; gives its number.
    pub async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.terminate.recv() => SignalKind::terminate().as_raw_value(),
            _ = self.interrupt.recv() => SignalKind::interrupt().as_raw_value(),
        }
    }

    /// From now on, the next one ends the process at once, with the exit code that a shell expects.
    pub fn end_at_the_next(mut self) {
        tokio::spawn(async move {
            let number = self.next().await;
            tracing::warn!("stopped at once; what was not yet in files is in the write-ahead log");
            std::process::exit(128 + number);
        });
    }
}
