// Sends every signal with the OpenTelemetry SDK for JavaScript, as OTLP/HTTP with JSON; prints what the test cannot
// know beforehand.
//
// Usage: node send.mjs ENDPOINT

import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, createTraceState, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';

const endpoint = process.argv[2];
const url = (signal) => ({ url: `${endpoint}/v1/${signal}` });
const base = Date.now() - 10_000;
const at = (milliseconds) => [Math.floor((base + milliseconds) / 1000), ((base + milliseconds) % 1000) * 1e6 + 123];

const resource = resourceFromAttributes({
  'service.name': 'node-http-json',
  'service.version': '1.2.3',
  'test.list': ['a', 'b'],
  'test.number': 7,
});

async function sendSpans() {
  const processor = new SimpleSpanProcessor(new OTLPTraceExporter(url('traces')));
  const provider = new NodeTracerProvider({ resource, spanProcessors: [processor] });
  const tracer = provider.getTracer('test.tracer', '0.1', { schemaUrl: 'https://opentelemetry.io/schemas/1.26.0' });
  const caller = {
    traceId: '0af7651916cd43dd8448eb211c8031aa',
    spanId: 'b7ad6b7169203331',
    isRemote: true,
    traceFlags: TraceFlags.SAMPLED,
    traceState: createTraceState('vendor=a1,other=b2'),
  };
  const other = {
    traceId: '11111111111111112222222222222222',
    spanId: '3333333333333333',
    isRemote: true,
    traceFlags: TraceFlags.SAMPLED,
    traceState: createTraceState('linked=yes'),
  };
  const server = tracer.startSpan(
    'GET /things/{id}',
    {
      kind: SpanKind.SERVER,
      startTime: at(0),
      attributes: {
        'http.request.method': 'GET',
        'http.response.status_code': 500,
        text: '5',
        int: 5,
        double: 5.5,
        bool: true,
        texts: ['x', 'y'],
        ints: [1, 2],
        bools: [true, false],
      },
      links: [{ context: other, attributes: { 'link.key': 'why' } }],
    },
    trace.setSpanContext(ROOT_CONTEXT, caller),
  );
  server.addEvent('fetched', { rows: 3 }, at(5));
  const inside = trace.setSpan(ROOT_CONTEXT, server);
  const child = tracer.startSpan('compute', { startTime: at(1) }, inside);
  child.setStatus({ code: SpanStatusCode.OK });
  child.end(at(2));
  server.setStatus({ code: SpanStatusCode.ERROR, message: 'it broke' });
  server.end(at(9));
  await provider.shutdown();
  return { server, child, inside };
}

async function sendLogs(context) {
  const exporter = new OTLPLogExporter(url('logs'));
  const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] });
  const logger = provider.getLogger('test.logger', '0.2', { schemaUrl: 'https://opentelemetry.io/schemas/1.25.0' });
  logger.emit({
    timestamp: at(0),
    observedTimestamp: at(1),
    severityNumber: SeverityNumber.ERROR,
    severityText: 'ERROR',
    body: { message: 'it broke', code: 5, ratio: 0.5, tags: ['a', 1, null], raw: new Uint8Array([0, 1]) },
    attributes: { 'user.id': 'u1', retries: 2, nested: { deep: { er: true } } },
    eventName: 'thing.broke',
    context,
  });
  await provider.shutdown();
}

async function sendMetrics() {
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(url('metrics')),
    exportIntervalMillis: 3_600_000,
  });
  const exponential = { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 8 } };
  const provider = new MeterProvider({
    resource,
    readers: [reader],
    views: [{ instrumentName: 'test.exponential', aggregation: exponential }],
  });
  const meter = provider.getMeter('test.meter', '0.3', { schemaUrl: 'https://opentelemetry.io/schemas/1.24.0' });
  meter.createCounter('test.counter', { unit: '{thing}', description: 'Things' }).add(3, { k: 'v' });
  meter.createUpDownCounter('test.up_down', { unit: '1' }).add(-2.5);
  const advice = { explicitBucketBoundaries: [0.1, 1] };
  const histogram = meter.createHistogram('test.histogram', { unit: 's', advice });
  [0.05, 0.5, 5].forEach((value) => histogram.record(value, { k: 'v' }));
  const fine = meter.createHistogram('test.exponential', { unit: 's' });
  [1, 2, 4, 0].forEach((value) => fine.record(value));
  meter.createGauge('test.gauge', { unit: 'By' }).record(17, { k: 'v' });
  // Sends what was measured, once.
  await provider.shutdown();
}

const { server, child, inside } = await sendSpans();
await sendLogs(inside);
await sendMetrics();
const identity = server.spanContext();
console.log(
  JSON.stringify({
    base: `${base}000123`,
    traceId: identity.traceId,
    serverSpanId: identity.spanId,
    childSpanId: child.spanContext().spanId,
  }),
);
