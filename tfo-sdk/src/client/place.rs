//! Where the daemon of this machine is: its data folder, and the file in it that says what it listens on.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The address of a daemon that nobody configured.
pub const DEFAULT_URL: &str = "http://127.0.0.1:3100";

/// Name of the file in the data folder that a running daemon writes.
pub const DAEMON_FILE: &str = "daemon.json";

/// What a running daemon says about itself; addresses are `host:port`, as bound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DaemonFile {
    /// Its process.
    pub pid: u32,
    /// Address of REST and OTLP/HTTP.
    pub http: String,
    /// Address of OTLP/gRPC.
    pub otlp_grpc: String,
    /// Address of OTLP/HTTP.
    pub otlp_http: String,
}

impl DaemonFile {
    /// What the daemon of this data folder says, `None` when no daemon has written there (or not in this form).
    ///
    /// The file of a killed daemon stays behind, so an answer is a hint and no proof that one is running.
    pub fn read(data_dir: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(data_dir.join(DAEMON_FILE)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// The URL of its REST interface.
    pub fn url(&self) -> String {
        format!("http://{}", self.http)
    }
}

/// The data folder when none is named: `$XDG_DATA_HOME/tfo`, else `~/.local/share/tfo`, else `./tfo-data`.
pub fn default_data_dir() -> PathBuf {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_DATA_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".local/share")))
        .map_or_else(|| PathBuf::from("tfo-data"), |share| share.join("tfo"))
}
