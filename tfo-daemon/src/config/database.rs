//! Where metadata is kept.

use std::path::Path;

use super::section::section;
use super::unit::{Or, Postgres};
use crate::platform::db::{PostgresUrl, Target};

section! {
    /// The metadata database.
    DatabaseConfig in "database" {
        /// A database of PostgreSQL 15 or newer that holds what is configured, and its history. `sslmode=verify-full`
        /// demands TLS and the right name; without a password `PGPASSWORD` and `~/.pgpass` are asked. The password
        /// is never shown.
        url: Option<PostgresUrl> = None, Or(Postgres, "SQLite, in the file `tfo.db` of the data folder");
    }
}

impl DatabaseConfig {
    /// Which database it is.
    pub(crate) fn target(&self, data_dir: &Path) -> Target {
        match &self.url {
            Some(url) => Target::Postgres(url.clone()),
            None => Target::Sqlite(data_dir.join("tfo.db")),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Overrides};

    #[test]
    fn the_password_is_in_nothing_that_is_printed() {
        let url = |url| [("HOME", "/h"), ("TFO_DATABASE_URL", url)];
        let set = url("postgres://tfo:hunter2@db/meta");
        let config = Config::load_from(&Overrides::default(), &set).unwrap();
        let printed = Config::print(&Overrides::default(), &set).unwrap();
        assert!(
            printed.contains("\nurl = \"postgres://tfo:redacted@db/meta\"  # TFO_DATABASE_URL\n"),
            "{printed}"
        );
        assert!(!format!("{printed} {config:?}").contains("hunter2"));
        let wrong = url("postgres://tfo:hunter2@db:port/meta");
        let error = Config::load_from(&Overrides::default(), &wrong).unwrap_err().to_string();
        assert!(error.contains("TFO_DATABASE_URL: expected a URL") && !error.contains("hunter2"), "{error}");
    }
}
