"""Sends metrics as two processes of one program do, one after the other, each exporting three times.

Usage: stream.py ENDPOINT cumulative|delta
"""

import json
import sys

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider, UpDownCounter
from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

ENDPOINT, TEMPORALITY = sys.argv[1:]
EXPORTS = 3
VALUES = [0.05, 0.5, 0.5, 5.0]

kind = getattr(AggregationTemporality, TEMPORALITY.upper())
resource = Resource({"service.name": f"stream-{TEMPORALITY}"})
caller = SpanContext(
    trace_id=0x4BF92F3577B34DA6A3CE929D0E0E4736,
    span_id=0x00F067AA0BA902B7,
    is_remote=True,
    trace_flags=TraceFlags(TraceFlags.SAMPLED),
)
inside = trace.set_span_in_context(NonRecordingSpan(caller))


def process():
    exporter = OTLPMetricExporter(
        endpoint=f"{ENDPOINT}/v1/metrics",
        preferred_temporality={Counter: kind, Histogram: kind, UpDownCounter: AggregationTemporality.CUMULATIVE},
    )
    reader = PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)
    exponential = View(instrument_name="stream.size", aggregation=ExponentialBucketHistogramAggregation())
    provider = MeterProvider([reader], resource, shutdown_on_exit=False, views=[exponential])
    meter = provider.get_meter("stream")
    requests = meter.create_counter("stream.requests", "{request}")
    queue = meter.create_up_down_counter("stream.queue", "{item}")
    latency = meter.create_histogram("stream.latency", "s", explicit_bucket_boundaries_advisory=[0.1, 1, 10])
    size = meter.create_histogram("stream.size", "By")
    load = meter.create_gauge("stream.load", "1")
    for export in range(EXPORTS):
        requests.add(3, {"http.route": "/cart"}, inside)
        requests.add(1, {"http.route": "/pay"})
        queue.add(2 if export % 2 == 0 else -1)
        for value in VALUES:
            latency.record(value, {"http.route": "/cart"}, inside)
            size.record(1000 * value)
        load.set(export)
        if export + 1 < EXPORTS:
            provider.force_flush()
    # Sends the last time.
    provider.shutdown()


process()
process()
print(json.dumps({"traceId": f"{caller.trace_id:032x}", "measurements": 2 * EXPORTS * len(VALUES)}))
