//! Whether what the shop sends arrives: exporters that take down what becomes of their exports.
//!
//! The SDK keeps to itself what it could not send, and a shop whose telemetry arrives nowhere would look as one that is
//! well.

use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::{LogBatch, LogExporter};
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use tokio::sync::watch;
use tokio::time::Instant;

/// How long nothing may have failed before an export that succeeds means that all is well again: longer than the pause
/// between two exports of metrics, so that those alone that are refused are no coming and going.
const CALM: Duration = Duration::from_secs(6);

/// Whether telemetry arrives. Changes seldom, whatever the number of exports.
#[derive(Debug, Default)]
pub(crate) struct Delivery(Option<Trouble>);

#[derive(Debug)]
struct Trouble {
    reason: String,
    last_failure: Instant,
}

impl Delivery {
    /// Why not everything arrives, as far as it does not.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.0.as_ref().map(|trouble| trouble.reason.as_str())
    }

    /// Takes down how an export ended; whether that changes anything.
    fn note(&mut self, result: &OTelSdkResult) -> bool {
        match (result, &mut self.0) {
            (Ok(()), None) | (Err(OTelSdkError::AlreadyShutdown), _) => false,
            (Ok(()), Some(trouble)) if trouble.last_failure.elapsed() < CALM => false,
            (Ok(()), Some(_)) => {
                self.0 = None;
                true
            }
            (Err(_), Some(trouble)) => {
                trouble.last_failure = Instant::now();
                false
            }
            (Err(error), None) => {
                self.0 = Some(Trouble { reason: reason(error), last_failure: Instant::now() });
                true
            }
        }
    }
}

/// What an error says, without the SDK's names of its own parts in front.
fn reason(error: &OTelSdkError) -> String {
    let text = error.to_string();
    text.split_once("gRPC code: ").map_or(text.as_str(), |(_, reason)| reason).to_owned()
}

/// An exporter, and where its results are taken down.
#[derive(Debug)]
pub(super) struct Watched<E> {
    exporter: E,
    delivery: watch::Sender<Delivery>,
}

impl<E> Watched<E> {
    /// Watches this exporter.
    pub(super) fn new(exporter: E, delivery: &watch::Sender<Delivery>) -> Self {
        Self { exporter, delivery: delivery.clone() }
    }

    fn note(&self, result: OTelSdkResult) -> OTelSdkResult {
        self.delivery.send_if_modified(|delivery| delivery.note(&result));
        result
    }
}

impl<E: SpanExporter> SpanExporter for Watched<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.note(self.exporter.export(batch).await)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl<E: LogExporter> LogExporter for Watched<E> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        self.note(self.exporter.export(batch).await)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl<E: PushMetricExporter> PushMetricExporter for Watched<E> {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.note(self.exporter.export(metrics).await)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.exporter.temporality()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed() -> OTelSdkResult {
        let text = "TonicTracesClient export failed with gRPC code: Unavailable: tcp connect error";
        Err(OTelSdkError::InternalFailure(text.to_owned()))
    }

    #[tokio::test(start_paused = true)]
    async fn trouble_is_told_when_it_begins_and_when_it_has_ended() {
        let mut delivery = Delivery::default();
        assert!(!delivery.note(&Ok(())));
        assert!(delivery.note(&failed()));
        assert_eq!(delivery.trouble(), Some("Unavailable: tcp connect error"));
        for _ in 0..10 {
            // Metrics are refused every five seconds, while spans and logs go through.
            tokio::time::advance(Duration::from_secs(5)).await;
            assert!(!delivery.note(&Ok(())));
            assert!(!delivery.note(&failed()));
        }
        tokio::time::advance(CALM).await;
        assert!(delivery.note(&Ok(())));
        assert_eq!(delivery.trouble(), None);
        assert!(!delivery.note(&Ok(())));
    }

    #[test]
    fn the_end_of_the_shop_is_no_trouble() {
        let mut delivery = Delivery::default();
        assert!(!delivery.note(&Err(OTelSdkError::AlreadyShutdown)));
        assert_eq!(delivery.trouble(), None);
    }
}
