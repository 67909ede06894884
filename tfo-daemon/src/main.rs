//! `tfo-daemon`: the daemon alone, for machines. People use `tfo up`.

use std::path::PathBuf;
use std::process::ExitCode;

use tfo_daemon::{Config, Overrides, StartError};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "\
tfo-daemon: takes OpenTelemetry's logs, traces and metrics, and answers queries over REST

Usage: tfo-daemon [OPTIONS]

  --config FILE        configuration file (TOML)           [env: TFO_CONFIG]
  --data-dir FOLDER    where all data is kept              [env: TFO_DATA_DIR]
  --listen ADDR        REST and OTLP/HTTP, 127.0.0.1:3100  [env: TFO_LISTEN_HTTP]
  --otlp-grpc ADDR     OTLP/gRPC, 127.0.0.1:4317           [env: TFO_LISTEN_OTLP_GRPC]
  --otlp-http ADDR     OTLP/HTTP, 127.0.0.1:4318           [env: TFO_LISTEN_OTLP_HTTP]
  --log-level LEVEL    error, warn, info, debug or trace   [env: TFO_LOG_LEVEL]
  --log-format FORMAT  text or json                        [env: TFO_LOG_FORMAT]
  --help, --version
";

/// Exit code of a daemon that did not start.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    match Command::parse(std::env::args().skip(1)) {
        Ok(Command::Print(text)) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Ok(Command::Run(overrides)) => match run(&overrides) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error.to_string()),
        },
        Err(message) => fail(&format!("{message}; see tfo-daemon --help")),
    }
}

fn fail(message: &str) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::from(FAILED)
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
    Print(String),
}

impl Command {
    /// Seven flags do not carry a parser's weight: this program stays small, and `tfo` has the good one.
    fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut overrides = Overrides::default();
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let (flag, inline) = match argument.split_once('=') {
                Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            match flag.as_str() {
                "--help" | "-h" => return Ok(Self::Print(USAGE.trim_end().to_owned())),
                "--version" | "-V" => {
                    return Ok(Self::Print(format!("tfo-daemon {}", env!("CARGO_PKG_VERSION"))));
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
        Ok(Self::Run(overrides))
    }
}
