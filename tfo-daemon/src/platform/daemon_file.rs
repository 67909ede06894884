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
    /// Writes the file in one step: a reader sees none, or the new one, whole. A full disk is no reason not to start, so
    /// where it cannot be written, that is only said.
    pub(crate) fn write(data_dir: &Path, addresses: Addresses) -> Self {
        let file = Self(data_dir.join("daemon.json"));
        // What a daemon that was killed left behind names nobody, and takes the room of the new one.
        file.remove();
        if let Err(error) = file.try_to_write(addresses) {
            tracing::warn!(
                path = %file.0.display(), %error,
                "daemon.json could not be written: clients find this daemon by its address alone (--url)"
            );
        }
        file
    }

    fn try_to_write(&self, addresses: Addresses) -> io::Result<()> {
        let draft = self.0.with_extension("json.new");
        let mut text = serde_json::to_string(&Content { pid: std::process::id(), addresses })?;
        text.push('\n');
        let written = fs::write(&draft, text).and_then(|()| fs::rename(&draft, &self.0));
        if written.is_err() {
            let _ = fs::remove_file(&draft); // half of one, or none
        }
        written
    }

    /// Removes it, if it is there.
    pub(crate) fn remove(&self) {
        match fs::remove_file(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(path = %self.0.display(), %error, "daemon.json could not be removed");
            }
            _ => {}
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
        fs::write(folder.path().join("daemon.json"), "of a daemon that was killed").unwrap();
        let file = DaemonFile::write(folder.path(), addresses);
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
