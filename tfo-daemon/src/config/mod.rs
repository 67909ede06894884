//! The configuration: flag before environment before file before default; immutable once read.
//!
//! This is the only module that reads the environment. Every mistake is reported at once, with the place that it
//! was made in. A section is declared once (`section`): the struct, the names, the defaults and what the
//! documentation says come from there.

mod database;
mod file;
mod ingest;
mod listen;
mod log;
mod memory;
mod page;
mod query;
mod section;
mod source;
mod store;
mod unit;

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;

use tfo_sdk::resource::Name;

pub use database::DatabaseConfig;
pub use ingest::IngestConfig;
pub use listen::ListenConfig;
pub use log::{LogConfig, LogFormat};
pub use query::QueryConfig;
pub use store::StoreConfig;

use file::File;
use source::{Declared, Effective, Source};

/// Everything that a daemon can be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The folder of all data; made if it is missing.
    pub data_dir: PathBuf,
    /// The regions that this daemon serves; empty for all.
    pub regions: Vec<Name>,
    /// Where the keys are that secrets are encrypted with; made when the first secret comes.
    pub secrets_keys: KeyPlace,
    /// Whether the daemon records its own logs and metrics in its own store.
    pub self_telemetry: bool,
    /// Addresses.
    pub listen: ListenConfig,
    /// Limits of ingest.
    pub ingest: IngestConfig,
    /// How telemetry is kept.
    pub store: StoreConfig,
    /// Limits of queries.
    pub query: QueryConfig,
    /// The metadata database.
    pub database: DatabaseConfig,
    /// The daemon's own log.
    pub log: LogConfig,
    /// False when `NO_COLOR` is set. Colours stand in a log for people on a terminal only.
    pub colour: bool,
}

