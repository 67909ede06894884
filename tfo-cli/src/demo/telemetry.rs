//! The OpenTelemetry SDK of one service: a resource, a tracer, a logger and instruments of its own.
//!
//! Hundreds of services share one connection and the runtime's threads: the SDK's processors run as tasks.

use std::time::Duration;

use opentelemetry::logs::LoggerProvider as _;
use opentelemetry::metrics::{Counter, Histogram, Meter, MeterProvider as _, UpDownCounter};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_otlp::{LogExporter, MetricExporter, SpanExporter, WithTonicConfig};
use opentelemetry_sdk::logs::{SdkLogger, SdkLoggerProvider};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::resource::TelemetryResourceDetector;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use opentelemetry_sdk::{Resource, runtime};
use tokio::sync::watch;
use tonic::metadata::MetadataMap;
use tonic::transport::Channel;

use super::delivery::{Delivery, Watched};
use super::shop::Service;
use super::weather::Weather;

/// How long one export may take.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

/// How often spans and logs leave the queues. The first time takes the SDK two of these.
const DELAY: Duration = Duration::from_millis(400);

/// How often metrics are sent.
const METRICS_EVERY: Duration = Duration::from_secs(5);

/// Bounds of the histograms of durations, in seconds, as the semantic conventions advise.
const SECONDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Where all services send.
pub(super) struct Outlet {
    pub(super) channel: Channel,
    /// What every request says beside its telemetry.
    pub(super) metadata: MetadataMap,
    /// Whether it arrives.
    pub(super) delivery: watch::Sender<Delivery>,
}

impl Outlet {
    fn configure<B: WithTonicConfig>(&self, exporter: B) -> B {
        exporter.with_channel(self.channel.clone()).with_metadata(self.metadata.clone())
    }
}

/// What a service measures.
pub(super) struct Instruments {
    pub(super) http: Histogram<f64>,
    pub(super) rpc: Histogram<f64>,
    pub(super) database: Histogram<f64>,
    pub(super) processed: Histogram<f64>,
    pub(super) messages: Counter<u64>,
    pub(super) cache_lookups: Counter<u64>,
    pub(super) orders: Counter<u64>,
    pub(super) revenue: Counter<f64>,
    pub(super) cart_items: UpDownCounter<i64>,
}

/// The SDK of one service.
pub(super) struct Telemetry {
    pub(super) tracer: SdkTracer,
    pub(super) logger: SdkLogger,
    pub(super) instruments: Instruments,
    tracers: SdkTracerProvider,
    loggers: SdkLoggerProvider,
    meters: SdkMeterProvider,
}

impl Telemetry {
    /// Sets up the SDK; must run on a tokio runtime, which will run its processors.
    pub(super) fn new(service: &Service, weather: Weather, outlet: &Outlet) -> anyhow::Result<Self> {
        // Nothing of this machine's environment belongs into the resource of an invented service.
        let resource = Resource::builder_empty()
            .with_detector(Box::new(TelemetryResourceDetector))
            .with_attributes(service.resource())
            .build();
        let tracers = tracers(outlet, resource.clone())?;
        let loggers = loggers(outlet, resource.clone())?;
        let meters = meters(outlet, resource)?;
        let scope = |name: &'static str| InstrumentationScope::builder(name).with_version("0.1.0").build();
        let meter = meters.meter_with_scope(scope("shop.metrics"));
        observe_process(&meter, weather, &service.name);
        Ok(Self {
            tracer: tracers.tracer_with_scope(scope("shop.tracing")),
            logger: loggers.logger_with_scope(scope("shop.logging")),
            instruments: instruments(&meter),
            tracers,
            loggers,
            meters,
        })
    }

    /// Sends what is queued, then ends. Blocks; what cannot be sent is lost.
    pub(super) fn shutdown(&self) {
        let _ = self.tracers.shutdown_with_timeout(TIMEOUT);
        let _ = self.loggers.shutdown_with_timeout(TIMEOUT);
        let _ = self.meters.shutdown_with_timeout(TIMEOUT);
    }
}

fn tracers(outlet: &Outlet, resource: Resource) -> anyhow::Result<SdkTracerProvider> {
    use opentelemetry_sdk::trace::BatchConfigBuilder;
    use opentelemetry_sdk::trace::span_processor_with_async_runtime::BatchSpanProcessor;

    let exporter = outlet.configure(SpanExporter::builder().with_tonic()).build()?;
    let exporter = Watched::new(exporter, &outlet.delivery);
    let batches = BatchConfigBuilder::default().with_scheduled_delay(DELAY).build();
    let processor = BatchSpanProcessor::builder(exporter, runtime::Tokio).with_batch_config(batches).build();
    Ok(SdkTracerProvider::builder().with_span_processor(processor).with_resource(resource).build())
}

