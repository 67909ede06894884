//! `tfo demo`.

use std::pin::pin;

use clap::Args;
use tfo_sdk::Signal;
use tfo_sdk::resource::Scope;
use tokio::sync::watch;

use crate::bench::{Compression, Endpoint, Protocol};
use crate::connection::Place;
use crate::demo::{DEFAULT_RATE, DEFAULT_SERVICES, Delivery, Demo};
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
    /// The shop, sending there, as this tenant.
    pub(crate) fn at(&self, endpoint: String, tenant: Option<Scope>) -> Demo {
        Demo { endpoint, tenant, rate: self.rate, services: usize::from(self.services) }
    }
}

/// Runs the shop, and says when its telemetry stops arriving and when it arrives again.
pub(crate) async fn run(args: DemoArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let url = match args.endpoint {
        Some(endpoint) => endpoint,
        None => place.receiver(Protocol::Grpc).await?.1,
    };
    let tenant = place.tenant()?;
    let mut endpoint = Endpoint::parse(&url, Protocol::Grpc, Compression::None)?;
    endpoint.name_tenant(tenant.as_ref())?;
    endpoint.probe(&Signal::ALL).await?;
    let of = tenant.as_ref().map(|tenant| format!(" of {tenant}")).unwrap_or_default();
    out.say(&format!("a demo shop sends telemetry{of} to {}; Ctrl-C stops it", endpoint.authority));
    let (delivery, mut changes) = watch::channel(Delivery::default());
    let shop = args.shop.at(format!("http://{}", endpoint.authority), tenant);
    let mut shop = pin!(shop.run(tokio::signal::ctrl_c(), delivery));
    loop {
        tokio::select! {
            ended = &mut shop => return ended.map(|()| Exit::Done),
            Ok(()) = changes.changed() => match changes.borrow_and_update().trouble() {
                Some(reason) => out.warn(&format!("telemetry does not arrive: {reason}; the shop stays open")),
                None => out.say("telemetry arrives again"),
            },
        }
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.01..=10_000.0).contains(&rate) => Ok(rate),
        _ => Err("expected a number from 0.01 to 10000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Format;
    use crate::output::tests::printer;

    #[tokio::test]
    async fn a_shop_whose_telemetry_nobody_takes_does_not_open() {
        // A port that was just free.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = listener.local_addr().unwrap().to_string();
        drop(listener);
        let shop = ShopArgs { rate: DEFAULT_RATE, services: 3 };
        let args = DemoArgs { shop, endpoint: Some(endpoint.clone()) };
        let error = run(args, &Place::default(), &mut printer(Format::Table, None).0).await.unwrap_err();
        let message = format!("{error:#}");
        assert!(
            message.starts_with(&format!("{endpoint} does not take telemetry: cannot connect")),
            "{message}"
        );
    }
}
