//! `daemon.json` in the data folder: where a client on this machine finds the daemon.
//!
//! Only the holder of the folder's lock writes or removes it, so it never names a daemon that came second.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// Where a daemon listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Addresses {
    /// REST and OTLP/HTTP.
    pub http: SocketAddr,
    /// OTLP/gRPC.
    pub otlp_grpc: SocketAddr,
    /// OTLP/HTTP.
    pub otlp_http: SocketAddr,
}

#[derive(Serialize)]
struct Content {
    pid: u32,
    #[serde(flatten)]
    addresses: Addresses,
}

/// The file, removed by [`DaemonFile::remove`]; a daemon that is killed leaves it behind.
#[derive(Debug)]
pub(crate) struct DaemonFile(PathBuf);

impl DaemonFile {
    /// Writes the file in one step: a reader sees the old one or the new one, whole.
    pub(crate) fn write(data_dir: &Path, addresses: Addresses) -> io::Result<Self> {
        let path = data_dir.join("daemon.json");
        let draft = data_dir.join("daemon.json.new");
        let mut text = serde_json::to_string(&Content { pid: std::process::id(), addresses })?;
        text.push('\n');
        fs::write(&draft, text)?;
        fs::rename(&draft, &path)?;
        Ok(Self(path))
    }

    /// Removes it.
    pub(crate) fn remove(&self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::warn!(path = %self.0.display(), %error, "daemon.json could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_names_the_process_and_its_addresses() {
        let folder = tempfile::tempdir().unwrap();
        let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let addresses = Addresses { http: address(1), otlp_grpc: address(2), otlp_http: address(3) };
        let file = DaemonFile::write(folder.path(), addresses).unwrap();
        let text = fs::read_to_string(folder.path().join("daemon.json")).unwrap();
        let expected = format!(
            r#"{{"pid":{},"http":"127.0.0.1:1","otlpGrpc":"127.0.0.1:2","otlpHttp":"127.0.0.1:3"}}"#,
            std::process::id()
        );
        assert_eq!(text.trim_end(), expected);
        file.remove();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
