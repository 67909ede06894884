//! `tfo demo`: a shop that sends telemetry as a real one would, over OTLP/gRPC with the OpenTelemetry SDK.
//!
//! A *visit* is what a customer does ([`visits`]): a tree of [`step::Step`]s across the services of the
//! [`shop`]. [`play`] turns the tree into spans, logs and measurements of the services' own SDKs
//! ([`telemetry`]), with times that end now. [`weather`] decides what goes wrong meanwhile.
//!
//! Invariants:
//! - the shape of the visits follows from the seed alone; times and ids are those of the moment;
//! - at least one visit in fifty fails, the second of all first; a failed visit has an ERROR log in its trace;
//! - a daemon that goes away is no error: the SDK tries again, then drops, and the shop stays open; whoever runs it
//!   learns of it ([`delivery`]).

mod delivery;
mod play;
mod shop;
mod step;
mod telemetry;
mod visits;
mod weather;

use std::future::Future;
use std::time::Duration;

use anyhow::Context as _;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tfo_sdk::client::TENANT_HEADER;
use tfo_sdk::resource::Scope;
use tokio::sync::watch;
use tokio::time::Instant;
use tonic::metadata::MetadataMap;

pub(crate) use self::delivery::Delivery;
use self::play::Player;
use self::shop::Shop;
use self::telemetry::Outlet;
use self::weather::{Quota, Weather};

/// Visits a second, unless told otherwise.
pub(crate) const DEFAULT_RATE: f64 = 10.0;
/// Services in the shop, unless told otherwise.
pub(crate) const DEFAULT_SERVICES: usize = 12;

/// The same shop every time.
const SEED: u64 = 0x7e1e_f10e;

/// Visits sent at once at the start, so that the first page has something to show.
const OPENING: u32 = 3;

/// How far the pace may fall behind (a laptop that slept, say) before what was missed is let go.
const LARGEST_LAG: Duration = Duration::from_secs(1);

/// The demo shop.
#[derive(Debug, Clone)]
pub(crate) struct Demo {
    /// Where OTLP/gRPC is taken, such as `http://127.0.0.1:4317`.
    pub(crate) endpoint: String,
    /// Whose telemetry it is; the default tenant's, where none is named.
    pub(crate) tenant: Option<Scope>,
    /// Visits (traces) a second.
    pub(crate) rate: f64,
    /// Number of services, from 3 to 500.
    pub(crate) services: usize,
}

impl Demo {
    /// Sends telemetry until `stop` resolves, then sends what is left in the SDK's queues. Whether it arrives is told
    /// by `delivery`.
    ///
    /// Must run on a tokio runtime. Fails only when the endpoint is no address.
    pub(crate) async fn run(
        self,
        stop: impl Future,
        delivery: watch::Sender<Delivery>,
    ) -> anyhow::Result<()> {
        let channel = tonic::transport::Channel::from_shared(self.endpoint.clone())
            .with_context(|| format!("{:?} is no address to send OTLP to", self.endpoint))?
            .timeout(telemetry::TIMEOUT)
            .connect_timeout(telemetry::TIMEOUT)
            .connect_lazy();
        let outlet = Outlet { channel, metadata: self.metadata()?, delivery };
        let mut rng = StdRng::seed_from_u64(SEED);
        let shop = Shop::new(self.services, &mut rng);
        let weather = Weather::from_now();
        let player = Player::new(&shop, &weather, &outlet)?;
        keep_pace(self.rate, stop, |number, quota| {
            let must_fail = quota.must_fail(number);
            let visit = visits::next(&shop, &weather.now(), must_fail, &mut rng);
            quota.record(visit.failed());
            player.play(&visit);
            rng.random_range(0.5..1.5)
        })
        .await;
        // The SDK's shutdown blocks until its queues are sent.
        tokio::task::spawn_blocking(move || player.shutdown()).await.context("the demo could not stop")
    }

    /// What every request says beside its telemetry.
    fn metadata(&self) -> anyhow::Result<MetadataMap> {
        let mut metadata = MetadataMap::new();
        if let Some(tenant) = &self.tenant {
            metadata.insert(TENANT_HEADER, tenant.to_string().parse()?);
        }
        Ok(metadata)
    }
}

/// Calls `visit` at the rate asked for until `stop` resolves; it answers by how much to stretch the next pause.
async fn keep_pace(rate: f64, stop: impl Future, mut visit: impl FnMut(u32, &mut Quota) -> f64) {
    let pause = Duration::from_secs_f64(1.0 / rate.clamp(0.01, 10_000.0));
    let mut quota = Quota::default();
    let mut next = Instant::now();
    let mut stop = std::pin::pin!(stop);
    for number in 0.. {
        tokio::select! {
            biased;
            _ = &mut stop => return,
            () = tokio::time::sleep_until(next) => {}
        }
        let stretch = visit(number, &mut quota);
        if number + 1 >= OPENING {
            next += pause.mul_f64(stretch);
        }
        if next.elapsed() > LARGEST_LAG {
            next = Instant::now();
        }
    }
}
