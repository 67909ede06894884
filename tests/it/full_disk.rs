//! A full disk: 503 with a hint, nothing acknowledged is lost, and it goes on by itself when there is room.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;
use tfo_sdk::Signal;
use tfo_tests::load::{Ledger, Load};
use tfo_tests::rest::eventually;
use tfo_tests::{Encoding, Setup, seed};
use tonic::Code;

/// A small disk of its own, which only root can make.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount(size: &str) -> Result<Self, String> {
        let folder = TempDir::with_prefix("tfo-disk-").map_err(|error| error.to_string())?;
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size},mode=0700"), "tfo-test"])
            .arg(folder.path())
            .output()
            .map_err(|error| format!("mount: {error}"))?;
        if mount.status.success() {
            return Ok(Self(folder));
        }
        Err(format!("no tmpfs: {}", String::from_utf8_lossy(&mount.stderr).trim()))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_for_a_while_and_loses_nothing() {
    let disk = match SmallDisk::mount("64m") {
        Ok(disk) => disk,
        Err(reason) => return seed::skip("full_disk", &reason),
    };
    let setup = Setup::new()
        .unwrap()
        .data_dir(disk.path().join("data"))
        .env("TFO_STORE_RESERVE_BYTES", "8MiB")
        .env("TFO_STORE_MEMTABLE_BYTES", "1MiB")
        .env("TFO_STORE_WAL_BYTES", "4MiB")
        .env("TFO_STORE_SEGMENT_BYTES", "1MiB");
    let daemon = setup.start().await.unwrap();
    let sender = daemon.sender();
    let ledger = Arc::new(Ledger::default());
    Load::start(&sender, &ledger, 20).end().await;
    let before = ledger.acknowledged();
    assert!(before > 0);

    // Someone else fills the disk, reserve and all but a little.
    let ballast = disk.path().join("ballast");
    let free = rustix::fs::statvfs(disk.path()).unwrap();
    let bytes = (free.f_bavail * free.f_frsize).saturating_sub(2 << 20);
    std::fs::write(&ballast, vec![1; usize::try_from(bytes).unwrap()]).unwrap();

    // Batches of which the ledger knows nothing: they may be kept or not, but only whole and once.
    let batch = || tfo_tests::load::logs(ledger.open(Signal::Logs));
    let refused = eventually("a refusal", || async {
        let reply = sender.post_request(Encoding::Json, &batch()).await?;
        Ok((reply.status != 200).then_some(reply))
    })
    .await
    .unwrap();
    assert_eq!(refused.status, 503);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    let body = refused.json();
    assert_eq!(body["code"], 14);
    assert!(body["details"][0]["retryDelay"].as_str().unwrap().ends_with('s'), "{body}");
    let status = sender.grpc_request(&batch()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    let info = tonic_types::StatusExt::get_details_retry_info(&status).expect("RetryInfo");
    assert!(info.retry_delay.is_some_and(|delay| !delay.is_zero()));
    // Reading goes on.
    assert_eq!(daemon.rest().answer("/api/v2/logs", &[]).await.unwrap().status, 200);

    std::fs::remove_file(&ballast).unwrap();
    eventually("room", || async {
        let reply = sender.post_request(Encoding::Protobuf, &batch()).await?;
        Ok((reply.status == 200).then_some(()))
    })
    .await
    .unwrap();
    Load::start(&sender, &ledger, 20).end().await;
    assert!(ledger.acknowledged() > before);
    assert_eq!(daemon.terminate().unwrap().code, Some(0));
    let daemon = setup.start().await.unwrap();
    ledger.check_pages(&daemon.rest()).await.unwrap();
    drop(daemon);
}
