"""Sends every signal with the OpenTelemetry SDK for Python; prints what the test cannot know beforehand.

Usage: send.py grpc|http ENDPOINT
"""

import json
import sys
import time

from opentelemetry import trace
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.metrics import Observation
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
)
from opentelemetry.trace.span import TraceState

PROTOCOL, ENDPOINT = sys.argv[1:]

if PROTOCOL == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    def exporter(kind, _signal):
        return kind(endpoint=ENDPOINT, insecure=True)
else:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    def exporter(kind, signal):
        return kind(endpoint=f"{ENDPOINT}/v1/{signal}")


BASE = time.time_ns() - 10_000_000_000
MILLISECOND = 1_000_000

resource = Resource(
    {
        "service.name": f"python-{PROTOCOL}",
        "service.version": "1.2.3",
        "telemetry.sdk.language": "python",
        "test.list": ["a", "b"],
        "test.number": 7,
    },
    schema_url="https://opentelemetry.io/schemas/1.27.0",
)


def send_spans():
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter(OTLPSpanExporter, "traces")))
    tracer = provider.get_tracer(
        "test.tracer", "0.1", "https://opentelemetry.io/schemas/1.26.0", {"scope.key": True}
    )
    caller = SpanContext(
        trace_id=0x0AF7651916CD43DD8448EB211C80319C + (PROTOCOL == "http"),
        span_id=0xB7AD6B7169203331,
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
        trace_state=TraceState([("vendor", "a1"), ("other", "b2")]),
    )
    other = SpanContext(
        trace_id=0x11111111111111112222222222222222,
        span_id=0x3333333333333333,
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
        trace_state=TraceState([("linked", "yes")]),
    )
    server = tracer.start_span(
        "GET /things/{id}",
        context=trace.set_span_in_context(NonRecordingSpan(caller)),
        kind=SpanKind.SERVER,
        attributes={
            "http.request.method": "GET",
            "http.response.status_code": 500,
            "text": "5",
            "int": 5,
            "double": 5.0,
            "bool": True,
            "texts": ["x", "y"],
            "ints": [1, 2],
            "doubles": [0.5],
            "bools": [True, False],
        },
        links=[Link(other, {"link.key": "why"})],
        start_time=BASE,
    )
    server.add_event("fetched", {"rows": 3}, timestamp=BASE + 5 * MILLISECOND)
    inside = trace.set_span_in_context(server)
    child = tracer.start_span("compute", context=inside, start_time=BASE + MILLISECOND)
    child.set_status(Status(StatusCode.OK))
    child.end(BASE + 2 * MILLISECOND)
    server.record_exception(
        ValueError("no such thing"), timestamp=BASE + 6 * MILLISECOND, attributes={"exception.stacktrace": "here"}
    )
    server.set_status(Status(StatusCode.ERROR, "it broke"))
    server.end(BASE + 9 * MILLISECOND)
    provider.force_flush()
    return server, child, inside


def send_logs(context):
    provider = LoggerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter(OTLPLogExporter, "logs")))
    logger = provider.get_logger("test.logger", "0.2", "https://opentelemetry.io/schemas/1.25.0", {"l": 1})
    logger.emit(
        LogRecord(
            timestamp=BASE,
            observed_timestamp=BASE + 1,
            context=context,
            severity_text="ERROR",
            severity_number=SeverityNumber.ERROR,
            body={"message": "it broke", "code": 5, "ratio": 0.5, "tags": ["a", 1, None], "raw": b"\x00\x01"},
            attributes={"user.id": "u1", "retries": 2, "nested": {"deep": {"er": True}}},
            event_name="thing.broke",
        )
    )
    logger.emit(LogRecord(observed_timestamp=BASE + 2, body="only observed", severity_number=SeverityNumber.INFO))
    provider.force_flush()


def send_metrics(context):
    reader = PeriodicExportingMetricReader(exporter(OTLPMetricExporter, "metrics"), export_interval_millis=3_600_000)
    provider = MeterProvider(
        metric_readers=[reader],
        resource=resource,
        shutdown_on_exit=False,
        views=[
            View(instrument_name="test.exponential", aggregation=ExponentialBucketHistogramAggregation(max_size=8))
        ],
    )
    meter = provider.get_meter("test.meter", "0.3", "https://opentelemetry.io/schemas/1.24.0", {"m": "x"})
    meter.create_counter("test.counter", "{thing}", "Things").add(3, {"k": "v"}, context)
    meter.create_up_down_counter("test.up_down", "1", "Up and down").add(-2.5)
    histogram = meter.create_histogram("test.histogram", "s", "Durations", explicit_bucket_boundaries_advisory=[0.1, 1])
    for value in [0.05, 0.5, 5.0]:
        histogram.record(value, {"k": "v"}, context)
    exponential = meter.create_histogram("test.exponential", "s", "Durations, finely")
    for value in [1.0, 2.0, 4.0, 0.0]:
        exponential.record(value)
    meter.create_gauge("test.gauge", "By", "Memory").set(17, {"k": "v"})
    meter.create_observable_gauge("test.observable", [lambda _: [Observation(0.25, {"k": "o"})]], "1", "Observed")
    # Sends what was measured, once.
    provider.shutdown()


server, child, inside = send_spans()
send_logs(inside)
send_metrics(inside)
print(
    json.dumps(
        {
            "base": str(BASE),
            "traceId": f"{server.get_span_context().trace_id:032x}",
            "serverSpanId": f"{server.get_span_context().span_id:016x}",
            "childSpanId": f"{child.get_span_context().span_id:016x}",
        }
    )
)
