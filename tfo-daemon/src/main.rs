//! `tfo-daemon`: the daemon alone, for machines. People use `tfo up`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use tfo_daemon::config::ProcessEnvironment;
use tfo_daemon::{Config, Overrides, StartError};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "\
tfo-daemon: takes OpenTelemetry's logs, traces and metrics, and answers queries over REST

Usage: tfo-daemon [OPTIONS]                           run until SIGTERM or SIGINT
       tfo-daemon config check [OPTIONS]              tell every mistake in the configuration
       tfo-daemon config print [--defaults] [OPTIONS] tell what stands, and where it comes from

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
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| StartError::Other(format!("threads: {error}")))?;
    runtime.block_on(tfo_daemon::run(config))
}

enum Command {
    Run(Overrides),
    Check(Overrides),
    Print(Overrides),
    PrintDefaults,
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
        match (words.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), defaults) {
            ([], false) => Ok(Self::Run(overrides)),
            (["config", "check"], false) => Ok(Self::Check(overrides)),
            (["config", "print"], false) => Ok(Self::Print(overrides)),
            (["config", "print"], true) => Ok(Self::PrintDefaults),
            (["config"], _) => Err("config needs to know what to do: check or print".into()),
            (words, false) => Err(format!("unknown command {:?}", words.join(" "))),
            (_, true) => Err("--defaults belongs to config print".into()),
        }
    }
}
