//! `tfo demo`.

use clap::Args;

use crate::connection::Place;
use crate::demo::{DEFAULT_RATE, DEFAULT_SERVICES, Demo};
use crate::exit::Exit;
use crate::output::Printer;

/// Send the telemetry of a demo shop over OTLP/gRPC, until Ctrl-C
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo demo                        to the daemon of this machine
  tfo demo --rate 100 --services 40
  tfo demo --endpoint http://127.0.0.1:4317")]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    shop: ShopArgs,
    /// Where OTLP/gRPC is taken [default: the daemon that other commands ask]
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
}

/// The shop.
#[derive(Debug, Clone, Args)]
pub(crate) struct ShopArgs {
    /// Visits of customers a second; each is a trace
    #[arg(long, value_name = "R", default_value_t = DEFAULT_RATE, value_parser = rate)]
    rate: f64,
    /// Number of services
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SERVICES as u16, value_parser = clap::value_parser!(u16).range(3..=500))]
    services: u16,
}

impl ShopArgs {
    /// The shop, sending there.
    pub(crate) fn at(&self, endpoint: String) -> Demo {
        Demo { endpoint, rate: self.rate, services: usize::from(self.services) }
    }
}

/// Runs the shop.
pub(crate) async fn run(args: DemoArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let endpoint = match args.endpoint {
        Some(endpoint) => endpoint,
        None => place.otlp_endpoint()?,
    };
    out.say(&format!("a demo shop sends telemetry to {endpoint}; Ctrl-C stops it"));
    args.shop.at(endpoint).run(tokio::signal::ctrl_c()).await?;
    Ok(Exit::Done)
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.01..=10_000.0).contains(&rate) => Ok(rate),
        _ => Err("expected a number from 0.01 to 10000".to_owned()),
    }
}
