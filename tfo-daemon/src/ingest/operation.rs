//! How the OpenAPI document tells of OTLP/HTTP.

use schemars::{Schema, SchemaGenerator, json_schema};
use tfo_sdk::Signal;
use tfo_sdk::resource::Name;

use crate::identity::tenant;
use crate::platform::openapi::{Content, Operation, Param, Tag};

const INGEST: Tag = Tag {
    name: "Ingest",
    about: "How telemetry comes in over OTLP/HTTP. The paths below `/v1`, `/v2` and `/api/v2/otlp` are the same, \
            and are on the port of OTLP/HTTP too; OTLP/gRPC has a port of its own. An answer has the encoding of \
            its request, JSON where that is not known. An error is a `google.rpc.Status`; exactly 429 and 503 are \
            worth sending again, after the time in `Retry-After`.",
};

const REQUEST: [Content; 2] = [Content::Json(request), Content::Bytes("application/x-protobuf")];
const ANSWER: [Content; 2] = [Content::Json(answer), Content::Bytes("application/x-protobuf")];
const ERROR: [Content; 2] = [Content::Json(error), Content::Bytes("application/x-protobuf")];

/// `POST` of one signal; `place` tells paths that are the same apart.
pub(super) fn operation(path: &str, signal: Signal, place: &str) -> Operation {
    let (name, summary) = match signal {
        Signal::Logs => ("exportLogs", "Send log records"),
        Signal::Spans => ("exportTraces", "Send spans"),
        Signal::MetricPoints => ("exportMetrics", "Send metrics"),
    };
    const OF_TENANT: [Param; 4] = [
        Param::path::<Name>("region", "The region of the tenant."),
        Param::path::<Name>("organization", "The organization of the tenant."),
        Param::path::<Name>("workspace", "The workspace of the tenant."),
        Param::path::<Name>("tenant", "The name of the tenant."),
    ];
    let params: &[Param] = if path.starts_with(tenant::PREFIX) { &OF_TENANT } else { &[tenant::TENANT] };
    Operation::post(INGEST, path, &format!("{name}{place}"), summary)
        .params(params)
        .about("200 means that the records are on disk, and that queries find them.")
        .body_of(
            "OTLP's export request of the signal, plain or with `Content-Encoding: gzip` or `zstd`.",
            &REQUEST,
        )
        .answers_with(200, "Kept, but for the records that `partialSuccess` counts", &ANSWER)
        .answers_with(400, "The request cannot be decoded; nothing of it is kept", &ERROR)
        .answers_with(404, "There is no such tenant", &ERROR)
        .answers_with(421, "The tenant's region is served by another daemon", &ERROR)
        .answers_with(403, "It names another host, or comes from a web page of another site", &ERROR)
        .answers_with(405, "It is not a POST", &ERROR)
        .answers_with(408, "It did not arrive in time", &ERROR)
        .answers_with(413, "It is larger than a request may be", &ERROR)
        .answers_with(415, "Its content type or its compression is not understood", &ERROR)
        .answers_with(
            429,
            "Too much is being received at this moment, or the tenant has used up a quota",
            &ERROR,
        )
        .answers_with(500, "A fault of the daemon", &ERROR)
        .answers_with(503, "The disk is full or too slow, or the daemon is starting or stopping", &ERROR)
        .fails_only(&[])
        .sees_every_method()
}

fn request(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "OTLP's JSON of `ExportLogsServiceRequest`, `ExportTraceServiceRequest` or \
                        `ExportMetricsServiceRequest`, as opentelemetry-proto defines it. Unknown fields are \
                        passed over.",
        "type": "object",
    })
}

fn answer(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "properties": {
            "partialSuccess": {
                "type": "object",
                "description": "There when records were not kept. The count has the name of the signal: \
                                `rejectedLogRecords`, `rejectedSpans` or `rejectedDataPoints`.",
                "properties": { "errorMessage": { "type": "string" } },
                "additionalProperties": { "type": "string" },
            },
        },
        "additionalProperties": false,
    })
}

fn error(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "`google.rpc.Status`.",
        "type": "object",
        "properties": {
            "code": { "type": "integer", "description": "The gRPC status code." },
            "message": { "type": "string", "description": "What happened, and what to do." },
            "details": { "type": "array", "items": { "type": "object" } },
        },
        "required": ["code", "message", "details"],
    })
}