fn loggers(outlet: &Outlet, resource: Resource) -> anyhow::Result<SdkLoggerProvider> {
    use opentelemetry_sdk::logs::BatchConfigBuilder;
    use opentelemetry_sdk::logs::log_processor_with_async_runtime::BatchLogProcessor;

    let exporter = outlet.configure(LogExporter::builder().with_tonic()).build()?;
    let exporter = Watched::new(exporter, &outlet.delivery);
    let batches = BatchConfigBuilder::default().with_scheduled_delay(DELAY).build();
    let processor = BatchLogProcessor::builder(exporter, runtime::Tokio).with_batch_config(batches).build();
    Ok(SdkLoggerProvider::builder().with_log_processor(processor).with_resource(resource).build())
}

fn meters(outlet: &Outlet, resource: Resource) -> anyhow::Result<SdkMeterProvider> {
    use opentelemetry_sdk::metrics::periodic_reader_with_async_runtime::PeriodicReader;

    let exporter = outlet.configure(MetricExporter::builder().with_tonic()).build()?;
    let exporter = Watched::new(exporter, &outlet.delivery);
    let reader = PeriodicReader::builder(exporter, runtime::Tokio).with_interval(METRICS_EVERY).build();
    Ok(SdkMeterProvider::builder().with_reader(reader).with_resource(resource).build())
}

fn instruments(meter: &Meter) -> Instruments {
    let seconds = |name: &'static str, description: &'static str| {
        meter
            .f64_histogram(name)
            .with_unit("s")
            .with_description(description)
            .with_boundaries(SECONDS.to_vec())
            .build()
    };
    let count = |name: &'static str, unit: &'static str, description: &'static str| {
        meter.u64_counter(name).with_unit(unit).with_description(description).build()
    };
    Instruments {
        http: seconds("http.server.request.duration", "Duration of HTTP server requests."),
        rpc: seconds("rpc.server.call.duration", "Duration of incoming remote procedure calls."),
        database: seconds("db.client.operation.duration", "Duration of database client operations."),
        processed: seconds("messaging.process.duration", "Duration of processing a message."),
        messages: count("messaging.client.sent.messages", "{message}", "Messages sent."),
        cache_lookups: count("shop.cache.lookups", "{lookup}", "Looks into the cache, by hit."),
        orders: count("shop.orders.placed", "{order}", "Orders placed."),
        revenue: meter
            .f64_counter("shop.revenue")
            .with_unit("{currency}")
            .with_description("Worth of the orders placed.")
            .build(),
        cart_items: meter
            .i64_up_down_counter("shop.cart.items")
            .with_unit("{item}")
            .with_description("Items in carts.")
            .build(),
    }
}

/// Figures of a process, which rise and fall like a process's do.
fn observe_process(meter: &Meter, weather: Weather, name: &str) {
    const MINUTES: Duration = Duration::from_secs(60);
    let phase = name.bytes().map(f64::from).sum::<f64>() / 100.0;
    meter
        .i64_observable_up_down_counter("process.memory.usage")
        .with_unit("By")
        .with_description("The amount of physical memory in use.")
        .with_callback(move |observer| {
            let mebibytes = 160.0 + 40.0 * weather.wave(MINUTES * 7, phase);
            observer.observe((mebibytes * 1_048_576.0) as i64, &[]);
        })
        .build();
    meter
        .f64_observable_gauge("process.cpu.utilization")
        .with_unit("1")
        .with_description("CPU time used, as a share of one second.")
        .with_callback(move |observer| {
            let load = 0.3 + 0.2 * weather.wave(MINUTES * 3, phase);
            observer.observe(load * 0.8, &[KeyValue::new("cpu.mode", "user")]);
            observer.observe(load * 0.2, &[KeyValue::new("cpu.mode", "system")]);
        })
        .build();
    meter
        .i64_observable_gauge("shop.queue.length")
        .with_unit("{task}")
        .with_description("Tasks that wait for a worker.")
        .with_callback(move |observer| {
            let calm = 6.0 + 5.0 * weather.wave(MINUTES, phase);
            let jam = if weather.now().slow_database { 40.0 } else { 0.0 };
            observer.observe((calm + jam) as i64, &[]);
        })
        .build();
}
