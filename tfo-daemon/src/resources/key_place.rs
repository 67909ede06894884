//! Where the keys of secrets are kept: in a file for its owner alone, or in the keyring of the system.
//!
//! Both keep the same text, a key a line. A text is replaced whole or not at all, and is durable then.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use super::secrets::KeyError;
use crate::config::KeyPlace;

/// What entries of the keyring belong to.
const SERVICE: &str = "tfo";
/// How long a keyring may take: one that is locked asks somebody who may not be there.
const PATIENCE: Duration = Duration::from_secs(10);

impl KeyPlace {
    /// The text that is kept; `make` gives one where there is none yet, which is kept from then on.
    ///
    /// # Errors
    /// What is wrong with the file or the keyring, or why there is no new text.
    pub(super) fn read_or_make(
        &self,
        make: impl FnOnce() -> Result<String, KeyError>,
    ) -> Result<String, KeyError> {
        match self {
            Self::File(path) => {
                let text = match fs::read_to_string(path) {
                    Ok(text) => text,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => self.put_file(path, &make()?)?,
                    Err(error) => return Err(self.failed(&error)),
                };
                self.check_owner(path)?;
                Ok(text)
            }
            Self::Keyring(entry) => match self.ask(entry, None)? {
                Some(text) => Ok(text),
                None => {
                    self.ask(entry, Some(make()?))?;
                    self.tell();
                    // Of two daemons that make one at the same time, both go on with what is kept.
                    self.ask(entry, None)?.ok_or_else(|| self.gone())
                }
            },
        }
    }

    /// The text that is kept.
    ///
    /// # Errors
    /// What is wrong with the file or the keyring; there is none.
    pub(super) fn read(&self) -> Result<String, KeyError> {
        match self {
            Self::File(path) => fs::read_to_string(path).map_err(|error| self.failed(&error)),
            Self::Keyring(entry) => self.ask(entry, None)?.ok_or_else(|| self.gone()),
        }
    }

    /// Keeps another text in place of the one that is kept.
    ///
    /// # Errors
    /// What is wrong with the file, its folder, or the keyring: it is as it was then.
    pub(super) fn replace(&self, text: String) -> Result<(), KeyError> {
        match self {
            Self::File(path) => {
                let temporary = write_beside(path, &text).map_err(|error| self.failed(&error))?;
                let renamed = fs::rename(&temporary, path);
                if renamed.is_err() {
                    let _ = fs::remove_file(&temporary);
                }
                renamed.and_then(|()| sync_folder(path)).map_err(|error| self.failed(&error))
            }
            Self::Keyring(entry) => self.ask(entry, Some(text)).map(|_| ()),
        }
    }

    fn failed(&self, cause: &io::Error) -> KeyError {
        KeyError::Place { place: self.to_string(), cause: cause.to_string() }
    }

    fn gone(&self) -> KeyError {
        KeyError::Place { place: self.to_string(), cause: "the entry is gone".into() }
    }

    fn tell(&self) {
        tracing::info!(place = %self, "made the key that secrets are encrypted with; keep a copy of it");
    }

    /// Makes a file that nobody else can read; gives the text that is in it.
    fn put_file(&self, path: &Path, text: &str) -> Result<String, KeyError> {
        let failed = |error: io::Error| self.failed(&error);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        // Whole at once, and one key for all daemons that start now.
        let temporary = write_beside(path, text).map_err(failed)?;
        let linked = fs::hard_link(&temporary, path).and_then(|()| sync_folder(path));
        let _ = fs::remove_file(&temporary);
        match linked {
            Ok(()) => {
                self.tell();
                Ok(text.to_owned())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::read_to_string(path).map_err(failed)
            }
            Err(error) => Err(failed(error)),
        }
    }

    #[cfg(unix)]
    fn check_owner(&self, path: &Path) -> Result<(), KeyError> {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path).map_err(|error| self.failed(&error))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(KeyError::Open { file: path.display().to_string() });
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn check_owner(&self, _: &Path) -> Result<(), KeyError> {
        Ok(())
    }

    /// Puts a text into an entry of the keyring, or gives what is in it.
    fn ask(&self, entry: &str, text: Option<String>) -> Result<Option<String>, KeyError> {
        let (sender, receiver) = mpsc::channel();
        let name = entry.to_owned();
        // On a thread of its own: whoever asks waits so long and no longer.
        std::thread::spawn(move || {
            let answer = keyring::Entry::new(SERVICE, &name).and_then(|entry| match text {
                Some(text) => entry.set_password(&text).map(|()| None),
                None => match entry.get_password() {
                    Ok(text) => Ok(Some(text)),
                    Err(keyring::Error::NoEntry) => Ok(None),
                    Err(error) => Err(error),
                },
            });
            // Nobody waits any more.
            let _ = sender.send(answer.map_err(|error| described(&error)));
        });
        let answer = receiver.recv_timeout(PATIENCE);
        let answer = answer.unwrap_or_else(|_| Err(format!("no answer in {} s", PATIENCE.as_secs())));
        answer.map_err(|cause| KeyError::Place { place: self.to_string(), cause })
    }
}

/// What the keyring said, and where there is none, why.
fn described(error: &keyring::Error) -> String {
    let no_store = matches!(error, keyring::Error::NoDefaultStore);
    match keyring::Entry::store_status() {
        Err(cause) if no_store => format!("this system has no keyring for this user: {cause}"),
        _ => error.to_string(),
    }
}

/// Writes a text that nobody else can read into a new file beside a path, for good; gives its path.
fn write_beside(path: &Path, text: &str) -> io::Result<PathBuf> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}", std::process::id()));
    let temporary = PathBuf::from(temporary);
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = options.open(&temporary).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    match written {
        Ok(()) => Ok(temporary),
        Err(error) => {
            let _ = fs::remove_file(&temporary);
            Err(error)
        }
    }
}

/// Makes a new name of a file durable.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        // Of a name alone, the folder that the process is in.
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => return Ok(()),
    };
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_alone_is_made_durable_in_this_folder() {
        for path in ["tfo-secrets.key", "./tfo-secrets.key", "/tfo-secrets.key"] {
            assert!(sync_folder(Path::new(path)).is_ok(), "{path}");
        }
        assert!(sync_folder(Path::new("nowhere/tfo-secrets.key")).is_err());
    }
}
