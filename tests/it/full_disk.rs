//! A full disk: 503 with a hint, nothing acknowledged is lost, and it goes on by itself when there is room.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;
use tfo_sdk::Signal;
use tfo_tests::load::{Ledger, Load};
use tfo_tests::rest::eventually;
use tfo_tests::{Daemon, Encoding, Setup, seed};
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

/// Someone else fills the disk, the reserve and all but a little; gives the file to remove.
fn fill(disk: &SmallDisk, left: u64) -> PathBuf {
    let ballast = disk.path().join("ballast");
    // Until there is no more room: the daemon's own files come and go meanwhile.
    let room = rustix::fs::statvfs(disk.path()).unwrap();
    let bytes = (room.f_bavail * room.f_frsize).saturating_sub(left);
    let mut file = std::fs::File::create(&ballast).unwrap();
    let mut written = 0;
    while written < bytes && std::io::Write::write_all(&mut file, &[1; 4096]).is_ok() {
        written += 4096;
    }
    ballast
}

/// The disk fills, and is free again later.
async fn fill_and_free(disk: &SmallDisk, daemon: &Daemon, ledger: &Ledger, left: u64) {
    let sender = daemon.sender();
    let ballast = fill(disk, left);
    let send = async |encoding| {
        let batch = ledger.open(Signal::Logs);
        let reply = sender.post_request(encoding, &tfo_tests::load::logs(batch)).await?;
        if reply.status == 200 {
            ledger.acknowledge(Signal::Logs, batch);
        }
        anyhow::Ok(reply)
    };
    let refused = eventually("a refusal", async || {
        let reply = send(Encoding::Json).await?;
        Ok((reply.status != 200).then_some(reply))
    })
    .await
    .unwrap();
    assert_eq!(refused.status, 503);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    let body = refused.json();
    assert_eq!(body["code"], 14);
    assert!(body["details"][0]["retryDelay"].as_str().unwrap().ends_with('s'), "{body}");
    let batch = tfo_tests::load::logs(ledger.open(Signal::Logs));
    let status = sender.grpc_request(&batch).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    let info = tonic_types::StatusExt::get_details_retry_info(&status).expect("RetryInfo");
    assert!(info.retry_delay.is_some_and(|delay| !delay.is_zero()));
    // Reading goes on, and all that was acknowledged is there.
    assert_eq!(daemon.rest().answer("/api/v2/logs", &[]).await.unwrap().status, 200);
    ledger.check_counts(&daemon.rest()).await.unwrap();

    std::fs::remove_file(&ballast).unwrap();
    eventually("room", async || Ok((send(Encoding::Protobuf).await?.status == 200).then_some(())))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_for_a_while_and_loses_nothing() {
    let disk = match SmallDisk::mount("16m") {
        Ok(disk) => disk,
        Err(reason) => return seed::skip("full_disk", &reason),
    };
    let setup = Setup::new()
        .unwrap()
        .data_dir(disk.path().join("data"))
        .env("TFO_STORE_RESERVE_BYTES", "4MiB")
        .env("TFO_STORE_MEMTABLE_BYTES", "1MiB")
        .env("TFO_STORE_WAL_BYTES", "1MiB")
        .env("TFO_STORE_SEGMENT_BYTES", "256KiB");
    let daemon = setup.start().await.unwrap();
    let sender = daemon.sender();
    let ledger = Arc::new(Ledger::default());
    Load::start(&sender, &ledger, 20).end().await;
    let before = ledger.acknowledged();
    assert!(before > 0);

    let times = if seed::is_long() { 20 } else { 2 };
    for time in 0..times {
        // All signals over all protocols meanwhile, and every second time to the last byte.
        let load = Load::start(&sender, &ledger, 30);
        fill_and_free(&disk, &daemon, &ledger, if time % 2 == 0 { 1 << 20 } else { 0 }).await;
        load.end().await;
    }
    Load::start(&sender, &ledger, 20).end().await;
    let acknowledged = ledger.acknowledged();
    seed::note(&format!("full_disk: filled {times} times, {acknowledged} records acknowledged"));
    assert!(acknowledged > before);
    let said = daemon.said();
    let ended = said.lines().filter(|line| line.contains("requests are acknowledged again")).count();
    assert!(ended >= times, "the log tells of {ended} ends: {said}");
    assert_eq!(daemon.terminate().unwrap().code, Some(0));
    let mut daemon = setup.start().await.unwrap();
    ledger.check_pages(&daemon.rest()).await.unwrap();

    // Killed and started where there is no room at all: all can be read, and it goes on when there is room.
    Load::start(&daemon.sender(), &ledger, 5).end().await;
    let ballast = fill(&disk, 0);
    daemon.kill().unwrap();
    let daemon = setup.start().await.unwrap();
    ledger.check_counts(&daemon.rest()).await.unwrap();
    std::fs::remove_file(&ballast).unwrap();
    let before = ledger.acknowledged();
    eventually("room", async || {
        Load::start(&daemon.sender(), &ledger, 1).end().await;
        Ok((ledger.acknowledged() > before).then_some(()))
    })
    .await
    .unwrap();
    ledger.check_pages(&daemon.rest()).await.unwrap();
    drop(daemon);
}
