//! `tfo up`: the daemon in this process.

use std::time::Duration;

use tfo_daemon::config::LogFormat;
use tfo_daemon::{Addresses, Config, Daemon, Overrides, platform::telemetry};
use tfo_sdk::client::default_data_dir;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::demo::ShopArgs;
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::Printer;

/// Start the daemon: take OpenTelemetry's data, keep it, answer the other commands
#[derive(Debug, clap::Args)]
#[command(before_long_help = "\
Examples:
  tfo up                          on 127.0.0.1, ports 3100 (REST), 4317 (OTLP/gRPC), 4318 (OTLP/HTTP)
  tfo up --demo                   with a shop that sends telemetry
  tfo up --data-dir ./telemetry --listen 127.0.0.1:0 --otlp-grpc 127.0.0.1:0 --otlp-http 127.0.0.1:0")]
pub(crate) struct UpArgs {
    /// Run a demo shop inside, which sends its telemetry to this daemon
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    shop: ShopArgs,
    /// Address of REST and OTLP/HTTP; port 0 is any free one [default: 127.0.0.1:3100]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Address of OTLP/gRPC [default: 127.0.0.1:4317]
    #[arg(long, value_name = "ADDR")]
    otlp_grpc: Option<String>,
    /// Address of OTLP/HTTP [default: 127.0.0.1:4318]
    #[arg(long, value_name = "ADDR")]
    otlp_http: Option<String>,
    /// Configuration file (TOML) [env: TFO_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
    /// What the daemon says about itself: error, warn, info, debug, trace [env: TFO_LOG_LEVEL]
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<String>,
    /// text or json [default: text] [env: TFO_LOG_FORMAT]
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
}

/// How long the demo may take to send what it still has when all stops.
const DEMO_GRACE: Duration = Duration::from_secs(2);

/// Runs the daemon until SIGINT or SIGTERM.
pub(crate) async fn run(args: UpArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let config = Config::load(&Overrides {
        config: args.config,
        data_dir: place.data_dir.clone(),
        listen: args.listen,
        otlp_grpc: args.otlp_grpc,
        otlp_http: args.otlp_http,
        log_level: args.log_level,
        log_format: args.log_format,
    })?;
    let own_log = telemetry::init(&config);
    // Caught from here on, so that none is lost between two waits.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut stop = async move || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    let for_people = config.log.format == LogFormat::Text;
    // Another folder than the default must be named to be found.
    let is_default_folder = config.data_dir == default_data_dir();
    let data_dir = config.data_dir.display().to_string();
    let retention = config.store.retention_days;
    let mut running = Daemon::start(config).await?;
    running.record(own_log);
    let addresses = running.addresses();
    let ready = tokio::select! {
        ready = running.ready() => Some(ready),
        () = stop() => None,
    };
    let Some(ready) = ready else {
        running.shutdown().await;
        return Ok(Exit::Done);
    };
    if let Err(error) = ready {
        running.shutdown().await;
        return Err(error.into());
    }
    if for_people {
        out.say(&start_page(&addresses, &data_dir, retention, args.demo, is_default_folder));
    }
    let (end_demo, demo_ends) = tokio::sync::oneshot::channel::<()>();
    let demo = args.demo.then(|| {
        let shop = args.shop.at(format!("http://{}", addresses.otlp_grpc), None);
        // Whether it arrives is this very process' business, whose log says what is wrong.
        tokio::spawn(shop.run(demo_ends, watch::Sender::default()))
    });
    stop().await;
    if for_people {
        out.say("stopping");
    }
    let end = async {
        // The shop first, so that its last telemetry still finds a daemon.
        drop(end_demo);
        if let Some(demo) = demo {
            let _ = tokio::time::timeout(DEMO_GRACE, demo).await;
        }
        running.shutdown().await;
    };
    tokio::select! {
        () = end => Ok(Exit::Done),
        // A second signal does not wait: what is not yet in files is in the write-ahead log.
        () = stop() => Ok(Exit::Interrupted),
    }
}

/// Where it listens, what to set in an exporter, and what to try next.
fn start_page(
    addresses: &Addresses,
    data_dir: &str,
    retention_days: u32,
    demo: bool,
    is_default_folder: bool,
) -> String {
    let program = program();
    let tfo = if is_default_folder { program } else { format!("{program} --data-dir {data_dir}") };
    let Addresses { http, otlp_grpc, otlp_http } = addresses;
    let data = if demo { "the demo's telemetry and yours" } else { "telemetry" };
    format!(
        "
tfo {} is up

  REST        http://{http}
  OTLP/gRPC   {otlp_grpc}
  OTLP/HTTP   {otlp_http}
  data        {data_dir} ({data}, kept {retention_days} days)

Set in a program with an OpenTelemetry SDK:

  OTEL_EXPORTER_OTLP_ENDPOINT=http://{otlp_http}  OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
  OTEL_EXPORTER_OTLP_ENDPOINT=http://{otlp_grpc}  OTEL_EXPORTER_OTLP_PROTOCOL=grpc

Look at it from another terminal:

  {tfo} services
  {tfo} logs --follow
  {tfo} traces status:error

Ctrl-C stops it; what was taken in stays.
",
        env!("CARGO_PKG_VERSION")
    )
}

/// This program as a shell finds it again: by its path where it was called by one.
fn program() -> String {
    let name = std::env::args().next().unwrap_or_default();
    if name.contains('/') { name } else { "tfo".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_page_says_where_and_what_to_set() {
        let address = |port| std::net::SocketAddr::from(([127, 0, 0, 1], port));
        let addresses = Addresses { http: address(3100), otlp_grpc: address(4317), otlp_http: address(4318) };
        let page = start_page(&addresses, "/data/tfo", 30, true, false);
        for line in [
            "  REST        http://127.0.0.1:3100\n",
            "  data        /data/tfo (the demo's telemetry and yours, kept 30 days)\n",
            "  OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317  OTEL_EXPORTER_OTLP_PROTOCOL=grpc\n",
            " --data-dir /data/tfo logs --follow\n",
        ] {
            assert!(page.contains(line), "{page}");
        }
    }
}
