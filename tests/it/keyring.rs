//! The keys of secrets in the keyring of the system: a Secret Service of this test alone, on a bus of its own.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tfo_tests::daemon::tfo_binary;
use tfo_tests::rest::eventually;
use tfo_tests::seed::{is_complete, skip};
use tfo_tests::{Daemon, Setup};

use crate::tenants::files_below;

/// A bus on which nothing is started for whoever asks.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=SOCKET</listen>
  <policy context="default"><allow send_destination="*"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"#;

const KEY: &str = "apiVersion: tfo/v1
kind: ApiKey
metadata: {name: ci, tenant: default/default/default/default}
spec: {scopes: [], secret: \"tfs_SECRET\"}
";

/// A process that ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A bus and an unlocked keyring on it.
struct Keyring {
    address: String,
    _processes: [Process; 2],
}

impl Keyring {
    async fn start(folder: &Path) -> Self {
        let socket = folder.join("bus");
        let config = folder.join("bus.conf");
        std::fs::write(&config, BUS.replace("SOCKET", socket.to_str().unwrap())).unwrap();
        let address = format!("unix:path={}", socket.display());
        let mut bus = Command::new("dbus-daemon");
        bus.arg("--config-file").arg(&config).args(["--nofork", "--nopidfile"]);
        let bus = Process(bus.spawn().unwrap());
        eventually("the bus", || async { Ok(socket.exists().then_some(())) }).await.unwrap();
        let mut service = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--components=secrets", "--unlock", "--control-directory"])
            .arg(folder.join("control"))
            .env("DBUS_SESSION_BUS_ADDRESS", &address)
            .env("HOME", folder)
            .env("XDG_DATA_HOME", folder.join("share"))
            .env("XDG_RUNTIME_DIR", folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Its password; the end of it unlocks.
        service.stdin.take().unwrap().write_all(b"open sesame").unwrap();
        let service = Process(service);
        eventually("the keyring", || async {
            let asked = Command::new("dbus-send")
                .args(["--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/"])
                .args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"])
                .env("DBUS_SESSION_BUS_ADDRESS", &address)
                .output()?;
            Ok(String::from_utf8_lossy(&asked.stdout).contains("true").then_some(()))
        })
        .await
        .unwrap();
        Self { address, _processes: [service, bus] }
    }
}

fn is_here(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).exists()))
}

/// Writes a key with this secret into a file.
fn key(folder: &Path, secret: char) -> PathBuf {
    let path = folder.join(format!("key-{secret}.yaml"));
    std::fs::write(&path, KEY.replace("SECRET", &secret.to_string().repeat(64))).unwrap();
    path
}

fn apply(daemon: &Daemon, file: &Path) -> String {
    let ran = daemon.tfo(&["apply", "--yes", "-f", file.to_str().unwrap()]).unwrap();
    format!("{} {}{}", ran.code, ran.stdout, ran.stderr)
}

#[tokio::test]
async fn keys_stand_in_the_keyring_and_nowhere_else() {
    if !["dbus-daemon", "dbus-send", "gnome-keyring-daemon"].into_iter().all(is_here) {
        assert!(!is_complete(), "tests/run installs gnome-keyring and dbus");
        skip("keyring", "gnome-keyring and dbus are not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let keyring = Keyring::start(folder.path()).await;
    let bare = Setup::new().unwrap().env("TFO_SECRETS_KEYS", "keyring:test");
    let setup = bare.clone().env("DBUS_SESSION_BUS_ADDRESS", &keyring.address);
    let (one, other) = (key(folder.path(), 'a'), key(folder.path(), 'b'));

    let daemon = setup.start().await.unwrap();
    let said = apply(&daemon, &one);
    assert!(said.starts_with("0 ") && said.contains("created"), "{said}");
    let files = files_below(setup.folder());
    assert!(files.len() > 3, "{files:?}");
    assert!(!files.iter().any(|file| file.to_string_lossy().contains("secrets.key")), "{files:?}");
    let exit = daemon.terminate().unwrap();
    assert_eq!(exit.code, Some(0), "{exit:?}");

    let rotated = Command::new(tfo_binary().with_file_name("tfo-daemon"))
        .args(["rotate-secrets", "--data-dir"])
        .arg(setup.data_path())
        .env("TFO_SECRETS_KEYS", "keyring:test")
        .env("DBUS_SESSION_BUS_ADDRESS", &keyring.address)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&rotated.stdout);
    assert!(said.contains("1 secrets are encrypted with key-2 now"), "{rotated:?}");
    assert!(said.contains("first in keyring:test"), "{rotated:?}");

    // The key of fingerprints is the same: what is applied again is no change.
    let daemon = setup.start().await.unwrap();
    let said = apply(&daemon, &one);
    assert!(said.starts_with("0 ") && said.contains("unchanged"), "{said}");
    let exit = daemon.terminate().unwrap();
    assert_eq!(exit.code, Some(0), "{exit:?}");

    // Without a keyring nothing is made up: the change is refused, and the log says why.
    let nowhere = format!("unix:path={}", folder.path().join("nothing").display());
    let daemon = bare.env("DBUS_SESSION_BUS_ADDRESS", &nowhere).start().await.unwrap();
    let said = apply(&daemon, &other);
    assert!(!said.starts_with("0 ") && said.contains("(internal, request "), "{said}");
    let cause = "the keys of secrets in keyring:test: this system has no keyring for this user";
    assert!(daemon.said().contains(cause), "{}", daemon.said());
}