/// What was said on the command line: `None` leaves a setting to the environment, the file, or its default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--config`, `TFO_CONFIG`: the file to read.
    pub config: Option<PathBuf>,
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--listen`: `listen.http`.
    pub listen: Option<String>,
    /// `--otlp-grpc`: `listen.otlp_grpc`.
    pub otlp_grpc: Option<String>,
    /// `--otlp-http`: `listen.otlp_http`.
    pub otlp_http: Option<String>,
    /// `--log-level`: `log.level`.
    pub log_level: Option<String>,
    /// `--log-format`: `log.format`.
    pub log_format: Option<String>,
}

/// The flags, each with its setting.
const FLAGS: [(&str, &str); 6] = [
    ("data_dir", "--data-dir"),
    ("listen.http", "--listen"),
    ("listen.otlp_grpc", "--otlp-grpc"),
    ("listen.otlp_http", "--otlp-http"),
    ("log.level", "--log-level"),
    ("log.format", "--log-format"),
];

impl Overrides {
    /// What was said, by the key of its setting.
    fn by_key(&self) -> HashMap<&'static str, (&'static str, String)> {
        let data_dir = self.data_dir.as_ref().map(|path| path.to_string_lossy().into_owned());
        let [listen, otlp_grpc, otlp_http, log_level, log_format] =
            [&self.listen, &self.otlp_grpc, &self.otlp_http, &self.log_level, &self.log_format]
                .map(Clone::clone);
        let values = [data_dir, listen, otlp_grpc, otlp_http, log_level, log_format];
        FLAGS.into_iter().zip(values).filter_map(|((key, flag), value)| Some((key, (flag, value?)))).collect()
    }
}

/// Every mistake in a configuration, a line each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors(pub Vec<String>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is not valid")?;
        self.0.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

/// Where variables come from: the process, or a test's list.
pub trait Environment {
    /// The value of a variable; one that is not UTF-8 reads as its lossy form.
    fn get(&self, name: &str) -> Option<String>;
}

/// The environment of this process.
#[derive(Debug, Clone, Copy)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn get(&self, name: &str) -> Option<String> {
        std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
    }
}

impl Config {
    /// Reads the configuration of this process.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn load(overrides: &Overrides) -> Result<Self, ConfigErrors> {
        Self::load_from(overrides, &ProcessEnvironment)
    }

    /// Reads the configuration from these flags and this environment.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn load_from(overrides: &Overrides, environment: &dyn Environment) -> Result<Self, ConfigErrors> {
        Self::effective(overrides, environment).map(|(config, _)| config)
    }

    /// The configuration, and each setting with where it comes from.
    fn effective(
        overrides: &Overrides,
        environment: &dyn Environment,
    ) -> Result<(Self, Vec<Effective>), ConfigErrors> {
        let named = overrides.config.clone().or_else(|| environment.get("TFO_CONFIG").map(PathBuf::from));
        let file = named.as_deref().map_or_else(|| Ok(File::default()), File::read).map_err(ConfigErrors)?;
        let mut source = Source::new(overrides.by_key(), environment, file);
        let config = Self::read(&mut source);
        Ok((config, source.finish()?))
    }

    fn read(source: &mut Source<'_>) -> Self {
        let default = default_data_dir(source.environment());
        let keys = KeyPlace::File(default_key_file(source.environment()));
        let no_color = source.environment().get("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            data_dir: source.read(DATA_DIR, default, &unit::Path(DEFAULT_DATA_DIR)),
            regions: source.read(REGIONS, Vec::new(), &unit::Names),
            secrets_keys: source.read(SECRETS_KEYS, keys, &unit::Keys(DEFAULT_KEYS)),
            self_telemetry: source.read(SELF_TELEMETRY, false, &unit::Switch),
            listen: ListenConfig::read(source),
            ingest: IngestConfig::read(source).check(source),
            store: StoreConfig::read(source),
            query: QueryConfig::read(source),
            database: DatabaseConfig::read(source),
            log: LogConfig::read(source),
            colour: !no_color,
        }
    }
}

const DATA_DIR: Declared = Declared {
    key: "data_dir",
    about: "The folder of all data; made if it is missing. One daemon at a time holds it.",
};
const DEFAULT_DATA_DIR: &str = "`tfo` in `$XDG_DATA_HOME`, else in `~/.local/share`, else `./tfo-data`";
const REGIONS: Declared = Declared {
    key: "regions",
    about: "The regions whose tenants this daemon serves, as `eu, us`; requests for tenants of others are answered with 421, \
            and who serves them erases them. All regions where none is named.",
};
const SECRETS_KEYS: Declared = Declared {
    key: "secrets_keys",
    about: "Where the keys are that secrets in the metadata database are encrypted with: a file, made for its owner alone \
            when the first secret comes, or an entry of the system's keyring (Secret Service, macOS Keychain, Windows \
            Credential Manager). Keep a copy: without them those secrets cannot be read. All daemons of one database have \
            the same.",
};
const DEFAULT_KEYS: &str =
    "`tfo/secrets.key` in `$XDG_CONFIG_HOME`, else in `~/.config`, else `./tfo-secrets.key`";
const SELF_TELEMETRY: Declared = Declared {
    key: "self_telemetry",
    about: "Whether the daemon records its own logs and metrics in its own store, as the service `tfo-daemon`.",
};

/// Where the keys of secrets are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPlace {
    /// In this file.
    File(PathBuf),
    /// In this entry of the system's keyring.
    Keyring(String),
}

impl KeyPlace {
    /// What an entry of the keyring is written with.
    const KEYRING: &str = "keyring:";
}

impl fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Keyring(entry) => write!(f, "{}{entry}", Self::KEYRING),
        }
    }
}

/// The data folder where none is named: the same that clients look in (`tfo_sdk::client::default_data_dir`), out
/// of the environment that this configuration is read from.
fn default_data_dir(environment: &dyn Environment) -> PathBuf {
    let absolute = |name: &str| environment.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_DATA_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
        .map_or_else(|| PathBuf::from("tfo-data"), |share| share.join("tfo"))
}

/// The key file where none is named: not in the data folder, so that a copy of that has no key in it.
fn default_key_file(environment: &dyn Environment) -> PathBuf {
    let absolute = |name: &str| environment.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_CONFIG_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".config")))
        .map_or_else(|| PathBuf::from("tfo-secrets.key"), |folder| folder.join("tfo/secrets.key"))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::path::Path;

    use super::*;

    impl<const N: usize> Environment for [(&str, &str); N] {
        fn get(&self, name: &str) -> Option<String> {
            self.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        }
    }

    fn with_file(text: &str) -> (tempfile::NamedTempFile, Overrides) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let overrides = Overrides { config: Some(file.path().to_owned()), ..Overrides::default() };
        (file, overrides)
    }

    #[test]
    fn without_anything_the_defaults_stand() {
        let config = Config::load_from(&Overrides::default(), &[("HOME", "/home/me")]).unwrap();
        assert_eq!(config.data_dir, Path::new("/home/me/.local/share/tfo"));
        assert_eq!(config.listen.http.to_string(), "127.0.0.1:3100");
        assert_eq!(config.listen.otlp_grpc.to_string(), "127.0.0.1:4317");
        assert_eq!(config.listen.otlp_http.to_string(), "127.0.0.1:4318");
        assert_eq!(config.ingest.max_request_bytes, 64 << 20);
        assert_eq!(config.store.retention_days, 30);
        assert_eq!(config.store.reserve_bytes, None);
        assert_eq!(config.query.sql_rows, 10_000);
        let folder = Config::load_from(&Overrides::default(), &[("HOME", "/h"), ("XDG_DATA_HOME", "/x")]);
        assert_eq!(folder.unwrap().data_dir, Path::new("/x/tfo"));
    }

    #[test]
    fn the_keys_of_secrets_are_in_a_file_or_in_the_keyring() {
        let read = |value: &str| {
            Config::load_from(&Overrides::default(), &[("TFO_SECRETS_KEYS", value)])
                .map(|config| config.secrets_keys)
        };
        assert_eq!(read("/etc/tfo/keys").unwrap(), KeyPlace::File("/etc/tfo/keys".into()));
        assert_eq!(read("keyring:production").unwrap(), KeyPlace::Keyring("production".into()));
        assert!(read("keyring:").unwrap_err().to_string().contains("keyring:production"));
        let shown = Config::load_from(&Overrides::default(), &[("HOME", "/home/me")]).unwrap().secrets_keys;
        assert_eq!(shown.to_string(), "/home/me/.config/tfo/secrets.key");
    }

    #[test]
    fn a_flag_wins_over_the_environment_and_that_over_the_file() {
        let (_file, mut overrides) = with_file(
            "data_dir = \"/file\"\n[listen]\nhttp = \"127.0.0.1:1\"\notlp_grpc = \"127.0.0.1:1\"\notlp_http = \"127.0.0.1:1\"\n",
        );
        overrides.listen = Some("127.0.0.1:3".into());
        let environment = [("TFO_LISTEN_HTTP", "127.0.0.1:2"), ("TFO_LISTEN_OTLP_GRPC", "localhost:2")];
        let config = Config::load_from(&overrides, &environment).unwrap();
        assert_eq!(config.listen.http.port(), 3);
        assert_eq!(config.listen.otlp_grpc.port(), 2);
        assert_eq!(config.listen.otlp_http.port(), 1);
        assert_eq!(config.data_dir, Path::new("/file"));
    }

    #[test]
    fn every_mistake_is_reported_at_once_with_its_place() {
        let (file, overrides) = with_file(
            "[listen]\nhttp = \"0.0.0.0:3100\"\n\n[store]\nretention_day = 5\nflush_after = 5\n[ingst]\nx = 1\n",
        );
        let environment = [("HOME", "/h"), ("TFO_INGEST_MEMORY_BYTES", "lots"), ("TFO_QUERY_SQL_ROWS", "0")];
        let ConfigErrors(errors) = Config::load_from(&overrides, &environment).unwrap_err();
        let name = file.path().display().to_string();
        let text = errors.join("\n");
        for expected in [
            format!("{name}:2:8: listen.http: 0.0.0.0:3100 is not a loopback address"),
            format!(
                "{name}:5:1: unknown setting \"store.retention_day\"; did you mean \"store.retention_days\"?"
            ),
            format!("{name}:6:15: store.flush_after: expected a duration"),
            format!("{name}:8:1: unknown setting \"ingst.x\""),
            "TFO_INGEST_MEMORY_BYTES: expected a size like 64MiB".to_owned(),
            "TFO_QUERY_SQL_ROWS: ".to_owned(),
        ] {
            assert!(text.contains(&expected), "{expected}\nin\n{text}");
        }
        assert_eq!(errors.len(), 6, "{text}");
    }

    #[test]
    fn a_broken_file_says_where() {
        let (file, overrides) = with_file("data_dir = \n");
        let error = Config::load_from(&overrides, &[("HOME", "/h")]).unwrap_err().to_string();
        assert!(error.contains(&format!("{}:1:12: ", file.path().display())), "{error}");
        let overrides = Overrides { config: Some("/nowhere/tfo.toml".into()), ..Overrides::default() };
        let error = Config::load_from(&overrides, &[("HOME", "/h")]).unwrap_err().to_string();
        assert!(error.contains("/nowhere/tfo.toml: "), "{error}");
    }

    #[test]
    fn other_addresses_than_loopback_are_refused_with_the_reason() {
        for address in ["0.0.0.0:3100", "[::]:3100", "192.168.1.5:0"] {
            let error =
                Config::load_from(&Overrides::default(), &[("HOME", "/h"), ("TFO_LISTEN_HTTP", address)]);
            let error = error.unwrap_err().to_string();
            assert!(error.contains("could read and write everything"), "{error}");
            assert!(error.contains("ssh -L"), "{error}");
        }
        for address in ["127.0.0.1:0", "[::1]:3100", "localhost:5", "127.3.2.1:9"] {
            let config =
                Config::load_from(&Overrides::default(), &[("HOME", "/h"), ("TFO_LISTEN_HTTP", address)]);
            assert!(config.is_ok(), "{address}");
        }
    }

    #[test]
    fn a_budget_that_no_largest_request_fits_in_is_refused() {
        let environment = [("TFO_INGEST_MAX_REQUEST_BYTES", "64MiB"), ("TFO_INGEST_MEMORY_BYTES", "128MiB")];
        let error = Config::load_from(&Overrides::default(), &environment).unwrap_err().to_string();
        assert!(error.contains("ingest.memory_bytes"), "{error}");
    }
}
