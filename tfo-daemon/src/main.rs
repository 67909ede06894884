//! `tfo-daemon`: the daemon alone, for machines. People use `tfo up`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use tfo_daemon::config::ProcessEnvironment;
use tfo_daemon::{Config, Overrides, StartError};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const USAGE: &str = "\
tfo-daemon: takes OpenTelemetry's logs, traces and metrics, and answers queries over REST

Usage: tfo-daemon [OPTIONS]                           run until SIGTERM or SIGINT
       tfo-daemon config check [OPTIONS]              tell every mistake in the configuration
       tfo-daemon config print [--defaults] [OPTIONS] tell what stands, and where it comes from
       tfo-daemon migrate [--dry-run] [OPTIONS]       bring the metadata database's schema up to date, as a start does
       tfo-daemon rotate-secrets [OPTIONS]            encrypt all secrets with a new key; the daemon is stopped meanwhile

  --config FILE        configuration file (TOML)           [env: TFO_CONFIG]
  --data-dir FOLDER    where all data is kept              [env: TFO_DATA_DIR]
  --listen ADDR        REST and OTLP/HTTP, 127.0.0.1:3100  [env: TFO_LISTEN_HTTP]
  --otlp-grpc ADDR     OTLP/gRPC, 127.0.0.1:4317           [env: TFO_LISTEN_OTLP_GRPC]
  --otlp-http ADDR     OTLP/HTTP, 127.0.0.1:4318           [env: TFO_LISTEN_OTLP_HTTP]
  --log-level LEVEL    error, warn, info, debug or trace   [env: TFO_LOG_LEVEL]
  --log-format FORMAT  text or json                        [env: TFO_LOG_FORMAT]
  --help, --version
";

/// Exit code of a daemon that did not start, and of a configuration that is not valid.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let done = match Command::parse(std::env::args().skip(1)) {
        Ok(command) => command.execute(),
        Err(message) => Err(format!("{message}; see tfo-daemon --help")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(FAILED)
        }
    }
}

fn run(overrides: &Overrides) -> Result<(), StartError> {
    let config = Config::load(overrides)?;
    runtime()?.block_on(tfo_daemon::run(config))
}

/// What was run, or with `dry_run` would be: a line each.
fn migrate(overrides: &Overrides, dry_run: bool) -> Result<String, StartError> {
    let config = Config::load(overrides)?;
    let migrations = runtime()?.block_on(tfo_daemon::migrate(&config, dry_run))?;
    let what = if dry_run { "would run" } else { "ran" };
    let lines: String = migrations.iter().map(|migration| format!("{what} {}\n", migration.name)).collect();
    Ok(if lines.is_empty() { "the schema is up to date\n".to_owned() } else { lines })
}

fn rotate_secrets(overrides: &Overrides) -> Result<String, StartError> {
    let config = Config::load(overrides)?;
    let (key, count) = runtime()?.block_on(tfo_daemon::rotate_secrets(&config))?;
    let place = &config.secrets_keys;
    Ok(format!(
        "{count} secrets are encrypted with {key} now; it stands first in {place}, of which you keep a copy\n"
    ))
}

fn runtime() -> Result<tokio::runtime::Runtime, StartError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| StartError::Other(format!("threads: {error}")))
}

enum Command {
    Run(Overrides),
    Check(Overrides),
    Print(Overrides),
    PrintDefaults,
    Migrate(Overrides, bool),
    RotateSecrets(Overrides),
    Say(String),
}

impl Command {
    fn execute(self) -> Result<(), String> {
        let text = match self {
            Self::Run(overrides) => return run(&overrides).map_err(|error| error.to_string()),
            Self::Check(overrides) => {
                Config::load(&overrides).map_err(|error| error.to_string())?;
                "the configuration is valid\n".to_owned()
            }
            Self::Print(overrides) => {
                Config::print(&overrides, &ProcessEnvironment).map_err(|error| error.to_string())?
            }
            Self::PrintDefaults => Config::print_defaults(),
            Self::Migrate(overrides, dry_run) => {
                migrate(&overrides, dry_run).map_err(|error| error.to_string())?
            }
            Self::RotateSecrets(overrides) => {
                rotate_secrets(&overrides).map_err(|error| error.to_string())?
            }
            Self::Say(text) => text,
        };
        // Whoever reads may have seen enough.
        match std::io::stdout().write_all(text.as_bytes()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("stdout: {error}")),
            _ => Ok(()),
        }
    }

    /// A few words and flags do not carry a parser's weight: this program stays small, and `tfo` has the good one.
    fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut overrides = Overrides::default();
        let mut words: Vec<String> = Vec::new();
        let mut defaults = false;
        let mut dry_run = false;
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            if !argument.starts_with('-') {
                words.push(argument);
                continue;
            }
            let (flag, inline) = match argument.split_once('=') {
                Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            match flag.as_str() {
                "--help" | "-h" => return Ok(Self::Say(USAGE.to_owned())),
                "--version" | "-V" => {
                    return Ok(Self::Say(format!("tfo-daemon {}\n", env!("CARGO_PKG_VERSION"))));
                }
                "--defaults" => {
                    defaults = true;
                    continue;
                }
                "--dry-run" => {
                    dry_run = true;
                    continue;
                }
                _ => {}
            }
            let mut value =
                || inline.clone().or_else(|| arguments.next()).ok_or(format!("{flag} needs a value"));
            match flag.as_str() {
                "--config" => overrides.config = Some(PathBuf::from(value()?)),
                "--data-dir" => overrides.data_dir = Some(PathBuf::from(value()?)),
                "--listen" => overrides.listen = Some(value()?),
                "--otlp-grpc" => overrides.otlp_grpc = Some(value()?),
                "--otlp-http" => overrides.otlp_http = Some(value()?),
                "--log-level" => overrides.log_level = Some(value()?),
                "--log-format" => overrides.log_format = Some(value()?),
                other => return Err(format!("unknown argument {other:?}")),
            }
        }
        match (words.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), defaults, dry_run) {
            ([], false, false) => Ok(Self::Run(overrides)),
            (["config", "check"], false, false) => Ok(Self::Check(overrides)),
            (["config", "print"], false, false) => Ok(Self::Print(overrides)),
            (["config", "print"], true, false) => Ok(Self::PrintDefaults),
            (["config"], ..) => Err("config needs to know what to do: check or print".into()),
            (["migrate"], false, dry_run) => Ok(Self::Migrate(overrides, dry_run)),
            (["rotate-secrets"], false, false) => Ok(Self::RotateSecrets(overrides)),
            (words, false, false) => Err(format!("unknown command {:?}", words.join(" "))),
            (_, true, _) => Err("--defaults belongs to config print".into()),
            (_, _, true) => Err("--dry-run belongs to migrate".into()),
        }
    }
}
