//! The end-to-end harness: the real `tfo`, real OpenTelemetry clients, and everything read back from outside.
//!
//! Each test starts daemons of its own on port 0 with a data folder of their own. Nothing here links the
//! daemon: what these tests know is what a user knows.

pub mod cli;
pub mod daemon;
pub mod expect;
pub mod generate;
pub mod group;
pub mod live;
pub mod load;
pub mod otlp;
pub mod rest;
pub mod scripts;
pub mod seed;
pub mod terminal;

pub use cli::Ran;
pub use daemon::{Daemon, Exit, Setup};
pub use otlp::{Encoding, Reply, Sender};
pub use rest::Rest;
pub use terminal::Terminal;
